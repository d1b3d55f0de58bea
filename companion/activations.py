"""Activation functions, each beside its derivative.

Every function works element by element on an array of any shape and takes the pre-activation z.
A derivative takes the same z. Where a function has a corner, the value of its derivative there is
a convention: this book takes the slope from the left (0 for ReLU).
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from companion._checks import as_float, choose

__all__ = [
    "step", "step_derivative", "sigmoid", "sigmoid_derivative", "tanh", "tanh_derivative", "relu",
    "relu_derivative", "leaky_relu", "leaky_relu_derivative", "prelu", "prelu_derivative", "elu",
    "elu_derivative", "SELU_ALPHA", "SELU_SCALE", "selu", "selu_derivative", "gelu",
    "gelu_derivative", "gelu_tanh", "gelu_tanh_derivative", "softplus", "softplus_derivative",
    "identity", "identity_derivative", "Pair", "ACTIVATIONS", "activation",
]  # fmt: skip


def step(z):
    """Return 1 where z > 0, else 0.

    Parameters
    ----------
    z : array_like
        Pre-activations, any shape.

    Returns
    -------
    ndarray
        Zeros and ones in the shape of `z`.

    References
    ----------
    rosenblatt1958

    Examples
    --------
    >>> step([-2, 0, 3])
    array([0., 0., 1.])
    """
    z = as_float(z, "z")
    return (z > 0).astype(z.dtype)


def step_derivative(z):
    """Return 0 everywhere: the step is flat wherever its derivative exists.

    At z = 0 the derivative does not exist; the 0 there is a convention.
    """
    return np.zeros_like(as_float(z, "z"))


def sigmoid(z):
    """Return σ(z) = 1 / (1 + exp(-z)), a number between 0 and 1.

    Only ``exp(-|z|)`` is computed, which cannot overflow.

    Examples
    --------
    >>> sigmoid([-1e4, 0, 1e4])
    array([0. , 0.5, 1. ])
    """
    z = as_float(z, "z")
    e = np.exp(-np.abs(z))
    return np.where(z > 0, 1, e) / (1 + e)


def sigmoid_derivative(z):
    """Return σ'(z) = σ(z) (1 - σ(z)), at most 1/4.

    With e = ``exp(-|z|)`` this is e / (1 + e)², which keeps its digits where 1 - σ(z) would lose
    them.
    """
    e = np.exp(-np.abs(as_float(z, "z")))
    return e / np.square(1 + e)


def tanh(z):
    """Return tanh(z) = 2 σ(2z) - 1, a number between -1 and 1."""
    return np.tanh(as_float(z, "z"))


@np.errstate(over="ignore")  # 2z may be beyond all floats, where the slope is 0
def tanh_derivative(z):
    """Return tanh'(z) = 1 - tanh(z)², at most 1.

    It equals 4 σ'(2z), the form computed here, which keeps its digits for large z.
    """
    return 4 * sigmoid_derivative(2 * as_float(z, "z"))


def relu(z):
    """Return max(0, z), the rectified linear unit.

    References
    ----------
    nair2010
    """
    return np.maximum(as_float(z, "z"), 0)


def relu_derivative(z):
    """Return 1 where z > 0, else 0; at z = 0 by convention."""
    return step(z)


def leaky_relu(z, alpha=0.01):
    """Return z where z > 0, else alpha · z.

    Parameters
    ----------
    z : array_like
        Pre-activations, any shape.
    alpha : float or array_like
        Slope on the left; an array must broadcast against `z`.

    References
    ----------
    maas2013
    """
    z = as_float(z, "z")
    return np.where(z > 0, z, _slope(alpha, z) * z)


def leaky_relu_derivative(z, alpha=0.01):
    """Return 1 where z > 0, else alpha."""
    z = as_float(z, "z")
    return np.where(z > 0, 1, _slope(alpha, z))


def prelu(z, alpha=0.25):
    """Return leaky ReLU with a slope alpha that is learned; alpha may be one number a feature.

    References
    ----------
    he2015
    """
    return leaky_relu(z, alpha)


def prelu_derivative(z, alpha=0.25):
    """Return the derivative of PReLU with respect to z: 1 where z > 0, else alpha."""
    return leaky_relu_derivative(z, alpha)


def elu(z, alpha=1.0):
    """Return z where z > 0, else alpha · (exp(z) - 1).

    References
    ----------
    clevert2016
    """
    z = as_float(z, "z")
    return np.where(z > 0, z, _slope(alpha, z) * np.expm1(np.minimum(z, 0)))


def elu_derivative(z, alpha=1.0):
    """Return 1 where z > 0, else alpha · exp(z)."""
    z = as_float(z, "z")
    return np.where(z > 0, 1, _slope(alpha, z) * np.exp(np.minimum(z, 0)))


SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def selu(z):
    """Return scale · ELU(z, alpha) with the two constants that keep mean 0 and variance 1.

    References
    ----------
    klambauer2017
    """
    return SELU_SCALE * elu(z, SELU_ALPHA)


def selu_derivative(z):
    """Return scale · ELU'(z, alpha)."""
    return SELU_SCALE * elu_derivative(z, SELU_ALPHA)


