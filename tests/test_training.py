"""Facts about the training loop: mini-batches, the record of the loss, and a known optimum."""

import io
import re
import sys
from copy import deepcopy

import numpy as np
import pytest
import tqdm
from hypothesis import given
from hypothesis import strategies as st
from support import layouts, oracle, read_only, regression, restless, run

from companion import training
from companion.callbacks import EarlyStopping, penalize
from companion.data import iris
from companion.layers import Activation, BatchNorm, Dense, Dropout, Sequential
from companion.losses import bce_with_logits, softmax_cross_entropy, squared_error
from companion.optimizers import SGD, Adam, Momentum
from companion.regularizers import L2, max_norm
from companion.training import (
    Diverged,
    History,
    accuracy,
    evaluate,
    fit,
    minibatches,
    progress,
    train_epoch,
    train_step,
)


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
    with pytest.raises(ValueError, match=r"^scores must have shape \(n, features\), got \(\)$"):
        accuracy(3, [1])


def test_accuracy_takes_the_first_of_equal_scores():
    assert accuracy([[1, 1], [1, 1]], [0, 1]) == 0.5


def test_accuracy_of_one_logit_a_row():
    # Class 1 where the logit is above 0: answers 1, 0, 0, 1.
    for scores in ([2.5, -1, 0, 1e4], [[2.5], [-1], [0], [1e4]]):
        for labels in ([1, 0, 1, 0], [[1], [0], [1], [0]]):
            assert accuracy(scores, labels) == 0.5
    assert accuracy([[-1e308], [1e308]], [0, 1]) == 1
    with pytest.raises(ValueError, match="from 0 to 1, got 2"):
        accuracy([0.5], [2])
    with pytest.raises(ValueError, match=r"\(2,\) or \(2, 2\), got \(3,\)"):
        accuracy([0.5, 1], [0, 1, 1])


def test_accuracy_refuses_classes_in_the_place_of_scores():
    with pytest.raises(ValueError, match=r"not classes: net\(x\), no argmax$"):
        accuracy(np.array([2, 2, 1, 0]), [1, 1, 1, 0])


def test_accuracy_takes_integers_float32_and_any_layout():
    scores, labels = rng().normal(size=(8, 3)), rng(1).integers(3, size=8)
    expected = accuracy(read_only(scores), read_only(labels))
    assert 0 < expected < 1
    for same in (scores.tolist(), scores.astype(np.float32), *layouts(scores).values()):
        assert accuracy(same, labels.tolist()) == expected
    assert accuracy([[1e4, -1e4]], [0]) == 1


@pytest.mark.parametrize(
    "scores, labels, says",
    [
        (np.zeros((0, 3)), [], r"empty batch.*\(0, 3\)"),
        ([[1, np.nan]], [0], r"scores must be finite, got nan at index \(0, 1\)"),
        ([[1, np.inf]], [0], "scores must be finite, got inf"),
        ([[1, 2]], [2], "from 0 to 1, got 2"),
        ([[1, 2]], [-1], "from 0 to 1, got -1"),
        ([[1, 2]], [0.5], "from 0 to 1, got 0.5"),
        ([[1, 2]], [np.nan], "labels must be finite, got nan"),
        ([[1, 2]], [0, 1], r"\(1,\) or \(1, 2\), got \(2,\)"),
        ([[1, 2]], [[0, 0]], "a single 1"),
        ([[1, 2]], [[1, 1]], "a single 1"),
    ],
)
def test_accuracy_refuses(scores, labels, says):
    with pytest.raises(ValueError, match=says):
        accuracy(scores, labels)


