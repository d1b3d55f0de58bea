"""Layers: a forward pass, a backward pass, and the parameters between them.

A layer is an object around a pure pair of functions. A subclass writes only

    _forward(x, training) -> (y, cache)     reads x and params, changes nothing
    _backward(dy, cache) -> dx              sets each entry of grads, whole

dy is ∂L/∂y, the derivative of the loss by the layer's output, and dx is ∂L/∂x. The base class
keeps the cache between the two. Samples are rows: x (n, n_in), W (n_in, n_out), b (n_out,).
"""

import numpy as np

from companion._checks import (
    as_finite,
    as_float,
    as_rows,
    choose,
    floating,
    fraction,
    generator,
    positive,
    whole,
)
from companion.activations import activation, prelu, prelu_derivative, prelu_slope_derivative
from companion.initializers import INITIALIZERS


class Layer:
    """The part that every layer shares: it remembers between forward and backward.

    Attributes
    ----------
    params : dict of str to ndarray
        What is learned. Arrays change in place and are never replaced.
    grads : dict of str to ndarray
        The derivative of the loss by each parameter, under the same keys, after `backward`.
    """

    def __init__(self):
        self.params = {}
        self.grads = {}
        self._cache = None

    def state(self):
        """Return all that a prediction depends on: the parameters, and what else a layer keeps.

        Returns
        -------
        dict of str to ndarray
            The layer's own arrays, not copies.
        """
        return dict(self.params)

    def forward(self, x, *, training=False):
        """Return the layer's output.

        Parameters
        ----------
        x : array_like, shape (n, n_in)
            A batch with samples as rows.
        training : bool
            Whether `backward` will follow; only then is anything remembered.

        Returns
        -------
        ndarray, shape (n, n_out)
        """
        y, cache = self._forward(x, training)
        if training:
            self._cache = (cache, y.shape, y.dtype)
        return y

    def backward(self, dy, *, input_gradient=True):
        """Set `grads` and return ∂L/∂x, using up what the last training pass remembered.

        Parameters
        ----------
        dy : array_like
            ∂L/∂y, in the shape of the output.
        input_gradient : bool
            Whether ∂L/∂x is wanted. The first layer of a network has nobody to hand it to.

        Returns
        -------
        ndarray or None
            ∂L/∂x in the shape of the input, or None if it was not asked for.

        Raises
        ------
        RuntimeError
            If no ``forward(x, training=True)`` came before.
        ValueError
            If `dy` does not have the shape of the output.
        """
        if self._cache is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward needs a forward(x, training=True) before it, "
                "one for each backward"
            )
        cache, shape, dtype = self._cache
        dy = as_float(dy, "dy")
        if dy.shape != shape:
            raise ValueError(f"dy must have the shape of the output, {shape}, got {dy.shape}")
        self._cache = None
        dy = dy.astype(dtype, copy=False)
        if input_gradient:
            return self._backward(dy, cache)
        self._backward_params(dy, cache)
        return None

    def _forward(self, x, training):
        raise NotImplementedError

    def _backward(self, dy, cache):
        raise NotImplementedError

    def _backward_params(self, dy, cache):
        """Set `grads` alone; a layer writes it where leaving out ∂L/∂x saves work."""
        self._backward(dy, cache)


class Dense(Layer):
    """Every unit reads every input: y = x W + b.

    Parameters
    ----------
    n_in, n_out : int
        How many numbers come in and go out.
    rng : numpy.random.Generator
        Draws the weights.
    init : str or callable
        A key of `INITIALIZERS`, or a function ``(n_in, n_out, *, rng)`` that returns W.
    dtype : dtype
        Of the parameters; the layer computes in it.

    Examples
    --------
    >>> Dense(3, 2, rng=np.random.default_rng(0)).forward([[0, 0, 0]])
    array([[0., 0.]])
    """

    def __init__(self, n_in, n_out, *, rng, init="xavier_normal", dtype=np.float64):
        super().__init__()
        n_in, n_out, dtype = whole(n_in, "n_in"), whole(n_out, "n_out"), floating(dtype)
        initializer = init if callable(init) else choose(init, INITIALIZERS, "initializer")
        W = np.array(initializer(n_in, n_out, rng=rng), dtype=dtype)
        if W.shape != (n_in, n_out):
            raise ValueError(f"init must return shape {(n_in, n_out)}, got {W.shape}")
        self.params = {"W": W, "b": np.zeros(n_out, dtype)}

    def _forward(self, x, training):
        W, b = self.params["W"], self.params["b"]
        x = as_rows(x, "x", columns=len(W)).astype(W.dtype, copy=False)
        return x @ W + b, x

    def _backward(self, dy, x):
        self._backward_params(dy, x)
        return dy @ self.params["W"].T

    def _backward_params(self, dy, x):
        self.grads["W"] = x.T @ dy
        self.grads["b"] = dy.sum(axis=0)


