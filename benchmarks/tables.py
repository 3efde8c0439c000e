"""Rows of the benchmarks' tables: means and deviations over seeds."""

import numpy as np


def row(name, results, columns):
    """Writes a row of a Markdown table.

    Args:
        name: string, its first cell.
        results: list of dicts of floats, one for each seed; where none has a column, or it is None, the cell is empty.
        columns: dict of names -> decimals.

    Returns:
        string, without a deviation where there is one seed.
    """
    cells = []
    for column, decimals in columns.items():
        values = [result[column] for result in results if result.get(column) is not None]
        spread = f" ± {np.std(values):.{decimals}f}" if len(values) > 1 else ""
        cells.append(f"{np.mean(values):.{decimals}f}{spread}" if values else "")
    return f"| {name} | {' | '.join(cells)} |"
