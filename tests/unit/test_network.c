/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "base/err.h"
#include "network/cfg.h"
#include "network/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cfg_text.h"
#include "close.h"

#define CFG_FOLDER "/usr/share/darknet/cfg"

static void load(const char *id, struct pm_arena *arena, struct pm_network *net)
{
    char path[256];
    struct pm_err err = {0};
    snprintf(path, sizeof path, CFG_FOLDER "/%s.cfg", id);
    if (pm_network_load(path, arena, net, &err) != 0)
        fail_msg("%s: %s", err.where, err.msg);
}

/* Computed independently, in Python, from Debian's cfgs; the layers' shapes were compared with
 * libdarknet's own, layer by layer, for every cfg in this table. yolov1's row is libdarknet's: the
 * Python had no formula for [local], whose 51.4 million weights it left out. */
struct row {
    const char *cfg;
    long w, h;
    size_t layers;
    double gops, stored_m, activation_mb, workspace_mb;
};

static const struct row debian[] = {
    {"alexnet", 227, 227, 14, 2.271, 62.378, 3.16, 7.0},
    {"cifar", 28, 28, 17, 1.624, 7.687, 2.51, 3.61},
    {"cifar.test", 32, 32, 17, 2.122, 7.687, 3.28, 4.72},
    {"darknet", 256, 256, 16, 0.965, 7.323, 10.4, 9.44},
    {"darknet19", 256, 256, 26, 7.291, 20.857, 27.92, 18.87},
    {"darknet19_448", 448, 448, 26, 22.328, 20.857, 85.49, 57.8},
    {"darknet53", 256, 256, 78, 18.57, 41.646, 71.58, 18.87},
    {"darknet53_448", 448, 448, 78, 56.867, 41.646, 219.18, 57.8},
    {"darknet9000", 448, 448, 27, 25.707, 29.485, 92.19, 57.8},
    {"densenet201", 256, 256, 305, 10.848, 17.206, 136.32, 18.87},
    {"extraction", 224, 224, 27, 8.519, 23.455, 15.66, 7.38},
    {"extraction.conv", 256, 256, 27, 10.997, 23.428, 20.2, 9.63},
    {"extraction22k", 224, 224, 27, 11.488, 97.606, 16.24, 7.38},
    {"go", 19, 19, 16, 5.112, 7.094, 4.81, 3.33},
    {"go.test", 19, 19, 16, 5.112, 7.094, 4.81, 3.33},
    {"jnet-conv", 10, 10, 18, 0.051, 18.87, 0.08, 0.12},
    {"resnet101", 256, 256, 138, 19.696, 41.87, 124.92, 9.63},
    {"resnet152", 256, 256, 205, 29.394, 57.56, 179.96, 9.63},
    {"resnet18", 256, 256, 29, 4.688, 11.523, 17.05, 9.63},
    {"resnet34", 256, 256, 53, 9.52, 21.639, 26.88, 9.63},
    {"resnet50", 256, 256, 69, 9.741, 22.826, 80.1, 9.63},
    {"resnext101-32x4d", 256, 256, 137, 18.915, 41.639, 218.0, 9.63},
    {"resnext152-32x4d", 256, 256, 205, 28.202, 56.731, 317.09, 9.63},
    {"resnext50", 256, 256, 69, 10.11, 22.313, 97.27, 9.63},
    {"strided", 256, 256, 26, 5.337, 85.583, 13.85, 7.38},
    {"t1.test", 224, 224, 16, 2.277, 36.531, 8.34, 7.23},
    {"tiny", 224, 224, 22, 0.983, 1.046, 13.84, 7.23},
    {"vgg-16", 256, 256, 25, 30.941, 138.358, 60.99, 115.61},
    {"vgg-conv", 224, 224, 18, 30.693, 14.715, 60.31, 115.61},
    {"writing", 256, 256, 5, 2.567, 0.02, 25.69, 75.5},
    {"yolo9000", 544, 544, 25, 49.062, 48.808, 190.24, 85.23},
    {"yolov1-tiny", 448, 448, 16, 3.216, 27.1, 31.87, 28.9},
    {"yolov1", 448, 448, 32, 40.190, 197.328, 63.34, 29.5},
    {"yolov2-tiny-voc", 416, 416, 16, 6.971, 15.868, 29.07, 24.92},
    {"yolov2-tiny", 416, 416, 16, 5.406, 11.237, 29.13, 24.92},
    {"yolov2-voc", 416, 416, 32, 29.36, 50.676, 77.87, 49.84},
    {"yolov2", 608, 608, 32, 62.938, 50.984, 167.21, 106.46},
    {"yolov3-openimages", 608, 608, 107, 148.781, 64.807, 581.58, 106.46},
    {"yolov3-spp", 608, 608, 114, 141.449, 63.052, 494.18, 106.46},
    {"yolov3-tiny", 416, 416, 24, 5.565, 8.859, 32.79, 24.92},
    {"yolov3-voc", 416, 416, 107, 65.428, 61.679, 222.78, 49.84},
    {"yolov3", 608, 608, 107, 140.692, 62.002, 486.79, 106.46},
};

