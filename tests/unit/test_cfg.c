/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "network/cfg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int parse(const char *text, size_t len, struct pm_arena *arena, struct pm_cfg *cfg,
                 struct pm_err *err)
{
    return pm_cfg_parse(text, len, "x.cfg", arena, cfg, err);
}

static void reads_sections_and_options(void **state)
{
    (void)state;
    static const char text[] = "# a comment\n"
                               "[net]\n"
                               " width = 2 24 \n"
                               "\n"
                               "; another\n"
                               "\t[conv olutional]\t\n"
                               "activation=leaky";
    struct pm_arena arena = {0};
    struct pm_cfg cfg;
    assert_int_equal(parse(text, strlen(text), &arena, &cfg, NULL), 0);
    assert_string_equal(cfg.name, "x.cfg");
    assert_int_equal(cfg.n, 2);
    assert_string_equal(cfg.section[0].kind, "net");
    assert_int_equal(cfg.section[0].line, 2);
    assert_int_equal(cfg.section[0].n, 1);
    assert_string_equal(cfg.section[0].option[0].key, "width");
    /* all blanks go, as in Darknet */
    assert_string_equal(cfg.section[0].option[0].value, "224");
    assert_int_equal(cfg.section[0].option[0].line, 3);
    assert_string_equal(cfg.section[1].kind, "convolutional");
    assert_string_equal(pm_cfg_find(&cfg.section[1], "activation")->value, "leaky");
    assert_null(pm_cfg_find(&cfg.section[1], "Activation"));
    pm_arena_done(&arena);
}

static void takes_the_first_batch(void **state)
{
    (void)state;
    static const char text[] = "[net]\nbatch=1\nsubdivisions=2\nbatch=64\nsubdivisions=8\n";
    struct pm_arena arena = {0};
    struct pm_cfg cfg;
    assert_int_equal(parse(text, strlen(text), &arena, &cfg, NULL), 0);
    assert_int_equal(cfg.section[0].n, 4);
    assert_string_equal(pm_cfg_find(&cfg.section[0], "batch")->value, "1");
    pm_arena_done(&arena);
}

struct refusal {
    const char *text;
    size_t len; /* 0: strlen */
    const char *where, *says;
};

static const struct refusal refusals[] = {
    {"", 0, "x.cfg", "no section"},
    {"# nothing\n\n", 0, "x.cfg", "no section"},
    {"[net]\r\nwidth=3\r\n", 0, "x.cfg:1", "dos2unix"},
    {"[net]\nwidth=3\r\n", 0, "x.cfg:2", "dos2unix"},
    {"\xef\xbb\xbf[net]\n", 0, "x.cfg:1", "byte order mark"},
    {"[net]\nwid\0th=3\n", 15, "x.cfg:2", "NUL byte"},
    {"\x7f"
     "ELF\x02\x01\x01\0\0",
     9, "x.cfg:1", "NUL byte"},
    {"<!DOCTYPE html>\n<html>\n", 0, "x.cfg:1", "before the first section"},
    {"width=3\n[net]\n", 0, "x.cfg:1", "before the first section"},
    {"[net]\nwidth 3\n", 0, "x.cfg:2", "expected [section], key=value"},
    {"[net]\nwidth=\n", 0, "x.cfg:2", "neither of them empty"},
    {"[net]\n=3\n", 0, "x.cfg:2", "neither of them empty"},
    {"[net]\npolicy=steps # the policy\n", 0, "x.cfg:2", "line of its own"},
    {"[net]\nscales=.1,.1 ; twice\n", 0, "x.cfg:2", "line of its own"},
    {"[net\nwidth=3\n", 0, "x.cfg:1", "expected one [section]"},
    {"[net] width=3\n", 0, "x.cfg:1", "expected one [section]"},
    {"[]\n", 0, "x.cfg:1", "expected one [section]"},
    {"[net]\nwidth=3\nheight=3\nwidth=4\n", 0, "x.cfg:4", "width is given twice"},
    {"[net]\n[conv]\nbatch=1\nbatch=2\n", 0, "x.cfg:4", "batch is given twice"},
    {"\n[convolutional]\n", 0, "x.cfg:2", "expected [net]"},
};

