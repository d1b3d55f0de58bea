"""The self-check: right answers pass, usual mistakes are told apart, nothing a student does breaks
it; and the answers printed in the chapters are right."""

from importlib import import_module
from itertools import permutations
from pathlib import Path

import nbformat
import numpy as np
import pytest

import companion
from companion import data, perceptron
from companion.exercises import Case, check, names
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
    assert "right" in repr(report)


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
    assert report.message == mistake.advice


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
        (lambda w, b, x, y, lr: (np.float32(w) * 0, np.float32(b)), "expected ([0.5, -1], 0.25)"),
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
    assert said in repr(report)


def test_a_warning_inside_the_function_is_told():
    report = check("step", lambda x: np.log(np.asarray(x, dtype=float)))
    assert "(NumPy warned: divide by zero encountered in log.)" in repr(report)
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
    assert "A sum of exactly 0 gives 0" in repr(check("gate", lambda name: ([1, 1], -2)))
    assert "shape (3,)" in repr(check("majority", lambda: ([1, 1], -1.5)))
    assert "two results" in repr(check("majority", lambda: 7))
    assert "for the input (0, 1)" in repr(check("gate", lambda name: ([1, 1], -1.5)))


def test_a_failing_case_says_what_it_is_about():
    def forgets_ties(w, b, best_w, best_b, x, y, i, lr):
        w, b = perceptron.perceptron_update(w, b, x[i], y[i], lr)

        def wrong(w, b):
            return (perceptron.predict(x, w, b) != y).sum()

        return (w, b, w, b) if wrong(w, b) <= wrong(best_w, best_b) else (w, b, best_w, best_b)

    assert "a tie changes nothing" in repr(check("pocket_update", forgets_ties))


def test_an_unknown_exercise_names_those_there_are():
    with pytest.raises(ValueError, match=r"unknown exercise 'stepp'; there are: gate, majority"):
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
