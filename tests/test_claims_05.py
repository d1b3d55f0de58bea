"""One test for each claim and misconception of chapter 5, gradient descent, by its id."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from companion import data
from companion.activations import sigmoid_derivative
from companion.approximation import network
from companion.gradient_check import numerical_gradient
from companion.grading.fresh import chapter_5
from companion.layers import Activation, Dense, Sequential
from companion.losses import softmax_cross_entropy, squared_error
from companion.optimizers import SGD
from companion.training import Diverged, accuracy, fit, minibatches


def petals():
    """The design (length, 1) and the widths of the chapter's 150 petals."""
    flowers, _ = data.iris()
    return np.column_stack([flowers[:, 2], np.ones(150)]), flowers[:, 3]


def descend(x, y, *, lr, steps, start=(0.0, 0.0)):
    """Gradient descent by the companion's own parts: a linear layer, a loss, an optimizer."""
    theta, optimizer = {"theta": np.array(start)}, SGD(lr)
    for _ in range(steps):
        _, dy = squared_error(x @ theta["theta"], y)
        optimizer.step(theta, {"theta": x.T @ dy})
    return theta["theta"]


def curvatures(x):
    return np.linalg.eigvalsh(x.T @ x / len(x))


def test_claim_one_step():
    w = {"w": np.array([2.0])}
    loss, slope = squared_error([[2.0]], [[3.0]])  # 0.1 (w - 3)² is a fifth of ½ (w - 3)²
    SGD(0.1).step(w, {"w": 0.2 * slope[0]})
    assert (0.2 * slope[0, 0], w["w"][0]) == pytest.approx((-0.2, 2.02))
    fall = 0.2 * (loss - squared_error([w["w"]], [[3.0]])[0])
    assert fall == pytest.approx(0.00396)
    assert fall == pytest.approx(0.1 * 0.2**2, rel=0.02)


def test_claim_divergence():
    x, y = petals()
    least, greatest = curvatures(x)
    limit = 2 / greatest
    assert 0.1 < limit < 0.115  # the rates of the first figure
    minimum = np.linalg.lstsq(x, y)[0]
    _, directions = np.linalg.eigh(x.T @ x / len(x))
    starts = np.random.default_rng(1).normal(size=(5, 2))
    for start in (np.zeros(2), *starts):
        away = directions.T @ (start - minimum)
        for share in (0.5, 0.99, 1.01):
            theta = descend(x, y, lr=share * limit, steps=800, start=start)
            # along each eigenvector the factor of a step is 1 - ηλ
            factors = (1 - share * limit * np.array([least, greatest])) ** 800
            np.testing.assert_allclose(
                directions.T @ (theta - minimum), factors * away, rtol=1e-6, atol=1e-7
            )
            ratio = np.linalg.norm(theta - minimum) / np.linalg.norm(start - minimum)
            assert ratio < 1e-3 if share < 1 else ratio > 1e5


def test_the_time_of_a_descent_grows_with_the_condition_number():
    x, y = petals()
    least, greatest = curvatures(x)
    minimum = np.linalg.lstsq(x, y)[0]
    along = np.linalg.eigh(x.T @ x / len(x))[1][:, 0]
    for lr, steps in ((1 / greatest, 724), (2 / (least + greatest), 364)):
        for t, there in ((steps - 1, False), (steps, True)):
            theta = descend(x, y, lr=lr, steps=t, start=minimum + along)
            assert (np.linalg.norm(theta - minimum) <= 1e-3) == there
    assert 6.9 * greatest / least == pytest.approx(726, abs=0.5)


def test_rounding_supplies_the_component_that_a_start_lacks():
    x, y = petals()
    minimum = np.linalg.lstsq(x, y)[0]
    _, directions = np.linalg.eigh(x.T @ x / len(x))
    start = minimum + directions[:, 0]
    away = [
        np.abs(
            (descend(x, y, lr=3 / curvatures(x)[-1], steps=t, start=start) - minimum) @ directions
        )
        for t in (20, 80)
    ]
    assert away[0][0] == pytest.approx(0.561, abs=5e-4)
    assert away[0][1] < 1e-6
    assert away[1][1] > 1000


