"""What StarGAN knows of its domains: their names, which of them exclude each other, and how labels are written."""

import keras
import numpy as np
from keras import ops

from keras_gans import engine, losses
from keras_gans.registry import Registry

SETS = Registry("kind of set")  # of attributes -> the loss of their logits
SETS.update(binary=losses.attribute_cross_entropy, classes=losses.one_hot_cross_entropy)


class Attributes:
    """Names of domains in one data set or several, and vectors that say which of them a picture is in.

    A vector is [c_1, ..., c_n, m]: for each set a number for each of its domains, 1 if it holds, and the mask m, which
    is 1 at the set whose labels are known. The other sets' numbers are 0 then. With one set there is no mask.

    Attributes:
        length: int, how long a vector is.
        groups: list of lists of ints, the domains of which exactly one holds.

    Args:
        names: sequence of strings, the domains, set after set.
        sets: None for one set of attributes that hold or not, or a sequence of tuples, for each set how many of the
            names are its, and "binary" or, where exactly one of them holds, "classes".
        exclusive: sequence of sequences of names of "binary" sets, of each of which exactly one holds.

    Raises:
        ValueError: if names are none, or come twice, or sets or groups do not fit them.
    """

    def __init__(self, names, sets=None, exclusive=()):
        self.names = _checked_names(names)
        self.sets = tuple(map(tuple, sets or [(len(self.names), "binary")]))
        self.exclusive = tuple(map(tuple, exclusive))
        self._losses = [SETS[kind] for _, kind in self.sets]
        ends = np.cumsum([size for size, _ in self.sets]).tolist()
        self._spans = list(zip([0, *ends], ends))
        if ends[-1] != len(self.names) or min(size for size, _ in self.sets) < 1:
            raise ValueError(f"Expected sets of {len(self.names)} names together. Received: {self.sets}.")
        self.length = len(self.names) + (len(self.sets) if len(self.sets) > 1 else 0)
        of_classes = [list(range(*span)) for span, (_, kind) in zip(self._spans, self.sets) if kind == "classes"]
        self.groups = of_classes + [[self.index(name) for name in group] for group in self.exclusive]
        self._check_groups()

    def index(self, name):
        """The number of a domain, or the nearest name as an error (ValueError)."""
        known = Registry("domain")
        known.update({name: index for index, name in enumerate(self.names)})
        return known[name]

    # In a training step

    def mask(self, labels):
        """The mask of label vectors, (N, length) -> (N, sets); ones where there is one set."""
        return labels[:, len(self.names) :] if len(self.sets) > 1 else ops.ones_like(labels[:, :1])

    def cross_entropy(self, labels, logits):
        """What a classifier pays for its answers on each set, on the examples whose labels are of that set.

        Args:
            labels: float tensor (N, length).
            logits: float tensor (N, domains).

        Returns:
            float32 scalar, the mean over examples.
        """
        mask = self.mask(labels)
        found = [
            loss(labels[:, start:stop], logits[:, start:stop], mask[:, k])
            for k, (loss, (start, stop)) in enumerate(zip(self._losses, self._spans))
        ]
        return sum(found[1:], start=found[0])

    def permuted(self, labels, seed):
        """Hands the labels of a batch around at random, each within its set.

        Args:
            labels: float tensor (m, length).
            seed: `keras.random.SeedGenerator`.

        Returns:
            tensor of the same shape.
        """
        everyone = engine.all_rows(labels)
        which = ops.cast(ops.argmax(self.mask(everyone), axis=-1), "float32")
        # Halves leave sets apart, however they are rounded
        chance = 0.5 * keras.random.uniform(ops.shape(everyone)[:1], dtype="float32", seed=seed)
        places, order = ops.argsort(which), ops.argsort(which + chance)
        handed = ops.take(order, ops.argsort(places), axis=0)
        return engine.own_rows(ops.take(everyone, handed, axis=0), ops.shape(labels)[0])

    # Outside of training

    def wanted(self, logits, domain):
        """Writes the labels that pictures are to have: a domain is set, and what else is read of them stays.

        Args:
            logits: float array (N, domains), what a classifier says of the pictures.
            domain: string, or a sequence of strings: names of domains of one set, with a "-" in front if they shall
                not hold. As a string there are commas between them.

        Returns:
            float32 array (N, length).

        Raises:
            ValueError: if a name is unknown, or these cannot be had together.
        """
        wishes = np.zeros((1, len(self.names)), "float32")
        for index, sign in self._wishes(domain):
            wishes[0, index] = sign
        return ops.convert_to_numpy(self.wishing(logits, np.repeat(wishes, len(logits), axis=0)))

    def wishing(self, logits, wishes):
        """Writes the labels as `wanted` does, of tensors.

        Args:
            logits: float tensor (N, domains), what a classifier says of the pictures.
            wishes: float tensor (N, domains) of one set: 1 for what shall hold, -1 for what shall not, else 0.

        Returns:
            float tensor (N, length).
        """
        count = len(self.names)
        together, of_set = np.eye(count, dtype="float32"), np.zeros((count, len(self.sets)), "float32")
        for group in self.groups:
            together[np.ix_(group, group)] = 1.0
        for k, (start, stop) in enumerate(self._spans):
            of_set[start:stop, k] = 1.0
        alone = together.sum(axis=0) == 1
        rivals = ops.where(together > 0, ops.expand_dims(logits, 1), -np.inf)  # (N, domains, those of its group)
        likeliest = logits >= ops.max(rivals, axis=-1)
        read = ops.cast(ops.where(alone, logits > 0, likeliest), "float32")
        touched = ops.matmul(ops.abs(wishes), together) > 0
        labels = ops.where(touched, ops.cast(wishes > 0, "float32"), read)
        mask = ops.cast(ops.matmul(ops.abs(wishes), of_set) > 0, "float32")
        labels = labels * ops.matmul(mask, of_set.T)
        return ops.concatenate([labels, mask[:, : self.length - count]], axis=1)

    def _set_of(self, index):
        return next(k for k, (start, stop) in enumerate(self._spans) if start <= index < stop)

    def _wishes(self, domain):
        """The numbers of the domains that are asked for, and 1 or -1 for each."""
        words = domain.split(",") if isinstance(domain, str) else list(domain)
        found = [
            (self.index(word.strip().removeprefix("-")), -1.0 if word.strip()[:1] == "-" else 1.0) for word in words
        ]
        indices = [index for index, _ in found]
        if not found or len(set(indices)) < len(found) or len({self._set_of(index) for index in indices}) > 1:
            raise ValueError(f"Expected domains of one data set, each once. Received: {domain!r}.")
        for group in self.groups:
            inside = [value for index, value in found if index in group]
            if inside not in ([], [1.0]):
                names = ", ".join(self.names[index] for index in group)
                raise ValueError(f"Expected at most one of {names}, and to be set. Received: {domain!r}.")
        return found

    def _check_groups(self):
        for group in self.groups:
            others = [other for other in self.groups if other is not group]
            shared = any(set(group) & set(other) for other in others)
            sets = {self._set_of(index) for index in group}
            if len(set(group)) < max(2, len(group)) or len(sets) > 1 or shared:
                raise ValueError(
                    "Expected groups of two or more domains of one set, which exclude each other and are in no other "
                    f"group. Received: {tuple(self.names[index] for index in group)}."
                )


def _checked_names(names):
    names = (names,) if isinstance(names, str) else tuple(names)
    fine = all(isinstance(name, str) and name.strip() == name != "" for name in names)
    if not names or not fine or len(set(names)) < len(names) or any("," in n or n[0] == "-" for n in names):
        raise ValueError(
            "Expected names of domains, each once, without a comma, or a dash in front, by which they are asked for. "
            f"Received: {names}."
        )
    return names
