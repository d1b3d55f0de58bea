"""One test for each claim and misconception of chapter 7, activation functions, by its id."""

import re
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from claims import around, epoch_losses

from companion import data
from companion.activations import ACTIVATIONS, leaky_relu, relu, sigmoid, sigmoid_derivative
from companion.layers import Activation, Dense, Sequential
from companion.losses import softmax_cross_entropy
from companion.optimizers import SGD
from companion.regularizers import clip_gradients
from companion.training import accuracy, fit, minibatches


def deep_net(name, hidden, seed, init="xavier_normal"):
    rng, layers = np.random.default_rng(seed), []
    for n_in in [64] + [50] * (hidden - 1):
        layers += [Dense(n_in, 50, rng=rng, init=init), Activation(name)]
    return Sequential(*layers, Dense(50, 10, rng=rng, init=init))


def factor_a_layer(net, x, y):
    """Return by which factor a layer multiplies the gradient on its way back, before training."""
    _, d = softmax_cross_entropy(net.forward(x, training=True), y)
    lengths = []
    for layer in net.layers[::-1]:
        d = layer.backward(d)
        if isinstance(layer, Activation):
            lengths.append(np.linalg.norm(d))
    return (lengths[-1] / lengths[0]) ** (1 / (len(lengths) - 1))


@pytest.fixture(scope="module")
def scaled_digits():
    x, y = data.digits()
    return data.standardize(x)[0], y


def one_layer(x, y, rate, seed, epochs=3, name="relu"):
    rng = np.random.default_rng(seed)
    net = Sequential(Dense(64, 50, rng=rng), Activation(name), Dense(50, 10, rng=rng))
    fit(net, softmax_cross_entropy, SGD(rate), x, y, epochs=epochs, batch_size=32, rng=rng)
    return net


def dead_units(net, x, layer=0):
    for part in net.layers[: layer + 1]:
        x = part.forward(x)
    return (x <= 0).all(axis=0)


def deaths(x, y, rate, seed):
    """Return how many units are dead before the first step, and how many die in training."""
    before = (Dense(64, 50, rng=np.random.default_rng(seed))(x) <= 0).all(axis=0)
    after = dead_units(one_layer(x, y, rate, seed), x)
    return before.sum(), (after & ~before).sum()


def test_claim_max_slopes():
    z = np.arange(-1000, 1001) / 64
    for name, greatest in (("sigmoid", 0.25), ("tanh", 1.0)):
        function, derivative = ACTIVATIONS[name]
        slopes = derivative(z)
        assert slopes.max() == greatest
        assert z[slopes == greatest].tolist() == [0]
        rise = (function(1e-5) - function(-1e-5)) / 2e-5  # and that it is the slope
        assert rise == pytest.approx(greatest, abs=1e-9)
    for name, edge in (("sigmoid", 5.99), ("tanh", 2.99)):  # where 1 % of the peak is left
        derivative = ACTIVATIONS[name].derivative
        assert derivative(edge + 0.01) < derivative(0) / 100 < derivative(edge - 0.01)


def test_claim_one_sign():
    rng = np.random.default_rng(0)
    net = Sequential(
        Dense(5, 8, rng=rng), Activation("sigmoid"), Dense(8, 4, rng=rng), Activation("tanh")
    )
    centred = Sequential(
        Dense(5, 8, rng=rng), Activation("tanh"), Dense(8, 4, rng=rng), Activation("tanh")
    )
    mixed = 0
    for _ in range(100):
        x, dy = rng.normal(size=(1, 5)), rng.normal(size=(1, 4))
        for network_, one_sign in ((net, True), (centred, False)):
            network_.forward(x, training=True)
            network_.backward(dy)
            signs = np.sign(network_.grads["2.W"])
            if one_sign:
                assert (signs == np.sign(network_.grads["2.b"])).all()  # that of delta
            else:
                mixed += (signs != signs[0]).any()
    assert mixed > 90


def test_what_chapter_7_says_of_the_cost_of_exp_stands_in_the_benchmark():
    table = (Path(__file__).resolve().parents[1] / "benchmarks.md").read_text(encoding="utf-8")
    measured = {
        what.strip(): float(ratio)
        for what, ratio in re.findall(
            r"^\| activation [^|]*\|([^|]+)\| ([\d.]+) ", table, re.MULTILINE
        )
    }
    assert 2 < measured["tanh / maximum"] < 10
    assert 2 < measured["1 / (1 + exp(-z)) / maximum"] < 10
    assert measured["1 / (1 + exp(-z)) / matrix product"] < 0.1


