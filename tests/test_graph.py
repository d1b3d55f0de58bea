"""Derivatives on a graph: against work by hand, central differences, laws, and the layers."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support import H, floats, gradients_agree

from companion import activations
from companion.gradient_check import numerical_gradient
from companion.graph import Value
from companion.layers import Activation, Dense, Sequential
from companion.losses import squared_error


def gradient(f, *numbers):
    """Return the derivative of f by each of the numbers, from the graph."""
    values = [Value(number) for number in numbers]
    f(*values).backward()
    return [value.grad for value in values]


# ------------------------------------------------------------------------------------- by hand


def test_a_number_that_was_given():
    x = Value(3, "x")
    assert (x.data, x.grad, x.name, x.operation, x.parents) == (3.0, 0.0, "x", "", ())
    assert isinstance(x.data, float)
    assert Value(3).name == ""
    assert repr(x) == "Value(3, grad=0)"
    x.backward()
    assert x.grad == 1


@pytest.mark.parametrize(
    "f, numbers, result, by_each",
    [
        (lambda a, b: a + b, (3, 4), 7, (1, 1)),
        (lambda a, b: a - b, (3, 4), -1, (1, -1)),
        (lambda a, b: a * b, (3, 4), 12, (4, 3)),
        # ∂(a/b)/∂a = 1/b, ∂(a/b)/∂b = -a/b² = -3/16.
        (lambda a, b: a / b, (3, 4), 0.75, (0.25, -0.1875)),
        (lambda a: -a, (3,), -3, (-1,)),
        (lambda a: a**2, (3,), 9, (6,)),
        (lambda a: a**0.5, (4,), 2, (0.25,)),  # ½ / √4
        (lambda a: a**-2, (2,), 0.25, (-0.25,)),  # -2 · 2⁻³
        (lambda a: a**3, (-2,), -8, (12,)),
        (lambda a: a**0, (0,), 1, (0,)),
        (lambda a: a**1, (0,), 0, (1,)),
        (lambda a: a**2, (0,), 0, (0,)),
        # ∂aᵇ/∂a = b aᵇ⁻¹, ∂aᵇ/∂b = aᵇ ln a.
        (lambda a, b: a**b, (2, 3), 8, (12, 8 * math.log(2))),
        (lambda a, b: a**b, (4, -0.5), 0.5, (-0.0625, 0.5 * math.log(4))),  # -½ · 4^(-3/2)
        (lambda a, b: a**b, (3, 0), 1, (0, math.log(3))),
        (lambda a, b: a**b, (1, 5), 1, (5, 0)),
        (lambda b: 2**b, (3,), 8, (8 * math.log(2),)),
        (lambda b: 0.25**b, (0.5,), 0.5, (0.5 * math.log(0.25),)),
        (lambda a: a**a, (2,), 4, (4 * (1 + math.log(2)),)),  # (aᵃ)' = aᵃ (1 + ln a)
        (lambda a: a.exp(), (0,), 1, (1,)),
        (lambda a: a.log(), (4,), math.log(4), (0.25,)),
        (lambda a: a.sigmoid(), (0,), 0.5, (0.25,)),  # ½ · ½
        (lambda a: a.sigmoid(), (math.log(3),), 0.75, (0.1875,)),  # 1/(1 + 1/3); ¾ · ¼
        (lambda a: a.sigmoid(), (-math.log(3),), 0.25, (0.1875,)),
        (lambda a: a.tanh(), (0,), 0, (1,)),
        (lambda a: a.tanh(), (math.log(2),), 0.6, (0.64,)),  # (2 - ½)/(2 + ½); 1 - 0.36
        (lambda a: a.relu(), (3,), 3, (1,)),
        (lambda a: a.relu(), (-3,), 0, (0,)),
        (lambda a: a.relu(), (0,), 0, (0,)),  # by convention
        (lambda a, b: a.max(b), (3, 4), 4, (0, 1)),
        (lambda a, b: a.max(b), (4, 3), 4, (1, 0)),
        (lambda a, b: a.max(b), (4, 4), 4, (0, 1)),  # one of them, not both
        (lambda a: a.max(a), (4,), 4, (1,)),
        # Numbers on the left and on the right.
        (lambda a: 2 + a, (3,), 5, (1,)),
        (lambda a: a + 2, (3,), 5, (1,)),
        (lambda a: 2 - a, (3,), -1, (-1,)),
        (lambda a: a - 2, (3,), 1, (1,)),
        (lambda a: 2 * a, (3,), 6, (2,)),
        (lambda a: a * 2, (3,), 6, (2,)),
        (lambda a: 2 / a, (4,), 0.5, (-0.125,)),  # -2/4²
        (lambda a: a / 2, (4,), 2, (0.5,)),
        (lambda a: a.max(2), (4,), 4, (1,)),
        # One value used several times: ∂(a² + a)/∂a = 2a + 1; what is subtracted from itself: 0.
        (lambda a: a * a + a, (3,), 12, (7,)),
        (lambda a: a - a, (3,), 0, (0,)),
        (lambda a: a / a, (3,), 1, (0,)),
        (lambda a, b: a, (3, 4), 3, (1, 0)),
    ],
)
def test_results_and_derivatives_worked_by_hand(f, numbers, result, by_each):
    assert f(*map(Value, numbers)).data == pytest.approx(result, rel=1e-15)
    assert gradient(f, *numbers) == pytest.approx(by_each, rel=1e-14)


def sigmoid_circuit():
    """Return w, x, and the steps of 1 / (1 + exp(-(w₀ x₀ + w₁ x₁ + w₂))), the result last."""
    w = [Value(number, f"w{i}") for i, number in enumerate((2, -3, -3))]
    x = [Value(number, f"x{i}") for i, number in enumerate((-1, -2))]
    z = w[0] * x[0] + w[1] * x[1] + w[2]
    minus = -z
    power = minus.exp()
    below = 1 + power
    return w, x, [z, minus, power, below, 1 / below]


def test_the_sigmoid_circuit():
    w, x, steps = sigmoid_circuit()
    steps[-1].backward()
    # z = 2·(-1) + (-3)·(-2) - 3 = 1; e⁻¹ = 0.37; 1/1.37 = 0.73.
    assert [f"{s.data:.2f}" for s in steps] == ["1.00", "-1.00", "0.37", "1.37", "0.73"]
    # -1/1.37² = -0.53, · 1, · 0.37 = -0.20, · (-1) = 0.20 arrives at z.
    assert [f"{s.grad:.2f}" for s in steps] == ["0.20", "-0.20", "-0.53", "-0.53", "1.00"]
    # Multiplication swaps: 0.1966 · (-1), · (-2), · 1 for the weights, · 2, · (-3) for the inputs.
    assert [f"{v.grad:.2f}" for v in w] == ["-0.20", "-0.39", "0.20"]
    assert [f"{v.grad:.2f}" for v in x] == ["0.39", "-0.59"]


def test_sigmoid_in_one_step_gives_the_same_as_in_four():
    w, x, steps = sigmoid_circuit()
    steps[-1].backward()
    in_four = [v.grad for v in (*w, *x, steps[0])]
    result = steps[0].sigmoid()
    result.backward()
    assert result.data == pytest.approx(steps[-1].data, rel=1e-15)
    assert [v.grad for v in (*w, *x, steps[0])] == pytest.approx(in_four, rel=1e-14)


# ----------------------------------------------------------------------- against differences

numbers = floats(4)
positive = st.floats(0.1, 4)
distant = numbers.filter(lambda v: abs(v) > 0.1)  # from 0, a corner or a pole

OPERATIONS = {
    "+": (lambda a, b: a + b, numbers, numbers),
    "−": (lambda a, b: a - b, numbers, numbers),
    "×": (lambda a, b: a * b, numbers, numbers),
    "÷": (lambda a, b: a / b, numbers, distant),
    "2 −": (lambda a: 2 - a, numbers),
    "2 ÷": (lambda a: 2 / a, distant),
    "negative": (lambda a: -a, numbers),
    "^ 3": (lambda a: a**3, numbers),
    "^ -2": (lambda a: a**-2, distant),
    "^ 0.5": (lambda a: a**0.5, positive),
    "^": (lambda a, b: a**b, positive, numbers),
    "2 ^": (lambda b: 2**b, numbers),
    "exp": (lambda a: a.exp(), numbers),
    "log": (lambda a: a.log(), positive),
    "σ": (lambda a: a.sigmoid(), numbers),
    "tanh": (lambda a: a.tanh(), numbers),
    "relu": (lambda a: a.relu(), distant),
    "max": (lambda a, b: a.max(b), numbers, numbers),
}


@pytest.mark.parametrize("name", OPERATIONS)
@given(data=st.data())
def test_derivatives_match_central_differences(name, data):
    f, *inputs = OPERATIONS[name]
    at = [data.draw(strategy) for strategy in inputs]
    if name == "max":
        assume(abs(at[0] - at[1]) > 10 * H)
    n = numerical_gradient(lambda v: f(*map(Value, v)).data, at, H)
    assert gradients_agree(np.array(gradient(f, *at)), n)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name[:2] not in ("2 ", "ne")])
def test_a_result_tells_how_it_was_made(name):
    f, *inputs = OPERATIONS[name]
    parents = [Value(1) for _ in inputs]
    result = f(*parents)
    assert result.operation == name
    assert [parent for parent, _ in result.parents] == parents


def test_a_negative_is_a_product():
    x = Value(3)
    (parent, slope), (factor, _) = (-x).parents
    assert (-x).operation == "×"
    assert (parent, slope, factor.data) == (x, -1, -1)


def test_every_operation_stands_in_the_table():
    public = {name for name, thing in vars(Value).items() if callable(thing)}
    named = public - {"__init__", "__repr__", "backward"}
    assert named == {
        *("__add__", "__sub__", "__mul__", "__truediv__", "__pow__", "__neg__"),
        *("__radd__", "__rsub__", "__rmul__", "__rtruediv__", "__rpow__"),
        *("exp", "log", "sigmoid", "tanh", "relu", "max"),
    }


@given(numbers)
def test_functions_agree_with_the_activations(a):
    for name in ("sigmoid", "tanh", "relu"):
        function, derivative = activations.ACTIVATIONS[name]
        x = Value(a)
        y = getattr(x, name)()
        y.backward()
        assert y.data == pytest.approx(function(a), rel=1e-14, abs=1e-300)
        assert x.grad == pytest.approx(derivative(a), rel=1e-12, abs=1e-300)


@given(numbers)
def test_relu_is_the_greater_of_a_number_and_zero(a):
    assert Value(a).relu().data == Value(a).max(0).data
    assert gradient(Value.relu, a) == gradient(lambda x: x.max(0), a)


# ------------------------------------------------------------------------------------------ laws

FUNCTIONS = [Value.exp, Value.sigmoid, Value.tanh, lambda a: a * a - 3 * a, lambda a: 2 - a]
functions = st.sampled_from(FUNCTIONS)
small = floats(2)


def slope(f, a):
    return gradient(f, a)[0]


@given(functions, functions, small)
def test_product_rule(f, g, a):
    by_the_rule = slope(f, a) * g(Value(a)).data + f(Value(a)).data * slope(g, a)
    assert slope(lambda x: f(x) * g(x), a) == pytest.approx(by_the_rule, rel=1e-12, abs=1e-12)


@given(functions, functions, small)
def test_chain_rule(f, g, a):
    by_the_rule = slope(f, g(Value(a)).data) * slope(g, a)
    assert slope(lambda x: f(g(x)), a) == pytest.approx(by_the_rule, rel=1e-12, abs=1e-12)


@given(functions, functions, small)
def test_what_several_paths_bring_is_summed(f, g, a):
    # The two paths, on two values instead of one.
    apart = sum(gradient(lambda x, y: f(x) * g(y), a, a))
    assert slope(lambda x: f(x) * g(x), a) == pytest.approx(apart, rel=1e-12, abs=1e-12)


@given(positive, numbers)
def test_a_power_is_the_exponential_of_a_product(a, b):
    by_the_rule = gradient(lambda a, b: (a.log() * b).exp(), a, b)
    assert gradient(lambda a, b: a**b, a, b) == pytest.approx(by_the_rule, rel=1e-12, abs=1e-12)


@given(positive, numbers)
def test_a_power_does_not_ask_whether_its_other_number_is_a_value(a, b):
    by_base, by_exponent = gradient(lambda a, b: a**b, a, b)
    assert slope(lambda x: x**b, a) == pytest.approx(by_base, rel=1e-14)
    assert slope(lambda x: a**x, b) == pytest.approx(by_exponent, rel=1e-14)
    assert (Value(a) ** Value(b)).data == (Value(a) ** b).data == (a ** Value(b)).data


@given(small, small, small)
def test_the_order_of_a_sum_changes_no_gradient(a, b, c):
    left = gradient(lambda a, b, c: ((a + b) + c) * a, a, b, c)
    right = gradient(lambda a, b, c: (a + (b + c)) * a, a, b, c)
    assert left == pytest.approx(right, rel=1e-12, abs=1e-12)


# -------------------------------------------------------------------------------------- backward


def test_backward_twice_gives_the_same():
    x, y = Value(3), Value(4)
    result = x * y + x.exp()
    result.backward()
    first = x.grad, y.grad, result.grad
    result.backward()
    assert (x.grad, y.grad, result.grad) == first


def test_backward_from_another_result_replaces_what_was_there():
    x = Value(3)
    square = x * x
    (square * 2).backward()
    assert (square.grad, x.grad) == (2, 12)
    square.backward()
    assert (square.grad, x.grad) == (1, 6)


def test_backward_leaves_alone_what_the_result_was_not_made_from():
    x, y = Value(3), Value(4)
    (x * y).backward()
    x.exp().backward()
    assert y.grad == 3


def test_a_value_waits_for_all_that_was_made_from_it():
    # q is used early and late: only in the right order has all arrived at q before it hands on.
    x = Value(3)
    q = x * 2
    result = (q + 1) * (((q * q) + q) * q)
    result.backward()
    # (q + 1)(q³ + q²) = q⁴ + 2q³ + q², with slope 4q³ + 6q² + 2q = 1092 at 6, and q' = 2.
    assert q.grad == 1092
    assert x.grad == 2184


def test_a_deep_graph_needs_no_deep_stack():
    x = Value(1)
    result = x
    for _ in range(50_000):
        result = result + x
    result.backward()
    assert x.grad == 50_001


def test_many_paths_cost_no_more_than_their_steps():
    # 2¹⁰⁰ paths lead from x to the result; each of the 100 steps is taken once.
    x = Value(1)
    result = x
    for _ in range(100):
        result = result + result
    result.backward()
    assert x.grad == 2.0**100


def test_gradient_descent_on_values():
    # The minimum of (w - 3)² is at 3; each step of 0.1 leaves 0.8 of the distance.
    w = Value(0)
    for _ in range(10):
        ((w - 3) ** 2).backward()
        w.data -= 0.1 * w.grad
    assert 3 - w.data == pytest.approx(3 * 0.8**10)


def test_graph_gives_the_gradients_of_the_layers():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    net = Sequential(Dense(3, 4, rng=rng), Activation("tanh"), Dense(4, 2, rng=rng))
    for name in ("0.b", "2.b"):
        net.params[name][...] = rng.normal(size=net.params[name].shape)
    loss, dy = squared_error(net.forward(x, training=True), y)
    dx = net.backward(dy, input_gradient=True)

    values = {name: np.vectorize(Value, otypes=[object])(a) for name, a in net.params.items()}
    inputs = np.vectorize(Value, otypes=[object])(x)
    total = Value(0)
    for row, target in zip(inputs, y, strict=True):
        hidden = [(row @ w + b).tanh() for w, b in pairs(values, 0)]
        for (w, b), wanted in zip(pairs(values, 2), target, strict=True):
            total = total + (hidden @ w + b - wanted) ** 2 / 2
    total = total / len(x)
    total.backward()

    assert total.data == pytest.approx(loss, rel=1e-12)
    for name, of_the_layers in {**net.grads, "x": dx}.items():
        of_the_graph = np.vectorize(lambda v: v.grad)(values.get(name, inputs))
        np.testing.assert_allclose(of_the_graph, of_the_layers, rtol=1e-12, atol=1e-14)


def pairs(values, layer):
    """Return the weights and the bias of each unit of a layer."""
    return zip(values[f"{layer}.W"].T, values[f"{layer}.b"], strict=True)


# ---------------------------------------------------------------------------- extremes and errors


def test_numbers_of_every_kind_become_floats():
    for number in (2, 2.0, np.float64(2), np.float32(2), np.int64(2), np.uint8(2)):
        assert type(Value(number).data) is float
        for result in (Value(3) * number, number * Value(3)):
            assert isinstance(result, Value)
            assert result.data == 6
    assert (np.float64(2) - Value(3)).data == -1
    assert (np.int64(3) / Value(2)).data == 1.5
    assert (np.int64(3) ** Value(2)).data == (Value(3) ** np.int64(2)).data == 9
    assert (Value(3) ** np.float32(2)).operation == "^ 2"


def test_far_out_functions_have_their_limits():
    for a, s, t in ((1e4, 1, 1), (-1e4, 0, -1)):
        assert Value(a).sigmoid().data == s
        assert Value(a).tanh().data == t
        assert slope(Value.sigmoid, a) == slope(Value.tanh, a) == 0
    assert Value(-1e4).exp().data == slope(Value.exp, -1e4) == 0
    # Where 1 - σ would be rounded away, σ' is still there: it is e⁻⁴⁰ on both sides.
    for a in (-40, 40):
        assert slope(Value.sigmoid, a) == pytest.approx(math.exp(-40), rel=1e-14)
    assert Value(-40).sigmoid().data == pytest.approx(math.exp(-40), rel=1e-14)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Value(math.nan), "finite number, got nan"),
        (lambda: Value(-math.inf), "finite number, got -inf"),
        (lambda: Value(1) + math.nan, "finite number, got nan"),
        (lambda: Value(0).log(), "log has no finite .* at 0$"),
        (lambda: Value(-1).log(), "log .* at -1$"),
        (lambda: Value(1) / 0, "÷ .* at 1, 0$"),
        (lambda: 0 / Value(0), "÷ .* at 0, 0$"),
        (lambda: Value(0) ** -1, r"\^ -1 .* at 0$"),
        (lambda: Value(-8) ** 0.5, r"\^ 0.5 .* at -8$"),
        (lambda: Value(0) ** 0.5, r"\^ 0.5 has no finite value or no finite derivative at 0$"),
        (lambda: Value(2) ** math.nan, "finite number, got nan"),
        # The derivative with respect to b, aᵇ ln a, asks for a base above 0; a constant has none.
        (lambda: Value(-2) ** Value(3), "^a Value as exponent needs a base above 0, for .* got -2"),
        (lambda: Value(0) ** Value(3), "needs a base above 0, for its derivative contains the log"),
        (lambda: (-2) ** Value(3), "needs a base above 0.* got -2"),
        (lambda: 10 ** Value(400), r"^\^ .* at 10, 400$"),
        (lambda: Value(1000).exp(), "exp .* at 1000$"),
        (lambda: Value(1e200) * 1e200, r"× .* at 1e\+200, 1e\+200$"),
        (lambda: 1 / Value(1e-200), "÷ .* at 1, 1e-200$"),  # the slope, 10⁴⁰⁰, is too large
    ],
)
def test_what_is_no_number_is_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()


@pytest.mark.parametrize("bad", ["3", None, True, 2j, [3], np.array([3.0]), Value(3)])
def test_a_value_holds_one_real_number(bad):
    with pytest.raises(TypeError, match="one real number, got"):
        Value(bad)


def test_arithmetic_with_something_else_is_refused():
    for bad in ("3", None, [3]):
        with pytest.raises(TypeError):
            Value(2) + bad
        with pytest.raises(TypeError):
            bad - Value(2)
        for power in (lambda bad=bad: Value(2) ** bad, lambda bad=bad: bad ** Value(2)):
            with pytest.raises(TypeError, match="one real number, got"):
                power()
