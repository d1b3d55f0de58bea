"""Values and calls as lines of JSON, between two processes of which one runs code unread.

What an answer can consist of crosses: numbers, texts, None, lists, tuples, dictionaries, arrays of
numbers, and random generators by their state. Everything else stays where it is; the other end gets
a stand-in for it, whose every use is a request. What comes in is never executed, and never large.

Both ends use this module, one of them inside the sandbox: it needs the standard library and NumPy.
"""

import base64
import builtins
import inspect
import json
import operator

import numpy as np

__all__ = ["SIZE", "End", "StandIn", "Unreadable"]

#: A value is nested at most so deeply; a text or an array has at most so many characters or bytes.
DEPTH, SIZE = 20, 16_000_000


class Unreadable(ValueError):
    """What came is no value or no request of this format."""


class End:
    """One end of the line.

    Parameters
    ----------
    send : callable
        Takes a line, a text without its newline.
    receive : callable
        Returns the next line.
    """

    def __init__(self, send, receive):
        self._send, self._receive = send, receive
        self._kept = []

    # ------------------------------------------------------------------------------- requests

    def ask(self, **request):
        """Send a request, answer what the other end asks meanwhile, and return its reply."""
        self._send(json.dumps(request))
        while True:
            message = self._read()
            if "ask" not in message:
                return message
            self._send(json.dumps(self.answer(message)))

    def call(self, target, args):
        """Let the other end call what it keeps, and return what comes back."""
        request = {"ask": "call", "target": self.write(target), "args": self.write(list(args))}
        return self.result(self.ask(**request), args)

    def use(self, name, args):
        """Let the other end do one of the OPERATIONS with what it keeps."""
        return self.result(self.ask(ask="use", name=name, args=self.write(args)), args)

    def result(self, reply, args):
        """Return the value in a reply, or raise the error in it."""
        if "error" in reply:
            kind = getattr(builtins, str(reply["error"]["kind"]), None)
            known = isinstance(kind, type) and issubclass(kind, Exception)
            raise (kind if known else RuntimeError)(reply["error"]["text"])
        return self.read(reply["value"])

    def answer(self, request):
        """Return the reply to a request: here, to call something that was sent as a stand-in."""
        try:
            function, args = self.read(request["target"]), self.read(request["args"])
            return {"value": self.write(function(*args))}
        except Exception as error:
            return {"error": {"kind": type(error).__name__, "text": str(error)[:1000]}}

    def _read(self):
        try:
            message = json.loads(self._receive())
        except (ValueError, RecursionError):
            raise Unreadable("a line is no JSON") from None
        if not isinstance(message, dict):
            raise Unreadable(f"a message must be an object, got a {type(message).__name__}")
        return message

    # --------------------------------------------------------------------------------- values

    def write(self, value):
        """Return a value as what `json.dumps` takes."""
        return self._written(value, DEPTH, {})

    def read(self, data):
        """Return the value that was written as `data`."""
        try:
            return self._value(data, DEPTH, [])
        except Exception as error:  # whatever strange data may bring about
            raise Unreadable(f"no value: {type(error).__name__}") from None

    def _written(self, value, depth, seen):
        """Write a value; `seen` holds what was written before, since the same may come again."""
        kind = type(value)  # not isinstance: a class of one's own may lie about what it holds
        if kind in (bool, type(None), float) or (kind is int and abs(value) < 2**63):
            return value
        if kind is str and len(value) <= SIZE:
            return value
        if depth == 0:
            raise ValueError(f"a value is nested more than {DEPTH} deep")
        if id(value) in seen:
            return {"again": seen[id(value)][0]}
        written = self._parts(value, kind, depth - 1, seen)
        seen[id(value)] = len(seen), value
        return written

    def _parts(self, value, kind, depth, seen):
        if kind in (list, tuple):
            return {kind.__name__: [self._written(part, depth, seen) for part in value]}
        if kind is dict:
            pairs = [[self._written(part, depth, seen) for part in pair] for pair in value.items()]
            return {"dict": pairs}
        if isinstance(value, np.ndarray):
            kind, value = np.ndarray, np.ndarray.view(value, np.ndarray)
        if kind is np.ndarray and value.dtype == object and value.size <= 10_000:
            parts = [self._written(part, depth, seen) for part in value.ravel().tolist()]
            return {"objects": [list(value.shape), parts]}
        if (kind is np.ndarray or issubclass(kind, np.generic)) and _plain(value.dtype):
            if value.nbytes <= SIZE:
                data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
                what = "array" if kind is np.ndarray else "scalar"
                return {what: [value.dtype.str, list(np.shape(value)), data]}
        if kind is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
            return {"generator": value.bit_generator.state}
        if _is_stand_in(value):
            return {"yours": value._number}
        return {"mine": [self._keep(value), _description(value)]}

    def _value(self, data, depth, seen):
        if data is None or type(data) in (bool, int, float, str):
            return data
        ((what, content),) = data.items()
        if what == "again":
            return seen[content]
        value = self._whole(what, content, depth - 1, seen)
        seen.append(value)
        return value

    def _whole(self, what, content, depth, seen):
        if depth < 0:
            raise ValueError("nested too deeply")
        if what in ("list", "tuple"):
            parts = [self._value(part, depth, seen) for part in content]
            return parts if what == "list" else tuple(parts)
        if what == "dict":
            pairs = [[self._value(part, depth, seen) for part in pair] for pair in content]
            return dict(pairs)
        if what == "objects":
            array = np.empty(len(content[1]), object)
            array[:] = [self._value(part, depth, seen) for part in content[1]]
            return array.reshape(content[0])
        if what in ("array", "scalar"):
            kind, shape, text = content
            if not _plain(np.dtype(kind)):
                raise TypeError("no array of numbers")
            array = np.frombuffer(base64.b64decode(text), kind).reshape(shape).copy()
            return array if what == "array" else array[()]
        if what == "generator":
            rng = np.random.default_rng(0)
            rng.bit_generator.state = content
            return rng
        if what == "yours":
            return self._kept[content]
        if what == "mine":
            number, described = content
            return _stand_in(self, int(number), described)
        raise KeyError(what)

    def _keep(self, value):
        for number, known in enumerate(self._kept):
            if known is value:
                return number
        self._kept.append(value)
        return len(self._kept) - 1


