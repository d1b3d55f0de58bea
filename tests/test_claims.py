"""One test for each claim and each misconception of the book, by its id.

The cell tagged `claim-scaling` shows what `test_claim_scaling` holds. The tests call the
companion; they do not read the notebooks. `test_book.py` sees to it that none is missing.
"""

import re
from contextlib import suppress
from copy import deepcopy
from functools import cache, partial
from itertools import combinations, pairwise, permutations, product
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from support import walk

from companion import data, initializers, losses, optimizers, perceptron
from companion.activations import ACTIVATIONS, leaky_relu, relu, sigmoid, sigmoid_derivative, step
from companion.approximation import interpolation, network, staircase
from companion.callbacks import EarlyStopping, clip, freeze, on_weights, penalize
from companion.gradient_check import check_gradients, numerical_gradient, relative_error
from companion.graph import Value
from companion.layers import Activation, BatchNorm, Dense, Dropout, Layer, Sequential, summary
from companion.losses import softmax_cross_entropy, squared_error
from companion.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSProp,
    cosine,
)
from companion.perceptron import GATE_INPUTS, GATES, TRUTH_TABLES
from companion.regularizers import L1, L2, clip_gradients, soft_threshold
from companion.search import (
    coarse_to_fine,
    cross_validate,
    kfold_indices,
    log_uniform,
    random_settings,
)
from companion.training import Diverged, accuracy, evaluate, fit, minibatches, train_step

# Chapter 1: the perceptron


def test_claim_truth_tables():
    tables = {"AND": lambda p, q: p and q, "OR": lambda p, q: p or q}
    tables["NAND"] = lambda p, q: not (p and q)
    assert set(GATES) == set(tables)
    for name, answer in tables.items():
        wanted = [int(answer(p, q)) for p, q in [(0, 0), (0, 1), (1, 0), (1, 1)]]
        assert perceptron.predict(GATE_INPUTS, *GATES[name]).tolist() == wanted
        assert TRUTH_TABLES[name].tolist() == wanted
    assert GATE_INPUTS.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert perceptron.predict([[0], [1]], w=[-1], b=0.5).tolist() == [1, 0]  # NOT


def test_claim_bias_is_a_weight():
    rng = np.random.default_rng(0)
    for d in (1, 2, 64):
        x, w, b = rng.normal(size=(50, d)), rng.normal(size=d), rng.normal()
        augmented = np.column_stack([x, np.ones(50)])
        without_bias = perceptron.score(augmented, np.append(w, b), 0)
        np.testing.assert_allclose(without_bias, perceptron.score(x, w, b), rtol=0, atol=1e-12)


def test_claim_scaling():
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(500, 3)), rng.normal(size=3), rng.normal()
    for c in (2.0**-40, 0.25, 8.0, 2.0**40):  # powers of two, so that scaling is exact
        assert np.array_equal(perceptron.predict(x, c * w, c * b), perceptron.predict(x, w, b))
        assert np.array_equal(perceptron.score(x, c * w, c * b), c * perceptron.score(x, w, b))
        np.testing.assert_allclose(
            perceptron.signed_distance(x, c * w, c * b), perceptron.signed_distance(x, w, b)
        )
    assert np.array_equal(perceptron.predict(x, -w, -b), 1 - perceptron.predict(x, w, b))


def test_claim_mistake_bound():
    rng = np.random.default_rng(2)
    for _ in range(100):
        x, y, w, b = data.separable(60, gap=10 ** rng.uniform(-2, -0.5), rng=rng)
        bound = perceptron.mistake_bound(x, y, w, b)
        for order_rng in (None, rng):
            run = perceptron.train_perceptron(x, y, epochs=10_000, rng=order_rng)
            assert run.converged
            assert 1 <= sum(run.mistakes) <= bound
            assert np.array_equal(perceptron.predict(x, run.w, run.b), y)


def test_the_mistake_bound_is_met_by_a_single_sample():
    x, y = np.array([[3.0, 4.0]]), np.array([1])
    assert perceptron.mistake_bound(x, y, w=[3, 4], b=1) == pytest.approx(1)
    assert sum(perceptron.train_perceptron(x, y).mistakes) == 1


def test_each_step_of_the_proof_holds_after_each_mistake():
    rng = np.random.default_rng(3)
    x, y, w, b = data.separable(200, gap=0.03, rng=rng)
    u = np.append(w, b) / np.linalg.norm(np.append(w, b))
    gamma, radius = perceptron.margin(x, y, w, b), np.sqrt((x**2).sum(axis=1) + 1).max()
    path = perceptron.train_perceptron(x, y, epochs=1000).path
    v = np.array([np.append(w, b) for w, b in path])
    k = np.arange(len(path))
    slack = 1e-9 * (1 + k)
    assert len(path) > 5
    assert (k * gamma <= v @ u + slack).all()
    assert (v @ u <= np.linalg.norm(v, axis=1) + slack).all()
    assert (np.linalg.norm(v, axis=1) <= np.sqrt(k) * radius + slack).all()


def test_claim_digit_pairs():
    for pair in combinations(range(10), 2):
        x, y = data.digits(pair)
        run = perceptron.train_perceptron(x, y, epochs=50)
        assert run.converged, pair
        assert np.array_equal(perceptron.predict(x, run.w, run.b), y)


def test_claim_shuffled_labels():
    x, y = data.digits((1, 8))
    rng = np.random.default_rng(1)
    for n, separable in ((60, True), (356, False)):
        for _ in range(5):
            rows = rng.permutation(len(x))[:n]
            line = perceptron.find_line(x[rows], rng.permutation(y[rows])).line
            assert (line is not None) == separable
    assert len(x) == 356
    assert (x.std(axis=0) > 0).sum() == 53


def ink_features():
    """The two numbers that chapter 1 makes of a zero or a one."""
    x, y = data.digits((0, 1))
    square = x.reshape(-1, 8, 8)
    centre = square[:, 3:5, 3:5].mean(axis=(1, 2))
    sides = square[:, 2:6, [1, 2, 5, 6]].mean(axis=(1, 2))
    return np.column_stack([centre, sides]), y


def test_what_chapter_1_says_about_the_two_features():
    features, y = ink_features()
    assert perceptron.find_line(features, y).line is None
    separable = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x_train, x_new, y_train, y_new = data.split(features, y, held_out=320 / 360, rng=rng)
        separable += perceptron.find_line(x_train, y_train).line is not None
    assert separable == pytest.approx(4 / 5 * 200, abs=20)  # "about one of five" is not

    rng = np.random.default_rng(1)
    x_train, x_new, y_train, y_new = data.split(features, y, held_out=320 / 360, rng=rng)
    assert perceptron.count_mistakes(x_new, y_new, w=[1, -1], b=0) == 320 - 308
    assert perceptron.find_line(x_train[:, :1], y_train).line is not None  # with w₂ = 0
    assert perceptron.find_line(x_train[:, 1:], y_train).line is None  # with w₁ = 0
    assert sum(perceptron.train_perceptron(x_train, y_train).mistakes) == 13
    assert sum(perceptron.train_perceptron(x_train / 8, y_train, epochs=1000).mistakes) == 655


def test_ones_and_eights_held_out():
    """The chapter says: from 1 to 8 of 107 wrong over twenty splits; sums are exact."""
    x, y = data.digits((1, 8))
    wrong = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x_train, x_new, y_train, y_new = data.split(x, y, held_out=0.3, rng=rng)
        run = perceptron.train_perceptron(x_train, y_train)
        assert run.converged
        wrong.append((perceptron.predict(x_new, run.w, run.b) != y_new).sum())
    assert len(y_new) == 107
    assert (min(wrong), max(wrong)) == (1, 8)


def test_the_learning_rate_changes_no_mistake_from_a_start_at_zero():
    x, y = data.digits((3, 8))
    runs = [perceptron.train_perceptron(x, y, lr=lr) for lr in (1, 0.25, 2.0**-20)]
    assert runs[0].mistakes == runs[1].mistakes == runs[2].mistakes
    assert np.array_equal(runs[0].w, 4 * runs[1].w)


def test_xor_is_never_settled():
    for order in permutations(range(4)):
        x, y = data.xor()
        run = perceptron.train_perceptron(x[list(order)], y[list(order)], epochs=200)
        assert not run.converged
        assert min(run.mistakes) > 0
    assert set(perceptron.train_perceptron(*data.xor(), epochs=1000).mistakes[2:]) == {4}


def test_xor_and_its_opposite_are_the_only_gates_that_no_line_answers():
    tables = list(product((0, 1), repeat=4))
    lines = {table: perceptron.find_line(GATE_INPUTS, table).line for table in tables}
    unanswered = [table for table, line in lines.items() if line is None]
    assert unanswered == [(0, 1, 1, 0), (1, 0, 0, 1)]
    for table in set(tables) - set(unanswered):
        assert tuple(perceptron.predict(GATE_INPUTS, *lines[table])) == table


def test_myth_above_the_line():
    above, below = [0, 1], [1, 0]  # of the line x₂ = x₁
    for w, answers in (([1, -1], [0, 1]), ([-1, 1], [1, 0])):
        assert perceptron.predict([above, below], w, 0).tolist() == answers
        assert perceptron.signed_distance([0.5, 0.5], w, 0) == 0  # both have this boundary


def test_myth_one_weight():
    x, y = data.digits((1, 8))
    ink = x.sum(axis=1)
    best = min(((ink > t) != y).sum() for t in np.unique(ink))
    best_turned = min(((ink <= t) != y).sum() for t in np.unique(ink))
    assert min(best, best_turned) == 138 > len(y) / 3
    assert (y == 1).sum() == 174
    assert perceptron.train_perceptron(x, y).mistakes[-1] == 0


def test_myth_smooth_is_binary():
    z = np.linspace(-30, 30, 1001)
    assert ((sigmoid(z) > 0) & (sigmoid(z) < 1)).all()
    assert np.array_equal(sigmoid(z) > 0.5, z > 0)  # the boundary is the perceptron's
    assert sigmoid(36.0) < 1
    assert sigmoid(40.0) == 1  # rounding, as the chapter says


def test_myth_data_combined_by_gates():
    learnable = {"AND": True, "OR": True, "NAND": True, "XOR": False}
    tables = {**TRUTH_TABLES, "XOR": data.xor()[1]}
    for name, converges in learnable.items():
        run = perceptron.train_perceptron(GATE_INPUTS, tables[name], epochs=100)
        assert run.converged == converges


# Chapter 2: XOR and the hidden layer

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
        h, _, y, _ = moons_behind_random_units(256, seed)
        _, apart = np.unique(h, axis=0, return_index=True)
        shuffled = np.random.default_rng(seed).permutation(y)
        assert perceptron.find_line(h[apart], shuffled[apart]).line is not None


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


# Chapter 3: forward propagation


def sin7(x):
    return np.sin(7 * np.asarray(x))


def stairs(n):
    return staircase(np.arange(1, n) / n, sin7((np.arange(n) + 0.5) / n))


def bends(n):
    ends = np.linspace(0, 1, n + 1)
    return interpolation(ends, sin7(ends))


def worst_error(net, low=0.0, high=1.0, n=20_001):
    x = np.linspace(low, high, n)
    return np.abs(net.forward(x[:, None])[:, 0] - sin7(x)).max()


def test_claim_loop_is_matrix():
    rng = np.random.default_rng(3)
    for draw in (lambda *shape: rng.integers(-9, 10, shape), lambda *shape: rng.normal(size=shape)):
        x, W, b = draw(6, 4), draw(4, 5), draw(5)
        looped = np.zeros((6, 5))
        for s, j in product(range(6), range(5)):
            looped[s, j] = b[j] + sum(x[s, i] * W[i, j] for i in range(4))
        np.testing.assert_allclose(network((W, b)).forward(x), looped, rtol=0, atol=1e-12)
        if x.dtype.kind == "i":
            np.testing.assert_array_equal(network((W, b)).forward(x), looped)


def test_claim_parameter_count():
    rng = np.random.default_rng(0)
    net = Sequential(Dense(8, 9, rng=rng), Activation("relu"), Dense(9, 1, rng=rng))
    sizes = {name: array.size for name, array in net.params.items()}
    assert sizes == {"0.W": 72, "0.b": 9, "2.W": 9, "2.b": 1}
    first, _, last, total = (line.split()[-1] for line in summary(net, 8).splitlines()[1:])
    assert (first, last, total) == ("81", "10", "91")


def test_claim_silent_broadcasting():
    _, y = data.houses(1000, rng=np.random.default_rng(0))
    perfect, same = y.reshape(-1, 1), np.full((1000, 1), y.mean())
    assert np.mean((perfect - y) ** 2) == pytest.approx(2 * y.var())
    assert np.mean((same - y) ** 2) == pytest.approx(y.var())
    p = np.random.default_rng(1).normal(300, 100, (1000, 1))  # any prediction
    wanted = p.var() + (p.mean() - y.mean()) ** 2 + y.var()
    assert np.mean((p - y) ** 2) == pytest.approx(wanted)
    with pytest.raises(ValueError, match=r"same shape, got \(1000, 1\) and \(1000,\)"):
        losses.squared_error(perfect, y)


def test_claim_through_the_points():
    rng = np.random.default_rng(5)
    for _ in range(50):
        x = np.cumsum(rng.integers(1, 5, rng.integers(2, 30))) / 4  # not evenly spread
        y = rng.integers(-100, 101, (len(x), 2)) * 3 / 4
        net = interpolation(x, y)
        assert net.params["0.W"].shape == (1, len(x) - 1)
        np.testing.assert_allclose(net.forward(x[:, None]), y, rtol=0, atol=1e-9)
        middles = net.forward(((x[1:] + x[:-1]) / 2)[:, None])
        np.testing.assert_allclose(middles, (y[1:] + y[:-1]) / 2, rtol=0, atol=1e-9)


def test_claim_error_falls():
    widths = [4, 8, 16, 32, 64, 128, 256]
    s, r = (np.array([worst_error(make(n)) for n in widths]) for make in (stairs, bends))
    assert (s <= 3.5 / np.array(widths)).all()
    assert (r <= 6.125 / np.array(widths) ** 2).all()
    assert ((s[:-1] / s[1:] > 1.9) & (s[:-1] / s[1:] < 2.1)).all()
    assert ((r[:-1] / r[1:] > 3.5) & (r[:-1] / r[1:] < 4.1)).all()


def test_claim_straight_outside():
    far = np.array([[1.0], [2.0], [11.0], [101.0]])
    slopes = []
    for n in (1, 2, 3, 6, 8, 32, 128, 1000):
        y = bends(n).forward(far)[:, 0]
        np.testing.assert_allclose(np.diff(y) / np.diff(far[:, 0]), (y[1] - y[0]), rtol=1e-9)
        slopes.append(y[1] - y[0])
        for x in (1e2, 1e4, 1e6):  # the distance grows without bound, however many units
            assert abs(bends(n).forward([[x]])[0, 0] - sin7(x)) > 0.6 * x
    assert slopes[-1] == pytest.approx(7 * np.cos(7), abs=0.02)  # the tangent's
    assert (np.diff(np.abs(np.array(slopes[3:]) - 7 * np.cos(7))) < 0).all()
    rng = np.random.default_rng(2)  # not made by hand, and with three hidden layers
    hidden = [part for n in (1, 9, 9) for part in (Dense(n, 9, rng=rng), Activation("relu"))]
    net = Sequential(*hidden, Dense(9, 1, rng=rng))
    net.params["0.b"][...] = rng.normal(size=9)
    y = net.forward(np.array([[1e4], [2e4], [3e4]]))[:, 0]
    assert y[1] - y[0] == pytest.approx(y[2] - y[1], rel=1e-9)
    assert abs(y[1] - y[0]) > 1


def test_claim_samples_leave_it_open():
    samples, places = np.arange(9) / 8, np.arange(17) / 16
    one = interpolation(samples, np.round(sin7(samples) * 64) / 64)
    teeth = one.forward(places[:, None])[:, 0] + np.arange(17) % 2
    other = interpolation(places, teeth)
    difference = other.forward(places[:, None]) - one.forward(places[:, None])
    assert not difference[::2].any()
    assert (difference[1::2] == 1).all()
    beyond = [[2.0], [3.0]]
    apart = other.forward(beyond) - one.forward(beyond)
    assert apart.ravel().tolist() == [-16, -32]


def around(loss, lr, seeds, mean=np.mean):
    """The mean of loss(rate, seed) over the seeds: at half of a rate, at the rate, at twice it."""
    return [mean([loss(f * lr, seed) for seed in seeds]) for f in (0.5, 1, 2)]


def trained_sine(low, lr, seed):
    """Train with inputs from `low` to 1.

    Return the greatest error, its root mean square, and how many corners lie on the interval.
    """
    rng, x = np.random.default_rng(seed), np.linspace(0, 1, 129)[:, None]
    net = Sequential(Dense(1, 32, rng=rng), Activation("relu"), Dense(32, 1, rng=rng))
    options = {"epochs": 300, "batch_size": 32, "rng": rng}
    fit(net, losses.squared_error, Adam(lr), low + (1 - low) * x, sin7(x), **options)
    off = net(low + (1 - low) * x) - sin7(x)
    corners = (-net.params["0.b"] / net.params["0.W"][0] - low) / (1 - low)
    inside = np.sum((corners > 0) & (corners < 1))
    return np.abs(off).max(), np.sqrt(np.mean(off**2)), inside


SINE_RATES = {-1: 0.01, 0: 0.03}


def test_myth_represent_so_learn():
    x = np.linspace(0, 1, 2001)
    by_hand = bends(32)(x[:, None])[:, 0] - sin7(x)
    assert np.abs(by_hand).max() < 0.006
    found = {
        low: np.transpose([trained_sine(low, lr, seed) for seed in range(20, 28)])
        for low, lr in SINE_RATES.items()
    }
    for greatest, typical, _ in found.values():
        assert greatest.min() > 0.012  # twice what is possible
        assert typical.min() > 1.5 * np.sqrt(np.mean(by_hand**2))
    assert np.median(found[-1][0]) < np.median(found[0][0]) / 3  # "several times"
    assert np.median(found[0][2]) < 14 < 20 < np.median(found[-1][2])


@pytest.mark.parametrize("low", SINE_RATES)
def test_the_rates_of_the_trained_sine_are_the_best_of_five(low):
    grid_ = (0.001, 0.003, 0.01, 0.03, 0.1)
    means = [np.mean([trained_sine(low, lr, seed)[0] for seed in range(100, 106)]) for lr in grid_]
    assert grid_[np.argmin(means)] == SINE_RATES[low]


DEPTHS = {(1, 16): 0.1, (1, 64): 0.06, (1, 288): 0.02, (4, 16): 0.01, (50, 16): 0.002}


@cache
def fitted_sine(depth, width, lr, seed):
    rng, x = np.random.default_rng(seed), np.linspace(0, 1, 129)[:, None]
    hidden = [
        part
        for n in [1] + [width] * (depth - 1)
        for part in (Dense(n, width, rng=rng, init="he_normal"), Activation("relu"))
    ]
    net = Sequential(*hidden, Dense(width, 1, rng=rng))
    net.params["0.b"] = rng.uniform(-1, 1, width)
    options = {"epochs": 40, "batch_size": 32, "rng": rng}
    fit(net, losses.squared_error, Adam(lr), 2 * x - 1, sin7(x), **options)
    return np.sqrt(np.mean((net(2 * x - 1) - sin7(x)) ** 2))


def test_myth_more_layers():
    one, units, parameters, four, fifty = (
        np.array([fitted_sine(*sizes, lr, seed) for seed in range(30, 40)])
        for sizes, lr in DEPTHS.items()
    )
    for as_large in (units, parameters):  # four layers are no better, nor much worse
        assert np.median(as_large) < 1.1 * np.median(four)
        assert np.median(four) < 1.8 * np.median(as_large)
        assert np.median(as_large) < np.median(one) / 1.3
    assert np.median(fifty) > 1.5 * max(np.median(units), np.median(parameters), np.median(four))
    assert np.max(fifty) > 10 * np.min(fifty)
    others = [fitted_sine(50, 16, DEPTHS[50, 16], seed) for seed in range(10)]  # the chapter's
    assert np.median(fifty) > 5 * np.median(others)


@pytest.mark.parametrize("sizes", DEPTHS)
def test_neither_half_nor_twice_the_rates_of_more_layers_is_better(sizes):
    """By more than a tenth, on seeds that are not reported."""
    half, chosen, double = around(partial(fitted_sine, *sizes), DEPTHS[sizes], range(100, 110))
    assert chosen < 1.1 * min(half, double)


def test_the_directions_of_samples_come_closer_from_layer_to_layer():
    """In the mean over draws, and whatever the size of the weights."""
    found = []
    for seed in range(10):
        alike = {}
        for c in (0.5, 1, 2):
            rng = np.random.default_rng(seed)
            a, alike[c] = rng.normal(size=(20, 100)), []
            for _ in range(50):
                a = relu(a @ rng.normal(scale=c * np.sqrt(2 / 100), size=(100, 100)))
                unit = a / np.linalg.norm(a, axis=1, keepdims=True)
                alike[c].append((unit @ unit.T)[np.triu_indices(20, 1)].mean())  # the cosines
        np.testing.assert_allclose([alike[0.5], alike[2]], [alike[1]] * 2, rtol=1e-9)
        found.append(alike[1])
    assert (np.diff(np.mean(found, axis=0)[[0, 4, 9, 19, 34, 49]]) > 0).all()
    assert np.min(found, axis=0)[0] < 0.5 < 0.9 < np.min(found, axis=0)[-1]


