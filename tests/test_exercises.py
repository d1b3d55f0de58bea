"""The self-check: right answers pass, usual mistakes are told apart, nothing a student does breaks
it; and the answers printed in the chapters are right."""

import re
from importlib import import_module
from itertools import pairwise, permutations, product
from pathlib import Path

import nbformat
import numpy as np
import pytest

import companion
from companion import activations, data, perceptron
from companion.activations import relu, step
from companion.approximation import interpolation
from companion.approximation import network as by_hand
from companion.exercises import Case, check, names
from companion.graph import Value
from companion.perceptron import GATE_INPUTS, TRUTH_TABLES

SOURCES = Path(__file__).parents[1] / "book" / "exercises" / "source"
MODULES = {name: import_module(f"companion.exercises.{name}") for name in names()}
MISTAKES = [(name, m) for name, module in MODULES.items() for m in module.MISTAKES]


@pytest.fixture(scope="module")
def solutions():
    """What the solution cells of the exercise sources define."""
    namespace = {"np": np, "companion": companion}
    for path in sorted(SOURCES.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                exec(cell.source, namespace)
    return namespace


@pytest.mark.parametrize("name", MODULES)
def test_the_source_notebooks_solution_passes(name, solutions):
    report = check(name, solutions[name])
    assert report, report
    assert "right" in str(report)


@pytest.mark.parametrize("name", MODULES)
def test_an_exercise_module_keeps_the_contract(name):
    module = MODULES[name]
    assert module.__doc__.startswith(module.SIGNATURE + ":")
    assert module.SIGNATURE.startswith(name + "(")
    assert module.CASES
    kinds = hasattr(module, "reference"), hasattr(module, "judge")
    assert sum(kinds) <= 1
    for case in module.CASES:
        assert isinstance(case, Case)
        assert any(kinds) or case.expected is not None


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=lambda value: str(value)[:24])
def test_a_usual_mistake_gets_its_own_advice(name, mistake):
    report = check(name, mistake.function)
    assert not report
    said = re.sub(r" \(\d+ of \d+ cases are right\.\)$", "", report.message)
    assert said == mistake.advice


def test_no_two_mistakes_of_an_exercise_get_the_same_advice():
    for module in MODULES.values():
        advice = [mistake.advice for mistake in module.MISTAKES]
        assert len(set(advice)) == len(advice)


def not_written(w, b, x, y, lr):
    raise NotImplementedError


def changes_its_input(w, b, x, y, lr):
    error = y - float(np.dot(w, x) + b > 0)
    w += (lr * error * np.asarray(x)).astype(w.dtype)
    return w, b + lr * error


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (not_written, "not written yet."),
        (changes_its_input, "changed its input"),
        (lambda w, b, x, y, lr: None, "is a return missing?"),
        (lambda w, b, x, y, lr: w, "expected 2 results"),
        (lambda w, b, x, y, lr: (w[:1], b), "result 1 of 2: expected shape (2,), got (1,)"),
        (lambda w, b, x, y, lr: (w, [b]), "result 2 of 2: expected shape (), got (1,)"),
        (lambda w, b, x, y, lr: ((w, b), 0), "result 1 of 2: expected real numbers"),
        (lambda w, b, x, y, lr: exit(), "ends the program"),
        (lambda w, b, x, y, lr: (not_written(w, b, x, y, lr), b), "it calls not_written, which"),
        (
            lambda w, b, x, y, lr: (np.float32(w) * 0, np.float32(b)),
            "result 1 of 2: expected [0.5, -1], got [0, -0]",
        ),
        (lambda w, b, x, y, lr: w @ x @ x, "raised ValueError"),
        (lambda w, b, x, y, lr: 1 / 0, "raised ZeroDivisionError: division by zero"),
        (lambda w, b, x, y, lr: ("one", "two"), "expected real numbers, got 'one'"),
        (max, "raised ValueError"),
        (lambda w, b, x, y, lr: (w * np.nan, b), "expected"),
        (lambda w, b: (w, b), "callable as perceptron_update(w, b, x, y, lr), yours takes (w, b)"),
        (42, "give the function itself, not 42"),
    ],
)
def test_what_is_said_to_a_wrong_answer(function, said):
    report = check("perceptron_update", function)
    assert not report
    assert said in str(report)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: max(0, x), "np.maximum"),
        (lambda x: 1 if x > 0 else 0, "np.where"),
        (lambda x: float(x), "those of np"),
        (lambda x: np.divide(x, 2, out=x), "make a float copy"),
    ],
)
def test_what_is_behind_an_error_of_numpy_is_told(function, said):
    assert said in str(check("step", lambda x: function(np.array([2, -1]))))


