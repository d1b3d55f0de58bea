"""One test for each claim and misconception of chapter 12, hyperparameter search, by its id.

Other splits than the chapter's, which are 0 to 4.
"""

from functools import cache
from itertools import product

import numpy as np
import pytest

from companion import data
from companion.callbacks import penalize
from companion.layers import Activation, Dense, Sequential
from companion.losses import softmax_cross_entropy
from companion.optimizers import SGD
from companion.regularizers import L2
from companion.search import (
    coarse_to_fine,
    cross_validate,
    kfold_indices,
    log_uniform,
    random_settings,
)
from companion.training import Diverged, accuracy, fit

DIGITS = cache(data.digits)
BOX = {"lr": (0.001, 10), "lam": (0.00001, 1)}


def searched(seed):
    """Rows of 500 digits to search with and of 797 fresh ones; the test digits are left out."""
    rows = np.random.default_rng(0).permutation(1797)[500:]
    return np.split(np.random.default_rng(seed).permutation(rows), [500])


def short_training(rows, lr=0.2, lam=0.001, hidden=32, epochs=10, seed=0, net=None):
    x, y = DIGITS()
    rng = np.random.default_rng(seed)
    first = Dense(64, hidden, rng=rng, init="he_normal")
    net = net or Sequential(first, Activation("relu"), Dense(hidden, 10, rng=rng))
    fit(
        net, softmax_cross_entropy, SGD(lr), x[rows], y[rows], epochs=epochs, batch_size=25,
        rng=rng, before_step=penalize(L2(lam)),
    )  # fmt: skip
    return net


def percent_right(net, rows):
    x, y = DIGITS()
    return 100 * accuracy(net(x[rows]), y[rows])


def attempt(rows, **how):
    """The trained network, or None if the training diverges."""
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            return short_training(rows, **how)
        except Diverged:
            return None


def scored(rows, *parts, **setting):
    """Accuracy in % on each of the parts; NaN if the training diverges."""
    net = attempt(rows, **setting)
    return [np.nan if net is None else percent_right(net, part) for part in parts]


def some_settings(n, seed, **box):
    samplers = {name: log_uniform(*ends) for name, ends in (box or BOX).items()}
    return random_settings(n, rng=np.random.default_rng(seed), **samplers)


def test_claim_folds():
    for n, k in [(500, 7), (6, 3), (5, 5), (101, 10)]:
        pairs = kfold_indices(n, k, rng=np.random.default_rng(n))
        sizes = [len(held) for _, held in pairs]
        assert len(pairs) == k and max(sizes) - min(sizes) <= 1
        assert (np.bincount(np.concatenate([held for _, held in pairs]), minlength=n) == 1).all()
        known = np.bincount(np.concatenate([rows for rows, _ in pairs]), minlength=n)
        assert (known == k - 1).all()
        assert not any(np.isin(rows, held).any() for rows, held in pairs)


def test_myth_one_split():
    """One hold-out varies by more than the mean of five, in folds or repeated."""
    for split in (100, 101, 102):
        pool, _ = searched(split)

        def on_fold(known, held, pool=pool):
            return scored(pool[known], pool[held])[0]

        single = []
        for seed in range(40):
            rows = np.random.default_rng(seed).permutation(pool)
            single.append(scored(rows[100:], rows[:100])[0])
        repeated = np.reshape(single, (8, 5)).mean(axis=1)
        five = [
            cross_validate(on_fold, 500, 5, rng=np.random.default_rng(seed)).mean()
            for seed in range(8)
        ]
        assert 1.5 < np.std(single) < 4
        assert np.ptp(single) > 5
        assert max(np.std(five), np.std(repeated)) < 0.8 * np.std(single)


def test_with_two_folds_both_the_steps_and_the_samples_are_missing():
    found = []
    for split in range(100, 104):
        pool, _ = searched(split)
        row = []
        for k, epochs in ((2, 10), (2, 16), (5, 10)):

            def on_fold(known, held, pool=pool, epochs=epochs):
                return scored(pool[known], pool[held], epochs=epochs)[0]

            runs = [cross_validate(on_fold, 500, k, rng=np.random.default_rng(s)) for s in range(3)]
            row.append(np.mean([run.mean() for run in runs]))
        found.append(row)
    few, as_many_steps, five = np.mean(found, axis=0)
    assert few < as_many_steps - 1
    assert as_many_steps < five - 0.5


