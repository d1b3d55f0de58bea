"""log_uniform(low, high, size, rng): numbers between low and high with an even logarithm.

Everybody's numbers are the same if they come from the generator in one call or one by one: the
exponent is drawn evenly between the logarithms of the ends.
"""

import numpy as np

from companion.exercises import Case, Mistake

SIGNATURE = "log_uniform(low, high, size, rng)"


def reference(*args):
    """Return as many numbers as asked for, whose logarithms are drawn evenly."""
    low, high, size, rng = args
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


CASES = [
    Case((0.0001, 1.0, 6, np.random.default_rng(0)), about="Exponents from -4 to 0."),
    Case((0.003, 0.2, 5, np.random.default_rng(1)), about="The ends are no powers of ten."),
    Case((1, 1000, 4, np.random.default_rng(2)), about="The ends are integers, the numbers not."),
    Case((2.0, 2.0, 3, np.random.default_rng(3)), about="Both ends are the same number."),
    Case((0.5, 8.0, 1, np.random.default_rng(4)), about="One number is an array, too."),
]

MISTAKES = [
    Mistake(
        lambda low, high, size, rng: rng.uniform(low, high, size),
        "the numbers themselves are drawn evenly: draw the exponent, the logarithm, evenly.",
    ),
    Mistake(
        lambda low, high, size, rng: rng.uniform(np.log10(low), np.log10(high), size),
        "these are the exponents of ten: return 10 to these powers.",
    ),
    Mistake(
        lambda low, high, size, rng: rng.uniform(np.log(low), np.log(high), size),
        "these are natural logarithms: return e to these powers.",
    ),
    Mistake(
        lambda low, high, size, rng: 10 ** rng.uniform(np.log(low), np.log(high), size),
        "np.log is the natural logarithm, which np.exp undoes; powers of ten go with np.log10.",
    ),
    Mistake(
        lambda low, high, size, rng: np.exp(rng.uniform(np.log10(low), np.log10(high), size)),
        "np.exp undoes np.log; with np.log10 it has to be 10 to the power.",
    ),
    Mistake(
        lambda low, high, size, rng: 10 ** rng.uniform(low, high, size),
        "low and high are the ends themselves, not their exponents: take their logarithms first.",
    ),
    Mistake(
        lambda low, high, size, rng: np.sort(reference(low, high, size, rng)),
        "the numbers are sorted: return them in the order in which they are drawn.",
    ),
    Mistake(
        lambda low, high, size, rng: np.repeat(reference(low, high, 1, rng), size),
        "one number is repeated: draw each of them.",
    ),
]
