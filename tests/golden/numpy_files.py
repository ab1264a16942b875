"""Arrays as NumPy saves them, for MedAnomaly.Volumes.NumpyFile. Run: /usr/bin/python3 tests/golden/numpy_files.py"""
import base64
import io
import json
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "numpy"

values = np.arange(24).reshape(2, 3, 4)
cases = []
for name, array in (
    ("float32", (values / 8).astype("<f4")), ("float64", (values / 3).astype("<f8")), ("uint8", (values * 10).astype("u1")), ("bool", values % 3 == 0),
    ("big-endian", (values / 8).astype(">f4")), ("big-endian-64", (values / 3).astype(">f8")),
    ("fortran", np.asfortranarray((values / 8).astype("<f4"))), ("flat", (values.ravel() / 8).astype("<f4")),
    ("matrix-float32", (values / 8).astype("<f4").reshape(4, 6)), ("matrix-float64", (values / 3).astype("<f8").reshape(4, 6)),
    ("matrix-uint8", (values * 10).astype("u1").reshape(4, 6)),
):
    file = io.BytesIO()
    np.save(file, array)
    cases.append({"name": name, "shape": list(array.shape), "values": [float(v) for v in array.ravel()], "file": base64.b64encode(file.getvalue()).decode()})
FOLDER.mkdir(exist_ok=True)
(FOLDER / "files.json").write_text(json.dumps({"versions": {"numpy": np.__version__}, "cases": cases}, separators=(",", ":")) + "\n")
