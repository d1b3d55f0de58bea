"""Facts about layers; what every one must do is in test_contracts.py."""

import tracemalloc
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given
from support import float_arrays, oracle, read_only

from companion.gradient_check import check_gradients
from companion.initializers import constant
from companion.layers import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Layer,
    PReLU,
    Sequential,
    summary,
)
from companion.losses import softmax_cross_entropy, squared_error
from companion.optimizers import SGD


def rng(seed=0):
    return np.random.default_rng(seed)


def dense(W, b):
    """Return a dense layer with these numbers."""
    layer = Dense(*np.shape(W), rng=rng())
    layer.params["W"][...] = W
    layer.params["b"][...] = b
    return layer


# ------------------------------------------------------------------------------------------- Dense


def test_dense_by_hand():
    layer = dense([[1, 2, 0], [0, -1, 3]], [10, 20, 30])
    # Row (1, 2): 1·1 + 2·0 + 10 = 11, 1·2 - 2·1 + 20 = 20, 1·0 + 2·3 + 30 = 36.
    # Row (0, 1): 0 + 0 + 10 = 10, 0 - 1 + 20 = 19, 0 + 3 + 30 = 33.
    y = layer.forward([[1, 2], [0, 1]], training=True)
    np.testing.assert_array_equal(y, [[11, 20, 36], [10, 19, 33]])
    dx = layer.backward([[1, 0, 2], [0, 1, -1]])
    # xᵀ dy: first row (1, 0) · dy = (1, 0, 2), second row (2, 1) · dy = (2, 1, 4 - 1).
    np.testing.assert_array_equal(layer.grads["W"], [[1, 0, 2], [2, 1, 3]])
    np.testing.assert_array_equal(layer.grads["b"], [1, 1, 1])
    # dy Wᵀ: (1·1 + 0 + 0, 0 + 0 + 2·3) and (0 + 1·2 + 0, 0 - 1 - 3).
    np.testing.assert_array_equal(dx, [[1, 6], [2, -4]])


def test_dense_starts_with_drawn_weights_and_no_bias():
    layer = Dense(400, 100, rng=rng())
    assert layer.params["W"].var() == pytest.approx(2 / 500, rel=0.05)  # Xavier
    assert not layer.params["b"].any()
    assert layer.params["b"].shape == (100,)
    assert dict(layer.grads) == {}


@pytest.mark.parametrize(
    "init, variance", [("he_normal", 2 / 400), ("lecun_normal", 1 / 400), ("zeros", 0)]
)
def test_dense_takes_the_name_of_an_initializer(init, variance):
    W = Dense(400, 100, rng=rng(), init=init).params["W"]
    assert W.var() == pytest.approx(variance, rel=0.05)


def test_dense_takes_a_function_as_initializer():
    given_W = read_only([[1.0, 2.0]])
    layer = Dense(1, 2, rng=rng(), init=lambda n_in, n_out, *, rng: given_W)
    layer.params["W"] += 1
    np.testing.assert_array_equal(layer.params["W"], [[2, 3]])
    np.testing.assert_array_equal(given_W, [[1, 2]])


def test_dense_draws_from_the_generator_alone():
    np.testing.assert_array_equal(
        Dense(3, 2, rng=rng()).params["W"], Dense(3, 2, rng=rng()).params["W"]
    )
    source = rng()
    first, second = Dense(3, 2, rng=source), Dense(3, 2, rng=source)
    assert (first.params["W"] != second.params["W"]).all()


def test_dense_computes_in_the_type_of_its_parameters():
    layer = Dense(3, 2, rng=rng(), dtype=np.float32)
    assert {param.dtype for param in layer.params.values()} == {np.dtype(np.float32)}
    assert layer.forward(np.ones((1, 3))).dtype == np.float32
    assert Dense(3, 2, rng=rng()).forward(np.ones((1, 3), np.float32)).dtype == np.float64


def test_dense_copies_neither_its_batch_nor_what_comes_back():
    def most_memory(run):
        tracemalloc.start()
        run()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    # 8 MB come in; beside them a pass needs the 8 kB that go out, and little else.
    many, one = np.ones((1000, 1000)), np.ones((1000, 1))
    layer = Dense(1000, 1, rng=rng())
    assert most_memory(lambda: layer.forward(many, training=True)) < 1e6
    layer = Dense(1, 1000, rng=rng())
    layer.forward(one, training=True)
    assert most_memory(lambda: layer.backward(many, input_gradient=False)) < 1e6


