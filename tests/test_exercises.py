"""The self-check: right answers pass, usual mistakes are told apart, nothing a student does breaks
it; and the answers printed in the chapters are right."""

import math
import re
import subprocess
import sys
import warnings
from copy import deepcopy
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from itertools import combinations, islice, pairwise, permutations, product
from pathlib import Path
from typing import ClassVar

import nbformat
import notebooks
import numpy as np
import pytest
from answers import RIGHT, WRONG

import companion
from companion import activations, data, optimizers, perceptron, regularizers
from companion.activations import relu, step
from companion.approximation import interpolation
from companion.approximation import network as by_hand
from companion.callbacks import EarlyStopping
from companion.exercises import Case, Mistake, check, names, variants
from companion.exercises._answers import problems, shown, unchanged, value_problem
from companion.exercises._mistakes import _at_once, explain
from companion.exercises._trials import _named, attempt, setting
from companion.gradient_check import check_gradients
from companion.graph import Value
from companion.layers import Activation, Dense
from companion.losses import softmax_cross_entropy
from companion.perceptron import GATE_INPUTS, TRUTH_TABLES
from companion.training import Diverged, History, accuracy, minibatches, train_step

SOURCES = Path(__file__).parents[1] / "book" / "exercises" / "source"
MODULES = {name: import_module(f"companion.exercises.{name}") for name in names()}
MISTAKES = [(name, m) for name, module in MODULES.items() for m in module.MISTAKES]


@pytest.fixture(scope="module")
def solutions():
    """What the solution cells of the exercise sources define."""
    namespace = {"np": np, "companion": companion}
    for path in sorted(SOURCES.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
                exec(cell.source, namespace)
    return namespace


@pytest.mark.parametrize("name", MODULES)
def test_the_source_notebooks_solution_passes(name, solutions):
    report = check(name, solutions[name])
    assert report, report
    assert "right" in str(report)


def test_a_check_cell_ends_with_the_points_that_nbgrader_knows():
    """So Validate calls nothing a success that is not written or wrong, and shares count."""
    found = []
    for path in sorted(SOURCES.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            marks = cell.metadata.get("nbgrader", {})
            if call := re.search(
                r'^companion\.check\("(\w+)", \w+, points=(\d+)\)\Z', cell.source, re.M
            ):
                assert float(call[2]) == marks["points"] > 0, call[0]
                found.append(call[1])
            else:
                assert "companion.check(" not in cell.source or cell.cell_type != "code"
    assert sorted(found) == sorted(MODULES)


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
    assert fully(report) == mistake.advice


def heard(report):
    """Return what a report says, without the student's own line, in which the same may stand."""
    return re.sub(r"(, line \d+) \(.*?\): ", r"\1: ", str(report))


def fully(report):
    """Return what a report says about the answer, without how many cases are right."""
    return re.sub(r" \(\d+ of \d+ cases are right\.\)$", "", report.message)


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
        (lambda w, b, x, y, lr: w, "expected 2 results, got one: [0.5, -1]."),
        (lambda w, b, x, y, lr: (w, b, y), "expected 2 results, got 3: ([0.5, -1], 0.25, 1)."),
        (lambda w, b, x, y, lr: (w[:1], b), "result 1 of 2: expected shape (2,), got (1,)"),
        (lambda w, b, x, y, lr: (w, [b]), "result 2 of 2: expected shape (), got (1,)"),
        (lambda w, b, x, y, lr: ((w, b), 0), "result 1 of 2: expected real numbers"),
        (lambda w, b, x, y, lr: exit(), "ends the program"),
        (lambda w, b, x, y, lr: (not_written(w, b, x, y, lr), b), "it calls not_written, which"),
        (
            lambda w, b, x, y, lr: (np.float32(w) * 0, np.float32(b)),
            "result 1 of 2: expected [0.5, -1], got [0, 0]",
        ),
        (lambda w, b, x, y, lr: w @ x @ x, "raised ValueError in a lambda, line"),
        (lambda w, b, x, y, lr: 1 / 0, ": division by zero"),
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
    assert said in heard(report)


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
    assert said in heard(check("step", lambda x: function(np.array([2, -1]))))


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


class Unspeakable:
    def __repr__(self):
        raise KeyError("it does not write itself")


def test_whatever_comes_back_is_written_in_short():
    assert "got an instance of Unspeakable." in check("step", lambda x: Unspeakable()).message
    assert "not an instance of Unspeakable:" in check("step", Unspeakable()).message
    message = check("step", lambda x: {i: i for i in range(1000)}).message
    assert "3: 3" in message
    assert len(message) < 300
    message = check("step", lambda x: (i for i in x)).message
    assert "got <generator object" in message
    assert "0x" not in message


def test_of_a_tiny_difference_the_usual_reason_is_told():
    tiny = "a small number that is added"
    assert tiny in value_problem("", np.array([3.0, -1.0, 0.0]), np.array([3 - 1e-8, -1.0, -0.0]))
    assert tiny in value_problem("", np.array([1.0, np.nan]), np.array([1 + 1e-6, np.nan]))
    for off in (1.0001, np.nan, np.inf, -1):
        assert tiny not in value_problem("", np.array([1.0, 2.0]), np.array([off, 2.0]))
    assert value_problem("", np.ones(2), np.array([1, 2], object)) == "expected [1, 1], got [1, 2]."
    assert tiny not in value_problem("", 0.0, 1e-8)
    assert "got [2.99999999, 0]" in value_problem("", np.array([3.0, 0]), [3 - 1e-8, -0.0])


def test_a_large_array_is_named_by_its_shape():
    assert shown(np.arange(20.0)).count(",") == 19
    assert shown(np.arange(21.0)) == "an array of shape (21,)"
    assert shown((1, np.zeros((3, 7)))) == "(1, an array of shape (3, 7))"
    assert shown([0.5] * 21) == "an array of shape (21,)"
    message = check("shift_images", lambda x, down, right: [0]).message
    assert "x of shape (1, 8, 8), down = 1, right = 0" in message


def test_of_a_large_array_the_first_wrong_number_is_told():
    wrong = np.zeros((2, 4, 4))
    wrong[0, 1, 2], wrong[1, 0, 3] = 1, np.nan
    said = value_problem("out: ", np.zeros((2, 4, 4)), wrong)
    assert said == "out: 2 of 32 numbers are wrong; at [0, 1, 2] expected 0, got 1."
    said = value_problem("", np.ones(30), (np.ones(30) + 1e-7).tolist())
    assert "at [0] expected 1, got 1.0000001. So small a difference" in said
    assert value_problem("", np.ones(30), np.ones(30) + 1e-13) is None
    assert value_problem("", np.ones(30, np.float32), np.ones(30) + 1e-7) is None


@pytest.mark.parametrize("name", [name for name in MODULES if name.islower()])
def test_what_is_wrong_comes_before_arguments_that_are_long(name):
    for function, said in (
        (lambda *args: 1 / 0, "raised ZeroDivisionError"),
        (lambda *args: None, "(returned|got) None"),
    ):
        message = check(name, function).message
        assert re.search(said, message).start() < 110
        assert setting(MODULES[name], MODULES[name].CASES[0]) in message
        assert len(message) < 600


def test_a_result_alone_is_not_taken_for_each_of_several():
    function = MODULES["early_stopping"].reference
    message = check("early_stopping", lambda *args: function(*args)[0]).message
    assert message.startswith("wrong: expected 2 results, got one: 2.")


def test_what_was_not_drawn_from_rng_is_told_only_where_it_is_so():
    own = np.random.default_rng(5)
    said = "Nothing was drawn from rng"
    for name in ("log_uniform", "random_search", "minibatches", "init_uniform"):
        assert said in check(name, lambda *args: None).message
    assert said in check("log_uniform", lambda a, b, size, rng: own.uniform(a, b, size)).message
    assert said not in check("log_uniform", lambda a, b, size, rng: rng.random(size)).message
    assert said not in check("step", lambda x: 7).message


def test_a_result_may_be_a_dictionary():
    module = MODULES["successive_halving"]
    case = next(case for case in module.CASES if isinstance(case.args[1][0], dict))
    setting, spent = module.reference(*case.args)
    right = replace(case, expected=(setting, spent))
    assert problems(module, right, [dict(setting), spent]) == {}
    for other in ({"lr": 0.2}, {}, 0.1, "lr", [setting]):
        said = problems(module, right, [other, spent])
        assert list(said) == [0]
        assert said[0].startswith("result 1 of 2: expected {'lr': 0.1}, got ")


@pytest.mark.parametrize("name", [name for name in MODULES if name.islower()])
def test_a_part_that_is_no_array_is_answered(name, solutions):
    ragged = [np.arange(3), np.arange(2)]

    def spoiled(result):
        """Yield the result with one part after the other replaced."""
        yield ragged
        if isinstance(result, tuple | list):
            for i, part in enumerate(result):
                for spoil in islice(spoiled(part), 3):
                    yield type(result)([*result[:i], spoil, *result[i + 1 :]])

    for number in range(5):

        def function(*args, number=number):
            return [*islice(spoiled(solutions[name](*args)), number + 1)][-1]

        report = check(name, function)
        assert not report
        assert len(report.message) > 10


def test_where_an_argument_may_be_none_the_question_for_it_is_told():
    message = check("dropout_backward", lambda dout, mask, p: dout if mask == None else 0).message  # noqa: E711
    assert "Whether mask is None is asked with `mask is None`." in message
    message = check("dropout_backward", lambda dout, mask, p: math.sqrt(dout)).message
    assert "is asked with" not in message
    assert "is asked with" not in heard(check("step", lambda x: max(0, np.array([2, -1]))))


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


# Inputs are compared exactly


NAN = np.array([np.nan, 1.0])
PAIRS = [(np.eye(2), np.zeros(2)), (np.eye(2), np.ones(2))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (np.array([0.0, 1.0]), np.array([1e-12, 1.0])),
        (np.array([1.0]), np.array([np.nextafter(1, 2)])),
        (np.array([1e300]), np.array([np.nextafter(1e300, 0)])),
        (np.array([0.0]), np.array([-0.0])),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([1.0], np.float32), np.array([1.0])),
        (np.zeros((2, 1)), np.zeros((1, 2))),
        (NAN, np.array([np.nan, np.nan])),
        (PAIRS, [*PAIRS[:1], (np.eye(2), np.array([1.0, 1 + 1e-13]))]),
        (PAIRS, PAIRS[:1]),
        ({"W": NAN}, {"W": NAN + 1e-15}),
        ({"W": NAN}, {"W": NAN, "b": NAN}),
        ([1, 2], [1, 2.0]),
        ([1, 2], (1, 2)),
        (np.array([None, 1]), np.array([None, 2])),
    ],
    ids=str,
)
def test_the_least_change_of_an_input_is_a_change(before, after):
    assert not unchanged(before, after)
    assert unchanged(before, deepcopy(before))
    assert unchanged(after, deepcopy(after))


