"""Layers: a forward pass, a backward pass, and the parameters between them.

A layer is an object around a pure pair of functions. A subclass writes only

    _forward(x, training) -> (y, cache)     reads x and params, changes nothing
    _backward(dy, cache) -> dx              sets each entry of grads, whole

dy is ∂L/∂y, the derivative of the loss by the layer's output, and dx is ∂L/∂x. The base class
keeps the cache between the two. Samples are rows: x (n, n_in), W (n_in, n_out), b (n_out,).
"""

import numpy as np

from companion._checks import as_float, as_rows, choose, whole
from companion.activations import activation
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
        n_in, n_out = whole(n_in, "n_in"), whole(n_out, "n_out")
        if not np.issubdtype(dtype, np.floating):
            raise ValueError(f"dtype must be a floating-point type, got {dtype!r}")
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
        self.function, self.derivative = activation(name, **options)

    def _forward(self, x, training):
        x = as_rows(x)
        return self.function(x), x

    def _backward(self, dy, x):
        return dy * self.derivative(x)


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
        return self._collect("params")

    @property
    def grads(self):
        """The gradients of all layers, under the same keys."""
        return self._collect("grads")

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

    def _collect(self, what):
        return {
            f"{number}.{name}": array
            for number, layer in enumerate(self.layers)
            for name, array in getattr(layer, what).items()
        }
