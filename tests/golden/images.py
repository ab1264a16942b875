"""Golden files and pixels for MedAnomaly.Images, from Pillow and tifffile. Run: /usr/bin/python3 tests/golden/images.py"""
import base64
import hashlib
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
import tifffile
from PIL import Image

FOLDER = pathlib.Path(__file__).parent / "images"
VERSIONS = {"numpy": np.__version__, "pillow": PIL.__version__, "tifffile": tifffile.__version__}
RANDOM = np.random.default_rng(7)
KINDS = [("L8", "L", 1), ("La16", "LA", 2), ("Rgb24", "RGB", 3), ("Rgba32", "RGBA", 4), ("L16", "I", 1), ("F", "F", 1)]
FILTERS = {"NearestNeighbor": 0, "Lanczos3": 1, "Triangle": 2, "Bicubic": 3, "Box": 4, "Hamming": 5}


def write(name, content):
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({"versions": VERSIONS, **content}, separators=(",", ":"), sort_keys=True)
    (FOLDER / f"{name}.json").write_text(text + "\n")


def text(data):
    return base64.b64encode(bytes(data)).decode()


def picture(width, height, channels, bits=8):
    """Smooth colours, so that JPEG has something to do, with noise and hard edges."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    planes = [0.5 + 0.5 * np.sin(6 * x + 2 * y + c) * np.cos(5 * y - c) for c in range(channels)]
    image = np.stack(planes, axis=-1) + 0.05 * RANDOM.standard_normal((height, width, channels))
    image[height // 3: height // 2, width // 3: width // 2] = 1
    image[:2, -2:] = 0
    return np.clip(image * (2**bits - 1), 0, 2**bits - 1).astype(np.uint16 if bits == 16 else np.uint8)


# --- PNG of kinds that Pillow does not write

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def scan_lines(image, bits):
    lines = b""
    for row in image:
        samples = row.reshape(-1)
        if bits == 16:
            packed = samples.astype(">u2").tobytes()
        else:
            packed = np.packbits(np.unpackbits(samples.astype(np.uint8)[:, None], axis=1)[:, 8 - bits:].reshape(-1)).tobytes()
        lines += b"\0" + packed
    return lines


def png(image, bits, kind, interlaced=False, palette=None, transparency=None):
    height, width = image.shape[:2]
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    parts = [image[y::dy, x::dx] for x, y, dx, dy in passes]
    lines = b"".join(scan_lines(part, bits) for part in parts if part.size)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, int(interlaced)))
    if palette is not None:
        data += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    if transparency is not None:
        data += chunk(b"tRNS", transparency)
    return data + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")


def png_files():
    grey, colour = 0, 2
    indexed, grey_alpha, colour_alpha = 3, 4, 6
    for bits in (1, 2, 4, 8, 16):
        image = picture(13, 9, 1, bits) if bits > 2 else RANDOM.integers(0, 2**bits, (9, 13, 1))
        yield f"grey-{bits}.png", "L16" if bits == 16 else "L8", png(image, bits, grey)
        yield f"grey-{bits}-interlaced.png", "L16" if bits == 16 else "L8", png(image, bits, grey, interlaced=True)
    for bits in (1, 2, 4, 8):
        count = min(2**bits, 200)
        palette = RANDOM.integers(0, 256, (count, 3))
        image = RANDOM.integers(0, count, (9, 13, 1))
        yield f"palette-{bits}.png", "Rgb24", png(image, bits, indexed, palette=palette)
        yield f"palette-{bits}-trns.png", "Rgba32", png(
            image, bits, indexed, interlaced=bits == 4, palette=palette, transparency=bytes(RANDOM.integers(0, 256, count // 2).tolist()))
    for bits in (8, 16):
        wide = bits == 16
        yield f"grey-alpha-{bits}.png", "La32" if wide else "La16", png(picture(13, 9, 2, bits), bits, grey_alpha)
        image = picture(13, 9, 3, bits)
        yield f"rgb-{bits}.png", "Rgb48" if wide else "Rgb24", png(image, bits, colour)
        yield f"rgb-{bits}-interlaced.png", "Rgb48" if wide else "Rgb24", png(image, bits, colour, interlaced=True)
        yield f"rgba-{bits}.png", "Rgba64" if wide else "Rgba32", png(picture(13, 9, 4, bits), bits, colour_alpha)
    few = RANDOM.integers(0, 3, (9, 13, 1)).repeat(3, axis=2)
    yield "rgb-8-trns.png", "Rgba32", png(few, 8, colour, transparency=struct.pack(">HHH", 1, 1, 1))
    yield "one-bit-black.png", "L8", png(np.zeros((3000, 3000, 1), np.uint8), 1, grey)
    yield "black.png", "L8", png(np.zeros((1500, 1500, 1), np.uint8), 8, grey)
    yield "one-pixel.png", "L8", png(np.full((1, 1, 1), 77), 8, grey)


# --- JPEG

def jpeg(image, **settings):
    target = io.BytesIO()
    Image.fromarray(image.squeeze()).save(target, "JPEG", **settings)
    return target.getvalue()


def restart_jpeg():
    """Six flat blocks in a row with a restart marker after each: the only values are the blocks' means."""
    def segment(marker, data):
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    # One Huffman table each: DC has code 0 for category 7, AC has code 0 for the end of the block.
    table = bytes([1] + [0] * 15)
    data = b"\xff\xd8" + segment(0xDB, bytes([0] + [1] * 64)) + segment(0xC0, struct.pack(">BHHB", 8, 8, 48, 1) + bytes([1, 0x11, 0]))
    data += segment(0xC4, b"\x00" + table + b"\x07") + segment(0xC4, b"\x10" + table + b"\x00") + segment(0xDD, struct.pack(">H", 1))
    data += segment(0xDA, bytes([1, 1, 0, 0, 63, 0]))
    for index in range(6):
        bits = "0" + format(64 + 9 * index, "07b") + "0"
        bits += "1" * (-len(bits) % 8)
        entropy = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
        data += entropy + (bytes([0xFF, 0xD0 + index]) if index < 5 else b"")
    return data + b"\xff\xd9"


