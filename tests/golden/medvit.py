"""Reference values for MedViT: tests/golden/medvit/. Run with Debian's python3 and, as argument, a checkout of the authors' code
(github.com/Omid-Nejati/MedViT); nothing of it is kept but names, shapes and results.

Weights and images come from the formula of patchcore.py, the n-th array in the order of the names taking stream n.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import types

import numpy as np
import torch

from patchcore import VERSIONS, noise, sample

OUT = pathlib.Path(__file__).with_suffix("")


def rearrange(x, pattern, h=None):
    """The two patterns that the authors' code uses, so that einops need not be installed."""
    if pattern == "b c h w -> b (h w) c":
        return x.flatten(2).transpose(1, 2)
    assert pattern == "b (h w) c -> b c h w", pattern
    return x.transpose(1, 2).reshape(x.shape[0], x.shape[2], h, -1)


def load(checkout):
    """The authors' module; of timm it needs three names that do nothing when only inferring."""
    class DropPath(torch.nn.Identity):
        def __init__(self, *_):
            super().__init__()

    for name, members in {
        "einops": {"rearrange": rearrange},
        "timm": {}, "timm.models": {},
        "timm.models.layers": {"DropPath": DropPath, "trunc_normal_": lambda *_, **__: None},
        "timm.models.registry": {"register_model": lambda model: model},
        "utils": {"merge_pre_bn": None},
    }.items():
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(members)
    sys.path.insert(0, checkout)
    import MedViT
    return MedViT


def fill(network):
    state = network.state_dict()
    for n, name in enumerate(sorted(state)):
        value = state[name]
        if name.endswith("num_batches_tracked"):
            continue
        u = noise(tuple(value.shape), n)
        if value.dim() >= 2:
            u = u * float(np.float32(np.sqrt(1 / np.prod(value.shape[1:]))))
        elif name.endswith("running_var") or name.endswith("weight"):
            u = u * 0.5 + 1
        else:
            u = u * 0.1
        value.copy_(u)
    return network.eval()


def main():
    checkout = sys.argv[1]
    medvit = load(checkout)
    commit = subprocess.run(["git", "-C", checkout, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    golden = {"versions": VERSIONS, "commit": commit, "networks": {}}
    for size in ("small", "base", "large"):
        network = fill(getattr(medvit, f"MedViT_{size}")(num_classes=10))
        state = {name: list(value.shape) for name, value in network.state_dict().items()}
        names = "".join(f"{name} {shape}\n" for name, shape in sorted(state.items()))
        outputs = {}
        with torch.no_grad():
            x = network.stem(noise((2, 3, 96, 96), 3000))
            for i, block in enumerate(network.features):
                x = block(x)
                if i in network.stage_out_idx:
                    outputs[f"stage{network.stage_out_idx.index(i) + 1}"] = sample(x)
            outputs["classes"] = sample(network(noise((2, 3, 96, 96), 3000)))
        golden["networks"][f"medvit-{size}"] = {
            "arrays": len(state),
            "parameters": sum(value.numel() for value in network.parameters()),
            "sha256": hashlib.sha256(names.encode()).hexdigest(),
            "first": sorted(state.items())[:3],
            "outputs": outputs,
        }
    OUT.mkdir(exist_ok=True)
    (OUT / "networks.json").write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