def test_claim_tanh_from_sigmoid():
    z = np.linspace(-20, 20, 4001)
    tanh, tanh_derivative = ACTIVATIONS["tanh"]
    np.testing.assert_allclose(tanh(z), 2 * sigmoid(2 * z) - 1, atol=1e-12)
    np.testing.assert_allclose(tanh_derivative(z), 1 - tanh(z) ** 2, atol=1e-12)
    np.testing.assert_allclose(tanh_derivative(z), 4 * sigmoid_derivative(2 * z), atol=1e-12)
    np.testing.assert_allclose(tanh(z), (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)))


def test_claim_sixty_fourth():
    rng = np.random.default_rng(0)
    net = Sequential(*(f() for _ in range(3) for f in (one_by_one, lambda: Activation("sigmoid"))))
    net.params["2.b"][0] = net.params["4.b"][0] = -0.5
    net.forward([[0.0]], training=True)
    assert net.backward([[1.0]]) == 1 / 64
    x = rng.normal(scale=3, size=(1000, 1))
    for _ in range(20):
        for name, array in net.params.items():
            array[...] = rng.uniform(-1, 1) if name.endswith("W") else rng.normal()
        net.forward(x, training=True)
        assert np.abs(net.backward(np.ones((1000, 1)))).max() <= 1 / 64
    net.params["2.W"][...] = net.params["4.W"][...] = 6.0  # weights can make it explode
    net.params["2.b"][...] = net.params["4.b"][...] = -3.0
    net.params["0.W"][...], net.params["0.b"][...] = 1.0, 0.0
    net.forward([[0.0]], training=True)
    assert net.backward([[1.0]]) == 36 / 64


def one_by_one():
    return Dense(1, 1, rng=None, init=lambda n_in, n_out, rng: np.ones((n_in, n_out)))


def test_claim_gradient_order(scaled_digits):
    x, y = scaled_digits[0][:200], scaled_digits[1][:200]
    groups = [["sigmoid"], ["gelu", "softplus"], ["relu", "leaky_relu"], ["tanh", "elu"], ["selu"]]
    left = [
        [factor_a_layer(deep_net(f, 20, seed), x, y) ** 19 for f in group for seed in range(10, 15)]
        for group in groups
    ]
    for lower, higher in pairwise(left):
        assert 3 * max(lower) < min(higher)
    assert max(left[0]) < 1e-10


def test_what_the_slopes_say_about_the_factor_a_layer(scaled_digits):
    x, y = scaled_digits[0][:200], scaled_digits[1][:200]
    for name in ("sigmoid", "gelu", "relu", "tanh", "selu"):
        net, sizes, a = deep_net(name, 20, 1), [], x
        for layer in net.layers:
            if isinstance(layer, Activation):
                sizes.append(np.sqrt(np.mean(layer.derivative(a) ** 2)))
            a = layer.forward(a)
        said = np.exp(np.mean(np.log(sizes[:-1])))
        assert factor_a_layer(net, x, y) == pytest.approx(said, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 3, 10])
def test_no_rate_trains_ten_layers_of_sigmoids(scaled_digits, rate):
    for seed in (100, 101, 102):
        net = deep_net("sigmoid", 10, seed)
        assert epoch_losses(net, scaled_digits, rate, 6, seed)[-1] > 2.25


def test_the_rate_at_which_the_networks_of_the_opening_are_compared(scaled_digits):
    """It is the best of three for ReLU, with neighbours that are worse."""

    def loss(rate, seed):
        net = deep_net("relu", 10, seed)
        return min(epoch_losses(net, scaled_digits, rate, 6, seed)[-1], np.log(10))

    low, chosen, high = (
        np.mean([loss(rate, seed) for seed in range(100, 105)]) for rate in (0.03, 0.1, 0.3)
    )
    assert chosen < min(low, high)
    assert chosen < 1.2


