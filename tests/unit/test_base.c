/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/index.h"
#include "base/number.h"
#include "base/quantity.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "close.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef bool reader(const char *text, double *out);

struct good {
    reader *read;
    const char *text;
    double value;
};

static void numbers_with_units(void **unused)
{
    static const struct good good[] = {
        {pm_number_double, "2.385", 2.385},
        {pm_number_double, "-1e3", -1000},
        {pm_number_double, "0", 0},
        {pm_number_duration_ms, "200ms", 200},
        {pm_number_duration_ms, "1.5s", 1500},
        {pm_number_duration_ms, "300us", 0.3},
        {pm_number_duration_ms, "2min", 120e3},
        {pm_number_duration_ms, "2h", 7200e3},
        {pm_number_bytes, "512MiB", 536870912},
        {pm_number_bytes, "1GB", 1e9},
        {pm_number_bytes, "900KiB", 921600},
        {pm_number_bytes, "20B", 20},
        {pm_number_joules, "2J", 2},
        {pm_number_joules, "350mJ", 0.35},
        {pm_number_watts, "10", 10},
        {pm_number_watts, "10W", 10},
        {pm_number_watts, "800mW", 0.8},
        {pm_number_count, "25000000", 25e6},
        {pm_number_count, "25M", 25e6},
        {pm_number_count, "1.2B", 1.2e9},
        {pm_number_count, "900k", 900e3},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT(good); i++) {
        double value = -1;
        if (!good[i].read(good[i].text, &value))
            fail_msg("\"%s\" is refused", good[i].text);
        assert_close(value, good[i].value, 1e-14);
    }
}

static void numbers_refused(void **unused)
{
    static const struct good bad[] = {
        {pm_number_double, "", 0},        {pm_number_double, " 1", 0},
        {pm_number_double, "1 ", 0},      {pm_number_double, "0x10", 0},
        {pm_number_double, "inf", 0},     {pm_number_double, "nan", 0},
        {pm_number_double, "1e999", 0},   {pm_number_double, "1,5", 0},
        {pm_number_double, "--1", 0},     {pm_number_double, "1e", 0},
        {pm_number_double, ".", 0},       {pm_number_duration_ms, "200", 0},
        {pm_number_duration_ms, "ms", 0}, {pm_number_duration_ms, "200MS", 0},
        {pm_number_duration_ms, "1d", 0}, {pm_number_duration_ms, "1e308h", 0},
        {pm_number_bytes, "512", 0},      {pm_number_bytes, "5XB", 0},
        {pm_number_bytes, "5 MiB x", 0},  {pm_number_joules, "2", 0},
        {pm_number_joules, "2W", 0},      {pm_number_watts, "10V", 0},
        {pm_number_watts, "W", 0},        {pm_number_count, "lots", 0},
        {pm_number_count, "5G5", 0},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT(bad); i++) {
        double value = 7;
        if (bad[i].read(bad[i].text, &value))
            fail_msg("\"%s\" is taken for %g", bad[i].text, value);
        assert_true(value == 7); /* not written */
    }
}

static void counts(void **unused)
{
    static const struct {
        const char *text;
        size_t n; /* 0: refused */
        long value[8];
    } all[] = {
        {"1", 1, {1}},
        {"1,2,4", 3, {1, 2, 4}},
        {"1-4", 4, {1, 2, 3, 4}},
        {"2-8+2", 4, {2, 4, 6, 8}},
        {"1-64*2", 7, {1, 2, 4, 8, 16, 32, 64}},
        {"1-5*2", 3, {1, 2, 4}},
        {"4,1-4", 4, {4, 1, 2, 3}},
        {"", 0, {0}},
        {"0", 0, {0}},
        {"1,", 0, {0}},
        {",1", 0, {0}},
        {"2-1", 0, {0}},
        {"1-4*1", 0, {0}},
        {"1-4+0", 0, {0}},
        {"65", 0, {0}},
        {"1-64", 0, {0}},
        {"1 2", 0, {0}},
        {"-1", 0, {0}},
        {"1.5", 0, {0}},
        {"1-4*2x", 0, {0}},
        {"x", 0, {0}},
        {"9999999999999999999", 0, {0}},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT(all); i++) {
        long value[8] = {0};
        size_t n = 0;
        const bool good = pm_number_counts(all[i].text, 64, value, 8, &n);
        if (good != (all[i].n > 0) || n != all[i].n)
            fail_msg("\"%s\": %zu", all[i].text, n);
        for (size_t k = 0; good && k < n; k++)
            assert_int_equal(value[k], all[i].value[k]);
    }
}

