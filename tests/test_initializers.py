"""Facts about how weights start; what every initializer must do is in test_contracts.py."""

from itertools import pairwise

import numpy as np
import pytest

from companion.activations import relu
from companion.initializers import (
    constant,
    he_normal,
    he_uniform,
    lecun_normal,
    normal,
    xavier_normal,
    xavier_uniform,
    zeros,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_zeros_and_constant_need_no_generator():
    np.testing.assert_array_equal(zeros(2, 3), [[0, 0, 0], [0, 0, 0]])
    np.testing.assert_array_equal(constant(2, 3, value=-1.5), [[-1.5] * 3, [-1.5] * 3])
    assert constant(2, 3, value=1).dtype == np.float64  # weights, though the value is an integer


def test_normal_scales_one_draw_by_its_standard_deviation():
    np.testing.assert_array_equal(
        normal(3, 2, std=4, rng=rng()), 4 * normal(3, 2, std=1, rng=rng())
    )


@pytest.mark.parametrize("std", [0, -1, np.nan, None])
def test_normal_refuses_a_standard_deviation_that_is_not_above_0(std):
    with pytest.raises(ValueError, match="std must be a number above 0, got"):
        normal(3, 2, std=std, rng=rng())


def test_standard_deviations_worked_by_hand():
    unit = normal(8, 24, std=1, rng=rng())
    # Xavier: √(2 / (8 + 24)) = 1/4; He: √(2 / 8) = 1/2; LeCun: √(1 / 8)
    np.testing.assert_allclose(xavier_normal(8, 24, rng=rng()), unit / 4, rtol=1e-15)
    np.testing.assert_allclose(he_normal(8, 24, rng=rng()), unit / 2, rtol=1e-15)
    np.testing.assert_allclose(lecun_normal(8, 24, rng=rng()), unit / np.sqrt(8), rtol=1e-15)


@pytest.mark.parametrize(
    "draw, a",
    [
        (xavier_uniform, 0.25),  # √(6 / (32 + 64)) = 1/4
        (he_uniform, np.sqrt(6 / 32)),
    ],
)
def test_uniform_draws_fill_the_interval_from_minus_a_to_a(draw, a):
    W = draw(32, 64, rng=rng())
    # The greatest of 2048 even draws misses the end by more than 1 % once in e^10 times.
    assert 0.99 * a < W.max() <= a
    assert -a <= W.min() < -0.99 * a


def signal_sizes(draw, function, widths):
    """Return the mean square of the signal after each layer of a deep network."""
    source = rng(1)
    x, sizes = source.normal(size=(200, widths[0])), []
    for n_in, n_out in pairwise(widths):
        x = function(x @ draw(n_in, n_out, rng=source))
        sizes.append(np.mean(x**2))
    return sizes


def test_he_keeps_the_signal_through_twenty_relu_layers_and_the_others_do_not():
    widths = [400] * 21
    for draw in (he_normal, he_uniform):
        assert 0.3 < signal_sizes(draw, relu, widths)[-1] < 3
    # With half the variance the mean square halves in each layer: 2⁻²⁰ ≈ 1e-6.
    for draw in (lecun_normal, xavier_normal, xavier_uniform):
        assert signal_sizes(draw, relu, widths)[-1] < 1e-5


def test_lecun_keeps_a_linear_signal_whatever_the_widths():
    assert 0.8 < signal_sizes(lecun_normal, lambda z: z, [100, 800, 100, 400])[-1] < 1.25
    # Xavier compromises with the backward pass: 100 → 800 gives a mean square of 200/900.
    assert signal_sizes(xavier_normal, lambda z: z, [100, 800])[-1] == pytest.approx(2 / 9, rel=0.1)
