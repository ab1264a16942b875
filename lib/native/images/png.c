#include "images.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct source {
    const uint8_t *next;
    size_t left;
};

struct sink {
    uint8_t *bytes;
    size_t length, capacity;
};

static void on_error(png_structp png, png_const_charp message) {
    snprintf(png_get_error_ptr(png), FAULT_SIZE, "%s", message);
    png_longjmp(png, 1);
}

// libpng warns about what it can skip; whatever touches pixels or a checksum is an error here.
static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void take(png_structp png, png_bytep target, size_t count) {
    struct source *source = png_get_io_ptr(png);
    if (count > source->left)
        png_error(png, "the file ends early");
    memcpy(target, source->next, count);
    source->next += count;
    source->left -= count;
}

static void put(png_structp png, png_bytep bytes, size_t count) {
    struct sink *sink = png_get_io_ptr(png);
    if (sink->capacity - sink->length < count) {
        size_t capacity = 2 * (sink->length + count) + 4096;
        uint8_t *grown = realloc(sink->bytes, capacity);
        if (grown == NULL)
            png_error(png, "no memory is left for the file");
        sink->bytes = grown;
        sink->capacity = capacity;
    }
    memcpy(sink->bytes + sink->length, bytes, count);
    sink->length += count;
}

static void flush(png_structp png) { (void)png; }

static int little_endian(void) {
    const uint16_t one = 1;
    return *(const uint8_t *)&one;
}

// Reads up to the pixels and asks for the expansions: palette to RGB, 1 to 4 bits to 8, tRNS to alpha. Gamma is never applied.
static void start(png_structp png, png_infop info, struct image_header *header) {
    // Everything but IHDR, PLTE, tRNS, IDAT and IEND is skipped, so that no text or profile is unpacked; checksums still count.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); // the caller bounds width x height
    png_read_info(png, info);
    png_set_expand(png);
    if (little_endian() && png_get_bit_depth(png, info) == 16)
        png_set_swap(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    header->width = png_get_image_width(png, info);
    header->height = png_get_image_height(png, info);
    header->channels = png_get_channels(png, info);
    header->bits = png_get_bit_depth(png, info);
}

enum result read_png(const uint8_t *file, int64_t length, struct image_header *header, uint8_t *pixels, int64_t size, char *fault) {
    struct source source = {file, (size_t)length};
    png_infop info = NULL;
    png_bytep *volatile rows = NULL;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, fault, on_error, on_warning);
    if (png == NULL || (info = png_create_info_struct(png)) == NULL) {
        snprintf(fault, FAULT_SIZE, "libpng could not be started");
        png_destroy_read_struct(&png, &info, NULL);
        return DAMAGED;
    }
    if (setjmp(png_jmpbuf(png)) != 0) {
        free((void *)rows);
        png_destroy_read_struct(&png, &info, NULL);
        return DAMAGED;
    }
    png_set_read_fn(png, &source, take);
    start(png, info, header);
    if (pixels != NULL) {
        size_t stride = png_get_rowbytes(png, info);
        size_t height = (size_t)header->height;
        if ((uint64_t)stride * height != (uint64_t)size)
            png_error(png, "the header's size changed while it was read");
        rows = malloc(height * sizeof *rows);
        if (rows == NULL)
            png_error(png, "no memory is left for the rows");
        for (size_t y = 0; y < height; y++)
            rows[y] = pixels + y * stride;
        png_read_image(png, rows);
        png_read_end(png, NULL);
    }
    free((void *)rows);
    png_destroy_read_struct(&png, &info, NULL);
    return OK;
}

enum result medanomaly_png_write(const struct image_header *header, const uint8_t *pixels, uint8_t **file, int64_t *length, char *fault) {
    static const int types[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    struct sink sink = {0};
    png_infop info = NULL;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, fault, on_error, on_warning);
    if (png == NULL || (info = png_create_info_struct(png)) == NULL) {
        snprintf(fault, FAULT_SIZE, "libpng could not be started");
        png_destroy_write_struct(&png, &info);
        return DAMAGED;
    }
    png_set_write_fn(png, &sink, put, flush);
    if (setjmp(png_jmpbuf(png)) != 0) {
        free(sink.bytes);
        png_destroy_write_struct(&png, &info);
        return DAMAGED;
    }
    png_set_compression_level(png, 6);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(png, info, (png_uint_32)header->width, (png_uint_32)header->height, header->bits, types[header->channels],
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    if (little_endian() && header->bits == 16)
        png_set_swap(png);
    size_t stride = (size_t)header->width * (size_t)(header->channels * header->bits / 8);
    for (int64_t y = 0; y < header->height; y++)
        png_write_row(png, pixels + (size_t)y * stride);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    *file = sink.bytes;
    *length = (int64_t)sink.length;
    return OK;
}
