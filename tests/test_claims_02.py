"""One test for each claim and misconception of chapter 2, XOR and the hidden layer, by its id."""

from itertools import product

import numpy as np
import pytest

from companion import data, losses, optimizers, perceptron
from companion.activations import leaky_relu, relu, sigmoid, step
from companion.approximation import network
from companion.layers import Activation, Dense, Sequential
from companion.perceptron import GATE_INPUTS, GATES, TRUTH_TABLES
from companion.training import train_step

OR_NAND = ([[1, -1], [1, -1]], [-0.5, 1.5]), ([[1], [1]], [-1.5])
OR_AND = ([[1, 1], [1, 1]], [-0.5, -1.5]), ([[1], [-1]], [-0.5])


def answers_of(pairs, x, activation="step"):
    """What a network with these weights answers, 1 where its output is above 0."""
    return (network(*pairs, activation=activation).forward(x)[:, 0] > 0).astype(int)


def test_claim_no_line():
    x, y = data.xor()
    rows = (2 * y - 1)[:, None] * np.column_stack([x, np.ones(4)])
    assert not rows.sum(axis=0).any()  # the certificate: 0 ≥ 4
    for labels in (y, 1 - y):
        found = perceptron.find_line(x, labels)
        assert found.line is None
        assert found.multipliers.tolist() == [1 / 4] * 4  # and after division by 4: 0 ≥ 1
    rng = np.random.default_rng(0)
    for w1, w2, b in rng.normal(size=(2000, 3)):
        assert perceptron.count_mistakes(x, y, [w1, w2], b) >= 1
    assert perceptron.count_mistakes(x, y, *GATES["OR"]) == 1


def samples_to_blame(x, y):
    """Leave out every sample without which there still is no line."""
    for i in reversed(range(len(x))):
        rest = np.arange(len(x)) != i
        if perceptron.find_line(x[rest], y[rest]).line is None:
            x, y = x[rest], y[rest]
    return x, y


def assert_contradictory(x, y):
    """Some point is a weighted mean of the ones and of the zeros, so no line separates them."""
    rows = (2 * y - 1)[:, None] * np.column_stack([x, np.ones(len(x))])
    sums = np.vstack([rows.T, np.ones(len(x))])
    multipliers, *_ = np.linalg.lstsq(sums, [0, 0, 0, 2], rcond=None)
    assert multipliers.min() > 0
    np.testing.assert_allclose(sums @ multipliers, [0, 0, 0, 2], rtol=0, atol=1e-9)
    ones, zeros = (multipliers[y == c] @ x[y == c] for c in (1, 0))
    np.testing.assert_allclose(ones, zeros, rtol=0, atol=1e-9)


def test_claim_four_samples():
    rng = np.random.default_rng(7)
    sizes = []
    for _ in range(30):
        x, y = rng.integers(0, 8, size=(12, 2)), rng.integers(0, 2, size=12)
        if perceptron.find_line(x, y).line is None:
            x, y = samples_to_blame(x, y)
            sizes.append(len(x))
            assert_contradictory(x, y)
            assert (perceptron.find_line(x, y).multipliers > 0).all()
    assert len(sizes) > 20
    assert set(sizes) == {2, 3, 4}
    x, _, y, _ = moons_behind_random_units(0, 0)
    ones = []
    for seed in range(20, 28):
        order = np.random.default_rng(seed).permutation(200)
        few, labels = samples_to_blame(x[order], y[order])
        assert_contradictory(few, labels)
        assert len(few) == 4
        ones.append(labels.sum())
    assert {2} < set(ones) <= {1, 2, 3}  # as in XOR, or three around one


def test_the_rule_goes_round_in_circles_on_xor():
    run = perceptron.train_perceptron(*data.xor(), epochs=20)
    ends = [run.path[k] for k in np.cumsum(run.mistakes)]
    assert all(w.tolist() == [-1, 0] and b == 1 for w, b in ends[1:])