static void refuses_what_darknet_trips_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *r = &refusals[i];
        struct pm_arena arena = {0};
        struct pm_cfg cfg = {.n = 99};
        struct pm_err err = {0};
        const size_t len = r->len != 0 ? r->len : strlen(r->text);
        if (parse(r->text, len, &arena, &cfg, &err) == 0)
            fail_msg("accepted: %s", r->text);
        assert_int_equal(err.code, PM_EDATA);
        assert_string_equal(err.where, r->where);
        if (strstr(err.msg, r->says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.msg, r->says);
        assert_int_equal(cfg.n, 99); /* untouched on failure */
        assert_int_equal(parse(r->text, len, &arena, &cfg, NULL), -1);
        pm_arena_done(&arena);
    }
}

static void hides_control_characters_of_hostile_files(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    struct pm_cfg cfg;
    struct pm_err err = {0};
    static const char text[] = "\x1b[2Jgone\n";
    assert_int_equal(parse(text, strlen(text), &arena, &cfg, &err), -1);
    assert_null(strchr(err.msg, '\x1b'));
    pm_arena_done(&arena);
}

static void limits_options_and_bytes(void **state)
{
    (void)state;
    struct pm_buf text = {0};
    struct pm_arena arena = {0};
    struct pm_cfg cfg;
    struct pm_err err = {0};
    pm_buf_add(&text, "[net]\n");
    for (int i = 0; i <= PM_CFG_MAX_OPTIONS; i++)
        pm_buf_addf(&text, "k%d=1\n", i);
    assert_int_equal(parse(text.data, text.len, &arena, &cfg, &err), -1);
    assert_non_null(strstr(err.msg, "too many options"));
    while (text.len <= PM_CFG_MAX_BYTES)
        pm_buf_add(&text, "# 0123456789 0123456789 0123456789 0123456789 0123456789\n");
    assert_int_equal(parse(text.data, text.len, &arena, &cfg, &err), -1);
    assert_non_null(strstr(err.msg, "larger than 1048576 bytes"));
    pm_buf_done(&text);
    pm_arena_done(&arena);
}

static void load_names_the_file(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    struct pm_cfg cfg;
    struct pm_err err = {0};
    assert_int_equal(pm_cfg_load("/nonexistent/x.cfg", &arena, &cfg, &err), -1);
    assert_string_equal(err.where, "/nonexistent/x.cfg");
    assert_int_equal(pm_cfg_load("/", &arena, &cfg, &err), -1);
    assert_non_null(strstr(err.msg, "not a regular file"));
    pm_arena_done(&arena);
}

static void rewrite_sets_the_batch(void **state)
{
    (void)state;
    static const char text[] = "# tested\n"
                               "[net]\n"
                               "# batch=64\n"
                               "batch = 1\n"
                               "subdivisions=1\n"
                               "width=416\n"
                               "batch=64\n"
                               "subdivisions=8\n"
                               "[convolutional]\n"
                               "filters=16";
    static const char expected[] = "# tested\n"
                                   "[net]\n"
                                   "batch=7\n"
                                   "subdivisions=1\n"
                                   "# batch=64\n"
                                   "width=416\n"
                                   "[convolutional]\n"
                                   "filters=16\n";
    struct pm_buf out = {0};
    assert_int_equal(pm_cfg_rewrite(text, strlen(text), "x.cfg", 7, &out, NULL), 0);
    assert_string_equal(pm_buf_text(&out), expected);
    pm_buf_done(&out);
}

static void rewrite_adds_a_missing_batch(void **state)
{
    (void)state;
    static const char text[] = "[network]\nwidth=3\n[softmax]\n";
    struct pm_buf out = {0};
    assert_int_equal(pm_cfg_rewrite(text, strlen(text), "x.cfg", 3, &out, NULL), 0);
    assert_string_equal(pm_buf_text(&out),
                        "[network]\nbatch=3\nsubdivisions=1\nwidth=3\n[softmax]\n");
    pm_buf_done(&out);
}

static void rewrite_refuses_what_parse_refuses(void **state)
{
    (void)state;
    struct pm_buf out = {0};
    struct pm_err err = {0};
    assert_int_equal(pm_cfg_rewrite("[conv]\n", 7, "x.cfg", 3, &out, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
    assert_int_equal(out.len, 0);
    pm_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sections_and_options),
        cmocka_unit_test(takes_the_first_batch),
        cmocka_unit_test(refuses_what_darknet_trips_over),
        cmocka_unit_test(hides_control_characters_of_hostile_files),
        cmocka_unit_test(limits_options_and_bytes),
        cmocka_unit_test(load_names_the_file),
        cmocka_unit_test(rewrite_sets_the_batch),
        cmocka_unit_test(rewrite_adds_a_missing_batch),
        cmocka_unit_test(rewrite_refuses_what_parse_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
