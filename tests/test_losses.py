"""Facts about losses; what every one must do is in test_contracts.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp
from sklearn.metrics import log_loss
from support import NOT_NUMBERS, batches, float_arrays, floats, oracle

from companion.activations import sigmoid
from companion.losses import (
    SMALLEST_PROBABILITY,
    absolute_error,
    bce_with_logits,
    binary_cross_entropy,
    cross_entropy,
    log_softmax,
    log_sum_exp,
    one_hot,
    softmax,
    softmax_cross_entropy,
    squared_error,
)

LOG_2, LOG_3 = np.log(2), np.log(3)


#: By the names in the stored values.
LOSSES = {
    loss.__name__: loss
    for loss in (
        cross_entropy,
        softmax_cross_entropy,
        binary_cross_entropy,
        bce_with_logits,
        squared_error,
        absolute_error,
    )
}


def assert_loss(found, loss, gradient):
    assert found[0] == pytest.approx(loss, rel=1e-14, abs=1e-15)
    np.testing.assert_allclose(found[1], gradient, rtol=1e-14, atol=1e-16)


# ---------------------------------------------------------------------------------- worked by hand


def test_softmax_by_hand():
    # exp of (0, log 2, log 3) is 1, 2, 3, which sum to 6.
    z = [[0, LOG_2, LOG_3], [0, 0, 0]]
    p = [[1 / 6, 2 / 6, 3 / 6], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(softmax(z), p, rtol=1e-15)
    np.testing.assert_allclose(log_softmax(z), np.log(p), rtol=1e-15)
    np.testing.assert_allclose(log_sum_exp(z), np.log([6, 3]), rtol=1e-15)
    # At temperature 1/2 the numbers are squared: 1, 4, 9, which sum to 14.
    np.testing.assert_allclose(softmax(z[0], temperature=0.5), [1 / 14, 4 / 14, 9 / 14])


def test_softmax_cross_entropy_by_hand():
    # p = (1/6, 2/6, 3/6) and (1/3, 1/3, 1/3); -log p of labels 2 and 0: log 2 and log 3.
    # Gradient (p - y) / 2.
    assert_loss(
        softmax_cross_entropy([[0, LOG_2, LOG_3], [0, 0, 0]], [2, 0]),
        (LOG_2 + LOG_3) / 2,
        [[1 / 12, 2 / 12, -3 / 12], [-2 / 6, 1 / 6, 1 / 6]],
    )


def test_cross_entropy_by_hand():
    # -log(1/2) and -log(1/4); -1/(2 · 1/2) = -1 and -1/(2 · 1/4) = -2 at the labels, 0 elsewhere.
    assert_loss(
        cross_entropy([[1 / 2, 1 / 2], [3 / 4, 1 / 4]], [0, 1]),
        (LOG_2 + 2 * LOG_2) / 2,
        [[-1, 0], [0, -2]],
    )


def test_binary_cross_entropy_by_hand():
    # -log(1/2) for y = 1, -log(1 - 3/4) for y = 0; -1/(2 · 1/2) = -1 and +1/(2 · 1/4) = 2.
    assert_loss(binary_cross_entropy([1 / 2, 3 / 4], [1, 0]), (LOG_2 + 2 * LOG_2) / 2, [-1, 2])


def test_bce_with_logits_by_hand():
    # σ(log 3) = 3/4: -log(3/4) for y = 1, -log(1/4) for y = 0; (3/4 - y) / 2.
    assert_loss(
        bce_with_logits([LOG_3, LOG_3], [1, 0]),
        (np.log(4 / 3) + np.log(4)) / 2,
        [-1 / 8, 3 / 8],
    )


def test_squared_and_absolute_error_by_hand():
    # Errors (1, -2) and (0, 3): ½ (1 + 4 + 0 + 9) / 2 = 3.5, and (1 + 2 + 0 + 3) / 2 = 3.
    prediction, target = [[2, 0], [5, 4]], [[1, 2], [5, 1]]
    assert_loss(squared_error(prediction, target), 3.5, [[1 / 2, -1], [0, 3 / 2]])
    assert_loss(absolute_error(prediction, target), 3.0, [[1 / 2, -1 / 2], [0, 1 / 2]])


@pytest.mark.parametrize("loss_fn", [squared_error, absolute_error])
def test_errors_need_a_batch(loss_fn):
    with pytest.raises(ValueError, match=r"^prediction must have a batch axis, got shape \(\)$"):
        loss_fn(1.0, 1.0)


def test_one_hot_by_hand():
    np.testing.assert_array_equal(one_hot([1, 0, 2], 3), [[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    assert one_hot([1], 3).dtype == np.float64


@pytest.mark.parametrize(
    "labels, k, says",
    [
        ([0, 3], 3, "from 0 to 2, got 3"),
        (1, 3, r"got \(\)"),
        ([0, 1], 2.0, "k must be a whole number of at least 1, got 2.0"),
        ([0, 1], 0, "k must be a whole number of at least 1, got 0"),
    ],
)
def test_one_hot_refuses(labels, k, says):
    with pytest.raises(ValueError, match=says):
        one_hot(labels, k)


# ------------------------------------------------------------------------------ other libraries


@pytest.mark.parametrize("name", LOSSES)
def test_torch_gets_the_same(name):
    stored = oracle("losses")[name]
    found = LOSSES[name](stored["prediction"], stored["target"])
    assert_loss(found, stored["loss"], stored["gradient"])


def test_torch_gets_the_same_at_extremes():
    stored = oracle("extremes")
    z = np.array(stored["z"])
    np.testing.assert_allclose(softmax(z), stored["softmax"], rtol=1e-13)
    np.testing.assert_allclose(log_softmax(z), stored["log_softmax"], rtol=1e-13)
    for name, prediction, target in (
        ("softmax_cross_entropy", z, stored["labels"]),
        ("bce_with_logits", stored["scores"], stored["y"]),
    ):
        found = LOSSES[name](prediction, target)
        assert_loss(found, stored[name]["loss"], stored[name]["gradient"])


def test_sklearn_and_scipy_get_the_same():
    rng = np.random.default_rng(0)
    probs, labels = rng.dirichlet(np.ones(4), size=20), rng.integers(4, size=20)
    expected = log_loss(labels, probs, labels=range(4))
    assert cross_entropy(probs, labels)[0] == pytest.approx(expected, rel=1e-13)
    z = rng.normal(scale=100, size=(20, 4))
    np.testing.assert_allclose(log_sum_exp(z), logsumexp(z, axis=1), rtol=1e-14)


# ---------------------------------------------------------------------------------------- extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_far_out_give_the_limit(dtype):
    z = np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4]], dtype)
    np.testing.assert_allclose(softmax(z), [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)
    assert softmax(z).dtype == log_softmax(z).dtype == log_sum_exp(z).dtype == dtype
    # Row 1: z(1) - max = -2e4. Row 2: log 3.
    loss, gradient = softmax_cross_entropy(z, [1, 0])
    assert loss == pytest.approx((2e4 + LOG_3) / 2, rel=1e-6)
    np.testing.assert_allclose(gradient, [[1 / 2, -1 / 2, 0], [-1 / 3, 1 / 6, 1 / 6]], rtol=1e-6)
    # Right answers cost 0, wrong ones their distance: (0 + 0 + 1e4 + 1e4) / 4.
    loss, gradient = bce_with_logits(np.array([1e4, -1e4, 1e4, -1e4], dtype), [1, 0, 0, 1])
    assert loss == 5e3
    np.testing.assert_array_equal(gradient, np.array([0, 0, 1 / 4, -1 / 4]))


def test_an_infinite_logit_or_huge_temperature_gives_the_limit():
    np.testing.assert_array_equal(softmax([0, -np.inf]), [1, 0])
    np.testing.assert_allclose(softmax([5, -5, 0], temperature=1e9), [1 / 3] * 3, rtol=1e-8)
    np.testing.assert_array_equal(softmax([5, 4.9, 0], temperature=1e-4), [1, 0, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probabilities_of_exactly_0_and_1_give_the_limit(dtype):
    # A truth with no chance counts as 1e-12: -log 1e-12 = 12 log 10, slope 1e12, over n = 2.
    costly, steep = 12 * np.log(10) / 2, 1e12 / 2
    loss, gradient = cross_entropy(np.array([[1, 0], [0, 1]], dtype), [0, 0])
    assert loss == pytest.approx(costly, rel=1e-6)
    np.testing.assert_allclose(gradient, [[-1 / 2, 0], [-steep, 0]], rtol=1e-6)
    for p, y, slopes in (([1, 0], [1, 1], (-0.5, -steep)), ([0, 1], [0, 0], (0.5, steep))):
        loss, gradient = binary_cross_entropy(np.array(p, dtype), y)
        assert loss == pytest.approx(costly, rel=1e-6)
        np.testing.assert_allclose(gradient, slopes, rtol=1e-6)
    assert SMALLEST_PROBABILITY == 1e-12


def test_a_perfect_answer_costs_nothing():
    assert cross_entropy([[0, 1]], [1])[0] == 0
    assert binary_cross_entropy([1, 0], [1, 0])[0] == 0
    assert squared_error([3.0], [3.0])[0] == 0
    assert absolute_error([3.0], [3.0])[0] == 0


@pytest.mark.parametrize("bad", [-1e-9, 1 + 1e-9, np.nan, np.inf])
def test_what_is_no_probability_is_refused(bad):
    # 0 and 1 are probabilities: it is the third that is named.
    with pytest.raises(ValueError, match=f"from 0 to 1, got {bad}"):
        cross_entropy([[0, 1, bad]], [0])
    with pytest.raises(ValueError, match=f"from 0 to 1, got {bad}"):
        binary_cross_entropy([0, 1, bad], [0, 1, 1])


@pytest.mark.parametrize("function", [softmax, log_softmax, log_sum_exp])
def test_softmax_and_its_kin_refuse_bad_input(function):
    for shape in ((), (0,), (3, 0), (2, 3, 4)):
        with pytest.raises(
            ValueError, match=f"got {shape}".replace("(", r"\(").replace(")", r"\)")
        ):
            function(np.zeros(shape))
    for bad, error, says in NOT_NUMBERS.values():
        with pytest.raises(error, match=f"^z must .*{says}"):
            function(bad)


@pytest.mark.parametrize("bad", [0, -1, np.nan, np.inf, None])
def test_softmax_refuses_a_temperature_that_is_not_above_0(bad):
    with pytest.raises(ValueError, match="temperature must be a number above 0, got"):
        softmax([1, 2], temperature=bad)


@pytest.mark.parametrize("loss_fn", [binary_cross_entropy, bce_with_logits])
def test_binary_losses_refuse_other_labels(loss_fn):
    with pytest.raises(ValueError, match="only 0 and 1, got -1"):
        loss_fn([0.5, 0.5], [1, -1])


# -------------------------------------------------------------------------------------------- laws


@given(batches(50), st.floats(0.1, 10))
def test_softmax_gives_distributions(z, temperature):
    p = softmax(z, temperature)
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_array_equal(p.argmax(axis=1), z.argmax(axis=1))


@given(batches(50), floats(1000))
def test_softmax_ignores_a_shift_of_all_logits(z, shift):
    np.testing.assert_allclose(softmax(z + shift), softmax(z), rtol=1e-11)
    np.testing.assert_allclose(log_softmax(z + shift), log_softmax(z), atol=1e-11)
    np.testing.assert_allclose(log_sum_exp(z + shift), log_sum_exp(z) + shift, atol=1e-11)


@given(batches(50), st.floats(0.1, 10))
def test_temperature_divides_the_logits(z, temperature):
    np.testing.assert_allclose(softmax(z, temperature), softmax(z / temperature), rtol=1e-12)


@given(batches(50))
def test_log_softmax_is_the_logarithm_of_softmax(z):
    np.testing.assert_allclose(np.exp(log_softmax(z)), softmax(z), rtol=1e-12)
    for row, p, of_row in zip(z, softmax(z), log_sum_exp(z), strict=True):
        np.testing.assert_array_equal(softmax(row), p)
        np.testing.assert_allclose(np.exp(log_softmax(row)), p, rtol=1e-12)
        assert log_sum_exp(row) == of_row


@given(batches(50))
def test_log_sum_exp_is_a_smooth_maximum(z):
    top = z.max(axis=1)
    assert (log_sum_exp(z) >= top).all()
    assert (log_sum_exp(z) <= top + np.log(z.shape[1]) + 1e-12).all()


@given(floats(50))
def test_sigmoid_is_the_softmax_of_two(z):
    assert softmax([z, 0])[0] == pytest.approx(sigmoid(z), rel=1e-13)


@given(float_arrays(6, 30), st.lists(st.integers(0, 1), min_size=6, max_size=6))
def test_binary_cross_entropy_of_a_logit_is_the_cross_entropy_of_two_classes(z, y):
    loss, gradient = bce_with_logits(z, y)
    of_two, of_two_gradient = softmax_cross_entropy(np.column_stack([0 * z, z]), y)
    assert loss == pytest.approx(of_two, rel=1e-12, abs=1e-15)
    np.testing.assert_allclose(gradient, of_two_gradient[:, 1], atol=1e-15)


@given(batches(20), st.integers(0, 10**6))
def test_fused_cross_entropy_is_the_one_of_its_softmax(z, seed):
    labels = np.random.default_rng(seed).integers(z.shape[1], size=len(z))
    loss, gradient = softmax_cross_entropy(z, labels)
    if softmax(z).min() < 1e-11:
        return  # there the separate one clips
    probs = softmax(z)
    separate, by_probs = cross_entropy(probs, labels)
    assert loss == pytest.approx(separate, rel=1e-9, abs=1e-14)
    # Chain rule through softmax: dz = p (g - Σ g p)
    chained = probs * (by_probs - (by_probs * probs).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(gradient, chained, atol=1e-12)


@given(batches(20), st.integers(0, 10**6))
def test_the_gradient_of_softmax_cross_entropy_sums_to_0_in_each_row(z, seed):
    labels = np.random.default_rng(seed).integers(z.shape[1], size=len(z))
    _, gradient = softmax_cross_entropy(z, labels)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-14)


@given(st.integers(1, 8))
def test_an_answer_without_preference_costs_log_k(k):
    labels = np.arange(k)
    assert softmax_cross_entropy(np.zeros((k, k)), labels)[0] == pytest.approx(np.log(k))
    assert cross_entropy(np.full((k, k), 1 / k), labels)[0] == pytest.approx(np.log(k))


@given(float_arrays((4, 3)), float_arrays((4, 3)))
def test_errors_do_not_depend_on_who_is_wrong(prediction, target):
    for loss_fn in (squared_error, absolute_error):
        loss, gradient = loss_fn(prediction, target)
        other, other_gradient = loss_fn(target, prediction)
        assert loss == other
        np.testing.assert_array_equal(gradient, -other_gradient)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("function", [softmax, log_softmax, log_sum_exp])
def test_a_score_that_is_not_a_number_or_infinite_is_named(function, bad):
    with pytest.raises(ValueError, match=f"greatest score of each row must be finite, got {bad}"):
        function([[0.0, 1.0], [bad, 0.0]])
    for none_possible in ([-np.inf, -np.inf], [[0.0, 1.0], [-np.inf, -np.inf]]):
        with pytest.raises(ValueError, match="must be finite, got -inf"):
            function(none_possible)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_diverged_prediction_is_named_by_the_loss(bad):
    with pytest.raises(ValueError, match=rf"logits must be finite, got {bad} at index \(1, 0\)"):
        softmax_cross_entropy([[0.0, 1.0], [bad, 0.0]], [0, 1])
    with pytest.raises(ValueError, match=f"z must be finite, got {bad}"):
        bce_with_logits([0.0, bad], [0, 1])
    for loss in (squared_error, absolute_error):
        with pytest.raises(ValueError, match=f"prediction must be finite, got {bad}"):
            loss([0.0, bad], [0.0, bad])


def test_softmax_at_the_smallest_and_the_largest_temperature():
    tiny, huge = np.nextafter(0, 1), np.finfo(float).max
    assert softmax([100.0, 99.0, 100.0], tiny).tolist() == [0.5, 0, 0.5]
    assert softmax([100.0, 99.0, -1e200, 0.0], huge).tolist() == [0.25] * 4


# -------------------------------------------------------------------- as far as floats reach


HUGE = 1e308


def test_log_sum_exp_and_softmax_of_the_largest_numbers():
    assert log_sum_exp([HUGE, HUGE, -HUGE]) == HUGE
    assert log_sum_exp([-HUGE, -HUGE]) == -HUGE
    np.testing.assert_array_equal(softmax([HUGE, -HUGE]), [1, 0])
    np.testing.assert_array_equal(softmax([[-HUGE, -HUGE]]), [[0.5, 0.5]])
    np.testing.assert_array_equal(log_softmax([HUGE, 0]), [0, -HUGE])
    np.testing.assert_array_equal(log_softmax([HUGE, -HUGE]), [0, -np.inf])  # -2e308 is no float
    np.testing.assert_array_equal(softmax([0.5 * HUGE, 0], temperature=1e-300), [1, 0])
    # Scores that are 2e308 apart are 2 apart at T = 1e308.
    found = softmax([HUGE, -HUGE], temperature=HUGE)
    np.testing.assert_allclose(found, [1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2))], rtol=1e-14)
    assert squared_error([1e200], [0])[0] == np.inf  # no float is as large; no warning either


def test_losses_are_finite_wherever_the_exact_mean_is():
    # One sample costs 1e308, and so do two of them on average; their sum would be no float.
    loss, gradient = softmax_cross_entropy([[HUGE, 0], [0, HUGE]], [1, 0])
    assert loss == HUGE
    np.testing.assert_array_equal(gradient, [[0.5, -0.5], [-0.5, 0.5]])
    loss, gradient = bce_with_logits([HUGE, -HUGE], [0, 1])
    assert loss == HUGE
    np.testing.assert_array_equal(gradient, [0.5, -0.5])
    assert bce_with_logits([HUGE, -HUGE], [1, 0])[0] == 0
    loss, gradient = absolute_error([HUGE, -HUGE], [0, 0])
    assert loss == HUGE
    np.testing.assert_array_equal(gradient, [0.5, -0.5])
    loss, gradient = squared_error([1e154, -1e154], [0, 0])
    assert loss == pytest.approx(0.5e308)
    np.testing.assert_allclose(gradient, [0.5e154, -0.5e154])
    for loss_fn in (cross_entropy, binary_cross_entropy):
        prediction = [[1.0, 0.0]] if loss_fn is cross_entropy else [0.0]
        loss, gradient = loss_fn(prediction, [1])
        assert loss == pytest.approx(-np.log(1e-12))
        assert np.isfinite(gradient).all()


@given(batches(50))
def test_softmax_and_log_softmax_are_what_log_sum_exp_says(z):
    expected = z - log_sum_exp(z)[:, None]
    np.testing.assert_allclose(log_softmax(z), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(softmax(z), np.exp(expected), rtol=1e-12)
