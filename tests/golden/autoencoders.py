"""Reference values for the autoencoders of source 002: tests/golden/autoencoders/. Run with Debian's python3.

Weights, images and latent noise come from the formula of patchcore.py, the n-th array in the order of the names taking stream n.
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.resnet import BasicBlock

from medvit import fill
from patchcore import noise, sample

OUT = pathlib.Path(__file__).with_suffix("")
WIDTHS = [1, 32, 64, 128, 256]
IMAGES, LATENTS, SIZE = 6, 16, 32


class Variational(nn.Module):
    def __init__(self):
        super().__init__()
        down, up = [], []
        for inner, outer in zip(WIDTHS, WIDTHS[1:]):
            down += [nn.Conv2d(inner, outer, 3, 2, 1), nn.ReLU(), nn.BatchNorm2d(outer)]
            up = [nn.ConvTranspose2d(outer, inner, 3, 2, 1, output_padding=1), nn.ReLU(), nn.BatchNorm2d(inner)] + up
        self.encoder, self.decoder = nn.Sequential(*down), nn.Sequential(*up[:-2])
        self.mean, self.log_variance, self.expansion = nn.Linear(1024, LATENTS), nn.Linear(1024, LATENTS), nn.Linear(LATENTS, 1024)

    def encode(self, x):
        features = self.encoder(x).flatten(1)
        return self.mean(features), self.log_variance(features)

    def decode(self, z):
        return torch.sigmoid(self.decoder(self.expansion(z).view(-1, 256, 2, 2)))

    def losses(self, x, e):
        mean, log_variance = self.encode(x)
        y = self.decode(mean + e * torch.exp(0.5 * log_variance))
        return F.binary_cross_entropy(y, x, reduction="sum"), -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp())


class Up(nn.Module):
    """A residual block of the decoder; one that doubles height and width has a shortcut with weights."""

    def __init__(self, inner, outer, enlarges):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inner, outer, 3, padding=1), nn.BatchNorm2d(outer)
        self.conv2, self.bn2 = nn.Conv2d(outer, outer, 3, padding=1), nn.BatchNorm2d(outer)
        if enlarges:
            self.shortcut, self.shortcut_norm = nn.Conv2d(inner, outer, 1), nn.BatchNorm2d(outer)
        self.enlarges = enlarges

    def forward(self, x):
        double = (lambda t: F.interpolate(t, scale_factor=2)) if self.enlarges else lambda t: t
        beside = self.shortcut_norm(double(self.shortcut(x))) if self.enlarges else x
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(double(self.conv1(x)))))) + beside)


class Constrained(nn.Module):
    """AMCons: the entropy of the first residual layer's activation map is made large."""

    def __init__(self, latents):
        super().__init__()
        self.input = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
        self.layers = nn.ModuleList([nn.Sequential(self.block(inner, outer, stride), self.block(outer, outer, 1))
                                     for inner, outer, stride in ((64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2))])
        self.mean, self.log_variance, self.expansion = nn.Linear(2048, latents), nn.Linear(2048, latents), nn.Linear(latents, 1024)
        widths = [256, 128, 64, 32, 16]
        self.decoder = nn.Sequential(*[block for inner, outer in zip(widths, widths[1:]) for block in (Up(inner, outer, True), Up(outer, outer, False))],
                                     nn.Conv2d(16, 1, 3, padding=1))

    @staticmethod
    def block(inner, outer, stride):
        narrower = nn.Sequential(nn.Conv2d(inner, outer, 1, stride, bias=False), nn.BatchNorm2d(outer)) if stride > 1 else None
        return BasicBlock(inner, outer, stride, narrower)

    def encode(self, x):
        x = self.input(x)
        maps = [x := layer(x) for layer in self.layers]
        activation = F.interpolate(maps[0].mean(1, keepdim=True), size=(SIZE, SIZE), mode="bilinear", align_corners=True)[:, 0]
        return self.mean(x.flatten(1)), self.log_variance(x.flatten(1)), activation

    def decode(self, z):
        return self.decoder(self.expansion(z).view(-1, 256, 2, 2))

    def losses(self, x, brain, e, squared):
        mean, log_variance, activation = self.encode(x)
        y = self.decode(mean + e * torch.exp(0.5 * log_variance))
        reconstruction = F.mse_loss(torch.tanh(y), x, reduction="sum") if squared else F.binary_cross_entropy_with_logits(y, (x + 1) / 2, reduction="sum")
        p = torch.softmax(activation.flatten(1)[:, brain.amax((0, 1)).flatten() > 0], 1)
        return reconstruction, -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp()), -torch.sum(p * torch.log(p + 1e-12))


