"""Files that appear whole or not at all, whatever happens while they are written."""

import contextlib
import os
from pathlib import Path


@contextlib.contextmanager
def whole_file(path, previous=None, sync=True):
    """Yields a name to write to, in the same folder and of the same suffix, and gives the file its own name at the end.

    The file is on the disk before it is renamed, if that is waited for. If anything is raised, an earlier file stays as
    it was. Folders are made as needed.

    Args:
        path: the file's own path.
        previous: None, or the path in the same folder under which an earlier file is kept. Whenever the process is
            killed, one of the two is there and whole.
        sync: whether to wait for the disk, which takes milliseconds, so that not even a power cut leaves half a file.

    Yields:
        `pathlib.Path` to write to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield aside
        if sync:
            with open(aside, "rb+") as file:
                os.fsync(file.fileno())
        if previous is not None and path.exists():
            os.replace(path, previous)
        os.replace(aside, path)
        if sync:
            _sync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def _sync_folder(folder):
    """Puts renamings on the disk, where a folder can be opened as a file (not on Windows)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
