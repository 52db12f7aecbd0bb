/* SPDX-License-Identifier: MIT
 * The rails of NVIDIA's Jetson modules. Bus numbers and folder numbers differ between boards and
 * releases, so a rail is known by its driver and its label. Which rails make up the whole is known
 * from NVIDIA's documents; it is never guessed by adding what there is: most rails are parts of
 * others. */
#include "sensor/source.h"

#include "base/clock.h"
#include "sensor/sysfs.h"
#include "sensor/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAILS        24
#define SUM_MAX      6
#define GAIN_REL     0.02
#define LIMIT_W      200.0 /* no module is allowed more; a wrong shunt resistor shows as thousands */
#define CYCLE_MS     6.6 /* an INA3221's default: three channels, voltage and current, 1.1 ms each */
#define BELOW_ZERO_W 0.5 /* the offset of an idle rail may read so much below zero */

struct rail {
    char label[48];
    char a[PM_SYSFS_PATH]; /* a power, or a voltage */
    char b[PM_SYSFS_PATH]; /* "": nothing; a current */
    double unit_w;         /* of a, or of a x b */
    double period_ms;
    bool carrier; /* on the carrier board's supply (INA238) */
};

struct jetson {
    struct pm_source source;
    size_t n;
    struct rail rail[SUM_MAX];
};

static int read_rail(const struct rail *r, const char **path, double *watts)
{
    double a, b = 1;
    *path = r->a;
    int error = pm_sysfs_signed(r->a, &a);
    if (error == 0 && r->b[0] != '\0') {
        *path = r->b;
        error = pm_sysfs_signed(r->b, &b);
    }
    if (error == 0 && a * b * r->unit_w < -BELOW_ZERO_W)
        error = PM_SYSFS_NEGATIVE;
    if (error == 0)
        *watts = a * b * r->unit_w;
    return error;
}

static enum pm_reading jetson_read(struct pm_source *s, double wait_ms, double *value,
                                   double *at_ms, char *why, size_t why_size)
{
    (void)wait_ms;
    const struct jetson *j = (const struct jetson *)s;
    double sum_w = 0;
    for (size_t i = 0; i < j->n; i++) {
        const char *path;
        double watts = 0;
        const int error = read_rail(&j->rail[i], &path, &watts);
        if (error != 0)
            return pm_sysfs_judge(path, error, why, why_size);
        sum_w += watts;
    }
    *at_ms = pm_clock_ms();
    *value = sum_w;
    return PM_READING_OK;
}

static void jetson_close(struct pm_source *s)
{
    free(s);
}

/* ---- which rails there are ---- */

struct rails {
    size_t n;
    struct rail rail[RAILS];
};

struct form {
    const char *labels; /* the pattern of the files that hold labels */
    const char *a, *b;  /* the channel stands for the '%' */
    double unit_w;
    bool carrier;
};

static const struct form forms[] = {
    /* JetPack 4: NVIDIA's own driver, mW */
    {"bus/i2c/drivers/ina3221x/*/iio:device*/rail_name_[0-2]", "in_power%_input", "", 1e-3, false},
    /* JetPack 5 and later: Linux's driver, which tells no power: mV x mA */
    {"bus/i2c/drivers/ina3221/*/hwmon/hwmon*/in[1-3]_label", "in%_input", "curr%_input", 1e-6,
     false},
    /* AGX Thor's carrier board: uW */
    {"bus/i2c/drivers/ina238/*/hwmon/hwmon*/*1_label", "power1_input", "", 1e-6, true},
    {"bus/i2c/drivers/ina238/*/hwmon/hwmon*/label", "power1_input", "", 1e-6, true},
};

static bool channel_path(char out[PM_SYSFS_PATH], const char *dir, const char *form, char channel)
{
    char name[32];
    snprintf(name, sizeof name, "%s", form);
    char *mark = strchr(name, '%');
    if (mark != NULL)
        *mark = channel;
    return pm_sysfs_join(out, dir, name);
}

static double read_period(const char *dir)
{
    char path[PM_SYSFS_PATH];
    double ms;
    const bool said =
        pm_sysfs_join(path, dir, "update_interval") && pm_sysfs_number(path, &ms) == 0 && ms > 0;
    return said ? ms : CYCLE_MS;
}

static bool make_rail(struct rail *r, const struct form *form, const char *label_path)
{
    char dir[PM_SYSFS_PATH];
    const char *base = pm_sysfs_base(label_path);
    const size_t len = (size_t)(base - label_path);
    const char channel = base[strcspn(base, "0123456789")]; /* "in2_label": '2' */
    if (len == 0 || len > sizeof dir)
        return false;
    memcpy(dir, label_path, len - 1);
    dir[len - 1] = '\0';
    *r = (struct rail){.unit_w = form->unit_w, .carrier = form->carrier};
    pm_sysfs_text(dir, base, r->label, sizeof r->label);
    r->period_ms = read_period(dir);
    return r->label[0] != '\0' && channel_path(r->a, dir, form->a, channel) &&
           (form->b[0] == '\0' || channel_path(r->b, dir, form->b, channel));
}

