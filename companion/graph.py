"""Numbers that remember how they were made, so that derivatives can be passed back to them.

Each operation makes a new `Value` that knows its parents, the values it was made from, and for each
of them the local derivative: how fast the result changes with that parent alone. `Value.backward`
then applies the chain rule. What has arrived at a value, times the local derivative, goes on to the
parent; where several paths lead to a value, what they bring is summed.

Standard library only.
"""

import math
from numbers import Real

__all__ = ["Value"]


class Value:
    """A number in a computational graph.

    Plain numbers may stand beside a Value, on either side: ``2 - x``, ``1 / x``, ``x * 3``.

    Parameters
    ----------
    data : float
        The number, finite.
    name : str, optional
        What a drawing of the graph calls it.

    Attributes
    ----------
    data : float
        The number.
    grad : float
        The derivative of a result by this number, after that result's `backward`.
    operation : str
        How it was made; empty for a number that was given.
    parents : tuple
        What it was made from, as pairs (Value, local derivative).

    References
    ----------
    baydin2018, karpathy2020

    Examples
    --------
    >>> x, y = Value(3), Value(4)
    >>> (x * y + x).backward()
    >>> x.grad, y.grad
    (5.0, 3.0)
    """

    def __init__(self, data, name=""):
        if isinstance(data, bool) or not isinstance(data, Real):
            raise TypeError(f"a Value holds one real number, got {data!r}")
        if not math.isfinite(data):
            raise ValueError(f"a Value holds a finite number, got {data}")
        self.data = float(data)
        self.grad = 0.0
        self.name = name
        self.operation = ""
        self.parents = ()

    # Each rule returns the result and then its derivative with respect to each number in it.

    def __add__(self, other):
        return _make("+", lambda a, b: (a + b, 1, 1), self, other)

    def __sub__(self, other):
        return _make("−", lambda a, b: (a - b, 1, -1), self, other)

    def __mul__(self, other):
        return _make("×", lambda a, b: (a * b, b, a), self, other)

    def __truediv__(self, other):
        return _make("÷", lambda a, b: (a / b, 1 / b, -(a / b) / b), self, other)

    def __pow__(self, other):
        """Return self to the power of a number; to that of a Value if self is above 0."""
        if isinstance(other, Value):
            if self.data <= 0:
                why = "its derivative contains the logarithm of the base"
                raise ValueError(
                    f"a Value as exponent needs a base above 0, for {why}; got {self.data:g}"
                )
            return _make("^", _power, self, other)
        n = Value(other).data  # no input but a part of the rule, so that (-2)³ has a derivative
        slope = (lambda a: n * math.pow(a, n - 1)) if n else (lambda a: 0)
        return _make(f"^ {n:g}", lambda a: (math.pow(a, n), slope(a)), self)

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return _as_value(other) + self

    def __rsub__(self, other):
        return _as_value(other) - self

    def __rmul__(self, other):
        return _as_value(other) * self

    def __rtruediv__(self, other):
        return _as_value(other) / self

    def __rpow__(self, other):
        return _as_value(other) ** self

    def exp(self):
        """Return e to the power of self."""
        return _make("exp", lambda a: (math.exp(a), math.exp(a)), self)

    def log(self):
        """Return the natural logarithm."""
        return _make("log", lambda a: (math.log(a), 1 / a), self)

    def sigmoid(self):
        """Return σ(self) = 1 / (1 + exp(-self)); its derivative is σ (1 - σ)."""

        def rule(a):
            small = math.exp(-abs(a))  # cannot overflow, whatever the sign of a
            return (1 if a > 0 else small) / (1 + small), small / (1 + small) ** 2

        return _make("σ", rule, self)

    def tanh(self):
        """Return the hyperbolic tangent; its derivative is 1 - tanh²."""
        return _make("tanh", lambda a: (math.tanh(a), 1 - math.tanh(a) ** 2), self)

    def relu(self):
        """Return max(0, self); its derivative at 0 is 0, by convention."""
        return _make("relu", lambda a: (max(0, a), a > 0), self)

    def max(self, other):
        """Return the greater of two; the gradient goes to it alone, to `other` if both are equal.

        So ``x.max(0)`` is ``x.relu()``.
        """
        return _make("max", lambda a, b: (max(a, b), a > b, a <= b), self, other)

    def backward(self):
        """Set `grad` to ∂self/∂value in every value that self was made from, and in self to 1.

        What was in `grad` before is replaced.
        """
        order = _parents_first(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, local in value.parents:
                parent.grad += local * value.grad

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"


def _make(operation, rule, *inputs):
    """Return the Value that a rule makes of its inputs; it remembers them and the derivatives."""
    parents = [_as_value(number) for number in inputs]
    numbers = [parent.data for parent in parents]
    try:
        data, *local = map(float, rule(*numbers))
        fine = all(map(math.isfinite, (data, *local)))
    except (ValueError, ArithmeticError):  # as Python's functions do: log of -1, exp of 1000
        fine = False
    if not fine:
        at = ", ".join(f"{number:g}" for number in numbers)
        raise ValueError(f"{operation} has no finite value or no finite derivative at {at}")
    result = Value(data)
    result.operation, result.parents = operation, tuple(zip(parents, local, strict=True))
    return result


def _power(a, b):
    """Return aᵇ, its derivative with respect to a, b aᵇ⁻¹, and to b, aᵇ ln a."""
    result = math.pow(a, b)
    return result, b * math.pow(a, b - 1), result * math.log(a)


def _as_value(number):
    return number if isinstance(number, Value) else Value(number)


def _parents_first(result):
    """Return all that a result was made from, and itself, each value after its parents.

    A loop and not a recursion, so that a graph may be deeper than Python's stack.
    """
    order, seen, stack = [], set(), [(result, False)]
    while stack:
        value, parents_are_done = stack.pop()
        if parents_are_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack.extend((parent, False) for parent, _ in reversed(value.parents))
    return order
