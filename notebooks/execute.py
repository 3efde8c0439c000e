"""Executes lectures as they are committed, or only checks that they run.

python notebooks/execute.py 01_the_game       runs it in full and writes it, its films and its cover
python notebooks/execute.py                   the same for all lectures and solutions, in order
python notebooks/execute.py --check           runs all in full, writes nothing, and fails if one fails
python notebooks/execute.py --check 01_the_game solutions/06_divergences
"""

import argparse
import base64
import datetime
import io
import os
import pathlib
import re
import runpy
import sys
import time

import nbclient
import nbformat
from PIL import Image

FOLDER = pathlib.Path(__file__).parent
ASSETS = FOLDER.parent / "assets"
WIDTH = 320  # pixels of a cover
FAST = "KERAS_GANS_FAST"  # the variable that makes lectures short for tests
READERS = "skip-execution"  # the tag of cells that readers run, and neither this script nor pytest does: nbclient's own
VERSION = runpy.run_path(FOLDER.parent / "keras_gans" / "version.py")["__version__"]
START_UP = re.compile(r"WARNING: All log messages before absl|[IEW]0000 |To enable the following instructions")


def execute(path):
    """Runs a notebook from its first cell to its last in a fresh kernel and keeps what it printed and drew.

    Args:
        path: `pathlib.Path` of the notebook, which is left as it was.

    Returns:
        The notebook, as nbformat holds it. Its metadata tell the package's version and the date.

    Raises:
        RuntimeError: if a cell fails, with its number, counted from 0, its error and its code.
    """
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=None, coalesce_streams=True, resources={"metadata": {"path": path.parent}}
    )
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        raise RuntimeError(_failure(notebook, error)) from error
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "keras_gans": {"version": VERSION, "date": datetime.date.today().isoformat()},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = {"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {}
        if READERS in cell.metadata.get("tags", ()):
            cell.execution_count, cell.outputs = None, []
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_start_up(output)]
            for output in cell.outputs:
                _lighten(output.get("data", {}))
    nbformat.validate(notebook)
    return notebook


def cover(notebook):
    """The figure of the cell with the tag `cover`, as wide as README shows it; of a film its last frame.

    Args:
        notebook: what `execute` returned, with its films.

    Returns:
        `PIL.Image.Image`, or None for solutions, which have no such cell.
    """
    cells = [cell for cell in notebook.cells if "cover" in cell.metadata.get("tags", ())]
    if not cells:
        return None
    [content] = [content for output in cells[0].outputs if (content := _image(output))]
    picture = Image.open(io.BytesIO(content))
    picture.seek(getattr(picture, "n_frames", 1) - 1)
    return picture.convert("RGB").resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.LANCZOS)


def take_films(notebook, lecture):
    """Takes the films out of a notebook, whose Markdown shows them as files, so that it stays small.

    Args:
        notebook: what `execute` returned, which is changed.
        lecture: its name, e.g. "01_the_game" or "solutions_01_the_game".

    Returns:
        Dict of bytes by the name of the film's file, "01_the_game_1.gif" and so on.

    Raises:
        ValueError: if the cell after a film is not a Markdown cell that shows it.
    """
    films = {}
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None]):
        for output in list(cell.get("outputs", ())):
            content = _image(output)
            if content is not None and content.startswith(b"GIF8"):
                name = f"{lecture}_{len(films) + 1}.gif"
                _check_shown(name, cell, following)
                films[name] = content
                cell.outputs.remove(output)
    return films


def write(path):
    """Executes a notebook and writes it, its films and its cover; if it fails, all are left as they were."""
    notebook = execute(path)
    picture, films = cover(notebook), take_films(notebook, _name(path))
    nbformat.write(notebook, path)
    for former in (ASSETS / "films").glob(f"{_name(path)}_*.gif"):
        former.unlink()
    for name, content in films.items():
        (ASSETS / "films" / name).write_bytes(content)
    if picture is not None:
        picture.save(ASSETS / "lectures" / f"{path.stem}.png", optimize=True)


def check(path):
    """Executes a notebook as `write` does, and writes nothing."""
    notebook = execute(path)
    cover(notebook)
    take_films(notebook, _name(path))


def main(arguments):
    """Does what the command line says; returns 1 if a lecture failed its check, else 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="lectures; by default all, and all solutions")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.pop(FAST, None)  # which the kernels would inherit
    failed = 0
    for path in [FOLDER / f"{name}.ipynb" for name in options.names] or _all():
        start, words = time.perf_counter(), "passed" if options.check else "written"
        try:
            (check if options.check else write)(path)
        except (RuntimeError, ValueError) as error:
            if not options.check:
                raise
            failed, words = 1, f"FAILED: {error}"
        print(f"{path.relative_to(FOLDER).with_suffix('')}: {time.perf_counter() - start:.0f} s, {words}", flush=True)
    return failed


def _all():
    return [*sorted(FOLDER.glob("*.ipynb")), *sorted(FOLDER.glob("solutions/*.ipynb"))]


def _name(path):
    return "_".join(path.relative_to(FOLDER).with_suffix("").parts)


def _failure(notebook, error):
    """Which cell failed, how, and its code."""
    for number, cell in enumerate(notebook.cells):
        if any(output.output_type == "error" for output in cell.get("outputs", ())):
            code = "".join(f"\n    {line}" for line in cell.source.splitlines())
            return f"cell {number}: {error.ename}: {error.evalue}{code}"
    return str(error)


def _check_shown(name, cell, following):
    link = f"../assets/films/{name})"
    source = following.source if following is not None and following.cell_type == "markdown" else None
    if source is None or link not in source:
        what = "no Markdown cell" if source is None else f"one that begins {source[:60]!r}"
        raise ValueError(
            f"Expected a Markdown cell after {cell.id} that shows its film, ![...]({link}. Received: {what}."
        )


def _is_start_up(output):
    """Whether an output is nothing but what TensorFlow says of itself and the machine when it is imported."""
    if output.output_type != "stream" or output.name != "stderr":
        return False
    return all(START_UP.match(line) for line in output.text.splitlines() if line)


def _image(output):
    """The bytes of the picture or film that an output is; films call themselves PNG or GIF."""
    data = output.get("data", {})
    found = [data[kind] for kind in ("image/png", "image/gif") if kind in data]
    return base64.b64decode(found[0]) if found else None


def _lighten(data):
    """Keeps a figure in 256 colours, about half of its bytes."""
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))) if "image/png" in data else None
    if picture is not None and picture.format == "PNG":
        light = io.BytesIO()
        picture = picture.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=5)  # rare colours too
        picture.save(light, format="PNG", optimize=True)
        data["image/png"] = min(data["image/png"], base64.b64encode(light.getvalue()).decode(), key=len)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
