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
from contextlib import suppress
from fractions import Fraction

import numpy as np

__all__ = ["SIZE", "End", "StandIn", "Unreadable"]

#: A value is nested at most so deeply; a text or an array has at most so many characters or bytes.
DEPTH, SIZE = 20, 2_500_000
#: A value that is read has at most so many parts, what comes again counted again; a dictionary at
#: most so many keys, and a message so many stand-ins.
PARTS, KEYS, STAND_INS = 2_000_000, 10_000, 1_000


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
            function, args = self.read(request["target"]), self.admitted(request["args"])
            return {"value": self.write(function(*args))}
        except Exception as error:
            return {"error": {"kind": type(error).__name__, "text": str(error)[:1000]}}

    def admitted(self, args):
        """Return the arguments that a function of this end is called with."""
        return self.read(args)

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
            return self._value(data, DEPTH, _Seen())[0]
        except Exception as error:  # whatever strange data may bring about
            raise Unreadable(f"no value: {type(error).__name__}") from None

    def _written(self, value, depth, seen):
        """Write a value; `seen` holds what was written before, since the same may come again."""
        value = _as_plain(value)
        kind = type(value)
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
        """Return a value and how many parts it has; no lines of a few bytes unfold without end."""
        if data is None or type(data) in (bool, float) or (type(data) is int and abs(data) < 2**63):
            return data, 1
        if type(data) is str:
            return data, 1 + len(data) // 8
        ((what, content),) = data.items()
        if what == "again":
            return seen[content]
        value, parts = self._whole(what, content, depth - 1, seen)
        if parts > PARTS:
            raise ValueError("a value has too many parts")
        seen.append((value, parts))
        return value, parts

    def _whole(self, what, content, depth, seen):
        if depth < 0:
            raise ValueError("nested too deeply")
        if what in ("list", "tuple", "objects"):
            shape, content = content if what == "objects" else (None, content)
            parts, count = [], 1
            for part in content:
                value, more = self._value(part, depth, seen)
                parts.append(value)
                count += more
                if count > PARTS:
                    raise ValueError("a value has too many parts")
            if what == "objects":
                array = np.empty(len(parts), object)
                array[:] = parts
                return array.reshape(shape), count
            return (parts if what == "list" else tuple(parts)), count
        if what == "dict":
            if len(content) > KEYS:
                raise ValueError("a dictionary has too many keys")
            pairs, count = {}, 1
            for key, part in content:
                (key, _), (value, more) = self._value(key, 1, seen), self._value(part, depth, seen)
                pairs[key] = value
                count += more
            return pairs, count
        if what in ("array", "scalar"):
            kind, shape, text = content
            if not _plain(np.dtype(kind)):
                raise TypeError("no array of numbers")
            array = np.frombuffer(base64.b64decode(text), kind).reshape(shape).copy()
            return (array if what == "array" else array[()]), 1 + array.size
        if what == "generator":
            rng = np.random.default_rng(0)
            rng.bit_generator.state = content
            return rng, 1
        if what == "yours":
            return self._kept[content], 1
        if what == "mine":
            seen.stand_ins += 1
            if seen.stand_ins > STAND_INS:
                raise ValueError("too many stand-ins")
            number, described = content
            return _stand_in(self, int(number), described), 1
        raise KeyError(what)

    def _keep(self, value):
        for number, known in enumerate(self._kept):
            if known is value:
                return number
        self._kept.append(value)
        return len(self._kept) - 1


def _as_plain(value):
    """Return a value as one of the kinds that cross, whatever its class says of itself."""
    kind = type(value)
    if kind in (bool, int, float, str, list, tuple, dict, type(None)):
        return value
    if isinstance(value, tuple):  # one with names, say
        return tuple(tuple.__iter__(value))
    if isinstance(value, list):
        return list(list.__iter__(value))
    if isinstance(value, dict):
        return dict(dict.items(value))
    if kind is range and len(value) <= KEYS:
        return list(value)
    if kind in (np.longdouble, Fraction):
        return float(value)
    return value


class _Seen(list):
    """What was read of a message so far, each with how many parts it has."""

    stand_ins = 0


def _plain(dtype):
    return dtype.kind in "biuf" and dtype.itemsize <= 8


def _description(value):
    """Return the kind, the name, a text and the parameters of what stays here."""
    kind = "class" if isinstance(value, type) else "function" if callable(value) else "object"
    name, parameters = type(value).__name__, None
    with suppress(Exception):  # it may tell none, or raise what it likes
        if kind != "object":
            name = str(value.__name__)
        parameters = [
            [p.name, int(p.kind), p.default is p.empty]
            for p in inspect.signature(value).parameters.values()
        ][:255]
    return [kind, name, _text(value), parameters]


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


def _instance(value, name):
    """Return what a class gives when it is called, if it is no number that would be used here."""
    if not isinstance(value, StandIn):
        raise TypeError(f"{name}(…) gives a {type(value).__name__}")
    return value


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
        made = type(str(name)[:100], (), {"_end": end, "_number": number})
        made.__new__ = lambda cls, *args: _instance(end.call(made, args), name)
    else:
        made = type(str(name)[:100], (StandIn,), {})(end, number, str(text)[:200])
        made.__name__ = str(name)[:100]
    if signature is not None:
        made.__signature__ = signature
    return made
