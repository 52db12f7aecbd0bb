/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

char pm_text_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

#define NEAR_MAX 63

static size_t min3(size_t a, size_t b, size_t c)
{
    const size_t m = a < b ? a : b;
    return m < c ? m : c;
}

size_t pm_text_distance(const char *a, const char *b)
{
    const size_t n = strlen(a), m = strlen(b);
    if (n > NEAR_MAX || m > NEAR_MAX)
        return NEAR_MAX;
    size_t rows[3][NEAR_MAX + 1]; /* before last, last, present */
    for (size_t j = 0; j <= m; j++)
        rows[1][j] = j;
    memset(rows[0], 0, sizeof rows[0]);
    for (size_t i = 1; i <= n; i++) {
        rows[2][0] = i;
        for (size_t j = 1; j <= m; j++) {
            const char ca = pm_text_lower(a[i - 1]), cb = pm_text_lower(b[j - 1]);
            rows[2][j] =
                min3(rows[1][j] + 1, rows[2][j - 1] + 1, rows[1][j - 1] + (ca != cb ? 1 : 0));
            const bool swapped =
                i > 1 && j > 1 && ca == pm_text_lower(b[j - 2]) && pm_text_lower(a[i - 2]) == cb;
            if (swapped && rows[0][j - 2] + 1 < rows[2][j])
                rows[2][j] = rows[0][j - 2] + 1;
        }
        memcpy(rows[0], rows[1], sizeof rows[0]);
        memcpy(rows[1], rows[2], sizeof rows[1]);
    }
    return rows[1][m];
}

/* "--latency" of "--max-latency": the last word of a name. */
static bool is_last_word(const char *wanted, const char *name)
{
    const char *word = wanted + strspn(wanted, "-_");
    const size_t len = strlen(word), all = strlen(name);
    return len >= 3 && all > len && (name[all - len - 1] == '-' || name[all - len - 1] == '_') &&
           strcmp(name + all - len, word) == 0;
}

const char *pm_text_nearest(const char *wanted, const char *const *names, size_t n)
{
    const char *best = NULL;
    size_t best_distance = strlen(wanted) / 3 + 2; /* a slip, not another word */
    for (size_t i = 0; i < n; i++) {
        const bool begins = strlen(wanted) >= 3 && strncmp(wanted, names[i], strlen(wanted)) == 0;
        const size_t d =
            begins || is_last_word(wanted, names[i]) ? 1 : pm_text_distance(wanted, names[i]);
        if (d < best_distance) {
            best_distance = d;
            best = names[i];
        }
    }
    return best;
}

uint64_t pm_digest(uint64_t start, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t h = start;
    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    return h;
}

uint64_t pm_digest_words(uint64_t start, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t h = start, word;
    for (; len >= sizeof word; p += sizeof word, len -= sizeof word) {
        memcpy(&word, p, sizeof word);
        h = (h ^ word) * UINT64_C(0x100000001b3);
        h ^= h >> 29; /* a product carries upwards alone */
    }
    return pm_digest(h, p, len);
}

bool pm_text_is_identifier(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-"; /* isalnum would ask the locale */
    const size_t len = strlen(text);
    if (len == 0 || len > 128 || text[0] == '.' || text[0] == '-')
        return false;
    return strspn(text, allowed) == len;
}

static const char *skip_filler(const char *s)
{
    while (*s == ' ' || *s == '-' || *s == '_')
        s++;
    return s;
}

bool pm_text_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool pm_text_same_name(const char *a, const char *b)
{
    for (;;) {
        a = skip_filler(a);
        b = skip_filler(b);
        if (*a == '\0' || *b == '\0')
            return *a == *b;
        if (pm_text_lower(*a) != pm_text_lower(*b))
            return false;
        a++;
        b++;
    }
}

/* ---- plain texts ---- */

/* Bytes of the UTF-8 character at p, 0 when there is none. The closing NUL is no continuation, so
 * nothing beyond it is read. */
static size_t decode(const unsigned char *p, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* below it: an overlong form */
    const size_t n = p[0] < 0x80             ? 1
                     : (p[0] & 0xe0) == 0xc0 ? 2
                     : (p[0] & 0xf0) == 0xe0 ? 3
                     : (p[0] & 0xf8) == 0xf0 ? 4
                                             : 0;
    uint32_t c = n > 1 ? p[0] & (0x7fU >> n) : p[0];
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3fU);
    }
    if (n == 0 || c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *code = c;
    return n;
}

/* Unicode's controls, separators of lines, and what is Default_Ignorable_Code_Point: nothing is
 * seen of it, or it changes the order in which others are seen. */
static bool is_plain_code(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
        {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
        {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
        {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
        {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };
    if (c >= 0x20 && c < 0x7f)
        return true;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (c >= hidden[i].first && c <= hidden[i].last)
            return false;
    }
    return true;
}

size_t pm_text_step(const char *text, bool *plain)
{
    uint32_t code = 0;
    const size_t n = decode((const unsigned char *)text, &code);
    *plain = n > 0 && is_plain_code(code);
    return n > 0 ? n : 1;
}

const char *pm_text_find_broken(const char *text)
{
    uint32_t code;
    for (size_t n; *text != '\0'; text += n) {
        n = decode((const unsigned char *)text, &code);
        if (n == 0)
            return text;
    }
    return NULL;
}

bool pm_text_next_in_list(const char **rest, char *name, size_t size)
{
    const char *begin = *rest + strspn(*rest, ", ");
    size_t len = strcspn(begin, ",");
    *rest = begin + len;
    while (len > 0 && begin[len - 1] == ' ')
        len--;
    snprintf(name, size, "%.*s", (int)len, begin);
    return len > 0;
}

bool pm_text_in_list(const char *list, const char *name)
{
    char one[64];
    while (pm_text_next_in_list(&list, one, sizeof one)) {
        if (strcmp(one, name) == 0)
            return true;
    }
    return false;
}

bool pm_text_is_plain(const char *text)
{
    bool plain = true;
    while (plain && *text != '\0')
        text += pm_text_step(text, &plain);
    return plain;
}

char *pm_text_printable(const char *text, char *out, size_t size)
{
    size_t used = 0;
    while (*text != '\0') {
        bool plain;
        const size_t n = pm_text_step(text, &plain), takes = plain ? n : 1;
        if (used + takes >= size)
            break;
        for (size_t i = 0; i < takes; i++) /* forwards: out may be text */
            out[used++] = plain ? text[i] : '?';
        text += n;
    }
    out[used] = '\0';
    return out;
}