/* |actual - expected| within half a unit of the last place the table gives. */
static void assert_rounds_to(double actual, double expected, double unit, const char *what)
{
    if (fabs(actual - expected) > 0.5001 * unit)
        fail_msg("%s: %.6f does not round to %g", what, actual, expected);
}

static void agrees_with_every_debian_cfg(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof debian / sizeof *debian; i++) {
        const struct row *r = &debian[i];
        struct pm_arena arena = {0};
        struct pm_network net;
        load(r->cfg, &arena, &net);
        assert_int_equal(net.input_w, r->w);
        assert_int_equal(net.input_h, r->h);
        assert_int_equal(net.layers, r->layers);
        assert_rounds_to(net.gops, r->gops, 1e-3, r->cfg);
        assert_rounds_to(net.stored_floats / 1e6, r->stored_m, 1e-3, r->cfg);
        assert_rounds_to(net.activation_bytes / 1e6, r->activation_mb, 1e-2, r->cfg);
        assert_rounds_to(net.workspace_bytes / 1e6, r->workspace_mb, 1e-2, r->cfg);
        assert_close(net.memory_bytes, pm_network_memory_bytes(&net, 1), 0);
        if (net.unknown_keys != 0)
            fail_msg("%s: key %s counts as unknown", r->cfg, net.unknown_key);
        pm_arena_done(&arena);
    }
}

/* pjreddie.com/darknet/imagenet: operations in Bn, weights in MB (of 2^20 bytes). */
struct published {
    const char *cfg;
    double bn, weights_mb;
};

static const struct published imagenet[] = {
    {"alexnet", 2.27, 238},           {"darknet", 0.96, 28},
    {"vgg-16", 30.94, 528},           {"extraction", 8.52, 90},
    {"darknet19", 7.29, 80},          {"darknet19_448", 22.33, 80},
    {"resnet18", 4.69, 44},           {"resnet34", 9.52, 83},
    {"resnet50", 9.74, 87},           {"resnet101", 19.70, 160},
    {"resnet152", 29.39, 220},        {"resnext50", 10.11, 85}, /* 220 on the page: a slip */
    {"resnext101-32x4d", 18.92, 159}, {"resnext152-32x4d", 28.20, 217},
    {"densenet201", 10.85, 66},       {"darknet53", 18.57, 159},
    {"darknet53_448", 56.87, 159},
};

static void agrees_with_the_published_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof imagenet / sizeof *imagenet; i++) {
        struct pm_arena arena = {0};
        struct pm_network net;
        load(imagenet[i].cfg, &arena, &net);
        /* The page cuts 0.965 to 0.96, so a whole unit of the last place is allowed. */
        assert_rounds_to(net.gops, imagenet[i].bn, 1.1e-2, imagenet[i].cfg);
        if (fabs(net.weight_bytes / 1048576 - imagenet[i].weights_mb) > 1)
            fail_msg("%s: %.2f MiB of weights", imagenet[i].cfg, net.weight_bytes / 1048576);
        pm_arena_done(&arena);
    }
}

static void counts_parameters_to_the_unit(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    struct pm_network net;
    load("resnet50", &arena, &net);
    assert_close(net.params, 22780456, 0);
    assert_close(net.stored_floats, 22825896, 0);
    assert_close(net.weight_bytes, 20 + 4 * 22825896.0, 0);
    assert_int_equal(net.outputs, 1000);
    load("alexnet", &arena, &net);
    assert_close(net.weight_bytes, 249513396, 0); /* the size of the published file */
    pm_arena_done(&arena);
}

