"""What bench measures beside MedAnomaly: the peers' libraries, and their algorithms as their code does it, written anew.

A process that reads one request a line on its standard input, JSON with "do" and the arguments, and answers each with one line of JSON.
Arrays travel as raw files. Only the work itself is timed: neither reading its data nor writing what it found.
"""
import ctypes
import importlib
import importlib.util
import json
import os
import sys
import time
import types
import warnings

import numpy as np

CORES = os.cpu_count()
arrays = {}


def version(name):
    try:
        return importlib.import_module(name).__version__
    except ImportError:
        return None


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def hello():
    versions = {name: version(name) for name in ("faiss", "torch", "torchvision", "sklearn", "pyod", "scipy", "numpy")}
    if versions["torch"]:
        import torch
        torch.set_num_threads(CORES)
        torch.set_grad_enabled(False)
    if versions["faiss"]:
        import faiss
        faiss.omp_set_num_threads(CORES)
    return {"versions": versions}


def load(name, path, dtype, shape):
    arrays[name] = np.fromfile(path, dtype=dtype).reshape(shape)
    return {}


def found(seconds, indices, out):
    np.ascontiguousarray(indices, dtype=np.int64).tofile(out)
    return {"seconds": seconds}


def product(a, b):
    """The plain product in 32 bits: what this machine's BLAS makes of it, in blocks."""
    import torch
    x, y = torch.from_numpy(arrays[a]), torch.from_numpy(arrays[b])

    def work():
        for block in y.split(8192):
            x @ block.T
    return {"seconds": timed(work)[0]}


def faiss_search(bank, queries, k, out):
    import faiss
    if "index" not in arrays:
        arrays["index"] = faiss.IndexFlatL2(arrays[bank].shape[1])
        arrays["index"].add(arrays[bank])
    seconds, (_, indices) = timed(lambda: arrays["index"].search(arrays[queries], k))
    return found(seconds, indices, out)


def torch_search(bank, queries, k, out):
    """Distances of all pairs from norms and products, then the least: as anomalib, a block of queries at a time."""
    import torch
    y = torch.from_numpy(arrays[bank])

    def work():
        rows = []
        for x in torch.from_numpy(arrays[queries]).split(1024):
            pairs = ((x * x).sum(1, keepdim=True) - 2 * x @ y.T + (y * y).sum(1)).clamp(min=0).sqrt()
            rows.append(pairs.min(1)[1].unsqueeze(1) if k == 1 else pairs.topk(k, largest=False)[1])
        return torch.cat(rows).numpy()
    return found(*timed(work), out)


def sklearn_search(bank, queries, k, out):
    from sklearn.neighbors import NearestNeighbors
    search = NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=-1).fit(arrays[bank])
    return found(*timed(lambda: search.kneighbors(arrays[queries], return_distance=False)), out)


def patchcore_picks(points, starts, picks, out):
    """patchcore-inspection's loop: the norms of all points anew at every pick, a product with the pick, a root, a column for the minimum."""
    import torch
    x = torch.from_numpy(arrays[points])

    def distances(rows):
        centers = x[rows]
        norms = x.unsqueeze(1).bmm(x.unsqueeze(2)).reshape(-1, 1)
        others = centers.unsqueeze(1).bmm(centers.unsqueeze(2)).reshape(1, -1)
        return (norms + others - 2 * x.mm(centers.T)).clamp(0).sqrt()

    def work():
        nearest = distances(starts).mean(1, keepdim=True)
        chosen = []
        for _ in range(picks):
            pick = torch.argmax(nearest).item()
            chosen.append(pick)
            nearest = torch.cat([nearest, distances([pick])], 1).min(1)[0].reshape(-1, 1)
        return np.array(chosen)
    return found(*timed(work), out)


def anomalib_picks(points, start, picks, out):
    """anomalib's loop: the differences of all points to the pick, written out, and their norms."""
    import torch
    x = torch.from_numpy(arrays[points])

    def work():
        nearest, pick, chosen = None, start, []
        for _ in range(picks):
            distance = torch.nn.functional.pairwise_distance(x, x[pick:pick + 1], p=2).reshape(-1, 1)
            nearest = distance if nearest is None else torch.minimum(nearest, distance)
            pick = int(torch.argmax(nearest).item())
            nearest[pick] = 0
            chosen.append(pick)
        return np.array(chosen)
    return found(*timed(work), out)


