#include "images.h"

#include <stdlib.h>

static reader *const readers[] = {[FORMAT_PNG] = read_png, [FORMAT_JPEG] = read_jpeg, [FORMAT_TIFF] = read_tiff};

enum result medanomaly_image_header(enum format format, const uint8_t *file, int64_t length, struct image_header *header, char *fault) {
    return readers[format](file, length, header, NULL, 0, fault);
}

enum result medanomaly_image_pixels(enum format format, const uint8_t *file, int64_t length, uint8_t *pixels, int64_t size, char *fault) {
    struct image_header header;
    return readers[format](file, length, &header, pixels, size, fault);
}

void medanomaly_free(void *memory) { free(memory); }
