"""softmax(x): exp(x) / Σ exp(x) over the last axis, for one sample (k,) or a batch (n, k)."""

import numpy as np

from companion import losses
from companion.activations import sigmoid
from companion.exercises import Case, Mistake, variants

SIGNATURE = "softmax(x)"

reference = losses.softmax

CASES = [
    Case((np.array([1.45, 2.0, -1.4]),), about="One sample, shape (3,)."),
    Case(
        (np.array([[0.5, -1.0, 2.0], [3.0, 3.0, 0.0]]),),
        about="A batch, shape (2, 3): each row has a sum of its own, and keepdims=True keeps the "
        "sums as a column.",
    ),
    Case(
        (np.array([[1, 2, 3], [0, 0, 0], [-1, 4, -1]]),),
        about="A square batch of integers: np.zeros_like(x) would cut fractions off.",
    ),
    Case((np.array([[7.0], [-2.0]]),), about="A single class: it gets everything."),
    Case((np.array([3000.0, 2999.0, 0.0]),), about="Large scores: exp(3000) overflows."),
    Case((np.array([0.0, 1000.0, 0.0]),), about="One score is far above the others."),
    Case(
        (np.array([-3000.0, -2999.0, -3001.0]),),
        about="All scores are far below 0: each exponential is rounded to 0.",
    ),
    Case(
        (np.array([[-1e4, -1e4], [1e4, 1e4 - 1]]),),
        about="Rows of very different size: each needs a shift of its own.",
    ),
]


#: What may be taken off the scores before exp, each in the shape of the sums.
_SHIFTS = {
    "greatest": np.max,
    "greatest of all": lambda x, axis, keepdims: np.max(x),
    "mean": np.mean,
    "least": np.min,
    "first": lambda x, axis, keepdims: x[..., :1],
    "greatest size": lambda x, axis, keepdims: np.max(np.abs(x), axis=axis, keepdims=keepdims),
    "nothing": lambda x, axis, keepdims: 0.0,
}


@variants
def _variant(*, axis=-1, shift="greatest", sign=1):
    """Return a softmax with something wrong."""

    def softmax(x):
        x = sign * np.asarray(x, dtype=float)
        over = None if axis is None else (0 if x.ndim == 2 and axis == 0 else -1)
        with np.errstate(all="ignore"):
            e = np.exp(x - _SHIFTS[shift](x, axis=over, keepdims=True))
            return e / e.sum(axis=over, keepdims=True)

    return softmax


def _quiet(f):
    """Return f without warnings."""

    def quiet(x):
        with np.errstate(all="ignore"):
            return f(np.asarray(x, dtype=float))

    return quiet


def _share(x):
    return x / x.sum(axis=-1, keepdims=True)


_SHIFT = "take each row's greatest score off before exp, so that no exponential overflows"
_BASIC = [
    (
        {"axis": None},
        "all numbers of the batch sum to 1, but each row should: sum over the last axis alone",
    ),
    (
        {"axis": 0},
        "your columns sum to 1, but the rows should: a row is a sample, so sum over the last axis",
    ),
    (
        {"sign": -1},
        "the greatest score gets the least probability: the exponent is x, without a minus",
    ),
]

MISTAKES = [
    Mistake(_quiet(np.exp), "these are the exponentials: divide each row by its sum."),
    Mistake(
        _quiet(_share),
        "the scores themselves are divided by their sum: exponentiate first, or negative scores "
        "give negative probabilities.",
    ),
    Mistake(
        _quiet(sigmoid),
        "each number is treated by itself, and they do not sum to 1: that is the sigmoid. Divide "
        "the exponentials of a row by their sum.",
    ),
    Mistake(
        _quiet(lambda x: np.log(losses.softmax(x))),
        "these are the logarithms of the probabilities: leave out the last step.",
    ),
    Mistake(losses.log_softmax, "these are the logarithms of the probabilities."),
    Mistake(
        _quiet(lambda x: (x == np.max(x, axis=-1, keepdims=True)) * 1.0),
        "the winner takes all: that is the limit of temperature 0, not softmax.",
    ),
    *(Mistake(_variant(**wrong), f"{advice}.") for wrong, advice in _BASIC),
    *(
        Mistake(_variant(**wrong, shift="nothing"), f"{advice}. And then, {_SHIFT}.")
        for wrong, advice in _BASIC
    ),
    Mistake(
        _quiet(lambda x: _share(np.exp(x / np.max(x, axis=-1, keepdims=True)))),
        "the scores are divided by the greatest, which changes the probabilities: take the "
        "greatest off, x - max.",
    ),
    Mistake(
        _quiet(lambda x: np.exp(x - x.max(-1, keepdims=True)) / np.exp(x).sum(-1, keepdims=True)),
        "the shift stands in the numerator alone: the sum is one of shifted exponentials, too.",
    ),
    Mistake(_variant(shift="nothing"), f"large scores do not come through: {_SHIFT}."),
    Mistake(
        _quiet(lambda x: losses.softmax(np.clip(x, -500, 500))),
        "cutting large scores off makes them equal, though one leads: keep their differences, and "
        f"{_SHIFT}.",
    ),
    Mistake(
        _variant(shift="least"),
        "what you take off is not the greatest score (it looks like the least): a score far above "
        "it still overflows. Take each row's greatest score off.",
    ),
    Mistake(
        _variant(shift="mean"),
        "what you take off is not the greatest score (it looks like the mean): what is left can "
        "still be large. Take each row's greatest score off.",
    ),
    Mistake(
        _variant(shift="first"),
        "what you take off is not always the greatest score (it looks like the first, or one in "
        "the middle): a score far above it still overflows. Take each row's greatest score off.",
    ),
    Mistake(
        _variant(shift="greatest size"),
        "what you take off is not the greatest score (it looks like the greatest |x|): where all "
        "are far below 0, that makes them vanish, 0/0. Take each row's greatest score off.",
    ),
    Mistake(
        _variant(shift="greatest of all"),
        "a row far below the greatest score of the whole batch vanishes, 0/0: each row needs its "
        "own greatest score.",
    ),
]
