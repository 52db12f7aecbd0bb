/* SPDX-License-Identifier: MIT
 * Which kinds of layer there are, and which options Darknet reads for each. */
#include "network/layer.h"

#include "base/text.h"

#include <string.h>

static const struct pm_layer_kind kinds[] = {
    {"convolutional", "conv", pm_layer_read_convolutional,
     " filters size stride pad padding groups activation batch_normalize binary xnor flipped "
     "dot size_x size_y dilation "},
    {"connected", "conn", pm_layer_read_connected, " output activation batch_normalize "},
    {"local", NULL, pm_layer_read_local, " filters size stride pad activation "},
    {"maxpool", "max", pm_layer_read_maxpool, " size stride padding "},
    {"avgpool", "avg", pm_layer_read_avgpool, " "},
    {"crop", NULL, pm_layer_read_crop,
     " crop_height crop_width flip angle saturation exposure noadjust shift "},
    {"upsample", NULL, pm_layer_read_upsample, " stride scale "},
    {"reorg", NULL, pm_layer_read_reorg, " stride reverse flatten extra "},
    {"dropout", NULL, pm_layer_read_dropout, " probability "},
    {"activation", NULL, pm_layer_read_activation, " activation "},
    {"normalization", "lrn", pm_layer_read_normalization, " alpha beta kappa size "},
    {"local_avgpool", NULL, pm_layer_read_local_avgpool, " size stride padding "},
    {"scale_channels", NULL, pm_layer_read_scale_channels, " from "},
    {"route", NULL, pm_layer_read_route, " layers "},
    {"shortcut", NULL, pm_layer_read_shortcut, " from activation alpha beta "},
    {"softmax", "soft", pm_layer_read_softmax, " groups temperature tree spatial noloss "},
    {"cost", NULL, pm_layer_read_cost, " type scale ratio noobj thresh "},
    {"detection", NULL, pm_layer_read_detection,
     " coords classes rescore num side softmax sqrt max coord_scale forced object_scale "
     "noobject_scale class_scale jitter random reorg "},
    {"region", NULL, pm_layer_read_region,
     " coords classes num log sqrt softmax background max jitter rescore thresh classfix absolute "
     "random coord_scale object_scale noobject_scale mask_scale class_scale bias_match tree map "
     "anchors "},
    {"yolo", NULL, pm_layer_read_yolo,
     " classes num mask max jitter ignore_thresh truth_thresh random map anchors "},
};

static const char net_keys[] =
    " batch subdivisions learning_rate momentum decay time_steps notruth random adam B1 B2 eps "
    "height width channels inputs max_crop min_crop max_ratio min_ratio center clip angle aspect "
    "saturation exposure hue policy burn_in power step scale steps scales gamma max_batches "
    "seen "; /* Darknet itself no longer reads `seen`, but its own writing.cfg has it */

/* Read for every kind of layer. */
static const char layer_keys[] = " truth onlyforward stopbackward dontsave dontload numload "
                                 "dontloadscales learning_rate smooth ";

static const char *const recurrent[] = {"rnn", "gru", "lstm", "crnn", "conv_lstm"};

const struct pm_layer_kind *pm_layer_kind_find(const struct pm_layer_site *site)
{
    const char *wanted = site->section->kind;
    const size_t n = sizeof kinds / sizeof *kinds;
    const char *names[sizeof kinds / sizeof *kinds];
    for (size_t i = 0; i < n; i++) {
        if (strcmp(wanted, kinds[i].name) == 0 ||
            (kinds[i].alias != NULL && strcmp(wanted, kinds[i].alias) == 0))
            return &kinds[i];
        names[i] = kinds[i].name;
    }
    for (size_t i = 0; i < sizeof recurrent / sizeof *recurrent; i++) {
        if (strcmp(wanted, recurrent[i]) == 0) {
            pm_layer_fail(site, NULL, "[%s]: recurrent layers are not supported", wanted);
            return NULL;
        }
    }
    const char *near = pm_text_nearest(wanted, names, n);
    if (near != NULL)
        pm_layer_fail(site, NULL, "[%.40s] is no kind of layer; did you mean [%s]?", wanted, near);
    else
        pm_layer_fail(site, NULL,
                      "[%.40s] is no kind of layer known here; expected [convolutional], "
                      "[connected], [maxpool], [avgpool], [route], [shortcut], [softmax] ...",
                      wanted);
    return NULL;
}

static bool lists(const char *keys, const char *key)
{
    const size_t len = strlen(key);
    for (const char *p = strstr(keys, key); p != NULL; p = strstr(p + 1, key)) {
        if (p[-1] == ' ' && p[len] == ' ')
            return true;
    }
    return false;
}

/* The spelling Darknet knows that is nearest to key. Misspelt keys are rare: linear search. */
static const char *nearest_key(const char *key)
{
    static const char *const common[] = {
        "filters", "size",   "stride", "pad",     "padding", "groups",   "activation",
        "output",  "layers", "from",   "classes", "num",     "mask",     "batch_normalize",
        "width",   "height", "batch",  "anchors", "coords",  "channels", "subdivisions"};
    return pm_text_nearest(key, common, sizeof common / sizeof *common);
}

/* Keys of Darknet's forks that change what a layer computes, with the value that changes nothing.
 */
static const struct {
    const char *key, *neutral;
} changing[] = {{"groups", "1"},
                {"group", "1"},
                {"group_id", "0"},
                {"stride_x", NULL},
                {"stride_y", NULL},
                {"maxpool_depth", "0"},
                {"out_channels", NULL},
                {"share_index", NULL},
                {"antialiasing", "0"},
                {"weights_type", "none"},
                {"weights_normalization", "none"},
                {"scale_wh", "0"},
                {"sway", "0"},
                {"rotate", "0"},
                {"stretch", "0"},
                {"stretch_sway", "0"},
                {"cbn", "0"}};

static bool changes_the_network(const struct pm_cfg_option *o)
{
    for (size_t i = 0; i < sizeof changing / sizeof *changing; i++) {
        if (strcmp(changing[i].key, o->key) == 0)
            return changing[i].neutral == NULL || strcmp(changing[i].neutral, o->value) != 0;
    }
    return false;
}

int pm_layer_keys_check(const struct pm_layer_site *site, const struct pm_layer_kind *kind,
                        struct pm_network *net)
{
    const struct pm_cfg_section *section = site->section;
    for (size_t i = 0; i < section->n; i++) {
        const struct pm_cfg_option *o = &section->option[i];
        if (kind == NULL ? lists(net_keys, o->key)
                         : lists(kind->keys, o->key) || lists(layer_keys, o->key))
            continue;
        if (kind != NULL && changes_the_network(o))
            return pm_layer_fail(site, o,
                                 "%.40s=%.40s in [%s] is a key of Darknet's forks and makes it "
                                 "another network, which this program cannot read",
                                 o->key, o->value, kind->name);
        if (net->unknown_keys++ == 0) {
            net->unknown_line = o->line;
            net->unknown_key = o->key;
            net->unknown_meant = nearest_key(o->key);
        }
    }
    return 0;
}
