"""Folds share out the data, samplers draw what they promise, a search finds the best it tried."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from companion.search import (
    coarse_to_fine,
    cross_validate,
    grid,
    kfold_indices,
    log_uniform,
    random_settings,
    search,
)


def rng(seed=0):
    return np.random.default_rng(seed)


# ----------------------------------------------------------------------------------------- folds


@given(st.integers(2, 12), st.integers(0, 40), st.integers(0, 5))
def test_folds_share_out_the_samples(k, more, seed):
    n = k + more
    folds = kfold_indices(n, k, rng=rng(seed))
    assert len(folds) == k
    held_out = np.concatenate([validation for _, validation in folds])
    assert sorted(held_out) == list(range(n))  # each sample is held out once
    sizes = [len(validation) for _, validation in folds]
    assert max(sizes) - min(sizes) <= 1
    for train, validation in folds:
        assert sorted([*train, *validation]) == list(range(n))  # none is on both sides, none lost


def test_folds_follow_the_generator():
    def flat(seed):
        return np.concatenate([i for fold in kfold_indices(30, 4, rng=rng(seed)) for i in fold])

    assert np.array_equal(flat(1), flat(1))
    assert not np.array_equal(flat(1), flat(2))


def test_folds_are_shuffled():
    # Data often come sorted by class: cut without shuffling, a fold would hold one class alone.
    labels = np.repeat([0, 1], 50)
    assert all(
        0 < labels[validation].mean() < 1 for _, validation in kfold_indices(100, 5, rng=rng())
    )


def test_cross_validation_scores_each_fold_on_what_was_held_out():
    x = np.arange(10.0)
    scores = cross_validate(lambda train, validation: x[validation].mean(), 10, 5, rng=rng(3))
    wanted = [x[validation].mean() for _, validation in kfold_indices(10, 5, rng=rng(3))]
    assert scores.tolist() == wanted
    # In folds of one size the mean of the means is the mean.
    assert scores.mean() == pytest.approx(x.mean())


def test_cross_validation_trains_on_the_rest():
    scores = cross_validate(lambda train, validation: len(train), 7, 3, rng=rng())
    assert scores.tolist() == [4, 5, 5]  # folds of 3, 2 and 2 are held out
    assert scores.dtype == np.float64


@pytest.mark.parametrize(
    "n, k, says",
    [
        (3, 4, "4 folds need 4 samples or more, got 3"),
        (3, 1, "k must be a whole number of at least 2, got 1"),
        (3, 2.0, "k must be a whole number"),
        (0, 2, "n must be a whole number of at least 1, got 0"),
        (2.5, 2, "n must be a whole number"),
    ],
)
def test_folds_refuse(n, k, says):
    with pytest.raises(ValueError, match=says):
        kfold_indices(n, k, rng=rng())
    with pytest.raises(ValueError, match=says):
        cross_validate(lambda train, validation: 0, n, k, rng=rng())


def test_randomness_is_passed_in():
    for call in (
        lambda: kfold_indices(4, 2, rng=0),
        lambda: random_settings(2, rng=None, lr=log_uniform(0.1, 1)),
        lambda: coarse_to_fine(lambda i, lr: lr, {"lr": (0.1, 1)}, n=2, rounds=1, rng=0),
    ):
        with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator"):
            call()


# -------------------------------------------------------------------------------------- settings


def test_grid_holds_every_combination_once_the_last_name_changing_fastest():
    assert grid(lr=[0.1, 1], width=(8, 16, 32)) == [
        {"lr": 0.1, "width": 8},
        {"lr": 0.1, "width": 16},
        {"lr": 0.1, "width": 32},
        {"lr": 1, "width": 8},
        {"lr": 1, "width": 16},
        {"lr": 1, "width": 32},
    ]
    assert grid(widths=[(8,), (8, 8)]) == [{"widths": (8,)}, {"widths": (8, 8)}]
    assert [setting["lr"] for setting in grid(lr=np.array([1.0, 2.0]))] == [1, 2]


@pytest.mark.parametrize("bad", [[], "relu", 0.1, None, (n for n in (1, 2))])
def test_grid_refuses_what_is_no_list(bad):
    with pytest.raises(ValueError, match="lr must be a list of values to try, got"):
        grid(width=[8], lr=bad)


def test_log_uniform_is_even_in_the_logarithm():
    draw, r = log_uniform(1e-4, 1), rng()
    numbers = np.array([draw(r) for _ in range(4000)])
    exponents = np.log10(numbers)
    assert kstest(exponents, "uniform", args=(-4, 4)).pvalue > 0.01
    assert kstest(numbers, "uniform", args=(1e-4, 1)).pvalue < 1e-6  # so the test can tell
    decades, _ = np.histogram(exponents, bins=[-4, -3, -2, -1, 0])
    assert np.all(np.abs(decades - 1000) < 100)  # some 3.6 standard deviations of √750 = 27


@given(st.floats(1e-8, 1e8), st.floats(1, 1e6), st.integers(0, 3))
def test_log_uniform_stays_in_its_range(low, factor, seed):
    number = log_uniform(low, low * factor)(rng(seed))
    assert type(number) is float
    assert low <= number <= low * factor


def test_log_uniform_between_a_number_and_itself_is_that_number():
    for number in (0.1, 0.3, 7):
        assert log_uniform(number, number)(rng()) == number


@pytest.mark.parametrize("low, high", [(0, 1), (-3, 1), (1, math.inf), (math.nan, 1), ("a", 1)])
def test_log_uniform_refuses_what_has_no_logarithm(low, high):
    with pytest.raises(ValueError, match=r"(low|high) must be a number above 0"):
        log_uniform(low, high)


def test_log_uniform_refuses_ends_in_the_wrong_order():
    with pytest.raises(ValueError, match=r"low must not be above high, got 1 and 0\.1"):
        log_uniform(1, 0.1)


def test_random_settings_draw_each_value_by_its_sampler():
    samplers = {"lr": log_uniform(0.01, 1), "width": lambda r: int(r.integers(8, 65))}
    settings = random_settings(50, rng=rng(), **samplers)
    assert len(settings) == 50
    assert all(list(setting) == ["lr", "width"] for setting in settings)
    assert all(0.01 <= s["lr"] <= 1 and 8 <= s["width"] <= 64 for s in settings)
    assert len({s["lr"] for s in settings}) == 50  # no value is tried twice
    assert settings == random_settings(50, rng=rng(), **samplers)
    assert settings != random_settings(50, rng=rng(1), **samplers)


def test_random_settings_refuse():
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got 0"):
        random_settings(0, rng=rng(), lr=log_uniform(0.1, 1))
    with pytest.raises(TypeError, match=r"lr must be a function of a generator, got 0\.1"):
        random_settings(2, rng=rng(), lr=0.1)


# ---------------------------------------------------------------------------------------- search


def test_search_ranks_from_the_best_to_the_worst():
    scores = {"a": 0.5, "b": 0.9, "c": -math.inf, "d": 0.7}
    ranked = search(lambda key: scores[key], grid(key=list(scores)))
    assert ranked == [
        (0.9, {"key": "b"}),
        (0.7, {"key": "d"}),
        (0.5, {"key": "a"}),
        (-math.inf, {"key": "c"}),
    ]
    assert type(search(lambda key: np.float32(0.5), grid(key=[1]))[0][0]) is float


def test_search_ranks_training_that_diverged_last():
    scores = [math.nan, 0.2, math.nan, -5.0, 0.4]
    ranked = search(lambda i: scores[i], grid(i=range(5)))
    assert [setting["i"] for _, setting in ranked] == [4, 1, 3, 0, 2]
    assert math.isnan(ranked[-1][0])


def test_search_keeps_equals_in_the_order_of_trying():
    ranked = search(lambda i: i % 2, grid(i=range(6)))
    assert [setting["i"] for _, setting in ranked] == [1, 3, 5, 0, 2, 4]


def test_search_tries_each_setting_once():
    tried = []

    def score(**setting):
        tried.append(setting)
        return 0

    settings = grid(lr=[1, 2], width=[3])
    search(score, settings)
    assert tried == settings


def test_search_refuses_an_empty_list():
    with pytest.raises(ValueError, match=r"^there are no settings to try$"):
        search(lambda: 0, [])


# -------------------------------------------------------------------------------- coarse to fine


def miss(number, lr, l2):
    """Score a setting by its distance, in powers of ten, from lr = 0.03, l2 = 0.001."""
    return -abs(math.log10(lr / 0.03)) - abs(math.log10(l2 / 0.001))


BOX = {"lr": (1e-4, 1), "l2": (1e-6, 1)}


def extent(results, name):
    """Return how many powers of ten lie between a round's least and greatest value."""
    values = [setting[name] for _, setting in results]
    return math.log10(max(values) / min(values))


