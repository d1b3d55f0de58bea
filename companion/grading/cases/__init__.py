"""The hidden cases of the exercises, drawn from the instructor's secret seed.

A module for each chapter holds a function for each exercise, of the exercise's name: it takes a
random generator and returns a list of cases like the public ones, with other numbers. What a case
is about names it in a student's feedback; its numbers are not shown. The exercises whose solution
the book does not print have none: `companion.grading.fresh` draws what takes their places.
"""

import sys
from functools import cache
from importlib import import_module

from companion.grading.fresh import fresh, names
from companion.grading.fresh._draws import functions, generator

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
    return Drawn(exercise, _functions()[name](rng=generator(secret, name)))


def public(name, secret):
    """Return an exercise with the cases that students see."""
    return fresh(name, secret) if name in names() else import_module(f"companion.exercises.{name}")


@cache
def _functions():
    return functions(sys.modules[__name__])
