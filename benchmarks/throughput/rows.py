"""What is trained: games, sizes of pictures, batches and the data; NumPy alone, so that the parent stays small."""

import dataclasses

import numpy as np

LATENTS = 100  # numbers of a latent vector


@dataclasses.dataclass(frozen=True)
class Row:
    """A game on networks of one size.

    Attributes:
        shape: tuple (side, side, channels) of a picture.
        batch: int, the m of the papers.
        parameters: tuple of the networks' numbers of parameters: of weights, moving statistics, kept noise and the
            vectors of spectral normalizations.
        adam: tuple (learning rate, beta_1, beta_2) of both optimizers.
        parts: int, how many arrays the data has: 2 for pairs and for two domains.
        n_critic: int, updates of D per update of G.
        classes: int, how many classes the labels have that come with the pictures, or 0 for no labels.
        one_hot: whether the labels are rows of 0 and 1.
        further: tuple of the shapes of more pictures, which come behind the labels.
        players: int, how many optimizers there are.
    """

    shape: tuple
    batch: int
    parameters: tuple
    adam: tuple = (2e-4, 0.5, 0.999)
    parts: int = 1
    n_critic: int = 1
    classes: int = 0
    one_hot: bool = False
    further: tuple = ()
    players: int = 2

    @property
    def layout(self):
        """What a batch is made of: a list of shapes of pictures, and None where the labels come."""
        return [self.shape] * self.parts + [None] * (self.classes > 0) + list(self.further)

    def data(self, steps):
        """Pictures for so many steps, the same in every process: a tuple of float32 arrays in [-1, 1], and labels."""
        random, n = np.random.default_rng(0), steps * self.batch * self.n_critic
        made = (self._labels(n) if x is None else random.uniform(-1, 1, (n, *x)).astype("float32") for x in self.layout)
        return tuple(made)

    def _labels(self, n):
        labels = np.arange(n, dtype="int32") % self.classes
        return np.eye(self.classes, dtype="float32")[labels] if self.one_hot else labels


ROWS = {
    "dcgan28": Row((28, 28, 1), 128, (2_330_944, 212_865)),
    "dcgan64": Row((64, 64, 3), 16, (5_159_360, 4_317_633)),
    "wgan_gp": Row((28, 28, 1), 32, (840_128, 212_865), (1e-4, 0.0, 0.9), n_critic=5),
    "pix2pix128": Row((128, 128, 3), 1, (41_836_803, 2_770_433), parts=2),
    "cyclegan64": Row((64, 64, 3), 1, (7_837_699, 7_837_699, 2_764_737, 2_764_737), parts=2),
    "progan64": Row((64, 64, 3), 16, (389_551, 353_633), (1e-3, 0.0, 0.99)),
    "stylegan32": Row((32, 32, 3), 16, (294_540, 279_521), (1e-3, 0.0, 0.99)),
    "sagan32": Row((32, 32, 3), 16, (354_743, 68_859), (2e-4, 0.0, 0.9), classes=10),
    "biggan32": Row((32, 32, 3), 16, (389_815, 68_859), (2e-4, 0.0, 0.999), n_critic=2, classes=10),
    "acgan32": Row((32, 32, 3), 32, (1_648_564, 1_075_659), classes=10),
    "triplegan32": Row((32, 32, 3), 16, (1_648_564, 1_088_118, 281_834), classes=10, further=((32, 32, 3),), players=3),
    "vae32": Row((32, 32, 3), 32, (503_048, 801_859), (1e-3, 0.9, 0.999), players=1),
    "began32": Row((32, 32, 3), 16, (1_716_355, 7_128_643), (1e-4, 0.9, 0.999)),
    "r3gan32": Row((32, 32, 3), 16, (111_328, 108_160), (2e-4, 0.0, 0.99)),
    "stargan32": Row((32, 32, 3), 8, (1_230_272, 696_544), (1e-4, 0.5, 0.999), n_critic=2, classes=4, one_hot=True),
    "srgan64": Row((64, 64, 3), 4, (174_179, 3_274_145), (1e-4, 0.9, 0.999), further=((16, 16, 3),)),
}
LATER = ("acgan32", "triplegan32", "vae32", "began32", "r3gan32", "stargan32", "srgan64")
EARLIER = tuple(name for name in ROWS if name not in LATER)  # which a bare loop and PyTorch have, too
