"""Hidden cases of chapter 10, optimizers."""

import math

import numpy as np

from companion.exercises import Case


def momentum_step(*, rng):
    """At rest and on the way, a matrix, no gradient, no momentum, integers, a single weight."""
    shape = int(rng.integers(2, 4)), 3
    return [
        Case((*_arrays(rng, 2, 3), np.zeros(3), *_shares(rng)), about="At rest."),
        Case((*_arrays(rng, 3, 3), *_shares(rng)), about="With a velocity from before."),
        Case((*_arrays(rng, 3, shape), *_shares(rng)), about="A matrix of weights."),
        Case((_signed(rng, 2), np.zeros(2), _signed(rng, 2), *_shares(rng)),
             about="The gradient is 0."),
        Case((*_arrays(rng, 3, 2), rng.uniform(0.1, 0.3), 0), about="A momentum of 0."),
        Case((*_integers(rng, 3, 2), *_shares(rng)), about="All arrays hold integers."),
        Case((*_arrays(rng, 3, ()), *_shares(rng)), about="A single weight, of shape ()."),
    ]  # fmt: skip


def adagrad_step(*, rng):
    """The first step and later ones, a matrix, a large ε, no gradient, and integers."""
    shape = int(rng.integers(2, 4)), 3
    lr, eps = rng.uniform(0.1, 0.5, 2)
    collected = rng.uniform(1, 9, shape)
    collected[0, rng.integers(3)] = 0
    never = rng.permutation([0.0, 1.0])
    return [
        Case((*_arrays(rng, 2, 2), rng.uniform(0.5, 20, 2), lr, 1e-8),
             about="With what was collected before."),
        Case((_signed(rng, 2), _signed(rng, 2) * [0.01, 100], np.zeros(2), lr, 1e-8),
             about="The first step."),
        Case((*_arrays(rng, 2, shape), collected, lr, eps),
             about="A matrix of weights, and a large ε."),
        Case((_signed(rng, 2), _signed(rng, 2) * never, 4 * never, lr, 1e-8),
             about="A weight that never had a gradient."),
        Case((*_integers(rng, 2, 2), rng.integers(1, 9, 2), 1, int(rng.integers(1, 4))),
             about="All numbers are integers."),
        Case((*_integers(rng, 2, 1), rng.integers(1, 15, 1), lr, eps), about="A single weight."),
        Case((*_arrays(rng, 2, 2), rng.integers(1, 5, 2), lr, 0.01), about="s holds integers."),
    ]  # fmt: skip


def adam_step(*, rng):
    """Gradients that are constant, differ, or are 0, a matrix, a large ε, integers, no momentum."""
    lr, (beta1, beta2) = rng.uniform(0.1, 0.5), rng.uniform([0.8, 0.95], [0.95, 0.999])
    d, steps = int(rng.integers(2, 4)), int(rng.integers(3, 6))
    constant = np.tile(_signed(rng, d) * 10 ** rng.uniform(-1, 1, d), (steps, 1))
    rare = np.array([[0.0, 1], [0, 0], [0, 1], [1, 0]]) * _signed(rng, (4, 2))
    plain = lr, beta1, beta2, 1e-8
    return [
        Case((_signed(rng, d), constant, {}, *plain), about="A constant gradient."),
        Case((_signed(rng, d), _signed(rng, (steps, d)), {}, *plain), about="Several steps."),
        Case(
            (
                _signed(rng, (2, d)), _signed(rng, (3, 2, d)), {},
                lr, *rng.uniform(0.4, 0.8, 2), rng.uniform(0.2, 0.5),
            ),
            about="A matrix of weights, and a large ε.",
        ),
        Case((_signed(rng, 2), rare, {}, *plain), about="Gradients of 0."),
        Case(
            (
                rng.integers(-4, 5, d), np.stack(_integers(rng, steps, d)), {},
                1, *rng.uniform(0.4, 0.8, 2), 1,
            ),
            about="Weights and gradients are integers.",
        ),
        Case((_signed(rng, 1), _signed(rng, (3, 1)), {}, lr, 0, beta2, 1e-3), about="No momentum."),
    ]  # fmt: skip


