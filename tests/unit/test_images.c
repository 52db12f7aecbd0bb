/* SPDX-License-Identifier: MIT
 * What becomes of an image on its way into a network, and what lists of images say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "advise/accuracy.h"
#include "base/err.h"
#include "base/file.h"
#include "close.h"
#include "images/preprocess.h"
#include "record/evaluation.h"
#include "record/image_list.h"

static void keeps_what_fits(void **state)
{
    (void)state;
    float in[3 * 4 * 4], out[3 * 4 * 4];
    for (size_t i = 0; i < 48; i++)
        in[i] = (float)i / 48;
    const struct pm_pixels pixels = {4, 4, 3, in};
    for (int how = 0; how < PM_CENTER_CROP_875; how++) {
        assert_true(pm_preprocess(&pixels, (enum pm_preprocess)how, 4, 4, out));
        assert_memory_equal(in, out, sizeof in);
    }
}

static void crops_letters_and_stretches(void **state)
{
    (void)state;
    float in[] = {0, .25F, .5F, 1, 0, .25F, .5F, 1}, out[16];
    const struct pm_pixels wide = {4, 2, 1, in};
    assert_true(pm_preprocess(&wide, PM_DARKNET_CENTER_CROP, 2, 2, out));
    assert_close(out[0], .25, 0);
    assert_close(out[3], .5, 0);
    assert_true(pm_preprocess(&wide, PM_DARKNET_LETTERBOX, 4, 4, out));
    assert_close(out[0], .5, 0); /* around it */
    assert_close(out[4], 0, 0);
    assert_close(out[11], 1, 0);
    assert_close(out[12], .5, 0);
    assert_true(pm_preprocess(&wide, PM_STRETCH, 2, 1, out));
    assert_close(out[0], 0, 0); /* corners stay where they are */
    assert_close(out[1], 1, 0);
    for (size_t i = 0; i < 8; i++)
        in[i] = .75F;
    assert_true(pm_preprocess(&wide, PM_CENTER_CROP_875, 2, 2, out));
    for (size_t i = 0; i < 4; i++)
        assert_close(out[i], .75, 1e-6);
    enum pm_preprocess how = PM_STRETCH;
    assert_true(pm_preprocess_parse("darknet-letterbox", &how));
    assert_int_equal(how, PM_DARKNET_LETTERBOX);
    assert_false(pm_preprocess_parse("letterbox", &how));
}

static void write_file(const char *name, const char *text)
{
    struct pm_err err = {0};
    assert_int_equal(pm_file_write(name, text, strlen(text), &err), 0);
}

static void reads_lists(void **state)
{
    (void)state;
    struct pm_image_list list = {0}, again = {0};
    struct pm_err err = {0};
    write_file("list", "a b.png 1\r\n/abs.png\t0\n\na b.png\t1\nc.png\t2");
    assert_int_equal(pm_image_list_read("./list", NULL, &list, &err), 0);
    assert_int_equal(list.n, 3);
    assert_int_equal(list.duplicates, 1);
    assert_string_equal(list.item[0].path, "./a b.png");
    assert_string_equal(list.item[1].path, "/abs.png");
    assert_int_equal(list.item[2].label, 2);
    assert_int_equal(list.item[2].index, -1);
    write_file("list", "a b.png 1\r\n/abs.png\t0\n\na b.png\t1\nc.png\t1");
    assert_int_equal(pm_image_list_read("./list", NULL, &again, &err), 0);
    assert_true(again.digest != list.digest);
    pm_image_list_done(&again);
    pm_image_list_done(&list);
    write_file("list", "a.png cat\nb.png dog\n");
    write_file("names", "dog\ncat\n");
    assert_int_equal(pm_image_list_read("list", NULL, &list, &err), -1);
    assert_non_null(strstr(err.where, "list:1"));
    assert_int_equal(pm_image_list_read("list", "names", &list, &err), 0);
    assert_int_equal(list.item[0].label, 1);
    assert_int_equal(list.item[1].label, 0);
    pm_image_list_done(&list);
    unlink("list");
    unlink("names");
}

/* Kept and read again, a share with its interval, and refused when its counts do not agree. */
static void keeps_evaluations(void **state)
{
    (void)state;
    struct pm_evaluation e = {.network = "net",
                              .cfg_digest = "0123456789abcdef",
                              .preprocessing = "stretch",
                              .images = "list",
                              .list_digest = "1",
                              .n = 12,
                              .done = 12,
                              .classes = 10,
                              .good = 8,
                              .wrong = 3,
                              .good5 = 10,
                              .skipped = 1},
                         back = {0}, other = {0};
    struct pm_err err = {0};
    struct pm_mcnemar m;
    e.hits = pm_evaluation_bits(&e, e.n);
    e.seen = pm_evaluation_bits(&e, e.n);
    for (long i = 0; i < 11; i++) {
        pm_evaluation_set_bit(e.seen, i);
        if (i < 8)
            pm_evaluation_set_bit(e.hits, i);
    }
    assert_int_equal(pm_evaluation_save(&e, "e.json", &err), 0);
    assert_int_equal(pm_evaluation_load("e.json", &back, &err), 0);
    assert_memory_equal(back.hits, e.hits, 2);
    assert_close(pm_evaluation_top1(&back, 0.95).value, 100 * 8.0 / 11, 1e-12);
    assert_true(pm_evaluation_top1(&back, 0.95).lo < 50);
    assert_close(pm_evaluation_top5(&back, 0.95).value, 100 * 10.0 / 11, 1e-12);
    back.classes = 5;
    assert_false(pm_known(pm_evaluation_top5(&back, 0.95)));
    assert_int_equal(pm_evaluation_load("e.json", &other, &err), 0);
    pm_evaluation_set_bit(other.hits, 10);
    assert_true(pm_evaluations_compare(&back, &other, 0.95, &m));
    assert_int_equal(m.both, 8);
    assert_int_equal(m.second, 1);
    assert_int_equal(m.neither, 2); /* the skipped one does not count */
    other.list_digest = "2";
    assert_false(pm_evaluations_compare(&back, &other, 0.95, &m));
    pm_evaluation_done(&other);
    pm_evaluation_done(&back);
    e.good = 9;
    assert_int_equal(pm_evaluation_save(&e, "e.json", &err), 0);
    assert_int_equal(pm_evaluation_load("e.json", &back, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
    pm_evaluation_done(&e);
    unlink("e.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_fits),
        cmocka_unit_test(crops_letters_and_stretches),
        cmocka_unit_test(reads_lists),
        cmocka_unit_test(keeps_evaluations),
    };
    char folder[] = "/tmp/test_images-XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
