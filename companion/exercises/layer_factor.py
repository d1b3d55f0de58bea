"""layer_factor(dz, W, slopes): by how much the length of a gradient changes in one layer.

dz (n, n_out) arrives, W (n_in, n_out) holds the layer's weights, slopes (n, n_in) the derivatives
of the activations before it.
"""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "layer_factor(dz, W, slopes)"


def reference(dz, W, slopes):
    """Return the length of (dz Wᵀ) ⊙ slopes over that of dz."""
    return np.linalg.norm(dz @ np.transpose(W) * slopes) / np.linalg.norm(dz)


_RNG = np.random.default_rng(7)
_DZ = np.array([[3.0, 0.0], [0.0, 4.0]])

CASES = [
    Case(
        (np.array([[2.0]]), np.array([[3.0]]), np.array([[0.25]])),
        about="One unit a layer: the factor is weight times slope.",
    ),
    Case(
        (_DZ, np.array([[0.0, 1.0], [2.0, 0.0]]), np.ones((2, 2))),
        about="All slopes are 1; W and its transpose differ.",
    ),
    Case(
        (_DZ / 8, np.array([[1, 2], [3, 4]]), np.array([[1, 0], [0, 1]])),
        about="ReLU: half of the slopes are 0. W and the slopes hold integers.",
    ),
    Case(
        (
            _RNG.integers(-4, 5, (5, 3)) / 4,
            _RNG.integers(-4, 5, (2, 3)) / 2,
            _RNG.integers(1, 5, (5, 2)) / 4,
        ),
        about="Five samples, three units, two before them.",
    ),
    Case(
        (np.array([[2]]), np.array([[3]]), np.array([[0.25]])),
        about="dz and W hold integers; the slopes do not.",
    ),
    Case(
        (np.ones((2, 4)), np.zeros((3, 4)), np.ones((2, 3))),
        about="With weights of zero nothing is left.",
    ),
]


def _cut_off(dtype):
    """Return the factor of a gradient that is kept in an array of another type."""

    def factor(dz, W, slopes):
        before = dz @ np.transpose(W)
        return np.linalg.norm((before * slopes).astype(dtype(before, slopes))) / np.linalg.norm(dz)

    return factor


@variants
def _variant(*, transpose=True, slope=True, over=np.linalg.norm, power=1):
    """Return the factor with one thing wrong."""

    def factor(dz, W, slopes):
        before = dz @ (np.transpose(W) if transpose else W)
        before = before * slopes if slope else before
        with np.errstate(all="ignore"):
            return (over(before) / over(dz)) ** power

    return factor


MISTAKES = [
    Mistake(
        _variant(transpose=False),
        "W has shape (n_in, n_out) and dz (n, n_out): on the way back dz is multiplied by the "
        "transpose of W.",
    ),
    Mistake(_variant(slope=False), "the slopes are missing: number by number, after the weights."),
    Mistake(
        lambda dz, W, slopes: np.linalg.norm((dz * slopes) @ np.transpose(W)) / np.linalg.norm(dz),
        "the slopes come too early: they belong to the layer before, so first through the weights, "
        "then the slopes.",
    ),
    Mistake(
        lambda dz, W, slopes: np.linalg.norm(dz @ np.transpose(W) * slopes),
        "this is the length after the layer: divide it by the length of dz.",
    ),
    Mistake(
        lambda dz, W, slopes: (
            np.linalg.norm(dz @ np.transpose(W) * slopes, axis=1) / np.linalg.norm(dz, axis=1)
        ),
        "this is a factor for each sample: one is wanted, from the lengths over all samples "
        "together.",
    ),
    Mistake(
        lambda dz, W, slopes: np.mean(
            np.linalg.norm(dz @ np.transpose(W) * slopes, axis=1) / np.linalg.norm(dz, axis=1)
        ),
        "this is the mean of the samples' factors: take the lengths over all samples together.",
    ),
    Mistake(
        _variant(power=-1),
        "upside down: the length of what leaves, divided by the length of what arrives.",
    ),
    Mistake(
        _variant(power=2),
        "this is the square of the factor: take the root of the sum of squares.",
    ),
    Mistake(
        _variant(over=lambda a: np.sqrt(np.mean(np.square(a)))),
        "you divide root mean squares, which count the units of both layers differently: divide "
        "lengths, roots of the sums of squares.",
    ),
    Mistake(
        _variant(over=lambda a: np.abs(a).sum()),
        "you add up sizes: a length is the root of the sum of the squares.",
    ),
    Mistake(
        _variant(over=lambda a: np.linalg.norm(a, 2)),
        "np.linalg.norm(a, 2) is something else for a matrix: leave the 2 out.",
    ),
    Mistake(
        lambda dz, W, slopes: np.linalg.norm(W) * np.sqrt(np.mean(np.square(slopes))),
        "this is the estimate for random weights: compute the gradient itself.",
    ),
    Mistake(
        _cut_off(lambda before, slopes: slopes.dtype),
        "the gradient is cut off to whole numbers: np.zeros_like(slopes) holds integers if the "
        "slopes do.",
    ),
    Mistake(
        _cut_off(lambda before, slopes: before.dtype),
        "the gradient is cut off to whole numbers: dz @ W.T holds integers if both do, and what is "
        "written into it becomes one.",
    ),
]