static void assert_out(const struct pm_network *net, size_t i, const char *kind, long w, long h,
                       long c, double outputs)
{
    assert_string_equal(net->layer[i].kind, kind);
    assert_int_equal(net->layer[i].out_w, w);
    assert_int_equal(net->layer[i].out_h, h);
    assert_int_equal(net->layer[i].out_c, c);
    assert_close(net->layer[i].outputs, outputs, 0);
}

/* As libdarknet prints them. */
static void shapes_are_darknets(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    struct pm_network net;
    load("alexnet", &arena, &net);
    assert_out(&net, 0, "convolutional", 55, 55, 96, 290400);
    assert_out(&net, 1, "maxpool", 27, 27, 96, 69984);
    assert_out(&net, 9, "dropout", 1, 1, 4096, 4096);
    assert_out(&net, 13, "softmax", 0, 0, 0, 1000);
    load("yolov1", &arena, &net);
    assert_out(&net, 28, "local", 7, 7, 256, 12544);
    assert_out(&net, 31, "detection", 0, 0, 0, 1715);
    load("go", &arena, &net);
    assert_out(&net, 14, "reorg", 0, 0, 0, 362);
    load("yolov2", &arena, &net);
    assert_out(&net, 27, "reorg", 19, 19, 256, 92416);
    assert_out(&net, 31, "region", 19, 19, 425, 153425);
    load("yolov3", &arena, &net);
    assert_out(&net, 85, "upsample", 38, 38, 256, 369664);
    assert_out(&net, 106, "yolo", 76, 76, 255, 1472880);
    load("yolo9000", &arena, &net);
    assert_string_equal(net.layer[24].tree, "/usr/share/darknet/data/9k.tree");
    pm_arena_done(&arena);
}

/* VmHWM of the worker less its baseline, MiB, this project's x86_64 machine, two inferences. */
struct peak {
    const char *cfg;
    long batch;
    double mib;
};

static const struct peak peaks[] = {
    {"alexnet", 1, 252.3},    {"alexnet", 4, 273.6},     {"resnet18", 1, 100.3},
    {"resnet18", 4, 237.6},   {"resnet50", 1, 301.5},    {"resnext50", 1, 348.9},
    {"resnext50", 4, 1103.5}, {"densenet201", 1, 393.5}, {"densenet201", 4, 1297.4},
    {"tiny", 1, 51.9},        {"darknet", 1, 68.5},      {"darknet19_448", 1, 382.2},
    {"vgg-16", 1, 761.3},     {"yolov3-tiny", 1, 151.2}, {"go", 1, 44.9},
    {"yolov1", 1, 965.9},     {"cifar", 1, 40.3},        {"resnet152", 1, 685.7},
    {"strided", 1, 361.1},    {"writing", 1, 122.1},
};

static void memory_is_what_the_worker_showed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof peaks / sizeof *peaks; i++) {
        struct pm_arena arena = {0};
        struct pm_network net;
        load(peaks[i].cfg, &arena, &net);
        assert_close(pm_network_memory_bytes(&net, peaks[i].batch) / 1048576, peaks[i].mib, 0.015);
        pm_arena_done(&arena);
    }
}

static void batch_is_limited_by_int(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    struct pm_network net;
    load("alexnet", &arena, &net);
    assert_int_equal(pm_network_max_batch(&net), 2147483647 / 290400);
    pm_arena_done(&arena);
}

static void recurrent_networks_are_named(void **state)
{
    (void)state;
    static const char *const cfgs[] = {"rnn", "rnn.train", "gru"};
    for (size_t i = 0; i < 3; i++) {
        struct pm_arena arena = {0};
        struct pm_network net;
        struct pm_err err = {0};
        char path[256];
        snprintf(path, sizeof path, CFG_FOLDER "/%s.cfg", cfgs[i]);
        assert_int_equal(pm_network_load(path, &arena, &net, &err), -1);
        assert_non_null(strstr(err.msg, "recurrent layers are not supported"));
        pm_arena_done(&arena);
    }
}

