"""Bad input becomes one clear error; good input comes back as it was."""

import numpy as np
import pytest
from support import NOT_NUMBERS, read_only

import companion
from companion import data
from companion._checks import (
    NotFinite,
    as_binary,
    as_classes,
    as_finite,
    as_float,
    as_number,
    as_rows,
    as_written,
    choose,
    floating,
    fraction,
    generator,
    not_negative,
    one_number,
    positive,
    same_shape,
    whole,
)
from companion.callbacks import penalize
from companion.gradient_check import numerical_gradient
from companion.layers import Dense, Sequential
from companion.losses import softmax_cross_entropy
from companion.optimizers import SGD
from companion.search import cross_validate


@pytest.mark.parametrize("check", [as_float, as_finite, as_binary])
@pytest.mark.parametrize("bad, error, says", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_array_of_real_numbers_is_refused_by_its_name(check, bad, error, says):
    with pytest.raises(error, match=f"weights must .*{says}"):
        check(bad, "weights")


def test_without_a_name_the_error_calls_it_x_or_labels():
    for check in (as_float, as_finite, as_rows):
        with pytest.raises(TypeError, match=r"^x must hold real numbers, got dtype <U1$"):
            check("a")
    with pytest.raises(ValueError, match=r"^x must have shape \(n, features\), got \(\)$"):
        as_rows(1)
    for bad in ("finite", "whole"):
        label = np.nan if bad == "finite" else 0.5
        with pytest.raises(ValueError, match=f"^labels must be {bad}"):
            as_classes([label], 1, 2)


@pytest.mark.parametrize("bad, error, says", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_rows_and_classes_are_refused_by_their_name_as_well(bad, error, says):
    with pytest.raises(error, match=f"^weights must .*{says}"):
        as_rows(bad, "weights")
    with pytest.raises(error, match=f"^digits must .*{says}"):
        as_classes(bad, 2, 3, "digits")


def test_floating_types_stay_and_whole_numbers_become_float64():
    for dtype in (np.float16, np.float32, np.float64):
        assert as_float(np.ones(2, dtype)).dtype == dtype
    for x in ([1, 2], np.ones(2, np.int8), np.ones(2, bool), np.ones(2, np.uint64), 3, []):
        assert as_float(x).dtype == np.float64
    np.testing.assert_array_equal(as_float([[True, False]]), [[1.0, 0.0]])


def test_an_array_that_is_right_is_not_copied():
    x = read_only([[1.0, 2.0]])
    assert as_float(x) is x
    assert as_finite(x) is x
    assert as_rows(x, columns=2) is x
    assert as_binary(y := read_only([0.0, 1.0])) is y
    assert as_classes(labels := read_only([2, 0, 1]), 3, 3) is labels


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_as_finite_says_where(bad):
    x = np.zeros((3, 4))
    x[2, 1] = x[2, 3] = bad
    with pytest.raises(NotFinite, match=rf"x must be finite, got {bad} at index \(2, 1\)"):
        as_finite(x)
    assert as_float(x) is x


def test_as_finite_looks_at_each_number_and_not_at_their_sum():
    for dtype in (np.float32, np.float64):
        # Twice the greatest number there is overflows; inf - inf is not a number.
        greatest = np.full(2, np.finfo(dtype).max)
        assert as_finite(greatest) is greatest
        with pytest.raises(ValueError, match=r"got inf at index \(0,\)"):
            as_finite(np.array([np.inf, -np.inf], dtype))


@pytest.mark.parametrize(
    "shape, columns, says",
    [
        ((3,), None, r"\(n, features\), got \(3,\)"),
        ((2, 3, 4), None, r"\(n, features\), got \(2, 3, 4\)"),
        ((), 2, r"\(n, 2\), got \(\)"),
        ((5, 3), 2, r"\(n, 2\), got \(5, 3\)"),
        ((2,), 2, r"\(n, 2\), got \(2,\)"),
        ((0, 2), 2, r"empty batch.*\(0, 2\)"),
    ],
)
def test_as_rows_refuses_another_shape(shape, columns, says):
    with pytest.raises(ValueError, match=says):
        as_rows(np.zeros(shape), columns=columns)


@pytest.mark.parametrize(
    "shape, columns, says",
    [
        ((3,), None, r"\(n, features, …\), got \(3,\)"),
        ((), None, r"\(n, features, …\), got \(\)"),
        ((5, 3, 2), 4, r"\(n, 4, …\), got \(5, 3, 2\)"),
        ((0, 2, 2), None, r"empty batch.*\(0, 2, 2\)"),
    ],
)
def test_as_rows_with_more_axes_refuses_another_shape(shape, columns, says):
    with pytest.raises(ValueError, match=says):
        as_rows(np.zeros(shape), columns=columns, more_axes=True)
    assert as_rows(np.zeros((5, 3, 2)), columns=3, more_axes=True).shape == (5, 3, 2)


def test_as_rows_takes_a_single_row_and_any_width():
    assert as_rows([[1, 2, 3]]).shape == (1, 3)


@pytest.mark.parametrize(
    "labels", [[2, 0], [2.0, 0.0], [[0, 0, 1], [1, 0, 0]], np.array([2, 0], np.uint8)]
)
def test_as_classes_takes_integers_and_one_hot(labels):
    found = as_classes(labels, 2, 3)
    np.testing.assert_array_equal(found, [2, 0])
    assert found.dtype.kind == "i"


def test_as_classes_takes_the_first_and_the_last_class_alone():
    np.testing.assert_array_equal(as_classes([0, 3], 2, 4), [0, 3])
    np.testing.assert_array_equal(as_classes([0], 1, 1), [0])
    np.testing.assert_array_equal(as_classes([[1]], 1, 1), [0])


@pytest.mark.parametrize(
    "labels, says",
    [
        ([0, 3], "whole numbers from 0 to 2, got 3"),
        ([0, -1], "whole numbers from 0 to 2, got -1"),
        ([0, 1.5], "whole numbers from 0 to 2, got 1.5"),
        ([0, np.inf], "finite, got inf"),
        ([0, 1, 2], r"\(2,\) or \(2, 3\), got \(3,\)"),
        (1, r"got \(\)"),
        ([[0, 1, 0], [1, 1, 0]], "a single 1"),
        ([[0, 1, 0], [0, 0, 0]], "a single 1"),
        ([[0, 1, 0], [2, -1, 0]], "a single 1"),
        ([[0, 1, 0], [0.5, 0.5, 0]], "a single 1"),
    ],
)
def test_as_classes_refuses(labels, says):
    with pytest.raises(ValueError, match=says):
        as_classes(labels, 2, 3)
    with pytest.raises(ValueError, match=says):
        as_classes(np.array(labels), 2, 3)


@pytest.mark.parametrize("bad", [2, -1, 0.5, 1e-9])
def test_as_binary_refuses_other_numbers(bad):
    with pytest.raises(ValueError, match=f"y must hold only 0 and 1, got {bad:g}"):
        as_binary([0, bad, 1])


def test_as_binary_refuses_another_shape():
    with pytest.raises(ValueError, match=r"^answers must have shape \(3,\), got \(1, 3\)$"):
        as_binary([[0, 1, 1]], "answers", shape=(3,))


def test_same_shape():
    same_shape(np.zeros((2, 1)), np.ones((2, 1)), "a", "b")
    with pytest.raises(
        ValueError, match=r"p and y must have the same shape, got \(2, 1\) and \(2,"
    ):
        same_shape(np.zeros((2, 1)), np.ones(2), "p", "y")
    with pytest.raises(ValueError, match=r"p and y are empty: their shape is \(0, 3\)"):
        same_shape(np.zeros((0, 3)), np.zeros((0, 3)), "p", "y")


@pytest.mark.parametrize("good", [1e-300, 1, np.float32(0.5), 10**6])
def test_positive_returns_a_plain_float(good):
    assert type(positive(good, "lr")) is float
    assert positive(good, "lr") == good


@pytest.mark.parametrize("bad", [0, -1, 0.0, np.nan, np.inf, 1j, None, "1", [1], np.ones(1)])
def test_positive_refuses(bad):
    with pytest.raises(ValueError, match="lr must be a number above 0, got "):
        positive(bad, "lr")


@pytest.mark.parametrize("check, ends", [(not_negative, (0, 1, 10**6)), (fraction, (0, 0.999))])
def test_not_negative_and_fraction_return_a_plain_float(check, ends):
    for good in (*ends, np.float32(0.5), np.float64(0.25), np.int8(0)):
        assert type(check(good, "p")) is float
        assert check(good, "p") == good


@pytest.mark.parametrize(
    "bad", [-1e-9, -1, np.nan, np.inf, -np.inf, 1j, None, "0", [0], np.zeros(1)]
)
def test_not_negative_and_fraction_refuse(bad):
    with pytest.raises(ValueError, match="lam must be a number of at least 0, got "):
        not_negative(bad, "lam")
    with pytest.raises(ValueError, match="p must be a number from 0 to below 1, got "):
        fraction(bad, "p")


@pytest.mark.parametrize("bad", [1, 1.5, True])
def test_fraction_refuses_1_and_more(bad):
    with pytest.raises(ValueError, match=f"p must be a number from 0 to below 1, got {bad}"):
        fraction(bad, "p")


def test_floating():
    for dtype in (np.float32, np.float64, np.dtype("f4"), "float64", float):
        assert floating(dtype) is dtype
    for bad in (int, np.int32, bool, "U1", complex):
        with pytest.raises(ValueError, match="dtype must be a floating-point type, got "):
            floating(bad)


def test_whole():
    assert whole(1, "n") == 1
    assert whole(0, "n", least=0) == 0
    with pytest.raises(ValueError, match="at least 1, got 0"):
        whole(0, "n")
    assert type(whole(np.int32(7), "n")) is int


@pytest.mark.parametrize("bad, least", [(0, 1), (1, 2), (-3, 0), (2.0, 1), (True, 1), (None, 1)])
def test_whole_refuses(bad, least):
    with pytest.raises(
        ValueError, match=f"n must be a whole number of at least {least}, got {bad}"
    ):
        whole(bad, "n", least)


def test_generator():
    rng = np.random.default_rng(0)
    assert generator(rng) is rng
    for bad in (0, None, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator, got"):
            generator(bad)


def test_choose():
    table = {"up": 1, "down": 2}
    assert choose("down", table, "direction") == 2
    for bad in ("left", None, ["up"]):
        with pytest.raises(ValueError, match=r"unknown direction .*; there are: up, down"):
            choose(bad, table, "direction")


def test_as_number_takes_one_finite_number():
    for good in (3, -2.5, np.float32(0.5), np.int8(-1), True):
        assert as_number(good, "alpha") == good
        assert type(as_number(good, "alpha")) is float
    for bad in (np.nan, np.inf, None, "1", [1.0], 1j, np.ones(2)):
        with pytest.raises(ValueError, match=r"^alpha must be a finite number, got "):
            as_number(bad, "alpha")


def test_a_generator_that_is_a_seed_is_told_how_it_is_written():
    with pytest.raises(TypeError, match=r"got 7: write rng=np\.random\.default_rng\(7\)$"):
        generator(7)
    with pytest.raises(TypeError, match=r"got None: write rng=np\.random\.default_rng\(0\)$"):
        generator(None)


def test_a_vector_in_the_place_of_rows_is_told_what_to_write():
    with pytest.raises(
        ValueError, match=r"write x\[None\] for one sample, x\.reshape\(-1, 1\) for one feature$"
    ):
        as_rows(np.zeros(4))


def test_a_vector_against_a_column_is_told_what_to_write():
    for a, b, write in (((3, 1), (3,), "-1, 1"), ((3,), (3, 1), "-1")):
        with pytest.raises(ValueError, match=rf"\): write y\.reshape\({write}\)$"):
            same_shape(np.ones(a), np.ones(b), "p", "y")
    with pytest.raises(ValueError, match=r"got \(3, 1\) and \(4,\)$"):
        same_shape(np.ones((3, 1)), np.ones(4), "p", "y")


def test_an_object_is_written_as_it_was_made():
    class Thing:
        def __init__(self, n, width=2, *, rng, scale=1.0, kind=np.float64, how=None):
            self.n, self.width, self.scale, self.kind, self.how = n, width, scale, kind, how

    assert as_written(Thing(3, rng=None)) == "Thing(3, rng=rng)"
    thing = Thing(3, 4, rng=None, scale=0.5, kind=np.float32, how=as_float)
    assert as_written(thing) == "Thing(3, width=4, rng=rng, scale=0.5, kind=float32, how=as_float)"


def test_what_an_object_does_not_keep_is_written_by_its_name():
    class Forgetful:
        def __init__(self, n, width=2, *, rng):
            pass

    assert as_written(Forgetful(3, rng=None)) == "Forgetful(n, width=width, rng=rng)"


def test_what_a_reader_gets_wrong_is_told_in_a_sentence():
    net = Sequential(Dense(2, 1, rng=np.random.default_rng(0)))
    x, rng = np.zeros((3, 2)), np.random.default_rng(0)

    def forgets(train, validation):
        pass

    faults = {
        r"\(n, 2\), got \(2,\): write x\[None\] for one sample\n": lambda: net(x[0]),
        r"from 0 to 0, got 1 \(for one logit a sample there is bce_with_logits\)": lambda: (
            softmax_cross_entropy(net(x), [0, 1, 0])
        ),
        r"no gradients yet: call net\.backward": lambda: SGD(0.1).step(net.params, {}),
        r"f must return one number, got tuple; of a loss take the first": lambda: (
            numerical_gradient(lambda x: (x.sum(), x), [1.0])
        ),
        r"f must return one number, got shape \(1,\)$": lambda: numerical_gradient(
            lambda x: x, [1]
        ),
        r"score must return one number, got NoneType$": lambda: cross_validate(
            forgets, 6, 3, rng=rng
        ),
        r"held_out must be a number between 0 and 1, got '0\.2'": lambda: data.split(
            x, [0, 1, 0], held_out="0.2", rng=rng
        ),
        r"gap must be a number of at least 0, got -3": lambda: data.separable(9, gap=-3, rng=rng),
        r"classes must be some of .* got \[12\]": lambda: data.digits(12),
        r"penalty must be a function of weights, .* got 0\.1": lambda: penalize(0.1),
        r"how the function is called, as in check\(\"half\(x\)\"": lambda: companion.check(
            "half", abs, cases=[companion.Case((3,), 3)]
        ),
        r"a tuple of arguments and the right result; got Case\(args=3": lambda: companion.check(
            "half(x)", abs, cases=[companion.Case(3, 1.5)]
        ),
    }
    for said, mistake in faults.items():
        with pytest.raises((ValueError, TypeError), match=said):
            mistake()


def test_one_number_is_returned_as_a_float():
    for number in (2, np.float32(2), np.array(2.0)):
        assert one_number(number, "f") == 2.0
        assert isinstance(one_number(number, "f"), float)
    with pytest.raises(TypeError, match=r"f must return one number, got list"):
        one_number([2.0], "f")