def test_a_random_generator_is_there_to_be_used():
    rng, used = np.random.default_rng(0), np.random.default_rng(0)
    used.random()
    assert unchanged(rng, used)
    assert unchanged([rng, {"rng": rng}], [used, {"rng": used}])


def test_clipping_the_callers_probabilities_is_caught():
    def clips_in_place(probs, labels):
        probs[probs < 1e-12] = 1e-12
        return MODULES["cross_entropy"].reference(probs, labels)

    message = check("cross_entropy", clips_in_place).message
    assert message.startswith("the function changed its input probs: work on a copy")


# What is said of an error


def divides(x):
    e = np.exp(x)
    return e / np.zeros(5)


def test_an_error_names_function_and_line_of_the_students_own_code():
    line = divides.__code__.co_firstlineno + 2
    said = f"raised ValueError in divides, line {line} (return e / np.zeros(5)): operands could"
    assert said in check("softmax", divides).message
    assert said in check("softmax", lambda x: divides(x)).message


def test_an_error_inside_a_library_is_told_where_the_student_called_it():
    def sizes(a, b, rng):
        return np.stack([rng.normal(0, -1, b) for _ in range(a)])

    message = check("he_init", sizes).message
    line = sizes.__code__.co_firstlineno + 1
    assert f"raised ValueError in sizes, line {line} (return np.stack([rng.normal(" in message
    assert "scale < 0" in message
    message = check("softmax", lambda x: companion.losses.softmax("scores")).message
    assert "in a lambda, line" in message
    assert 'companion.losses.softmax("scores")' in message


def test_an_error_in_a_method_names_the_class():
    class OnlyGate(Value):
        def relu(self):
            raise KeyError(self.data)

    assert "raised KeyError in OnlyGate.relu, line" in check("Value", OnlyGate).message


def test_an_error_outside_of_the_students_code_names_no_place():
    assert "x = [1.45, 2, -1.4] raised TypeError: " in check("softmax", ord).message


# What is printed, and where


def test_the_message_is_printed_once_wherever_check_is_called(capsys):
    for _ in range(2):
        check("step", lambda x: np.maximum(x, 0))
    printed, errors = capsys.readouterr()
    assert printed.count("that is ReLU") == 2
    assert not errors
    report = check("step", lambda x: np.maximum(x, 0))
    assert capsys.readouterr().out == f"{report}\n"
    assert repr(report) == f"<Report: step, {report.right} of {report.cases} right>"


def test_plain_python_prints_the_message_once():
    code = 'import companion; companion.check("step", lambda x: x); 1 + 1'
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("step: ") == 1
    assert not done.stderr


def test_a_notebook_shows_the_message_once_and_points_as_a_number():
    cells = [
        "import sys, companion\n\ndef step(x):\n    sys.stderr.write('looking')\n    return x",
        "companion.check('step', step)",
        "report = companion.check('step', step)\nreport",
        "companion.check('step', step)\nNone",
        "companion.check('step', step, points=2)",
        "def step(x):\n    y = x\n    return y.nothing",
        "companion.check('step', step)",
    ]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    notebooks.execute(notebook, Path("check.ipynb"))
    outputs = [cell.outputs for cell in notebook.cells]
    for stream in outputs[1:4]:
        assert [output.output_type for output in stream] == ["stream"]
        assert stream[0].name == "stdout"
        assert stream[0].text.count("step: ") == 1
        assert stream[0].text.count("looking") == 1
    assert [output.output_type for output in outputs[4]] == ["stream", "execute_result"]
    assert 0 < float(outputs[4][1].data["text/plain"]) < 2
    assert "raised AttributeError in step, line 3 (return y.nothing): " in outputs[6][0].text


def noisy(x):
    print("the shape is", np.shape(x))
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def test_a_students_own_printing_appears_once(capsys):
    check("softmax", noisy)  # right for small scores only
    printed = capsys.readouterr().out
    assert printed.startswith("softmax prints, for x = [3000, 2999, 0]:\n    the shape is (3,)\n")
    assert printed.count("the shape is") == 1

    check("majority", lambda: print("looking", file=sys.stderr) or ([1, 1, 1], -1.5))
    printed, errors = capsys.readouterr()
    assert printed == "majority prints:\n    looking\nmajority: right.\n"
    assert not errors


def test_long_printing_is_cut_off(capsys):
    check("majority", lambda: [print(i) for i in range(1000)] and ([1, 1, 1], -1.5))
    printed = capsys.readouterr().out
    assert "    19\n    … (980 more lines)\nmajority: right.\n" in printed


# Points


