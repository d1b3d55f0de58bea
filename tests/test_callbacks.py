"""Facts about what may happen in a training beside its steps."""

from copy import deepcopy

import numpy as np
import pytest
from support import regression, restless, run

from companion.callbacks import EarlyStopping, clip, freeze, on_weights, penalize
from companion.layers import Activation, BatchNorm, Dense, Sequential
from companion.losses import squared_error
from companion.optimizers import SGD, Adam, AdamW, Momentum
from companion.regularizers import L1, L2, Elastic, max_norm, soft_threshold
from companion.training import History, fit


def rng(seed=0):
    return np.random.default_rng(seed)


# ------------------------------------------------------------------------------- clipping, freezing


def test_clipping_is_the_step_along_the_shortened_gradient():
    lengths = []

    def measure(net, grads):
        lengths.append(np.sqrt(sum(np.square(g).sum() for g in grads.values())))

    net, _ = run(before_step=[clip(0.01), measure])
    np.testing.assert_allclose(lengths, 0.01, rtol=1e-12)
    start = Dense(3, 1, rng=rng())
    moved = np.concatenate([(net.params[n] - start.params[n]).ravel() for n in net.params])
    assert np.linalg.norm(moved) <= 9 * 0.1 * 0.01 * (1 + 1e-12)  # nine steps of lr · limit


@pytest.mark.parametrize("optimizer", [SGD(0.1), Momentum(0.1), Adam(0.1), AdamW(0.1, decay=0.5)])
def test_a_frozen_parameter_stays_under_every_rule(optimizer):
    source = rng(4)
    net = Sequential(Dense(3, 4, rng=source), Activation("tanh"), Dense(4, 1, rng=source))
    before = deepcopy(net.params)
    run(net, optimizer, before_step=[freeze("0.W", "2.b"), penalize(L2(0.1))])
    for name, param in net.params.items():
        stayed = (param == before[name]).all()
        assert stayed == (name in ("0.W", "2.b")), name
    assert set(optimizer.state) == {"0.b", "2.W"}


def test_what_thaws_needs_a_new_adam_which_counts_its_steps():
    net, optimizer = Dense(3, 1, rng=rng()), Adam(0.1)
    run(net, optimizer, before_step=freeze("W"))
    with pytest.raises(ValueError, match=r"^W is new after 9 steps: make a new optimizer$"):
        run(net, optimizer)
    run(net, Adam(0.1))
    still = Momentum(0.1)
    run(net, still, before_step=freeze("W"))
    run(net, still)


@pytest.mark.parametrize("bad", [0, -1, np.nan, None])
def test_a_limit_that_is_none_is_refused_before_training(bad):
    with pytest.raises(ValueError, match=f"^limit must be a number above 0, got {bad}$"):
        clip(bad)


def test_freezing_a_name_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"unknown parameter '0\.w'; there are: W, b"):
        run(before_step=freeze("0.w"))


def test_max_norm_holds_after_every_step():
    source, longest = rng(4), []
    net = Sequential(Dense(3, 4, rng=source), BatchNorm(4), Dense(4, 1, rng=source))
    run(
        net,
        SGD(0.5),
        after_step=[
            on_weights(lambda W: max_norm(W, 0.3)),
            lambda net: longest.append(np.linalg.norm(net.params["0.W"], axis=0).max()),
        ],
    )
    assert max(longest) <= 0.3 * (1 + 1e-12)
    assert len(longest) == 9
    assert np.linalg.norm(net.params["1.gamma"]) > 1  # no weights, not shortened


def test_proximal_steps_find_the_exact_zeros_of_the_lasso():
    # The second feature does nothing. Least squares gives it a weight; soft-thresholding gives 0,
    # and where it stops, the gradient of the loss is in balance with λ on the others.
    x = rng(1).normal(size=(40, 3))
    y = x @ [[1.0], [0.0], [-2.0]] + 0.1 * rng(2).normal(size=(40, 1))
    lam, lr = 0.1, 0.1
    net = Dense(3, 1, rng=rng())
    shrink = on_weights(lambda W: soft_threshold(W, lr * lam))
    run(net, SGD(lr), x, y, epochs=500, batch_size=40, after_step=shrink)
    W = net.params["W"][:, 0]
    assert W[1] == 0
    assert (W[[0, 2]] != 0).all()
    _, dy = squared_error(net.forward(x, training=True), y)
    net.backward(dy)
    gradient = net.grads["W"][:, 0]
    np.testing.assert_allclose(gradient[[0, 2]], -lam * np.sign(W[[0, 2]]), atol=1e-10)
    assert abs(gradient[1]) <= lam