/* The tests below write a small network, see cfg_text.h. */
struct refusal {
    const char *text, *where, *says;
};

static const struct refusal refusals[] = {
    /* [net] */
    {"[net]|width=8|height=8|channels=4", "x.cfg:1", "0 layers"},
    {"[net]|[conv]|filters=1", "x.cfg:1", "needs width="},
    {"[net]|width=8|height=8|[softmax]", "x.cfg:1", "needs channels="},
    {"[net]|width=1e9|height=8|channels=3|[softmax]", "x.cfg:2", "width=1e9"},
    {"[net]|width=1000000000|height=8|channels=3|[softmax]", "x.cfg:2", "from 1 to 16384"},
    {"[net]|width=40000|height=40000|channels=3|[softmax]", "x.cfg:2", "from 1 to 16384"},
    {"[net]|width=16384|height=16384|channels=8|[softmax]", "x.cfg:1", "overflows the int"},
    {"[net]|width=0|height=8|channels=3|[softmax]", "x.cfg:2", "width=0"},
    {NET "inputs=3|[softmax]", "x.cfg:5", "inputs=3"},
    {NET "batch=0|[softmax]", "x.cfg:5", "batch=0"},
    {NET "batch=-1|[softmax]", "x.cfg:5", "batch=-1"},
    {NET "subdivisions=0|[softmax]", "x.cfg:5", "subdivisions=0"},
    {NET "time_steps=2|[softmax]", "x.cfg:5", "time_steps=2"},
    {NET "policy=steps|steps=1,2|[softmax]", "x.cfg:5", "found 2 and 0"},
    {NET "policy=steps|steps=1,2|scales=.1|[softmax]", "x.cfg:5", "found 2 and 1"},
    /* kinds */
    {NET "[bogus]|x=1|[softmax]", "x.cfg:5", "[bogus] is no kind of layer"},
    {NET "[softmax]|[convolutionl]", "x.cfg:6", "did you mean [convolutional]"},
    {NET "[net]|width=8|[softmax]", "x.cfg:5", "[net] is no kind"},
    {NET "[lstm]|output=8", "x.cfg:5", "recurrent"},
    {NET "[cost]", "x.cfg:5", "nothing but [cost]"},
    /* convolutional */
    {NET "[conv]|filters=0", "x.cfg:6", "filters=0"},
    {NET "[conv]|filters=-8", "x.cfg:6", "filters=-8"},
    {NET "[conv]|filters=8.5", "x.cfg:6", "whole number"},
    {NET "[conv]|filters=2147483647", "x.cfg:6", "filters=2147483647"},
    {NET "[conv]|filters=2147483640", "x.cfg:5", "overflows the int"},
    {NET "[conv]|filters=99999999999999999999", "x.cfg:6", "filters=999"},
    {NET "[conv]|size=0", "x.cfg:6", "size=0"},
    {NET "[conv]|size=9", "x.cfg:6", "larger than the input"},
    {NET "[conv]|size=3|stride=0", "x.cfg:7", "stride=0"},
    {NET "[conv]|size=3|stride=-1", "x.cfg:7", "stride=-1"},
    {NET "[conv]|size=3|pad=yes", "x.cfg:7", "pad=yes"},
    {NET "[conv]|stride=2", "x.cfg:6", "[maxpool] size=1 stride=2 before a stride-1 1x1"},
    {NET "[conv]|padding=1", "x.cfg:6", "would read the wrong pixels"},
    {NET "[conv]|filters=3|size=3|groups=0", "x.cfg:8", "groups=0"},
    {NET "[conv]|filters=3|size=3|groups=3", "x.cfg:8", "must divide"},
    {NET "[conv]|filters=6|size=3|groups=4", "x.cfg:8", "must divide"},
    {NET "[conv]|filters=8|size=3|groups=8", "x.cfg:8", "must divide"},
    {"[net]|width=8|height=8|channels=4096|[conv]|filters=65536|size=3|groups=64", "x.cfg:5",
     "groups x weights"},
    {NET "[conv]|activation=lekay", "x.cfg:6", "expected leaky"},
    {NET "[conv]|activation=mish9000", "x.cfg:6", "Darknet would use relu"},
    {NET "[conv]|xnor=1", "x.cfg:6", "binarised"},
    {NET "[softmax]|[conv]", "x.cfg:6", "plain vector"},
    /* connected, local */
    {NET "[connected]|output=0", "x.cfg:6", "output=0"},
    {NET "[connected]|output=-10", "x.cfg:6", "output=-10"},
    {NET "[connected]|output=100000000", "x.cfg:5", "weights: 25600000000 overflows"},
    {NET "[conv]|size=3|pad=1|[local]|size=5|pad=1", "x.cfg:9", "beyond its buffers"},
    {NET "[conv]|size=3|pad=1|[local]|size=3|pad=2", "x.cfg:10", "pad=2"},
    {NET "[local]|size=3|pad=1", "x.cfg:5", "needs a workspace"},
    /* shapes */
    {NET "[maxpool]|stride=0", "x.cfg:6", "stride=0"},
    {NET "[maxpool]|size=20|stride=2|padding=0", "x.cfg:6", "larger than the input"},
    {NET "[maxpool]|size=2|stride=2|padding=4", "x.cfg:8", "without a pixel"},
    {NET "[crop]|crop_width=9|crop_height=8", "x.cfg:6", "larger than its input"},
    {NET "[crop]|crop_width=8|crop_height=9", "x.cfg:7", "larger than its input"},
    {NET "[upsample]|stride=16384", "x.cfg:5", "overflows the int"},
    {NET "[reorg]|stride=3", "x.cfg:6", "beyond its buffer"},
    {NET "[conv]|[reorg]|stride=2", "x.cfg:7", "must divide the 1 channels"},
    {NET "[dropout]|[softmax]", "x.cfg:5", "cannot come first"},
    /* joins */
    {NET "[conv]|[route]", "x.cfg:6", "needs layers="},
    {NET "[conv]|[route]|layers=-2", "x.cfg:7", "no earlier layer"},
    {NET "[conv]|[route]|layers=1", "x.cfg:7", "no earlier layer"},
    {NET "[conv]|[route]|layers=-1,", "x.cfg:7", "between commas"},
    {NET "[conv]|[route]|layers=a", "x.cfg:7", "between commas"},
    {NET "[conv]|[maxpool]|stride=2|[route]|layers=0,1", "x.cfg:9", "differ in size"},
    {NET "[conv]|[shortcut]", "x.cfg:6", "needs from="},
    {NET "[conv]|[shortcut]|from=5", "x.cfg:7", "no earlier layer"},
    {NET "[conv]|[shortcut]|from=-2", "x.cfg:7", "no earlier layer"},
    {NET "[softmax]|[shortcut]|from=-1", "x.cfg:6", "plain vector"},
    {NET "[conv]|[crop]|crop_width=8|crop_height=2|[shortcut]|from=0", "x.cfg:10", "same ratio"},
    /* beyond Darknet */
    {NET "[conv]|size_x=9|size_y=1", "x.cfg:5", "larger than the input"},
    {NET "[conv]|size=3|dilation=4", "x.cfg:6", "larger than the input"},
    {NET "[conv]|[scale_channels]|from=-1", "x.cfg:7", "one value a channel"},
    {NET "[conv]|filters=2|[avgpool]|[conv]|filters=3|[scale_channels]|from=0", "x.cfg:11",
     "one value a channel"},
    /* heads */
    {NET "[softmax]|groups=3", "x.cfg:6", "groups=3 must divide"},
    {NET "[softmax]|temperature=0", "x.cfg:6", "temperature=0"},
    {NET "[conv]|filters=254|[yolo]|classes=80|num=3", "x.cfg:7", "16320 values"},
    {NET "[conv]|filters=255|[yolo]|classes=80|num=3|mask=3,4,5", "x.cfg:10", "no anchor"},
    {NET "[conv]|filters=255|[yolo]|classes=80|num=3|anchors=1,2,3,4,5,6,7", "x.cfg:10",
     "more than the 6"},
    {NET "[conv]|filters=9|[region]|classes=4|num=5|coords=4", "x.cfg:7", "needs 2880 values"},
    {NET "[connected]|output=10|[detection]|classes=20|coords=4|num=3", "x.cfg:7",
     "needs 1715 values"},
};