def test_a_vanished_gradient_leaves_the_training_loss_high(scaled_digits):
    x, y = scaled_digits
    for name, hidden, stays in (("sigmoid", 1, False), ("sigmoid", 10, True), ("tanh", 10, False)):
        net, rng = deep_net(name, hidden, 0), np.random.default_rng(0)
        options = {"epochs": 8, "batch_size": 32, "rng": rng}
        loss = fit(net, softmax_cross_entropy, SGD(0.1), x, y, **options).loss[-1]
        assert (2.2 < loss < 2.4) if stays else loss < 0.5


def test_the_last_layer_of_ten_layers_of_sigmoids_sees_no_difference(scaled_digits):
    x, _ = scaled_digits
    for seed in (5, 6, 7):
        net = deep_net("sigmoid", 10, seed)
        before = net[:-1](x[:200]).std(axis=0).mean()
        assert before < 1e-6
        epoch_losses(net, scaled_digits, 0.1, 6, seed)
        assert net[:-1](x[:200]).std(axis=0).mean() < 1e-6


def test_claim_dead_units():
    x, y = data.digits()
    centred, seeds = x - x.mean(axis=0), range(100, 106)
    found = {
        rate: np.transpose([deaths(x, y, rate, seed) for seed in seeds])
        for rate in (0.01, 0.1, 0.3, 1.0, 3.0)
    }
    for rate in (0.01, 0.1, 0.3):
        before, died = found[rate]
        assert before.sum() > died.sum()  # most were dead before the first step
    died = {rate: some[1] for rate, some in found.items()}
    assert died[0.3].max() < died[1.0].min() <= died[1.0].max() < died[3.0].min()
    assert died[3.0].min() >= 40
    for rate, seed in product((0.3, 1.0, 3.0), seeds):
        before, lost = deaths(centred, y, rate, seed)
        assert before == 0
        assert lost <= 2


def test_a_rate_that_kills_with_pixels_is_good_with_centred_ones():
    """Leaky ReLU, whose units cannot die, is no cure."""
    x, y = data.digits()
    right = {}
    for name, samples in product(("relu", "leaky_relu"), (x, x - x.mean(axis=0))):
        nets = [one_layer(samples, y, 3.0, seed, name=name) for seed in range(100, 105)]
        right[name, samples is x] = np.median([accuracy(net(samples), y) for net in nets])
    assert right["relu", True] < 0.2
    assert right["leaky_relu", True] < 0.5
    assert min(right["relu", False], right["leaky_relu", False]) > 0.9


def test_one_step_on_one_sample_closes_units_for_all_if_the_pixels_are_not_centred():
    x, _ = data.digits()
    closed = []
    for samples in (x, x - x.mean(axis=0)):
        z = samples @ np.random.default_rng(7).normal(0, 1 / 8, (64, 50))
        pushed = z[5] > 0  # the others have no gradient
        after = z - 0.1 * pushed * (samples @ samples[5] + 1)[:, None]
        closed.append((pushed & (after <= 0).all(axis=0)).sum() / pushed.sum())
    assert closed[0] > 0.25
    assert closed[1] == 0


def test_how_long_a_step_of_the_same_size_is():
    """For an open unit the gradient of one sample is about 1/6 at the start."""
    x, y = data.digits()
    for seed in range(3, 6):
        rng = np.random.default_rng(seed)
        net = Sequential(Dense(64, 50, rng=rng), Activation("relu"), Dense(50, 10, rng=rng))
        scores = net.forward(x, training=True)
        _, dy = softmax_cross_entropy(scores, y)
        size = np.sqrt(np.mean((net[2].backward(dy * len(x)))[net[0](x) > 0] ** 2))
        assert 0.1 / size == pytest.approx(0.6, abs=0.15)


def test_houses_as_they_are_saturate_tanh_and_leave_relu_units_without_a_bend():
    houses, _ = data.houses(500, rng=np.random.default_rng(1))
    (scaled,) = data.standardize(houses)
    for seed in range(5, 10):
        layer = Dense(8, 100, rng=np.random.default_rng(seed))
        raw, tame = layer(houses), layer(scaled)
        assert (1 - np.tanh(raw) ** 2 < 0.01).mean() > 0.9
        assert (1 - np.tanh(tame) ** 2 < 0.01).mean() < 0.01
        always = [np.isin((z > 0).mean(axis=0), (0, 1)).mean() for z in (raw, tame)]
        assert always[0] > 0.2
        assert always[1] < 0.01


