"""What came back from a student's function: is it what was wanted, and how is it written?

Nothing here fails, whatever a student's function may return.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from inspect import isfunction
from numbers import Real

import numpy as np

# Is a result right?


@dataclass(frozen=True)
class Objection:
    """What is wrong with how a result came about, whatever it is: `use` may return it."""

    problem: str


@cache
def answered(exercise):
    """Return the cases of an exercise with the right results in them, except where a judge says."""
    if not hasattr(exercise, "reference"):
        return exercise.CASES
    answer = exercise.reference
    return [replace(case, expected=answer(*deepcopy(case.args))) for case in exercise.CASES]


def problems(exercise, case, result):
    """Return what is wrong with each part of a result, by the part's number, counted from 0."""
    expected = case.expected
    several = isinstance(expected, tuple)
    every = range(len(expected) if several else 1)
    if isinstance(result, BaseException):
        return dict.fromkeys(every, "there is no result.")
    if result is None:
        return dict.fromkeys(every, "the function returned None; is a return missing?")
    if isinstance(result, Objection):
        return dict.fromkeys(every, result.problem)
    if hasattr(exercise, "judge"):
        problem = exercise.judge(case.args, result)
        return {0: problem} if problem else {}
    if not several:
        problem = _difference("", expected, result)
        return {0: problem} if problem else {}
    if not _in_parts(case, result):
        came = len(result) if isinstance(result, tuple | list) else "one"
        said = f"expected {len(expected)} results, got {came}: {shown(result)}."
        return dict.fromkeys(every, said)
    found = {}
    for i, (right, got) in enumerate(zip(expected, result, strict=True)):
        prefix = f"result {i + 1} of {len(expected)}: "
        if problem := _difference(prefix, right, got):
            found[i] = problem
    return found


def same_in_part(case, one, other, number):
    """Whether two results agree in one part; or as a whole, if one has not the parts expected."""
    if _in_parts(case, one) and _in_parts(case, other):
        return same_part(one[number], other[number])
    return same_part(one, other)


def _in_parts(case, result):
    """Whether a result consists of several parts, as many as are expected."""
    several = isinstance(case.expected, tuple) and isinstance(result, tuple | list)
    return several and len(result) == len(case.expected)


def _difference(prefix, right, got):
    if real(right) is None:  # no numbers, but a dictionary, say
        same = same_part(right, got)
        return None if same else f"{prefix}expected {shown(right)}, got {shown(got)}."
    return part_problem(prefix, got, np.shape(right)) or value_problem(prefix, right, got)


def part_problem(prefix, got, shape):
    """Return what keeps `got` from being real numbers of this shape, or None."""
    array = real(got)
    if array is None:
        return f"{prefix}expected real numbers, got {shown(got)}."
    if array.shape != shape:
        return f"{prefix}expected shape {shape}, got {array.shape}."
    return None


def value_problem(prefix, expected, got):
    """Return how the values differ, in as many digits as it takes to see it, or None.

    Of many numbers the first that differs is told.
    """
    if near(expected, got):
        return None
    if np.size(expected) > MANY:
        expected, got = real(expected), real(got)
        off = np.argwhere(~_close(expected, got))
        at = tuple(off[0])
        prefix += f"{len(off)} of {expected.size} numbers are wrong; at {off[0].tolist()} "
        expected, got = expected[at], got[at]
    for digits in (4, 8, 12, 17):
        right, said = shown(expected, digits), shown(got, digits)
        if right != said:
            break
    tiny = np.allclose(real(expected), real(got), rtol=2e-5, atol=1e-12, equal_nan=True)
    return f"{prefix}expected {right}, got {said}.{_TINY if tiny else ''}"


_TINY = " So small a difference may come from a small number that is added, or from rounding."


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


# When are two things the same?


def unchanged(before, after):
    """Whether an argument is exactly as it was: type, shape and every number; NaN equals NaN.

    A random generator is there to be used.
    """
    if before is after or isinstance(before, np.random.Generator):
        return True
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        layout = (before.dtype, before.shape) == (after.dtype, after.shape)
        return layout and unchanged(before.tolist(), after.tolist())
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(unchanged, before, after))
    if isinstance(before, dict):
        return list(before) == list(after) and all(
            unchanged(v, after[k]) for k, v in before.items()
        )
    return repr(before) == repr(after)


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


def same_part(a, b):
    """Whether two parts have the same shape and, nearly, the same values.

    A random generator is the same as another: it is there to be used.
    """
    if isinstance(a, np.random.Generator):
        return isinstance(b, np.random.Generator)
    try:
        a, b = np.asarray(a), np.asarray(b)
        if a.dtype.kind in "biuf" and b.dtype.kind in "biuf":
            return a.shape == b.shape and bool(_close(a, b).all())
        return a.dtype.kind == b.dtype.kind and np.array_equal(a, b)
    except Exception:  # rows that differ in length, or whatever a student may return
        if isinstance(a, list | tuple) and isinstance(b, list | tuple):
            return len(a) == len(b) and all(map(same_part, a, b))
        return False


def _close(a, b):
    """Return which numbers of two arrays of one shape are nearly the same."""
    rtol, atol = (2e-6, 1e-6) if np.float32 in (a.dtype, b.dtype) else (1e-9, 1e-12)
    return np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)


# How is a value written?

#: An array of more numbers than this is named by its shape.
MANY = 20


def shown(value, digits=4):
    """Write a value as a reader would: short, rounded, without type names and addresses."""

    def number(v):
        try:
            return f"{v:z.{digits}g}"  # z: no -0
        except (TypeError, ValueError, OverflowError):  # not a number
            return _written(v)

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
        if value.size > MANY:
            return f"an array of shape {value.shape}"
        text = np.array2string(value, separator=", ", threshold=MANY, formatter={"all": number})
        return " ".join(text.split())
    return _written(value)


def _written(value):
    try:
        text = without_addresses(repr(value))
    except Exception:  # a student's class may write itself as it likes
        return f"an instance of {type(value).__name__}"
    return text if len(text) <= 100 else f"{text[:100]}…"


def without_addresses(text):
    """Return a text without what differs in each run: where in memory an object lies."""
    return re.sub(r" at 0x[0-9A-Fa-f]+", "", text)