static void refuses_what_darknet_would_get_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *r = &refusals[i];
        struct pm_arena arena = {0};
        struct pm_network net = {.layers = 99};
        struct pm_err err = {0};
        if (network_of_text(r->text, &arena, &net, &err) == 0)
            fail_msg("accepted: %s", r->text);
        assert_int_equal(err.code, PM_EDATA);
        if (strcmp(err.where, r->where) != 0)
            fail_msg("%s: at %s: %s", r->text, err.where, err.msg);
        if (strstr(err.msg, r->says) == NULL)
            fail_msg("%s: \"%s\" does not say \"%s\"", r->text, err.msg, r->says);
        assert_int_equal(net.layers, 99); /* untouched on failure */
        assert_int_equal(network_of_text(r->text, &arena, &net, NULL), -1);
        pm_arena_done(&arena);
    }
}

/* Odd, and right all the same. */
static void accepts_knowingly(void **state)
{
    (void)state;
    static const char *const texts[] = {
        NET "batch=1|subdivisions=8|[softmax]", /* the batch is ours to set */
        NET "policy=whatever|[softmax]",        /* training only */
        NET "[conv]|size=3|padding=1|pad=0|activation=lhtan",
        NET "[max]|size=1|stride=2|[conv]|filters=2|[avg]|[soft]",
        NET "[conv]|filters=8|size=3|groups=4|pad=1|[maxpool]|size=13|stride=1",
        NET "[crop]|crop_width=8|crop_height=8|[connected]|output=1",
        NET "[conv]|[maxpool]|stride=2|[shortcut]|from=0",
        NET "[conv]|filters=255|[yolo]|classes=80|num=3|anchors=1,2,3,4,5,6,",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct pm_arena arena = {0};
        struct pm_network net;
        struct pm_err err = {0};
        if (network_of_text(texts[i], &arena, &net, &err) != 0)
            fail_msg("%s: %s: %s", texts[i], err.where, err.msg);
        pm_arena_done(&arena);
    }
}

