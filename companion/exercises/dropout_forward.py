"""dropout_forward(x, p, rng, training): (out, mask) of inverted dropout, for x of any shape.

p is the probability of dropping; the mask is True where a number is kept, and None at inference.

There are many ways to draw a mask, and all are right. So an answer is judged by what its mask says
of it: by the share and the places of what is kept, and by what became of it. For that the function
is called four times in each case: three times with one generator, and once with another that was in
the same state at the start.
"""

from copy import deepcopy

import numpy as np

from companion.exercises import Case, Mistake, variants
from companion.exercises._answers import near, part_problem, real, shown, value_problem

SIGNATURE = "dropout_forward(x, p, rng, training)"

_x = np.random.default_rng(0).normal(size=(150, 60)).round(2)

CASES = [
    Case((_x, 0.25, np.random.default_rng(1), True), about="Training."),
    Case((_x, 0.25, np.random.default_rng(2), False), about="Inference: nothing happens."),
    Case(
        (np.maximum(_x, 0), 0.6, np.random.default_rng(3), True),
        about="Half of the numbers are 0, as after a ReLU.",
    ),
    Case((_x, 0, np.random.default_rng(4), True), about="p = 0: all is kept."),
    Case(
        (np.arange(3000).reshape(60, 50), 0.2, np.random.default_rng(5), True),
        about="x holds integers, the result does not.",
    ),
    Case((_x[:, 0], 0.7, np.random.default_rng(6), True), about="One axis, shape (150,)."),
    Case(
        (np.arange(6).reshape(2, 3), 0.7, np.random.default_rng(7), False),
        about="Inference, with integers.",
    ),
]


def use(function, *args):
    """Return what comes back from three calls with one generator, and from one with its twin."""
    x, p, rng, training = args
    twin = deepcopy(rng)
    return [function(x, p, one, training) for one in (rng, rng, rng, twin)]


_KEPT = "p is the probability of dropping a number: it is kept with the probability 1 - p."
_TURNED = "the mask is the wrong way round: it is True where a number is kept."
_WITHOUT = "what is kept is not scaled: divide it by 1 - p, so that its expected value stays."
_BY_P = "what is kept is divided by p: divide by 1 - p, the probability that it is kept."
_TIMES = "what is kept is multiplied by 1 - p: divide by it, so that the expected value stays."
_BEFORE = "the mask is not applied: out has to be 0 where the mask is False."
_EVERYTHING = "the dropped numbers are scaled and the kept ones 0: exchange them."
_CUT = "out is cut off to whole numbers: np.zeros_like(x) holds integers if x does."
_SCALED = "at inference x has to stay as it is: the division by 1 - p in training is enough."
_DROPS = "at inference nothing is dropped: x comes back as it is."
_NO_MASK = "at inference there is no mask: return (x, None)."
_NUMBERS = (
    "the mask must be Boolean, True where a number is kept; a comparison gives such an array."
)
_SCALE_INSIDE = "the mask holds the scale, too: it must be Boolean, True where a number is kept."
_ROWS = "all rows have the same mask: draw one number for each entry, in the shape of x."
_COLUMNS = "all columns have the same mask: draw one number for each entry, in the shape of x."
_ZEROS = "a number of x that is 0 may be kept, too: draw the mask, and do not read it off out."
_FIXED = "the mask is the same in each call: draw it from the rng that is handed in."
_OTHER = (
    "the same generator in the same state gives another mask: all randomness has to come from the "
    "rng that is handed in."
)
_SWAPPED = "out comes first and then the mask: yours stand the other way round."
_COUNTED = (
    "the same number of entries is dropped each time: each entry is dropped by itself, so that the "
    "number varies."
)


def judge(args, results):
    """Return what is wrong with the answers, or None."""
    x, p, _, training = args
    for result in results:
        if not isinstance(result, tuple | list) or len(result) != 2:
            return f"expected two results, out and mask; got {shown(result)}."
        if problem := (_training if training else _inference)(x, p, *result):
            return problem
    return _draw_problem(p, [mask for _, mask in results]) if training and p else None


def _inference(x, p, out, mask):
    if out is None and mask is not None:
        return _SWAPPED
    if problem := part_problem("out: ", out, x.shape):
        return problem
    if near(x * (1 - p), out) or near(x / (1 - p), out):
        return _SCALED
    if not near(x, out):
        return _DROPS
    return None if mask is None else _NO_MASK


def _training(x, p, out, mask):
    if mask is None:
        return "in training the mask has to come back, too: (out, mask)."
    if _boolean(out) and not _boolean(mask):
        return _SWAPPED
    if problem := part_problem("out: ", out, x.shape) or part_problem("mask: ", mask, x.shape):
        return problem
    mask = np.asarray(mask)
    if not _boolean(mask):
        return _NUMBERS if np.isin(mask, (0, 1)).all() else _SCALE_INSIDE
    if p and near(np.where(mask, 0, x / (1 - p)), out) and not _far(mask.mean(), p, mask.size):
        return _TURNED
    return _mask_problem(x, p, mask) or _out_problem(x, p, out, mask)


def _boolean(part):
    return real(part) is not None and real(part).dtype == bool


