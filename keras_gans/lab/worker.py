"""The process of one game: commands come in, frames and sentences go out, and nothing else is on its streams."""

import os
import queue
import sys
import threading

UNUSED = ("matplotlib", "sklearn")  # Keras imports them if they are there, a sixth of the way to the first frame


def main():
    """Plays one game until its commands end."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no frame
    commands = queue.Queue()
    from keras_gans.lab import wire

    threading.Thread(target=_listen, args=(sys.stdin.buffer, commands), daemon=True).start()
    wire.write(out, wire.SENTENCE, wire.sentence({"kind": "progress", "words": "loading Keras"}))
    sys.modules.update(dict.fromkeys(UNUSED))  # to Keras they are not installed
    from keras_gans.lab.game import Game

    Game(commands, lambda kind, content: wire.write(out, kind, content)).run()


def _listen(stream, commands):
    """Hands on commands; when nobody can send one any more, the process ends, in the middle of a step if need be."""
    import json

    from keras_gans.lab import wire

    for _, content in wire.pieces(stream):
        commands.put(json.loads(content))
    os._exit(0)


if __name__ == "__main__":
    main()
