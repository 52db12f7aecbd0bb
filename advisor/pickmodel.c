/* SPDX-License-Identifier: MIT
 * pickmodel: which image classifier should run on this board? Links no inference engine: engines
 * are programs of their own, started by meter/worker. */
#include "cli/commands.h"

int main(int argc, char **argv)
{
    return pm_cli_main(argc, argv);
}
