"""Layers: a forward pass, a backward pass, and the parameters between them.

A layer is an object around a pure pair of functions. A subclass hands its parameters to
``super().__init__`` by name, and writes only

    _forward(x, training) -> (y, cache)     reads x and params, changes nothing
    _backward(dy, cache) -> (dx, grads)     grads: a dict with the keys of params

dy is ∂L/∂y, the derivative of the loss with respect to the layer's output, and dx is ∂L/∂x. The
base class looks at what comes in, keeps the cache between the two passes, and stores the gradients.
Samples are rows: x (n, n_in), W (n_in, n_out), b (n_out,).
"""

from textwrap import indent

import numpy as np

from companion._checks import (
    as_finite,
    as_float,
    as_number,
    as_rows,
    as_written,
    choose,
    floating,
    fraction,
    generator,
    positive,
    whole,
)
from companion.activations import activation, prelu, prelu_derivative
from companion.arrays import Arrays, numbered
from companion.initializers import INITIALIZERS

__all__ = ["Layer", "Dense", "Activation", "PReLU", "BatchNorm", "Dropout", "Sequential", "summary"]


class Layer:
    """The part that every layer shares: it remembers between forward and backward.

    Parameters
    ----------
    **params : array_like
        What is learned, by name.

    Attributes
    ----------
    params : Arrays
        What is learned. An array changes in place; ``params["W"] = array`` copies into it.
    grads : Arrays
        The derivative of the loss with respect to each parameter, after `backward`.
    n_in : int or None
        How many features an input has, shape (n, n_in); None if it may have any shape (n, …).
    dtype : dtype or None
        The type of the parameters, in which the layer computes; None: that of its input.
    """

    n_in = None
    #: The parameters that a penalty or weight decay applies to.
    decayed = ()

    def __init__(self, **params):
        arrays = {name: as_float(param, name) for name, param in params.items()}
        self._params = Arrays(arrays, self.decayed)
        self.dtype = next((array.dtype.type for array in arrays.values()), None)
        self._grads = Arrays({})
        self._cache = None

    @property
    def params(self):
        """What is learned, by name."""
        return self._params

    @property
    def grads(self):
        """The derivative of the loss with respect to each parameter, after `backward`."""
        return self._grads

    def state(self):
        """Return all that a prediction depends on: the parameters, and what else a layer keeps.

        Returns
        -------
        Arrays
            The layer's own arrays, not copies.
        """
        return self.params

    def forward(self, x, *, training=False, remember=None):
        """Return the layer's output.

        Parameters
        ----------
        x : array_like, shape (n, n_in) or (n, …)
            A batch, one sample an entry.
        training : bool
            The mode: whether batch norm and dropout behave as in training.
        remember : bool, optional
            Whether `backward` will follow. None: as `training`.

        Returns
        -------
        ndarray, shape (n, n_out) or (n, …)
        """
        x = as_rows(x, columns=self.n_in, more_axes=self.n_in is None)
        if self.dtype is not None:
            x = x.astype(self.dtype, copy=False)
        y, cache = self._forward(x, training)
        if training if remember is None else remember:
            self._cache = (cache, y.shape, y.dtype)
        return y

    def backward(self, dy, *, input_gradient=True):
        """Set `grads` and return ∂L/∂x, using up what the last forward pass remembered.

        Parameters
        ----------
        dy : array_like
            ∂L/∂y, in the shape of the output.
        input_gradient : bool
            Whether ∂L/∂x is wanted. A training step has no use for that of the first layer.

        Returns
        -------
        ndarray or None
            ∂L/∂x in the shape of the input, or None if it was not asked for.

        Raises
        ------
        RuntimeError
            If no forward pass that remembers came before.
        ValueError
            If `dy` does not have the shape of the output.
        """
        if self._cache is None:
            needs = "needs a forward(x, training=True) before it, one for each backward"
            raise RuntimeError(f"{type(self).__name__}.backward {needs}")
        cache, shape, dtype = self._cache
        dy = as_float(dy, "dy")
        if dy.shape != shape:
            raise ValueError(f"dy must have the shape of the output, {shape}, got {dy.shape}")
        self._cache, dx = None, None
        dy = dy.astype(dtype, copy=False)
        if input_gradient:
            dx, grads = self._backward(dy, cache)
        else:
            grads = self._param_gradients(dy, cache)
        self._grads = Arrays({name: np.asarray(grad) for name, grad in grads.items()})
        has, gets = ({name: a.shape for name, a in d.items()} for d in (self.params, self._grads))
        if has != gets:
            raise ValueError(f"{type(self).__name__} has parameters {has}, but gradients {gets}")
        return dx

    def _forward(self, x, training):
        raise NotImplementedError

    def _backward(self, dy, cache):
        raise NotImplementedError

    def _param_gradients(self, dy, cache):
        """Return `grads` alone; a layer writes it where leaving out ∂L/∂x saves work."""
        return self._backward(dy, cache)[1]

    def __setattr__(self, name, value):
        if isinstance(value, Layer):
            inside = f"{name}: a layer inside a layer would not be trained"
            raise TypeError(f"{inside}; make yours a kind of Sequential, which holds layers")
        super().__setattr__(name, value)

    def __call__(self, x):
        """Return the output at inference, as `forward` does."""
        return self.forward(x)

    __repr__ = as_written


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

    decayed = ("W",)

    def __init__(self, n_in, n_out, *, rng, init="xavier_normal", dtype=np.float64):
        n_in, n_out, dtype = whole(n_in, "n_in"), whole(n_out, "n_out"), floating(dtype)
        initializer = init if callable(init) else choose(init, INITIALIZERS, "initializer")
        W = np.array(initializer(n_in, n_out, rng=rng), dtype=dtype)
        if W.shape != (n_in, n_out):
            raise ValueError(f"init must return shape {(n_in, n_out)}, got {W.shape}")
        super().__init__(W=W, b=np.zeros(n_out, dtype))
        self.n_in, self.n_out, self.init = n_in, n_out, init

    def _forward(self, x, training):
        return x @ self.params["W"] + self.params["b"], x

    def _backward(self, dy, x):
        return dy @ self.params["W"].T, self._param_gradients(dy, x)

    def _param_gradients(self, dy, x):
        return {"W": x.T @ dy, "b": dy.sum(axis=0)}


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
        self.name, self.options = name, options
        self.function, self.derivative = activation(name, **options)

    def _forward(self, x, training):
        return self.function(x), x

    def _backward(self, dy, x):
        return dy * self.derivative(x), {}

    def __repr__(self):
        options = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f"Activation({self.name!r}{options})"


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
        alpha = as_number(alpha, "alpha")
        super().__init__(alpha=np.full(whole(n, "n"), alpha, floating(dtype)))
        self.n, self.n_in, self.alpha = n, n, alpha

    def _forward(self, x, training):
        return prelu(x, self.params["alpha"]), x

    def _backward(self, dy, x):
        dalpha = (dy * np.minimum(x, 0)).sum(axis=0)  # the slope multiplies x where x < 0
        return dy * prelu_derivative(x, self.params["alpha"]), {"alpha": dalpha}