@pytest.mark.parametrize("points", [0, 0.5, 1, 1 / 3, 2, 7])
def test_points_are_given_for_the_share_of_cases_that_are_right(points, capsys):
    def right_for_small_scores(x):
        return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)

    reference = MODULES["softmax"].reference
    cases = MODULES["softmax"].CASES
    small = sum(np.max(case.args[0]) < 700 for case in cases)
    share = small - sum(np.min(case.args[0]) < -700 for case in cases if np.max(case.args[0]) < 700)
    assert 0 < share < len(cases)
    earned = check("softmax", right_for_small_scores, points)
    assert type(earned) is float
    assert earned == round(points * share / len(cases), 2)
    said = f" ({share} of {len(cases)} cases are right.) {earned:g} of {points:g} points.\n"
    assert capsys.readouterr().out.endswith(said)
    assert check("softmax", reference, points=points) == round(points, 2)
    assert check("softmax", lambda x: x, points=points) == 0
    assert check("softmax", untouched, points=points) == 0
    assert check("softmax", 42, points=points) == 0


def untouched(x):
    raise NotImplementedError


def test_every_case_counts_also_after_the_first_wrong_one():
    cases = MODULES["softmax"].CASES

    def wrong_at_first(x):
        return None if np.shape(x) == (3,) and x[0] == 1.45 else MODULES["softmax"].reference(x)

    report = check("softmax", wrong_at_first)
    assert (report.right, report.cases) == (len(cases) - 1, len(cases))
    assert not report
    report = check("softmax", untouched)
    assert (report.right, report.message[:15]) == (0, "not written yet")


@pytest.mark.parametrize("points", [-1, np.nan, "two", [1]])
def test_points_are_a_number(points):
    with pytest.raises(ValueError, match="points must be a number of at least 0"):
        check("step", lambda x: x, points=points)


# State that a function keeps


def test_what_is_kept_between_calls_is_caught():
    def appends(bias=[]):  # noqa: B006
        bias.append(-1.5)
        return [1, 1, 1], sum(bias)

    report = check("majority", appends)
    assert report.message.startswith("right at first, but not when it is called again: wrong")
    assert "a default argument that changes" in report.message
    assert report.right == 0


def test_what_a_student_sets_for_all_does_not_spoil_the_check():
    def strict(x):
        np.set_printoptions(precision=1, threshold=1)
        warnings.simplefilter("error")
        return MODULES["softmax"].reference(x)

    with np.printoptions():
        assert check("softmax", strict)
        assert "x = [-2, -0.5, 0, 0.5, 3]" in check("step", lambda x: 7).message
    with np.errstate(all="raise"):
        assert check("sigmoid", lambda x: 1 / (1 + np.exp(-np.asarray(x, dtype=float))))


# Two mistakes at once


def advice(name, start):
    """Return the first advice of an exercise that starts with some words."""
    return next(m.advice for m in MODULES[name].MISTAKES if m.advice.startswith(start))


def test_two_mistakes_in_different_results_are_both_named():
    message = check("affine_backward", lambda d, x, w: (d @ w, x.T @ d, d.mean(axis=0))).message
    assert message.startswith("2 things are wrong: (1) ")
    assert advice("affine_backward", "dx needs w transposed") in message
    assert advice("affine_backward", "db: take the sum over the batch") in message


def test_a_mistake_is_named_also_if_something_else_is_wrong():
    message = check("affine_backward", lambda d, x, w: (d @ w, x.T @ d, 7 * d.sum(axis=0))).message
    assert message.startswith(advice("affine_backward", "dx needs w transposed"))
    assert " Also wrong: " in message
    assert "result 3 of 3: expected [4, 1, 0.5], got [28, 7, 3.5]." in message


class Line:
    """An exercise of two cases: a line through a number, and through a large one."""

    SIGNATURE = "line(x)"
    CASES: ClassVar = [Case((np.array([1.0, 3.0]),)), Case((np.array([2.0]),)), Case((0.0,))]

    def reference(x):
        return 2 * x + 1

    @variants
    def variant(*, slope=2, start=1, sign=1):
        return lambda x: sign * (slope * x + start)

    MISTAKES: ClassVar = [
        Mistake(variant(start=0), "the start is missing"),
        Mistake(variant(slope=3), "the slope is 2"),
        Mistake(variant(sign=-1), "the sign is wrong"),
        Mistake(variant(slope=3, sign=-1), "rising too fast, downwards"),
        Mistake(lambda x: 2 * x + (np.ndim(x) > 0), "a single number"),
        Mistake(lambda x: 2 * x + 1, "this is right and is never said"),
        Mistake(lambda x: 2 * x + 1 if np.ndim(x) else [][0], "a single number is not indexed"),
    ]


@pytest.mark.parametrize(
    ("student", "said"),
    [
        (lambda x: 3 * x + 1, ["the slope is 2"]),
        (lambda x: 2 * x, ["the start is missing"]),
        (lambda x: -3 * x - 1, ["rising too fast, downwards"]),  # its own entry comes first
        (lambda x: 3 * x, ["the start is missing", "the slope is 2"]),
        (lambda x: -2 * x, ["the start is missing", "the sign is wrong"]),
        (lambda x: 3 * x + (np.ndim(x) > 0), ["the slope is 2", "a single number"]),
        (lambda x: 5 * x + 7, []),
        (lambda x: 5 * x + (np.ndim(x) > 0), []),  # the first case is not explained
        (lambda x: 2 * x + 1 if np.ndim(x) else [x][1], ["a single number is not indexed"]),
        (lambda x: 2 * x + 1 if np.ndim(x) else {}[x], []),  # another kind of error
        (lambda x: 2 * x + 1 if np.ndim(x) else 7, []),
    ],
)
def test_mistakes_that_one_function_makes_are_put_together(student, said):
    results = [attempt(Line, student, case).result for case in Line.CASES]
    advice, left = explain(Line, results)
    assert advice == said
    assert bool(left) == (not said)


class Zero:
    """An exercise where three mistakes, one a case, pass for two that one function makes."""

    SIGNATURE = "zero(x)"
    CASES: ClassVar = [Case((1.0,)), Case((2.0,)), Case((3.0,))]

    def reference(x):
        return 0.0

    @variants
    def variant(*, slope=0, start=0):
        return lambda x: slope * x + start

    MISTAKES: ClassVar = [
        Mistake(lambda x: 2.0 * (x == 1), "2 at 1"),
        Mistake(lambda x: 3.0 * (x == 2), "3 at 2"),
        Mistake(lambda x: 4.0 * (x == 3), "4 at 3"),
        Mistake(variant(slope=1), "a slope"),
        Mistake(variant(start=1), "a start"),
    ]


def test_two_mistakes_at_once_are_more_likely_than_three():
    assert explain(Zero, [2.0, 3.0, 4.0])[0] == ["a slope", "a start"]
    assert explain(Zero, [2.0, 3.0, 0.0])[0] == ["2 at 1", "3 at 2"]


def test_where_a_mistake_makes_no_difference_it_is_not_named():
    results = [Line.reference(*case.args) * np.array([1.5]) for case in Line.CASES]
    assert explain(Line, results)[0] == []


def two_at_once():
    """Yield each two mistakes that one function makes, as one function, and what to say of them."""
    for name, module in MODULES.items():
        for one, other in combinations(module.MISTAKES, 2):
            if both := _at_once(one.function, other.function):
                yield name, both, one.advice, other.advice


def test_of_two_usual_mistakes_at_once_both_are_named_or_one():
    named = {1: 0, 2: 0}
    for name, both, *advices in two_at_once():
        report = check(name, both)
        said = sum(advice in report.message for advice in advices)
        if said:
            named[said] += 1
        elif not report:  # else one mends the other
            told = [m.advice for m in MODULES[name].MISTAKES if m.advice == fully(report)]
            assert told, (name, report.message)
    assert named[2] > 5 * named[1] > 0


# What can go wrong in any exercise, made from its solution


def each(change):
    """Return a change of a result that is made in each of its parts."""

    def changed(result):
        if isinstance(result, tuple | list):
            return type(result)(change(np.asarray(part)) for part in result)
        return change(np.asarray(result))

    return changed


