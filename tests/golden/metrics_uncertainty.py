"""Golden values for intervals, tests and legacy PRO, from SciPy, or from the definition. Run: /usr/bin/python3 tests/golden/metrics_uncertainty.py"""
import numpy as np
import scipy.ndimage
import scipy.special
import scipy.stats
import skimage.measure
import sklearn.metrics

from metrics import blob, write


def auroc(normal, abnormal):
    return ((abnormal[:, None] > normal).mean() + (abnormal[:, None] >= normal).mean()) / 2


def bias_corrected():
    """SciPy's BCa of AUROC, with its own resamples: the same resamples must give the same interval."""
    random = np.random.default_rng(21)
    cases = []
    for normal_count, abnormal_count, shift, digits in ((12, 9, 1.0, 6), (30, 14, 2.0, 6), (25, 40, 0.3, 1)):
        normal = np.round(random.normal(0, 1, normal_count), digits)
        abnormal = np.round(random.normal(shift, 1, abnormal_count), digits)
        result = scipy.stats.bootstrap((normal, abnormal), auroc, n_resamples=499, vectorized=False, confidence_level=0.9,
                                       method="BCa", random_state=np.random.default_rng(3))
        many = scipy.stats.bootstrap((normal, abnormal), auroc, n_resamples=19999, vectorized=False, confidence_level=0.9,
                                     method="BCa", random_state=np.random.default_rng(4))
        cases.append({
            "normal": normal.tolist(), "abnormal": abnormal.tolist(), "value": auroc(normal, abnormal),
            "replicates": result.bootstrap_distribution.tolist(),
            "withoutNormal": [auroc(np.delete(normal, i), abnormal) for i in range(normal_count)],
            "withoutAbnormal": [auroc(normal, np.delete(abnormal, i)) for i in range(abnormal_count)],
            "interval": list(result.confidence_interval), "manyInterval": list(many.confidence_interval),
        })
    return cases


def tests():
    random = np.random.default_rng(22)
    mcnemar = []
    for b, c in ((0, 1), (1, 1), (5, 12), (30, 31), (10, 60), (400, 520), (0, 40)):
        statistic = max(0, abs(b - c) - 1) ** 2 / (b + c)
        mcnemar.append({"first": b, "second": c, "exact": scipy.stats.binomtest(b, b + c).pvalue,
                        "chiSquare": statistic, "chiSquareP": float(scipy.stats.chi2.sf(statistic, 1))})
    folds = []
    for count, training, test in ((5, 80, 20), (10, 900, 100), (50, 400, 100)):
        values = random.normal(0.02, 0.03, count)
        error = np.std(values, ddof=1) * np.sqrt(1 / count + test / training)
        t = values.mean() / error
        half = scipy.stats.t.ppf(0.975, count - 1) * error
        folds.append({"values": values.tolist(), "training": training, "test": test, "error": error, "t": t,
                      "p": 2 * scipy.stats.t.sf(abs(t), count - 1), "interval": [values.mean() - half, values.mean() + half]})
    holm = [{"p": [0.01, 0.04, 0.03, 0.005], "adjusted": [0.03, 0.06, 0.06, 0.02]},
            {"p": [0.5, 0.6, 0.9], "adjusted": [1.0, 1.0, 1.0]}, {"p": [0.02], "adjusted": [0.02]}]
    return {
        "mcnemar": mcnemar, "folds": folds, "holm": holm,
        "quantiles": [{"p": p, "z": float(scipy.special.ndtri(p))} for p in (1e-12, 1e-6, 0.001, 0.025, 0.3, 0.5, 0.7, 0.975, 0.999, 1 - 1e-9)],
        "beta": [{"x": x, "a": a, "b": b, "value": float(scipy.special.betainc(a, b, x))}
                 for x, a, b in ((0.5, 3, 4), (0.01, 0.5, 0.5), (0.99, 20, 0.5), (0.3, 200, 400), (0.5, 5000, 5100), (0.2, 1, 7))],
    }


def prevalence():
    """Re-weighted metrics as sample weights: each normal sample weighs what the prevalence asks."""
    random = np.random.default_rng(23)
    cases = []
    for count, wanted in ((120, 0.05), (200, 0.5), (80, 0.9)):
        labels = (random.random(count) < 0.4).astype(int)
        scores = np.round(random.normal(labels, 1), 1)
        weights = np.where(labels == 1, 1, labels.sum() / (labels == 0).sum() * (1 - wanted) / wanted)
        called = scores >= 0.5
        cases.append({
            "labels": labels.tolist(), "scores": scores.tolist(), "prevalence": wanted,
            "ap": sklearn.metrics.average_precision_score(labels, scores, sample_weight=weights),
            "precision": sklearn.metrics.precision_score(labels, called, sample_weight=weights),
            "f1": sklearn.metrics.f1_score(labels, called, sample_weight=weights),
            "accuracy": sklearn.metrics.accuracy_score(labels, called, sample_weight=weights),
        })
    return cases


def curve_area(rates, means):
    order = np.argsort(rates, kind="stable")
    return float(np.trapz(np.array(means)[order], np.array(rates)[order]))


