"""Who plays a game: the networks that one optimizer moves, and what of `compile` and `log` is theirs."""

import dataclasses

import keras


@dataclasses.dataclass(frozen=True)
class Player:
    """One player: the networks that one optimizer moves together. A game declares its players in a class attribute.

    Its optimizer is the argument `{name}_optimizer` of the game's `compile`, and that attribute of the model. Where the
    game's `compile` has them, its penalties are the argument `penalties` (of who judges) or `{name}_penalties`, and the
    constraint of its weights is `{name}_constraint`.

    Args:
        name: string, a letter or a word, e.g. "d".
        networks: tuple of strings, the names of the networks, attributes of the model.
        judges: whether its networks judge examples, by a score that rises with realness.
        makes: whether its networks make examples; averages of weights (`ema`) are kept of these.
        answers: whether its networks are asked outside of training without making examples, as a classifier is; of
            these averages are kept, too.
    """

    name: str
    networks: tuple
    judges: bool = False
    makes: bool = False
    answers: bool = False

    @property
    def optimizer(self):
        """Name of its optimizer."""
        return f"{self.name}_optimizer"

    @property
    def penalties(self):
        """Name of the argument of its penalties."""
        return "penalties" if self.judges else f"{self.name}_penalties"

    @property
    def penalty(self):
        """Name of the log of its penalties' sum."""
        return "penalty" if self.judges else f"{self.name}_penalty"

    @property
    def constraint(self):
        """Name of the argument of its weights' constraint."""
        return f"{self.name}_constraint"


def owner(players, model, networks):
    """Finds the player that moves networks.

    Args:
        players: tuple of `Player`.
        model: the model whose networks they are.
        networks: tuple of `keras.Model`, in any order.

    Returns:
        `Player`.

    Raises:
        ValueError: if no player moves exactly these.
    """
    wanted = {id(network) for network in networks}
    for player in players:
        if {id(getattr(model, name)) for name in player.networks} == wanted:
            return player
    known = {id(getattr(model, name)): name for player in players for name in player.networks}
    owned = "; ".join(f"{player.name}: {', '.join(player.networks)}" for player in players)
    found = ", ".join(known.get(id(network), network.name) for network in networks) or "none"
    raise ValueError(f"Expected all networks of one player, of {owned}. Received: {found}.")


def check_apart(networks):
    """Refuses networks that have a weight in common.

    It would move once for each network that holds it, and they would be apart after loading.

    Args:
        networks: dict of names -> built `keras.Model`.

    Raises:
        ValueError: if two of them hold one weight.
    """
    holders = {}
    for name, network in networks.items():
        for weight in network.weights:
            if id(weight) in holders:
                raise ValueError(
                    "Expected networks without a weight in common, which would move twice; what two share is a network "
                    f"of its own. Received: {holders[id(weight)]} and {name}, which both hold {weight.path!r}."
                )
        holders.update({id(weight): name for weight in network.weights})


def copies(penalties):
    """The same penalties with state of their own."""
    configs = [keras.saving.serialize_keras_object(penalty) for penalty in penalties]
    return [keras.saving.deserialize_keras_object(config) for config in configs]
