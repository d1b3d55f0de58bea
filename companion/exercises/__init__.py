"""The self-check of the exercises: `companion.check("step", step)`.

Each exercise is a module of this package, named as the function that it asks for. It holds

``SIGNATURE``
    how the function is called, such as ``"step(x)"``; a name with a capital asks for a class;
``CASES``
    a list of `Case`: arguments to call it with, all public, the plain ones first;
``reference`` or ``judge``
    the companion's own function, whose results are the right ones; or, where many results are
    right, a function ``judge(args, result)`` that returns what is wrong with one, or None. An
    exercise whose solution is not printed in the book has neither: its cases carry the results;
``MISTAKES``
    a list of `Mistake`: usual wrong answers, each as a function that makes it, and what to say.
    A student has made a mistake if theirs gives the same wherever the mistake's function is wrong.
    So two at once are both told where they spoil different cases, or different ones of several
    results such as (dx, dw, db). Where they spoil the same number, both are told if the functions
    come from one that makes them by its keywords and has the decorator `variants`;
``use``
    only where the function alone is no answer, as with a class: what is done with it in a case.
    ``use(function, *args)`` takes the place of ``function(*args)``, and what it returns is judged;
    an `Objection` says what is wrong with the way, such as a training run too many.

A function is called with a copy of the arguments of each case, which it must not change, and, if
all is right, once more: the same call must give the same again.

Adding an exercise is adding such a module, and its cell in the source notebook.
"""

import pkgutil
import re
from dataclasses import dataclass
from importlib import import_module

from companion._checks import choose, not_negative
from companion.exercises._answers import Objection, answered, problems, without_addresses
from companion.exercises._mistakes import explain, variants
from companion.exercises._trials import attempt, fault, misfit, printing, wrong

__all__ = ["Case", "Mistake", "Objection", "Own", "Report", "check", "names", "variants"]


@dataclass(frozen=True)
class Case:
    """Arguments to call a student's function with."""

    #: What the function is called with.
    args: tuple
    #: The right result, if the exercise has neither a reference nor a judge.
    expected: object = None
    #: What this case is about, told if it fails.
    about: str = ""


@dataclass(frozen=True)
class Mistake:
    """A usual wrong answer: if a student's results are those of `function`, `advice` is given."""

    function: object
    advice: str


@dataclass(frozen=True)
class Report:
    """The answer of a self-check, which is true if all is right.

    `check` prints its message. So a notebook shows nothing more where a report is the last value of
    a cell, and its repr is short.
    """

    name: str
    message: str
    right: int
    cases: int

    def __bool__(self):
        return self.right == self.cases

    def __str__(self):
        return f"{self.name}: {self.message}"

    def __repr__(self):
        return f"<Report: {self.name}, {self.right} of {self.cases} right>"

    def _ipython_display_(self):
        """Show nothing: the message stands there already."""


def names():
    """Return the names of all exercises that can be checked.

    Examples
    --------
    >>> "perceptron_update" in names()
    True
    """
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


class Own:
    """An exercise that stands in a notebook: a signature, and cases with the right results."""

    MISTAKES = ()

    def __init__(self, signature, cases):
        if not re.fullmatch(r"\w+\(.*\)", signature):
            example = f'check("{signature}(x)", …)'
            raise ValueError(f"with cases, say how the function is called, as in {example}")
        for case in cases:
            if not isinstance(case, Case) or not isinstance(case.args, tuple):
                what = "a tuple of arguments and the right result"
                raise ValueError(f"a case is Case((3,), 1.5): {what}; got {case}")
        self.SIGNATURE, self.CASES = signature, cases


