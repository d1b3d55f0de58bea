"""Exercises that are new each term: constants and conventions are drawn from the secret.

A module for each chapter holds a function for each of them, which takes a random generator. A
function that returns a `Fresh` has the name of the function that students write; in a release it
takes the place of an exercise whose solution the book does not print. A function that returns a
`Question` has the name of the cell that students answer in words; the notebook in the book holds it
as it is drawn from the secret `BOOK`.
"""

import sys
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import numpy as np

from companion.exercises import Case
from companion.grading.fresh._draws import functions, generator

__all__ = ["BOOK", "Fresh", "Question", "fresh", "names"]

#: What the notebooks of the book are drawn from: anybody can know it.
BOOK = "the book"


@dataclass(frozen=True)
class Question:
    """A question that is answered in words, with numbers of its own."""

    #: The whole cell: a heading, what is given, what is asked.
    text: str
    #: The right answer, and what earns the points.
    answer: str


class Fresh:
    """An exercise in code, with constants and conventions of its own.

    It has what a module of `companion.exercises` has.

    Parameters
    ----------
    instead : str
        The exercise of the notebook whose place it takes.
    signature : str
        How the function is called.
    text : str
        The whole cell: a heading, what comes in, what goes out.
    solution : str
        The code of the function.
    cases : callable
        Takes a random generator and returns a list of cases, without results.
    rng : numpy.random.Generator
        Draws the cases that the notebook shows; one that it spawns, those that give the points.
    """

    def __init__(self, instead, signature, text, solution, cases, *, rng):
        self.MISTAKES = ()
        self.instead, self.SIGNATURE, self.text, self.solution = instead, signature, text, solution
        self.name = signature.partition("(")[0]
        space = {"np": np}
        exec(solution, space)
        self.reference = space[self.name]
        self.CASES, self.hidden = self._answered(cases(rng)), self._answered(cases(*rng.spawn(1)))

    def _answered(self, cases):
        results = [self.reference(*deepcopy(case.args)) for case in cases]
        return [
            Case(case.args, result, case.about) for case, result in zip(cases, results, strict=True)
        ]

    def check(self, points):
        """Return the code of the cell that tries a student's function, in nbgrader's format."""
        call = f'companion.check("{self.SIGNATURE}", {self.name}, cases=cases'
        return (
            f"### BEGIN HIDDEN TESTS\n{_cases(self.hidden)}assert {call})\n### END HIDDEN TESTS\n"
            f"{_cases(self.CASES)}{call}, points={points:g})"
        )


def _cases(cases):
    """Return the code of a list of cases."""
    parts = "".join(
        f"    companion.Case(\n        {_code(case.args)},\n        {_code(case.expected)},\n"
        f"        {case.about!r},\n    ),\n"
        for case in cases
    )
    return f"cases = [\n{parts}]\n"


def _code(value):
    """Return the code of a value: numbers, texts, None, arrays, and what is made of them."""
    if isinstance(value, np.ndarray):
        kind = f", dtype={value.dtype}" if value.size == 0 else ""
        shape = f".reshape({value.shape})" if value.size == 0 else ""
        return f"np.array({_code(value.tolist())}{kind}){shape}"
    if isinstance(value, np.generic):
        return _code(value.item())
    if isinstance(value, list | tuple):
        parts = ", ".join(map(_code, value))
        if isinstance(value, list):
            return f"[{parts}]"
        return f"({parts},)" if len(value) == 1 else f"({parts})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_code(k)}: {_code(v)}' for k, v in value.items())}}}"
    if value is None or isinstance(value, str | bool | int):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if np.isfinite(value) else f"np.{value}".replace("np.-", "-np.")
    raise TypeError(f"a case is made of numbers, texts and arrays, got {type(value).__name__}")


@cache
def fresh(name, secret):
    """Return the exercise or the question of this name, as a secret text draws it."""
    return _functions()[name](rng=generator(secret, name))


def names(chapter=None):
    """Return the names of all fresh exercises and questions, or of those of a chapter."""
    return [
        name
        for name, function in _functions().items()
        if chapter is None or function.__module__.endswith(f".chapter_{chapter}")
    ]


@cache
def _functions():
    return functions(sys.modules[__name__])
