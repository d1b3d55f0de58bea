"""One test for each claim and misconception of chapter 5, gradient descent, by its id."""

import numpy as np
import pytest

from companion import data
from companion.approximation import network
from companion.gradient_check import numerical_gradient
from companion.layers import Activation, Dense, Sequential
from companion.losses import softmax_cross_entropy, squared_error
from companion.optimizers import SGD
from companion.training import minibatches


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
    limit = 2 / curvatures(x)[-1]
    assert 0.1 < limit < 0.115  # the rates of the first figure
    lowest = np.linalg.lstsq(x, y)[0]
    for share, low, high in ((0.5, 0, 1e-6), (0.99, 0, 1e-6), (1.01, 1e6, np.inf)):
        theta = descend(x, y, lr=share * limit, steps=4000)
        assert low <= np.linalg.norm(theta - lowest) / np.linalg.norm(lowest) < high


def test_claim_standardize():
    flowers, _ = data.iris()
    for features, before, after in ((flowers[:, [2]], 105.2, 1), (flowers[:, :3], 8121, 28.4)):
        for x, wanted in ((features, before), (data.standardize(features)[0], after)):
            least, *_, greatest = curvatures(np.column_stack([x, np.ones(150)]))
            assert greatest / least == pytest.approx(wanted, rel=1e-3)
    (z,), y = data.standardize(flowers[:, [2]]), flowers[:, 3]
    x = np.column_stack([z, np.ones(150)])
    np.testing.assert_allclose(descend(x, y, lr=1.0, steps=1), np.linalg.lstsq(x, y)[0])


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


def test_claim_not_convex():
    x = np.linspace(-2, 2, 41)[:, None]
    net = Sequential(
        Dense(1, 1, rng=np.random.default_rng(0)), Activation("tanh"),
        Dense(1, 1, rng=np.random.default_rng(0)),
    )  # fmt: skip

    def output(w1, w2):
        net.params["0.W"][...], net.params["2.W"][...] = w1, w2
        return net.forward(x)

    y = output(1.5, 1.5)
    ends = [squared_error(output(*w), y)[0] for w in ((1.5, 1.5), (-1.5, -1.5))]
    assert ends == pytest.approx([0, 0], abs=1e-15)  # tanh is odd
    assert squared_error(output(0, 0), y)[0] == pytest.approx(0.761, abs=5e-4)


def test_a_saddle_has_no_slope_and_two_ways():
    x = np.linspace(-2, 2, 41)
    y = 1.5 * np.tanh(1.5 * x)

    def loss(w):
        return squared_error(w[1] * np.tanh(w[0] * x), y)[0]

    np.testing.assert_allclose(numerical_gradient(loss, [0.0, 0.0]), 0, atol=1e-9)
    assert loss([0.1, 0.1]) < loss([0, 0]) < loss([0.1, -0.1])


def test_near_its_lowest_place_a_network_is_a_bowl():
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
    x, labels = data.moons(100, noise=0.2, rng=rng)

    def bulges(net):
        def loss_at(weights):
            for name, array in net.params.items():
                array[...] = weights[name]
            return softmax_cross_entropy(net.forward(x), labels)[0]

        found = 0
        for _ in range(300):
            p, q = (
                {k: 2 * rng.normal(size=v.shape) for k, v in net.params.items()} for _ in range(2)
            )
            half = {k: (p[k] + q[k]) / 2 for k in p}
            found += loss_at(half) > (loss_at(p) + loss_at(q)) / 2 + 1e-9
        return found

    assert bulges(Sequential(Dense(2, 2, rng=rng))) == 0
    assert bulges(Sequential(Dense(2, 8, rng=rng), Activation("tanh"), Dense(8, 2, rng=rng))) > 0


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