def test_the_estate_agents_rules_are_better_than_the_mean_price():
    x, y = data.houses(1000, rng=np.random.default_rng(0))
    named = dict(zip(data.HOUSE_FEATURES, x.T, strict=True))
    area, rooms = named["area"], named["rooms"]
    counted = [
        (area, 2),
        (area - 150, -0.25),
        (20 * rooms - area, -0.25),
        (named["bathrooms"] - 1, 15),
        (named["storeys"] - 3, -10),
        (40 - named["age"], 1),
        (named["garden"], 0.125),
        (5 - named["distance"], 50),
        (named["energy"] - 100, -0.5),
    ]
    price = sum(weight * np.maximum(0, z) for z, weight in counted) - 50
    assert np.abs(price - y).mean() < 0.5 * np.abs(y - y.mean()).mean()


def test_a_signal_keeps_its_size_through_fifty_relu_layers_only_at_the_right_scale():
    rng = np.random.default_rng(4)
    for c, low, high in ((2, 1e10, np.inf), (1, 0.01, 100), (0.5, 0, 1e-10)):
        a = rng.normal(size=(20, 100))
        for _ in range(50):
            a = relu(a @ rng.normal(scale=c * np.sqrt(2 / 100), size=(100, 100)))
        assert low < np.sqrt(np.mean(a**2)) < high


# Chapter 4: softmax and cross-entropy

ANIMAL_WEIGHTS = np.array(  # a row a class: dog, cat, frog
    [[0.2, 1.0, 0.2, 1.0, -0.5], [0.5, 1.0, 2.0, -0.5, -1.0], [-0.5, -1.5, 0.0, 0.0, 3.0]]
)
ANIMAL = np.array([1.0, 0.8, 0.5, 0.4, 0.1])


def test_claim_three_classes():
    z = ANIMAL_WEIGHTS @ ANIMAL
    np.testing.assert_allclose(z, [1.45, 2.0, -1.4], atol=1e-12)
    assert losses.softmax(z).round(2).tolist() == [0.36, 0.62, 0.02]
    in_rows = ANIMAL[None, 1:] @ ANIMAL_WEIGHTS[:, 1:].T + ANIMAL_WEIGHTS[:, 0]
    np.testing.assert_allclose(in_rows, [z], atol=1e-12)
    assert losses.softmax_cross_entropy(in_rows, [0])[0] == pytest.approx(1.03, abs=0.005)
    for T, cat in ((0.25, 0.90), (1, 0.62), (1000, 1 / 3)):
        assert losses.softmax(z, temperature=T)[1] == pytest.approx(cat, abs=0.005)


def test_claim_rows_sum_to_one():
    rng = np.random.default_rng(0)
    for scale in (0.1, 5, 500):
        p = losses.softmax(rng.normal(scale=scale, size=(500, 10)))
        assert ((p >= 0) & (p <= 1)).all()
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=0, atol=1e-12)


def test_claim_shift_invariance():
    rng = np.random.default_rng(0)
    z, c = rng.normal(scale=5, size=(500, 10)), rng.uniform(-100, 100, size=(500, 1))
    np.testing.assert_allclose(losses.softmax(z + c), losses.softmax(z), rtol=0, atol=1e-12)
    np.testing.assert_allclose(losses.log_softmax(z + c), losses.log_softmax(z), atol=1e-11)
    assert abs(losses.softmax(2 * z) - losses.softmax(z)).max() > 0.1  # a factor is no shift
    np.testing.assert_allclose(losses.softmax(1e17 + ANIMAL[:3]), 1 / 3)  # lost in rounding


def test_a_lead_becomes_a_ratio_whoever_else_is_there():
    z = ANIMAL_WEIGHTS @ ANIMAL
    for scores in (z, z[:2], z + 100, np.append(z, [3.0, -8.0])):
        p = losses.softmax(scores)
        assert p[1] / p[0] == pytest.approx(np.exp(0.55))
        p = losses.softmax(scores, temperature=0.5)
        assert p[1] / p[0] == pytest.approx(np.exp(1.1))


def test_claim_finite_at_1e4():
    z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [-1e4, 1e4, 1e4]])
    labels = np.array([1, 0, 0])
    with np.errstate(all="raise", under="ignore"):
        p, log_p = losses.softmax(z), losses.log_softmax(z)
        loss, gradient = losses.softmax_cross_entropy(z, labels)
        binary, slope = losses.bce_with_logits(z[0], [0, 1, 1])
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3] * 3, [0, 0.5, 0.5]], atol=1e-12)
    np.testing.assert_allclose(log_p[0], [0, -2e4, -1e4])
    assert loss == pytest.approx((2e4 + np.log(3) + 2e4 + np.log(2)) / 3)
    assert binary == pytest.approx((2e4 + np.log(2)) / 3)
    assert np.isfinite(gradient).all()
    np.testing.assert_allclose(slope, [1 / 3, -1 / 3, -1 / 6])


def test_claim_honest_losses():
    q = np.arange(1, 1000) / 1000
    coin = np.array([1] * 7 + [0] * 3)

    def best(loss):
        return q[np.argmin([loss(np.full(10, share), coin)[0] for share in q])]

    assert best(losses.binary_cross_entropy) == 0.7
    assert best(losses.squared_error) == 0.7
    assert best(losses.absolute_error) == 0.999  # the end of the grid


def test_claim_confident_mistake():
    for behind in (10.0, 20.0, 30.0):
        z, s = np.array([-behind]), sigmoid(np.array([-behind]))
        by_entropy = losses.bce_with_logits(z, [1])[1]
        softmax_gradient = losses.softmax_cross_entropy([[-behind, 0.0]], [0])[1]
        by_square = losses.squared_error(s, [1])[1] * sigmoid_derivative(z)
        by_distance = losses.absolute_error(s, [1])[1] * sigmoid_derivative(z)
        assert by_entropy == pytest.approx(-1, abs=2 * np.exp(-behind))
        assert softmax_gradient[0] == pytest.approx([-1, 1], abs=2 * np.exp(-behind))
        assert -np.exp(-behind) < by_square < 0
        assert -np.exp(-behind) < by_distance < 0


def test_claim_p_minus_y():
    rng = np.random.default_rng(4)
    logits, labels = rng.normal(scale=3, size=(6, 5)), rng.integers(0, 5, 6)
    gradient = losses.softmax_cross_entropy(logits, labels)[1]
    np.testing.assert_allclose(
        gradient, (losses.softmax(logits) - losses.one_hot(labels, 5)) / 6, atol=1e-15
    )

    def loss(z):
        return -losses.log_softmax(z)[np.arange(6), labels].mean()

    np.testing.assert_allclose(gradient, numerical_gradient(loss, logits), atol=1e-9)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


def test_claim_sigmoid_is_softmax():
    z = np.linspace(-700, 700, 2001)
    two = losses.softmax(np.column_stack([z, np.zeros_like(z)]))
    np.testing.assert_allclose(two[:, 0], sigmoid(z), rtol=1e-13)
    np.testing.assert_allclose(two[:, 1], 1 - sigmoid(z), rtol=0, atol=1e-15)


def linear_digits(seed):
    """Train on ten digits; return held-out scores, their labels, and how many are right."""
    rng = np.random.default_rng(seed)
    x, x_new, y, y_new = data.split(*data.digits(), held_out=0.25, rng=rng)
    W, b = np.zeros((64, 10)), np.zeros(10)
    for _ in range(500):
        _, dz = losses.softmax_cross_entropy(x @ W + b, y)
        W, b = W - 0.5 * (x.T @ dz), b - 0.5 * dz.sum(axis=0)
    return x_new @ W + b, y_new, ((x @ W + b).argmax(axis=1) == y).sum()


@pytest.fixture(scope="module")
def ten_splits():
    return [linear_digits(seed) for seed in range(10)]


def test_claim_linear_digits(ten_splits):
    shares = [(scores.argmax(axis=1) == y).mean() for scores, y, _ in ten_splits]
    assert 0.93 < min(shares) < max(shares) < 0.98
    scores, y, in_training = ten_splits[0]
    assert (in_training, (scores.argmax(axis=1) == y).sum(), len(y)) == (1308, 423, 450)
    assert ((scores.argmax(axis=1) == 1) & (y == 8)).sum() == 5


def test_myth_mae_least_squares():
    rooms = np.array([1.0, 2, 3, 4, 40])

    def best(loss):
        return np.argmin([loss(np.full(5, float(c)), rooms)[0] for c in range(41)])

    assert best(losses.absolute_error) == np.median(rooms) == 3
    assert best(losses.squared_error) == rooms.mean() == 10


def test_myth_one_class():
    x, y = data.digits((1, 8))
    w, b, W, B = np.zeros(64), 0.0, np.zeros((64, 2)), np.zeros(2)
    for _ in range(50):
        d = losses.bce_with_logits(x @ w + b, y)[1]
        w, b = w - 0.5 * (x.T @ d), b - 0.5 * d.sum()
        d = losses.softmax_cross_entropy(x @ W + B, y)[1]
        W, B = W - 0.25 * (x.T @ d), B - 0.25 * d.sum(axis=0)
    two = losses.softmax(x @ W + B)
    np.testing.assert_allclose(two[:, 1], sigmoid(x @ w + b), atol=1e-9)
    np.testing.assert_allclose(two[:, 0], 1 - sigmoid(x @ w + b), atol=1e-9)
    assert (W.shape, w.shape) == ((64, 2), (64,))


def test_myth_calibrated_confidence(ten_splits):
    scores = np.concatenate([scores for scores, _, _ in ten_splits])
    hits = np.concatenate([scores.argmax(axis=1) == y for scores, y, _ in ten_splits])
    modest, bold = losses.softmax(scores), losses.softmax(4 * scores)
    assert np.array_equal(modest.argmax(axis=1), bold.argmax(axis=1))
    assert modest.max(axis=1).mean() < hits.mean() - 0.05
    assert bold.max(axis=1).mean() > hits.mean() + 0.02
    for p, low, high in ((modest, 0.95, 1), (bold, 0.45, 0.65)):
        group = (p.max(axis=1) >= 0.6) & (p.max(axis=1) <= 0.9)
        assert low < hits[group].mean() < high


# Chapter 5: gradient descent


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


# Chapter 6: backpropagation


def sigmoid_unit():
    """Return the inputs of 1 / (1 + exp(-(w0 x0 + w1 x1 + w2))), its sum, and its last steps."""
    w0, w1, w2, x0, x1 = inputs = [Value(number) for number in (2, -3, -3, -1, -2)]
    z = w0 * x0 + w1 * x1 + w2
    minus = z * -1
    power = minus.exp()
    below = 1 + power
    return inputs, z, [below, power, minus], 1 / below


def test_claim_sigmoid_circuit():
    inputs, z, steps, result = sigmoid_unit()
    result.backward()
    assert f"{result.data:.2f}" == "0.73"
    assert [f"{v.grad:.2f}" for v in (*steps, z)] == ["-0.53", "-0.53", "-0.20", "0.20"]
    assert [f"{v.grad:.2f}" for v in inputs] == ["-0.20", "-0.39", "0.20", "0.39", "-0.59"]
    measured = numerical_gradient(
        lambda v: sigmoid(v[0] * v[3] + v[1] * v[4] + v[2]), [v.data for v in inputs]
    )
    np.testing.assert_allclose([v.grad for v in inputs], measured, atol=1e-9)


def test_claim_sigmoid_in_one_step():
    inputs, z, _, result = sigmoid_unit()
    result.backward()
    in_four = [v.grad for v in inputs]
    short = z.sigmoid()
    short.backward()
    assert short.data == pytest.approx(result.data)
    assert [v.grad for v in inputs] == pytest.approx(in_four)
    for place in np.linspace(-30, 30, 61):
        z = Value(place)
        (1 / (1 + (z * -1).exp())).backward()
        assert z.grad == pytest.approx(sigmoid(place) * sigmoid(-place), rel=1e-12)


def test_claim_branches_are_summed():
    rng = np.random.default_rng(0)
    for number in rng.normal(size=20):
        one, copies = Value(number), [Value(number) for _ in range(4)]
        (one * one * one + one.tanh()).backward()
        (copies[0] * copies[1] * copies[2] + copies[3].tanh()).backward()
        assert one.grad == pytest.approx(sum(copy.grad for copy in copies))
        assert one.grad == pytest.approx(3 * number**2 + 1 - np.tanh(number) ** 2)


def two_layer_gradients(x, labels, W1, b1, W2, b2):
    """The chapter's own lines."""
    a1 = np.tanh(x @ W1 + b1)
    loss, dz2 = losses.softmax_cross_entropy(a1 @ W2 + b2, labels)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    return loss, [x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)]


@pytest.mark.parametrize("seed", range(100, 105))
def test_claim_graph_equals_layers(seed):
    rng = np.random.default_rng(seed)
    net = Sequential(Dense(3, 4, rng=rng), Activation("tanh"), Dense(4, 2, rng=rng))
    net.params["0.b"] = rng.normal(size=4)
    x, labels = rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
    by_layers, dy = losses.softmax_cross_entropy(net.forward(x, training=True), labels)
    net.backward(dy)
    by_hand, gradients = two_layer_gradients(x, labels, *net.params.values())

    graph = [np.vectorize(Value, otypes=[object])(array) for array in net.params.values()]
    W1, b1, W2, b2 = graph
    hidden = np.vectorize(Value.tanh, otypes=[object])(x @ W1 + b1)
    total = Value(0)
    for row, label in zip(hidden @ W2 + b2, labels, strict=True):
        total = total + sum(z.exp() for z in row).log() - row[label]
    by_graph = total / len(x)
    by_graph.backward()

    assert by_hand == pytest.approx(by_layers)
    assert by_graph.data == pytest.approx(by_layers)
    assert sum(array.size for array in net.params.values()) == 26
    for layer, hand, values in zip(net.grads.values(), gradients, graph, strict=True):
        np.testing.assert_allclose(layer, hand, rtol=1e-12, atol=1e-15)
        of_graph = np.vectorize(lambda value: value.grad)(values)
        np.testing.assert_allclose(of_graph, layer, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (np.exp, np.exp),
        (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        (lambda x: 2 + np.sin(x), np.cos),
        (sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
        (lambda x: np.log1p(np.exp(x)), sigmoid),
    ],
)
def test_claim_best_h(f, slope):
    places = np.random.default_rng(1).uniform(-2, 2, size=200)
    steps = 10.0 ** -np.arange(1, 13.1, 0.5)

    def error(difference, h):
        return np.median([abs(difference(x, h) / slope(x) - 1) for x in places])

    central = [error(lambda x, h: numerical_gradient(f, x, h), h) for h in steps]
    one_sided = [error(lambda x, h: (f(x + h) - f(x)) / h, h) for h in steps]
    assert 1e-6 <= steps[np.argmin(central)] <= 1e-4
    assert 0.9e-9 <= steps[np.argmin(one_sided)] <= 1.1e-7
    assert min(central) < 1e-9 < min(one_sided)
    # From h = 0.1 to 0.001: slope two and slope one. At the right end rounding rules both.
    assert central[0] / central[4] == pytest.approx(1e4, rel=0.1)
    assert one_sided[0] / one_sided[4] == pytest.approx(1e2, rel=0.25)
    assert min(central[-1], one_sided[-1]) > 1e-5


def test_tiny_gradients_exceed_the_limits_of_a_gradient_check():
    """Differences are off by some 1e-11; so are those of units that are nearly flat."""
    labels = np.array([0, 1, 1, 0, 1])
    for bias, limit, size in ((5.0, 1e-7, 1e-4), (9.0, 1e-4, 1e-7)):
        rng = np.random.default_rng(0)
        net = Sequential(Dense(3, 4, rng=rng), Activation("tanh"), Dense(4, 2, rng=rng))
        net.params["0.b"] = np.full(4, bias)
        x = rng.normal(size=(5, 3))
        report = check_gradients(net, x, lambda z: losses.softmax_cross_entropy(z, labels))
        right, measured = report.gradients["0.W"], report.differences["0.W"]
        assert report  # it is right
        assert np.linalg.norm(right) < size
        assert relative_error(right, measured) > limit
        assert 1e-12 < np.linalg.norm(right - measured) < 1e-10


def test_closed_units_hide_mistakes_before_them_but_not_their_own():
    class Wrong(Dense):
        def _backward(self, dy, cache):
            dx, grads = super()._backward(dy, cache)
            return 2 * dx, {name: 3 * grad for name, grad in grads.items()}

    class Open(Activation):
        def _backward(self, dy, cache):
            return dy, {}

    def report(dense, activation, bias):
        rng = np.random.default_rng(0)
        net = Sequential(dense(3, 4, rng=rng), activation("relu"), Dense(4, 2, rng=rng))
        net.params["0.b"] = np.full(4, bias)
        x, labels = rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
        return check_gradients(net, x, lambda z: losses.softmax_cross_entropy(z, labels))

    assert not report(Wrong, Activation, 50.0)
    assert report(Wrong, Activation, -50.0)
    assert not report(Dense, Open, -50.0)


def test_that_float32_leaves_about_five_digits():
    x = np.random.default_rng(1).uniform(-2, 2, size=1000).astype(np.float32)
    best = []
    for h in 10.0 ** -np.arange(1, 5, 0.25):
        above, below = x + np.float32(h), x - np.float32(h)
        slopes = (np.exp(above) - np.exp(below)) / (above - below)
        best.append(np.median(np.abs(slopes / np.exp(x.astype(float)) - 1)))
    assert 1e-6 < min(best) < 3e-5


def xor_starts(width, seeds, scale=1.0):
    """The networks of the chapter's lab, one a seed, side by side."""
    rngs = [np.random.default_rng(seed) for seed in seeds]
    W1 = scale * np.stack([rng.normal(size=(2, width)) for rng in rngs])
    W2 = scale * np.stack([rng.normal(size=(width, 1)) for rng in rngs])
    return [W1, np.zeros((len(rngs), 1, width)), W2, np.zeros((len(rngs), 1, 1))]


def xor_losses(width, seeds, **settings):
    """Train networks on XOR, all at once, and return their losses in the end."""
    return trained_on_xor(width, seeds, **settings)[0]


def trained_on_xor(
    width,
    seeds,
    *,
    lr=0.5,
    steps=3000,
    through_W=True,
    frozen=False,
    scale=1.0,
    rectified=False,
    noise=0.0,
):
    """The losses in the end, and then the weights and biases: one network a seed."""
    x, y = data.xor()
    y = y[:, None]
    params, rng = xor_starts(width, seeds, scale), np.random.default_rng(1)
    for number in range(steps + 1):
        W1, b1, W2, b2 = params
        z1 = x @ W1 + b1
        a1, slope = (np.maximum(z1, 0), z1 > 0) if rectified else (np.tanh(z1), None)
        z2 = a1 @ W2 + b2
        if number == steps:
            return np.logaddexp(0, (1 - 2 * y) * z2).mean(axis=(1, 2)), params
        dz2 = (sigmoid(z2) - y) / 4
        dz1 = (dz2 @ W2.mT if through_W else dz2) * (1 - a1**2 if slope is None else slope)
        grads = [x.T @ dz1, dz1.sum(1, keepdims=True), a1.mT @ dz2, dz2.sum(1, keepdims=True)]
        for param, grad in list(zip(params, grads, strict=True))[2 * frozen :]:
            if noise:
                grad = grad + noise * rng.normal(size=grad.shape)
            param -= lr * grad


def test_networks_that_are_trained_side_by_side_are_trained_as_by_the_companion():
    x, y = data.xor()
    together = xor_losses(3, range(100, 104), steps=200)
    for seed, loss in zip(range(100, 104), together, strict=True):
        net = Sequential(Dense(2, 3, rng=None, init="zeros"), Activation("tanh"),
                         Dense(3, 1, rng=None, init="zeros"))  # fmt: skip
        W1, b1, W2, b2 = (array[0] for array in xor_starts(3, [seed]))
        net.params.update({"0.W": W1, "0.b": b1[0], "2.W": W2, "2.b": b2[0]})
        for _ in range(200):
            train_step(net, losses.bce_with_logits, SGD(0.5), x, y[:, None])
        assert losses.bce_with_logits(net(x), y[:, None])[0] == pytest.approx(loss)


def test_claim_xor_by_width():
    seeds, right, wrong = range(100, 200), {}, {}
    for width in (2, 3, 4, 8):
        right[width] = (xor_losses(width, seeds) < 0.05).sum()
        ends, (_, _, W2, _) = trained_on_xor(width, seeds, through_W=False)
        wrong[width] = (ends < 0.05).sum()
        assert 0.4 < (xor_starts(width, seeds)[2] > 0).mean() < 0.6  # about half
        assert (W2 > 0).mean() > 0.9  # the signs that the wrong gradient takes for granted
        frozen = (xor_losses(width, seeds, frozen=True) < 0.05).sum()
        assert wrong[width] - frozen >= 15  # it is not the output layer alone
    blocks = (xor_losses(2, range(1000, 2000)) < 0.05).reshape(10, 100).sum(axis=1)
    assert 0.45 <= blocks.sum() / 1000 <= 0.57  # about half
    assert 35 <= min(blocks) <= max(blocks) <= 65  # by luck
    assert right[3] >= 75
    assert right[4] >= 90
    assert right[8] >= 98
    assert min(right[width] - wrong[width] for width in (2, 3, 4)) >= 8
    assert wrong[8] >= 90  # "nearly all"


def test_where_runs_of_xor_get_stuck():
    x, y = data.xor()
    ends, (W1, b1, W2, b2) = trained_on_xor(2, range(100, 200))
    stuck = ends > 0.05
    pair, triple = np.log(2) / 2, (np.log(3) + 2 * np.log(1.5)) / 4
    near = [abs(ends[stuck] - height) < 0.01 for height in (pair, triple)]
    assert near[0].mean() > 0.8
    assert np.logical_or(*near).mean() > 0.95

    a1 = np.tanh(x @ W1 + b1)
    differ = [(i, j) for i in (0, 3) for j in (1, 2)]
    gaps = np.array([abs(a1[:, i] - a1[:, j]).max(axis=1) for i, j in differ])
    assert gaps.min(axis=0)[stuck].max() < 0.05
    assert gaps.min(axis=0)[~stuck].min() > 1.5
    slopes = [(1 - a1[:, pair] ** 2).max(axis=(1, 2)) for pair in differ]  # one row a pair
    assert np.choose(gaps.argmin(axis=0), slopes)[stuck].max() < 0.05
    arrives = (sigmoid(a1 @ W2 + b2) - y[:, None]) / 4 @ W2.mT
    before, behind = (
        np.median(abs(size[stuck]).max(axis=(1, 2))) for size in (arrives, arrives * (1 - a1**2))
    )
    assert before == pytest.approx(0.6, abs=0.05)
    assert behind == pytest.approx(0.0006, abs=0.00005)


@pytest.mark.parametrize("width", [2, 3, 4])
def test_the_rates_of_xor(width):
    """At each rate from 0.1 to 4, and each at its best; 8 is too high."""
    rates, seeds = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0), range(200, 300)
    right = [(xor_losses(width, seeds, lr=lr) < 0.05).sum() for lr in rates]
    wrong = [(xor_losses(width, seeds, lr=lr, through_W=False) < 0.05).sum() for lr in rates]
    assert all(a - b >= 8 for a, b in zip(right[:-1], wrong[:-1], strict=True))
    assert max(right) - max(wrong) >= 8
    for counts in (right, wrong):
        assert max(counts[:5]) - min(counts[:5]) <= 12  # up to 2 the counts change little
    assert right[-1] < right[2] - 20