def test_myth_exponents():
    pool, _ = searched(100)
    known, held = pool[100:], pool[:100]
    rng = np.random.default_rng(100)
    lams, lrs = rng.uniform(-5, 5, 30), rng.uniform(-6, -3, 30)
    assert (lrs < 0).all() and 5 < (lams < 0).sum() < 25
    with pytest.raises(ValueError, match="above 0"):
        SGD(lrs[0])
    with pytest.raises(ValueError):
        L2(min(lams))

    def best(lams, lrs):
        found = [scored(known, held, lam=a, lr=b)[0] for a, b in zip(lams, lrs, strict=False)]
        return np.nanmax(found)

    strong = lams[lams > 0.5]
    assert len(strong) >= 0.7 * (lams > 0).sum()
    assert best(strong, [0.2] * 30) < 20 < 85 < best(10**lams, [0.2] * 30)
    assert best(10**lams, 10**lrs) < 40


def nearest_of(points, best, count):
    return np.sqrt(((points - best) ** 2) @ [1, count**2]).min()


def middles(rows, columns):
    return np.array([((i + 0.5) / rows, (j + 0.5) / columns) for i in range(rows)
                     for j in range(columns)])  # fmt: skip


def random_wins(grid, count, seed, draws=200):
    """In which share of the draws as many random settings come nearer than a grid."""
    rng = np.random.default_rng(seed)
    pairs = [(rng.random((len(grid), 2)), rng.random(2)) for _ in range(draws)]
    return np.mean([nearest_of(p, b, count) < nearest_of(grid, b, count) for p, b in pairs])


def test_claim_random_wins():
    for seed in range(1, 11):
        one = [random_wins(middles(3, 3), count, seed) for count in (0, 1)]
        assert 0.57 < one[0] < 0.79
        assert 0.22 < one[1] < 0.43
        other = [random_wins(middles(9, 1), count, seed) for count in (0, 1)]
        assert other[0] < 0.48
        assert other[1] > 0.52
    assert random_wins(middles(3, 3), 0, 0, 20_000) == pytest.approx(2 / 3, abs=0.03)
    assert random_wins(middles(3, 3), 1, 0, 20_000) == pytest.approx(1 / 3, abs=0.03)


def test_a_latin_hypercube_comes_nearer_than_random_settings():
    rng = np.random.default_rng(1)

    def latin():
        return (np.column_stack([rng.permutation(9), rng.permutation(9)]) + rng.random((9, 2))) / 9

    for count in (0, 0.2, 1):
        far = np.mean(
            [[nearest_of(points, best, count)
              for points in (middles(3, 3), rng.random((9, 2)), latin())]
             for best in rng.random((1000, 2))], axis=0,
        )  # fmt: skip
        assert far[2] < 0.9 * far[1]
        assert (far[2] < far[0]) == (count < 1)


def test_in_five_directions_a_grid_loses_unless_all_of_them_matter():
    rng, three = np.random.default_rng(1), [1 / 6, 1 / 2, 5 / 6]
    fixed = np.array(list(product(three, repeat=5)))

    def miss(points, best, matter):
        return ((points - best)[:, :matter] ** 2).sum(axis=1).min()

    won = [
        np.mean([miss(rng.random((243, 5)), b, matter) < miss(fixed, b, matter)
                 for b in rng.random((300, 5))])
        for matter in range(1, 6)
    ]  # fmt: skip
    assert (np.diff(won) < 0.05).all()
    assert won[0] > 0.9 and won[2] > 0.8 and won[4] < 0.45