# ----------------------------------------------------------------------------------------- penalty


@pytest.mark.parametrize("penalty", [L2(0.3), L1(0.3), Elastic(0.1, 0.2)])
def test_fit_with_a_penalty_adds_it_to_the_weights_and_to_the_loss(penalty):
    x, y = regression()

    def network():
        return Sequential(Dense(3, 4, rng=rng()), BatchNorm(4), Dense(4, 1, rng=rng(5)))

    net, by_hand = network(), network()
    options = {"epochs": 2, "batch_size": 20, "rng": rng(2), "before_step": penalize(penalty)}
    history = fit(net, squared_error, Momentum(0.1), x, y, **options)
    optimizer, losses, source = Momentum(0.1), [], rng(2)
    for _ in range(2):
        rows = source.permutation(20)
        loss, dy = squared_error(by_hand.forward(x[rows], training=True), y[rows])
        by_hand.backward(dy)
        grads = by_hand.grads
        for name in ("0.W", "2.W"):  # no bias, no gamma, no beta
            value, gradient = penalty(by_hand.params[name])
            loss += value
            grads[name] = grads[name] + gradient
        optimizer.step(by_hand.params, grads)
        losses.append(loss)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-14)
    assert net.state().keys() == by_hand.state().keys()
    for name, array in net.state().items():
        np.testing.assert_allclose(array, by_hand.state()[name], rtol=1e-13, atol=1e-16)


def test_weights_shrink_under_a_penalty_alone_and_biases_do_not():
    # Where the loss is flat, a step of L2 leaves 1 - lr λ = 0.95 of a weight.
    def flat(prediction, target):
        return 0.0, np.zeros_like(prediction)

    for net in (Dense(2, 2, rng=rng()), Sequential(Dense(2, 2, rng=rng()))):
        for param in net.params.values():
            param[...] = 1
        fit(net, flat, SGD(0.1), np.ones((3, 2)), [0, 0, 0], epochs=1, batch_size=3, rng=rng(),
            before_step=penalize(L2(0.5)))  # fmt: skip
        weights, biases = net.params.values()
        np.testing.assert_allclose(weights, 0.95)
        np.testing.assert_array_equal(biases, 1)


def test_fit_with_a_penalty_keeps_float32():
    net = Dense(3, 1, rng=rng(), dtype=np.float32)
    x, y = (part.astype(np.float32) for part in regression())
    options = {
        "epochs": 1,
        "batch_size": 5,
        "rng": rng(),
        "before_step": penalize(L2(np.float64(0.1))),
    }
    fit(net, squared_error, Adam(0.1), x, y, **options)
    assert {array.dtype for array in (*net.params.values(), *net.grads.values())} == {x.dtype}


# ---------------------------------------------------------------------------------- early stopping


def watched(patience, losses):
    """Return after which of these validation losses training stops, if it does, and the best."""
    net, stopping, history = Dense(1, 1, rng=rng()), EarlyStopping(patience), History(len(losses))
    for epoch, loss in enumerate(losses, start=1):
        net.params["W"] = [[epoch]]
        history.loss.append(0.0)
        history.validation_loss.append(loss)
        if stopping(net, history):
            return epoch, net.params["W"].item()
    return None, net.params["W"].item()


@pytest.mark.parametrize(
    "patience, losses, stops, best",
    [
        (1, [3, 2, 1], None, 3),
        (1, [3, 2, 2.5, 1], 3, 2),
        (2, [3, 2, 2.5, 1, 4], None, 4),
        (2, [3, 2, 2.5, 2.1, 1], 4, 2),
        (2, [3, 2, 2, 2, 1], 4, 2),  # equal is not lower; the first of equals is kept
        (3, [1, 9, 8, 7, 6], 4, 1),  # falling is not enough: it must be a new best
        (2, [np.nan, 3, np.nan, 2, 9, np.nan, 1], 6, 4),  # NaN is never best and is waited for
        (2, [np.inf, 5, 6], None, 2),
    ],
)
def test_patience_by_hand(patience, losses, stops, best):
    assert watched(patience, losses) == (stops, best)


