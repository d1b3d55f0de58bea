"""Grade one notebook: run its cells in a sandbox, and try what they define.

An exercise is worth its points times the share of the hidden cases that are right. What a student
is told is what the self-check says of the public cases; of the hidden ones only what each is about.
"""

import io
import time
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module

from companion import exercises
from companion.exercises._answers import answered
from companion.exercises._trials import attempt, fault, misfit
from companion.grading.cases import drawn
from companion.grading.outside import OutputLimit, Outside
from companion.grading.sandbox import Died, Limits, Sandbox, TimeLimit
from companion.grading.submissions import as_python

__all__ = ["Outcome", "grade"]

#: How often the sandbox is started again after a student's code has ended it.
STARTS = 6


@dataclass(frozen=True)
class Outcome:
    """What an exercise has earned, and why."""

    name: str
    points: float
    of: float
    #: "right", "partly right", "wrong", "not written", "missing", "time limit", "output limit",
    #: "stopped early" or "not tried".
    status: str
    #: What the student is told.
    message: str
    #: What each hidden case is about, and whether it is right.
    cases: tuple = ()


def grade(cells, assignment, limits=None, *, isolated=True):
    """Grade the code of a notebook.

    Parameters
    ----------
    cells : list of str
        The code cells.
    assignment : Assignment
    limits : Limits, optional
    isolated : bool
        False: without a sandbox, for code that is known.

    Returns
    -------
    list of Outcome
        One for each exercise that is tried, in the order of the assignment.
    list of str
        What is to be said of the cells: which failed, and how.
    """
    return _Run(cells, assignment, limits or Limits(), isolated).result()


class _Run:
    """The way through one notebook, which may take several starts of the sandbox."""

    def __init__(self, cells, assignment, limits, isolated):
        self.cells = {i: as_python(code) for i, code in enumerate(cells, start=1)}
        self.assignment, self.limits, self.isolated = assignment, limits, isolated
        self.deadline = time.monotonic() + limits.total
        self.left, self.outcomes, self.notes = list(assignment.points), {}, {}

    def result(self):
        for _ in range(STARTS):
            if not self.left or time.monotonic() > self.deadline:
                break
            self._start()
        for name in self.left:
            said = "the notebook ended the program, or took all its time, before this was tried"
            self.outcomes[name] = self._outcome(name, "not tried", said)
        return [self.outcomes[name] for name in self.assignment.points], list(self.notes.values())

    def _start(self):
        """Run the cells and try what is left, until the end or until the sandbox is at its end."""
        with Sandbox(self.limits, self.deadline, isolated=self.isolated) as sandbox:
            outside = Outside(sandbox)
            try:
                sandbox.until(self.limits.seconds)
                outside.lend(self.assignment.borrowed)
                for number in [*self.cells]:
                    self._run(number, sandbox, outside)
                for name in [*self.left]:
                    sandbox.until(self.limits.seconds)
                    self.outcomes[name] = self._try(name, outside)
                    self.left.remove(name)
            except _Over:
                pass

    def _run(self, number, sandbox, outside):
        sandbox.until(self.limits.seconds)
        try:
            with _quiet():
                outside.run(number, self.cells[number])
        except (Died, TimeLimit, OutputLimit) as end:
            # Next time without it, so that it takes nothing else along.
            self.notes[number] = f"cell {number}: {_STATUS[type(end)]}: {end}"
            if not isinstance(end, OutputLimit):
                del self.cells[number]
                raise _Over from None
        except (Exception, SystemExit) as error:
            self.notes[number] = f"cell {number}: {type(error).__name__}: {error}"

    def _try(self, name, outside):
        """Return what an exercise has earned."""
        right = []
        exercise = drawn(name, self.assignment.secret)
        try:
            with _quiet():
                if (function := outside.look(name)) is None:
                    said = f"nothing of the name {name} is defined"
                    return self._outcome(name, "missing", said)
                if problem := misfit(exercise, name, function):
                    return self._outcome(name, "wrong", problem)
                _share(exercise, function, right)
                if all(right):
                    said = f"right in all {len(right)} hidden cases."
                    return self._outcome(name, "right", said, right)
                public, _ = exercises._examine(
                    import_module(f"companion.exercises.{name}"), name, function
                )
        except (Died, TimeLimit, OutputLimit) as end:
            self.outcomes[name] = self._outcome(name, _STATUS[type(end)], str(end), right)
            self.left.remove(name)
            raise _Over from None
        status = "partly right" if any(right) else "wrong"
        if "not written" in public.message and not any(right):
            status = "not written"
        said = "right in all public cases, not in all hidden ones." if public else public.message
        return self._outcome(name, status, said, right)

    def _outcome(self, name, status, message, right=()):
        cases = drawn(name, self.assignment.secret).CASES
        right = [*right, *[False] * (len(cases) - len(right))]
        points = self.assignment.points[name]
        earned = round(points * sum(right) / len(right), 2)
        about = tuple((case.about, ok) for case, ok in zip(cases, right, strict=True))
        return Outcome(name, earned, points, status, message, about)


class _Over(Exception):
    """The sandbox is at its end, and what has to be said is said."""


_STATUS = {Died: "stopped early", TimeLimit: "time limit", OutputLimit: "output limit"}


def _share(exercise, function, right):
    """Append to `right` whether each case is, one by one: what was right before an end counts."""
    cases = answered(exercise)
    for case in cases:
        right.append(not fault(exercise, function, attempt(exercise, function, case)))
    if all(right):  # once more: the same call must give the same again
        for i, case in enumerate(cases):
            right[i] = not fault(exercise, function, attempt(exercise, function, case))


@contextmanager
def _quiet():
    """Keep what a student's code prints and warns of to itself."""
    nothing = io.StringIO()
    with redirect_stdout(nothing), redirect_stderr(nothing), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
