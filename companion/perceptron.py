"""The perceptron: one neuron that decides, and the rule by which it learns.

One sample is a vector x of shape (d,), a batch an array x of shape (n, d). The neuron has weights
w of shape (d,) and a bias b. Labels y are 0 and 1.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from companion._checks import as_binary, as_finite, as_rows, generator, positive, whole
from companion.activations import step

__all__ = [
    *("GATES", "GATE_INPUTS", "TRUTH_TABLES", "PerceptronRun", "Separation"),
    *("count_mistakes", "find_line", "margin", "mistake_bound", "perceptron_update", "predict"),
    *("score", "signed_distance", "train_perceptron"),
]

#: The four inputs of a gate of two, in counting order.
GATE_INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])

#: What each gate answers to `GATE_INPUTS`.
TRUTH_TABLES = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
}

#: Weights and a bias, found by hand, with which one neuron answers so.
GATES = {
    "AND": (np.array([1.0, 1.0]), -1.5),
    "OR": (np.array([1.0, 1.0]), -0.5),
    "NAND": (np.array([-1.0, -1.0]), 1.5),
}

# They are shared by everybody who imports them, so nobody may change them.
for _array in (GATE_INPUTS, *TRUTH_TABLES.values(), *(w for w, _ in GATES.values())):
    _array.setflags(write=False)


def score(x, w, b):
    """Return the weighted sum w · x + b, before any decision.

    Parameters
    ----------
    x : array_like, shape (d,) or (n, d)
        One sample, or a batch with samples as rows.
    w : array_like, shape (d,)
        Weights.
    b : float
        Bias.

    Returns
    -------
    ndarray, shape () or (n,)

    Raises
    ------
    ValueError
        If the shapes do not fit or a value is not finite.

    Examples
    --------
    >>> score([[2, 1], [0, 0]], w=[1, -3], b=0.5)
    array([-0.5,  0.5])
    """
    x, w, b = _checked(x, w, b)
    return x @ w + b


def predict(x, w, b):
    """Return the decision step(w · x + b): 1 where the weighted sum is above 0, else 0.

    Parameters and errors are those of `score`; the result holds integers.

    Examples
    --------
    >>> predict(GATE_INPUTS, *GATES["AND"])
    array([0, 0, 0, 1])
    """
    return step(score(x, w, b)).astype(int)


def count_mistakes(x, y, w, b):
    """Return how many samples the neuron (w, b) answers wrongly.

    Parameters
    ----------
    x : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels, 0 or 1.
    w : array_like, shape (d,)
    b : float

    Returns
    -------
    int

    Examples
    --------
    >>> count_mistakes(GATE_INPUTS, [0, 1, 1, 0], *GATES["OR"])
    1
    """
    x = as_rows(x)
    return int((predict(x, w, b) != as_binary(y, shape=(len(x),))).sum())


def signed_distance(x, w, b):
    """Return (w · x + b) / ‖w‖: how far x lies from the boundary, positive on the side of 1.

    Raises
    ------
    ValueError
        If w is zero: then there is no boundary.
    """
    x, w, b = _checked(x, w, b)
    if not w.any():
        raise ValueError("w is zero, so there is no boundary to measure a distance from")
    scale = np.abs(w).max()  # keeps the squares inside the norm from over- or underflowing
    return (x @ (w / scale) + b / scale) / np.linalg.norm(w / scale)


def perceptron_update(w, b, x, y, lr=1.0):
    """Return (w, b) after one step of the learning rule on one sample.

    With prediction ŷ = step(w · x + b) the rule is w + lr (y - ŷ) x and b + lr (y - ŷ):
    nothing changes where the answer was right.

    Parameters
    ----------
    w : array_like, shape (d,)
        Weights; not changed.
    b : float
        Bias.
    x : array_like, shape (d,)
        One sample.
    y : int
        Its label, 0 or 1.
    lr : float
        Learning rate, above 0.

    Returns
    -------
    w : ndarray, shape (d,)
    b : float

    References
    ----------
    rosenblatt1958

    Examples
    --------
    >>> perceptron_update(w=[0, 0], b=0, x=[2, 3], y=1)
    (array([2., 3.]), 1.0)
    """
    x, w, b = _checked(x, w, b)
    if x.ndim != 1:
        raise ValueError(f"x must be one sample of shape ({len(w)},), got {x.shape}")
    change = float(positive(lr, "lr") * (as_binary(y, shape=()) - step(x @ w + b)))
    return w + change * x, float(b) + change


@dataclass(frozen=True)
class PerceptronRun:
    """What `train_perceptron` found."""

    #: Weights, shape (d,).
    w: np.ndarray
    #: Bias.
    b: float
    #: Number of mistakes (updates) in each epoch.
    mistakes: list
    #: Whether a whole epoch passed without a mistake.
    converged: bool
    #: The line (w, b) after 0, 1, 2 … updates; the last one is the result.
    path: list


def train_perceptron(x, y, *, epochs=100, lr=1.0, rng=None):
    """Learn by the perceptron rule from w = 0, b = 0 until an epoch passes without a mistake.

    Parameters
    ----------
    x : array_like, shape (n, d)
        Training samples.
    y : array_like, shape (n,)
        Labels, 0 or 1.
    epochs : int
        The most passes through the data.
    lr : float
        Learning rate; from a start at zero it changes the length of (w, b) and no decision.
    rng : numpy.random.Generator, optional
        Shuffles the order of the samples anew in each epoch; without it they come as they stand.

    Returns
    -------
    PerceptronRun

    References
    ----------
    rosenblatt1958, novikoff1962

    Examples
    --------
    >>> train_perceptron(GATE_INPUTS, TRUTH_TABLES["OR"]).mistakes
    [1, 2, 1, 0]
    """
    x, lr = as_rows(as_finite(x)), positive(lr, "lr")
    y = as_binary(y, shape=(len(x),))
    w, b, mistakes = np.zeros(x.shape[1], x.dtype), 0.0, []
    path, moves = [(w, b)], (lr * (2 * y - 1)).tolist()  # at a mistake y - ŷ is 1 or -1, as 2y - 1
    for _ in range(whole(epochs, "epochs")):
        order = np.arange(len(x)) if rng is None else generator(rng).permutation(len(x))
        mistakes.append(0)
        for i in order:
            if (x[i] @ w + b > 0) != y[i]:  # `perceptron_update`, without its checks
                w, b = w + moves[i] * x[i], b + moves[i]
                path.append((w, b))
                mistakes[-1] += 1
        if mistakes[-1] == 0:
            break
    return PerceptronRun(as_finite(w, "w"), b, mistakes, mistakes[-1] == 0, path)


def margin(x, y, w, b):
    """Return γ, the least of s (w · x + b) / ‖(w, b)‖ over the samples, with s = ±1 for y = 1, 0.

    It is above 0 exactly if the line gets every sample right with room to spare, and it is the
    distance of the nearest x̃ = (x, 1) from the plane through the origin with normal (w, b).

    Parameters
    ----------
    x : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels, 0 or 1.
    w : array_like, shape (d,)
    b : float

    Returns
    -------
    float
    """
    x, w, b = _checked(as_rows(x), w, b)
    signs = 2 * as_binary(y, shape=(len(x),)) - 1
    distances = signs * signed_distance(_augmented(x), np.append(w, b), 0)
    return float(distances.min()) + 0.0  # turns -0 into 0


def mistake_bound(x, y, w, b):
    """Return (R/γ)², the most mistakes the perceptron rule can make on these samples.

    R is the greatest ‖(x, 1)‖ and γ the `margin` of a line (w, b) that separates the classes.
    The bound holds for a start at zero, any learning rate and any order, however often repeated.

    Raises
    ------
    ValueError
        If the line (w, b) does not separate the samples: then it bounds nothing.

    References
    ----------
    novikoff1962

    Examples
    --------
    >>> round(mistake_bound(GATE_INPUTS, TRUTH_TABLES["AND"], *GATES["AND"]), 6)
    51.0
    """
    gamma = margin(x, y, w, b)
    if gamma <= 0:
        raise ValueError(f"(w, b) does not separate the samples: its margin is {gamma:.4g}")
    radius = np.linalg.norm(_augmented(as_finite(x)), axis=1).max()
    return float((radius / gamma) ** 2)


@dataclass(frozen=True)
class Separation:
    """What `find_line` found: a line, or multipliers that rule out every line."""

    #: The line (w, b), w of shape (d,); or None.
    line: tuple | None
    #: One number for each sample, shape (n,), none negative, with sum 1; or None.
    multipliers: np.ndarray | None


def find_line(x, y):
    """Return a line that answers every sample right, or multipliers that show why there is none.

    With s = ±1 for y = 1, 0, a line with room on both sides makes each s (w · x + b) positive.
    Multipliers λ ≥ 0, not all 0, with Σ λᵢ sᵢ (xᵢ, 1) = 0 rule that out: then the sum of all
    λᵢ sᵢ (w · xᵢ + b) is 0, whatever w and b are, and it would have to be above 0.

    Both come from a linear program, and both are checked. A line is returned if each s (w · x + b)
    is larger than its rounding error can be. Multipliers are computed a second time, in whole
    numbers, with which the sum is exactly 0; they are returned divided by their own sum, as floats.
    (For 64 features of 16 digits each that takes some seconds, for 150 a minute or two; for whole
    numbers or short fractions, far less.)

    Parameters
    ----------
    x : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels, 0 or 1.

    Returns
    -------
    Separation
        With a `line`, and `multipliers` None; or with `multipliers`, and `line` None.

    Raises
    ------
    ValueError
        If neither passes its check, as where the answer hangs on the last digits of the samples. A
        gap of 1e-10 between the classes, in relation to the size of the samples, is seen.

    References
    ----------
    farkas1902

    Examples
    --------
    >>> find_line(GATE_INPUTS, [0, 1, 1, 0])
    Separation(line=None, multipliers=array([0.25, 0.25, 0.25, 0.25]))
    """
    x = as_rows(as_finite(x)).astype(float)
    signs = 2 * as_binary(y, shape=(len(x),)) - 1
    scale = np.abs(x).max(axis=0)
    scale[scale == 0] = 1
    v, samples = _candidates(signs[:, None] * _augmented(x / scale))
    with np.errstate(over="ignore", invalid="ignore"):  # what comes of it fails the check
        w, b = v[:-1] / scale, float(v[-1])
        if _surely_right(x, signs, w, b):
            return Separation((w, b), None)
    numbers = _cancelling(signs[samples, None] * _augmented(x[samples]))
    if numbers is None:
        where = f"the last digits of samples {', '.join(map(str, samples))}"
        write = "round x, for instance to np.round(1024 * x) / 1024, or make its numbers whole"
        raise ValueError(f"whether a line separates the classes hangs on {where}; {write}")
    multipliers = np.zeros(len(x))
    multipliers[samples[: len(numbers)]] = numbers / numbers.sum()
    return Separation(None, multipliers)


def _candidates(rows):
    """Return v with v · row > 0 for each row, and which rows come near to 0; all up to rounding.

    If there is no such v, return 0, and rows of which 0 is a weighted mean, as few as possible.
    Both are linear programs. The second is solved by the simplex method, which ends in a corner:
    there, none of the rows with a weight is a combination of the others.
    """
    n, d = rows.shape
    rows = 2.0**20 * rows  # SciPy takes a coefficient below 1e-9 for 0
    line = linprog(np.zeros(d), -rows, -np.ones(n), bounds=(None, None), method="highs-ds")
    if line.success:
        return line.x, np.flatnonzero(rows @ line.x < 1.5)
    sums, goal = np.vstack([rows.T, np.ones(n)]), np.append(np.zeros(d), 1)
    mean = linprog(np.zeros(n), A_eq=sums, b_eq=goal, method="highs-ds")
    return np.zeros(d), np.flatnonzero(mean.x) if mean.success else np.arange(n)


def _surely_right(x, signs, w, b):
    """Return whether each s (w · x + b) is above 0 by more than rounding can have added to it."""
    limits = np.finfo(float)
    error = limits.eps * (len(w) + 2) * (np.abs(x) @ np.abs(w) + abs(b)) + limits.tiny
    return bool((signs * (x @ w + b) > error).all())


def _cancelling(rows):
    """Return whole numbers of one sign with which the first rows add up to exactly 0, or None.

    Gaussian elimination in Python's whole numbers, which are never rounded; no division leaves a
    remainder. The first row that depends on those before it ends the search.
    """
    table = np.array([_whole_numbers(column) for column in rows.T], dtype=object)
    pivot = 1
    for c in range(len(rows)):  # each column j < c of the table holds the pivot, in line j alone
        usable = c + np.flatnonzero(table[c:, c])
        if len(usable) == 0:
            numbers = np.append(-table[:c, c], pivot)
            return numbers if (numbers >= 0).all() or (numbers <= 0).all() else None
        table[[c, usable[0]]] = table[[usable[0], c]]
        line = table[c].copy()
        table = (line[c] * table - np.outer(table[:, c], line)) // pivot
        table[c], pivot = line, line[c]
    return None


def _whole_numbers(column):
    """Return floats times the power of two that makes whole numbers of them all."""
    ratios = [number.as_integer_ratio() for number in column.tolist()]
    largest = max(below for _, below in ratios)
    return [above * (largest // below) for above, below in ratios]


def _augmented(x):
    """Return rows (x, 1): the bias becomes a weight on a constant input."""
    return np.hstack([x, np.ones((len(x), 1), x.dtype)])


def _checked(x, w, b):
    """Return x, w, b as finite arrays whose shapes fit together."""
    x, w, b = as_finite(x), as_finite(w, "w"), as_finite(b, "b")
    fit = w.ndim == 1 and x.ndim in (1, 2) and x.shape[-1] == len(w) and b.ndim == 0
    if not fit or x.size == 0:
        wanted = "x, w, b must have shapes (d,) or (n, d), (d,) and () with n and d above 0"
        raise ValueError(f"{wanted}, got {x.shape}, {w.shape} and {b.shape}")
    return x, w, b.astype(np.result_type(x, w))