def test_claim_cost():
    """Count the products of a graph, and the numbers that they hand back."""
    rng = np.random.default_rng(0)
    for n, sizes in ((5, (3, 4, 2)), (1, (6, 5)), (2, (4, 4, 4, 4))):
        a = rng.normal(size=(n, sizes[0]))
        for shape in pairwise(sizes):
            W = np.vectorize(lambda v: Value(v, "w"), otypes=[object])(rng.normal(size=shape))
            a = np.vectorize(Value.tanh, otypes=[object])(a @ W)
        found, stack, forward, backward = set(), list(a.flat), 0, 0
        while stack:
            value = stack.pop()
            if value not in found:
                found.add(value)
                parents = [parent for parent, _ in value.parents]
                stack += parents
                if value.operation == "×":
                    forward += 1
                    backward += sum(bool(p.parents or p.name) for p in parents)  # no constants
        weights = sum(n_in * n_out for n_in, n_out in pairwise(sizes))
        assert forward == n * weights
        assert backward == n * (2 * weights - sizes[0] * sizes[1])
        assert backward <= 2 * forward


@pytest.mark.parametrize("seed", range(100, 110))
def test_myth_only_the_activation(seed):
    x, y = data.xor()
    rng = np.random.default_rng(seed)
    net = Sequential(Dense(2, 6, rng=rng), Activation("tanh"), Dense(6, 1, rng=rng))
    hidden, activation, output = net.layers
    _, dy = losses.bce_with_logits(net.forward(x, training=True), y[:, None])
    a = activation.function(hidden.forward(x))
    without = x.T @ (dy * (1 - a**2))
    net.backward(dy)
    outgoing = output.params["W"][:, 0]
    np.testing.assert_allclose(net.grads["0.W"], without * outgoing)  # the factor that is lost
    wrong_way = (net.grads["0.W"] * without < 0).all(axis=0)
    assert np.array_equal(wrong_way, outgoing < 0)
    assert check_gradients(net, x, lambda z: losses.bce_with_logits(z, y[:, None]))


def first_layer_off(n, rounded, scale, seed):
    """How far off the first gradient of eight hidden layers is, if all derivatives are rounded."""
    rng, layers = np.random.default_rng(seed), []
    for pair in pairwise((64, *8 * [32], 10)):
        layers += [Dense(*pair, rng=rng), Activation("tanh")]
    net = Sequential(*layers[:-1])
    x, y = data.digits()
    rows = rng.permutation(len(x))[:n]
    _, dy = losses.softmax_cross_entropy(net.forward(x[rows], training=True), y[rows])
    net.backward(dy)
    exact = net.grads["0.W"].copy()
    net.forward(x[rows], training=True)
    dz = rounded(scale * dy)
    for layer in net.layers[::-1]:
        dz = layer.backward(dz)
        if isinstance(layer, Activation):
            dz = rounded(dz)
    return relative_error(net.grads["0.W"] / scale, exact)


def test_myth_rounded_gradients():
    def two_decimals(v):
        return v.round(2)

    def two_digits(v):
        unit = 10.0 ** np.floor(np.log10(np.abs(v) + 1e-300))
        return (v / unit).round(1) * unit

    def off(*case):
        return [first_layer_off(*case, seed) for seed in range(100, 110)]

    assert np.median(off(1, two_decimals, 1)) < 0.06  # a few percent
    assert max(off(1, two_decimals, 1)) < 0.15  # in some draws a tenth
    assert np.median(off(100, two_decimals, 1)) > 0.99  # nothing is left
    assert min(off(100, two_decimals, 1)) > 0.5  # but for a rare draw
    assert max(off(100, two_decimals, 100)) < 0.05  # without the 1/100
    assert max(off(100, two_digits, 1)) < 0.04
    _, _, _, result = sigmoid_unit()
    result.backward()
    assert f"{0.20 * -2:.2f}" == "-0.40"
    assert f"{result.data * (1 - result.data) * -2:.2f}" == "-0.39"
    assert np.float16(1) - np.float16(1e-4) == 1  # why weights stay in float32
    assert np.float16(1e-8) == 0  # why the loss is scaled


@pytest.mark.parametrize("seed", range(100, 105))
def test_myth_backprop_learns(seed):
    x, y = data.xor()

    def run(by_differences):
        rng = np.random.default_rng(seed)
        net = Sequential(Dense(2, 4, rng=rng), Activation("tanh"), Dense(4, 2, rng=rng))
        path = []
        for _ in range(100):
            loss, dy = losses.softmax_cross_entropy(net.forward(x, training=True), y)
            net.backward(dy)
            assert losses.softmax_cross_entropy(net.forward(x), y)[0] == loss
            grads = net.grads
            if by_differences:
                report = check_gradients(net, x, lambda z: losses.softmax_cross_entropy(z, y))
                grads = {name: report.differences[name] for name in grads}
            SGD(lr=1.0).step(net.params, grads)
            path.append(loss)
        return path

    one, other = run(False), run(True)
    assert one[-1] < one[0] / 2
    np.testing.assert_allclose(one, other, atol=1e-6)


def digit_reader(sizes, lr, seed, epochs=30):
    """Train as in the lab; return the network, its mistakes in training and held out, and those."""
    rng = np.random.default_rng(seed)
    x, new, y, y_new = data.split(*data.digits(), held_out=0.25, rng=rng)
    Ws = [rng.normal(size=shape) / shape[0] ** 0.5 for shape in pairwise(sizes)]
    bs = [np.zeros(n) for n in sizes[1:]]
    for _ in range(epochs):
        for rows in rng.permutation(len(x))[:1344].reshape(-1, 32):
            kept = [x[rows]]
            for W, b in zip(Ws[:-1], bs, strict=False):
                kept.append(np.tanh(kept[-1] @ W + b))
            dz = np.exp(kept[-1] @ Ws[-1] + bs[-1])
            dz /= dz.sum(axis=1, keepdims=True)
            dz[np.arange(32), y[rows]] -= 1
            for W, b, a in reversed(list(zip(Ws, bs, kept, strict=True))):
                before = dz @ W.T * (1 - a**2)
                W -= lr / 32 * (a.T @ dz)
                b -= lr / 32 * dz.sum(axis=0)
                dz = before
    net = network(*zip(Ws, bs, strict=True), activation="tanh")
    wrong = [(net(a).argmax(axis=1) != t).sum() for a, t in ((x, y), (new, y_new))]
    return net, wrong, new, y_new


def test_the_digits_of_chapter_6():
    """Neither half of a rate nor twice as much is better; the first hidden layer helps."""
    tuned = {(64, 10): 1.6, (64, 32, 10): 0.8, (64, 32, 32, 10): 0.8}
    wrong = []
    for sizes, lr in tuned.items():
        half, chosen, double = around(
            lambda rate, seed, sizes=sizes: digit_reader(sizes, rate, seed)[1][1],
            lr,
            range(100, 110),
        )
        assert chosen <= min(half, double), sizes
        wrong.append([digit_reader(sizes, lr, seed)[1] for seed in range(110, 130)])
    (none, none_held), (one, one_held), (_, two_held) = np.transpose(wrong, (0, 2, 1))
    assert np.median(none) > 5
    assert max(one) <= 3  # by heart
    assert (one_held < none_held).sum() == pytest.approx(19, abs=1)  # on the same 20 splits
    assert min((two_held < one_held).sum(), (two_held > one_held).sum()) >= 5  # no order
    assert min(none_held) < max(one_held)  # the ranges overlap all the same


PLANTED = {  # of exercise 6.11, with the results that each spoils
    "mean": {"db2"},
    "no transpose": {"dW1", "db1"},
    "of z1": {"dW1", "db1"},
}


def planted(bugs, x, labels, W1, b1, W2, b2):
    """The lines of exercise 6.11, with these of its bugs."""
    z1 = x @ W1 + b1
    a1 = np.tanh(z1)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dW2, db2 = a1.T @ dz2, dz2.mean(axis=0) if "mean" in bugs else dz2.sum(axis=0)
    da1 = dz2 @ W2 if "no transpose" in bugs else dz2 @ W2.T
    dz1 = da1 * (1 - (z1 if "of z1" in bugs else a1) ** 2)
    return {"dW1": x.T @ dz1, "db1": dz1.sum(axis=0), "dW2": dW2, "db2": db2}


@pytest.mark.parametrize("bug", PLANTED)
def test_which_results_a_planted_bug_spoils(bug):
    def results(bugs, hidden, size=1.0):
        rng = np.random.default_rng(0)
        arrays = [size * rng.normal(size=shape) for shape in ((2, hidden), (hidden,), (hidden, 3))]
        return planted(bugs, rng.normal(size=(6, 2)), np.arange(6) % 3, *arrays, np.zeros(3))

    right, wrong = results([], 3), results([bug], 3)
    assert {name for name in right if not np.allclose(right[name], wrong[name])} == PLANTED[bug]
    if bug == "no transpose":
        with pytest.raises(ValueError, match="matmul"):
            results([bug], 4)
    else:
        pairs = zip(results([], 4).values(), results([bug], 4).values(), strict=True)
        assert all(one.shape == other.shape for one, other in pairs)
    if bug == "of z1":  # nearly right where the pre-activations are small
        small, off = results([], 3, size=0.02), results([bug], 3, size=0.02)
        assert relative_error(small["dW1"], off["dW1"]) < 1e-4


def test_the_counts_of_exercise_6_12():
    seeds = range(100)
    base = xor_losses(2, seeds) < 0.05

    def counts(**settings):
        found = xor_losses(2, seeds, **settings) < 0.05
        return found.sum(), (found & ~base).sum(), (base & ~found).sum()

    assert abs(base.sum() - 51) <= 1
    for settings, said in (
        ({"scale": 0.3}, (77, 26, 0)),
        ({"scale": 4.0}, (31, 1, 21)),
        ({"scale": 0.1}, (72, 38, 17)),
        ({"noise": 0.1}, (45, 10, 16)),
    ):
        assert np.abs(np.subtract(counts(**settings), said)).max() <= 2, settings
    rates = [counts(lr=lr)[0] for lr in (0.1, 1.0, 2.0, 5.0)]
    assert 47 <= min(rates) and max(rates) <= 57
    assert abs(counts(lr=0.05)[0] - 41) <= 1
    assert abs(counts(rectified=True)[0] - 17) <= 2
    assert counts(steps=30_000)[1] <= 2
    others = [(xor_losses(2, range(100, 200), scale=s) < 0.05).sum() for s in (1.0, 0.3, 4.0)]
    assert np.abs(np.subtract(others, (48, 71, 31))).max() <= 2


def test_the_changed_digits_of_exercise_6_13():
    by_gradient, by_chance = [], []
    for seed in range(10):
        net, _, x, y = digit_reader((64, 32, 10), 0.8, seed)
        right = net(x).argmax(axis=1) == y
        _, dz = losses.softmax_cross_entropy(net.forward(x, training=True), y)
        noise = np.random.default_rng(seed + 50).normal(size=x.shape)
        for direction, found in ((net.backward(dz), by_gradient), (noise, by_chance)):
            unit = direction / np.linalg.norm(direction, axis=1, keepdims=True)
            moved = x + 0.2 * np.linalg.norm(x, axis=1, keepdims=True) * unit
            wrong = net(np.clip(moved, 0, 1)).argmax(axis=1) != y
            found.append(100 * wrong[right].mean())
    assert 60 < min(by_gradient) < 65 and 70 < max(by_gradient) < 75
    assert max(by_chance) < 3


# Chapter 7: activation functions


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


@pytest.fixture(scope="module")
def scans():
    """The part of the digits on which chapters 7 to 9 train."""
    x, _, y, _ = data.split(*data.digits(), rng=np.random.default_rng(0))
    return data.standardize(x)[0], y


def epoch_losses(net, digits, lr, epochs, seed, **options):
    """The loss of each epoch in batches of 32, infinite from where it diverges."""
    rng = np.random.default_rng(seed)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            return fit(
                net, softmax_cross_entropy, SGD(lr), *digits,
                epochs=epochs, batch_size=32, rng=rng, **options,
            ).loss  # fmt: skip
    except Diverged:
        return [np.inf] * epochs


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
    return min(epoch_losses(net, digits, rate, 6, seed)[-1], np.log(10))


def test_claim_ten_layers(scans):
    medians = {
        name: np.median([ten_layers_loss(name, rate, s, scans) for s in range(5, 10)])
        for name, (_, rate) in TEN_LAYERS.items()
    }
    least = min(medians[name] for name in ("relu", "gelu"))
    assert max(medians[name] for name in ("tanh", "elu", "selu")) < least * 2 / 3


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


# Chapter 8: weight initialization

STARTS = {
    "zeros": initializers.zeros,
    "0.01": partial(initializers.normal, std=0.01),
    "1": partial(initializers.normal, std=1),
    "LeCun": initializers.lecun_normal,
    "Xavier": initializers.xavier_normal,
    "He": initializers.he_normal,
}


def square_net(init, activation, layers=10, seed=0):
    rng, hidden = np.random.default_rng(seed), []
    for _ in range(layers):
        hidden += [Dense(64, 64, rng=rng, init=init), Activation(activation)]
    return Sequential(*hidden, Dense(64, 10, rng=rng, init=init))


def fixed_normal(std):
    return partial(initializers.normal, std=std)


def gain_losses(gain, layers, lr, seeds, scans, epochs=3):
    nets = {seed: square_net(fixed_normal(gain / 8), "tanh", layers, seed) for seed in seeds}
    return [epoch_losses(net, scans, lr, epochs, seed)[-1] for seed, net in nets.items()]


def one_step(net, x, y, lr=0.5):
    _, dy = softmax_cross_entropy(net.forward(x, training=True), y)
    net.backward(dy)
    SGD(lr).step(net.params, net.grads)


def rms(array):
    return np.sqrt(np.mean(array**2))


def passing(net, x, y):
    """What passes each hidden layer: activations, and derivatives by the pre-activations."""
    forward, backward, a = [], [], x
    for layer in net.layers:
        a = layer.forward(a, training=True)
        if isinstance(layer, Activation):
            forward.append(a)
    d = softmax_cross_entropy(a, y)[1]
    for layer in net.layers[::-1]:
        d = layer.backward(d)
        if isinstance(layer, Activation):
            backward.append(d)
    return forward, backward[::-1]


def test_claim_zero_start(scans):
    for name in ("tanh", "relu", "sigmoid"):
        net = square_net("zeros", name, layers=2)
        for done in range(1, 5):
            before = {key: array.copy() for key, array in net.params.items()}
            one_step(net, *scans)
            moved = [k for k, v in net.params.items() if not np.array_equal(v, before[k])]
            reached = range(max(0, 3 - done), 3) if name == "sigmoid" else ()
            assert moved == ([f"{2 * k}.{p}" for k in reached for p in "Wb"] or ["4.b"])
    net = square_net("zeros", "relu", layers=2)  # its output's bias learns the classes' shares
    for _ in range(300):
        one_step(net, *scans)
    shares = np.bincount(scans[1]) / len(scans[1])
    np.testing.assert_allclose(losses.softmax(net.params["4.b"]), shares, atol=1e-6)


def test_claim_twins(scans):
    for name, value in product(("tanh", "relu", "sigmoid", "leaky_relu"), (0.05, -0.1, 0.0)):
        net = square_net(partial(initializers.constant, value=value), name, layers=2)
        for _ in range(30):
            one_step(net, *scans)
        p = net.params
        for key in ("0.W", "2.W"):
            assert np.ptp(p[key], axis=1).max() <= 1e-12
        for key in ("2.W", "4.W"):
            assert np.ptp(p[key], axis=0).max() <= 1e-12
        assert max(np.ptp(p["0.b"]), np.ptp(p["2.b"])) <= 1e-12
        moved = (p["2.W"] != value).any()
        # ReLU: with zeros nothing moves; with negative weights the second layer is dead.
        assert moved == (value > 0 or (value < 0 and name != "relu") or name == "sigmoid")


def test_a_hair_of_difference_parts_the_twins(scans):
    def nearly(n_in, n_out, *, rng, noise):
        return 0.05 + noise * rng.normal(size=(n_in, n_out))

    def below_one(noise, seed):  # the first epoch with a loss below 1
        net = square_net(partial(nearly, noise=noise), "tanh", 1, seed)
        run = np.array(epoch_losses(net, scans, 0.1, 18, seed))
        return 1 + (run < 1).argmax() if (run < 1).any() else np.inf

    for noise, wanted in ((1e-4, 5.5), (1e-8, 10.5), (1e-12, 15.5), (0, np.inf)):
        assert {abs(below_one(noise, seed) - wanted) <= 1 for seed in (5, 6)} == (
            {True} if noise else {False}
        )
        if not noise:
            assert below_one(0, 5) == np.inf
    net = square_net(partial(initializers.constant, value=0.05), "tanh", 1)
    passing(net, *scans)
    length = np.sqrt(sum((g**2).sum() for g in net.grads.values()))
    assert length == pytest.approx(0.18, abs=0.005)  # so the constant is no saddle point
    for _ in range(50):
        one_step(net, *scans)
    W1, b1, W2, b2 = net.params.values()
    unit = np.tanh(scans[0] @ W1[:, :1] + b1[:1])
    np.testing.assert_allclose(unit @ W2.sum(axis=0, keepdims=True) + b2, net(scans[0]), atol=1e-9)


def test_claim_neighbours():
    def share_right(net, layers, known, new, y_known, y_new):
        a, a_new = (net[: 2 * layers](x) for x in (known, new))
        far = (a**2).sum(axis=1) - 2 * a_new @ a.T
        return np.mean(y_known[far.argmin(axis=1)] == y_new)

    for split in (0, 1):
        parts = data.split(*data.digits(), rng=np.random.default_rng(split))
        parts = (*data.standardize(*parts[:2]), *parts[2:])
        for std, low, high in ((0.01, 0.7, 0.9), (0.125, 0.7, 0.9), (1, 0.05, 0.2)):
            for seed in range(5, 9):
                net = square_net(fixed_normal(std), "tanh", seed=seed)
                assert low < share_right(net, 10, *parts) < high
                assert share_right(net, 1, *parts) > 0.9
        for seed in (5, 6):  # a ReLU network's neighbours do not depend on the deviation
            nets = [square_net(fixed_normal(2.0**k), "relu", seed=seed) for k in (-7, -3, 0)]
            shares = {share_right(net, 10, *parts) for net in nets}
            assert len(shares) == 1
            assert 0.4 < max(shares) < 0.65
            linear = square_net("lecun_normal", "identity", seed=seed)
            assert 0.7 < share_right(linear, 10, *parts) < 0.9


def test_claim_variance_of_a_sum(scans):
    x, rng = scans[0][0], np.random.default_rng(3)
    for init, variance in (
        (partial(initializers.normal, std=0.3), 0.09),
        (initializers.lecun_normal, 1 / 64),
        (initializers.he_uniform, 2 / 64),
    ):
        z = Dense(64, 100_000, rng=rng, init=init).forward(x[None])
        assert np.mean(z**2) == pytest.approx(64 * variance * np.mean(x**2), rel=0.02)
    signs = np.array([[w1, w2] for w1, w2 in product((1.0, -1.0), repeat=2)])
    assert (signs @ [3, 4]).tolist() == [7, -1, 1, -7]
    assert np.mean((signs @ [3, 4]) ** 2) == 25


def test_the_way_back_counts_the_fan_out():
    rng = np.random.default_rng(0)
    for init, forward, back in (
        ("lecun_normal", 1, 4), ("xavier_normal", 0.4, 1.6), ("xavier_uniform", 0.4, 1.6),
        ("he_normal", 2, 8),
    ):  # fmt: skip
        layer = Dense(64, 256, rng=rng, init=init)
        x, dy = rng.normal(size=(500, 64)), rng.normal(size=(500, 256))
        assert np.mean(layer.forward(x, training=True) ** 2) == pytest.approx(forward, rel=0.05)
        assert np.mean(layer.backward(dy) ** 2) == pytest.approx(back, rel=0.05)


def test_claim_he_keeps(scans):
    z = np.linspace(-3, 3, 13)
    assert np.array_equal(relu(z) ** 2 + relu(-z) ** 2, z**2)
    for init, wanted in (("he_normal", 1), ("he_uniform", 1), ("xavier_normal", 0.5)):
        ratios = []
        for seed in range(100):
            forward, _ = passing(square_net(init, "relu", seed=seed), scans[0][:50], scans[1][:50])
            squares = [np.mean(a**2) for a in forward]
            ratios.append(np.divide(squares[1:], squares[:-1]))
        assert np.mean(ratios) == pytest.approx(wanted, rel=0.05)


