/* SPDX-License-Identifier: MIT
 * A mutator for targets that read lines (cfg, CSV, YAML, lists): a line goes, is doubled, moves, or
 * gets another number. One of three inputs is changed as bytes instead. */
#include "fuzz.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

#define LINES_MAX 400

struct line {
    const uint8_t *at;
    size_t size; /* its newline included */
};

static unsigned state;
static unsigned below(unsigned n)
{
    state = state * 1664525 + 1013904223;
    return n > 0 ? (state >> 8) % n : 0;
}

static size_t split(const uint8_t *data, size_t size, struct line line[LINES_MAX])
{
    size_t n = 0;
    while (size > 0 && n < LINES_MAX) {
        const uint8_t *end = n + 1 < LINES_MAX ? memchr(data, '\n', size) : NULL;
        line[n].at = data;
        line[n].size = end != NULL ? (size_t)(end - data) + 1 : size;
        data += line[n].size;
        size -= line[n++].size;
    }
    return n;
}

static void move(struct line *line, size_t *n)
{
    const size_t a = below((unsigned)*n), b = below((unsigned)*n);
    const struct line taken = line[a];
    switch (below(3)) {
    case 0:
        memmove(line + a, line + a + 1, (*n - a - 1) * sizeof *line);
        --*n;
        break;
    case 1:
        if (*n == LINES_MAX)
            break;
        memmove(line + b + 1, line + b, (*n - b) * sizeof *line);
        line[b] = taken;
        ++*n;
        break;
    default:
        line[a] = line[b];
        line[b] = taken;
    }
}

/* Another number in the place of one that stands in the line. */
static size_t renumber(const struct line *line, uint8_t *out, size_t room)
{
    static const char *const number[] = {"0",   "1",    "2",   "3",          "-1",  "7",
                                         "16",  "255",  "0.5", "2147483648", "1e9", "4294967295",
                                         "1.5", "1e-9", "nan", "99999"};
    size_t digits[64], n = 0;
    for (size_t i = 0; i < line->size && n < 64; i++) {
        if (isdigit(line->at[i]) && (i == 0 || !isdigit(line->at[i - 1])))
            digits[n++] = i;
    }
    const size_t at = n > 0 ? digits[below((unsigned)n)] : line->size;
    size_t end = at;
    while (end < line->size && isdigit(line->at[end]))
        end++;
    const char *new = n > 0 ? number[below(sizeof number / sizeof number[0])] : "";
    const size_t length = strlen(new);
    if (line->size - (end - at) + length > room)
        return 0;
    memcpy(out, line->at, at);
    memcpy(out + at, new, length);
    memcpy(out + at + length, line->at + end, line->size - end);
    return at + length + line->size - end;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static struct line line[LINES_MAX];
    state = seed;
    size_t n = below(3) > 0 ? split(data, size, line) : 0, made = 0;
    uint8_t *out = n > 0 ? malloc(max_size) : NULL;
    if (out == NULL)
        return LLVMFuzzerMutate(data, size, max_size);
    for (unsigned changes = below(3); changes > 0 && n > 1; changes--)
        move(line, &n);
    const size_t other = below((unsigned)n);
    for (size_t i = 0; i < n && made + line[i].size <= max_size; i++) {
        if (i == other) {
            made += renumber(&line[i], out + made, max_size - made);
        } else {
            memcpy(out + made, line[i].at, line[i].size);
            made += line[i].size;
        }
    }
    memcpy(data, out, made);
    free(out);
    return made > 0 ? made : LLVMFuzzerMutate(data, size, max_size);
}
