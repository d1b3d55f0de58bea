"""Facts about the data sets, and about splitting and standardising."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler
from support import float_arrays, read_only

from companion.data import (
    HOUSE_FEATURES,
    digits,
    houses,
    iris,
    moons,
    separable,
    split,
    standardize,
    xor,
)
from companion.perceptron import margin


def rng(seed=0):
    return np.random.default_rng(seed)


# ------------------------------------------------------------------------------------- real data


def test_digits():
    x, y = digits()
    assert x.shape == (1797, 64)
    assert set(y.tolist()) == set(range(10))
    assert np.bincount(y).min() == 174
    assert (x.min(), x.max()) == (0, 1)
    np.testing.assert_array_equal(16 * x, np.round(16 * x))
    assert x.dtype == np.float64
    assert y.dtype.kind == "i"


def test_who_gets_digits_may_change_them():
    x, y = digits()
    x[:], y[:] = 7, 7
    again_x, again_y = digits()
    assert again_x.max() == 1
    assert set(again_y.tolist()) == set(range(10))


def test_iris():
    x, y = iris()
    assert x.shape == (150, 4)
    np.testing.assert_array_equal(np.bincount(y), [50, 50, 50])
    np.testing.assert_array_equal(x[0], [5.1, 3.5, 1.4, 0.2])  # Fisher's first flower, in cm


@pytest.mark.parametrize("load", [digits, iris])
def test_chosen_classes_are_labelled_in_the_order_given(load):
    x, y = load()
    chosen_x, chosen_y = load(classes=[2, 0])
    np.testing.assert_array_equal(chosen_x, x[(y == 0) | (y == 2)])
    np.testing.assert_array_equal(chosen_x[chosen_y == 0], x[y == 2])
    np.testing.assert_array_equal(chosen_x[chosen_y == 1], x[y == 0])
    assert set(chosen_y.tolist()) == {0, 1}
    assert not load(classes=(1,))[1].any()


def test_all_classes_may_be_chosen_in_another_order():
    np.testing.assert_array_equal(iris(classes=[2, 0, 1])[1], np.repeat([1, 2, 0], 50))


@pytest.mark.parametrize(
    "classes, says",
    [
        ([0, 3], r"^classes must be some of \[0, 1, 2\], each once; got \[0, 3\]$"),
        ([0, 0], r"each once; got \[0, 0\]$"),
        ([], r"each once; got \[\]$"),
    ],
)
def test_classes_that_cannot_be_chosen(classes, says):
    with pytest.raises(ValueError, match=says):
        iris(classes)


# -------------------------------------------------------------------------------------- made data


def test_xor():
    x, y = xor()
    np.testing.assert_array_equal(y, x[:, 0] != x[:, 1])
    assert y.dtype.kind == "i"
    assert {tuple(row) for row in x.tolist()} == {(0, 0), (0, 1), (1, 0), (1, 1)}


MADE = {
    "moons": lambda source: moons(60, noise=0.1, rng=source),
    "separable": lambda source: separable(60, gap=0, rng=source)[:2],
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_made_data_comes_from_the_generator_alone(make):
    (x, y), (same_x, same_y) = make(rng()), make(rng())
    np.testing.assert_array_equal(x, same_x)
    np.testing.assert_array_equal(y, same_y)
    source = rng()
    assert (make(source)[0] != make(source)[0]).any()
    assert x.shape == (60, 2)
    assert y.shape == (60,)
    assert y.dtype.kind == "i"
    for wrong in (0, None, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator"):
            make(wrong)


def test_one_generator_gives_ever_new_data():
    source = rng()
    assert len({moons(2, noise=0.1, rng=source)[0][0, 0] for _ in range(100)}) == 100


def test_houses_are_made_up_as_they_say():
    x, y = houses(4000, rng=rng())
    named = dict(zip(HOUSE_FEATURES, x.T, strict=True))
    assert x.shape == (4000, 8) == (len(y), len(HOUSE_FEATURES))
    assert list(named) == "area rooms bathrooms storeys age garden distance energy".split()
    ranges = {name: (column.min(), column.max()) for name, column in named.items()}
    assert ranges == {
        "area": (50, 250),
        "rooms": (1, 11),
        "bathrooms": (1, 3),
        "storeys": (1, 4),
        "age": (0, 100),
        "garden": (0, 800),
        "distance": (0.25, 10),
        "energy": (40, 239),  # from 40 to 240; this sample misses the end
    }
    np.testing.assert_array_equal(4 * x, np.round(4 * x))  # exact in binary
    # A room for each full 30 m², and up to three more.
    assert set(named["rooms"] - named["area"] // 30) == {0, 1, 2, 3}
    np.testing.assert_array_equal(y, np.round(y))
    assert y.min() > 0
    for name, sign in {"area": 1, "bathrooms": 1, "garden": 1, "age": -1, "distance": -1}.items():
        assert sign * np.corrcoef(named[name], y)[0, 1] > 0.02, name
    per_m2 = (1.5 + 3 * np.exp(-named["distance"] / 3)) * (1 - 0.002 * named["age"])
    price = named["area"] * per_m2 * (1 - 0.001 * named["energy"])
    price += 0.1 * named["garden"] + 15 * (named["bathrooms"] - 1)
    assert np.log(y / price).std() == pytest.approx(0.1, abs=0.005)
    assert np.log(y / price).mean() == pytest.approx(0, abs=0.005)


def test_houses_come_from_the_generator_alone():
    for part, same in zip(houses(9, rng=rng(3)), houses(9, rng=rng(3)), strict=True):
        np.testing.assert_array_equal(part, same)
    assert (houses(9, rng=rng(3))[0] != houses(9, rng=rng(4))[0]).any()
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got 0"):
        houses(0, rng=rng())
    with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator"):
        houses(9, rng=0)


def test_moons_without_noise_lie_on_two_half_circles():
    x, y = moons(40, noise=0, rng=rng())
    np.testing.assert_allclose(np.linalg.norm(x[y == 0], axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(x[y == 1] - [1, 0.5], axis=1), 1)
    np.testing.assert_array_equal(np.bincount(y), [20, 20])


@given(st.integers(20, 60), st.floats(0.01, 0.1), st.integers(0, 99))
def test_separable_points_keep_their_gap(n, gap, seed):
    x, y, w, b = separable(n, gap=gap, rng=rng(seed))
    assert np.hypot(np.linalg.norm(w), b) == pytest.approx(1)
    assert margin(x, y, w, b) >= gap - 1e-12
    assert set(y.tolist()) == {0, 1}
    assert len(x) == len(y) <= n
    assert isinstance(w, np.ndarray)
    assert type(b) is float
    assert np.abs(x).max() <= 1


def test_without_a_gap_every_point_is_kept_and_the_square_is_full():
    x = separable(2000, gap=0, rng=rng())[0]
    assert len(x) == 2000
    np.testing.assert_allclose(x.min(axis=0), -1, atol=0.01)
    np.testing.assert_allclose(x.max(axis=0), 1, atol=0.01)
    lines = [separable(200, gap=0, rng=rng(seed))[2:] for seed in range(300)]
    # Each line passes through a point of the inner square, in any direction.
    assert max(abs(b) / np.abs(w).sum() for w, b in lines) <= 0.5
    angles = [np.arctan2(*w) for w, _ in lines]
    np.testing.assert_allclose(np.histogram(angles, bins=4, range=(-np.pi, np.pi))[0], 75, atol=30)


@pytest.mark.parametrize(
    "short, whole",
    [
        (moons, lambda n, rng: moons(n, noise=0.1, rng=rng)),
    ],
)
def test_what_is_not_said_is_as_documented(short, whole):
    for found, expected in zip(short(30, rng=rng()), whole(30, rng=rng()), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: moons(1, rng=rng()), "n must be a whole number of at least 2, got 1"),
        (lambda: separable(0, gap=0, rng=rng()), "n must be a whole number of at least 1, got 0"),
        (lambda: separable(1, gap=0, rng=rng()), "a gap of 0 leaves no point on one side"),
        (lambda: separable(3, gap=0, rng=rng(0)), "leaves no point on one side"),
        (lambda: separable(9, gap=2, rng=rng()), "a gap of 2 leaves no point on one side"),
    ],
)
def test_made_data_refuses(make, says):
    with pytest.raises(ValueError, match=says):
        make()


# ------------------------------------------------------------------------------- split, standardize


@given(st.integers(8, 30), st.integers(8, 30), st.floats(0.2, 0.8), st.integers(0, 99))
def test_split_shares_out_every_sample_and_keeps_the_proportion(n0, n1, held_out, seed):
    y = np.repeat([0, 1], [n0, n1])
    x = np.arange(n0 + n1)[:, None] * [1.0, 10.0]
    x_train, x_held, y_train, y_held = split(x, y, held_out=held_out, rng=rng(seed))
    np.testing.assert_array_equal(np.sort(np.vstack([x_train, x_held]), axis=0), x)
    assert abs(len(x_held) - held_out * len(x)) <= 1
    for part, labels in ((x_train, y_train), (x_held, y_held)):
        np.testing.assert_array_equal(y[part[:, 0].astype(int)], labels)
    for c, n in enumerate([n0, n1]):
        assert abs((y_held == c).sum() - n * len(y_held) / len(y)) <= 1


def test_split_draws_from_the_generator_alone():
    x, y = iris()
    first, same = split(x, y, rng=rng()), split(x, y, rng=rng())
    np.testing.assert_array_equal(first[1], same[1])
    assert (first[1] != split(x, y, rng=rng(1))[1]).any()
    assert [len(part) for part in first] == [112, 38, 112, 38]  # a quarter is held out


def test_split_takes_targets_of_a_regression_and_samples_of_any_shape():
    # No two targets are the same, and a few are whole numbers: they are no classes.
    x, y = rng().normal(size=(20, 3, 2)), np.arange(20) / 4
    for targets in (y, np.column_stack([y, -y])):
        x_train, x_held, y_train, y_held = split(x, targets, rng=rng())
        assert (len(x_train), len(x_held)) == (15, 5)
        for part, values in ((x_train, y_train), (x_held, y_held)):
            for sample, value in zip(part, values, strict=True):
                place = np.flatnonzero((x == sample).all(axis=(1, 2))).item()
                np.testing.assert_array_equal(value, targets[place])


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"held_out": 0}, "between 0 and 1, got 0"),
        ({"held_out": 1}, "between 0 and 1, got 1"),
        ({"held_out": np.nan}, "between 0 and 1, got nan"),
        ({"y": np.zeros(149)}, r"same length, got \(150, 4\) and \(149,\)"),
        ({"y": 1}, r"same length, got \(150, 4\) and \(\)"),
        ({"x": np.zeros(150)}, r"\(n, features, …\), got \(150,\)"),
        (
            {"y": [0] * 149 + [1]},
            r"^150 samples .* least populated.* If these are .* give them as floats\.$",
        ),
        ({"held_out": 0.01}, "150 samples cannot be split like this"),
        ({"x": [[1.0]], "y": [1.5]}, "^1 samples cannot be split like this: .*resulting train"),
    ],
)
def test_split_refuses(changed, says):
    x, y = iris()
    with pytest.raises(ValueError, match=says):
        split(**{"x": x, "y": y, "rng": rng(), **changed})


def test_standardize_by_hand():
    # Mean 2 and 10; the deviations ±1, ±3 have mean squares 1 and 9.
    x = read_only([[1, 7], [3, 13]])
    train, other = standardize(x, read_only([[2.0, 16.0]]))
    np.testing.assert_array_equal(train, [[-1, -1], [1, 1]])
    np.testing.assert_array_equal(other, [[0, 2]])


@given(float_arrays((6, 3)))
def test_standardized_features_have_mean_0_and_deviation_1(x):
    (z,) = standardize(x)
    spread = np.ptp(x, axis=0) > 0
    np.testing.assert_allclose(z.mean(axis=0)[spread], 0, atol=1e-6)
    np.testing.assert_allclose(z.std(axis=0)[spread], 1, rtol=1e-6)
    np.testing.assert_allclose(z[:, ~spread], 0, atol=1e-12)


@given(float_arrays((6, 3)), float_arrays(3), st.floats(0.1, 10))
def test_units_do_not_matter_after_standardizing(x, shift, scale):
    x = x + np.arange(6)[:, None] ** 2  # no feature stands still
    np.testing.assert_allclose(standardize(scale * x + shift)[0], standardize(x)[0], atol=1e-5)


def test_standardize_is_the_standard_scaler():
    x, other = iris()[0][:100], iris()[0][100:]
    scaler = StandardScaler().fit(x)
    for found, expected in zip(standardize(x, other), (x, other), strict=True):
        np.testing.assert_allclose(found, scaler.transform(expected), rtol=1e-12, atol=1e-12)


def test_a_feature_that_stands_still_is_shifted_only():
    train, other = standardize([[3.0, 0.1], [3.0, 0.1], [3.0, 0.1]], [[5.0, 0.1]])
    np.testing.assert_allclose(train, 0, atol=1e-15)
    np.testing.assert_allclose(other, [[2, 0]], atol=1e-15)


def test_standardize_keeps_float32():
    assert {z.dtype for z in standardize(*np.ones((2, 3, 2), np.float32))} == {np.dtype("float32")}


@pytest.mark.parametrize(
    "parts, says",
    [
        (([[1.0], [np.inf]],), r"x_train must be finite, got inf at index \(1, 0\)"),
        (([1.0, 2.0],), r"x_train must have shape \(n, features\), got \(2,\)"),
        ((np.zeros((0, 2)),), "x_train is an empty batch"),
        (([[1.0]], [[1.0, 2.0]]), r"\(n, 1\), got \(1, 2\)"),
    ],
)
def test_standardize_refuses(parts, says):
    with pytest.raises(ValueError, match=says):
        standardize(*parts)