def test_claim_standardize():
    flowers, _ = data.iris()
    for features, before, after in ((flowers[:, [2]], 105.2, 1), (flowers[:, :3], 8121, 28.4)):
        for x, wanted in ((features, before), (data.standardize(features)[0], after)):
            least, *_, greatest = curvatures(np.column_stack([x, np.ones(150)]))
            assert greatest / least == pytest.approx(wanted, rel=1e-3)
    (z,), y = data.standardize(flowers[:, [2]]), flowers[:, 3]
    x = np.column_stack([z, np.ones(150)])
    np.testing.assert_allclose(descend(x, y, lr=1.0, steps=1), np.linalg.lstsq(x, y)[0])


def test_standardizing_usually_makes_the_valley_rounder():
    def condition(x):
        least, *_, greatest = curvatures(np.column_stack([x, np.ones(len(x))]))
        return greatest / least

    flowers, _ = data.iris()
    for columns in ([0], [1], [2], [3], [0, 1], [2, 3], [0, 1, 2]):
        x = flowers[:, columns]
        assert condition(data.standardize(x)[0]) < condition(x) / 10
    # Not always: of three features that go together, the odd scale can be the better one.
    corner = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, 8).T
    rounder = []
    rng = np.random.default_rng(0)
    for _ in range(300):
        x = corner @ rng.normal(size=(3, 3))
        rounder.append(condition(data.standardize(x)[0]) < condition(x))
    assert 0.5 < np.mean(rounder) < 1


def test_units_learn_near_zero():
    slopes = sigmoid_derivative(np.array([0.0, 2.0, 10.0]))
    np.testing.assert_allclose(slopes, [0.25, 0.10499, 0.00005], atol=5e-6)


def test_claim_mini_batches():
    rng = np.random.default_rng(0)
    x, y = rng.integers(-9, 9, size=(96, 3)) / 8, rng.integers(-9, 9, size=(96, 2)) / 8
    layer = Dense(3, 2, rng=rng, init=lambda n_in, n_out, *, rng: np.ones((n_in, n_out)) / 4)

    def gradient(rows):
        _, dy = squared_error(layer.forward(x[rows], training=True), y[rows])
        layer.backward(dy)
        return layer.grads["W"]

    full = gradient(np.arange(96))
    means = [gradient(rows) for rows in minibatches(96, 8, rng=rng)]
    assert len(means) == 12
    np.testing.assert_allclose(np.mean(means, axis=0), full, rtol=1e-13)
    assert not np.allclose(means[0], full, rtol=0.01)


def test_a_batch_is_off_by_one_over_root_b():
    x, y = petals()
    each = x[:, 0] * (x @ [0.2, 0.1] - y)
    rng = np.random.default_rng(1)
    for B in (1, 4, 25, 100):
        means = each[rng.integers(150, size=(20000, B))].mean(axis=1)
        assert means.mean() == pytest.approx(each.mean(), abs=0.05)
        assert means.std() / each.std() == pytest.approx(1 / np.sqrt(B), rel=0.03)
        whole = [each[rng.permutation(150)[:B]].mean() for _ in range(2000)]
        assert B == 1 or np.std(whole) < means.std()  # without replacement: a little less


def above(batch, rate, seed, epochs=80, x=None):
    """How far the loss of the petals lies above the lowest, as a part of it, in each epoch."""
    lengths, y = petals()
    x = lengths if x is None else x
    rng, theta, losses = np.random.default_rng(seed), np.zeros(2), []
    for epoch in range(epochs):
        losses.append(squared_error(x @ theta, y)[0])
        for rows in minibatches(150, batch, rng=rng):
            _, dy = squared_error(x[rows] @ theta, y[rows])
            theta = theta - rate(epoch) * (x[rows].T @ dy)
    return np.array(losses) / squared_error(x @ np.linalg.lstsq(x, y)[0], y)[0] - 1


def for_good(batch, rate, seeds, **case):
    """The median epoch from which on the loss is within a tenth of the lowest, of several runs."""
    runs = [above(batch, rate, seed, **case) for seed in seeds]
    return np.median([np.flatnonzero(run >= 0.1)[-1] + 1 for run in runs])


def constant(lr):
    return lambda epoch: lr


def falling(lr):
    return lambda epoch: lr / (1 + epoch / 5)