@pytest.mark.parametrize("seed", range(10))
def test_coarse_to_fine_narrows_and_never_leaves_the_box_before(seed):
    history = coarse_to_fine(miss, BOX, n=20, rounds=4, shrink=0.5, rng=rng(seed))
    assert [len(results) for results in history] == [20] * 4
    box = {name: (math.log10(low), math.log10(high)) for name, (low, high) in BOX.items()}
    for results in history:
        for name, (low, high) in box.items():
            drawn = np.log10([setting[name] for _, setting in results])
            assert low - 1e-12 <= drawn.min()
            assert drawn.max() <= high + 1e-12
            best = math.log10(results[0][1][name])
            reach = (high - low) / 4  # half of the width, half of it on either side
            box[name] = max(low, best - reach), min(high, best + reach)


def test_coarse_to_fine_uses_the_whole_of_each_box():
    first, second = coarse_to_fine(lambda i, lr: -abs(math.log(lr)), {"lr": (0.01, 100)}, n=200,
                                   rounds=2, shrink=0.5, rng=rng())  # fmt: skip
    assert extent(first, "lr") == pytest.approx(4, abs=0.1)
    assert extent(second, "lr") == pytest.approx(2, abs=0.1)


def test_coarse_to_fine_comes_nearer_than_as_many_settings_in_one_round():
    def distance(rounds, seed):
        history = coarse_to_fine(miss, BOX, n=36 // rounds, rounds=rounds, rng=rng(seed))
        return -max(results[0][0] for results in history)

    nearer = sum(distance(3, seed) < distance(1, seed) for seed in range(100))
    assert nearer >= 70


def test_coarse_to_fine_tells_the_round():
    seen = []

    def score(number, lr):
        seen.append(number)
        return lr

    history = coarse_to_fine(score, {"lr": (0.1, 1)}, n=3, rounds=2, rng=rng())
    assert seen == [0, 0, 0, 1, 1, 1]
    for results in history:
        assert [s for s, _ in results] == sorted((s for s, _ in results), reverse=True)


def test_coarse_to_fine_with_nothing_to_choose_between():
    # All equal, one setting a round, a range of a single number, all diverged.
    flat = coarse_to_fine(lambda i, lr: 1, {"lr": (0.1, 1)}, n=5, rounds=20, rng=rng())
    assert extent(flat[-1], "lr") < 1e-5
    one = coarse_to_fine(lambda i, lr: lr, {"lr": (0.1, 1)}, n=1, rounds=3, rng=rng())
    assert [len(results) for results in one] == [1, 1, 1]
    fixed = coarse_to_fine(lambda i, lr: lr, {"lr": (0.3, 0.3)}, n=2, rounds=3, rng=rng())
    assert {setting["lr"] for results in fixed for _, setting in results} == {0.3}
    lost = coarse_to_fine(lambda i, lr: math.nan, {"lr": (0.1, 1)}, n=4, rounds=3, rng=rng())
    assert all(0.1 <= setting["lr"] <= 1 for results in lost for _, setting in results)


@pytest.mark.parametrize(
    "change, says",
    [
        ({"n": 0}, "n must be a whole number"),
        ({"rounds": 0}, "rounds must be a whole number"),
        ({"shrink": 0}, "shrink must be a number above 0, got 0"),
        ({"shrink": 1}, "shrink must .* below 1, got 1"),
        ({"ranges": {"lr": (1, 0.1)}}, "low must not be above high"),
        ({"ranges": {"lr": (0, 1)}}, "low must be a number above 0, got 0"),
    ],
)
def test_coarse_to_fine_refuses(change, says):
    options = {"ranges": {"lr": (0.1, 1)}, "n": 2, "rounds": 1, "rng": rng(), **change}
    with pytest.raises(ValueError, match=says):
        coarse_to_fine(lambda i, lr: lr, **options)


# ------------------------------------------------------------------------- random against grid


def wins(relevant, draws=200):
    """Return how often 9 random settings find a better one than the grid of 3 by 3."""
    r, won = rng(), 0
    for _ in range(draws):
        best = r.uniform(-4, 0, size=2)[:relevant]

        def score(lr, l2, best=best):
            exponents = np.log10([lr, l2])[:relevant]
            return -np.abs(exponents - best).max()

        middles = [10**e for e in (-4 + 4 / 6, -2, -4 / 6)]  # of three equal parts
        by_grid = search(score, grid(lr=middles, l2=middles))[0][0]
        sampler = log_uniform(1e-4, 1)
        by_chance = search(score, random_settings(9, rng=r, lr=sampler, l2=sampler))[0][0]
        won += by_chance > by_grid
    return won


def test_random_search_wins_where_one_dimension_matters_and_not_where_both_do():
    one, both = wins(relevant=1), wins(relevant=2)
    assert one > 120
    assert both < 100