def sklearn_ranking(scores, labels):
    from sklearn.metrics import average_precision_score, roc_auc_score
    seconds, values = timed(lambda: (roc_auc_score(arrays[labels], arrays[scores]), average_precision_score(arrays[labels], arrays[scores])))
    return {"seconds": seconds, "values": [float(value) for value in values]}


def pro_loop(maps, masks, thresholds):
    """The loop of released code: at every threshold every image is decided anew and every region's share is counted."""
    from scipy import ndimage

    def work():
        scores, truth = arrays[maps], arrays[masks].astype(bool)
        normal = (~truth).sum()
        rates, overlaps = [], []
        for threshold in np.linspace(scores.min(), scores.max(), thresholds, endpoint=False):
            called = scores > threshold
            shares = []
            for image, mask in zip(called, truth):
                labels, count = ndimage.label(mask, np.ones((3, 3)))
                for region in range(1, count + 1):
                    inside = labels == region
                    shares.append(image[inside].sum() / inside.sum())
            rates.append((called & ~truth).sum() / normal)
            overlaps.append(np.mean(shares))
        rates, overlaps = np.array(rates)[::-1], np.array(overlaps)[::-1]
        kept = rates < .3
        return np.trapz(overlaps[kept], rates[kept]) / rates[kept].max()
    seconds, value = timed(work)
    return {"seconds": seconds, "values": [float(value)]}


def pro_sorted(maps, masks, limit):
    """Per-region overlap as it is defined, by numpy: all scores sorted, cumulative sums, the area to the limit."""
    from scipy import ndimage

    def work():
        truth = arrays[masks].astype(bool)
        gain, regions = np.zeros(truth.shape), 0
        for mask, share in zip(truth, gain):
            labels, count = ndimage.label(mask, np.ones((3, 3)))
            regions += count
            if count:
                share[mask] = 1 / np.bincount(labels.ravel())[labels[mask]]
        scores = arrays[maps].ravel()
        order = np.argsort(scores)[::-1]
        last = np.append(np.nonzero(np.diff(scores[order]))[0], len(order) - 1)
        rates = np.append(0, np.cumsum(~truth.ravel()[order])[last] / (~truth).sum())
        overlaps = np.append(0, np.cumsum(gain.ravel()[order])[last] / regions)
        inside = np.searchsorted(rates, limit, side="right")
        end = overlaps[-1] if inside == len(rates) else np.interp(limit, rates[inside - 1:inside + 1], overlaps[inside - 1:inside + 1])
        return np.trapz(np.append(overlaps[:inside], end), np.append(rates[:inside], limit)) / limit
    seconds, value = timed(work)
    return {"seconds": seconds, "values": [float(value)]}


