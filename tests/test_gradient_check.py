"""The checker is checked: it passes what is right and catches what is wrong by little."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given
from support import float_arrays, read_only

from companion.gradient_check import (
    GradientReport,
    check_gradients,
    numerical_gradient,
    relative_error,
)
from companion.layers import Activation, BatchNorm, Dense, Layer, Sequential
from companion.losses import softmax_cross_entropy, squared_error


def rng(seed=0):
    return np.random.default_rng(seed)


# --------------------------------------------------------------------------------- the differences


def test_differences_of_a_parabola_by_hand():
    # Central differences are exact for it: ((x + h)² - (x - h)²) / 2h = 4xh / 2h = 2x.
    x = read_only([3.0, -1.0])
    np.testing.assert_array_equal(numerical_gradient(lambda x: (x**2).sum(), x, h=0.5), [6, -2])
    # Of x³ the error is h²: ((2 + 1)³ - (2 - 1)³) / 2 = 13 = 3 · 2² + 1².
    assert numerical_gradient(lambda x: x**3, 2.0, h=1) == 13


def test_halving_h_quarters_the_error():
    def error(h):
        return abs(numerical_gradient(np.exp, 0.0, h) - 1)

    assert error(0.1) / error(0.05) == pytest.approx(4, rel=0.01)


def test_differences_take_every_entry_of_any_shape():
    weights = np.arange(12.0).reshape(2, 3, 2)
    n = numerical_gradient(lambda x: (weights * x).sum(), np.ones((2, 3, 2)))
    np.testing.assert_allclose(n, weights, atol=1e-9)
    assert numerical_gradient(lambda x: x.sum(), [1, 2]).dtype == np.float64
    assert numerical_gradient(lambda x: x, 3.0) == pytest.approx(1)


def test_differences_leave_float32_behind():
    # The function sees float64, whatever came. In float32 exp(3) = 20.09 is known to 1e-6, and the
    # difference of two such numbers, divided by 2e-5, to a few percent.
    x = np.array([3.0], np.float32)
    n = numerical_gradient(lambda x: np.exp(x).sum(), x)
    assert n[0] == pytest.approx(np.exp(3), rel=1e-9)


def test_checks_leave_float32_behind():
    # tanh keeps float32; its gradients would agree to 7 digits only, and the check would fail.
    net, x = Activation("tanh"), rng().normal(size=(6, 4)).astype(np.float32)
    report = check_gradients(net, x, rng=rng(1))
    assert report
    assert report.gradients["x"].dtype == np.float64


def test_differences_divide_by_the_step_that_was_taken():
    # 1e8 + 1e-7 is no number; the nearest is 1e8 + 1.04e-7 on one side, 1e8 - 1.04e-7 on the other.
    assert numerical_gradient(lambda x: 2 * (x - 1e8), 1e8, h=1e-7) == 2


def test_differences_refuse():
    with pytest.raises(ValueError, match=r"h = 1e-05 is lost beside x = 1e\+16"):
        numerical_gradient(lambda x: x.sum(), [0.0, 1e16])
    for h in (0, -1e-5, np.nan, None):
        with pytest.raises(ValueError, match="h must be a number above 0"):
            numerical_gradient(lambda x: x.sum(), [1.0], h)
    with pytest.raises(ValueError, match="finite, got nan"):
        numerical_gradient(lambda x: x.sum(), [np.nan])
    with pytest.raises(TypeError):
        numerical_gradient(lambda x: x, [1.0, 2.0])  # not one number


def test_relative_error_by_hand():
    # ‖(3, 4) - (3, 0)‖ = 4, ‖(3, 4)‖ + ‖(3, 0)‖ = 8
    assert relative_error([3, 4], [3, 0]) == 0.5
    assert type(relative_error([3, 4], [3, 0])) is float
    assert relative_error([1, 2], [1, 2]) == 0
    assert relative_error([0, 0], [0, 0]) == 0
    assert relative_error([0, 0], [1e-100, 0]) == 1
    assert relative_error([3, 4], [3, 0], floor=2) == 0.4
    assert relative_error([1e-17], [1e-11], floor=0.01) < 1e-8
    with pytest.raises(ValueError, match=r"^a and b must have the same shape, .* write b\.reshape"):
        relative_error([1, 2], [[1], [2]])
    for name, a, b in (("a", [1, np.nan], [1, 2]), ("b", [1, 2], [1, np.nan])):
        with pytest.raises(ValueError, match=rf"^{name} must be finite, got nan at index \(1,\)$"):
            relative_error(a, b)


@given(float_arrays(4), float_arrays(4))
def test_relative_error_is_symmetric_and_from_0_to_1(a, b):
    assert 0 <= relative_error(a, b) <= 1 + 1e-15
    assert relative_error(a, b) == relative_error(b, a)


# ------------------------------------------------------------------------------- what it must catch


class Wrong(Dense):
    """A dense layer with one thing wrong in its gradients."""

    def __init__(self, spoil):
        super().__init__(4, 3, rng=rng())
        self.spoil = spoil

    def _backward(self, dy, x):
        dx, grads = super()._backward(dy, x)
        found = {"x": dx, **grads}
        self.spoil(found, len(x))
        return found.pop("x"), found


def scale(name, factor):
    def spoil(found, n):
        found[name] = found[name] * factor

    return spoil


def one_entry(name, index):
    def spoil(found, n):
        found[name][index] *= 1.001

    return spoil


def divide_by_n(found, n):
    found["W"] /= n


def swap_rows(found, n):
    found["W"] = found["W"][::-1]


SPOILED = {
    "nothing": (lambda found, n: None, set()),
    "0.1 % too much in x": (scale("x", 1.001), {"x"}),
    "0.1 % too much in W": (scale("W", 1.001), {"W"}),
    "0.1 % too little in b": (scale("b", 0.999), {"b"}),
    "0.001 % too much in W": (scale("W", 1.00001), {"W"}),
    "sign of x": (scale("x", -1), {"x"}),
    "sign of b": (scale("b", -1), {"b"}),
    "x is zero": (scale("x", 0), {"x"}),
    "0.1 % in one entry of 24": (one_entry("x", (5, 3)), {"x"}),
    "0.1 % in one entry of 12": (one_entry("W", (0, 0)), {"W"}),
    "divided by n once more": (divide_by_n, {"W"}),
    "rows exchanged": (swap_rows, {"W"}),
}


@pytest.mark.parametrize("spoil, expected", SPOILED.values(), ids=SPOILED)
def test_the_check_finds_what_is_wrong_and_nothing_else(spoil, expected):
    report = check_gradients(Wrong(spoil), rng(1).normal(size=(6, 4)), rng=rng(2))
    assert isinstance(report, GradientReport)
    assert list(report.gradients) == list(report.differences) == ["x", "W", "b"]
    assert set(report.wrong) == expected
    assert bool(report) == (not expected)
    verdict = repr(report).split("\n")[0]
    assert verdict.startswith(f"wrong: {', '.join(report.wrong)} (" if expected else "right (")
    for name, error in report.errors.items():
        assert (error > report.tolerance) == (name in expected)
        assert f"{name:8} error {error:.0e}" in repr(report)


def test_the_check_finds_a_wrong_derivative_in_the_middle_of_a_network():
    middle = Activation("tanh")
    right = middle.derivative
    net = Sequential(Dense(4, 5, rng=rng()), middle, Dense(5, 2, rng=rng()))
    x = rng(1).normal(size=(6, 4))
    for derivative, expected in (
        (right, []),
        (lambda z: 1.001 * right(z), ["x", "0.W", "0.b"]),
        (lambda z: 1 - np.tanh(z), ["x", "0.W", "0.b"]),
    ):
        middle.derivative = derivative
        assert check_gradients(net, x, rng=rng(2)).wrong == expected


def test_the_check_finds_a_loss_without_its_mean():
    net, x, labels = Dense(4, 3, rng=rng()), rng(1).normal(size=(6, 4)), [0, 1, 2, 0, 1, 2]

    def forgets_n(logits):
        loss, gradient = softmax_cross_entropy(logits, labels)
        return loss, gradient * len(labels)

    assert check_gradients(net, x, lambda logits: softmax_cross_entropy(logits, labels))
    assert check_gradients(net, x, forgets_n).wrong == ["x", "W", "b"]


def test_two_gradients_that_are_nearly_zero_are_not_told_apart():
    # A bias before batch norm has the gradient 0, of which rounding makes 1e-17 on one side and
    # 1e-11 on the other. Of a loss in the thousands it makes that many times more.
    net = Sequential(
        Dense(4, 5, rng=rng()), BatchNorm(5), Activation("tanh"), Dense(5, 1, rng=rng())
    )
    x, y = rng(1).normal(size=(8, 4)), np.linspace(-100, 100, 8)[:, None]
    report = check_gradients(net, x, lambda prediction: squared_error(prediction, y))
    assert report, report
    assert np.abs(report.gradients["0.b"]).max() < 1e-12
    assert relative_error(report.gradients["0.b"], report.differences["0.b"]) > 0.1
    # The floor hides nothing that is as large as the rest.
    spoiled = deepcopy(net)
    spoiled.layers[0]._param_gradients = lambda dy, x: {"W": x.T @ dy, "b": 1e-4 + dy.sum(axis=0)}
    assert check_gradients(spoiled, x, rng=rng(2)).wrong == ["0.b"]


@pytest.mark.parametrize("size, floor", [(1e-3, 0.01), (1.5, 0.015), (400.0, 4.0)])
def test_the_floor_is_a_hundredth_of_the_loss_where_that_is_above_1(size, floor):
    layer, x = Wrong(scale("W", 1.001)), rng(1).normal(size=(6, 4))

    def loss(prediction):
        return size + 0 * prediction.sum(), np.full(prediction.shape, size)

    report = check_gradients(layer, x, loss)
    for name, gradient in report.gradients.items():
        expected = relative_error(gradient, report.differences[name], floor=floor)
        assert report.errors[name] == pytest.approx(expected, rel=1e-12)


def test_a_report_is_a_line_for_the_verdict_and_one_for_each_array():
    report = GradientReport({}, {}, {"x": 0.5, "0.W": 0.25, "b": 0.0}, 0.1)
    assert repr(report).split("\n") == [
        "wrong: x, 0.W (tolerance 0.1)",
        "x        error 5e-01",
        "0.W      error 2e-01",
        "b        error 0e+00",
    ]


def test_the_tolerance_is_the_one_that_is_asked_for():
    report = check_gradients(Wrong(scale("W", 1.001)), rng(1).normal(size=(6, 4)), rng=rng(2))
    loose = check_gradients(
        Wrong(scale("W", 1.001)), rng(1).normal(size=(6, 4)), rng=rng(2), tolerance=0.01
    )
    assert (report.tolerance, loose.tolerance) == (1e-7, 0.01)
    assert report.errors == loose.errors
    assert not report
    assert loose


def test_a_corner_within_h_is_what_makes_a_right_gradient_look_wrong():
    # Between -1e-6 and the point 1e-5 to its right, ReLU bends: the slope looks like 0.45, not 0.
    layer = Activation("relu")
    report = check_gradients(layer, [[-1e-6]], rng=rng())
    assert report.wrong == ["x"]
    assert report.gradients["x"] == 0
    assert abs(report.differences["x"]) > 0.01
    assert check_gradients(layer, [[-1e-4]], rng=rng())


def test_h_says_how_near_a_corner_may_be():
    # x W + b = 1 · 1 - 1.01 = -0.01, left of the corner of ReLU: nothing passes it, the gradients
    # are 0. A step of 0.001 stays on the left, one of 0.1 crosses it, in x as in W and b.
    net, x = Sequential(Dense(1, 1, rng=rng()), Activation("relu")), [[1.0]]
    net.params["0.W"], net.params["0.b"] = [[1]], [-1.01]
    for h, seen in ((1e-3, False), (0.1, True)):
        for report in (
            check_gradients(net, x, rng=rng(), h=h),
            check_gradients(net, x, lambda prediction: squared_error(prediction, [[1.0]]), h=h),
        ):
            assert list(report.gradients) == ["x", "0.W", "0.b"]
            for name, gradient in report.gradients.items():
                assert not gradient.any()
                assert report.differences[name].any() == seen


# -------------------------------------------------------------------------------- what it leaves be


class Noisy(Layer):
    """Multiplies by numbers that it draws when training, from its own generator."""

    def __init__(self):
        super().__init__()
        self.rng = rng(5)

    def _forward(self, x, training):
        factor = self.rng.normal(size=x.shape) if training else 1
        return x * factor, factor

    def _backward(self, dy, factor):
        return dy * factor, {}


def test_what_a_layer_draws_is_drawn_again_the_same_in_each_evaluation():
    net = Sequential(Dense(4, 3, rng=rng()), Noisy())
    x = rng(1).normal(size=(6, 4))
    state = net.layers[1].rng.bit_generator.state
    assert check_gradients(net, x, rng=rng(2))
    assert check_gradients(net, x, lambda prediction: squared_error(prediction, np.ones((6, 3))))
    assert net.layers[1].rng.bit_generator.state == state


def test_the_mode_is_that_which_is_asked_for():
    net, x = Sequential(Dense(4, 3, rng=rng()), Noisy()), rng(1).normal(size=(6, 4))
    drawn = check_gradients(net, x, rng=rng(2)).gradients["x"]
    plain = check_gradients(net, x, rng=rng(2), training=False)
    assert plain
    assert (plain.gradients["x"] != drawn).all()


def test_checking_changes_nothing():
    net, x = Sequential(Dense(4, 3, rng=rng())), read_only(rng(1).normal(size=(6, 4)))
    params = {name: param.copy() for name, param in net.params.items()}
    check_gradients(net, x, rng=rng(2))
    check_gradients(net, x, lambda prediction: squared_error(prediction, np.ones((6, 3))))
    for name, param in net.params.items():
        np.testing.assert_array_equal(param, params[name])
    assert dict(net.grads) == {}
    with pytest.raises(RuntimeError):
        net.backward(np.ones((6, 3)))


def test_checks_refuse():
    net = Dense(4, 3, rng=rng())
    with pytest.raises(TypeError, match=r"numpy\.random\.Generator, got 0"):
        check_gradients(net, np.ones((2, 4)), rng=0)
    with pytest.raises(TypeError, match=r"numpy\.random\.Generator, got None"):
        check_gradients(net, np.ones((2, 4)))
    with pytest.raises(ValueError, match="finite, got nan"):
        check_gradients(net, np.full((2, 4), np.nan), rng=rng())
    with pytest.raises(ValueError, match="finite, got inf"):
        check_gradients(net, np.full((2, 4), np.inf), lambda y: squared_error(y, np.ones((2, 3))))
    single = Sequential(Dense(4, 3, rng=rng(), dtype=np.float32))
    with pytest.raises(ValueError, match=r"^0\.W is float32, but differences need float64"):
        check_gradients(single, np.ones((2, 4)), rng=rng())
    with pytest.raises(ValueError, match="h must be a number above 0, got 0"):
        check_gradients(net, np.ones((2, 4)), rng=rng(), h=0)
