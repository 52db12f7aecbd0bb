/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <ctype.h>
#include <string.h>

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
            const int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);
            rows[2][j] =
                min3(rows[1][j] + 1, rows[2][j - 1] + 1, rows[1][j - 1] + (ca != cb ? 1 : 0));
            const bool swapped = i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
                                 tolower((unsigned char)a[i - 2]) == cb;
            if (swapped && rows[0][j - 2] + 1 < rows[2][j])
                rows[2][j] = rows[0][j - 2] + 1;
        }
        memcpy(rows[0], rows[1], sizeof rows[0]);
        memcpy(rows[1], rows[2], sizeof rows[1]);
    }
    return rows[1][m];
}

const char *pm_text_nearest(const char *wanted, const char *const *names, size_t n)
{
    const char *best = NULL;
    size_t best_distance = strlen(wanted) / 3 + 2; /* a slip, not another word */
    for (size_t i = 0; i < n; i++) {
        const bool begins = strlen(wanted) >= 3 && strncmp(wanted, names[i], strlen(wanted)) == 0;
        const size_t d = begins ? 1 : pm_text_distance(wanted, names[i]);
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

bool pm_text_is_identifier(const char *text)
{
    const size_t len = strlen(text);
    if (len == 0 || len > 128 || text[0] == '.' || text[0] == '-')
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)text[i]) && strchr("._-", text[i]) == NULL)
            return false;
    }
    return true;
}

static const char *skip_filler(const char *s)
{
    while (*s == ' ' || *s == '-' || *s == '_')
        s++;
    return s;
}

bool pm_text_same_name(const char *a, const char *b)
{
    for (;;) {
        a = skip_filler(a);
        b = skip_filler(b);
        if (*a == '\0' || *b == '\0')
            return *a == *b;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        a++;
        b++;
    }
}

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

bool pm_text_is_plain(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (is_control(*p) || (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)) /* C1, in UTF-8 */
            return false;
    }
    return true;
}

char *pm_text_printable(const char *text, char *out, size_t size)
{
    size_t i = 0;
    for (; text[i] != '\0' && i + 1 < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        out[i] = is_control(c) ? '?' : text[i];
    }
    while (text[i] != '\0' && i > 0 && ((unsigned char)text[i] & 0xc0) == 0x80)
        i--; /* never cut a UTF-8 character in two */
    out[i] = '\0';
    return out;
}
