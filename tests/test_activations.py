"""Facts about activation functions; what every one must do is in test_contracts.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import float_arrays, oracle

from companion.activations import (
    ACTIVATIONS,
    SELU_ALPHA,
    SELU_SCALE,
    Pair,
    activation,
    elu,
    elu_derivative,
    gelu,
    gelu_derivative,
    gelu_tanh,
    gelu_tanh_derivative,
    identity,
    identity_derivative,
    leaky_relu,
    leaky_relu_derivative,
    prelu,
    prelu_derivative,
    relu,
    relu_derivative,
    selu,
    selu_derivative,
    sigmoid,
    sigmoid_derivative,
    softplus,
    softplus_derivative,
    step,
    step_derivative,
    tanh,
    tanh_derivative,
)

LOG_2, LOG_3 = np.log(2), np.log(3)


@pytest.mark.parametrize(
    "function, z, value",
    [
        (step, [-1, 0, 1], [0, 0, 1]),
        (step, [-1e-300, -0.0, 1e-300], [0, 0, 1]),
        (step_derivative, [-1, 0, 1], [0, 0, 0]),
        (identity, [-3, 0, 2], [-3, 0, 2]),
        (identity_derivative, [-3, 0, 2], [1, 1, 1]),
        # σ(log 3) = 1 / (1 + 1/3) = 3/4, σ(-log 3) = 1 / (1 + 3) = 1/4
        (sigmoid, [-LOG_3, 0, LOG_3], [1 / 4, 1 / 2, 3 / 4]),
        (sigmoid_derivative, [-LOG_3, 0, LOG_3], [3 / 16, 1 / 4, 3 / 16]),
        # tanh(log 2) = (2 - 1/2) / (2 + 1/2) = 3/5, and 1 - 9/25 = 16/25
        (tanh, [-LOG_2, 0, LOG_2], [-3 / 5, 0, 3 / 5]),
        (tanh_derivative, [-LOG_2, 0, LOG_2], [16 / 25, 1, 16 / 25]),
        (relu, [-2, 0, 3], [0, 0, 3]),
        (relu_derivative, [-2, 0, 3], [0, 0, 1]),
        (leaky_relu, [-2, 0, 3], [-0.02, 0, 3]),
        (leaky_relu_derivative, [-2, 0, 3], [0.01, 0.01, 1]),
        (prelu, [-2, 0, 3], [-0.5, 0, 3]),
        (prelu_derivative, [-2, 0, 3], [0.25, 0.25, 1]),
        # exp(-log 2) - 1 = -1/2; from the left the slope at 0 is exp(0) = 1 too
        (elu, [-LOG_2, 0, 3], [-1 / 2, 0, 3]),
        (elu_derivative, [-LOG_2, 0, 3], [1 / 2, 1, 1]),
        (selu, [0, 3], [0, 3 * 1.0507009873554805]),
        # far to the left -1.0507… · 1.6732… = -1.7580993…
        (selu, [-100], [-1.7580993408473766]),
        # exp(-log 2) = 1/2: half of 1.7580993…
        (selu_derivative, [-LOG_2, 3], [0.8790496704236883, 1.0507009873554805]),
        # Φ(1) = 0.841344746…, φ(1) = exp(-1/2) / √(2π) = 0.241970724…
        (gelu, [-1, 0, 1], [-0.15865525393145707, 0, 0.8413447460685429]),
        (gelu_derivative, [0, 1], [1 / 2, 0.8413447460685429 + 0.24197072451914337]),
        # ½ (1 + tanh(√(2/π) · 1.044715)) = ½ (1 + tanh(0.833560907…)) = 0.841191990…
        (gelu_tanh, [0, 1], [0, 0.8411919906082768]),
        (gelu_tanh_derivative, [0], [1 / 2]),
        # log(1 + exp(log 3)) = log 4, log(1 + exp(-log 3)) = log(4/3)
        (softplus, [-LOG_3, 0, LOG_3], [np.log(4 / 3), LOG_2, np.log(4)]),
        (softplus_derivative, [-LOG_3, 0, LOG_3], [1 / 4, 1 / 2, 3 / 4]),
    ],
)
def test_values_worked_by_hand(function, z, value):
    np.testing.assert_allclose(function(z), value, rtol=1e-14)


def test_alpha_is_the_slope_on_the_left():
    # -4 · 0.5 = -2
    np.testing.assert_array_equal(leaky_relu([-4.0, 4.0], alpha=0.5), [-2, 4])
    np.testing.assert_array_equal(leaky_relu_derivative([-4.0, 4.0], alpha=0.5), [0.5, 1])
    # 2 · (1/2 - 1) = -1, and 2 · 1/2 = 1
    np.testing.assert_allclose(elu([-LOG_2, 4], alpha=2), [-1, 4])
    np.testing.assert_allclose(elu_derivative([-LOG_2, 4], alpha=2), [1, 1])


def test_at_a_corner_the_derivative_is_the_slope_from_the_left():
    # Elu with alpha other than 1 has a corner: alpha on the left, 1 on the right.
    assert elu_derivative(0.0, alpha=2) == 2
    assert selu_derivative(0.0) == SELU_SCALE * SELU_ALPHA
    assert leaky_relu_derivative(0.0, alpha=0.5) == 0.5
    assert relu_derivative(0.0) == 0


def test_prelu_takes_one_slope_a_feature():
    z = [[-1.0, -1.0], [2.0, -2.0]]
    np.testing.assert_array_equal(prelu(z, [0.1, 0.5]), [[-0.1, -0.5], [2, -1]])
    np.testing.assert_array_equal(prelu_derivative(z, [0.1, 0.5]), [[0.1, 0.5], [1, 0.5]])


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "step"])
def test_torch_gets_the_same(name):
    stored = oracle("activations")
    z, dy = np.array(stored["z"]), np.array(stored["dy"])
    function, derivative = ACTIVATIONS[name]
    np.testing.assert_allclose(function(z), stored[name]["y"], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(dy * derivative(z), stored[name]["dz"], rtol=1e-13, atol=1e-15)


def test_sigmoid_and_tanh_keep_their_digits_in_the_tails():
    # For z = -40 and -700, σ(z) = σ'(z) = exp(z) to 17 digits; tanh'(z) = 4 exp(-2|z|).
    for z in (-40.0, -700.0):
        assert sigmoid(z) == pytest.approx(np.exp(z), rel=1e-14)
        assert sigmoid_derivative(z) == pytest.approx(np.exp(z), rel=1e-14)
        assert sigmoid_derivative(-z) == pytest.approx(np.exp(z), rel=1e-14)
        assert softplus(z) == pytest.approx(np.exp(z), rel=1e-14)
    assert tanh_derivative(20.0) == pytest.approx(4 * np.exp(-40), rel=1e-14)
    assert elu(-1e-10) == pytest.approx(-1e-10, rel=1e-9)


@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "gelu", "gelu_tanh", "softplus", "elu", "selu"]
)
def test_infinity_gives_the_limit(name):
    limits = {"sigmoid": (0, 1), "tanh": (-1, 1), "elu": (-1, np.inf)}
    limits["selu"] = (-SELU_SCALE * SELU_ALPHA, np.inf)
    np.testing.assert_array_equal(
        ACTIVATIONS[name].function([-np.inf, np.inf]), limits.get(name, (0, np.inf))
    )


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "gelu", "gelu_tanh", "elu"])
def test_what_is_not_a_number_stays_so(name):
    assert np.isnan(ACTIVATIONS[name].function(np.nan))


def test_gelu_of_numbers_whose_cube_overflows_is_their_right_part():
    # The cube of 1e200 is 1e600, and the greatest float is 1.8e308.
    for function, derivative in (ACTIVATIONS["gelu"], ACTIVATIONS["gelu_tanh"]):
        np.testing.assert_array_equal(function([-1e200, 1e200]), [0, 1e200])
        np.testing.assert_array_equal(derivative([-1e200, 1e200]), [0, 1])


@given(float_arrays(5, 50))
def test_sigmoid_is_point_symmetric(z):
    np.testing.assert_allclose(sigmoid(-z), 1 - sigmoid(z), atol=1e-15)


@given(float_arrays(5, 50))
def test_tanh_is_a_stretched_sigmoid(z):
    np.testing.assert_allclose(tanh(z), 2 * sigmoid(2 * z) - 1, atol=1e-15)
    np.testing.assert_allclose(tanh_derivative(z), 1 - tanh(z) ** 2, atol=1e-15)


@given(float_arrays(5, 50))
def test_derivatives_by_the_value_alone(z):
    s = sigmoid(z)
    np.testing.assert_allclose(sigmoid_derivative(z), s * (1 - s), atol=1e-15)
    np.testing.assert_array_equal(softplus_derivative(z), s)


@given(float_arrays(5, 50))
def test_right_and_left_part_make_the_whole(z):
    np.testing.assert_array_equal(relu(z) - relu(-z), z)
    np.testing.assert_allclose(softplus(z) - softplus(-z), z, atol=1e-13)
    np.testing.assert_allclose(gelu(z) - gelu(-z), z, atol=1e-13)
    np.testing.assert_allclose(gelu_tanh(z) - gelu_tanh(-z), z, atol=1e-13)


@given(float_arrays(5, 50), st.floats(0.01, 1))
def test_leaky_relu_and_elu_differ_from_relu_on_the_left_alone(z, alpha):
    right = z > 0
    for function in (leaky_relu, prelu, elu):
        y = function(z, alpha)
        np.testing.assert_array_equal(y[right], z[right])
        assert (y[~right] <= 0).all()
        assert (y >= np.minimum(z, 0) - 1e-15).all()


@given(float_arrays(2, 50))
def test_all_but_gelu_and_step_never_fall(z):
    low, high = np.sort(z)
    for name, (function, derivative) in ACTIVATIONS.items():
        if "gelu" not in name:
            assert function(low) <= function(high), name
            assert derivative(low) >= 0, name


def test_gelu_dips_below_zero_on_the_left():
    z = np.linspace(-10, 0, 10_001)
    # The minimum of z Φ(z) is -0.16997… at z = -0.7518…
    assert gelu(z).min() == pytest.approx(-0.16997, abs=1e-5)
    assert z[gelu(z).argmin()] == pytest.approx(-0.752, abs=1e-3)
    assert np.abs(gelu_tanh(z) - gelu(z)).max() < 5e-4


def test_selu_keeps_mean_zero_and_variance_one():
    # Integrate over a standard normal input: that is how the two constants were found.
    z = np.linspace(-12, 12, 200_001)
    weight = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    y = selu(z)
    assert (weight * y).sum() == pytest.approx(0, abs=1e-8)
    assert (weight * y**2).sum() == pytest.approx(1, abs=1e-8)


def test_activation_looks_up_and_fixes_options():
    assert activation("relu") == Pair(relu, relu_derivative)
    pair = activation("elu", alpha=3)
    np.testing.assert_array_equal(pair.function([-1.0, 1.0]), elu([-1.0, 1.0], 3))
    np.testing.assert_array_equal(pair.derivative([-1.0, 1.0]), elu_derivative([-1.0, 1.0], 3))


def test_activation_refuses_an_unknown_name_or_option_at_once():
    with pytest.raises(ValueError, match="unknown activation 'swish'; there are: identity, step, "):
        activation("swish")
    with pytest.raises(TypeError, match="alpha"):
        activation("relu", alpha=1)


def test_the_slope_of_tanh_vanishes_at_the_largest_numbers_without_a_warning():
    np.testing.assert_array_equal(ACTIVATIONS["tanh"].derivative([1e308, -1e308]), 0)


def test_what_is_no_name_of_an_activation_is_told_what_to_write():
    with pytest.raises(ValueError, match=r"^softmax mixes a whole row.*softmax_cross_entropy"):
        activation("softmax")
    for function in (relu, np.tanh, lambda z: z):
        with pytest.raises(ValueError, match=r"^unknown activation <.*; there are: identity, step"):
            activation(function)
    with pytest.raises(ValueError, match="unknown activation 'swish'; there are: identity, step"):
        activation("swish")
