"""Facts about the training loop: mini-batches, the record of the loss, and a known optimum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import oracle, read_only

from companion.data import iris
from companion.layers import Activation, Dense, Sequential
from companion.losses import bce_with_logits, softmax_cross_entropy, squared_error
from companion.optimizers import SGD
from companion.training import History, accuracy, fit, minibatches


def rng(seed=0):
    return np.random.default_rng(seed)


# ------------------------------------------------------------------------------------ mini-batches


@pytest.mark.parametrize(
    "n, batch_size, sizes",
    [
        (8, 4, [4, 4]),
        (10, 4, [4, 4, 2]),
        (9, 4, [4, 5]),  # a single one left over joins the batch before
        (3, 2, [3]),
        (5, 5, [5]),
        (5, 100, [5]),
        (3, 1, [1, 1, 1]),
        (1, 4, [1]),
    ],
)
def test_sizes_of_minibatches_by_hand(n, batch_size, sizes):
    assert [len(rows) for rows in minibatches(n, batch_size, rng=rng())] == sizes


@given(st.integers(2, 60), st.integers(2, 70), st.integers(0, 99))
def test_minibatches_share_out_all_samples_and_leave_none_alone(n, batch_size, seed):
    batches = list(minibatches(n, batch_size, rng=rng(seed)))
    np.testing.assert_array_equal(np.sort(np.concatenate(batches)), np.arange(n))
    assert all(1 < len(rows) <= batch_size + 1 for rows in batches)
    assert all(len(rows) == batch_size for rows in batches[:-1])


def test_minibatches_are_shuffled_by_the_generator_alone():
    def order(source):
        return np.concatenate(list(minibatches(100, 7, rng=source))).tolist()

    source = rng()
    first, second = order(source), order(source)
    assert first == order(rng())
    assert first != second
    assert first != sorted(first)


@pytest.mark.parametrize(
    "n, batch_size, source, error, says",
    [
        (0, 2, rng(), ValueError, "n must be a whole number of at least 1, got 0"),
        (4, 0, rng(), ValueError, "batch_size must be a whole number of at least 1, got 0"),
        (4, 2.0, rng(), ValueError, "batch_size must be a whole number of at least 1, got 2.0"),
        (4, 2, 0, TypeError, r"rng must be a numpy\.random\.Generator, got 0"),
    ],
)
def test_minibatches_refuse(n, batch_size, source, error, says):
    with pytest.raises(error, match=says):
        list(minibatches(n, batch_size, rng=source))


# ---------------------------------------------------------------------------------------- accuracy


def test_accuracy_by_hand():
    scores = [[0, 3, 1], [5, 4, 4], [1, 2, 3], [-1, -2, -3]]  # answers 1, 0, 2, 0
    assert accuracy(scores, [1, 0, 2, 1]) == 0.75
    assert accuracy(scores, [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]) == 0.75
    assert type(accuracy(scores, [1, 0, 2, 0])) is float
    with pytest.raises(ValueError, match="from 0 to 2, got 3"):
        accuracy(scores, [1, 0, 2, 3])
    with pytest.raises(ValueError, match=r"got \(3,\)"):
        accuracy([1, 2, 3], [1])


# --------------------------------------------------------------------------------------------- fit


def regression(n=20):
    x = rng(1).normal(size=(n, 3))
    return x, x @ [[1.0], [-2.0], [0.5]] + 0.25


def test_fit_is_the_three_lines_of_the_training_step():
    x, y = regression()
    net, by_hand = Dense(3, 1, rng=rng()), Dense(3, 1, rng=rng())
    history = fit(net, squared_error, SGD(lr=0.1), x, y, epochs=3, batch_size=8, rng=rng(2))
    optimizer, source, losses = SGD(lr=0.1), rng(2), []
    for _ in range(3):
        of_batches = []
        for rows in minibatches(20, 8, rng=source):
            loss, dy = squared_error(by_hand.forward(x[rows], training=True), y[rows])
            by_hand.backward(dy)
            optimizer.step(by_hand.params, by_hand.grads)
            of_batches.append((loss, len(rows)))
        losses.append(sum(loss * n for loss, n in of_batches) / 20)
    for name, param in net.params.items():
        np.testing.assert_array_equal(param, by_hand.params[name])
    np.testing.assert_allclose(history.loss, losses, rtol=1e-14)


def test_the_loss_of_an_epoch_weighs_every_sample_the_same():
    # A network that stays as it is answers 0; targets 0 … 8 cost ½ Σ y² / 9 = ½ · 204 / 9.
    class Frozen(SGD):
        def _update(self, param, grad, state):
            pass

    net = Dense(1, 1, rng=rng(), init="zeros")
    y = np.arange(9.0)[:, None]
    history = fit(net, squared_error, Frozen(lr=1), 0 * y, y, epochs=2, batch_size=4, rng=rng())
    assert history.loss == pytest.approx([204 / 18] * 2)


def test_fit_finds_the_line_that_made_the_data():
    x, y = regression()
    net = Dense(3, 1, rng=rng())
    history = fit(net, squared_error, SGD(lr=0.1), x, y, epochs=400, batch_size=10, rng=rng())
    np.testing.assert_allclose(net.params["W"], [[1], [-2], [0.5]], atol=1e-6)
    np.testing.assert_allclose(net.params["b"], [0.25], atol=1e-6)
    assert len(history.loss) == 400
    assert history.loss[-1] < 1e-10 < history.loss[0]
    assert all(type(loss) is float for loss in history.loss)


def test_fit_learns_xor_with_a_hidden_layer():
    x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    source = rng(1)
    net = Sequential(Dense(2, 8, rng=source), Activation("tanh"), Dense(8, 2, rng=source))
    fit(net, softmax_cross_entropy, SGD(lr=0.5), x, y, epochs=500, batch_size=4, rng=source)
    assert accuracy(net.forward(x), y) == 1


def test_fit_repeats_itself_from_the_same_seed_and_changes_no_data():
    x, y = map(read_only, regression())
    nets = [Dense(3, 1, rng=rng()) for _ in range(2)]
    histories = [
        fit(net, squared_error, SGD(lr=0.1), x, y, epochs=2, batch_size=6, rng=rng(3))
        for net in nets
    ]
    assert histories[0] == histories[1]
    np.testing.assert_array_equal(nets[0].params["W"], nets[1].params["W"])


def test_fit_keeps_float32():
    x, y = (part.astype(np.float32) for part in regression())
    net = Dense(3, 1, rng=rng(), dtype=np.float32)
    seen = []

    def watched(prediction, target):
        seen.append((prediction.dtype, target.dtype))
        return squared_error(prediction, target)

    fit(net, watched, SGD(lr=0.1), x, y, epochs=1, batch_size=20, rng=rng())
    assert seen == [(np.float32, np.float32)]
    assert net.params["W"].dtype == np.float32


@pytest.mark.parametrize(
    "changed, error, says",
    [
        ({"y": np.zeros((3, 1))}, ValueError, r"same length, got \(20, 3\) and \(3, 1\)"),
        ({"y": 1.0}, ValueError, r"same length, got \(20, 3\) and \(\)"),
        ({"x": np.zeros(20)}, ValueError, r"\(n, features\), got \(20,\)"),
        ({"x": np.zeros((0, 3)), "y": []}, ValueError, r"empty batch.*\(0, 3\)"),
        ({"epochs": 0}, ValueError, "epochs must be a whole number of at least 1, got 0"),
        ({"batch_size": 0}, ValueError, "batch_size must be a whole number of at least 1, got 0"),
        ({"rng": 0}, TypeError, r"rng must be a numpy\.random\.Generator, got 0"),
    ],
)
def test_fit_refuses_before_it_changes_anything(changed, error, says):
    x, y = regression()
    net = Dense(3, 1, rng=rng())
    before = net.params["W"].copy()
    with pytest.raises(error, match=says):
        fit(
            net,
            squared_error,
            SGD(lr=0.1),
            **{"x": x, "y": y, "epochs": 1, "batch_size": 4, "rng": rng(), **changed},
        )
    np.testing.assert_array_equal(net.params["W"], before)


def test_a_new_history_is_empty():
    assert History().loss == []
    assert History().loss is not History().loss


def test_gradient_descent_arrives_where_sklearn_finds_the_optimum():
    x, y = iris(classes=[1, 2])
    x = x[:, :2] - x[:, :2].mean(axis=0)
    net = Dense(2, 1, rng=rng(), init="zeros")
    history = fit(
        net, bce_with_logits, SGD(lr=5), x, y[:, None], epochs=1000, batch_size=100, rng=rng()
    )
    optimum = oracle("logistic_regression")
    np.testing.assert_allclose(net.params["W"][:, 0], optimum["w"], rtol=1e-5)
    np.testing.assert_allclose(net.params["b"], optimum["b"], rtol=1e-3)
    assert history.loss[-1] == pytest.approx(optimum["loss"], rel=1e-9)