@pytest.mark.parametrize(
    "arguments, error, says",
    [
        ({"n_in": 0}, ValueError, "n_in must be a whole number of at least 1, got 0"),
        ({"n_out": 2.0}, ValueError, "n_out must be a whole number of at least 1, got 2.0"),
        ({"rng": 0}, TypeError, r"rng must be a numpy\.random\.Generator, got 0"),
        ({"init": "he"}, ValueError, "unknown initializer 'he'; there are: zeros, "),
        ({"init": None}, ValueError, "unknown initializer None"),
        ({"init": lambda *_, rng: np.ones(2)}, ValueError, r"shape \(3, 2\), got \(2,\)"),
        ({"dtype": int}, ValueError, "dtype must be a floating-point type, got <class 'int'>"),
    ],
)
def test_dense_refuses_at_once(arguments, error, says):
    with pytest.raises(error, match=says):
        Dense(**{"n_in": 3, "n_out": 2, "rng": rng(), **arguments})


@given(float_arrays((4, 3)), float_arrays((3, 2)), float_arrays(2), float_arrays((2, 3)))
def test_two_dense_layers_are_one(x, W, b, V):
    c = V[0]
    two = Sequential(dense(W, b), dense(V, c))
    np.testing.assert_allclose(
        two.forward(x), dense(W @ V, b @ V + c).forward(x), rtol=1e-10, atol=1e-10
    )


@given(float_arrays((4, 3)), float_arrays((4, 3)), float_arrays((3, 2)), float_arrays(2))
def test_dense_keeps_mixtures(x, other, W, b):
    layer = dense(W, b)
    mixed = 0.25 * layer.forward(x) + 0.75 * layer.forward(other)
    np.testing.assert_allclose(layer.forward(0.25 * x + 0.75 * other), mixed, atol=1e-10)


def test_units_that_start_equal_stay_equal():
    def same(n_in, n_out, *, rng):
        return constant(n_in, n_out, value=0.5)

    net = Sequential(
        Dense(3, 4, rng=rng(), init=same), Activation("tanh"), Dense(4, 2, rng=rng(), init=same)
    )
    _, dy = squared_error(net.forward(rng().normal(size=(5, 3)), training=True), np.ones((5, 2)))
    net.backward(dy)
    of_units = net.grads["0.W"].T
    assert of_units.any()
    assert (of_units == of_units[0]).all()


# -------------------------------------------------------------------------------------- Activation


def test_activation_by_hand():
    layer = Activation("leaky_relu", alpha=0.5)
    np.testing.assert_array_equal(layer.forward([[-4, 4]], training=True), [[-2, 4]])
    np.testing.assert_array_equal(layer.backward([[3, 3]]), [[1.5, 3]])
    assert dict(layer.params) == dict(layer.grads) == {}


def test_activation_refuses_an_unknown_name_or_option_at_once():
    with pytest.raises(ValueError, match="unknown activation 'swish'"):
        Activation("swish")
    with pytest.raises(TypeError, match="alpha"):
        Activation("tanh", alpha=1)


# ------------------------------------------------------------------------------------------- PReLU


def test_prelu_by_hand():
    layer = PReLU(2, alpha=0.5)
    layer.params["alpha"][1] = -1
    y = layer.forward([[-4, -4], [-2, 3], [5, -1]], training=True)
    np.testing.assert_array_equal(y, [[-2, 4], [-1, 3], [5, 1]])
    dx = layer.backward([[1, 10], [3, 20], [7, 30]])
    # A slope's gradient sums dy · x over the rows left of 0: 1·(-4) + 3·(-2), 10·(-4) + 30·(-1).
    np.testing.assert_array_equal(layer.grads["alpha"], [-10, -70])
    np.testing.assert_array_equal(dx, [[0.5, -10], [1.5, 20], [7, -30]])


def test_prelu_starts_with_one_slope_and_then_is_the_activation_of_that_name():
    x = rng().normal(size=(5, 3))
    np.testing.assert_array_equal(PReLU(3).params["alpha"], [0.25, 0.25, 0.25])
    same = Activation("leaky_relu", alpha=0.25).forward(x)
    np.testing.assert_array_equal(PReLU(3).forward(x), same)
    np.testing.assert_array_equal(PReLU(3, alpha=1).forward(x), x)
    np.testing.assert_array_equal(PReLU(3, alpha=-1).forward(x), np.abs(x))


def test_torch_gets_the_same_from_prelu():
    stored = oracle("prelu")
    layer = PReLU(3)
    layer.params["alpha"][...] = stored["alpha"]
    y = layer.forward(stored["x"], training=True)
    np.testing.assert_allclose(y, stored["y"], rtol=1e-14)
    np.testing.assert_allclose(layer.backward(stored["dy"]), stored["dx"], rtol=1e-14)
    np.testing.assert_allclose(layer.grads["alpha"], stored["dalpha"], rtol=1e-13)