def test_a_warning_inside_the_function_is_told():
    report = check("step", lambda x: np.log(np.asarray(x, dtype=float)))
    assert "(NumPy warned: divide by zero encountered in log.)" in str(report)
    assert check("step", lambda x: np.where(np.asarray(x) > 0, 1, np.nan_to_num(np.float64(0) / 0)))


@pytest.mark.parametrize(
    "result", ["1", ["1"] * 5, [None] * 5, [10**400] * 5, [1, [2]], {}, map(int, "1"), 1j, np.nan]
)
@pytest.mark.parametrize("name", MODULES)
def test_whatever_comes_back_is_answered(name, result):
    report = check(name, lambda *args: result)
    assert not report
    assert len(report.message) > 10
    assert not check(name, lambda *args: (result, result))


def test_a_right_answer_may_come_in_other_types():
    assert check("step", lambda x: np.asarray(x) > 0)
    assert check("step", lambda x: (np.asarray(x) > 0).astype(np.uint8))
    nor = ([-1, -1], 0.5)
    assert check("gate", lambda name: list(perceptron.GATES.get(name, nor)))
    assert check("mistake_bound", lambda *a: np.float32(perceptron.mistake_bound(*a)))
    assert check("perceptron_update", lambda *a: list(perceptron.perceptron_update(*a)))


WRONG_BUT_NEARLY_RIGHT = {
    "step": lambda x: (np.asarray(x) >= 0) * 1 if np.isscalar(x) else (np.asarray(x) > 0) * 1,
    "perceptron_update": lambda w, b, x, y, lr: (
        w + lr * (y - (np.sum(w * x + b) > 0)) * x,
        b + lr * (y - (np.sum(w * x + b) > 0)),
    ),
    "mistake_bound": lambda x, y, w, b: (
        ((x**2).sum(1) + 1).max() * (w @ w + b * b) / (-(x @ w + b)[y == 0]).min() ** 2
    ),
}


@pytest.mark.parametrize("name", WRONG_BUT_NEARLY_RIGHT)
def test_a_nearly_right_answer_is_not_let_through(name):
    assert not check(name, WRONG_BUT_NEARLY_RIGHT[name])


