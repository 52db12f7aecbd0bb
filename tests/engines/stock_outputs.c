/* SPDX-License-Identifier: MIT
 * What stock Darknet computes, for engines that live in another process:
 *
 *     stock_outputs CFG BATCH FOLDER
 *
 * writes FOLDER/weights (Darknet's format), FOLDER/input and FOLDER/outputs (floats: the whole
 * batch, before softmax). */
#include "stock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int write_floats(const char *folder, const char *name, const float *values, size_t n)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    if (out == NULL)
        return -1;
    const size_t written = fwrite(values, sizeof *values, n, out);
    return fclose(out) == 0 && written == n ? 0 : -1;
}

int main(int argc, char **argv)
{
    char cfg[32], weights[300];
    const int batch = argc == 4 ? atoi(argv[2]) : 0;
    if (batch < 1 || stock_write_cfg(argv[1], batch, cfg) != 0) {
        fprintf(stderr, "usage: stock_outputs CFG BATCH FOLDER\n");
        return 2;
    }
    network *net = stock_load(cfg);
    unlink(cfg);
    snprintf(weights, sizeof weights, "%s/weights", argv[3]);
    save_weights(net, weights);
    network_predict(net, net->input);
    const layer *last = stock_before_softmax(net);
    const size_t n = (size_t)batch;
    return write_floats(argv[3], "input", net->input, n * (size_t)net->inputs) != 0 ||
           write_floats(argv[3], "outputs", last->output, n * (size_t)last->outputs) != 0;
}
