"""Facts about the perceptron: deciding, measuring, learning, and the bound on its mistakes."""

from dataclasses import FrozenInstanceError
from fractions import Fraction
from itertools import product
from math import comb
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.optimize import linprog
from support import NOT_NUMBERS, float_arrays, floats, read_only

from companion import perceptron
from companion.perceptron import (
    GATE_INPUTS,
    GATES,
    TRUTH_TABLES,
    PerceptronRun,
    Separation,
    count_mistakes,
    find_line,
    margin,
    mistake_bound,
    perceptron_update,
    predict,
    score,
    signed_distance,
    train_perceptron,
)

# ---------------------------------------------------------------------------------------- deciding


def test_score_and_predict_by_hand():
    # 2·1 + 1·(-3) + 0.5 = -0.5 and 4·1 + 1·(-3) + 0.5 = 1.5
    np.testing.assert_array_equal(score([[2, 1], [4, 1]], [1, -3], 0.5), [-0.5, 1.5])
    np.testing.assert_array_equal(predict([[2, 1], [4, 1]], [1, -3], 0.5), [0, 1])
    assert score([2, 1], [1, -3], 0.5) == -0.5
    assert predict([4, 1], [1, -3], 0.5) == 1


def test_a_point_on_the_boundary_is_answered_0():
    assert predict([3, 1], [1, -3], 0) == 0
    assert predict([3, 1], [-1, 3], 0) == 0


def test_predictions_are_integers():
    assert predict([[2.0, 1.0]], [1.0, -3.0], 0.5).dtype.kind == "i"


@pytest.mark.parametrize("gate", GATES)
def test_gates_answer_as_their_truth_tables(gate):
    truth = {"AND": lambda a, b: a and b, "OR": lambda a, b: a or b}
    truth["NAND"] = lambda a, b: not (a and b)
    expected = [truth[gate](bool(a), bool(b)) for a, b in GATE_INPUTS]
    np.testing.assert_array_equal(TRUTH_TABLES[gate], expected)
    np.testing.assert_array_equal(predict(GATE_INPUTS, *GATES[gate]), TRUTH_TABLES[gate])
    # As far from the boundary as can be: 0.5 / √2 of the inputs that lie nearest.
    nearest = np.abs(signed_distance(GATE_INPUTS, *GATES[gate])).min()
    assert nearest == pytest.approx(0.5 / np.sqrt(2))


def test_gates_are_arrays_to_compute_with():
    assert GATES.keys() == TRUTH_TABLES.keys()
    for array in (GATE_INPUTS, *TRUTH_TABLES.values(), *(w for w, _ in GATES.values())):
        assert isinstance(array, np.ndarray)


def test_count_mistakes_by_hand():
    # OR answers 0, 1, 1, 1; XOR is 0 at the end, NAND 1 at the start and 0 at the end.
    for labels, wrong in (
        ([0, 1, 1, 1], 0),
        ([0, 1, 1, 0], 1),
        ([1, 1, 1, 0], 2),
        ([1, 0, 0, 0], 4),
    ):
        assert count_mistakes(GATE_INPUTS, labels, *GATES["OR"]) == wrong
    assert type(count_mistakes([[0, 0]], [0], [1, 1], 0)) is int


def test_count_mistakes_refuses():
    with pytest.raises(ValueError, match=r"shape \(n, features\), got \(2,\)"):
        count_mistakes([0, 0], [0], [1, 1], 0)
    with pytest.raises(ValueError, match=r"y must have shape \(1,\), got \(1, 1\)"):
        count_mistakes([[0, 0]], [[0]], [1, 1], 0)
    with pytest.raises(ValueError, match="only 0 and 1, got -1"):
        count_mistakes([[0, 0]], [-1], [1, 1], 0)


def test_signed_distance_by_hand():
    # (3·3 + 4·4 - 5) / 5 = 4; the origin lies at -5/5 = -1.
    np.testing.assert_allclose(signed_distance([[3, 4], [0, 0]], [3, 4], -5), [4, -1])
    assert signed_distance([3, 4], [3, 4], -5) == pytest.approx(4)


