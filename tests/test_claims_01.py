"""One test for each claim and misconception of chapter 1, the perceptron, by its id."""

from itertools import combinations, permutations, product

import numpy as np
import pytest

from companion import data, perceptron
from companion.activations import sigmoid
from companion.perceptron import GATE_INPUTS, GATES, TRUTH_TABLES


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
