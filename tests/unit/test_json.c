/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/quantity.h"
#include "json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct thing {
    const char *name;
    double ratio;
    long count;
    bool flag;
    struct pm_quantity time_ms;
    const struct cJSON *rest;
};

static const struct pm_field fields[] = {
    PM_FIELD(struct thing, name, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD_RANGE(struct thing, ratio, PM_JSON_NUMBER, PM_OPTIONAL, 0, 1),
    PM_FIELD_RANGE(struct thing, count, PM_JSON_INT, PM_OPTIONAL, -5, 100),
    PM_FIELD(struct thing, flag, PM_JSON_BOOL, PM_OPTIONAL),
    PM_FIELD_RANGE(struct thing, time_ms, PM_JSON_QUANTITY, PM_OPTIONAL, 0, 1000),
    PM_FIELD(struct thing, rest, PM_JSON_NODE, PM_OPTIONAL),
};

static struct cJSON *parse(const char *text)
{
    struct cJSON *root = NULL;
    struct pm_err err = {0};
    if (pm_json_parse(text, strlen(text), "text", &root, &err) != 0)
        fail_msg("%s: %s: %s", text, err.where, err.msg);
    return root;
}

static void texts_refused(void **unused)
{
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "[\"r\xe9sn\xff\"]",
        "{\"\xc3\": 1}",
        "[\"\xed\xa0\x80\"]",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "[1] x",
        "{} {}",
        "[NaN]",
        "[Infinity]",
        "[-Infinity]",
        "[1e400]",
        "[-1e400]",
        "[0x10]",
        "[.5]",
        "[+1]",
        "[\"a\nb\"]",
        "[\"\\x41\"]",
        "[\"\\ud800\"]",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "[{\"a\":1,\"a\":1}]",
        "[tru]",
        "// comment\n1",
        "[\"open",
        "\xff",
    };
    (void)unused;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct cJSON *root = NULL;
        struct pm_err err = {0};
        if (pm_json_parse(bad[i], strlen(bad[i]), "text", &root, &err) == 0) {
            pm_json_free(root);
            print_error("accepted: %s\n", bad[i]);
            err.code = PM_OK;
        }
        assert_int_equal(err.code, PM_EDATA);
        assert_null(root);
        assert_int_equal(strncmp(err.where, "text", 4), 0);
    }
}

