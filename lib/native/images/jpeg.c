#include "images.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// A file that asks for more scans than this is made to waste time; real progressive files have about ten.
enum { MAX_SCANS = 500 };

struct reader {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf exit;
    char *fault;
};

static void fail(j_common_ptr common) {
    struct reader *reader = common->client_data;
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    snprintf(reader->fault, FAULT_SIZE, "%s", message);
    longjmp(reader->exit, common->err->msg_code == JERR_SOF_UNSUPPORTED ? UNSUPPORTED : DAMAGED);
}

// libjpeg patches damaged data with grey and warns. A warning that means wrong pixels is an error here.
static void judge(j_common_ptr common, int level) {
    if (level >= 0)
        return;
    switch (common->err->msg_code) {
    case JWRN_ARITH_BAD_CODE:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
        fail(common);
    }
}

static void watch(j_common_ptr common) {
    struct reader *reader = common->client_data;
    if (common->is_decompressor && reader->jpeg.input_scan_number > MAX_SCANS) {
        snprintf(reader->fault, FAULT_SIZE, "it has more than %d scans", MAX_SCANS);
        longjmp(reader->exit, DAMAGED);
    }
}

static const char *refusal(const struct jpeg_decompress_struct *jpeg) {
    if (jpeg->jpeg_color_space == JCS_CMYK)
        return "its colours are CMYK (four inks)";
    if (jpeg->jpeg_color_space == JCS_YCCK)
        return "its colours are YCCK (four inks, Adobe's inverted CMYK)";
    if (jpeg->num_components != 1 && jpeg->num_components != 3)
        return "it has neither one component (grey) nor three (colour)";
    if (jpeg->arith_code)
        return "its coding is arithmetic, not Huffman";
    if (jpeg->data_precision != 8)
        return "it has more than 8 bits a sample";
    return NULL;
}

// The settings are libjpeg's defaults, which are Pillow's: accurate integer DCT, smooth chroma upsampling, no scaling.
enum result read_jpeg(const uint8_t *file, int64_t length, struct image_header *header, uint8_t *pixels, int64_t size, char *fault) {
    struct reader reader = {.fault = fault};
    struct jpeg_decompress_struct *jpeg = &reader.jpeg;
    jpeg->err = jpeg_std_error(&reader.errors);
    reader.errors.error_exit = fail;
    reader.errors.emit_message = judge;
    reader.progress.progress_monitor = watch;
    jpeg->client_data = &reader;
    int jump = setjmp(reader.exit);
    if (jump != 0) {
        jpeg_destroy_decompress(jpeg);
        return jump == UNSUPPORTED ? UNSUPPORTED : DAMAGED;
    }
    jpeg_create_decompress(jpeg);
    jpeg->progress = &reader.progress;
    jpeg_mem_src(jpeg, file, (unsigned long)length);
    jpeg_read_header(jpeg, TRUE);
    const char *kind = refusal(jpeg);
    if (kind != NULL) {
        snprintf(fault, FAULT_SIZE, "%s", kind);
        jpeg_destroy_decompress(jpeg);
        return UNSUPPORTED;
    }
    jpeg->out_color_space = jpeg->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    header->width = jpeg->image_width;
    header->height = jpeg->image_height;
    header->channels = jpeg->num_components;
    header->bits = 8;
    if (pixels != NULL) {
        size_t stride = (size_t)jpeg->image_width * (size_t)jpeg->num_components;
        if ((uint64_t)stride * jpeg->image_height != (uint64_t)size)
            ERREXIT(jpeg, JERR_BAD_LENGTH);
        jpeg_start_decompress(jpeg);
        while (jpeg->output_scanline < jpeg->output_height) {
            JSAMPROW row = pixels + jpeg->output_scanline * stride;
            jpeg_read_scanlines(jpeg, &row, 1);
        }
        jpeg_finish_decompress(jpeg);
    }
    jpeg_destroy_decompress(jpeg);
    return OK;
}