# --------------------------------------------------------------------------------------------- fit


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
    still = SGD(lr=lambda t: 0)
    net = Dense(1, 1, rng=rng(), init="zeros")
    y = np.arange(9.0)[:, None]
    history = fit(net, squared_error, still, 0 * y, y, epochs=2, batch_size=4, rng=rng())
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
        ({"x": np.zeros(20)}, ValueError, r"\(n, features, …\), got \(20,\)"),
        ({"x": np.zeros((0, 3)), "y": []}, ValueError, r"empty batch.*\(0, 3\)"),
        ({"epochs": 0}, ValueError, "epochs must be a whole number of at least 1, got 0"),
        ({"batch_size": 0}, ValueError, "batch_size must be a whole number of at least 1, got 0"),
        ({"rng": 0}, TypeError, r"rng must be a numpy\.random\.Generator, got 0"),
        ({"x": np.full((20, 3), np.nan)}, ValueError, r"x must be finite, got nan"),
        ({"y": np.full((20, 1), np.inf)}, ValueError, r"y must be finite, got inf"),
        ({"y": [["a"]] * 20}, TypeError, "y must hold real numbers, got dtype <U1"),
        ({"x": [[1, 2], [3]]}, ValueError, "x must be an array, but its rows differ in length"),
        ({"loss_fn": "mse"}, TypeError, "^loss_fn must be a function, such as losses.*, got 'mse'"),
        ({"optimizer": "adam"}, TypeError, r"optimizer must be .*Adam\(lr=0.01\), got 'adam'"),
        ({"optimizer": Adam}, TypeError, "optimizer must be an object, such as .* got <class"),
        ({"net": [1]}, TypeError, r"net must be a layer, such as a Sequential, got \[1\]"),
        ({"net": Dense}, TypeError, "net must be a layer, such as a Sequential, got <class"),
        ({"validation": (np.ones((2, 3)), [[1]])}, ValueError, r"\(2, 3\) and \(1, 1\)"),
        ({"validation": (np.full((1, 3), np.nan), [[1]])}, ValueError, "finite, got nan"),
        ({"validation": (np.ones((0, 3)), [])}, ValueError, r"empty batch.*\(0, 3\)"),
        ({"validation": np.ones((2, 3))}, TypeError, r"^validation must be a pair \(x, y\), got n"),
        ({"validation": [[1.0]]}, TypeError, r"^validation must be a pair \(x, y\), got list"),
        ({"before_step": L2(0.1)}, TypeError, r"takes \(net, grads\), .*; got L2\(0.1\)$"),
        ({"before_step": [penalize]}, TypeError, r"takes \(net, grads\), .*; got <function pena"),
        ({"after_step": max_norm}, TypeError, r"takes \(net\), as those of callbacks do; got <fun"),
        ({"after_epoch": EarlyStopping}, TypeError, r"takes \(net, history\), .*; got <class"),
    ],
)
def test_fit_refuses_before_it_changes_anything(changed, error, says):
    x, y = regression()
    net = Dense(3, 1, rng=rng())
    before = net.params["W"].copy()
    with pytest.raises(error, match=says):
        given = {"net": net, "loss_fn": squared_error, "optimizer": SGD(0.1), "x": x, "y": y}
        fit(**{**given, "epochs": 1, "batch_size": 4, "rng": rng(), **changed})
    np.testing.assert_array_equal(net.params["W"], before)


def test_a_new_history_is_empty():
    assert History().loss == History().validation_loss == []
    assert History().loss is not History().loss


def test_fit_takes_lists_integers_and_any_layout():
    x, y = rng(1).integers(-3, 4, size=(12, 3)), rng(2).integers(2, size=12)
    one_hot = np.eye(2, dtype=int)[y]
    ends = []
    for same_x, same_y in (
        (x, y),
        (x.tolist(), y.tolist()),
        (x.astype(float), one_hot),
        *((layout, one_hot.tolist()) for layout in layouts(x).values()),
    ):
        net = Dense(3, 2, rng=rng())
        options = {"epochs": 2, "batch_size": 5, "rng": rng()}
        fit(net, softmax_cross_entropy, SGD(0.1), same_x, same_y, **options)
        ends.append(net.params["W"])
    for end in ends:
        np.testing.assert_allclose(end, ends[0], rtol=1e-13)


