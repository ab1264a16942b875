"""Reference values for the reconstruction methods of source 001 and their augmentation: tests/golden/reconstruction/. Run with Debian's
python3.

Weights and images come from the formula of patchcore.py, the n-th array in the order of the names taking stream n.
"""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F
import torchvision.transforms.functional as TF
from torch import nn

from medvit import fill
from patchcore import VERSIONS, noise, sample

sys.path.append(str(pathlib.Path(__file__).parents[2] / "lib/MedAnomaly/Benchmarks"))
from reconstruction_networks import CAE, FAnoGAN, SSAE

OUT = pathlib.Path(__file__).with_suffix("")
COUNT = 8


def short(t):
    return sample(t, COUNT)


class DAGMM(nn.Module):
    def __init__(self, size, latents, components):
        super().__init__()
        self.autoencoder = CAE(size, latents)
        self.estimation = nn.Sequential(nn.Linear(latents + 2, 10), nn.Tanh(), nn.Dropout(0.5), nn.Linear(10, components), nn.Softmax(1))
        self.register_buffer("shares", torch.ones(components) / components)
        self.register_buffer("means", torch.zeros(components, latents + 2))
        self.register_buffer("factors", torch.eye(latents + 2).repeat(components, 1, 1))

    def forward(self, x):
        return self.autoencoder(x)

    def points(self, x):
        z = self.autoencoder.encode(x)
        y = self.autoencoder.decode(z).flatten(1)
        x = x.flatten(1)
        return torch.cat([z, ((x - y).norm(dim=1) / x.norm(dim=1))[:, None], F.cosine_similarity(x, y)[:, None]], 1)

    def mixture(self, points):
        gamma = self.estimation(points)
        weights = gamma.sum(0)
        means = gamma.T @ points / weights[:, None]
        d = points[None] - means[:, None]
        return weights / len(points), means, torch.einsum("nk,kni,knj->kij", gamma, d, d) / weights[:, None, None] + 1e-6 * torch.eye(points.shape[1])

    def energies(self, points, mixture):
        shares, means, covariances = (t.double() for t in mixture)
        normal = torch.distributions.MultivariateNormal(means, covariances)
        return -torch.distributions.MixtureSameFamily(torch.distributions.Categorical(shares), normal).log_prob(points.double())

    def terms(self, x):
        points = self.points(x)
        mixture = self.mixture(points)
        return [F.mse_loss(self(x), x), 0.1 * self.energies(points, mixture).mean(), 0.005 * (1 / mixture[2].diagonal(dim1=1, dim2=2)).sum()]

    def scores(self, x):
        points = self.points(x)
        return self.energies(points, self.mixture(points))


def images(size, count=6):
    return noise((count, 1, size, size), 3000) * 0.5 + 0.5


def step(network, parameters, loss):
    """Gradients, and what a step of Adam makes of the weights."""
    optimizer = torch.optim.Adam(parameters, lr=1e-4)
    optimizer.zero_grad()
    loss.backward()
    moved = {id(parameter) for parameter in parameters}
    gradients = {name: short(parameter.grad) for name, parameter in network.named_parameters() if id(parameter) in moved}
    optimizer.step()
    return {"gradients": gradients, "after": {name: short(value.double()) for name, value in network.state_dict().items()}}


def describe(network, size, training, count=6):
    with torch.no_grad():
        fill(network)
    x = images(size, count)
    with torch.no_grad():
        golden = {"size": size, "images": count, "arrays": len(network.state_dict()), "parameters": sum(p.numel() for p in network.parameters()),
                  "reconstruction": short(network(x)), "scores": short(network.scores(x))}
    network.train(training)
    terms = network.terms(x)
    golden["terms"] = [term.item() for term in terms]
    parameters = list(network.encoder.parameters() if isinstance(network, FAnoGAN) else network.parameters())
    return golden | step(network, parameters, sum(terms))


def adversarial(network, size):
    with torch.no_grad():
        fill(network)
        made = network.generator(noise((6, network.generator.expansion.in_features), 3001))
    real, share = 2 * images(size) - 1, noise((6, 1, 1, 1), 3002) * 0.5 + 0.5
    distance, penalty = network.critic_losses(real, made, share)
    golden = {"made": short(made), "distance": distance.item(), "penalty": penalty.item(), "share": short(share)}
    return golden | step(network, list(network.critic.parameters()), 10 * penalty - distance)


def augmentation():
    x = noise((3, 1, 12, 16), 3003) * 0.5 + 0.5
    maps = [(25, 0.125, -0.25, 1.25, 10), (-7, 0, 0.0833, 0.9, -4), (0, -0.0625, 0, 1, 0)]
    out = [TF.affine(image, angle, [16 * right, 12 * down], scale, [shear, 0.0], interpolation=TF.InterpolationMode.BILINEAR)
           for image, (angle, right, down, scale, shear) in zip(x, maps)]
    return {"maps": maps, "affine": sample(torch.stack(out), 150)}


def main():
    golden = {
        "versions": VERSIONS,
        "cae": describe(CAE(32, 8), 32, True), "ssae": describe(SSAE(True), 64, True), "ssaeCopied": describe(SSAE(False), 64, True),
        # In evaluation: the small network of DAGMM and the port's critic drop values at random.
        "dagmm": describe(DAGMM(32, 4, 3), 32, False, 48), "fAnoGan": describe(FAnoGAN.original(32, 4, 8), 32, False), "fAnoGanPort": describe(FAnoGAN.port(32, 8), 32, False),
        "critic": adversarial(FAnoGAN.original(32, 4, 8), 32), "augmentation": augmentation(),
    }
    OUT.mkdir(exist_ok=True)
    (OUT / "reconstruction.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