def test_a_student_cannot_change_what_the_checks_rest_on():
    for array in (GATE_INPUTS, *TRUTH_TABLES.values(), perceptron.GATES["AND"][0]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = -1


def test_a_judge_looks_at_behaviour_and_accepts_any_right_answer():
    assert check("majority", lambda: ([2, 2.5, 3], -4))
    assert not check("majority", lambda: ([2, 2.5, 3], -6))
    assert "A sum of exactly 0 gives 0" in str(check("gate", lambda name: ([1, 1], -2)))
    assert "shape (3,)" in str(check("majority", lambda: ([1, 1], -1.5)))
    assert "two results" in str(check("majority", lambda: 7))
    assert "for the input (0, 1)" in str(check("gate", lambda name: ([1, 1], -1.5)))


def test_a_failing_case_says_what_it_is_about():
    def forgets_ties(w, b, best_w, best_b, x, y, i, lr):
        w, b = perceptron.perceptron_update(w, b, x[i], y[i], lr)

        def wrong(w, b):
            return (perceptron.predict(x, w, b) != y).sum()

        return (w, b, w, b) if wrong(w, b) <= wrong(best_w, best_b) else (w, b, best_w, best_b)

    assert "a tie changes nothing" in str(check("pocket_update", forgets_ties))


def test_an_unknown_exercise_names_those_there_are():
    with pytest.raises(
        ValueError, match=r"unknown exercise 'stepp'; there are: .*gate, .*majority"
    ):
        check("stepp", lambda x: x)


# The answers printed under the exercises of chapter 1


def test_answers_to_the_exercises_by_hand():
    points, w, b = [[1, 0], [0, 3], [2, 3]], [2, -1], -1  # 1.1
    assert perceptron.score(points, w, b).tolist() == [1, -4, 0]
    assert perceptron.predict(points, w, b).tolist() == [1, 0, 0]
    distances = perceptron.signed_distance(points, w, b)
    np.testing.assert_allclose(distances, np.array([1, -4, 0]) / np.sqrt(5))

    nor, x1_and_not_x2 = ([-1, -1], 0.5), ([1, -1], -0.5)  # 1.2
    assert perceptron.score(GATE_INPUTS, *nor).tolist() == [0.5, -0.5, -0.5, -1.5]
    assert perceptron.score(GATE_INPUTS, *x1_and_not_x2).tolist() == [-0.5, -1.5, 0.5, -0.5]

    run = perceptron.train_perceptron([[0], [1], [2]], [0, 0, 1])  # 1.4
    assert [(w[0], b) for w, b in run.path] == [(0, 0), (2, 1), (2, 0), (1, -1)]
    assert run.mistakes == [1, 2, 0]
    assert perceptron.margin([[0], [1], [2]], [0, 0, 1], run.w, run.b) == 0


def test_the_orders_of_and():
    y = TRUTH_TABLES["AND"]
    orders = [list(order) for order in permutations(range(4))]
    mistakes = [sum(perceptron.train_perceptron(GATE_INPUTS[o], y[o]).mistakes) for o in orders]
    assert len(orders) == 24
    assert max(mistakes) == 12
    assert perceptron.mistake_bound(GATE_INPUTS, y, [1, 1], -1.5) == pytest.approx(51)


def test_the_order_of_ones_and_eights():
    x, y = data.digits((1, 8))
    rng = np.random.default_rng(0)
    x_train, x_new, y_train, y_new = data.split(x, y, held_out=0.3, rng=rng)

    def train(order, rng=None):
        run = perceptron.train_perceptron(x_train[order], y_train[order], epochs=1000, rng=rng)
        wrong = perceptron.count_mistakes(x_new, y_new, run.w, run.b)
        return sum(run.mistakes), len(run.mistakes), wrong

    assert (len(y_train), len(y_new)) == (249, 107)
    assert train(np.argsort(y_train, kind="stable")) == (300, 102, 1)
    shuffled = [train(np.arange(249), np.random.default_rng(seed)) for seed in range(50)]
    updates, epochs, wrong = zip(*shuffled, strict=True)
    assert (min(updates), max(updates)) == (144, 239)
    assert (min(epochs), max(epochs)) == (11, 26)
    assert (min(wrong), max(wrong)) == (0, 5)


# The answers printed under the exercises of chapter 3


def test_a_list_of_pairs_of_arrays_counts_as_unchanged_only_if_it_is():
    def doubles(x, params):
        for W, _ in params:
            W *= 2
        return x

    assert "changed its input" in str(check("mlp_forward", doubles))
    assert "changed its input" in str(check("mlp_forward", lambda x, params: params.pop()))
    assert "A single layer" in str(check("mlp_forward", relu_everywhere_but_two))


def relu_everywhere_but_two(x, params):
    """Forget that a single layer has no ReLU, either."""
    for number, (W, b) in enumerate(params):
        x = x @ W + b
        if number < max(1, len(params) - 1):
            x = np.maximum(0, x)
    return x


def test_answers_to_the_exercises_of_chapter_3_by_hand():
    W, b = np.array([[3, 1], [1, 2], [0, 2]]), np.array([1, -1])  # 3.1
    assert (np.array([[1, -2, 2]]) @ W + b).tolist() == [[2, 0]]

    first, second = ([[1, 1], [-1, 1]], [0, -1]), ([[2, -1], [1, 1]], [-1, 0])  # 3.2
    net = by_hand(first, second, ([[1], [3]], [2]))
    assert by_hand(first).forward([[2, 1], [1, 2]]).tolist() == [[1, 2], [-1, 2]]
    assert by_hand(first, second).forward([[2, 1], [1, 2]]).tolist() == [[3, 1], [1, 2]]
    assert net.forward([[2, 1], [1, 2]]).tolist() == [[8], [9]]
    assert sum(array.size for array in net.params.values()) == 15

    def count(*sizes):  # 3.4
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))

    assert (count(64, 100, 50, 10), count(64, 200, 10), count(64, 100, 100, 10)) == (
        12060,
        15010,
        17610,
    )

    line = interpolation([0, 1, 2, 4], [1, 3, 0, 4])  # 3.7
    assert line.forward([[5], [-1]]).ravel().tolist() == [6, 1]
    assert line.params["0.b"].tolist() == [0, -1, -2]
    assert line.params["2.W"].ravel().tolist() == [2, -5, 5]