# --------------------------------------------------------------------------------------- BatchNorm


def test_batch_norm_by_hand():
    layer = BatchNorm(2, momentum=0.75, eps=1)
    layer.params["gamma"][...] = [2, 1]
    layer.params["beta"][...] = [10, 0]
    # Feature 0: mean 4, variance (3² + 1² + 1² + 3²) / 4 = 5; feature 1: 0 and 8.
    # √(5 + 1) and √(8 + 1) = 3.
    y = layer.forward([[1, -4], [3, 0], [5, 0], [7, 4]], training=True)
    by_hand = 10 + 2 * np.array([-3, -1, 1, 3]) / np.sqrt(6)
    np.testing.assert_allclose(y, np.column_stack([by_hand, [-4 / 3, 0, 0, 4 / 3]]), rtol=1e-15)
    # Running: 0.75 · 0 + 0.25 · (4, 0), and 0.75 · 1 + 0.25 · (5, 8).
    np.testing.assert_array_equal(layer.mean, [1, 0])
    np.testing.assert_array_equal(layer.var, [2, 2.75])
    # At inference (x - 1) / √(2 + 1) · 2 + 10, and x / √(2.75 + 1).
    y = layer.forward([[4, 3]])
    np.testing.assert_allclose(y, [[10 + 6 / np.sqrt(3), 3 / np.sqrt(3.75)]], rtol=1e-15)


def test_batch_norm_starts_as_the_identity_but_for_eps():
    layer, x = BatchNorm(3), rng().normal(size=(4, 3))
    assert (layer.momentum, layer.eps) == (0.9, 1e-5)
    np.testing.assert_allclose(layer.forward(x), x / np.sqrt(1 + 1e-5), rtol=1e-14)
    assert {name: array.tolist() for name, array in layer.state().items()} == {
        "gamma": [1, 1, 1],
        "beta": [0, 0, 0],
        "mean": [0, 0, 0],
        "var": [1, 1, 1],
    }
    assert layer.state()["mean"] is layer.mean
    assert layer.state()["var"] is layer.var


def batch_norm(stored):
    layer = BatchNorm(3, momentum=0.9, eps=stored["eps"])
    for name, array in layer.state().items():
        array[...] = stored[name]
    return layer


def test_torch_gets_the_same_from_batch_norm_on_a_batch():
    stored = oracle("batch_norm")
    layer, expected = batch_norm(stored), stored["training"]
    y = layer.forward(stored["x"], training=True)
    np.testing.assert_allclose(y, expected["y"], rtol=1e-13, atol=1e-15)
    dx = layer.backward(stored["dy"])
    np.testing.assert_allclose(dx, expected["dx"], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(layer.grads["gamma"], expected["gamma"], rtol=1e-13)
    np.testing.assert_allclose(layer.grads["beta"], expected["beta"], rtol=1e-13)


def test_torch_gets_the_same_from_batch_norm_at_inference():
    stored = oracle("batch_norm")
    y = batch_norm(stored).forward(stored["x"])
    np.testing.assert_allclose(y, stored["inference"]["y"], rtol=1e-14)


@given(float_arrays((5, 3)), float_arrays(2, 3))
def test_batch_norm_gives_the_batch_mean_beta_and_deviation_gamma(x, numbers):
    x += np.arange(5)[:, None] ** 2 * 10  # no feature is the same in all rows
    layer = BatchNorm(3, eps=1e-12)
    layer.params["beta"][...], layer.params["gamma"][...] = numbers
    y = layer.forward(x, training=True)
    np.testing.assert_allclose(y.mean(axis=0), numbers[0], atol=1e-10)
    np.testing.assert_allclose(y.std(axis=0), abs(numbers[1]), rtol=1e-7, atol=1e-10)


@given(float_arrays((5, 3)), float_arrays((5, 3)))
def test_batch_norm_hands_back_a_gradient_without_mean_and_without_direction_x(x, dy):
    # Shifting or stretching a feature of the whole batch changes nothing, so no dx points there.
    x += np.arange(5)[:, None] ** 2 * 10
    layer = BatchNorm(3, eps=1e-14)
    layer.forward(x, training=True)
    dx = layer.backward(dy)
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-11)
    np.testing.assert_allclose((dx * (x - x.mean(axis=0))).sum(axis=0), 0, atol=1e-9)


