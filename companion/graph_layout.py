"""Where the values of a computational graph stand in a drawing.

`companion.graph` does the arithmetic, `companion.plots.graph` draws; in between, `layout` decides
in which column and row each value stands, what is written on it, and where the arrows pass.

Standard library only: all it needs of a value is `data`, `grad`, `name`, `operation`, `parents`.
"""

from itertools import count, pairwise
from statistics import mean

__all__ = ["layout"]


def layout(result):
    """Place the values of a graph for a drawing; `companion.plots.graph` takes what is returned.

    A number that has no name and was not computed is a constant: it gets no node of its own but
    stands in the operation that it goes into, as in ``× -1``.

    Parameters
    ----------
    result : Value

    Returns
    -------
    nodes : list of tuple
        For each value ``(label, data, grad, column, row)``. Where an arrow passes by a column, a
        place is kept free for it: ``(None, None, None, column, row)``. No two places of a column
        are nearer to each other than one row.
    edges : list of tuple of two int
        Which node leads to which, by their places in `nodes`; always to the next column.

    Examples
    --------
    >>> from companion.graph import Value
    >>> layout(Value(3, "x") * 2)
    ([('x', 3.0, 0.0, 0, 0), ('× 2', 6.0, 0.0, 1, 0)], [(0, 1)])
    """
    order = [v for v in _ancestors(result) if v is result or not _is_constant(v)]
    sources = {v: [p for p, _ in v.parents if not _is_constant(p)] for v in order}
    column = _columns(order, sources)
    for v in order:
        _keep_places_free(v, sources, column)
    row = _rows(sources, column)

    place = {v: i for i, v in enumerate(column)}
    texts = [(_label(v), v.data, v.grad) if v in order else (None, None, None) for v in column]
    nodes = [(*text, column[v], row[v]) for text, v in zip(texts, column, strict=True)]
    return nodes, list(dict.fromkeys((place[p], place[v]) for v in column for p in sources[v]))


def _columns(order, sources):
    """Return the column of each value: right of all its sources, as far left as that allows."""
    column = {}
    for v in order:
        column[v] = 1 + max((column[p] for p in sources[v]), default=-1)
    for v in order:  # what goes in stands one column before its first use
        uses = [column[child] for child in order if v in sources[child]]
        if uses and not sources[v]:
            column[v] = min(uses) - 1
    return column


def _keep_places_free(v, sources, column):
    """Lead the arrows to a value over free places, one in each column that they pass by.

    The free place beside source p is called (p, its column). It joins `sources` and `column`, so
    that several arrows from p share it.
    """
    for i, p in enumerate(sources[v]):
        for passed in range(column[p] + 1, column[v]):
            column[p, passed], sources[p, passed] = passed, [sources[v][i]]
            sources[v][i] = (p, passed)


def _rows(sources, column):
    """Return the row of each place: level with its sources, at least 1 below the one above."""
    row, free = {}, count()
    for number in range(max(column.values()) + 1):
        here = [v for v in column if column[v] == number]
        for v in here:  # level with the middle of what leads to it
            row[v] = mean(row[p] for p in sources[v]) if sources[v] else next(free)
        here.sort(key=row.get)
        for upper, lower in pairwise(here):
            row[lower] = max(row[lower], row[upper] + 1)
    return row


def _ancestors(value, found=None):
    """Return all that a value was made from, and itself, each after its parents.

    A recursion, as short as can be: no graph that is drawn is as deep as Python's stack.
    """
    found = [] if found is None else found
    if value not in found:
        for parent, _ in value.parents:
            _ancestors(parent, found)
        found.append(value)
    return found


def _is_constant(value):
    return not value.parents and not value.name


def _label(value):
    """Return a name, or an operation with its constants around it, or both."""
    if not value.parents:
        return value.name
    *left, right = (f"{p.data:g}" if _is_constant(p) else "" for p, _ in value.parents)
    made = " ".join([*left, value.operation, right]).strip()
    return f"{value.name}: {made}" if value.name else made
