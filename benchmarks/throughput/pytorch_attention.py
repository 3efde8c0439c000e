"""SAGAN and BigGAN at 32 pixels in PyTorch, as its users write them: all kernels under its own spectral norm."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from benchmarks.throughput.rows import LATENTS, ROWS

WIDTH, EMBEDDING = 16, 128
BLOCKS = 3  # of a generator, each of which doubles the side


def convolution(before, after, side, bias=True):
    """One that keeps the side of its maps."""
    return spectral_norm(nn.Conv2d(before, after, side, padding=side // 2, bias=bias))


class SelfAttention(nn.Module):
    """See `layers.SelfAttention`."""

    def __init__(self, width):
        super().__init__()
        self.theta, self.phi = (convolution(width, width // 8, 1, bias=False) for _ in range(2))
        self.g, self.o = convolution(width, width // 2, 1, bias=False), convolution(width // 2, width, 1, bias=False)
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        """Adds to each place what it attends to."""
        queries = self.theta(x).flatten(2)
        keys, values = (F.max_pool2d(layer(x), 2).flatten(2) for layer in (self.phi, self.g))
        attention = torch.softmax(queries.transpose(1, 2) @ keys, dim=-1)
        mean = values @ attention.transpose(1, 2)
        return x + self.gamma * self.o(mean.unflatten(2, x.shape[2:]))


class TableNorm(nn.Module):
    """See `layers.ConditionalBatchNormalization`."""

    def __init__(self, classes, width):
        super().__init__()
        self.norm = nn.BatchNorm2d(width, affine=False)
        self.gamma, self.beta = nn.Embedding(classes, width), nn.Embedding(classes, width)
        for table in (self.gamma, self.beta):
            nn.init.zeros_(table.weight)

    def forward(self, x, labels):
        """Scales and shifts by the rows of the labels."""
        gamma, beta = (table(labels)[:, :, None, None] for table in (self.gamma, self.beta))
        return (1 + gamma) * self.norm(x) + beta


class LinearNorm(nn.Module):
    """See `layers.LinearConditionalBatchNormalization`."""

    def __init__(self, told, width):
        super().__init__()
        self.norm = nn.BatchNorm2d(width, affine=False)
        self.gain, self.bias = (spectral_norm(nn.Linear(told, width, bias=False)) for _ in range(2))

    def forward(self, x, c):
        """Scales and shifts by linear maps of a vector."""
        gain, bias = (linear(c)[:, :, None, None] for linear in (self.gain, self.bias))
        return (1 + gain) * self.norm(x) + bias


class Up(nn.Module):
    """See `networks.ladder.up`."""

    def __init__(self, norm, told, width):
        super().__init__()
        self.norms = nn.ModuleList(norm(told, width) for _ in range(2))
        self.first, self.second = convolution(width, width, 3), convolution(width, width, 3)
        self.shortcut = convolution(width, width, 1)

    def forward(self, x, c):
        """Doubles the side."""
        y = self.first(F.interpolate(F.relu(self.norms[0](x, c)), scale_factor=2))
        y = self.second(F.relu(self.norms[1](y, c)))
        return y + F.interpolate(self.shortcut(x), scale_factor=2)


class Down(nn.Module):
    """See `networks.ladder.down`."""

    def __init__(self, before, width, halves, rectified=True):
        super().__init__()
        self.first, self.second = convolution(before, width, 3), convolution(width, width, 3)
        self.shortcut = convolution(before, width, 1) if halves else nn.Identity()
        self.halves, self.rectified = halves, rectified

    def forward(self, x):
        """Halves the side, or keeps it."""
        y = self.second(F.relu(self.first(F.relu(x) if self.rectified else x)))
        if self.halves:
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        return y + self.shortcut(x)


class Generator(nn.Module):
    """See `networks.sagan.generator`, and with chunks of the latents and an embedding `networks.biggan.generator`."""

    def __init__(self, classes, shared):
        super().__init__()
        width, self.shared = 4 * WIDTH, shared
        self.chunk = LATENTS // (BLOCKS + 1) if shared else LATENTS
        self.embedding = nn.Embedding(classes, EMBEDDING) if shared else nn.Identity()
        self.dense = spectral_norm(nn.Linear(self.chunk, 16 * width))
        norm, told = (LinearNorm, self.chunk + EMBEDDING) if shared else (TableNorm, classes)
        self.blocks = nn.ModuleList(Up(norm, told, width) for _ in range(BLOCKS))
        self.attention = SelfAttention(width)
        self.norm, self.to_rgb = nn.BatchNorm2d(width), convolution(width, 3, 3)

    def forward(self, latents, labels):
        """From latents and labels to a picture."""
        first, *chunks = latents.split(self.chunk, dim=1)
        y = self.embedding(labels)
        told = [torch.cat([chunk, y], 1) for chunk in chunks] if self.shared else [y] * BLOCKS
        x = self.dense(first).unflatten(1, (-1, 4, 4))
        for i, block in enumerate(self.blocks):
            x = block(x, told[i])
            x = self.attention(x) if i == 1 else x  # the map of 16 pixels
        return torch.tanh(self.to_rgb(F.relu(self.norm(x))))


class Discriminator(nn.Module):
    """See `networks.biggan.discriminator`."""

    def __init__(self, classes):
        super().__init__()
        width = 2 * WIDTH
        self.first, self.attention = Down(3, width, True, rectified=False), SelfAttention(width)
        self.rest = nn.Sequential(*(Down(width, width, halves) for halves in (True, False, False)))
        self.score = spectral_norm(nn.Linear(width, 1))
        self.embedding = spectral_norm(nn.Embedding(classes, width), dim=1)

    def forward(self, x, labels):
        """From a picture and a label to its score."""
        h = F.relu(self.rest(self.attention(self.first(x)))).sum((2, 3))
        return self.score(h) + (self.embedding(labels) * h).sum(1, keepdim=True)


def networks(name):
    """Makes the networks of a row, the generator first."""
    classes = ROWS[name].classes
    return Generator(classes, shared=name == "biggan32"), Discriminator(classes)
