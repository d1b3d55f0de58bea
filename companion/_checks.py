"""Bad input becomes one clear error, here and nowhere else.

Every helper returns what it was given, as an array, or raises an error that names the argument
and says what was found. No helper changes its argument.
"""

import math
from inspect import signature

import numpy as np


class NotFinite(ValueError):
    """An array holds NaN or infinity."""


def as_float(x, name="x"):
    """Return `x` as a floating-point array: float32 stays float32, integers become float64.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    """
    try:
        x = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name} must be an array, but its rows differ in length") from None
    if x.dtype.kind == "f":
        return x
    if x.dtype.kind not in "iub":
        raise TypeError(f"{name} must hold real numbers, got dtype {x.dtype}")
    return x.astype(np.float64)


def as_finite(x, name="x"):
    """Return `x` as a floating-point array without NaN or infinity."""
    x = as_float(x, name)
    with np.errstate(over="ignore", invalid="ignore"):
        total = x.sum()  # finite only if every entry is, and found without a second array
    if not (math.isfinite(total) or np.isfinite(x).all()):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(x))[0])
        raise NotFinite(f"{name} must be finite, got {x[where]} at index {where}")
    return x


def as_rows(x, name="x", columns=None, more_axes=False):
    """Return `x` as a floating-point array of shape (n, columns) with n ≥ 1, rows being samples.

    With `more_axes` a sample may be an array of any shape: (n, …).
    """
    x = as_float(x, name)
    fits = x.ndim == 2 or (x.ndim > 2 and more_axes)
    if not fits or (columns is not None and x.shape[1] != columns):
        wanted = f"(n, {'features' if columns is None else columns}{', …' if more_axes else ''})"
        write = f": write {name}[None] for one sample" if x.ndim == 1 else ""
        if x.ndim == 1 and columns in (None, 1):
            write += f", {name}.reshape(-1, 1) for one feature"
        raise ValueError(f"{name} must have shape {wanted}, got {x.shape}{write}")
    if len(x) == 0:
        raise ValueError(f"{name} is an empty batch: its shape is {x.shape}")
    return x


def as_classes(labels, n, k, name="labels"):
    """Return `labels`, integers (n,) or one-hot (n, k), as integers (n,) from 0 to k - 1."""
    if isinstance(labels, np.ndarray) and labels.dtype.kind == "i" and labels.shape == (n,) and n:
        if labels.min() >= 0 and labels.max() < k:
            return labels  # the usual case, on the path of every training step
    labels = as_finite(labels, name)
    if labels.shape == (n, k):
        if not (np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all()):
            raise ValueError(f"each row of one-hot {name} must hold a single 1 and else 0")
        return labels.argmax(axis=1)
    if labels.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},) or ({n}, {k}), got {labels.shape}")
    bad = labels[(labels != np.floor(labels)) | (labels < 0) | (labels >= k)]
    if bad.size:
        one = " (for one logit a sample there is bce_with_logits)" if k == 1 else ""
        raise ValueError(f"{name} must be whole numbers from 0 to {k - 1}, got {bad[0]:g}{one}")
    return labels.astype(np.intp)


def as_binary(y, name="y", shape=None):
    """Return `y` as a floating-point array, of this shape if one is given, of only 0 and 1."""
    y = as_finite(y, name)
    bad = y[~np.isin(y, (0, 1))]
    if bad.size:
        raise ValueError(f"{name} must hold only 0 and 1, got {bad[0]:g}")
    if shape not in (None, y.shape):
        raise ValueError(f"{name} must have shape {shape}, got {y.shape}")
    return y


def same_shape(a, b, a_name, b_name):
    """Raise if two arrays that belong together, element by element, differ in shape."""
    if a.shape != b.shape:
        said = f"{a_name} and {b_name} must have the same shape, got {a.shape} and {b.shape}"
        if a.size == b.size and {a.ndim, b.ndim} == {1, 2}:  # a vector against a column
            said += f": write {b_name}.reshape({'-1, 1' if a.ndim == 2 else '-1'})"
        raise ValueError(said)
    if a.size == 0:
        raise ValueError(f"{a_name} and {b_name} are empty: their shape is {a.shape}")


def as_number(value, name, wanted="a finite number", fits=lambda value: True):
    """Return one finite number as a float."""
    if not (np.isscalar(value) and np.isreal(value) and np.isfinite(value) and fits(value)):
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
    return float(value)


def one_number(value, function):
    """Return as a float what a function has returned, if it is one number."""
    if not np.isscalar(value) and getattr(value, "shape", None) != ():
        got = f"shape {value.shape}" if hasattr(value, "shape") else type(value).__name__
        hint = "; of a loss take the first, [0]" if isinstance(value, tuple) else ""
        raise TypeError(f"{function} must return one number, got {got}{hint}")
    return float(value)


def positive(value, name):
    """Return a number > 0 as a float."""
    return as_number(value, name, "a number above 0", lambda value: value > 0)


def not_negative(value, name):
    """Return a number ≥ 0 as a float."""
    return as_number(value, name, "a number of at least 0", lambda value: value >= 0)


def fraction(value, name):
    """Return a number from 0 to below 1 as a float."""
    return as_number(value, name, "a number from 0 to below 1", lambda value: 0 <= value < 1)


def whole(value, name, least=1):
    """Return a whole number ≥ `least` as an int."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)


def generator(rng):
    """Return a `numpy.random.Generator`; a seed or None is refused: randomness is passed in."""
    if not isinstance(rng, np.random.Generator):
        write = f"np.random.default_rng({rng if isinstance(rng, int) else 0})"
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}: write rng={write}")
    return rng


def choose(name, table, what):
    """Return `table[name]`, or raise an error that lists what there is."""
    if not isinstance(name, str) or name not in table:
        raise ValueError(f"unknown {what} {name!r}; there are: {', '.join(table)}")
    return table[name]


def floating(dtype):
    """Return a floating-point dtype."""
    if not np.issubdtype(dtype, np.floating):
        raise ValueError(f"dtype must be a floating-point type, got {dtype!r}")
    return dtype


def as_written(thing):
    """Return how an object would be written in a program, from the arguments of its class.

    An argument stands in an attribute of its own name; one that has its default is left out.
    """
    said = []
    for name, argument in signature(type(thing)).parameters.items():
        value = getattr(thing, name, argument.empty)
        text = name if value is argument.empty else getattr(value, "__qualname__", repr(value))
        if argument.default is argument.empty and argument.kind is not argument.KEYWORD_ONLY:
            said.append(text)
        elif value is argument.empty or repr(value) != repr(argument.default):
            said.append(f"{name}={'rng' if name == 'rng' else text}")
    return f"{type(thing).__name__}({', '.join(said)})"