def test_mini_batches_come_near_soon_and_stay_at_a_falling_rate():
    seeds = range(30, 40)
    full = for_good(150, constant(0.1), [0])
    assert full == 61
    high = [above(10, constant(0.08), seed) for seed in seeds]
    assert np.median([np.argmax(run < 0.1) for run in high]) < 12
    assert for_good(10, constant(0.08), seeds) > 75  # it hovers
    low, fall = for_good(10, constant(0.015), seeds), for_good(10, falling(0.08), seeds)
    assert 0.15 * full < fall < 0.33 * full < low < full  # a fifth, a quarter
    ends = [np.median([run[-20:].mean() for run in runs]) for runs in (
        high,
        [above(10, constant(0.04), seed) for seed in seeds],
        [above(10, constant(0.02), seed) for seed in seeds],
        [above(10, falling(0.08), seed) for seed in seeds],
        [above(150, constant(0.1), 0)],
    )]  # fmt: skip
    assert ends[0] > 2 * ends[1] > 4 * ends[2]  # a lower rate hovers lower
    assert ends[3] < ends[2] / 3  # a falling one lower still, and lower than the full gradient
    assert ends[3] < ends[4] / 5


def test_the_full_gradient_overtakes_a_falling_rate_in_the_end():
    full = above(150, constant(0.1), 0, epochs=300)
    falls = [above(10, falling(0.08), seed, epochs=300) for seed in range(30, 35)]
    ahead = np.flatnonzero(full > np.median(falls, axis=0))
    assert 210 < ahead[-1] < 250  # some 230


def test_with_standardized_lengths_batches_gain_nothing():
    (z,) = data.standardize(petals()[0][:, :1])
    case = {"x": np.column_stack([z, np.ones(150)]), "epochs": 20}
    assert for_good(150, constant(1.0), [0], **case) == 1  # a single step
    found = [
        for_good(10, plan(lr), range(30, 35), **case)
        for plan in (constant, falling)
        for lr in (0.1, 0.3, 0.5)
    ]
    assert 1 <= min(found) <= 2


def test_at_one_rate_a_smaller_batch_hovers_higher():
    ends = [
        np.median([above(B, constant(0.03), seed)[-20:].mean() for seed in range(20, 24)])
        for B in (10, 2, 1)
    ]
    assert ends[0] < ends[1] / 2 < ends[1] < ends[2] / 1.3


@pytest.mark.slow
def test_the_rates_of_the_petals_are_the_best_of_their_grids():
    seeds = range(20, 30)
    for batch, plan, rates, best in (
        (150, constant, (0.06, 0.08, 0.1, 0.11), 0.1),
        (10, constant, (0.005, 0.01, 0.015, 0.02, 0.04), 0.015),
        (10, falling, (0.04, 0.06, 0.08, 0.11), 0.08),
    ):
        found = [for_good(batch, plan(lr), seeds if batch < 150 else [0]) for lr in rates]
        assert rates[np.argmin(found)] == best


def test_what_chapter_5_says_of_the_cost_of_a_batch_stands_in_the_benchmark():
    table = (Path(__file__).resolve().parents[1] / "benchmarks.md").read_text(encoding="utf-8")
    rows = r"^\| ([^|]+), one thread \| batch (\d+) / batch 1 \| ([\d.]+) "
    measured = {(a[:4], int(n)): float(r) for a, n, r in re.findall(rows, table, re.MULTILINE)}
    assert measured["inpu", 100] == pytest.approx(37, abs=0.5)
    a_sample = {n: measured["inpu", n] / n for n in (10, 100, 1000)}
    assert a_sample[10] < 0.7
    assert a_sample[1000] / a_sample[100] == pytest.approx(0.92, abs=0.02)  # 8 % less
    assert measured["step", 32] == pytest.approx(1.1, abs=0.05)


# --- The two moons ----------------------------------------------------------------------------


@cache
def moons(seed):
    rng = np.random.default_rng(seed)
    x, y = data.moons(400, noise=0.2, rng=rng)
    x, x_new, y, y_new = data.split(x, y, held_out=0.5, rng=rng)
    return *data.standardize(x, x_new), y, y_new


