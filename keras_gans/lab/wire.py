"""How a game and its server speak: pieces of bytes, each a sentence in JSON or a frame of float32 arrays."""

import json
import math
import struct

import numpy as np

SENTENCE, FRAME = b"J", b"F"


def write(stream, kind, content):
    """Writes a piece: its length, its kind, its bytes; and sends it off.

    Args:
        stream: binary file.
        kind: `SENTENCE` or `FRAME`.
        content: bytes.
    """
    stream.write(struct.pack("<Ic", len(content), kind) + content)
    stream.flush()


def pieces(stream):
    """Reads pieces until the stream ends.

    Args:
        stream: binary file.

    Yields:
        Tuples of kind and bytes.
    """
    while len(head := stream.read(5)) == 5:
        size, kind = struct.unpack("<Ic", head)
        content = stream.read(size)
        if len(content) < size:
            return
        yield kind, content


def sentence(content):
    """Packs what JSON can say as bytes; numbers that are not finite become null."""
    return json.dumps(_finite(content)).encode()


def frame(facts, arrays):
    """Packs arrays: the length of a head in JSON, the head, padded to fours, and the numbers in float32.

    Args:
        facts: dict of what JSON can say, which the head holds.
        arrays: dict of names -> float arrays, whose names and shapes the head holds as "arrays".

    Returns:
        bytes.
    """
    arrays = {name: np.asarray(array, "<f4") for name, array in arrays.items()}
    head = sentence({**facts, "arrays": [[name, array.shape] for name, array in arrays.items()]})
    head += b" " * (-len(head) % 4)
    return struct.pack("<I", len(head)) + head + b"".join(array.tobytes() for array in arrays.values())


def unpacked(content):
    """Reads what `frame` packed: a tuple of the head and of the arrays, dicts."""
    (size,) = struct.unpack_from("<I", content)
    head, at, arrays = json.loads(content[4 : 4 + size]), 4 + size, {}
    for name, shape in head["arrays"]:
        count = math.prod(shape)
        arrays[name] = np.frombuffer(content, "<f4", count, at).reshape(shape)
        at += 4 * count
    return head, arrays


def _finite(content):
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    if isinstance(content, (np.floating, np.integer)):
        content = content.item()
    return None if isinstance(content, float) and not math.isfinite(content) else content