@given(float_arrays((4, 3)), float_arrays(3), floats(10))
def test_signed_distance_is_the_way_to_the_foot_of_the_perpendicular(x, w, b):
    assume(np.linalg.norm(w) > 1e-3)
    distance = signed_distance(x, w, b)
    foot = x - distance[:, None] * w / np.linalg.norm(w)
    np.testing.assert_allclose(score(foot, w, b), 0, atol=1e-11)
    np.testing.assert_allclose(np.linalg.norm(x - foot, axis=1), np.abs(distance), atol=1e-11)


@given(float_arrays((4, 3)), float_arrays(3), floats(10), st.integers(-20, 20))
def test_scaling_the_neuron_changes_no_decision_and_no_distance(x, w, b, exponent):
    assume(w.any())
    c = 2.0**exponent  # a power of two scales without rounding
    np.testing.assert_array_equal(predict(x, c * w, c * b), predict(x, w, b))
    np.testing.assert_allclose(signed_distance(x, c * w, c * b), signed_distance(x, w, b))


@given(float_arrays((4, 3)), float_arrays(3), floats(10))
def test_turning_the_neuron_round_turns_each_decision_off_the_boundary(x, w, b):
    off = score(x, w, b) != 0
    turned = predict(x, -w, -b)
    np.testing.assert_array_equal(turned[off], 1 - predict(x, w, b)[off])
    assert not turned[~off].any()


def test_signed_distance_of_tiny_and_huge_weights():
    for c in (1e-200, 1e200):
        assert signed_distance([1.0, 1.0], [3 * c, 4 * c], 0.0) == pytest.approx(7 / 5)


def test_no_distance_without_a_boundary():
    with pytest.raises(ValueError, match=r"^w is zero, so there is no boundary to .* from$"):
        signed_distance([1, 2], [0, 0], 1)


@pytest.mark.parametrize("function", [score, predict, signed_distance])
@pytest.mark.parametrize(
    "x, w, b, says",
    [
        ([1, 2, 3], [1, 1], 0, r"\(3,\), \(2,\) and \(\)"),
        ([[1], [2]], [1, 1], 0, r"\(2, 1\), \(2,\) and \(\)"),
        ([[[1, 2]]], [1, 1], 0, r"\(1, 1, 2\), \(2,\) and \(\)"),
        (3, [1], 0, r"\(\), \(1,\) and \(\)"),
        ([1, 2], [[1], [1]], 0, r"\(2,\), \(2, 1\) and \(\)"),
        ([1, 2], [1, 1], [0], r"\(2,\), \(2,\) and \(1,\)"),
        (np.zeros((0, 2)), [1, 1], 0, r"\(0, 2\), \(2,\) and \(\)"),
        ([], [], 0, r"\(0,\), \(0,\) and \(\)"),
        ([np.nan, 2], [1, 1], 0, "x must be finite, got nan"),
        ([1, 2], [1, np.inf], 0, "w must be finite, got inf"),
        ([1, 2], [1, 1], np.nan, "b must be finite, got nan"),
    ],
)
def test_what_does_not_fit_is_refused(function, x, w, b, says):
    if says.startswith(r"\("):
        says = f"^x, w, b must have shapes .* with n and d above 0, got {says}$"
    with pytest.raises(ValueError, match=says):
        function(x, w, b)