def test_train_epoch_is_one_epoch_of_fit():
    x, y = regression()
    net, other = Dense(3, 1, rng=rng()), Dense(3, 1, rng=rng())
    options = {"batch_size": 8, "rng": rng(2), "before_step": penalize(L2(0.1))}
    loss = train_epoch(net, squared_error, SGD(0.1), x.tolist(), y.tolist(), **options)
    options["rng"] = rng(2)
    assert fit(other, squared_error, SGD(0.1), x, y, epochs=1, **options).loss == [loss]
    np.testing.assert_array_equal(net.params["W"], other.params["W"])
    with pytest.raises(ValueError, match=r"same length, got \(20, 3\) and \(1, 1\)"):
        train_epoch(net, squared_error, SGD(0.1), x, y[:1], **options)


def test_a_last_sample_alone_does_not_stop_a_network_with_batch_norm():
    x, y = regression(9)
    net = Sequential(BatchNorm(3), Dense(3, 1, rng=rng()))
    history = fit(net, squared_error, SGD(0.1), x, y, epochs=2, batch_size=4, rng=rng())
    assert len(history.loss) == 2
    with pytest.raises(ValueError, match="two samples or more, got one"):
        fit(net, squared_error, SGD(0.1), x, y, epochs=1, batch_size=1, rng=rng())
    fit(Dense(3, 1, rng=rng()), squared_error, SGD(0.1), x, y, epochs=1, batch_size=1, rng=rng())


# --------------------------------------------------------------------------------------- the seams


def test_a_step_is_the_three_lines():
    x, y = regression()
    net, by_hand = restless(), restless()
    optimizer, same = Momentum(0.1), Momentum(0.1)
    for _ in range(3):
        loss, dy = squared_error(by_hand.forward(x, training=True), y)
        by_hand.backward(dy)
        same.step(by_hand.params, by_hand.grads)
        assert train_step(net, squared_error, optimizer, x, y) == loss
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, by_hand.state()[name])


def test_functions_are_called_where_their_names_say_and_in_their_order():
    calls = []

    def told(what):
        return lambda *args: calls.append(what)

    run(
        epochs=2,
        before_step=[told("before"), told("before too")],
        after_step=told("after"),
        after_epoch=(told("epoch"),),
    )
    assert calls == 2 * [*3 * ["before", "before too", "after"], "epoch"]  # 20 samples are 3 steps


def test_a_metric_an_epoch_is_a_line():
    x, y = rng(1).normal(size=(30, 3)), rng(1).integers(2, size=30)
    net, found = Dense(3, 2, rng=rng()), []
    options = {"epochs": 4, "batch_size": 8, "rng": rng()}
    options["after_epoch"] = lambda net, history: found.append(accuracy(net(x), y))
    fit(net, softmax_cross_entropy, SGD(0.5), x, y, **options)
    assert len(found) == 4
    assert found[-1] == accuracy(net(x), y)


def test_training_stops_after_the_epoch_in_which_one_says_true():
    seen = []

    def stop(net, history):
        return len(history.loss) == 2

    _, history = run(epochs=9, after_epoch=[stop, lambda net, history: seen.append(1)])
    assert len(history.loss) == len(seen) == 2
    assert history.epochs == 9


@pytest.mark.parametrize(
    "seam, answer, says",
    [
        ("after_epoch", 0.9, "returns bool or nothing; got 0.9"),
        ("after_epoch", 1, "returns bool or nothing; got 1"),
        ("after_step", 0.5, "returns nothing; got 0.5"),
        ("before_step", {"W": np.ones(3)}, "returns float or int or number or nothing; got dict"),
        ("before_step", np.ones(3), "returns float or int or number or nothing; got ndarray"),
    ],
)
def test_what_a_function_cannot_mean_is_refused(seam, answer, says):
    with pytest.raises(TypeError, match=f"^a function at this place of a training {says}$"):
        run(**{seam: lambda *args: answer})


