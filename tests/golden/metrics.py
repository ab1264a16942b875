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


def pro(maps, masks, limit, connectivity):
    """Per-region overlap by its definition: every score is a threshold, nothing is accumulated."""
    regions = []
    for scores, mask in zip(maps, masks):
        labels = skimage.measure.label(mask, connectivity=connectivity)
        regions += [scores[labels == r] for r in range(1, labels.max() + 1)]
    normal = np.concatenate([scores[mask == 0] for scores, mask in zip(maps, masks)])
    fpr, overlap = [0.0], [0.0]
    for threshold in np.unique(np.concatenate([m.ravel() for m in maps]))[::-1]:
        fpr.append(np.mean(normal >= threshold))
        overlap.append(np.mean([np.mean(region >= threshold) for region in regions]))
    fpr, overlap = np.array(fpr), np.array(overlap)
    inside = fpr < limit
    # Several points may share the limit's own rate; the curve there is its first.
    at_limit = np.interp(limit, fpr, overlap) if limit not in fpr else overlap[fpr == limit].min()
    x, y = np.append(fpr[inside], limit), np.append(overlap[inside], at_limit)
    return float(np.trapz(y, x) / limit), len(regions)


def blob(shape, centre, radius):
    grid = np.indices(shape)
    return (sum((g - c) ** 2 for g, c in zip(grid, centre)) <= radius ** 2).astype(np.uint8)


def pixels():
    random = np.random.default_rng(7)
    shape = (14, 18)
    cases = []

    def add(name, maps, masks):
        flat_scores = np.concatenate([m.ravel() for m in maps])
        flat_labels = np.concatenate([m.ravel() for m in masks])
        some = [i for i, mask in enumerate(masks) if mask.any()]
        results = []
        for limit in (0.05, 0.3, 1.0):
            for connectivity in (1, 2):
                value, regions = pro(maps, masks, limit, connectivity)
                results.append({"limit": limit, "connectivity": connectivity, "value": value, "regions": regions})
        cases.append({
            "name": name, "height": shape[0], "width": shape[1], "maps": [m.ravel().tolist() for m in maps],
            "masks": [m.ravel().tolist() for m in masks], "pro": results,
            "auroc": metrics.roc_auc_score(flat_labels, flat_scores), "ap": metrics.average_precision_score(flat_labels, flat_scores),
            "abnormalAuroc": metrics.roc_auc_score(np.concatenate([masks[i].ravel() for i in some]), np.concatenate([maps[i].ravel() for i in some])),
            "abnormalAp": metrics.average_precision_score(np.concatenate([masks[i].ravel() for i in some]), np.concatenate([maps[i].ravel() for i in some])),
            "maxDice": float(np.max([metrics.f1_score(flat_labels, flat_scores >= t) for t in np.unique(flat_scores)])),
        })

    def noise():
        return np.round(random.normal(0, 1, shape) * 64) / 64

    two = blob(shape, (3, 3), 2) | blob(shape, (9, 12), 3)
    edge = np.zeros(shape, np.uint8)
    edge[0, :4] = edge[-1, -3:] = edge[5:8, -1] = 1
    diagonal = np.zeros(shape, np.uint8)
    diagonal[4, 4] = diagonal[5, 5] = diagonal[6, 4] = diagonal[10, 10] = 1
    masks = [two, edge, diagonal, np.zeros(shape, np.uint8)]
    add("noisy", [noise() + 1.5 * m for m in masks], masks)
    add("coarse", [np.round(noise() + m) for m in masks], masks)
    add("constant", [np.full(shape, 0.5) for _ in masks], masks)
    add("perfect", [m.astype(float) for m in masks], masks)
    add("inverted", [noise() - 3.0 * m for m in masks], masks)
    add("one-pixel", [noise() + diagonal], [diagonal])
    add("binary", [np.maximum(m, random.random(shape) < 0.4).astype(float) for m in masks], masks)
    write("pixels", {"cases": cases})


