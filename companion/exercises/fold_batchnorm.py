"""fold_batchnorm(W, b, gamma, beta, mean, var, eps): one affine layer (W2, b2) in place of two."""

import numpy as np

from companion.exercises import Case, Mistake

SIGNATURE = "fold_batchnorm(W, b, gamma, beta, mean, var, eps)"


def _variant(*, bias=True, centred=True, shift=True, root=True, rows=False):
    """Return the folded layer, with some things wrong."""

    def fold(W, b, gamma, beta, mean, var, eps):
        factor = gamma / (np.sqrt(var + eps) if root else var + eps)
        b2 = ((b if bias else 0) - (mean if centred else 0)) * factor + (beta if shift else 0)
        by = factor[:, None] if rows and len(W) == len(factor) else factor
        return W * by, b2

    return fold


def _bias_unscaled(W, b, *rest):
    W2, b2 = _variant(bias=False)(W, b, *rest)
    return W2, b + b2


reference = _variant()
reference.__doc__ = "Return (W, b) of the layer that does the work of both."

_W = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]])
_REST = tuple(
    np.array(part)
    for part in ([1.0, 2.0, -1.0], [2.0, 0.5, -0.5], [1.0, -1.0, 0], [4.0, 1, 3], [9.0, 0.25, 2])
)

CASES = [
    Case((_W, *_REST, 1e-5), about="Two inputs, three units."),
    Case((np.array([*_W, [1.0, 1.0, 2.0]]), *_REST, 1.0), about="Square W; a large eps."),
    Case(
        (np.array([[2]]), *(np.array([k]) for k in (3, 4, 1, 1, 3)), 1),
        about="One unit, all integers.",
    ),
]

MISTAKES = [
    Mistake(_variant(bias=False), "the old bias b is lost: it is part of what gets normalized."),
    Mistake(
        _bias_unscaled, "the old bias b is added as it was: batch norm stretches it like the rest."
    ),
    Mistake(_variant(centred=False), "the running mean has to be subtracted."),
    Mistake(_variant(shift=False), "beta is missing in the new bias."),
    Mistake(_variant(root=False), "divide by the root of (var + eps), not by var + eps."),
    Mistake(_variant(rows=True), "each unit is a column of W: scale the columns, not the rows."),
]
