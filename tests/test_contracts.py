"""What every layer, activation, optimizer, loss and initializer must do.

One table each. Something new is one row here, and gets every check.
"""

import re
from copy import deepcopy
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from support import NOT_NUMBERS, H, away_from_zero, gradients_agree, layouts, read_only

import companion
from companion import activations, callbacks, layers, losses, optimizers, regularizers
from companion.activations import ACTIVATIONS, activation
from companion.callbacks import EarlyStopping, clip, freeze, on_weights, penalize
from companion.gradient_check import check_gradients, numerical_gradient
from companion.initializers import INITIALIZERS, constant, normal
from companion.layers import Activation, BatchNorm, Dense, Dropout, Layer, PReLU, Sequential
from companion.losses import (
    absolute_error,
    bce_with_logits,
    binary_cross_entropy,
    cross_entropy,
    log_softmax,
    log_sum_exp,
    one_hot,
    softmax,
    softmax_cross_entropy,
    squared_error,
)
from companion.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp
from companion.regularizers import L1, L2, Elastic, max_norm
from companion.training import fit


def argument(function, place):
    """Return the name of an argument, which an error about it begins with."""
    return list(signature(function).parameters)[place]


def bad_arrays(**more):
    """Parametrize a test over input that must be refused: the input, the error, its message."""
    cases = {**NOT_NUMBERS, **more}
    return pytest.mark.parametrize("bad, error, says", cases.values(), ids=cases)


# ---------------------------------------------------------------------------------------- layers


def dense(n_in, n_out, rng, dtype):
    """Return a dense layer whose bias is not zero."""
    layer = Dense(n_in, n_out, rng=rng, dtype=dtype)
    layer.params["b"][...] = rng.normal(size=n_out)
    return layer


def prelu(rng, dtype):
    """Return a PReLU with another slope for each feature."""
    layer = PReLU(4, dtype=dtype)
    layer.params["alpha"][...] = rng.normal(size=4)
    return layer


def batch_norm(rng, dtype, n=4):
    """Return a batch norm in which nothing is 0 or 1 any more."""
    layer = BatchNorm(n, momentum=0.7, eps=1e-3, dtype=dtype)
    for name, array in layer.state().items():
        array[...] = rng.uniform(0.5, 2, n) if name in ("gamma", "var") else rng.normal(size=n)
    return layer


def nested(rng, dtype):
    head = Sequential(Activation("softplus"), batch_norm(rng, dtype, 5), dense(5, 3, rng, dtype))
    return Sequential(dense(4, 5, rng, dtype), head, Dropout(0.3, rng=rng), Activation("tanh"))


class Convolution(Layer):
    """A 3 × 3 convolution of images (n, height, width, channels), written as a reader would."""

    decayed = ("W",)

    def __init__(self, channels_in, channels_out, *, rng, dtype=np.float64):
        W = rng.normal(size=(3, 3, channels_in, channels_out)) / np.sqrt(9 * channels_in)
        super().__init__(W=W.astype(dtype), b=np.zeros(channels_out, dtype))

    def _forward(self, x, training):
        if x.ndim != 4:
            raise ValueError(f"x must have shape (n, height, width, channels), got {x.shape}")
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
        y = np.einsum("nhwcij,ijco->nhwo", windows, self.params["W"]) + self.params["b"]
        return y, (windows, x.shape)

    def _backward(self, dy, cache):
        windows, shape = cache
        W, dx = self.params["W"], np.zeros(shape, dy.dtype)
        height, width = dy.shape[1:3]
        for i in range(3):
            for j in range(3):
                dx[:, i : i + height, j : j + width] += dy @ W[i, j].T
        dW = np.einsum("nhwcij,nhwo->ijco", windows, dy)
        return dx, {"W": dW, "b": dy.sum(axis=(0, 1, 2))}


class Flatten(Layer):
    """Lay out the numbers of a sample in a row."""

    def _forward(self, x, training):
        return x.reshape(len(x), -1).copy(), x.shape

    def _backward(self, dy, shape):
        return dy.reshape(shape), {}


def image_network(rng, dtype):
    return Sequential(
        Convolution(2, 3, rng=rng, dtype=dtype),
        Activation("tanh"),
        Dropout(0.3, rng=rng),
        Flatten(),
        dense(18, 2, rng, dtype),
    )


#: What a layer takes: rows of 4 numbers; samples of any shape, rows of 4 among them; images.
ROWS, ANY, IMAGES = "(n, 4)", "(n, …)", "(n, 5, 4, 2)"

#: Name → (function of a generator and a dtype that makes the layer, what it takes). Inside a
#: network the activations are smooth: nothing keeps a hidden number away from a corner.
LAYERS = {
    "Dense": (lambda rng, dtype: dense(4, 3, rng, dtype), ROWS),
    **{
        f"Activation {name}": (lambda rng, dtype, n=name: Activation(n), ANY)
        for name in ACTIVATIONS
    },
    "Activation with alpha": (lambda rng, dtype: Activation("elu", alpha=0.3), ANY),
    "PReLU": (prelu, ROWS),
    "BatchNorm": (batch_norm, ROWS),
    "Dropout": (lambda rng, dtype: Dropout(0.4, rng=rng), ANY),
    "Dropout of nothing": (lambda rng, dtype: Dropout(0, rng=rng), ANY),
    "Convolution": (lambda rng, dtype: Convolution(2, 3, rng=rng, dtype=dtype), IMAGES),
    "Convolution in Sequential": (image_network, IMAGES),
    "Sequential": (
        lambda rng, dtype: Sequential(
            dense(4, 5, rng, dtype), Activation("gelu"), dense(5, 2, rng, dtype)
        ),
        ROWS,
    ),
    "Sequential in Sequential": (nested, ROWS),
}
#: The shapes of a batch on which each layer is tried: (name, shape of a sample).
SHAPES = {ROWS: [(4,)], ANY: [(4,), (2, 3, 2)], IMAGES: [(5, 4, 2)]}
TRIED = [(name, shape) for name, (_, takes) in LAYERS.items() for shape in SHAPES[takes]]


@pytest.fixture(params=TRIED, ids=lambda row: f"{row[0]} {row[1]}")
def tried(request):
    return request.param