@pytest.mark.parametrize("bad, error, says", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_array_of_numbers_is_refused(bad, error, says):
    for x, w, b in ((bad, [1, 1], 0), ([1, 1], bad, 0), ([1, 1], [1, 1], bad)):
        with pytest.raises(error, match=says):
            predict(x, w, b)
    with pytest.raises(error, match=says):
        train_perceptron(bad, [1])


def test_float32_stays():
    x, w = np.ones((3, 2), np.float32), np.ones(2, np.float32)
    assert score(x, w, 0.5).dtype == signed_distance(x, w, 0.5).dtype == np.float32
    assert perceptron_update(w, 0.5, x[0], 0, lr=0.1)[0].dtype == np.float32
    assert train_perceptron(x, [1, 1, 1]).w.dtype == np.float32


def test_a_bias_keeps_its_digits_beside_weights_or_samples_in_float32():
    # 0.1 in float32 is 1e-9 too large.
    assert score([1.0], np.ones(1, np.float32), 0.1) == 1 + 0.1
    assert score(np.ones(1, np.float32), [1.0], 0.1) == 1 + 0.1


# -------------------------------------------------------- a line, or multipliers that rule it out


def separated(x, y):
    """Ask `find_line`, hold its answer against the samples, and return whether there is a line."""
    x, y = np.asarray(x, float), np.asarray(y)
    found = find_line(x, y)
    assert isinstance(found, Separation)
    if found.line:
        assert found.multipliers is None
        w, b = found.line
        for row, label in zip(x.tolist(), y, strict=True):  # without any rounding
            exact = Fraction(b) + sum(
                Fraction(c) * Fraction(v) for c, v in zip(w, row, strict=True)
            )
            assert exact > 0 if label else exact < 0
        np.testing.assert_array_equal(predict(x, w, b), y)
        return True
    assert found.multipliers.shape == y.shape
    assert found.multipliers.min() >= 0
    rows = (2 * y - 1)[:, None] * np.column_stack([x, np.ones(len(x))])
    rows /= np.abs(rows).max(axis=0) + (rows == 0).all(axis=0)
    np.testing.assert_allclose(found.multipliers @ rows, 0, rtol=0, atol=1e-14)
    assert found.multipliers.sum() == pytest.approx(1, rel=1e-14)
    return False


@pytest.mark.parametrize("gate", TRUTH_TABLES)
def test_the_line_that_is_found_leaves_room_on_both_sides(gate):
    assert separated(GATE_INPUTS, TRUTH_TABLES[gate])
    found = find_line(GATE_INPUTS, TRUTH_TABLES[gate])
    w, b = found.line
    assert np.abs(signed_distance(GATE_INPUTS, w, b)).min() > 0.1
    assert w.shape == (2,)
    assert type(b) is float
    with pytest.raises(FrozenInstanceError):
        found.line = None


@pytest.mark.parametrize(
    "x, y, multipliers",
    [
        (GATE_INPUTS, [0, 1, 1, 0], [1 / 4, 1 / 4, 1 / 4, 1 / 4]),
        ([[0], [1], [2]], [0, 1, 0], [1 / 4, 1 / 2, 1 / 4]),
        # 1 lies between 0 and 3: 1 = 2/3 · 0 + 1/3 · 3. Each class gets half in all.
        ([[0], [1], [3]], [1, 0, 1], [1 / 3, 1 / 2, 1 / 6]),
        # Two samples at one place, and one that has no part in it.
        ([[5, 7], [1, 1], [5, 7]], [0, 0, 1], [1 / 2, 0, 1 / 2]),
        # A zero in the middle of three ones.
        ([[0, 0], [3, 0], [0, 3], [1, 1]], [1, 1, 1, 0], [1 / 6, 1 / 6, 1 / 6, 1 / 2]),
        # The same, elsewhere and in another measure: a point is its own mean in each of them.
        ([[-7e9, 5e-9], [8e9, 5e-9], [-7e9, 2e-8], [-2e9, 1e-8]], [1, 1, 1, 0], None),
    ],
)
def test_multipliers_by_hand(x, y, multipliers):
    assert not separated(x, y)
    if multipliers:
        assert find_line(x, y).multipliers.tolist() == multipliers


def test_one_class_is_separated_from_nothing():
    for label in (0, 1):
        assert separated([[3.0]], [label])
        assert separated([[1.0, 2.0], [1.0, 2.0], [-5.0, 0.0]], [label] * 3)


def meets_all_demands(x, y):
    """Return whether s (w · x + b) ≥ 1 can be met, by a linear program; sure of whole numbers."""
    rows = (2 * np.array(y) - 1)[:, None] * np.column_stack([x, np.ones(len(x))])
    free = (None, None)
    return linprog(np.zeros(rows.shape[1]), -rows, -np.ones(len(x)), bounds=free).status == 0


@pytest.mark.parametrize(
    "points",
    [
        [[0, 0], [0, 1], [1, 0], [1, 1]],
        [[0, 0], [1, 1], [2, 2], [3, 3], [1, 0]],  # four on a line
        [[0, 0], [1, 0], [2, 0], [0, 1], [0, 2], [1, 1]],  # many on a line
        [[0, 0], [4, 1], [1, 3], [3, 4], [2, 2], [2, 2]],  # one place twice
        [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [2, 1, 0]],
    ],
)
def test_every_labelling_of_a_few_points(points):
    for y in product((0, 1), repeat=len(points)):
        assert separated(points, y) == meets_all_demands(points, y)


@pytest.mark.parametrize("n, d", [(4, 1), (7, 2), (6, 3), (5, 4)])
def test_separable_labellings_are_as_many_as_cover_counted(n, d):
    # Of n points in general position in d dimensions: 2 (C(n-1, 0) + … + C(n-1, d)).
    x = np.random.default_rng(0).normal(size=(n, d))
    count = sum(separated(x, y) for y in product((0, 1), repeat=n))
    assert count == 2 * sum(comb(n - 1, k) for k in range(d + 1))


def test_what_three_switches_can_say():
    cube = list(product((0, 1), repeat=3))
    assert sum(separated(cube, y) for y in product((0, 1), repeat=8)) == 104


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, 1e-10, 1e-12])
def test_a_narrow_gap_is_found(gap):
    assert separated([[0], [gap]], [0, 1])
    assert separated([[0], [gap], [1]], [0, 1, 1])
    assert separated([[0, 1], [gap, 1], [1, 3], [-1, -2]], [0, 1, 1, 0])
    assert not separated([[0], [gap], [1]], [0, 1, 0])


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e-9, 1e9, 1e150, 1e300])
def test_the_units_of_a_feature_do_not_matter(scale):
    for factors in ([scale, scale], [scale, 1], [1, scale], [scale, 1 / scale]):
        for y in product((0, 1), repeat=4):
            xor = y in ((0, 1, 1, 0), (1, 0, 0, 1))
            assert separated(GATE_INPUTS * factors, y) == (not xor)
            assert separated((GATE_INPUTS - 0.5) * factors, y) == (not xor)


