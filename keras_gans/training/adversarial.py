"""The floor of games: somebody judges what somebody else makes."""

import itertools

from keras import layers, ops

from keras_gans import engine
from keras_gans.layers import MinibatchDiscrimination
from keras_gans.regularizers.judge import Judge
from keras_gans.training.augmenting import Augmenting
from keras_gans.training.model import TrainedModel


class AdversarialModel(Augmenting, TrainedModel):
    """A trained model with players that judge: discriminators, critics, energies, whose output rises with realness.

    Penalties, n_critic and the constraint of weights are arguments that every game may take in its `compile`; they work
    through `sum_penalties`, `critic_batches` and `minimize`. Every game takes `augment`, see `training.augmenting`.

    Args:
        networks, seed, name: see `TrainedModel`.

    Raises:
        ValueError: if a network that judges does not return a score for each example, or a map of scores.
    """

    def __init__(self, networks, seed=0, name=None):
        for name_of_network in self.judging:
            check_scores(name_of_network, networks[name_of_network])
        super().__init__(networks, seed, name)

    @property
    def judging(self):
        """List of the names of the networks that judge."""
        return [name for player in self.players if player.judges for name in player.networks]

    def _compile(self, arguments, terms, logs, augment=None, **common):
        """See `TrainedModel._compile`; `n_critic` and penalties are taken out of the game's arguments, and checked.

        `augment` is None, `layers.DiffAugment` or `layers.ADA`, as a layer or by its name, "diff" or "ada".
        """
        n_critic = arguments.get("n_critic", 1)
        if not isinstance(n_critic, int) or n_critic < 1:
            raise ValueError(f"Expected `n_critic` as a positive integer. Received: {n_critic!r}.")
        for player in self.players:
            if player.judges and arguments.get(player.penalties):
                for name in player.networks:
                    check_no_batch_norm(getattr(self, name))
        for name in self.judging:
            check_unbounded(name, getattr(self, name), terms)
        boundary = arguments["loss"].boundary if "loss" in arguments else self.boundary
        augment = self._layer_of(augment, boundary)
        steered = augment is not None and augment.p is not None
        super()._compile(arguments, terms, [*logs, *["augment_p"][:steered]], **common)
        self.n_critic, self.augment = n_critic, augment
        self._compile_arguments["augment"] = augment

    def critic_batches(self, data):
        """Splits a batch into the examples of each critic step: every n_critic-th one, so that replicas agree.

        Args:
            data: tensor (n_critic * m, *shape), or a tuple of such tensors.

        Returns:
            list of n_critic tensors (m, *shape), or of tuples of such tensors.
        """
        if isinstance(data, tuple):
            return list(zip(*(self.critic_batches(part) for part in data)))
        if data.shape[0] is not None and data.shape[0] % self.n_critic:
            raise ValueError(
                f"Expected a batch that n_critic={self.n_critic} divides; `data.batches(x, batch_size, n_critic)` "
                f"makes such batches. Received: a batch of {data.shape[0]}."
            )
        parts = ops.reshape(data, (-1, self.n_critic, *data.shape[1:]))
        return [parts[:, k] for k in range(self.n_critic)]

    def sum_penalties(self, network, real, fake, inputs=None, judge=None):
        """Adds up the penalties of a player and logs the sum.

        Args:
            network: the player's network, or that of its networks on whose examples the penalties are computed.
            real: tensor (m, *shape).
            fake: tensor (m, *shape).
            inputs: None, or function of examples that returns what the judge takes, where that is more than them.
            judge: None, or the network that judges, where the player's does not.

        Returns:
            float32 scalar; 0 without any.
        """
        name = next(name for name in self.network_names if getattr(self, name) is network)
        player = next(player for player in self.players if name in player.networks)
        penalties = self.penalties_of[name]
        if not penalties:
            return 0.0
        judge = Judge(judge or network, inputs)
        total = sum(penalty(judge, real, fake, self.seed_generator) for penalty in penalties)
        self.log(**{player.penalty: total})
        return total

    @property
    def penalties(self):
        """List of the penalties of all who judge."""
        return [penalty for name in self.judging for penalty in self.penalties_of[name]]

    @property
    def boundary(self):
        """The output from which on D takes an example for real; None where it has none, as a critic's."""
        return getattr(getattr(self, "loss", None), "boundary", None)

    def verdicts(self, data):
        """What judges say of real examples and of generated ones, as in training; each game has its own.

        Like a step it draws random numbers and updates statistics: `engine.rehearsal` takes that back.

        Args:
            data: a batch, as `training_step` takes it.

        Returns:
            list of tuples (scores of real examples, scores of generated ones, real examples, generated ones), tensors
            (m, ...), one for each discriminator.
        """
        raise NotImplementedError(f"{type(self).__name__} must define verdicts(data).")

    def judge_of_points(self):
        """Makes the function that judges points in the plane; see `Roles.judge_of_points`."""
        for name in self.judging:
            network = getattr(self, name)
            if network.input_shape == (None, 2):
                return lambda points: ops.convert_to_numpy(network(points, training=False))[:, 0]
        return None