def test_without_any_loss_that_is_a_number_the_network_stays_as_it_is():
    assert watched(2, [np.nan, np.nan, np.nan]) == (2, 2)


def test_early_stopping_copies_what_it_keeps():
    net, stopping, history = restless(), EarlyStopping(2), History(9, [1.0], [1.0])
    assert not stopping(net, history)
    best, same = deepcopy(net.state()), net.state()
    for loss in (2.0, 3.0):
        fit(net, squared_error, SGD(0.1), *regression(), epochs=2, batch_size=5, rng=rng())
        history.loss.append(0.0)
        history.validation_loss.append(loss)
        stopped = stopping(net, history)
    assert stopped is True
    assert (stopping.best_loss, stopping.waited) == (1.0, 2)
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, best[name])
        assert array is same[name]


class Scripted:
    """The squared error, but for validation samples, told by their target 99: a given loss."""

    def __init__(self, losses):
        self.losses = iter(losses)

    def __call__(self, prediction, target):
        if (target == 99).all():
            return next(self.losses), np.zeros_like(prediction)
        return squared_error(prediction, target)


@pytest.mark.parametrize(
    "losses, epochs, best",
    [
        ([5, 4, 3, 6, 3.5, 1, 0, 0, 0], 5, 3),  # patience is used up
        ([5, 4, 3, 6, 2, 2.5], 6, 5),  # the epochs are
        ([5, 4, 3, 2, 1, 0], 6, 6),  # the last was the best
    ],
)
def test_fit_with_patience_gives_back_the_whole_state_of_the_best_epoch(losses, epochs, best):
    def trained(epochs, **options):
        net, (x, y) = restless(), regression()
        options |= {"epochs": epochs, "batch_size": 5, "rng": rng()}
        return net, fit(net, Scripted(losses), Momentum(0.01), x, y, **options)

    validation = np.ones((1, 3)), [[99]]
    stopped, history = trained(6, validation=validation, after_epoch=EarlyStopping(2))
    assert history.validation_loss == losses[:epochs]
    assert len(history.loss) == epochs
    expected, _ = trained(best)
    for name, array in stopped.state().items():  # running statistics included
        np.testing.assert_array_equal(array, expected.state()[name], err_msg=name)
    assert "1.var" in stopped.state()


def test_early_stopping_begins_anew_with_each_training():
    stopping, ends = EarlyStopping(2), []
    for seed in (0, 1):
        net, (x, y) = Dense(3, 1, rng=rng(seed)), regression()
        run(net, SGD(1e-6), x, y, validation=(x, y), after_epoch=stopping)
        ends.append(net.params["W"].copy())
    assert (ends[0] != ends[1]).all()


def test_early_stopping_can_be_asked_for_the_best_state_if_something_else_ended_the_training():
    net, stopping, (x, y) = Dense(3, 1, rng=rng()), EarlyStopping(9), regression()
    grows = -SGD(0.1).rate
    run(
        net,
        SGD(0.5),
        x,
        y,
        validation=(x, y + 5),
        after_step=lambda net: net.params.update({"W": (1 - grows) * net.params["W"]}),
        after_epoch=[stopping, lambda net, history: len(history.loss) == 2],
        epochs=5,
    )
    best = stopping.best_state["W"]
    stopping.restore(net)
    np.testing.assert_array_equal(net.params["W"], best)
    fresh = Dense(3, 1, rng=rng())
    EarlyStopping(1).restore(fresh)
    np.testing.assert_array_equal(fresh.params["W"], Dense(3, 1, rng=rng()).params["W"])


def test_early_stopping_needs_a_validation_loss():
    x, y = regression()
    with pytest.raises(ValueError, match=r"validation loss: fit\(…, validation=\(x, y\)\)$"):
        fit(Dense(3, 1, rng=rng()), squared_error, SGD(0.1), x, y, epochs=2, batch_size=5,
            rng=rng(), after_epoch=EarlyStopping(1))  # fmt: skip


def test_early_stopping_is_written_as_it_was_made():
    assert repr(EarlyStopping(3)) == "EarlyStopping(3)"


def test_early_stopping_refuses():
    for bad in (0, -1, 1.5, None):
        with pytest.raises(ValueError, match=f"patience must be a whole number .*, got {bad}"):
            EarlyStopping(bad)