def one_entry_off(result):
    """Change the greatest entry of the last part by a millionth."""
    several = isinstance(result, tuple | list)
    *parts, last = result if several else [result]
    last = np.array(last, dtype=float)
    at = np.unravel_index(np.argmax(np.abs(last)), last.shape)
    last[at] = last[at] * (1 + 1e-6) or 1e-6
    return type(result)([*parts, last]) if several else last


def turned_round(result):
    """Give several results, or the entries of the one there is, in the opposite order."""
    several = isinstance(result, tuple | list) or np.ndim(result) > 0
    return result[::-1] if several else result


CHANGES = {
    "sign": each(np.negative),
    "one entry off": one_entry_off,
    "another axis": each(lambda part: part[None]),
    "last entry missing": each(lambda part: part[..., :-1] if part.ndim else part.reshape(1)[:0]),
    "cut off to whole numbers": each(np.trunc),
    "order": turned_round,
    "nan": each(lambda part: np.full(part.shape, np.nan)),
    "nothing": lambda result: None,
}


def changed(function, change):
    return lambda *args: change(function(*args))


def touches_its_input(function):
    """Return a function that gives the right result, and moves one entry of its input by a bit."""

    def touch(arg):
        if isinstance(arg, np.ndarray) and arg.dtype.kind == "f" and arg.size:
            arg.flat[-1] = np.nextafter(arg.flat[-1], np.inf)
        elif isinstance(arg, list | tuple):
            any(map(touch, arg))

    def touching(*args):
        result = deepcopy(function(*args))
        any(map(touch, args))
        return result

    return touching


def keeps_its_first_result(function):
    kept = []

    def keeping(*args):
        kept.append(function(*args))
        return kept[0]

    return keeping


def right_for_one_round(function, calls):
    """Return a function that has enough after some calls."""
    numbers = iter(range(calls))
    return lambda *args: function(*args) if next(numbers, None) is not None else 0.125


WHOLE = {"cut off to whole numbers": "all right results are whole numbers"}
CLOSE = {"one entry off": "weights close to right ones are right as well"}
NO_ARRAY = {"input": "no argument is an array of fractions"}
ONE_CALL = {"first result": "there are no arguments, so all results are the same"}
ONE_NUMBER = {"order": "a single number has no order"}

#: What is right after all, and why; in every other exercise each of these changes must be refused.
HARMLESS = {
    "best_lambda": ONE_NUMBER,
    "confusion_matrix": WHOLE | NO_ARRAY,
    "count_dead": WHOLE | ONE_NUMBER,
    "count_parameters": WHOLE | ONE_NUMBER | NO_ARRAY,
    "cross_entropy": ONE_NUMBER,
    "early_stopping": WHOLE | NO_ARRAY,
    "expected_calibration_error": ONE_NUMBER,
    "gate": CLOSE | NO_ARRAY,
    "he_init": NO_ARRAY,
    "init_uniform": NO_ARRAY,
    "kfold_indices": NO_ARRAY | {"order": "the folds have no order, nor have their rows"},
    "layer_factor": ONE_NUMBER,
    "leaky_std": ONE_NUMBER | NO_ARRAY,
    "log_uniform": NO_ARRAY,
    "majority": CLOSE | NO_ARRAY | ONE_CALL | {
        "cut off to whole numbers": "(1, 1, 1) and -1 is a vote of three, too"
    },
    "minibatches": WHOLE | NO_ARRAY,
    "mistake_bound": ONE_NUMBER,
    "parity_weights": CLOSE | NO_ARRAY | ONE_CALL | {
        "sign": "all hidden units answer the opposite, and so does the output",
        "cut off to whole numbers": "the thresholds 0, 1 and 2 are right: step(0) is 0",
    },
    "random_search": NO_ARRAY,
    "relu_xor_weights": WHOLE | NO_ARRAY | ONE_CALL,
    "step": WHOLE,
    "warmup_cosine": ONE_NUMBER | NO_ARRAY,
    "successive_halving": NO_ARRAY,
    "xavier_init": NO_ARRAY,
    "xnor_weights": CLOSE | NO_ARRAY | ONE_CALL,
    "xor_weights": CLOSE | NO_ARRAY | ONE_CALL,
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in MODULES if name.islower()])
def test_what_goes_wrong_anywhere_goes_wrong_here(name, solutions):
    right, cases = solutions[name], len(MODULES[name].CASES)
    wrong = {what: changed(right, change) for what, change in CHANGES.items()}
    wrong["input"] = touches_its_input(right)
    wrong["first result"] = keeps_its_first_result(right)
    wrong["later calls"] = right_for_one_round(right, cases)
    passed = set()
    for what, function in wrong.items():
        report = check(name, function)
        assert len(report.message) > 10 or report
        if report:
            passed.add(what)
    assert passed == set(HARMLESS.get(name, {}))


def arrays(thing):
    """Yield the arrays in the arguments of a case."""
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, list | tuple):
        for part in thing:
            yield from arrays(part)


def has_fractions(result):
    parts = result if isinstance(result, tuple | list) else [result]
    numbers = [np.asarray(part) for part in parts if not isinstance(part, dict | None)]
    return any((part % 1 != 0).any() for part in numbers)


#: Arguments that can hold integers without a fraction in any result, and why.
NO_FRACTIONS = {
    "confusion_matrix y_true": "the results are counts",
    "confusion_matrix y_pred": "the results are counts",
    "count_dead z": "the result is a number of units",
    "step x": "the results are 0 and 1",
    "relu_backward dout": "the result is made of its entries, and of 0",
    "affine_backward dout": "what has its type, db, is a sum of its entries",
    "affine_forward w": "the batch x decides the type: x of integers meets fractions in w",
    "affine_forward b": "the batch x decides the type: x of integers meets fractions in b",
    "mlp_forward params": "the batch x decides the type: x of integers meets fractions in params",
    "collapse layers": "sums of products of whole numbers are whole numbers",
    "dropout_backward mask": "it is Boolean",
    "shift_images x": "the result is made of its entries, and of 0",
}


@pytest.mark.parametrize("name", [name for name in MODULES if name.islower()])
def test_integers_come_in_where_fractions_go_out(name, solutions):
    """Else np.zeros_like of an argument, filled with fractions, would pass."""
    cut_off, taken = set(), set()
    for case in MODULES[name].CASES:
        result = solutions[name](*deepcopy(case.args))
        for parameter, arg in _named(MODULES[name], case).items():
            kinds = {array.dtype.kind for array in arrays(arg)}
            taken |= {f"{name} {parameter}"} if kinds else set()
            if kinds == {"i"} and has_fractions(result):
                cut_off.add(f"{name} {parameter}")
    assert cut_off == taken - set(NO_FRACTIONS)


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_question_in_words_has_a_cell_for_the_answer(path):
    student = nbformat.read(SOURCES.parent / path.name, as_version=4)
    cells = {c.metadata.nbgrader.grade_id: c for c in student.cells if "nbgrader" in c.metadata}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution"):
            name = cell.metadata.nbgrader.grade_id
            question, answer = cell.source.split("### BEGIN SOLUTION\n")  # or it stands above
            assert len(answer) > len("### END SOLUTION"), name
            assert cells[name].source == f"{question}YOUR ANSWER HERE", name
            assert not cells[name].metadata.nbgrader.locked, name


def test_the_questions_of_chapter_11_can_be_answered():
    student = nbformat.read(SOURCES.parent / "11-regularization.ipynb", as_version=4)
    places = [c.metadata.nbgrader.grade_id for c in student.cells if "YOUR ANSWER" in c.source[20:]]
    asked = "dropout_backward early_stopping best_lambda".split()
    assert {*places} - {"intro"} == {f"{name}-question" for name in asked}


# Answers as students write them