def test_claim_relu_scale(scans):
    net = square_net("he_normal", "relu")
    before = passing(net, *scans)[0]
    for factor, exact in ((0.5, True), (8, True), (3, False)):
        scaled = square_net("he_normal", "relu")
        for name, array in scaled.params.items():
            array *= factor if name.endswith("W") else 1
        for layer, (a, b) in enumerate(zip(before, passing(scaled, *scans)[0], strict=True), 1):
            if exact:
                assert np.array_equal(b, a * factor**layer)
            else:
                np.testing.assert_allclose(b, a * 3.0**layer, rtol=1e-9, atol=1e-6 * b.max())


def test_claim_relative_step(scans):
    x, y = scans[0][:300], scans[1][:300]

    def steps(name, activation):  # medians of ten
        found = []
        for seed in range(10, 20):
            net = square_net(STARTS[name], activation, seed=seed)
            passing(net, x, y)
            keys = [f"{2 * layer}.W" for layer in range(10)]
            found.append([0.03 * rms(net.grads[key]) / rms(net.params[key]) for key in keys])
        return np.median(found, axis=0)

    for name, activation in (("LeCun", "tanh"), ("He", "tanh"), ("He", "relu")):
        share = steps(name, activation)
        assert 0.001 <= share.min() <= share.max() < 0.008, (name, activation)
    assert max(steps("0.01", "tanh").max(), steps("0.01", "relu").max()) < 1e-11
    first, *_, tenth = steps("1", "tanh")
    assert first > 0.1
    assert tenth < 0.001
    assert max(steps("LeCun", "tanh").max(), steps("He", "tanh").max()) < 0.003
    for layer, low, high in ((0, 0.001, 0.004), (9, 0.002, 0.008)):
        assert low <= steps("He", "relu")[layer] <= high
    ratio = steps("He", "relu") / steps("LeCun", "relu")
    assert 20 < ratio.min() <= ratio.max() < 150  # c⁹ with c = √2 is 23


def test_relative_steps_of_networks_that_train_well(scans):
    x, y = scans[0][:32], scans[1][:32]  # the size of a batch

    def largest(layers):  # of the hidden layers, and of the deviations that train well
        found = []
        for gain in GAINS[1] if layers == 1 else (1, 2):
            steps = []
            for seed in range(10, 20):
                net = square_net(fixed_normal(gain / 8), "tanh", layers, seed)
                passing(net, x, y)
                keys = [f"{2 * layer}.W" for layer in range(layers)]
                steps.append([rms(net.grads[key]) / rms(net.params[key]) for key in keys])
            found.append(GAINS[layers][gain] * np.median(steps, axis=0).max())
        return max(found)

    assert 0.03 < largest(10) < 0.045
    assert 0.15 < largest(1) < 0.25


def test_claim_layer_ten(scans):
    x, y = scans[0][:300], scans[1][:300]
    bounds = {
        "tanh": {"zeros": (0, 0), "0.01": (3e-12, 3e-11), "1": (0.94, 0.96), "He": (0.5, 0.6)},
        "relu": {"zeros": (0, 0), "0.01": (1e-13, 1e-12), "1": (1e7, 1e8), "He": (0.5, 2)},
    }
    bounds["tanh"] |= dict.fromkeys(("LeCun", "Xavier"), (0.19, 0.25))
    bounds["relu"] |= dict.fromkeys(("LeCun", "Xavier"), (0.015, 0.045))
    for activation, name in product(("tanh", "relu"), STARTS):
        nets = (square_net(STARTS[name], activation, seed=seed) for seed in range(20, 40))
        size = np.median([rms(passing(net, x, y)[0][9]) for net in nets])
        low, high = bounds[activation][name]
        assert low <= size <= high, (activation, name)


def test_gradients_keep_their_size_where_signals_do(scans):
    x, y = scans[0][:100], scans[1][:100]
    for activation, name, low, high in (
        ("tanh", "0.01", 0, 1e-9), ("tanh", "1", 300, 3000), ("tanh", "LeCun", 0.2, 0.5),
        ("relu", "He", 0.5, 2), ("relu", "LeCun", 0.02, 0.08), ("relu", "1", 1e6, 1e8),
    ):  # fmt: skip
        ratios = []
        for seed in range(10):
            _, backward = passing(square_net(STARTS[name], activation, seed=seed), x, y)
            ratios.append(rms(backward[0]) / rms(backward[9]))
        assert low <= np.median(ratios) <= high, (activation, name)


def test_tanh_shrinks_as_the_root_of_the_depth():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(50, 1000))
    for _ in range(20):
        a = np.tanh(a @ initializers.lecun_normal(1000, 1000, rng=rng))
    assert rms(a) == pytest.approx(1 / np.sqrt(2 * 20), rel=0.05)


def test_myth_only_the_bias(scans):
    x, y = scans
    for name, init, lr, low, high in (
        ("tanh", "zeros", 0.1, 0.08, 0.12), ("relu", "zeros", 0.1, 0.08, 0.12),
        ("sigmoid", "zeros", 1, 0.15, 0.4), ("sigmoid", fixed_normal(1e-4), 1, 0.95, 1),
        ("sigmoid", fixed_normal(1 / 8), 1, 0.98, 1),
    ):  # fmt: skip
        for seed in range(5, 10) if name == "sigmoid" else (5,):
            net = square_net(init, name, 1, seed)
            epoch_losses(net, scans, lr, 10, seed)
            assert low < accuracy(net(x), y) <= high, (name, init)
            assert net.params["0.W"].any() == (name == "sigmoid")


@pytest.mark.parametrize("lr", [0.1, 0.3, 3, 10])
def test_no_rate_makes_copies_a_good_classifier(lr, scans):
    net = square_net("zeros", "sigmoid", 1)
    epoch_losses(net, scans, lr, 10, 0)
    assert accuracy(net(scans[0]), scans[1]) < 0.4


def test_in_two_sigmoid_layers_copies_part_later(scans):
    def right(init, epochs, seed=5):
        net = square_net(init, "sigmoid", 2, seed)
        epoch_losses(net, scans, 1, epochs, seed)
        return accuracy(net(scans[0]), scans[1])

    assert max(right("zeros", 40), right(fixed_normal(1e-4), 10)) < 0.4
    assert right(fixed_normal(1e-4), 40) > 0.8
    assert min(right("lecun_normal", 10), right("xavier_normal", 10)) > 0.95


def test_myth_variance_at_the_ends(scans):
    for seed in range(5, 10):
        tenth = passing(square_net(STARTS["1"], "tanh", seed=seed), *scans)[0][9]
        assert np.mean(np.abs(tenth) > 0.9) == pytest.approx(0.845, abs=0.015)
        assert tenth.var() == pytest.approx(0.895, abs=0.01)


def test_myth_saturated_gradient(scans):
    assert ACTIVATIONS["tanh"].derivative(15.0) > 0
    for seed in range(5, 9):
        forward, backward = passing(square_net(STARTS["1"], "tanh", seed=seed), *scans)
        slopes = 1 - forward[4] ** 2
        assert 0.65 < np.mean(slopes < 0.01) < 0.72
        assert 64 * np.mean(slopes**2) > 4  # what a layer does to the mean square of a gradient
        assert 700 < rms(backward[0]) / rms(backward[9]) < 1400
    nearby = scans[0] + 0.01 * np.random.default_rng(1).normal(size=scans[0].shape)
    for name, low, high in (("1", 1, 1.2), ("LeCun", 0.005, 0.03), ("0.01", 0.005, 0.03)):
        net = square_net(STARTS[name], "tanh")
        a, b = (passing(net, x, scans[1])[0][9] for x in (scans[0], nearby))
        assert low < rms(a - b) / rms(a) < high


def test_myth_number_of_data():
    rng = np.random.default_rng(0)
    x, units = rng.normal(size=(1347, 64)), rng.normal(size=(64, 5000))
    for rows, features, divisor, wanted in (
        (1347, 64, 8, 1), (10, 64, 8, 1), (1347, 16, 8, 0.5), (1347, 16, 4, 1),
        (1347, 64, 64, 0.125),
    ):  # fmt: skip
        z = x[:rows, :features] @ (units[:features] / divisor)
        assert rms(z) == pytest.approx(wanted, rel=0.1)
    for fan_in in (16, 64):
        W = initializers.lecun_normal(fan_in, 5000, rng=rng)
        assert W.var() == pytest.approx(1 / fan_in, rel=0.03)


def test_myth_he_halves():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 64))
    z = x @ initializers.he_normal(64, 5000, rng=rng)
    assert np.mean(z**2) / np.mean(x**2) == pytest.approx(2, rel=0.05)
    assert np.mean(relu(z) ** 2) / np.mean(z**2) == pytest.approx(0.5, rel=0.05)
    for alpha in (0.01, 0.5, 1):
        kept = np.mean(leaky_relu(z, alpha) ** 2) / np.mean(z**2)
        assert kept == pytest.approx((1 + alpha**2) / 2, rel=0.02)


def test_the_networks_of_the_opening_and_their_rates(scans):
    for std, best, low, high in ((0.01, 0.1, 2.29, 2.31), (0.125, 0.1, 0, 0.2), (1, 0.2, 2.1, 5)):
        nets = [square_net(fixed_normal(std), "tanh", seed=seed) for seed in range(5, 10)]
        before = [softmax_cross_entropy(net(scans[0]), scans[1])[0] for net in nets]
        assert (min(before) > 10) == (std == 1)
        assert (max(before) < 2.5) == (std < 1)
        last = gain_losses(8 * std, 10, best, range(5, 10), scans, epochs=5)
        assert low < min(last) <= max(last) < high
        seeds = range(100, 103 if std > 0.01 else 101)  # which are not reported
        grid = {
            lr: np.median(gain_losses(8 * std, 10, lr, seeds, scans, epochs=5))
            for lr in (0.01, 0.03, 0.1, 0.2, 0.3, 1)
        }
        if std > 0.01:
            assert grid[best] < 1.15 * min(grid.values())
            assert min(grid, key=grid.get) not in (0.01, 1)
        else:
            assert min(grid.values()) > 2.29


GAINS = {  # hidden layers: {deviation × √64: best rate}
    1: {0.5: 1, 1: 1, 2: 1, 4: 1, 8: 1},
    10: {0.5: 1, 1: 0.1, 2: 0.1, 4: 0.1, 8: 0.3},
    30: {0.8: 0.5, 1: 0.03, 1.3: 0.03, 2: 0.01},
}


@pytest.mark.parametrize("layers", [1, 10, 30])
def test_the_deeper_the_network_the_narrower_the_range(layers, scans):
    loss = {
        gain: np.median(gain_losses(gain, layers, lr, range(5, 8 if layers == 30 else 10), scans))
        for gain, lr in GAINS[layers].items()
    }
    if layers == 1:
        assert max(loss.values()) < 0.15
    elif layers == 10:
        assert max(loss[1], loss[2]) < 0.4
        assert min(loss[0.5], loss[4], loss[8]) > 1.2
    else:
        assert loss[1.3] < 0.7 * loss[1] < loss[1] < 0.7 * min(loss[0.8], loss[2])


@pytest.mark.parametrize(
    ("layers", "gain"), [(layers, gain) for layers, best in GAINS.items() for gain in best]
)
def test_no_rate_replaces_a_good_initialization(layers, gain, scans):
    """Seeds that the chapter does not report; the best rate is not at the end of the grid."""
    rates = (0.003, 0.01, 0.03, 0.1, 0.5, 2) if layers == 30 else (0.001, 0.03, 0.1, 0.3, 1, 3, 10)
    seeds = range(100, 102 if layers == 30 else 103)
    grid = {lr: np.median(gain_losses(gain, layers, lr, seeds, scans)) for lr in rates}
    # An eighth: near its minimum the loss hardly depends on the rate.
    assert grid[GAINS[layers][gain]] < 1.125 * min(grid.values()) + 0.01
    assert min(grid, key=grid.get) not in (rates[0], rates[-1])
    if layers == 10 and gain in (0.5, 4, 8):
        assert min(grid.values()) > 1.2
    if layers == 30:
        assert (min(grid.values()) > 1.5) == (gain in (0.8, 2))


def test_from_four_times_the_deviation_ten_layers_learn_slowly(scans):
    three = gain_losses(2, 10, 0.1, (5, 6), scans)
    twelve = gain_losses(4, 10, 0.1, (5, 6), scans, epochs=12)
    assert max(three) < min(twelve) <= max(twelve) < 1.3


def test_zeros_in_the_last_layer_alone_do_little_harm(scans):
    for layers, lr, most in ((1, 1, 0.05), (10, 0.1, 0.3)):
        net = square_net("lecun_normal", "tanh", layers, 5)
        net.params[f"{2 * layers}.W"][...] = 0
        assert epoch_losses(net, scans, lr, 5, 5)[-1] < most


def by_default_of_pytorch(seed, weights=True, biases=True, layers=10):
    """Weights and biases uniform to ± 1/√n_in; without `weights` by He's rule."""
    net = square_net("he_normal", "relu", layers, seed)
    rng = np.random.default_rng(seed)
    for name, array in net.params.items():
        if weights if name.endswith("W") else biases:
            array[...] = rng.uniform(-1 / 8, 1 / 8, array.shape)
    return net


@pytest.mark.parametrize("lr", [0.003, 0.01, 0.03, 0.1, 0.3, 1])
def test_ten_relu_layers_do_not_learn_by_the_default_of_pytorch(lr, scans):
    for seed in (0, 5):
        assert min(epoch_losses(by_default_of_pytorch(seed), scans, lr, 10, seed)) > 2.25
    if lr in (0.03, 0.1):  # it is the weights
        only = {"he": {"weights": False}, "default": {"biases": False}}
        for name, what in only.items():
            last = [
                epoch_losses(by_default_of_pytorch(seed, **what), scans, lr, 6, seed)[-1]
                for seed in range(5, 8)
            ]
            assert (np.median(last) < 1) == (name == "he")
            assert (min(last) > 2.25) == (name == "default")


def test_the_default_of_pytorch_does_little_harm_in_a_shallow_network(scans):
    for seed in range(5, 8):
        net = by_default_of_pytorch(seed, layers=1)
        assert epoch_losses(net, scans, 0.3, 3, seed)[-1] < 0.15


@pytest.mark.parametrize(("name", "best"), [("he_normal", 0.03), ("xavier_uniform", 0.1)])
def test_xavier_learns_later_than_he_under_relu(name, best, scans):
    def median(lr, seeds, epoch=3):
        nets = {seed: square_net(name, "relu", seed=seed) for seed in seeds}
        runs = [epoch_losses(net, scans, lr, epoch, seed)[-1] for seed, net in nets.items()]
        return np.median(runs)

    assert (median(best, range(5, 10)) < 1) == (name == "he_normal")
    assert median(best, range(5, 10), epoch=10) < 0.6
    grid = {lr: median(lr, range(100, 103)) for lr in (0.003, 0.01, 0.03, 0.1, 0.3, 1)}
    assert min(grid, key=grid.get) == best


def test_even_steps_help_small_weights_and_not_large_ones(scans):
    def even(share):
        def before_step(net, grads):
            for key, grad in grads.items():
                if key.endswith("W"):
                    grad *= share * rms(net.params[key]) / (0.1 * rms(grad))

        return before_step

    def last(std, share, seeds):
        nets = {seed: square_net(fixed_normal(std), "tanh", seed=seed) for seed in seeds}
        how = {"before_step": even(share)}
        return [epoch_losses(net, scans, 0.1, 3, seed, **how)[-1] for seed, net in nets.items()]

    for std, best, low, high in ((0.01, 0.03, 1.6, 2), (0.125, 0.01, 0, 0.3), (1, 0.01, 2.5, 8)):
        losses = last(std, best, range(5, 8))
        assert low < min(losses) <= max(losses) < high
        grid = {
            share: np.median(last(std, share, (100, 101))) for share in (0.003, 0.01, 0.03, 0.1)
        }
        assert grid[best] < 1.1 * min(grid.values())


def test_the_formula_ceases_to_hold_in_training(scans):
    def ratios(net):
        a, found = scans[0], []
        for layer in net:
            if isinstance(layer, Dense):
                W = layer.params["W"]
                found.append(np.mean((a @ W) ** 2) / (len(W) * np.mean(W**2) * np.mean(a**2)))
            a = layer(a)
        return np.array(found)

    for seed in (5, 6):
        net = square_net("lecun_normal", "tanh", seed=seed)
        assert np.abs(ratios(net) - 1).max() < 0.5
        epoch_losses(net, scans, 0.1, 5, seed)
        first, fifth, tenth, last = ratios(net)[[0, 4, 9, 10]]
        assert 1 < first < 1.3 < fifth < tenth < 3 < last


def test_sizes_with_functions_that_have_a_curve(scans):
    x, y = scans[0][:300], scans[1][:300]

    def sizes(activation, init):
        found = []
        for seed in range(20, 30):
            forward, backward = passing(square_net(init, activation, seed=seed), x, y)
            found.append((rms(forward[9]), rms(backward[0]) / rms(backward[9])))
        return np.median(found, axis=0)

    for activation, init, size, gradient in (
        ("selu", "lecun_normal", (0.9, 1.1), (1, 2.5)), ("selu", "he_normal", (3, 5), (4, 15)),
        ("elu", "lecun_normal", (0.18, 0.28), (0.2, 0.5)), ("elu", "he_normal", (1.3, 2.2), (1, 4)),
        ("gelu", "lecun_normal", (0, 0.02), (0, 0.02)), ("gelu", "he_normal", (0.3, 0.9), (0.4, 1)),
        ("sigmoid", "lecun_normal", (0.45, 0.6), (0, 1e-5)),
        ("sigmoid", "he_normal", (0.45, 0.6), (0, 1e-4)),
    ):  # fmt: skip
        for number, (low, high) in zip(sizes(activation, init), (size, gradient), strict=True):
            assert low < number < high, (activation, init)


def test_answers_to_the_open_exercises_of_chapter_8(scans):
    x_train, x_new, _, y_new = data.split(*data.digits(), rng=np.random.default_rng(0))
    _, x_new = data.standardize(x_train, x_new)
    for std, lr, low, high in (
        (0.5, 0.1, 0.825, 0.865), (0.125, 0.1, 0.945, 0.975), (0.05, 0.05, 0.08, 0.13),
        (0.05, 0.2, 0.4, 0.85),
    ):  # fmt: skip
        for seed in range(5) if std > 0.125 else range(2):  # 8.10, with its settings
            net = square_net(fixed_normal(std), "tanh", 8, seed)
            epoch_losses(net, scans, lr, 30, seed)
            assert low < accuracy(net(x_new), y_new) < high, (std, lr, seed)
            if std == 0.5:
                assert 0.935 < accuracy(net(scans[0]), scans[1]) < 0.995

    for name, low, high in (("tanh", 0, 0.1), ("relu", 0, 1), ("sigmoid", 2.2, 2.5)):
        for seed in range(3):  # 8.12
            net, a, gains = square_net(fixed_normal(1), name, seed=seed), scans[0], []
            for layer in net:
                if isinstance(layer, Dense):
                    scale = layer(a).std()
                    layer.params["W"] /= scale
                    gains.append(8 / scale)
                a = layer(a)
            if name != "sigmoid":
                wanted = 1.59 if name == "tanh" else np.sqrt(2)
                assert np.mean(gains[1:10]) == pytest.approx(wanted, rel=0.1)
            else:
                tenth = passing(net, *scans)[0][9]
                assert rms(tenth - tenth.mean(axis=0)) < 0.01 * rms(tenth)
            start = {key: array.copy() for key, array in net.params.items()}
            for lr in (0.1, 0.3, 1, 3) if name == "sigmoid" and not seed else (0.1,):
                net.params.update(start)
                assert low < epoch_losses(net, scans, lr, 5, seed)[-1] < high, (name, lr, seed)


def test_answers_to_the_exercises_of_chapter_8(scans):
    x, y = data.xor()  # 8.1
    net = Sequential(
        Dense(2, 2, rng=np.random.default_rng(0), init="zeros"), Activation("sigmoid"),
        Dense(2, 1, rng=np.random.default_rng(0), init="zeros"),
    )  # fmt: skip
    for _ in range(100):
        _, dz = losses.bce_with_logits(net.forward(x, training=True)[:, 0], y)
        net.backward(dz[:, None])
        SGD(1.0).step(net.params, net.grads)
    assert not any(array.any() for array in net.params.values())

    rng = np.random.default_rng(0)  # 8.4
    W = rng.uniform(-1 / 8, 1 / 8, (64, 5000))
    z = rng.normal(size=(500, 64)) @ W
    assert np.mean(z**2) == pytest.approx(1 / 3, rel=0.05)
    assert np.mean(relu(z) ** 2) == pytest.approx(1 / 6, rel=0.05)
    for seed in (5, 6, 7):
        last = passing(by_default_of_pytorch(seed), x=scans[0], y=scans[1])[0][9]
        assert rms(last - last.mean(axis=0)) < 0.005 * rms(last)

    rng = np.random.default_rng(0)  # 8.5
    net = Sequential(
        Dense(64, 8, rng=rng, init="zeros"), Activation("tanh"), Dense(8, 10, rng=rng, init="zeros")
    )
    net.params["0.b"][...] = rng.normal(size=8)
    one_step(net, *scans)
    assert net.params["2.W"].any()
    assert not net.params["0.W"].any()
    one_step(net, *scans)
    assert len(np.unique(net.params["0.W"][20])) == 8

    medians = []  # 8.11
    for width in (16, 64, 256):
        ratios = []
        for seed in range(100):
            rng = np.random.default_rng(seed)
            a = first = rng.normal(size=(50, width))
            for _ in range(10):
                a = relu(a @ initializers.he_normal(width, width, rng=rng))
            ratios.append(np.mean(a**2) / np.mean(first**2))
        medians.append(np.median(ratios))
        assert np.log(ratios).std() < 1.05 * np.sqrt(50 / width)
    assert medians[0] < 0.5 < medians[1] < 0.85 < medians[2] < 1.05