def test_numbers_at_the_edge_of_floating_point():
    assert separated([[-1.7e308], [1.7e308]], [0, 1])
    assert separated([[-1.7e308], [0], [1.7e308]], [0, 1, 1])
    assert not separated([[-1.7e308], [0], [1.7e308]], [0, 1, 0])
    assert not separated([[0], [5e-324], [1e-323]], [0, 1, 0])
    with pytest.raises(ValueError, match="last digits"):
        find_line([[0], [5e-324]], [0, 1])  # its inverse is too large for a weight


whole_points = st.integers(1, 4).flatmap(
    lambda d: st.lists(
        st.lists(st.integers(-8, 8), min_size=d, max_size=d), min_size=1, max_size=12
    )
)


@given(whole_points, st.data())
def test_points_labelled_by_a_line_are_separated(points, data):
    x = np.array(points)
    w = np.array([data.draw(st.integers(-5, 5)) for _ in x[0]])
    b = data.draw(st.integers(-20, 20)) + 0.5  # on no point
    factors = [10.0 ** data.draw(st.integers(-9, 9)) for _ in x[0]]
    assert separated(x * factors, predict(x, w, b))


@given(whole_points, st.data())
def test_points_labelled_by_chance(points, data):
    y = [data.draw(st.integers(0, 1)) for _ in points]
    exists = separated(points, y)
    assert exists == meets_all_demands(points, y)
    assert separated(points, [1 - label for label in y]) == exists
    # To multiply by a power of two, and to move along the axes, rounds nothing and changes nothing.
    assert separated(np.array(points) / 1024 + 2, y) == exists
    # One more sample, at the place of another, decides according to its label.
    assert separated([*points, points[0]], [*y, y[0]]) == exists
    assert not separated([*points, points[0]], [*y, 1 - y[0]])


@given(float_arrays((9, 2)), st.lists(st.integers(0, 1), min_size=9, max_size=9))
def test_any_numbers_get_a_right_answer_or_a_sentence(x, y):
    try:
        separated(x, y)
    except ValueError as error:
        assert "hangs on the last digits of samples" in str(error)