@pytest.fixture
def make_layer(tried):
    """Return a function of a dtype; each call gives the same new layer."""
    make, _ = LAYERS[tried[0]]
    return lambda dtype=np.float64: make(np.random.default_rng(0), dtype)


@pytest.fixture
def layer(make_layer):
    return make_layer()


@pytest.fixture
def x(request):
    shape = request.getfixturevalue("tried")[1] if "tried" in request.fixturenames else (4,)
    return away_from_zero(np.random.default_rng(1), 6, *shape)


def upstream(layer, x, seed=2):
    """Return a dy in which no entry is special."""
    return np.random.default_rng(seed).normal(size=layer.forward(x).shape).astype(x.dtype)


def gradients(layer, x, dy):
    """Run one training step's two passes on a copy; return dx and the gradients by name."""
    layer = deepcopy(layer)
    layer.forward(x, training=True)
    return {"x": layer.backward(dy), **layer.grads}


def assert_same(a, b, rtol=0.0):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=rtol, atol=rtol, err_msg=name)


def test_every_layer_class_has_a_row():
    here = {type(make(np.random.default_rng(0), np.float64)) for make, _ in LAYERS.values()}
    classes = {c for c in vars(layers).values() if isinstance(c, type) and issubclass(c, Layer)}
    assert classes - {Layer} == here - {Convolution}


@pytest.mark.parametrize("training", [True, False])
def test_layer_gradients_match_central_differences(layer, x, training):
    rng = np.random.default_rng(2)
    assert check_gradients(layer, x, rng=rng, h=H, training=training)


def test_layer_trains_on_a_batch_of_one_or_says_that_it_cannot(tried, layer, x):
    if tried[0] in ("BatchNorm", "Sequential in Sequential"):
        with pytest.raises(ValueError, match="two samples or more, got one"):
            layer.forward(x[:1], training=True)
        return
    assert check_gradients(layer, x[:1], rng=np.random.default_rng(2), h=H)


def test_layer_remembers_in_either_mode_if_told_to(layer, make_layer, x):
    # At inference nothing is drawn and no statistics move; what comes back is of that pass.
    dy, before = upstream(layer, x), deepcopy(layer.state())
    y = layer.forward(x, remember=True)
    np.testing.assert_array_equal(y, layer(x))
    dx = layer.backward(dy)
    assert_same(layer.state(), before)
    small = 1e-6 * np.random.default_rng(5).normal(size=x.shape)
    rise = (dy * (layer(x + small) - layer(x - small))).sum() / 2
    assert (dx * small).sum() == pytest.approx(rise, rel=1e-5, abs=1e-12)

    # A pass in the mode of training that is not remembered leaves nothing to go back through.
    layer.forward(x, training=True, remember=False)
    with pytest.raises(RuntimeError):
        layer.backward(dy)


def test_layer_gradients_have_the_names_shapes_and_dtypes_of_the_parameters(layer, x):
    layer.forward(x, training=True)
    dx = layer.backward(upstream(layer, x))
    assert dx.shape == x.shape
    assert list(layer.grads) == list(layer.params)
    for name, param in layer.params.items():
        assert (layer.grads[name].shape, layer.grads[name].dtype) == (param.shape, param.dtype)


def test_layer_changes_no_parameter_and_rebinds_none(layer, x):
    before = layer.params
    values = deepcopy(before)
    layer.forward(x, training=True)
    layer.backward(upstream(layer, x))
    layer.forward(x)
    assert all(layer.params[name] is before[name] for name in before)
    assert_same(layer.params, values)


def test_layer_state_holds_the_parameters_themselves(layer):
    state = layer.state()
    assert set(layer.params) <= set(state)
    assert all(state[name] is param for name, param in layer.params.items())
    assert all(layer.state()[name] is array for name, array in state.items())


def test_layer_with_the_state_of_another_answers_like_it(layer, make_layer, x):
    for array in layer.state().values():
        array += 0.25
    other = make_layer()
    for name, array in other.state().items():
        array[...] = layer.state()[name]
    np.testing.assert_array_equal(other.forward(x), layer.forward(x))


def test_layer_inference_changes_no_state(layer, x):
    before = deepcopy(layer.state())
    layer.forward(x)
    assert_same(layer.state(), before)


def test_layer_keeps_nan_to_its_own_row(layer, x):
    expected = layer.forward(x[1:])
    x[0] = np.nan
    y = layer.forward(x)
    np.testing.assert_allclose(y[1:], expected, rtol=1e-13, atol=1e-15)


def test_layer_backward_without_a_training_pass_raises(layer, x):
    last = layer
    while isinstance(last, Sequential):
        last = last[-1]
    says = rf"^{type(last).__name__}\.backward needs a forward\(x, training=True\) before it, one"
    with pytest.raises(RuntimeError, match=says):
        layer.backward(x)
    dy = upstream(layer, x)  # an inference pass
    with pytest.raises(RuntimeError, match=says):
        layer.backward(dy)


def test_layer_backward_twice_raises(layer, x):
    dy = upstream(layer, x)
    layer.forward(x, training=True)
    layer.backward(dy)
    with pytest.raises(RuntimeError, match=r"one for each backward$"):
        layer.backward(dy)


def test_layer_inference_between_the_passes_changes_no_gradient(layer, x):
    dy = upstream(layer, x)
    layer.forward(x, training=True)
    undisturbed = deepcopy(layer)
    layer.forward(x[:2] + 1)
    a, b = (it.backward(dy) for it in (layer, undisturbed))
    assert_same({"x": a, **layer.grads}, {"x": b, **undisturbed.grads})


def test_layer_refuses_a_dy_of_another_shape_and_still_takes_the_right_one(layer, x):
    dy = upstream(layer, x)
    layer.forward(x, training=True)
    with pytest.raises(ValueError, match=re.escape(f"{dy.shape}, got {dy[1:].shape}")):
        layer.backward(dy[1:])
    layer.backward(dy)


@bad_arrays()
def test_layer_refuses_a_dy_that_holds_no_numbers_and_still_takes_the_right_one(
    layer, x, bad, error, says
):
    dy = upstream(layer, x)
    layer.forward(x, training=True)
    with pytest.raises(error, match=f"^dy must .*{says}"):
        layer.backward(bad)
    layer.backward(dy)