def test_claim_xor_by_hand():
    for x in (data.xor()[0], GATE_INPUTS):
        for pairs in (OR_NAND, OR_AND):
            assert answers_of(pairs, x).tolist() == [0, 1, 1, 0]
    hidden = step(GATE_INPUTS @ OR_NAND[0][0] + OR_NAND[0][1])
    assert np.array_equal(hidden.T, [TRUTH_TABLES["OR"], TRUTH_TABLES["NAND"]])
    assert data.xor()[1].tolist() == [0, 1, 1, 0]


def test_claim_any_table():
    cube = np.array(list(product((0, 1), repeat=3)))
    for table in product((0, 1), repeat=8):
        ones = cube[np.array(table) == 1]
        if len(ones) == 0:
            continue  # without a hidden unit the bias decides
        pairs = (2 * ones.T - 1, 0.5 - ones.sum(axis=1)), (np.ones((len(ones), 1)), [-0.5])
        assert answers_of(pairs, cube).tolist() == list(table)


def test_claim_enough_bend():
    x, y = data.xor()
    rng = np.random.default_rng(1)
    for a, alpha in zip(rng.integers(0, 49, 150) / 16, rng.integers(0, 17, 150) / 16, strict=True):
        h = leaky_relu(x @ [[1 + a, -a], [-a, 1 + a]], alpha)
        assert (perceptron.find_line(h, y).line is not None) == (a * (1 - alpha) > 1)
    for W in rng.integers(-99, 100, size=(50, 2, 2)) / 32:  # without a bend, whatever the weights
        h = x @ W + rng.integers(-99, 100, size=2) / 32  # in 32nds, so that nothing is rounded
        assert perceptron.find_line(h, y).line is None


def as_one_layer(net, n_in):
    b = net.forward(np.zeros((1, n_in)))[0]
    return net.forward(np.eye(n_in)) - b, b


def test_claim_collapse():
    rng = np.random.default_rng(3)
    for depth in (2, 3, 100):
        turns = [np.linalg.qr(rng.normal(size=(8, 8)))[0] for _ in range(depth)]
        layers = [(Q, rng.normal(size=8)) for Q in turns]
        net = network(*layers, activation="identity")
        W, b = np.eye(8), np.zeros(8)
        for W_next, b_next in layers:
            W, b = W @ W_next, b @ W_next + b_next
        x = rng.normal(size=(200, 8))
        np.testing.assert_allclose(net.forward(x), x @ W + b, rtol=0, atol=1e-10)
        for found, right in zip(as_one_layer(net, 8), (W, b), strict=True):
            np.testing.assert_allclose(found, right, rtol=0, atol=1e-10)
    bent = network(*layers[:3], activation="relu")
    W, b = as_one_layer(bent, 8)
    assert np.abs(bent.forward(x) - (x @ W + b)).max() > 0.1
    narrow = network((rng.normal(size=(8, 1)), [0.5]), (rng.normal(size=(1, 8)), np.zeros(8)))
    assert np.linalg.matrix_rank(as_one_layer(narrow, 8)[0]) <= 1


def test_claim_regions():
    W, b = np.array([[3, 2, 2, 0, 1], [3, 0, -1, -3, -2]]), np.array([2, -2, -2, 3, 2])
    places = (np.arange(256) - 127.5) / 32
    grid = np.array(list(product(places, places)))
    for n in range(1, 6):
        layer = network((W[:, :n], b[:n]), (np.eye(n), np.zeros(n)))  # a ReLU layer as it is
        patterns = np.unique(layer.forward(grid) > 0, axis=0)
        assert len(patterns) == 1 + n + n * (n - 1) // 2
    rng = np.random.default_rng(0)
    p, q = rng.permutation(grid)[:5000], rng.permutation(grid)[:5000]
    h_p, h_q, middle = (layer.forward(points) for points in (p, q, (p + q) / 2))
    same = ((h_p > 0) == (h_q > 0)).all(axis=1)
    assert 100 < same.sum() < 4000
    assert np.array_equal((middle == (h_p + h_q) / 2).all(axis=1), same)


