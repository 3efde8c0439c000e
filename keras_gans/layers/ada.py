"""ADA: pictures are changed in up to eighteen ways before D sees them, as often as D would else know them by heart."""

import keras
from keras import ops

from keras_gans import engine
from keras_gans.layers import color_maps, corruptions, plane_maps
from keras_gans.layers.augmentation import AUGMENTATIONS, Augmentation, Numbers

__all__ = ["ADA"]

POLICIES = ("blit", "geometry", "color", "filter", "noise", "cutout")  # in the order in which they happen


@keras.saving.register_keras_serializable("keras_gans")
class ADA(Augmentation):
    """Adaptive discriminator augmentation: each of many changes happens to an example with a probability p.

    A game has it as `compile(augment="ada")`. It raises p while D is too sure of real pictures, and lowers it else; p
    is saved with the model and logged as `augment_p`. By itself the layer changes pictures with the p that it has.

    Args:
        policy: sequence of some of "blit", "geometry", "color", "filter", "noise" and "cutout"; they happen in this
            order, whatever theirs in the sequence.
        target: float, the share of real pictures, less that of the others, that D is to take for real.
        every: int, batches between two changes of p.
        images: int, real pictures in which p goes from 0 to 1 if it goes up all the time.
        seed: int or None, of the random numbers.
        **kwargs: `name` and `dtype`, as in `keras.layers.Layer`; it computes in float32 or better whatever the policy.

    Attributes:
        p: `keras.Variable`, float32 of at least 0; what is above 1 counts as 1.

    Call arguments:
        inputs: float tensor (N, H, W, C), pictures in [-1, 1], of any number of channels; or a list of such tensors,
            pictures of the same N examples, which change alike: what a translation was made of, and the translation.
        training: whether they change.

    Returns:
        float tensors of the same shapes.

    Formula:
        Each of the following happens to an example with probability p, of its own:
        blit: 1 mirrored i times, i from {0, 1}; 2 turned by i quarters, i from {0, 1, 2, 3}; 3 moved along both sides
        by round(t side) pixels, t ~ U[-1/8, 1/8].
        geometry: 4 scaled by s, log2 s ~ N(0, 0.2^2); 5 turned by U[-pi, pi], with probability 1 - sqrt(1 - p);
        6 scaled by (s, 1 / s), log2 s ~ N(0, 0.2^2); 5 turned once more as before, so that either happens with p;
        7 moved along both sides by t side, t ~ N(0, 1/8^2). All maps from 1 on are one, and pictures are sampled once.
        color: 8 x + b, b ~ N(0, 0.2^2); 9 c x, log2 c ~ N(0, 0.5^2); 10 reflected i times at the plane of lightness
        0, i from {0, 1}; 11 turned about the axis of lightness, (1, 1, 1), by U[-pi, pi]; 12 the distance to that axis
        times s, log2 s ~ N(0, 1). All are one map of colours.
        filter: 13 to 16, each of four bands of frequencies times t, log2 t ~ N(0, 1), all divided so that the power
        that is expected, 10, 1, 1 and 1 of 13, stays.
        noise: 17 plus sigma N(0, 1) in each number, sigma ~ |N(0, 0.1^2)|.
        cutout: 18 a rectangle of half the sides, whose middle is anywhere, is 0.
        p: after every fourth batch p <- max(0, p + sign(r - target) n / images), r the mean of sign(D(x)) over the n
        real pictures that D saw augmented since the last time; of patches the mean of an example's.

    Deviations:
        Between pixels it takes the mean of four, where the authors' code samples pictures of twice the sides, which it
        filters with a wavelet before and after; so scaled pictures are a little softer or rougher. The mirror beyond
        the border has no end, where theirs goes one side far. Pictures of other than 1 or 3 channels, which their code
        refuses, change in lightness and saturation, and their hue stays.

    Reference:
        Karras et al., 2020, Training Generative Adversarial Networks with Limited Data, arXiv:2006.06676, Section 3 and
        Appendix B; constants and the default policy, "bgc", are those of the authors' code,
        github.com/NVlabs/stylegan2-ada-pytorch.

    Raises:
        ValueError: if an argument is out of range, or the policy has other names, or a name twice; or the inputs are no
            pictures.

    Example:
        ```python
        layer, x = layers.ADA(("blit",), every=1, images=100, seed=0), np.ones((2, 4, 4, 1))
        np.array(layer(x, training=True))[0, 0, :, 0]  # [1.0, 1.0, 1.0, 1.0]
        layer.hear(np.array([[3.0], [0.5]]))
        layer.steer()
        round(float(layer.p), 4)  # 0.02
        ```
    """

    def __init__(self, policy=("blit", "geometry", "color"), target=0.6, every=4, images=500_000, seed=None, **kwargs):
        if not -1.0 <= target <= 1.0:
            raise ValueError(f"Expected `target` in [-1, 1]. Received: {target!r}.")
        for name, value in (("every", every), ("images", images)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"Expected `{name}` as a positive integer. Received: {value!r}.")
        super().__init__(policy, POLICIES, seed, **kwargs)
        self.target, self.every, self.images = target, every, images
        for name in ("p", "signs", "heard", "batches"):
            kind = {"initializer": "zeros", "trainable": False, "aggregation": "only_first_replica"}
            setattr(self, name, self.add_weight(name=name, shape=(), dtype="float32", autocast=False, **kind))

    def _changed(self, pictures, rows):
        numbers = Numbers(rows, self.seed_generator, ops.convert_to_tensor(self.p))
        maps = plane_maps.blits(numbers) if "blit" in self.policy else []
        maps += plane_maps.general(numbers) if "geometry" in self.policy else []
        if maps:
            pictures = [plane_maps.sampled(x, plane_maps.product(m(*x.shape[1:3]) for m in maps)) for x in pictures]
        if "color" in self.policy:
            matrix = color_maps.colors(numbers)
            pictures = [color_maps.colored(x, matrix(x.shape[3])) for x in pictures]
        if "filter" in self.policy:
            gain = corruptions.gains(numbers)
            pictures = [corruptions.filtered(x, gain) for x in pictures]
        for name in ("noise", "cutout"):
            if name in self.policy:
                change = getattr(corruptions, name)(numbers)
                pictures = [change(x) for x in pictures]
        return pictures

    def hear(self, scores, boundary=0.0):
        """Notes what D said of real pictures that it saw augmented.

        Args:
            scores: float tensor (N, 1) or (N, h, w, 1).
            boundary: float, the score from which on D takes a picture for real.
        """
        signs = ops.sign(ops.cast(engine.all_rows(scores), "float32") - boundary)
        signs = ops.mean(signs, axis=tuple(range(1, len(signs.shape))))
        self.signs.assign_add(ops.sum(signs))
        self.heard.assign_add(ops.cast(ops.shape(signs)[0], "float32"))

    def steer(self, judges=1):
        """Ends a batch, and moves p if it is the last of `every`.

        Args:
            judges: int, how many networks were heard of each picture.
        """
        self.batches.assign_add(1.0)
        p, signs, heard = (ops.convert_to_tensor(v) for v in (self.p, self.signs, self.heard))
        due = self.batches >= self.every
        side = ops.sign(signs / ops.maximum(heard, 1.0) - self.target)
        self.p.assign(ops.where(due, ops.maximum(p + side * heard / (judges * self.images), 0.0), p))
        for count in (self.signs, self.heard, self.batches):
            count.assign(ops.where(due, 0.0, ops.convert_to_tensor(count)))

    def get_config(self):
        own = {"target": self.target, "every": self.every, "images": self.images}
        return {**super().get_config(), **own}

    @classmethod
    def examples(cls):
        """The paper's, and all of it."""
        return [(cls(seed=0), (2, 4, 6, 3)), (cls(POLICIES, seed=0), (2, 4, 4, 1))]


AUGMENTATIONS.register(ADA, "ada")
