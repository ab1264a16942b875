#include "images.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#if TIFFLIB_VERSION < 20221213
#error "libtiff 4.5 or later is needed: it is the first whose error messages belong to one file, not to the process."
#endif

struct source {
    const uint8_t *bytes;
    uint64_t length, position;
    char *fault;
    int exhausted; // whether bytes beyond the end were asked for
};

static tmsize_t take(thandle_t handle, void *target, tmsize_t count) {
    struct source *source = handle;
    uint64_t left = source->position < source->length ? source->length - source->position : 0;
    uint64_t taken = (uint64_t)count < left ? (uint64_t)count : left;
    source->exhausted |= taken < (uint64_t)count;
    memcpy(target, source->bytes + source->length - left, taken);
    source->position += taken;
    return (tmsize_t)taken;
}

static tmsize_t refuse_write(thandle_t handle, void *bytes, tmsize_t count) {
    (void)handle, (void)bytes, (void)count;
    return -1;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    struct source *source = handle;
    source->position = offset + (whence == SEEK_CUR ? source->position : whence == SEEK_END ? source->length : 0);
    return source->position;
}

static toff_t length_of(thandle_t handle) { return ((struct source *)handle)->length; }

static int leave_open(thandle_t handle) {
    (void)handle;
    return 0;
}

// The first message is the cause; those after it are its consequences.
static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
    (void)tiff, (void)module;
    char *fault = user;
    if (fault[0] == '\0')
        vsnprintf(fault, FAULT_SIZE, format, arguments);
    return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
    (void)tiff, (void)user, (void)module, (void)format, (void)arguments;
    return 1;
}

static TIFF *open_source(struct source *source) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (options == NULL)
        return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, source->fault);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, NULL);
    TIFF *tiff = TIFFClientOpenExt("image", "rm", source, take, refuse_write, seek, leave_open, length_of, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return tiff;
}

struct layout {
    struct image_header header;
    uint32_t block_width, block_height; // a tile, or a strip as wide as the image
    uint16_t stored;                    // samples a pixel in the file; one more than channels where an unnamed extra is dropped
    int tiled, planar, inverted;
};

static uint16_t tag16(TIFF *tiff, uint32_t tag) {
    uint16_t value = 0;
    TIFFGetFieldDefaulted(tiff, tag, &value);
    return value;
}

static enum result unsupported(char *fault, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault, FAULT_SIZE, format, arguments);
    va_end(arguments);
    return UNSUPPORTED;
}

static enum result check_coding(TIFF *tiff, char *fault) {
    static const char *formats[] = {"", "unsigned", "signed integers", "floating point",
                                    "of no stated type", "complex integers", "complex"};
    uint16_t compression = tag16(tiff, TIFFTAG_COMPRESSION), format = tag16(tiff, TIFFTAG_SAMPLEFORMAT);
    uint16_t orientation = tag16(tiff, TIFFTAG_ORIENTATION);
    tdir_t pages = TIFFNumberOfDirectories(tiff);
    if (pages != 1)
        return unsupported(fault, "it has %u pages, and which one is meant is not said", (unsigned)pages);
    if (compression != COMPRESSION_NONE && compression != COMPRESSION_LZW && compression != COMPRESSION_PACKBITS
        && compression != COMPRESSION_ADOBE_DEFLATE && compression != COMPRESSION_DEFLATE)
        return unsupported(fault, "its compression (scheme %u) is none of: none, LZW, PackBits, deflate", compression);
    if (format != SAMPLEFORMAT_UINT)
        return unsupported(fault, "its samples are %s, not unsigned integers", format < 7 ? formats[format] : "of an unknown type");
    if (orientation != ORIENTATION_TOPLEFT)
        return unsupported(fault, "it is stored rotated or mirrored (Orientation %u)", orientation);
    return OK;
}