def test_on_the_digits_it_is_the_rate_that_matters():
    """Nine runs of ten epochs in the chapter's box, chosen by 100 validation digits."""
    third, ninth = (np.arange(3) + 0.5) / 3, (np.arange(9) + 0.5) / 9
    square = [{"lr": 10 ** (4 * a - 3), "lam": 10 ** (5 * b - 5)} for a in third for b in third]
    line = [{"lr": 10 ** (4 * a - 3), "lam": 10**-2.5} for a in ninth]
    by_grid, by_chance, by_line = np.transpose([
        [best_fresh(split, ways, 10) for ways in (square, some_settings(9, split), line)]
        for split in range(100, 115)
    ])  # fmt: skip
    assert np.mean(by_chance > by_grid) > 0.5
    assert np.median(by_line) > np.median(by_grid) + 1
    assert np.median(by_line) > np.median(by_chance) - 0.5


def test_myth_grid_inaccurate():
    for n, seed in product((3, 5, 10), (10, 11)):
        rng = np.random.default_rng(seed)
        fixed, chance = np.mean(
            [(nearest_of(middles(n, n), b, 1), nearest_of(rng.random((n * n, 2)), b, 1))
             for b in rng.random((200, 2))], axis=0,
        )  # fmt: skip
        assert fixed < 0.9 * chance


def test_myth_coarse_is_cv():
    tried, judged = [], []

    def in_round(number, lr):
        tried.append(lr)
        return -abs(np.log(lr))

    coarse_to_fine(in_round, {"lr": (0.1, 10)}, n=12, rounds=3, rng=np.random.default_rng(1))
    assert len(set(tried)) == 36
    cross_validate(
        lambda known, held: judged.append(tuple(held)) or 0, 50, 5, rng=np.random.default_rng(1)
    )
    assert len(set(judged)) == 5


def halved(split, settings):
    """The network that successive halving leaves: 27, 9, 3, 1 after 1, 3, 9, 27 epochs."""
    pool, _ = searched(split)
    known, held = pool[100:], pool[:100]
    alive = [(0, None, setting) for setting in settings]
    for further, keep in ((1, 9), (2, 3), (6, 1), (18, 1)):
        tried = []
        for _, old, setting in alive:
            net = attempt(known, **setting, epochs=further, seed=split, net=old)
            tried.append((-1 if net is None else percent_right(net, held), net, setting))
        alive = sorted(tried, key=lambda one: -one[0])[:keep]
    return alive[0][1]


def best_fresh(split, settings, epochs):
    """The fresh accuracy of the setting that does best in validation."""
    pool, fresh = searched(split)
    found = [
        scored(pool[100:], pool[:100], fresh, **setting, epochs=epochs, seed=split)
        for setting in settings
    ]
    return max(found, key=lambda pair: np.nan_to_num(pair[0]))[1]


def trained_on(split, settings):
    """The best after 9 epochs, trained on to 27: its accuracy on the fresh digits."""
    pool, fresh = searched(split)
    known, held = pool[100:], pool[:100]
    found = [scored(known, held, **one, epochs=9, seed=split)[0] for one in settings]
    best = settings[np.nanargmax(found)]
    net = short_training(known, **best, epochs=9, seed=split)
    return percent_right(short_training(known, **best, epochs=18, seed=split, net=net), fresh)


def test_claim_halving():
    rows = []
    for split in range(100, 108):
        settings = some_settings(27, split)
        pool, fresh = searched(split)
        rounds = coarse_to_fine(
            lambda number, pool=pool, **one: scored(
                pool[100:], pool[:100], **one, epochs=(2, 5, 10)[number]
            )[0],
            BOX, n=12, rounds=3, rng=np.random.default_rng(split),
        )  # fmt: skip
        rows.append((
            percent_right(halved(split, settings), fresh),
            best_fresh(split, settings[:3], 27),
            best_fresh(split, settings[:9], 9),
            best_fresh(split, settings, 27),
            scored(pool[100:], fresh, **rounds[-1][0][1])[0],
            best_fresh(split, settings[:20], 10),
            best_fresh(split, settings[:5], 16),
            best_fresh(split, settings[:6], 13),
            trained_on(split, settings[:9]),
        ))  # fmt: skip
    halving, three, nine, every, rounds, one_round, five, six, on = np.transpose(rows)
    assert np.median(halving) > max(np.median(five), np.median(six)) + 0.3
    assert np.median(halving) - np.median(on) < (np.median(halving) - np.median(nine)) / 2
    assert np.mean(halving > three) >= 0.6
    assert np.mean(halving > nine) >= 0.7
    assert np.median(halving) > max(np.median(three), np.median(nine)) + 0.5
    assert abs(np.median(halving) - np.median(every)) < 1
    assert abs(np.median(rounds) - np.median(one_round)) < 1


