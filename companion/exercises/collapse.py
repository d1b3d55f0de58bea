"""collapse(layers): the one (W, b) that does what all (W, b) of a list do one after another."""

import numpy as np

from companion.exercises import Case, Mistake

SIGNATURE = "collapse(layers)"


def reference(layers):
    """Return (W, b) with x W + b equal to what the layers make of x."""
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W, b = W @ W_next, b @ W_next + b_next
    return W, b


def _pair(W, b):
    return np.array(W), np.array(b)


_FIRST = _pair([[1.0, 2.0], [0.0, -1.0]], [3.0, 1.0])
_SECOND = _pair([[2.0, 0.0], [1.0, 1.0]], [-1.0, 0.5])
_THIRD = _pair([[0.0, 1.0], [-2.0, 1.0]], [0.0, 2.0])

CASES = [
    Case(([_FIRST, _SECOND],)),
    Case(([_FIRST, _SECOND, _THIRD],), about="Three layers."),
    Case(([_THIRD],), about="A single layer is its own collapse."),
    Case(
        (
            [
                _pair([[1, 0, 2], [-1, 1, 0]], [1, 0, -1]),
                _pair([[2], [1], [0]], [-3]),
                _pair([[1, -1, 0, 2]], [0, 1, 0, 1]),
            ],
        ),
        about="Layers of different widths, from 2 over 3 and 1 to 4, with integers.",
    ),
    Case(
        ([_pair([[1, 2], [0, -1]], [1, 1]), _pair([[0.5, 1.0], [0.25, -0.5]], [0.5, 0.0])],),
        about="The first layer holds integers, the second does not: np.zeros_like(W) of the first "
        "would cut fractions off.",
    ),
]


def _collapsed(layers, step):
    W, b = layers[0]
    for layer in layers[1:]:
        W, b = step(W, b, *layer)
    return W, b


MISTAKES = [
    Mistake(
        lambda layers: reference(layers)[::-1],
        "W comes first and then b: yours stand the other way round.",
    ),
    Mistake(
        lambda layers: _collapsed(layers, lambda W, b, W2, b2: (W * W2, b @ W2 + b2)),
        "W * W_next multiplies entry by entry: one map after the other is the matrix product, @.",
    ),
    Mistake(
        lambda layers: _collapsed(layers, lambda W, b, W2, b2: (W2 @ W, W2 @ b + b2)),
        "samples are rows here, so the later matrix stands on the right: x @ W1 @ W2, and b @ W2.",
    ),
    Mistake(
        lambda layers: _collapsed(layers, lambda W, b, W2, b2: (W2 @ W, b @ W2 + b2)),
        "the order of the product is the order of the layers: the first matrix stands on the left.",
    ),
    Mistake(
        lambda layers: _collapsed(layers, lambda W, b, W2, b2: (W @ W2, W2 @ b + b2)),
        "W is right, but b passes through the next layer as a sample does, as a row: b @ W_next.",
    ),
    Mistake(
        lambda layers: reference(layers[:-1] or layers),
        "the last layer is missing: all of them take part.",
    ),
    Mistake(
        lambda layers: _collapsed(layers, lambda W, b, W2, b2: (W @ W2, b + b2)),
        "the biases of the first layers pass through the later layers too: b @ W_next + b_next.",
    ),
    Mistake(
        lambda layers: _collapsed(layers, lambda W, b, W2, b2: (W @ W2, b2)),
        "the biases of all layers but the last are lost: each of them passes through what follows.",
    ),
    Mistake(
        lambda layers: _collapsed(layers, lambda W, b, W2, b2: (W @ W2, b @ W2)),
        "each layer adds a bias of its own: b @ W_next + b_next.",
    ),
    Mistake(
        lambda layers: _collapsed(layers, lambda W, b, W2, b2: (W @ W2, b @ (W @ W2) + b2)),
        "b passes through the new layer alone: compute it with W_next, not with the product of "
        "all matrices (in one line, both right sides are computed before anything is assigned).",
    ),
]