def jpeg_files():
    image = picture(21, 17, 3)
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "grey.jpg", "L8", jpeg(picture(21, 17, 1), quality=80)
    yield "grey-progressive.jpg", "L8", jpeg(picture(21, 17, 1), quality=80, progressive=True)
    for subsampling in (0, 1, 2):
        yield f"rgb-subsampling-{subsampling}.jpg", "Rgb24", jpeg(image, quality=75, subsampling=subsampling)
    yield "rgb-progressive.jpg", "Rgb24", jpeg(image, quality=75, progressive=True, optimize=True)
    yield "rgb-coarse.jpg", "Rgb24", jpeg(image, quality=5)
    yield "exif-orientation-6.jpg", "Rgb24", jpeg(image, quality=75, exif=exif)
    yield "black.jpg", "L8", jpeg(np.zeros((1500, 1500), np.uint8), optimize=True)
    yield "black-progressive.jpg", "L8", jpeg(np.zeros((1500, 1500), np.uint8), progressive=True)
    yield "restart.jpg", "L8", restart_jpeg()


def refused_jpegs():
    plain = io.BytesIO()
    Image.fromarray(picture(16, 8, 4), "CMYK").save(plain, "JPEG")
    plain = plain.getvalue()
    adobe = plain.index(b"Adobe") + 11
    return {"cmyk.jpg": plain, "ycck.jpg": plain[:adobe] + b"\x02" + plain[adobe + 1:]}


# --- TIFF

def tiff(image, **settings):
    target = io.BytesIO()
    big = settings.pop("bigtiff", False)
    order = settings.pop("byteorder", "<")
    with tifffile.TiffWriter(target, bigtiff=big, byteorder=order) as writer:
        writer.write(image, metadata=None, software=False, **settings)
    return target.getvalue()


def pillow_tiff(image, **settings):
    target = io.BytesIO()
    image.save(target, "TIFF", **settings)
    return target.getvalue()


def tiff_files():
    grey, wide, rgb, rgba = picture(21, 17, 1)[..., 0], picture(21, 17, 1, 16)[..., 0], picture(21, 17, 3), picture(21, 17, 4)
    wide_rgb = picture(21, 17, 3, 16)
    yield "grey-8.tif", "L8", tiff(grey)
    yield "grey-8-lzw.tif", "L8", pillow_tiff(Image.fromarray(grey), compression="tiff_lzw")
    yield "black-lzw.tif", "L8", pillow_tiff(Image.new("L", (1500, 1500)), compression="tiff_lzw")
    yield "grey-8-packbits.tif", "L8", pillow_tiff(Image.fromarray(grey), compression="packbits")
    yield "grey-8-white-is-zero.tif", "L8", tiff(grey, photometric="miniswhite")
    yield "grey-8-tiles.tif", "L8", tiff(grey, tile=(16, 16))
    yield "grey-16.tif", "L16", tiff(wide, rowsperstrip=7)
    yield "grey-16-big-endian.tif", "L16", tiff(wide, byteorder=">")
    yield "grey-alpha-8.tif", "La16", pillow_tiff(Image.fromarray(picture(21, 17, 2), "LA"))
    yield "rgb-8.tif", "Rgb24", tiff(rgb, photometric="rgb", rowsperstrip=5)
    yield "rgb-8-deflate-predictor.tif", "Rgb24", tiff(rgb, photometric="rgb", compression="zlib", predictor=True)
    yield "rgb-8-planar.tif", "Rgb24", tiff(np.moveaxis(rgb, -1, 0), photometric="rgb", planarconfig="separate")
    yield "rgb-8-planar-tiles.tif", "Rgb24", tiff(np.moveaxis(rgb, -1, 0), photometric="rgb", planarconfig="separate", tile=(16, 16))
    yield "rgb-8-big-tiff.tif", "Rgb24", tiff(rgb, photometric="rgb", bigtiff=True)
    yield "rgb-16.tif", "Rgb48", tiff(wide_rgb, photometric="rgb")
    yield "rgb-16-big-endian-tiles.tif", "Rgb48", tiff(wide_rgb, photometric="rgb", byteorder=">", tile=(32, 16))
    yield "rgba-8.tif", "Rgba32", tiff(rgba, photometric="rgb", extrasamples=["unassalpha"])
    yield "rgbx-8.tif", "Rgb24", tiff(rgba, photometric="rgb", extrasamples=["unspecified"])


