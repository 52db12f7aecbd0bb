/* SPDX-License-Identifier: MIT
 * Whole files: read with a limit, write so that a power cut leaves the old text or the new. */
#ifndef PM_FILE_H
#define PM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pm_err;
struct pm_buf;

/* Append the regular file at path to buf (a FIFO or a directory is refused, not waited for).
 * max bytes at most: larger is PM_EDATA. */
int pm_file_read(const char *path, size_t max, struct pm_buf *buf, struct pm_err *err);
/* Small files of /proc and /sys, whose size reads 0: first line, without its newline.
 * Returns false when it cannot be read; no error is made of it. */
bool pm_file_first_line(const char *path, char *out, size_t size);
/* Temporary file beside path (base/temporary.h), fsync, rename, fsync of the folder. Makes missing
 * folders. A link is followed and permissions stay; a device or pipe (/dev/null, /dev/stdout, a
 * FIFO) is written to and stays what it is. */
int pm_file_write(const char *path, const char *text, size_t len, struct pm_err *err);
#define PM_FILE_BUSY (-2)
/* One program at a time: the descriptor of path.lock, held until pm_file_unlock or our end. With
 * err, PM_FILE_BUSY, which says `busy`, when another still holds it after patience_ms; -1 where it
 * cannot be made. path itself need not be there. What is changed is read after it is locked. */
int pm_file_lock(const char *path, const char *busy, double patience_ms, struct pm_err *err);
void pm_file_unlock(const char *path, int lock); /* lock < 0: nothing is held */
/* Both are there and the same regular file, under whatever names. */
bool pm_file_is_same(const char *a, const char *b);
/* Nothing of that name, for certain: what cannot be looked at may well be there. */
bool pm_file_is_missing(const char *path);
/* As a regular file, links followed. What is to be kept when it cannot be looked at is not asked
 * about in this way: it would be taken for absent, and written anew. */
bool pm_file_exists(const char *path);
int pm_file_size(const char *path, uint64_t *bytes, struct pm_err *err);
/* FNV-1a of the contents. */
int pm_file_digest(const char *path, uint64_t *digest, struct pm_err *err);
int pm_file_digest_words(const char *path, uint64_t *digest, struct pm_err *err);

#endif
