"""The rows of a table as a reader sees them. Pure, and the same for every tracker."""

from collections.abc import Iterable, Sequence


def row_text(cells: Iterable[Sequence[str]]) -> str:
    """One row, its cells between `|`.

    A value beside its name, or alone in its row, keeps its lines: each may be a point of its own. A row of a wider
    table is one line.

    Args:
        cells: the lines of each cell.
    """
    shown = [[line.strip() for line in cell if line.strip()] for cell in cells]
    *before, last = shown or [[]]
    between = "\n" if len(before) < 2 else " "
    return " | ".join([*(" ".join(cell) for cell in before), between.join(last)])