def test_a_layer_that_folds_multiplies_the_regions():
    places = (np.arange(256) - 127.5) / 32
    grid = np.array(list(product(places, places)))
    W, b = np.array([[0, -1, 2, 3], [1, -3, 0, -2]]), np.array([-2, 7, -5, -2])
    fold = np.array([[1, -1, 0, 0], [0, 0, 1, -1]])
    z2 = network((fold, np.zeros(4)), (np.repeat(W, 2, axis=0), b)).forward(grid)
    assert np.array_equal(z2, np.abs(grid) @ W + b)
    assert len(np.unique(grid @ W + b > 0, axis=0)) == 11
    assert len(np.unique(np.hstack([grid @ fold, z2]) > 0, axis=0)) == 44 > 1 + 8 + 8 * 7 // 2


def test_chance_gains_more_from_width_than_from_a_second_layer():
    places = (np.arange(256) - 127.5) / 32
    grid = np.array(list(product(places, places)))
    z1 = grid @ [[3, 2, 2, 0], [3, 0, -1, -3]] + [2, -2, -2, 3]
    rng, after, beside = np.random.default_rng(1), [], []
    for _ in range(100):
        W, b = rng.integers(-3, 4, size=(4, 4)), rng.integers(-6, 7, size=4)
        for z2, counts in ((relu(z1) @ W + b, after), (grid @ W[:2] + b, beside)):
            on = np.hstack([z1, z2]) > 0
            counts.append(len(np.unique(on @ 2 ** np.arange(8))))
    assert 11 <= min(after) and np.median(after) < np.median(beside) <= max(beside) <= 37


TENT = ([[1, 1]], [0, -0.5]), ([[2], [-4]], [0])


def test_claim_folding():
    line = np.arange(2**12 + 1)[:, None] / 2**12
    folded = line
    for k in range(1, 11):
        folded = network(*TENT).forward(folded)
        slopes = np.diff(folded[:, 0]) * 2**12
        assert set(np.abs(slopes)) == {2**k}
        assert 1 + (np.diff(slopes) != 0).sum() == 2**k
        assert (folded.min(), folded.max()) == (0, 1)
    rng = np.random.default_rng(0)
    for m in (1, 3, 7, 20):  # one hidden layer of m units: a corner for each, if no two coincide
        corners = np.sort(rng.choice(np.arange(1, 2**10), size=m, replace=False)) / 2**10
        wide = network((np.ones((1, m)), -corners), (rng.choice([-2, -1, 1, 2], (m, 1)), [0]))
        slopes = np.diff(wide(line)[:, 0])
        found = (np.flatnonzero(np.diff(slopes)) + 1) / 2**12
        assert np.array_equal(found, corners)  # m corners, m + 1 pieces, and no more


def moons_behind_random_units(m, seed):
    x, y = data.moons(400, noise=0.15, rng=np.random.default_rng(0))
    x = np.round(1024 * x) / 1024
    parts = data.split(x, y, held_out=0.5, rng=np.random.default_rng(0))
    x_train, x_new, y_train, y_new = parts
    if m == 0:
        return parts
    rng = np.random.default_rng(seed)
    W = rng.integers(-8, 9, size=(2, m))
    b = -(x_train[rng.integers(200, size=m)] * W.T).sum(axis=1)
    return step(x_train @ W + b), step(x_new @ W + b), y_train, y_new


def rank_and_line_of_one_each(m, seed):
    """The rank of the hidden answers; of different ones, how many, and whether a line is there."""
    h, _, y, _ = moons_behind_random_units(m, seed)
    _, apart = np.unique(h, axis=0, return_index=True)
    shuffled = np.random.default_rng(seed).permutation(y)
    line = perceptron.find_line(h[apart], shuffled[apart]).line
    return np.linalg.matrix_rank(np.insert(h, 0, 1, axis=1)), len(apart), line is not None


