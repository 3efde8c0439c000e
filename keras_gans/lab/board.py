"""The board that all pages of a laboratory share: two games, their scene, and what a message does to them."""

from keras_gans.lab import scenes
from keras_gans.lab.players import Player


class Board:
    """Two games on the same data, and the scene that they are in.

    Attributes:
        players: list of two `players.Player`.
        scene: dict, see `scenes.checked`, as it is now.
        name: string, the scene's name, or "" once something was changed in it.
        playing: whether both train.

    Args:
        scene: string, the name of the first scene.
        own: None, or `pathlib.Path` of the folder of own scenes.
        hear: as of `players.Player`.
    """

    def __init__(self, scene, own, hear):
        self.own, self.playing, self.speed = own, False, 0
        self.scene, self.name = scenes.read(scene, own), scene
        self._scenes = self._titles()
        self.players = [Player(number, hear) for number in range(2)]
        self._begin()

    def state(self):
        """What a page has to know beside what games say: dict."""
        return {
            "kind": "board",
            "scene": self.scene,
            "name": self.name,
            "playing": self.playing,
            "speed": self.speed,
            "scenes": self._scenes,
            "own": self.own is not None,
        }

    def do(self, message):
        """Does what a checked message says, see `messages.read`.

        Returns:
            None, or a dict to answer its page with.

        Raises:
            ValueError: if there is no such scene, or it cannot be saved.
        """
        return getattr(self, f"_do_{message['do']}", self._pass_on)(message)

    def watch(self, on):
        """Tells both games whether a page looks at them."""
        for player in self.players:
            player.tell(do="watch", on=on)

    def stop(self):
        """Ends both games."""
        for player in self.players:
            player.stop()

    def _pass_on(self, message):
        if message["do"] in ("play", "pause", "step", "move"):
            self.playing = message["do"] == "play"
        for player in self.players:
            player.tell(**message)

    def _do_speed(self, message):
        self.speed = message["speed"]
        self._pass_on(message)

    def _do_layers(self, message):
        self.scene = {**self.scene, "layers": message["layers"]}
        self._pass_on(message)

    def _do_game(self, message):
        games = list(self.scene["games"])
        games[message["game"]] = message["spec"]
        self.scene, self.name = {**self.scene, "games": games}, ""
        self.players[message["game"]].tell(do="set", spec=message["spec"])

    def _do_data(self, message):
        self.scene, self.name = {**self.scene, "data": message["data"]}, ""
        for player in self.players:
            player.tell(do="set", data=message["data"])

    def _do_scene(self, message):
        self.scene, self.name = message["scene"], ""
        self._begin()

    def _do_open(self, message):
        self.scene, self.name = scenes.read(message["name"], self.own), message["name"]
        self._begin()

    def _do_save(self, message):
        if self.own is None:
            raise ValueError(f"Expected a laboratory with a folder of scenes. Received: save {message['name']!r}.")
        scenes.write(message["name"], message["scene"], self.own)
        self.name, self._scenes = message["name"], self._titles()
        return {"kind": "saved", "name": message["name"]}

    def _begin(self):
        """Lets both games begin anew with the scene."""
        for player, spec in zip(self.players, self.scene["games"]):
            player.tell(do="set", data=self.scene["data"], spec=spec, layers=self.scene["layers"], anew=True)

    def _titles(self):
        """The scenes that there are: dict of names -> titles; a file that holds none has its name."""
        found = {}
        for name in scenes.names(self.own):
            try:
                found[name] = scenes.read(name, self.own)["title"] or name
            except (ValueError, OSError):
                found[name] = name
        return found