def check(name, function, points=None, cases=None):
    """Try a student's function on the public cases of an exercise, and print what to say about it.

    Parameters
    ----------
    name : str
        The exercise, as its function is called; with `cases`, how it is called, as in "half(x)".
    function : callable
        What the student wrote.
    points : float, optional
        What a right answer is worth.
    cases : list of Case, optional
        The cases of an exercise of your own, with the right results in them.

    Returns
    -------
    Report or float
        A report that is true if every case is right; with `points`, the points for the share of the
        cases that are right, which nbgrader reads where the call is the last line of a cell.

    Raises
    ------
    ValueError
        If there is no exercise of that name, or if the points are negative.

    Examples
    --------
    >>> report = check("majority", lambda: ([1, 1, 1], -2.5))
    majority: this neuron wants all three: it is an AND.
    >>> bool(report)
    False
    >>> check("majority", lambda: ([1, 1, 1], -1.5), points=2)
    majority: right. 2 of 2 points.
    2.0
    >>> report = check("half(x)", lambda x: x // 2, cases=[Case((3,), 1.5, "An odd number.")])
    half: wrong for x = 3: expected 1.5, got 1. An odd number.
    """
    points = None if points is None else not_negative(points, "points")
    if cases is None:
        choose(name, dict.fromkeys(names()), "exercise")
        exercise = import_module(f"{__name__}.{name}")
    else:
        exercise, name = Own(name, cases), name.partition("(")[0]
    report, printed = _examine(exercise, name, function)
    print(printed, end="")
    if points is None:
        print(report)
        return report
    earned = round(points * report.right / report.cases, 2)
    print(f"{report} {earned:g} of {points:g} points.")
    return earned


def _examine(exercise, name, function):
    """Return the report on a function, and what to show of its own printing."""
    cases = len(exercise.CASES)
    if problem := misfit(exercise, name, function):
        return Report(name, without_addresses(problem), 0, cases), ""
    trials, faults = _try(exercise, function)
    told = trials[0]
    if any(faults):
        told, message = _first_fault(exercise, trials, faults)
    else:
        _, faults = _try(exercise, function)
        message = _again(faults)
    right = faults.count(None)
    if 0 < right < cases:
        message += f" ({right} of {cases} cases are right.)"
    return Report(name, without_addresses(message), right, cases), printing(exercise, name, told)


def _try(exercise, function):
    """Call a function on every case: return the trials, and what went wrong in each, or None."""
    pairs = []
    for case in answered(exercise):
        trial = attempt(exercise, function, case)
        pairs.append((trial, fault(exercise, function, trial)))
    return zip(*pairs, strict=True)


def _first_fault(exercise, trials, faults):
    """Return the first trial that went wrong, and what to say: a mistake's advice, if it is one."""
    trial, message = next(pair for pair in zip(trials, faults, strict=True) if pair[1])
    if trial.failed or any(trial.changed):
        return trial, message
    advice, left = explain(exercise, [trial.result for trial in trials])
    if advice:
        message = _listed(advice)
    elif "rng" in exercise.SIGNATURE and not hasattr(exercise, "judge"):
        message += "" if any(one.drew for one in trials) else _NOT_DRAWN
    if advice and left:
        number, which = min(left)
        case, result = trials[number].case, trials[number].result
        message += f" Also {wrong(exercise, case, problems(exercise, case, result)[which])}"
    return trial, f"{message} (NumPy warned: {trial.warned[0]}.)" if trial.warned else message


_NOT_DRAWN = " Nothing was drawn from rng: draw from the rng that is handed in."


def _listed(advice):
    """Join what is to be said, with numbers if there are several things."""
    if len(advice) == 1:
        return advice[0]
    numbered = " ".join(f"({i}) {text}" for i, text in enumerate(advice, start=1))
    return f"{len(advice)} things are wrong: {numbered}"


def _again(faults):
    """Return what to say of a function that is right, after the same calls once more."""
    for message in filter(None, faults):
        return (
            f"right at first, but not when it is called again: {message} Something is kept between "
            "calls: a global variable, or a default argument that changes."
        )
    return "right." if len(faults) == 1 else f"right in all {len(faults)} cases."