static enum result check_colour(TIFF *tiff, struct layout *layout, char *fault) {
    static const char *names[] = {"grey", "grey", "RGB", "palette", "a transparency mask",
                                  "CMYK (four inks)", "YCbCr", "unknown", "CIE L*a*b*"};
    uint16_t photometric = 0, extras = 0, *kinds = NULL;
    if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric))
        return unsupported(fault, "it does not say what its colours are (no PhotometricInterpretation)");
    if (photometric > PHOTOMETRIC_RGB)
        return unsupported(fault, "its colours are %s", photometric < 9 ? names[photometric] : names[7]);
    if (layout->header.bits != 8 && layout->header.bits != 16)
        return unsupported(fault, "it has %d bits a sample, neither 8 nor 16", layout->header.bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &extras, &kinds);
    int colours = photometric == PHOTOMETRIC_RGB ? 3 : 1, extra = layout->stored - colours;
    if (extra < 0 || extra > 1)
        return unsupported(fault, "it has %u samples a pixel for %s", layout->stored, names[photometric]);
    if (extra == 1 && extras == 1 && kinds[0] == EXTRASAMPLE_ASSOCALPHA)
        return unsupported(fault, "its colours are multiplied by their alpha (associated alpha)");
    // RGB with a fourth sample that nobody named is RGBA, as Pillow has it; one named 'unspecified' is dropped.
    int alpha = extra == 1 && (extras == 0 || kinds[0] != EXTRASAMPLE_UNSPECIFIED);
    layout->header.channels = colours + alpha;
    layout->inverted = photometric == PHOTOMETRIC_MINISWHITE;
    return OK;
}

static enum result describe(TIFF *tiff, struct layout *layout, char *fault) {
    uint32_t width = 0, height = 0, rows = 0;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    layout->header.width = width;
    layout->header.height = height;
    layout->header.bits = tag16(tiff, TIFFTAG_BITSPERSAMPLE);
    layout->stored = tag16(tiff, TIFFTAG_SAMPLESPERPIXEL);
    layout->planar = tag16(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
    layout->tiled = TIFFIsTiled(tiff);
    if (layout->tiled) {
        TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &layout->block_width);
        TIFFGetField(tiff, TIFFTAG_TILELENGTH, &layout->block_height);
    } else {
        TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &rows);
        layout->block_width = width;
        layout->block_height = rows < height ? rows : height;
    }
    enum result result = check_coding(tiff, fault);
    if (result == OK)
        result = check_colour(tiff, layout, fault);
    if (result != OK)
        return result;
    if (width == 0 || height == 0 || layout->block_width == 0 || layout->block_height == 0) {
        snprintf(fault, FAULT_SIZE, "it says that it is %u x %u pixels, in blocks of %u x %u", width, height,
                 layout->block_width, layout->block_height);
        return DAMAGED;
    }
    // A tile may reach over the edge, but not far: the caller bounds the image, and this bounds the tile by the image.
    if (layout->tiled && (layout->block_width > width + 1024ULL || layout->block_height > height + 1024ULL))
        return unsupported(fault, "its tiles of %u x %u are far larger than the image", layout->block_width, layout->block_height);
    return OK;
}

// Copies one decoded block to where it belongs: all samples of its pixels, or the plane's one.
static void place(const struct layout *layout, const uint8_t *block, uint32_t left, uint32_t top, uint16_t plane, uint8_t *pixels) {
    size_t sample = (size_t)layout->header.bits / 8, channels = (size_t)layout->header.channels;
    size_t stored = layout->planar ? 1 : layout->stored, taken = layout->planar ? 1 : channels;
    uint64_t wide = (uint64_t)layout->header.width - left, high = (uint64_t)layout->header.height - top;
    uint64_t columns = wide < layout->block_width ? wide : layout->block_width;
    uint64_t rows = high < layout->block_height ? high : layout->block_height;
    for (uint64_t y = 0; y < rows; y++) {
        const uint8_t *from = block + y * layout->block_width * stored * sample;
        uint8_t *to = pixels + (((top + y) * (uint64_t)layout->header.width + left) * channels + plane) * sample;
        for (uint64_t x = 0; x < columns; x++, from += stored * sample, to += channels * sample)
            memcpy(to, from, taken * sample);
    }
}

