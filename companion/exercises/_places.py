"""Where in a student's code an error came from.

The standard library is all that this needs: where answers are graded, it runs in a sandbox.
"""

import inspect
import linecache
import sys
from traceback import walk_tb

#: An error may surface inside of these; what a student can change is the line that led there.
LIBRARIES = {*sys.stdlib_module_names, "numpy", "scipy", "sklearn", "companion"}


def place(error):
    """Return the innermost function and line of a student's own that an error went through."""
    if hasattr(error, "place"):  # it comes from a sandbox, which has looked
        return error.place
    own = [
        (frame, line)
        for frame, line in walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__")).split(".")[0] not in LIBRARIES
    ]
    if not own:
        return ""
    frame, line = own[-1]
    nested = frame.f_code.co_qualname.split(".<locals>.")
    inner = [part for part in nested if part == "<lambda>" or not part.startswith("<")]
    name = inner[-1].replace("<lambda>", "a lambda") if inner else "your code"
    source = linecache.getline(frame.f_code.co_filename, line, frame.f_globals).strip()
    return f" in {name}, line {line}{source and f' ({source})'}"


def callee(error, function):
    """Return the name of the function that an error was raised in, if it is not this one itself."""
    if hasattr(error, "callee"):
        return error.callee
    *_, (frame, _) = walk_tb(error.__traceback__)
    written = function.__init__ if inspect.isclass(function) else function
    same = frame.f_code is getattr(written, "__code__", frame.f_code)
    return None if same else frame.f_code.co_name
