"""Facts about optimizers; what every one must do is in test_contracts.py."""

import numpy as np
import pytest
from support import oracle

from companion.layers import Activation, Dense, Sequential
from companion.losses import softmax_cross_entropy
from companion.optimizers import SGD, Optimizer


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


def test_a_rule_keeps_its_memory_under_the_name_of_each_array():
    class Counting(Optimizer):
        def _update(self, param, grad, state):
            state["steps"] = state.get("steps", 0) + 1

    optimizer = Counting(lr=1)
    assert optimizer.state == {}
    a, b = {"a": np.zeros(1)}, {"b": np.zeros(1)}
    optimizer.step(a, a)
    optimizer.step({**a, **b}, {**a, **b})
    assert optimizer.state == {"a": {"steps": 2}, "b": {"steps": 1}}
    assert Counting(lr=1).state == {}


def test_the_base_class_has_no_rule():
    with pytest.raises(NotImplementedError):
        Optimizer(lr=1).step({"a": np.zeros(1)}, {"a": np.zeros(1)})


def test_torch_takes_the_same_twenty_steps():
    stored = oracle("sgd")
    rng = np.random.default_rng(0)
    net = Sequential(Dense(4, 5, rng=rng), Activation("tanh"), Dense(5, 3, rng=rng))
    for name, param in net.params.items():
        param[...] = stored["start"][name]
    optimizer, losses = SGD(lr=stored["lr"]), []
    for _ in range(20):
        loss, dy = softmax_cross_entropy(net.forward(stored["x"], training=True), stored["labels"])
        net.backward(dy)
        optimizer.step(net.params, net.grads)
        losses.append(loss)
    np.testing.assert_allclose(losses, stored["losses"], rtol=1e-11)
    for name, param in net.params.items():
        np.testing.assert_allclose(param, stored["end"][name], rtol=1e-10)
