"""Golden masks and fingerprints for the data room. Run with the system's Python."""
import json
import pathlib

import numpy as np
import PIL
import scipy
import skimage
from PIL import Image
from scipy.fft import dctn
from skimage.draw import ellipse, polygon

OUT = pathlib.Path(__file__).parent / "data"
OUT.mkdir(exist_ok=True)
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__, "skimage": skimage.__version__, "PIL": PIL.__version__}


def runs(mask):
    """The flat indices at which the mask changes, from 0."""
    flat = np.concatenate([[0], mask.ravel().astype(int)])
    return np.flatnonzero(np.diff(flat)).tolist()


def outlines():
    rng = np.random.default_rng(0)
    size, cases = (60, 80), []
    while len(cases) < 12:
        count = int(rng.integers(3, 12))
        angles = np.sort(rng.uniform(0, 2 * np.pi, count))
        radii = rng.uniform(5, 28, count)
        xs = np.round(40 + radii * np.cos(angles)).astype(int)
        ys = np.round(30 + radii * np.sin(angles)).astype(int)
        # scikit-image loses some pixels that lie on a slanting edge, by rounding: take polygons that have none.
        if (np.gcd(np.diff(xs, append=xs[:1]), np.diff(ys, append=ys[:1])) != 1).any():
            continue
        mask = np.zeros(size, bool)
        mask[polygon(ys, xs, size)] = True
        shape = {"name": "polygon", "all_points_x": xs.tolist(), "all_points_y": ys.tolist()}
        cases.append({"shape": shape, "runs": runs(mask)})
    for _ in range(8):
        cx, cy = int(rng.integers(10, 70)), int(rng.integers(10, 50))
        rx, ry, theta = float(rng.uniform(3, 20)), float(rng.uniform(3, 20)), float(rng.uniform(0, 3))
        mask = np.zeros(size, bool)
        # scikit-image turns counter-clockwise, the annotator clockwise.
        mask[ellipse(cy, cx, ry, rx, size, rotation=-theta)] = True
        shape = {"name": "ellipse", "cx": cx, "cy": cy, "rx": rx, "ry": ry, "theta": theta}
        cases.append({"shape": shape, "runs": runs(mask)})
    return {"versions": VERSIONS, "width": size[1], "height": size[0], "cases": cases}


def fingerprint():
    y, x = np.mgrid[0:50, 0:70]
    a = (127 + 60 * np.sin(x / 9.0) + 50 * np.cos(y / 7.0 + x / 20.0)).astype(np.uint8)
    b = np.clip(a.astype(int) + (x * 7 + y * 13) % 41 - 20, 0, 255).astype(np.uint8)

    def spectrum(pixels):
        small = np.asarray(Image.fromarray(pixels).resize((32, 32), Image.BILINEAR), float)
        low = dctn(small, norm="ortho")[:16, :16].ravel()[1:]
        return low / np.linalg.norm(low)

    similarity = float(spectrum(a) @ spectrum(b))
    mirrored = float(spectrum(np.ascontiguousarray(a[:, ::-1])) @ spectrum(b))
    return {"versions": VERSIONS, "width": 70, "height": 50, "a": a.ravel().tolist(), "b": b.ravel().tolist(),
            "similarity": similarity, "mirrored": mirrored}


for name, make in (("outlines", outlines), ("fingerprint", fingerprint)):
    (OUT / f"{name}.json").write_text(json.dumps(make(), separators=(",", ":")) + "\n")
