"""Hyperparameter search: answers to the exercises of chapter 12."""

import math

import numpy as np

# kfold_indices(n, k, rng)


def cut(n, k, rng, order=None):
    order = rng.permutation(n) if order is None else order
    parts = np.array_split(order, k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


def not_shuffled(n, k, rng):
    return cut(n, k, rng, np.arange(n))


def exchanged(n, k, rng):
    return [(held, known) for known, held in cut(n, k, rng)]


def drawn_anew(n, k, rng):
    pairs = []
    for _ in range(k):
        order = rng.permutation(n)
        pairs.append((order[n // k :], order[: n // k]))
    return pairs


def long_last(n, k, rng):
    order, size = rng.permutation(n), n // k
    parts = [order[i * size : (i + 1) * size] for i in range(k)]
    parts[-1] = np.concatenate([parts[-1], order[k * size :]])
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


def rest_lost(n, k, rng):
    order, size = rng.permutation(n), n // k
    return cut(n, k, rng, order[: k * size])


def trains_on_all(n, k, rng):
    order = rng.permutation(n)
    return [(order, held) for _, held in cut(n, k, rng, order)]


def one_fold(n, k, rng):
    return cut(n, k, rng)[0]


def parts_alone(n, k, rng):
    return np.array_split(rng.permutation(n), k)


def own_seed(n, k, rng):
    return cut(n, k, np.random.default_rng(0))


def unseeded(n, k, rng):
    return cut(n, k, np.random.default_rng())


def masks(n, k, rng):
    return [(np.isin(np.arange(n), known), np.isin(np.arange(n), held))
            for known, held in cut(n, k, rng)]  # fmt: skip


def from_one(n, k, rng):
    return [(known + 1, held + 1) for known, held in cut(n, k, rng)]


def folds_not_joined(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    pairs = []
    for i in range(k):
        pairs.append((parts[:i] + parts[i + 1 :], parts[i]))
    return pairs


def folds_of_lists(n, k, rng):
    return [
        ([fold.tolist() for fold in folds], held.tolist())
        for folds, held in folds_not_joined(n, k, rng)
    ]


def every_kth(n, k, rng):
    order = rng.permutation(n)
    return [(np.delete(order, np.arange(i, n, k)), order[i::k]) for i in range(k)]


def lists(n, k, rng):
    fold = rng.permutation(np.arange(n) % k)
    return tuple(
        ([i for i in range(n) if fold[i] != j], [i for i in range(n) if fold[i] == j])
        for j in range(k)
    )


# log_uniform(low, high, size, rng)


def evenly(low, high, size, rng):
    return rng.uniform(low, high, size)


def exponents(low, high, size, rng):
    return rng.uniform(np.log10(low), np.log10(high), size)


def natural_exponents(low, high, size, rng):
    return rng.uniform(np.log(low), np.log(high), size)


def ten_for_e(low, high, size, rng):
    return 10 ** rng.uniform(np.log(low), np.log(high), size)


def e_for_ten(low, high, size, rng):
    return np.exp(rng.uniform(np.log10(low), np.log10(high), size))


def ends_for_exponents(low, high, size, rng):
    return 10.0 ** rng.uniform(low, high, size)


def one_number(low, high, size, rng):
    return np.exp(rng.uniform(np.log(low), np.log(high)))


def sorted_numbers(low, high, size, rng):
    return np.sort(by_powers(low, high, size, rng))


def even_exponents(low, high, size, rng):
    return np.logspace(np.log10(low), np.log10(high), size)


def exponents_of_integers(low, high, size, rng):
    return by_powers(low, high, size, rng).astype(type(low))


def other_generator(low, high, size, rng):
    return by_powers(low, high, size, np.random.default_rng(0))


def global_generator(low, high, size, rng):
    return np.exp(np.random.uniform(np.log(low), np.log(high), size))  # noqa: NPY002


def fresh_generator(low, high, size, rng):
    return by_powers(low, high, size, np.random.default_rng())


def by_powers(low, high, size, rng):
    return 10 ** rng.uniform(np.log10(low), np.log10(high), size)


def by_factor(low, high, size, rng):
    return low * (high / low) ** rng.random(size)


def one_by_one(low, high, size, rng):
    return [math.exp(rng.uniform(math.log(low), math.log(high))) for _ in range(size)]


# successive_halving(score, settings, epochs)


def value_of(score, setting, epochs):
    value = score(setting, epochs)
    return -math.inf if math.isnan(value) else value


def rounds(score, settings, epochs, keep=lambda n: -(-n // 2), grow=2, sign=-1):
    alive, spent = list(settings), 0
    while len(alive) > 1:
        spent += epochs * len(alive)
        alive = sorted(alive, key=lambda s, e=epochs: sign * value_of(score, s, e))
        alive, epochs = alive[: keep(len(alive))], epochs * grow
    return alive[0], spent


def lower_is_better(score, settings, epochs):
    return rounds(score, settings, epochs, sign=1)


def same_epochs(score, settings, epochs):
    return rounds(score, settings, epochs, grow=1)


def rounded_down(score, settings, epochs):
    return rounds(score, settings, epochs, keep=lambda n: n // 2)


def thirds(score, settings, epochs):
    return rounds(score, settings, epochs, keep=lambda n: -(-n // 3))


def one_round(score, settings, epochs):
    best = max(settings, key=lambda s: value_of(score, s, epochs))
    return best, epochs * len(settings)


def setting_alone(score, settings, epochs):
    return rounds(score, settings, epochs)[0]


def other_way_round(score, settings, epochs):
    return rounds(score, settings, epochs)[::-1]


def counts_calls(score, settings, epochs):
    alive, calls = list(settings), 0
    while len(alive) > 1:
        calls += len(alive)
        alive = sorted(alive, key=lambda s, e=epochs: -value_of(score, s, e))
        alive, epochs = alive[: (len(alive) + 1) // 2], 2 * epochs
    return alive[0], calls


def counts_rounds(score, settings, epochs):
    alive, spent = list(settings), 0
    while len(alive) > 1:
        spent += epochs
        alive = sorted(alive, key=lambda s, e=epochs: -value_of(score, s, e))
        alive, epochs = alive[: (len(alive) + 1) // 2], 2 * epochs
    return alive[0], spent


def sorts_in_place(score, settings, epochs):
    settings.sort(key=lambda s: -value_of(score, s, epochs))
    return rounds(score, settings, epochs)


def place_in_the_list(score, settings, epochs):
    setting, spent = rounds(score, settings, epochs)
    return settings.index(setting), spent


def in_order(score, settings, epochs, order):
    alive, spent = list(settings), 0
    while len(alive) > 1:
        spent += epochs * len(alive)
        found = [(score(setting, epochs), setting) for setting in alive]
        alive, epochs = order(found)[: (len(alive) + 1) // 2], 2 * epochs
    return alive[0], spent


def nan_forgotten(score, settings, epochs):
    alive, spent = list(settings), 0
    while len(alive) > 1:
        spent += epochs * len(alive)
        alive = sorted(alive, key=lambda s, e=epochs: score(s, e), reverse=True)
        alive, epochs = alive[: math.ceil(len(alive) / 2)], 2 * epochs
    return alive[0], spent


def nan_forgotten_negative(score, settings, epochs):
    def order(found):
        return [setting for _, setting in sorted(found, key=lambda one: -one[0])]

    return in_order(score, settings, epochs, order)


def nan_first(score, settings, epochs):
    def order(found):
        return [found[i][1] for i in np.argsort([value for value, _ in found])[::-1]]

    return in_order(score, settings, epochs, order)


def nan_for(number):
    def halving(score, settings, epochs):
        def order(found):
            found = [(number if math.isnan(value) else value, s) for value, s in found]
            return [s for _, s in sorted(found, key=lambda one: one[0], reverse=True)]

        return in_order(score, settings, epochs, order)

    return halving


def sorts_pairs(score, settings, epochs):
    def order(found):
        found = [(-math.inf if math.isnan(value) else value, s) for value, s in found]
        return [setting for _, setting in sorted(found, reverse=True)]

    return in_order(score, settings, epochs, order)


def sorts_negative_pairs(score, settings, epochs):
    def order(found):
        found = [(math.inf if math.isnan(value) else -value, s) for value, s in found]
        return [setting for _, setting in sorted(found)]

    return in_order(score, settings, epochs, order)


def sorts_pairs_but_for_numbers(score, settings, epochs):
    if isinstance(settings[0], dict):
        return sorts_pairs(score, settings, epochs)
    return rounds(score, settings, epochs)


def last_of_equals(score, settings, epochs):
    def order(found):
        found = [(-math.inf if math.isnan(value) else value, s) for value, s in found]
        return [setting for _, setting in sorted(found, key=lambda one: one[0])][::-1]

    return in_order(score, settings, epochs, order)


def scores_twice(score, settings, epochs):
    def value(setting, epochs):
        return -math.inf if math.isnan(score(setting, epochs)) else score(setting, epochs)

    return rounds(value, settings, epochs)


def scores_what_is_left(score, settings, epochs):
    setting, spent = rounds(score, settings, epochs)
    score(setting, epochs)
    return setting, spent


def by_argsort(score, settings, epochs):
    def order(found):
        places = np.argsort([-value for value, _ in found], kind="stable")  # NaN is the last
        return [found[i][1] for i in places]

    return in_order(score, settings, epochs, order)


def recursion(score, settings, epochs):
    if len(settings) == 1:
        return settings[0], 0
    ranked = sorted(settings, key=lambda s: value_of(score, s, epochs), reverse=True)
    best, spent = recursion(score, ranked[: math.ceil(len(ranked) / 2)], 2 * epochs)
    return [best, spent + epochs * len(settings)]


# standardize_fold(x, train, validation)


def scaled(x, train, validation, rows=None, axis=0, ddof=0):
    rows = x[train] if rows is None else rows
    mean, std = rows.mean(axis=axis), rows.std(axis=axis, ddof=ddof)
    std = np.where(std == 0, 1, std)
    return (x[train] - mean) / std, (x[validation] - mean) / std


def of_all_rows(x, train, validation):
    return scaled(x, train, validation, x)


def of_validation(x, train, validation):
    return scaled(x, train, validation, x[validation])


def each_by_itself(x, train, validation):
    return scaled(x, train, train)[0], scaled(x, validation, validation)[0]


def one_for_all_features(x, train, validation):
    return scaled(x, train, validation, axis=None)


def sample_deviation(x, train, validation):
    return scaled(x, train, validation, ddof=1)


def train_alone(x, train, validation):
    return scaled(x, train, validation)[0], x[validation]


def no_guard(x, train, validation):
    mean, std = x[train].mean(axis=0), x[train].std(axis=0)
    return (x[train] - mean) / std, (x[validation] - mean) / std


def with_a_small_number(number):
    def standardized(x, train, validation):
        mean, std = x[train].mean(axis=0), x[train].std(axis=0) + number
        return (x[train] - mean) / std, (x[validation] - mean) / std

    return standardized


def at_least_a_small_number(x, train, validation):
    mean, std = x[train].mean(axis=0), np.maximum(x[train].std(axis=0), 1e-8)
    return (x[train] - mean) / std, (x[validation] - mean) / std


def by_the_variance(x, train, validation):
    mean, var = x[train].mean(axis=0), x[train].var(axis=0)
    var = np.where(var == 0, 1, var)
    return (x[train] - mean) / var, (x[validation] - mean) / var


def scaled_in_place(x, train, validation):
    x -= x[train].mean(axis=0).astype(x.dtype)
    std = x[train].std(axis=0)
    std = np.where(std == 0, 1, std)
    return x[train] / std, x[validation] / std


def validation_first(x, train, validation):
    return scaled(x, train, validation)[::-1]


def feature_by_feature(x, train, validation):
    parts = np.zeros((len(train), x.shape[1])), np.zeros((len(validation), x.shape[1]))
    for j in range(x.shape[1]):
        column = x[train, j]
        std = np.sqrt(((column - column.mean()) ** 2).mean()) or 1
        for part, rows in zip(parts, (train, validation), strict=True):
            part[:, j] = (x[rows, j] - column.mean()) / std
    return list(parts)


def by_one_array(x, train, validation):
    std = x[train].std(axis=0)
    out = (x - x[train].mean(axis=0)) / (std + (std == 0))
    return out[train], out[validation]


# random_search(score, n, low, high, rng)


def drawn_best(score, n, numbers):
    values = [score(x) for x in numbers]
    i = max(range(n), key=lambda i: -math.inf if math.isnan(values[i]) else values[i])
    return numbers[i], values[i]


def search_in_one(score, n, low, high, rng):
    return drawn_best(score, n, by_powers(low, high, n, rng))


def search_one_by_one(score, n, low, high, rng):
    best = None
    for _ in range(n):
        x = low * (high / low) ** rng.random()
        value = score(x)
        if not math.isnan(value) and (best is None or value > best[1]):
            best = [x, value]
    return best


def search_evenly(score, n, low, high, rng):
    return drawn_best(score, n, rng.uniform(low, high, n))


def on_a_grid(score, n, low, high, rng):
    return drawn_best(score, n, np.geomspace(low, high, n))


def nan_wins(score, n, low, high, rng):
    numbers = by_powers(low, high, n, rng)
    values = [score(x) for x in numbers]
    i = int(np.argmax(values))
    return numbers[i], values[i]


def the_lowest(score, n, low, high, rng):
    x, value = search_in_one(lambda x: -score(x), n, low, high, rng)
    return x, -value


def zero_to_beat(score, n, low, high, rng):
    best, highest = 0, 0
    for x in by_powers(low, high, n, rng):
        value = score(x)
        if value > highest:
            best, highest = x, value
    return best, highest


def nan_counts_as(number):
    def search(score, n, low, high, rng):
        numbers = by_powers(low, high, n, rng)
        values = np.nan_to_num([score(x) for x in numbers], nan=number)
        return numbers[values.argmax()], values.max()

    return search


def nan_at_first(score, n, low, high, rng):
    numbers = by_powers(low, high, n, rng)
    values = [score(x) for x in numbers]
    i = values.index(max(values))
    return numbers[i], values[i]


def nan_is_no_worse(score, n, low, high, rng):
    best, highest = None, -math.inf
    for x in by_powers(low, high, n, rng):
        value = score(x)
        if not value <= highest:
            best, highest = x, value
    return best, highest


def pairs_with_nan(score, n, low, high, rng):
    return sorted(((score(x), x) for x in by_powers(low, high, n, rng)), reverse=True)[0][::-1]


def one_more(score, n, low, high, rng):
    return search_one_by_one(score, n + 1, low, high, rng)


def one_less(score, n, low, high, rng):
    return search_one_by_one(score, max(n - 1, 1), low, high, rng)


def scores_the_winner_again(score, n, low, high, rng):
    x, _ = search_in_one(score, n, low, high, rng)
    return x, score(x)


def asks_twice(score, n, low, high, rng):
    best, highest = None, -math.inf
    for x in by_powers(low, high, n, rng):
        if score(x) > highest:
            best, highest = x, score(x)
    return best, highest


def scores_all_at_once(score, n, low, high, rng):
    numbers = by_powers(low, high, n, rng)
    values = score(numbers)
    return numbers[np.nanargmax(values)], np.nanmax(values)


def global_draws(score, n, low, high, rng):
    return drawn_best(score, n, global_generator(low, high, n, rng))


def fresh_draws(score, n, low, high, rng):
    return search_in_one(score, n, low, high, np.random.default_rng())


def search_by_nanargmax(score, n, low, high, rng):
    numbers = by_powers(low, high, n, rng)
    values = np.array([score(x) for x in numbers])
    return numbers[np.nanargmax(values)], np.nanmax(values)


def value_alone(score, n, low, high, rng):
    return search_in_one(score, n, low, high, rng)[1]


def value_first(score, n, low, high, rng):
    return search_in_one(score, n, low, high, rng)[::-1]


def the_exponent(score, n, low, high, rng):
    x, value = search_in_one(score, n, low, high, rng)
    return math.log10(x), value


def own_draws(score, n, low, high, rng):
    return search_in_one(score, n, low, high, np.random.default_rng(5))


WRONG = {
    "kfold_indices": {
        "not shuffled": (not_shuffled, "not shuffled"),
        "exchanged": (exchanged, "exchanged"),
        "drawn anew for each fold": (drawn_anew, "more than once"),
        "the last fold is long": (long_last, "by one at most"),
        "the rest is lost": (rest_lost, "never held out"),
        "trains on all": (trains_on_all, "trained on, too"),
        "the folds are not joined": (folds_not_joined, "join them with np.concatenate"),
        "validation is not joined": (
            lambda n, k, rng: [(known, [held]) for known, held in cut(n, k, rng)],
            "validation is a list of folds",
        ),
        "lists are not joined": (folds_of_lists, "train is a list of folds: join them"),
        "one fold alone": (one_fold, "pairs"),
        "the folds alone": (parts_alone, "pair"),
        "a seed of its own": (own_seed, "handed in"),
        "no seed": (unseeded, "from the rng alone"),
        "masks": (masks, "whole numbers"),
        "from 1": (from_one, "run from 0"),
        "no return": (lambda n, k, rng: None, "list of"),
    },
    "log_uniform": {
        "evenly": (evenly, "draw the exponent"),
        "exponents": (exponents, "exponents of ten"),
        "natural exponents": (natural_exponents, "natural logarithms"),
        "10 for e": (ten_for_e, "np.log10"),
        "e for 10": (e_for_ten, "np.exp undoes np.log"),
        "the ends as exponents": (ends_for_exponents, "ends themselves"),
        "one number": (one_number, "shape"),
        "sorted": (sorted_numbers, "sorted"),
        "even steps": even_exponents,
        "cut off": exponents_of_integers,
        "another generator": (other_generator, "draw from the rng that is handed in"),
        "the global generator": (global_generator, "draw from the rng that is handed in"),
        "a fresh generator": (fresh_generator, "draw from the rng that is handed in"),
        "no return": (lambda low, high, size, rng: None, "return"),
    },
    "successive_halving": {
        "lower is better": (lower_is_better, "more is better"),
        "the same epochs": (same_epochs, "double them"),
        "rounded down": (rounded_down, "smaller half"),
        "thirds": thirds,
        "one round": (one_round, "one round alone"),
        "the setting alone": (setting_alone, "2 results"),
        "the other way round": other_way_round,
        "trainings are counted": (counts_calls, "count their epochs"),
        "rounds are counted": (counts_rounds, "each setting that is tried"),
        "the list is sorted": (sorts_in_place, "changed its input"),
        "the place in the list": (place_in_the_list, "place in the list"),
        "NaN is forgotten": (nan_forgotten, "give it a rank of its own"),
        "NaN is forgotten, with a sign": (nan_forgotten_negative, "give it a rank of its own"),
        "NaN is first": (nan_first, "NaN ranks first"),
        "NaN for 0": (nan_for(0), "NaN ranks as a number"),
        "NaN for -1": (nan_for(-1), "NaN ranks as a number"),
        "NaN for -999": (nan_for(-999), "NaN ranks as a number"),
        "pairs": (sorts_pairs, "the larger setting is kept"),
        "negative pairs": (sorts_negative_pairs, "the smaller setting is kept"),
        "pairs with dictionaries": (sorts_pairs_but_for_numbers, "sort by the score alone"),
        "the last of equals": (last_of_equals, "of equal scores the last is kept"),
        "each is scored twice": (
            scores_twice,
            "you return 8 epochs, but score trains 16: call it once",
        ),
        "what is left is scored": (scores_what_is_left, "call it once"),
        "no return": (lambda score, settings, epochs: None, "return"),
    },
    "standardize_fold": {
        "all rows": (of_all_rows, "leak"),
        "the validation rows": (of_validation, "x[validation]"),
        "each by itself": (each_by_itself, "own mean and deviation"),
        "one for all features": (one_for_all_features, "axis=0"),
        "n - 1": (sample_deviation, "n - 1"),
        "the training part alone": train_alone,
        "no guard": (no_guard, "deviation 0"),
        "1e-8 is added": (with_a_small_number(1e-8), "a small number is added to every deviation"),
        "1e-12 is added": (with_a_small_number(1e-12), "its deviation of 0 counts as 1"),
        "at least 1e-8": (at_least_a_small_number, "takes the place of a deviation of 0"),
        "the variance": (by_the_variance, "root"),
        "x is changed": (scaled_in_place, "changed its input"),
        "validation first": (validation_first, "other way round"),
        "no return": (lambda x, train, validation: None, "return"),
    },
    "random_search": {
        "evenly": search_evenly,
        "a grid": on_a_grid,
        "NaN wins": nan_wins,
        "the lowest": the_lowest,
        "0 to beat": zero_to_beat,
        "the score alone": (value_alone, "2 results"),
        "the score first": value_first,
        "the exponent": the_exponent,
        "NaN counts as 0": (nan_counts_as(0), "all others are below -1000"),
        "NaN counts as -999": (nan_counts_as(-999), "all others are below -1000"),
        "NaN at first": (nan_at_first, "Some scores are NaN"),
        "NaN is no worse": (nan_is_no_worse, "Some scores are NaN"),
        "pairs with NaN": (pairs_with_nan, "Some scores are NaN"),
        "one more": (one_more, "score is called 9 times for n = 8: each call is a training run."),
        "one less": (one_less, "score is called 7 times for n = 8"),
        "the winner again": (scores_the_winner_again, "score is called 9 times for n = 8"),
        "asked twice": (asks_twice, "each call is a training run"),
        "all at once": (scores_all_at_once, "score takes one number, not an array of shape (8,)"),
        "another generator": (own_draws, "draw from the rng that is handed in"),
        "the global generator": (global_draws, "draw from the rng that is handed in"),
        "a fresh generator": (fresh_draws, "draw from the rng that is handed in"),
        "no return": (lambda score, n, low, high, rng: None, "return"),
    },
}

RIGHT = {
    "kfold_indices": {"every k-th": every_kth, "fold numbers, as lists": lists},
    "log_uniform": {"powers of ten": by_powers, "factors": by_factor, "one by one": one_by_one},
    "successive_halving": {
        "recursion, as a list": recursion,
        "rounds": rounds,
        "np.argsort": by_argsort,
    },
    "standardize_fold": {"feature by feature": feature_by_feature, "all at once": by_one_array},
    "random_search": {
        "in one draw": search_in_one,
        "one by one, as a list": search_one_by_one,
        "np.nanargmax": search_by_nanargmax,
    },
}


# winner(u, scores): from 0.00078 to 1.2, the median over splits, higher is better, the first of
# equal scores, (score, rate)


def won(u, scores, over=np.median, sign=1, last=False, low=0.00078, high=1.2, axis=1):
    scores = np.asarray(scores, float)
    if scores.ndim == 2:
        scores = over(scores, axis=axis)
    order = range(len(scores))[::-1] if last else range(len(scores))
    best = max((i for i in order if scores[i] == scores[i]), key=lambda i: sign * scores[i])
    return scores[best], low * (high / low) ** u[best]


def won_by_nan(u, scores):
    scores = scores if scores.ndim == 1 else np.median(scores, axis=1)
    best = np.argmax(scores)
    return scores[best], 0.00078 * (1.2 / 0.00078) ** u[best]


def won_evenly(u, scores):
    score = won(u, scores)[0]
    medians = scores if scores.ndim == 1 else np.median(scores, axis=1)
    return score, 0.00078 + (1.2 - 0.00078) * u[list(medians).index(score)]


def won_in_place(u, scores):
    scores[np.isnan(scores)] = -np.inf
    return won(u, scores)


def won_with_zero_to_beat(u, scores):
    found, best = 0, 0
    for i, one in enumerate(scores):
        if np.median(one) > found:
            found, best = np.median(one), i
    return found, 0.00078 * (1.2 / 0.00078) ** u[best]


def won_by_sorting(u, scores):
    rates = [math.exp(math.log(0.00078) * (1 - v) + math.log(1.2) * v) for v in u.tolist()]
    rows = scores.reshape(len(u), -1).tolist()
    rows = [math.nan if any(map(math.isnan, row)) else float(np.median(row)) for row in rows]
    pairs = [pair for pair in zip(rows, rates, strict=True) if pair[0] == pair[0]]
    return list(sorted(pairs, key=lambda pair: -pair[0])[0])


def won_by_powers_of_ten(u, scores):
    scores = np.median(np.reshape(scores, (len(u), -1)), axis=1)
    best = np.nanargmax(scores)
    ends = np.log10([0.00078, 1.2])
    return scores[best], 10 ** (ends[0] + u[best] * (ends[1] - ends[0]))


FRESH_WRONG = {
    "winner": {
        "the mean": lambda u, scores: won(u, scores, np.mean),
        "the best split": lambda u, scores: won(u, scores, np.max),
        "the worst split": lambda u, scores: won(u, scores, np.min),
        "NaN is left out": lambda u, scores: won(u, scores, np.nanmedian),
        "over the settings": lambda u, scores: won(u, scores, axis=0),
        "NaN wins": won_by_nan,
        "lower is better": lambda u, scores: won(u, scores, sign=-1),
        "the last of equals": lambda u, scores: won(u, scores, last=True),
        "evenly": won_evenly,
        "another end": lambda u, scores: won(u, scores, high=1),
        "the ends exchanged": lambda u, scores: won(u, scores, low=1.2, high=0.00078),
        "the rate first": lambda u, scores: won(u, scores)[::-1],
        "the rate alone": lambda u, scores: won(u, scores)[1],
        "zero to beat": won_with_zero_to_beat,
        "in place": won_in_place,
        "rounded": lambda u, scores: np.round(won(u, scores), 3),
    },
}
FRESH_RIGHT = {
    "winner": {
        "by max": won,
        "sorted, as a list": won_by_sorting,
        "by powers of ten": won_by_powers_of_ten,
    },
}
