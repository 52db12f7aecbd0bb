/* SPDX-License-Identifier: MIT
 * Small text helpers: near misses, digests, identifiers, and what a plain text is. */
#ifndef PM_TEXT_H
#define PM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Damerau-Levenshtein distance, case ignored; texts longer than 63 characters count as far. */
size_t pm_text_distance(const char *a, const char *b);
/* Of A to Z alone: tolower would ask the locale, and in Turkish I is no capital of i. */
char pm_text_lower(char c);
/* The nearest of n names when it is near enough to be a slip of the pen, else NULL. */
const char *pm_text_nearest(const char *wanted, const char *const *names, size_t n);

/* FNV-1a, 64 bit: a fingerprint against accidents, not against attackers. */
#define PM_DIGEST_START UINT64_C(0xcbf29ce484222325)
uint64_t pm_digest(uint64_t start, const void *bytes, size_t len);
/* The same idea by words of 8 bytes, for what is megabytes long: another value, six times as fast.
 */
uint64_t pm_digest_words(uint64_t start, const void *bytes, size_t len);

/* Letters, digits, '.', '_', '-', not first '.' or '-', 1 to 128 characters: safe as a file name.
 */
bool pm_text_is_identifier(const char *text);
/* Case-insensitive equality of ASCII text, blanks, '-' and '_' ignored ("ResNet 50", "resnet-50").
 */
bool pm_text_same_name(const char *a, const char *b);
/* Equal, or both NULL. */
bool pm_text_same(const char *a, const char *b);

/* "a,b": one name after another, blanks around it left out, cut at size; false at the end. */
bool pm_text_next_in_list(const char **rest, char *name, size_t size);
bool pm_text_in_list(const char *list, const char *name);

/* A plain text is what may be shown on a terminal and stored in a file: valid UTF-8 (RFC 3629: no
 * overlong forms, no surrogates, nothing over U+10FFFF) without what moves the cursor, opens an
 * escape sequence, shows text in another order than it is stored or is not seen at all: no C0, DEL
 * or C1 controls, no line or paragraph separator (U+2028, U+2029), nothing bidirectional, nothing
 * of no width (U+200B, U+FEFF, tags, variation selectors). Two names that look alike may still be
 * written in two scripts. */
bool pm_text_is_plain(const char *text);
/* Bytes of the character that text (not "") begins with, 1 when it begins with none; plain: may it
 * stand in a plain text? */
size_t pm_text_step(const char *text, bool *plain);
/* Where text stops being valid UTF-8, whatever its characters; NULL: nowhere. */
const char *pm_text_find_broken(const char *text);
/* The complement: every character that is not plain, and every byte of none, becomes '?'. Writes at
 * most size (1 or more) bytes, cut between characters, and returns out, which is plain and may be
 * text itself. */
char *pm_text_printable(const char *text, char *out, size_t size);

#endif