class Activation(Layer):
    """An activation function, applied to each number: y = f(x), dx = dy · f'(x).

    Parameters
    ----------
    name : str
        A key of `companion.activations.ACTIVATIONS`.
    **options
        What else the function takes, such as ``alpha``.

    Examples
    --------
    >>> Activation("relu").forward([[-1.0, 2.0]])
    array([[0., 2.]])
    """

    def __init__(self, name, **options):
        super().__init__()
        self.name = name
        self.function, self.derivative = activation(name, **options)

    def _forward(self, x, training):
        x = as_rows(x)
        return self.function(x), x

    def _backward(self, dy, x):
        return dy * self.derivative(x)


class PReLU(Layer):
    """Leaky ReLU whose slope on the left is learned, one for each feature.

    Parameters
    ----------
    n : int
        Number of features.
    alpha : float
        The slope at the start.
    dtype : dtype
        Of the slopes; the layer computes in it.

    References
    ----------
    he2015

    Examples
    --------
    >>> PReLU(2, alpha=0.5).forward([[-4.0, 4.0]])
    array([[-2.,  4.]])
    """

    def __init__(self, n, alpha=0.25, *, dtype=np.float64):
        super().__init__()
        alpha = as_finite(alpha, "alpha")
        if alpha.ndim:
            raise ValueError(f"alpha must be one number, got shape {alpha.shape}")
        self.params = {"alpha": np.full(whole(n, "n"), alpha, floating(dtype))}

    def _forward(self, x, training):
        alpha = self.params["alpha"]
        x = as_rows(x, "x", columns=len(alpha)).astype(alpha.dtype, copy=False)
        return prelu(x, alpha), x

    def _backward(self, dy, x):
        self.grads["alpha"] = (dy * prelu_slope_derivative(x)).sum(axis=0)
        return dy * prelu_derivative(x, self.params["alpha"])


class BatchNorm(Layer):
    """Give each feature mean β and deviation γ over the batch: y = γ (x - mean) / √(var + ε) + β.

    In training mean and variance (with 1/n) are those of the batch, and running statistics move
    towards them: running ← momentum · running + (1 - momentum) · batch. At inference the running
    statistics take their place.

    Parameters
    ----------
    n : int
        Number of features.
    momentum : float
        The share of the running statistics that is kept at a step, from 0 to below 1.
    eps : float
        ε, above 0.
    dtype : dtype
        Of the parameters; the layer computes in it.

    Attributes
    ----------
    mean : ndarray
        The running mean, shape (n,).
    var : ndarray
        The running variance, shape (n,).

    References
    ----------
    ioffe2015

    Examples
    --------
    >>> BatchNorm(1, eps=1e-12).forward([[1.0], [3.0]], training=True)
    array([[-1.],
           [ 1.]])
    """

    def __init__(self, n, *, momentum=0.9, eps=1e-5, dtype=np.float64):
        super().__init__()
        n, dtype = whole(n, "n"), floating(dtype)
        self.momentum, self.eps = fraction(momentum, "momentum"), positive(eps, "eps")
        self.params = {"gamma": np.ones(n, dtype), "beta": np.zeros(n, dtype)}
        self.mean, self.var = np.zeros(n, dtype), np.ones(n, dtype)

    def state(self):
        """Return the parameters and the running statistics."""
        return {**self.params, "mean": self.mean, "var": self.var}

    def _forward(self, x, training):
        gamma, beta = self.params["gamma"], self.params["beta"]
        x = as_rows(x, "x", columns=len(gamma)).astype(gamma.dtype, copy=False)
        mean, var = self.mean, self.var
        if training:
            if len(x) == 1:
                raise ValueError("training-mode batch norm needs two samples or more, got one")
            as_finite(x)  # a single NaN would stay in the running statistics for good
            mean, var = x.mean(axis=0), x.var(axis=0)
            for running, batch in ((self.mean, mean), (self.var, var)):
                running *= self.momentum
                running += (1 - self.momentum) * batch
        deviation = np.sqrt(var + self.eps)
        normed = (x - mean) / deviation
        return gamma * normed + beta, (normed, deviation)

    def _backward(self, dy, cache):
        normed, deviation = cache
        self.grads["gamma"] = (dy * normed).sum(axis=0)
        self.grads["beta"] = dy.sum(axis=0)
        n = len(dy)
        centred = dy - self.grads["beta"] / n - normed * (self.grads["gamma"] / n)
        return self.params["gamma"] / deviation * centred


