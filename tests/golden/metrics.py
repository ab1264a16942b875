"""Golden values for MedAnomaly.Metrics, from scikit-learn, SciPy and scikit-image. Run: /usr/bin/python3 tests/golden/metrics.py"""
import json
import pathlib

import numpy as np
import scipy
import scipy.ndimage
import scipy.optimize
import scipy.stats
import skimage
import skimage.measure
import sklearn
import sklearn.metrics as metrics

FOLDER = pathlib.Path(__file__).parent / "metrics"
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__, "skimage": skimage.__version__}


def write(name, content):
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps({"versions": VERSIONS, **content}, indent=None, separators=(",", ":"), sort_keys=True)
    (FOLDER / f"{name}.json").write_text(text + "\n")


def confusion(labels, scores, threshold):
    called = scores >= threshold
    tn, fp, fn, tp = (int(v) for v in metrics.confusion_matrix(labels, called).ravel())
    return {
        "threshold": float(threshold), "tp": tp, "fp": fp, "tn": tn, "fn": fn,
        "precision": metrics.precision_score(labels, called), "recall": metrics.recall_score(labels, called),
        "specificity": tn / (tn + fp), "accuracy": metrics.accuracy_score(labels, called),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, called), "mcc": metrics.matthews_corrcoef(labels, called),
        "f1": metrics.f1_score(labels, called),
    }


def ranking(name, labels, scores):
    fpr, tpr, roc_thresholds = metrics.roc_curve(labels, scores, drop_intermediate=True)
    precision, recall, pr_thresholds = metrics.precision_recall_curve(labels, scores)
    f1 = np.array([metrics.f1_score(labels, scores >= t) for t in pr_thresholds])
    full_fpr, full_tpr, full_thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
    eer = scipy.optimize.brentq(lambda x: 1 - x - np.interp(x, full_fpr, full_tpr), 0, 1, xtol=1e-15)
    normal = np.sort(scores[labels == 0])
    quantiles = []
    for q in (0.5, 0.9, 0.95):
        k = int(np.ceil((len(normal) + 1) * q - 1e-9))
        if k <= len(normal):
            quantiles.append({"q": q, "value": float(normal[k - 1])})
    return {
        "name": name, "labels": labels.tolist(), "scores": [float(s) for s in scores],
        "auroc": metrics.roc_auc_score(labels, scores), "ap": metrics.average_precision_score(labels, scores),
        "roc": {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": roc_thresholds[1:].tolist()},
        "pr": {"precision": precision.tolist(), "recall": recall.tolist(), "thresholds": pr_thresholds.tolist()},
        "maxF1": confusion(labels, scores, pr_thresholds[np.argmax(f1 >= f1.max() - 1e-12)]),
        "youden": confusion(labels, scores, full_thresholds[1:][np.argmax((full_tpr - full_fpr)[1:])]),
        "eer": eer, "quantiles": quantiles,
        "sensitivityAt95": float(full_tpr[full_fpr <= 0.05 + 1e-12].max()),
        "specificityAt95": float(1 - full_fpr[full_tpr >= 0.95 - 1e-12].min()),
    }


def rankings():
    random = np.random.default_rng(20240501)
    cases = []
    labels = (random.random(300) < 0.7).astype(int)
    cases.append(ranking("continuous", labels, random.normal(labels * 1.5, 1)))
    cases.append(ranking("rounded", labels, np.round(random.normal(labels * 1.0, 1), 1)))
    labels = (random.random(200) < 0.5).astype(int)
    cases.append(ranking("inverted", labels, random.normal(labels * -1.0, 1)))
    cases.append(ranking("constant", labels, np.full(200, 0.25)))
    labels = np.r_[np.zeros(40, int), np.ones(25, int)]
    cases.append(ranking("separable", labels, np.r_[random.uniform(0, 1, 40), random.uniform(2, 3, 25)]))
    labels = (random.random(250) < 0.03).astype(int)
    cases.append(ranking("rare", labels, random.exponential(1 + labels)))
    labels = (random.random(150) < 0.4).astype(int)
    cases.append(ranking("float32", labels, random.normal(labels, 1).astype(np.float32).astype(np.float64) * np.float64(1)))
    cases.append(ranking("few-levels", labels, random.integers(0, 4, 150).astype(float) - 2 + labels * random.integers(0, 2, 150)))
    write("rankings", {"cases": cases})


if __name__ == "__main__":
    rankings()