static void counts_unknown_keys(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    struct pm_network net;
    const char *text = NET "momentum=.9|[conv]|filtres=64|stopbackward=1|colour=red|[softmax]";
    assert_int_equal(network_of_text(text, &arena, &net, NULL), 0);
    assert_int_equal(net.unknown_keys, 2);
    assert_int_equal(net.unknown_line, 7);
    assert_string_equal(net.unknown_key, "filtres");
    assert_string_equal(net.unknown_meant, "filters");
    pm_arena_done(&arena);
}

static void skips_what_a_weights_file_skips(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    struct pm_network net;
    const char *conv = NET "[conv]|filters=5|size=3|batch_normalize=1|";
    char text[256];
    snprintf(text, sizeof text, "%s", conv);
    assert_int_equal(network_of_text(text, &arena, &net, NULL), 0);
    assert_close(net.params, 4 * 5 * 9 + 5 + 5, 0);
    assert_close(net.stored_floats, 4 * 5 * 9 + 5 + 15, 0);
    assert_close(net.gops, 2 * 4 * 5 * 9 * 36 / 1e9, 1e-15);
    snprintf(text, sizeof text, "%sdontloadscales=1", conv);
    assert_int_equal(network_of_text(text, &arena, &net, NULL), 0);
    assert_close(net.stored_floats, 4 * 5 * 9 + 5, 0);
    snprintf(text, sizeof text, "%sdontload=1", conv);
    assert_int_equal(network_of_text(text, &arena, &net, NULL), 0);
    assert_close(net.weight_bytes, 20, 0);
    pm_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_every_debian_cfg),
        cmocka_unit_test(agrees_with_the_published_table),
        cmocka_unit_test(counts_parameters_to_the_unit),
        cmocka_unit_test(shapes_are_darknets),
        cmocka_unit_test(memory_is_what_the_worker_showed),
        cmocka_unit_test(batch_is_limited_by_int),
        cmocka_unit_test(recurrent_networks_are_named),
        cmocka_unit_test(refuses_what_darknet_would_get_wrong),
        cmocka_unit_test(accepts_knowingly),
        cmocka_unit_test(counts_unknown_keys),
        cmocka_unit_test(skips_what_a_weights_file_skips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
