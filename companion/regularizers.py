"""Regularizers: what keeps weights small, or few, or their steps short.

A penalty is called with weights and returns ``(value, gradient)``, like a loss. In a training it is
applied to those parameters for which their layer says so, of `Dense` to W alone: a bias costs
nothing.
"""

import numpy as np

from companion._checks import as_finite, as_written, not_negative, positive

__all__ = ["L2", "L1", "Elastic", "soft_threshold", "max_norm", "clip_gradients"]


class L2:
    """The penalty λ/2 Σ w², which pulls every weight towards zero in proportion to its size.

    Parameters
    ----------
    lam : float
        λ, at least 0.

    References
    ----------
    hoerl1970

    Examples
    --------
    >>> L2(0.5)([2.0, -4.0])
    (5.0, array([ 1., -2.]))
    """

    def __init__(self, lam):
        self.lam = not_negative(lam, "lam")

    def __call__(self, w):
        """Return the penalty of weights `w` of any shape, and its gradient λ w."""
        w = as_finite(w, "w")
        return float(self.lam / 2 * np.square(w).sum()), self.lam * w

    __repr__ = as_written


class L1:
    """The penalty ``λ Σ |w|``, which pulls every weight towards zero with the same force.

    Its gradient is λ sign(w); at 0, where there is a corner, 0 is taken, one of the subgradients.

    Parameters
    ----------
    lam : float
        λ, at least 0.

    References
    ----------
    tibshirani1996

    Examples
    --------
    >>> L1(0.5)([2.0, -4.0])
    (3.0, array([ 0.5, -0.5]))
    """

    def __init__(self, lam):
        self.lam = not_negative(lam, "lam")

    def __call__(self, w):
        """Return the penalty of weights `w` of any shape, and a subgradient."""
        w = as_finite(w, "w")
        return float(self.lam * np.abs(w).sum()), self.lam * np.sign(w)

    __repr__ = as_written


class Elastic:
    """The sum of an L1 and an L2 penalty.

    Parameters
    ----------
    l1, l2 : float
        Their two λ, each at least 0.

    Examples
    --------
    >>> Elastic(l1=0.5, l2=0.5)([2.0, -4.0])
    (8.0, array([ 1.5, -2.5]))
    """

    def __init__(self, l1, l2):
        self.l1, self.l2 = not_negative(l1, "l1"), not_negative(l2, "l2")

    def __call__(self, w):
        """Return the penalty of weights `w` of any shape, and a subgradient."""
        (value_1, gradient_1), (value_2, gradient_2) = L1(self.l1)(w), L2(self.l2)(w)
        return value_1 + value_2, gradient_1 + gradient_2

    __repr__ = as_written


def soft_threshold(w, t):
    """Return ``sign(w) · max(|w| - t, 0)``: each weight moved by t towards zero, stopped there.

    This is the exact minimiser of ``½ (v - w)² + t |v|`` over v; unlike a step along the L1
    gradient it gives exact zeros.

    Parameters
    ----------
    w : array_like
        Weights, any shape.
    t : float
        How far, at least 0.

    Returns
    -------
    ndarray, same shape

    References
    ----------
    tibshirani1996

    Examples
    --------
    >>> soft_threshold([3.0, -0.5, -2.0], 1)
    array([ 2.,  0., -1.])
    """
    w, t = as_finite(w, "w"), not_negative(t, "t")
    return w - np.clip(w, -t, t)


def max_norm(W, limit):
    """Return weights of which no unit's vector, a column of W, is longer than `limit`.

    Columns that are longer are scaled down to it; the rest stay as they are. Weights must be below
    1e150 (1e18 in float32), so that their squares can be summed.

    Parameters
    ----------
    W : array_like, shape (n_in, n_out)
    limit : float
        Above 0.

    Returns
    -------
    ndarray, shape (n_in, n_out)

    References
    ----------
    srivastava2014

    Examples
    --------
    >>> max_norm([[3.0, 0.3], [4.0, 0.4]], 1)
    array([[0.6, 0.3],
           [0.8, 0.4]])
    """
    W, limit = as_finite(W, "W"), positive(limit, "limit")
    if W.ndim != 2:
        raise ValueError(f"W must have shape (n_in, n_out), got {W.shape}")
    with np.errstate(over="ignore"):
        lengths = as_finite(np.sqrt(np.square(W).sum(axis=0)), "the length of each unit's weights")
    return W * (limit / np.maximum(lengths, limit))


def clip_gradients(grads, limit):
    """Return gradients scaled down together so that their joint length is at most `limit`.

    Their joint length is √(Σ g²) over all entries of all arrays. Entries must be below 1e150, so
    that their squares can be summed.

    Parameters
    ----------
    grads : dict of str to ndarray
        Not changed.
    limit : float
        Above 0.

    Returns
    -------
    grads : dict of str to ndarray
        In the same direction as before.
    length : float
        The joint length before the clipping.

    Raises
    ------
    ValueError
        If a gradient or their joint length is not finite: NaN has no direction to keep.

    References
    ----------
    pascanu2013

    Examples
    --------
    >>> clip_gradients({"W": np.array([3.0]), "b": np.array([4.0])}, limit=1)
    ({'W': array([0.6]), 'b': array([0.8])}, 5.0)
    """
    limit, grads = positive(limit, "limit"), {name: as_finite(g, name) for name, g in grads.items()}
    with np.errstate(over="ignore"):
        squares = [np.square(g, dtype=np.float64).sum() for g in grads.values()]
    length = float(as_finite(np.sqrt(sum(squares)), "the joint length of the gradients"))
    scale = limit / max(length, limit)
    return {name: scale * g for name, g in grads.items()}, length