def test_what_hangs_on_the_last_digits_is_left_open():
    near = [[1.0], [1.0 + 2**-52]]
    says = (
        r"^whether a line separates the classes hangs on the last digits of samples 0, 1; round x, "
        r"for instance to np\.round\(1024 \* x\) / 1024, or make its numbers whole$"
    )
    for y in ([0, 1], [1, 0]):
        with pytest.raises(ValueError, match=says):
            find_line(near, y)
    # On one line, but for rounding: 0.1 and its like are no exact floats.
    x = np.array([[9, 9], [0.7, 0.2], [0.8, 0.5], [0.9, 0.8]])
    with pytest.raises(ValueError, match=r"last digits of samples (0, )?1, 2, 3;"):
        find_line(x, [1, 0, 1, 0])
    assert find_line(np.round(10 * x), [1, 0, 1, 0]).multipliers.tolist() == [
        0,
        1 / 4,
        1 / 2,
        1 / 4,
    ]


@given(st.lists(st.integers(0, 1), min_size=6, max_size=6), st.data())
def test_wherever_the_search_ends_no_wrong_answer_is_returned(y, data):
    x = [[0, 0], [0, 2], [2, 0], [2, 2], [1, 1], [1, 1]]
    chosen = np.array(sorted(data.draw(st.sets(st.integers(0, 5), min_size=1))))
    v = np.array([data.draw(st.integers(-2, 2)) for _ in range(3)]) / 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perceptron, "_candidates", lambda rows: (v, chosen))
        try:
            assert separated(x, y) == meets_all_demands(x, y)
        except ValueError as error:
            assert "hangs on" in str(error)


def test_where_no_program_ends_all_samples_are_tried():
    failed = SimpleNamespace(success=False, x=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perceptron, "linprog", lambda *_, **__: failed)
        assert find_line([[0], [1], [2]], [0, 1, 0]).multipliers.tolist() == [1 / 4, 1 / 2, 1 / 4]
        with pytest.raises(ValueError, match="hangs on the last digits of samples 0, 1, 2;"):
            find_line([[0], [1], [2]], [0, 1, 1])


@pytest.mark.parametrize("d", [1, 8, 200])
def test_no_line_passes_as_sure_whose_answer_is_wrong_without_rounding(d):
    rng = np.random.default_rng(0)
    wrong = 0
    for draw in (rng.normal, rng.uniform):  # products that cancel, and products that add up
        for _ in range(300):
            x, w = draw(size=(1, d)), draw(size=d)
            b = -float(x[0] @ w)
            b += rng.integers(-4, 5) * np.spacing(b)
            exact = Fraction(b) + sum(
                Fraction(v) * Fraction(c) for v, c in zip(x[0], w, strict=True)
            )
            wrong += (score(x, w, b)[0] > 0) != (exact > 0)
            assert not perceptron._surely_right(x, np.array([1]), w, b) or exact > 0
            assert not perceptron._surely_right(x, np.array([-1]), w, b) or exact < 0
    assert wrong > 10  # as `score` computes them, which rounds


def test_rows_cancel_only_with_multipliers_of_one_sign():
    assert perceptron._cancelling(np.array([[1.0, 1.0], [1.0, 1.0]])) is None  # 1 and -1
    assert perceptron._cancelling(np.array([[1.0, 1.0], [-1.0, -1.0]])).tolist() == [1, 1]
    # 0.1 + 0.2 is 0.3 up to rounding, which is not enough.
    tenths = np.array([[1.0, 5.0, 1.0], [2.0, 0.0, 1.0], [-3.0, -5.0, -2.0]])
    assert perceptron._cancelling(tenths / 10) is None
    assert len(set(perceptron._cancelling(tenths).tolist())) == 1


def test_find_line_takes_lists_and_single_precision_and_changes_nothing():
    x, y = read_only(GATE_INPUTS.astype(np.float32) / 3), read_only([0, 1, 1, 1])
    w, b = find_line(x, y).line
    assert w.dtype == np.float64
    np.testing.assert_array_equal(predict(x, w, b), y)


def test_find_line_refuses():
    with pytest.raises(ValueError, match=r"shape \(n, features\), got \(2,\)"):
        find_line([1, 2], [0, 1])
    with pytest.raises(ValueError, match=r"y must have shape \(2,\), got \(3,\)"):
        find_line([[1], [2]], [0, 1, 1])
    with pytest.raises(ValueError, match="only 0 and 1, got -1"):
        find_line([[1], [2]], [-1, 1])
    with pytest.raises(ValueError, match="finite, got inf"):
        find_line([[1], [np.inf]], [0, 1])