static void whole_numbers(void **unused)
{
    long n = 7;
    const char *rest = NULL;
    double value = 0;
    (void)unused;
    assert_true(pm_number_long("42", 0, 100, &n) && n == 42);
    assert_true(pm_number_long("-3", -5, 5, &n) && n == -3);
    n = 7;
    assert_false(pm_number_long("101", 0, 100, &n));
    assert_false(pm_number_long("4.0", 0, 100, &n));
    assert_false(pm_number_long("", 0, 100, &n));
    assert_false(pm_number_long("99999999999999999999", 0, 100, &n));
    assert_int_equal(n, 7);
    assert_true(pm_number_prefix("2.5ms", &value, &rest));
    assert_close(value, 2.5, 0);
    assert_string_equal(rest, "ms");
    assert_false(pm_number_prefix("ms", &value, &rest));
}

static void nearest_names(void **unused)
{
    static const char *const names[] = {"resnet18", "resnet50", "vgg-16", "max_watts"};
    (void)unused;
    assert_int_equal(pm_text_distance("resnet50", "resnet50"), 0);
    assert_int_equal(pm_text_distance("ResNet50", "resnet50"), 0);
    assert_int_equal(pm_text_distance("resent50", "resnet50"), 1); /* transposed */
    assert_int_equal(pm_text_distance("resnet5", "resnet50"), 1);
    assert_string_equal(pm_text_nearest("resnet51", names, 4), "resnet50");
    assert_string_equal(pm_text_nearest("max_wats", names, 4), "max_watts");
    assert_null(pm_text_nearest("densenet201", names, 4));
    assert_null(pm_text_nearest("", names, 4));
    assert_null(pm_text_nearest("x", names, 0));
}

static void names_and_identifiers(void **unused)
{
    char long_name[140], printable[32];
    (void)unused;
    assert_true(pm_text_same_name("ResNet 50", "resnet-50"));
    assert_true(pm_text_same_name("resnext50_32x4d", "ResNeXt50 32x4d"));
    assert_false(pm_text_same_name("resnet-50", "resnet-5"));
    assert_true(pm_text_is_identifier("jetson-tx1.local_2"));
    assert_false(pm_text_is_identifier(""));
    assert_false(pm_text_is_identifier(".hidden"));
    assert_false(pm_text_is_identifier("-x"));
    assert_false(pm_text_is_identifier("a/b"));
    assert_false(pm_text_is_identifier("caf\xc3\xa9"));
    memset(long_name, 'a', sizeof long_name);
    long_name[128] = '\0';
    assert_true(pm_text_is_identifier(long_name));
    long_name[128] = 'a';
    long_name[129] = '\0';
    assert_false(pm_text_is_identifier(long_name));
    pm_text_printable("a\033[31mb\nc", printable, sizeof printable);
    assert_null(strpbrk(printable, "\033\n"));
    assert_int_equal(strlen(printable), 9);
    pm_text_printable("0123456789", printable, 5);
    assert_int_equal(strlen(printable), 4);
}

