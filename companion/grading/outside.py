"""The instructor's end of the line: a student's functions, as if they were here.

So the self-check tries them as it tries any function. It calls a stand-in; the call runs in the
sandbox, and only what it was called with goes there.
"""

import warnings
from importlib import import_module

import numpy as np

from companion.grading.sandbox import Died
from companion.grading.wire import End, Unreadable

__all__ = ["Outside", "OutputLimit"]


class OutputLimit(BaseException):
    """A student's code printed more than the sandbox takes."""


class Outside(End):
    """The end of the line outside the sandbox.

    Parameters
    ----------
    sandbox : Sandbox
    """

    def __init__(self, sandbox):
        super().__init__(sandbox.send, sandbox.receive)

    def run(self, number, code, *, only_definitions=False):
        """Run a cell, or what it defines; raise what it raises."""
        request = {"cell": number, "code": code, "only_definitions": only_definitions}
        self.result(self.ask(ask="run", **request), [])

    def look(self, name):
        """Return what the cells have given this name, or None."""
        return self.result(self.ask(ask="look", name=name), [])

    def lend(self, names):
        """Let the cells import these functions of the companion: each call is computed here."""
        functions = {}
        for full in names:
            module, _, name = full.rpartition(".")
            functions[full] = getattr(import_module(f"companion.{module}"), name)
        self.result(self.ask(ask="lend", functions=self.write(functions)), [])

    def admitted(self, args):
        """Let a function of ours be called with numbers and arrays of them, and nothing else."""
        said = "a function of the exercise takes numbers, and arrays of numbers"
        try:
            read = self.read(args)
        except Unreadable:
            raise TypeError(said) from None
        if not all(map(_tame, read)):
            raise TypeError(said)
        return read

    def ask(self, **request):
        """Send a request with NumPy's present ways with errors, and return the reply."""
        try:
            return super().ask(**request, errstate=np.geterr())
        except Unreadable:  # the line was written by something else than `inside`
            raise Died("its answer cannot be read") from None

    def result(self, reply, args):
        """Return the value in a reply, or raise the error in it.

        What was printed is printed here, NumPy's warnings are given here, and what was changed in
        the arguments is changed here.
        """
        try:
            printed = _text(reply.get("printed", ""))
            warned = [_text(message) for message in reply.get("warned", [])[:10]]
            for place, written in reply.get("after", []):
                _change(args[place], self.read(written))
            error = _error(reply["error"]) if "error" in reply else None
            value = None if error else self.read(reply["value"])
        except Exception:  # a reply that `inside` would not write
            raise Died("its answer cannot be read") from None
        print(printed, end="")
        for message in warned:
            warnings.warn(message, RuntimeWarning, stacklevel=2)
        if error:
            raise error
        return value


def _text(said):
    if not isinstance(said, str):
        raise TypeError("a text is expected")
    return said[:100_000].encode("utf-8", "replace").decode()  # half a character cannot be written


def _tame(value, depth=3):
    """Whether a value is what a function of ours may compute with: not much, and only numbers."""
    if isinstance(value, list | tuple):
        return depth > 0 and len(value) <= 100 and all(_tame(part, depth - 1) for part in value)
    if isinstance(value, dict):
        return _tame(list(value.values()), depth)
    if isinstance(value, np.ndarray):
        return value.dtype != object and value.size <= 100_000
    return value is None or isinstance(value, bool | int | float | np.generic)


def _change(ours, theirs):
    """Change one of our arguments in place, as theirs was."""
    if type(ours) is not type(theirs):
        return
    if isinstance(ours, np.random.Generator):
        ours.bit_generator.state = theirs.bit_generator.state
    elif isinstance(ours, np.ndarray) and ours.shape == theirs.shape:
        ours[...] = theirs
    elif isinstance(ours, list):
        ours[:] = theirs
    elif isinstance(ours, dict):
        ours.clear()
        ours.update(theirs)


def _error(told):
    """Return an error of the kind that was raised, with its place in the student's code."""
    kind, base, text = (_text(told[part]) for part in ("kind", "is", "text"))
    if base == "OutputLimit":
        return OutputLimit(text)
    bases = {"NotImplementedError": NotImplementedError, "SystemExit": SystemExit}
    error = type(kind, (bases.get(base, Exception),), {})(text)
    error.place = _text(told["place"])
    error.callee = None if told["callee"] is None else _text(told["callee"])
    return error
