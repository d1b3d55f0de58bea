"""best_rate(H): the learning rate that is best on a bowl, and the factor of its slowest piece."""

import numpy as np

from companion.exercises import Case, Mistake

SIGNATURE = "best_rate(H)"


def reference(H):
    """Return (rate, factor)."""
    eigenvalues = np.linalg.eigvalsh(H)
    rate = 2 / (eigenvalues[0] + eigenvalues[-1])
    return rate, np.abs(1 - rate * eigenvalues).max()


CASES = [
    Case((np.diag([1.0, 4.0]),), about="These are the eigenvalues of exercise 5.3."),
    Case((np.array([[2.0, 1.0], [1.0, 2.0]]),), about="Its eigenvalues are 1 and 3."),
    Case((np.diag([5.0, 1.0, 2.0]),), about="Only the least and the greatest eigenvalue count."),
    Case((np.eye(3),), about="A round bowl: one step is enough."),
    Case((np.array([[2, 0], [0, 6]]),), about="H holds integers."),
]


def _variant(rate, *, curvatures=np.linalg.eigvalsh, factor=None):
    """Return (rate, factor) with one thing wrong."""

    def best(H):
        c = np.sort(curvatures(H))
        chosen = rate(c)
        return chosen, np.abs(1 - chosen * c).max() if factor is None else factor(c)

    return best


def _best(c):
    return 2 / (c[0] + c[-1])


MISTAKES = [
    Mistake(lambda H: reference(H)[0], "two results are asked for, the rate and the factor."),
    Mistake(lambda H: reference(H)[::-1], "the rate comes first, then the factor."),
    Mistake(
        _variant(lambda c: 1 / c[-1]),
        "1 / λ_max is safe, but a longer step is better: at the best rate the steepest piece "
        "swings, and shrinks as fast as the flattest.",
    ),
    Mistake(_variant(lambda c: 2 / c[-1]), "2 / λ_max is the limit: there it swings for ever."),
    Mistake(
        _variant(_best, curvatures=np.diag),
        "the diagonal of H holds the eigenvalues only if everything else is 0.",
    ),
    Mistake(
        _variant(_best, factor=lambda c: 1 - _best(c) * c[-1]),
        "the factor is asked for in size, without its sign.",
    ),
    Mistake(
        _variant(_best, factor=lambda c: c[-1] / c[0]),
        "the second result is the factor of the slowest piece, not the condition number.",
    ),
    Mistake(
        _variant(_best, factor=lambda c: np.abs(1 - _best(c) * c).max() ** 2),
        "your second result is the square of the factor, by which the loss shrinks: asked for is "
        "that of the distance.",
    ),
    Mistake(
        _variant(lambda c: 2 / c.sum(), factor=lambda c: (c[-1] - c[0]) / (c[-1] + c[0])),
        "the trace is the sum of all eigenvalues: with more than two, only the least and the "
        "greatest count.",
    ),
    Mistake(
        _variant(lambda c: 2 / c.sum()),
        "with more than two eigenvalues, only the least and the greatest count.",
    ),
]
