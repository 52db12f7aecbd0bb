/* SPDX-License-Identifier: MIT
 * Small text helpers: near misses, digests, identifiers. */
#ifndef PM_TEXT_H
#define PM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Damerau-Levenshtein distance, case ignored; texts longer than 63 characters count as far. */
size_t pm_text_distance(const char *a, const char *b);
/* The nearest of n names when it is near enough to be a slip of the pen, else NULL. */
const char *pm_text_nearest(const char *wanted, const char *const *names, size_t n);

/* FNV-1a, 64 bit: a fingerprint against accidents, not against attackers. */
#define PM_DIGEST_START UINT64_C(0xcbf29ce484222325)
uint64_t pm_digest(uint64_t start, const void *bytes, size_t len);

/* Letters, digits, '.', '_', '-', not first '.' or '-', 1 to 128 characters: safe as a file name.
 */
bool pm_text_is_identifier(const char *text);
/* Case-insensitive equality of ASCII text, blanks, '-' and '_' ignored ("ResNet 50", "resnet-50").
 */
bool pm_text_same_name(const char *a, const char *b);
/* No control characters: a name that cannot move the cursor or open an escape sequence. */
bool pm_text_is_plain(const char *text);
/* Replace control characters; writes at most size bytes and returns out. */
char *pm_text_printable(const char *text, char *out, size_t size);

#endif