def test_every_exercise_has_wrong_and_right_answers():
    assert set(WRONG) == set(RIGHT) == set(MODULES)
    assert [name for name, answers in WRONG.items() if len(answers) < 8] == []
    assert [name for name, answers in RIGHT.items() if len(answers) < 2] == []


@pytest.mark.parametrize("name", WRONG)
def test_plausible_answers_that_are_wrong_are_refused_and_told_why(name):
    for description, answer in WRONG[name].items():
        function, said = answer if isinstance(answer, tuple) else (answer, "")
        report = check(name, function)
        assert not report, description
        assert said in heard(report), (description, report.message)
        assert len(report.message) > 10, description
        assert "0x" not in report.message, description


@pytest.mark.parametrize("name", RIGHT)
def test_unusual_answers_that_are_right_pass(name):
    for description, function in RIGHT[name].items():
        report = check(name, function)
        assert report, (description, report.message)


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


def test_which_digits_are_hard():
    """Exercise 1.11: ones against eights, in each of three groups of ten splits."""
    ranked = []
    for first in (0, 10, 20):
        wrong = {}
        for pair in combinations(range(10), 2):
            x, y = data.digits(pair)
            wrong[pair] = [held_out_mistakes(x, y, seed)[0] for seed in range(first, first + 10)]
        ranked.append(sorted(wrong, key=lambda pair: -sum(wrong[pair])))
        if first == 0:
            shown = {pair: (sum(w), min(w), max(w)) for pair, w in wrong.items()}
            assert (shown[1, 8], shown[3, 8]) == ((29, 1, 6), (21, 0, 4))
    assert [pairs[0] for pairs in ranked] == 3 * [(1, 8)]
    assert ranked[0][1] == (3, 8) != ranked[1][1]


def test_the_averaged_line():
    """Exercise 1.13: in how many of fifty splits it was better, equal and worse."""
    x, y = data.digits((1, 8))
    for first, expected in ((0, (25, 15, 10)), (50, (20, 15, 15))):
        pairs = [held_out_mistakes(x, y, seed) for seed in range(first, first + 50)]
        signs = [np.sign(averaged - last) for last, averaged in pairs]
        assert (signs.count(-1), signs.count(0), signs.count(1)) == expected
    assert (signs[:10].count(-1), signs[:10].count(1)) == (2, 5)  # of the splits 50 to 59


def held_out_mistakes(x, y, seed):
    """Of the last line and of the averaged one, after at most 100 epochs on 70 %."""
    rng = np.random.default_rng(seed)
    x_train, x_new, y_train, y_new = data.split(x, y, held_out=0.3, rng=rng)
    w, b, sum_w, sum_b = np.zeros(64), 0.0, np.zeros(64), 0.0
    for _ in range(100):
        wrong = 0
        for xi, yi in zip(x_train, y_train, strict=True):
            error = yi - int(w @ xi + b > 0)
            if error:
                w, b, wrong = w + error * xi, b + error, wrong + 1
            sum_w, sum_b = sum_w + w, sum_b + b
        if wrong == 0:
            break
    lines = (w, b), (sum_w, sum_b)
    return [perceptron.count_mistakes(x_new, y_new, *line) for line in lines]


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

    def hidden(points, x, m, seed):
        rng = np.random.default_rng(seed)
        W = rng.integers(-8, 9, size=(2, m))
        return step(points @ W - (x[rng.integers(len(x), size=m)] * W.T).sum(axis=1))

    for m, lines in ((64, 0), (128, 3), (256, 9)):
        found = [perceptron.find_line(hidden(ink, ink, m, i), y).line for i in range(10)]
        assert sum(line is not None for line in found) == lines
    signs = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x, x_new, y_old, y_new = data.split(ink, y, held_out=0.5, rng=rng)
        path = perceptron.train_perceptron(x, y_old, epochs=100).path
        best = min(path, key=lambda line, x=x, y=y_old: perceptron.count_mistakes(x, y, *line))
        h, h_new = (hidden(points, x, 64, seed) for points in (x, x_new))
        run = perceptron.train_perceptron(h, y_old, epochs=50)
        wrong = perceptron.count_mistakes(h_new, y_new, run.w, run.b)
        signs.append(np.sign(wrong - perceptron.count_mistakes(x_new, y_new, *best)))
    assert [signs.count(sign) for sign in (-1, 0, 1)] == [2, 3, 5]  # better, equal, worse


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
    assert said in heard(report)


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
        ("signal_sizes", lambda x, weights, f: np.ones(len(weights)), "f = identity."),
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
    assert said in heard(report)


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
    assert said in heard(report)


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


# Chapter 10: a state that is the student's own, and the answers printed there


def test_adam_is_judged_by_the_companions_steps_and_by_the_last_one_again():
    module = MODULES["adam_step"]
    for args in (case.args for case in module.CASES):
        w, gradients, _, *settings = args
        weights, optimizer, steps = w.astype(float), optimizers.Adam(*settings), []
        for g in gradients:
            optimizer.step({"w": weights}, {"w": g.astype(float)})
            steps.append(weights.copy())
        last = steps[-1]
        assert module.judge(args, module._Steps([*steps, last])) is None
        assert module.judge(args, module._Steps([*steps, last + 1e-6])) == module._CHANGED
        assert "after step 1:" in module.judge(args, module._Steps([last, *steps]))


def test_steps_are_those_of_the_companion():
    rng = np.random.default_rng(0)
    for name, optimizer, settings in (
        ("momentum_step", optimizers.Momentum(0.1, 0.7), (0.1, 0.7)),
        ("adagrad_step", optimizers.AdaGrad(0.1, 0.01), (0.1, 0.01)),
    ):
        weights = rng.normal(size=(3, 2))
        w, memory = weights.copy(), np.zeros((3, 2))
        for g in rng.normal(size=(9, 3, 2)):
            optimizer.step({"w": weights}, {"w": g})
            w, memory = MODULES[name].reference(w, g, memory, *settings)
        np.testing.assert_allclose(w, weights)
    for case in MODULES["rmsprop_step"].CASES:
        w, g, s, lr, rho, eps = case.args
        optimizer = optimizers.RMSProp(lr, rho, eps or 1e-15)
        weights = w.astype(float)
        optimizer.state = {"w": {"s": s.astype(float)}}
        optimizer.step({"w": weights}, {"w": g.astype(float)})
        np.testing.assert_allclose(case.expected[0], weights, atol=1e-12)
        np.testing.assert_allclose(case.expected[1], optimizer.state["w"]["s"])
    for grads, limit in (case.args for case in MODULES["clip_by_norm"].CASES):
        named = dict(enumerate(g.astype(float) for g in grads))
        clipped = regularizers.clip_gradients(named, limit)[0].values()
        for one, other in zip(
            clipped, MODULES["clip_by_norm"].reference(grads, limit), strict=True
        ):
            np.testing.assert_allclose(one, other)


