"""The self-check of the exercises: `companion.check("step", step)`.

Each exercise is a module of this package, named as the function that it asks for. It holds

``SIGNATURE``
    how the function is called, such as ``"step(x)"``;
``CASES``
    a list of `Case`: arguments to call it with, all public;
``reference`` or ``judge``
    the companion's own function, whose results are the right ones; or, where many results are
    right, a function ``judge(args, result)`` that returns what is wrong with one, or None. An
    exercise whose solution is not printed in the book has neither: its cases carry the results;
``MISTAKES``
    a list of `Mistake`: usual wrong answers, each as a function that makes it, and what to say;
``use``
    only where the function alone is no answer, as with a class: what is done with it in a case.
    ``use(function, *args)`` takes the place of ``function(*args)``, and what it returns is judged.

Adding an exercise is adding such a module, and its cell in the source notebook.
"""

import inspect
import pkgutil
import warnings
from copy import deepcopy
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from companion._checks import choose
from companion.exercises._answers import part_problem, same, shown, value_problem


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
    """The answer of a self-check. It is true if all is right, and prints as `message`."""

    name: str
    right: bool
    message: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return f"{self.name}: {self.message}"


def names():
    """Return the names of all exercises that can be checked.

    Examples
    --------
    >>> "perceptron_update" in names()
    True
    """
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def check(name, function):
    """Try a student's function on the public cases of an exercise.

    Parameters
    ----------
    name : str
        The exercise, as its function is called.
    function : callable
        What the student wrote.

    Returns
    -------
    Report
        True if every case is right; otherwise its message says what to look at.

    Raises
    ------
    ValueError
        If there is no exercise of that name.

    Examples
    --------
    >>> check("step", lambda x: x > 1)
    step: wrong for x = [-2, -0.5, 0, 0.5, 3]: expected [0, 0, 0, 1, 1], got [0, 0, 0, 0, 1].
    """
    choose(name, dict.fromkeys(names()), "exercise")
    exercise = import_module(f"{__name__}.{name}")
    message = _first_problem(exercise, function)
    if message is None:
        return Report(name, True, _right(len(exercise.CASES)))
    return Report(name, False, message)


def _right(cases):
    return "right." if cases == 1 else f"right in all {cases} cases."


def _first_problem(exercise, function):
    """Return what to say about the first case that goes wrong, or None."""
    if not callable(function):
        return f"give the function itself, not {shown(function)}."
    if problem := _signature_problem(exercise.SIGNATURE, function):
        return problem
    for case in exercise.CASES:
        args = deepcopy(case.args)
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                result = _called(exercise, function, args)
        except NotImplementedError as error:
            return _not_written(exercise, case, function, error)
        except SystemExit:
            return "the function ends the program: return the result instead of calling exit()."
        except Exception as error:  # whatever a student's code may raise
            said = f"{_call(exercise, case)} raised {type(error).__name__}: {error}"
            return " ".join([f"{said.rstrip('.')}.", *_meant(error), case.about]).rstrip()
        if not same(args, case.args):
            return "the function changed its input: work on a copy, so that the caller's stays."
        if problem := _result_problem(exercise, case, result):
            where = f"wrong for {_call(exercise, case)}" if case.args else "wrong"
            said = _advice(exercise, function) or f"{where}: {problem} {case.about}".rstrip()
            numeric = [w.message for w in warned if issubclass(w.category, RuntimeWarning)]
            return f"{said} (NumPy warned: {numeric[0]}.)" if numeric else said
    return None


#: What NumPy says when an operation is not for arrays, and what is usually behind it.
_MEANT = {
    "truth value of an array": "Python's if, and, or, max() and min() are for single numbers: "
    "np.where, np.maximum and np.minimum take each number of an array.",
    "arrays can be converted to Python scalars": "The functions of math, and float(), are for "
    "single numbers: those of np take each number of an array.",
    "Cannot cast ufunc": "An array of integers cannot take in fractions: make a float copy first.",
}


def _meant(error):
    """Return what is usually behind an error of NumPy, as a list of one text or none."""
    return [meant for said, meant in _MEANT.items() if said in str(error)]


def _not_written(exercise, case, function, error):
    """Tell a function that is not written from one that calls such a function."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    written = function.__init__ if inspect.isclass(function) else function
    if code is not getattr(written, "__code__", code):
        return f"it calls {code.co_name}, which is not written yet."
    if case is not exercise.CASES[0]:
        return f"not written yet for {_call(exercise, case)}."
    return "not written yet. (When it is, take out the line that raises NotImplementedError.)"


def _signature_problem(wanted, function):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions do not tell
        return None
    try:
        signature.bind(*_parameters(wanted))
    except TypeError:
        return f"it must be callable as {wanted}, yours takes {signature}."
    return None


def _result_problem(exercise, case, result):
    """Return what is wrong with a result, or None."""
    if result is None:
        return "the function returned None; is a return missing?"
    if hasattr(exercise, "judge"):
        return exercise.judge(case.args, result)
    expected = _expected(exercise, case)
    if not isinstance(expected, tuple):
        return part_problem("", result, np.shape(expected)) or value_problem(expected, result)
    if not isinstance(result, tuple | list) or len(result) != len(expected):
        return f"expected {len(expected)} results, got {shown(result)}."
    for i, (right, got) in enumerate(zip(expected, result, strict=True), start=1):
        if problem := part_problem(f"result {i} of {len(expected)}: ", got, np.shape(right)):
            return problem
    return value_problem(expected, tuple(result))


def _expected(exercise, case):
    if hasattr(exercise, "reference"):
        return exercise.reference(*deepcopy(case.args))
    return case.expected


def _advice(exercise, function):
    """Return what to say if the function answers every case as a usual mistake does, or None."""
    results = [_outcome(exercise, function, case) for case in exercise.CASES]
    for mistake in exercise.MISTAKES:
        wrong = [_outcome(exercise, mistake.function, case) for case in exercise.CASES]
        if all(map(same, wrong, results)):
            return mistake.advice
    return None


def _outcome(exercise, function, case):
    """Return the result, or the kind of error, of a function on a case."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = _called(exercise, function, deepcopy(case.args))
            return tuple(result) if isinstance(result, list) else result
    except (Exception, SystemExit) as error:  # whatever a student's code may raise
        return type(error).__name__


def _called(exercise, function, args):
    """Return the result of a function on a case."""
    use = getattr(exercise, "use", lambda function, *args: function(*args))
    return use(function, *args)


def _call(exercise, case):
    if hasattr(exercise, "use"):
        return ", ".join(map(shown, case.args))
    pairs = zip(_parameters(exercise.SIGNATURE), case.args, strict=True)
    return ", ".join(f"{name} = {shown(value)}" for name, value in pairs) or "the call"


def _parameters(signature):
    return [name for name in signature[signature.index("(") + 1 : -1].split(", ") if name]
