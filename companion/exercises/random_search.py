"""random_search(score, n, low, high, rng): the best of n numbers drawn log-uniformly, (x, score).

The results stand here as numbers: the solution is an instructor's. The calls of `score` are
counted, since each stands for a training run.
"""

import math

import numpy as np

from companion.exercises import Case, Objection

SIGNATURE = "random_search(score, n, low, high, rng)"


def use(function, *args):
    """Return what comes back, or that score is not called n times."""
    score, n, *others = args
    calls = 0

    def counted(x):
        nonlocal calls
        if np.ndim(x):
            raise TypeError(f"score takes one number, not an array of shape {np.shape(x)}")
        calls += 1
        return score(x)

    result = function(counted, n, *others)
    if result is None or calls == n:
        return result
    times = "once" if calls == 1 else f"{calls} times"
    return Objection(f"score is called {times} for n = {n}: each call is a training run.")


def _peak(x):
    return -abs(math.log10(x / 0.03))


def _diverging(x):
    return math.nan if x > 0.5 else -1000 / x


CASES = [
    Case(
        (_peak, 8, 0.0001, 1, np.random.default_rng(0)),
        (0.02670195766859458, -0.050578151650942975),
        "The score is highest at 0.03.",
    ),
    Case(
        (lambda x: -x, 5, 1, 1000, np.random.default_rng(2)),
        (1.88689540294132, -1.88689540294132),
        "All scores are below 0; the ends are integers.",
    ),
    Case(
        (_peak, 1, 0.5, 2, np.random.default_rng(3)),
        (0.5630357109435657, -1.273414686444094),
        "A single number.",
    ),
    Case(
        (_diverging, 10, 0.01, 100, np.random.default_rng(1)),
        (0.4935211802989537, -1000 / 0.4935211802989537),
        "Some scores are NaN, as of a training that diverged; all others are below -1000.",
    ),
]

MISTAKES = []  # each would show the solution; what a case is about has to do