def _plain(dtype):
    return dtype.kind in "biuf" and dtype.itemsize <= 8


def _description(value):
    """Return the kind, the name, a text and the parameters of what stays here."""
    kind = "class" if isinstance(value, type) else "function" if callable(value) else "object"
    try:
        parameters = [
            [p.name, int(p.kind), p.default is p.empty]
            for p in inspect.signature(value).parameters.values()
        ]
    except (TypeError, ValueError):
        parameters = None
    named = value if kind != "object" else type(value)
    return [kind, str(getattr(named, "__name__", type(value).__name__)), _text(value), parameters]


def _text(value):
    try:
        return repr(value)[:200]
    except Exception:  # a class may write itself as it likes
        return f"an instance of {type(value).__name__}"


# --------------------------------------------------------------------------------------- stand-ins


class StandIn:
    """What the other end keeps: its attributes, and what it is computed with, are requests."""

    def __init__(self, end, number, text=""):
        self._end, self._number, self._text = end, number, text

    def __repr__(self):
        return self._text

    def __getattr__(self, name):
        if name.startswith("_"):  # also what NumPy and copy look for
            raise AttributeError(name)
        return self._end.use("getattr", [self, name])

    def __call__(self, *args):
        return self._end.call(self, args)


#: What may be done with a stand-in, by its name in the module `operator`.
OPERATIONS = {
    name: getattr(operator, name)
    for name in ("add", "sub", "mul", "truediv", "pow", "matmul", "neg", "getitem")
} | {"getattr": getattr}


def _operate(name, turned):
    def method(self, *other):
        return self._end.use(name, [*other, self] if turned else [self, *other])

    return method


for _name in set(OPERATIONS) - {"getattr"}:
    setattr(StandIn, f"__{_name}__", _operate(_name, turned=False))
    if _name not in ("neg", "getitem"):
        setattr(StandIn, f"__r{_name}__", _operate(_name, turned=True))


def _is_stand_in(value):
    return isinstance(value, StandIn) or (
        isinstance(value, type) and isinstance(vars(value).get("_end"), End)
    )


def _stand_in(end, number, described):
    """Return what takes the place of something that the other end keeps."""
    kind, name, text, parameters = described
    signature = None
    if parameters is not None:
        signature = inspect.Signature([
            inspect.Parameter(
                name, inspect._ParameterKind(kind), default=inspect.Parameter.empty if needed else 0
            )
            for name, kind, needed in parameters
        ])  # fmt: skip
    if kind == "class":
        space = {"_end": end, "_number": number}
        made = type(str(name), (), space)
        made.__new__ = lambda cls, *args: end.call(made, args)
    else:
        made = type(str(name), (StandIn,), {})(end, number, str(text))
        made.__name__ = str(name)
    if signature is not None:
        made.__signature__ = signature
    return made
