"""ProGAN and StyleGAN in PyTorch, as its users write them, with the layers that are in use once all have grown.

The colours of smaller sides have weights, as in the package, and nothing is computed with them.
"""

import math
import random
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.throughput.rows import LATENTS

SLOPE = 0.2  # of LeakyReLU below zero
BINOMIAL = torch.tensor([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16


class EqualizedLinear(nn.Module):
    """See `layers.EqualizedDense`."""

    def __init__(self, before, after, gain=2**0.5, multiplier=1.0, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before) / multiplier)
        self.bias = nn.Parameter(torch.zeros(after)) if bias else None
        self.scale, self.multiplier = multiplier * gain / math.sqrt(before), multiplier

    def forward(self, x):
        """Scales the weights and uses them."""
        return F.linear(x, self.weight * self.scale, None if self.bias is None else self.bias * self.multiplier)


class EqualizedConv2d(nn.Module):
    """See `layers.EqualizedConv2D`."""

    def __init__(self, before, after, side, gain=2**0.5, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before, side, side))
        self.bias = nn.Parameter(torch.zeros(after)) if bias else None
        self.scale, self.padding = gain / math.sqrt(before * side**2), side // 2

    def forward(self, x):
        """Scales the weights and uses them."""
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


def rectified(x):
    """LeakyReLU, in place."""
    return F.leaky_relu(x, SLOPE, inplace=True)