# ---------------------------------------------------------------------------------------- learning


@pytest.mark.parametrize(
    "w, b, x, y, new_w, new_b",
    [
        # score 1·2 - 1·1 + 0 = 1 → 1, wanted 0: subtract lr (2, 1)
        ([1, -1], 0, [2, 1], 0, [0, -1.5], -0.5),
        # score 1·1 - 1·2 + 0 = -1 → 0, wanted 1: add lr (1, 2)
        ([1, -1], 0, [1, 2], 1, [1.5, 0], 0.5),
        # right answers change nothing
        ([1, -1], 0, [2, 1], 1, [1, -1], 0),
        ([1, -1], 0, [1, 2], 0, [1, -1], 0),
        # on the boundary the answer is 0: right for 0, wrong for 1
        ([1, -1], 0, [1, 1], 0, [1, -1], 0),
        ([1, -1], 0, [1, 1], 1, [1.5, -0.5], 0.5),
    ],
)
def test_update_by_hand(w, b, x, y, new_w, new_b):
    found_w, found_b = perceptron_update(read_only(w), b, read_only(x), y, lr=0.5)
    np.testing.assert_array_equal(found_w, new_w)
    assert found_b == new_b
    assert type(found_b) is float


def test_without_a_rate_the_whole_sample_is_added():
    w, b = perceptron_update([0, 0], 0, [2, 3], 1)
    np.testing.assert_array_equal(w, [2, 3])
    assert b == 1


@given(float_arrays(3), floats(10), float_arrays(3), st.integers(0, 1), st.floats(0.01, 10))
def test_update_moves_the_score_towards_the_label_if_and_only_if_the_answer_is_wrong(
    w, b, x, y, lr
):
    new_w, new_b = perceptron_update(w, b, x, y, lr)
    if predict(x, w, b) == y:
        np.testing.assert_array_equal(new_w, w)
        assert new_b == b
    else:
        # The score moves by lr (‖x‖² + 1).
        moved = score(x, new_w, new_b) - score(x, w, b)
        sign = 1 if y == 1 else -1
        assert moved == pytest.approx(sign * lr * (x @ x + 1), rel=1e-9)


def test_update_refuses():
    with pytest.raises(ValueError, match=r"one sample of shape \(2,\), got \(1, 2\)"):
        perceptron_update([0, 0], 0, [[1, 2]], 1)
    with pytest.raises(ValueError, match="y must hold only 0 and 1, got -1"):
        perceptron_update([0, 0], 0, [1, 2], -1)
    with pytest.raises(ValueError, match=r"y must have shape \(\), got \(1,\)"):
        perceptron_update([0, 0], 0, [1, 2], [1])
    with pytest.raises(ValueError, match="lr must be a number above 0, got 0"):
        perceptron_update([0, 0], 0, [1, 2], 1, lr=0)


def test_training_on_and_by_hand():
    # Inputs in counting order, start (0, 0), 0. Answers are 0 until something is above 0.
    # Epoch 1: 11 wanted 1, score 0 → w (1, 1), b 1. One mistake.
    # Epoch 2: 00 scores 1 → b 0; 01 scores 1 → w (1, 0), b -1; 10 scores 0, right;
    #          11 scores 0, wrong → w (2, 1), b 0. Three mistakes.
    # Epoch 3: 00 scores 0, right; 01 scores 1 → w (2, 0), b -1; 10 scores 1 → w (1, 0), b -2;
    #          11 scores -1 → w (2, 1), b -1. Three mistakes.
    # Epoch 4: 00: -1; 01: 0; right; 10 scores 1 → w (1, 1), b -2; 11 scores 0 → w (2, 2), b -1.
    # Epoch 5: 00: -1; 01 scores 1 → w (2, 1), b -2; 10: 0; 11: 1; one mistake.
    # Epoch 6: -2, -1, 0, 1: no mistake.
    run = train_perceptron(GATE_INPUTS, TRUTH_TABLES["AND"])
    assert run.mistakes == [1, 3, 3, 2, 1, 0]
    np.testing.assert_array_equal(run.w, [2, 1])
    assert run.b == -2
    assert run.converged
    with pytest.raises(FrozenInstanceError):
        run.converged = False


