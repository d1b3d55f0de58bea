"""shift_images(x, down, right): images (n, 8, 8) moved by whole pixels, with zeros coming in."""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "shift_images(x, down, right)"


def _moved(x, by, axis, outside):
    """Return an array moved along an axis; what comes in is zero, the edge, or the other end."""
    size = x.shape[axis]
    source = np.arange(size) - by
    if outside == "wrap":
        return np.take(x, source % size, axis)
    moved = np.take(x, np.clip(source, 0, size - 1), axis)
    if outside == "zeros":
        there = (source >= 0) & (source < size)
        moved = moved * there.reshape([-1 if i == axis else 1 for i in range(x.ndim)])
    return moved


@variants
def _variant(*, axes=(1, 2), vertical=1, horizontal=1, rows="zeros", columns="zeros"):
    """Return a shift with something wrong."""

    def shift(x, down, right):
        x = _moved(x, vertical * down, axes[0], rows)
        return _moved(x, horizontal * right, axes[1], columns)

    return shift


reference = _variant()
reference.__doc__ = "Return the images moved down and to the right."

_IMAGES = np.random.default_rng(0).integers(1, 16, (2, 8, 8)) / 16

CASES = [
    Case((_IMAGES[:1], 1, 0), about="One row down: zeros come in, and the last row is lost."),
    Case((_IMAGES[:1], 0, 2), about="Two columns to the right."),
    Case(
        (_IMAGES[:1], -2, -1),
        about="Negative numbers move up and to the left; in a slice they count from the end.",
    ),
    Case((_IMAGES[:1], 3, -2), about="Down and to the left."),
    Case((_IMAGES, 1, 1), about="Two images: each is moved by itself."),
    Case((_IMAGES[:1], 0, 0), about="No shift: mind that x[:-0] is empty."),
    Case((_IMAGES[:1], 8, 1), about="All rows leave the image: nothing but zeros is left."),
    Case((_IMAGES[:1], 1, -11), about="All columns leave the image."),
    Case((np.arange(1, 65).reshape(1, 8, 8), 1, 3), about="The pixels are integers."),
]


MISTAKES = [
    Mistake(
        _variant(rows="wrap", columns="wrap"),
        "what leaves the image comes back on the other side, as np.roll does it: zeros have to "
        "come in.",
    ),
    Mistake(_variant(rows="wrap"), "rows that leave the image come back on the other side."),
    Mistake(_variant(columns="wrap"), "columns that leave the image come back on the other side."),
    Mistake(
        _variant(rows="edge", columns="edge"),
        "the edge of the image is repeated: zeros have to come in.",
    ),
    Mistake(
        _variant(vertical=-1, horizontal=-1),
        "the images move the other way: a positive `down` moves them down, a positive `right` to "
        "the right.",
    ),
    Mistake(_variant(vertical=-1), "the images move up where they should move down."),
    Mistake(_variant(horizontal=-1), "the images move to the left where they should move right."),
    Mistake(
        _variant(axes=(2, 1)),
        "down and right are exchanged: axis 1 holds the rows of an image, axis 2 its columns.",
    ),
    Mistake(
        _variant(axes=(0, 1)),
        "axis 0 numbers the images: rows are axis 1, and columns are axis 2.",
    ),
    Mistake(_variant(vertical=0), "the shift down is missing."),
    Mistake(_variant(horizontal=0), "the shift to the right is missing."),
    Mistake(
        lambda x, down, right: np.zeros(x.shape),
        "nothing but zeros comes back: what stays inside the image has to be moved into them.",
    ),
    Mistake(
        lambda x, down, right: reference(x, down, right).reshape(len(x), 64),
        "the result has to keep the shape (n, 8, 8).",
    ),
    Mistake(
        lambda x, down, right: reference(x, down, right).astype(int),
        "grey values are cut off to whole numbers: give the array of zeros the type of x.",
    ),
]