def test_what_chapter_2_says_about_random_hidden_units():
    x, x_new, y, y_new = moons_behind_random_units(0, 0)
    assert perceptron.find_line(x, y).line is None
    path = perceptron.train_perceptron(x, y).path
    best = min(path, key=lambda line: perceptron.count_mistakes(x, y, *line))
    assert perceptron.count_mistakes(x_new, y_new, *best) == 28
    for m, most in ((64, 28 / 2), (256, 28 / 2)):  # other draws than the chapter's
        wrong = []
        for seed in range(100, 110):
            h, h_new, y, y_new = moons_behind_random_units(m, seed)
            run = perceptron.train_perceptron(h, y, epochs=50)
            wrong.append(perceptron.count_mistakes(h_new, y_new, run.w, run.b))
        assert np.median(wrong) < most
    pairs = ([[4, -3, 3], [-1, -4, -2]], [1, 3, -4]), (np.ones((3, 1)), [-1.5])
    assert (answers_of(pairs, x_new) != y_new).sum() == 8  # three units placed by hand
    for m, separable in ((16, False), (128, True)):
        for seed in range(5):
            h, _, y, _ = moons_behind_random_units(m, seed)
            assert (perceptron.find_line(h, y).line is not None) == separable
            shuffled = np.random.default_rng(seed).permutation(y)
            assert perceptron.find_line(h, shuffled).line is None
    for seed in range(100, 105):  # any labels; and those that keep a line away are the like samples
        h, _, y, _ = moons_behind_random_units(1024, seed)
        assert np.linalg.matrix_rank(np.insert(h, 0, 1, axis=1)) == 200
        assert rank_and_line_of_one_each(256, seed)[2]
    # With 128 units there are free numbers enough, but not always a line.
    found = [rank_and_line_of_one_each(128, seed) for seed in range(100, 110)]
    assert all(rank > 120 > 0.6 * different for rank, different, _ in found)
    assert 0 < sum(is_there for *_, is_there in found) < 10


def test_myth_bend_for_easy_derivatives():
    x, y = data.xor()
    deep = network(
        ([[2.0, 1.0], [1.0, -1.0]], [0, 1]), ([[1.0], [3.0]], [0.5]), activation="identity"
    )
    rng = np.random.default_rng(0)
    for _ in range(200):  # no weights of a linear stack come below the error of ½ everywhere
        for array in deep.params.values():
            array[...] = rng.normal(size=array.shape)
        answers = deep.forward(x)[:, 0]
        assert answers @ [1, -1, -1, 1] == pytest.approx(0, abs=1e-9)
        assert losses.squared_error(answers, y)[0] >= losses.squared_error(np.full(4, 0.5), y)[0]
    out = deep.forward(x[:1], training=True)  # and its derivatives are right
    dx = deep.backward(np.ones_like(out))
    np.testing.assert_allclose(dx, (deep.params["0.W"] @ deep.params["2.W"]).T)


def hundred_matrices(seed, orthogonal=False):
    """A hundred layers of chapter 2, drawn as there."""
    rng = np.random.default_rng(seed)
    for _ in range(100):
        W = rng.normal(size=(2, 2))
        yield np.linalg.qr(W)[0] if orthogonal else W, rng.normal(size=2)


def test_myth_hundred_linear_layers():
    x, y = data.moons(400, noise=0.15, rng=np.random.default_rng(0))

    def fitted(features):
        columns = np.column_stack([features, np.ones(400)])
        return columns @ np.linalg.lstsq(columns, y - 0.5, rcond=None)[0]

    one = fitted(x)
    assert ((one > 0) == y).sum() == 348
    differ, ratios = [], []
    for seed in range(100, 105):
        turned, drawn, log_det, product_ = x, x, 0, np.eye(2)
        for (Q, c), (W, b) in zip(
            hundred_matrices(seed, orthogonal=True), hundred_matrices(seed), strict=True
        ):
            turned, drawn, product_ = turned @ Q + c, drawn @ W + b, product_ @ W
            log_det += np.log10(abs(np.linalg.det(W)))
        np.testing.assert_allclose(fitted(turned), one, rtol=0, atol=1e-8)
        ratios.append(2 * np.log10(np.linalg.norm(product_, 2)) - log_det)  # of the stretches
        differ.append(((fitted(drawn) > 0) != (one > 0)).sum())
    assert max(differ) > 10  # a direction was lost
    assert min(ratios) > 15 and 20 < np.median(ratios) < 45  # np.linalg.cond would say 16 to 18


