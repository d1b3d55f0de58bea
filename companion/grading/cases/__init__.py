"""The hidden cases of the exercises, drawn from the instructor's secret seed.

A module for each chapter holds a function for each exercise, of the exercise's name: it takes a
random generator and returns a list of cases like the public ones, with other numbers. What a case
is about names it in a student's feedback; its numbers are not shown. The exercises whose solution
the book does not print have none: `companion.grading.fresh` draws what takes their places.
"""

import pkgutil
from functools import cache
from hashlib import sha256
from importlib import import_module

import numpy as np

from companion.grading.fresh import fresh, names

__all__ = ["Drawn", "drawn", "public"]


class Drawn:
    """An exercise with other cases; all else is as in its module."""

    def __init__(self, exercise, cases):
        self.__dict__.update(vars(exercise), CASES=cases)


@cache
def drawn(name, secret):
    """Return an exercise with the hidden cases that belong to a secret text."""
    if name in names():
        exercise = fresh(name, secret)
        return Drawn(exercise, exercise.hidden)
    exercise = import_module(f"companion.exercises.{name}")
    rng = np.random.default_rng(int.from_bytes(sha256(f"{secret}/{name}".encode()).digest()))
    chapter = _chapters()[name]
    return Drawn(exercise, getattr(chapter, name)(rng=rng))


def public(name, secret):
    """Return an exercise with the cases that students see."""
    return fresh(name, secret) if name in names() else import_module(f"companion.exercises.{name}")


@cache
def _chapters():
    """Return for each exercise the module of its chapter."""
    modules = [
        import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    return {
        name: module
        for module in modules
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    }
