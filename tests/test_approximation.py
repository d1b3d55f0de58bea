"""Facts about networks that are written down: they compute what was asked for, and nothing else."""

import numpy as np
import pytest

from companion.approximation import interpolation, network, staircase


def at(net, *places):
    return net.forward(np.array(places, dtype=float)[:, None])


def test_a_network_by_hand_has_an_activation_between_layers_and_none_at_the_end():
    first, second = ([[1, -1], [0, 2]], [0, 1]), ([[1], [-3]], [2])
    net = network(first, second)
    # x = (2, 1): z = (2, -2 + 2 + 1) = (2, 1), then 2 - 3 + 2 = 1. x = (-1, -3): z = (-1, -4).
    np.testing.assert_array_equal(net.forward([[2, 1], [-1, -3]]), [[1], [2]])
    np.testing.assert_array_equal(network(first).forward([[-1, -3]]), [[-1, -4]])
    stepped = network(first, second, activation="step")
    np.testing.assert_array_equal(stepped.forward([[2, 1], [-1, -3]]), [[0], [2]])
    assert list(network(first, second, ([[1]], [0])).params) == [
        f"{number}.{name}" for number in (0, 2, 4) for name in "Wb"
    ]


def test_a_network_copies_its_weights():
    W, b = np.ones((1, 1)), np.ones(1)
    net = network((W, b))
    W[...] = b[...] = 5
    assert at(net, 1).tolist() == [[2]]


@pytest.mark.parametrize(
    "pairs, says",
    [
        ([([1, 2], [1])], r"W of layer 1 must have shape \(n, features\), got \(2,\)"),
        ([([[1, 2]], [1])], r"b of layer 1 must have shape \(2,\), got \(1,\)"),
        ([([[1, 2]], [[1], [2]])], r"b of layer 1 must have shape \(2,\), got \(2, 1\)"),
        ([([[1, 2]], [1, 2]), ([[1, 2]], [1, 2])], r"layer 2 must read 2 numbers, .* \(1, 2\)"),
        ([([[1, np.nan]], [1, 2])], r"W of layer 1 must be finite, got nan at index \(0, 1\)"),
        ([([[1]], [np.inf])], "b of layer 1 must be finite, got inf"),
    ],
)
def test_weights_that_fit_no_network(pairs, says):
    with pytest.raises(ValueError, match=says):
        network(*pairs)


def test_a_staircase_jumps_right_after_each_place():
    net = staircase([0, 1, 3], [5, 7, 4, 6])
    found = at(net, -9, 0, 0.5, 1, 2, 3, 3.1, 99).ravel()
    assert found.tolist() == [5, 5, 7, 7, 4, 4, 6, 6]  # step(0) = 0
    assert net.params["0.W"].shape == (1, 3)


def test_an_interpolation_is_straight_between_its_points_and_beyond():
    net = interpolation([0, 1, 3], [1, 3, 0])
    found = at(net, -5, 0, 0.5, 1, 2, 3, 5).ravel()
    assert found.tolist() == [1, 1, 2, 3, 1.5, 0, -3]
    assert net.params["2.W"].ravel().tolist() == [2, -3.5]  # changes of slope


def test_two_points_make_a_line():
    # Slope (5 - 1) / 2 = 2, from the first point on.
    assert at(interpolation([0, 2], [1, 5]), -1, 0, 1, 3).ravel().tolist() == [1, 1, 3, 7]


def test_several_outputs_share_the_hidden_units():
    x, y = np.array([0.0, 1.0, 2.0]), np.array([[0.0, 4.0], [1.0, 2.0], [0.0, -1.0]])
    np.testing.assert_array_equal(at(interpolation(x, y), *x), y)
    np.testing.assert_array_equal(at(staircase(x[:2], y), -1, 0.5, 9), y)
    assert interpolation(x, y).params["2.W"].shape == (2, 2)


@pytest.mark.parametrize(
    "make, says",
    [
        (
            lambda: staircase([1, 0], [1, 2, 3]),
            r"jumps must be .* increasing order, got \[1.0, 0.0\]",
        ),
        (lambda: staircase([], [1]), "jumps must be numbers in increasing order"),
        (lambda: staircase([0, 1], [1, 2]), r"values must have 3 rows, got shape \(2,\)"),
        (lambda: interpolation([0, 0], [1, 2]), "x must be numbers in increasing order"),
        (lambda: interpolation([[0, 1]], [1]), "x must be numbers in increasing order"),
        (lambda: interpolation([0, 1], [1, 2, 3]), r"y must have 2 rows, got shape \(3,\)"),
        (lambda: interpolation([0, 1], 1), r"y must have 2 rows, got shape \(\)"),
        (lambda: interpolation([0, 1], np.ones((2, 2, 2))), r"y must have 2 rows, got shape"),
        (lambda: interpolation([0], [1]), "^x must hold two points or more, got one$"),
        (lambda: staircase([np.inf], [1, 2]), r"jumps must be finite, got inf at index \(0,\)"),
        (lambda: interpolation([0, 1], [1, np.nan]), r"y must be finite, got nan at index \(1,\)"),
    ],
)
def test_curves_that_cannot_be_drawn(make, says):
    with pytest.raises(ValueError, match=says):
        make()
