"""Facts about layers; what every one must do is in test_contracts.py."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given
from support import float_arrays, gradients_agree, oracle, read_only

from companion.gradient_check import check_network
from companion.initializers import constant
from companion.layers import Activation, Dense, Layer, Sequential
from companion.losses import softmax_cross_entropy, squared_error


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
    assert layer.grads == {}


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
    assert layer.params == layer.grads == {}


def test_activation_refuses_an_unknown_name_or_option_at_once():
    with pytest.raises(ValueError, match="unknown activation 'swish'"):
        Activation("swish")
    with pytest.raises(TypeError, match="alpha"):
        Activation("tanh", alpha=1)


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
    assert net.grads == {}


def test_sequential_is_the_chain_of_its_layers():
    net, x, upstream = network(), rng().normal(size=(5, 4)), rng(1).normal(size=(5, 2))
    chain, y, dy = deepcopy(net.layers), x, upstream
    for layer in chain:
        y = layer.forward(y, training=True)
    np.testing.assert_array_equal(net.forward(x, training=True), y)
    for layer in reversed(chain):
        dy = layer.backward(dy, input_gradient=True)
    np.testing.assert_array_equal(net.backward(upstream, input_gradient=True), dy)
    assert net.grads["0.W"] is net.layers[0].grads["W"]
    np.testing.assert_array_equal(net.grads["0.W"], chain[0].grads["W"])
    np.testing.assert_array_equal(net.grads["2.0.W"], chain[2].layers[0].grads["W"])


def test_sequential_computes_the_input_gradient_only_if_asked():
    class Counting(Dense):
        """A dense layer that counts how often ∂L/∂x is asked of it."""

        asked = 0

        def _backward(self, dy, x):
            self.asked += 1
            return super()._backward(dy, x)

    first, second = Counting(3, 3, rng=rng()), Counting(3, 3, rng=rng())
    net = Sequential(Sequential(first), second)
    net.forward(np.ones((2, 3)), training=True)
    assert net.backward(np.ones((2, 3))) is None
    assert (first.asked, second.asked) == (0, 1)
    net.forward(np.ones((2, 3)), training=True)
    assert net.backward(np.ones((2, 3)), input_gradient=True).shape == (2, 3)
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
    with pytest.raises(TypeError, match="one or more layers"):
        Sequential()
    with pytest.raises(TypeError, match="one or more layers"):
        Sequential([layer])
    with pytest.raises(TypeError, match="one or more layers"):
        Sequential(layer, np.tanh)
    with pytest.raises(ValueError, match="only once"):
        Sequential(layer, Dense(1, 1, rng=rng()), layer)


def test_a_saved_network_predicts_the_same(tmp_path):
    net, other = network(), network()
    net.params["0.W"][...] += 1
    np.savez(tmp_path / "net.npz", **net.params)
    with np.load(tmp_path / "net.npz") as stored:
        for name, param in other.params.items():
            param[...] = stored[name]
    x = rng().normal(size=(5, 4))
    np.testing.assert_array_equal(other.forward(x), net.forward(x))


def test_a_new_layer_writes_two_functions():
    class Square(Layer):
        def _forward(self, x, training):
            return x**2, x

        def _backward(self, dy, x):
            return 2 * x * dy

    layer = Square()
    np.testing.assert_array_equal(layer.forward(np.array([[3.0]]), training=True), [[9]])
    np.testing.assert_array_equal(layer.backward([[0.5]]), [[3]])


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
    for name, (a, n) in check_network(net, softmax_cross_entropy, x, [0, 1, 1, 0, 1]).items():
        assert gradients_agree(a, n), name


STACK = oracle("stack")


@pytest.mark.parametrize("name", [name for name in STACK if name not in ("x", "target", "params")])
def test_torch_gets_the_same_gradients_for_a_stack(name):
    net = Sequential(Dense(4, 3, rng=rng()), Activation(name), Dense(3, 2, rng=rng()))
    for key, param in net.params.items():
        param[...] = STACK["params"][key]
    loss, dy = squared_error(net.forward(STACK["x"], training=True), STACK["target"])
    dx = net.backward(dy, input_gradient=True)
    expected = STACK[name]
    assert loss == pytest.approx(expected["loss"], rel=1e-13)
    np.testing.assert_allclose(dx, expected["dx"], rtol=1e-12, atol=1e-15)
    assert net.grads.keys() == expected["grads"].keys()
    for key, grad in net.grads.items():
        np.testing.assert_allclose(grad, expected["grads"][key], rtol=1e-12, atol=1e-15)