def test_the_path_holds_the_line_after_each_update():
    # OR: 01 is wrong at the start → (0, 1), 1. Epoch 2: 00 scores 1 → (0, 1), 0; 10 scores 0 →
    # (1, 1), 1. Epoch 3: 00 scores 1 → (1, 1), 0. Epoch 4: no mistake.
    run = train_perceptron(GATE_INPUTS, TRUTH_TABLES["OR"])
    assert run.mistakes == [1, 2, 1, 0]
    ws, bs = zip(*run.path, strict=True)
    np.testing.assert_array_equal(ws, [[0, 0], [0, 1], [0, 1], [1, 1], [1, 1]])
    assert bs == (0, 1, 0, 1, 0)
    np.testing.assert_array_equal(run.w, ws[-1])
    assert run.b == bs[-1]


@pytest.mark.parametrize("gate", TRUTH_TABLES)
def test_training_learns_each_gate(gate):
    run = train_perceptron(GATE_INPUTS, TRUTH_TABLES[gate])
    assert run.converged
    assert isinstance(run, PerceptronRun)
    np.testing.assert_array_equal(predict(GATE_INPUTS, run.w, run.b), TRUTH_TABLES[gate])


def test_training_never_ends_by_itself_on_xor():
    run = train_perceptron(GATE_INPUTS, [0, 1, 1, 0], epochs=50)
    assert not run.converged
    assert len(run.mistakes) == 50
    assert min(run.mistakes) > 0
    assert len(train_perceptron(GATE_INPUTS, [0, 1, 1, 0]).mistakes) == 100


def test_training_stops_at_the_given_number_of_epochs():
    # AND needs six.
    assert train_perceptron(GATE_INPUTS, TRUTH_TABLES["AND"], epochs=5).converged is False
    assert train_perceptron(GATE_INPUTS, TRUTH_TABLES["AND"], epochs=6).converged is True


@given(st.integers(-10, 10))
def test_the_learning_rate_scales_what_is_learned_and_changes_no_mistake(exponent):
    lr = 2.0**exponent
    one, other = (train_perceptron(GATE_INPUTS, TRUTH_TABLES["AND"], lr=c) for c in (1, lr))
    assert other.mistakes == one.mistakes
    np.testing.assert_array_equal(other.w, lr * one.w)
    assert other.b == lr * one.b


def test_training_shuffles_by_the_generator_alone():
    def runs(seed):
        rng = np.random.default_rng(seed)
        return train_perceptron(GATE_INPUTS, TRUTH_TABLES["AND"], rng=rng)

    np.testing.assert_array_equal(runs(0).w, runs(0).w)
    assert runs(0).mistakes == runs(0).mistakes
    assert len({tuple(runs(seed).mistakes) for seed in range(10)}) > 1
    # Each epoch shuffles anew: XOR's mistakes an epoch do not settle into one order's cycle.
    shuffled = train_perceptron(GATE_INPUTS, [0, 1, 1, 0], rng=np.random.default_rng(0))
    ordered = train_perceptron(GATE_INPUTS, [0, 1, 1, 0])
    assert len(set(ordered.mistakes[10:])) < len(set(shuffled.mistakes[10:]))


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid:RuntimeWarning")
def test_training_whose_weights_overflow_is_an_error():
    with pytest.raises(ValueError, match="w must be finite"):
        train_perceptron([[10.0], [1.0], [-3.0]], [1, 0, 1], lr=1e308)


