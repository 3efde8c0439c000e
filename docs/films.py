"""Records the laboratory's scenes for the site, `python docs/films.py [SCENE ...]`: those named, or all.

What is recorded lies in docs/films, a minute or two of training a scene; when the site is built, today's page is put
around it.
"""

import pathlib
import sys

from keras_gans.lab import scenes

FILMS = pathlib.Path(__file__).parent / "films"


def record(name):
    """Records a scene anew."""
    from keras_gans.lab import export
    from keras_gans.lab.recording import recorded

    scene = scenes.read(name)
    film = export.content(scene, *recorded(scene, export.FRAMES))
    (FILMS / f"{name}.json").write_text(film + "\n", encoding="utf-8")


def write(folder):
    """Writes the pages of all films into a folder."""
    from keras_gans.lab import export

    folder.mkdir(parents=True, exist_ok=True)
    for path in FILMS.glob("*.json"):
        page = export.page(path.read_text(encoding="utf-8").rstrip("\n"))
        (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:] or scenes.names():
        record(name)
