"""Is a gradient right? Compare it with differences of the function itself.

All checks work in float64: in float32 the differences drown in rounding.
"""

from copy import deepcopy

import numpy as np

from companion._checks import as_finite, generator, positive


def numerical_gradient(f, x, h=1e-5):
    """Return the central differences (f(x + h eᵢ) - f(x - h eᵢ)) / 2h for every entry of x.

    Parameters
    ----------
    f : callable
        Takes an array of x's shape, returns a number.
    x : array_like
        Where the gradient is wanted; not changed.
    h : float
        Half the distance between the two points, above 0.

    Returns
    -------
    ndarray, float64, same shape as `x`

    Raises
    ------
    ValueError
        If h is so small that x + h and x are the same number.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    x = np.array(as_finite(x), dtype=np.float64)
    positive(h, "h")
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = above = kept + h
        f_above = float(f(x))
        x[i] = below = kept - h
        f_below = float(f(x))
        x[i] = kept
        if above == below:
            raise ValueError(f"h = {h} is lost beside x = {kept}: choose a larger h")
        gradient[i] = (f_above - f_below) / (above - below)
    return gradient


def relative_error(a, b):
    """Return ‖a - b‖ / (‖a‖ + ‖b‖): 0 if equal, at most 1; 0 if both are zero.

    Examples
    --------
    >>> relative_error([1.0, 0.0], [-1.0, 0.0])
    1.0
    """
    a, b = as_finite(a, "a"), as_finite(b, "b")
    if a.shape != b.shape:
        raise ValueError(f"a and b must have the same shape, got {a.shape} and {b.shape}")
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size else 0.0


def check_layer(layer, x, *, rng, h=1e-5):
    """Compare a layer's backward pass with central differences.

    The loss is Σ dy · forward(x) with a random dy, so that no entry of the gradient is special.
    Each evaluation runs on a copy of the layer: what the layer draws at random is drawn again the
    same, and what it has learned stays as it is.

    Parameters
    ----------
    layer : Layer
        A layer or a whole network, with parameters in float64.
    x : array_like, shape (n, n_in)
        A batch, away from corners of the layer's functions by some 10 h.
    rng : numpy.random.Generator
        Draws dy.
    h : float
        Half the distance of the differences.

    Returns
    -------
    dict of str to tuple
        For ``"x"`` and each parameter the pair (gradient, differences).
    """
    x = np.array(as_finite(x), dtype=np.float64)
    dy = generator(rng).normal(size=layer.forward(x).shape)

    def loss(x, layer=layer):
        return (dy * deepcopy(layer).forward(x, training=True)).sum()

    return _compare(layer, x, loss, lambda y: dy, h)


def check_network(net, loss_fn, x, y, *, h=1e-5):
    """Compare a network's gradients of a loss with central differences.

    Parameters
    ----------
    net : Layer
        A network with parameters in float64.
    loss_fn : callable
        ``(prediction, target) -> (loss, gradient)``.
    x : array_like, shape (n, n_in)
    y : array_like
        Targets, as `loss_fn` takes them.
    h : float
        Half the distance of the differences.

    Returns
    -------
    dict of str to tuple
        For ``"x"`` and each parameter the pair (gradient, differences).
    """
    x = np.array(as_finite(x), dtype=np.float64)

    def loss(x, net=net):
        return loss_fn(deepcopy(net).forward(x, training=True), y)[0]

    return _compare(net, x, loss, lambda prediction: loss_fn(prediction, y)[1], h)


def _compare(net, x, loss, upstream, h):
    probe = deepcopy(net)
    dx = probe.backward(upstream(probe.forward(x, training=True)), input_gradient=True)
    pairs = {"x": (dx, numerical_gradient(loss, x, h))}
    if probe.grads.keys() != probe.params.keys():
        lonely = ", ".join(sorted(probe.grads.keys() ^ probe.params.keys()))
        raise ValueError(f"params and grads must have the same keys; in one only: {lonely}")
    for name, grad in probe.grads.items():

        def loss_of_param(value, name=name):
            changed = deepcopy(net)
            changed.params[name][...] = value
            return loss(x, changed)

        pairs[name] = (grad, numerical_gradient(loss_of_param, net.params[name], h))
    return pairs
