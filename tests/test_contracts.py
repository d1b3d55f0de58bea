"""What every layer, activation, optimizer, loss and initializer must do.

One table each. Something new is one row here, and gets every check.
"""

import re
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from support import NOT_NUMBERS, H, away_from_zero, gradients_agree, layouts, read_only

import companion
from companion import activations, layers, optimizers
from companion.activations import ACTIVATIONS, activation
from companion.gradient_check import check_layer, numerical_gradient
from companion.initializers import INITIALIZERS, constant, normal
from companion.layers import Activation, Dense, Layer, Sequential
from companion.losses import LOSSES, one_hot
from companion.optimizers import OPTIMIZERS, Optimizer


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


def nested(rng, dtype):
    head = Sequential(Activation("softplus"), dense(5, 3, rng, dtype))
    return Sequential(dense(4, 5, rng, dtype), head, Activation("tanh"))


#: Name → (function of a generator and a dtype that makes the layer, the width of its input or None
#: if it takes any). Inside a network the activations are smooth: nothing keeps a hidden number
#: away from a corner.
LAYERS = {
    "Dense": (lambda rng, dtype: dense(4, 3, rng, dtype), 4),
    **{
        f"Activation {name}": (lambda rng, dtype, n=name: Activation(n), None)
        for name in ACTIVATIONS
    },
    "Activation with alpha": (lambda rng, dtype: Activation("elu", alpha=0.3), None),
    "Sequential": (
        lambda rng, dtype: Sequential(
            dense(4, 5, rng, dtype), Activation("gelu"), dense(5, 2, rng, dtype)
        ),
        4,
    ),
    "Sequential in Sequential": (nested, 4),
}


@pytest.fixture(params=LAYERS)
def make_layer(request):
    """Return a function of a dtype; each call gives the same new layer."""
    make, _ = LAYERS[request.param]
    return lambda dtype=np.float64: make(np.random.default_rng(0), dtype)


@pytest.fixture
def layer(make_layer):
    return make_layer()


@pytest.fixture
def x():
    return away_from_zero(np.random.default_rng(1), 6, 4)


def upstream(layer, x, seed=2):
    """Return a dy in which no entry is special."""
    return np.random.default_rng(seed).normal(size=layer.forward(x).shape).astype(x.dtype)


def gradients(layer, x, dy):
    """Run one training step's two passes on a copy; return dx and the gradients by name."""
    layer = deepcopy(layer)
    layer.forward(x, training=True)
    return {"x": layer.backward(dy, input_gradient=True), **layer.grads}


def assert_same(a, b, rtol=0.0):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=rtol, atol=rtol, err_msg=name)


def test_every_layer_class_has_a_row():
    here = {type(make(np.random.default_rng(0), np.float64)) for make, _ in LAYERS.values()}
    classes = {c for c in vars(layers).values() if isinstance(c, type) and issubclass(c, Layer)}
    assert classes - {Layer} == here


def test_layer_gradients_match_central_differences(layer, x):
    for name, (a, n) in check_layer(layer, x, rng=np.random.default_rng(2), h=H).items():
        assert gradients_agree(a, n), name


def test_layer_gradients_have_the_names_shapes_and_dtypes_of_the_parameters(layer, x):
    layer.forward(x, training=True)
    dx = layer.backward(upstream(layer, x), input_gradient=True)
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


def test_layer_backward_without_a_training_pass_raises(layer, x):
    with pytest.raises(RuntimeError, match=r"forward\(x, training=True\)"):
        layer.backward(x)
    dy = upstream(layer, x)  # an inference pass
    with pytest.raises(RuntimeError, match=r"forward\(x, training=True\)"):
        layer.backward(dy)


def test_layer_backward_twice_raises(layer, x):
    dy = upstream(layer, x)
    layer.forward(x, training=True)
    layer.backward(dy)
    with pytest.raises(RuntimeError, match="one for each backward"):
        layer.backward(dy)


def test_layer_inference_between_the_passes_changes_no_gradient(layer, x):
    dy = upstream(layer, x)
    layer.forward(x, training=True)
    undisturbed = deepcopy(layer)
    layer.forward(x[:2] + 1)
    a, b = (it.backward(dy, input_gradient=True) for it in (layer, undisturbed))
    assert_same({"x": a, **layer.grads}, {"x": b, **undisturbed.grads})