def components():
    random = np.random.default_rng(11)
    cases = []
    for shape, density in (((9, 13), 0.5), ((12, 7), 0.35), ((6, 6), 0.0), ((5, 4), 1.0), ((4, 5, 6), 0.3), ((5, 6, 7), 0.15), ((1, 8, 9), 0.5)):
        mask = (random.random(shape) < density).astype(np.uint8)
        depth, height, width = (1, *shape) if len(shape) == 2 else shape
        volume = mask.reshape(depth, height, width)
        faces = skimage.measure.label(volume, connectivity=1)
        corners = skimage.measure.label(volume, connectivity=3)
        again, count = scipy.ndimage.label(volume, np.ones((3, 3, 3)))
        assert count == corners.max() and (again == corners).all()
        cases.append({"depth": depth, "height": height, "width": width, "mask": volume.ravel().tolist(),
                      "faces": faces.ravel().tolist(), "corners": corners.ravel().tolist()})
    write("components", {"cases": cases})


def bootstraps():
    """Percentile intervals of AUROC by plain resampling: their own Monte Carlo error is what the tests allow."""
    random = np.random.default_rng(5)
    labels = (random.random(120) < 0.6).astype(int)
    scores = random.normal(labels * 1.0, 1)
    groups = random.integers(0, 30, 120)
    effect = random.normal(0, 1, 30)
    clustered = scores + effect[groups]

    def resample_classes():
        index = np.concatenate([random.choice(np.flatnonzero(labels == c), (labels == c).sum()) for c in (0, 1)])
        return metrics.roc_auc_score(labels[index], scores[index])

    abnormal = np.unique(groups[labels == 1])
    normal = np.setdiff1d(np.unique(groups), abnormal)
    members = {g: np.flatnonzero(groups == g) for g in np.unique(groups)}

    def resample_groups():
        drawn = np.concatenate([random.choice(abnormal, len(abnormal)), random.choice(normal, len(normal)) if len(normal) else []]).astype(int)
        index = np.concatenate([members[g] for g in drawn])
        return metrics.roc_auc_score(labels[index], clustered[index])

    write("bootstrap", {
        "labels": labels.tolist(), "scores": scores.tolist(), "clustered": clustered.tolist(), "groups": [f"patient-{g:02}" for g in groups],
        "stratified": np.percentile([resample_classes() for _ in range(20000)], [2.5, 97.5]).tolist(),
        "byGroup": np.percentile([resample_groups() for _ in range(20000)], [2.5, 97.5]).tolist(),
    })


def delong():
    """DeLong's test from its definition, pair by pair."""
    random = np.random.default_rng(9)
    cases = []
    for shift, noise, digits in ((1.0, 0.8, 6), (0.5, 1.0, 1), (1.5, 0.05, 6), (2.5, 3.0, 6)):
        labels = (random.random(80) < 0.6).astype(int)
        first = np.round(random.normal(labels * shift, 1), digits)
        second = np.round(first + random.normal(0, noise, 80), digits)
        aurocs, abnormal, normal = [], [], []
        for scores in (first, second):
            pairs = (scores[labels == 1][:, None] > scores[labels == 0]) + 0.5 * (scores[labels == 1][:, None] == scores[labels == 0])
            aurocs.append(pairs.mean())
            abnormal.append(pairs.mean(1))
            normal.append(pairs.mean(0))
        covariance = np.cov(abnormal) / (labels == 1).sum() + np.cov(normal) / (labels == 0).sum()
        error = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
        z = (aurocs[0] - aurocs[1]) / error
        cases.append({"labels": labels.tolist(), "first": first.tolist(), "second": second.tolist(), "aurocs": aurocs,
                      "errors": np.sqrt(np.diag(covariance)).tolist(), "error": error, "z": z, "p": 2 * scipy.stats.norm.sf(abs(z))})
    tails = [{"z": z, "p": 2 * scipy.stats.norm.sf(z)} for z in (0.0, 0.1, 1.0, 1.96, 2.8, 2.83, 3.5, 6.0, 20.0)]
    write("delong", {"cases": cases, "tails": tails})


if __name__ == "__main__":
    rankings()
    pixels()
    components()
    bootstraps()
    delong()