def test_training_refuses_bad_settings_even_where_nothing_is_to_learn():
    x, y = [[1.0], [2.0]], [0, 0]
    with pytest.raises(ValueError, match="lr must be a number above 0, got -1"):
        train_perceptron(x, y, lr=-1)
    with pytest.raises(ValueError, match="epochs must be a whole number of at least 1, got 0"):
        train_perceptron(x, y, epochs=0)
    with pytest.raises(TypeError, match=r"numpy\.random\.Generator, got 0"):
        train_perceptron(x, y, rng=0)
    with pytest.raises(ValueError, match=r"y must have shape \(2,\), got \(3,\)"):
        train_perceptron(x, [0, 0, 1])
    with pytest.raises(ValueError, match="only 0 and 1, got -1"):
        train_perceptron(x, [-1, 1])
    with pytest.raises(ValueError, match=r"empty batch.*\(0, 1\)"):
        train_perceptron(np.zeros((0, 1)), [])
    with pytest.raises(ValueError, match="finite, got nan"):
        train_perceptron([[np.nan], [1]], y)


# --------------------------------------------------------------------------------- margin and bound


def test_margin_and_bound_by_hand():
    # Line x > 1 as w = 1, b = -1: points 0 and 3 score -1 and 2; ‖(w, b)‖ = √2; γ = 1/√2.
    # R = ‖(3, 1)‖ = √10; (R/γ)² = 10 · 2 = 20.
    assert margin([[0], [3]], [0, 1], [1], -1) == pytest.approx(1 / np.sqrt(2))
    assert mistake_bound([[0], [3]], [0, 1], [1], -1) == pytest.approx(20)
    # Of x > 2 the 3 is the nearest: w = 1, b = -2 score -2 and 1; γ = 1/√5; 10 · 5 = 50.
    assert margin([[0], [3]], [0, 1], [1], -2) == pytest.approx(1 / np.sqrt(5))
    assert mistake_bound([[0], [3]], [0, 1], [1], -2) == pytest.approx(50)
    assert type(margin([[0], [3]], [0, 1], [1], -1)) is float
    assert type(mistake_bound([[0], [3]], [0, 1], [1], -1)) is float


def test_margin_is_below_0_by_the_worst_mistake():
    # The label of 3 is turned round: -2/√2.
    assert margin([[0], [3]], [0, 0], [1], -1) == pytest.approx(-2 / np.sqrt(2))
    with pytest.raises(ValueError, match=r"does not separate the samples: its margin is -1\.414"):
        mistake_bound([[0], [3]], [0, 0], [1], -1)


def test_a_point_on_the_line_leaves_no_margin():
    assert margin([[1], [3]], [0, 1], [1], -1) == 0
    with pytest.raises(ValueError, match="its margin is 0"):
        mistake_bound([[1], [3]], [0, 1], [1], -1)


def test_margin_refuses():
    with pytest.raises(ValueError, match=r"shape \(n, features\), got \(2,\)"):
        margin([1, 2], [1, 1], [1, 1], 0)
    with pytest.raises(ValueError, match=r"y must have shape \(1,\), got \(2,\)"):
        margin([[1, 2]], [1, 1], [1, 1], 0)
    with pytest.raises(ValueError, match="w is zero"):
        margin([[1, 2]], [1], [0, 0], 0)


@given(float_arrays((5, 2)), float_arrays(2), floats(10), st.integers(-8, 8))
def test_margin_does_not_depend_on_the_length_of_the_normal(x, w, b, exponent):
    assume(w.any())
    y, c = predict(x, w, b), 2.0**exponent
    assert margin(x, y, c * w, c * b) == pytest.approx(margin(x, y, w, b), rel=1e-12)


@given(float_arrays((8, 2)), float_arrays(2), floats(5), st.floats(0.01, 10), st.integers(0, 99))
@example(np.array([[3.0, 0.0], [0.0, 0.0]] * 4), np.array([1.0, 0.0]), -1.0, 1.0, 0)
def test_mistakes_never_exceed_the_bound(x, w, b, lr, seed):
    # Labelled by a line, and without the points that lie too near to it.
    assume(w.any())
    far = np.abs(signed_distance(x, w, b)) > 0.3
    assume(far.any())
    x, y = x[far], predict(x[far], w, b)
    assume(margin(x, y, w, b) > 0.05)
    bound = mistake_bound(x, y, w, b)
    for rng in (None, np.random.default_rng(seed)):
        run = train_perceptron(x, y, epochs=int(bound) + 2, lr=lr, rng=rng)
        assert run.converged
        assert sum(run.mistakes) <= bound
        np.testing.assert_array_equal(predict(x, run.w, run.b), y)
