/* SPDX-License-Identifier: MIT */
#include "images/worker/decode.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define FILE_MAX   ((size_t)256 << 20)
#define PIXELS_MAX 100000000L /* a picture that unpacks to more is no photograph */
#define IDX_MAX    ((size_t)2 << 30)

/* libjpeg fills what is missing of a file with grey and does not mind. Its markers tell: segments
 * with their lengths, after "start of scan" coded data up to the next marker, and at last FF D9. */
static bool is_cut_jpeg(const unsigned char *b, size_t n)
{
    if (n < 4 || b[0] != 0xFF || b[1] != 0xD8)
        return false; /* no JPEG */
    for (size_t i = 2; i + 1 < n;) {
        if (b[i] != 0xFF || b[i + 1] == 0 || b[i + 1] == 0xFF ||
            (b[i + 1] >= 0xD0 && b[i + 1] <= 0xD8)) {
            i++; /* coded data, its stuffing, restarts */
            continue;
        }
        if (b[i + 1] == 0xD9)
            return false;
        if (i + 3 >= n)
            break;
        i += 2 + ((size_t)b[i + 2] << 8 | b[i + 3]);
    }
    return true;
}

/* A PNG ends with the chunk IEND; its loader is content with the rows it got. */
static bool is_cut_png(const unsigned char *b, size_t n)
{
    static const unsigned char signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    if (n < sizeof signature || memcmp(b, signature, sizeof signature) != 0)
        return false;
    for (size_t i = sizeof signature; i + 12 <= n;) {
        const size_t length =
            (size_t)b[i] << 24 | (size_t)b[i + 1] << 16 | (size_t)b[i + 2] << 8 | b[i + 3];
        if (memcmp(b + i + 4, "IEND", 4) == 0)
            return false;
        i += 12 + length;
    }
    return true;
}

static void check_size(GdkPixbufLoader *loader, int w, int h, gpointer too_large)
{
    *(bool *)too_large = (long)w * h > PIXELS_MAX;
    if (*(bool *)too_large)
        gdk_pixbuf_loader_set_size(loader, 1, 1);
}

/* The picture, upright; NULL with err. */
static GdkPixbuf *load(const struct pm_buf *file, const char *path, struct pm_err *err)
{
    const unsigned char *const bytes = (const unsigned char *)pm_buf_text(file);
    GdkPixbufLoader *loader = gdk_pixbuf_loader_new();
    bool too_large = false;
    GError *why = NULL;
    GdkPixbuf *upright = NULL;
    g_signal_connect(loader, "size-prepared", G_CALLBACK(check_size), &too_large);
    const bool written = gdk_pixbuf_loader_write(loader, bytes, file->len, &why) != FALSE;
    const bool closed = gdk_pixbuf_loader_close(loader, written ? &why : NULL) != FALSE;
    GdkPixbuf *picture = written && closed ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
    if (too_large)
        pm_fail(err, PM_EDATA, path, "unpacks to more than %ld million pixels",
                PIXELS_MAX / 1000000);
    else if (picture == NULL)
        pm_fail(err, PM_EDATA, path, "%s", why != NULL ? why->message : "is no image");
    else if (is_cut_jpeg(bytes, file->len) || is_cut_png(bytes, file->len))
        pm_fail(err, PM_EDATA, path, "is cut short");
    else
        upright = gdk_pixbuf_apply_embedded_orientation(picture);
    if (why != NULL)
        g_error_free(why);
    g_object_unref(loader);
    return upright;
}

static int to_planes(GdkPixbuf *picture, long channels, struct pm_pixels *out, struct pm_err *err)
{
    const long w = gdk_pixbuf_get_width(picture), h = gdk_pixbuf_get_height(picture);
    const long step = gdk_pixbuf_get_n_channels(picture), row = gdk_pixbuf_get_rowstride(picture);
    const guchar *pixels = gdk_pixbuf_read_pixels(picture);
    const size_t plane = (size_t)w * (size_t)h;
    *out = (struct pm_pixels){w, h, channels, malloc(plane * (size_t)channels * sizeof(float))};
    if (out->data == NULL)
        return pm_fail_nomem(err);
    for (long y = 0; y < h; y++) {
        for (long x = 0; x < w; x++) {
            const guchar *rgb = pixels + y * row + x * step;
            const size_t at = (size_t)(y * w + x);
            if (channels == 1 && rgb[0] == rgb[1] && rgb[1] == rgb[2])
                out->data[at] = (float)rgb[0] / 255;
            else if (channels == 1) /* ITU-R BT.601, as OpenCV */
                out->data[at] = (.299F * rgb[0] + .587F * rgb[1] + .114F * rgb[2]) / 255;
            else
                for (long c = 0; c < 3; c++)
                    out->data[(size_t)c * plane + at] = (float)rgb[c] / 255;
        }
    }
    return 0;
}

