"""What is done with two domains that share a space of codes: code pictures, draw codes, translate, show."""

from keras_gans.data.check import Part
from keras_gans.models.translation import check_direction, check_pictures, of_both, side_by_side
from keras_gans.registry import Registry
from keras_gans.training.latents import in_chunks

CHUNK = 8  # pictures that are translated at a time


class CommonSpace:
    """The part of a model with a front and a back for each domain, and an encoder and a decoder between, for both."""

    kind = "domains"
    given, made = 0, 1
    aligned = False

    @property
    def parts(self):
        """The pictures of both domains."""
        a, b = self.front_a.input_shape, self.front_b.input_shape
        return Part("pictures of domain A", a[1:]), Part("pictures of domain B", b[1:])

    @property
    def ways(self):
        """Both directions, by what takes the pictures."""
        return {"AtoB": self.front_a, "BtoA": self.front_b}

    def call(self, inputs, training=False):
        return self.make_or_train(self._through(self.front_a, self.back_b), inputs, training)

    def mean(self, front, x, training=True):
        """Codes pictures by the front of their domain; a tensor (N, *shape of a code)."""
        return self.encoder(front(x, training=training), training=training)

    def drawn(self, codes, *backs, training=True):
        """Draws codes by the backs of domains; a list of tensors (N, *shape of the domain)."""
        seen = self.decoder(codes, training=training)
        return [back(seen, training=training) for back in backs]

    def translate(self, images, direction="AtoB", seed=None):
        """Translates pictures by the means of their codes, without touching the state of training.

        Args:
            images: float array (n, *shape), in [-1, 1].
            direction: "AtoB" or "BtoA".
            seed: None or int, from which networks that draw noise draw it; the codes have none.

        Returns:
            float32 array (n, *shape) in [-1, 1].

        Raises:
            ValueError: if the pictures do not fit the network, or the direction is unknown.
        """
        return self._made(check_direction(direction, self.ways), self.way(direction), images, seed)

    def way(self, direction):
        """From pictures through the means of their codes, without noise."""
        return self._through(self.ways[direction], self.back_b if direction == "AtoB" else self.back_a)

    def reconstruct(self, images, domain="A"):
        """Draws the means of pictures' codes in their own domain; arguments and errors are those of `encode`.

        Returns:
            float32 array (n, *shape) in [-1, 1].
        """
        front = self._front(domain)
        return self._made(front, self._through(front, self.back_a if front is self.front_a else self.back_b), images)

    def encode(self, images, domain="A"):
        """Finds the means of pictures' codes in the common space; with averages of weights if there are any.

        Args:
            images: float array (n, *shape), in [-1, 1].
            domain: "A" or "B", of which they are.

        Returns:
            float32 array (n, *shape of a code).

        Raises:
            ValueError: if the pictures do not fit the network, or the domain is unknown.
        """
        front = self._front(domain)
        return self._made(front, lambda x, training: self.mean(front, x, training), images)

    def _front(self, domain):
        known = Registry("domain")
        known.update({"A": self.front_a, "B": self.front_b})
        return known[domain]

    def _through(self, front, back):
        """The function from pictures of one domain to those of another, without noise."""
        return lambda x, training=False: self.drawn(self.mean(front, x, training), back, training=training)[0]

    def _made(self, front, path, images, seed=0):
        check_pictures(images, Part("pictures", front.input_shape[1:]))
        with self.making(seed):
            return in_chunks(path, images, size=CHUNK)

    def make(self, n, given=None, seed=None):
        """Translates pictures of domain A, see `Roles.make`."""
        return self.translate(given, seed=seed)

    def sheet(self, n=None, seed=None, real=None):
        """Makes rows of a, what it is in A, in B, and from there in A again; and the same of b.

        Args:
            n: int, how many pictures of each domain; by default 8, or as many as there are of both.
            seed: not used: there is no noise.
            real: tuple of two float arrays (N, ...), pictures of A and of B, of which the first n are shown.

        Returns:
            A tuple (pictures, columns): float32 (8 n, ...), and how many make a row.
        """
        a, b = of_both(real, self.parts, n)
        ab, ba = self.translate(a), self.translate(b, "BtoA")
        of_a = a, self.reconstruct(a), ab, self.translate(ab, "BtoA")
        of_b = b, self.reconstruct(b, "B"), ba, self.translate(ba)
        return side_by_side(*of_a, *of_b), 8
