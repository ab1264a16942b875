// What MedAnomaly.Images calls: PNG, JPEG and TIFF by the system's own libraries, behind a C ABI of plain memory.
// No longjmp leaves this library, and nothing here takes memory that the caller has not bounded first.
#ifndef MEDANOMALY_IMAGES_H
#define MEDANOMALY_IMAGES_H

#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

enum { FAULT_SIZE = 256 };

// What a call returns. UNSUPPORTED: the file is sound, but of a kind that we refuse; the fault text names the kind.
enum result { OK = 0, DAMAGED = 1, UNSUPPORTED = 2 };

// The image as it is delivered: samples of 8 or 16 bits in the machine's byte order, interleaved, rows from the top, no padding.
struct image_header {
    int64_t width;
    int64_t height;
    int32_t channels; // 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
    int32_t bits;     // 8 or 16 a channel
};

enum format { FORMAT_PNG, FORMAT_JPEG, FORMAT_TIFF };

// Reads one format: the header, and where pixels is not NULL also the pixels, into memory of exactly the size that the header gives.
typedef enum result reader(const uint8_t *file, int64_t length, struct image_header *header, uint8_t *pixels, int64_t size, char *fault);
reader read_png, read_jpeg, read_tiff;

EXPORT enum result medanomaly_image_header(enum format format, const uint8_t *file, int64_t length,
                                          struct image_header *header, char *fault);
EXPORT enum result medanomaly_image_pixels(enum format format, const uint8_t *file, int64_t length,
                                          uint8_t *pixels, int64_t size, char *fault);

// A PNG file in memory of malloc, to be given back by medanomaly_free.
EXPORT enum result medanomaly_png_write(const struct image_header *header, const uint8_t *pixels,
                                       uint8_t **file, int64_t *length, char *fault);
EXPORT void medanomaly_free(void *memory);

#endif