def test_batch_norm_makes_the_bias_before_it_useless():
    first, x = dense(rng().normal(size=(4, 3)), [1, 2, 3]), rng(1).normal(size=(6, 4))
    net = Sequential(first, BatchNorm(3))
    y = net.forward(x, training=True)
    net.backward(rng(2).normal(size=(6, 3)))
    np.testing.assert_allclose(net.grads["0.b"], 0, atol=1e-14)
    first.params["b"] += 7
    np.testing.assert_allclose(net.forward(x, training=True), y, atol=1e-13)


def test_running_statistics_forget_their_start_and_arrive_at_those_of_the_data():
    layer, x = BatchNorm(2, momentum=0.5), rng().normal(3, 2, size=(50, 2))
    for _ in range(60):
        layer.forward(x, training=True)
    np.testing.assert_allclose(layer.mean, x.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(layer.var, x.var(axis=0), rtol=1e-12)  # with 1/n
    np.testing.assert_allclose(layer.forward(x), layer.forward(x, training=True), rtol=1e-10)


def test_running_statistics_with_momentum_0_are_those_of_the_last_batch():
    layer, x = BatchNorm(2, momentum=0), rng().normal(size=(5, 2))
    layer.forward(x + 100, training=True)
    layer.forward(x, training=True)
    np.testing.assert_array_equal(layer.mean, x.mean(axis=0))
    np.testing.assert_array_equal(layer.var, x.var(axis=0))


def test_batch_norm_of_a_feature_that_never_changes_is_beta():
    layer = BatchNorm(2)
    layer.params["beta"][...] = 5
    x = np.column_stack([np.full(4, 1e4), [1, 2, 3, 4]])
    np.testing.assert_array_equal(layer.forward(x, training=True)[:, 0], 5)
    assert np.isfinite(layer.backward(np.ones((4, 2)))).all()


@pytest.mark.parametrize(
    "bad, says",
    [
        ([[1, 2]], "^training-mode batch norm needs two samples or more, got one$"),
        ([[1, 2], [np.nan, 3]], r"x must be finite, got nan at index \(1, 0\)"),
        ([[1, -np.inf], [3, 4]], r"x must be finite, got -inf at index \(0, 1\)"),
    ],
)
def test_batch_norm_refuses_a_batch_before_its_statistics_change(bad, says):
    layer = BatchNorm(2)
    with pytest.raises(ValueError, match=says):
        layer.forward(bad, training=True)
    assert (layer.mean.tolist(), layer.var.tolist()) == ([0, 0], [1, 1])
    with pytest.raises(RuntimeError):
        layer.backward(np.ones((2, 2)))


def test_torch_gets_the_same_from_batch_norm_backward_at_inference():
    stored = oracle("batch_norm")
    layer, expected = batch_norm(stored), stored["inference"]
    layer.forward(stored["x"], remember=True)
    np.testing.assert_allclose(layer.backward(stored["dy"]), expected["dx"], rtol=1e-13)
    np.testing.assert_allclose(layer.grads["gamma"], expected["gamma"], rtol=1e-12)
    np.testing.assert_allclose(layer.grads["beta"], expected["beta"], rtol=1e-13)


def test_batch_norm_takes_a_single_sample_at_inference():
    assert BatchNorm(2).forward([[1, 2]]).shape == (1, 2)


# ----------------------------------------------------------------------------------------- Dropout


def test_torch_gets_the_same_from_dropout_when_it_drops_the_same():
    stored = oracle("dropout")
    kept = np.array(stored["y"]) != 0
    assert 0 < kept.sum() < kept.size

    class Replayed(np.random.Generator):
        def random(self, shape):
            assert shape == kept.shape
            return np.where(kept, stored["p"], np.nextafter(stored["p"], 0))  # p itself is kept

    layer = Dropout(stored["p"], rng=Replayed(np.random.PCG64(0)))
    y = layer.forward(stored["x"], training=True)
    np.testing.assert_allclose(y, stored["y"], rtol=1e-15)
    np.testing.assert_allclose(layer.backward(stored["dy"]), stored["dx"], rtol=1e-15)


def test_dropout_drops_with_probability_p_and_keeps_the_expected_value():
    layer, n = Dropout(0.2, rng=rng()), 100_000
    y = layer.forward(np.full((n, 1), 3.0), training=True)
    assert set(np.unique(y)) == {0, 3 / 0.8}
    # The share dropped strays by √(0.2 · 0.8 / n) = 0.0013.
    assert (y == 0).mean() == pytest.approx(0.2, abs=0.005)
    assert y.mean() == pytest.approx(3, abs=0.02)


def test_dropout_drops_each_number_for_itself_and_anew_each_time():
    layer, x = Dropout(0.5, rng=rng()), np.ones((40, 30))
    first, second = (layer.forward(x, training=True) != 0 for _ in range(2))
    assert 0 < (first & second).mean() < 0.5
    assert len(np.unique(first, axis=0)) == 40
    assert len(np.unique(first, axis=1).T) == 30
    np.testing.assert_array_equal(Dropout(0.5, rng=rng()).forward(x, training=True) != 0, first)


def test_dropout_lets_the_gradient_through_where_it_let_the_number_through():
    layer, dy = Dropout(0.5, rng=rng()), rng(1).normal(size=(6, 4))
    y = layer.forward(np.ones((6, 4)), training=True)
    np.testing.assert_array_equal(layer.backward(dy), dy * y)


def test_dropout_does_nothing_at_inference_and_draws_nothing():
    source = rng()
    before = source.bit_generator.state
    x = rng(1).normal(size=(4, 3))
    np.testing.assert_array_equal(Dropout(0.9, rng=source).forward(x), x)
    assert source.bit_generator.state == before


def test_dropout_with_probability_0_does_nothing():
    layer, x = Dropout(0, rng=rng()), rng(1).normal(size=(4, 3))
    np.testing.assert_array_equal(layer.forward(x, training=True), x)
    np.testing.assert_array_equal(layer.backward(x), x)


DTYPE = "dtype must be a floating-point type, got <class 'int'>"


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda: PReLU(0), ValueError, "n must be a whole number of at least 1, got 0"),
        (lambda: PReLU(2, np.nan), ValueError, "alpha must be a finite number, got nan"),
        (lambda: PReLU(2, [1, 2]), ValueError, r"alpha must be a finite number, got \[1, 2\]"),
        (lambda: PReLU(2, "1"), ValueError, "alpha must be a finite number, got '1'"),
        (lambda: PReLU(2, dtype=int), ValueError, DTYPE),
        (lambda: BatchNorm(2.0), ValueError, "n must be a whole number of at least 1, got 2.0"),
        (lambda: BatchNorm(2, momentum=1), ValueError, "momentum must be .* below 1, got 1"),
        (lambda: BatchNorm(2, momentum=-0.1), ValueError, "momentum must be .*, got -0.1"),
        (lambda: BatchNorm(2, eps=0), ValueError, "eps must be a number above 0, got 0"),
        (lambda: BatchNorm(2, dtype=int), ValueError, DTYPE),
        (lambda: Dropout(1, rng=rng()), ValueError, "p must be a number from 0 to below 1, got 1"),
        (lambda: Dropout(-0.1, rng=rng()), ValueError, "p must be .*, got -0.1"),
        (lambda: Dropout(None, rng=rng()), ValueError, "p must be .*, got None"),
        (lambda: Dropout(0.5, rng=0), TypeError, r"numpy\.random\.Generator, got 0"),
    ],
)
def test_layers_refuse_bad_settings_at_once(make, error, says):
    with pytest.raises(error, match=says):
        make()


