/* SPDX-License-Identifier: MIT */
#include "stock.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int stock_write_cfg(const char *cfg, int batch, char *path)
{
    char line[4096];
    FILE *in = fopen(cfg, "r"), *out = NULL;
    strcpy(path, "equal-XXXXXX");
    const int fd = in != NULL ? mkstemp(path) : -1;
    if (fd >= 0)
        out = fdopen(fd, "w");
    while (out != NULL && fgets(line, sizeof line, in) != NULL) {
        const bool ours =
            strncmp(line, "batch=", 6) == 0 || strncmp(line, "subdivisions=", 13) == 0;
        if (!ours)
            fputs(line, out);
        if (strncmp(line, "[net]", 5) == 0 || strncmp(line, "[network]", 9) == 0)
            fprintf(out, "batch=%d\nsubdivisions=1\n", batch);
    }
    if (in != NULL)
        fclose(in);
    return out != NULL ? fclose(out) : -1;
}

/* As parsed, variances are 0 and every output NaN. Values that differ show what is folded wrong. */
static void set_statistics(network *net)
{
    for (int i = 0; i < net->n; i++) {
        const layer *l = &net->layers[i];
        const int n = l->type == CONNECTED ? l->outputs : l->n;
        if (!l->batch_normalize || l->rolling_variance == NULL)
            continue;
        for (int k = 0; k < n; k++) {
            l->rolling_variance[k] = 0.5F + (float)(k % 7) / 5;
            l->rolling_mean[k] = (float)(k % 5 - 2) / 50;
            l->scales[k] = 0.8F + (float)(k % 3) / 4;
            l->biases[k] = (float)(k % 4 - 1) / 20;
        }
    }
}

network *stock_load(char *path)
{
    srand(1);
    network *net = parse_network_cfg(path);
    set_statistics(net);
    srand(2);
    for (long i = 0; i < (long)net->inputs * net->batch; i++)
        net->input[i] = (float)(rand() % 1000) / 1000;
    return net;
}

const layer *stock_before_softmax(const network *net)
{
    int i = net->n - 1;
    while (i > 0 && (net->layers[i].type == SOFTMAX || net->layers[i].type == COST))
        i--;
    return &net->layers[i];
}
