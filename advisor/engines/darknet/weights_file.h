/* SPDX-License-Identifier: MIT
 * Darknet's .weights files: a header of 16 or 20 bytes, then floats and nothing else. load_weights
 * accepts any file, of any length, and leaves at random what it does not find. */
#ifndef PM_WEIGHTS_FILE_H
#define PM_WEIGHTS_FILE_H

struct pm_err;
struct pm_network;

/* PM_EDATA unless path is a regular file of exactly the size this network's weights have. */
int pm_weights_file_check(const char *path, const struct pm_network *net, struct pm_err *err);

#endif
