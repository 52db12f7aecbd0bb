/* SPDX-License-Identifier: MIT
 * A machine made of files: a folder of our own that stands for the root. */
#ifndef PM_TESTS_MACHINE_H
#define PM_TESTS_MACHINE_H

#define CPU     "/sys/devices/system/cpu/cpu"
#define THERMAL "/sys/class/thermal/"
#define PI      "/sys/devices/platform/soc/soc:firmware/get_throttled"

extern char root[256];

/* Setup and teardown of a test; the folder begins empty. */
int machine_begin(void **unused);
int machine_end(void **unused);
#define on_a_machine(test) cmocka_unit_test_setup_teardown(test, machine_begin, machine_end)

/* One file of it; the folders are made. */
void put(const char *path, const char *text);
/* The clock of a processor now. */
void set_mhz(int cpu, double mhz);

#endif
