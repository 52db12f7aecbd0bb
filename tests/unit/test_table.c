/* SPDX-License-Identifier: MIT
 * Tables and paragraphs of hostile texts: libsmartcols never returns from half a character, so a
 * failure here is an alarm. */
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "report/table.h"
#include "report/wrap.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_S 60

static void fill(struct pm_table *t, const char *text)
{
    pm_table_column(t, "NAME", "name", false);
    pm_table_column(t, "FIGURE", "figure", true);
    t->column[0].flexible = true;
    pm_table_row(t);
    pm_table_cell(t, 0, "%s", text);
    pm_table_cell(t, 1, "%s", text);
    pm_table_row(t);
    pm_table_cell(t, 0, "%s", text);
}

static bool plain_lines(const char *text)
{
    bool plain = true;
    while (plain && *text != '\0')
        text += *text == '\n' ? 1 : pm_text_step(text, &plain);
    return plain;
}

static void print_all(const char *text)
{
    static const int widths[] = {40, 80, 4096};
    for (size_t w = 0; w < 3; w++) {
        for (int f = PM_FORMAT_TEXT; f <= PM_FORMAT_CSV; f++) {
            const struct pm_style style = {.width = widths[w], .utf8 = true};
            struct pm_table t = {0};
            struct pm_buf buf = {0};
            if (f == PM_FORMAT_JSON)
                continue;
            fill(&t, text);
            assert_int_equal(pm_table_print(&t, (enum pm_format)f, &style, &buf, NULL), 0);
            assert_true(plain_lines(pm_buf_text(&buf)));
            pm_wrap_add(&buf, "!", text, widths[w]);
            assert_true(plain_lines(pm_buf_text(&buf)));
            pm_buf_done(&buf);
            pm_table_done(&t);
        }
    }
}

static void hostile_bytes(void **unused)
{
    static const char *const text[] = {"r\xe9sn\xff", "\xc3", "a \xe7\xb6", "\xf0\x9f\xa4",
                                       "\xc2\x9b"
                                       "31m `\xff\xc2` \xe2\x80\xae"};
    (void)unused;
    alarm(PATIENCE_S);
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        print_all(text[i]);
    srand(7);
    for (int i = 0; i < 500; i++) {
        char random[90];
        for (size_t k = 0; k < sizeof random; k++)
            random[k] = (char)(k + 1 < sizeof random ? 1 + rand() % 255 : 0);
        print_all(random);
    }
    alarm(0);
}

/* Longer than a cell: the cut must not leave half a character. */
static void long_names(void **unused)
{
    static const char *const letter[] = {"\xc3\xa9", "\xe7\xb6\xb2", "\xf0\x9f\xa4\x96"};
    (void)unused;
    alarm(PATIENCE_S);
    for (size_t l = 0; l < 3; l++) {
        for (size_t shift = 0; shift < 4; shift++) {
            char name[8004] = "xxx";
            size_t n = shift;
            for (; n + strlen(letter[l]) < sizeof name; n += strlen(letter[l]))
                memcpy(name + n, letter[l], strlen(letter[l]) + 1);
            print_all(name);
            struct pm_table t = {0};
            fill(&t, name);
            assert_non_null(strstr(name, t.row[0].cell[0])); /* cut, not changed */
            assert_true(strlen(t.row[0].cell[0]) > 390);
            pm_table_done(&t);
        }
    }
    alarm(0);
}

/* Characters that are assigned to nothing, private, wide, without width, or combining. */
static void every_character(void **unused)
{
    (void)unused;
    alarm(PATIENCE_S);
    for (unsigned c = 0x80; c <= 0x10ffff; c += c < 0x3200 ? 1 : 61) {
        char text[16] = "a";
        const char utf8[] = {(char)(c < 0x800     ? 0xc0 | c >> 6
                                    : c < 0x10000 ? 0xe0 | c >> 12
                                                  : 0xf0 | c >> 18),
                             (char)(0x80 | (c >> 12 & 0x3f)), (char)(0x80 | (c >> 6 & 0x3f)),
                             (char)(0x80 | (c & 0x3f))};
        size_t n = 1;
        text[n++] = utf8[0];
        for (size_t i = c < 0x800 ? 3 : c < 0x10000 ? 2 : 1; i < 4; i++)
            text[n++] = utf8[i];
        const struct pm_style style = {.width = 40, .utf8 = true};
        struct pm_table t = {0};
        struct pm_buf buf = {0};
        fill(&t, text);
        assert_int_equal(pm_table_print(&t, PM_FORMAT_TEXT, &style, &buf, NULL), 0);
        assert_true(plain_lines(pm_buf_text(&buf)));
        pm_buf_done(&buf);
        pm_table_done(&t);
    }
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_bytes),
        cmocka_unit_test(long_names),
        cmocka_unit_test(every_character),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