static void plain_and_not(void **unused)
{
    static const struct {
        const char *text, *shown; /* shown NULL: plain as it is */
    } c[] = {
        {"", NULL},
        {"r\xc3\xa9sn\xc3\xa9t", NULL},
        {"\xe7\xb6\xb2\xe8\xb7\xaf", NULL},
        {"\xf0\x9f\xa4\x96 \xe2\x80\x94 \xc2\xa0", NULL},
        {"\xf4\x8f\xbf\xbf", NULL},          /* U+10FFFF, the last */
        {"a\033[31mb\nc\177", "a?[31mb?c?"}, /* C0 and DEL */
        {"a\xc2\x9b"
         "31m\xc2\x80\xc2\x9f",
         "a?31m??"}, /* C1: one '?' each */
        {"a\xc2\x9b", "a?"},
        {"r\xe9sn\xff", "r?sn?"}, /* Latin-1 */
        {"\xc3", "?"},            /* half a character */
        {"\xe7\xb6", "??"},
        {"\xa9", "?"},                     /* a continuation of nothing */
        {"\xc0\xaf\xe0\x80\xaf", "?????"}, /* overlong */
        {"\xf0\x82\x82\xac", "????"},
        {"\xed\xa0\x80", "???"},      /* a surrogate */
        {"\xf4\x90\x80\x80", "????"}, /* over U+10FFFF */
        {"\xf8\x88\x80\x80\x80", "?????"},
        {"a\xe2\x80\xa8\xe2\x80\xa9z", "a??z"}, /* line and paragraph separators */
        {"\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9", "????"},      /* bidirectional */
        {"\xe2\x80\x8b\xe2\x80\x8e\xd8\x9c\xef\xbb\xbf\xc2\xad", "?????"}, /* of no width */
        {"a\xf3\xa0\x81\xa1\xef\xb8\x8f", "a??"}, /* a tag, a variation selector */
        {"\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\x9f\xe2\x81\xb0\xc2\xac\xc2\xae",
         NULL}, /* their neighbours */
    };
    (void)unused;
    for (size_t i = 0; i < COUNT(c); i++) {
        char out[64];
        assert_int_equal(pm_text_is_plain(c[i].text), c[i].shown == NULL);
        pm_text_printable(c[i].text, out, sizeof out);
        assert_string_equal(out, c[i].shown != NULL ? c[i].shown : c[i].text);
    }
    char cut[6];
    assert_string_equal(pm_text_printable("abc\xe7\xb6\xb2", cut, sizeof cut), "abc");
    assert_string_equal(pm_text_printable("ab\xe7\xb6\xb2", cut, sizeof cut), "ab\xe7\xb6\xb2");
    assert_string_equal(pm_text_printable("x", cut, 1), "");
    assert_null(pm_text_find_broken("\033 is UTF-8, \xc2\x9b is too"));
    const char *broken = "\xc3\xa9\n\xe9";
    assert_ptr_equal(pm_text_find_broken(broken), broken + 3);
}

/* Bytes at random, most of them such as make characters, near characters and controls. */
static void random_text(char *out, size_t size)
{
    static const unsigned char likely[] = {0xc2, 0x9b, 0xe2, 0x80, 0xa8, 0xae, 0x81, 0xa6, 0xed,
                                           0xa0, 0xf0, 0x9f, 0x90, 0xf4, 0x8f, 0xbf, 'a',  0x1b};
    const size_t n = (size_t)rand() % size;
    for (size_t i = 0; i < n; i++) {
        const int byte = rand() % 3 > 0 ? likely[(size_t)rand() % COUNT(likely)] : 1 + rand() % 255;
        out[i] = (char)byte;
    }
    out[n] = '\0';
}

static void printable_is_plain(void **unused)
{
    (void)unused;
    srand(20260);
    size_t cuts = 0, plain = 0;
    for (size_t i = 0; i < 100000; i++) {
        char text[24], out[24], whole[24];
        const size_t size = 1 + (size_t)rand() % sizeof out;
        random_text(text, sizeof text);
        memset(out, 'x', sizeof out);
        pm_text_printable(text, whole, sizeof whole);
        assert_ptr_equal(pm_text_printable(text, out, size), out);
        assert_true(strlen(out) < size);
        assert_true(pm_text_is_plain(out));
        assert_null(pm_text_find_broken(out));
        assert_memory_equal(out, whole, strlen(out)); /* cut, but not changed */
        assert_true(strlen(out) == strlen(whole) || strlen(out) + 4 >= size);
        if (pm_text_is_plain(text))
            assert_string_equal(whole, text);
        cuts += strlen(out) < strlen(whole);
        plain += pm_text_is_plain(text);
        struct pm_buf buf = {0};
        pm_buf_add_plain(&buf, text, strlen(text));
        assert_string_equal(pm_buf_text(&buf), whole);
        pm_buf_done(&buf);
        assert_string_equal(pm_text_printable(text, text, sizeof text), whole); /* in place */
    }
    assert_true(cuts > 10000 && plain > 1000 && plain < 90000);
}

