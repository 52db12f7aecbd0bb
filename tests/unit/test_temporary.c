/* SPDX-License-Identifier: MIT
 * Temporary files: what a writer that was ended leaves behind goes, and nothing else does. */
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/temporary.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static size_t entries_of(const char *folder)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n - 2;
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_held_one_stays_until_its_writer_is_gone(void **unused)
{
    struct pm_err err = {0};
    struct pm_temporary t;
    struct stat st;
    (void)unused;
    assert_int_equal(mkdir("held", 0700), 0);
    const mode_t before = umask(027);
    assert_int_equal(pm_temporary_file("held/answer.json", &t, &err), 0);
    umask(before);
    assert_int_equal(stat(t.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640); /* as any new file's */
    pm_temporary_sweep("held");
    assert_int_equal(entries_of("held"), 1);
    close(t.fd); /* as a kill -9 does */
    pm_temporary_sweep("held");
    assert_int_equal(entries_of("held"), 0);
}

/* What others put there is neither followed nor deleted. */
static void what_is_not_ours_stays(void **unused)
{
    struct pm_err err = {0};
    struct pm_buf text = {0};
    (void)unused;
    assert_int_equal(mkdir("others", 0700), 0);
    assert_int_equal(mkdir("others/.pickmodel.tmp.folder", 0700), 0);
    write_text("others/victim", "precious");
    write_text("others/.pickmodel.conf", "the user's");
    assert_int_equal(symlink("victim", "others/.pickmodel.tmp.abcdef"), 0);
    assert_int_equal(mkfifo("others/.pickmodel.tmp.fifo", 0600), 0);
    assert_int_equal(pm_file_write("others/answer", "new", 3, &err), 0);
    assert_int_equal(entries_of("others"), 6);
    assert_int_equal(pm_file_read("others/victim", 100, &text, &err), 0);
    assert_string_equal(pm_buf_text(&text), "precious");
    pm_buf_done(&text);
}

static void a_writer_sweeps_before_it_writes(void **unused)
{
    struct pm_err err = {0};
    (void)unused;
    assert_int_equal(mkdir("swept", 0700), 0);
    write_text("swept/.pickmodel.tmp.4711", "half of it"); /* of an earlier version */
    write_text("swept/.pickmodel.tmp.XyZ123", "half of it");
    assert_int_equal(pm_file_write("swept/answer", "new", 3, &err), 0);
    assert_int_equal(entries_of("swept"), 1);
}

static void folders_too(void **unused)
{
    struct pm_err err = {0};
    struct pm_temporary a, b;
    char inside[PATH_MAX + 10];
    (void)unused;
    assert_int_equal(mkdir("tmp", 0700), 0);
    assert_int_equal(mkdir("tmp/pickmodel-sources", 0700), 0); /* the user's */
    setenv("TMPDIR", "tmp", 1);
    assert_int_equal(pm_temporary_folder(&a, &err), 0);
    assert_int_equal(a.path[0], '/');
    snprintf(inside, sizeof inside, "%s/input", a.path);
    write_text(inside, "x");
    assert_int_equal(pm_temporary_folder(&b, &err), 0);
    assert_int_equal(entries_of("tmp"), 3);
    close(a.fd); /* as a kill -9 does */
    pm_temporary_sweep_folders();
    assert_int_equal(entries_of("tmp"), 2);
    pm_temporary_folder_done(&b);
    assert_int_equal(entries_of("tmp"), 1);
    setenv("TMPDIR", "nosuch", 1);
    assert_int_equal(pm_temporary_folder(&a, &err), -1);
    assert_non_null(strstr(err.msg, "TMPDIR"));
    unsetenv("TMPDIR");
}

static void a_lock_is_a_file_of_ours(void **unused)
{
    struct pm_err err = {0};
    (void)unused;
    assert_int_equal(mkdir("locks", 0700), 0);
    assert_int_equal(mkfifo("locks/a.lock", 0600), 0);
    assert_int_equal(pm_file_lock("locks/a", "busy", 10, &err), -1);
    assert_string_equal(err.msg, "is not a regular file");
    assert_int_equal(symlink("elsewhere", "locks/b.lock"), 0);
    assert_int_equal(pm_file_lock("locks/b", "busy", 10, &err), -1);
    assert_int_equal(access("locks/elsewhere", F_OK), -1);
    const int held = pm_file_lock("locks/new/c", "busy", 10, &err);
    assert_true(held >= 0);
    assert_int_equal(pm_file_lock("locks/new/c", "busy", 10, &err), PM_FILE_BUSY);
    assert_string_equal(err.msg, "busy");
    close(held);
    const int again = pm_file_lock("locks/new/c", "busy", 10, &err);
    assert_true(again >= 0);
    close(again);
}

static int in_new_folder(void **state)
{
    static char folder[] = "test_temporary-XXXXXX";
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_one_stays_until_its_writer_is_gone),
        cmocka_unit_test(what_is_not_ours_stays),
        cmocka_unit_test(a_writer_sweeps_before_it_writes),
        cmocka_unit_test(folders_too),
        cmocka_unit_test(a_lock_is_a_file_of_ours),
    };
    return cmocka_run_group_tests(tests, in_new_folder, NULL);
}
