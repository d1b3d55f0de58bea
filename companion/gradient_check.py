"""Is a gradient right? Compare it with differences of the function itself.

All checks work in float64: in float32 the differences drown in rounding.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import partial

import numpy as np

from companion._checks import as_finite, generator, one_number, positive, same_shape

__all__ = ["numerical_gradient", "relative_error", "GradientReport", "check_gradients"]


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
        f_above = one_number(f(x), "f")
        x[i] = below = kept - h
        f_below = one_number(f(x), "f")
        x[i] = kept
        if above == below:
            raise ValueError(f"h = {h} is lost beside x = {kept}: choose a larger h")
        gradient[i] = (f_above - f_below) / (above - below)
    return gradient


def relative_error(a, b, *, floor=0.0):
    """Return ‖a - b‖ / (‖a‖ + ‖b‖ + floor): 0 if equal, at most 1; 0 if both are zero.

    Examples
    --------
    >>> relative_error([1.0, 0.0], [-1.0, 0.0])
    1.0
    """
    a, b = as_finite(a, "a"), as_finite(b, "b")
    same_shape(a, b, "a", "b")
    size = np.linalg.norm(a) + np.linalg.norm(b) + floor
    return float(np.linalg.norm(a - b) / size) if size else 0.0


@dataclass(frozen=True)
class GradientReport:
    """What `check_gradients` found for ``"x"`` and each parameter; true if all is right."""

    #: What `backward` gives.
    gradients: dict
    #: Central differences.
    differences: dict
    #: How far they are apart: ‖a - n‖ / (‖a‖ + ‖n‖ + floor).
    errors: dict
    #: How large an error may be.
    tolerance: float

    @property
    def wrong(self):
        """The names of those that are further apart than the tolerance."""
        return [name for name, error in self.errors.items() if error > self.tolerance]

    def __bool__(self):
        return not self.wrong

    def __repr__(self):
        verdict = f"wrong: {', '.join(self.wrong)}" if self.wrong else "right"
        lines = [f"{name:8} error {error:.0e}" for name, error in self.errors.items()]
        return "\n".join([f"{verdict} (tolerance {self.tolerance:g})", *lines])


def check_gradients(net, x, loss=None, *, rng=None, training=True, h=1e-5, tolerance=1e-7):
    """Compare the backward pass of a layer or a network with central differences.

    Each evaluation runs on a copy: what a layer draws at random is drawn again the same, and what
    it has learned stays as it is. The error is relative, but two gradients that are both nearly
    zero are not told apart: the floor is 1/100, times the loss where that is above 1. (Rounding
    leaves some 1e-11 of a loss in its differences.)

    Parameters
    ----------
    net : Layer
        With parameters in float64.
    x : array_like, shape (n, n_in) or (n, …)
        A batch, away from corners of the layers' functions by some 10 h.
    loss : callable, optional
        ``prediction -> (loss, gradient)``, such as ``lambda p: squared_error(p, y)``. Without it,
        Σ dy · prediction with a random dy, so that no entry of the gradient is special.
    rng : numpy.random.Generator, optional
        Draws dy; needed if there is no loss.
    training : bool
        The mode in which the network runs.
    h : float
        Half the distance of the differences.
    tolerance : float
        How large an error may be.

    Returns
    -------
    GradientReport

    Examples
    --------
    >>> from companion.layers import Dense
    >>> rng = np.random.default_rng(0)
    >>> bool(check_gradients(Dense(3, 2, rng=rng), rng.normal(size=(4, 3)), rng=rng))
    True
    """
    x = np.array(as_finite(x), dtype=np.float64)
    for name, param in net.params.items():
        if param.dtype != np.float64:
            raise ValueError(f"{name} is {param.dtype}, but differences need float64")
    if loss is None:
        dy = generator(rng).normal(size=net.forward(x).shape)

        def loss(prediction):
            return float((dy * prediction).sum()), dy

    def with_changed(name, array):
        probe = deepcopy(net)
        if name in probe.params:
            probe.params[name][...] = array
        return loss(probe.forward(array if name == "x" else x, training=training))[0]

    probe = deepcopy(net)
    value, dy_of_loss = loss(probe.forward(x, training=training, remember=True))
    gradients = {"x": probe.backward(dy_of_loss), **probe.grads}
    at, floor = {"x": x, **net.params}, 0.01 * max(1.0, abs(value))
    differences, errors = {}, {}
    for name, gradient in gradients.items():
        differences[name] = numerical_gradient(partial(with_changed, name), at[name], h)
        errors[name] = relative_error(gradient, differences[name], floor=floor)
    return GradientReport(gradients, differences, errors, tolerance)
