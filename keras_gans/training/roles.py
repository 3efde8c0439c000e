"""What a model answers to those who work with trained models: of what it makes examples, and beside what they stand."""

import functools


class Roles:
    """The answers of a model; a game gives its own where these do not hold.

    Commands, films, metrics and walks ask for these, and never for a model's class.

    Attributes:
        kind: string, the kind of data that it is trained on and compared with, see `data.KINDS`.
        latent_dim: None, or int: it makes examples of latents of this length, by `generate` and `decode`.
        styles: None, or `training.styles.Styles`: its generator has a space W between latents and examples.
        classes: None, or int: it makes examples of a wanted class, 0 to classes - 1.
        given: None, or int: which part of its data it makes an example of, beside latents if it has any.
        made: int, which part of its data it makes.
        paired: whether what it makes of an example is compared with that example's own partner.
        vocabulary: None, or `data.Vocabulary`: it is told by captions what is wanted, or finds them.
        retrieves: whether it finds a picture's caption among others, by `similarities`.
        classifies: whether it names the class of given examples, by `classify`.
        judging: list or tuple of the names of the networks that judge examples; empty without an adversary.
        ways: dict of names of directions -> networks that translate pictures, by `translate`; empty where none does.
        multiple: None, or int: `translate` takes pictures of all sizes whose sides it divides, not of one alone.
        baselines: dict of names -> functions of what is given, that make without learning what it makes; `evaluate`
            measures them beside it, where it is paired.
        domains: tuple of names: it translates pictures to each of these, by `translate(images, domain)`; else empty.
        one_domain: whether a picture is in exactly one of them. `make` translates to each in turn.
    """

    kind = "images"
    latent_dim = None
    styles = None
    classes = None
    given = None
    made = 0
    paired = False
    vocabulary = None
    retrieves = False
    classifies = False
    judging = ()
    ways = {}
    multiple = None
    baselines = {}
    domains = ()
    one_domain = False

    def make(self, n, given=None, seed=None):
        """Makes examples as its data has them in part `made`, without touching the state of training.

        Args:
            n: int, how many.
            given: array (n, ...), examples of part `given`, where it makes examples of them.
            seed: as in `generate` or `translate`.

        Returns:
            float32 array (n, ...).
        """
        raise NotImplementedError(f"{type(self).__name__} must define make(n, given, seed).")

    def way(self, direction):
        """Makes the function that translates tensors of pictures in one direction, as `translate` does arrays.

        Args:
            direction: string, one of `ways`.

        Returns:
            function of a float tensor (N, height, width, channels) that returns another; of a model with `domains`
            also of a float tensor (N, domains): 1 for those that are wished for, -1 for those that shall not hold.
        """
        return functools.partial(self.ways[direction], training=False)

    def sheet(self, n=None, seed=None, real=None):
        """Makes what shows best, on one sheet, what the model has learned; each game has its own.

        Args:
            n: None, or int, how many examples.
            seed: None for new ones at each call, or an int for the same ones of the same weights.
            real: None, or examples of its data, which are shown beside what is made of them.

        Returns:
            A tuple (examples, columns): float32 (n, ...), and how many make a row, None for a near-square sheet.
        """
        raise NotImplementedError(f"{type(self).__name__} must define sheet(n, seed, real).")

    def judge_of_points(self):
        """Makes the function that judges single points in the plane, float (n, 2) -> (n,); None where there is none."""
        return None