def test_layer_answers_each_row_alone_as_in_a_batch(layer, x):
    alone = np.vstack([layer.forward(row[None]) for row in x])
    np.testing.assert_allclose(layer.forward(x), alone, rtol=1e-13, atol=1e-15)


def test_layer_sets_gradients_whole(layer, x):
    layer.forward(x, training=True)
    layer.backward(upstream(layer, x))
    layer.forward(x, training=True)
    dx = layer.backward(0 * upstream(layer, x))
    assert not dx.any()
    assert not any(grad.any() for grad in layer.grads.values())


def test_layer_backward_is_linear_in_dy(layer, x):
    u, v = upstream(layer, x, 3), upstream(layer, x, 4)
    of_u, of_v = gradients(layer, x, u), gradients(layer, x, v)
    assert_same(
        gradients(layer, x, 2 * u - 3 * v),
        {name: 2 * of_u[name] - 3 * of_v[name] for name in of_u},
        rtol=1e-12,
    )


def test_layer_leaving_out_the_input_gradient_changes_no_other(layer, x):
    dy = upstream(layer, x)
    whole = gradients(layer, x, dy)
    layer.forward(x, training=True)
    assert layer.backward(dy, input_gradient=False) is None
    assert_same({"x": whole["x"], **layer.grads}, whole)


def test_layer_does_not_touch_its_inputs(layer, x):
    gradients(layer, read_only(x), read_only(upstream(layer, x)))


def test_layer_output_is_free_to_be_changed(layer, x):
    dy, twin = upstream(layer, x), deepcopy(layer)
    expected, same_x = gradients(layer, x, dy), x.copy()
    layer.forward(x, training=True)[...] = 7
    assert_same({"x": layer.backward(dy), **layer.grads}, expected)
    twin.forward(x)[...] = 7
    np.testing.assert_array_equal(x, same_x)
    assert_same(gradients(twin, x, dy), expected)


def test_layer_keeps_float32(make_layer, x):
    layer, x = make_layer(np.float32), x.astype(np.float32)
    dy = upstream(layer, x)
    assert layer.forward(x).dtype == np.float32
    assert {a.dtype for a in gradients(layer, x, dy).values()} == {np.dtype(np.float32)}
    of_float64_dy = gradients(layer, x, dy.astype(np.float64))
    assert {a.dtype for a in of_float64_dy.values()} == {np.dtype(np.float32)}
    assert_same(of_float64_dy, gradients(layer, x, dy))


def test_layer_takes_integers_and_lists_as_float64(layer, x):
    x = np.sign(x[:2]).astype(int) * np.arange(1, 3).reshape(2, *[1] * (x.ndim - 1))
    expected = layer.forward(x.astype(float))
    dy = np.ones(expected.shape, int)
    for same in (x.tolist(), x, x.astype(np.int8)):
        y = layer.forward(same)
        assert y.dtype == np.float64
        np.testing.assert_array_equal(y, expected)
        for grad in gradients(layer, same, dy.tolist()).values():
            assert grad.dtype == np.float64


def test_layer_reads_any_memory_layout(layer, x):
    dy = upstream(layer, x)
    expected = gradients(layer, x, dy)
    for of_x, of_dy in zip(layouts(x).values(), layouts(dy).values(), strict=True):
        np.testing.assert_allclose(layer.forward(of_x), layer.forward(x), rtol=1e-13, atol=1e-15)
        assert_same(gradients(layer, of_x, of_dy), expected, rtol=1e-13)


@bad_arrays(
    number=(np.float64(3), ValueError, r"got \(\)"),
    vector=(np.zeros(4), ValueError, r"got \(4,\)"),
)
def test_layer_refuses_bad_input(layer, bad, error, says):
    for training in (False, True):
        with pytest.raises(error, match=f"^x (must|is an) .*{says}"):
            layer.forward(bad, training=training)


def test_layer_refuses_an_empty_batch(layer, x):
    with pytest.raises(ValueError, match=rf"^x is an empty batch: .*{re.escape(str(x[:0].shape))}"):
        layer.forward(x[:0])


@pytest.mark.parametrize("name", [name for name, (_, takes) in LAYERS.items() if takes == ROWS])
def test_layer_refuses_another_shape_of_a_sample(name):
    layer = LAYERS[name][0](np.random.default_rng(0), np.float64)
    for wrong in ((2, 3), (2, 5), (2, 3, 4), (2, 4, 4)):
        says = rf"(?m)^x must .* \(n, 4\), got {re.escape(str(wrong))}$"
        with pytest.raises(ValueError, match=says):
            layer.forward(np.zeros(wrong))


def test_layer_params_are_written_in_place_or_not_at_all(layer):
    for name, array in layer.params.items():
        before = array.copy()
        for bad in (np.zeros((7, 7)), np.full(array.shape, np.nan), "a"):
            with pytest.raises((ValueError, TypeError), match=re.escape(name.split(".")[-1])):
                layer.params[name] = bad
        with pytest.raises(TypeError):
            del layer.params[name]
        np.testing.assert_array_equal(array, before)
        layer.params[name] = (2 * before).tolist()
        np.testing.assert_array_equal(array, 2 * before)
        assert layer.params[name] is array
    with pytest.raises(AttributeError):
        layer.params = {}
    with pytest.raises(KeyError, match="there is no 'w'; there are: "):
        layer.params["w"] = 0


def test_layer_gradients_are_written_in_place(layer, x):
    layer.forward(x, training=True)
    layer.backward(upstream(layer, x))
    for name, array in layer.grads.items():
        layer.grads[name] = 0 * array
        layer.grads[name] -= 1
        assert (array == -1).all()


def test_layer_that_is_called_answers_as_at_inference(layer, x):
    np.testing.assert_array_equal(layer(x), layer.forward(x))
    with pytest.raises(RuntimeError):
        layer.backward(upstream(layer, x))


def test_layer_declares_which_parameters_decay(layer):
    assert list(layer.params.decayed) == [n for n in layer.params if n.split(".")[-1] == "W"]


