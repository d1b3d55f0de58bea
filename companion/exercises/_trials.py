"""One call of a student's function: what came back, what else happened, and how it is told.

Nothing here fails, whatever a student's function may do.
"""

import inspect
import warnings
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from io import StringIO
from textwrap import indent

import numpy as np

from companion.exercises._answers import MANY, problems, shown, unchanged
from companion.exercises._places import callee, place

NOT_WRITTEN = "not written yet. (When it is, take out the line that raises NotImplementedError.)"


@dataclass(frozen=True)
class Trial:
    """What happened when a function was called with a copy of a case's arguments."""

    case: object
    #: What it returned, or the error that it raised.
    result: object
    #: Whether it changed its arguments, one by one.
    changed: list
    #: Whether it drew from a generator that it was given.
    drew: bool
    #: What it printed, and NumPy's warnings.
    printed: str
    warned: list

    @property
    def failed(self):
        """Whether it raised an error."""
        return isinstance(self.result, BaseException)


def attempt(exercise, function, case):
    """Call a function on a case, and keep everything that happens."""
    args, printed = deepcopy(case.args), StringIO()
    use = getattr(exercise, "use", lambda function, *args: function(*args))
    with (
        redirect_stdout(printed),
        redirect_stderr(printed),
        warnings.catch_warnings(record=True) as warned,
        np.errstate(all="warn", under="ignore"),  # as usual, whatever a student has set
    ):
        warnings.simplefilter("always")
        try:
            result = use(function, *args)
        except (Exception, SystemExit) as error:  # whatever a student's code may raise
            result = error
    changed = [not unchanged(*pair) for pair in zip(case.args, args, strict=True)]
    numeric = [str(w.message) for w in warned if issubclass(w.category, RuntimeWarning)]
    drew = any(map(_has_drawn, case.args, args))
    return Trial(case, result, changed, drew, printed.getvalue(), numeric)


def _has_drawn(before, after):
    if not isinstance(before, np.random.Generator):
        return False
    return before.bit_generator.state != after.bit_generator.state


# What is wrong with what came in, and with what happened


def misfit(exercise, name, given):
    """Return why a thing cannot be tried at all, or None."""
    example = f'companion.check("{name}", {name})'
    if asks_for_class(exercise):
        if not inspect.isclass(given):
            what = "a function" if inspect.isroutine(given) else f"an instance of {_kind(given)}"
            return f"give the class {name} itself, not {what}: {example}."
    elif not callable(given):
        return (
            f"give the function itself, not {shown(given)}: {example}, without brackets "
            f"after {name}."
        )
    try:
        signature = inspect.signature(given)
    except (TypeError, ValueError):  # some built-in functions do not tell
        return None
    try:
        signature.bind(*_parameters(exercise))
    except TypeError:
        return f"it must be callable as {exercise.SIGNATURE}, yours takes {signature}."
    return None


def fault(exercise, function, trial):
    """Return what went wrong in a trial, or None."""
    error = trial.result
    if isinstance(error, NotImplementedError):
        return _not_written(exercise, function, trial)
    if isinstance(error, SystemExit):
        return "the function ends the program: return the result instead of calling exit()."
    if isinstance(error, BaseException):
        text = " ".join(str(error).split())
        said = f"raised {_kind(error)}{place(error)}: {text}".rstrip(": .")
        said = " ".join([f"{said}.", *_meant(exercise, text), trial.case.about]).rstrip()
        where = setting(exercise, trial.case)
        return f"{where or 'the call'} {said}" if len(where) <= SHORT else _then(said, where)
    if any(trial.changed):
        pairs = zip(_named(exercise, trial.case), trial.changed, strict=False)
        which = " and ".join(name for name, changed in pairs if changed)
        return (
            f"the function changed its input {which}".rstrip()
            + ": work on a copy, so that the caller's stays."
        )
    for problem in problems(exercise, trial.case, trial.result).values():
        return wrong(exercise, trial.case, problem)
    return None


def wrong(exercise, case, problem):
    """Say for which case something is wrong with a result, and what the case is about."""
    where, said = setting(exercise, case), f"{problem} {case.about}".rstrip()
    if len(where) > SHORT:
        return _then(f"wrong: {said}", where)
    return f"wrong{where and f' for {where}'}: {said}"


#: Arguments that take more characters than this come last, so that they hide nothing.
SHORT = 60


def _then(said, where):
    return f"{said} This is for {where}."


#: What NumPy says when an operation is not for arrays, and what is usually behind it.
_MEANT = {
    "truth value of an array": "Python's if, and, or, max() and min() are for single numbers: "
    "np.where, np.maximum and np.minimum take each number of an array.",
    "arrays can be converted to Python scalars": "The functions of math, and float(), are for "
    "single numbers: those of np take each number of an array.",
    "Cannot cast ufunc": "An array of integers cannot take in fractions: make a float copy first.",
}


def _meant(exercise, text):
    """Return what is usually behind an error of NumPy, as a list of texts."""
    arguments = [pair for case in exercise.CASES for pair in _named(exercise, case).items()]
    may_be_none = {name for name, value in arguments if value is None}
    asked = [f"Whether {name} is None is asked with `{name} is None`." for name in may_be_none]
    meant = [meant for said, meant in _MEANT.items() if said in text]
    return asked + meant if "truth value of an array" in text else meant


def _not_written(exercise, function, trial):
    """Tell a function that is not written from one that calls such a function."""
    if other := callee(trial.result, function):
        return f"it calls {other}, which is not written yet."
    if trial.case.args is not exercise.CASES[0].args:
        return f"not written yet for {setting(exercise, trial.case)}."
    return NOT_WRITTEN


# How a case is written


def setting(exercise, case):
    """Return the arguments of a case as a reader would write them."""
    if asks_for_class(exercise):
        return ", ".join(map(shown, case.args))
    return ", ".join(_argument(name, value) for name, value in _named(exercise, case).items())


def _argument(name, value):
    if isinstance(value, np.ndarray) and value.size > MANY:
        return f"{name} of shape {value.shape}"
    return f"{name} = {shown(value)}"


def printing(exercise, name, trial):
    """Return what a function itself printed in a trial, with a heading and not too much of it."""
    lines = trial.printed.rstrip("\n").split("\n")
    if lines == [""]:
        return ""
    where = setting(exercise, trial.case)
    more = [f"… ({len(lines) - 20} more lines)"] if len(lines) > 20 else []
    text = indent("\n".join([*lines[:20], *more]), "    ")
    return f"{name} prints{where and f', for {where}'}:\n{text}\n"


def asks_for_class(exercise):
    """Whether a class is the answer: its name starts with a capital."""
    return exercise.SIGNATURE[0].isupper()


def _named(exercise, case):
    """Return the arguments of a case by name; what a class is tried with has none."""
    names = [] if asks_for_class(exercise) else _parameters(exercise)
    return dict(zip(names, case.args, strict=False))


def _parameters(exercise):
    signature = exercise.SIGNATURE
    return [name for name in signature[signature.index("(") + 1 : -1].split(", ") if name]


def _kind(thing):
    return type(thing).__name__