def test_the_three_shape_bugs():
    x, W, b, y = np.ones((32, 8)), np.ones((8, 10)), np.ones(10), np.arange(32.0)  # 3.5
    with pytest.raises(ValueError, match="mismatch"):
        W @ x + b
    with pytest.raises(ValueError, match="broadcast"):
        x @ W + b.reshape(10, 1)
    assert (x[:10] @ W + b.reshape(10, 1)).shape == (10, 10)
    with pytest.raises(ValueError, match="broadcast"):
        W @ x[:10] + b
    assert ((x @ W + b) @ np.ones((10, 1)) - y).shape == (32, 32)
    assert (x[:1] @ W + b.reshape(10, 1)).shape == (10, 10)  # 3.10


def test_a_block_in_the_plane():
    """Exercise 3.11: 1 where -1 < x₁ ≤ 2 and 0 < x₂ ≤ 1."""
    first = ([[1, 1, 0, 0], [0, 0, 1, 1]], [1, -2, 0, -1])
    second = ([[1], [-1], [1], [-1]], [-1.5])
    net = by_hand(first, second, ([[1]], [0]), activation="step")
    x = np.array([[i, j] for i in np.arange(-8, 13) / 4 for j in np.arange(-8, 13) / 4])
    inside = (x[:, 0] > -1) & (x[:, 0] <= 2) & (x[:, 1] > 0) & (x[:, 1] <= 1)
    np.testing.assert_array_equal(net.forward(x)[:, 0], inside)


def test_corners_where_they_are_needed():
    """Exercises 3.8 and 3.12: how fast the error falls with even and with crowded points."""
    x = np.linspace(0, 1, 20_001)[:, None] ** 4

    def errors(points, f, widths):
        places = [points(np.arange(n + 1) / n) for n in widths]
        nets = [interpolation(p, f(p)) for p in places]
        return np.array([np.abs(net.forward(x) - f(x)).max() for net in nets])

    widths = np.array([16, 64, 256])
    even = errors(lambda p: p, np.sqrt, widths)
    np.testing.assert_allclose(even, 1 / (4 * np.sqrt(widths)), rtol=0.01)
    crowded = errors(lambda p: p**4, np.sqrt, widths)
    np.testing.assert_allclose(np.diff(np.log(crowded)) / np.diff(np.log(widths)), -2, atol=0.1)
    too_few, enough = errors(lambda p: p, np.square, [15, 16])
    assert too_few > 0.001 >= enough


# Chapter 2: networks of which many are right


def weights(W1, b1, W2, b2):
    return lambda: tuple(np.array(part, dtype=float) for part in (W1, b1, W2, b2))


XOR_NETWORKS = {
    "OR and NAND": ([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-1.5]),
    "OR and AND": ([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [-1]], [-0.5]),
    "AND and OR, scaled": ([[3, 2], [3, 2]], [-5, -1], [[-9], [4]], [-2]),
    "one row each": ([[1, -1], [-1, 1]], [-0.5, -0.5], [[1], [1]], [-0.5]),
    "NOR and AND, neither": ([[-1, 1], [-1, 1]], [0.5, -1.5], [[-1], [-1]], [0.5]),
    "not (x1 or not x2)": ([[1, 1], [-1, -1]], [0.5, -0.5], [[-1], [1]], [0.5]),
}


@pytest.mark.parametrize("network", XOR_NETWORKS.values(), ids=list(XOR_NETWORKS))
def test_every_network_that_is_xor_is_right_and_its_opposite_is_xnor(network):
    assert check("xor_weights", weights(*network))
    report = check("xnor_weights", weights(*network))
    assert "for the input (0, 0)" in str(report)
    W1, b1, W2, b2 = network
    assert check("xnor_weights", weights(W1, b1, -np.array(W2), -np.array(b2)))