def check_scores(name, network):
    """Refuses a network that does not return scores, (N, 1) or a map (N, h, w, 1), as its only or first output."""
    made = shapes(network)[1]
    made = made[0] if isinstance(made, list) else made
    if len(made) not in (2, 4) or made[-1] != 1:
        raise ValueError(
            f"Expected a {name} that returns a score that rises with realness, (N, 1), or a map of scores "
            f"(N, height, width, 1). Received: output shape {made}."
        )


def check_unbounded(name, network, terms):
    """Refuses a network that ends in probabilities, where none of the losses takes them (raises ValueError).

    Args:
        name: string, the network's name.
        network: built `keras.Model`.
        terms: list of losses.
    """
    ends = [end for end in engine.ends_of(network) if end in ("sigmoid", "softmax")]
    if ends and not any(getattr(term, "from_logits", None) is False for term in terms):
        raise ValueError(
            f"Expected a {name} that ends without an activation, as losses take its logits or scores; "
            f"`losses.GANLoss(from_logits=False)` takes a sigmoid's. Received: one that ends in a {ends[0]}."
        )


def check_no_batch_norm(network):
    """Refuses a network that mixes the batch, where a penalty looks at it (raises ValueError)."""
    for layer in engine.layers_of(network):
        if isinstance(layer, (layers.BatchNormalization, MinibatchDiscrimination)):
            raise ValueError(
                "Expected a discriminator without batch norm or minibatch discrimination where there is a penalty: a "
                "penalty looks at D's gradient at each example, and these make D's output depend on the whole batch. "
                f"Received: a discriminator with the layer {layer.name!r}."
            )


def shapes(network):
    """The shapes of a network's inputs and outputs; refuses what is no built network (raises ValueError)."""
    try:
        return network.input_shape, network.output_shape
    except (AttributeError, ValueError):
        raise ValueError(
            "Expected networks as built Functional or Sequential Keras models. "
            f"Received: {network!r}, which has no input shape."
        ) from None


def doubles(sides):
    """Whether each of some pictures has twice the sides of the one before it; sides are tuples (height, width)."""
    return all(tuple(2 * side for side in a) == tuple(b) for a, b in itertools.pairwise(sides))


def check_terms(loss, **weights):
    """Refuses a loss that compares, and weights below 0 (raises ValueError).

    Args:
        loss: `losses.AdversarialLoss`.
        **weights: numbers, by their names.
    """
    if loss.needs_real:
        raise ValueError(f"Expected a loss that judges single examples. Received: {type(loss).__name__}.")
    for name, value in weights.items():
        if not 0 <= value < float("inf"):
            raise ValueError(f"Expected `{name}` as a number of at least 0. Received: {value!r}.")
