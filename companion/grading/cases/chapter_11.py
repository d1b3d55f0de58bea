"""Hidden cases of chapter 11, regularization."""

import math

import numpy as np

from companion.exercises import Case
from companion.exercises import best_lambda as _ridge


def l2_regularization(*, rng):
    """A vector, a matrix, integers, and no penalty."""
    return [
        Case((_signed(rng, int(rng.integers(3, 6))), rng.uniform(0.1, 0.9)), about="A vector."),
        Case((_signed(rng, (2, 3)), rng.uniform(0.1, 0.9)), about="A matrix of weights."),
        Case((_integers(rng, 4), rng.uniform(0.1, 0.9)), about="The weights are integers."),
        Case((_integers(rng, (3, 2)), int(rng.choice([3, 5, 7]))),
             about="All numbers are integers."),
        Case((_signed(rng, 3), 0), about="No penalty."),
    ]  # fmt: skip


def dropout_forward(*, rng):
    """Training and inference, many zeros, nothing dropped, integers, and a single axis."""
    x = rng.normal(size=(int(rng.integers(100, 120)), int(rng.integers(52, 60)))).round(2)
    low, high = rng.uniform(0.15, 0.35, 2), rng.uniform(0.6, 0.75, 3)
    return [
        Case((x, low[0], _generator(rng), True), about="Training."),
        Case((x[:9], low[0], _generator(rng), False), about="Inference."),
        Case((np.maximum(x[:50], 0), high[0], _generator(rng), True),
             about="Half of the numbers are 0, as after a ReLU."),
        Case((x[:20], 0, _generator(rng), True), about="Nothing is dropped."),
        Case((rng.integers(1, 90, (50, 50)), low[1], _generator(rng), True),
             about="x holds integers."),
        Case((x.ravel()[:500], high[1], _generator(rng), True), about="A single axis."),
        Case((rng.integers(1, 9, (2, 3)), high[2], _generator(rng), False),
             about="Inference, with integers."),
    ]  # fmt: skip


def dropout_backward(*, rng):
    """Masks of several shapes, no mask, all or nothing dropped, and integers."""
    shape = int(rng.integers(2, 5)), 3
    p = rng.uniform([0.15, 0.6, 0.6, 0.3], [0.4, 0.8, 0.8, 0.7])
    return [
        Case((_signed(rng, shape), _mask(rng, shape), p[0]), about="Several samples."),
        Case((_signed(rng, shape), None, p[0]), about="Inference: the mask is None."),
        Case((_integers(rng, shape), _mask(rng, shape), p[1]), about="dout holds integers."),
        Case((_signed(rng, 5), _mask(rng, 5), p[2]), about="One sample, one axis."),
        Case((_signed(rng, shape), np.zeros(shape, bool), p[3]), about="All were dropped."),
        Case((_signed(rng, shape), np.ones(shape, bool), 0), about="Nothing is dropped."),
    ]


def early_stopping(*, rng):
    """Losses that rise, fall again, are equal, or are NaN, and lists that end in time."""
    nan, p = [math.nan], int(rng.integers(3, 5))

    def losses(pattern, *, unit=1.0):
        """Return losses: new lowest ones, equal ones, others above them, and NaN."""
        lowest, found = rng.uniform(8, 9), []
        for kind in pattern:
            if kind == "v":
                lowest -= rng.uniform(0.3, 0.8)
            above = {"v": 0, "=": 0, "^": rng.uniform(0.05, 0.9), "n": math.nan}[kind]
            found.append((lowest + above) * unit)
        return found

    fall = "v" * int(rng.integers(4, 7))
    later = losses(fall + "^" * p + "vv")
    slowly = losses(fall + "^" * (p + 2))
    slowly[len(fall) :] = sorted(slowly[len(fall) :], reverse=True)
    among = losses("vnv" + "n" * (p - 1) + "^" * (p + 1) + "v")
    among[p + 2 : -1] = sorted(among[p + 2 : -1], reverse=True)
    return [
        Case((losses(fall + "^" * (p + 1)), p), about="A lowest loss, and then higher ones."),
        Case((later, p), about="What comes after the stop."),
        Case((later, p + 1), about="More patience."),
        Case((losses(fall + ("^" * (p - 1) + "v") * 2 + "^" * (p - 1)), p),
             about="New lowest losses again and again."),
        Case((losses(fall + "=" * p + "v"), p), about="Equal losses."),
        Case((losses(fall + "^^^v"), 1), about="A patience of one."),
        Case((slowly, p), about="Losses that fall, and are no new lowest ones."),
        Case(([rng.uniform(0.2, 2)], p), about="A single epoch."),
        Case((losses("v" + "n" * (p - 1) + "v" + "n" * p + "v"), p), about="NaN."),
        Case((nan + losses(fall + "^" * p + "v"), p), about="NaN comes first."),
        Case((among, p), about="NaN among higher losses."),
        Case((losses("vnv^" + "n" * (p - 1) + "v", unit=1000), p), about="NaN and large losses."),
    ]  # fmt: skip