def test_networks_near_a_right_one_are_judged_by_their_answers():
    rng = np.random.default_rng(0)
    right = []
    for _ in range(300):
        for parts in XOR_NETWORKS.values():
            W1, b1, W2, b2 = (np.array(p) + 0.4 * rng.normal(size=np.shape(p)) for p in parts)
            h = (GATE_INPUTS @ W1 + b1 > 0) * 1
            right.append(((h @ W2 + b2 > 0)[:, 0] == [0, 1, 1, 0]).all())
            assert bool(check("xor_weights", weights(W1, b1, W2, b2))) == right[-1]
    assert 0.05 < np.mean(right) < 0.95


def test_a_wrong_network_is_told_where_and_what_its_hidden_units_answer():
    said = str(check("xor_weights", weights([[1, -1], [1, -1]], [-1, 1.5], [[1], [1]], [-1.5])))
    assert (
        "for the input (0, 1) the hidden sums are (0, 0.5), so the hidden units answer (0, 1)"
        in said
    )
    assert "but XOR is 1. A sum of exactly 0 gives 0" in said
    fold = [[1, 1], [1, 1]], [0, -1], [[1], [-1.5]], [0]
    said = str(check("relu_xor_weights", weights(*fold)))
    assert "for the input (1, 1) the hidden units answer (2, 1), and the output is 0.5" in said
    assert "W1: expected shape (2, 2), got (2, 3)" in str(
        check("xor_weights", weights(np.ones((2, 3)), [1, 1], [[1], [1]], [1]))
    )
    assert "W2: expected shape (4, 1), got (1, 4)" in str(
        check("parity_weights", weights(np.ones((3, 4)), np.ones(4), np.ones((1, 4)), [1]))
    )
    assert "one column for each hidden unit, got shape (2, 3)" in str(
        check("parity_weights", weights(np.ones((2, 3)), np.ones(3), np.ones((3, 1)), [1]))
    )
    assert "b2 must be finite" in str(
        check("xnor_weights", weights(np.ones((2, 2)), [1, 1], [[1], [1]], [np.nan]))
    )


def test_other_folds_and_other_parities_are_right():
    assert check("relu_xor_weights", weights([[1, -1], [-1, 1]], [0, 0], [[1], [1]], [0]))
    assert check("relu_xor_weights", weights([[-1, -1], [-1, -1]], [2, 1], [[1], [-2]], [0]))
    assert check("relu_xor_weights", lambda: ([[1, 1], [1, 1]], [0, -1], [[1], [-2]], [0]))
    inputs = np.array([[i >> 2, i >> 1 & 1, i & 1] for i in range(8)])
    ones = inputs[inputs.sum(axis=1) % 2 == 1]
    by_rows = 2 * ones.T - 1, 0.5 - ones.sum(axis=1), np.ones((4, 1)), [-0.5]
    assert check("parity_weights", weights(*by_rows))  # the recipe for any table, four units
    more = np.hstack([np.ones((3, 3)), np.zeros((3, 5))]), [-0.5, -1.5, -2.5, *[1] * 5]
    assert check("parity_weights", weights(*more, [[1], [-1], [1], *[[0]] * 5], [-0.5]))


def test_two_hidden_units_are_too_few_for_the_parity_of_three():
    """A unit changes its answer on at most 6 of the 12 edges, and two on at most 10 together."""
    cube = np.array(list(product((0, 1), repeat=3)))
    tables = [t for t in product((0, 1), repeat=8) if perceptron.find_line(cube, t).line]
    edges = [(i, j) for i in range(8) for j in range(i) if np.abs(cube[i] - cube[j]).sum() == 1]
    changes = np.array([[t[i] != t[j] for i, j in edges] for t in tables])
    assert (len(tables), len(edges), changes.sum(axis=1).max()) == (104, 12, 6)
    assert max((p | q).sum() for p in changes for q in changes) < 12


def test_collapse_does_what_the_layers_do():
    rng = np.random.default_rng(0)
    collapse = MODULES["collapse"].reference
    for _ in range(20):
        widths = rng.integers(1, 6, rng.integers(2, 7))
        layers = [(rng.normal(size=(a, b)), rng.normal(size=b)) for a, b in pairwise(widths)]
        x = through = rng.normal(size=(5, widths[0]))
        for W, b in layers:
            through = through @ W + b
        W, b = collapse(layers)
        np.testing.assert_allclose(x @ W + b, through)


