"""What runs inside the sandbox: a student's cells, and then calls of what they define.

It is sent to a Python that has nothing but the standard library and NumPy. All that it reads are
requests, and all that it knows are the inputs in them: the right results stay outside.
"""

import ast
import io
import json
import linecache
import os
import re
import sys
import types
import warnings
from contextlib import redirect_stderr, redirect_stdout

import numpy as np

from companion.exercises._places import callee, place
from companion.grading.wire import OPERATIONS, End

#: A student's code may print so many characters while a request is answered.
PRINTED = 100_000


class OutputLimit(BaseException):
    """Too much was printed; no Exception, so that nothing catches it by accident."""


class _Capped(io.StringIO):
    """Take no more than PRINTED characters; what comes then raises, or is dropped."""

    def __init__(self, drops):
        super().__init__()
        self.drops = drops

    def write(self, text):
        room = PRINTED - self.tell()
        if len(text) > room and not self.drops:
            raise OutputLimit(f"it prints more than {PRINTED:,} characters")
        return super().write(text[:room])


class Inside(End):
    """The end of the line inside the sandbox."""

    def __init__(self, send, receive):
        super().__init__(send, receive)
        self.space = {"__name__": "__main__", "__builtins__": __builtins__}
        self.space |= {"display": _nothing, "get_ipython": _nothing}

    def serve(self):
        """Answer requests until there are no more."""
        process = os.getpid()
        while True:
            reply = self.answer(self._read())
            if os.getpid() != process:  # a copy that a cell has made, and that came back from it
                os._exit(0)
            self._send(json.dumps(reply))

    def answer(self, request):
        """Return the reply to a request, whatever the student's code does."""
        printed, warned, reply, after = _Capped(request["ask"] == "run"), [], {}, []
        try:
            with (
                redirect_stdout(printed),
                redirect_stderr(printed),
                warnings.catch_warnings(record=True) as warned,
                np.errstate(**request.get("errstate", {})),
            ):
                warnings.simplefilter("always")
                value, after = getattr(self, f"_{request['ask']}")(request)
                reply["value"] = self.write(value)
        except BaseException as error:
            reply["error"] = _told(error, request, self)
        numeric = [w for w in warned if issubclass(w.category, RuntimeWarning)]
        reply["printed"], reply["after"] = printed.getvalue(), after
        reply["warned"] = [str(w.message)[:1000] for w in numeric[:10]]
        return reply

    def _run(self, request):
        """Run a cell, or only what it defines; what it defines is there even if it fails."""
        name, code = f"<cell {request['cell']}>", as_python(request["code"])
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        if request["only_definitions"]:
            self._define(code, name)
            return None, []
        try:
            exec(compile(code, name, "exec"), self.space)
        except Exception:
            self._define(code, name)
            raise
        return None, []

    def _define(self, code, name):
        try:
            statements = ast.parse(code).body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return
        for statement in statements:
            if isinstance(statement, _DEFINITIONS):
                try:
                    exec(compile(ast.Module([statement], []), name, "exec"), self.space)
                except Exception:  # it has failed before
                    continue

    def _look(self, request):
        return self.space.get(request["name"]), []

    def _lend(self, request):
        """Make a package `companion` with these names, and a `check` that checks nothing.

        Each of them, such as "activations.relu", is computed outside.
        """
        package = sys.modules["companion"]
        package.check = package.Case = lambda *args, **options: True
        package.__getattr__ = _elsewhere
        for full, function in self.read(request["functions"]).items():
            module, _, name = full.rpartition(".")
            path = f"companion.{module}"
            if path not in sys.modules:
                sys.modules[path] = types.ModuleType(path)
                setattr(package, module, sys.modules[path])
            setattr(sys.modules[path], name, function)
        return None, []

    def _call(self, request):
        function, args = self.read(request["target"]), self.read(request["args"])
        before = [self.write(arg) for arg in args]
        value = function(*args)
        written = [self.write(arg) for arg in args]
        return value, [[i, w] for i, w in enumerate(written) if w != before[i]]

    def _use(self, request):
        return OPERATIONS[request["name"]](*self.read(request["args"])), []


_DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign)

#: What only a notebook understands: `%magic`, `!shell`, `name = !shell`, `name?`.
_MAGIC = re.compile(
    r"^([ \t]*+)(?:[%!]+[A-Za-z].*|\w+ *= *[%!]+[A-Za-z].*|\?*[\w.]+\?+[ \t]*|\?+[\w.]+[ \t]*)$",
    re.MULTILINE,
)


def as_python(code):
    """Return the code of a cell without the lines that only a notebook understands."""
    try:
        compile(code, "cell", "exec")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return _MAGIC.sub(r"\1pass", code)
    return code


def _nothing(*args, **options):
    """Take the place of what a notebook has, such as `display`."""


def _told(error, request, end):
    """Return what is told of an error."""
    function = None
    if request["ask"] == "call":
        function = end.read(request["target"])
    try:
        text = str(error)[:1000]
    except Exception:  # an error may write itself as it likes
        text = ""
    return {
        "kind": type(error).__name__[:100],
        "is": next(
            base.__name__
            for base in (NotImplementedError, SystemExit, OutputLimit, BaseException)
            if isinstance(error, base)
        ),
        "text": text,
        "place": place(error),
        "callee": callee(error, function),
    }


def _elsewhere(name):
    raise AttributeError(f"companion.{name} is not to be had where answers are graded")


def main():
    """Answer requests on what was standard input and output; both are empty from now on."""
    incoming, outgoing = os.fdopen(os.dup(0), "r", encoding="utf-8"), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    sys.stdin = open(os.devnull, encoding="utf-8")
    sys.stdout = sys.stderr = io.StringIO()

    def send(line):
        data = memoryview(line.encode() + b"\n")
        while data:
            data = data[os.write(outgoing, data) :]

    def receive():
        line = incoming.readline()
        if not line:
            os._exit(0)
        return line

    Inside(send, receive).serve()