class Dropout(Layer):
    """Set each number to 0 with probability p in training; do nothing at inference.

    What is kept is divided by 1 - p, so that the expected value stays (inverted dropout).

    Parameters
    ----------
    p : float
        Probability of dropping, from 0 to below 1.
    rng : numpy.random.Generator
        Draws what is dropped.

    References
    ----------
    srivastava2014

    Examples
    --------
    >>> Dropout(0.5, rng=np.random.default_rng(0)).forward([[1.0, 2.0]])
    array([[1., 2.]])
    """

    def __init__(self, p, *, rng):
        super().__init__()
        self.p, self.rng = fraction(p, "p"), generator(rng)

    def _forward(self, x, training):
        x = as_rows(x)
        if not training:
            return x.copy(), None
        mask = (self.rng.random(x.shape) >= self.p) / x.dtype.type(1 - self.p)
        return x * mask, mask

    def _backward(self, dy, mask):
        return dy * mask


class Sequential(Layer):
    """Layers one after another; itself a layer.

    Its parameters carry the number of their layer: ``"0.W"``, ``"0.b"``, ``"2.W"`` …, and are the
    same arrays as in ``layers[0].params["W"]`` …

    Parameters
    ----------
    *layers : Layer

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> net = Sequential(Dense(2, 3, rng=rng), Activation("tanh"), Dense(3, 1, rng=rng))
    >>> list(net.params)
    ['0.W', '0.b', '2.W', '2.b']
    """

    def __init__(self, *layers):
        if not layers or not all(isinstance(layer, Layer) for layer in layers):
            raise TypeError("Sequential takes one or more layers")
        if len(set(map(id, layers))) < len(layers):
            raise ValueError("a layer object may stand in a network only once")
        self.layers = layers
        self._cache = None

    @property
    def params(self):
        """The parameters of all layers, as ``"<number>.<name>"``."""
        return _numbered([layer.params for layer in self.layers])

    def state(self):
        """Return the state of all layers, under keys such as ``"1.gamma"`` and ``"1.mean"``."""
        return _numbered([layer.state() for layer in self.layers])

    @property
    def grads(self):
        """The gradients of all layers, under the same keys."""
        return _numbered([layer.grads for layer in self.layers])

    def backward(self, dy, *, input_gradient=False):
        """Set `grads` in every layer; ∂L/∂x is computed and returned only if asked for."""
        return super().backward(dy, input_gradient=input_gradient)

    def _forward(self, x, training):
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x, None

    def _backward(self, dy, cache, input_gradient=True):
        for layer in self.layers[:0:-1]:
            dy = layer.backward(dy, input_gradient=True)
        return self.layers[0].backward(dy, input_gradient=input_gradient)

    def _backward_params(self, dy, cache):
        self._backward(dy, cache, input_gradient=False)


def summary(net, n_in):
    """Return a table of a network's layers, with the shapes of their outputs and their parameters.

    Parameters
    ----------
    net : Layer
        Usually a `Sequential`.
    n_in : int
        How many features come in.

    Returns
    -------
    str

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> print(summary(Sequential(Dense(8, 9, rng=rng), Activation("relu")), 8))
    layer    output  parameters
    0 Dense  (n, 9)          81
    1 relu   (n, 9)           0
    total                    81
    """
    x, rows, total = np.zeros((1, whole(n_in, "n_in"))), [("layer", "output", "parameters")], 0
    for number, layer in enumerate(net.layers if isinstance(net, Sequential) else [net]):
        x = layer.forward(x)
        size = sum(array.size for array in layer.params.values())
        name = layer.name if isinstance(layer, Activation) else type(layer).__name__
        rows.append((f"{number} {name}", f"(n, {x.shape[1]})", f"{size:,}"))
        total += size
    rows.append(("total", "", f"{total:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows)


def _numbered(layers):
    """Join one dictionary a layer to a single one; each key begins with the layer's number."""
    return {
        f"{number}.{name}": array
        for number, arrays in enumerate(layers)
        for name, array in arrays.items()
    }