def test_answers_printed_in_chapter_2():
    rows = np.array([[0, -1], [1, 1], [-2, -1]])  # 2.2
    assert not (np.array([1, 2, 1]) @ rows).any()
    assert perceptron.find_line([[0], [1], [2]], [0, 1, 0]).line is None

    h = perceptron.predict(GATE_INPUTS, *perceptron.GATES["AND"])  # 2.3
    seen = np.column_stack([GATE_INPUTS, h])
    assert perceptron.predict(seen, [1, 1, -2], -0.5).tolist() == [0, 1, 1, 0]

    def tent(x):
        return 2 * relu(x) - 4 * relu(x - 0.5)

    inputs = np.array(list(product((0, 1), repeat=8)))  # 2.11
    parity = inputs.sum(axis=1) % 2
    assert np.array_equal(tent(tent(tent(inputs.sum(axis=1) / 8))), parity)
    rng = np.random.default_rng(0)
    for _ in range(20):
        noisy = inputs + rng.uniform(-0.05, 0.05, inputs.shape)
        off = np.abs(tent(tent(tent(noisy.sum(axis=1) / 8))) - parity)
        assert off.max() <= 8 * 0.05 + 1e-12

    angles = np.arange(720) * np.pi / 360 + 0.001  # 2.10: four lines through the origin
    around = np.column_stack([np.cos(angles), np.sin(angles)])
    W = np.array([[3, 2, 2, 0], [3, 0, -1, -3]])
    assert len(np.unique(around @ W > 0, axis=0)) == 8


def test_the_ink_of_chapter_1_behind_random_units():
    """2.12: no two samples with different labels coincide, and enough units separate them all."""
    x, y = data.digits((0, 1))
    square = x.reshape(-1, 8, 8)
    ink = [square[:, 3:5, 3:5].mean(axis=(1, 2)), square[:, 2:6, [1, 2, 5, 6]].mean(axis=(1, 2))]
    ink = np.column_stack(ink)
    places = {}
    for place, label in zip(map(tuple, ink), y, strict=True):
        assert places.setdefault(place, label) == label
    rng = np.random.default_rng(0)
    W = rng.integers(-8, 9, size=(2, 1024))
    b = -(ink[rng.integers(len(ink), size=1024)] * W.T).sum(axis=1)
    assert perceptron.find_line(step(ink @ W + b), y).line is not None


def changes_its_scores(x):
    x -= x.max(axis=-1, keepdims=True)
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def knows_no_one_hot(probs, labels):
    return -np.log(np.maximum(probs[np.arange(len(labels)), labels], 1e-12)).mean()


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("softmax", changes_its_scores, "changed its input"),
        ("softmax", lambda x: np.exp(x) / np.exp(x).sum(), "And then, take each row's greatest"),
        ("softmax", lambda x: np.exp(x) / np.exp(x).sum(axis=1), "One sample, shape (3,)."),
        ("cross_entropy", knows_no_one_hot, "Labels are one-hot, shape (4, 3)."),
        ("cross_entropy", lambda p, y: -np.log(p[range(len(p)), y]), "expected shape ()"),
        ("softmax_cross_entropy", lambda z, y: 0.0, "expected 2 results"),
        ("bce_with_logits", lambda z, y: (0.0, z * 0.0), "result 1 of 2: expected 1.378"),
        ("softmax_with_temperature", lambda x, T: x / T, "At temperature 1"),
    ],
)
def test_what_is_said_in_chapter_4(name, function, said):
    report = check(name, function)
    assert not report
    assert said in str(report)


def test_an_overflow_that_does_no_harm_is_let_through():
    assert check("sigmoid", lambda x: 1 / (1 + np.exp(-np.asarray(x, dtype=float))))


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("xavier_init", lambda a, b, rng: np.eye(a, b), "times as large"),
        ("xavier_init", lambda a, b, rng: rng.normal(1, 0.07, (a, b)), "should be 0"),
        (
            "xavier_init",
            lambda a, b, rng: np.random.default_rng(7).normal(0, np.sqrt(2 / (a + b)), (a, b)),
            "Draw from rng, all at once",
        ),
        ("he_init", lambda a, b, rng: rng.normal(0, 3 / np.sqrt(a), (a, b)), "2.12 times as large"),
        ("he_init", lambda a, b, rng: np.full((a, b), np.nan), "must be finite"),
        ("he_init", lambda a, b, rng: rng.normal(size=a), "expected shape (100, 300)"),
        ("init_uniform", lambda a, b, g, rng: rng.uniform(0, g, (a, b)), "The ends are -1 and 1"),
        ("signal_sizes", lambda x, weights, f: np.ones(len(weights)), "f = identity: expected"),
    ],
)
def test_what_is_said_to_wrong_weights(name, function, said):
    assert said in str(check(name, function))