int pm_decode_file(const char *path, long channels, struct pm_pixels *out, struct pm_err *err)
{
    struct pm_buf file = {0};
    if (pm_file_read(path, FILE_MAX, &file, err) != 0)
        return -1;
    GdkPixbuf *picture = NULL;
    if (file.len == 0)
        pm_fail(err, PM_EDATA, path, "is empty");
    else
        picture = load(&file, path, err);
    pm_buf_done(&file);
    if (picture == NULL)
        return -1;
    const int result = to_planes(picture, channels, out, err);
    g_object_unref(picture);
    return result;
}

/* ---- IDX ---- */

static bool read_number(gzFile file, long *out)
{
    unsigned char b[4];
    if (gzread(file, b, 4) != 4)
        return false;
    *out = (long)b[0] << 24 | (long)b[1] << 16 | (long)b[2] << 8 | (long)b[3];
    return true;
}

static int read_idx(gzFile file, const char *path, struct pm_idx *out, struct pm_err *err)
{
    long magic = 0, n = 0, h = 1, w = 1;
    const bool head = read_number(file, &magic) && (magic == 0x801 || magic == 0x803) &&
                      read_number(file, &n) &&
                      (magic == 0x801 || (read_number(file, &h) && read_number(file, &w)));
    if (!head)
        return pm_fail(err, PM_EDATA, path, "is no IDX file of bytes (images or labels)");
    const double bytes = (double)n * (double)h * (double)w;
    if (n < 1 || h < 1 || w < 1 || bytes > (double)IDX_MAX)
        return pm_fail(err, PM_EDATA, path, "says %ld images of %ld x %ld", n, w, h);
    out->bytes = malloc((size_t)bytes);
    if (out->bytes == NULL)
        return pm_fail_nomem(err);
    size_t got = 0;
    while (got < (size_t)bytes) {
        const size_t left = (size_t)bytes - got;
        const int more = gzread(file, out->bytes + got, left < 1 << 24 ? (unsigned)left : 1U << 24);
        if (more <= 0)
            return pm_fail(err, PM_EDATA, path, "is cut short: %zu of %.0f bytes", got, bytes);
        got += (size_t)more;
    }
    out->n = (size_t)n;
    out->w = magic == 0x803 ? w : 0;
    out->h = magic == 0x803 ? h : 0;
    return 0;
}

int pm_idx_load(const char *path, struct pm_idx *out, struct pm_err *err)
{
    gzFile file = gzopen(path, "rb");
    *out = (struct pm_idx){0};
    if (file == NULL)
        return pm_fail(err, PM_EDATA, path, "cannot be opened");
    const int result = read_idx(file, path, out, err);
    gzclose(file);
    if (result != 0)
        pm_idx_done(out);
    return result;
}

void pm_idx_done(struct pm_idx *idx)
{
    free(idx->bytes);
    *idx = (struct pm_idx){0};
}

int pm_idx_image(const struct pm_idx *idx, size_t index, long channels, struct pm_pixels *out,
                 struct pm_err *err)
{
    const size_t plane = (size_t)idx->w * (size_t)idx->h;
    if (index >= idx->n || plane == 0)
        return pm_fail(err, PM_EDATA, NULL, "image %zu of %zu", index, idx->n);
    *out = (struct pm_pixels){idx->w, idx->h, channels,
                              malloc(plane * (size_t)channels * sizeof(float))};
    if (out->data == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < plane * (size_t)channels; i++)
        out->data[i] = (float)idx->bytes[index * plane + i % plane] / 255;
    return 0;
}