def gelu(z):
    """Return z Φ(z), where Φ is the normal distribution function (the exact GELU, through erf).

    References
    ----------
    hendrycks2016
    """
    z = as_float(z, "z")
    share = ndtr(z)
    return np.where(share > 0, z, 0) * share


def gelu_derivative(z):
    """Return Φ(z) + z φ(z), where φ = Φ' is the normal density."""
    z = as_float(z, "z")
    near = np.clip(z, -40, 40)  # beyond, z φ(z) is 0 in floating point, and z² might overflow
    return ndtr(z) + near * np.exp(-near * near / 2) / np.sqrt(2 * np.pi).astype(z.dtype)


def gelu_tanh(z):
    """Return the approximation ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))) of GELU.

    References
    ----------
    hendrycks2016
    """
    z = as_float(z, "z")
    share = (1 + np.tanh(_gelu_inner(z))) / 2
    return np.where(share > 0, z, 0) * share


def gelu_tanh_derivative(z):
    """Return the derivative of `gelu_tanh`, by the product rule and the chain rule."""
    z = as_float(z, "z")
    near = np.clip(z, -40, 40)
    inner_derivative = _SQRT_2_OVER_PI * (1 + 3 * 0.044715 * near * near)
    t = _gelu_inner(z)
    return (1 + np.tanh(t)) / 2 + near * tanh_derivative(t) * inner_derivative / 2


_SQRT_2_OVER_PI = float(np.sqrt(2 / np.pi))


def _gelu_inner(z):
    near = np.clip(z, -40, 40)  # beyond, tanh is ±1 in floating point, and z³ might overflow
    return _SQRT_2_OVER_PI * (near + 0.044715 * near**3)


def softplus(z):
    """Return log(1 + exp(z)), a smooth ReLU.

    References
    ----------
    glorot2011
    """
    z = as_float(z, "z")
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def softplus_derivative(z):
    """Return σ(z)."""
    return sigmoid(z)


def identity(z):
    """Return z: the activation of a linear output."""
    return as_float(z, "z").copy()


def identity_derivative(z):
    """Return 1."""
    return np.ones_like(as_float(z, "z"))


class Pair(NamedTuple):
    """An activation function and its derivative."""

    function: callable
    derivative: callable


ACTIVATIONS = {
    "identity": Pair(identity, identity_derivative),
    "step": Pair(step, step_derivative),
    "sigmoid": Pair(sigmoid, sigmoid_derivative),
    "tanh": Pair(tanh, tanh_derivative),
    "relu": Pair(relu, relu_derivative),
    "leaky_relu": Pair(leaky_relu, leaky_relu_derivative),
    "prelu": Pair(prelu, prelu_derivative),
    "elu": Pair(elu, elu_derivative),
    "selu": Pair(selu, selu_derivative),
    "gelu": Pair(gelu, gelu_derivative),
    "gelu_tanh": Pair(gelu_tanh, gelu_tanh_derivative),
    "softplus": Pair(softplus, softplus_derivative),
}


def activation(name, **options):
    """Look an activation up by name and fix its options.

    Parameters
    ----------
    name : str
        A key of `ACTIVATIONS`.
    **options
        What else the function takes, such as ``alpha``.

    Returns
    -------
    Pair
        The function and its derivative, both of z alone.

    Raises
    ------
    ValueError
        If there is no activation of that name.

    Examples
    --------
    >>> activation("leaky_relu", alpha=0.5).function([-2.0, 2.0])
    array([-1.,  2.])
    """
    if name == "softmax":
        raise ValueError("softmax mixes a whole row: train the logits with softmax_cross_entropy")
    function, derivative = choose(name, ACTIVATIONS, "activation")
    if not options:
        return Pair(function, derivative)
    function(0.0, **options)  # an option it does not take raises here, not in training
    return Pair(partial(function, **options), partial(derivative, **options))


def _slope(alpha, z):
    """Return alpha in z's dtype, so that a float32 z gives a float32 result."""
    return np.asarray(alpha, dtype=z.dtype)
