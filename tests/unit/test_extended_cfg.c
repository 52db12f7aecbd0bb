/* SPDX-License-Identifier: MIT
 * What network/ reads beyond Darknet. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "cfg_text.h"

/* Shapes by hand: (side + 2 x pad - reach) / stride + 1, where reach = (size - 1) x dilation + 1.
 */
static void reads_beyond_darknet(void **state)
{
    (void)state;
    static const struct {
        const char *text, *beyond;
        size_t line;
        long w, h, c;
        double macs;
    } cases[] = {
        {NET "[conv]|filters=2|size_x=7|size_y=1|pad=1", "size_x, size_y", 5, 8, 8, 2, 3584},
        {NET "[conv]|filters=2|size_x=1|size_y=3|stride=2", "size_x, size_y", 5, 4, 3, 2, 288},
        {NET "[conv]|filters=2|size=3|pad=1|dilation=2", "dilation", 5, 8, 8, 2, 4608},
        {NET "[conv]|size=3|dilation=2", "dilation", 5, 4, 4, 1, 576},
        {NET "[conv]|activation=hard_swish", "hard_swish", 5, 8, 8, 1, 256},
        {NET "[conv]|[local_avgpool]|size=3|stride=1|padding=2", "[local_avgpool]", 6, 8, 8, 1, 0},
        {NET "[conv]|filters=2|[avg]|[conv]|filters=2|[scale_channels]|from=0", "[scale_channels]",
         10, 8, 8, 2, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pm_arena arena = {0};
        struct pm_network net;
        struct pm_err err = {0};
        if (network_of_text(cases[i].text, &arena, &net, &err) != 0)
            fail_msg("%s: %s: %s", cases[i].text, err.where, err.msg);
        const struct pm_layer *last = &net.layer[net.layers - 1];
        assert_string_equal(net.beyond, cases[i].beyond);
        assert_int_equal(net.beyond_line, cases[i].line);
        if (last->out_w != cases[i].w || last->out_h != cases[i].h || last->out_c != cases[i].c ||
            last->macs != cases[i].macs || net.unknown_keys != 0)
            fail_msg("%s: %ld x %ld x %ld, %.0f", cases[i].text, last->out_w, last->out_h,
                     last->out_c, last->macs);
        pm_arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_beyond_darknet)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