def _mask_problem(x, p, mask):
    """Return what is wrong with where the mask is True, or None."""
    if p == 0:
        return None if mask.all() else "with p = 0 nothing is dropped."
    zero = x == 0
    if zero.sum() > 100 and not mask[zero].any():
        return _ZEROS
    lines = range(mask.ndim if mask.ndim > 1 else 0)
    for axis, same in zip(lines, (_ROWS, _COLUMNS), strict=False):
        if (mask == mask.take([0], axis)).all():
            return same
    share = mask.mean()
    if _far(share, 1 - p, mask.size):
        if _far(share, p, mask.size):
            return f"the share of True in the mask is {share:.3g}, and should be near {1 - p:.3g}."
        return _KEPT
    for axis in lines:  # what independent entries add up to differs from line to line by chance
        n = mask.shape[axis]
        if not 0.25 < mask.sum(axis).var() / (n * p * (1 - p)) < 2.5:
            return "the entries of the mask depend on one another: draw a number for each of them."
    return None


def _far(share, probability, size):
    return abs(share - probability) > 5 * np.sqrt(probability * (1 - probability) / size)


def _out_problem(x, p, out, mask):
    """Return what is wrong with out, if the mask is right, or None."""
    right = np.where(mask, x / (1 - p), 0)
    if near(right, out):
        return None
    for wrong, problem in (
        (np.where(mask, x, 0), _WITHOUT),
        (np.where(mask, x / (p or 1), 0), _BY_P),
        (np.where(mask, x * (1 - p), 0), _TIMES),
        (np.where(mask, 0, x / (1 - p)), _EVERYTHING),
        (np.where(mask, 0, x), _EVERYTHING),
        (x / (1 - p), _BEFORE),
        (x, _BEFORE),
        (np.trunc(right), _CUT),
    ):
        if near(wrong, out):
            return problem
    return f"with your mask, {value_problem('out: ', right, out)}"


def _draw_problem(p, masks):
    """Return what is wrong with the masks of several calls, or None."""
    first, *more, twin = map(np.asarray, masks)
    if (first == more[0]).all():
        return _FIXED
    if (first != twin).any():
        return _OTHER
    counts = np.array([mask.sum() for mask in (first, *more)])
    exact = (counts == counts[0]).all() and abs(counts[0] - (1 - p) * first.size) <= 1
    return _COUNTED if exact and first.size > 5000 else None  # a few may agree by chance


@variants
def _variant(
    *,
    drawn=lambda x, rng: rng.random(x.shape),
    kept=lambda p: 1 - p,
    scale=lambda p: 1 / (1 - p),
    apply=lambda x, mask: x * mask,
    given=lambda mask, p: mask,
    at_rest=lambda x, p: x,
    mask_at_rest=False,
):
    """Return dropout with something wrong."""

    def dropout(x, p, rng, training):
        if not training:
            return at_rest(x, p), np.ones(x.shape, bool) if mask_at_rest else None
        mask = np.broadcast_to(drawn(x, rng) < kept(p), x.shape)
        return apply(x, mask) * scale(p), given(mask, p)

    return dropout


def _never_at_rest(x, p, rng, training):
    return _variant()(x, p, rng, True)


def _cut_off(x, p, rng, training):
    out, mask = _variant()(x, p, rng, training)
    return out.astype(x.dtype), mask


def _read_off(x, p, rng, training):
    out, mask = _variant()(x, p, rng, training)
    return out, out != 0 if training else mask


MISTAKES = [
    Mistake(_variant(kept=lambda p: p, scale=lambda p: 1 / (p or 1)), _KEPT),
    Mistake(_variant(scale=lambda p: 1), _WITHOUT),
    Mistake(_variant(scale=lambda p: 1 / (p or 1)), _BY_P),
    Mistake(_variant(scale=lambda p: 1 - p), _TIMES),
    Mistake(_variant(apply=lambda x, mask: x), _BEFORE),
    Mistake(_variant(given=lambda mask, p: ~mask), _TURNED),
    # No variant: with the mask the wrong way round, too, it would pass for _KEPT.
    Mistake(lambda *args: _variant(apply=lambda x, mask: x * ~mask)(*args), _EVERYTHING),
    Mistake(_variant(given=lambda mask, p: mask * 1.0), _NUMBERS),
    Mistake(_variant(given=lambda mask, p: mask / (1 - p)), _SCALE_INSIDE),
    Mistake(_variant(drawn=lambda x, rng: rng.random(x.shape[-1])), _ROWS),
    Mistake(_variant(drawn=lambda x, rng: rng.random((len(x), *[1] * (x.ndim - 1)))), _COLUMNS),
    Mistake(_variant(at_rest=lambda x, p: x * (1 - p)), _SCALED),
    Mistake(_never_at_rest, _DROPS),
    Mistake(_variant(mask_at_rest=True), _NO_MASK),
    Mistake(_read_off, _ZEROS),
    Mistake(_cut_off, _CUT),
    Mistake(
        lambda x, p, rng, training: _variant()(x, p, np.random.default_rng(0), training), _FIXED
    ),
    Mistake(
        lambda x, p, rng, training: _variant()(x, p, rng, training)[::-1],
        _SWAPPED,
    ),
    Mistake(
        lambda x, p, rng, training: _variant()(x, p, rng, training)[0],
        "return two results, out and the mask; at inference the mask is None.",
    ),
]