def train(seed, lr=1.0, batch=20, epochs=200, first=1.0, second=1.0, draw=0):
    """The chapter's network and the losses of its epochs, infinite where it diverges."""
    x, _, y, _ = moons(draw)
    rng = np.random.default_rng(seed)
    net = Sequential(Dense(2, 8, rng=rng), Activation("tanh"), Dense(8, 2, rng=rng))
    net.params["0.W"] = first * net.params["0.W"]
    net.params["2.W"] = second * net.params["2.W"]
    try:
        history = fit(
            net, softmax_cross_entropy, SGD(lr), x, y,
            epochs=epochs, batch_size=batch, rng=np.random.default_rng(seed),
        )  # fmt: skip
    except Diverged:
        return net, np.full(epochs, np.inf)
    return net, np.array(history.loss)


@cache
def trained(draw, seeds=range(10, 20)):
    return [train(seed, draw=draw) for seed in seeds]


def linear_loss(draw):
    """The lowest loss of a softmax classifier without a hidden layer."""
    x, _, y, _ = moons(draw)
    net = Sequential(Dense(2, 2, rng=np.random.default_rng(0)))
    fit(net, softmax_cross_entropy, SGD(1.0), x, y, epochs=500, batch_size=200,
        rng=np.random.default_rng(0))  # fmt: skip
    return softmax_cross_entropy(net(x), y)[0]


def test_the_loop_learns_the_moons_from_ten_initializations():
    for draw in (0, 1):
        _, x_new, _, y_new = moons(draw)
        nets, losses = zip(*trained(draw), strict=True)
        first, last = np.array(losses)[:, [0, -1]].T
        assert 0.3 < first.min() < first.max() < 0.55
        assert 0.04 < last.min() < last.max() < 0.12
        assert last.max() < linear_loss(draw) / 2
        right = [accuracy(net(x_new), y_new) for net in nets]
        assert 0.89 < min(right) < max(right) < 0.98


def test_the_loss_curves_have_the_shapes_of_the_table():
    for draw, seeds in ((0, range(10, 14)), (1, range(10, 13))):
        good = np.array([losses for _, losses in trained(draw)[: len(seeds)]])
        low, thrice, high, far, single, calm = (
            np.array([train(s, draw=draw, **case)[1] for s in seeds])
            for case in (
                {"epochs": 100, "lr": 0.003},
                {"epochs": 100, "lr": 0.009},
                {"epochs": 60, "lr": 8},
                {"epochs": 60, "lr": 100},
                {"epochs": 12, "batch": 1},
                {"epochs": 25, "batch": 1, "lr": 0.05},
            )
        )
        guess = np.log(2)
        assert good[:, 0].max() < guess
        assert good[:, -1].max() < 0.12
        assert (np.diff(low) < 0.005).all()  # smooth
        assert low[:, -1].min() > 0.3  # and still high
        assert (0 < low[:, -25] - low[:, -1]).all()  # nearly level
        assert (low[:, -25] - low[:, -1]).max() < 0.03
        assert (thrice[:, -1] < low[:, -1]).all()
        assert high[:, :2].max(axis=1).min() > 2 * guess
        assert np.median(high[:, -5:]) < np.median(high[:, :5]) / 2
        assert np.median(far) > 10 * guess
        jumps = [np.abs(np.diff(runs[:, -10:])).mean() for runs in (single, good)]
        assert jumps[0] > 10 * jumps[1]  # ragged to the end
        assert np.mean(single > guess) > 0.5  # most of the time worse than guessing
        assert calm[:, -1].max() < 0.4
        assert np.abs(np.diff(calm[:, -10:])).mean() < jumps[0] / 10


@cache
def small(draw):
    return [train(s, first=0.01, second=0.01, draw=draw)[1] for s in range(10, 20)]


def high(runs):
    """In how many of its epochs a run is at or above 0.2."""
    return (np.array(runs) >= 0.2).sum(axis=1)


def test_small_first_weights_stay_where_a_linear_model_ends():
    for draw in (0, 1):
        level = linear_loss(draw)
        runs = np.array([losses for _, losses in trained(draw)])
        assert np.abs(np.median(np.array(small(draw))[:, 3:8], axis=1) - level).max() < 0.05
        assert np.abs(np.median(runs[:, 3:8]) - level) < 0.05
        assert np.median(high(small(draw))) > 4 * np.median(high(runs))
    assert high(small(0)).max() < 200
    assert high(small(1)).min() == 200  # none leaves the plateau
    faster = [train(s, lr=3.0, first=0.01, second=0.01)[1] for s in range(10, 13)]
    assert np.median(high(faster)) < np.median(high(small(0))) / 2


