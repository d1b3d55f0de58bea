"""fold_batchnorm(W, b, gamma, beta, mean, var, eps): one affine layer (W2, b2) in place of two."""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "fold_batchnorm(W, b, gamma, beta, mean, var, eps)"


@variants
def _variant(
    *,
    bias=True,
    centred=True,
    shift=True,
    scale=True,
    root=lambda var, eps: np.sqrt(var + eps),
    rows=False,
):
    """Return the folded layer, with some things wrong."""

    def fold(W, b, gamma, beta, mean, var, eps):
        factor = (gamma if scale else 1) / root(var, eps)
        b2 = ((b if bias else 0) - (mean if centred else 0)) * factor + (beta if shift else 0)
        return W * (factor[:, None] if rows else factor), b2

    return fold


def _bias_unscaled(W, b, *rest):
    W2, b2 = _variant(bias=False)(W, b, *rest)
    return W2, b + b2


def _mean_unscaled(W, b, gamma, beta, mean, var, eps):
    W2, b2 = _variant(centred=False)(W, b, gamma, beta, mean, var, eps)
    return W2, b2 - mean


def _shift_scaled(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor, (b - mean + beta) * factor


def _cut_off_weights(W, *rest):
    W2, b2 = reference(W, *rest)
    return W2.astype(W.dtype), b2


def _cut_off_bias(W, b, *rest):
    W2, b2 = reference(W, b, *rest)
    return W2, b2.astype(b.dtype)


reference = _variant()
reference.__doc__ = "Return (W, b) of the layer that does the work of both."

_W = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]])
_REST = tuple(
    np.array(part)
    for part in ([1.0, 2.0, -1.0], [2.0, 0.5, -0.5], [1.0, -1.0, 0], [4.0, 1, 3], [9.0, 0.25, 2])
)

CASES = [
    Case(
        (np.array([*_W, [1.0, 1.0, 2.0]]), *_REST, 1.0),
        about="Three inputs, three units; a large eps.",
    ),
    Case((_W, *_REST, 1e-5), about="Two inputs, three units."),
    Case(
        (np.array([[3]]), *(np.array([k]) for k in (4, 3, 1, 1, 3)), 1),
        about="One unit. All arrays hold integers; the results do not.",
    ),
]

MISTAKES = [
    Mistake(_variant(bias=False), "the old bias b is lost: it is part of what gets normalized."),
    Mistake(
        _bias_unscaled, "the old bias b is added as it was: batch norm stretches it like the rest."
    ),
    Mistake(_variant(centred=False), "the running mean has to be subtracted."),
    Mistake(_variant(shift=False), "beta is missing in the new bias."),
    Mistake(_variant(scale=False), "gamma is missing: it stretches what is normalized."),
    Mistake(
        _variant(root=lambda var, eps: var + eps),
        "divide by the root of (var + eps), not by var + eps.",
    ),
    Mistake(_variant(root=lambda var, eps: np.sqrt(var)), "eps is missing: add it to var."),
    Mistake(
        _variant(root=lambda var, eps: np.sqrt(var) + eps),
        "eps belongs inside the root, added to var.",
    ),
    Mistake(_variant(rows=True), "each unit is a column of W: scale the columns, not the rows."),
    Mistake(
        _mean_unscaled,
        "the running mean is subtracted as it was: it has to be scaled like the rest.",
    ),
    Mistake(
        _shift_scaled,
        "beta gets scaled, too: batch norm adds it in the end, as it is.",
    ),
    Mistake(
        lambda *args: reference(*args)[::-1],
        "the two results are in the wrong order: W2 comes first.",
    ),
    Mistake(
        _cut_off_weights,
        "W2 is cut off to whole numbers: np.zeros_like(W) holds integers if W does.",
    ),
    Mistake(
        _cut_off_bias,
        "b2 is cut off to whole numbers: an array like b holds integers if b does.",
    ),
]
