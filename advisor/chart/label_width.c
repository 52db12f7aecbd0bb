/* SPDX-License-Identifier: MIT */
#include "chart/label_width.h"

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Thousandths of the font's size, rounded up: Liberation Sans Bold, U+0020 to U+007E and U+00A0 to
 * U+00FF. */
static const uint16_t ascii_width[] = {
    278, 334, 475, 557, 557, 890, 723, 238, 334, 334, 390, 584, 278, 334, 278, 278, 557, 557, 557,
    557, 557, 557, 557, 557, 557, 557, 334, 334, 584, 584, 584, 611, 976, 723, 723, 723, 723, 667,
    611, 778, 723, 278, 557, 723, 611, 834, 723, 778, 667, 778, 723, 667, 611, 723, 667, 944, 667,
    667, 611, 334, 278, 334, 584, 557, 334, 557, 611, 557, 611, 557, 334, 611, 611, 278, 278, 557,
    278, 890, 611, 611, 611, 611, 390, 557, 334, 611, 557, 778, 557, 557, 500, 390, 280, 390, 584};
static const uint16_t latin_width[] = {
    278, 334, 557, 557, 557, 557, 280,  557, 334, 737, 371, 557, 584, 334, 737, 553,
    400, 549, 334, 334, 334, 577, 557,  278, 334, 334, 366, 557, 834, 834, 834, 611,
    723, 723, 723, 723, 723, 723, 1000, 723, 667, 667, 667, 667, 278, 278, 278, 278,
    723, 723, 778, 778, 778, 778, 778,  584, 778, 723, 723, 723, 723, 667, 667, 611,
    557, 557, 557, 557, 557, 557, 890,  557, 557, 557, 557, 557, 278, 278, 278, 278,
    611, 611, 611, 611, 611, 611, 611,  549, 611, 611, 611, 611, 611, 557, 611, 557};

static unsigned width_of(const unsigned char *s, size_t bytes)
{
    if (bytes == 1)
        return *s >= 0x20 && *s < 0x7f ? ascii_width[*s - 0x20] : 2100;
    if (bytes == 2) {
        const unsigned code = (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU);
        if (code >= 0xa0 && code <= 0xff)
            return latin_width[code - 0xa0];
        return code <= 0x52f ? 1100 : 2100; /* Latin, Greek and Cyrillic; the rest may be wider */
    }
    if (bytes == 3) {
        const unsigned code = (s[0] & 0xfU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
        if ((code >= 0x2010 && code <= 0x2027) || (code >= 0x3000 && code <= 0xd7a3))
            return 1100; /* dashes, quotation marks and the ellipsis; Chinese, Japanese, Korean */
    }
    return 2100; /* the widest of DejaVu Sans Bold has 2017 */
}

double pm_label_width(const char *text, double font_px)
{
    double sum = 0;
    while (text != NULL && *text != '\0') {
        bool plain;
        const size_t bytes = pm_text_step(text, &plain);
        sum += plain ? width_of((const unsigned char *)text, bytes) : 2100;
        text += bytes;
    }
    return sum / 1000 * font_px;
}
