"""The reconstruction methods of source 001 in Python's torch: what the golden values of tests/golden come from, and what bench trains beside
MedAnomaly. State dictionaries have the names of ours.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn


def block(convolution, i, o, dropout):
    return [convolution(i, o, 4, 2, 1), nn.BatchNorm2d(o), nn.LeakyReLU(0.2), nn.Dropout(dropout)]


def stack(widths, dropout):
    down = [layer for i, o in zip(widths, widths[1:]) for layer in block(nn.Conv2d, i, o, dropout)]
    up = [layer for o, i in reversed(list(zip(widths[1:], widths[2:]))) for layer in block(nn.ConvTranspose2d, i, o, dropout)]
    return down, up + [nn.ConvTranspose2d(widths[1], widths[0], 4, 2, 1)]


class CAE(nn.Module):
    def __init__(self, size, latents, dropout=0):
        super().__init__()
        down, up = stack([1, 32, 64, 128, 256], dropout)
        self.encoder, self.decoder = nn.Sequential(*down), nn.Sequential(*up)
        self.side = size // 16
        self.bottleneck, self.expansion = nn.Linear(256 * self.side**2, latents), nn.Linear(latents, 256 * self.side**2)

    def encode(self, x):
        return self.bottleneck(self.encoder(x).flatten(1))

    def decode(self, z):
        return torch.sigmoid(self.decoder(self.expansion(z).view(-1, 256, self.side, self.side)))

    def forward(self, x):
        return self.decode(self.encode(x))

    def terms(self, x):
        return [F.mse_loss(self(x), x)]

    def scores(self, x):
        return ((self(x) - x) ** 2).mean((1, 2, 3))


def down2(x):
    k = torch.tensor([1.0, 4, 6, 4, 1]) / 16
    return F.interpolate(F.conv2d(F.pad(x, (2, 2, 2, 2), mode="reflect"), torch.outer(k, k)[None, None]), scale_factor=0.5, mode="bilinear", align_corners=False)


def up2(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class SSAE(nn.Module):
    def __init__(self, coarsest, dropout=0):
        super().__init__()
        self.coarsest = coarsest
        self.levels = nn.ModuleList()
        for depth in [5, 4, 3] + ([2] if coarsest else []):
            down, up = stack([1] + [32 << i for i in range(depth)], dropout)
            self.levels.append(nn.Sequential(*down, *up))

    def pyramid(self, x):
        out = [x]
        for _ in range(3):
            out.append(down2(out[-1]))
        return out

    def back(self, pyramid):
        coarse = self.levels[3](pyramid[3]) if self.coarsest else pyramid[3]
        out = [coarse] if self.coarsest else []
        for k in (2, 1, 0):
            coarse = self.levels[k](pyramid[k] - up2(pyramid[k + 1])) + up2(coarse)
            out.insert(0, coarse)
        return out

    def forward(self, x):
        return self.back(self.pyramid(x))[0]

    def terms(self, x):
        pyramid = self.pyramid(x)
        return [F.mse_loss(y, i) for y, i in zip(self.back(pyramid), pyramid)]

    scores = CAE.scores


class Analysis(nn.Module):
    def __init__(self, layers, features, outputs, bounded=False):
        super().__init__()
        self.layers, self.head, self.bounded = layers, nn.Linear(features, outputs), bounded

    def features(self, x):
        return self.layers(x).flatten(1)

    def forward(self, x):
        y = self.head(self.features(x))
        return torch.tanh(y) if self.bounded else y


class Synthesis(nn.Module):
    def __init__(self, latents, layers, channels, size):
        super().__init__()
        self.expansion, self.layers, self.shape = nn.Linear(latents, channels * size**2), layers, (-1, channels, size, size)

    def forward(self, z):
        return self.layers(self.expansion(z).view(self.shape))


class Block(nn.Module):
    def __init__(self, i, o, up, norm):
        super().__init__()
        mid = o if up else i
        self.up, self.norm1, self.norm2 = up, norm(i), norm(mid)
        self.conv1, self.conv2, self.shortcut = nn.Conv2d(i, mid, 3, padding=1, bias=False), nn.Conv2d(mid, o, 3, padding=1), nn.Conv2d(i, o, 1)

    def forward(self, x):
        grow = (lambda t: F.interpolate(t, scale_factor=2)) if self.up else (lambda t: t)
        shrink = (lambda t: t) if self.up else (lambda t: F.avg_pool2d(t, 2))
        y = self.conv1(grow(F.relu(self.norm1(x))))
        return shrink(self.conv2(F.relu(self.norm2(y)))) + shrink(self.shortcut(grow(x)))


class FAnoGAN(nn.Module):
    def __init__(self, generator, critic, encoder):
        super().__init__()
        self.generator, self.critic, self.encoder = generator, critic, encoder

    @staticmethod
    def original(size, width, latents):
        widths = [width * min(2**level, 8) for level in range(int(math.log2(size // 4)) + 1)]
        layer, batch = (lambda n: nn.GroupNorm(1, n)), nn.BatchNorm2d
        down = lambda norm: nn.Sequential(nn.Conv2d(1, width, 3, padding=1), *[Block(i, o, False, norm) for i, o in zip(widths, widths[1:])])
        up = nn.Sequential(*[Block(i, o, True, batch) for o, i in reversed(list(zip(widths, widths[1:])))],
                           nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, 1, 3, padding=1), nn.Tanh())
        return FAnoGAN(Synthesis(latents, up, widths[-1], 4), Analysis(down(layer), widths[-1] * 16, 1), Analysis(down(batch), widths[-1] * 16, latents))

    @staticmethod
    def port(size, latents):
        def down():
            layers = []
            for n, (i, o) in enumerate([(1, 16), (16, 32), (32, 64), (64, 128)]):
                layers += [nn.Conv2d(i, o, 3, 2, 1), nn.LeakyReLU(0.2), nn.Dropout2d(0.25)] + ([nn.BatchNorm2d(o, 0.8)] if n else [])
            return nn.Sequential(*layers)
        up = nn.Sequential(nn.BatchNorm2d(128), nn.Upsample(scale_factor=2), nn.Conv2d(128, 128, 3, 1, 1), nn.BatchNorm2d(128, 0.8), nn.LeakyReLU(0.2),
                           nn.Upsample(scale_factor=2), nn.Conv2d(128, 64, 3, 1, 1), nn.BatchNorm2d(64, 0.8), nn.LeakyReLU(0.2), nn.Conv2d(64, 1, 3, 1, 1), nn.Tanh())
        features = 128 * (size // 16) ** 2
        return FAnoGAN(Synthesis(latents, up, 128, size // 4), Analysis(down(), features, 1), Analysis(down(), features, latents, True))

    def forward(self, x):
        return (self.generator(self.encoder(2 * x - 1)) + 1) / 2

    def terms(self, x):
        x = 2 * x - 1
        y = self.generator(self.encoder(x))
        return [F.mse_loss(y, x), F.mse_loss(self.critic.features(y), self.critic.features(x))]

    def scores(self, x):
        x = 2 * x - 1
        y = self.generator(self.encoder(x))
        return ((y - x) ** 2).mean((1, 2, 3)) + ((self.critic.features(y) - self.critic.features(x)) ** 2).mean(1)

    def critic_losses(self, real, made, share):
        between = (share * real + (1 - share) * made).requires_grad_()
        slope, = torch.autograd.grad(self.critic(between), between, torch.ones(len(real), 1), create_graph=True)
        return self.critic(real).mean() - self.critic(made).mean(), ((slope.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