def clip_by_norm(*, rng):
    """Lengths above, at and below the limit, together and array by array, zeros, and integers."""
    d = int(rng.integers(2, 4))
    short = [part * rng.uniform(0.6, 1) for part in _unit(rng, (d, 2), (d,))]
    length = math.hypot(*(np.linalg.norm(part) for part in short))
    limit = rng.uniform(0.8, 1.5)
    long = [part * limit * rng.uniform(1.2, 2) for part in _unit(rng, (3,), (1, 1), (2,))]
    both = [part * limit * rng.uniform(0.8, 0.95) for part in _unit(rng, (d,), (d, 2))]
    a, b, c = rng.choice([(3, 4, 5), (5, 12, 13), (8, 15, 17)]) * rng.integers(1, 5)
    return [
        Case(([10 * part for part in _arrays(rng, 2, (d, 2))], rng.uniform(2, 5)),
             about="Far above the limit."),
        Case((short, length * rng.uniform(1.2, 2)), about="Below the limit."),
        Case((short, length * rng.uniform(0.3, 0.6)), about="A limit below 1."),
        Case((long, limit), about="Three arrays, each of them too long."),
        Case((both, limit), about="Each array is short enough, both together are not."),
        Case(([np.zeros((d, 2)), np.zeros(d)], limit), about="All gradients are 0."),
        Case((_irrational(rng), int(rng.integers(2, 5))), about="All numbers are integers."),
        Case(([np.array([-a, b], float), np.zeros(d - 1)], float(c)), about="At the limit."),
    ]  # fmt: skip


def warmup_cosine(*, rng):
    """Steps of the rise and of the fall, where they begin and end, and short warm-ups."""
    warm, half, lr = int(rng.integers(8, 20)), int(rng.integers(40, 80)), rng.uniform(0.05, 0.9)
    all_steps = warm + 2 * half
    shape = all_steps, warm, lr
    few = int(rng.integers(4, 8))
    small = few + int(rng.integers(3, 7)), few, int(rng.integers(2, 6))
    n, bare = int(rng.integers(6, 12)), rng.uniform(0.2, 0.9)
    return [
        Case((0, *shape), about="The first step."),
        Case((int(rng.integers(2, warm - 2)), *shape), about="On the way up."),
        Case((warm - 1, *shape), about="The last step of the warm-up."),
        Case((warm, *shape), about="Where the cosine starts."),
        Case((warm + int(half * rng.uniform(0.5, 0.8)), *shape), about="On the way down."),
        Case((warm + half, *shape), about="Half of the way down."),
        Case((all_steps - 1, *shape), about="The last step."),
        Case((all_steps, *shape), about="Where the cosine ends."),
        Case((int(rng.integers(1, few - 1)), *small), about="On the way up, with integers."),
        Case((small[0] - 2, *small), about="On the way down, with integers."),
        Case((0, n, 0, bare), about="No warm-up, at the start."),
        Case((int(rng.integers(1, n)), n, 0, bare), about="No warm-up, later."),
        Case((0, n, 1, bare), about="A warm-up of one step."),
    ]


def _signed(rng, shape):
    """Return numbers of random sign, none of them near 0."""
    return rng.choice([-1, 1], shape) * rng.uniform(0.3, 3, shape)


def _arrays(rng, n, shape):
    """Return n arrays of numbers that are not near 0."""
    return [np.asarray(_signed(rng, shape)) for _ in range(n)]


def _integers(rng, n, d):
    """Return n vectors of integers of random sign, none of them 0."""
    return [rng.choice([-1, 1], d) * rng.integers(1, 6, d) for _ in range(n)]


def _shares(rng):
    """Return a learning rate and a momentum."""
    return tuple(rng.uniform([0.1, 0.6], [0.4, 0.95]).tolist())


def _unit(rng, *shapes):
    """Return arrays of length 1."""
    return [part / np.linalg.norm(part) for part in (_signed(rng, shape) for shape in shapes)]


def _irrational(rng):
    """Return integers whose joint length is none, and more than 6."""
    while True:
        grads = [rng.choice([-1, 1], shape) * rng.integers(2, 9, shape) for shape in ((2, 3), 4)]
        square = sum(int((part**2).sum()) for part in grads)
        if math.isqrt(square) ** 2 != square:
            return grads
