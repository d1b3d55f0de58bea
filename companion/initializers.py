"""Where training starts: a matrix of weights, drawn so that signals keep their size.

Each function takes ``(n_in, n_out, *, rng)`` and returns an array of shape (n_in, n_out).
n_in (fan-in) is how many numbers a unit reads, n_out (fan-out) how many units read each number.
"""

import numpy as np

from companion._checks import generator, positive, whole

__all__ = [
    "zeros", "constant", "normal", "xavier_normal", "xavier_uniform", "he_normal", "he_uniform",
    "lecun_normal", "INITIALIZERS",
]  # fmt: skip


def zeros(n_in, n_out, *, rng=None):
    """Return zeros; `rng` is not used."""
    return constant(n_in, n_out, value=0.0)


def constant(n_in, n_out, *, value, rng=None):
    """Return a matrix filled with `value`; `rng` is not used."""
    return np.full(_shape(n_in, n_out), value, dtype=np.float64)


def normal(n_in, n_out, *, std, rng):
    """Draw weights from the normal distribution with mean 0 and standard deviation `std`.

    Examples
    --------
    >>> normal(3, 2, std=0.01, rng=np.random.default_rng(0)).shape
    (3, 2)
    """
    return generator(rng).normal(0.0, positive(std, "std"), _shape(n_in, n_out))


def xavier_normal(n_in, n_out, *, rng):
    """Draw from the normal distribution with variance 2 / (n_in + n_out).

    References
    ----------
    glorot2010
    """
    n_in, n_out = _shape(n_in, n_out)
    return normal(n_in, n_out, std=np.sqrt(2 / (n_in + n_out)), rng=rng)


def xavier_uniform(n_in, n_out, *, rng):
    """Draw evenly from -a to a with a = √(6 / (n_in + n_out)): the variance of `xavier_normal`.

    References
    ----------
    glorot2010
    """
    n_in, n_out = _shape(n_in, n_out)
    a = np.sqrt(6 / (n_in + n_out))
    return generator(rng).uniform(-a, a, (n_in, n_out))


def he_normal(n_in, n_out, *, rng):
    """Draw from the normal distribution with variance 2 / n_in, made for ReLU.

    References
    ----------
    he2015
    """
    n_in, n_out = _shape(n_in, n_out)
    return normal(n_in, n_out, std=np.sqrt(2 / n_in), rng=rng)


def he_uniform(n_in, n_out, *, rng):
    """Draw evenly from -a to a with a = √(6 / n_in): the variance of `he_normal`.

    References
    ----------
    he2015
    """
    n_in, n_out = _shape(n_in, n_out)
    a = np.sqrt(6 / n_in)
    return generator(rng).uniform(-a, a, (n_in, n_out))


def lecun_normal(n_in, n_out, *, rng):
    """Draw from the normal distribution with variance 1 / n_in.

    References
    ----------
    lecun1998efficient
    """
    n_in, n_out = _shape(n_in, n_out)
    return normal(n_in, n_out, std=np.sqrt(1 / n_in), rng=rng)


_ALL = (zeros, xavier_normal, xavier_uniform, he_normal, he_uniform, lecun_normal)
INITIALIZERS = {function.__name__: function for function in _ALL}


def _shape(n_in, n_out):
    return whole(n_in, "n_in"), whole(n_out, "n_out")