def test_without_rounding_a_hundred_layers_change_nothing():
    x, y = data.moons(400, noise=0.15, rng=np.random.default_rng(0))

    def whole(array):
        """In units of 2⁻¹⁰⁰: integers, of which Python rounds none."""
        return np.vectorize(lambda v: int(v * 2**100), otypes=[object])(array)

    def exact_fit(features):
        """The side of the least-squares fit, by Cramer's rule; the scale of a column is free."""
        A = np.column_stack([features, np.ones(400, int).astype(object)])
        p, q, r = A.T @ A
        adjugate = np.array([np.cross(q, r), np.cross(r, p), np.cross(p, q)])
        return A @ (adjugate @ (A.T @ (2 * y - 1))) > 0

    one = exact_fit(whole(x))
    assert (one == y).sum() == 348
    for seed in (0, 7):
        exact, drawn = whole(x), x
        for k, (W, b) in enumerate(hundred_matrices(seed), start=1):
            exact = exact @ whole(W) + whole(b) * 2 ** (100 * k)
            drawn = drawn @ W + b
        columns = np.column_stack([drawn, np.ones(400)])
        rounded = columns @ np.linalg.lstsq(columns, y - 0.5, rcond=None)[0]
        assert np.array_equal(exact_fit(exact), one)
        assert ((rounded > 0) != one).sum() > 100


def test_eight_relus_learn_xor_from_some_starts_only():
    """As the block in PyTorch trains, from its start and from another one."""
    x, y = data.xor()
    for start, learned in ((1, True), (3, False)):
        layers = Dense(2, 8, rng=None, init="zeros"), Dense(8, 1, rng=None, init="zeros")
        for i, layer in enumerate(layers):
            for j, array in enumerate((layer.params["W"], layer.params["b"])):
                numbers = np.sin(np.arange(array.size) + 2 * i + j + start)
                array[...] = numbers.reshape(array.shape[::-1]).T
        net, optimizer = Sequential(layers[0], Activation("relu"), layers[1]), optimizers.Adam(0.1)
        for _ in range(300):
            train_step(net, losses.bce_with_logits, optimizer, x, y[:, None])
        wanted = y if learned else np.full(4, 0.5)
        np.testing.assert_allclose(sigmoid(net(x))[:, 0], wanted, rtol=0, atol=0.01)


def test_myth_first_power():
    x = np.array([[1.0, 2.0]])
    weights = [[1, -2], [2, 3]], [[1, 2], [-1, 1]], [[1], [-2]]

    def net(activation, c=1):
        pairs = [(c * np.array(W), np.zeros(len(W[0]))) for W in weights]
        return network(*pairs, activation=activation)

    for activation in ("identity", "relu"):
        f = net(activation).forward
        assert f(2 * x) == 2 * f(x) != 0
        assert net(activation, c=2).forward(x) == 8 * f(x)
    assert net("identity").forward(-x) == -net("identity").forward(x)
    assert net("relu").forward(-x) == 0 != net("relu").forward(x)


def test_myth_and_or_positive():
    biases = (-3.5, -2.5, -1.5, -0.5, 0.5)
    units = {
        tuple(perceptron.predict(GATE_INPUTS, w, b))
        for *w, b in product((0, 1, 2), (0, 1, 2), biases)
    }
    found = {True: set(), False: set()}
    for h in product(units, units):
        hidden = np.transpose(h)
        for v1, v2, b in product((0, 1, 2), (-1, 0, 1, 2), biases):
            found[v2 >= 0].add(tuple(perceptron.predict(hidden, [v1, v2], b)))
    monotone = {
        t for t in product((0, 1), repeat=4) if t[0] <= min(t[1], t[2]) and max(t[1], t[2]) <= t[3]
    }
    assert found[True] == monotone
    assert len(monotone) == 6
    assert (0, 1, 1, 0) in found[False]
    rng = np.random.default_rng(0)
    steps = [(0, 1), (0, 2), (1, 3), (2, 3)]  # from each input to one with another 1
    for _ in range(300):  # deeper and wider, at random
        deep = network(
            (rng.random((2, 4)), rng.normal(size=4)),
            (rng.random((4, 3)), rng.normal(size=3)),
            (rng.random((3, 1)), rng.normal(size=1)),
            activation="step",
        )
        z = deep.forward(GATE_INPUTS)[:, 0]
        assert all(z[low] <= z[high] for low, high in steps)
