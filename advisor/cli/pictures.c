/* SPDX-License-Identifier: MIT */
#include "cli/pictures.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/temporary.h"
#include "chart/chart.h"
#include "cli/tool.h"
#include "deployment/assets.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PDF_MAX (256u << 20)

/* ---- PDF ---- */

/* The browser lives in the folder too: a robot's account may have no home it can write to. */
static int print(const char *browser, const char *folder, const char *html, const char *pdf,
                 struct pm_err *err)
{
    char page[PATH_MAX + 40], out[PATH_MAX + 40], home[PATH_MAX + 10], user[PATH_MAX + 40];
    snprintf(page, sizeof page, "file://%s", html);
    snprintf(out, sizeof out, "--print-to-pdf=%s", pdf);
    snprintf(home, sizeof home, "HOME=%s", folder);
    snprintf(user, sizeof user, "--user-data-dir=%s/browser", folder);
    const char *const env[] = {home, NULL};
    /* Chromium refuses to run as root in its sandbox; the page is ours, and asks for nothing */
    const char *const argv[] = {browser,
                                "--headless",
                                "--disable-gpu",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--no-pdf-header-footer",
                                "--virtual-time-budget=20000",
                                user,
                                out,
                                page,
                                geteuid() == 0 ? "--no-sandbox" : NULL,
                                NULL};
    return pm_tool_run(argv, env, err);
}

int pm_pdf_of_html(const struct pm_buf *html, struct pm_buf *pdf, struct pm_err *err)
{
    static const char *const browsers[] = {"chromium", "chromium-browser", "google-chrome", NULL};
    struct pm_temporary folder = {.fd = -1};
    char browser[400], from[PATH_MAX + 20], to[PATH_MAX + 20];
    if (!pm_tool_find(browsers, browser, sizeof browser))
        return pm_fail(err, PM_ESYSTEM, "--format pdf",
                       "needs Chromium (apt-get install chromium); or write html and print it");
    if (pm_temporary_folder(&folder, err) != 0)
        return -1;
    snprintf(from, sizeof from, "%s/report.html", folder.path);
    snprintf(to, sizeof to, "%s/report.pdf", folder.path);
    int result = pm_file_write(from, pm_buf_text(html), html->len, err);
    if (result == 0)
        result = print(browser, folder.path, from, to, err);
    if (result == 0 && !pm_file_exists(to))
        result = pm_fail(err, PM_ESYSTEM, browser, "made no PDF, and did not say why");
    if (result == 0)
        result = pm_file_read(to, PDF_MAX, pdf, err);
    pm_temporary_folder_done(&folder);
    return result;
}

/* ---- charts ---- */

struct chart_files {
    struct pm_arena arena;
    const char *spec[PM_CHARTS], *svg[PM_CHARTS], *png[PM_CHARTS];
    size_t n;
};

static int write_specs(const struct pm_answer *a, const char *folder, struct chart_files *f,
                       struct pm_err *err)
{
    for (int k = 0; k < PM_CHARTS; k++) {
        struct pm_chart chart = {0};
        if (pm_chart_make((enum pm_chart_kind)k, a, &pm_palette_file, &chart, err) != 0)
            return -1;
        int result = 0;
        if (chart.spec != NULL) {
            f->spec[f->n] = pm_arena_printf(&f->arena, "%s/%s.vl.json", folder, chart.id);
            f->svg[f->n] = pm_arena_printf(&f->arena, "%s/%s.svg", folder, chart.id);
            f->png[f->n] = pm_arena_printf(&f->arena, "%s/%s.png", folder, chart.id);
            result = f->spec[f->n] == NULL || f->svg[f->n] == NULL || f->png[f->n] == NULL
                         ? pm_fail_nomem(err)
                         : pm_file_write(f->spec[f->n], chart.spec, strlen(chart.spec), err);
            f->n++;
        }
        pm_chart_done(&chart);
        if (result != 0)
            return -1;
    }
    return 0;
}

static int write_svgs(const struct chart_files *f, const char *node, struct pm_err *err)
{
    struct pm_temporary folder = {.fd = -1};
    char script[PATH_MAX + 20];
    const char *argv[2 + 2 * PM_CHARTS + 1] = {node, script};
    if (pm_temporary_folder(&folder, err) != 0)
        return -1;
    snprintf(script, sizeof script, "%s/charts.js", folder.path);
    for (size_t k = 0; k < f->n; k++) {
        argv[2 + 2 * k] = f->spec[k];
        argv[3 + 2 * k] = f->svg[k];
    }
    int result = pm_file_write(script, pm_asset_charts, strlen(pm_asset_charts), err);
    if (result == 0)
        result = pm_tool_run(argv, NULL, err);
    pm_temporary_folder_done(&folder);
    return result;
}

static int write_pngs(const struct chart_files *f, const char *rsvg, struct pm_err *err)
{
    for (size_t k = 0; k < f->n; k++) {
        const char *const argv[] = {rsvg, "-z",      "2",       "-b", "white",
                                    "-o", f->png[k], f->svg[k], NULL};
        if (pm_tool_run(argv, NULL, err) != 0)
            return -1;
    }
    return 0;
}

int pm_charts_write(const struct pm_answer *answer, const char *folder, struct pm_buf *said,
                    struct pm_err *err)
{
    static const char *const nodes[] = {"node", "nodejs", NULL};
    static const char *const converters[] = {"rsvg-convert", NULL};
    struct chart_files f = {.n = 0};
    char node[400], rsvg[400];
    int result = write_specs(answer, folder, &f, err);
    if (result == 0)
        pm_buf_addf(said, "%zu charts in %s: Vega-Lite", f.n, folder);
    const bool svg = pm_asset_charts[0] != '\0' && pm_tool_find(nodes, node, sizeof node);
    const bool png = svg && pm_tool_find(converters, rsvg, sizeof rsvg);
    if (result == 0 && svg && f.n > 0) {
        result = write_svgs(&f, node, err);
        pm_buf_add(said, ", SVG");
    }
    if (result == 0 && png && f.n > 0) {
        result = write_pngs(&f, rsvg, err);
        pm_buf_add(said, ", PNG");
    }
    if (result == 0 && pm_asset_charts[0] == '\0')
        pm_buf_add(said, "; no SVG: this program was built without its charts (make web)");
    else if (result == 0 && !svg)
        pm_buf_add(said, "; no SVG: that needs Node (apt-get install nodejs)");
    else if (result == 0 && !png)
        pm_buf_add(said, "; no PNG: that needs rsvg-convert (apt-get install librsvg2-bin)");
    pm_arena_done(&f.arena);
    return result;
}
