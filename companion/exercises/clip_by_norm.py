"""clip_by_norm(grads, limit): gradients shortened together, so that their joint length is in limit.

The joint length of a list of arrays is the root of the sum of all squares.
"""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "clip_by_norm(grads, limit)"


def _joint(grads):
    return np.sqrt(sum((g**2).sum() for g in grads))


@variants
def _variant(
    *,
    length=_joint,
    factor=lambda norm, limit: limit / norm,
    small=lambda norm, limit: norm <= limit,
):
    """Return a clipping with something wrong."""

    def clip(grads, limit):
        norm = length(grads)
        scale = 1 if small(norm, limit) else factor(norm, limit)
        return tuple(g * scale for g in grads)

    return clip


reference = _variant()
reference.__doc__ = "Return the gradients, none changed if the joint length is at most the limit."

_SHORT = [np.array([[0.3, -0.4], [0.0, 0.0]]), np.array([1.2, 0.0])]  # of length 1.3

CASES = [
    Case(
        ([np.array([[3.0, 4.0], [0.0, -12.0]]), np.array([0.0, 84.0])], 17.0),
        about="Two arrays; their joint length is 85, five times the limit.",
    ),
    Case((_SHORT, 2.0), about="The joint length is 1.3, below the limit: nothing changes."),
    Case((_SHORT, 0.5), about="The limit is below 1."),
    Case(
        ([np.array([0.6, 0.0, -0.8]), np.array([[1.0]]), np.array([-1.0, 1.0])], 1.0),
        about="Three arrays, each too long; the joint length is 2.",
    ),
    Case(
        ([np.array([0.75, -1.0]), np.array([[-1.0, 0.75]])], 1.5),
        about="Each array for itself is short enough, both together are not.",
    ),
    Case(
        ([np.zeros((2, 2)), np.zeros(3)], 1.0), about="All gradients are 0, and they stay 0."
    ),
    Case(
        ([np.array([[2, -1], [4, 2]]), np.array([10, -10])], 6),
        about="All numbers are integers, the results are not.",
    ),
    Case(
        ([np.array([-6.0, 8.0]), np.array([0.0])], 10.0),
        about="The joint length is the limit: nothing changes.",
    ),
]  # fmt: skip


def _one_by_one(grads, limit):
    return tuple(reference([g], limit)[0] for g in grads)


MISTAKES = [
    Mistake(
        _one_by_one,
        "each array is clipped by its own length: one factor, from the joint length, shortens "
        "all of them, so that the direction stays.",
    ),
    Mistake(
        lambda grads, limit: tuple(np.clip(g, -limit, limit) for g in grads),
        "each number is clipped by itself: that turns the direction. Multiply all by one factor.",
    ),
    Mistake(
        _variant(small=lambda norm, limit: norm == 0),
        "gradients that are shorter than the limit get longer: they stay as they are.",
    ),
    Mistake(
        _variant(small=lambda norm, limit: False),
        "every gradient gets the length of the limit, and zeros become NaN: shorten only what is "
        "longer than the limit.",
    ),
    Mistake(
        _variant(factor=lambda norm, limit: 1 / norm),
        "the joint length becomes 1: multiply by the limit, too.",
    ),
    Mistake(
        _variant(factor=lambda norm, limit: limit),
        "the factor is the limit itself: divide it by the joint length.",
    ),
    Mistake(
        _variant(factor=lambda norm, limit: norm / limit),
        "the factor is upside down: it is limit / length.",
    ),
    Mistake(
        _variant(factor=lambda norm, limit: limit / (norm + 1e-6)),
        "a small number is added to the length: a length above the limit is above 0 and needs "
        "none.",
    ),
    Mistake(
        _variant(factor=lambda norm, limit: 0.0),
        "what is too long becomes 0: shorten it to the limit.",
    ),
    Mistake(
        _variant(factor=lambda norm, limit: np.sqrt(limit / norm)),
        "a root too many: the factor is limit / length.",
    ),
    Mistake(
        _variant(length=lambda grads: sum((g**2).sum() for g in grads)),
        "this is the square of the joint length: take the root.",
    ),
    Mistake(
        _variant(length=lambda grads: sum(np.sqrt((g**2).sum()) for g in grads)),
        "the lengths of the arrays are added: add the squares of all numbers, then take the root.",
    ),
    Mistake(
        _variant(length=lambda grads: max(np.sqrt((g**2).sum()) for g in grads)),
        "the factor comes from the longest array alone: take the joint length of all.",
    ),
    Mistake(
        _variant(length=lambda grads: np.sqrt((grads[0] ** 2).sum())),
        "the factor comes from the first array alone: take the joint length of all.",
    ),
    Mistake(
        _variant(length=lambda grads: sum(np.abs(g).sum() for g in grads)),
        "the sizes of all numbers are added: add their squares, then take the root.",
    ),
    Mistake(
        _variant(length=lambda grads: max(np.abs(g).max() for g in grads)),
        "the greatest number is no length: take the root of the sum of all squares.",
    ),
    Mistake(
        _variant(length=lambda grads: np.sqrt(np.mean([v for g in grads for v in (g**2).flat]))),
        "this is the root of the mean square: take the root of the sum.",
    ),
    Mistake(
        lambda grads, limit: tuple(
            g.astype(r.dtype) for g, r in zip(reference(grads, limit), grads, strict=True)
        ),
        "the results are cut off to whole numbers: np.zeros_like(g) holds integers if g does.",
    ),
    Mistake(
        lambda grads, limit: None if _joint(grads) <= limit else reference(grads, limit),
        "nothing comes back where the gradients are short enough: return them as they are.",
    ),
]
