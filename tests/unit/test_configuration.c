/* SPDX-License-Identifier: MIT
 * What a figure is a figure of: compared, printed and read part by part. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/configuration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct pm_configuration one = {.network = "resnet50",
                                            .engine = "darknet",
                                            .precision = "fp32",
                                            .power_mode = "MAXN",
                                            .input = {640, 384},
                                            .batch = 1,
                                            .threads = 2};

/* Each part alone makes another configuration, and that part is what differs. */
static void every_part_tells_apart(void **state)
{
    (void)state;
    struct pm_configuration other[] = {one, one, one, one, one, one, one, one, one, one};
    static const unsigned part[] = {PM_OF_NETWORK, PM_OF_ENGINE, PM_OF_PRECISION, PM_OF_MODE,
                                    PM_OF_MODE,    PM_OF_INPUT,  PM_OF_INPUT,     PM_OF_BATCH,
                                    PM_OF_THREADS, PM_OF_ENGINE};
    other[0].network = "resnet18";
    other[1].engine = "onnxruntime";
    other[2].precision = "int8";
    other[3].power_mode = "5W";
    other[4].power_mode = NULL;
    other[5].input = (struct pm_input){384, 640};
    other[6].input = (struct pm_input){640, 640};
    other[7].batch = 4;
    other[8].threads = 0;
    other[9].engine = NULL;
    assert_int_equal(pm_configuration_difference(&one, &one), 0);
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        assert_int_equal(pm_configuration_difference(&one, &other[i]), part[i]);
        assert_int_equal(pm_configuration_difference(&other[i], &one), part[i]);
        assert_false(pm_configuration_same(&one, &other[i], part[i]));
        assert_true(pm_configuration_same(&one, &other[i], PM_OF_ALL & ~part[i]));
    }
}

static void prints_what_is_asked_and_known(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    const struct pm_configuration little = {.network = "n", .batch = 1};
    assert_string_equal(pm_configuration_text(&one, PM_OF_ALL, &arena),
                        "resnet50, darknet, fp32, 640 x 384, batch 1, 2 threads, MAXN");
    assert_string_equal(pm_configuration_text(&one, PM_OF_INPUT | PM_OF_MODE, &arena),
                        "640 x 384, MAXN");
    assert_string_equal(pm_configuration_text(&little, PM_OF_ALL, &arena), "n, batch 1");
    assert_string_equal(pm_configuration_text(&little, PM_OF_ENGINE, &arena), "");
    struct pm_buf buf = {0};
    pm_buf_add(&buf, "run: ");
    pm_configuration_add(&buf, &one, PM_OF_THREADS);
    assert_string_equal(pm_buf_text(&buf), "run: 2 threads");
    pm_buf_done(&buf);
    pm_arena_done(&arena);
}

/* A square as older files have it, two sides, nothing; and no mixture. */
static void inputs_have_two_forms(void **state)
{
    (void)state;
    const struct {
        struct pm_input_keys keys;
        bool ok;
        struct pm_input input;
    } form[] = {{{0, 0, 0}, true, {0, 0}},         {{224, 0, 0}, true, {224, 224}},
                {{0, 640, 384}, true, {640, 384}}, {{0, 640, 0}, false, {0, 0}},
                {{0, 0, 384}, false, {0, 0}},      {{640, 640, 384}, false, {0, 0}}};
    for (size_t i = 0; i < sizeof form / sizeof *form; i++) {
        struct pm_err err = {0};
        struct pm_input input = {0, 0};
        assert_int_equal(pm_input_of_keys(&form[i].keys, "f", &input, &err), form[i].ok ? 0 : -1);
        assert_int_equal(err.code, form[i].ok ? PM_OK : PM_EDATA);
        assert_true(pm_input_same(input, form[i].input));
        if (!form[i].ok)
            continue;
        const struct pm_input_keys again = pm_input_to_keys(input);
        assert_memory_equal(&again, &form[i].keys, sizeof again);
    }
}

/* A side, HxW or CxHxW: height comes before width. */
static void sizes_as_people_type_them(void **state)
{
    (void)state;
    const struct {
        const char *text;
        bool ok;
        struct pm_input input;
        long channels;
    } typed[] = {{"224", true, {224, 224}, 0},
                 {"384x640", true, {640, 384}, 0},
                 {"3X384x640", true, {640, 384}, 3},
                 {"1x28x28", true, {28, 28}, 1},
                 {"16384", true, {16384, 16384}, 0},
                 {"16385", false, {0, 0}, 0},
                 {"16385x8", false, {0, 0}, 0},
                 {"8x16385", false, {0, 0}, 0},
                 {"", false, {0, 0}, 0},
                 {"x", false, {0, 0}, 0},
                 {"3x", false, {0, 0}, 0},
                 {"x3", false, {0, 0}, 0},
                 {"0x3", false, {0, 0}, 0},
                 {"-1", false, {0, 0}, 0},
                 {"1x2x3x4", false, {0, 0}, 0},
                 {"1x2x3x", false, {0, 0}, 0},
                 {"224,256", false, {0, 0}, 0},
                 {"22.4", false, {0, 0}, 0},
                 {"224 x 224", false, {0, 0}, 0},
                 {"99999999999999999999", false, {0, 0}, 0}};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct pm_input input = {0, 0};
        long channels = 0;
        assert_int_equal(pm_input_parse(typed[i].text, &input, &channels), typed[i].ok);
        assert_true(pm_input_same(input, typed[i].input));
        assert_int_equal(channels, typed[i].channels);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_tells_apart),
        cmocka_unit_test(prints_what_is_asked_and_known),
        cmocka_unit_test(inputs_have_two_forms),
        cmocka_unit_test(sizes_as_people_type_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