def test_layer_says_without_an_address_what_it_is(layer):
    assert type(layer).__name__ in repr(layer)
    assert "0x" not in repr(layer)
    assert "0x" not in repr(layer.params)


# ----------------------------------------------------------------------------------- activations

#: Row → the pair of functions. Every corner of an activation lies at 0.
PAIRS = {
    **ACTIVATIONS,
    "leaky_relu, alpha 0.5": activation("leaky_relu", alpha=0.5),
    "prelu, one alpha a feature": activation("prelu", alpha=[0.1, 0.2, 0.3, 0.4]),
    "elu, alpha 2": activation("elu", alpha=2),
}


@pytest.fixture(params=PAIRS)
def pair(request):
    return PAIRS[request.param]


def test_every_activation_is_in_the_table():
    named = {name for name in vars(activations) if f"{name}_derivative" in vars(activations)}
    assert named == set(ACTIVATIONS)
    for name, (function, derivative) in ACTIVATIONS.items():
        assert function is getattr(activations, name)
        assert derivative is getattr(activations, f"{name}_derivative")


def test_derivative_matches_central_differences(pair):
    rng = np.random.default_rng(0)
    z = np.vstack([away_from_zero(rng, 3, 4), 5 * away_from_zero(rng, 3, 4)])
    dy = rng.normal(size=z.shape)
    n = numerical_gradient(lambda z: (dy * pair.function(z)).sum(), z, H)
    assert gradients_agree(dy * pair.derivative(z), n)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sign", [-1, 1])
def test_activation_is_finite_and_straight_far_out(pair, sign, dtype):
    far, farther = np.full((2, 4), [[sign * 100], [sign * 1e4]], dtype)
    slope = pair.derivative(farther)
    np.testing.assert_allclose(slope, pair.derivative(far), rtol=1e-6, atol=1e-12)
    rise = pair.function(farther) - pair.function(far)
    np.testing.assert_allclose(rise, slope * (farther - far), rtol=1e-6, atol=1e-12)


def test_activation_takes_its_limit_at_infinity(pair):
    # By 1e4 every slope has reached its limit, and where it is 0 the function has too.
    ends = np.array([-1, 1]).repeat(4).reshape(2, 4)
    far, slope = pair.function(1e4 * ends), pair.derivative(1e4 * ends)
    np.testing.assert_array_equal(pair.derivative(np.inf * ends), slope)
    limit = np.where(slope == 0, far, np.inf * ends)
    np.testing.assert_array_equal(pair.function(np.inf * ends), limit)


def test_activation_of_nan_is_nan_but_for_the_step(pair):
    expected = 0 if pair.function is activations.step else np.nan
    np.testing.assert_array_equal(pair.function(np.full(4, np.nan)), expected)
    assert pair.derivative(np.full(4, np.nan)).shape == (4,)