def test_the_cosines_of_evenly_drawn_angles_are_most_frequent_at_the_ends():
    cosines = np.cos(np.random.default_rng(0).uniform(-np.pi, np.pi, size=10_000))
    found, _ = np.histogram(cosines, bins=10, range=(-1, 1))
    assert min(found[0], found[-1]) > 2 * found[1:-1].max()  # exercise 7.10


def test_claim_dead_for_good():
    x, y = data.digits()
    returned = np.zeros(2, dtype=int)
    for seed in range(2):
        net, rng = deep_net("relu", 2, seed, "he_normal"), np.random.default_rng(seed)
        before = None
        for _ in range(6):
            fit(net, softmax_cross_entropy, SGD(0.5), x, y, epochs=1, batch_size=32, rng=rng)
            now = dead_units(net, x), dead_units(net, x, 2)
            assert now[0].sum() > 0
            if before:
                returned += [(a & ~b).sum() for a, b in zip(before, now, strict=True)]
            before = now
    assert returned[0] == 0
    assert returned[1] > 0


RANGE = {"relu": (0.06, 0.12), "gelu": (0.12, 0.12), "softplus": (0.04, 0.16)}


def centred_net(name, is_centred, seed, x):
    net = deep_net(name, 10, seed, "he_normal")
    for layer in net.layers:
        if isinstance(layer, Activation) and is_centred:
            mean = layer(x).mean()
            layer.function = lambda z, f=layer.function, mean=mean: f(z) - mean
        x = layer(x)
    return net


def centred_loss(name, is_centred, rate, seed, digits):
    net = centred_net(name, is_centred, seed, digits[0])
    return epoch_losses(net, digits, rate, 4, seed)[-1]


def test_claim_range_counts(scans):
    x, y = scans[0][:200], scans[1][:200]
    for name, rates in RANGE.items():
        plain, centred = (
            np.median([centred_loss(name, k, rates[k], s, scans) for s in range(5, 10)])
            for k in (False, True)
        )
        assert centred < plain * 2 / 3
        nets = [[centred_net(name, k, s, scans[0]) for s in range(5, 10)] for k in (False, True)]
        assert all(abs(net[:20](scans[0]).mean()) < 1e-6 for net in nets[1])
        factors = [np.median([factor_a_layer(net, x, y) for net in some]) for some in nets]
        assert abs(factors[1] - 1) > abs(factors[0] - 1) - 0.02  # it does not come nearer to 1
    fails = [
        np.mean([np.isinf(centred_loss("relu", k, 0.5, s, scans)) for s in range(5, 12)])
        for k in (False, True)
    ]
    assert fails[0] < 0.5 < fails[1]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "is_centred"), [*product(RANGE, (False, True))])
def test_the_rates_of_the_centred_functions_are_near_the_best(name, is_centred, scans):
    """On seeds that are not reported; a run that diverges counts as a guess."""

    def loss(rate, seed):
        return min(centred_loss(name, is_centred, rate, seed, scans), 2.3)

    half, chosen, double = around(loss, RANGE[name][is_centred], range(100, 106))
    assert chosen < 1.1 * min(half, double)


TEN_LAYERS = {
    "relu": ("he_normal", 0.04), "gelu": ("he_normal", 0.08), "tanh": ("xavier_normal", 0.12),
    "elu": ("xavier_normal", 0.08), "selu": ("xavier_normal", 0.04),
}  # fmt: skip


def ten_layers_loss(name, rate, seed, digits):
    net = deep_net(name, 10, seed, TEN_LAYERS[name][0])
    return min(epoch_losses(net, digits, rate, 4, seed)[-1], np.log(10))


def test_claim_ten_layers(scans):
    medians = {
        name: np.median([ten_layers_loss(name, rate, s, scans) for s in range(5, 10)])
        for name, (_, rate) in TEN_LAYERS.items()
    }
    least = min(medians[name] for name in ("relu", "gelu"))
    assert max(medians[name] for name in ("tanh", "elu", "selu")) < least / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", TEN_LAYERS)
def test_neither_half_nor_twice_the_rates_of_the_ten_layers_is_better(name, scans):
    """By more than a quarter, on seeds that are not reported."""
    half, chosen, double = around(
        lambda rate, seed: ten_layers_loss(name, rate, seed, scans),
        TEN_LAYERS[name][1],
        range(100, 106),
        mean=np.median,
    )
    assert chosen < 1.25 * min(half, double)