# -------------------------------------------------------------------------------------- Sequential


def network():
    return Sequential(
        Dense(4, 3, rng=rng()), Activation("tanh"), Sequential(Dense(3, 2, rng=rng(1)))
    )


def test_sequential_names_parameters_by_the_number_of_their_layer():
    net = network()
    assert list(net.params) == ["0.W", "0.b", "2.0.W", "2.0.b"]
    assert net.params["0.W"] is net.layers[0].params["W"]
    assert net.params["2.0.b"] is net.layers[2].layers[0].params["b"]
    assert dict(net.grads) == {}


def test_sequential_is_the_chain_of_its_layers():
    net, x, upstream = network(), rng().normal(size=(5, 4)), rng(1).normal(size=(5, 2))
    chain, y, dy = deepcopy(net.layers), x, upstream
    for layer in chain:
        y = layer.forward(y, training=True)
    np.testing.assert_array_equal(net.forward(x, training=True), y)
    for layer in reversed(chain):
        dy = layer.backward(dy)
    np.testing.assert_array_equal(net.backward(upstream), dy)
    assert net.grads["0.W"] is net.layers[0].grads["W"]
    np.testing.assert_array_equal(net.grads["0.W"], chain[0].grads["W"])
    np.testing.assert_array_equal(net.grads["2.0.W"], chain[2].layers[0].grads["W"])