# Chapter 9: batch normalization


def normed_net(init, norm, *, depth=20, seed=0, width=64):
    """Return a tanh network for the digits, with batch norm before each tanh or without."""
    hidden, rng = [], np.random.default_rng(seed)
    for i in range(depth):
        hidden += [
            Dense(width if i else 64, width, rng=rng, init=init),
            *([BatchNorm(width)] if norm else []),
            Activation("tanh"),
        ]
    return Sequential(*hidden, Dense(width, 10, rng=rng))


def test_claim_bn_range():
    x = np.random.default_rng(1).normal(size=(100, 4)) * [1000, 1, 0.001, 0] + [50, -7, 3, 9]
    y = BatchNorm(4).forward(x, training=True)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(y.var(axis=0), x.var(axis=0) / (x.var(axis=0) + 1e-5), rtol=1e-9)
    assert y.var(axis=0)[1] == pytest.approx(1, abs=1e-4)
    assert y.var(axis=0)[2] < 0.2
    batch = [[4, 110], [8, 110], [2, 60], [6, 110], [5, 110]]
    by_hand = [[-0.5, 0.5], [1.5, 0.5], [-1.5, -2], [0.5, 0.5], [0, 0.5]]
    normed = BatchNorm(2, eps=1e-12).forward(batch, training=True)
    np.testing.assert_allclose(normed, by_hand, atol=1e-9)


def test_claim_bn_identity():
    x = np.random.default_rng(1).normal(3, [1, 20, 0.01], size=(50, 3))
    layer = BatchNorm(3)
    layer.params["gamma"][...] = np.sqrt(x.var(axis=0) + layer.eps)
    layer.params["beta"][...] = x.mean(axis=0)
    np.testing.assert_allclose(layer.forward(x, training=True), x, rtol=1e-10)


def test_claim_bn_inference(scans):
    x, _ = scans
    rng = np.random.default_rng(0)
    net = Sequential(Dense(64, 16, rng=rng), BatchNorm(16), Activation("tanh"))
    for rows in minibatches(len(x), 64, rng=rng):
        net.forward(x[rows], training=True)
    kept = {name: array.copy() for name, array in net.state().items()}
    alone = net.forward(x[:1])
    for company in (x[:1], x[:10], x):
        np.testing.assert_allclose(net.forward(company)[:1], alone, atol=1e-9)
    assert all(np.array_equal(array, kept[name]) for name, array in net.state().items())
    answers = [net.forward(x[:n], training=True)[0] for n in (5, 10, 500)]
    for a, b in combinations(answers, 2):
        assert np.abs(a - b).max() > 0.05
    assert np.abs(net.forward(x[:1]) - alone).max() > 0.01  # the wrong mode changed the network
    with pytest.raises(ValueError, match="two samples"):
        net.forward(x[:1], training=True)
    layer = BatchNorm(1, momentum=0.9)
    layer.forward([[4], [8], [2], [6], [5]], training=True)
    assert (layer.mean[0], layer.var[0]) == pytest.approx((0.5, 1.3))


def test_in_sorted_batches_it_is_the_mean_that_harms():
    for seed in NINE[:3]:
        part, (x, y) = thousand_digits_standardized(seed)
        net = normed_net("xavier_normal", True, depth=1, seed=seed)
        sgd(net, *part, 0.3, epochs=5, seed=seed)
        layer = net.layers[1]
        kept = layer.mean.copy(), layer.var.copy()
        for own_mean, own_var, (low, high) in (
            (False, False, (0.9, 1)), (False, True, (0.9, 1)), (True, False, (0, 0.4)),
        ):  # fmt: skip
            hits = []
            for rows in np.split(np.argsort(y, kind="stable"), range(45, 450, 45)):
                z = net.layers[0].forward(x[rows])
                layer.mean[...] = z.mean(axis=0) if own_mean else kept[0]
                layer.var[...] = z.var(axis=0) if own_var else kept[1]
                hits += (net(x[rows]).argmax(axis=1) == y[rows]).tolist()
            assert low < np.mean(hits) <= high


def test_claim_bn_backward():
    x = [Value(number) for number in (4, 8, 2, 6, 5)]
    mu = sum(x) * (1 / 5)
    d = [xi - mu for xi in x]
    s = (sum(di**2 for di in d) * (1 / 5)) ** 0.5
    (d[1] / s).backward()
    layer = BatchNorm(1, eps=1e-13)
    layer.forward(np.array([[v.data] for v in x]), training=True)
    dx = layer.backward([[0], [1], [0], [0], [0]])[:, 0]
    np.testing.assert_allclose(dx, [v.grad for v in x], atol=1e-9)
    np.testing.assert_allclose(dx, [-0.025, 0.175, 0.125, -0.175, -0.1], atol=1e-9)

    x, dy = np.random.default_rng(0).normal(size=(2, 8, 3))
    layer = BatchNorm(3)
    layer.params["gamma"][...] = [1, 2, -0.5]
    x_hat = layer.forward(x, training=True) / layer.params["gamma"]
    dx = layer.backward(dy)

    def loss(x):
        return (layer.forward(x, training=True) * dy).sum()

    assert np.abs(dx - numerical_gradient(loss, x)).max() < 1e-7
    assert np.abs(dx.sum(axis=0)).max() < 1e-12
    assert np.abs((dx * x_hat).sum(axis=0)).max() < 1e-4


def test_claim_bn_weight_scale(scans):
    x, y = scans[0][:128], scans[1][:128]

    def run(c, *, steps, rate=1.0):
        rng = np.random.default_rng(3)
        net = Sequential(Dense(64, 16, rng=rng), BatchNorm(16, eps=1e-12), Dense(16, 10, rng=rng))
        net.params["0.W"][...] *= c
        for _ in range(steps + 1):
            scores = net.forward(x, training=True)
            net.backward(softmax_cross_entropy(scores, y)[1])
            W, dW = net.params["0.W"].copy(), net.grads["0.W"].copy()
            net.params["0.W"][...] -= rate * c**2 * dW
        return scores, W, dW

    scores, W, dW = run(1, steps=0)
    later, longer, _ = run(1, steps=5)
    for c in (0.01, 7, 100):
        same, _, smaller = run(c, steps=0)
        np.testing.assert_allclose(same, scores, atol=1e-6)
        np.testing.assert_allclose(smaller * c, dW, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(run(c, steps=5)[0], later, atol=1e-5)
    lengths = np.linalg.norm(W, axis=0) * np.linalg.norm(dW, axis=0)
    assert np.abs((W * dW).sum(axis=0) / lengths).max() < 1e-6
    assert (np.linalg.norm(longer, axis=0) > np.linalg.norm(W, axis=0)).all()


def sgd(net, x, y, lr, *, epochs=5, batch_size=64, seed=0, **options):
    """Train with plain gradient descent and return the mean loss of the last epoch."""
    rng = np.random.default_rng(seed)
    options |= {"epochs": epochs, "batch_size": batch_size, "rng": rng}
    return fit(net, softmax_cross_entropy, SGD(lr), x, y, **options).loss[-1]


@pytest.fixture(scope="module")
def full_batches(scans):
    """21 batches of 64; the three scans left over would be a batch of three."""
    return scans[0][:1344], scans[1][:1344]


NINE = range(300, 305)  # seeds of chapter 9's tests: the chapter reports 0 to 4
BEST_NORMED = {  # of the rates 10^-5, 10^-4.5 … 10, for twenty tanh layers
    (0.01, True): 0.0003, ("xavier", True): 0.1, (1, True): 1.0, ("xavier", False): 0.1,
}  # fmt: skip


def deep_loss(init, norm, lr, seed, part, epochs=3, **options):
    """The mean loss of the last epoch of twenty tanh layers; infinite if the training diverges."""
    init = "xavier_normal" if init == "xavier" else fixed_normal(init)
    net = normed_net(init, norm, seed=seed)
    with suppress(Diverged):
        return sgd(net, *part, lr, epochs=epochs, seed=seed, **options)
    return np.inf


def test_claim_bn_depth_20(full_batches):
    for (init, norm), lr in BEST_NORMED.items():
        losses = [deep_loss(init, norm, lr, seed, full_batches) for seed in NINE]
        assert max(losses) < 1
        assert 0.3 < np.median(losses) < 0.7
    for std, lr in ((0.01, 0.1), (1, 0.3)):
        assert min(deep_loss(std, False, lr, seed, full_batches) for seed in NINE[:2]) > 2.2


@pytest.mark.parametrize(("init", "norm"), BEST_NORMED)
def test_the_rates_of_twenty_layers_are_the_best_of_a_grid(init, norm, full_batches):
    chosen = BEST_NORMED[init, norm]
    median = {
        lr: np.median([deep_loss(init, norm, lr, seed, full_batches) for seed in range(100, 103)])
        for lr in chosen * 10 ** np.arange(-0.5, 0.6, 0.5)
    }
    assert min(median, key=median.get) == chosen


def test_a_wrong_rate_costs_twenty_layers_less_with_the_layer(full_batches):
    cost = {}
    for norm in (True, False):
        at_half, best, at_twice = around(
            lambda lr, seed, norm=norm: deep_loss("xavier", norm, lr, seed, full_batches),
            0.1,
            NINE[:3],
            mean=np.median,
        )
        cost[norm] = at_half - best, at_twice - best
    assert (np.array(cost[False]) > np.array(cost[True]) + 0.1).all()


def test_long_first_steps_are_braked_but_not_repaired(full_batches):
    """From 0.01, at rates above the best, the first weights grow and the loss stays high."""
    for lr, (low, high) in {0.01: (1.2, 3), 0.1: (5, 30), 1: (50, 300)}.items():
        net = normed_net(fixed_normal(0.01), True, seed=300)
        W = np.linalg.norm(net.params["0.W"])
        assert sgd(net, *full_batches, lr, epochs=3, seed=300) > 1
        assert low < np.linalg.norm(net.params["0.W"]) / W < high


def test_at_inference_twenty_normalized_layers_are_a_little_ahead():
    """Three epochs from Xavier's initialization; seven seeds, since the two differ by little."""
    loss, right = {}, {}
    for norm in (True, False):
        found = []
        for seed in range(300, 307):
            part, new = thousand_digits_standardized(seed)
            net = normed_net("xavier_normal", norm, seed=seed)
            sgd(net, *part, 0.1, epochs=3, seed=seed)
            found.append((softmax_cross_entropy(net(part[0]), part[1])[0], scores_right(net, *new)))
        loss[norm], right[norm] = np.median(found, axis=0)
    assert loss[True] + 0.04 < loss[False]
    assert right[True] > right[False]


@pytest.mark.parametrize("std", [0.01, 1])
def test_no_rate_trains_twenty_badly_scaled_layers(std, full_batches):
    for lr in 10 ** np.arange(-5, 1.1, 0.5):  # 13 of them
        assert deep_loss(std, False, lr, 100, full_batches) > 2.2


def scores_right(net, x, y):
    return (net(x).argmax(axis=1) == y).mean()


def test_claim_bn_last_batch(scans, full_batches):
    loss, longer, two, nets = {}, {}, {}, {}
    for norm, part, limit in (
        (True, scans, None), (True, full_batches, None), (True, scans, 10),
        (False, scans, None), (False, full_batches, None),
    ):  # fmt: skip
        key = norm, len(part[0]), limit
        options = {"before_step": clip(limit)} if limit else {}
        found = []
        for seed in NINE:
            net = normed_net("xavier_normal", norm, seed=seed)
            W = net.params["0.W"].copy()
            last = sgd(net, *part, 0.1, epochs=2, seed=seed, **options)
            squares = np.linalg.svd(net.params["0.W"], compute_uv=False) ** 2
            growth = np.linalg.norm(net.params["0.W"]) / np.linalg.norm(W)
            found.append((last, growth, squares[:2].sum() / squares.sum()))
            nets[*key, seed] = net
        loss[key], longer[key], two[key] = np.transpose(found)
    ruined = True, 1347, None
    assert loss[ruined].min() > 1.3
    assert longer[ruined].min() > 1.5 and np.median(longer[ruined]) > 5
    assert two[ruined].min() > 0.5 and np.median(two[ruined]) > 0.95
    turned = []  # and later steps hardly turn the weights back
    for seed in NINE:
        net = nets[*ruined, seed]
        before = net.params["0.W"].ravel().copy()
        sgd(net, *full_batches, 0.1, epochs=1, seed=seed)
        now = net.params["0.W"].ravel()
        turned.append(before @ now / np.linalg.norm(before) / np.linalg.norm(now))
    assert np.median(turned) > 0.99
    for key in ((True, 1344, None), (True, 1347, 10)):
        assert loss[key].max() < 1
        assert longer[key].max() < 1.2
        assert two[key].max() < 0.2
    change = loss[False, 1347, None] - loss[False, 1344, None]
    assert -0.05 < np.median(change) < 0.25


def ruined(scans, seed, put_back):
    """Twenty normalized layers after an epoch, a step on three samples, and two more epochs.

    ``put_back`` says which parameters get the values back that they had before the step.
    """
    x, y = scans
    net = normed_net("xavier_normal", True, seed=seed)
    sgd(net, x[:1344], y[:1344], 0.1, epochs=1, seed=seed)
    before = {name: array.copy() for name, array in net.params.items()}
    one_step(net, x[1344:], y[1344:], lr=0.1)
    for name, array in before.items():
        if put_back(name):
            net.params[name] = array
    return sgd(net, x[:1344], y[:1344], 0.1, epochs=2, seed=seed)


def test_the_first_layer_is_one_symptom_of_what_three_samples_do(scans):
    first, others, all_of_them = (
        np.median([ruined(scans, seed, put_back) for seed in seeds])
        for seeds, put_back in (
            (NINE, lambda name: name == "0.W"),
            (NINE, lambda name: name != "0.W"),
            (NINE[:2], lambda name: True),
        )
    )
    assert min(first, others) > 1.2
    assert all_of_them < 0.7


def test_it_is_the_gradient_of_the_three_that_harms(scans):
    """Their running statistics do not."""
    x, y = scans
    for seed in NINE[:3]:
        net = normed_net("xavier_normal", True, seed=seed)
        for epoch in range(4):
            sgd(net, x[:1344], y[:1344], 0.1, epochs=1, seed=10 * seed + epoch)
            net.forward(x[1344:], training=True)
        assert scores_right(net, x, y) > 0.85


def test_a_large_epsilon_shortens_the_gradient_of_three(scans):
    """The cause alone removed: the deviation cannot come near 0."""
    x, y = scans

    def trained(eps, seed):
        """Return the length of the gradient of three before training; the loss of epoch two."""
        net, lengths = normed_net("xavier_normal", True, seed=seed), []
        for layer in net.layers:
            if isinstance(layer, BatchNorm):
                layer.eps = eps
        for rows in np.random.default_rng(seed).permutation(1344)[:27].reshape(9, 3):
            scores = net.forward(x[rows], training=True)
            net.backward(softmax_cross_entropy(scores, y[rows])[1])
            lengths.append(np.linalg.norm(net.grads["0.W"]))
        return np.median(lengths), sgd(net, x, y, 0.1, epochs=2, seed=seed)

    (long, bad), (short, better) = (
        np.median([trained(eps, seed) for seed in NINE], axis=0) for eps in (1e-5, 0.1)
    )
    assert long > 200 * short
    assert better < 1.3 < 1.6 < bad


def test_without_the_layer_a_network_climbs_back_from_the_three(scans):
    x, y = scans
    before, after, later = [], [], []
    for seed in NINE:
        _, new = thousand_digits_standardized(0)
        net = normed_net("xavier_normal", False, seed=seed)
        sgd(net, x[:1344], y[:1344], 0.1, epochs=1, seed=seed)
        before.append(100 * scores_right(net, *new))
        one_step(net, x[1344:], y[1344:], lr=0.1)
        after.append(100 * scores_right(net, *new))
        sgd(net, x[:1344], y[:1344], 0.1, epochs=1, seed=seed)
        later.append(100 * scores_right(net, *new))
    assert np.median(after) < np.median(before) - 10
    assert np.median(later) > np.median(before) + 5


def in_batches(size, depth, norm, lr, seed):
    """After five epochs: the loss in training, the loss at inference, and % of new digits right."""
    (x, y), new = thousand_digits_standardized(seed)
    net = normed_net("xavier_normal", norm, depth=depth, seed=seed)
    loss = sgd(net, x, y, lr, batch_size=size, seed=seed)
    return loss, softmax_cross_entropy(net(x), y)[0], 100 * scores_right(net, *new)


def test_batch_sizes_of_exercise_9_11():
    """Rates with the lowest loss at inference for the seeds 400 to 402."""
    training, inference, right = {}, {}, {}
    for (size, depth, norm), lr in {
        (64, 20, True): 0.03, (64, 20, False): 0.1, (32, 20, True): 0.03, (32, 20, False): 0.1,
        (16, 20, True): 0.03, (16, 20, False): 0.03, (8, 20, True): 0.03, (8, 20, False): 0.01,
        (4, 2, True): 0.03, (4, 2, False): 0.03, (4, 5, True): 0.03, (4, 5, False): 0.03,
    }.items():  # fmt: skip
        seeds = NINE[: 2 if size == 16 else 1]
        found = [in_batches(size, depth, norm, lr, seed) for seed in seeds]
        key = size, depth, norm
        training[key], inference[key], right[key] = np.mean(found, axis=0)
    assert abs(training[64, 20, True] - training[64, 20, False]) < 0.15
    for size in (64, 32, 16):
        assert abs(inference[size, 20, True] - inference[size, 20, False]) < 0.15
        assert abs(right[size, 20, True] - right[size, 20, False]) < 5
    assert training[16, 20, True] > 2 * training[16, 20, False]
    assert training[8, 20, True] > 3 * training[8, 20, False]
    assert 1.4 * inference[8, 20, False] < inference[8, 20, True] < 3 * inference[8, 20, False]
    for depth in (2, 5):
        assert training[4, depth, True] > 5 * training[4, depth, False]
        assert -1 < right[4, depth, False] - right[4, depth, True] < 6


@pytest.mark.parametrize("lr", [0.01, 0.03])
def test_batches_of_four_drown_twenty_normalized_layers(lr):
    """The two best of six rates, one run each. Without the layer most are right."""
    assert 20 < in_batches(4, 20, True, lr, 300)[-1] < 65
    if lr == 0.01:
        assert in_batches(4, 20, False, lr, 300)[-1] > 80


def test_the_gradient_of_three_samples_explodes_in_twenty_normalized_layers(scans):
    def gradient(net, size):
        found, rng = [], np.random.default_rng(3)
        for _ in range(9):
            rows = rng.choice(1344, size, replace=False)
            scores = net.forward(scans[0][rows], training=True)
            net.backward(softmax_cross_entropy(scores, scans[1][rows])[1])
            found.append(np.linalg.norm(net.grads["0.W"]))
        return np.median(found)

    for (norm, depth), (low, high) in {
        (True, 20): (1000, np.inf), (True, 1): (1, 10), (False, 20): (1, 10),
    }.items():  # fmt: skip
        net = normed_net("xavier_normal", norm, depth=depth, seed=1)
        assert low < gradient(net, 3) / gradient(net, 64) < high
        assert gradient(net, 8) / gradient(net, 64) < 15
    pair = normed_net("xavier_normal", True, seed=1)
    assert gradient(pair, 2) < 1e-3 * gradient(pair, 64)


def test_the_share_of_noise_grows_from_layer_to_layer(full_batches):
    x, rng = full_batches[0], np.random.default_rng(1)
    net = normed_net("xavier_normal", True, seed=1)

    def shares(size):
        """Return what part of a normalized z, in layers 1, 5, 10 and 20, is the company's."""

        def answers(sample):
            a, found = x[[sample, *rng.integers(len(x), size=size - 1)]], []
            for layer in net.layers:
                a = layer.forward(a, training=True)
                if isinstance(layer, BatchNorm):
                    found.append(a[0])
            return [found[i] for i in (0, 4, 9, 19)]

        z = np.array([[answers(sample) for _ in range(20)] for sample in range(6)])
        noise = z.var(axis=1, ddof=1).mean(axis=(0, 2))
        means = z.mean(axis=1).var(axis=0, ddof=1).mean(axis=1)  # they keep 1/20 of the noise
        return noise / (noise + means - noise / 20)

    four, many = shares(4), shares(64)
    assert (np.diff(four) > 0).all() and (np.diff(many) > 0).all()
    assert four[0] < 0.4 and four[-1] > 0.9
    assert many[0] < 0.08 and many[-1] < 0.6


def thousand_digits_standardized(seed):
    """21 batches of 64 digits to train on; 450 new ones."""
    x, x_new, y, y_new = data.split(*data.digits(), rng=np.random.default_rng(seed))
    x, x_new = data.standardize(x, x_new)
    return (x[:1344], y[:1344]), (x_new, y_new)


class Shake(Layer):
    """Multiply and shift each unit by numbers that change in every step."""

    def __init__(self, rng, size, keep, first=0):
        super().__init__()
        self.rng, self.size, self.keep = rng, size, keep
        self.ab = first * rng.normal(size=(2, 64))

    def _forward(self, x, training):
        self.ab = self.keep * self.ab + self.size * self.rng.normal(size=(2, 64))
        a, b = self.ab
        return np.exp(a) * x + b, np.exp(a)

    def _backward(self, dy, scale):
        return dy * scale, {}


SHAKES = {"jumps": (0.16, 0), "walk": (0.12, 1), "moved once": (0, 1, 0.87)}
SIX_RATES = {"without": 0.2, "with": 0.4, "jumps": 0.4, "walk": 0.4, "moved once": 0.2}


LAYER_BY_LAYER = np.array([0.02, 0.25, 0.4, 0.55, 0.85, 1.05]) / 0.7  # as in the plain network


def six_relu_layers(kind, seed, strength=(1,) * 6):
    rng, noise, hidden = np.random.default_rng(seed), np.random.default_rng(seed + 99), []
    for i in range(6):
        hidden.append(Dense(64, 64, rng=rng, init="he_normal"))
        hidden += [BatchNorm(64)] if kind != "without" else []
        if kind in SHAKES:
            size, keep, *first = SHAKES[kind]
            first = [strength[i] * one for one in first]
            hidden.append(Shake(noise, strength[i] * size, keep, *first))
        hidden.append(Activation("relu"))
    return Sequential(*hidden, Dense(64, 10, rng=rng))


def moves(kind, seed):
    """How far the inputs of layer 4 move a step and in all, in deviations; the last loss."""
    net, means, widths = six_relu_layers(kind, seed), [], []
    part, _ = thousand_digits_standardized(seed)
    place = [i for i, layer in enumerate(net.layers) if isinstance(layer, Activation)][3]

    def look(net):
        z = deepcopy(net[:place]).forward(part[0][:128], training=True)
        means.append(z.mean(axis=0))
        widths.append(z.std(axis=0))

    look(net)
    loss = sgd(net, *part, SIX_RATES[kind], epochs=3, seed=seed, after_step=look)
    step = np.mean(np.abs(np.diff(means, axis=0)) / widths[:-1])
    return step, np.median(np.abs(means[-1] - means[0]) / widths[0]), loss


def test_claim_bn_drift():
    found = {kind: np.median([moves(kind, seed) for seed in NINE], axis=0) for kind in SIX_RATES}
    step, far, loss = ({kind: row[i] for kind, row in found.items()} for i in range(3))
    assert loss["with"] + 0.08 < loss["without"]
    assert loss["with"] + 0.02 < loss["jumps"] < loss["without"] - 0.03
    assert loss["without"] + 0.05 < loss["moved once"] < loss["walk"] - 0.1
    assert step["jumps"] == pytest.approx(step["without"], rel=0.15)
    assert step["walk"] < 0.9 * step["without"]
    assert far["walk"] == pytest.approx(far["without"], rel=0.25)
    assert far["jumps"] < 0.5 * far["without"]
    assert max(step["with"], far["with"], far["moved once"]) < 0.1


def test_shaken_layer_by_layer_a_walk_harms_and_a_place_moved_once_hardly(full_batches):
    loss = {}
    for kind in ("without", "walk", "moved once"):
        nets = [six_relu_layers(kind, seed, LAYER_BY_LAYER) for seed in NINE]
        lr = 0.2
        loss[kind] = np.median(
            [sgd(n, *full_batches, lr, epochs=3, seed=s) for n, s in zip(nets, NINE, strict=True)]
        )
    assert loss["walk"] > loss["without"] + 0.15
    assert abs(loss["moved once"] - loss["without"]) < 0.12


def test_the_rates_of_six_layers_are_best_inside_their_grid(full_batches):
    for kind, chosen in SIX_RATES.items():
        losses = {}
        for lr in (0.1, 0.2, 0.4, 0.8):
            found = []
            for seed in range(100, 103):
                with suppress(Diverged):
                    net = six_relu_layers(kind, seed)
                    found.append(sgd(net, *full_batches, lr, epochs=3, seed=seed))
            losses[lr] = np.median(found) if len(found) == 3 else np.inf
        assert losses[chosen] < min(losses.values()) + 0.03
        assert min(losses, key=losses.get) not in (0.1, 0.8)


def test_after_ten_epochs_six_layers_are_right_as_often_with_and_without():
    """After three they are not: what the layer saves is epochs."""
    three, ten = {"without": [], "with": []}, {"without": [], "with": []}
    for seed, kind in product(NINE, ten):
        part, new = thousand_digits_standardized(seed)
        net = six_relu_layers(kind, seed)
        for found, epochs in ((three, 3), (ten, 7)):
            sgd(net, *part, SIX_RATES[kind], epochs=epochs, seed=seed)
            found[kind].append(100 * scores_right(net, *new))
    assert np.median(three["with"]) > np.median(three["without"]) + 2
    assert abs(np.median(ten["with"]) - np.median(ten["without"])) < 2.5


def test_after_tanh_the_scale_of_the_weights_counts(full_batches):
    """The solution of exercise 9.10."""

    def last_loss(init, lr, seed):
        rng, hidden = np.random.default_rng(seed), []
        for _ in range(20):
            hidden += [Dense(64, 64, rng=rng, init=init), Activation("tanh"), BatchNorm(64)]
        net = Sequential(*hidden, Dense(64, 10, rng=rng))
        return sgd(net, *full_batches, lr, epochs=3, seed=seed)

    late = [last_loss(fixed_normal(0.01), 0.001, seed) for seed in NINE[:3]]
    early = [deep_loss(0.01, True, 0.0003, seed, full_batches) for seed in NINE[:3]]
    assert max(late) < 1
    assert np.median(late) < np.median(early)
    assert max(last_loss("xavier_normal", 0.03, seed) for seed in NINE[:3]) < 1
    for lr in (0.001, 0.03, 1.0):
        assert min(last_loss(fixed_normal(1), lr, seed) for seed in NINE[:3]) > 2.2


def test_lost_running_statistics_harm_as_far_as_they_were_needed():
    """The solution of exercise 9.7 (b) and (c)."""
    for depth, init, lr, epochs in (
        (1, "xavier_normal", 0.3, 5),
        (20, fixed_normal(0.01), 0.0003, 3),
    ):
        for seed in NINE[:3]:
            part, (x_new, y_new) = thousand_digits_standardized(seed)
            net = normed_net(init, True, depth=depth, seed=seed)
            sgd(net, *part, lr, epochs=epochs, seed=seed)
            before, kept = scores_right(net, x_new, y_new), deepcopy(net)
            wrong_mode = kept.forward(x_new, training=True).argmax(axis=1) == y_new
            assert before > 0.8
            assert abs(wrong_mode.mean() - before) < 0.04
            for layer in net.layers:
                if isinstance(layer, BatchNorm):
                    layer.mean[...], layer.var[...] = 0, 1
            lost = before - scores_right(net, x_new, y_new)
            assert abs(lost) < 0.02 if depth == 1 else lost > 0.6


def test_myth_beta_gamma(scans):
    rng = np.random.default_rng(1)
    net = Sequential(
        Dense(64, 32, rng=rng), BatchNorm(32), Activation("tanh"), Dense(32, 10, rng=rng)
    )
    fit(net, softmax_cross_entropy, SGD(0.3), *scans, epochs=5, batch_size=32, rng=rng)
    layer = net.layers[1]
    gamma, beta = layer.params["gamma"], layer.params["beta"]
    z = net.layers[0].forward(scans[0])
    y = layer.forward(z, training=True)
    np.testing.assert_allclose(y.mean(axis=0), beta, atol=1e-9)
    np.testing.assert_allclose(y.std(axis=0), np.abs(gamma), rtol=1e-3)
    assert np.abs(z.mean(axis=0) - beta).max() > 0.1
    assert np.abs(z.std(axis=0) / gamma - 1).max() > 0.1
    assert np.abs(beta).max() > 0.05  # it was learned


def test_myth_bn_vanishing(scans):
    x, y = scans[0][:256], scans[1][:256]

    def ratio(init, norm, depth, seed, width=64):
        net = normed_net(init, norm, depth=depth, seed=seed, width=width)
        _, d = softmax_cross_entropy(net.forward(x, training=True), y)
        found = []
        for layer in net.layers[::-1]:
            d = layer.backward(d)
            if isinstance(layer, Activation):
                found.append(rms(d))
        return found[-1] / found[0]

    def median(init, depth):
        return np.median([ratio(init, True, depth, seed) for seed in NINE[:3]])

    for seed in NINE:
        assert ratio(fixed_normal(0.01), False, 20, seed) < 1e-18
        assert ratio(fixed_normal(1), False, 20, seed) > 1e5
        assert 0.01 < ratio("xavier_normal", False, 100, seed) < 3
    for init in (fixed_normal(0.01), "xavier_normal", fixed_normal(1)):
        assert 6 < median(init, 20) < 11
        assert 100 < median(init, 50) < 300
        assert 1e4 < median(init, 100) < 4e4

    u = np.linspace(-8, 8, 10_001)  # what wide layers would do
    p = np.exp(-(u**2) / 2) / np.exp(-(u**2) / 2).sum()
    slope = (1 - np.tanh(u) ** 2) ** 2
    factor = np.sqrt(np.sum(p * slope) / np.sum(p * np.tanh(u) ** 2))
    assert round(factor, 2) == 1.09
    assert factor + 0.005 < median("xavier_normal", 100) ** (1 / 99) < 1.13

    wide = [ratio("xavier_normal", True, 50, seed, width=256) for seed in NINE[:3]]
    assert factor < np.median(wide) ** (1 / 49) < median("xavier_normal", 50) ** (1 / 49) - 0.005


def test_myth_bn_gaussian():
    x = np.random.default_rng(1).exponential(size=(2000, 1))
    y = BatchNorm(1, eps=1e-12).forward(x, training=True)
    x_hat = (x - x.mean()) / x.std()
    for power in (3, 4):
        assert np.mean(y**power) == pytest.approx(np.mean(x_hat**power), rel=1e-6)
    assert np.mean(y**3) > 1.5
    assert np.mean(y**4) > 5


# Chapter 10: optimizers. Other splits than the chapter's, which are 0 to 4.

SPLITS = range(200, 210)
RAVINE = np.array([0.02, 1.0])
BEST = {
    "SGD": 0.7, "Momentum": 0.14, "Nesterov": 0.14, "AdaGrad": 0.14, "RMSProp": 0.01, "Adam": 0.02,
}  # fmt: skip


def thousand_digits(seed):
    """1344 digits, 42 batches of 32, to train on; 450 to test."""
    x, y = data.digits()
    test, train, _ = np.split(np.random.default_rng(seed).permutation(len(x)), [450, 1794])
    return (x[train], y[train]), (x[test], y[test])


def thirty_two_units(seed, hidden=(32,)):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in pairwise((64, *hidden)):
        layers += [Dense(n_in, n_out, rng=rng, init="he_normal"), Activation("relu")]
    return Sequential(*layers, Dense(hidden[-1], 10, rng=rng))


def raced(optimizer, seed, epochs=10, hidden=(32,), **seams):
    """Training loss and test accuracy in % after some epochs; a failed run counts as a guess."""
    training, test = thousand_digits(seed)
    net, rng = thirty_two_units(seed, hidden), np.random.default_rng(seed)
    try:
        history = fit(net, softmax_cross_entropy, optimizer, *training, epochs=epochs,
                      batch_size=32, rng=rng, **seams)  # fmt: skip
    except Diverged:
        return np.log(10), 10.0, np.log(10)
    end = evaluate(net, softmax_cross_entropy, *training)
    return end, 100 * accuracy(net(test[0]), test[1]), history.loss[-1]


def test_claim_momentum_terminal():
    for mu in (0.5, 0.9, 0.97):
        for g in (2.0, -0.3):
            steady = np.diff(walk(Momentum(0.1, mu), lambda x, g=g: np.array([g]), [0], 900)[:, 0])
            assert steady[-1] == pytest.approx(-0.1 * g / (1 - mu))
            signs = iter([1, -1] * 450)
            changing = walk(Momentum(0.1, mu), lambda x, g=g: np.array([g * next(signs)]), [0], 900)  # noqa: B023
            assert abs(np.diff(changing[:, 0])[-1]) == pytest.approx(0.1 * abs(g) / (1 + mu))


def test_nesterov_is_momentum_with_the_gradient_one_velocity_ahead():
    mu, lr, theta, v = 0.9, 0.3, np.array([-9.0, 1.5]), np.zeros(2)
    places = walk(Nesterov(lr, mu), lambda x: RAVINE * x, theta, 50)
    for place in places[1:]:
        v = mu * v - lr * RAVINE * (theta + mu * v)
        theta = theta + v
        np.testing.assert_allclose(place, theta + mu * v, atol=1e-12)


def test_on_the_ravine_nesterov_needs_fewer_steps_than_momentum_and_that_than_descent():
    for lr in (0.4, 0.8, 1.2):
        needed = []
        for make in (SGD, Momentum, Nesterov):
            height = walk(make(lr), lambda x: RAVINE * x, (-9, 1.5), 500) ** 2 @ RAVINE / 2
            needed.append(int(np.flatnonzero(height >= 0.001)[-1]) + 1)  # it stays below
        assert needed[2] < needed[1] < needed[0] < 500


def test_the_rates_that_momentum_and_nesterov_bear():
    for make, limit in ((Momentum, 2 * 1.9), (Nesterov, 2 * 1.9 / 2.8)):
        for factor, grows in ((0.99, False), (1.01, True)):
            size = np.abs(walk(make(factor * limit), lambda x: x, [1], 3000)[:, 0])
            assert (size[-100:].max() > 1) == grows


def test_claim_adagrad_shrinks():
    for g in (10.0, -0.1):
        places = walk(AdaGrad(0.1), lambda x, g=g: np.array([g]), [0], 400)
        steps = np.arange(1, 401)
        np.testing.assert_allclose(
            np.diff(places[:, 0]), -np.sign(g) * 0.1 / np.sqrt(steps), rtol=1e-6
        )


def test_claim_adam_first_step():
    for g in (1000.0, -0.001, 1e-8, 1e-10):
        first = walk(Adam(0.1), lambda x, g=g: np.array([g]), [0], 1)[1, 0]
        assert first == pytest.approx(-0.1 * g / (abs(g) + 1e-8), rel=1e-9)
    plain = walk(UncorrectedAdam(0.1), lambda x: np.array([5.0]), [0], 1)[1, 0]
    assert plain / -0.1 == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-6)


