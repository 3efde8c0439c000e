"""Executes lectures as they are committed: `python notebooks/execute.py 01_the_game` or, for all in order, no name."""

import base64
import io
import os
import pathlib
import re
import sys
import time

import nbclient
import nbformat
from PIL import Image

FOLDER = pathlib.Path(__file__).parent
COVERS = FOLDER.parent / "assets" / "lectures"
WIDTH = 320  # pixels of a cover
START_UP = re.compile(r"WARNING: All log messages before absl|[IEW]0000 |To enable the following instructions")


def execute(path):
    """Runs a notebook from its first cell to its last in a fresh kernel and keeps what it printed and drew.

    Args:
        path: `pathlib.Path` of the notebook, which is written over.

    Returns:
        The notebook, as nbformat holds it.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell fails. The notebook is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=None, coalesce_streams=True, resources={"metadata": {"path": path.parent}}
    ).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = {"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {}
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_start_up(output)]
            for output in cell.outputs:
                _lighten(output.get("data", {}))
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    return notebook


def cover(notebook):
    """The figure of the cell with the tag `cover`, as wide as README shows it; of a film its last frame.

    Args:
        notebook: what `execute` returned.

    Returns:
        `PIL.Image.Image`.
    """
    [cell] = [cell for cell in notebook.cells if "cover" in cell.metadata.get("tags", ())]
    [data] = [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    picture.seek(getattr(picture, "n_frames", 1) - 1)
    return picture.convert("RGB").resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.LANCZOS)


def _is_start_up(output):
    """Whether an output is nothing but what TensorFlow says of itself and the machine when it is imported."""
    if output.output_type != "stream" or output.name != "stderr":
        return False
    return all(START_UP.match(line) for line in output.text.splitlines() if line)


def _lighten(data):
    """Keeps a figure in 256 colours, about half of its bytes; GitHub shows no notebook that is too large."""
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))) if "image/png" in data else None
    if picture is not None and picture.format == "PNG":  # films are GIFs, which call themselves PNG
        light = io.BytesIO()
        picture = picture.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=5)  # rare colours too
        picture.save(light, format="PNG", optimize=True)
        data["image/png"] = min(data["image/png"], base64.b64encode(light.getvalue()).decode(), key=len)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    for name in sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.ipynb")):
        start = time.perf_counter()
        executed = execute(FOLDER / f"{name}.ipynb")
        cover(executed).save(COVERS / f"{name}.png", optimize=True)
        print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)