@pytest.mark.parametrize("which", ["function", "derivative"])
class TestActivation:
    def test_keeps_shape_and_float32(self, pair, which, x):
        f = getattr(pair, which)
        for z in (x[0], x, x.reshape(2, 3, 4), x[:0]):
            assert f(z).shape == z.shape
            assert f(z).dtype == np.float64
            assert f(z.astype(np.float32)).dtype == np.float32

    def test_keeps_float32_beside_a_float64_option(self, pair, which):
        for name in ("leaky_relu", "prelu", "elu"):
            f = getattr(activation(name, alpha=np.float64(0.3)), which)
            assert f(np.ones(2, np.float32)).dtype == np.float32

    def test_takes_integers_and_lists(self, pair, which):
        f = getattr(pair, which)
        np.testing.assert_array_equal(f([-2, -1, 0, 3]), f(np.array([-2.0, -1.0, 0.0, 3.0])))
        assert f([-2, -1, 0, 3]).dtype == np.float64

    def test_changes_nothing_and_returns_something_new(self, pair, which, x):
        f, z = getattr(pair, which), read_only(x)
        assert not np.shares_memory(f(z), z)

    def test_reads_any_memory_layout(self, pair, which, x):
        f = getattr(pair, which)
        for z in layouts(x).values():
            np.testing.assert_array_equal(f(z), f(x))

    @pytest.mark.parametrize("bad, error, says", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
    def test_refuses_bad_input(self, pair, which, bad, error, says):
        with pytest.raises(error, match=f"^z must .*{says}"):
            getattr(pair, which)(bad)


# ------------------------------------------------------------------------------------- optimizers

#: Row → (class, its settings).
SETTINGS = {
    "sgd": (SGD, {"lr": 0.1}),
    "sgd, falling rate": (SGD, {"lr": lambda t: 0.1 / (1 + t / 100)}),
    "momentum": (Momentum, {"lr": 0.05}),
    "momentum 0": (Momentum, {"lr": 0.05, "mu": 0}),
    "nesterov": (Nesterov, {"lr": 0.05}),
    "adagrad": (AdaGrad, {"lr": 0.5}),
    "rmsprop": (RMSProp, {"lr": lambda t: 0.1 * 0.98**t}),
    "adam": (Adam, {"lr": 0.1}),
    "adam that remembers nothing": (Adam, {"lr": lambda t: 0.1 * 0.97**t, "beta1": 0, "beta2": 0}),
    "adamw": (AdamW, {"lr": 0.1, "decay": 0.1}),
    "adamw without decay": (AdamW, {"lr": 0.1, "decay": 0}),
    **{
        f"{kind.__name__} in NumPy's numbers": (kind, {"lr": np.float64(0.01), **options})
        for kind, options in {
            Momentum: {"mu": np.float64(0.9)},
            AdaGrad: {"eps": np.float64(1e-8)},
            RMSProp: {"rho": np.float64(0.9)},
            AdamW: {"beta1": np.float64(0.9), "decay": np.float64(0.1)},
        }.items()
    },
}
KINDS = list(dict.fromkeys(kind for kind, _ in SETTINGS.values()))
BOWL = [row for row in SETTINGS if "NumPy" not in row]


@pytest.fixture(params=SETTINGS)
def optimizer(request):
    kind, settings = SETTINGS[request.param]
    return kind(**settings)


def arrays_of(seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return {"0.W": rng.normal(size=(4, 3)).astype(dtype), "0.b": rng.normal(size=3).astype(dtype)}


def test_every_optimizer_has_a_row():
    classes = {c for c in vars(optimizers).values() if isinstance(c, type)}
    assert {c for c in classes if issubclass(c, Optimizer)} - {Optimizer} == set(KINDS)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_optimizer_changes_every_array_in_place(optimizer, dtype):
    params, grads = arrays_of(0, dtype), arrays_of(1, dtype)
    same, before = dict(params), deepcopy(params)
    for _ in range(3):
        optimizer.step(params, {name: read_only(grad) for name, grad in grads.items()})
    for name in params:
        assert params[name] is same[name]
        assert params[name].dtype == dtype
        assert (params[name] != before[name]).all()


def test_optimizer_steps_downhill(optimizer):
    params, grads = arrays_of(0), arrays_of(1)
    before = deepcopy(params)
    optimizer.step(params, grads)
    for name in params:
        assert ((params[name] - before[name]) * grads[name]).sum() < 0


@pytest.mark.parametrize("optimizer", BOWL, indirect=True)
def test_optimizer_reaches_the_bottom_of_a_bowl(optimizer):
    params = arrays_of(0)
    for _ in range(500):
        optimizer.step(params, {name: param.copy() for name, param in params.items()})
    assert max(np.abs(param).max() for param in params.values()) < 1e-3


def test_optimizer_treats_each_array_for_itself(optimizer):
    twin = deepcopy(optimizer)
    params, grads = arrays_of(0), arrays_of(1)
    alone = {"0.b": params["0.b"].copy()}
    for _ in range(3):
        optimizer.step(params, dict(reversed(grads.items())))
        twin.step(alone, {"0.b": grads["0.b"]})
    np.testing.assert_array_equal(params["0.b"], alone["0.b"])


def test_optimizer_remembers_in_the_shape_and_type_of_each_array(optimizer):
    params = arrays_of(0, np.float32)
    optimizer.step(params, arrays_of(1, np.float32))
    assert optimizer.steps == 1
    assert list(optimizer.state) == list(params)
    for name, param in params.items():
        assert set(optimizer.state[name]) == set(optimizer.remembers)
        for memory in optimizer.state[name].values():
            assert (memory.shape, memory.dtype) == (param.shape, param.dtype)
            assert not np.shares_memory(memory, param)


def test_optimizers_of_one_class_share_no_memory():
    for kind, settings in SETTINGS.values():
        used, fresh, first = (kind(**settings) for _ in range(3))
        ends = []
        for optimizer in (first, used, used, fresh):
            params = arrays_of(0)
            optimizer.step(params, arrays_of(1))
            ends.append(params)
        assert_same(ends[-1], ends[0])


def test_optimizer_does_not_move_without_a_gradient(optimizer):
    params = {"b": np.array([1.0, -2.0])}
    for _ in range(3):
        optimizer.step(params, {"b": np.zeros(2)})
    np.testing.assert_array_equal(params["b"], [1, -2])


def test_optimizer_reads_any_memory_layout(optimizer):
    grad = arrays_of(1)["0.W"]
    expected = arrays_of(0)["0.W"]
    for layout, of_grad in layouts(grad).items():
        twins = deepcopy(optimizer), deepcopy(optimizer)
        param, same = layouts(expected)[layout], expected.copy()
        for _ in range(2):
            twins[0].step({"W": param}, {"W": of_grad})
            twins[1].step({"W": same}, {"W": grad})
        np.testing.assert_array_equal(param, same)


@pytest.mark.parametrize(
    "param, grad, error, says",
    [
        ([1.0], np.ones(1), TypeError, "b and its gradient must be arrays of floats, got list"),
        (np.ones(1), [1.0], TypeError, "b and its gradient must be arrays of floats, got list"),
        (np.ones(1), None, TypeError, "b and its gradient must be arrays of floats, got NoneType"),
        (np.ones(1, int), np.ones(1), TypeError, "must be arrays of floats, got int64"),
        (np.ones(1), np.ones(1, int), TypeError, "must be arrays of floats, got int64"),
        (np.ones(1), np.ones(1, complex), TypeError, "must be arrays of floats, got complex128"),
        (np.ones(2), np.ones((2, 1)), ValueError, r"b has shape \(2,\) but its gradient \(2, 1\)"),
    ],
)
def test_optimizer_refuses_what_cannot_change_in_place(optimizer, param, grad, error, says):
    other = np.ones(1)
    with pytest.raises(error, match=says):
        optimizer.step({"a": other, "b": param}, {"a": other.copy(), "b": grad})
    assert (optimizer.steps, optimizer.state, other) == (0, {}, 1)


def test_optimizer_refuses_arrays_that_do_not_belong_together(optimizer):
    params, grads = arrays_of(0), arrays_of(1)
    before = deepcopy(params)
    with pytest.raises(ValueError, match=r"in one only: 0\.b"):
        optimizer.step(params, {"0.W": grads["0.W"]})
    with pytest.raises(ValueError, match=r"in one only: 0\.b"):
        optimizer.step({"0.W": params["0.W"]}, grads)
    with pytest.raises(ValueError, match=r"in one only: 0\.W, 0\.b"):
        optimizer.step({}, grads)
    with pytest.raises(ValueError, match=r"0\.b has shape \(3,\) but its gradient \(1,\)"):
        optimizer.step(params, {**grads, "0.b": np.zeros(1)})
    assert_same(params, before)


def test_optimizer_refuses_another_network_and_changes_nothing(optimizer):
    params, grads = arrays_of(0), arrays_of(1)
    for _ in range(2):
        optimizer.step(params, grads)
    if not optimizer.remembers:
        return  # without a memory there is nothing that could be another's
    state, steps = deepcopy(optimizer.state), optimizer.steps
    others = {
        "another shape": {"0.W": np.ones((2, 3)), "0.b": np.ones(3)},
        "a shape that broadcasts": {"0.W": np.ones((4, 3)), "0.b": np.ones(1)},
    }
    if isinstance(optimizer, Adam):  # its corrections are counted from the first step
        others["one array more"] = {**arrays_of(3), "2.W": np.ones((3, 2))}
    for what, other in others.items():
        before = deepcopy(other)
        with pytest.raises(ValueError, match="make a new optimizer"):
            optimizer.step(other, deepcopy(other))
        assert_same(other, before)
        assert optimizer.steps == steps, what
        assert list(optimizer.state) == list(state)
        for name in state:
            assert_same(optimizer.state[name], state[name])


def test_optimizer_says_how_it_is_written(optimizer):
    kind = type(optimizer).__name__
    assert re.fullmatch(rf"{kind}\(.+\)", repr(optimizer))
    assert "0x" not in repr(optimizer)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lr", [0, -0.1, np.nan, np.inf, None, "fast"])
def test_optimizer_refuses_a_bad_learning_rate(kind, lr):
    with pytest.raises(ValueError, match=re.escape(f"lr must be a number above 0, got {lr!r}")):
        kind(lr=lr)


SHARES = {Momentum: ["mu"], Nesterov: ["mu"], RMSProp: ["rho"]}
SHARES |= {kind: ["beta1", "beta2"] for kind in (Adam, AdamW)}


@pytest.mark.parametrize(
    "kind, option", [(kind, option) for kind, all_ in SHARES.items() for option in all_]
)
@pytest.mark.parametrize("bad", [1, -0.1, 1.5, np.nan, None, "0.9"])
def test_optimizer_refuses_a_share_that_is_none(kind, option, bad):
    says = f"{option} must be a number from 0 to below 1, got {bad!r}"
    with pytest.raises(ValueError, match=re.escape(says)):
        kind(lr=0.1, **{option: bad})


@pytest.mark.parametrize("kind", [AdaGrad, RMSProp, Adam, AdamW])
@pytest.mark.parametrize("bad", [0, -1e-8, np.inf])
def test_optimizer_refuses_an_eps_that_does_not_keep_zero_away(kind, bad):
    with pytest.raises(ValueError, match=f"eps must be a number above 0, got {bad}"):
        kind(lr=0.1, eps=bad)


# -------------------------------------------------------------------------------------- penalties

PENALTIES = {
    "L2": L2(0.3),
    "L1": L1(0.3),
    "Elastic": Elastic(0.3, 0.2),
    "L2 in NumPy's numbers": L2(np.float64(0.3)),
    "L1 in NumPy's numbers": L1(np.float64(0.3)),
    "Elastic in NumPy's numbers": Elastic(np.float64(0.3), np.float64(0.2)),
}


@pytest.fixture(params=PENALTIES)
def penalty(request):
    return PENALTIES[request.param]


def test_every_penalty_has_a_row():
    classes = {c for c in vars(regularizers).values() if isinstance(c, type)}
    assert classes == {type(penalty) for penalty in PENALTIES.values()}
    assert repr(Elastic(0.3, 0.2)) == "Elastic(0.3, 0.2)"


def test_penalty_gradient_matches_central_differences(penalty, x):
    assert gradients_agree(penalty(x)[1], numerical_gradient(lambda w: penalty(w)[0], x, H))


def test_penalty_is_a_plain_number_and_costs_nothing_at_zero(penalty, x):
    value, gradient = penalty(x)
    assert type(value) is float
    assert value > 0
    assert gradient.shape == x.shape
    value, gradient = penalty(0 * x)
    assert value == 0
    assert not gradient.any()


def test_penalty_does_not_ask_for_the_sign_or_the_order(penalty, x):
    value, gradient = penalty(x)
    assert penalty(-x)[0] == value
    np.testing.assert_array_equal(penalty(-x)[1], -gradient)
    assert penalty(x[::-1])[0] == pytest.approx(value, rel=1e-14)
    # It is a sum over the weights.
    assert penalty(x[0])[0] + penalty(x[1:])[0] == pytest.approx(value, rel=1e-14)


def test_penalty_keeps_float32_and_takes_lists_and_any_layout(penalty, x):
    value, gradient = penalty(read_only(x))
    assert not np.shares_memory(gradient, x)
    of_float32 = penalty(x.astype(np.float32))
    assert of_float32[1].dtype == np.float32
    assert of_float32[0] == pytest.approx(value, rel=1e-6)
    for same in (x.tolist(), *layouts(x).values()):
        assert penalty(same)[0] == pytest.approx(value, rel=1e-14)
        np.testing.assert_array_equal(penalty(same)[1], gradient)
    assert penalty([1, -2])[1].dtype == np.float64


@bad_arrays(
    nan=([1, np.nan], ValueError, r"w must be finite, got nan at index \(1,\)"),
    inf=([[np.inf]], ValueError, r"w must be finite, got inf at index \(0, 0\)"),
)
def test_penalty_refuses_bad_weights(penalty, bad, error, says):
    with pytest.raises(error, match=says):
        penalty(bad)


@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf, None, "1", [1]])
def test_penalty_refuses_a_bad_strength(bad):
    says = f"must be a number of at least 0, got {bad!r}"
    for make, name in (
        (L1, "lam"),
        (L2, "lam"),
        (lambda lam: Elastic(lam, 1), "l1"),
        (lambda lam: Elastic(1, lam), "l2"),
    ):
        with pytest.raises(ValueError, match=re.escape(f"{name} {says}")):
            make(bad)


