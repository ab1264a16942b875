"""Reference values for DenseNet and class activation maps: tests/golden/classifiers/. Run with Debian's python3.

DenseNet is torchvision's; its weights and images come from the formula of patchcore.py. The activation maps are written out here from their papers'
formulas, with the scaling of pytorch-grad-cam, on a small network of a convolution with bias, normalisation, rectifier, pooling and a dense layer.
"""
import hashlib
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from patchcore import VERSIONS, fill, noise, sample

OUT = pathlib.Path(__file__).with_suffix("")


def densenet():
    network = fill(torchvision.models.densenet121(num_classes=1000))
    lines = "".join(f"{name} [{', '.join(map(str, value.shape))}]\n" for name, value in sorted(network.state_dict().items()))
    x = noise((2, 3, 64, 64), 1000)
    with torch.no_grad():
        return {"parameters": sum(p.numel() for p in network.parameters()), "count": len(network.state_dict()),
                "sha256": hashlib.sha256(lines.encode()).hexdigest(), "features": sample(network.features(x)), "logits": sample(network(x))}


def small():
    return fill(nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(),
                              nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 3)))


LAST = 5


def stretched(m):
    m = m - m.amin((-2, -1), keepdim=True)
    return m / (1e-7 + m.amax((-2, -1), keepdim=True))


def enlarged(m, size):
    return F.interpolate(m, size=size, mode="bilinear", align_corners=False)


def finished(m, size):
    return stretched(enlarged(stretched(m.clamp(min=0)), size))[:, 0]


def grad_cam(a, g):
    return (g.mean((2, 3), keepdim=True) * a).sum(1, keepdim=True)


def grad_cam_plus_plus(a, g):
    alpha = g**2 / (2 * g**2 + a.sum((2, 3), keepdim=True) * g**3 + 1e-6)
    return ((F.relu(g) * torch.where(g != 0, alpha, torch.zeros(()))).sum((2, 3), keepdim=True) * a).sum(1, keepdim=True)


def hires_cam(a, g):
    return (a * g).sum(1, keepdim=True)


def eigen_cam(a, g):
    maps = []
    for one in a:
        places = one.flatten(1).T.double().numpy()
        places = places - places.mean(0)
        projection = places @ np.linalg.svd(places, full_matrices=False)[2][0]
        projection *= np.sign((projection * places.sum(1)).sum())
        maps.append(torch.from_numpy(projection).float().reshape(1, *a.shape[2:]))
    return torch.stack(maps)


def score_cam(network, x, a, target):
    up = F.interpolate(a, size=x.shape[-2:], mode="bilinear", align_corners=True)
    low, high = up.amin((2, 3), keepdim=True), up.amax((2, 3), keepdim=True)
    up = (up - low) / (high - low + 1e-8)
    scores = torch.stack([network(image[None] * covers[:, None])[:, target] for image, covers in zip(x, up)])
    return (scores.softmax(1)[:, :, None, None] * a).sum(1, keepdim=True)


def full_grad(network, x, target):
    outputs, layers = [], []

    def hear(layer, _, output):
        output.retain_grad()
        outputs.append(output)
        layers.append(layer)

    hooks = [layer.register_forward_hook(hear) for layer in network if isinstance(layer, (nn.Conv2d, nn.BatchNorm2d))]
    x = x.clone().requires_grad_()
    score = network(x)[:, target]
    score.sum().backward()
    for hook in hooks:
        hook.remove()
    terms = [x.detach() * x.grad]
    for layer, output in zip(layers, outputs):
        bias = layer.bias
        if isinstance(layer, nn.BatchNorm2d):
            bias = bias - layer.running_mean * layer.weight / torch.sqrt(layer.running_var + layer.eps)
        terms.append((bias[:, None, None] * output.grad).detach())
    gap = score.detach() - sum(term.sum((1, 2, 3)) for term in terms)
    total = sum(enlarged(stretched(term.abs()).sum(1, keepdim=True), x.shape[-2:]) for term in terms)
    return total, gap


def maps():
    network, x, target = small(), noise((2, 3, 16, 16), 1000), 1
    a = network[:LAST + 1](x).detach().requires_grad_()
    network[LAST + 1:](a)[:, target].sum().backward()
    a, g = a.detach(), a.grad
    with torch.no_grad():
        raw = {"Grad-CAM": grad_cam(a, g), "Grad-CAM++": grad_cam_plus_plus(a, g), "HiResCAM": hires_cam(a, g), "Score-CAM": score_cam(network, x, a, target),
               "Eigen-CAM": eigen_cam(a, g)}
    raw["FullGrad"], gap = full_grad(network, x, target)
    return {"class": target, "layer": str(LAST), "denseBias": network[-1].bias[target].item(), "gap": gap.tolist(),
            "maps": {name: sample(finished(m, x.shape[-2:]), 64) for name, m in raw.items()}}


def main():
    OUT.mkdir(exist_ok=True)
    torch.manual_seed(0)
    with torch.no_grad():
        golden = densenet()
    for name, value in {"densenet": golden, "activationMaps": maps()}.items():
        (OUT / f"{name}.json").write_text(json.dumps({"versions": VERSIONS, **value}) + "\n")


main()
