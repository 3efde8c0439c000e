"""The same networks and games in PyTorch, as its users write them: D on `fake.detach()`, then G on the same fakes."""

import functools
import random
import time

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from benchmarks.throughput.pytorch_networks import networks
from benchmarks.throughput.rows import LATENTS, ROWS

TRIED = 3  # steps of each memory layout, before the faster one is taken
cross_entropy = nn.functional.binary_cross_entropy_with_logits


def parameters(network):
    """How many numbers Keras would count: weights, moving statistics, the noise of `Styled`, and one vector of two.

    The other one of a spectral normalization, _v, it has no need to keep.
    """
    statistics = [buffer for key, buffer in network.named_buffers() if not key.endswith(("num_batches_tracked", "_v"))]
    return sum(x.numel() for x in [*network.parameters(), *statistics])


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


def simple(D, real):
    """D's scores of real pictures, and no penalty."""
    return D(real), 0.0


def r1(D, real):
    """D's scores of real pictures, and R1 of gamma 10."""
    real = real.detach().requires_grad_()
    scores = D(real)
    (gradient,) = torch.autograd.grad(scores.sum(), real, create_graph=True)
    return scores, 5 * gradient.square().sum((1, 2, 3)).mean()


def gan(G, D, d_adam, g_adam, judge=simple):
    """Makes the step of a GAN."""

    def step(real):
        fake = G(torch.randn(len(real), LATENTS))
        scores, penalty = judge(D, real)
        d_loss = bce(scores, 1.0) + bce(D(fake.detach()), 0.0) + penalty
        move(d_loss, d_adam)
        g_loss = bce(D(fake), 1.0)
        move(g_loss, g_adam)
        return d_loss, g_loss

    return step


def wgan_gp(G, D, d_adam, g_adam, n_critic=1, drift=0.0):
    """Makes the step of a WGAN-GP."""

    def critic_step(real, fake):
        e = torch.rand(len(real), 1, 1, 1)
        between = (e * real + (1 - e) * fake).requires_grad_()
        (gradient,) = torch.autograd.grad(D(between).sum(), between, create_graph=True)
        norms = torch.sqrt(gradient.square().sum((1, 2, 3)) + 1e-12)
        scores = D(real)
        d_loss = D(fake).mean() - scores.mean() + 10 * torch.mean((norms - 1) ** 2)
        if drift:
            d_loss = d_loss + drift * scores.square().mean()
        move(d_loss, d_adam)
        return d_loss

    def step(data):
        *firsts, last = data.chunk(n_critic)
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


def conditional(G, D, d_adam, g_adam, n_critic=1):
    """Makes the step of SAGAN and BigGAN, the hinge loss with labels."""

    def d_step(real, labels, fake):
        d_loss = torch.relu(1 - D(real, labels)).mean() + torch.relu(1 + D(fake, labels)).mean()
        move(d_loss, d_adam)
        return d_loss

    def step(data, labels):
        *firsts, (last, y) = zip(data.chunk(n_critic), labels.chunk(n_critic))
        for real, labels_of_real in firsts:
            with torch.no_grad():
                fake = G(torch.randn(len(real), LATENTS), labels_of_real)
            d_step(real, labels_of_real, fake)
        fake = G(torch.randn(len(last), LATENTS), y)
        d_loss = d_step(last, y, fake.detach())
        g_loss = -D(fake, y).mean()
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


GAMES = {
    "dcgan28": gan,
    "dcgan64": gan,
    "wgan_gp": functools.partial(wgan_gp, n_critic=ROWS["wgan_gp"].n_critic),
    "pix2pix128": pix2pix,
    "cyclegan64": cyclegan,
    "progan64": functools.partial(wgan_gp, drift=0.001),
    "stylegan32": functools.partial(gan, judge=r1),
    "sagan32": functools.partial(conditional, n_critic=ROWS["sagan32"].n_critic),
    "biggan32": functools.partial(conditional, n_critic=ROWS["biggan32"].n_critic),
}


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
        rate, *betas = self.row.adam
        half = len(made) // 2
        players = [[w for network in part for w in network.parameters()] for part in (made[half:], made[:half])]
        self.adams = [torch.optim.Adam(weights, rate, betas) for weights in players]
        self.step = GAMES[name](*made, *self.adams)

    def batches(self, steps):
        """The data as a list of batches."""
        return list(zip(*(self.laid_out(part).chunk(steps) for part in self.row.data(steps))))

    def laid_out(self, part):
        """Pictures in the layout, labels as they are."""
        part = torch.from_numpy(part)
        return part.permute(0, 3, 1, 2).contiguous(memory_format=self.layout) if part.ndim == 4 else part

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
        return [int(max(state["step"] for state in adam.state.values())) for adam in self.adams]

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