# ----------------------------------------------------------------------------------------- losses


def logits(rng):
    return rng.normal(size=(6, 4)), rng.integers(4, size=6)


def distributions(rng):
    return rng.dirichlet(np.ones(4), size=6) * 0.9 + 0.025, rng.integers(4, size=6)


def scores(rng):
    return rng.normal(size=6), rng.integers(2, size=6)


def chances(rng):
    return rng.uniform(0.1, 0.9, 6), rng.integers(2, size=6)


def numbers(rng):
    target = rng.normal(size=(6, 4))
    return target + away_from_zero(rng, 6, 4), target


#: Loss → a function of a generator that draws a batch of (prediction, target).
BATCHES = {
    cross_entropy: distributions,
    softmax_cross_entropy: logits,
    binary_cross_entropy: chances,
    bce_with_logits: scores,
    squared_error: numbers,
    absolute_error: numbers,
}
CLASS_LOSSES = [loss for loss, draw in BATCHES.items() if draw in (logits, distributions)]
ELEMENT_LOSSES = [loss for loss in BATCHES if loss not in CLASS_LOSSES]


@pytest.fixture(params=BATCHES)
def loss_and_batch(request):
    return request.param, *BATCHES[request.param](np.random.default_rng(0))


def test_every_loss_has_a_row():
    public = {f for name, f in vars(losses).items() if name in losses.__all__ and callable(f)}
    assert public - {one_hot, log_sum_exp, log_softmax, softmax} == set(BATCHES)