static void nul_and_depth(void **unused)
{
    struct cJSON *root = NULL;
    struct pm_err err = {0};
    static char deep[200002];
    (void)unused;
    assert_int_equal(pm_json_parse("[1]\0[2]", 7, "text", &root, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
    memset(deep, '[', 100000);
    memset(deep + 100000, ']', 100000);
    assert_int_equal(pm_json_parse(deep, 200000, "deep", &root, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
}

static void line_of_an_error(void **unused)
{
    struct cJSON *root = NULL;
    struct pm_err err = {0};
    static const char text[] = "{\n  \"a\": 1,\n  \"b\": oops\n}\n";
    (void)unused;
    assert_int_equal(pm_json_parse(text, sizeof text - 1, "file.json", &root, &err), -1);
    assert_non_null(strstr(err.msg, "line 3"));
}

static void reading_by_a_table(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_err err = {0};
    struct thing t = {.ratio = 0.25};
    struct cJSON *root = parse("{\"name\": \"x\", \"count\": -3, \"flag\": true, \"rest\": [1],"
                               " \"time_ms\": {\"value\": 2.385, \"lo\": 2, \"hi\": 3,"
                               " \"origin\": \"measured\"}}");
    (void)unused;
    assert_int_equal(pm_json_read(root, fields, COUNT(fields), "w", &arena, &t, &err), 0);
    pm_json_free(root);
    assert_string_equal(t.name, "x");
    assert_close(t.ratio, 0.25, 0); /* absent: left alone */
    assert_int_equal(t.count, -3);
    assert_true(t.flag);
    assert_true(t.time_ms.has_interval && t.time_ms.origin == PM_MEASURED);
    assert_close(t.time_ms.value, 2.385, 0);
    assert_close(t.time_ms.lo, 2, 0);
    pm_arena_done(&arena);
}

static void fields_refused(void **unused)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"{}", "name"},
        {"{\"name\": 1}", "name"},
        {"{\"name\": null}", "name"},
        {"{\"Name\": \"x\"}", "Name"},
        {"{\"name\": \"x\", \"ratoi\": 1}", "ratio"},
        {"{\"name\": \"x\", \"ratio\": 1.5}", "ratio"},
        {"{\"name\": \"x\", \"ratio\": \"1\"}", "ratio"},
        {"{\"name\": \"x\", \"count\": 1.5}", "count"},
        {"{\"name\": \"x\", \"count\": 101}", "count"},
        {"{\"name\": \"x\", \"count\": 1e300}", "count"},
        {"{\"name\": \"x\", \"flag\": 1}", "flag"},
        {"{\"name\": \"x\", \"time_ms\": {\"value\": 1}}", "time_ms"},
        {"{\"name\": \"x\", \"time_ms\": {\"origin\": \"measured\"}}", "time_ms"},
        {"{\"name\": \"x\", \"time_ms\": {\"value\": 1, \"origin\": \"felt\"}}", "time_ms"},
        {"{\"name\": \"x\", \"time_ms\": {\"value\": -1, \"origin\": \"measured\"}}", "time_ms"},
        {"{\"name\": \"x\", \"time_ms\": {\"value\": 1, \"lo\": 2, \"hi\": 3,"
         " \"origin\": \"measured\"}}",
         "time_ms"},
        {"{\"name\": \"x\", \"time_ms\": {\"value\": 1, \"lo\": 0,"
         " \"origin\": \"measured\"}}",
         "time_ms"},
        {"{\"name\": \"x\", \"time_ms\": {\"value\": 1, \"origin\": \"measured\", \"u\": 1}}",
         "time_ms"},
        {"{\"name\": \"\\u001b[31mred\"}", "control"},
        {"{\"name\": \"a\\tb\"}", "name"},
        {"[]", ""},
        {"3", ""},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct pm_arena arena = {0};
        struct pm_err err = {0};
        struct thing t = {.ratio = 0.25};
        struct cJSON *root = parse(bad[i].text);
        const int result = pm_json_read(root, fields, COUNT(fields), "w", &arena, &t, &err);
        pm_json_free(root);
        pm_arena_done(&arena);
        if (result == 0)
            fail_msg("accepted: %s", bad[i].text);
        assert_int_equal(err.code, PM_EDATA);
        if (strstr(err.where, bad[i].says) == NULL && strstr(err.msg, bad[i].says) == NULL)
            fail_msg("%s: \"%s: %s\" does not name %s", bad[i].text, err.where, err.msg,
                     bad[i].says);
    }
}

/* What is written reads back the same, to the last bit. */
static void round_trip(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    const struct thing in = {.name = "quote \" back\\slash caf\xc3\xa9",
                             .ratio = 0.1 + 0.2,
                             .count = 42,
                             .time_ms = pm_quantity_between(1.0 / 3, 0.25, 0.5, PM_PUBLISHED)};
    struct thing out = {0};
    struct cJSON *root = pm_json_object();
    (void)unused;
    pm_json_write(root, fields, COUNT(fields), &in);
    assert_int_equal(pm_json_print(root, true, &buf, &err), 0);
    root = parse(pm_buf_text(&buf));
    assert_int_equal(pm_json_read(root, fields, COUNT(fields), "w", &arena, &out, &err), 0);
    pm_json_free(root);
    assert_string_equal(out.name, in.name);
    assert_memory_equal(&out.ratio, &in.ratio, sizeof in.ratio);
    assert_int_equal(out.count, 42);
    assert_false(out.flag);
    assert_true(out.time_ms.value == in.time_ms.value && out.time_ms.hi == 0.5);
    assert_int_equal(out.time_ms.origin, PM_PUBLISHED);
    assert_null(strstr(pm_buf_text(&buf), "flag")); /* optional and false: left out */
    pm_buf_done(&buf);
    pm_arena_done(&arena);
}

static void numbers_and_walking(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_err err = {0};
    struct cJSON *root = parse("{\"a\": [1, 2.5, -3e2], \"b\": [1, \"x\"], \"t\": true}");
    double *values = NULL, number = 0;
    size_t n = 0;
    (void)unused;
    assert_int_equal(pm_json_numbers(pm_json_array(root, "a"), "a", &arena, &values, &n, &err), 0);
    assert_int_equal(n, 3);
    assert_close(values[2], -300, 0);
    assert_int_equal(pm_json_numbers(pm_json_array(root, "b"), "b", &arena, &values, &n, &err), -1);
    assert_non_null(strstr(err.msg, "1")); /* which element */
    assert_null(pm_json_array(root, "t"));
    assert_null(pm_json_member(root, "A"));
    assert_true(pm_json_is_true(pm_json_member(root, "t")));
    assert_false(pm_json_number_of(pm_json_member(root, "t"), &number));
    assert_null(pm_json_text_of(pm_json_member(root, "t")));
    assert_int_equal(pm_json_count(pm_json_array(root, "a")), 3);
    assert_string_equal(pm_json_key_of(pm_json_first(root)), "a");
    assert_null(pm_json_first(NULL));
    pm_json_free(root);
    pm_json_free(NULL);
    pm_arena_done(&arena);
}

static void schema(void **unused)
{
    struct pm_err err = {0};
    struct cJSON *root = parse("{\"schema\": \"pickmodel/x/1\"}");
    (void)unused;
    assert_int_equal(pm_json_check_schema(root, "f", "pickmodel/x/1", &err), 0);
    assert_int_equal(pm_json_check_schema(root, "f", "pickmodel/x/2", &err), -1);
    pm_json_free(root);
}

/* Not a number never reaches a file as a number. */
static void not_finite(void **unused)
{
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    struct cJSON *root = pm_json_object();
    const struct thing in = {.name = "x", .ratio = (double)NAN};
    (void)unused;
    pm_json_write(root, fields, COUNT(fields), &in);
    assert_int_equal(pm_json_print(root, false, &buf, &err), 0);
    assert_string_equal(pm_buf_text(&buf), "{\"name\":\"x\"}\n");
    pm_buf_done(&buf);
}

/* What a caller lets through is mended, so that what is written can be read. */
static void texts_written_plain(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    struct thing t = {.name = "r\xc3\xa9sn\xc2\x9b\xff", .ratio = 0.2385}, again = {0};
    (void)unused;
    struct cJSON *root = pm_json_object(), *read = NULL;
    pm_json_write(root, fields, COUNT(fields), &t);
    pm_json_push_text(pm_json_add_list(root, "rest"), "\033\xe9");
    assert_int_equal(pm_json_print(root, true, &buf, &err), 0);
    assert_int_equal(pm_json_parse(pm_buf_text(&buf), buf.len, "text", &read, &err), 0);
    assert_int_equal(pm_json_read(read, fields, COUNT(fields), "text", &arena, &again, &err), 0);
    assert_string_equal(again.name, "r\xc3\xa9sn??");
    assert_string_equal(pm_json_text_of(pm_json_first(again.rest)), "??");
    pm_json_free(read);
    pm_buf_done(&buf);
    pm_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_refused),
        cmocka_unit_test(texts_written_plain),
        cmocka_unit_test(nul_and_depth),
        cmocka_unit_test(line_of_an_error),
        cmocka_unit_test(reading_by_a_table),
        cmocka_unit_test(fields_refused),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(numbers_and_walking),
        cmocka_unit_test(schema),
        cmocka_unit_test(not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
