"""Facts about penalties, thresholds and clipping; what every penalty must do: test_contracts.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import NOT_NUMBERS, batches, float_arrays, floats, layouts, oracle, read_only

from companion.optimizers import SGD
from companion.regularizers import L1, L2, Elastic, clip_gradients, max_norm, soft_threshold

# --------------------------------------------------------------------------------------- penalties


def test_penalties_by_hand():
    w = [[3, 0], [-1, 2]]
    # 0.5/2 · (9 + 0 + 1 + 4) = 3.5; gradient 0.5 w.
    value, gradient = L2(0.5)(w)
    assert value == 3.5
    np.testing.assert_array_equal(gradient, [[1.5, 0], [-0.5, 1]])
    # 0.5 · (3 + 0 + 1 + 2) = 3; gradient 0.5 sign(w), 0 at 0.
    value, gradient = L1(0.5)(w)
    assert value == 3
    np.testing.assert_array_equal(gradient, [[0.5, 0], [-0.5, 0.5]])
    # L1 with 1: 6, and L2 with 0.5: 3.5.
    value, gradient = Elastic(l1=1, l2=0.5)(w)
    assert value == 9.5
    np.testing.assert_array_equal(gradient, [[2.5, 0], [-1.5, 2]])


def test_a_penalty_of_strength_0_costs_nothing():
    for penalty in (L1(0), L2(0), Elastic(0, 0)):
        value, gradient = penalty([3.0, -1.0])
        assert value == 0
        assert not gradient.any()


def shrunk(penalty, w, steps, lr=0.01):
    w, optimizer = np.array(w), SGD(lr=lr)
    for _ in range(steps):
        optimizer.step({"W": w}, {"W": penalty(w)[1]})
    return w


def test_l2_shrinks_all_weights_by_one_factor_and_l1_by_one_amount():
    np.testing.assert_allclose(shrunk(L2(1), [4.0, -0.4], 10), np.array([4, -0.4]) * 0.99**10)
    np.testing.assert_allclose(shrunk(L1(1), [4.0, -0.4], 10), [3.9, -0.3])


def test_steps_along_the_l1_gradient_give_no_exact_zeros_but_soft_thresholds_do():
    start = np.random.default_rng(0).normal(size=50)
    by_gradient, by_threshold = shrunk(L1(1), start, 500), start
    for _ in range(500):
        by_threshold = soft_threshold(by_threshold, 0.01)
    assert (by_gradient != 0).all()  # they jump to and fro across 0
    assert abs(by_gradient).max() <= 0.01
    assert (by_threshold == 0).all()


# --------------------------------------------------------------------------------- soft threshold


def test_soft_threshold_by_hand():
    w = [3, 1, 0.5, 0, -0.5, -1, -3]
    np.testing.assert_array_equal(soft_threshold(w, 1), [2, 0, 0, 0, 0, 0, -2])
    np.testing.assert_array_equal(soft_threshold(w, 0), w)
    np.testing.assert_array_equal(soft_threshold([[5.0], [-0.25]], 0.5), [[4.5], [0]])


@given(floats(5), st.floats(0, 5))
def test_soft_threshold_is_the_minimiser(w, t):
    def cost(v):
        return (v - w) ** 2 / 2 + t * np.abs(v)

    everywhere = np.linspace(-6, 6, 12_001)
    found = soft_threshold(w, t)
    assert cost(found) <= cost(everywhere).min() + 1e-12
    assert abs(found - everywhere[cost(everywhere).argmin()]) <= 1e-3


@given(float_arrays(5), float_arrays(5), st.floats(0, 10))
def test_soft_threshold_brings_no_two_vectors_further_apart(v, w, t):
    apart = np.linalg.norm(soft_threshold(v, t) - soft_threshold(w, t))
    assert apart <= np.linalg.norm(v - w) + 1e-12


# ---------------------------------------------------------------------------------------- max norm


def test_max_norm_by_hand():
    # Columns (3, 4), (0.3, 0.4), (0, 0), (0, -2) of lengths 5, 0.5, 0, 2; limit 1.
    W = [[3, 0.3, 0, 0], [4, 0.4, 0, -2]]
    expected = [[0.6, 0.3, 0, 0], [0.8, 0.4, 0, -1]]
    np.testing.assert_allclose(max_norm(W, 1), expected, rtol=1e-15)
    np.testing.assert_allclose(max_norm([[-5, 2]], 3), [[-3, 2]], rtol=1e-15)


@given(batches(20), st.floats(0.1, 30))
def test_max_norm_keeps_directions_and_what_is_short_enough(W, limit):
    found = max_norm(W, limit)
    lengths, before = np.linalg.norm(found, axis=0), np.linalg.norm(W, axis=0)
    np.testing.assert_allclose(lengths, np.minimum(before, limit), rtol=1e-12)
    np.testing.assert_allclose(found * before, W * lengths, atol=1e-10)
    np.testing.assert_allclose(max_norm(found, limit), found, rtol=1e-12)
    short = before < limit
    np.testing.assert_array_equal(found[:, short], W[:, short])


def test_max_norm_of_large_weights_does_not_overflow():
    for dtype, huge in ((np.float32, 1e17), (np.float64, 1e149)):
        W = np.array([[3], [4]], dtype) * dtype(huge)
        np.testing.assert_allclose(max_norm(W, 1), [[0.6], [0.8]], rtol=1e-6)


# ---------------------------------------------------------------------------------------- clipping


def test_weights_too_long_to_be_measured_are_refused_and_not_made_zero():
    with pytest.raises(ValueError, match=r"^the length of each unit's weights must be finite"):
        max_norm([[1e160]], 1)


def test_gradients_too_long_to_be_measured_are_refused_and_not_made_zero():
    with pytest.raises(ValueError, match=r"^the joint length of the gradients must be finite"):
        clip_gradients({"W": np.array([1e200])}, limit=1)


def test_clip_gradients_by_hand():
    # √(1 + 4 + 4 + 16) = 5; to length 2 by the factor 0.4.
    grads = {"0.W": np.array([[1.0, -2.0]]), "0.b": np.array([2.0, 4.0])}
    clipped, length = clip_gradients(grads, limit=2)
    assert length == 5
    assert type(length) is float
    assert list(clipped) == ["0.W", "0.b"]
    np.testing.assert_allclose(clipped["0.W"], [[0.4, -0.8]], rtol=1e-15)
    np.testing.assert_allclose(clipped["0.b"], [0.8, 1.6], rtol=1e-15)
    np.testing.assert_array_equal(grads["0.b"], [2, 4])


def test_clip_gradients_lets_short_ones_through():
    grads = {"W": np.array([3.0, 4.0])}
    for limit in (5, 7):
        clipped, length = clip_gradients(grads, limit)
        assert length == 5
        np.testing.assert_array_equal(clipped["W"], [3, 4])
        assert not np.shares_memory(clipped["W"], grads["W"])
    clipped, length = clip_gradients({"W": np.zeros(3)}, limit=1)
    assert length == 0
    assert not clipped["W"].any()
    assert clip_gradients({}, limit=1) == ({}, 0)


def test_an_array_without_entries_adds_nothing_to_the_length():
    grads = {"0.W": np.zeros((0, 3)), "1.W": np.array([3.0, 4.0])}
    clipped, length = clip_gradients(grads, limit=1)
    assert length == 5
    assert clipped["0.W"].shape == (0, 3)
    np.testing.assert_allclose(clipped["1.W"], [0.6, 0.8], rtol=1e-15)


@given(float_arrays((3, 2)), float_arrays(4), st.floats(0.1, 30))
def test_clip_gradients_keeps_the_joint_direction(W, b, limit):
    clipped, length = clip_gradients({"W": W, "b": b}, limit)
    before, after = np.append(W, b), np.append(clipped["W"], clipped["b"])
    assert length == pytest.approx(np.linalg.norm(before), rel=1e-13)
    assert np.linalg.norm(after) == pytest.approx(min(length, limit), rel=1e-12)
    np.testing.assert_allclose(after * length, before * np.linalg.norm(after), atol=1e-10)


def test_torch_clips_the_same():
    stored = oracle("clipping")
    clipped, length = clip_gradients(stored["before"], stored["limit"])
    assert length == pytest.approx(stored["length"], rel=1e-14)
    assert length > stored["limit"]
    for name, grad in clipped.items():
        # PyTorch divides by the length + 1e-6.
        theirs = np.array(stored["after"][name]) * (length + 1e-6) / length
        np.testing.assert_allclose(grad, theirs, rtol=1e-13)


def test_clip_gradients_that_explode_is_what_it_is_for():
    for dtype, huge in ((np.float32, 1e30), (np.float64, 1e149)):
        grads = {"W": np.array([3, 4], dtype) * dtype(huge)}
        clipped, length = clip_gradients(grads, limit=1)
        assert length == pytest.approx(5 * huge, rel=1e-6)
        np.testing.assert_allclose(clipped["W"], [0.6, 0.8], rtol=1e-6)


# -------------------------------------------------------------------------------------- robustness

#: Each function as one of an array alone, and what it calls the array.
FUNCTIONS = {
    "soft_threshold": (lambda w: soft_threshold(w, np.float64(0.5)), "w"),
    "max_norm": (lambda W: max_norm(W, np.float64(0.5)), "W"),
    "clip_gradients": (lambda g: clip_gradients({"0.b": g}, np.float64(0.5))[0]["0.b"], "0.b"),
}


@pytest.fixture(params=FUNCTIONS)
def function(request):
    return FUNCTIONS[request.param][0]


each_by_name = pytest.mark.parametrize("function, name", FUNCTIONS.values(), ids=FUNCTIONS)


def test_float32_stays_and_integers_become_float64(function):
    x = np.random.default_rng(0).normal(size=(4, 3))
    of_float32 = function(x.astype(np.float32))
    assert of_float32.dtype == np.float32
    np.testing.assert_allclose(of_float32, function(x), rtol=1e-5, atol=1e-7)
    assert function([[1, -2], [3, 4]]).dtype == np.float64
    expected = function(np.array([[1.0, -2.0], [3.0, 4.0]]))
    np.testing.assert_array_equal(function([[1, -2], [3, 4]]), expected)


def test_any_memory_layout_and_nothing_is_changed(function):
    x = read_only(np.random.default_rng(0).normal(size=(4, 3)))
    assert not np.shares_memory(function(x), x)
    for same in layouts(x).values():
        np.testing.assert_allclose(function(same), function(x), rtol=1e-14)


@each_by_name
@pytest.mark.parametrize("bad, error, says", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_array_of_numbers_is_refused(function, name, bad, error, says):
    with pytest.raises(error, match=f"^{name} must .*{says}"):
        function(bad)


@each_by_name
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(function, name, bad):
    with pytest.raises(ValueError, match=rf"^{name} must be finite, got {bad} at index \(1, 0\)"):
        function([[1.0, 2.0], [bad, 3.0]])


@pytest.mark.parametrize("bad", [-1, np.nan, np.inf, None])
def test_a_bad_threshold_or_limit_is_refused(bad):
    with pytest.raises(ValueError, match=f"t must be a number of at least 0, got {bad}"):
        soft_threshold([1.0], bad)
    for limit in (bad, 0):
        with pytest.raises(ValueError, match=f"limit must be a number above 0, got {limit}"):
            max_norm([[1.0]], limit)
        with pytest.raises(ValueError, match=f"limit must be a number above 0, got {limit}"):
            clip_gradients({"W": np.ones(1)}, limit)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)])
def test_max_norm_needs_a_matrix(shape):
    with pytest.raises(ValueError) as raised:
        max_norm(np.ones(shape), 1)
    assert str(raised.value) == f"W must have shape (n_in, n_out), got {shape}"
