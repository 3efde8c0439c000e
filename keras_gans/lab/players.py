"""The server's end of a game's process: it is started, told what to do, and read without ever holding it up."""

import contextlib
import json
import os
import subprocess
import sys
import threading

from keras_gans.lab import wire

FACTS = ("ready", "game", "figures")  # sentences of which the last one counts, for a page that comes later


class Player:
    """A game in a process of its own; whatever it says is read at once, and of its frames the newest is kept.

    Attributes:
        facts: dict of kind -> the last sentence of that kind, a dict.
        frame: None, or bytes, the newest frame.

    Args:
        number: int, which of the games it is.
        hear: function of this player and of a kind of `wire` and its content, a dict or bytes; it is called from a
            thread for each piece, and with None twice when the process has ended.
    """

    def __init__(self, number, hear):
        self.number, self.facts, self.frame = number, {}, None
        self._hear, self._lock = hear, threading.Lock()
        frugal = {"TF_NUM_INTRAOP_THREADS": "1", "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        frugal |= {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}  # points are too few for a GPU, and games two
        self.process = subprocess.Popen(
            [sys.executable, "-m", "keras_gans.lab.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **frugal},
            start_new_session=True,  # Ctrl-C is for the server, which then ends its games
        )
        threading.Thread(target=self._read, daemon=True).start()

    def tell(self, **command):
        """Sends a command, see `game.Game`; a game that has ended hears nothing."""
        with self._lock:
            try:
                wire.write(self.process.stdin, wire.SENTENCE, wire.sentence(command))
            except (OSError, ValueError):
                return

    def stop(self):
        """Ends the process."""
        with self._lock, contextlib.suppress(OSError):
            self.process.stdin.close()  # at which it ends by itself
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _read(self):
        with self.process.stdout as said:
            for kind, content in wire.pieces(said):
                if kind == wire.FRAME:
                    self.frame = content
                else:
                    content = json.loads(content)
                    if content["kind"] in FACTS:
                        self.facts[content["kind"]] = content
                self._hear(self, kind, content)
        self._hear(self, None, None)