def test_layer_refuses_a_dy_of_another_shape_and_still_takes_the_right_one(layer, x):
    dy = upstream(layer, x)
    layer.forward(x, training=True)
    with pytest.raises(ValueError, match=re.escape(f"{dy.shape}, got {dy[1:].shape}")):
        layer.backward(dy[1:])
    layer.backward(dy)


def test_layer_answers_each_row_alone_as_in_a_batch(layer, x):
    alone = np.vstack([layer.forward(row[None]) for row in x])
    np.testing.assert_allclose(layer.forward(x), alone, rtol=1e-13, atol=1e-15)


def test_layer_sets_gradients_whole(layer, x):
    layer.forward(x, training=True)
    layer.backward(upstream(layer, x))
    layer.forward(x, training=True)
    dx = layer.backward(0 * upstream(layer, x), input_gradient=True)
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
    dy = upstream(layer, x)
    expected = gradients(layer, x, dy)
    layer.forward(x, training=True)[...] = 7
    assert_same({"x": layer.backward(dy, input_gradient=True), **layer.grads}, expected)
    layer.forward(x)[...] = 7
    assert_same(gradients(layer, x, dy), expected)


def test_layer_keeps_float32(make_layer, x):
    layer, x = make_layer(np.float32), x.astype(np.float32)
    dy = upstream(layer, x)
    assert layer.forward(x).dtype == np.float32
    assert {a.dtype for a in gradients(layer, x, dy).values()} == {np.dtype(np.float32)}
    of_float64_dy = gradients(layer, x, dy.astype(np.float64))
    assert {a.dtype for a in of_float64_dy.values()} == {np.dtype(np.float32)}
    assert_same(of_float64_dy, gradients(layer, x, dy))


def test_layer_takes_integers_and_lists_as_float64(layer):
    x = [[1, -2, 3, 2], [2, 1, -1, -3]]
    expected = layer.forward(np.array(x, dtype=float))
    dy = np.ones(expected.shape, int)
    for same in (x, np.array(x), np.array(x, dtype=np.int8)):
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
    empty=(np.zeros((0, 4)), ValueError, r"empty batch.*\(0, 4\)"),
    vector=(np.zeros(4), ValueError, r"got \(4,\)"),
    cube=(np.zeros((2, 3, 4)), ValueError, r"got \(2, 3, 4\)"),
)
def test_layer_refuses_bad_input(layer, bad, error, says):
    for training in (False, True):
        with pytest.raises(error, match=says):
            layer.forward(bad, training=training)


@pytest.mark.parametrize("name", [name for name, (_, width) in LAYERS.items() if width])
def test_layer_refuses_a_wrong_width(name):
    make, width = LAYERS[name]
    layer = make(np.random.default_rng(0), np.float64)
    for wrong in (width - 1, width + 1):
        with pytest.raises(ValueError, match=rf"\(n, {width}\), got \(2, {wrong}\)"):
            layer.forward(np.zeros((2, wrong)))


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
        with pytest.raises(error, match=says):
            getattr(pair, which)(bad)


# ------------------------------------------------------------------------------------- optimizers

#: Row → (name in OPTIMIZERS, its settings).
SETTINGS = {"sgd": ("sgd", {"lr": 0.1})}


@pytest.fixture(params=SETTINGS)
def optimizer(request):
    name, settings = SETTINGS[request.param]
    return OPTIMIZERS[name](**settings)


