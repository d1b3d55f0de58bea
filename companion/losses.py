"""Losses: how wrong a prediction is, and in which direction.

Each loss is a pure function ``(prediction, target) -> (loss, gradient)``. The loss is one number,
the mean over the batch; the gradient is its derivative with respect to each entry of the
prediction, in the prediction's shape. Labels are integers (n,) or one-hot (n, k).
"""

import numpy as np

from companion._checks import (
    as_binary,
    as_classes,
    as_finite,
    as_float,
    as_rows,
    positive,
    same_shape,
    whole,
)
from companion.activations import sigmoid, softplus

__all__ = [
    "SMALLEST_PROBABILITY", "one_hot", "log_sum_exp", "log_softmax", "softmax", "cross_entropy",
    "softmax_cross_entropy", "binary_cross_entropy", "bce_with_logits", "squared_error",
    "absolute_error",
]  # fmt: skip

#: Probabilities are kept this far from 0 before a logarithm is taken.
SMALLEST_PROBABILITY = 1e-12


def one_hot(labels, k):
    """Return labels (n,) as rows of k numbers, a 1 at the label and else 0.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    k, n = whole(k, "k"), len(np.atleast_1d(labels))
    return np.eye(k)[as_classes(labels, n, k)]


def log_sum_exp(z):
    """Return log Σ exp(z) over the last axis, as max z + log Σ exp(z - max z).

    Parameters
    ----------
    z : array_like, shape (k,) or (n, k)

    Returns
    -------
    ndarray, shape () or (n,)
    """
    z = _scores(z)
    return z.max(axis=-1) - _log_softmax(z).max(axis=-1)


def log_softmax(z):
    """Return log softmax(z) = z - log Σ exp(z) over the last axis.

    Parameters
    ----------
    z : array_like, shape (k,) or (n, k)
        Logits.

    Returns
    -------
    ndarray, same shape
    """
    return _log_softmax(_scores(z))


@np.errstate(over="ignore")  # behind by more than any float: a probability of 0
def softmax(z, temperature=1.0):
    """Return exp(z / T) / Σ exp(z / T) over the last axis: positive numbers that sum to 1.

    Parameters
    ----------
    z : array_like, shape (k,) or (n, k)
        Logits.
    temperature : float
        T, above 0: a small T sharpens, a large one flattens.

    Returns
    -------
    ndarray, same shape

    Raises
    ------
    ValueError
        If the last axis is empty or the temperature is not above 0.

    Examples
    --------
    >>> softmax([1e4, 1e4, -1e4])
    array([0.5, 0.5, 0. ])
    """
    half = _scores(z) / 2  # whose differences cannot overflow before a high T makes them small
    behind = (half - half.max(axis=-1, keepdims=True)) / positive(temperature, "temperature")
    return np.exp(_log_softmax(2 * behind))


def cross_entropy(probs, labels):
    """Return the mean of -log p(label), and its gradient by the probabilities.

    Probabilities below 1e-12 count as 1e-12, in the loss and in the gradient, so that both are
    finite where the truth was given no chance at all.

    Parameters
    ----------
    probs : array_like, shape (n, k)
        Probabilities, each from 0 to 1.
    labels : array_like, shape (n,) or (n, k)
        Integers or one-hot.

    Returns
    -------
    loss : float
    gradient : ndarray, shape (n, k)

    Examples
    --------
    >>> cross_entropy([[0.5, 0.5]], [1])
    (0.6931471805599453, array([[ 0., -2.]]))
    """
    probs = _probabilities(as_rows(probs, "probs"))
    n, k = probs.shape
    true = np.arange(n), as_classes(labels, n, k)
    p = np.maximum(probs[true], SMALLEST_PROBABILITY)
    gradient = np.zeros_like(probs)
    gradient[true] = -1 / (n * p)
    return _mean(-np.log(p)), gradient


def softmax_cross_entropy(logits, labels):
    """Return the cross-entropy of softmax(logits), and its gradient (p - y) / n by the logits.

    Parameters
    ----------
    logits : array_like, shape (n, k)
    labels : array_like, shape (n,) or (n, k)
        Integers or one-hot.

    Returns
    -------
    loss : float
    gradient : ndarray, shape (n, k)

    Raises
    ------
    ValueError
        If shapes do not fit, the batch is empty, a label is out of range or a logit is not
        finite, as after a training that diverged.

    Examples
    --------
    >>> softmax_cross_entropy([[0, 0]], [1])
    (0.6931471805599453, array([[ 0.5, -0.5]]))
    """
    logits = as_rows(as_finite(logits, "logits"), "logits")
    n, k = logits.shape
    true = np.arange(n), as_classes(labels, n, k)
    log_p = _log_softmax(logits)
    gradient = np.exp(log_p)
    gradient[true] -= 1
    gradient /= n
    return _mean(-log_p[true]), gradient


def binary_cross_entropy(p, y):
    """Return the mean of -y log p - (1 - y) log(1 - p), and its gradient by p.

    p and 1 - p below 1e-12 count as 1e-12.

    Parameters
    ----------
    p : array_like, shape (n,) or (n, 1)
        Probabilities of class 1, each from 0 to 1.
    y : array_like, same shape
        Labels, 0 or 1.

    Returns
    -------
    loss : float
    gradient : ndarray, same shape as `p`
    """
    p, y = _probabilities(as_float(p, "p")), as_binary(y)
    same_shape(p, y, "p", "y")
    true = np.maximum(np.where(y == 1, p, 1 - p), SMALLEST_PROBABILITY)
    return _mean(-np.log(true)), (1 - 2 * y.astype(p.dtype)) / (p.size * true)


def bce_with_logits(z, y):
    """Return the binary cross-entropy of σ(z), and its gradient (σ(z) - y) / n by z.

    With y = 1 the loss of a logit is log(1 + exp(-z)), with y = 0 it is log(1 + exp(z)), both
    finite for every finite z.

    Parameters
    ----------
    z : array_like, shape (n,) or (n, 1)
        Logits.
    y : array_like, same shape
        Labels, 0 or 1.

    Returns
    -------
    loss : float
    gradient : ndarray, same shape as `z`

    Examples
    --------
    >>> bce_with_logits([0.0], [1])
    (0.6931471805599453, array([-0.5]))
    """
    z, y = as_finite(z, "z"), as_binary(y)
    same_shape(z, y, "z", "y")
    y = y.astype(z.dtype)
    return _mean(softplus(np.where(y == 1, -z, z))), (sigmoid(z) - y) / z.size


@np.errstate(over="ignore")
def squared_error(prediction, target):
    """Return the mean over the rows of ½ ‖prediction - target‖², and its gradient.

    Parameters
    ----------
    prediction : array_like, shape (n,) or (n, k)
    target : array_like, same shape

    Returns
    -------
    loss : float
    gradient : ndarray, same shape

    Examples
    --------
    >>> squared_error([1.0, 4.0], [1.0, 2.0])
    (1.0, array([0., 1.]))
    """
    error = _error(prediction, target)
    return float((np.square(error) / (2 * len(error))).sum()), error / len(error)


@np.errstate(over="ignore")
def absolute_error(prediction, target):
    """Return the mean over the rows of ``Σ |prediction - target|``, and its gradient.

    The gradient is the sign of the error over n; at an error of 0 it is 0, by convention.

    Parameters and results have the shapes of `squared_error`.
    """
    error = _error(prediction, target)
    return float((np.abs(error) / len(error)).sum()), np.sign(error) / len(error)


def _mean(losses):
    """Return the mean as a plain number; each is divided before the sum, which might overflow."""
    return float((losses / losses.size).sum())


def _scores(z):
    """Return scores; -inf, no chance at all, is legal as long as another score stands beside it."""
    z = as_float(z, "z")
    if z.ndim not in (1, 2) or z.shape[-1] == 0:
        raise ValueError(f"z must have shape (k,) or (n, k) with k ≥ 1, got {z.shape}")
    top = z.max(axis=-1)
    if not np.isfinite(top).all():
        bad = top[~np.isfinite(top)][0]
        raise ValueError(f"the greatest score of each row must be finite, got {bad}")
    return z


def _log_softmax(z):
    """Subtract the greatest first: the softmax is the same, and no exponential overflows."""
    with np.errstate(over="ignore"):  # behind by more than any float: a probability of 0
        behind = z - z.max(axis=-1, keepdims=True)
    return behind - np.log(np.exp(behind).sum(axis=-1, keepdims=True))


def _probabilities(p):
    bad = p[~((p >= 0) & (p <= 1))]
    if bad.size:
        raise ValueError(f"probabilities must lie from 0 to 1, got {bad[0]}")
    return p


def _error(prediction, target):
    prediction, target = as_finite(prediction, "prediction"), as_finite(target, "target")
    if prediction.ndim == 0:
        raise ValueError("prediction must have a batch axis, got shape ()")
    same_shape(prediction, target, "prediction", "target")
    return prediction - target.astype(prediction.dtype)
