"""Networks whose weights are written down, not learned.

Each function returns a `Sequential` that is ready to compute: with weights that are given, or with
weights made so that the network follows a curve.
"""

import numpy as np

from companion._checks import as_finite, as_rows
from companion.initializers import zeros
from companion.layers import Activation, Dense, Sequential

__all__ = ["network", "staircase", "interpolation"]


def network(*pairs, activation="relu"):
    """Return dense layers with these weights, an activation between each two, none at the end.

    Parameters
    ----------
    *pairs : tuple
        For each layer ``(W, b)``, shapes (n_in, n_out) and (n_out,). They are copied.
    activation : str
        A key of `companion.activations.ACTIVATIONS`.

    Returns
    -------
    Sequential

    Raises
    ------
    ValueError
        If a bias does not fit its weights, or a layer the one before it.

    Examples
    --------
    >>> net = network(([[1.0], [-1.0]], [0.0]), ([[2.0]], [1.0]))
    >>> net.forward([[3.0, 1.0], [1.0, 3.0]])
    array([[5.],
           [1.]])
    """
    layers, width = [], None
    for number, (W, b) in enumerate(pairs, start=1):
        W_name, b_name = f"W of layer {number}", f"b of layer {number}"
        W, b = as_rows(as_finite(W, W_name), W_name), as_finite(b, b_name)
        n_in, n_out = W.shape
        if b.shape != (n_out,):
            raise ValueError(f"{b_name} must have shape ({n_out},), got {b.shape}")
        if width not in (None, n_in):
            raise ValueError(f"layer {number} must read {width} numbers, its W has shape {W.shape}")
        layer, width = Dense(n_in, n_out, rng=None, init=zeros), n_out
        layer.params["W"][...], layer.params["b"][...] = W, b
        layers += [layer, Activation(activation)]
    return Sequential(*layers[:-1])


def staircase(jumps, values):
    """Return a network of one input whose step units jump from each value to the next.

    Unit k turns on where x > jumps[k], and its outgoing weight is the height of the jump there.

    Parameters
    ----------
    jumps : array_like, shape (m,)
        Where the units turn on, in increasing order.
    values : array_like, shape (m + 1,) or (m + 1, n_out)
        What is wanted before the first jump, between the jumps, and after the last one.

    Returns
    -------
    Sequential
        From 1 input through m step units to n_out outputs.

    Examples
    --------
    >>> net = staircase([0.0, 1.0], [5.0, 7.0, 4.0])
    >>> net.forward([[-1.0], [0.5], [2.0]]).ravel()
    array([5., 7., 4.])
    """
    jumps, values = _curve(jumps, values, 1, "jumps", "values")
    return network(
        (np.ones((1, len(jumps))), -jumps),
        (np.diff(values, axis=0), values[0]),
        activation="step",
    )


def interpolation(x, y):
    """Return a ReLU network of one input that joins points by straight lines.

    Unit k turns on at x[k], and its outgoing weight is the change of slope there. Left of the first
    point the network stays at y[0]; right of the last one it goes straight on.

    Parameters
    ----------
    x : array_like, shape (m + 1,)
        In increasing order.
    y : array_like, shape (m + 1,) or (m + 1, n_out)

    Returns
    -------
    Sequential
        From 1 input through m ReLU units to n_out outputs.

    Examples
    --------
    >>> net = interpolation([0.0, 1.0, 3.0], [0.0, 2.0, 0.0])
    >>> net.forward([[0.5], [1.0], [2.0], [4.0]]).ravel()
    array([ 1.,  2.,  1., -1.])
    """
    x, y = _curve(x, y, 0, "x", "y")
    if len(x) < 2:
        raise ValueError("x must hold two points or more, got one")
    slopes = np.diff(y, axis=0) / np.diff(x)[:, None]
    changes = np.diff(slopes, axis=0, prepend=0)
    return network((np.ones((1, len(x) - 1)), -x[:-1]), (changes, y[0]))


def _curve(x, y, more, x_name, y_name):
    """Return increasing x (m,), and y as rows (m + more, n_out)."""
    x, y = as_finite(x, x_name), as_finite(y, y_name)
    if x.ndim != 1 or len(x) == 0 or not (np.diff(x) > 0).all():
        raise ValueError(f"{x_name} must be numbers in increasing order, got {x.tolist()}")
    if y.ndim not in (1, 2) or len(y) != len(x) + more:
        raise ValueError(f"{y_name} must have {len(x) + more} rows, got shape {y.shape}")
    return x, y.reshape(len(y), -1)