def best_lambda(*, rng):
    """Few samples and more, lists without order, integers, no noise, and several targets."""
    lams = (rng.uniform(0.04, 0.08) * rng.uniform(1.6, 1.9) ** np.arange(9)).round(4).tolist()
    middle = rng.permutation(lams[2:7]).tolist()
    mixed = [lams[1], lams[8], lams[0], *middle, lams[7]]  # the errors rise and fall
    exact, w = _data(rng, 4, 3, 2), rng.uniform(1, 3, 2)
    exact[1], exact[3] = exact[0] @ w, exact[2] @ w
    return [
        Case(_telling(rng, lams, 4, 3, 2), about="Four samples, two features."),
        Case(_inside(rng, mixed, 5, 3, 2), about="A list without order."),
        Case(_inside(rng, lams, 4, 4, 2), about="As many samples for validation as for training."),
        Case(_inside(rng, lams, 6, 3, 3), about="Six samples, three features."),
        Case(_inside(rng, mixed, 5, 3, 2, whole=True), about="All arrays hold integers."),
        Case((*exact, [lams[5], lams[2], 0]), about="No noise."),
        Case(_inside(rng, lams, 4, 3, 2, targets=(2,)), about="Two targets a sample."),
    ]


def shift_images(*, rng):
    """All directions, no shift, shifts out of the image, several images, and integers."""
    a, b, c, d = rng.integers(1, 4, 4).tolist()
    out, far = rng.integers(8, 13, 2).tolist()
    images = rng.integers(1, 16, (7, 1, 8, 8)) / 16
    return [
        Case((images[0], a, 0), about="Down."),
        Case((images[1], 0, b), about="To the right."),
        Case((images[2], -a, -c), about="Up and to the left."),
        Case((images[3], c, -d), about="Down and to the left."),
        Case((rng.integers(1, 16, (2, 8, 8)) / 16, b, d), about="Several images."),
        Case((images[4], 0, 0), about="No shift."),
        Case((images[5], out, a), about="All rows leave the image."),
        Case((images[6], b, -far), about="All columns leave the image."),
        Case((rng.integers(1, 65, (1, 8, 8)), c, d), about="The pixels are integers."),
    ]


def _generator(rng):
    return np.random.default_rng(rng.integers(2**32))


def _signed(rng, shape):
    """Return numbers of random sign, none of them near 0."""
    return rng.choice([-1, 1], shape) * rng.uniform(0.3, 3, shape)


def _integers(rng, shape):
    """Return integers of random sign, none of them 0."""
    return rng.choice([-1, 1], shape) * rng.integers(1, 6, shape)


def _mask(rng, shape):
    """Return a mask of which about half is True."""
    return rng.permutation(np.arange(np.prod(shape)) % 2 == 0).reshape(shape)


def _data(rng, n, more, d, targets=(), whole=False):
    """Return training and validation data of a linear rule with much noise, as a list."""
    w = rng.uniform(1, 3, (d, *targets))
    data = []
    for size in (n, more):
        x = rng.uniform(-3, 3, (size, d))
        x = x.round().astype(int) if whole else x
        y = x @ w + rng.normal(0, 3, (size, *targets))
        data += [x, y.round().astype(int) if whole else y]
    return data


def _inside(rng, lams, *sizes, **options):
    """Return arguments of which neither the least λ nor the greatest is best, nor a close one."""
    ordered = sorted(lams)
    while True:
        x, y, x_val, y_val = data = _data(rng, *sizes, **options)
        values, vectors = np.linalg.eigh(x.T @ x / len(x))
        along = vectors.T @ (x.T @ y / len(x))
        shrunk = [(along.T / (values + lam)).T for lam in ordered]
        errors = [((x_val @ (vectors @ w) - y_val) ** 2).mean() for w in shrunk]
        least, second = np.sort(errors)[:2]
        if 2 <= np.argmin(errors) <= len(lams) - 3 and second > least * (1 + 1e-6):
            return *data, list(lams)


def _telling(rng, lams, *sizes):
    """Return arguments for which each usual mistake gives another λ than the best one."""
    while True:
        args = _inside(rng, lams, *sizes)
        right = _ridge.reference(*args)
        if all(mistake.function(*args) != right for mistake in _ridge.MISTAKES):
            return args