def test_some_narrow_relu_networks_are_born_dead():
    x = data.standardize(data.digits()[0])[0][:100]
    constant = {"relu": 0, "leaky_relu": 0}
    for name, seed in product(constant, range(100)):
        rng, layers = np.random.default_rng(seed), []
        for n_in in [64] + [4] * 9:
            layers += [Dense(n_in, 4, rng=rng, init="he_normal"), Activation(name)]
        constant[name] += np.ptp(Sequential(*layers).forward(x), axis=0).max() == 0
    assert 10 <= constant["relu"] <= 40
    assert constant["leaky_relu"] == 0


def test_clipping_saves_a_start_that_explodes(scaled_digits):
    x, y = scaled_digits

    def train(limit):
        net, rng, losses = deep_net("relu", 10, 0), np.random.default_rng(0), []
        for array in net.params.values():
            array *= 2
        for _ in range(5):
            for rows in minibatches(len(x), 32, rng=rng):
                loss, dy = softmax_cross_entropy(net.forward(x[rows], training=True), y[rows])
                net.backward(dy)
                SGD(0.1).step(net.params, clip_gradients(net.grads, limit)[0])
                losses.append(loss)
        return losses[0], np.mean(losses[-40:])

    first, last = train(limit=1)
    assert first > 50
    assert last < 2
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="finite"):
        train(limit=1e300)


def test_myth_tanh_two_sigma():
    x, tanh = np.linspace(-10, 10, 2001), ACTIVATIONS["tanh"].function
    np.testing.assert_allclose(2 * sigmoid(x) - 1, tanh(x / 2), atol=1e-12)
    assert tanh(1.0) - (2 * sigmoid(1.0) - 1) > 0.29


def test_myth_tanh_slope_half():
    slopes = ACTIVATIONS["tanh"].derivative(np.linspace(-5, 5, 1001))
    assert slopes.max() == 1
    assert (ACTIVATIONS["tanh"].derivative(np.linspace(-0.85, 0.85, 101)) > 0.5).all()
    assert (2 * sigmoid_derivative(np.linspace(-5, 5, 1001))).max() == 0.5


def test_myth_relu_tends_to_one():
    z = 10.0 ** np.arange(6)
    assert relu(z).tolist() == z.tolist()
    assert ACTIVATIONS["relu"].derivative(z).tolist() == [1] * 6
    assert sigmoid(1000.0) == 1
    assert sigmoid_derivative(1000.0) == 0


def test_myth_relu_filters_negative():
    x = np.random.default_rng(0).normal(size=(50, 1))
    hidden = relu(x @ np.array([[1.0, -1.0]]))
    np.testing.assert_array_equal(hidden @ [[1.0], [-1.0]], x)


def test_myth_negative_weight():
    layer = Dense(1, 1, rng=None, init=lambda *size, rng: np.full(size, -2.0))
    for x, gradient in ((3.0, 0.0), (-3.0, -3.0)):
        net = Sequential(layer, Activation("relu"))
        net.forward([[x]], training=True)
        net.backward([[1.0]])
        assert net.grads["0.W"] == gradient


def test_myth_vanishing_solved(scaled_digits):
    x, y = scaled_digits[0][:200], scaled_digits[1][:200]
    for init, low, high in (("xavier_normal", 0, 1e-6), ("he_normal", 0.01, 100)):
        for seed in range(3):
            assert low < factor_a_layer(deep_net("relu", 50, seed, init), x, y) ** 49 < high
    shallow = factor_a_layer(deep_net("relu", 20, 0), x, y)
    assert shallow == pytest.approx(np.sqrt(0.5), rel=0.05)


def steps_to_a_tenth(name, hidden, rate, seed, x, y, most=110):
    init = {"tanh": "xavier_normal", "relu": "he_normal"}[name]
    net, optimizer = deep_net(name, hidden, seed, init), SGD(rate)
    for step_ in range(most):
        loss, dy = softmax_cross_entropy(net.forward(x, training=True), y)
        if loss < 0.1:
            return step_
        if loss > 1000:
            break
        net.backward(dy)
        optimizer.step(net.params, net.grads)
    return most


RACE = {
    ("tanh", 1): 3.2, ("tanh", 2): 2.4, ("tanh", 4): 1.2,
    ("relu", 1): 1.6, ("relu", 2): 1.2, ("relu", 4): 0.6,
}  # fmt: skip


