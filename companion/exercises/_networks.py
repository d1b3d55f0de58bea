"""Is it a network with one hidden layer, and what does it answer? For exercises that ask for one.

Many weights are right, so these exercises judge what a network answers, input by input.
"""

import numpy as np

from companion.activations import relu, step
from companion.exercises._answers import part_problem, real, shown

NAMES = ("W1", "b1", "W2", "b2")
TIE = "A sum of exactly 0 gives 0: keep every sum away from it."
COLUMNS = (
    "With W1 transposed it would be right: the weights of a hidden unit are a column of W1, since "
    "x @ W1 pairs input i with row i."
)


def not_a_network(result, n_in, n_hidden=None):
    """Return what keeps `result` from being (W1, b1, W2, b2) with one output unit, or None.

    Without `n_hidden` the width of the hidden layer is free, from 1 on.
    """
    if not isinstance(result, tuple | list) or len(result) != 4:
        return f"expected four results, W1, b1, W2 and b2; got {shown(result)}."
    if n_hidden is None:
        array = real(result[0])
        if array is None or array.ndim != 2 or array.shape[0] != n_in or array.shape[1] == 0:
            got = shown(result[0]) if array is None else f"shape {array.shape}"
            return (
                f"W1: expected shape ({n_in}, m) with one column for each hidden unit, got {got}."
            )
        n_hidden = array.shape[1]
    shapes = (n_in, n_hidden), (n_hidden,), (n_hidden, 1), (1,)
    for name, part, shape in zip(NAMES, result, shapes, strict=True):
        if problem := part_problem(f"{name}: ", part, shape):
            return problem
        if not np.isfinite(real(part)).all():
            return f"{name} must be finite, got {shown(part)}."
    return None


def wrong_step_answer(result, inputs, wanted, name):
    """Return for which input step(step(x W1 + b1) W2 + b2) is not what is wanted, or None."""
    return _wrong(_step_problem, result, inputs, wanted, name)


def wrong_relu_answer(result, inputs, wanted, name):
    """Return for which input relu(x W1 + b1) W2 + b2 is not exactly what is wanted, or None."""
    return _wrong(_relu_problem, result, inputs, wanted, name)


def _wrong(problem, result, inputs, wanted, name):
    W1, b1, W2, b2 = (real(part).astype(float) for part in result)
    questions = list(zip(np.asarray(inputs, float), wanted, strict=True))

    def first_problem(W1):
        with np.errstate(all="ignore"):
            said = (problem(x, right, name, W1, b1, W2, b2) for x, right in questions)
            return next(filter(None, said), None)

    said = first_problem(W1)
    if said and W1.shape[0] == W1.shape[1] and first_problem(W1.T) is None:
        return f"{said} {COLUMNS}"
    return said


def _step_problem(x, right, name, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    h = step(z1)
    z2 = (h @ W2 + b2)[0]
    if (z2 > 0) == bool(right):
        return None
    tie = f" {TIE}" if z2 == 0 or (z1 == 0).any() else ""
    return (
        f"for the input {_point(x)} the hidden sums are {_point(z1)}, so the hidden units "
        f"answer {_point(h)}; the output sum is {z2:.4g}, so the network says {z2 > 0:d}, but "
        f"{name} is {right}.{tie}"
    )


def _relu_problem(x, right, name, W1, b1, W2, b2):
    h = relu(x @ W1 + b1)
    y = (h @ W2 + b2)[0]
    if abs(y - right) <= 1e-9:
        return None
    return (
        f"for the input {_point(x)} the hidden units answer {_point(h)}, and the output "
        f"is {y:.4g}, but {name} is {right}."
    )


def _point(values):
    return f"({', '.join(f'{value:z.4g}' for value in values)})"