def refused_tiffs():
    grey = picture(16, 8, 1)[..., 0]
    pages = io.BytesIO()
    Image.fromarray(grey).save(pages, "TIFF", save_all=True, append_images=[Image.fromarray(grey), Image.fromarray(grey)])
    return {
        "pages.tif": pages.getvalue(),
        "cmyk.tif": pillow_tiff(Image.fromarray(picture(16, 8, 4), "CMYK")),
        "palette.tif": pillow_tiff(Image.fromarray(grey).convert("P")),
        "one-bit.tif": pillow_tiff(Image.fromarray(grey).convert("1")),
        "float.tif": tiff(grey.astype(np.float32)),
        "signed.tif": tiff(grey.astype(np.int16)),
        "32-bit.tif": tiff(grey.astype(np.uint32)),
        "jpeg-in.tif": pillow_tiff(Image.fromarray(grey), compression="jpeg"),
        "premultiplied.tif": tiff(picture(16, 8, 4), photometric="rgb", extrasamples=["assocalpha"]),
        "rotated.tif": tiff(grey, extratags=[(274, "H", 1, 6, True)]),
    }


def digest(data):
    return hashlib.sha256(data).hexdigest()


def decoded(name, pixel_type, data):
    """Pillow's pixels: L, RGB and RGBA by convert; 16-bit grey as it is, for Pillow clips that to 255."""
    entry = {"name": name, "pixelType": pixel_type, "file": text(data), "pixels": {}}
    with Image.open(io.BytesIO(data)) as image:
        entry["width"], entry["height"] = image.size
        if pixel_type == "L16":
            entry["pixels"]["L16"] = digest(np.asarray(image).astype("<u2").tobytes())
            return entry
        for ours, theirs in (("L8", "L"), ("Rgb24", "RGB"), ("Rgba32", "RGBA")):
            if (image.mode, theirs) != ("RGBX", "RGBA"):
                entry["pixels"][ours] = digest(image.convert(theirs).tobytes())
    return entry


def files():
    entries = [decoded(*entry) for entries in (png_files(), jpeg_files(), tiff_files()) for entry in entries]
    refused = {name: text(data) for name, data in {**refused_jpegs(), **refused_tiffs()}.items()}
    write("files", {"files": entries, "refused": refused})


def resizes():
    sizes = [((37, 29), (16, 16)), ((37, 29), (80, 51)), ((37, 29), (37, 11)), ((37, 29), (74, 29)), ((61, 47), (7, 5)), ((5, 3), (224, 3)),
             ((1, 1), (4, 3)), ((67, 41), (33, 64)), ((24, 24), (8, 72))]
    sources, results = [], []
    for (width, height), target in sizes:
        for pixel_type, mode, channels in KINDS:
            if pixel_type in ("La16", "L16") and target not in ((16, 16), (80, 51), (33, 64)):
                continue
            if pixel_type == "L16":
                pixels = picture(width, height, 1, 16)[..., 0]
                image, raw = Image.fromarray(pixels.astype(np.int32), "I"), pixels.astype("<u2").tobytes()
            elif pixel_type == "F":
                pixels = (RANDOM.standard_normal((height, width)) * 10).astype("<f4")
                image, raw = Image.fromarray(pixels), pixels.tobytes()
            else:
                pixels = picture(width, height, channels)
                image, raw = Image.fromarray(pixels.squeeze(axis=2) if channels == 1 else pixels, mode), pixels.tobytes()
            sources.append({"pixelType": pixel_type, "width": width, "height": height, "pixels": text(raw)})
            for name, code in FILTERS.items():
                resized = image.resize(target, code)
                data = np.clip(np.asarray(resized), 0, 65535).astype("<u2").tobytes() if pixel_type == "L16" else resized.tobytes()
                results.append({
                    "source": len(sources) - 1, "sampler": name, "width": target[0], "height": target[1], "pixels": digest(data)})
    write("resize", {"sources": sources, "results": results})


files()
resizes()
