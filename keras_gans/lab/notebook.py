"""The laboratory in a notebook: the same page in a frame, or a film where the laboratory cannot run."""

import html
import os
import pathlib
import sys
import tempfile
import threading

from keras_gans.lab import scenes
from keras_gans.lab.serving import missing, open_lab

FAR = ("JUPYTERHUB_SERVICE_PREFIX", "BINDER_SERVICE_HOST", "KAGGLE_KERNEL_RUN_TYPE")  # another machine's kernel has one
_opened = []  # the one laboratory of this kernel, which all its cells show


class Shown:
    """What a notebook displays, by `_repr_html_`.

    Attributes:
        address: None, or string, where the laboratory is.

    Args:
        words: string, HTML.
        address: see above.
    """

    def __init__(self, words, address=None):
        self.words, self.address = words, address

    def _repr_html_(self):
        return self.words


def show(scene, height):
    """What `lab.show` does; returns `Shown`."""
    scenes.read(scene)
    if missing() or not _near():
        return Shown(_frame(f'srcdoc="{html.escape(_film(scene))}"', height))
    lab = _running(scene)
    return Shown(_frame(f'src="{lab.address}#scene={scene}" allow="clipboard-write"', height), lab.address)


def _near():
    """Whether the kernel is likely to be on the machine of the browser, which then finds the kernel's ports."""
    return not any(name in os.environ for name in FAR) and "google.colab" not in sys.modules


def _running(scene):
    """This kernel's laboratory, which ends with the kernel."""
    if not _opened or _opened[0].server.should_exit:
        lab = open_lab(scene, pathlib.Path("lab-scenes"), stays=True)
        threading.Thread(target=lab.run, daemon=True).start()
        _opened[:] = [lab]
    return _opened[0]


def _film(scene):
    """A film of a scene, recorded now."""
    from keras_gans.lab.export import export

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "film.html"
        export(scene, path)
        return path.read_text(encoding="utf-8")


def _frame(attributes, height):
    return f'<iframe {attributes} width="100%" height="{height}" style="border: 0" title="GAN laboratory"></iframe>'
