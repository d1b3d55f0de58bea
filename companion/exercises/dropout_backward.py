"""dropout_backward(dout, mask, p): ∂L/∂x of dropout, from upstream dout and the mask of kept ones.

A mask that is None stands for inference, where dropout does nothing.
"""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "dropout_backward(dout, mask, p)"


@variants
def _variant(*, factor=lambda p: 1 / (1 - p), gate=lambda mask: mask, at_rest=lambda p: 1):
    """Return a backward pass with something wrong."""

    def backward(dout, mask, p):
        if mask is None:
            return dout * at_rest(p)
        return dout * gate(mask) * factor(p)

    return backward


reference = _variant()
reference.__doc__ = "Return upstream times what each number was multiplied by."

_MASK = np.array([[True, False, True], [True, True, False]])

CASES = [
    Case((np.array([[1.0, -2.0, 3.0], [0.5, 2.0, -1.0]]), _MASK, 0.25), about="Two samples."),
    Case(
        (np.array([[1.0, -2.0, 3.0], [0.5, 2.0, -1.0]]), None, 0.25),
        about="Inference: the mask is None, and dout comes back as it is.",
    ),
    Case(
        (np.array([[1, -2, 3], [4, 2, -1]]), _MASK, 0.6),
        about="dout holds integers, and the gradient does not.",
    ),
    Case(
        (np.array([1.0, 2.0, -3.0, 4.0]), np.array([False, False, True, False]), 0.8),
        about="One sample, shape (4,).",
    ),
    Case(
        (np.array([[1.0, 2.0], [0.5, 4.0], [1.5, 3.0]]), np.zeros((3, 2), bool), 0.5),
        about="All numbers were dropped.",
    ),
    Case(
        (np.array([[1.5, -2.0]]), np.array([[True, True]]), 0),
        about="p = 0: nothing is dropped and nothing is scaled.",
    ),
]

MISTAKES = [
    Mistake(
        _variant(factor=lambda p: 1),
        "the scale is missing: what was kept was divided by 1 - p on its way forward, and so is "
        "its gradient.",
    ),
    Mistake(
        _variant(factor=lambda p: 1 / (p or 1)),
        "you divide by p, which is the probability of dropping: divide by 1 - p.",
    ),
    Mistake(
        _variant(factor=lambda p: 1 - p),
        "you multiply by 1 - p: the way forward divides by it, and so does the way back.",
    ),
    Mistake(
        _variant(factor=lambda p: p),
        "you multiply by p: what was kept was divided by 1 - p.",
    ),
    Mistake(
        _variant(factor=lambda p: 1 / (1 - p) ** 2),
        "you divide by 1 - p twice: once is enough.",
    ),
    Mistake(
        _variant(gate=lambda mask: ~mask),
        "the gate is the wrong way round: True in the mask means kept, and there the gradient "
        "passes.",
    ),
    Mistake(
        _variant(gate=lambda mask: 1),
        "the mask is not used: a number that was dropped had no effect on the loss, so its "
        "gradient is 0.",
    ),
    Mistake(
        _variant(gate=lambda mask: mask.mean()),
        "you use the share of kept numbers: each number has its own place in the mask.",
    ),
    Mistake(
        _variant(at_rest=lambda p: 1 / (1 - p)),
        "at inference nothing is scaled: where the mask is None, dout passes as it is.",
    ),
    Mistake(
        _variant(at_rest=lambda p: 1 - p),
        "at inference nothing is scaled, since the training has done it already: where the mask "
        "is None, dout passes as it is.",
    ),
    Mistake(
        _variant(at_rest=lambda p: 0),
        "at inference nothing is dropped: where the mask is None, dout passes as it is.",
    ),
    Mistake(
        lambda dout, mask, p: dout[mask] / (1 - p) if mask is not None else dout,
        "dout[mask] leaves out what was dropped: keep the shape, with zeros there.",
    ),
    Mistake(
        lambda dout, mask, p: reference(dout, mask, p).astype(dout.dtype),
        "the gradient is cut off to whole numbers: np.zeros_like(dout) holds integers if dout "
        "does.",
    ),
]