def test_sequential_leaves_out_the_input_gradient_of_its_first_layer_if_told_to():
    class Counting(Dense):
        """A dense layer that counts how often ∂L/∂x is asked of it."""

        asked = 0

        def _backward(self, dy, x):
            self.asked += 1
            return super()._backward(dy, x)

    first, second = Counting(3, 3, rng=rng()), Counting(3, 3, rng=rng())
    net = Sequential(Sequential(first), second)
    net.forward(np.ones((2, 3)), training=True)
    assert net.backward(np.ones((2, 3)), input_gradient=False) is None
    assert (first.asked, second.asked) == (0, 1)
    net.forward(np.ones((2, 3)), training=True)
    assert net.backward(np.ones((2, 3))).shape == (2, 3)
    assert (first.asked, second.asked) == (1, 2)


def test_sequential_leaves_nothing_behind_in_its_layers():
    net = network()
    net.forward(np.ones((2, 4)), training=True)
    net.backward(np.ones((2, 2)))
    for layer in net.layers:
        with pytest.raises(RuntimeError):
            layer.backward(np.ones((2, 2)))


def test_sequential_refuses():
    layer = Activation("tanh")
    for bad, got in (
        ((), "nothing"),
        (([layer],), r"\[Activation\('tanh'\)\]"),
        ((layer, np.tanh), r"Activation\('tanh'\), <ufunc 'tanh'>"),
        ((Dense,), "<class 'companion.layers.Dense'>"),
    ):
        says = rf"^Sequential takes one or more layers .*Sequential\(\*layers\)\), got {got}$"
        with pytest.raises(TypeError, match=says):
            Sequential(*bad)
    with pytest.raises(ValueError, match=r"^a layer object may stand in a network only once$"):
        Sequential(layer, Dense(1, 1, rng=rng()), layer)


def test_sequential_names_the_state_of_its_layers_in_the_same_way():
    inner = BatchNorm(3)
    net = Sequential(Dense(4, 3, rng=rng()), Sequential(inner, Dropout(0.5, rng=rng())))
    assert list(net.params) == ["0.W", "0.b", "1.0.gamma", "1.0.beta"]
    assert list(net.state()) == [*net.params, "1.0.mean", "1.0.var"]
    assert net.state()["1.0.mean"] is inner.mean
    assert net.state()["0.W"] is net.params["0.W"]


def test_a_network_with_batch_norm_refuses_a_batch_of_one_and_then_goes_on():
    net = Sequential(Dense(4, 3, rng=rng()), Sequential(BatchNorm(3)), Dense(3, 2, rng=rng()))
    with pytest.raises(ValueError, match="two samples or more, got one"):
        net.forward(np.ones((1, 4)), training=True)
    with pytest.raises(RuntimeError):
        net.backward(np.ones((1, 2)))
    net.forward(np.eye(4), training=True)
    net.backward(np.ones((4, 2)))


def test_the_checker_leaves_running_statistics_and_generators_as_they_are():
    source = rng(3)
    net = Sequential(Dense(4, 3, rng=rng()), BatchNorm(3), Dropout(0.3, rng=source))
    state, drawn = deepcopy(net.state()), source.bit_generator.state
    x, y = rng(1).normal(size=(5, 4)), np.ones((5, 3))
    assert check_gradients(net, x, lambda prediction: squared_error(prediction, y))
    assert source.bit_generator.state == drawn
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, state[name])


# ------------------------------------------------------------------------------ pleasant to hold


def test_a_network_is_a_sequence_of_its_layers():
    net, x = network(), rng().normal(size=(5, 4))
    assert len(net) == 3
    assert list(net) == list(net.layers)
    assert net[0] is net.layers[0]
    assert net[-1] is net.layers[2]
    np.testing.assert_array_equal(net(x), net.forward(x))
    front = net[:2]
    assert list(front.params) == ["0.W", "0.b"]
    np.testing.assert_array_equal(net[2](front(x)), net(x))
    with pytest.raises(IndexError):
        net[3]
    with pytest.raises(TypeError, match="one or more layers"):
        net[3:]


def test_a_copy_of_a_network_is_a_network_of_its_own():
    net = network()
    twin = deepcopy(net)
    twin.params["0.W"] = np.ones((4, 3))
    np.testing.assert_array_equal(twin[0].params["W"], 1)
    assert (net.params["0.W"] != 1).all()