def test_claim_best_of_noise():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(400):
        answers, labels = rng.integers(0, 2, (50, 2, 100)), rng.integers(0, 2, (2, 100))
        scores = 100 * (answers == labels).mean(axis=2)
        found.append(scores[scores[:, 0].argmax()])
    picked, fresh = np.mean(found, axis=0)
    assert picked == pytest.approx(61.2, abs=0.8)
    assert fresh == pytest.approx(50, abs=0.8)


def test_the_best_of_twenty_settings_is_worth_less_than_its_score():
    """What the chapter says of the digits beside its claim on noise."""
    rng, leads, (x, y) = np.random.default_rng(0), [], DIGITS()
    for split in range(100, 106):
        pool, fresh = searched(split)
        unseen = np.concatenate([pool[:100], fresh])
        settings = some_settings(20, split, lr=(0.1, 0.5), lam=(0.00001, 0.01))
        nets = [short_training(pool[100:], **s, seed=i) for i, s in enumerate(settings)]
        hits = 100 * np.array([net(x[unseen]).argmax(axis=1) == y[unseen] for net in nets])
        pairs = []
        for _ in range(200):
            order = rng.permutation(len(unseen))
            seen, other = hits[:, order[:100]].mean(axis=1), hits[:, order[100:]].mean(axis=1)
            pairs.append((seen.max(), other[seen.argmax()], other.mean()))
        score, worth, usual = np.mean(pairs, axis=0)
        assert 1 < score - worth < 4
        assert worth > usual + 0.5
        best = hits[:, :100].mean(axis=1).argmax()  # by the chapter's validation digits
        again = [percent_right(short_training(pool[100:], **settings[best], seed=s), fresh)
                 for s in range(1000, 1008)]  # fmt: skip
        leads.append((hits[best, 100:].mean() - usual, np.mean(again) - usual))
    first, later = np.mean(leads, axis=0)
    assert later < first


def test_claim_paired():
    ratios, gains = [], []
    for split in range(100, 108):
        pool, _ = searched(split)
        for change in ({"hidden": 64}, {"lr": 0.05}):
            pairs = []
            for seed in range(20):
                rows = np.random.default_rng(seed).permutation(pool)
                parts = rows[100:], rows[:100]
                new = scored(*parts, seed=seed, **change)
                pairs.append((*scored(*parts, seed=seed), *new))
            old, new = np.transpose(pairs)
            apart = np.sqrt(old.var(ddof=1) + new.var(ddof=1))
            ratios.append((new - old).std(ddof=1) / apart)
            error = (new - old).std(ddof=1) * np.sqrt(1 / 20 + 100 / 400)
            gains.append((new - old).mean() / error)
    assert max(ratios) < 1
    assert np.median(ratios) < 0.85
    assert max(np.abs(gains[::2])) < 2
    assert max(gains[1::2]) < -3


def test_claim_leak():
    def nearer(x, y, new):
        away = [((new - x[y == c].mean(axis=0)) ** 2).sum(axis=1) for c in (0, 1)]
        return away[1] < away[0]

    def in_folds(seed, early):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(50, 1000)), rng.integers(0, 2, 50)

        def strongest(x, y):
            return np.argsort(-np.abs(x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0)))[:20]

        def on_fold(known, held):
            keep = strongest(x, y) if early else strongest(x[known], y[known])
            said = nearer(x[np.ix_(known, keep)], y[known], x[np.ix_(held, keep)])
            return np.mean(said == y[held])

        return cross_validate(on_fold, 50, 5, rng=rng).mean()

    early, late = ([in_folds(seed, one) for seed in range(100, 140)] for one in (True, False))
    assert min(early) >= 0.8 - 1e-9
    assert 0.45 < np.median(late) < 0.57


def test_the_bound_on_the_best_of_n():
    rng = np.random.default_rng(1)
    for n in (2, 10, 50, 500):
        assert rng.normal(size=(2000, n)).max(axis=1).mean() < np.sqrt(2 * np.log(n))
