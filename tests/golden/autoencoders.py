"""Reference values for the variational autoencoder of source 002: tests/golden/autoencoders/. Run with Debian's python3.

Weights, images and latent noise come from the formula of patchcore.py, the n-th array in the order of the names taking stream n.
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from torch import nn

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


def main():
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
    OUT.mkdir(exist_ok=True)
    (OUT / "variational.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