def test_on_a_plateau_the_units_look_along_one_line():
    def spread(seed, **case):
        W = train(seed, epochs=6, **case)[0].params["0.W"]
        across, along = np.linalg.eigvalsh(W @ W.T)
        return np.sqrt(across / along)

    for draw, seeds in ((0, range(10, 15)), (1, range(10, 13))):
        drawn = high([losses for _, losses in trained(draw)[: len(seeds)]])
        for first, second in ((1, 1), (0.01, 0.01), (0.01, 1), (1, 0.01)):
            case = {"first": first, "second": second, "draw": draw}
            spreads = [spread(seed, **case) for seed in seeds]
            assert max(spreads) < 0.1 if first < 1 else min(spreads) > 0.25
            if first != second:  # only the first layer matters
                long = np.median(high([train(seed, **case)[1] for seed in seeds]))
                ratio = long / np.median(drawn)
                assert ratio > 4 if first < 1 else 0.6 < ratio < 1.7


def test_a_rate_for_the_moons_is_found_by_trying():
    for seeds in (range(10, 15), range(20, 25)):
        ends = [
            np.median([train(s, lr=lr, epochs=30)[1][-1] for s in seeds])
            for lr in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
        ]
        assert min(ends) in ends[2:4]  # 1 or 3
        assert ends[0] > ends[1] > ends[2]
        assert ends[5] > ends[4] > 2 * ends[3]


def moons_loss(weights, draw):
    x, _, y, _ = moons(draw)
    W1, b1, W2, b2 = weights
    return softmax_cross_entropy(np.tanh(x @ W1 + b1) @ W2 + b2, y)[0]


def test_claim_not_convex():
    x = np.linspace(-2, 2, 41)[:, None]
    net = network(([[1.5]], [0.0]), ([[1.5]], [0.0]), activation="tanh")
    y = net.forward(x)

    def small(w1, w2):
        net.params["0.W"][...], net.params["2.W"][...] = w1, w2
        return squared_error(net.forward(x), y)[0]

    assert [small(1.5, 1.5), small(-1.5, -1.5)] == pytest.approx([0, 0], abs=1e-15)  # tanh is odd
    assert small(0, 0) == pytest.approx(0.761, abs=5e-4)

    for draw in (0, 1):
        for net, _ in trained(draw):
            W1, b1, W2, b2 = weights = list(net.params.values())
            here = moons_loss(weights, draw)
            assert moons_loss((-W1, -b1, -W2, b2), draw) == pytest.approx(here, abs=1e-12)
            assert here < 0.15
            half = moons_loss((0 * W1, 0 * b1, 0 * W2, b2), draw)
            assert half >= np.log(2) - 1e-12  # the lowest of constant answers


def test_some_deep_network_of_tanh_has_its_twin_too():
    rng = np.random.default_rng(0)
    sizes = (2, 4, 3, 2)
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [Dense(n_in, n_out, rng=rng), Activation("tanh")]
    net, x = Sequential(*layers[:-1]), rng.normal(size=(10, 2))
    before = net(x)
    for name in ("2.W", "2.b", "4.W"):  # the last hidden layer
        net.params[name] = -net.params[name]
    np.testing.assert_allclose(net(x), before, atol=1e-14)
    for name in ("2.W", "2.b", "4.W"):
        net.params[name] = 0 * net.params[name]
    assert np.ptp(net(x), axis=0).max() == 0


def barrier(a, b, draw):
    """How much higher the loss is on the way between two networks than at both ends."""
    way = np.linspace(0, 1, 21)
    along = [
        moons_loss([(1 - t) * p + t * q for p, q in zip(a, b, strict=True)], draw) for t in way
    ]
    return max(along) - max(along[0], along[-1])


def like(a, b):
    """The network b, its units in the order and with the signs that make them most like a's."""
    rows_a, rows_b = (np.vstack([W1, b1, W2.T]).T for W1, b1, W2, _ in (a, b))
    products = rows_a @ rows_b.T
    mine, order = linear_sum_assignment(-np.abs(products))
    signs = np.sign(products[mine, order])
    W1, b1, W2, b2 = b
    return [signs * W1[:, order], signs * b1[order], signs[:, None] * W2[order], b2]


