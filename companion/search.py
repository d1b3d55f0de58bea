"""Which settings, found how, and judged on what?

A setting is a dictionary of keyword arguments. A search tries settings and ranks them by a score,
of which more is better. The score must come from samples that training did not see: a part held out
once, by `companion.data.split`, or each of k parts in turn. The best score found is still not what
to expect of new data, since luck had a hand in its being the best.
"""

import itertools
import math
from functools import partial

import numpy as np

from companion._checks import fraction, generator, one_number, positive, whole

__all__ = [
    "kfold_indices", "cross_validate", "grid", "log_uniform", "random_settings", "search",
    "coarse_to_fine",
]  # fmt: skip


def kfold_indices(n, k, *, rng):
    """Share out n samples in k folds; each fold is held out once.

    Parameters
    ----------
    n, k : int
        2 ≤ k ≤ n.
    rng : numpy.random.Generator
        Shuffles before the folds are cut.

    Returns
    -------
    list of (ndarray, ndarray)
        For each fold the indices to train on and those to validate on. The folds differ in size by
        one at most.

    References
    ----------
    kohavi1995

    Examples
    --------
    >>> folds = kfold_indices(5, 2, rng=np.random.default_rng(0))
    >>> [(len(train), len(validation)) for train, validation in folds]
    [(2, 3), (3, 2)]
    """
    if whole(k, "k", 2) > whole(n, "n"):
        raise ValueError(f"{k} folds need {k} samples or more, got {n}")
    folds = np.array_split(generator(rng).permutation(n), k)
    return [
        (np.concatenate(folds[:i] + folds[i + 1 :]), validation)
        for i, validation in enumerate(folds)
    ]


def cross_validate(score, n, k, *, rng):
    """Return the score of each of k folds.

    Parameters
    ----------
    score : callable
        ``(train, validation) -> float``: trains on the samples at the first indices and scores on
        those at the second.
    n, k : int
        Number of samples and of folds.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (k,)
    """
    return np.array([one_number(score(*fold), "score") for fold in kfold_indices(n, k, rng=rng)])


def grid(**choices):
    """Return every combination of the choices, as a list of settings.

    Parameters
    ----------
    **choices : list
        The values to try, such as ``lr=[0.1, 1]``. The last one named changes fastest.

    Returns
    -------
    list of dict

    Examples
    --------
    >>> grid(lr=[0.1, 1], width=[8])
    [{'lr': 0.1, 'width': 8}, {'lr': 1, 'width': 8}]
    """
    for name, values in choices.items():
        if not isinstance(values, (list, tuple, range, np.ndarray)) or len(values) == 0:
            raise ValueError(f"{name} must be a list of values to try, got {values!r}")
    return [
        dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())
    ]


def log_uniform(low, high):
    """Return a sampler that draws numbers whose logarithm is spread evenly.

    Between 0.001 and 1 it draws as often from 0.001 to 0.01 as from 0.1 to 1.

    Parameters
    ----------
    low, high : float
        0 < low ≤ high.

    Returns
    -------
    callable
        From a generator to a float.

    References
    ----------
    bergstra2012
    """
    low, high = positive(low, "low"), positive(high, "high")
    if low > high:
        raise ValueError(f"low must not be above high, got {low:g} and {high:g}")

    def draw(rng):
        number = math.exp(rng.uniform(math.log(low), math.log(high)))
        return min(max(number, low), high)  # rounding must not lead out of the range

    return draw


def random_settings(n, *, rng, **samplers):
    """Draw n settings, each value by its own sampler.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
    **samplers : callable
        From a generator to a value, such as ``lr=log_uniform(1e-3, 1)``.

    Returns
    -------
    list of dict

    References
    ----------
    bergstra2012

    Examples
    --------
    >>> settings = random_settings(20, rng=np.random.default_rng(0), lr=log_uniform(0.01, 1))
    >>> all(0.01 <= setting["lr"] <= 1 for setting in settings)
    True
    """
    generator(rng)
    for name, draw in samplers.items():
        if not callable(draw):
            raise TypeError(f"{name} must be a function of a generator, got {draw!r}")
    return [{name: draw(rng) for name, draw in samplers.items()} for _ in range(whole(n, "n"))]


def search(score, settings):
    """Score every setting and return them from the best to the worst.

    Parameters
    ----------
    score : callable
        Takes a setting as keyword arguments; returns a number, more is better. NaN, as from a
        training that diverged, ranks last.
    settings : list of dict
        As `grid` or `random_settings` make them.

    Returns
    -------
    list of (float, dict)
        Pairs (score, setting); equals stay in the order in which they were tried.

    Examples
    --------
    >>> search(lambda lr: -abs(lr - 0.3), grid(lr=[0.1, 0.3, 1]))[0]
    (-0.0, {'lr': 0.3})
    """
    if not settings:
        raise ValueError("there are no settings to try")
    results = [(one_number(score(**setting), "score"), setting) for setting in settings]

    def rank(result):
        return -math.inf if math.isnan(result[0]) else result[0]

    return sorted(results, key=rank, reverse=True)


def coarse_to_fine(score, ranges, *, n, rounds, shrink=0.5, rng):
    """Search at random in a wide box, then in a smaller one around the best, and so on.

    Parameters
    ----------
    score : callable
        Takes the number of the round, from 0, and a setting as keyword arguments; more is better.
        The number lets it spend more on later rounds: few epochs first, then longer.
    ranges : dict of str to (float, float)
        Each value's lowest and highest, above 0; values are drawn log-uniformly.
    n, rounds : int
        Settings a round, and rounds.
    shrink : float
        What is left of each range, measured in logarithms, from round to round, between 0 and 1.
        The best setting of a round stands in the middle of the next box, which is cut off where it
        would reach beyond the one before.
    rng : numpy.random.Generator

    Returns
    -------
    list of list of (float, dict)
        For each round, its settings from the best to the worst.
    """
    fraction(positive(shrink, "shrink"), "shrink")
    history = []
    for number in range(whole(rounds, "rounds")):
        samplers = {name: log_uniform(*ends) for name, ends in ranges.items()}
        settings = random_settings(n, rng=rng, **samplers)
        history.append(search(partial(score, number), settings))
        _, best = history[-1][0]
        ranges = {name: _around(best[name], *ends, shrink) for name, ends in ranges.items()}
    return history


def _around(middle, low, high, shrink):
    """Return a part of a range, `shrink` of its logarithmic width, with `middle` at its centre."""
    reach = (high / low) ** (shrink / 2)
    return max(low, middle / reach), min(high, middle * reach)
