/* SPDX-License-Identifier: MIT
 * Train a small Darknet network on an IDX dataset, deterministically: the same arguments give the
 * same weights, byte for byte, on one machine.
 *
 *     train NET.cfg IMAGES LABELS COUNT EPOCHS SEED OUT.weights
 *
 * IMAGES and LABELS are plain IDX (gunzip first). The cfg's [net] says batch, learning_rate,
 * policy, momentum and decay; its max_batches is set to what the epochs take. */
#include <darknet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned char *read_all(const char *path, size_t header, size_t want)
{
    FILE *f = fopen(path, "rb");
    unsigned char *bytes = malloc(want);
    if (f == NULL || bytes == NULL || fseek(f, (long)header, SEEK_SET) != 0 ||
        fread(bytes, 1, want, f) != want) {
        fprintf(stderr, "%s: cannot be read, or has too few entries\n", path);
        exit(3);
    }
    fclose(f);
    return bytes;
}

static void shuffle(size_t *order, size_t n)
{
    for (size_t i = n - 1; i > 0; i--) {
        const size_t j = (size_t)rand() % (i + 1), held = order[i];
        order[i] = order[j];
        order[j] = held;
    }
}

static void fill(network *net, const unsigned char *images, const unsigned char *labels,
                 const size_t *order, int classes)
{
    const size_t pixels = (size_t)net->inputs;
    memset(net->truth, 0, sizeof(float) * (size_t)classes * (size_t)net->batch);
    for (int b = 0; b < net->batch; b++) {
        const size_t i = order[b];
        for (size_t k = 0; k < pixels; k++)
            net->input[(size_t)b * pixels + k] = (float)images[i * pixels + k] / 255;
        net->truth[b * classes + labels[i]] = 1;
    }
}

int main(int argc, char **argv)
{
    if (argc != 8 || access(argv[1], R_OK) != 0) {
        fprintf(stderr, "usage: %s NET.cfg IMAGES LABELS COUNT EPOCHS SEED OUT.weights\n", argv[0]);
        return 2;
    }
    const size_t count = strtoul(argv[4], NULL, 10), epochs = strtoul(argv[5], NULL, 10);
    srand((unsigned)atoi(argv[6]));
    network *net = load_network(argv[1], NULL, 0);
    const int classes = net->outputs;
    const size_t batch = (size_t)net->batch, steps = count / batch;
    const unsigned char *images = read_all(argv[2], 16, count * (size_t)net->inputs);
    const unsigned char *labels = read_all(argv[3], 8, count);
    size_t *order = malloc(count * sizeof *order);
    if (order == NULL)
        return 5;
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    net->max_batches = (int)(steps * epochs);
    for (size_t e = 0; e < epochs; e++) {
        float loss = 0;
        shuffle(order, count);
        for (size_t s = 0; s < steps; s++) {
            fill(net, images, labels, order + s * batch, classes);
            loss += train_network_datum(net);
        }
        fprintf(stderr, "%s: epoch %zu of %zu, loss %.4f\n", argv[1], e + 1, epochs,
                (double)(loss / (float)steps));
    }
    save_weights(net, argv[7]);
    return 0;
}