class BatchNorm(Layer):
    """Give each feature mean β and deviation γ, up to its sign: y = γ (x - mean) / √(var + ε) + β.

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
        n, dtype = whole(n, "n"), floating(dtype)
        super().__init__(gamma=np.ones(n, dtype), beta=np.zeros(n, dtype))
        self.momentum, self.eps = fraction(momentum, "momentum"), positive(eps, "eps")
        self.mean, self.var = np.zeros(n, dtype), np.ones(n, dtype)
        self.n = self.n_in = n

    def __setattr__(self, name, value):
        if name in ("mean", "var") and hasattr(self, name):
            self.state()[name] = value  # copied into the array that is there, after a check
        else:
            super().__setattr__(name, value)

    def state(self):
        """Return the parameters and the running statistics."""
        return Arrays({**self.params, "mean": self.mean, "var": self.var})

    def _forward(self, x, training):
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
        return self.params["gamma"] * normed + self.params["beta"], (normed, deviation, training)

    def _backward(self, dy, cache):
        normed, deviation, training = cache
        dgamma, dbeta = (dy * normed).sum(axis=0), dy.sum(axis=0)
        if training:  # mean and variance depend on x, too
            dy = dy - dbeta / len(dy) - normed * (dgamma / len(dy))
        return self.params["gamma"] / deviation * dy, {"gamma": dgamma, "beta": dbeta}


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
        if not training:
            return x.copy(), 1
        mask = (self.rng.random(x.shape) >= self.p) / x.dtype.type(1 - self.p)
        return x * mask, mask

    def _backward(self, dy, mask):
        return dy * mask, {}


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
            got = ", ".join(map(repr, layers)) or "nothing"
            what = "one or more layers (of a list, write Sequential(*layers))"
            raise TypeError(f"Sequential takes {what}, got {got}")
        if len(set(map(id, layers))) < len(layers):
            raise ValueError("a layer object may stand in a network only once")
        super().__init__()
        self.layers = layers
        decayed = numbered(dict.fromkeys(layer.params.decayed) for layer in layers)
        self._params = Arrays(numbered(layer.params for layer in layers), decayed)

    @property
    def grads(self):
        """The gradients of all layers, under the keys of `params`."""
        return Arrays(numbered(layer.grads for layer in self.layers))

    def state(self):
        """Return the state of all layers, under keys such as ``"1.gamma"`` and ``"1.mean"``."""
        return Arrays(numbered(layer.state() for layer in self.layers))

    def forward(self, x, *, training=False, remember=None):
        """Return the output of the last layer; parameters are those of `Layer.forward`."""
        for place, layer in enumerate(self.layers):
            try:
                x = layer.forward(x, training=training, remember=remember)
            except ValueError as error:
                error.add_note(f"This was in layer {place}, {layer!r}.")
                raise
        return x

    def backward(self, dy, *, input_gradient=True):
        """Set `grads` in every layer and return ∂L/∂x; parameters are those of `Layer.backward`."""
        first, *others = self.layers
        for layer in reversed(others):
            dy = layer.backward(dy)
        return first.backward(dy, input_gradient=input_gradient)

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __getitem__(self, place):
        """Return the layer at a place, or for a slice a network of the same layers."""
        found = self.layers[place]
        return Sequential(*found) if isinstance(place, slice) else found

    def __repr__(self):
        layers = "".join(f"{layer!r},\n" for layer in self)
        return f"Sequential(\n{indent(layers, '    ')})"


def summary(net, n_in):
    """Return a table of a network's layers, with the shapes of their outputs and their parameters.

    Parameters
    ----------
    net : Layer
        Usually a `Sequential`; the layers of a network inside it are listed one by one.
    n_in : int or tuple of int
        How many features come in; for samples with more axes, the shape of one.

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
    shape = n_in if isinstance(n_in, tuple) else (n_in,)
    x = np.zeros((1, *(whole(size, "n_in") for size in shape)))
    rows, total = [("layer", "output", "parameters")], 0
    for place, layer in _layers(net if isinstance(net, Sequential) else [net]):
        x = layer.forward(x)
        size = sum(array.size for array in layer.params.values())
        name = layer.name if isinstance(layer, Activation) else type(layer).__name__
        output = ", ".join(["n", *map(str, x.shape[1:])])
        rows.append((f"{place} {name}", f"({output})", f"{size:,}"))
        total += size
    rows.append(("total", "", f"{total:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows)


def _layers(net, place=""):
    """Yield every layer with its place, such as ``"1.0"`` for the first of a network at place 1."""
    for i, layer in enumerate(net):
        if isinstance(layer, Sequential):
            yield from _layers(layer, f"{place}{i}.")
        else:
            yield f"{place}{i}", layer