def normalized(x):
    """Each place's channels divided by their root mean square."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)


def larger(x):
    """Each pixel four times."""
    return F.interpolate(x, scale_factor=2, mode="nearest")


def blurred(x):
    """A binomial filter on each channel."""
    return F.conv2d(x, BINOMIAL.expand(x.shape[1], 1, 3, 3), padding=1, groups=x.shape[1])


def with_deviation(x):
    """One more channel: how much the four examples of a group differ."""
    groups = x.unflatten(0, (-1, 4))
    number = (groups.var(1, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3)).repeat_interleave(4)
    return torch.cat([x, number.view(-1, 1, 1, 1).expand(-1, 1, *x.shape[2:])], 1)


class ProGANGenerator(nn.Module):
    """See `networks.progan.generator`; `widths` are the channels of the maps of 4, 8, ... pixels."""

    def __init__(self, widths):
        super().__init__()
        first = widths[0]
        self.dense = EqualizedLinear(LATENTS, 16 * first, gain=2**0.5 / 4, bias=False)
        self.dense_bias = nn.Parameter(torch.zeros(first, 1, 1))
        self.convolutions = nn.ModuleList([EqualizedConv2d(first, first, 3)])
        for before, after in pairwise(widths):
            self.convolutions += [EqualizedConv2d(before, after, 3), EqualizedConv2d(after, after, 3)]
        self.to_rgb = nn.ModuleList(EqualizedConv2d(width, 3, 1, gain=1.0) for width in widths)

    def forward(self, latents):
        """From a point on the sphere to a picture."""
        x = self.dense(normalized(latents)).unflatten(1, (-1, 4, 4)) + self.dense_bias
        x = normalized(rectified(x))
        for i, convolution in enumerate(self.convolutions):
            x = normalized(rectified(convolution(larger(x) if i % 2 else x)))
        return self.to_rgb[-1](x)


class Discriminator(nn.Module):
    """See `networks.progan.discriminator`; `widths` are the channels of the maps of 2, 4, 8, ... pixels."""

    def __init__(self, widths, blur=False):
        super().__init__()
        last, first, *_ = widths
        self.blur = blur
        self.from_rgb = nn.ModuleList(EqualizedConv2d(3, width, 1) for width in widths[1:])
        self.blocks = nn.ModuleList(
            nn.ModuleList([EqualizedConv2d(before, before, 3), EqualizedConv2d(before, after, 3)])
            for before, after in zip(widths[:1:-1], widths[-2:0:-1])
        )
        self.last = EqualizedConv2d(first + 1, first, 3)
        self.dense, self.score = EqualizedLinear(16 * first, last), EqualizedLinear(last, 1, gain=1.0)

    def forward(self, x):
        """From a picture to its score."""
        x = rectified(self.from_rgb[-1](x))
        for convolution, halved in self.blocks:
            x = rectified(convolution(x))
            x = rectified(F.avg_pool2d(halved(blurred(x)), 2)) if self.blur else F.avg_pool2d(rectified(halved(x)), 2)
        x = rectified(self.last(with_deviation(x)))
        return self.score(rectified(self.dense(x.flatten(1))))


class Mapping(nn.Sequential):
    """From latents to w; see `networks.stylegan`."""

    def __init__(self, units, layers):
        sizes = [LATENTS] + [units] * layers
        super().__init__(*(EqualizedLinear(a, b, multiplier=0.01) for a, b in pairwise(sizes)))

    def forward(self, latents):
        """From a point on the sphere to w."""
        w = normalized(latents)
        for layer in self:
            w = rectified(layer(w))
        return w


class Styled(nn.Module):
    """What follows the convolution of a layer: noise, bias, LeakyReLU and style; see `layers.Noise` and `Style`."""

    def __init__(self, units, width, side):
        super().__init__()
        self.strength = nn.Parameter(torch.zeros(width, 1, 1))
        self.bias = nn.Parameter(torch.zeros(width, 1, 1))
        self.register_buffer("fixed", torch.randn(1, 1, side, side))
        self.dense = EqualizedLinear(units, 2 * width, gain=1.0)

    def forward(self, x, w):
        """Maps (N, C, H, W) and a vector for each example."""
        noise = torch.randn(len(x), 1, *x.shape[2:]) if self.training else self.fixed
        x = rectified(x + self.strength * noise + self.bias)
        scale, bias = self.dense(w)[:, :, None, None].chunk(2, 1)
        return (1 + scale) * F.instance_norm(x, eps=1e-8) + bias


class StyleGANGenerator(nn.Module):
    """See `networks.stylegan.generator`; `widths` are the channels of the maps of 4, 8, ... pixels."""

    def __init__(self, widths, units, mapping_layers):
        super().__init__()
        first = widths[0]
        self.mapping = Mapping(units, mapping_layers)
        self.register_buffer("mean", torch.zeros(units))
        self.constant = nn.Parameter(torch.ones(1, first, 4, 4))
        self.convolutions = nn.ModuleList([EqualizedConv2d(first, first, 3, bias=False)])
        self.styled = nn.ModuleList(Styled(units, first, 4) for _ in range(2))
        for i, (before, after) in enumerate(pairwise(widths)):
            self.convolutions += [EqualizedConv2d(size, after, 3, bias=False) for size in (before, after)]
            self.styled += [Styled(units, after, 8 * 2**i) for _ in range(2)]
        self.to_rgb = nn.ModuleList(EqualizedConv2d(width, 3, 1, gain=1.0) for width in widths)

    def forward(self, latents):
        """From latents to a picture."""
        styles = self.mixed(latents)
        x = self.styled[0](self.constant.expand(len(latents), -1, -1, -1), styles[0])
        for i, (convolution, styled) in enumerate(zip(self.convolutions, self.styled[1:])):
            x = blurred(convolution(larger(x))) if i % 2 else convolution(x)
            x = styled(x, styles[i + 1])
        return self.to_rgb[-1](x)

    def mixed(self, latents):
        """A vector w for each layer: in training, nine times of ten, another one from some layer on."""
        w, rows = self.mapping(latents), len(self.styled)
        if not self.training:
            return [w] * rows
        with torch.no_grad():
            self.mean.lerp_(w.mean(0), 0.005)
        other = self.mapping(torch.randn_like(latents))
        first = random.randrange(1, rows) if random.random() < 0.9 else rows
        return [w] * first + [other] * (rows - first)


def networks(name):
    """Makes the networks of a row, the generator first."""
    if name == "progan64":
        return ProGANGenerator((64, 64, 64, 64, 32)), Discriminator((64, 64, 64, 64, 64, 32))
    return StyleGANGenerator((64, 64, 64, 32), 64, 4), Discriminator((64, 64, 64, 64, 32), blur=True)