def test_ridges_between_networks_are_a_matter_of_order_and_signs():  # exercise 5.10
    found = [*(train(seed) for seed in range(10)), *trained(0)]
    early = [run[99] for _, run in found]
    assert sum(loss > 0.3 for loss in early) == 3
    assert sorted(early)[16] < 0.1
    assert 0.05 < min(run[-1] for _, run in found) < max(run[-1] for _, run in found) < 0.1
    nets = [list(net.params.values()) for net, _ in found]
    pairs = [(a, b) for i, b in enumerate(nets) for a in nets[:i]]
    assert len(pairs) == 190
    ridges = np.array([barrier(a, b, 0) for a, b in pairs])
    assert np.median(ridges) == pytest.approx(0.6, abs=0.05)
    assert (ridges < 0.01).sum() <= 1
    a, b = nets[0], nets[1]
    np.testing.assert_allclose(moons_loss(like(a, b), 0), moons_loss(b, 0))  # the same function
    assert max(barrier(a, like(a, b), 0) for a, b in pairs) < 0.015


def test_there_is_a_ridge_between_trained_networks():
    for draw in (0, 1):
        nets = [list(net.params.values()) for net, _ in trained(draw)]
        ridges = [barrier(a, b, draw) for i, b in enumerate(nets) for a in nets[:i]]
        assert len(ridges) == 45
        assert min(ridges) > 0.005
        assert 0.3 < np.median(ridges) < 1.2
        assert sum(ridge < 0.1 for ridge in ridges) <= 3  # high in most of them


# --- The small network ------------------------------------------------------------------------


def test_a_saddle_has_no_slope_and_two_ways():
    x = np.linspace(-2, 2, 41)
    y = 1.5 * np.tanh(1.5 * x)

    def loss(w):
        return squared_error(w[1] * np.tanh(w[0] * x), y)[0]

    np.testing.assert_allclose(numerical_gradient(loss, [0.0, 0.0]), 0, atol=1e-9)
    assert loss([0.1, 0.1]) < loss([0, 0]) < loss([0.1, -0.1])

    def steps(start, most=400):
        w1, w2 = start
        for step in range(most):
            if loss([w1, w2]) < 0.01:
                return step
            a = np.tanh(w1 * x)
            error = w2 * a - y
            g1, g2 = np.mean(error * w2 * (1 - a**2) * x), np.mean(error * a)
            w1, w2 = w1 - 0.3 * g1, w2 - 0.3 * g2
        return most

    assert [steps([size, 0]) for size in (1e-1, 1e-4, 1e-7)] == [18, 38, 57]
    # From almost every start: not from the saddle itself.
    assert steps([0.0, 0.0]) == 400
    starts = np.random.default_rng(0).uniform(-0.5, 0.5, size=(30, 2))
    assert max(map(steps, starts)) < 100


def test_newton_arrives_at_once_in_a_bowl_and_may_go_to_a_saddle():
    x, y = petals()
    H, g = x.T @ x / 150, x.T @ squared_error(x @ [0, 0], y)[1]
    np.testing.assert_allclose(-np.linalg.solve(H, g), np.linalg.lstsq(x, y)[0])
    for row in x[:5]:  # of one flower it has no inverse
        assert np.linalg.matrix_rank(np.outer(row, row)) == 1

    points = np.linspace(-2, 2, 41)
    target = 1.5 * np.tanh(1.5 * points)

    def loss(w):
        return squared_error(w[1] * np.tanh(w[0] * points), target)[0]

    def gradient(w):
        return numerical_gradient(loss, w, h=1e-4)

    def hessian(w):
        return np.array(
            [numerical_gradient(lambda v, k=k: gradient(v)[k], w, h=1e-4) for k in range(2)]
        )

    def newton(start, steps):
        w = np.array(start)
        for _ in range(steps):
            w = w - np.linalg.solve(hessian(w), gradient(w))
        return w

    np.testing.assert_allclose(newton([1.45, 1.52], 3), [1.5, 1.5], atol=1e-3)
    np.testing.assert_allclose(newton([-0.6, 1.3], 6), [0, 0], atol=1e-3)  # the saddle
    assert np.linalg.eigvalsh(hessian([-0.6, 1.3]))[0] < -2
    w = np.array([-0.6, 1.3])
    for _ in range(100):
        w = w - 0.3 * gradient(w)
    assert loss(w) < 0.01  # where gradient descent finds a minimum
    assert loss(newton([0.5, 0.5], 1)) > 5 * loss([0.5, 0.5])  # uphill

    for u in (-3.0, 0.7, 1.1):  # √(1 + u²): the slope over the curvature leads to -u³
        slope, curvature = u / np.sqrt(1 + u**2), (1 + u**2) ** -1.5
        assert u - slope / curvature == pytest.approx(-(u**3))