def test_answers_to_the_exercises_of_chapter_10_by_hand():
    momentum = MODULES["momentum_step"].reference
    w, v, places = 5, 0, []  # 10.1
    for _ in range(4):
        w, v = momentum(w, 2 * w, v, 0.1, 0.9)
        places.append(w)
    np.testing.assert_allclose(places, [4, 2.3, 0.31, -1.543])
    assert v == pytest.approx(-1.853)

    for mu, half, most in ((0.9, 7, 10), (0.99, 69, 100)):  # 10.2
        v, speeds = 0, []
        for t in range(1, 2000):
            v = momentum(0, 1, v, 1, mu)[1]
            speeds.append(-v)
            assert -v == pytest.approx((1 - mu**t) / (1 - mu))
        assert speeds[-1] == pytest.approx(most)
        assert speeds[half - 2] < most / 2 < speeds[half - 1]
        way = 0
        for _ in range(5000):
            w, v = momentum(0, 0, v, 1, mu)
            way -= w
        assert way == pytest.approx(most * mu / (1 - mu))

    for corrected, beta2, lengths in (  # 10.3
        (True, 0.99, (1, 1)), (True, 0.999, (1, 1)),
        (False, 0.99, (1, 1.35)), (False, 0.999, (3.16, 4.25)),
    ):  # fmt: skip
        step = RIGHT["adam_step"]["copies"]
        step = step if corrected else WRONG["adam_step"]["no correction"][0]
        for g in (0.003, -7000.0):
            w, state, places = np.zeros(1), {}, [0]
            for _ in lengths:
                w, state = step(w, np.array([g]), state, 1, 0.9, beta2, 1e-12)
                places.append(-float(w[0]) * np.sign(g))
            np.testing.assert_allclose(np.diff(places), lengths, atol=5e-3)
    t = np.arange(1, 5000)
    for beta2, most, where, near in ((0.99, 2.13, 13, 174), (0.999, 6.57, 12, 1750)):
        ratio = (1 - 0.9**t) / np.sqrt(1 - beta2**t)
        assert (round(ratio.max(), 2), t[ratio.argmax()]) == (most, where)
        assert t[ratio > 1.1].max() == near

    steps = 0.1 / np.sqrt(np.arange(1, 2501))  # 10.4
    assert round(steps[:100].sum(), 2) == 1.86
    assert round(steps.sum(), 2) == 9.85
    w, s = 0, 0
    for number in range(2500):
        before = w
        w, s = MODULES["adagrad_step"].reference(w, -40 if number % 7 == 0 else 0, s, 0.1, 1e-10)
        assert w - before == pytest.approx(steps[number // 7] if number % 7 == 0 else 0)

    paths = {  # 10.5
        "A": (optimizers.AdaGrad(0.2), (3.8, 0.8), (3.66, 0.68), (3.55, 0.58)),
        "B": (optimizers.SGD(0.07), (3.72, -0.75), (3.46, 0.56), (3.22, -0.42)),
        "C": (optimizers.Momentum(0.02, 0.9), (3.92, 0.5), (3.77, -0.2), (3.56, -0.73)),
        "D": (optimizers.SGD(0.02), (3.92, 0.5), (3.84, 0.25), (3.76, 0.12)),
        "E": (optimizers.SGD(0.09), (3.64, -1.25), (3.31, 1.56), (3.01, -1.95)),
        "F": (optimizers.Adam(0.2), (3.8, 0.8), (3.6, 0.6), (3.4, 0.41)),
    }
    for optimizer, *places in paths.values():
        w = np.array([4.0, 1.0])
        for place in places:
            optimizer.step({"w": w}, {"w": w * [1, 25]})
            np.testing.assert_allclose(w, place, atol=6e-3)


def test_answers_of_chapter_10():
    """The open ones, with other seeds than those of the cells."""
    answers, seeds = open_answers("10-optimizers.ipynb"), range(10, 15)
    sgd, adam = optimizers.SGD, optimizers.Adam

    def medians(name, *settings, **more):
        return np.median([answers[name](seed, *settings, **more) for seed in seeds], axis=0)

    def scheduled(t):
        return 0.003 * (1 - 0.9 ** (t + 1)) / np.sqrt(1 - 0.999 ** (t + 1))

    # 10.11
    with_it, without = (medians("bias_correction", 0.003, 0.999, on) for on in (True, False))
    assert without[0] < with_it[0] / 2
    assert without[1] < with_it[1] / 1.5
    np.testing.assert_allclose(medians("bias_correction", scheduled, 0.999), without, rtol=0.1)
    with_it, without = (medians("bias_correction", 0.003, 0.99, on) for on in (True, False))
    assert 0.75 < without[0] / with_it[0] < 0.9
    assert 0.8 < without[1] / with_it[1] < 1
    with_it, without = (medians("bias_correction", 0.03, 0.999, on) for on in (True, False))
    assert without[0] > 1.3 * with_it[0]
    assert abs(without[2] - with_it[2]) < 4

    rates = (0.008, 0.016, 0.032, 0.064)  # 10.12
    losses = {
        width: np.array(
            [[answers["after_one_epoch"](seed, width, lr) for lr in rates] for seed in seeds]
        )
        for width in (16, 128, 1024)
    }
    best = {width: np.median(np.argmin(runs, axis=1)) for width, runs in losses.items()}
    assert 2 <= best[16] <= 3 > best[128] >= 1 >= best[1024]
    narrow, _, wide = (np.median(runs, axis=0) for runs in losses.values())
    assert narrow[0] > 2.5 * narrow[3]
    assert wide[3] > 1.5 * wide[0]

    for kind, lr, size, factor, low, high in (  # 10.13
        (sgd, 0.1, 16, 1, 1.5, 1.9), (sgd, 0.1, 16, 2, 0.95, 1.05),
        (sgd, 0.1, 128, 1, 1.6, 2.1), (sgd, 0.1, 128, 2, 0.95, 1.05),
        (adam, 0.002, 16, 2**0.5, 1, 1.2), (adam, 0.002, 16, 2, 0.7, 0.9),
        (adam, 0.002, 128, 2**0.5, 1.35, 1.6), (adam, 0.002, 128, 2, 0.9, 1.1),
    ):  # fmt: skip
        assert low < medians("doubled", kind, lr, size, factor) < high, (kind, size, factor)

    plain, warmed = (medians("bad_start", sgd, 0.4, 1, warm)[0] for warm in (0, 40))  # 10.14
    assert 0.95 < warmed / plain < 1.2
    plain = {lr: medians("bad_start", sgd, lr, 10)[0] for lr in (0.2, 0.8)}
    warmed = {lr: medians("bad_start", sgd, lr, 10, 40)[0] for lr in (0.2, 0.8)}
    assert plain[0.2] < plain[0.8]
    assert warmed[0.8] < warmed[0.2]
    assert warmed[0.8] < plain[0.2] / 1.7
    assert medians("bad_start", sgd, 0.8, 10, limit=1)[0] < plain[0.8] / 2
    plain, warmed = (medians("bad_start", adam, 0.064, 10, warm)[0] for warm in (0, 40))
    assert 0.6 < warmed / plain < 1.7
    plain, warmed = (medians("bad_start", adam, 0.128, 10, warm)[0] for warm in (0, 40))
    assert warmed > 0.9 * plain


# Chapter 11: masks of which all are right, and the answers printed there


def test_a_mask_may_be_drawn_in_any_way():
    """Every way must pass for any generator: the bounds leave room for chance."""
    exercise = MODULES["dropout_forward"]
    ways = RIGHT["dropout_forward"].values()
    for (x, p, _, training), seed in product([case.args for case in exercise.CASES], range(40)):
        for way in ways:
            if way.__name__ == "entry_by_entry" and seed > 2:
                continue  # it takes its time
            args = x, p, np.random.default_rng(seed), training
            assert exercise.judge(args, exercise.use(way, *args)) is None, (way, p, seed)


def test_early_stopping_is_that_of_the_companion():
    rng = np.random.default_rng(0)
    for _ in range(300):
        losses = rng.choice([*np.arange(8) / 4, np.nan], rng.integers(1, 20)).tolist()
        patience = int(rng.integers(1, 6))
        if np.isnan(losses[:patience]).all():
            continue
        rule, history = EarlyStopping(patience), History(len(losses))
        net = Dense(1, 1, rng=rng)
        for epoch, loss in enumerate(losses):
            history.loss.append(loss)
            history.validation_loss.append(loss)
            net.params["b"][0] = epoch
            if rule(net, history):
                break
        best = int(net.params["b"][0])  # of the state that is given back
        assert MODULES["early_stopping"].reference(losses, patience) == (best, epoch)


def test_answers_to_the_exercises_of_chapter_11_by_hand():
    w = np.array([3, -0.5, 0.1])  # 11.1
    np.testing.assert_allclose(w - 0.5 * regularizers.L2(0.4)(w)[1], [2.4, -0.4, 0.08])
    steps = [w]
    for _ in range(6):
        steps.append(steps[-1] - 0.5 * regularizers.L1(0.4)(steps[-1])[1])
    np.testing.assert_allclose(steps[1:3], [[2.8, -0.3, -0.1], [2.6, -0.1, 0.1]])
    np.testing.assert_allclose(np.transpose(steps[3:6])[1:], [[0.1, -0.1, 0.1], [-0.1, 0.1, -0.1]])

    kept = np.array(list(product((0, 1), repeat=2)))  # 11.2
    outputs = kept * [2, 6] / 0.5
    z = outputs @ [1, -1]
    assert sorted(map(tuple, outputs)) == [(0, 0), (0, 12), (4, 0), (4, 12)]
    assert (sorted(z), z.mean(), relu(z).mean()) == ([-12, -8, 0, 4], -4, 1)

    for pull, share, half in ((0.001, 0.905, 693), (0.01, 0.366, 69)):  # 11.3
        assert round((1 - pull) ** 100, 3) == share
        assert round(np.log(0.5) / np.log(1 - pull)) == half

    v = np.linspace(-4, 4, 80_001)  # 11.4
    for number, expected in zip(w, [2.6, -0.1, 0], strict=True):
        lowest = v[np.argmin((v - number) ** 2 / 2 + 0.4 * np.abs(v))]
        assert lowest == pytest.approx(expected, abs=1e-9)
        lowest = v[np.argmin((v - number) ** 2 / 2 + 0.4 * v**2 / 2)]
        assert lowest == pytest.approx(number * 5 / 7, abs=1e-4)
    assert not regularizers.soft_threshold(w, 3).any()
    assert regularizers.soft_threshold(w, 2.99).any()


def open_answers(name):
    """Return what an exercise source defines: the open answers, for any seed."""
    namespace = {}
    for cell in nbformat.read(SOURCES / name, as_version=4).cells:
        marks = cell.metadata.nbgrader
        if cell.cell_type == "code" and (marks.solution or not marks.grade):
            exec(cell.source, namespace)
    return namespace


def test_answers_of_chapter_11():
    """The open ones, with other seeds than those of the cells."""
    answers = open_answers("11-regularization.ipynb")
    seeds = range(10, 15)
    lams = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10]  # 11.12
    wrong, right = zip(*(answers["two_choices"](seed, lams) for seed in seeds), strict=True)
    assert {lam for lam, _ in wrong} == {1e-6}
    assert {lam for lam, _ in right} <= {0.01, 0.1}
    lost = [b[1] - a[1] for a, b in zip(wrong, right, strict=True)]
    assert 5 < min(lost) < 6 < np.median(lost) < 9 < max(lost) < 15
    more = [answers["two_choices"](seed, lams, 1000) for seed in seeds]
    assert {lam for _, (lam, _) in more} <= {0.001, 0.01}
    assert np.median([b[1] - a[1] for a, b in more]) < 1
    assert -1 < min(b[1] - a[1] for a, b in more) < max(b[1] - a[1] for a, b in more) < 1.5

    def costs(p, passes):  # 11.13
        return [answers["cost_of_forgetting"](seed, p, passes) for seed in seeds]

    half = costs(0.5, 1)
    assert 2.5 < min(half) < max(half) < 4.5
    assert np.median(costs(0.2, 1)) < 3
    assert 12 < np.median(costs(0.8, 1)) < 25
    assert np.median(costs(0.5, 10)) < 1.2
    assert np.max(np.abs(costs(0.5, 100))) < 1

    def medians(k, steps=2000):  # 11.14
        runs = [answers["after_shifts"](seed, k, steps) for seed in seeds]
        return np.median(runs, axis=0)

    none, one, two = medians(0), medians(1), medians(2)
    assert abs(none[0] - one[0]) < 2
    assert 4 < none[0] - two[0] < 9
    assert none[1] < 50 < 80 < one[1]
    assert none[2] < 15 < one[2] < 35 < 75 < two[2]
    assert 2 < none[0] - medians(2, 8000)[0] < 6

    def gains(what):  # 11.15
        return np.array([answers["gain_of_dropping"](seed, what) for seed in seeds])

    hidden, inputs, own = map(gains, ("hidden", "inputs", "own"))
    assert abs(np.median(hidden)) < 1
    assert -5 < np.median(inputs) < -2 < np.median(own) < 0
    assert max(inputs) > 1

    zeros = answers["exact_zeros"]  # 11.16
    assert [zeros(seed, 0) for seed in seeds] == [0] * 5
    assert all(
        1500 < zeros(seed, 0.001) < 3000 < 4000 < zeros(seed, 0.003) < 6000 for seed in seeds
    )


# Chapter 12: the answers printed there


def test_answers_to_the_exercises_of_chapter_12_by_hand():
    rng = np.random.default_rng(0)  # 12.1
    rates = 10 ** rng.uniform(-6, 1, 100_000)
    assert np.mean((rates > 0.01) & (rates < 1)) == pytest.approx(2 / 7, abs=0.01)
    assert 0.01 < (1 - 0.01) / 10 < 0.1

    sizes = [len(part) for part in np.array_split(np.arange(11), 4)]  # 12.2
    assert (sizes, [11 - size for size in sizes]) == ([3, 3, 3, 2], [8, 8, 8, 9])
    assert (20 * 5, 20 * 5 * 30, 4 * (20 * 5 + 1)) == (100, 3000, 404)

    for share, draws in ((0.01, 299), (0.1, 29)):  # 12.3
        assert 1 - (1 - share) ** draws >= 0.95 > 1 - (1 - share) ** (draws - 1)
    assert 3**6 == 729

    error = 100 * np.sqrt(0.25 / 400)  # 12.4
    assert error == 2.5
    assert 57 < 50 + error * np.sqrt(2 * np.log(100)) < 58
    best = rng.binomial(400, 0.5, (4000, 100)).max(axis=1).mean() / 4
    assert round(best) == 56


@pytest.fixture(scope="module")
def answers_of_12():
    answers = open_answers("12-search.ipynb")
    return answers | {"fresh_accuracy": cache(answers["fresh_accuracy"])}


def test_answers_of_chapter_12(answers_of_12):
    """The open ones, on other splits than those of the cells."""
    splits = range(10, 18)

    def median(n):  # 12.10
        return np.median([answers_of_12["fresh_accuracy"](split, n) for split in splits])

    many, sixteen, eight = map(median, (32, 16, 8))
    assert 86 < many < sixteen - 0.5 < eight
    few = [answers_of_12["fresh_accuracy"](split, 4) for split in range(20)]
    assert min(few) < 85 and 91 < np.median(few) < 96

    leads = np.array([answers_of_12["lead_of_the_best_epoch"](split) for split in splits])  # 12.11
    assert (leads[:, 0] >= 0).all()
    assert 0.5 < np.median(leads[:, 0]) < 4
    assert np.median(leads[:, 1]) < 0.3


def test_sample_answers_of_the_instructors_guide(answers_of_12):
    """Exercise 12.10, as three students might answer it."""
    found = {
        n: np.array([answers_of_12["fresh_accuracy"](split, n) for split in range(20)])
        for n in (32, 16, 8, 4)
    }
    assert (found[8] > found[32]).all()
    wins = (found[8] > found[4]).reshape(2, 10).sum(axis=1)
    assert 5 <= wins[0] <= 7
    assert 3 <= wins[1] <= 5
    assert found[4][7] < 40  # every one of the four settings is bad
    means = [found[n][:10].mean() for n in (32, 16, 8, 4)]
    np.testing.assert_allclose(means, [90.2, 92.5, 93.6, 85.6], atol=0.5)
    assert np.median(found[4][:10]) > np.median(found[16][:10])
    assert found[8][0] < found[4][0]

    def scores(split, settings, epochs):
        """The percentages of the validation digits and of the fresh ones, a row a setting."""
        known, held, fresh = answers_of_12["three_parts"](split)
        rows = []
        for one in settings:
            try:
                net = answers_of_12["train"](known, **one, epochs=epochs, seed=split)
                rows.append([answers_of_12["percent"](net, part) for part in (held, fresh)])
            except Diverged:
                rows.append([-1, -1])
        return np.array(rows)

    drawn = answers_of_12["drawn_settings"]
    best = {n: scores(0, drawn(0)[:n], 160 // n)[:, 1].max() for n in (8, 4)}
    assert best[8] > found[8][0] + 0.5  # chosen by the digits on which it is reported
    assert best[8] > best[4]
    gains = []
    for split in (0, 3, 6):
        short = scores(split, drawn(split), 5)
        winner = short[:, 0].argmax()
        gains.append(scores(split, [drawn(split)[winner]], 20)[0, 1] - short[winner, 1])
    assert 2 < min(gains) < max(gains) < 7.5


def test_answers_to_the_exercises_of_chapter_13_by_hand():
    table = np.array([[45, 5, 0], [10, 30, 10], [0, 1, 99]])  # 13.1
    hits = np.diag(table)
    assert hits.sum() == 174
    np.testing.assert_allclose(hits / table.sum(axis=1), [0.9, 0.6, 0.99])
    assert round(100 * np.mean(hits / table.sum(axis=1))) == 83
    assert round(100 * hits[1] / table[:, 1].sum()) == 83
    newly_b = [(1, 0), (1, 2), (0, 0), (2, 2)]  # the truth, and what was said before

    def numbers(table):
        right, said = np.diag(table), table.sum(axis=0)
        recall = right / table.sum(axis=1)
        return np.array([*recall, right[1] / said[1], right.sum() / table.sum(), recall.mean()])

    before, signs = numbers(table), []
    for truth, said in newly_b:
        after = table.copy()
        after[truth, said] -= 1
        after[truth, 1] += 1
        signs.append(np.sign((numbers(after) - before).round(12)).tolist())
    assert signs == [[0, 1, 0, 1, 1, 1]] * 2 + [[-1, 0, 0, -1, -1, -1], [0, 0, -1, -1, -1, -1]]

    assert np.log(10) == pytest.approx(2.303, abs=5e-4)  # 13.2
    assert -(np.log(0.9) + np.log(0.1 / 9)) / 2 == pytest.approx(np.log(10), rel=1e-15)
    assert np.log(1 + 1 / np.e) == pytest.approx(0.313, abs=5e-4)
    assert np.log(1 + 999_999 / np.e) == pytest.approx(np.log(1e6) - 1, abs=1e-5)

    assert 100 * np.sqrt(0.98 * 0.02 / 450) == pytest.approx(0.66, abs=0.005)  # 13.3
    assert 0.98 * 0.02 / 0.001**2 == pytest.approx(19_600)


@pytest.fixture(scope="module")
def answers_of_13():
    return open_answers("13-digits.ipynb")


def test_answers_of_chapter_13(answers_of_13):
    """The open ones, also with other seeds than those of the cells."""
    answers, seeds = answers_of_13, range(110, 115)
    bugs = ("relu at the end", "first layer fixed", "uphill", "transposed")  # 13.5
    clipped, fixed, uphill, transposed = (
        [answers["ten_samples"](seed, bug) for seed in seeds] for bug in bugs
    )
    clipped += [answers["ten_samples"](seed, "relu at the end") for seed in range(100, 105)]
    digits = np.multiply(clipped, 10 / np.log(10))
    assert digits.round().astype(int).tolist() == [10, 3, 8, 2, 2, 4, 7, 3, 2, 2]
    np.testing.assert_allclose(digits, digits.round(), atol=0.01)
    assert 0.01 < min(fixed) < max(fixed) < 0.03
    assert min(uphill) > 1000
    assert max(transposed) < 0.001

    for seed in seeds:  # 13.6
        before, after, right = answers["mended"](seed)
        assert before == 0
        assert 0.94 < after <= 1
        assert 97 < right < 99


def test_a_digit_that_a_last_relu_leaves_at_ln_10_could_not_raise_its_own_logit(answers_of_13):
    answers, digits = answers_of_13, np.arange(10)
    for seed in range(100, 105):
        (x, y), _ = answers["held_out"](seed)
        x, y = x[:10], y[:10]
        net, optimizer = answers["network"](seed, end=[Activation("relu")]), optimizers.Adam(0.01)
        own = net(x)[digits, y]
        for _ in range(100):
            train_step(net, softmax_cross_entropy, optimizer, x, y)
        logits = net(x)
        at_zero = ~logits.any(axis=1)
        assert at_zero.any()
        assert not own[at_zero].any()
        assert not logits[:, y[at_zero]].any()


def test_the_checks_find_that_the_network_of_13_6_is_stuck(answers_of_13):
    answers = answers_of_13
    for seed in range(100, 105):
        (x, y), _ = answers["held_out"](seed)
        start, healthy = (
            softmax_cross_entropy(make(seed)(x), y)[0]
            for make in (answers["stuck"], answers["network"])
        )
        assert start == pytest.approx(np.log(10), rel=1e-14)
        assert 2.31 < healthy < 2.8
        x, y, net = x[:10], y[:10], answers["stuck"](seed, hidden=4)
        assert check_gradients(net, x[:5], lambda z, y=y[:5]: softmax_cross_entropy(z, y))
        net, optimizer = answers["stuck"](seed), optimizers.Adam(0.01)
        for _ in range(100):
            train_step(net, softmax_cross_entropy, optimizer, x, y)
        assert [name for name, grad in net.grads.items() if grad.any()] == ["3.b"]
        assert softmax_cross_entropy(net(x), y)[0] > 1


def test_the_training_of_13_takes_whole_epochs_and_its_cosine_ends_with_them(
    answers_of_13, monkeypatch
):
    asked, taken = [], []

    def fit(net, loss, optimizer, x, y, *, epochs, batch_size, rng):
        taken.append(epochs * len(list(minibatches(len(x), batch_size, rng=rng))))

    monkeypatch.setitem(answers_of_13, "cosine", lambda lr, steps: asked.append(steps) or lr)
    monkeypatch.setitem(answers_of_13, "fit", fit)
    for n, steps in ((1344, 2100), (6720, 3150), (640, 420), (1344, 100), (1344, 10)):
        answers_of_13["train"](None, np.ones((n, 64)), np.ones(n), 0, steps)
    assert asked == taken == [2100, 3150, 420, 84, 21]


def test_the_report_of_13_7(answers_of_13):
    """Two ensembles and the chapter's network, where they are chosen and where it is reported."""
    answers = answers_of_13

    def alone(seed):
        (x, y), (x_out, y_out) = answers["held_out"](seed)
        net = answers["network"](seed, p=0.3)
        z = answers["train"](net, *answers["with_copies"](x, y), seed, steps=3150)(x_out)
        return 100 * accuracy(z, y_out), softmax_cross_entropy(z, y_out)[0]

    decide, report = range(100, 105), range(5, 10)
    five = answers["ensemble"]
    short = np.array([five(seed) for seed in decide])
    wins = (short[:, 0] > short[:, 2]).sum()
    assert 2 <= wins <= 4
    right, cost, members = short.mean(axis=0)
    assert [right, members] == pytest.approx([98.80, 98.64], abs=0.1)
    best, long = (
        np.mean([found(seed)[:2] for seed in decide], axis=0)
        for found in (partial(five, steps=3150), alone)
    )
    assert [best[0], long[0]] == pytest.approx([98.98, 99.07], abs=0.1)
    assert [best[1], long[1], cost] == pytest.approx([0.0344, 0.0385, 0.0450], abs=0.001)
    reported = [
        np.mean([found(seed)[0] for seed in report])
        for found in (partial(five, steps=3150), alone, five)
    ]
    assert reported == pytest.approx([98.93, 98.84, 98.80], abs=0.1)