def torchvision_encode(images, batch, size):
    import torch
    import torchvision
    if "network" not in arrays:
        arrays["network"] = torchvision.models.resnet50().eval()
    x = torch.zeros(batch, 3, size, size)
    return {"seconds": timed(lambda: [arrays["network"](x) for _ in range(images // batch)])[0]}


def load_weights(network, prefix, without=()):
    """The weights of ours whose names begin so; all must be there but those of the part without."""
    import torch
    own = {name[len(prefix):]: torch.from_numpy(array) for name, array in arrays.items() if name.startswith(prefix)}
    missing = network.load_state_dict(own, strict=False).missing_keys
    unset = [name for name in missing if not name.endswith("num_batches_tracked") and not name.startswith(without)]
    if unset:
        raise ValueError(f"weights are missing: {unset}")


def patchcore_network(epsilon, stride_first):
    """torchvision's ResNet-50 with the weights of ours, which may have the stride elsewhere and another epsilon."""
    import torch
    import torchvision
    network = torchvision.models.resnet50().eval()
    load_weights(network, "resnet50.", without="fc.")
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eps = epsilon
    if stride_first:
        for layer in (network.layer2, network.layer3, network.layer4):
            layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)
    return network


def patchcore_scores(bank, images, epsilon, stride_first, dimension):
    """PatchCore as its code does it: neighbourhoods of 3 x 3 in two stages, averaged to the bank's width, FAISS, the largest distance."""
    import faiss
    import torch
    from torch.nn import functional
    if "network" not in arrays:
        arrays["network"] = patchcore_network(epsilon, stride_first)
        arrays["index"] = faiss.IndexFlatL2(arrays[bank].shape[1])
        arrays["index"].add(arrays[bank])
    network, index = arrays["network"], arrays["index"]

    def patches(image):
        x = network.maxpool(network.relu(network.bn1(network.conv1(image))))
        fine = network.layer2(network.layer1(x))
        parts = []
        for stage in (fine, network.layer3(fine)):
            count, channels, height, width = stage.shape
            around = functional.unfold(stage, 3, padding=1).reshape(count, channels * 9, height, width)
            if parts:
                around = functional.interpolate(around, size=fine.shape[2:], mode="bilinear", align_corners=False)
            around = around.permute(0, 2, 3, 1).reshape(-1, 1, channels * 9)
            parts.append(functional.adaptive_avg_pool1d(around, dimension))
        return functional.adaptive_avg_pool1d(torch.cat(parts, 2), dimension).squeeze(1)

    def work():
        scores = []
        for image in torch.from_numpy(arrays[images]).split(1):
            distances, _ = index.search(patches(image).numpy(), 1)
            scores.append(float(np.sqrt(distances.max())))
        return scores
    seconds, values = timed(work)
    return {"seconds": seconds, "values": values}


def blas_threads(count):
    """OpenBLAS, which torch's products use: its threads and torch's own get in each other's way."""
    for path in {line.split()[-1] for line in open("/proc/self/maps") if "libopenblas" in line}:
        ctypes.CDLL(path).openblas_set_num_threads(count)


def torch_training(images, batch, threads):
    """An epoch of the simple variational autoencoder of source 002 from the weights of ours, in the order in which ours takes the images."""
    import torch
    from torch import nn
    from torch.nn import functional

    def sequence(*layers):
        return nn.Sequential(*[layer for part in layers for layer in part])

    widths = list(zip([1, 32, 64, 128], [32, 64, 128, 256]))
    parts = nn.ModuleDict({
        "encoder": sequence(*[(nn.Conv2d(a, b, 3, 2, 1), nn.ReLU(), nn.BatchNorm2d(b)) for a, b in widths]),
        "mean": nn.Linear(1024, 16), "log_variance": nn.Linear(1024, 16), "expansion": nn.Linear(16, 1024),
        "decoder": sequence(*[(nn.ConvTranspose2d(b, a, 3, 2, 1, output_padding=1), nn.ReLU(), nn.BatchNorm2d(a)) for a, b in widths[::-1]])[:-2],
    })
    load_weights(parts, "vae.")
    optimizer = torch.optim.Adam(parts.parameters(), lr=1e-4, weight_decay=1e-5)
    total = [0.0]

    def work():
        torch.manual_seed(0)
        for x in torch.from_numpy(arrays[images]).split(batch):
            optimizer.zero_grad()
            features = parts["encoder"](x).flatten(1)
            mean, log_variance = parts["mean"](features), parts["log_variance"](features)
            z = mean + torch.randn(mean.shape) * torch.exp(0.5 * log_variance)
            y = parts["decoder"](parts["expansion"](z).view(-1, 256, 2, 2))
            loss = functional.binary_cross_entropy_with_logits(y, x, reduction="sum") - 0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum()
            loss.backward()
            optimizer.step()
            total[0] += loss.item()
    blas_threads(threads)
    with torch.enable_grad():
        seconds, _ = timed(work)
    blas_threads(CORES)
    return {"seconds": seconds, "values": [total[0] / len(arrays[images])]}


def torch_reconstruction(images, batch, seed, method, stage, size, width, threads, bfloat16=False):
    """An epoch of a stage of CAE, SSAE or f-AnoGAN from the weights of ours, with the same random numbers, in the same order."""
    import torch
    from reconstruction_networks import CAE, FAnoGAN, SSAE
    network = {"cae": lambda: CAE(size, 128, 0.1), "ssae": lambda: SSAE(True, 0.1), "f-anogan": lambda: FAnoGAN.original(size, width, 128)}[method]()
    load_weights(network, f"{method}.")
    network.train()
    total = {}

    def add(**terms):
        for name, term in terms.items():
            total[name] = total.get(name, 0) + term.item()

    def descend(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def adam(part, **settings):
        return torch.optim.Adam(part.parameters(), **settings)

    def plain(part):
        optimizer = adam(part, lr=1e-3)
        for x in torch.from_numpy(arrays[images]).split(batch):
            with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                terms = network.terms(x)
            add(**{f"term {number}": term for number, term in enumerate(terms)})
            descend(optimizer, sum(terms))

    def adversarial():
        generator, critic = network.generator, network.critic
        makes, judges = adam(generator, lr=1e-4, betas=(0, 0.9)), adam(critic, lr=1e-4, betas=(0, 0.9))
        for number, x in enumerate(torch.from_numpy(arrays[images]).split(batch), 1):
            generator.requires_grad_(False)
            critic.requires_grad_(True)
            made = generator(torch.randn(len(x), 128))
            distance, penalty = network.critic_losses(2 * x - 1, made, torch.rand(len(x), 1, 1, 1))
            add(distance=distance, penalty=penalty)
            descend(judges, 10 * penalty - distance)
            if number % 5 == 0:
                generator.requires_grad_(True)
                critic.requires_grad_(False)
                cost = -critic(generator(torch.randn(len(x), 128))).mean()
                add(generator=cost)
                descend(makes, cost)

    def encoder():
        for part in (network.generator, network.critic):
            part.eval()
            part.requires_grad_(False)
        plain(network.encoder)

    def work():
        torch.manual_seed(seed)
        {"training": lambda: plain(network), "gan": adversarial, "encoder": encoder}[stage]()
    blas_threads(threads)
    with torch.enable_grad():
        seconds, _ = timed(work)
    blas_threads(CORES)
    return {"seconds": seconds, "values": [sum(total.values())]}


def outliers(rows, out, fit, score):
    fitting, fitted = timed(lambda: fit(arrays["train"]))
    scoring, scores = timed(lambda: score(fitted, arrays["test"][:rows]))
    np.ascontiguousarray(scores, dtype=np.float64).tofile(out)
    return {"fit": fitting, "score": scoring}


def sklearn_outliers(detector, rows, out):
    """The estimator that PyOD's detector of that name is made of, on all cores where it has a say in that."""
    from sklearn import covariance, ensemble, mixture, neighbors, svm
    if detector == "KNN":
        return outliers(rows, out, neighbors.NearestNeighbors(n_neighbors=5, n_jobs=-1).fit, lambda fitted, x: fitted.kneighbors(x)[0][:, -1])
    if detector == "MCD":
        return outliers(rows, out, covariance.MinCovDet(random_state=0).fit, lambda fitted, x: fitted.mahalanobis(x))
    make, method = {
        "Covariance": (lambda: covariance.EllipticEnvelope(random_state=0), "score_samples"), "KDE": (neighbors.KernelDensity, "score_samples"),
        "GMM": (mixture.GaussianMixture, "score_samples"), "OCSVM": (lambda: svm.OneClassSVM(gamma="auto"), "decision_function"),
        "LOF": (lambda: neighbors.LocalOutlierFactor(novelty=True, n_jobs=-1), "score_samples"),
        "IForest": (lambda: ensemble.IsolationForest(n_jobs=-1, random_state=0), "score_samples"),
    }[detector]
    return outliers(rows, out, make().fit, lambda fitted, x: -getattr(fitted, method)(x))


def pyod_outliers(detector, rows, out):
    """PyOD's detector with its defaults, on all cores where it has a say in that."""
    if "matplotlib" not in sys.modules and importlib.util.find_spec("matplotlib") is None:
        # Only for its pictures.
        sys.modules["matplotlib"] = types.ModuleType("matplotlib")
        sys.modules["matplotlib.pyplot"] = sys.modules["matplotlib"].pyplot = types.ModuleType("matplotlib.pyplot")
    warnings.filterwarnings("ignore")
    arguments = {"n_jobs": -1} if detector in ("ABOD", "LOF", "KNN", "IForest") else {}
    if detector in ("Sampling", "MCD", "LMDD", "CBLOF", "IForest", "INNE", "LSCP", "LODA"):
        arguments["random_state"] = 0
    if detector == "LSCP":
        lof = importlib.import_module("pyod.models.lof").LOF
        arguments["detector_list"] = [lof(n_neighbors=k, n_jobs=-1) for k in range(10, 60, 5)]
    model = getattr(importlib.import_module("pyod.models." + detector.lower()), detector)(**arguments)
    return outliers(rows, out, model.fit, lambda fitted, x: fitted.decision_function(x))


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = globals()[request.pop("do")](**request)
        except Exception as fault:
            answer = {"error": f"{type(fault).__name__}: {fault}"}
        print(json.dumps(answer), flush=True)