def test_a_symmetric_matrix_has_two_directions_that_it_only_stretches():
    A = np.array([[2, 1], [1, 2]])
    assert (A @ [1, 0]).tolist() == [2, 1]
    assert (A @ [1, 1]).tolist() == [3, 3]
    assert (A @ [1, -1]).tolist() == [1, -1]
    for a, b, c in [(17.218, 3.758, 1), *np.random.default_rng(0).normal(size=(50, 3))]:
        root = np.sqrt(((a - c) / 2) ** 2 + b**2)
        values, vectors = np.linalg.eigh([[a, b], [b, c]])
        np.testing.assert_allclose(values, [(a + c) / 2 - root, (a + c) / 2 + root], atol=1e-12)
        assert vectors[:, 0] @ vectors[:, 1] == pytest.approx(0, abs=1e-12)


def test_near_a_minimum_with_curvatures_above_zero_a_network_is_a_bowl():
    x = np.linspace(-2, 2, 41)[:, None]
    net = network(([[1.5]], [0.0]), ([[1.5]], [0.0]), activation="tanh")
    y = net.forward(x)

    def gradient(weights):
        for name, weight in zip(("0.W", "2.W"), weights, strict=True):
            net.params[name][...] = weight
        net.backward(squared_error(net.forward(x, training=True), y)[1])
        return np.array([net.grads["0.W"].item(), net.grads["2.W"].item()])

    columns = [numerical_gradient(lambda w, k=k: gradient(w)[k], [1.5, 1.5]) for k in range(2)]
    limit = 2 / np.linalg.eigvalsh(np.array(columns))[-1]
    assert limit == pytest.approx(2.8, abs=0.005)
    for share, arrives in ((0.9, True), (1.1, False)):
        weights = np.array([1.45, 1.52])
        for _ in range(2000):
            weights = weights - share * limit * gradient(weights)
        assert (np.linalg.norm(weights - 1.5) < 1e-6) == arrives


def test_myth_points_to_the_minimum():
    x, y = petals()
    lowest = np.linalg.lstsq(x, y)[0]
    off = []
    for angle in np.radians(np.arange(180)):
        way = -np.array([np.cos(angle), np.sin(angle)])
        _, dy = squared_error(x @ (lowest - way), y)
        down = -(x.T @ dy)
        off.append(np.degrees(np.arccos(down @ way / np.linalg.norm(down))))
    kappa = curvatures(x)[-1] / curvatures(x)[0]
    greatest = np.degrees(np.arccos(2 * np.sqrt(kappa) / (1 + kappa)))  # Kantorovich's inequality
    assert max(off) == pytest.approx(greatest, abs=0.1) == pytest.approx(79, abs=0.5)
    assert min(off) < 1


def test_myth_make_the_loss_convex():
    rng = np.random.default_rng(5)
    x, _, labels, _ = moons(1)

    def bulges(net):
        def loss_at(weights):
            for name, array in net.params.items():
                array[...] = weights[name]
            return softmax_cross_entropy(net.forward(x), labels)[0]

        found = 0
        for _ in range(500):
            p, q = (
                {k: 2 * rng.normal(size=v.shape) for k, v in net.params.items()} for _ in range(2)
            )
            half = {k: (p[k] + q[k]) / 2 for k in p}
            found += loss_at(half) > (loss_at(p) + loss_at(q)) / 2 + 1e-9
        return found / 500

    assert bulges(Sequential(Dense(2, 2, rng=rng))) == 0
    deep = Sequential(Dense(2, 8, rng=rng), Activation("tanh"), Dense(8, 2, rng=rng))
    assert 0.15 < bulges(deep) < 0.28  # about a fifth of the pairs