static bool find_rails(const char *sys, struct rails *rails)
{
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        glob_t labels;
        const bool matched = pm_sysfs_glob(sys, forms[f].labels, &labels);
        for (size_t i = 0; matched && i < labels.gl_pathc && rails->n < RAILS; i++) {
            if (make_rail(&rails->rail[rails->n], &forms[f], labels.gl_pathv[i]))
                rails->n++;
        }
        globfree(&labels);
        if (!matched)
            return false;
    }
    return true;
}

/* ---- which of them are the whole ---- */

struct total {
    enum pm_scope scope;
    bool carrier;
    const char *label[SUM_MAX + 1];
};

enum { MODULE_INPUT, NANO, AGX_THOR, AGX_ORIN, AGX_XAVIER, TOTALS };

static const struct total totals[TOTALS] = {
    /* TX1, TX2, TX2 NX, Xavier NX, Orin NX, Orin Nano: what goes into the module */
    [MODULE_INPUT] = {PM_SCOPE_MODULE, false, {"VDD_IN"}},
    /* "the overall 5V input to the board, it represents the total power" (NVIDIA's forum) */
    [NANO] = {PM_SCOPE_BOARD, false, {"POM_5V_IN"}},
    /* module and carrier */
    [AGX_THOR] = {PM_SCOPE_BOARD, true, {"VIN"}},
    /* VDDQ_VDD2_1V8AO is fed from VIN_SYS_5V0 */
    [AGX_ORIN] = {PM_SCOPE_MODULE, false, {"VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0"}},
    /* no rail contains another */
    [AGX_XAVIER] = {PM_SCOPE_MODULE, false, {"GPU", "CPU", "SOC", "CV", "VDDRQ", "SYS5V"}},
};

static const struct rail *rail_named(const struct rails *rails, const char *label, bool carrier)
{
    for (size_t i = 0; i < rails->n; i++) {
        if (rails->rail[i].carrier == carrier && strcmp(rails->rail[i].label, label) == 0)
            return &rails->rail[i];
    }
    return NULL;
}

static bool take_total(const struct total *total, const struct rails *rails, struct jetson *j)
{
    for (j->n = 0; j->n < SUM_MAX && total->label[j->n] != NULL; j->n++) {
        const struct rail *r = rail_named(rails, total->label[j->n], total->carrier);
        if (r == NULL)
            return false;
        j->rail[j->n] = *r;
    }
    return true;
}

/* Others use the INA3221 as well: a board is a Jetson by NVIDIA's names of its rails. */
static bool looks_like_jetson(const struct rails *rails)
{
    static const char *const prefix[] = {"VDD_", "POM_", "VIN_SYS_"};
    for (size_t i = 0; i < rails->n; i++) {
        for (size_t k = 0; k < sizeof prefix / sizeof prefix[0]; k++) {
            if (!rails->rail[i].carrier &&
                strncmp(rails->rail[i].label, prefix[k], strlen(prefix[k])) == 0)
                return true;
        }
    }
    return take_total(&totals[AGX_XAVIER], rails, &(struct jetson){0});
}

static void describe(const struct total *total, struct jetson *j)
{
    struct pm_source *s = &j->source;
    s->kind = PM_GAUGE;
    s->scope = total->scope;
    s->gain_rel = GAIN_REL;
    s->limit_w = LIMIT_W;
    snprintf(s->name, sizeof s->name, "jetson:");
    for (size_t i = 0; i < j->n; i++) {
        pm_sysfs_append(s->name, sizeof s->name, i > 0 ? " + " : " ", j->rail[i].label);
        s->period_ms = fmax(s->period_ms, j->rail[i].period_ms);
    }
    s->settle_ms = s->period_ms;
}

static enum pm_found check_rails(const struct jetson *j, struct pm_refusal *why)
{
    for (size_t i = 0; i < j->n; i++) {
        const char *path;
        double watts;
        const int error = read_rail(&j->rail[i], &path, &watts);
        if (error != 0 && !pm_sysfs_lost(error))
            return pm_sysfs_refuse(path, error, why);
    }
    return PM_FOUND;
}

static enum pm_found choose(const struct rails *rails, struct jetson *j, struct pm_refusal *why)
{
    if (!looks_like_jetson(rails))
        return pm_refuse(why, PM_ABSENT, "", "no INA3221 with the rails of a Jetson");
    for (size_t i = 0; i < TOTALS; i++) {
        if (take_total(&totals[i], rails, j)) {
            describe(&totals[i], j);
            return check_rails(j, why);
        }
    }
    char labels[160] = "";
    for (size_t i = 0; i < rails->n; i++)
        pm_sysfs_append(labels, sizeof labels, ", ", rails->rail[i].label);
    pm_refuse(why, PM_REFUSED, "", "a Jetson, but which of its rails is the whole is not known: %s",
              labels);
    snprintf(why->remedy, sizeof why->remedy,
             "name what measures it: --power file:PATH:unit or cmd:...");
    return PM_REFUSED;
}

enum pm_found pm_jetson_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    static const struct pm_source_ops ops = {jetson_read, jetson_close};
    enum pm_found found = PM_FOUND_NOMEM;
    struct jetson *j = calloc(1, sizeof *j);
    struct rails *rails = calloc(1, sizeof *rails);
    if (j != NULL && rails != NULL && find_rails(sys, rails)) {
        j->source.ops = &ops;
        found = choose(rails, j, why);
    }
    if (found == PM_FOUND)
        *out = &j->source;
    else
        free(j);
    free(rails);
    return found;
}
