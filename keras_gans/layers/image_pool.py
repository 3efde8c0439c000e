"""A memory of past fakes, which a discriminator judges beside the newest ones."""

import keras
from keras import layers, ops

from keras_gans import engine

__all__ = ["ImagePool"]


@keras.saving.register_keras_serializable("keras_gans")
class ImagePool(layers.Layer):
    """Keeps the last fakes and mixes them among the new ones, so that D does not chase the newest trick of G only.

    While the pool is not full, new pictures go into it and are returned. Afterwards each new picture is, with
    probability 1/2, returned as it is and forgotten, or it takes the place of a random one of the pool, which is
    returned instead. The pictures are weights: they are saved and continued with the model.

    Args:
        shape: tuple (height, width, channels) of a picture.
        size: int, how many pictures it holds.

    Call arguments:
        images: float tensor (m, *shape).
        seed: `keras.random.SeedGenerator`.

    Returns:
        Tensor of the shape and type of `images`.

    Raises:
        ValueError: if a batch is larger than the pool.

    Deviations:
        A batch is handled at once: its pictures change places with different ones of the pool, and the pool counts as
        full if the whole batch does not fit. At the papers' batch of 1 this is their algorithm. Replicas share one
        pool, so that two equal one.

    Reference:
        Shrivastava et al., 2016, Learning from Simulated and Unsupervised Images through Adversarial Training,
        arXiv:1612.07828, Section 2.3. The swapping with probability 1/2 is that of the authors' code of CycleGAN: Zhu
        et al., 2017, arXiv:1703.10593, Section 4 (50 pictures).

    Example:
        ```python
        pool, pictures = layers.ImagePool((8, 8, 3), size=50), np.ones((4, 8, 8, 3))
        pool(pictures, seed=keras.random.SeedGenerator(0)).shape  # (4, 8, 8, 3)
        int(pool.count)  # 4
        ```
    """

    def __init__(self, shape, size=50, name=None):
        super().__init__(name=name, trainable=False, dtype="float32", autocast=False)
        self.shape, self.size = tuple(shape), size
        kind = {"trainable": False, "aggregation": "only_first_replica", "initializer": "zeros"}
        self.images = self.add_weight(name="images", shape=(size, *self.shape), **kind)
        self.count = self.add_weight(name="count", shape=(), dtype="int32", **kind)
        self.built = True

    def call(self, images, seed):
        rows = ops.shape(images)[0]
        new = ops.cast(engine.all_rows(images), "float32")
        n = ops.shape(new)[0]
        if isinstance(n, int) and n > self.size:
            raise ValueError(f"Expected batches of at most the {self.size} pictures of the pool. Received: {n}.")
        count, pool = ops.convert_to_tensor(self.count), ops.convert_to_tensor(self.images)
        filling = count + n <= self.size
        slots = ops.where(filling, count + ops.arange(n, dtype="int32"), self._random_slots(count, seed)[:n])
        swapped = keras.random.uniform((n,), seed=seed) < 0.5
        old = ops.take(pool, slots, axis=0)

        def choose(condition, a, b):
            return ops.where(ops.reshape(condition, (-1, *[1] * len(self.shape))), a, b)

        kept = ops.logical_or(filling, swapped)
        returned = ops.logical_and(ops.logical_not(filling), swapped)
        self.images.assign(ops.scatter_update(pool, slots[:, None], choose(kept, new, old)))
        self.count.assign(ops.where(filling, count + n, count))
        return ops.cast(engine.own_rows(choose(returned, old, new), rows), images.dtype)

    def _random_slots(self, count, seed):
        """All slots in random order, those with a picture first."""
        empty = ops.cast(ops.arange(self.size) >= count, "float32")
        return ops.cast(ops.argsort(keras.random.uniform((self.size,), seed=seed) + empty), "int32")

    def get_config(self):
        return {"shape": self.shape, "size": self.size, "name": self.name}

    @classmethod
    def examples(cls):
        """A pool that two batches overfill."""
        return [(cls((2, 2, 3), size=6), (4, 2, 2, 3))]