class UncorrectedAdam(Adam):
    def _update(self, param, grad, lr, m, v):
        m *= self.beta1
        m += (1 - self.beta1) * grad
        v *= self.beta2
        v += (1 - self.beta2) * grad**2
        param -= lr * m / (np.sqrt(v) + self.eps)


def test_claim_bias_correction():
    def third_epoch(make, lr):
        return np.array([raced(make(lr), seed, epochs=3)[2] for seed in SPLITS[:5]])

    def longer(t):  # the rate of step t + 1 times what the missing correction multiplies it by
        return 0.05 * (1 - 0.9 ** (t + 1)) / np.sqrt(1 - 0.999 ** (t + 1))

    good, without = third_epoch(Adam, 0.05), third_epoch(UncorrectedAdam, 0.05)
    assert good.max() < 0.3
    assert without.min() > 2 * good.max()
    assert np.median(third_epoch(Adam, longer)) == pytest.approx(np.median(without), rel=0.3)
    assert third_epoch(UncorrectedAdam, 0.016).max() < 0.3
    assert longer(0) / 0.05 == pytest.approx(3.2, abs=0.05)
    assert longer(11) / 0.05 > 6


def test_claim_saddle():
    def slope(x):
        return np.array([x[0], x[1] ** 3 - x[1]])

    def needed(make, T):
        paths = [
            walk(make(0.1), lambda x: T @ slope(T.T @ x), T @ [1, y], 500) @ T
            for y in (1e-2, 1e-4, 1e-6)
        ]
        return [int(np.argmax(np.abs(path[:, 1]) > 0.5)) for path in paths]

    turn = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    for make, more in ((SGD, 48), (Momentum, 17)):
        for T in (np.eye(2), turn):
            np.testing.assert_allclose(np.diff(needed(make, T)), more, atol=1)
    for make in (AdaGrad, RMSProp, Adam):
        along = needed(make, np.eye(2))
        assert 0 < min(along) <= max(along) <= 7
        assert np.ptp(along) <= 1
        assert min(np.diff(needed(make, turn))) > 3
    assert min(np.subtract(needed(AdaGrad, turn), needed(SGD, turn))) > 0


@pytest.fixture(scope="module")
def best_race():
    """Final training losses and test accuracies of each rule at its best rate."""
    return {
        name: np.array([raced(getattr(optimizers, name)(lr), seed)[:2] for seed in SPLITS])
        for name, lr in BEST.items()
    }


def test_claim_race(best_race):
    medians = {name: np.median(found[:, 0]) for name, found in best_race.items()}
    assert max(medians.values()) < 5 * min(medians.values())
    assert max(medians, key=medians.get) == "AdaGrad"
    without = [medians[name] for name in ("SGD", "AdaGrad", "RMSProp")]
    assert max(medians[name] for name in ("Momentum", "Nesterov", "Adam")) < min(without)


def test_myth_smaller_training_loss(best_race):
    means = [found[:, 1].mean() for found in best_race.values()]
    spread = np.median([np.ptp(found[:, 1]) for found in best_race.values()])
    assert np.ptp(means) < spread / 2


def test_myth_adam_no_rate(best_race):
    ends = {
        (name, factor): np.array(
            [raced(getattr(optimizers, name)(factor * BEST[name]), seed)[0] for seed in SPLITS[:5]]
        )
        for name in ("SGD", "Adam")
        for factor in (0.1, 5)
    }
    for name in ("SGD", "Adam"):
        for factor in (0.1, 5):
            assert np.median(ends[name, factor]) > 2 * np.median(best_race[name][:, 0])
    assert ends["SGD", 5].min() > 2.2  # a guess has ln 10
    assert ends["Adam", 5].max() < 1


def test_claim_schedule():
    def ends(lr):
        return np.median([raced(Momentum(lr), seed)[0] for seed in SPLITS])

    high, low, fall = ends(0.3), ends(0.14), ends(cosine(0.3, steps=420))
    assert high > 2 * low
    assert fall < high / 2
    assert fall < low
    assert fall < ends(cosine(0.14, steps=420))


def test_claim_clipping():
    def ends(scale, limit):
        found = []
        for seed in SPLITS:
            (x, y), _ = thousand_digits(seed)
            net, optimizer = thirty_two_units(seed), Momentum(0.1)
            change = clip(limit) if limit else ()
            train_step(net, softmax_cross_entropy, optimizer, scale * x[:32], y[:32],
                       before_step=change)  # fmt: skip
            fit(net, softmax_cross_entropy, optimizer, x, y, epochs=10, batch_size=32,
                rng=np.random.default_rng(seed), before_step=change)  # fmt: skip
            found.append(evaluate(net, softmax_cross_entropy, x, y))
        return np.median(found)

    usual = ends(1, None)
    assert 1.3 * usual < ends(16, None) < ends(100, None)
    for scale in (1, 16, 100):
        assert ends(scale, 3) == pytest.approx(usual, rel=0.4)
    assert ends(16, 3) < ends(16, None) / 1.3
    assert ends(100, 3) < ends(100, None) / 3


def test_myth_l2_is_decay():
    sizes = np.repeat([[10.0], [0.01]], 500, axis=1)

    def mean_left(optimizer, lam):
        rng, place = np.random.default_rng(5), {"W": np.ones((2, 500))}
        for _ in range(1000):
            noise = sizes * rng.choice([-1, 1], size=sizes.shape)
            optimizer.step(place, {"W": noise + lam * place["W"]})
        return place["W"].mean(axis=1)

    expected = (1 - 0.01 * 0.05) ** 1000
    np.testing.assert_allclose(mean_left(AdamW(0.01, decay=0.05), 0), expected, atol=0.05)
    large, small = mean_left(Adam(0.01), 0.05)
    assert large > 0.9
    assert abs(small) < 0.01
    # Under plain descent the two are the same.
    w = walk(SGD(0.01), lambda x: np.array([0.3]) + 0.05 * x, [1], 100)[-1, 0]
    v = 1.0
    for _ in range(100):
        v = (1 - 0.01 * 0.05) * v - 0.01 * 0.3
    assert w == pytest.approx(v)


def test_claim_root_kappa():
    for kappa in (20, 50, 1000):
        c, root = np.array([1 / kappa, 1.0]), np.sqrt(kappa)
        mu = ((root - 1) / (root + 1)) ** 2
        for optimizer, factor in (
            (SGD(2 / (1 / kappa + 1)), (kappa - 1) / (kappa + 1)),
            (Momentum((1 + np.sqrt(mu)) ** 2, mu), (root - 1) / (root + 1)),
        ):
            size = np.linalg.norm(walk(optimizer, lambda x, c=c: c * x, (1, 1), 400), axis=1)
            assert (size[400] / size[300]) ** 0.01 == pytest.approx(factor, abs=0.006)


@pytest.mark.parametrize("name", BEST)
def test_the_rates_of_chapter_10_lie_in_the_middle_of_the_good_ones(name):
    """On splits that are not reported; a run that fails counts as a guess."""
    means = [
        np.mean([raced(getattr(optimizers, name)(f * BEST[name]), s)[0] for s in range(100, 120)])
        for f in (0.5, 0.7, 1, 1.43, 2)
    ]
    half, less, chosen, more, double = means
    assert chosen < 1.3 * min(less, more)  # these differ by chance
    assert chosen < min(half, double)


# Chapter 11: regularization. Other splits than the chapter's, which are 0 to 4.

WRONG, RIGHT = 20, 0


def few_digits(seed, wrong, n=100):
    """Training samples, of which the first have wrong labels; validation and test samples."""
    x, y = data.digits()
    rng = np.random.default_rng(seed)
    test, validation, rest = np.split(rng.permutation(len(x)), [600, 900])
    some, labels = x[rest[:n]], y[rest[:n]]
    labels[:wrong] = (labels[:wrong] + rng.integers(1, 10, wrong)) % 10
    return (some, labels), (x[validation], y[validation]), (x[test], y[test])


def hundred_units(seed, hidden=100, p=0):
    rng = np.random.default_rng(seed)
    first = Dense(64, hidden, rng=rng, init="he_normal")
    drop = Dropout(p, rng=rng)
    return Sequential(first, Activation("relu"), drop, Dense(hidden, 10, rng=rng))


