"""Grade one notebook: run its cells in a sandbox, and try what they define.

An exercise is worth its points times the share of the hidden cases that are right. What a student
is told is what the self-check says of the public cases; of the hidden ones only what each is about.
"""

import io
import time
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass

from companion import exercises
from companion.exercises._answers import answered
from companion.exercises._places import callee
from companion.exercises._trials import NOT_WRITTEN, attempt, fault, misfit
from companion.grading.cases import drawn, public
from companion.grading.outside import OutputLimit, Outside
from companion.grading.sandbox import Died, Limits, Sandbox, TimeLimit

__all__ = ["Outcome", "grade"]

#: How often the sandbox is started if a student's code ends it, and how many notes are kept.
STARTS, NOTES = 6, 20
#: How many cases of an exercise are tried twice.
AGAIN = 2


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
    """The way through one notebook, which may take several starts of the sandbox.

    The hidden cases come first. What a student is told of a wrong answer comes from other starts,
    which have seen the public cases alone: so no hidden number can find its way into a message.
    """

    def __init__(self, cells, assignment, limits, isolated):
        self.cells = dict(enumerate(cells, start=1))
        self.assignment, self.limits, self.isolated = assignment, limits, isolated
        self.deadline = time.monotonic() + limits.total
        self.half = self.deadline - limits.total / 2
        self.notes, self.only_definitions = {}, set()
        self.right = {name: [] for name in assignment.points}
        self.status, self.messages, self.tried = {}, {}, set()

    def result(self):
        """Return the outcomes and what is to be said of the cells."""
        self._through(self._try_hidden, list(self.assignment.points))
        self._through(self._try_public, [name for name in self.right if self._is_open(name)])
        outcomes = [self._outcome(name) for name in self.assignment.points]
        notes = [self.notes[number] for number in sorted(self.notes)]
        more = [f"… and {len(notes) - NOTES} more"] if len(notes) > NOTES else []
        return outcomes, notes[:NOTES] + more

    def _is_open(self, name):
        """Whether it is not known yet what a student is to be told."""
        cases = len(drawn(name, self.assignment.secret).CASES)
        return name in self.tried and name not in self.status and sum(self.right[name]) < cases

    def _through(self, try_one, left):
        """Run the cells and try what is left, as often as a student's code ends the sandbox."""
        for _ in range(STARTS):
            if not left or time.monotonic() > self.deadline:
                return
            with suppress(Died, TimeLimit, OutputLimit, _Over):
                self._start(try_one, left)

    def _start(self, try_one, left):
        with Sandbox(self.limits, self.deadline, isolated=self.isolated) as sandbox, _quiet():
            outside = Outside(sandbox)
            outside.lend(self.assignment.borrowed)
            for number in [*self.cells]:
                self._run(number, sandbox, outside)
            for name in [*left]:
                sandbox.until(self.limits.seconds)
                left.remove(name)  # whatever comes of it, it is tried once
                self.tried.add(name)
                try:
                    try_one(name, outside)
                except (Died, TimeLimit, OutputLimit) as end:
                    self.status[name], self.messages[name] = _STATUS[type(end)], str(end)
                    raise

    def _run(self, number, sandbox, outside):
        """Run a cell; one that ends the sandbox only defines what it defines the next time.

        So do all cells when half of the time is over: the rest is for what they define.
        """
        sandbox.until(self.limits.seconds)
        only_definitions = number in self.only_definitions
        if time.monotonic() > self.half:
            only_definitions = True
            self._note(number, "half of the time was over: only what it defines was run")
        try:
            outside.run(number, self.cells[number], only_definitions=only_definitions)
        except (Died, TimeLimit) as end:
            self._note(number, f"{_STATUS[type(end)]}: {end}")
            if number in self.only_definitions:
                del self.cells[number]
            self.only_definitions.add(number)
            raise _Over from None
        except (Exception, SystemExit) as error:
            self._note(number, f"{type(error).__name__}: {error}")

    def _note(self, number, said):
        self.notes.setdefault(number, f"cell {number}: {said}"[:300])

    def _try_hidden(self, name, outside):
        """Find out which hidden cases are right, and say nothing that the student's code says."""
        exercise = drawn(name, self.assignment.secret)
        try:
            function = outside.look(name)
        except Exception:  # it cannot even be described
            return
        if function is None:
            self._note_missing(name)
        elif misfit(exercise, name, function) is None:
            if not _share(exercise, function, self.right[name]):
                self.status[name], self.messages[name] = "not written", NOT_WRITTEN

    def _try_public(self, name, outside):
        """Find out what to tell a student."""
        exercise = public(name, self.assignment.secret)
        try:
            function = outside.look(name)
        except Exception as error:
            self.messages[name] = f"{name} cannot be looked at: {type(error).__name__}"
            return
        if function is None:
            self._note_missing(name)
            return
        report, _ = exercises._examine(exercise, name, function)
        self.messages[name] = report.message
        if report:
            self.messages[name] = "right in all public cases, not in all hidden ones."
        elif "not written" in report.message and not any(self.right[name]):
            self.status[name] = "not written"

    def _note_missing(self, name):
        self.status[name] = "missing"
        self.messages[name] = f"nothing of the name {name} is defined"

    def _outcome(self, name):
        cases = drawn(name, self.assignment.secret).CASES
        right = [*self.right[name], *[False] * (len(cases) - len(self.right[name]))]
        points = self.assignment.points[name]
        earned = round(points * sum(right) / len(right), 2)
        message = self.messages.get(name, "")
        if all(right):
            status, message = "right", f"right in all {len(right)} hidden cases."
        elif name not in self.tried:
            status = "not tried"
            message = "the notebook ended the program, or took all its time, before this was tried"
        else:
            status = self.status.get(name, "partly right" if any(right) else "wrong")
        about = tuple((case.about, ok) for case, ok in zip(cases, right, strict=True))
        return Outcome(name, earned, points, status, message[:2000], about)


class _Over(Exception):
    """The sandbox is at its end, and what has to be said is said."""


_STATUS = {Died: "stopped early", TimeLimit: "time limit", OutputLimit: "output limit"}


def _share(exercise, function, right):
    """Append to `right` whether each case is, one by one: what was right before an end counts.

    Return whether the function is written at all.
    """
    cases, written = answered(exercise), False
    for case in cases:
        trial = attempt(exercise, function, case)
        right.append(not fault(exercise, function, trial))
        error = trial.result
        written |= not isinstance(error, NotImplementedError) or bool(callee(error, function))
    if all(right):  # once more: after the others, the same call must give the same again
        for i, case in enumerate(cases[:AGAIN]):
            right[i] = not fault(exercise, function, attempt(exercise, function, case))
    return written


@contextmanager
def _quiet():
    """Keep what a student's code prints and warns of to itself."""
    nothing = io.StringIO()
    with redirect_stdout(nothing), redirect_stderr(nothing), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
