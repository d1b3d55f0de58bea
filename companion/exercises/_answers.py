"""What came back from a student's function: is it what was wanted, and how is it written?

Nothing here fails, whatever a student's function may return.
"""

from inspect import isfunction
from numbers import Real

import numpy as np


def part_problem(prefix, got, shape):
    """Return what keeps `got` from being real numbers of this shape, or None."""
    array = real(got)
    if array is None:
        return f"{prefix}expected real numbers, got {shown(got)}."
    if array.shape != shape:
        return f"{prefix}expected shape {shape}, got {array.shape}."
    return None


def value_problem(expected, result):
    """Return how the values differ, in as many digits as it takes to see it, or None."""
    pairs = (
        zip(expected, result, strict=True) if isinstance(expected, tuple) else [(expected, result)]
    )
    if all(near(right, got) for right, got in pairs):
        return None
    for digits in (4, 8, 17):
        right, got = shown(expected, digits), shown(result, digits)
        if right != got:
            break
    return f"expected {right}, got {got}."


def not_a_neuron(result, d):
    """Return what keeps `result` from being (w, b) with d weights, or None."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        return f"expected two results, w with {d} numbers, and b; got {shown(result)}."
    for name, part, shape in zip("wb", result, ((d,), ()), strict=True):
        if problem := part_problem(f"{name}: ", part, shape):
            return problem
        if not np.isfinite(real(part)).all():
            return f"{name} must be finite, got {shown(part)}."
    return None


def near(a, b):
    """Whether two parts hold nearly the same real numbers."""
    return same_part(real(a), real(b))


def real(value):
    """Return `value` as an array of real numbers, or None if it is not one."""
    try:
        array = np.asarray(value)
        if array.dtype == object and all(isinstance(v, Real) for v in array.flat):
            array = array.astype(float)
    except Exception:  # rows that differ in length, or whatever a student may return
        return None
    return array if array.dtype.kind in "biuf" else None


def parts(result):
    """Return a tuple as it is, and anything else as the one part of a tuple."""
    return result if isinstance(result, tuple) else (result,)


def same(a, b):
    """Whether two results hold the same parts with the same shapes and, nearly, the same values."""
    a, b = parts(a), parts(b)
    return len(a) == len(b) and all(map(same_part, a, b))


def same_part(a, b):
    """Whether two parts have the same shape and, nearly, the same values.

    A random generator is the same as another: it is there to be used.
    """
    if isinstance(a, np.random.Generator):
        return isinstance(b, np.random.Generator)
    try:
        a, b = np.asarray(a), np.asarray(b)
        if a.dtype.kind in "biuf" and b.dtype.kind in "biuf":
            single = np.float32 in (a.dtype, b.dtype)
            rtol, atol = (2e-6, 1e-6) if single else (1e-9, 1e-12)
            return a.shape == b.shape and np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
        return a.dtype.kind == b.dtype.kind and np.array_equal(a, b)
    except Exception:  # rows that differ in length, or whatever a student may return
        if isinstance(a, list | tuple) and isinstance(b, list | tuple):
            return len(a) == len(b) and all(map(same_part, a, b))
        return False


def shown(value, digits=4):
    """Write a value as a reader would: short, rounded, without type names."""

    def number(v):
        try:
            return f"{v:.{digits}g}"
        except (TypeError, ValueError, OverflowError):  # not a number
            return repr(v)

    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, np.random.Generator):
        return "a random generator"
    if isfunction(value):
        return value.__name__
    if isinstance(value, tuple):
        return f"({', '.join(shown(part, digits) for part in value)})"
    if isinstance(value, np.ndarray | np.generic | list | int | float):
        try:
            value = np.asarray(value)
        except ValueError:  # rows that differ in length
            return f"[{', '.join(shown(part, digits) for part in value)}]"
        text = np.array2string(value, separator=", ", threshold=20, formatter={"all": number})
        return " ".join(text.split())
    return repr(value)