def arrays_of(seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return {"0.W": rng.normal(size=(4, 3)).astype(dtype), "0.b": rng.normal(size=3).astype(dtype)}


def test_every_optimizer_has_a_row():
    classes = {c for c in vars(optimizers).values() if isinstance(c, type)}
    assert {c for c in classes if issubclass(c, Optimizer)} - {Optimizer} == set(
        OPTIMIZERS.values()
    )
    assert {name for name, _ in SETTINGS.values()} == set(OPTIMIZERS)


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


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("lr", [0, -0.1, np.nan, np.inf, None, "fast"])
def test_optimizer_refuses_a_bad_learning_rate(name, lr):
    with pytest.raises(ValueError, match=re.escape(f"lr must be a number above 0, got {lr!r}")):
        OPTIMIZERS[name](lr=lr)


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


#: Name in LOSSES → a function of a generator that draws a batch of (prediction, target).
BATCHES = {
    "cross_entropy": distributions,
    "softmax_cross_entropy": logits,
    "binary_cross_entropy": chances,
    "bce_with_logits": scores,
    "squared_error": numbers,
    "absolute_error": numbers,
}
CLASS_LOSSES = [name for name, draw in BATCHES.items() if draw in (logits, distributions)]
ELEMENT_LOSSES = [name for name in BATCHES if name not in CLASS_LOSSES]


@pytest.fixture(params=BATCHES)
def loss_and_batch(request):
    return LOSSES[request.param], *BATCHES[request.param](np.random.default_rng(0))


def test_every_loss_has_a_row():
    assert set(BATCHES) == set(LOSSES)
    assert all(loss_fn.__name__ == name for name, loss_fn in LOSSES.items())


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


@pytest.mark.parametrize("name", BATCHES)
def test_loss_takes_integers_as_float64(name):
    prediction = [[1, 0], [0, 1]] if name in CLASS_LOSSES else [1, 0]
    loss, gradient = LOSSES[name](np.array(prediction), np.array([1, 1]))
    expected = LOSSES[name](np.array(prediction, float), np.array([1, 1]))
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
    with pytest.raises(error, match=says):
        loss_fn(bad, target)


def test_loss_refuses_an_empty_batch(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    with pytest.raises(ValueError, match=r"empty.*\(0,"):
        loss_fn(prediction[:0], target[:0])


@bad_arrays()
def test_loss_refuses_a_bad_target(loss_and_batch, bad, error, says):
    loss_fn, prediction, _ = loss_and_batch
    with pytest.raises(error, match=says):
        loss_fn(prediction, bad)


def test_loss_refuses_another_number_of_samples(loss_and_batch):
    loss_fn, prediction, target = loss_and_batch
    with pytest.raises(ValueError, match=r"\(6,.*\(5,"):
        loss_fn(prediction, target[:5])


@pytest.mark.parametrize("name", ELEMENT_LOSSES)
def test_loss_does_not_broadcast_a_column_against_a_vector(name):
    with pytest.raises(ValueError, match=r"same shape, got \(3, 1\) and \(3,\)"):
        LOSSES[name](np.full((3, 1), 0.5), np.ones(3))


@pytest.mark.parametrize("name", CLASS_LOSSES)
def test_loss_takes_integer_and_one_hot_labels(name):
    prediction, labels = BATCHES[name](np.random.default_rng(0))
    loss, gradient = LOSSES[name](prediction, labels)
    from_one_hot = LOSSES[name](prediction, one_hot(labels, 4))
    assert from_one_hot[0] == loss
    np.testing.assert_array_equal(from_one_hot[1], gradient)


@pytest.mark.parametrize("name", CLASS_LOSSES)
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
def test_loss_refuses_bad_labels(name, labels, says):
    with pytest.raises(ValueError, match=says):
        LOSSES[name](np.full((3, 4), 0.25), labels)


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
    with pytest.raises(ValueError, match=f"a whole number of at least 1, got {bad!r}"):
        rule[0](*shape, rng=np.random.default_rng(0))


@pytest.mark.parametrize("name", [name for name, (_, variance) in RULES.items() if variance])
@pytest.mark.parametrize("rng", [0, None, np.random])
def test_initializer_refuses_what_is_no_generator(name, rng):
    with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator, got"):
        RULES[name][0](3, 2, rng=rng)


# -------------------------------------------------------------------------------- nothing forgotten


def test_every_public_name_of_the_companion_occurs_in_a_test():
    """What a chart or a self-check is made of is tested through the function that returns it."""
    tested = set(ACTIVATIONS) | {f"{name}_derivative" for name in ACTIVATIONS}
    for path in Path(__file__).parent.glob("test_*.py"):
        tested |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    forgotten = []
    for path in Path(companion.__file__).parent.rglob("*.py"):
        if path.stem == "_answers":
            continue
        kinds = "def" if "exercises" in path.parts or path.stem == "interactive" else "def|class"
        source = path.read_text(encoding="utf-8")
        public = re.findall(rf"^(?:{kinds}) ([A-Za-z]\w*)", source, re.M)
        forgotten += [f"{path.stem}.{name}" for name in public if name not in tested]
    assert not forgotten