def swept(maps, masks, thresholds, keep, dilate=False, fill=False, rescale=False):
    """A threshold loop: decisions, regions, false positive rates, as the released code defines them."""
    rates, means = [], []
    for threshold in thresholds:
        overlaps, alarms = [], 0
        for scores, mask in zip(maps, masks):
            called = scores > threshold
            alarms += (called & (mask == 0)).sum()
            if dilate:
                called = scipy.ndimage.binary_dilation(called, np.ones((5, 5)))
            for region in skimage.measure.regionprops(skimage.measure.label(mask, connectivity=2)):
                box = called[region.slice]
                overlaps.append((box & (region.image_filled if fill else region.image)).sum() / region.area)
        rates.append(alarms / sum((mask == 0).sum() for mask in masks))
        means.append(np.mean(overlaps))
    rates, means = np.array(rates), np.array(means)
    rates, means = rates[keep(rates)], means[keep(rates)]
    least = rates.min() if rescale and len(rates) else 0
    if len(rates) < 2 or rates.max() == least:
        return None
    # In the order of the thresholds: where several share a rate, sorting by rate would join the wrong ends.
    return abs(float(np.trapz(means, (rates - least) / (rates.max() - least))))


def roc(scores, labels):
    thresholds = np.unique(scores)[::-1]
    return (np.array([0] + [np.mean(scores[labels == 0] >= t) for t in thresholds]),
            np.array([0] + [np.mean(scores[labels == 1] >= t) for t in thresholds]))


def region_curves(maps, masks, limit):
    """anomalib up to 2.2, in double precision."""
    scores = np.concatenate([m.ravel() for m in maps])
    background = np.concatenate([m.ravel() for m in masks]) == 0
    points = int((roc(scores, ~background)[0] <= limit).sum())
    labels, count = [], 0
    for mask in masks:
        own, more = skimage.measure.label(mask, connectivity=2, return_num=True)
        labels.append(np.where(own > 0, own + count, 0).ravel())
        count += more
    labels = np.concatenate(labels)
    rates, overlaps = np.zeros(points), np.zeros(points)
    for region in range(1, count + 1):
        some = background | (labels == region)
        fpr, tpr = roc(scores[some], labels[some] == region)
        end = fpr[fpr > limit].min() if fpr[fpr <= limit].max() == 0 else limit
        index = np.flatnonzero(fpr <= end)
        places = np.arange(points, dtype=float)
        slope = None
        if not np.isclose(fpr[index].max(), limit, rtol=1e-5, atol=1e-8):
            beyond = np.searchsorted(fpr, limit)
            index = np.append(index, beyond)
            slope = 1 - (fpr[beyond] - limit) / (fpr[beyond] - fpr[beyond - 1])
        x = index / index.max() * places.max()
        if slope is not None:
            places[-1] = x[-2] + (x[-1] - x[-2]) * slope
        before = np.clip(np.searchsorted(x, places) - 1, 0, len(x) - 2)
        for target, values in ((rates, fpr[index]), (overlaps, tpr[index])):
            steepness = (values[1:] - values[:-1]) / (np.finfo(np.float32).eps + (x[1:] - x[:-1]))
            target += values[before] + steepness[before] * (places - x[before])
    rates, overlaps = rates / count, overlaps / count
    return None if rates[-1] <= 0 else curve_area(rates, overlaps) / rates[-1]


def legacy():
    random = np.random.default_rng(24)
    shape = (17, 19)
    ring = blob(shape, (8, 9), 5) & ~blob(shape, (8, 9), 2) & 1
    two = blob(shape, (3, 3), 2) | blob(shape, (11, 14), 3)
    corner = np.zeros(shape, np.uint8)
    corner[0, :3] = corner[-1, -1] = corner[5:9, -2] = 1
    masks = [ring, two, corner, np.zeros(shape, np.uint8)]
    cases = []
    for name, maps in (
        ("noisy", [np.round(random.normal(0, 1, shape) * 64) / 64 + 1.5 * m for m in masks]),
        ("fine", [random.normal(0, 1, shape).astype(np.float32).astype(float) + m for m in masks]),
        ("coarse", [np.round(random.normal(0, 1, shape) + m) for m in masks]),
        ("good", [np.round(random.normal(0, 1, shape) * 64) / 64 + 4.0 * m for m in masks]),
        ("inverted", [np.round(random.normal(0, 1, shape) * 64) / 64 - 3.0 * m for m in masks]),
    ):
        maps = [m.astype(np.float32).astype(float) for m in maps]
        low, high = min(m.min() for m in maps), max(m.max() for m in maps)
        rising = low + np.arange(200) * ((high - low) / 200)
        falling = high - np.arange(1000) * ((high - low) / 1000)
        alone = [swept([m], [k], m.min() + np.arange(200) * ((m.max() - m.min()) / 200), lambda r: r < 0.3) for m, k in zip(maps, masks) if k.any()]
        alone = [value for value in alone if value is not None]
        cases.append({
            "name": name, "height": shape[0], "width": shape[1],
            "maps": [m.ravel().tolist() for m in maps], "masks": [m.ravel().tolist() for m in masks],
            "dilated": swept(maps, masks, rising, lambda r: r < 0.3, dilate=True),
            "perImage": float(np.mean(alone)) if alone else None, "perImageIncluded": len(alone),
            "boxed": swept(maps, masks, falling, lambda r: r <= 0.3, fill=True, rescale=True),
            "interpolated": region_curves(maps, masks, 0.3), "interpolatedTight": region_curves(maps, masks, 0.05),
        })
    return cases


if __name__ == "__main__":
    write("biasCorrected", {"cases": bias_corrected()})
    write("tests", tests())
    write("prevalence", {"cases": prevalence()})
    write("legacyPro", {"cases": legacy()})