static enum result decode(TIFF *tiff, struct source *source, const struct layout *layout, uint8_t *pixels, char *fault) {
    uint32_t across = (uint32_t)((layout->header.width + layout->block_width - 1) / layout->block_width);
    uint32_t down = (uint32_t)((layout->header.height + layout->block_height - 1) / layout->block_height);
    uint16_t planes = layout->planar ? (uint16_t)layout->header.channels : 1;
    tmsize_t size = layout->tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
    uint64_t row = (uint64_t)layout->block_width * (layout->planar ? 1 : layout->stored) * (uint64_t)(layout->header.bits / 8);
    if (size <= 0 || (uint64_t)size != row * layout->block_height) {
        snprintf(fault, FAULT_SIZE, "its blocks do not have the size that its header gives");
        return DAMAGED;
    }
    uint8_t *block = malloc((size_t)size);
    if (block == NULL) {
        snprintf(fault, FAULT_SIZE, "no memory is left for a block of %lld bytes", (long long)size);
        return DAMAGED;
    }
    source->exhausted = 0;
    enum result result = OK;
    uint32_t index = 0;
    for (uint16_t plane = 0; plane < planes && result == OK; plane++)
        for (uint32_t y = 0; y < down && result == OK; y++)
            for (uint32_t x = 0; x < across && result == OK; x++, index++) {
                uint64_t rows = (uint64_t)layout->header.height - (uint64_t)y * layout->block_height;
                uint64_t expected = layout->tiled || rows > layout->block_height ? (uint64_t)size : row * rows;
                tmsize_t got = layout->tiled ? TIFFReadEncodedTile(tiff, index, block, size)
                                             : TIFFReadEncodedStrip(tiff, index, block, size);
                if (got < 0 || (uint64_t)got != expected) {
                    if (source->exhausted)
                        snprintf(fault, FAULT_SIZE, "the file ends early");
                    else if (fault[0] == '\0')
                        snprintf(fault, FAULT_SIZE, "block %u has %lld of %llu bytes", index, (long long)got, (unsigned long long)expected);
                    result = DAMAGED;
                } else {
                    place(layout, block, x * layout->block_width, y * layout->block_height, plane, pixels);
                }
            }
    free(block);
    return result;
}

// Grey where 0 is white becomes grey where 0 is black; an alpha beside it stays.
static void invert(const struct layout *layout, uint8_t *pixels) {
    size_t sample = (size_t)layout->header.bits / 8, step = sample * (size_t)layout->header.channels;
    size_t count = (size_t)layout->header.width * (size_t)layout->header.height;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sample; j++)
            pixels[i * step + j] = (uint8_t)~pixels[i * step + j];
}

enum result read_tiff(const uint8_t *file, int64_t length, struct image_header *header, uint8_t *pixels, int64_t size, char *fault) {
    struct source source = {file, (uint64_t)length, 0, fault, 0};
    fault[0] = '\0';
    TIFF *tiff = open_source(&source);
    if (tiff == NULL) {
        if (fault[0] == '\0')
            snprintf(fault, FAULT_SIZE, "its directory cannot be read");
        return DAMAGED;
    }
    struct layout layout = {0};
    enum result result = describe(tiff, &layout, fault);
    *header = layout.header;
    if (result == OK && pixels != NULL) {
        fault[0] = '\0';
        if (layout.header.width * layout.header.height * layout.header.channels * (layout.header.bits / 8) != size) {
            snprintf(fault, FAULT_SIZE, "the header's size changed while it was read");
            result = DAMAGED;
        } else {
            result = decode(tiff, &source, &layout, pixels, fault);
        }
        if (result == OK && layout.inverted)
            invert(&layout, pixels);
    }
    TIFFClose(tiff);
    return result;
}
