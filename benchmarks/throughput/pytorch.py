"""The same networks and games in PyTorch, as its users write them: D on `fake.detach()`, then G on the same fakes."""

import itertools
import random
import time

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from benchmarks.throughput.rows import LATENTS, ROWS

TRIED = 3  # steps of each memory layout, before the faster one is taken
cross_entropy = nn.functional.binary_cross_entropy_with_logits


# Networks


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
    return translator(), translator(), *(patchgan(3, nn.InstanceNorm2d, bias=True) for _ in range(2))


def parameters(network):
    """How many numbers Keras would count: weights, and the moving statistics of batch norm."""
    statistics = [buffer for key, buffer in network.named_buffers() if not key.endswith("num_batches_tracked")]
    return sum(x.numel() for x in [*network.parameters(), *statistics])


# Steps


def move(loss, adam):
    """One step of an optimizer; the slopes of other weights are not computed."""
    weights = adam.param_groups[0]["params"]
    adam.zero_grad()
    loss.backward(inputs=weights)
    adam.step()


def bce(scores, target):
    """Binary cross-entropy of logits."""
    return cross_entropy(scores, torch.full_like(scores, target))


def squares(scores, target):
    """Mean squared distance from a target."""
    return torch.mean((scores - target) ** 2)


def gan(G, D, d_adam, g_adam):
    """Makes the step of a GAN."""

    def step(real):
        fake = G(torch.randn(len(real), LATENTS))
        d_loss = bce(D(real), 1.0) + bce(D(fake.detach()), 0.0)
        move(d_loss, d_adam)
        g_loss = bce(D(fake), 1.0)
        move(g_loss, g_adam)
        return d_loss, g_loss

    return step


def wgan_gp(G, D, d_adam, g_adam):
    """Makes the step of a WGAN-GP."""

    def critic_step(real, fake):
        e = torch.rand(len(real), 1, 1, 1)
        between = (e * real + (1 - e) * fake).requires_grad_()
        (gradient,) = torch.autograd.grad(D(between).sum(), between, create_graph=True)
        norms = torch.sqrt(gradient.square().sum((1, 2, 3)) + 1e-12)
        d_loss = D(fake).mean() - D(real).mean() + 10 * torch.mean((norms - 1) ** 2)
        move(d_loss, d_adam)
        return d_loss

    def step(data):
        *firsts, last = data.chunk(ROWS["wgan_gp"].n_critic)
        for real in firsts:
            with torch.no_grad():
                fake = G(torch.randn(len(real), LATENTS))
            critic_step(real, fake)
        fake = G(torch.randn(len(last), LATENTS))
        d_loss = critic_step(last, fake.detach())
        g_loss = -D(fake).mean()
        move(g_loss, g_adam)
        return d_loss, g_loss

    return step


def pix2pix(G, D, d_adam, g_adam):
    """Makes the step of Pix2Pix."""

    def judge(x, y):
        return D(torch.cat([x, y], 1))

    def step(x, y):
        fake = G(x)
        d_loss = 0.5 * (bce(judge(x, y), 1.0) + bce(judge(x, fake.detach()), 0.0))
        move(d_loss, d_adam)
        g_loss = bce(judge(x, fake), 1.0) + 100 * torch.mean(torch.abs(y - fake))
        move(g_loss, g_adam)
        return d_loss, g_loss

    return step


class Pool:
    """The last 50 fakes, for batches of one; see `layers.ImagePool`."""

    def __init__(self):
        self.images = []

    def __call__(self, image):
        """Returns the new fake, or an old one, whose place the new one takes."""
        if len(self.images) < 50:
            self.images.append(image)
            return image
        if random.random() < 0.5:
            return image
        slot = random.randrange(50)
        old, self.images[slot] = self.images[slot], image
        return old


def cyclegan(G, F, D_A, D_B, d_adam, g_adam):
    """Makes the step of CycleGAN, the translators first."""
    pool_a, pool_b, distance = Pool(), Pool(), nn.functional.l1_loss

    def step(a, b):
        fake_a, fake_b = F(b), G(a)
        g_loss = squares(D_B(fake_b), 1.0) + squares(D_A(fake_a), 1.0)
        g_loss = g_loss + 10 * (distance(F(fake_b), a) + distance(G(fake_a), b))
        g_loss = g_loss + 5 * (distance(G(b), b) + distance(F(a), a))
        move(g_loss, g_adam)
        old_a, old_b = pool_a(fake_a.detach()), pool_b(fake_b.detach())
        real = squares(D_A(a), 1.0) + squares(D_B(b), 1.0)
        d_loss = 0.5 * (real + squares(D_A(old_a), 0.0) + squares(D_B(old_b), 0.0))
        move(d_loss, d_adam)
        return d_loss, g_loss

    return step


GAMES = {"dcgan28": gan, "dcgan64": gan, "wgan_gp": wgan_gp, "pix2pix128": pix2pix, "cyclegan64": cyclegan}


class Operations(TorchDispatchMode):
    """Counts by PyTorch's own formulas; its `FlopCounterMode` fails where a gradient is differentiated."""

    total = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        outputs = function(*args, **(kwargs or {}))
        if function._overloadpacket in flop_registry:
            self.total += flop_registry[function._overloadpacket](*args, **(kwargs or {}), out_val=outputs)
        return outputs


class PyTorch:
    """A step of this file, in a loop over batches that lie in memory as tensors of one layout."""

    def __init__(self, name, layout):
        torch.manual_seed(0)
        self.row, self.layout = ROWS[name], layout
        made = [network.to(memory_format=layout) for network in networks(name)]
        for layer in (layer for network in made for layer in network.modules()):
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                nn.init.normal_(layer.weight, std=0.02)
        self.parameters = [parameters(network) for network in made]
        assert tuple(self.parameters) == self.row.parameters
        rate, betas = (1e-4, (0.0, 0.9)) if name == "wgan_gp" else (2e-4, (0.5, 0.999))
        half = len(made) // 2
        players = [[w for network in part for w in network.parameters()] for part in (made[half:], made[:half])]
        self.adams = [torch.optim.Adam(weights, rate, betas) for weights in players]
        self.step = GAMES[name](*made, *self.adams)

    def batches(self, steps):
        """The data as a list of batches."""
        parts = [torch.from_numpy(part).permute(0, 3, 1, 2) for part in self.row.data(steps)]
        return list(zip(*(part.contiguous(memory_format=self.layout).chunk(steps) for part in parts)))

    def round(self, steps):
        """Trains so many steps; returns the seconds of it."""
        batches = self.batches(steps)
        begin = time.perf_counter()
        for batch in batches:
            losses = self.step(*batch)
        [loss.item() for loss in losses]
        return time.perf_counter() - begin

    def updates(self):
        """How often D's and G's optimizers have moved."""
        return [int(adam.state[adam.param_groups[0]["params"][0]]["step"]) for adam in self.adams]

    def flops(self):
        """Floating point operations of a step, which is made."""
        with Operations() as counted:
            self.step(*self.batches(1)[0])
        return counted.total


def make(name):
    """The row in the faster of PyTorch's two memory layouts."""
    made = [PyTorch(name, layout) for layout in (torch.contiguous_format, torch.channels_last)]
    for system in made:
        system.first_call = system.round(1)
    return min(made, key=lambda system: min(system.round(1) for _ in range(TRIED)))