def test_loss_gradient_matches_central_differences(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    n = numerical_gradient(lambda p: loss_fn(p, target)[0], prediction, H)
    assert gradients_agree(loss_fn(prediction, target)[1], n)


def test_loss_is_a_plain_number_not_below_zero(loss_and_batch):
    loss, gradient = (loss_fn := loss_and_batch[0])(*loss_and_batch[1:])
    assert type(loss) is float, loss_fn
    assert loss > 0
    assert gradient.shape == loss_and_batch[1].shape


def test_loss_is_the_mean_over_the_batch(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    loss, gradient = loss_fn(prediction, target)
    alone = [loss_fn(prediction[i : i + 1], target[i : i + 1]) for i in range(len(target))]
    assert loss == pytest.approx(np.mean([one for one, _ in alone]), rel=1e-13)
    np.testing.assert_allclose(gradient, np.concatenate([g for _, g in alone]) / len(target))


def test_loss_does_not_depend_on_the_order_of_the_samples(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    loss, gradient = loss_fn(prediction, target)
    reversed_loss, reversed_gradient = loss_fn(prediction[::-1], target[::-1])
    assert reversed_loss == pytest.approx(loss, rel=1e-13)
    np.testing.assert_array_equal(reversed_gradient, gradient[::-1])


def test_loss_falls_along_its_negative_gradient(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    loss, gradient = loss_fn(prediction, target)
    assert loss_fn(prediction - 1e-3 * gradient, target)[0] < loss


def test_loss_keeps_float32(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    loss, gradient = loss_fn(prediction.astype(np.float32), target)
    assert gradient.dtype == np.float32
    assert loss == pytest.approx(loss_fn(prediction, target)[0], rel=1e-5)


def test_loss_takes_lists_and_touches_nothing(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    loss, gradient = loss_fn(read_only(prediction), read_only(target))
    from_lists = loss_fn(prediction.tolist(), target.tolist())
    assert from_lists[0] == loss
    np.testing.assert_array_equal(from_lists[1], gradient)
    assert not np.shares_memory(gradient, prediction)


@pytest.mark.parametrize("loss_fn", BATCHES)
def test_loss_takes_integers_as_float64(loss_fn):
    prediction = [[1, 0], [0, 1]] if loss_fn in CLASS_LOSSES else [1, 0]
    loss, gradient = loss_fn(np.array(prediction), np.array([1, 1]))
    expected = loss_fn(np.array(prediction, float), np.array([1, 1]))
    assert loss == expected[0]
    assert gradient.dtype == np.float64
    np.testing.assert_array_equal(gradient, expected[1])


def test_loss_reads_any_memory_layout(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    loss, gradient = loss_fn(prediction, target)
    for p, t in zip(layouts(prediction).values(), layouts(target).values(), strict=True):
        assert loss_fn(p, t)[0] == pytest.approx(loss, rel=1e-13)
        np.testing.assert_allclose(loss_fn(p, t)[1], gradient, rtol=1e-13)


@bad_arrays(number=(0.5, ValueError, r"\(\)"))
def test_loss_refuses_a_bad_prediction(loss_and_batch, bad, error, says):
    loss_fn, _, target = loss_and_batch
    with pytest.raises(error, match=rf"^{argument(loss_fn, 0)}\b.* must .*{says}"):
        loss_fn(bad, target)


def test_loss_refuses_an_empty_batch(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    with pytest.raises(ValueError, match=r"empty.*\(0,"):
        loss_fn(prediction[:0], target[:0])


@bad_arrays()
def test_loss_refuses_a_bad_target(loss_and_batch, bad, error, says):
    loss_fn, prediction, _ = loss_and_batch
    with pytest.raises(error, match=rf"^{argument(loss_fn, 1)}\b.* must .*{says}"):
        loss_fn(prediction, bad)


def test_loss_refuses_another_number_of_samples(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    with pytest.raises(ValueError, match=r"\(6,.*\(5,"):
        loss_fn(prediction, target[:5])


@pytest.mark.parametrize("loss_fn", ELEMENT_LOSSES)
def test_loss_does_not_broadcast_a_column_against_a_vector_and_says_what_to_write(loss_fn):
    column, vector, target = np.ones((3, 1)), np.ones(3), argument(loss_fn, 1)
    names = f"{argument(loss_fn, 0)} and {target}"
    for prediction, other, write in ((column, vector, "-1, 1"), (vector, column, "-1")):
        shapes = f"{prediction.shape} and {other.shape}"
        says = f"{names} must have the same shape, got {shapes}: write {target}.reshape({write})"
        with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
            loss_fn(prediction, other)


@pytest.mark.parametrize("loss_fn", CLASS_LOSSES)
def test_loss_takes_integer_and_one_hot_labels(loss_fn):
    prediction, labels = BATCHES[loss_fn](np.random.default_rng(0))
    loss, gradient = loss_fn(prediction, labels)
    from_one_hot = loss_fn(prediction, one_hot(labels, 4))
    assert from_one_hot[0] == loss
    np.testing.assert_array_equal(from_one_hot[1], gradient)


@pytest.mark.parametrize("loss_fn", CLASS_LOSSES)
@pytest.mark.parametrize(
    "labels, says",
    [
        ([0, 1, 4], "from 0 to 3, got 4"),
        ([0, 1, -1], "from 0 to 3, got -1"),
        ([0, 1, 0.5], "from 0 to 3, got 0.5"),
        ([0, 1, np.nan], r"finite, got nan at index \(2,\)"),
        ([0, 1], r"\(3,\) or \(3, 4\), got \(2,\)"),
        ([[0], [1], [2]], r"\(3,\) or \(3, 4\), got \(3, 1\)"),
        (np.zeros((3, 4)), "a single 1"),
        (np.ones((3, 4)), "a single 1"),
        (np.full((3, 4), 0.25), "a single 1"),
    ],
)
def test_loss_refuses_bad_labels(loss_fn, labels, says):
    with pytest.raises(ValueError, match=says):
        loss_fn(np.full((3, 4), 0.25), labels)


# -------------------------------------------------------------------------------------- callbacks

#: Row → (the seam of `fit`, a function that makes the callback, whether training must end elsewhere
#: than without it).
CALLBACKS = {
    "penalize": ("before_step", lambda: penalize(L2(0.1)), True),
    "clip": ("before_step", lambda: clip(1e-3), True),
    "clip what is short": ("before_step", lambda: clip(1e9), False),
    "freeze": ("before_step", lambda: freeze("0.W", "3.b"), True),
    "on_weights": ("after_step", lambda: on_weights(lambda W: max_norm(W, 0.5)), True),
    "EarlyStopping": ("after_epoch", lambda: EarlyStopping(1), True),
    "EarlyStopping that waits": ("after_epoch", lambda: EarlyStopping(99), True),
    "a metric of one's own": ("after_epoch", lambda: lambda net, history: None, False),
}


def trained(**seams):
    """Return a network of every kind of parameter after a short training, and the history."""
    rng = np.random.default_rng(0)
    net = Sequential(
        dense(4, 6, rng, np.float64), BatchNorm(6), PReLU(6), dense(6, 3, rng, np.float64)
    )
    x, y = rng.normal(size=(30, 4)), rng.integers(3, size=30)
    held_out = rng.normal(size=(30, 4)), rng.integers(3, size=30)
    return net, fit(
        net, softmax_cross_entropy, Momentum(0.05), x, y, epochs=4, batch_size=8, rng=rng,
        validation=held_out, **seams,
    )  # fmt: skip


def test_every_callback_has_a_row():
    tried = {name.split()[0] for name in CALLBACKS}
    assert set(callbacks.__all__) <= tried


@pytest.mark.parametrize("row", CALLBACKS)
def test_callback_fits_its_seam(row):
    seam, make, changes = CALLBACKS[row]
    plain, history = trained()
    same = plain.params
    for given in (make(), [make()], (make(), make())):
        net, run = trained(**{seam: given})
        moved = any((net.params[name] != same[name]).any() for name in same)
        assert moved == changes
        assert all(np.isfinite(param).all() for param in net.params.values())
        assert len(run.loss) == len(run.validation_loss) <= len(history.loss) == run.epochs


# ----------------------------------------------------------------------------------- initializers

#: Row → (a function (n_in, n_out, *, rng), the variance of what it draws for shape (300, 100)).
RULES = {
    "zeros": (INITIALIZERS["zeros"], 0),
    "xavier_normal": (INITIALIZERS["xavier_normal"], 2 / 400),
    "xavier_uniform": (INITIALIZERS["xavier_uniform"], 2 / 400),
    "he_normal": (INITIALIZERS["he_normal"], 2 / 300),
    "he_uniform": (INITIALIZERS["he_uniform"], 2 / 300),
    "lecun_normal": (INITIALIZERS["lecun_normal"], 1 / 300),
    "constant": (lambda *shape, rng: constant(*shape, value=0.0, rng=rng), 0),
    "normal": (lambda *shape, rng: normal(*shape, std=0.2, rng=rng), 0.04),
}


@pytest.fixture(params=RULES)
def rule(request):
    return RULES[request.param]


def test_every_initializer_has_a_row():
    assert set(INITIALIZERS) <= set(RULES)
    assert all(function.__name__ == name for name, function in INITIALIZERS.items())


def test_initializer_has_mean_zero_and_its_variance(rule):
    draw, variance = rule
    W = draw(300, 100, rng=np.random.default_rng(0))
    assert W.shape == (300, 100)
    assert W.dtype == np.float64
    # Of 30 000 draws the mean strays by about √(variance / 30 000), the variance by about 1 %.
    assert abs(W.mean()) <= 4 * np.sqrt(variance / W.size)
    assert W.var() == pytest.approx(variance, rel=0.04)


def test_initializer_draws_from_the_generator_alone(rule):
    draw, variance = rule
    rng = np.random.default_rng(0)
    first, second = draw(3, 2, rng=rng), draw(3, 2, rng=rng)
    np.testing.assert_array_equal(draw(3, 2, rng=np.random.default_rng(0)), first)
    assert (first != second).all() == bool(variance)
    assert not np.shares_memory(first, second)


@pytest.mark.parametrize("bad", [0, -1, 3.0, True, None])
@pytest.mark.parametrize("place", [0, 1])
def test_initializer_refuses_a_bad_size(rule, bad, place):
    shape = [2, 2]
    shape[place] = bad
    name = ("n_in", "n_out")[place]
    with pytest.raises(ValueError, match=f"^{name} must be a whole number .* 1, got {bad!r}$"):
        rule[0](*shape, rng=np.random.default_rng(0))


@pytest.mark.parametrize("name", [name for name, (_, variance) in RULES.items() if variance])
@pytest.mark.parametrize("rng", [0, None, np.random])
def test_initializer_refuses_what_is_no_generator(name, rng):
    with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator, got"):
        RULES[name][0](3, 2, rng=rng)


# -------------------------------------------------------------------------------- nothing forgotten


def test_every_public_name_of_the_companion_occurs_in_a_test():
    """What a chart, a self-check or a grading is made of is tested through what returns it."""
    tested = set(ACTIVATIONS) | {f"{name}_derivative" for name in ACTIVATIONS}
    for path in Path(__file__).parent.glob("test_*.py"):
        tested |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    forgotten = []
    for path in Path(companion.__file__).parent.rglob("*.py"):
        if ("exercises" in path.parts and path.stem.startswith("_")) or {"cases", "fresh"} & {
            *path.parts
        }:
            continue  # hidden cases and fresh exercises are tested as a table
        kinds = "def" if {"exercises", "grading", "interactive"} & {*path.parts} else "def|class"
        source = path.read_text(encoding="utf-8")
        public = re.findall(rf"^(?:{kinds}) ([A-Za-z]\w*)", source, re.M)
        forgotten += [f"{path.stem}.{name}" for name in public if name not in tested]
    assert not forgotten