def sixty_epochs(net, samples, seed, lr=0.01, **seams):
    rng, batch = np.random.default_rng(seed), len(samples[0]) // 5
    return fit(
        net, softmax_cross_entropy, Adam(lr), *samples, epochs=60, batch_size=batch, rng=rng,
        **seams,
    )  # fmt: skip


def with_copies(x, y):
    """The digits, and each moved by a pixel down, up, right and left."""
    images = np.pad(x.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    moves = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    moved = [images[:, 1 - a : 9 - a, 1 - b : 9 - b].reshape(-1, 64) for a, b in moves]
    return np.concatenate(moved), np.tile(y, 5)


def regularized(seed, wrong, remedy=None, strength=0):
    """Accuracy in % in training, validation and test, with one remedy."""
    n = strength if remedy == "samples" else 100
    parts = few_digits(seed, wrong * n // 100, n)
    net = hundred_units(
        seed,
        hidden=strength if remedy == "units" else 100,
        p=strength if remedy == "dropout" else 0,
    )
    options = {}
    if remedy in ("L2", "copies and L2", "rate and L2"):
        options["before_step"] = penalize(L2(strength))
    elif remedy == "L1":
        options["before_step"] = penalize(L1(strength))
    elif remedy == "early stopping":
        options |= {"after_epoch": EarlyStopping(strength), "validation": parts[1]}
    if remedy in ("rate", "rate and L2"):
        options["lr"] = strength if remedy == "rate" else 0.001
    copies = remedy in ("copies", "copies and L2")
    sixty_epochs(net, with_copies(*parts[0]) if copies else parts[0], seed, **options)
    return [100 * accuracy(net(x), y) for x, y in parts]


@pytest.fixture(scope="module")
def gains():
    """A function: how much a remedy adds to the test accuracy, on each of the splits."""

    @cache
    def test_accuracy(wrong, remedy=None, strength=0):
        return np.array([regularized(seed, wrong, remedy, strength)[2] for seed in SPLITS])

    return lambda wrong, *remedy: test_accuracy(wrong, *remedy) - test_accuracy(wrong)


def test_claim_l2_decay():
    (x, y), _, _ = few_digits(0, WRONG)
    for lr, lam in ((0.1, 0.02), (0.5, 0.3)):
        plain, decayed = hundred_units(1), hundred_units(1)
        for net in (plain, decayed):  # biases that would shrink if they decayed
            net.params.update({"0.b": np.full(100, 0.5), "3.b": np.full(10, 0.5)})
        train_step(plain, softmax_cross_entropy, SGD(lr), x, y, before_step=penalize(L2(lam)))
        _, dy = softmax_cross_entropy(decayed.forward(x, training=True), y)
        decayed.backward(dy)
        for name in ("0.W", "3.W"):
            decayed.params[name] *= 1 - lr * lam
        SGD(lr).step(decayed.params, decayed.grads)
        for name, param in plain.params.items():
            np.testing.assert_allclose(param, decayed.params[name], rtol=1e-12, atol=1e-15)
        assert not np.allclose(plain.params["0.W"], hundred_units(1).params["0.W"], atol=1e-4)


def ridge(x, y, lam):
    powers = np.vander(x, 10, increasing=True)
    return np.linalg.solve(powers.T @ powers / len(x) + lam * np.eye(10), powers.T @ y / len(x))


def noisy_sine(seed, n=12):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    return x, np.sin(np.pi * x) + 0.3 * rng.normal(size=n)


def test_claim_bias_variance():
    grid = np.linspace(-1, 1, 101)
    truth, powers = np.sin(np.pi * grid), np.vander(grid, 10, increasing=True)
    rows = []
    for lam in (0.0001, 0.001, 0.01, 0.1, 1):
        drawn = [noisy_sine(seed) for seed in range(1000, 1400)]
        weights = np.array([ridge(x, y, lam) for x, y in drawn])
        fits = weights @ powers.T
        on_points = [
            np.mean((np.vander(x, 10, increasing=True) @ w - y) ** 2)
            for (x, y), w in zip(drawn, weights, strict=True)
        ]
        bias, variance = np.mean((fits.mean(axis=0) - truth) ** 2), fits.var(axis=0).mean()
        total = np.mean((fits - truth) ** 2)
        assert total == pytest.approx(bias + variance, rel=1e-10)
        rows.append([np.mean(on_points), bias, variance, total])
    on_points, bias, variance, total = np.transpose(rows)
    assert (np.diff(on_points) > 0).all()
    assert (np.diff(bias) > 0).all()
    assert (np.diff(variance) < 0).all()
    assert np.argmin(total) == 2
    assert variance[0] / total[0] > 0.9
    assert bias[-1] / total[-1] > 0.9


def test_the_penalty_shrinks_each_direction_by_its_curvature():
    rng = np.random.default_rng(0)
    x, y, lam = rng.normal(size=(50, 4)) * [3, 1, 0.3, 0.1], rng.normal(size=50), 0.2
    free = np.linalg.lstsq(x, y, rcond=None)[0]
    held = np.linalg.solve(x.T @ x / 50 + lam * np.eye(4), x.T @ y / 50)
    curvature, q = np.linalg.eigh(x.T @ x / 50)
    np.testing.assert_allclose(q.T @ held, curvature / (curvature + lam) * (q.T @ free))
    net = Sequential(Dense(4, 1, rng=rng, init="zeros"))  # the companion finds the same minimum
    for _ in range(3000):
        train_step(net, squared_error, SGD(0.1), x, y[:, None],
                   before_step=[penalize(L2(lam)), freeze("0.b")])  # fmt: skip
    np.testing.assert_allclose(net.params["0.W"][:, 0], held, atol=1e-9)


def test_myth_l2_sensitive():
    for seed in SPLITS[:5]:
        training, _, (x, _) = few_digits(seed, WRONG)
        noise, changed = 0.2 * np.random.default_rng(seed).normal(size=x.shape), []
        for lam in (0, 0.02):
            net = hundred_units(seed)
            sixty_epochs(net, training, seed, before_step=penalize(L2(lam)))
            changed.append(np.mean(net(x).argmax(axis=1) != net(x + noise).argmax(axis=1)))
            assert sum(param.size for param in net.params.values()) == 7510
        assert changed[1] < changed[0] - 0.03


def test_claim_exact_zeros():
    seams = {
        "L2": {"before_step": penalize(L2(0.003))},
        "L1": {"before_step": penalize(L1(0.003))},
        "soft": {"after_step": on_weights(partial(soft_threshold, t=0.2 * 0.003))},
    }
    for seed in SPLITS[:3]:
        training, _, _ = few_digits(seed, RIGHT)
        zeros = {}
        for name, seam in seams.items():
            net = hundred_units(seed)
            fit(net, softmax_cross_entropy, SGD(0.2), *training, epochs=100, batch_size=20,
                rng=np.random.default_rng(seed), **seam)  # fmt: skip
            zeros[name] = int((net.params["0.W"] == 0).sum())
        assert zeros["L2"] == zeros["L1"] == 0
        assert 3800 < zeros["soft"] < 5000  # about two thirds of 6,400


@pytest.mark.parametrize(("u", "t"), [(2.0, 0.5), (-2.0, 0.5), (0.3, 0.5), (-0.5, 0.5), (0.0, 0.1)])
def test_soft_thresholding_is_the_minimum_of_its_small_problem(u, t):
    w = np.linspace(-3, 3, 60_001)
    best = w[np.argmin((w - u) ** 2 / 2 + t * np.abs(w))]
    assert float(soft_threshold(u, t)) == pytest.approx(best, abs=1e-4)


def test_claim_dropout_mean():
    x = np.random.default_rng(0).normal(size=(1, 6))
    for p in (0.2, 0.5, 0.9):
        layer = Dropout(p, rng=np.random.default_rng(1))
        draws = layer.forward(np.repeat(x, 200_000, axis=0), training=True)
        error = 6 * np.abs(x) * np.sqrt(p / (1 - p) / 200_000)  # six standard errors
        assert (np.abs(draws.mean(axis=0) - x) < error).all()
        assert np.array_equal(layer.forward(x), x)
        dy = np.ones_like(draws)  # the same mask, the same factor on the way back
        np.testing.assert_array_equal(layer.backward(dy), (draws != 0) / (1 - p))
        # Each entry is dropped by itself: every pattern of the six has its chance.
        patterns = np.bincount((draws != 0) @ 2 ** np.arange(6), minlength=64) / 200_000
        kept = np.array([bin(one).count("1") for one in range(64)])
        chances = (1 - p) ** kept * p ** (6 - kept)
        assert (np.abs(patterns - chances) < 6 * np.sqrt(chances / 200_000) + 1e-4).all()


def test_claim_dropout_ensemble():
    rng = np.random.default_rng(3)
    last, hidden, p = Dense(6, 4, rng=rng), rng.normal(size=(5, 6)), 0.3
    masks = np.array(list(product([0, 1], repeat=6)))
    chances = np.prod(np.where(masks, 1 - p, p), axis=1)
    scores = [c * last(hidden * m / (1 - p)) for c, m in zip(chances, masks, strict=True)]
    net = Sequential(Dropout(p, rng=rng), last)
    np.testing.assert_allclose(np.sum(scores, axis=0), net(hidden), rtol=1e-10)
    bent = Sequential(Activation("relu"), Dense(4, 4, rng=rng))  # more layers: not exactly
    scores = [c * bent(last(hidden * m / (1 - p))) for c, m in zip(chances, masks, strict=True)]
    assert not np.allclose(np.sum(scores, axis=0), bent(last(hidden)), rtol=1e-3)


def test_myth_dropout_at_test():
    for seed in SPLITS[:5]:
        training, _, (x, y) = few_digits(seed, WRONG)
        net = hundred_units(seed, p=0.7)
        sixty_epochs(net, training, seed)
        left_on = np.mean([accuracy(net.forward(x, training=True), y) for _ in range(5)])
        assert 0.1 < 1 - left_on / accuracy(net(x), y) < 0.3  # about a fifth of the right answers
        assert np.array_equal(net(x), net(x))


def test_myth_dropout_efficient():
    needed = []
    for p in (0, 0.5, 0.7):
        epochs = []
        for seed in SPLITS[:5]:
            training, _, _ = few_digits(seed, RIGHT)
            history = sixty_epochs(hundred_units(seed, p=p), training, seed, validation=training)
            epochs.append(1 + int(np.argmax(np.array(history.validation_loss) < 0.1)))
        needed.append(epochs)
    assert max(needed[0]) < min(needed[1]) <= max(needed[1]) < min(needed[2])


def test_claim_remedies(gains):
    for remedy in (("L2", 0.02), ("dropout", 0.7), ("early stopping", 10), ("rate", 0.001)):
        assert np.median(gains(WRONG, *remedy)) > 2
        assert (gains(WRONG, *remedy) > 0).mean() >= 0.8
    assert np.median(gains(WRONG, "L1", 0.006)) > 1
    on_top = gains(WRONG, "rate and L2", 0.01) - gains(WRONG, "rate", 0.001)
    assert abs(np.median(on_top)) < 2
    both = np.median(gains(WRONG, "copies and L2", 0.01))
    assert both > np.median(gains(WRONG, "L2", 0.02)) > np.median(gains(WRONG, "copies"))
    assert np.median(gains(WRONG, "units", 20)) <= 0
    assert np.median(gains(WRONG, "samples", 400)) > 4


def test_claim_right_labels(gains):
    for remedy in (("L2", 0.02), ("L1", 0.006), ("dropout", 0.7)):
        assert np.median(gains(RIGHT, *remedy)) <= 0
    assert abs(np.median(gains(RIGHT, "early stopping", 10))) < 1
    assert np.median(gains(RIGHT, "samples", 400)) > 4
    for remedy in (("L2", 0.001), ("L1", 0.0001), ("dropout", 0.2)):  # weaker ones
        assert abs(np.median(gains(RIGHT, *remedy))) < 1


def test_claim_wide_networks():
    medians = {}
    for hidden in (50, 100, 400):
        found = [regularized(seed, WRONG, "units", hidden) for seed in SPLITS]
        training, _, medians[hidden] = np.median(found, axis=0)
        assert training >= 99
    assert medians[100] > medians[50] - 1
    assert medians[400] > medians[50] - 1


def test_claim_double_descent():
    def random_units(seed, units, lam, cut=None):
        (x, y), _, (x_test, y_test) = few_digits(seed, WRONG)
        W = np.random.default_rng(seed).normal(0, np.sqrt(2 / 64), (64, units))
        h, targets = np.maximum(0, x @ W), np.eye(10)[y]
        if lam:
            gram = h @ h.T / len(h) + lam * np.eye(len(h))
            V = h.T @ np.linalg.solve(gram, targets / len(h))
        else:
            V = np.linalg.lstsq(h, targets, rcond=cut)[0]
        return 100 * accuracy(np.maximum(0, x_test @ W) @ V, y_test), np.linalg.norm(V)

    units = (10, 50, 100, 200, 2000)
    found = {
        lam: np.array([[random_units(s, k, lam) for k in units] for s in SPLITS])
        for lam in (0, 0.1)
    }
    few, before, at, after, many = np.median(found[0][..., 0], axis=0)
    assert few < before > at + 20
    assert many > before
    assert at < after
    held = np.median(found[0.1][..., 0], axis=0)
    assert (np.diff(held) > -3).all()
    lengths = np.median(found[0][..., 1], axis=0)
    assert lengths[2] > 10 * lengths[1] > lengths[4]
    # The cause: without the flat directions, and without a penalty, there is no collapse.
    steep = [np.median([random_units(s, k, 0, 0.03)[0] for s in SPLITS]) for k in units]
    assert (np.diff(steep) > -3).all()
    assert steep[2] > at + 30


def test_myth_dead_dropout():
    x = few_digits(0, RIGHT)[0][0]
    first = Dense(64, 100, rng=np.random.default_rng(1), init="he_normal")
    first.params["b"][:50] = -10
    net = Sequential(first, Activation("relu"), Dropout(0.5, rng=np.random.default_rng(2)))
    in_training = np.array([net.forward(x, training=True) > 0 for _ in range(20)])
    net.backward(np.ones((100, 100)))
    assert not in_training[..., :50].any()
    assert not net.grads["0.W"][:, :50].any()
    at_work = net(x)[:, 50:] > 0
    assert in_training[..., 50:].mean() == pytest.approx(at_work.mean() / 2, abs=0.02)
    assert in_training[..., 50:].any(axis=0)[at_work].mean() > 0.99


GRID = {
    "L2": (0.001, 0.003, 0.01, 0.02, 0.03, 0.05),
    "L1": (0.001, 0.003, 0.006, 0.01),
    "dropout": (0.2, 0.5, 0.7, 0.8, 0.9),
    "rate": (0.0003, 0.0006, 0.001, 0.002, 0.003),
    "rate and L2": (0.003, 0.01, 0.02, 0.03),
    "copies and L2": (0.003, 0.01, 0.03),
}
CHOSEN = {
    "L2": 0.02, "L1": 0.006, "dropout": 0.7,
    "rate": 0.001, "rate and L2": 0.01, "copies and L2": 0.01,
}  # fmt: skip


@pytest.mark.parametrize(("remedy", "chosen"), CHOSEN.items())
def test_the_strengths_of_chapter_11_are_the_best_of_a_grid(remedy, chosen):
    """On splits that neither the chapter nor a test reports; the best is not at the grid's end."""
    validation = [
        np.mean([regularized(seed, WRONG, remedy, strength)[1] for seed in range(100, 110)])
        for strength in GRID[remedy]
    ]
    assert GRID[remedy][int(np.argmax(validation))] == chosen
    assert chosen not in (GRID[remedy][0], GRID[remedy][-1])


# Chapter 12: hyperparameter search. Other splits than the chapter's, which are 0 to 4.

DIGITS = cache(data.digits)
BOX = {"lr": (0.001, 10), "lam": (0.00001, 1)}


def searched(seed):
    """Rows of 500 digits to search with and of 797 fresh ones; the test digits are left out."""
    rows = np.random.default_rng(0).permutation(1797)[500:]
    return np.split(np.random.default_rng(seed).permutation(rows), [500])


def short_training(rows, lr=0.2, lam=0.001, hidden=32, epochs=10, seed=0, net=None):
    x, y = DIGITS()
    rng = np.random.default_rng(seed)
    first = Dense(64, hidden, rng=rng, init="he_normal")
    net = net or Sequential(first, Activation("relu"), Dense(hidden, 10, rng=rng))
    fit(
        net, softmax_cross_entropy, SGD(lr), x[rows], y[rows], epochs=epochs, batch_size=25,
        rng=rng, before_step=penalize(L2(lam)),
    )  # fmt: skip
    return net


def percent_right(net, rows):
    x, y = DIGITS()
    return 100 * accuracy(net(x[rows]), y[rows])


def attempt(rows, **how):
    """The trained network, or None if the training diverges."""
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            return short_training(rows, **how)
        except Diverged:
            return None


def scored(rows, *parts, **setting):
    """Accuracy in % on each of the parts; NaN if the training diverges."""
    net = attempt(rows, **setting)
    return [np.nan if net is None else percent_right(net, part) for part in parts]


def some_settings(n, seed, **box):
    samplers = {name: log_uniform(*ends) for name, ends in (box or BOX).items()}
    return random_settings(n, rng=np.random.default_rng(seed), **samplers)


def test_claim_folds():
    for n, k in [(500, 7), (6, 3), (5, 5), (101, 10)]:
        pairs = kfold_indices(n, k, rng=np.random.default_rng(n))
        sizes = [len(held) for _, held in pairs]
        assert len(pairs) == k and max(sizes) - min(sizes) <= 1
        assert (np.bincount(np.concatenate([held for _, held in pairs]), minlength=n) == 1).all()
        known = np.bincount(np.concatenate([rows for rows, _ in pairs]), minlength=n)
        assert (known == k - 1).all()
        assert not any(np.isin(rows, held).any() for rows, held in pairs)


def test_myth_one_split():
    """One hold-out varies by more than the mean of five, in folds or repeated."""
    for split in (100, 101, 102):
        pool, _ = searched(split)

        def on_fold(known, held, pool=pool):
            return scored(pool[known], pool[held])[0]

        single = []
        for seed in range(40):
            rows = np.random.default_rng(seed).permutation(pool)
            single.append(scored(rows[100:], rows[:100])[0])
        repeated = np.reshape(single, (8, 5)).mean(axis=1)
        five = [
            cross_validate(on_fold, 500, 5, rng=np.random.default_rng(seed)).mean()
            for seed in range(8)
        ]
        assert 1.5 < np.std(single) < 4
        assert np.ptp(single) > 5
        assert max(np.std(five), np.std(repeated)) < 0.8 * np.std(single)


def test_with_two_folds_both_the_steps_and_the_samples_are_missing():
    found = []
    for split in range(100, 104):
        pool, _ = searched(split)
        row = []
        for k, epochs in ((2, 10), (2, 16), (5, 10)):

            def on_fold(known, held, pool=pool, epochs=epochs):
                return scored(pool[known], pool[held], epochs=epochs)[0]

            runs = [cross_validate(on_fold, 500, k, rng=np.random.default_rng(s)) for s in range(3)]
            row.append(np.mean([run.mean() for run in runs]))
        found.append(row)
    few, as_many_steps, five = np.mean(found, axis=0)
    assert few < as_many_steps - 1
    assert as_many_steps < five - 0.5


def test_myth_exponents():
    pool, _ = searched(100)
    known, held = pool[100:], pool[:100]
    rng = np.random.default_rng(100)
    lams, lrs = rng.uniform(-5, 5, 30), rng.uniform(-6, -3, 30)
    assert (lrs < 0).all() and 5 < (lams < 0).sum() < 25
    with pytest.raises(ValueError, match="above 0"):
        SGD(lrs[0])
    with pytest.raises(ValueError):
        L2(min(lams))

    def best(lams, lrs):
        found = [scored(known, held, lam=a, lr=b)[0] for a, b in zip(lams, lrs, strict=False)]
        return np.nanmax(found)

    strong = lams[lams > 0.5]
    assert len(strong) >= 0.7 * (lams > 0).sum()
    assert best(strong, [0.2] * 30) < 20 < 85 < best(10**lams, [0.2] * 30)
    assert best(10**lams, 10**lrs) < 40


def nearest_of(points, best, count):
    return np.sqrt(((points - best) ** 2) @ [1, count**2]).min()


def middles(rows, columns):
    return np.array([((i + 0.5) / rows, (j + 0.5) / columns) for i in range(rows)
                     for j in range(columns)])  # fmt: skip


def random_wins(grid, count, seed, draws=200):
    """In which share of the draws as many random settings come nearer than a grid."""
    rng = np.random.default_rng(seed)
    pairs = [(rng.random((len(grid), 2)), rng.random(2)) for _ in range(draws)]
    return np.mean([nearest_of(p, b, count) < nearest_of(grid, b, count) for p, b in pairs])


def test_claim_random_wins():
    for seed in range(1, 11):
        one = [random_wins(middles(3, 3), count, seed) for count in (0, 1)]
        assert 0.57 < one[0] < 0.79
        assert 0.22 < one[1] < 0.43
        other = [random_wins(middles(9, 1), count, seed) for count in (0, 1)]
        assert other[0] < 0.48
        assert other[1] > 0.52
    assert random_wins(middles(3, 3), 0, 0, 20_000) == pytest.approx(2 / 3, abs=0.03)
    assert random_wins(middles(3, 3), 1, 0, 20_000) == pytest.approx(1 / 3, abs=0.03)


def test_a_latin_hypercube_comes_nearer_than_random_settings():
    rng = np.random.default_rng(1)

    def latin():
        return (np.column_stack([rng.permutation(9), rng.permutation(9)]) + rng.random((9, 2))) / 9

    for count in (0, 0.2, 1):
        far = np.mean(
            [[nearest_of(points, best, count)
              for points in (middles(3, 3), rng.random((9, 2)), latin())]
             for best in rng.random((1000, 2))], axis=0,
        )  # fmt: skip
        assert far[2] < 0.9 * far[1]
        assert (far[2] < far[0]) == (count < 1)


def test_in_five_directions_a_grid_loses_unless_all_of_them_matter():
    rng, three = np.random.default_rng(1), [1 / 6, 1 / 2, 5 / 6]
    fixed = np.array(list(product(three, repeat=5)))

    def miss(points, best, matter):
        return ((points - best)[:, :matter] ** 2).sum(axis=1).min()

    won = [
        np.mean([miss(rng.random((243, 5)), b, matter) < miss(fixed, b, matter)
                 for b in rng.random((300, 5))])
        for matter in range(1, 6)
    ]  # fmt: skip
    assert (np.diff(won) < 0.05).all()
    assert won[0] > 0.9 and won[2] > 0.8 and won[4] < 0.45


def test_on_the_digits_it_is_the_rate_that_matters():
    """Nine runs of ten epochs in the chapter's box, chosen by 100 validation digits."""
    third, ninth = (np.arange(3) + 0.5) / 3, (np.arange(9) + 0.5) / 9
    square = [{"lr": 10 ** (4 * a - 3), "lam": 10 ** (5 * b - 5)} for a in third for b in third]
    line = [{"lr": 10 ** (4 * a - 3), "lam": 10**-2.5} for a in ninth]
    by_grid, by_chance, by_line = np.transpose([
        [best_fresh(split, ways, 10) for ways in (square, some_settings(9, split), line)]
        for split in range(100, 115)
    ])  # fmt: skip
    assert np.mean(by_chance > by_grid) > 0.5
    assert np.median(by_line) > np.median(by_grid) + 1
    assert np.median(by_line) > np.median(by_chance) - 0.5


def test_myth_grid_inaccurate():
    for n, seed in product((3, 5, 10), (10, 11)):
        rng = np.random.default_rng(seed)
        fixed, chance = np.mean(
            [(nearest_of(middles(n, n), b, 1), nearest_of(rng.random((n * n, 2)), b, 1))
             for b in rng.random((200, 2))], axis=0,
        )  # fmt: skip
        assert fixed < 0.9 * chance


def test_myth_coarse_is_cv():
    tried, judged = [], []

    def in_round(number, lr):
        tried.append(lr)
        return -abs(np.log(lr))

    coarse_to_fine(in_round, {"lr": (0.1, 10)}, n=12, rounds=3, rng=np.random.default_rng(1))
    assert len(set(tried)) == 36
    cross_validate(
        lambda known, held: judged.append(tuple(held)) or 0, 50, 5, rng=np.random.default_rng(1)
    )
    assert len(set(judged)) == 5


def halved(split, settings):
    """The network that successive halving leaves: 27, 9, 3, 1 after 1, 3, 9, 27 epochs."""
    pool, _ = searched(split)
    known, held = pool[100:], pool[:100]
    alive = [(0, None, setting) for setting in settings]
    for further, keep in ((1, 9), (2, 3), (6, 1), (18, 1)):
        tried = []
        for _, old, setting in alive:
            net = attempt(known, **setting, epochs=further, seed=split, net=old)
            tried.append((-1 if net is None else percent_right(net, held), net, setting))
        alive = sorted(tried, key=lambda one: -one[0])[:keep]
    return alive[0][1]


def best_fresh(split, settings, epochs):
    """The fresh accuracy of the setting that does best in validation."""
    pool, fresh = searched(split)
    found = [
        scored(pool[100:], pool[:100], fresh, **setting, epochs=epochs, seed=split)
        for setting in settings
    ]
    return max(found, key=lambda pair: np.nan_to_num(pair[0]))[1]


def trained_on(split, settings):
    """The best after 9 epochs, trained on to 27: its accuracy on the fresh digits."""
    pool, fresh = searched(split)
    known, held = pool[100:], pool[:100]
    found = [scored(known, held, **one, epochs=9, seed=split)[0] for one in settings]
    best = settings[np.nanargmax(found)]
    net = short_training(known, **best, epochs=9, seed=split)
    return percent_right(short_training(known, **best, epochs=18, seed=split, net=net), fresh)


def test_claim_halving():
    rows = []
    for split in range(100, 108):
        settings = some_settings(27, split)
        pool, fresh = searched(split)
        rounds = coarse_to_fine(
            lambda number, pool=pool, **one: scored(
                pool[100:], pool[:100], **one, epochs=(2, 5, 10)[number]
            )[0],
            BOX, n=12, rounds=3, rng=np.random.default_rng(split),
        )  # fmt: skip
        rows.append((
            percent_right(halved(split, settings), fresh),
            best_fresh(split, settings[:3], 27),
            best_fresh(split, settings[:9], 9),
            best_fresh(split, settings, 27),
            scored(pool[100:], fresh, **rounds[-1][0][1])[0],
            best_fresh(split, settings[:20], 10),
            best_fresh(split, settings[:5], 16),
            best_fresh(split, settings[:6], 13),
            trained_on(split, settings[:9]),
        ))  # fmt: skip
    halving, three, nine, every, rounds, one_round, five, six, on = np.transpose(rows)
    assert np.median(halving) > max(np.median(five), np.median(six)) + 0.3
    assert np.median(halving) - np.median(on) < (np.median(halving) - np.median(nine)) / 2
    assert np.mean(halving > three) >= 0.6
    assert np.mean(halving > nine) >= 0.7
    assert np.median(halving) > max(np.median(three), np.median(nine)) + 0.5
    assert abs(np.median(halving) - np.median(every)) < 1
    assert abs(np.median(rounds) - np.median(one_round)) < 1


def test_claim_best_of_noise():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(400):
        answers, labels = rng.integers(0, 2, (50, 2, 100)), rng.integers(0, 2, (2, 100))
        scores = 100 * (answers == labels).mean(axis=2)
        found.append(scores[scores[:, 0].argmax()])
    picked, fresh = np.mean(found, axis=0)
    assert picked == pytest.approx(61.2, abs=0.8)
    assert fresh == pytest.approx(50, abs=0.8)


def test_the_best_of_thirty_settings_is_worth_less_than_its_score():
    """What the chapter says of the digits beside its claim on noise."""
    rng, leads, (x, y) = np.random.default_rng(0), [], DIGITS()
    for split in range(100, 106):
        pool, fresh = searched(split)
        unseen = np.concatenate([pool[:100], fresh])
        settings = some_settings(30, split, lr=(0.1, 0.5), lam=(0.00001, 0.01))
        nets = [short_training(pool[100:], **s, seed=i) for i, s in enumerate(settings)]
        hits = 100 * np.array([net(x[unseen]).argmax(axis=1) == y[unseen] for net in nets])
        pairs = []
        for _ in range(200):
            order = rng.permutation(len(unseen))
            seen, other = hits[:, order[:100]].mean(axis=1), hits[:, order[100:]].mean(axis=1)
            pairs.append((seen.max(), other[seen.argmax()], other.mean()))
        score, worth, usual = np.mean(pairs, axis=0)
        assert 1 < score - worth < 4
        assert worth > usual + 0.5
        best = hits[:, :100].mean(axis=1).argmax()  # by the chapter's validation digits
        again = [percent_right(short_training(pool[100:], **settings[best], seed=s), fresh)
                 for s in range(1000, 1008)]  # fmt: skip
        leads.append((hits[best, 100:].mean() - usual, np.mean(again) - usual))
    first, later = np.mean(leads, axis=0)
    assert later < first


def test_claim_paired():
    ratios, gains = [], []
    for split in range(100, 108):
        pool, _ = searched(split)
        for change in ({"hidden": 64}, {"lr": 0.05}):
            pairs = []
            for seed in range(20):
                rows = np.random.default_rng(seed).permutation(pool)
                parts = rows[100:], rows[:100]
                new = scored(*parts, seed=seed, **change)
                pairs.append((*scored(*parts, seed=seed), *new))
            old, new = np.transpose(pairs)
            apart = np.sqrt(old.var(ddof=1) + new.var(ddof=1))
            ratios.append((new - old).std(ddof=1) / apart)
            error = (new - old).std(ddof=1) * np.sqrt(1 / 20 + 100 / 400)
            gains.append((new - old).mean() / error)
    assert max(ratios) < 1
    assert np.median(ratios) < 0.85
    assert max(np.abs(gains[::2])) < 2
    assert max(gains[1::2]) < -3


def test_claim_leak():
    def nearer(x, y, new):
        away = [((new - x[y == c].mean(axis=0)) ** 2).sum(axis=1) for c in (0, 1)]
        return away[1] < away[0]

    def in_folds(seed, early):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(50, 1000)), rng.integers(0, 2, 50)

        def strongest(x, y):
            return np.argsort(-np.abs(x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0)))[:20]

        def on_fold(known, held):
            keep = strongest(x, y) if early else strongest(x[known], y[known])
            said = nearer(x[np.ix_(known, keep)], y[known], x[np.ix_(held, keep)])
            return np.mean(said == y[held])

        return cross_validate(on_fold, 50, 5, rng=rng).mean()

    early, late = ([in_folds(seed, one) for seed in range(100, 140)] for one in (True, False))
    assert min(early) >= 0.8 - 1e-9
    assert 0.45 < np.median(late) < 0.57