def test_answers_to_the_exercises_of_chapter_5():
    w = [3.0]  # 5.1
    for _ in range(3):
        w.append(w[-1] - 0.25 * 2 * (w[-1] - 1))
    assert w == [3, 2, 1.5, 1.25]

    x, y = np.array([[1.0, 1], [2, 1]]), np.array([3.0, 2])  # 5.2
    assert squared_error(x @ [1, 0], y)[0] == 1
    theta = descend(x, y, lr=0.5, steps=1, start=(1.0, 0.0))
    assert theta.tolist() == [1.5, 0.5]
    assert squared_error(x @ theta, y)[0] == 0.8125

    millimetres, _ = petals()  # 5.4
    millimetres = millimetres * [10, 1]
    assert curvatures(millimetres)[-1] / curvatures(millimetres)[0] > 9000
    (a, b), (_, c) = millimetres.T @ millimetres / 150
    assert curvatures(millimetres).sum() == pytest.approx(a + c)
    assert curvatures(millimetres).prod() == pytest.approx(a * c - b * b)

    def steps(lr, start):  # 5.6
        theta, H, t = np.array(start), np.diag([1.0, 20.0]), 0
        while np.linalg.norm(theta) > 0.001:
            theta, t = theta - lr * H @ theta, t + 1
        return t

    rates, best = np.arange(100, 200) / 2000, 2 / 21
    for start, low, high in (((1.0, 1.0), 0.976, 0.993), ((1.0, 10.0), 0.96, 0.982)):
        found = [steps(lr, start) for lr in rates]
        shares = rates[np.array(found) == min(found)] / best
        assert low < shares.min() < shares.max() < high
    assert min(steps(lr, (1.0, 1.0)) for lr in rates) == 71

    # 5.8: the flowers in their order, and shuffled
    (z,), y = data.standardize(petals()[0][:, :1]), petals()[1]
    x = np.column_stack([z, np.ones(150)])
    minimum = np.linalg.lstsq(x, y)[0]

    def end(lr, rng=None):
        theta = np.zeros(2)
        for _ in range(200):
            order = np.arange(150) if rng is None else rng.permutation(150)
            for rows in np.split(order, 15):
                theta = theta - lr * (x[rows].T @ squared_error(x[rows] @ theta, y[rows])[1])
        return theta

    def loss(theta, rows):
        return squared_error(x[rows] @ theta, y[rows])[0]

    far = {}
    for lr in (0.1, 0.3, 0.5, 0.7):
        theta, last = end(lr), slice(140, 150)
        far[lr] = np.linalg.norm(theta - minimum)
        assert loss(theta, last) < loss(minimum, last)
    assert far[0.1] < far[0.3] < far[0.5] < far[0.7]
    assert (far[0.3], far[0.7]) == pytest.approx((0.12, 0.31), abs=0.005)
    for lr in (0.8, 0.9, 1.0):
        assert np.abs(end(lr)).max() > 100
    for lr, median in ((0.1, 0.01), (1.0, 0.08)):
        ends = [end(lr, np.random.default_rng(seed)) - minimum for seed in range(10)]
        assert np.median(np.linalg.norm(ends, axis=1)) == pytest.approx(median, abs=0.005)

    # 5.8 as it is drawn: species in another order
    species = data.iris()[1]
    for (order, size), text in chapter_5._IN_ORDER.items():
        rows = np.concatenate([np.flatnonzero(species == kind) for kind in order])
        for lr, said in zip((0.1, 0.3, 0.5, 0.7), map(float, text.split(", ")), strict=True):
            theta = np.zeros(2)
            for _ in range(200):
                for part in np.split(rows, 150 // size):
                    theta = theta - lr * (x[part].T @ squared_error(x[part] @ theta, y[part])[1])
            assert np.linalg.norm(theta - minimum) == pytest.approx(said, abs=0.006)
            assert loss(theta, rows[-size:]) < loss(minimum, rows[-size:])

    # 5.9: two shuffles
    inputs, _, labels, _ = moons(0)
    for seed in range(10):
        rng = np.random.default_rng(seed)
        net = Sequential(Dense(2, 8, rng=rng), Activation("tanh"), Dense(8, 2, rng=rng))
        mixed, answers = rng.permutation(inputs), rng.permutation(labels)
        history = fit(net, softmax_cross_entropy, SGD(1.0), mixed, answers, epochs=200,
                      batch_size=20, rng=rng)  # fmt: skip
        assert history.loss[-1] == pytest.approx(np.log(2), rel=0.05)
