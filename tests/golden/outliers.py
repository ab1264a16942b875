"""Golden values for MedAnomaly.Outliers, from PyOD and scikit-learn. Run: PYTHONPATH=PYOD'S_CHECKOUT /usr/bin/python3 tests/golden/outliers.py"""
import json
import pathlib
import sys
import types
import warnings

warnings.filterwarnings("ignore")
try:
    import matplotlib.pyplot
except ImportError:
    # PyOD's ECOD imports it for its pictures.
    sys.modules["matplotlib"] = types.ModuleType("matplotlib")
    sys.modules["matplotlib.pyplot"] = sys.modules["matplotlib"].pyplot = types.ModuleType("matplotlib.pyplot")

import numba
import numpy as np
import pyod
import scipy
import sklearn
from pyod.models import abod, cblof, ecod, gmm, hbos, iforest, inne, kde, knn, lmdd, loda, lof, lscp, mcd, ocsvm, sampling
from sklearn.covariance import EllipticEnvelope
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KernelDensity

FOLDER = pathlib.Path(__file__).parent / "outliers"
VERSIONS = {"pyod": pyod.__version__, "sklearn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__, "numba": numba.__version__}
SEEDS = range(20)


class Envelope:
    """What source 002 calls Covariance, with PyOD's names."""

    def __init__(self, random_state):
        self.estimator = EllipticEnvelope(random_state=random_state)

    def fit(self, rows):
        self.estimator.fit(rows)
        self.decision_scores_ = -self.estimator.score_samples(rows)
        self.threshold_ = np.percentile(self.decision_scores_, 90)

    def decision_function(self, rows):
        return -self.estimator.score_samples(rows)


DETERMINISTIC = {
    "KNN": knn.KNN, "HBOS": hbos.HBOS, "ECOD": ecod.ECOD, "LOF": lof.LOF, "KDE": kde.KDE, "GMM": gmm.GMM, "ABOD": abod.ABOD, "OCSVM": ocsvm.OCSVM,
}
RANDOM = {
    "Covariance": Envelope, "MCD": mcd.MCD, "Sampling": sampling.Sampling, "LODA": loda.LODA, "IForest": iforest.IForest, "INNE": inne.INNE,
    "CBLOF": cblof.CBLOF, "LMDD": lmdd.LMDD,
    "LSCP": lambda random_state: lscp.LSCP([lof.LOF(n_neighbors=k) for k in range(10, 60, 5)], random_state=random_state),
}


def write(name, content):
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({"versions": VERSIONS, **content}, indent=None, separators=(",", ":"), sort_keys=True)
    (FOLDER / f"{name}.json").write_text(text + "\n")


def data(seed, train, test, width, wider=2.0):
    """Rows of three clusters of unequal sizes whose features depend on each other; the last quarter to be scored is spread wider around them."""
    random = np.random.default_rng(seed)
    centers = random.normal(0, 3, (3, width))
    mixing = random.normal(0, 1, (width, width)) / np.sqrt(width)

    def make(count, spread=1.0):
        return np.round(centers[random.choice(3, count, p=(.6, .37, .03))] + random.normal(0, spread, (count, width)) @ mixing, 6)
    usual, other = make(test - test // 4), make(test // 4, wider)
    return make(train), np.vstack([usual, other]), np.r_[np.zeros(len(usual), int), np.ones(len(other), int)]


def deterministic():
    cases = []
    for name, seed, train, test, width in (
        ("many", 1, 400, 120, 6), ("few", 2, 60, 40, 3), ("one feature", 3, 150, 50, 1), ("wide", 4, 120, 40, 20),
        ("constant feature", 12, 80, 30, 3), ("duplicates", 13, 120, 20, 3), ("all equal", 14, 64, 8, 3), ("fewer rows than features", 15, 12, 10, 20),
        ("features of all sizes", 16, 200, 40, 4),
    ):
        rows, others, _ = data(seed, train, test, width)
        if name == "constant feature":
            rows[:, 1] = others[:, 1] = 3
        if name == "duplicates":
            rows[:40] = others[0] = .1, .2, .3
        if name == "all equal":
            rows[:] = others[:] = .1, .7, -2.3
        if name == "features of all sizes":
            scales = 1e-3, 1, 1e3, 1e5
            rows, others = (rows * scales).round(6), (others * scales).round(6)
        detectors = {}
        for key, make in DETERMINISTIC.items():
            detector = make()
            detector.fit(rows)
            scores = detector.decision_function(others)
            if np.isnan(scores).any():
                # ABOD's, of rows that equal all their neighbours.
                continue
            detectors[key] = {
                "training": detector.decision_scores_.tolist(), "scores": scores.tolist(),
                "threshold": float(detector.threshold_), "flagged": detector.predict(others).tolist(),
            }
        detector = ecod.ECOD()
        detector.fit(rows)
        detectors["ECOD"]["alone"] = [float(detector.decision_function(others[i:i + 1])[0]) for i in range(len(others))]
        cases.append({"name": name, "train": rows.tolist(), "test": others.tolist(), "detectors": detectors})
    write("deterministic", {"cases": cases})


def density():
    """Densities far from all rows, summed directly: between leaves of its trees scikit-learn loses digits of them."""
    rows, others, _ = data(8, 300, 60, 16, wider=4.0)
    model = KernelDensity(leaf_size=len(rows)).fit(rows)
    write("density", {"train": rows.tolist(), "test": others.tolist(), "scores": (-model.score_samples(others)).tolist()})


def of_every_seed(name, make, train, test):
    """The scores, which must be the same for every seed."""
    runs = []
    for state in SEEDS:
        detector = make(random_state=state)
        detector.fit(train)
        runs.append(detector.decision_function(test))
    spread = np.ptp(runs, axis=0).max()
    if spread > 1e-9:
        raise ValueError(f"{name}: the seed decides, by {spread}; choose other rows")
    return runs[0].tolist()


def robust():
    """Rows on which trials of every seed find the same least determinant."""
    cases = []
    for name, seed, train, width in (("small", 5, 90, 2), ("subsets", 6, 700, 4), ("one feature", 7, 101, 1)):
        random = np.random.default_rng(seed)
        rows = np.vstack([random.normal(0, 1, (train - train // 6, width)), random.normal(6, 1, (train // 6, width))]).round(6)
        others = random.normal(0, 3, (30, width)).round(6)
        cases.append({"name": name, "train": rows.tolist(), "test": others.tolist(), "scores": of_every_seed(name, mcd.MCD, rows, others)})
    write("robust", {"cases": cases})


def settled():
    """Rows that leave a detector nothing to draw, so that PyOD's scores are the same for every seed."""
    random = np.random.default_rng(21)
    clusters = random.choice(8, 200, p=(.3, .2, .2, .14, .1, .02, .02, .02))
    corners = 50.0 * np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)])
    two_values = np.r_[np.zeros(90), np.ones(10)].reshape(-1, 1)
    twins, other_twins, _ = data(22, 150, 40, 1, wider=4.0)
    rows = {
        "Sampling": (random.normal(0, 1, (20, 3)), random.normal(0, 2, (30, 3))),
        "INNE": (random.normal(0, 1, (8, 2)), random.normal(0, 1, (60, 2))),
        "CBLOF": (corners[clusters] + random.normal(0, 1, (200, 3)), corners[random.choice(8, 40)] + random.normal(0, 3, (40, 3))),
        "LMDD": (random.normal(0, 1, (5, 2)), np.array([[.3, 1.2], [-.4, .1], [2.5, -6]])),
        "IForest": (two_values, np.array([[-1.], [0], [1], [7]])),
        "LSCP": (np.hstack([twins, twins]), np.hstack([other_twins, other_twins])),
    }
    cases = []
    for key, (train, test) in rows.items():
        train, test = train.round(6), test.round(6)
        cases.append({"detector": key, "train": train.tolist(), "test": test.tolist(), "scores": of_every_seed(key, RANDOM[key], train, test)})
    write("settled", {"cases": cases})


def distribution():
    rows, others, labels = data(11, 800, 400, 8)
    aurocs = {}
    for key, make in RANDOM.items():
        aurocs[key] = []
        for state in SEEDS:
            detector = make(random_state=state)
            detector.fit(rows)
            aurocs[key].append(roc_auc_score(labels, detector.decision_function(others)))
        print(key, np.mean(aurocs[key]), np.std(aurocs[key]), flush=True)
    write("distribution", {"train": rows.tolist(), "test": others.tolist(), "labels": labels.tolist(), "aurocs": aurocs})


if __name__ == "__main__":
    for part in sys.argv[1:] or ("deterministic", "density", "robust", "settled", "distribution"):
        globals()[part]()