def test_weights_may_be_drawn_in_any_way_that_gives_the_same_numbers():
    def scaled(fan_in, fan_out, rng):
        return rng.standard_normal((fan_in, fan_out)) * (2 / fan_in) ** 0.5

    def one_by_one(fan_in, fan_out, rng):
        return [[rng.normal(0, (2 / fan_in) ** 0.5) for _ in range(fan_out)] for _ in range(fan_in)]

    assert check("he_init", scaled)
    assert check("he_init", one_by_one)
    assert check("init_uniform", lambda a, b, g, rng: g * (6 / (a + b)) ** 0.5 * (
        2 * rng.random((a, b)) - 1
    ))  # fmt: skip


# Chapter 6: a class as an answer, and the answers printed there


class Adds:
    """A student's Value of which only the sum is written."""

    def __init__(self, data):
        self.data, self.grad = data, 0

    def __add__(self, other):
        return Adds(self.data + other.data)

    def backward(self):
        raise NotImplementedError


class OnlySums(Adds):
    def __add__(self, other):
        result = OnlySums(self.data + other.data)
        result.parents = self, other
        return result

    def backward(self):
        self.grad += 1
        for parent in getattr(self, "parents", ()):
            OnlySums.backward(parent)


class NotBegun:
    def __init__(self, data):
        raise NotImplementedError


class Doubles(Value):
    def __init__(self, data):
        super().__init__(2 * data)


class Nothing:
    def __init__(self, data):
        pass


class NoNumber:
    def __init__(self):
        pass


@pytest.mark.parametrize(
    ("student", "said"),
    [
        (NotBegun, "not written yet. (When"),
        (Adds, "it calls backward, which is not written yet."),
        (OnlySums, "x * y at x = 3, y = -4 raised TypeError: unsupported operand"),
        (Doubles, "x + y at x = 3, y = -1: data of the result should be 2, got 4."),
        (Nothing, "raised TypeError"),
        (NoNumber, "callable as Value(data)"),
        (Value(3), "give the class Value itself, not an instance of Value: companion.check("),
        (lambda data: Value(data), "give the class Value itself, not a function: companion.check("),
        ("Value", 'not an instance of str: companion.check("Value", Value).'),
    ],
)
def test_what_is_said_about_a_class(student, said):
    report = check("Value", student)
    assert not report
    assert said in str(report)


def test_a_class_may_keep_more_than_is_asked_for_and_hold_other_numbers():
    class More(Value):
        def __init__(self, data, label="", kind=None):
            super().__init__(np.float64(data), label)

    assert check("Value", More)
    assert check("Value", Value)


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("affine_backward", lambda d, x, w: (d @ w.T, x.T @ d), "expected 3 results"),
        ("affine_backward", lambda d, x, w: (d @ w.T, x.T @ d, d), "is added to every row"),
        ("relu_backward", lambda d, x: np.where(x >= 0, d, 0), "look at x = 0"),
        ("sigmoid_backward", lambda d, x: d * x, "expected"),
        ("leaky_relu_backward", lambda d, x, a: d * np.maximum(x > 0, a), "alpha may be above 1"),
        ("leaky_relu_backward", lambda d, x, a: d * np.where(x >= 0, 1, a), "At 0 the slope"),
    ],
)
def test_what_is_said_in_chapter_6(name, function, said):
    report = check(name, function)
    assert not report
    assert said in str(report)


