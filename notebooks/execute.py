"""Executes lectures as they are committed: `python notebooks/execute.py 01_the_game` or, for all in order, no name."""

import pathlib
import re
import sys
import time

import nbclient
import nbformat

FOLDER = pathlib.Path(__file__).parent
START_UP = re.compile(r"WARNING: All log messages before absl|I0000 |To enable the following instructions")


def execute(path):
    """Runs a notebook from its first cell to its last in a fresh kernel and keeps what it printed and drew.

    Args:
        path: `pathlib.Path` of the notebook, which is written over.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell fails. The notebook is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=None, resources={"metadata": {"path": path.parent}}).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{number}", {}
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_start_up(output)]
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def _is_start_up(output):
    """Whether an output is nothing but what TensorFlow says of itself and the machine when it is imported."""
    if output.output_type != "stream" or output.name != "stderr":
        return False
    return all(START_UP.match(line) for line in output.text.splitlines() if line)


if __name__ == "__main__":
    names = sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.ipynb"))
    for name in names:
        start = time.perf_counter()
        execute(FOLDER / f"{name}.ipynb")
        print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)