static void digests(void **unused)
{
    (void)unused; /* FNV-1a's published test vectors */
    assert_true(pm_digest(PM_DIGEST_START, "", 0) == UINT64_C(0xcbf29ce484222325));
    assert_true(pm_digest(PM_DIGEST_START, "a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(pm_digest(PM_DIGEST_START, "foobar", 6) == UINT64_C(0x85944171f73967e8));
    assert_true(pm_digest(pm_digest(PM_DIGEST_START, "foo", 3), "bar", 3) ==
                UINT64_C(0x85944171f73967e8));
}

static void arenas(void **unused)
{
    struct pm_arena arena = {0};
    (void)unused;
    for (size_t n = 1; n < 5000; n += 97) {
        double *d = pm_arena_alloc(&arena, n, sizeof *d);
        assert_non_null(d);
        assert_int_equal((uintptr_t)d % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++) {
            assert_true(d[i] == 0);
            d[i] = 1;
        }
        assert_string_equal(pm_arena_dup(&arena, "odd"), "odd"); /* unaligns what follows */
    }
    assert_null(pm_arena_alloc(&arena, SIZE_MAX / 2, 4));
    assert_string_equal(pm_arena_dup_bytes(&arena, "abcdef", 3), "abc");
    assert_string_equal(pm_arena_printf(&arena, "%s %d", "x", 42), "x 42");
    pm_arena_done(&arena);
    pm_arena_done(&arena);
}

/* Each place of a digest, in the order they came, whatever else there is and however it grew. */
static void indices(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_index index = {0};
    size_t probe = 0;
    (void)unused;
    assert_true(pm_index_next(&index, 7, &probe) == PM_INDEX_END);
    for (size_t i = 0; i < 1000; i++) /* digests that all begin at a few slots */
        assert_true(pm_index_add(&index, &arena, i % 7 * 1024, i));
    for (size_t digest = 0; digest < 7; digest++) {
        probe = 0;
        for (size_t i = digest; i < 1000; i += 7)
            assert_int_equal(pm_index_next(&index, digest * 1024, &probe), i);
        assert_true(pm_index_next(&index, digest * 1024, &probe) == PM_INDEX_END);
    }
    const uint64_t start = pm_index_digest();
    assert_true(start == pm_index_digest());
    assert_true(pm_index_digest_text(start, NULL) != pm_index_digest_text(start, ""));
    assert_true(pm_index_digest_text(pm_index_digest_text(start, "a"), "bc") !=
                pm_index_digest_text(pm_index_digest_text(start, "ab"), "c"));
    size_t *list = NULL;
    for (size_t n = 0; n < 100; n++) {
        list = pm_arena_room(&arena, list, n, sizeof *list);
        list[n] = n;
        assert_int_equal(list[n / 2], n / 2);
    }
    pm_arena_done(&arena);
}

static void buffers(void **unused)
{
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    (void)unused;
    assert_string_equal(pm_buf_text(&buf), "");
    for (int i = 0; i < 1000; i++)
        pm_buf_addf(&buf, "%d,", i % 10);
    assert_int_equal(buf.len, 2000);
    pm_buf_consume(&buf, 1990);
    pm_buf_add(&buf, "end");
    pm_buf_add_bytes(&buf, "xyz", 1);
    assert_string_equal(pm_buf_text(&buf), "5,6,7,8,9,endx");
    assert_int_equal(pm_buf_check(&buf, &err), 0);
    buf.failed = true;
    assert_int_equal(pm_buf_check(&buf, &err), -1);
    assert_int_equal(err.code, PM_ENOMEM);
    pm_buf_done(&buf);
    assert_string_equal(pm_buf_text(&buf), "");
}

static void files(void **unused)
{
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    uint64_t size = 0, digest = 0;
    char line[8] = "";
    (void)unused;
    assert_int_equal(pm_file_write("new/deep/file", "first\nsecond", 12, &err), 0);
    assert_int_equal(pm_file_read("new/deep/file", 12, &buf, &err), 0);
    assert_string_equal(pm_buf_text(&buf), "first\nsecond");
    assert_int_equal(pm_file_size("new/deep/file", &size, &err), 0);
    assert_int_equal(size, 12);
    assert_int_equal(pm_file_digest("new/deep/file", &digest, &err), 0);
    assert_true(digest == pm_digest(PM_DIGEST_START, "first\nsecond", 12));
    assert_true(pm_file_first_line("new/deep/file", line, sizeof line));
    assert_string_equal(line, "first");
    assert_true(pm_file_first_line("new/deep/file", line, 4));
    assert_string_equal(line, "fir");
    assert_false(pm_file_first_line("nosuch", line, sizeof line));
    assert_int_equal(pm_file_write("new/deep/file", "x", 1, &err), 0);
    assert_int_equal(pm_file_size("new/deep/file", &size, &err), 0);
    assert_int_equal(size, 1);
    assert_true(pm_file_exists("new/deep/file"));
    assert_false(pm_file_exists("new/deep"));
    pm_buf_done(&buf);
}

/* Refused at once, and named: nothing waits for the other end of a pipe. */
static void files_refused(void **unused)
{
    static const char *const bad[] = {"nosuch", ".", "pipe", "/dev/zero", "big"};
    (void)unused;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(pm_file_write("big", "0123456789", 10, NULL), 0);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct pm_buf buf = {0};
        struct pm_err err = {0};
        assert_int_equal(pm_file_read(bad[i], 9, &buf, &err), -1);
        assert_int_equal(err.code, PM_EDATA);
        assert_non_null(strstr(err.where, bad[i]));
        pm_buf_done(&buf);
    }
    struct pm_err err = {0};
    assert_int_equal(pm_file_write("big/below", "x", 1, &err), -1);
    assert_int_equal(err.code, PM_ESYSTEM);
}

/* Whoever is refused may have written the words of the refusal. */
static void errors_are_plain(void **unused)
{
    (void)unused;
    struct pm_err err = {0};
    pm_fail(&err, PM_EDATA, "a\x1b[31m", "near \"%.3s\", \xe2\x80\xae", "b\xc3\xa9\xc3\xa9");
    assert_string_equal(err.where, "a?[31m");
    assert_string_equal(err.msg, "near \"b\xc3\xa9\", ?");
    pm_fail(&err, PM_EDATA, NULL, "%.2s", "b\xc3\xa9");
    assert_string_equal(err.msg, "b?"); /* cut within a character */
}

static void errors_and_quantities(void **unused)
{
    struct pm_err err = {0};
    enum pm_origin origin = PM_UNKNOWN;
    char longer[1000];
    (void)unused;
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(pm_fail(&err, PM_EDATA, longer, "%s", longer), -1);
    assert_int_equal(strlen(err.where), sizeof err.where - 1);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    assert_int_equal(pm_fail(NULL, PM_EDATA, NULL, "nobody listens"), -1);
    for (int o = PM_MEASURED; o < PM_ORIGINS; o++) {
        assert_true(pm_origin_parse(pm_origin_name((enum pm_origin)o), &origin));
        assert_int_equal(origin, o);
    }
    assert_false(pm_origin_parse("guessed", &origin));
    const struct pm_quantity q = pm_quantity_of(2.385, PM_MEASURED);
    assert_true(pm_known(q) && !q.has_interval && q.lo == q.value && q.hi == q.value);
}

static int in_new_folder(void **state)
{
    static char folder[] = "test_base-XXXXXX";
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_with_units),
        cmocka_unit_test(numbers_refused),
        cmocka_unit_test(counts),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(nearest_names),
        cmocka_unit_test(names_and_identifiers),
        cmocka_unit_test(plain_and_not),
        cmocka_unit_test(printable_is_plain),
        cmocka_unit_test(digests),
        cmocka_unit_test(arenas),
        cmocka_unit_test(indices),
        cmocka_unit_test(buffers),
        cmocka_unit_test(files),
        cmocka_unit_test(files_refused),
        cmocka_unit_test(errors_are_plain),
        cmocka_unit_test(errors_and_quantities),
    };
    return cmocka_run_group_tests(tests, in_new_folder, NULL);
}
