"""Value(data): a number that remembers how it was made, with +, *, relu() and backward().

A class is asked for, so a case is an expression: it is computed from values of the class, and
`backward` is called on the result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

from companion import graph
from companion.exercises import Case, Mistake, variants
from companion.exercises._answers import near, shown

SIGNATURE = "Value(data)"


@dataclass(frozen=True)
class _Expression:
    """Something to compute from values: a result, or a result and the values on the way by name."""

    formula: str
    value: Callable
    numbers: dict
    backward: int = 1

    def __repr__(self):
        at = ", ".join(f"{name} = {shown(number)}" for name, number in self.numbers.items())
        return f"{self.formula} at {at}"


def use(Value, expression):
    """Return what the expression and its numbers hold after backward, by name."""
    values = {name: Value(number) for name, number in expression.numbers.items()}
    result = expression.value(**values)
    result, on_the_way = result if isinstance(result, tuple) else (result, {})
    if result is None:
        raise ValueError("the expression gives None: a return is missing")
    if isinstance(result, Real):
        raise ValueError(f"the expression gives the plain number {result}: return a new Value")
    for _ in range(expression.backward):
        result.backward()
    values |= on_the_way
    return {
        "data of the result": result.data,
        **{f"{name}.data": value.data for name, value in values.items()},
        **{f"{name}.grad": value.grad for name, value in values.items()},
    }


def judge(args, result):
    """Return which of the numbers is wrong, or None."""
    for name, right in use(graph.Value, *args).items():
        if not near(right, result[name]):
            problem = f"{name} should be {shown(right)}, got {shown(result[name])}."
            given = name.removesuffix(".data") in args[0].numbers
            return f"{problem} An operation makes a new Value." if given else problem
    return None


def _case(formula, value, about="", backward=1, **numbers):
    return Case((_Expression(formula, value, numbers, backward),), about=about)


def _early_and_late(x):
    q = x * x
    return q * q + q, {"q": q}


def _late_and_early(x):
    q = x * x
    return q + q * q, {"q": q}


def _after_another(x):
    (x + x).backward()
    return x * x


def _neuron(x, y, z):
    return (x * y + z).relu() * y


CASES = [
    _case("x + y", lambda x, y: x + y, x=3.0, y=-1.0),
    _case("x * y", lambda x, y: x * y, x=3.0, y=-4.0),
    _case("(x + y) * z", lambda x, y, z: (x + y) * z, x=3.0, y=-1.0, z=4.0),
    _case("x.relu()", lambda x: x.relu(), x=2.0),
    _case("x.relu()", lambda x: x.relu(), "Below 0 nothing passes.", x=-2.0),
    _case("x.relu()", lambda x: x.relu(), "At 0 the slope is 0, by convention.", x=0.0),
    _case("x.relu() * y", lambda x, y: x.relu() * y, "The gate is the sign of x.", x=2.0, y=-3.0),
    _case("x + x", lambda x: x + x, "x is used twice: both uses count.", x=3.0),
    _case("x * x * x", lambda x: x * x * x, "x is used three times: all uses count.", x=2.0),
    _case(
        "q * q + q with q = x * x",
        _early_and_late,
        "q has to wait for all its uses before it hands on.",
        x=2.0,
    ),
    _case(
        "q + q * q with q = x * x",
        _late_and_early,
        "q has to wait for all its uses before it hands on.",
        x=2.0,
    ),
    _case("(x * y + z).relu() * y", _neuron, x=0.5, y=2.0, z=1.0),
    _case("(x * y + z).relu() * y", _neuron, "All are integers.", x=2, y=3, z=-1),
    _case(
        "x * x + y",
        lambda x, y: x * x + y,
        "backward() is called twice: the second must not add to the first.",
        backward=2,
        x=3.0,
        y=1.0,
    ),
    _case(
        "x * x after (x + x).backward()",
        _after_another,
        "x goes into two results: the backward() of one must not add to that of the other.",
        x=3.0,
    ),
]


@variants
def _class(
    *,
    arrives=lambda old, new: old + new,
    times="other",
    gate=None,
    order="last",
    fresh=True,
    kept=list,
    emptied=False,
):
    """Return a class with one thing wrong."""

    class Value:
        begun = False

        def __init__(self, data, parents=()):
            self.data, self.grad, self.parents = data, 0.0, list(kept(parents))

        def __add__(self, other):
            return Value(self.data + other.data, [(self, 1), (other, 1)])

        def __mul__(self, other):
            a, b = self.data, other.data
            local = {"other": (b, a), "own": (a, b), "one": (1, 1)}[times]
            return Value(a * b, [(self, local[0]), (other, local[1])])

        def relu(self):
            slope = {"open": 1, "at 0": self.data >= 0}.get(gate, self.data > 0)
            data = self.data if gate == "no bend" else max(0, self.data)
            return Value(data, [(self, 1 * slope)])

        def backward(self):
            if self.begun and fresh == "once":
                return
            self.begun, found = True, _found(self, order)
            for value in found if fresh is True else ():
                value.grad = 0.0
            self.grad = 0.0 if order == "no start" else 1.0
            for value in found:
                for parent, local in value.parents:
                    parent.grad = arrives(parent.grad, local * value.grad)
                if value.parents and emptied:
                    value.grad = 0.0

    return Value


def _found(result, order):
    """Return what a result was made from in the order in which a backward pass takes them."""
    found = []

    def visit(value):
        if value in found:
            return
        if order == "at once":
            found.append(value)
        for parent, _ in value.parents:
            visit(parent)
        if order != "at once":
            found.append(value)

    visit(result)
    return found if order in ("at once", "inputs first") else found[::-1]


MISTAKES = [
    Mistake(
        _class(arrives=lambda old, new: new),
        "a value that is used twice keeps only the last of its gradients: add up with +=.",
    ),
    Mistake(
        _class(times="own"),
        "the local derivative of a product with respect to one factor is the other: swap them.",
    ),
    Mistake(
        _class(times="one"),
        "the product hands on like a sum: each factor gets the gradient times the other factor.",
    ),
    Mistake(
        _class(gate="open"),
        "relu lets the gradient pass everywhere: where its input is not above 0, nothing passes.",
    ),
    Mistake(_class(gate="at 0"), "look at relu at 0: this book's ReLU has the slope 0 there."),
    Mistake(
        _class(order="at once"),
        "each value is visited once, but too early: it hands on before all its uses have "
        "reported. List every value after its parents, then go through the list from its end.",
    ),
    Mistake(
        _class(order="inputs first"),
        "the gradient comes one operation far and no farther: go from the result back to the "
        "inputs, in the opposite order of the forward pass, so that each value has received before "
        "it hands on.",
    ),
    Mistake(
        _class(order="no start"),
        "no gradient arrives anywhere: the result's own grad has to be set to 1 at the start.",
    ),
    Mistake(
        _class(fresh=False),
        "a second backward() adds to the gradients of the first: set them to 0 before you begin.",
    ),
    Mistake(
        _class(fresh="once"),
        "the backward() of another result adds to what the first one left: set the gradients to 0 "
        "at the beginning of every backward().",
    ),
    Mistake(
        _class(kept=lambda parents: dict(parents).items()),
        "in x + x and x * x one of the two uses is lost: a dict or a set holds each parent only "
        "once, a list as often as it is used.",
    ),
    Mistake(
        _class(emptied=True),
        "q.grad is 0 in the end: what a value on the way has handed on is still its gradient.",
    ),
    Mistake(
        _class(gate="no bend"),
        "relu does not bend the value: below 0 its data must be 0.",
    ),
]
