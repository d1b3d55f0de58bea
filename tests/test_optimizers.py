"""Facts about optimizers; what every one must do is in test_contracts.py."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import floats, oracle

from companion import optimizers
from companion.arrays import Arrays
from companion.layers import Activation, Dense, Sequential
from companion.losses import softmax_cross_entropy
from companion.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    cosine,
    step_decay,
    warm_up,
)


def test_sgd_by_hand():
    params = {"W": np.array([[1.0, -2.0]]), "b": np.array([0.5])}
    optimizer = SGD(lr=0.5)
    # 1 - 0.5 · 4 = -1, -2 - 0.5 · (-2) = -1, 0.5 - 0.5 · 1 = 0
    grads = {"W": np.array([[4.0, -2.0]]), "b": np.array([1.0])}
    optimizer.step(params, grads)
    np.testing.assert_array_equal(params["W"], [[-1, -1]])
    np.testing.assert_array_equal(params["b"], [0])
    # It remembers nothing: the same gradient gives the same step.
    optimizer.step(params, grads)
    np.testing.assert_array_equal(params["W"], [[-3, 0]])


def test_sgd_on_a_bowl_shrinks_by_one_factor_each_step():
    # For L = θ²/2 the gradient is θ, so a step multiplies θ by 1 - lr; beyond lr = 2 it grows.
    for lr, shrinks in ((0.5, True), (1.5, True), (2.5, False)):
        theta = np.array([1.0])
        for _ in range(10):
            SGD(lr).step({"theta": theta}, {"theta": theta.copy()})
        assert theta[0] == pytest.approx((1 - lr) ** 10)
        assert (abs(theta[0]) < 1) == shrinks


def path(optimizer, grads, start=0.0, name="b"):
    """Return where one parameter is after each of these gradients."""
    theta, places = np.array([float(start)]), []
    for grad in grads:
        optimizer.step({name: theta}, {name: np.array([float(grad)])})
        places.append(theta[0])
    return places


# ---------------------------------------------------------------------------------- worked by hand


def test_momentum_by_hand():
    # v: -0.5 · 4 = -2, then 0.5 · (-2) - 0.5 · 2 = -2, then 0.5 · (-2) - 0 = -1.
    assert path(Momentum(lr=0.5, mu=0.5), [4, 2, 0], start=10) == [8, 6, 5]


def test_nesterov_by_hand():
    # The same v, each step μ v - lr g: -1 - 2 = -3, then -1 - 1 = -2, then -0.5 - 0.
    assert path(Nesterov(lr=0.5, mu=0.5), [4, 2, 0], start=10) == [7, 5, 4.5]


def test_a_velocity_keeps_the_rate_at_which_it_was_gained():
    # The rate falls from 0.5 to 0.25; v: -0.5 · 4 = -2, then 0.5 · (-2) - 0.25 · 2 = -1.5.
    # Nesterov's steps: 0.5 · (-2) - 2 = -3, then 0.5 · (-1.5) - 0.5 = -1.25.
    schedule = step_decay(0.5, factor=0.5, every=1)
    assert path(Momentum(schedule, mu=0.5), [4, 2], start=10) == [8, 6.5]
    assert path(Nesterov(schedule, mu=0.5), [4, 2], start=10) == [7, 5.75]


def test_adagrad_by_hand():
    # s: 9, 9 + 16 = 25, 25 + 144 = 169; steps 0.5 · 3/(3 + 1), 0.5 · 4/(5 + 1), 0.5 · 12/(13 + 1).
    by_hand = np.cumsum([-1.5 / 4, -2 / 6, -6 / 14])
    np.testing.assert_allclose(path(AdaGrad(lr=0.5, eps=1), [3, 4, 12]), by_hand, rtol=1e-15)


def test_rmsprop_by_hand():
    # s: 0.25 · 4² = 4, then 0.75 · 4 + 0.25 · 2² = 4; steps 1 · 4/(2 + 1), 1 · 2/(2 + 1).
    found = path(RMSProp(lr=1, rho=0.75, eps=1), [4, 2])
    np.testing.assert_allclose(found, [-4 / 3, -6 / 3], rtol=1e-15)


def test_adam_by_hand():
    # Step 1: m = 0.5 · 4 = 2, v = 0.25 · 16 = 4; m̂ = 2/0.5 = 4, v̂ = 4/0.25 = 16; 4/(4 + 1).
    # Step 2: m = 1 + 0.5 · 2 = 2, v = 3 + 0.25 · 4 = 4; m̂ = 2/0.75, v̂ = 4/(1 - 0.75²) = 64/7.
    found = path(Adam(lr=1, beta1=0.5, beta2=0.75, eps=1), [4, 2])
    second = (8 / 3) / (np.sqrt(64 / 7) + 1)
    np.testing.assert_allclose(found, [-4 / 5, -4 / 5 - second], rtol=1e-14)


def test_adamw_by_hand():
    # Decay first: 10 · (1 - 0.5 · 0.2) = 9; then Adam's step 0.5 · 4/(4 + 1) = 0.4.
    def settings():
        return AdamW(lr=0.5, decay=0.2, eps=1)

    assert path(settings(), [4], start=10, name="0.W") == pytest.approx([8.6], rel=1e-14)
    assert path(settings(), [4], start=10, name="W") == pytest.approx([8.6], rel=1e-14)
    # Only weights decay; gamma, a bias and a slope do not.
    for name in ("0.b", "1.gamma", "alpha"):
        assert path(settings(), [4], start=10, name=name) == pytest.approx([9.6], rel=1e-14)


def test_decay_does_not_pass_through_the_adaptive_rate():
    # In AdamW two weights shrink by one factor, however large their gradients are; the gradient
    # of an L2 penalty would be divided by √v̂ and shrink them by different ones.
    ends = []
    for decay in (0, 0.1):
        W = np.array([8.0, 8.0])
        AdamW(lr=0.5, decay=decay).step({"W": W}, {"W": np.array([1e-3, 1e3])})
        ends.append(W)
    np.testing.assert_allclose(ends[0] - ends[1], [0.4, 0.4], rtol=1e-12)


@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf, None])
def test_a_decay_that_would_make_weights_grow_is_refused(bad):
    with pytest.raises(ValueError, match=f"^decay must be a number of at least 0, got {bad}$"):
        AdamW(lr=0.1, decay=bad)


def test_defaults_are_those_that_the_docstrings_and_papers_name():
    assert Momentum(1).mu == Nesterov(1).mu == 0.9
    assert (AdaGrad(1).eps, RMSProp(1).rho, RMSProp(1).eps) == (1e-10, 0.99, 1e-8)
    for adam in (Adam(1), AdamW(1)):
        assert (adam.beta1, adam.beta2, adam.eps) == (0.9, 0.999, 1e-8)
    assert AdamW(1).decay == 0.01
    assert AdamW(1, beta1=0.5).beta1 == 0.5


# ------------------------------------------------------------------------------------------- facts

GRADIENTS = st.one_of(floats(100), st.sampled_from([1e-6, -1e6, 0.0]))


@given(GRADIENTS, st.sampled_from([1e-8, 1e-3, 1.0]))
def test_adams_first_step_forgets_the_size_of_the_gradient(g, eps):
    # m̂ = g and v̂ = g²: the step is lr · |g| / (|g| + ε), for ordinary gradients lr itself.
    (end,) = path(Adam(lr=0.1, eps=eps), [g])
    assert end == pytest.approx(-0.1 * g / (abs(g) + eps), rel=1e-9, abs=1e-15)


def test_adam_under_a_constant_gradient_moves_by_lr_each_step():
    places = path(Adam(lr=0.1), [7] * 50)
    np.testing.assert_allclose(places, -0.1 * np.arange(1, 51), rtol=1e-8)


@pytest.mark.parametrize("kind", [Momentum, Nesterov])
@pytest.mark.parametrize("mu", [0, 0.5, 0.9])
def test_momentum_under_a_constant_gradient_reaches_a_terminal_step(kind, mu):
    # v = μ v - lr g stands still at v = -lr g / (1 - μ).
    steps = np.diff(path(kind(lr=0.1, mu=mu), [3] * 400))
    assert steps[-1] == pytest.approx(-0.1 * 3 / (1 - mu), rel=1e-9)


def test_momentum_without_memory_is_sgd():
    grads = [3, -1, 4]
    for kind in (Momentum, Nesterov):
        np.testing.assert_allclose(path(kind(0.1, mu=0), grads), path(SGD(0.1), grads), rtol=1e-14)


def test_nesterov_is_momentum_seen_from_half_a_step_ahead():
    # Where Nesterov stands is Momentum's θ + μ v, if each takes its gradient where it looks.
    mu, lr, theta, v = 0.9, 0.1, 5.0, 0.0
    nesterov, place = Nesterov(lr, mu), np.array([5.0])
    for _ in range(20):
        v = mu * v - lr * (theta + mu * v)  # L = θ²/2, gradient taken at θ + μ v
        theta += v
        nesterov.step({"b": place}, {"b": place.copy()})
        assert place[0] == pytest.approx(theta + mu * v, rel=1e-12)


def test_adagrad_under_a_constant_gradient_steps_by_lr_over_root_t():
    steps = np.diff(path(AdaGrad(lr=0.1), [7] * 100), prepend=0)
    np.testing.assert_allclose(steps, -0.1 / np.sqrt(np.arange(1, 101)), rtol=1e-8)


def test_rmsprop_forgets_a_large_gradient_and_adagrad_does_not():
    grads = [1000] + [1] * 2000
    last = {kind: np.diff(path(kind(lr=0.1), grads))[-1] for kind in (AdaGrad, RMSProp)}
    assert last[AdaGrad] == pytest.approx(-0.1 / np.sqrt(1e6 + 2000), rel=1e-6)
    assert last[RMSProp] == pytest.approx(-0.1, rel=1e-2)


def test_rmsprop_under_a_constant_gradient_starts_with_long_steps_that_adam_corrects():
    # s = (1 - ρ) g² at first: the step is lr / √(1 - ρ) = 10 lr.
    assert path(RMSProp(lr=0.1), [7])[0] == pytest.approx(-1, rel=1e-6)
    assert path(Adam(lr=0.1, beta1=0, beta2=0.99), [7])[0] == pytest.approx(-0.1, rel=1e-6)


@given(st.lists(floats(10), min_size=1, max_size=8), st.sampled_from([0.25, 4.0]))
def test_adaptive_rules_ignore_the_scale_of_the_gradients(grads, scale):
    for kind in (AdaGrad, RMSProp, Adam):
        there, here = (
            path(kind(lr=0.1, eps=1e-30), [factor * g for g in grads]) for factor in (1, scale)
        )
        np.testing.assert_allclose(here, there, rtol=1e-9, atol=1e-12)


@given(st.lists(floats(10), min_size=1, max_size=8), st.sampled_from([0.25, 4.0]))
def test_rules_without_division_are_linear_in_the_gradients(grads, scale):
    for kind in (SGD, Momentum, Nesterov):
        there, here = (path(kind(lr=0.1), [factor * g for g in grads]) for factor in (1, scale))
        np.testing.assert_allclose(here, scale * np.array(there), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW])
@pytest.mark.parametrize("size", [1e-30, 1e15])
def test_tiny_and_huge_gradients_in_float32_give_a_finite_step(kind, size):
    params = {"W": np.ones(2, np.float32)}
    optimizer = kind(lr=1e-3)
    for _ in range(3):
        optimizer.step(params, {"W": np.array([size, -size], np.float32)})
    assert np.isfinite(params["W"]).all()
    assert params["W"][0] <= params["W"][1]


# -------------------------------------------------------------------------------------- the base


def test_the_rate_is_that_of_the_next_step():
    optimizer = SGD(step_decay(0.8, factor=0.5, every=2))
    rates = []
    for _ in range(4):
        rates.append(optimizer.rate)
        optimizer.step({"b": np.zeros(1)}, {"b": np.ones(1)})
    assert rates == [0.8, 0.8, 0.4, 0.4]
    assert SGD(0.25).rate == 0.25


def test_a_step_that_is_refused_leaves_everything_as_it_was():
    optimizer = Adam(lr=lambda t: 0.1 if t < 1 else -1)
    params, grads = {"b": np.ones(2)}, {"b": np.ones(2)}
    optimizer.step(params, grads)
    before = params["b"].copy(), optimizer.state["b"]["m"].copy()
    with pytest.raises(ValueError, match="lr must be a number of at least 0, got -1"):
        optimizer.step(params, grads)
    assert optimizer.steps == 1
    np.testing.assert_array_equal(params["b"], before[0])
    np.testing.assert_array_equal(optimizer.state["b"]["m"], before[1])


def test_what_does_not_fit_the_memory_is_told_with_both_shapes():
    optimizer = Momentum(lr=0.1)
    optimizer.step({"b": np.zeros(3)}, {"b": np.ones(3)})
    says = r"^b has shape \(2,\), in earlier steps it had \(3,\): make a new optimizer for another "
    with pytest.raises(ValueError, match=says):
        optimizer.step({"b": np.zeros(2)}, {"b": np.ones(2)})


def test_what_a_layer_declares_decays_whatever_it_is_called():
    # Two arrays of the same numbers and gradients: the declared one ends 1 - 0.5 · 0.2 lower.
    arrays = {"kernel": np.full(2, 10.0), "W": np.full(2, 10.0)}
    params = Arrays(arrays, decayed=["kernel"])
    AdamW(lr=0.5, decay=0.2, eps=1).step(params, {name: np.full(2, 4.0) for name in arrays})
    np.testing.assert_allclose(arrays["kernel"], 8.6, rtol=1e-14)
    np.testing.assert_allclose(arrays["W"], 9.6, rtol=1e-14)


def test_optimizers_are_written_as_they_were_made():
    assert repr(SGD(0.1)) == "SGD(0.1)"
    assert repr(Momentum(np.float64(0.1), mu=0.5)) == "Momentum(0.1, mu=0.5)"
    assert repr(AdamW(0.1, beta2=0.9)) == "AdamW(0.1, beta2=0.9)"
    assert repr(Adam(math.exp)) == "Adam(exp)"  # a schedule, by its name


def test_a_rule_keeps_its_memory_under_the_name_of_each_array():
    class Counting(Optimizer):
        remembers = ("count",)

        def _update(self, param, grad, lr, count):
            count += 1

    optimizer = Counting(lr=1)
    assert (optimizer.state, optimizer.steps) == ({}, 0)
    a, b = {"a": np.zeros(1)}, {"b": np.zeros(2)}
    optimizer.step(a, a)
    optimizer.step({**a, **b}, {**a, **b})
    counts = {name: memory["count"].tolist() for name, memory in optimizer.state.items()}
    assert counts == {"a": [2], "b": [1, 1]}
    assert optimizer.steps == 2
    assert Counting(lr=1).state == {}


def test_the_base_class_has_no_rule():
    with pytest.raises(NotImplementedError):
        Optimizer(lr=1).step({"a": np.zeros(1)}, {"a": np.zeros(1)})


# --------------------------------------------------------------------------------------- schedules


def test_the_rate_of_each_step_comes_from_the_schedule():
    asked = []

    def schedule(t):
        asked.append(t)
        return [0.5, 0.25, 0][t]

    assert path(SGD(schedule), [8, 8, 8], start=10) == [6, 4, 4]
    assert asked == [0, 1, 2]


def test_adamw_decays_by_the_rate_of_the_schedule():
    # No gradient: 10 · (1 - 0.5 · 0.2) = 9, then 9 · (1 - 0.25 · 0.2) = 8.55.
    optimizer = AdamW(step_decay(0.5, factor=0.5, every=1), decay=0.2)
    assert path(optimizer, [0, 0], start=10, name="W") == pytest.approx([9, 8.55], rel=1e-14)


@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf, None])
def test_a_schedule_that_gives_no_rate_is_refused_before_anything_changes(bad):
    optimizer, params = Adam(lambda t: bad), {"W": np.ones(2)}
    with pytest.raises(ValueError, match=f"lr must be a number of at least 0, got {bad}"):
        optimizer.step(params, {"W": np.ones(2)})
    assert (optimizer.steps, optimizer.state, params["W"].tolist()) == (0, {}, [1, 1])


def test_step_decay_by_hand():
    schedule = step_decay(0.8, factor=0.5, every=3)
    assert [schedule(t) for t in range(8)] == [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2]
    assert step_decay(2, factor=0.1, every=1)(3) == pytest.approx(2e-3)


def test_cosine_by_hand():
    # cos 60° = 1/2: a third of the way down, (1 + 1/2) / 2 = 3/4 of the height is left.
    schedule = cosine(0.5, steps=6, least=0.1)
    by_hand = [0.5, None, 0.4, 0.3, 0.2, None, 0.1, 0.1]
    for t, lr in enumerate(by_hand):
        assert lr is None or schedule(t) == pytest.approx(lr, rel=1e-14)
    assert schedule(10**9) == pytest.approx(0.1)
    assert cosine(0.5, steps=6)(6) == 0
    assert cosine(0.5, steps=6)(0) == 0.5
    assert [cosine(0.5, steps=2, least=0.5)(t) for t in range(4)] == [0.5] * 4  # nothing to fall


@given(st.integers(1, 50), st.integers(0, 60))
def test_cosine_falls_and_is_symmetric_about_its_middle(steps, t):
    schedule = cosine(1.0, steps=steps, least=0.2)
    assert 0.2 <= schedule(t + 1) <= schedule(t) <= 1
    if t <= steps:
        assert schedule(t) + schedule(steps - t) == pytest.approx(1.2)


def test_warm_up_by_hand():
    np.testing.assert_allclose(
        [warm_up(0.4, steps=4)(t) for t in range(6)], [0.1, 0.2, 0.3, 0.4, 0.4, 0.4], rtol=1e-14
    )
    assert warm_up(0.4, steps=1)(0) == 0.4
    # Over another schedule: its rates 8, 8, 4, 4, 2 take the shares 1/4, 2/4, 3/4, 1, 1.
    schedule = warm_up(step_decay(8, factor=0.5, every=2), steps=4)
    assert [schedule(t) for t in range(5)] == [2, 4, 3, 4, 2]


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: step_decay(0, factor=0.5, every=1), "lr must be a number above 0, got 0"),
        (lambda: step_decay(1, factor=0, every=1), "factor must be a number above 0, got 0"),
        (lambda: step_decay(1, factor=0.5, every=0), "every must be a whole number .*, got 0"),
        (lambda: cosine(-1, steps=5), "lr must be a number above 0, got -1"),
        (lambda: cosine(1, steps=2.5), "steps must be a whole number .*, got 2.5"),
        (lambda: cosine(1, steps=5, least=-1), "least must be a number of at least 0, got -1"),
        (lambda: cosine(1, steps=5, least=2), "least must be at most lr, got 2.0 and 1.0"),
        (lambda: warm_up(0, steps=5), "schedule must be a number above 0, got 0"),
        (lambda: warm_up(1, steps=0), "steps must be a whole number .*, got 0"),
    ],
)
def test_schedules_refuse_bad_settings_at_once(make, says):
    with pytest.raises(ValueError, match=says):
        make()


# ------------------------------------------------------------------------------ another library

TRAINING = oracle("training")

#: The settings in make_oracles.py, under the companion's names.
SAME_SETTINGS = {
    "sgd": SGD(lr=0.5),
    "momentum": Momentum(lr=0.1, mu=0.8),
    "nesterov": Nesterov(lr=0.1, mu=0.8),
    "adagrad": AdaGrad(lr=0.2, eps=1e-6),
    "rmsprop": RMSProp(lr=0.02, rho=0.95, eps=1e-6),
    "adam": Adam(lr=0.05, beta1=0.8, beta2=0.99, eps=1e-6),
    "adamw": AdamW(lr=0.05, decay=TRAINING["decay"], beta1=0.8, beta2=0.99, eps=1e-6),
}


def test_torch_is_asked_about_every_optimizer():
    assert {type(optimizer) for optimizer in SAME_SETTINGS.values()} == {
        kind
        for kind in vars(optimizers).values()
        if isinstance(kind, type) and issubclass(kind, Optimizer) and kind != Optimizer
    }


@pytest.mark.parametrize("name", SAME_SETTINGS)
def test_torch_takes_the_same_twenty_steps(name):
    rng = np.random.default_rng(0)
    net = Sequential(Dense(4, 5, rng=rng), Activation("tanh"), Dense(5, 3, rng=rng))
    for key, param in net.params.items():
        param[...] = TRAINING["start"][key]
    optimizer, losses = SAME_SETTINGS[name], []
    for i in range(20):
        x, labels = TRAINING["x"][i % 4], TRAINING["labels"][i % 4]
        loss, dy = softmax_cross_entropy(net.forward(x, training=True), labels)
        net.backward(dy)
        optimizer.step(net.params, net.grads)
        losses.append(loss)
    np.testing.assert_allclose(losses, TRAINING[name]["losses"], rtol=1e-11)
    for key, param in net.params.items():
        np.testing.assert_allclose(param, TRAINING[name]["end"][key], rtol=1e-10)