def test_layers_are_written_as_they_were_made():
    net = Sequential(
        Dense(3, 2, rng=rng()),
        Dense(2, 2, rng=rng(), init="he_normal", dtype=np.float32),
        Sequential(Activation("elu", alpha=0.5), BatchNorm(2, momentum=0.5), PReLU(2, alpha=0.1)),
        Dropout(0.5, rng=rng()),
    )
    assert repr(net) == (
        "Sequential(\n"
        "    Dense(3, 2, rng=rng),\n"
        "    Dense(2, 2, rng=rng, init='he_normal', dtype=float32),\n"
        "    Sequential(\n"
        "        Activation('elu', alpha=0.5),\n"
        "        BatchNorm(2, momentum=0.5),\n"
        "        PReLU(2, alpha=0.1),\n"
        "    ),\n"
        "    Dropout(0.5, rng=rng),\n"
        ")"
    )

    class Scale(Layer):
        def __init__(self, n, *, factor, shift=0):
            super().__init__()

    assert repr(Scale(3, factor=2)) == "Scale(n, factor=factor, shift=shift)"


# ----------------------------------------------------------------------------------------- summary


def test_summary_by_hand():
    net = Sequential(
        Dense(784, 256, rng=rng()),
        BatchNorm(256),
        PReLU(256),
        Dropout(0.5, rng=rng()),
        Sequential(Dense(256, 10, rng=rng()), Activation("tanh")),
    )
    # 784 · 256 + 256 = 200,960; γ and β: 512; a slope each: 256; 256 · 10 + 10 = 2,570.
    assert summary(net, 784) == (
        "layer        output    parameters\n"
        "0 Dense      (n, 256)     200,960\n"
        "1 BatchNorm  (n, 256)         512\n"
        "2 PReLU      (n, 256)         256\n"
        "3 Dropout    (n, 256)           0\n"
        "4.0 Dense    (n, 10)        2,570\n"
        "4.1 tanh     (n, 10)            0\n"
        "total                     204,298"
    )


def test_summary_of_images_and_of_a_network_in_front():
    net = Sequential(Sequential(Activation("relu"), Sequential(Activation("tanh"))))
    assert summary(net, (8, 8, 3)).splitlines()[1:3] == [
        "0.0 relu    (n, 8, 8, 3)           0",
        "0.1.0 tanh  (n, 8, 8, 3)           0",
    ]


def test_summary_of_a_single_layer():
    assert summary(Dense(2, 3, rng=rng()), 2).split() == (
        "layer output parameters 0 Dense (n, 3) 9 total 9".split()
    )


def test_summary_calls_an_activation_by_its_own_name():
    table = summary(Sequential(Activation("tanh"), Activation("elu", alpha=2)), 3)
    assert [line.split()[:2] for line in table.splitlines()[1:3]] == [["0", "tanh"], ["1", "elu"]]


def test_summary_changes_nothing():
    source = rng()
    net = Sequential(BatchNorm(2), Dropout(0.5, rng=source))
    state, drawn = deepcopy(net.state()), source.bit_generator.state
    summary(net, 2)
    assert source.bit_generator.state == drawn
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, state[name])


def test_summary_refuses():
    with pytest.raises(ValueError, match=r"\(n, 4\), got \(1, 3\)"):
        summary(network(), 3)
    with pytest.raises(ValueError, match="n_in must be a whole number of at least 1, got 0"):
        summary(network(), 0)


# -------------------------------------------------------------------------------- two passes alone


def test_a_new_layer_writes_two_functions():
    class Square(Layer):
        def _forward(self, x, training):
            return x**2, x

        def _backward(self, dy, x):
            return 2 * x * dy, {}

    layer = Square()
    np.testing.assert_array_equal(layer.forward(np.array([[3.0]]), training=True), [[9]])
    np.testing.assert_array_equal(layer.backward([[0.5]]), [[3]])


def test_parameters_given_as_whole_numbers_or_lists_do_not_cut_off_what_comes_in():
    class Scale(Layer):
        def __init__(self, s):
            super().__init__(s=s)

        def _forward(self, x, training):
            return x * self.params["s"], x

    for s in (np.array([1, 2]), [1, 2], np.array([1.0, 2.0])):
        layer = Scale(s)
        assert layer.params["s"].dtype == layer.dtype == np.float64
        np.testing.assert_array_equal(layer([[0.5, 0.25]]), [[0.5, 0.5]])
    with pytest.raises(TypeError, match=r"^s must hold real numbers"):
        Scale("wide")