def constrained():
    latents, beta, weight = 8, 10, 0.1
    network = Constrained(latents)
    with torch.no_grad():
        fill(network)
    images, latent_noise = noise((IMAGES, 1, SIZE, SIZE), 3100), noise((IMAGES, latents), 3101)
    brain = (noise((IMAGES, 1, SIZE, SIZE), 3102) > 0.6).float()
    with torch.no_grad():
        mean, _, activation = network.encode(images)
        back = torch.tanh(network.decode(mean))
    squares = (back - images)**2
    inside = [brain[i, 0] > 0 for i in range(IMAGES)]
    golden = {
        "versions": {"torch": torch.__version__}, "arrays": len(network.state_dict()), "images": IMAGES, "latents": latents, "size": SIZE,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "mean": sample(mean), "activation": sample(activation), "reconstruction": sample(back), "errors": sample(squares.mean((1, 2, 3))),
        "brainErrors": sample(torch.stack([squares[i, 0][mask].mean() for i, mask in enumerate(inside)])),
        "spreads": sample(torch.stack([activation[i][mask].std(unbiased=False) for i, mask in enumerate(inside)])),
        "beta": beta, "entropyWeight": weight,
    }
    other = Constrained(latents)
    with torch.no_grad():
        fill(other)
    golden["crossEntropy"] = other.train().losses(images, brain, latent_noise, squared=False)[0].item()
    # In double precision: a rectifier's input that rounds across zero makes single-precision gradients of the last layers, of 2 x 2 pixels,
    # a tenth apart from one processor's convolutions to another's.
    network.double().train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4, weight_decay=1e-5)
    reconstruction, divergence, entropy = network.losses(images.double(), brain.double(), latent_noise.double(), squared=True)
    ((reconstruction + beta * divergence - weight * entropy) / IMAGES).backward()
    golden |= {"losses": [reconstruction.item(), divergence.item(), entropy.item()],
               "gradients": {name: sample(parameter.grad, 8) for name, parameter in network.named_parameters()}}
    optimizer.step()
    golden["after"] = {name: sample(value.double(), 8) for name, value in network.state_dict().items()}
    (OUT / "constrained.json").write_text(json.dumps(golden) + "\n")


def main():
    OUT.mkdir(exist_ok=True)
    constrained()
    network = Variational()
    with torch.no_grad():
        fill(network)
    images, latent_noise = noise((IMAGES, 1, SIZE, SIZE), 3000) * 0.5 + 0.5, noise((IMAGES, LATENTS), 3001)
    with torch.no_grad():
        mean, log_variance = network.encode(images)
        back = network.decode(mean)
    golden = {
        "versions": {"torch": torch.__version__}, "arrays": len(network.state_dict()), "images": IMAGES, "latents": LATENTS, "size": SIZE,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "mean": sample(mean), "logVariance": sample(log_variance), "reconstruction": sample(back), "errors": sample(((back - images)**2).mean((1, 2, 3))),
    }
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4, weight_decay=1e-5)
    reconstruction, divergence = network.losses(images, latent_noise)
    beta = 2
    (reconstruction + beta * divergence).backward()
    golden |= {"beta": beta, "losses": [reconstruction.item(), divergence.item()],
               "gradients": {name: sample(parameter.grad) for name, parameter in network.named_parameters()}}
    optimizer.step()
    golden["after"] = {name: sample(value.double()) for name, value in network.state_dict().items()}
    (OUT / "variational.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
