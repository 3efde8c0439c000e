"""The networks of DCGAN, Pix2Pix and CycleGAN in PyTorch, as its users write them; others are in files beside it."""

import itertools

import torch
from torch import nn

from benchmarks.throughput import pytorch_attention, pytorch_growing
from benchmarks.throughput.rows import LATENTS


def dcgan_generator(side, widths, strides, channels, dense_norm, slope=0.2, momentum=0.1, epsilon=1e-5):
    """Linear, then transposed convolutions with batch norm up to a tanh; see `networks.dcgan.generator`."""
    units = side**2 * widths[0]
    layers = [nn.Linear(LATENTS, units, bias=not dense_norm)]
    layers += [nn.BatchNorm1d(units, epsilon, momentum)] * dense_norm
    layers += [nn.LeakyReLU(slope, inplace=True), nn.Unflatten(1, (widths[0], side, side))]
    for before, after, stride in zip(widths, widths[1:], strides):
        layers += [nn.ConvTranspose2d(before, after, 5, stride, 2, stride - 1, bias=False)]
        layers += [nn.BatchNorm2d(after, epsilon, momentum), nn.LeakyReLU(slope, inplace=True)]
    last = nn.ConvTranspose2d(widths[-1], channels, 5, strides[-1], 2, strides[-1] - 1, bias=False)
    return nn.Sequential(*layers, last, nn.Tanh())


def dcgan_discriminator(pixels, channels, widths, norm, dropout=0.0, slope=0.2):
    """Strided convolutions and one logit; see `networks.dcgan.discriminator`."""
    layers = []
    for before, after in zip((channels, *widths), widths):
        layers += [nn.Conv2d(before, after, 5, 2, 2, bias=not norm)]
        layers += [nn.BatchNorm2d(after)] * norm
        layers += [nn.LeakyReLU(slope, inplace=True)] + [nn.Dropout(dropout)] * (dropout > 0)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(pixels * widths[-1], 1))


class UNet(nn.Module):
    """Pix2Pix's generator; see `networks.pix2pix.generator`."""

    def __init__(self, widths=(64, 128, 256, 512, 512, 512, 512), dropouts=2):
        super().__init__()
        self.first = nn.Conv2d(3, widths[0], 4, 2, 1, bias=False)
        self.downs, self.ups = nn.ModuleList(), nn.ModuleList()
        for i, (before, after) in enumerate(itertools.pairwise(widths)):
            norm = [nn.BatchNorm2d(after)] * (i < len(widths) - 2)
            self.downs.append(nn.Sequential(nn.LeakyReLU(0.2), nn.Conv2d(before, after, 4, 2, 1, bias=False), *norm))
        before = widths[-1]
        for i, after in enumerate(reversed(widths[:-1])):
            up = nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)
            dropout = [nn.Dropout(0.5)] * (i < dropouts)
            self.ups.append(nn.Sequential(nn.ReLU(), up, nn.BatchNorm2d(after), *dropout))
            before = 2 * after
        self.last = nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(before, 3, 4, 2, 1), nn.Tanh())

    def forward(self, x):
        """Down, up, and across."""
        across = [self.first(x)]
        for down in self.downs:
            across.append(down(across[-1]))
        x = across.pop()
        for up in self.ups:
            x = torch.cat([up(x), across.pop()], 1)
        return self.last(x)


def patchgan(channels, norm, bias):
    """70-pixel patches; see `networks.patchgan.patch_logits`."""
    layers, before = [], channels
    for i, (after, stride) in enumerate(((64, 2), (128, 2), (256, 2), (512, 1))):
        layers += [nn.Conv2d(before, after, 4, stride, 1, bias=bias)] + [norm(after)] * (i > 0)
        layers += [nn.LeakyReLU(0.2, inplace=True)]
        before = after
    return nn.Sequential(*layers, nn.Conv2d(before, 1, 4, 1, 1))


class Residual(nn.Sequential):
    """A residual block of CycleGAN's translator."""

    def __init__(self, width):
        def convolution():
            return nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width)

        super().__init__(*convolution(), nn.ReLU(inplace=True), *convolution())

    def forward(self, x):
        """Adds its input."""
        return x + super().forward(x)


def translator(blocks=6):
    """CycleGAN's generator; see `networks.cyclegan.generator`."""

    def norm_relu(width):
        return nn.InstanceNorm2d(width), nn.ReLU(inplace=True)

    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, 64, 7), *norm_relu(64)]
    for width in (128, 256):
        layers += [nn.Conv2d(width // 2, width, 3, 2, 1), *norm_relu(width)]
    layers += [Residual(256) for _ in range(blocks)]
    for width in (128, 64):
        layers += [nn.ConvTranspose2d(2 * width, width, 3, 2, 1, 1), *norm_relu(width)]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(64, 3, 7), nn.Tanh())


def networks(name):
    """Makes the networks of a row, generators first."""
    if name == "dcgan28":
        G = dcgan_generator(7, (256, 128, 64), (1, 2, 2), 1, True, slope=0.3, momentum=0.01, epsilon=1e-3)
        return G, dcgan_discriminator(49, 1, (64, 128), False, dropout=0.3, slope=0.3)
    if name == "dcgan64":
        G = dcgan_generator(4, (512, 256, 128, 64), (2, 2, 2, 2), 3, True)
        return G, dcgan_discriminator(16, 3, (64, 128, 256, 512), True)
    if name == "wgan_gp":
        return dcgan_generator(7, (128, 64), (2, 2), 1, False), dcgan_discriminator(49, 1, (64, 128), False)
    if name == "pix2pix128":
        return UNet(), patchgan(6, nn.BatchNorm2d, bias=False)
    if name == "cyclegan64":
        return translator(), translator(), *(patchgan(3, nn.InstanceNorm2d, bias=True) for _ in range(2))
    if name in ("sagan32", "biggan32"):
        return pytorch_attention.networks(name)
    return pytorch_growing.networks(name)