def test_backward_functions_may_be_written_in_other_ways():
    def loops(dout, x, w):
        dx, dw = np.zeros(x.shape), np.zeros(w.shape)
        for i, k, j in product(*map(range, (*x.shape, w.shape[1]))):
            dx[i, k] += dout[i, j] * w[k, j]
            dw[k, j] += dout[i, j] * x[i, k]
        return dx, dw, np.ones(len(dout)) @ dout

    assert check("affine_backward", loops)
    assert check("relu_backward", lambda dout, x: np.where(np.asarray(x) > 0, dout, 0))
    assert check("tanh_backward", lambda dout, x: dout * (1 - np.tanh(x)) * (1 + np.tanh(x)))
    assert check(
        "sigmoid_backward", lambda dout, x: dout / (2 + np.exp(x / 1.0) + np.exp(-x / 1.0))
    )


def test_answers_to_the_exercises_of_chapter_6_by_hand():
    def gradients(f, *numbers):
        values = [Value(number) for number in numbers]
        result = f(*values)
        result.backward()
        return result.data, *(value.grad for value in values)

    assert gradients(lambda x, y, z: (x * y + z) * x, 2, 3, -5) == (2, 7, 4, 2)  # 6.1
    assert gradients(lambda x, y: (2 * x).max(y**2) * y, 3, 2) == (12, 4, 6)  # 6.2
    assert gradients(lambda x, y: (2 * x).max(y**2) * y, 1, 2) == (8, 0, 12)

    def unit(w, b, x):  # 6.3
        return ((w * x + b).tanh() - 1) ** 2 / 2

    assert gradients(unit, 2, -1, 0.5) == (0.5, -0.5, -1, -2)
    assert 9 / 4 * 0.5 - 1 / 2 == 5 / 8
    assert gradients(unit, 9 / 4, -1 / 2, 0.5)[0] < 0.5

    x, W, b = np.array([[1, 2], [-1, 1]]), np.array([[1, 0, -1], [1, -1, 2]]), np.array([0, 1, -1])
    z = x @ W + b  # 6.9
    assert z.tolist() == [[3, -1, 2], [0, 0, 2]]
    dz = MODULES["relu_backward"].reference(np.array([[1, 2, 3], [4, 5, 6]]), z)
    assert dz.tolist() == [[1, 0, 3], [0, 0, 6]]
    dx, dW, db = MODULES["affine_backward"].reference(dz, x, W)
    assert (dx.tolist(), dW.tolist(), db.tolist()) == (
        [[-2, 7], [-6, 12]],
        [[1, 0, -3], [2, 0, 12]],
        [1, 0, 9],
    )

    rng = np.random.default_rng(0)  # 6.10
    x, labels = rng.normal(size=(6, 3)), np.array([0, 0, 0, 1, 1, 2])
    zeros = [np.zeros(shape) for shape in ((3, 4), 4, (4, 3), 3)]
    gradients_of = MODULES["two_layer_gradients"].reference
    assert [g.any() for g in gradients_of(x, labels, *zeros)] == [False, False, False, True]
    zeros[0] = rng.normal(size=(3, 4))
    assert [g.any() for g in gradients_of(x, labels, *zeros)] == [False, False, True, True]


def test_answers_to_the_exercises_of_chapter_7_by_hand():
    at = np.log(3) * np.array([1, -1])  # 7.1
    values = {"sigmoid": (3 / 4, 1 / 4), "tanh": (4 / 5, -4 / 5), "elu": (np.log(3), -2 / 3)}
    slopes = {"sigmoid": (3 / 16, 3 / 16), "tanh": (9 / 25, 9 / 25), "elu": (1, 1 / 3)}
    for name in values:
        function, derivative = activations.ACTIVATIONS[name]
        np.testing.assert_allclose(function(at), values[name])
        np.testing.assert_allclose(derivative(at), slopes[name])

    w, samples = np.zeros(2), [(np.array([2, 1]), 1), (np.array([1, 2]), -1)]  # 7.5
    assert sum((w @ a - y) * a / 2 for a, y in samples).tolist() == [-0.5, 0.5]
    for a, y in samples:
        w = w - (w @ a - y) * a / 5
    np.testing.assert_allclose(w, np.array([1, -13]) / 25)
    assert [np.array([1, -1]) @ a for a, _ in samples] == [1, -1]

    for factor, layers in ((1 / 4, 10), (1 / 2, 20), (np.sqrt(1 / 2), 40), (0.9, 132)):  # 7.6
        assert factor**layers < 1e-6 < factor ** (layers - 1)