def test_numbers_and_truth_values_may_be_those_of_numpy():
    _, history = run(before_step=lambda net, grads: np.float32(100))
    assert min(history.loss) > 100
    _, history = run(after_epoch=lambda net, history: np.bool_(True))
    assert len(history.loss) == 1


def test_functions_may_come_as_an_iterator_or_as_none():
    calls = []
    given = (f for f in [lambda *args: calls.append(1)])
    run(before_step=given, after_step=None, after_epoch=None)
    assert len(calls) == 9


def test_what_a_penalty_adds_becomes_a_plain_number():
    _, history = run(before_step=lambda net, grads: np.float32(0.5))
    assert {type(loss) for loss in history.loss} == {float}


def test_a_history_is_a_line():
    _, history = run(epochs=2)
    assert re.fullmatch(r"<History: 2 of 2 epochs, loss [\d.]+ to [\d.]+>", repr(history))
    assert repr(History(5)) == "<History: 0 of 5 epochs>"
    assert repr(History(5, [2.0, 1.5, 1.0])) == "<History: 3 of 5 epochs, loss 2 to 1>"


def test_a_function_that_returns_nothing_adds_nothing():
    plain, watched = (run(before_step=given)[1] for given in ((), lambda net, grads: None))
    assert plain == watched


def test_train_epoch_has_the_two_seams_of_a_step():
    calls, (x, y) = [], regression()
    train_epoch(
        Dense(3, 1, rng=rng()),
        squared_error,
        SGD(0.1),
        x,
        y,
        batch_size=10,
        rng=rng(),
        before_step=lambda net, grads: calls.append("before"),
        after_step=lambda net: calls.append("after"),
    )
    assert calls == 2 * ["before", "after"]


def test_an_optimizer_of_ones_own_needs_no_rate():
    class Own:
        def step(self, params, grads):
            for name, param in params.items():
                param += 1e200 * grads[name]

    with pytest.raises(Diverged, match="at the rate nan"):
        run(optimizer=Own(), epochs=9)


def test_data_are_looked_at_once_in_a_training_and_not_in_each_epoch(monkeypatch):
    looked = []
    as_finite = training.as_finite
    monkeypatch.setattr(
        training, "as_finite", lambda x, name="x": looked.append(name) or as_finite(x, name)
    )
    x, y = regression()
    run(x=x, y=y, epochs=5, validation=(x, y))
    assert looked.count("x") == looked.count("y") == 2  # training and validation samples


def test_samples_may_have_any_shape():
    x, y = rng(1).normal(size=(9, 2, 4)), rng(2).normal(size=(9, 2, 4))
    net = Sequential(Activation("tanh"), Dropout(0.1, rng=rng()))
    history = fit(net, squared_error, SGD(0.1), x, y, epochs=2, batch_size=4, rng=rng())
    assert len(history.loss) == 2


# ---------------------------------------------------------------------------------------- diverging


def diverging(**more):
    """Return the error of a training whose rate is far too high."""
    x, y = regression()
    with pytest.raises(Diverged) as caught:
        run(Dense(3, 1, rng=rng()), SGD(1e3), x, y, epochs=200, **more)
    return caught.value


def test_a_training_that_diverges_names_epoch_and_rate_and_keeps_its_history():
    x, y = regression()
    error = diverging(validation=(x, y))
    losses = error.history.loss
    assert len(losses) > 5
    assert len(error.history.validation_loss) == len(losses)
    assert np.isfinite(losses).all()
    assert losses[-1] > 1e10 * losses[0]
    said = f"^training diverged in epoch {len(losses) + 1} of 200, at the rate 1000: .*lower rate"
    assert re.search(said, str(error))


def test_the_rate_that_is_named_is_that_of_the_schedule():
    x, y = regression()
    with pytest.raises(Diverged, match="at the rate 500:"):
        run(Dense(3, 1, rng=rng()), SGD(lambda t: 500), x, y, epochs=200)


