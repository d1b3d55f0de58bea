"""l2_regularization(w, lam): the penalty λ/2 Σ w² and its gradient λ w, for w of any shape."""

import numpy as np

from companion import regularizers
from companion.exercises import Case, Mistake, variants

SIGNATURE = "l2_regularization(w, lam)"


def reference(w, lam):
    """Return the penalty and its gradient."""
    return regularizers.L2(lam)(w)


CASES = [
    Case((np.array([1.5, -2.0, 0.5]), 0.1), about="Three weights."),
    Case(
        (np.array([[3.0, -0.5, 0.1], [0.0, 2.0, -1.0]]), 0.5),
        about="A matrix of weights: the penalty is one number, the gradient has the shape of w.",
    ),
    Case((np.array([2, -1, 4]), 0.25), about="The weights are integers, the gradient is not."),
    Case((np.array([[1, 2], [-4, 0]]), 3), about="All numbers are integers; λ/2 is 1.5."),
    Case((np.array([0.5, -0.25]), 0), about="λ = 0: no penalty, and a gradient of zeros."),
]


def _squares(w):
    return (w**2).sum()


@variants
def _variant(*, half=0.5, of=_squares, weighted=True, slope=lambda w: w, scaled=True, sign=1):
    """Return a penalty and a gradient with something wrong."""

    def penalty(w, lam):
        value = half * (lam if weighted else 1) * of(w)
        return value, sign * (lam if scaled else 1) * slope(w)

    return penalty


MISTAKES = [
    Mistake(
        _variant(half=1, slope=lambda w: 2 * w),
        "this is λ Σ w² with its own gradient: the penalty asked for has a factor ½, so that the "
        "gradient is λ w.",
    ),
    Mistake(_variant(half=1), "the penalty is twice too large: it is λ/2 Σ w²."),
    Mistake(
        _variant(slope=lambda w: 2 * w),
        "the gradient is twice too large: the 2 of the square and the ½ in front cancel.",
    ),
    Mistake(
        _variant(slope=lambda w: w / 2),
        "the gradient is half as large as it should be: the derivative of w²/2 is w.",
    ),
    Mistake(
        _variant(slope=np.sign),
        "λ sign(w) is the gradient of an L1 penalty: here the pull is in proportion to w.",
    ),
    Mistake(
        _variant(of=lambda w: np.abs(w).sum()),
        "you sum the sizes |w|, which is L1: sum the squares.",
    ),
    Mistake(
        _variant(of=lambda w: np.sqrt(_squares(w))),
        "you take the length of w: sum the squares, and take no root.",
    ),
    Mistake(
        _variant(of=lambda w: (w**2).mean()),
        "you take the mean of the squares: their sum is wanted.",
    ),
    Mistake(
        _variant(of=lambda w: w.sum() ** 2),
        "you square the sum: square each weight, then sum.",
    ),
    Mistake(
        _variant(of=lambda w: w**2),
        "the squares are not summed: the penalty is one number.",
    ),
    Mistake(_variant(weighted=False), "λ is missing in the penalty."),
    Mistake(_variant(scaled=False), "λ is missing in the gradient."),
    Mistake(
        _variant(sign=-1),
        "the gradient has the wrong sign: it points where the penalty grows, away from 0.",
    ),
    Mistake(
        lambda w, lam: (reference(w, lam)[0], w - lam * w),
        "these are weights after a step: return the gradient λ w itself.",
    ),
    Mistake(
        lambda w, lam: (reference(w, lam)[0], lam * w.sum()),
        "the gradient is summed up: each weight has a derivative of its own.",
    ),
    Mistake(
        lambda w, lam: reference(w, lam)[::-1],
        "the penalty comes first and then the gradient: yours stand the other way round.",
    ),
    Mistake(
        lambda w, lam: (lam // 2 * _squares(w), lam * w),
        "λ // 2 is whole division: write λ / 2.",
    ),
    Mistake(
        lambda w, lam: (reference(w, lam)[0], (lam * w).astype(w.dtype)),
        "the gradient is cut off to whole numbers: np.zeros_like(w) holds integers if w does.",
    ),
]
