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
    """

    shape: tuple
    batch: int
    parameters: tuple
    adam: tuple = (2e-4, 0.5, 0.999)
    parts: int = 1
    n_critic: int = 1
    classes: int = 0

    def data(self, steps):
        """Pictures for so many steps, the same in every process: a tuple of float32 arrays in [-1, 1], and labels."""
        random = np.random.default_rng(0)
        shape = (steps * self.batch * self.n_critic, *self.shape)
        pictures = tuple(random.uniform(-1, 1, shape).astype("float32") for _ in range(self.parts))
        return (*pictures, np.arange(len(pictures[0]), dtype="int32") % self.classes) if self.classes else pictures


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
}