def test_divergence_is_seen_whatever_part_notices_it():
    # Batch norm refuses what is not finite; a loss may be infinite while the answers are finite; a
    # last step may spoil the parameters after the last loss.
    x, y = regression()
    net = Sequential(Dense(3, 4, rng=rng()), BatchNorm(4), Dense(4, 1, rng=rng()))
    net.params["0.W"] = np.full((3, 4), 1e308)
    with pytest.raises(Diverged, match="in epoch 1 of 3"):
        run(net, SGD(0.1), 10 * x, y)
    with pytest.raises(Diverged, match="the loss is inf"):
        fit(Dense(3, 1, rng=rng()), lambda p, t: (np.inf, 0 * p), SGD(0.1), x, y, epochs=1,
            batch_size=20, rng=rng())  # fmt: skip
    with pytest.raises(Diverged, match=r"in epoch 1 of 1.*: W must be finite, got"):
        fit(Dense(3, 1, rng=rng()), lambda p, t: (1.0, 0 * p + 1e308), SGD(1e9), x, y, epochs=1,
            batch_size=20, rng=rng())  # fmt: skip


def test_another_error_is_not_called_divergence():
    x, _ = regression()
    with pytest.raises(ValueError, match="from 0 to 1, got 5") as caught:
        fit(Dense(3, 2, rng=rng()), softmax_cross_entropy, SGD(0.1), x, [0] * 19 + [5], epochs=1,
            batch_size=20, rng=rng())  # fmt: skip
    assert not isinstance(caught.value, Diverged)


# ------------------------------------------------------------------------- evaluate and validation


@pytest.mark.parametrize("batch_size", [1, 3, 19, 20, 21, 1024])
def test_evaluate_is_the_loss_on_all_samples_at_once(batch_size):
    net, (x, y) = restless(), regression()
    expected, _ = squared_error(net.forward(x), y)
    found = evaluate(net, squared_error, x.tolist(), y.tolist(), batch_size=batch_size)
    assert found == pytest.approx(expected, rel=1e-13)
    assert type(found) is float


def test_evaluate_in_batches_never_holds_more_than_one():
    sizes = []

    def counting(prediction, target):
        sizes.append(len(prediction))
        return squared_error(prediction, target)

    x, y = map(read_only, regression(10))
    evaluate(restless(), counting, x, y, batch_size=4)
    assert sizes == [4, 4, 2]
    sizes.clear()
    evaluate(restless(), counting, np.zeros((1025, 3)), np.zeros((1025, 1)))
    assert sizes == [1024, 1]


def test_evaluate_changes_nothing():
    net = restless()
    state, drawn = deepcopy(net.state()), net.layers[2].rng.bit_generator.state
    evaluate(net, squared_error, *regression())
    assert net.layers[2].rng.bit_generator.state == drawn
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, state[name])
    with pytest.raises(RuntimeError):
        net.backward(np.ones((20, 1)))


@pytest.mark.parametrize(
    "x, y, batch_size, says",
    [
        (np.ones((2, 3)), np.ones((3, 1)), 4, r"same length, got \(2, 3\) and \(3, 1\)"),
        (np.ones((0, 3)), [], 4, r"empty batch.*\(0, 3\)"),
        (np.ones(3), np.ones(3), 4, r"\(n, features, …\), got \(3,\)"),
        (np.full((2, 3), np.nan), np.ones((2, 1)), 4, "x must be finite, got nan"),
        (np.ones((2, 3)), [[1], [np.nan]], 4, r"y must be finite, got nan at index \(1, 0\)"),
        (np.ones((2, 3)), np.ones((2, 1)), 0, "batch_size must be a whole number .*, got 0"),
    ],
)
def test_evaluate_refuses(x, y, batch_size, says):
    with pytest.raises(ValueError, match=says):
        evaluate(restless(), squared_error, x, y, batch_size=batch_size)