def test_myth_six_times(scaled_digits):
    x, y = scaled_digits[0][:300], scaled_digits[1][:300]
    for hidden in (1, 2, 4):
        low, best = (
            [
                np.median([steps_to_a_tenth(name, hidden, rate, s, x, y) for s in range(10, 15)])
                for name, rate in rates.items()
            ]
            for rates in (
                {"tanh": 0.2, "relu": 0.2},
                {name: RACE[name, hidden] for name in ("tanh", "relu")},
            )
        )
        assert 1.2 < low[0] / low[1] < 3  # at the same small rate
        assert best[0] <= best[1]  # each at its best one


@pytest.mark.slow
@pytest.mark.parametrize(("name", "hidden"), RACE)
def test_the_rates_of_the_race_are_the_best_of_a_grid(name, hidden, scaled_digits):
    """To a tenth, on seeds that are not reported; the best is not at the grid's end."""
    x, y = scaled_digits[0][:300], scaled_digits[1][:300]
    grid_ = (0.2, 0.4, 0.6, 0.8, 1.2, 1.6, 2.4, 3.2, 4.8)
    means = [
        np.mean([steps_to_a_tenth(name, hidden, rate, s, x, y) for s in range(100, 105)])
        for rate in grid_
    ]
    assert 0 < np.argmin(means) < len(grid_) - 1
    assert means[grid_.index(RACE[name, hidden])] <= 1.1 * min(means)


def test_myth_zero_gradient_kills():
    x, y = data.digits()
    net = one_layer(x, y, rate=0.1, seed=0)
    z = net.layers[0].forward(x)
    assert 0.25 < (z <= 0).mean() < 2 / 3
    assert (z <= 0).any(axis=0).mean() > 0.9  # nearly each unit is closed for some sample
    assert dead_units(net, x).sum() <= 5
    _, dy = softmax_cross_entropy(net.forward(x, training=True), y)
    net.backward(dy)
    still = (net.grads["0.W"] == 0).all(axis=0) & (net.grads["0.b"] == 0)
    assert np.array_equal(still, dead_units(net, x))  # no gradient exactly for the dead


def test_myth_leaky_hundredth():
    z = np.array([-3.0, -0.5, 0.5, 3.0])
    np.testing.assert_allclose(leaky_relu(z), [-0.03, -0.005, 0.5, 3.0])
    assert ACTIVATIONS["leaky_relu"].derivative(z).tolist() == [0.01, 0.01, 1, 1]


def test_answers_to_the_open_exercises_of_chapter_7(scans):
    x, y = scans[0][:200], scans[1][:200]  # 7.11
    for scale, factor in ((2, 0.4), (4, 0.6), (6, 0.75), (8, 0.9)):
        losses = []
        for seed in range(3):
            net = deep_net("sigmoid", 10, seed)
            for array in net.params.values():
                array *= scale
            assert factor_a_layer(net, x, y) == pytest.approx(factor, abs=0.1)
            losses.append(epoch_losses(net, scans, 0.1, 10, seed)[-1])
        least, most = {2: (2.25, 2.4), 4: (1.5, 2.35), 6: (0.5, 2), 8: (0.5, 2)}[scale]
        assert least < min(losses) < most
        assert max(losses) < most
        if scale == 4:  # some runs begin to leave ln 10
            assert min(losses) < 2.2

    pixels, y = data.digits()  # 7.12
    cases = {
        "ink": pixels, "paper": 1 - pixels, "both signs": pixels - 0.5,
        "double": 2 * pixels, "half": pixels / 2,
    }  # fmt: skip
    died = {
        (name, rate): np.transpose([deaths(z, y, rate, seed) for seed in range(5)])
        for name, z in cases.items()
        for rate in (0.3, 1.0, 3.0)
    }
    assert min(died["paper", 0.3][0]) >= 3  # before the first step
    assert max(died["ink", 0.3][1]) < min(died["paper", 0.3][1])
    assert np.median(died["both signs", 1.0][1]) < np.median(died["ink", 1.0][1])
    assert min(died["both signs", 3.0][1]) >= 40
    assert np.median(died["double", 1.0][1]) > np.median(died["ink", 1.0][1])
    assert np.median(died["half", 1.0][1]) < np.median(died["ink", 1.0][1])
