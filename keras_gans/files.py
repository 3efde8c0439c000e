"""Files that appear whole or not at all, whatever happens while they are written."""

import contextlib
import os
from pathlib import Path


@contextlib.contextmanager
def whole_file(path):
    """Yields a name to write to, in the same folder and of the same suffix, and gives the file its own name at the end.

    The file is on the disk before it is renamed. If anything is raised, an earlier file stays as it was. Folders are
    made as needed.

    Args:
        path: the file's own path.

    Yields:
        `pathlib.Path` to write to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield aside
        with open(aside, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