def test_validation_is_watched_after_each_epoch_and_not_learned_from():
    (x, y), unseen = regression(), map(read_only, (rng(8).normal(size=(7, 3)), np.ones((7, 1))))
    unseen, nets = tuple(unseen), (restless(), restless())
    options = {"batch_size": 6, "before_step": penalize(L2(0.1))}
    with_validation = fit(
        nets[0], squared_error, SGD(0.1), x, y, epochs=3, rng=rng(), validation=unseen, **options
    )
    source, optimizer, losses, of_unseen = rng(), SGD(0.1), [], []
    for _ in range(3):
        losses.append(train_epoch(nets[1], squared_error, optimizer, x, y, rng=source, **options))
        of_unseen.append(evaluate(nets[1], squared_error, *unseen))  # without the penalty
    assert with_validation == History(3, losses, of_unseen)
    assert len(set(of_unseen)) == 3


# ------------------------------------------------------------------------------------ progress bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def shown(monkeypatch):
    """Return a function that says what is shown on a stream by a loop of five long steps."""

    def run(stream, *, session=None):
        clock = iter(range(0, 10**6, 10))
        monkeypatch.setattr(tqdm.std, "time", lambda: next(clock))
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
        if session is not None:
            monkeypatch.setenv("JPY_SESSION_NAME", session)
        assert list(progress(range(5))) == [0, 1, 2, 3, 4]
        return stream.getvalue()

    return run


def test_a_long_training_shows_a_bar_in_a_terminal_and_a_live_notebook(shown):
    assert "4/5" in shown(Terminal())
    assert "4/5" in shown(io.StringIO(), session="notebook.ipynb")


def test_the_bar_is_gone_when_training_ends(shown):
    assert shown(Terminal()).split("\r")[-2].strip() == ""


def test_nothing_is_shown_where_nobody_watches(shown):
    assert shown(io.StringIO()) == ""


def test_the_bar_appears_after_three_seconds(monkeypatch):
    now, stream = [0.0], Terminal()
    monkeypatch.setattr(tqdm.std, "time", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", stream)
    for _ in progress(range(5)):
        now[0] += 1.1
    # Steps end at 1.1, 2.2, 3.3 …: the third is the first to be shown.
    assert "2/5" not in stream.getvalue()
    assert "3/5" in stream.getvalue()


def test_a_short_training_shows_no_bar(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(progress(range(5))) == [0, 1, 2, 3, 4]
    assert stream.getvalue().strip() == ""


def test_fit_shows_its_epochs(monkeypatch):
    clock, stream = iter(range(0, 10**6, 10)), Terminal()
    monkeypatch.setattr(tqdm.std, "time", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", stream)
    net = Dense(3, 1, rng=rng())
    fit(net, squared_error, SGD(0.1), *regression(), epochs=7, batch_size=20, rng=rng())
    assert "6/7" in stream.getvalue()


# --------------------------------------------------------------------------------- another library


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


def test_gradient_descent_with_l2_arrives_where_sklearn_finds_the_optimum():
    x, y = iris(classes=[1, 2])
    x, optimum = x[:, :2] - x[:, :2].mean(axis=0), oracle("logistic_regression_l2")
    net, data = Dense(2, 1, rng=rng(), init="zeros"), (x, y[:, None])
    penalty = L2(optimum["lam"])
    options = {"epochs": 500, "batch_size": 100, "rng": rng(), "before_step": penalize(penalty)}
    history = fit(net, bce_with_logits, SGD(lr=5), *data, **options)
    np.testing.assert_allclose(net.params["W"][:, 0], optimum["w"], rtol=1e-9)
    np.testing.assert_allclose(net.params["b"], optimum["b"], rtol=1e-7)
    # The loss that is reported is the one that is minimised, penalty included.
    loss = evaluate(net, bce_with_logits, *data) + penalty(net.params["W"])[0]
    assert history.loss[-1] == pytest.approx(loss, rel=1e-9)