def test_a_layer_inside_a_layer_is_refused_unless_it_is_a_sequential():
    class Around(Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

    with pytest.raises(TypeError, match=r"^inner: a layer inside a layer would not be trained"):
        Around(Dense(2, 2, rng=rng()))


def test_a_gradient_of_another_shape_is_refused_and_a_single_number_is_an_array():
    class Factor(Layer):
        def __init__(self, shape):
            super().__init__(s=np.ones(shape))

        def _forward(self, x, training):
            return x * self.params["s"], x

        def _backward(self, dy, x):
            return dy * self.params["s"], {"s": (dy * x).sum()}

    layer, x = Factor(()), np.ones((3, 2))
    assert check_gradients(layer, x, rng=rng())
    layer.forward(x, training=True)
    layer.backward(x)
    SGD(0.1).step(layer.params, layer.grads)
    assert layer.params["s"] == pytest.approx(1 - 0.6)
    wide = Factor(2)
    wide.forward(x, training=True)
    says = r"^Factor has parameters \{'s': \(2,\)\}, but gradients \{'s': \(\)\}$"
    with pytest.raises(ValueError, match=says):
        wide.backward(x)


def test_what_is_assigned_to_running_statistics_is_checked_and_copied():
    layer, mean = BatchNorm(2), np.array([1.0, 2.0])
    kept = layer.state()
    layer.mean, layer.var = mean, [3, 4]
    assert layer.mean is kept["mean"]
    assert layer.mean is not mean
    np.testing.assert_array_equal(kept["mean"], mean)
    np.testing.assert_array_equal(kept["var"], [3, 4])
    layer.mean += 1
    np.testing.assert_array_equal(kept["mean"], [2, 3])
    with pytest.raises(ValueError, match=r"^var has shape \(2,\), what is assigned \(3,\)$"):
        layer.var = [1, 2, 3]
    with pytest.raises(ValueError, match=r"^mean must be finite, got nan"):
        layer.mean = [np.nan, 0]


def test_an_error_inside_a_network_says_in_which_layer():
    inner = Sequential(Activation("tanh"), Dense(3, 2, rng=rng()))
    net = Sequential(Dense(4, 5, rng=rng()), inner)
    with pytest.raises(ValueError, match=r"^x must have shape \(n, 3\), got \(1, 5\)") as caught:
        net(np.ones((1, 4)))
    first, second = caught.value.__notes__
    assert first == "This was in layer 1, Dense(3, 2, rng=rng)."
    assert second.startswith("This was in layer 1, Sequential(")


def test_a_layer_with_an_array_as_argument_can_be_printed():
    class Masked(Layer):
        def __init__(self, mask=None):
            super().__init__()
            self.mask = mask

    assert repr(Masked(np.ones(2))) == "Masked(mask=array([1., 1.]))"


def test_a_layer_that_forgets_a_gradient_is_told_which():
    class Forgetful(Dense):
        def _param_gradients(self, dy, x):
            return {"W": x.T @ dy, "B": dy.sum(axis=0)}

    for first in (True, False):
        layer = Forgetful(4, 3, rng=rng())
        layer.forward(np.ones((2, 4)), training=True)
        says = r"^Forgetful has parameters {'W': .*, 'b': .*}, but gradients {'W': .*, 'B': .*}$"
        with pytest.raises(ValueError, match=says):
            layer.backward(np.ones((2, 3)), input_gradient=first)


def test_a_pass_that_was_not_written_raises():
    class Half(Layer):
        def _forward(self, x, training):
            return x, None

    half = Half()
    half.forward(np.ones((1, 1)), training=True)
    with pytest.raises(NotImplementedError):
        half.backward([[1.0]])
    with pytest.raises(NotImplementedError):
        Layer().forward([[1.0]])


# -------------------------------------------------------------------------------- a whole network


def test_a_whole_network_with_its_loss_matches_central_differences():
    net, x = network(), rng(2).normal(size=(5, 4))
    assert check_gradients(net, x, lambda logits: softmax_cross_entropy(logits, [0, 1, 1, 0, 1]))


STACK = oracle("stack")


@pytest.mark.parametrize("name", [name for name in STACK if name not in ("x", "target", "params")])
def test_torch_gets_the_same_gradients_for_a_stack(name):
    net = Sequential(Dense(4, 3, rng=rng()), Activation(name), Dense(3, 2, rng=rng()))
    for key, param in net.params.items():
        param[...] = STACK["params"][key]
    loss, dy = squared_error(net.forward(STACK["x"], training=True), STACK["target"])
    dx = net.backward(dy)
    expected = STACK[name]
    assert loss == pytest.approx(expected["loss"], rel=1e-13)
    np.testing.assert_allclose(dx, expected["dx"], rtol=1e-12, atol=1e-15)
    assert net.grads.keys() == expected["grads"].keys()
    for key, grad in net.grads.items():
        np.testing.assert_allclose(grad, expected["grads"][key], rtol=1e-12, atol=1e-15)