def test_the_bound_on_the_best_of_n():
    rng = np.random.default_rng(1)
    for n in (2, 10, 50, 500):
        assert rng.normal(size=(2000, n)).max(axis=1).mean() < np.sqrt(2 * np.log(n))


# Chapter 13: reading handwritten digits. Decided on the splits 100 to 104, reported on 0 to 4.


@cache
def digits_held_out(seed):
    x, x_out, y, y_out = data.split(*data.digits(), rng=np.random.default_rng(seed))
    return (x[:1344], y[:1344]), (x_out, y_out)


def reader(seed, p=0.0, hidden=128, init="he_normal", bend=None, end=()):
    rng = np.random.default_rng(seed)
    first, last = Dense(64, hidden, rng=rng, init=init), Dense(hidden, 10, rng=rng)
    return Sequential(first, bend or Activation("relu"), Dropout(p, rng=rng), last, *end)


def learn(net, x, y, seed, lr=0.01, steps=2100):
    return fit(
        net, softmax_cross_entropy, Adam(cosine(lr, steps=steps)), x, y,
        epochs=64 * steps // len(x), batch_size=64, rng=np.random.default_rng(seed),
    )  # fmt: skip


def read_by(seed, copies=True, p=0.3, steps=3150, lr=0.01, hidden=128):
    """A network trained on a split: its logits for what is held out, and the labels."""
    return read_once(seed, copies, p, steps, lr, hidden)


@cache  # one key a setting, however it is written
def read_once(seed, copies, p, steps, lr, hidden):
    (x, y), (x_out, y_out) = digits_held_out(seed)
    net = reader(seed, p, hidden)
    learn(net, *(with_copies(x, y) if copies else (x, y)), seed, lr, steps)
    return net(x_out), y_out


def read_together(seeds, **how):
    """Logits and labels of what several splits hold out."""
    pairs = [read_by(seed, **how) for seed in seeds]
    return [np.concatenate(part) for part in zip(*pairs, strict=True)]


def percent_read(seeds, *args, **how):
    return np.array([100 * accuracy(*read_by(seed, *args, **how)) for seed in seeds])


class ProbabilitiesOut(Layer):
    def _forward(self, x, training):
        p = losses.softmax(x)
        return p, p

    def _backward(self, dy, p):
        return p * (dy - (dy * p).sum(axis=1, keepdims=True)), {}


class Ungated(Layer):
    def _forward(self, x, training):
        return relu(x), None

    def _backward(self, dy, cache):
        return dy, {}


BUGS = {
    "none": {},
    "softmax twice": {"end": (ProbabilitiesOut(),)},
    "no derivative of ReLU": {"bend": Ungated()},
    "zero weights": {"init": "zeros"},
    "weights too big": {"init": partial(initializers.normal, std=1)},
    "pixels to 16": {"scale": 16},
    "labels mixed up": {"mixed": True},
}


def examined(seed, scale=1, mixed=False, **how):
    """Loss at the start, gradient error, loss on ten samples, validation accuracy in %."""
    (x, y), (x_out, y_out) = digits_held_out(seed)
    x, x_out = scale * x, scale * x_out
    y = np.random.default_rng(seed).permutation(y) if mixed else y
    net = reader(seed, **how)
    start = softmax_cross_entropy(net(x), y)[0]
    report = check_gradients(
        reader(seed, hidden=8, **how), x[:5], lambda z: softmax_cross_entropy(z, y[:5])
    )
    options = {"epochs": 100, "batch_size": 10, "rng": np.random.default_rng(seed)}
    fit(net, softmax_cross_entropy, Adam(0.01), x[:10], y[:10], **options)
    ten = softmax_cross_entropy(net(x[:10]), y[:10])[0]
    net = reader(seed, **how)
    learn(net, x, y, seed, steps=420)
    return start, max(report.errors.values()), ten, 100 * accuracy(net(x_out), y_out)


def test_claim_checks():
    found = {
        name: np.median([examined(seed, **how) for seed in range(110, 115)], axis=0)
        for name, how in BUGS.items()
    }
    start, gradient, ten, right = np.transpose(list(found.values()))
    names = np.array(list(BUGS))

    def shown(where):
        return set(names[where])

    assert shown(start > 3) == {"weights too big", "pixels to 16"}
    assert shown(gradient > 1e-4) == {"no derivative of ReLU", "zero weights"}
    assert shown(ten > 0.1) == {"softmax twice", "zero weights"}
    assert found["softmax twice"][2] >= np.log(1 + 9 / np.e)
    assert shown(right < 20) == {"zero weights", "labels mixed up"}
    assert shown(right > right[0] - 2) == set(names) - {"zero weights", "labels mixed up"}
    assert 2.3 < start[0] < 2.7


def test_zero_weights_fail_the_gradient_check_only_at_the_kink():
    (x, y), _ = digits_held_out(110)
    for bias, wanted in ((0, 1e-2), (0.1, 1e-6)):
        net = reader(110, hidden=4, init="zeros")
        net.params["0.b"][:] = bias
        report = check_gradients(net, x[:2], lambda z: softmax_cross_entropy(z, y[:2]))
        assert (max(report.errors.values()) > wanted) == (bias == 0)


def test_the_useful_rates_of_chapter_13():
    """After three epochs the validation loss is lowest between 0.01 and 0.1."""
    rates = 10.0 ** np.arange(-5, 0.1, 0.5)
    losses = []
    for seed in range(110, 115):
        (x, y), (x_out, y_out) = digits_held_out(seed)
        for rate in rates:
            net, rng = reader(seed), np.random.default_rng(seed)
            fit(net, softmax_cross_entropy, Adam(rate), x, y, epochs=3, batch_size=64, rng=rng)
            losses.append(softmax_cross_entropy(net(x_out), y_out)[0])
    median = np.median(np.reshape(losses, (5, len(rates))), axis=0)
    assert 0.009 < rates[median.argmin()] < 0.11
    assert median[0] > 2 and median[-1] > 1.5


def test_no_probabilities_beat_the_floor_of_softmax_twice():
    """The chapter's ln(1 + 9/e), from many rows of probabilities and the best one."""
    p = np.random.default_rng(0).dirichlet(np.full(10, 0.1), size=1000)
    assert softmax_cross_entropy(p, p.argmax(axis=1))[0] > np.log(1 + 9 / np.e)
    assert softmax_cross_entropy(np.eye(10), np.arange(10))[0] == pytest.approx(
        np.log(1 + 9 / np.e)
    )


def test_myth_training_accuracy():
    for seed in range(110, 113):
        (x, y), (x_out, y_out) = digits_held_out(seed)
        ours, chance = reader(seed), reader(seed)
        random = np.random.default_rng(seed).integers(0, 10, 640)
        learn(ours, x, y, seed, steps=1050)
        learn(chance, x[:640], random, seed)
        lower = np.pad(x_out.reshape(-1, 8, 8), ((0, 0), (1, 0), (0, 0)))[:, :8].reshape(-1, 64)
        assert min(accuracy(ours(x), y), accuracy(chance(x[:640]), random)) > 0.99
        assert accuracy(ours(x_out), y_out) > 0.96
        assert accuracy(chance(x_out), y_out) < 0.2
        assert 0.35 < accuracy(ours(lower), y_out) < 0.57
        cut = np.where(np.arange(64) < 56, x_out, 0)  # the bottom row alone is lost
        assert accuracy(ours(cut), y_out) > accuracy(ours(x_out), y_out) - 0.06


def test_myth_best_score():
    gaps, left = [], []
    for seed in range(110, 115):
        (x, y), (x_out, y_out) = digits_held_out(seed)
        right, rng = [], np.random.default_rng(seed)
        for number in range(20):
            net = reader(number, hidden=32)
            learn(net, x, y, number, steps=105)
            right.append(net(x_out).argmax(axis=1) == y_out)
        for _ in range(500):
            one, other = np.array_split(rng.permutation(450), 2)
            scores = np.mean(np.array(right)[:, one], axis=1)
            best = scores.argmax()
            elsewhere = np.mean(np.array(right)[:, other], axis=1)
            gaps.append(scores[best] - elsewhere[best])
            left.append(elsewhere[best] - elsewhere.mean())
    assert 0.008 < np.mean(gaps) < 0.022
    assert 0 < np.mean(left) < np.mean(gaps)  # of the lead, the smaller part


def test_claim_final():
    """On the splits of the chapter, which the claim names, and on five others."""
    from sklearn.neural_network import MLPClassifier

    for seeds in (range(5), range(110, 115)):
        without, copied = (percent_read(seeds, copies).mean() for copies in (False, True))
        theirs = []
        for seed in seeds:
            training, held_out = digits_held_out(seed)
            net = MLPClassifier((128,), learning_rate_init=0.01, random_state=seed)
            theirs.append(100 * net.fit(*with_copies(*training)).score(*held_out))
        assert without >= 97.5
        assert copied >= 98
        assert copied > np.mean(theirs) - 0.5
        costs = [np.mean([softmax_cross_entropy(*read_by(seed, copies))[0] for seed in seeds])
                 for copies in (False, True)]  # fmt: skip
        assert costs[1] < costs[0] - 0.005


def test_what_chapter_13_says_of_its_test_splits():
    with_copies, without = percent_read(range(5)), percent_read(range(5), copies=False)
    gain = with_copies - without
    assert gain.mean() < 2 * gain.std(ddof=1) * np.sqrt(1 / 5 + 450 / 1344)
    assert abs(percent_read(range(5), p=0.0).mean() - with_copies.mean()) < 0.15
    z, y = read_together(range(5))
    assert losses.softmax(z).max(axis=1)[z.argmax(axis=1) != y].max() > 0.99


def test_new_writers_are_harder_than_new_digits():
    """Consecutive quarters of the file against random ones, for a network and for a neighbour."""
    x, y = data.digits()

    def by_quarters(order, predict):
        right = []
        for number, held in enumerate(np.array_split(order, 4)):
            rest = np.setdiff1d(order, held)
            right.append(100 * np.mean(predict(number, x[rest], y[rest], x[held]) == y[held]))
        return np.mean(right)

    def by_network(number, x, y, new):
        net = reader(number + 10, p=0.3)
        learn(net, x, y, number, steps=1050)
        return net(new).argmax(axis=1)

    def by_neighbour(number, x, y, new):
        return y[((x**2).sum(axis=1) - 2 * new @ x.T).argmin(axis=1)]

    for predict in (by_network, by_neighbour):
        mixed = by_quarters(np.random.default_rng(1).permutation(len(x)), predict)
        assert by_quarters(np.arange(len(x)), predict) < mixed - 1


def test_a_training_of_chapter_13_and_its_evaluation_take_less_than_a_minute():
    start = process_time()
    read_once.__wrapped__(0, copies=True, p=0.3, steps=3150, lr=0.01, hidden=128)
    assert process_time() - start < 60


def best_temperature(seeds, **how):
    z, y = read_together(seeds, **how)
    temperatures = np.arange(0.4, 3.01, 0.1)
    return min(temperatures, key=lambda T: softmax_cross_entropy(z / T, y)[0])


def test_claim_temperature():
    for decide, report in ((range(100, 105), range(5)), (range(105, 110), range(110, 115))):
        hot, near = best_temperature(decide, copies=False), best_temperature(decide)
        assert hot > 1.3
        assert 0.7 < near < 1.3
        z, y = read_together(report, copies=False)
        before, after = (softmax_cross_entropy(z / T, y)[0] for T in (1, hot))
        assert after < 0.95 * before
        assert losses.softmax(z).max(axis=1).mean() > accuracy(z, y) + 0.004
        early = best_temperature(decide, copies=False, steps=1050)
        assert early < hot - 0.2
        assert best_temperature(decide, steps=1050) < near
        z, y = read_together(report)
        before, after = (softmax_cross_entropy(z / T, y)[0] for T in (1, near))
        assert abs(after / before - 1) < 0.1


def test_the_settings_of_chapter_13_are_the_best_of_their_neighbours():
    """By validation cross-entropy on the splits that decide; wider is a little better."""

    def cost(**how):
        return np.mean([softmax_cross_entropy(*read_by(s, **how))[0] for s in range(100, 105)])

    chosen = cost()
    assert chosen < cost(copies=False) - 0.005
    assert chosen < cost(p=0.6)
    assert chosen < cost(lr=0.003)
    assert chosen < cost(lr=0.03)
    assert cost(hidden=256) < chosen - 0.003
    assert chosen < cost(p=0.0)
    short = {copies: cost(copies=copies, steps=1050) for copies in (False, True)}
    assert short[False] < short[True]  # ten passes through the copies are too few
