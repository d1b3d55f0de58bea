"""Weight initialization: answers to the exercises of chapter 8."""

import math

import numpy as np

# xavier_init(fan_in, fan_out, rng)


def xavier_variance_as_deviation(fan_in, fan_out, rng):
    return rng.normal(0, 2 / (fan_in + fan_out), (fan_in, fan_out))


def xavier_not_scaled(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out))


def xavier_without_brackets(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_in + fan_out), (fan_in, fan_out))


def xavier_from_fan_in(fan_in, fan_out, rng):
    return rng.normal(0, 1 / np.sqrt(fan_in), (fan_in, fan_out))


def xavier_other_shape(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_out, fan_in))


def xavier_unit_by_unit(fan_in, fan_out, rng):
    deviation = np.sqrt(2 / (fan_in + fan_out))
    return np.column_stack([rng.normal(0, deviation, fan_in) for _ in range(fan_out)])


def xavier_uniform(fan_in, fan_out, rng):
    c = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-c, c, (fan_in, fan_out))


def xavier_whole_division(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 // (fan_in + fan_out)), (fan_in, fan_out))


def xavier_global(fan_in, fan_out, rng):
    deviation = np.sqrt(2 / (fan_in + fan_out))
    return np.random.normal(0, deviation, (fan_in, fan_out))  # noqa: NPY002


def xavier_own_seed(fan_in, fan_out, rng):
    rng = np.random.default_rng(0)
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def xavier_of_integers(fan_in, fan_out, rng):
    W = np.zeros((fan_in, fan_out), dtype=int)
    W[...] = rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))
    return W


def xavier_mean_1(fan_in, fan_out, rng):
    return rng.normal(1, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def xavier_with_biases(fan_in, fan_out, rng):
    W = rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))
    return W, np.zeros(fan_out)


def xavier_bias_first(fan_in, fan_out, rng):
    rng.normal(size=fan_out)
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def xavier_forgets_to_return(fan_in, fan_out, rng):
    rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def xavier_row_by_row(fan_in, fan_out, rng):
    deviation = math.sqrt(2 / (fan_in + fan_out))
    return [[rng.normal(0, deviation) for _ in range(fan_out)] for _ in range(fan_in)]


def xavier_scaled_afterwards(fan_in, fan_out, rng):
    flat = rng.standard_normal(fan_in * fan_out) / np.sqrt((fan_in + fan_out) / 2)
    return flat.reshape(fan_in, fan_out)


# he_init(fan_in, fan_out, rng)


def he_variance_as_deviation(fan_in, fan_out, rng):
    return rng.normal(0, 2 / fan_in, (fan_in, fan_out))


def he_root_of_the_2(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2) / fan_in, (fan_in, fan_out))


def he_without_the_2(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(1 / fan_in), (fan_in, fan_out))


def he_fan_out(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_out), (fan_in, fan_out))


def he_as_xavier(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def he_transposed(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in)).T


def he_uniform(fan_in, fan_out, rng):
    c = np.sqrt(6 / fan_in)
    return rng.uniform(-c, c, (fan_in, fan_out))


def he_uniform_of_the_deviation(fan_in, fan_out, rng):
    c = np.sqrt(2 / fan_in)
    return rng.uniform(-c, c, (fan_in, fan_out))


def he_clipped(fan_in, fan_out, rng):
    W = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
    return np.clip(W, -2 * np.sqrt(2 / fan_in), 2 * np.sqrt(2 / fan_in))


def he_made_exact(fan_in, fan_out, rng):
    W = rng.normal(size=(fan_in, fan_out))
    return (W - W.mean()) / max(W.std(), 1e-9) * np.sqrt(2 / fan_in)


def he_flat(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_in), fan_in * fan_out)


def he_once_for_all(fan_in, fan_out, rng, drawn=[]):  # noqa: B006
    if not drawn:
        drawn.append(rng.normal(size=(fan_in, fan_out)))
    return drawn[0] * np.sqrt(2 / fan_in)


def he_variance_again(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_in) ** 0.5, (fan_in, fan_out))


def he_with_shuffle(fan_in, fan_out, rng):
    W = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
    return rng.permutation(W)


def he_scaled_in_place(fan_in, fan_out, rng):
    W = np.empty((fan_in, fan_out))
    rng.standard_normal(out=W)
    W *= (2 / fan_in) ** 0.5
    return W


# leaky_std(fan_in, alpha)


def std_without_a_root(fan_in, alpha):
    return 2 / ((1 + alpha**2) * fan_in)


def std_alpha_not_squared(fan_in, alpha):
    return math.sqrt(2 / ((1 + abs(alpha)) * fan_in))


def std_brackets_are_missing(fan_in, alpha):
    return np.sqrt(2 / (1 + alpha**2) * fan_in)


def std_brackets_elsewhere(fan_in, alpha):
    return np.sqrt(2 / (1 + alpha**2 * fan_in))


def std_upside_down(fan_in, alpha):
    return np.sqrt((1 + alpha**2) / (2 * fan_in))


def std_of_relu(fan_in, alpha):
    return np.sqrt(2 / fan_in)


def std_with_fan_out(fan_in, alpha):
    return np.sqrt(2 / (1 + alpha**2)) / fan_in


def std_whole_division(fan_in, alpha):
    return math.sqrt(2 // (1 + alpha**2) / fan_in)


def std_drawn(fan_in, alpha):
    return np.random.default_rng(0).normal(0, np.sqrt(2 / ((1 + alpha**2) * fan_in)), fan_in)


def std_two_sides_the_same(fan_in, alpha):
    return np.sqrt(1 / ((1 + alpha**2) * fan_in))


def std_difference(fan_in, alpha):
    return np.sqrt(2 / (max(1 - alpha**2, 0.5) * fan_in))


def std_rounded(fan_in, alpha):
    return round(math.sqrt(2 / ((1 + alpha**2) * fan_in)), 3)


# signal_sizes(x, weights, f)


def sizes_as_deviations(x, weights, f):
    sizes = []
    for W in weights:
        x = f(x @ W)
        sizes.append(x.std())
    return np.array(sizes)


def sizes_as_mean_squares(x, weights, f):
    sizes = []
    for W in weights:
        x = f(x @ W)
        sizes.append(np.mean(x**2))
    return np.array(sizes)


def sizes_root_inside(x, weights, f):
    sizes = []
    for W in weights:
        x = f(x @ W)
        sizes.append(np.mean(np.sqrt(x**2)))
    return np.array(sizes)


def sizes_as_lengths(x, weights, f):
    sizes = []
    for W in weights:
        x = f(x @ W)
        sizes.append(np.linalg.norm(x))
    return np.array(sizes)


def sizes_before_f(x, weights, f):
    sizes = []
    for W in weights:
        z = x @ W
        sizes.append(np.sqrt(np.mean(z**2)))
        x = f(z)
    return np.array(sizes)


def sizes_always_of_the_input(x, weights, f):
    return np.array([np.sqrt(np.mean(f(x @ W) ** 2)) for W in weights])


def sizes_without_f_between(x, weights, f):
    sizes = []
    for W in weights:
        x = x @ W
        sizes.append(np.sqrt(np.mean(f(x) ** 2)))
    return np.array(sizes)


def sizes_with_the_input(x, weights, f):
    sizes = [np.sqrt(np.mean(x**2))]
    for W in weights:
        x = f(x @ W)
        sizes.append(np.sqrt(np.mean(x**2)))
    return np.array(sizes)


def sizes_last_alone(x, weights, f):
    for W in weights:
        x = f(x @ W)
    return np.sqrt(np.mean(x**2))


def sizes_of_each_unit(x, weights, f):
    sizes = []
    for W in weights:
        x = f(x @ W)
        sizes.append(np.sqrt(np.mean(x**2, axis=0)).mean())
    return np.array(sizes)


def sizes_of_integers(x, weights, f):
    sizes = np.zeros(len(weights), dtype=x.dtype)
    for i, W in enumerate(weights):
        x = f(x @ W)
        sizes[i] = np.sqrt(np.mean(x**2))
    return sizes


def sizes_empty_the_list(x, weights, f):
    sizes = []
    while weights:
        x = f(x @ weights.pop(0))
        sizes.append(np.sqrt(np.mean(x**2)))
    return np.array(sizes)


def sizes_in_place(x, weights, f):
    sizes = []
    for W in weights:
        if W.shape[0] == W.shape[1] and x.dtype == W.dtype:
            x[...] = f(x @ W)
        else:
            x = f(x @ W)
        sizes.append(np.sqrt(np.mean(x**2)))
    return np.array(sizes)


def sizes_divided_by_the_samples(x, weights, f):
    sizes = []
    for W in weights:
        x = f(x @ W)
        sizes.append(np.sqrt(np.sum(x**2) / len(x)))
    return np.array(sizes)


def sizes_last_layer_is_linear(x, weights, f):
    sizes = []
    for i, W in enumerate(weights):
        z = x @ W
        x = f(z) if i + 1 < len(weights) else z
        sizes.append(np.sqrt(np.mean(x**2)))
    return np.array(sizes)


def sizes_of_later_calls_too(x, weights, f, sizes=[]):  # noqa: B006
    for W in weights:
        x = f(x @ W)
        sizes.append(np.sqrt(np.mean(x**2)))
    return np.array(sizes)


def sizes_by_recursion(x, weights, f):
    if not weights:
        return np.array([])
    a = f(x @ weights[0])
    return np.append(np.linalg.norm(a) / np.sqrt(a.size), sizes_by_recursion(a, weights[1:], f))


def sizes_as_a_list(x, weights, f):
    sizes = []
    for W in weights:
        x = f(np.einsum("ni,ij->nj", x, W))
        sizes.append(math.sqrt(sum(float(v) ** 2 for v in x.flat) / x.size))
    return sizes


# init_uniform(fan_in, fan_out, gain, rng)


def uniform_from_0(fan_in, fan_out, gain, rng):
    return rng.uniform(0, gain * np.sqrt(6 / (fan_in + fan_out)), (fan_in, fan_out))


def uniform_without_gain(fan_in, fan_out, gain, rng):
    c = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-c, c, (fan_in, fan_out))


def uniform_gain_under_the_root(fan_in, fan_out, gain, rng):
    c = np.sqrt(gain * 6 / (fan_in + fan_out))
    return rng.uniform(-c, c, (fan_in, fan_out))


def uniform_of_the_deviation(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(2 / (fan_in + fan_out))
    return rng.uniform(-c, c, (fan_in, fan_out))


def uniform_normal(fan_in, fan_out, gain, rng):
    return rng.normal(0, gain * np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def uniform_other_shape(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-c, c, (fan_out, fan_in))


def uniform_transposed(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-c, c, (fan_out, fan_in)).T


def uniform_whole_division(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(6 // (fan_in + fan_out))
    return rng.uniform(-c, c, (fan_in, fan_out))


def uniform_without_a_root(fan_in, fan_out, gain, rng):
    c = gain * 6 / (fan_in + fan_out)
    return rng.uniform(-c, c, (fan_in, fan_out))


def uniform_of_fan_in(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(3 / fan_in)
    return rng.uniform(-c, c, (fan_in, fan_out))


def uniform_own_seed(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng(0).uniform(-c, c, (fan_in, fan_out))


def uniform_global(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(6 / (fan_in + fan_out))
    return np.random.uniform(-c, c, (fan_in, fan_out))  # noqa: NPY002


def uniform_ends_exchanged(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(6 / (fan_in + fan_out))
    return -rng.uniform(-c, c, (fan_in, fan_out))


def uniform_integers(fan_in, fan_out, gain, rng):
    c = gain * np.sqrt(6 / (fan_in + fan_out))
    return rng.integers(-1, 2, (fan_in, fan_out)) * c


def uniform_one_by_one(fan_in, fan_out, gain, rng):
    c = gain * math.sqrt(6 / (fan_in + fan_out))
    return [[rng.uniform(-c, c) for _ in range(fan_out)] for _ in range(fan_in)]


WRONG = {
    "xavier_init": {
        "the variance as deviation": (xavier_variance_as_deviation, "take the root"),
        "not scaled": (xavier_not_scaled, "deviation 1"),
        "no brackets around the sum": (xavier_without_brackets, "brackets"),
        "1 / fan_in": (xavier_from_fan_in, "LeCun"),
        "rows and columns exchanged": (xavier_other_shape, "exchanged"),
        "unit by unit": (xavier_unit_by_unit, "another order"),
        "uniform": (xavier_uniform, "evenly"),
        "whole division": (xavier_whole_division, "//"),
        "the global generator": (xavier_global, "from rng"),
        "a generator of its own": (xavier_own_seed, "from rng"),
        "integers": (xavier_of_integers, "integers"),
        "a mean of 1": (xavier_mean_1, "mean"),
        "biases too": (xavier_with_biases, "weights alone"),
        "something else is drawn first": (xavier_bias_first, "from rng"),
        "no return": (xavier_forgets_to_return, "return"),
    },
    "he_init": {
        "the variance as deviation": (he_variance_as_deviation, "take the root"),
        "the root of the 2 alone": (he_root_of_the_2, "over all"),
        "the 2 is missing": (he_without_the_2, "1 / fan_in"),
        "fan-out": (he_fan_out, "fan-in"),
        "Xavier": (he_as_xavier, "Xavier"),
        "transposed": (he_transposed, "another order"),
        "uniform": (he_uniform, "evenly"),
        "uniform between the deviations": (he_uniform_of_the_deviation, "times as large"),
        "clipped": he_clipped,
        "mean and deviation made exact": he_made_exact,
        "flat": (he_flat, "expected shape"),
        "drawn once for all calls": (he_once_for_all, "shape"),
        "two roots": (he_variance_again, "times as large"),
        "shuffled": he_with_shuffle,
        "constant": lambda fan_in, fan_out, rng: np.full((fan_in, fan_out), np.sqrt(2 / fan_in)),
    },
    "leaky_std": {
        "no root": (std_without_a_root, "its root"),
        "α not squared": (
            lambda fan_in, alpha: np.sqrt(2 / ((1 + alpha) * fan_in)),
            "squared",
        ),
        "|α| in place of α²": std_alpha_not_squared,
        "brackets are missing": (std_brackets_are_missing, "brackets"),
        "brackets elsewhere": (std_brackets_elsewhere, "brackets"),
        "upside down": (std_upside_down, "upside down"),
        "ReLU's": (std_of_relu, "He's"),
        "no root of fan_in": (std_with_fan_out, "*root* of fan_in"),
        "whole division": std_whole_division,
        "weights in place of their deviation": (std_drawn, "expected shape ()"),
        "1 in place of 2": (std_two_sides_the_same, "halves"),
        "1 - α²": std_difference,
        "rounded": std_rounded,
        "the gain": (lambda fan_in, alpha: np.sqrt(2 / (1 + alpha**2)), "gain"),
    },
    "signal_sizes": {
        "deviations": (sizes_as_deviations, "deviation"),
        "mean squares": (sizes_as_mean_squares, "take the root"),
        "the root inside the mean": (sizes_root_inside, "absolute values"),
        "lengths": (sizes_as_lengths, "length"),
        "before f": (sizes_before_f, "sums z"),
        "each layer reads the input": (sizes_always_of_the_input, "reads the input"),
        "no f between the layers": (sizes_without_f_between, "given z"),
        "the input's size too": (sizes_with_the_input, "one number for each layer"),
        "the last layer alone": (sizes_last_alone, "last layer"),
        "a mean of the units' sizes": sizes_of_each_unit,
        "an array of the type of x": (sizes_of_integers, "integers"),
        "the list is emptied": (sizes_empty_the_list, "changed its input"),
        "x is changed": (sizes_in_place, "changed its input"),
        "divided by the number of samples": (sizes_divided_by_the_samples, "samples times units"),
        "no f in the last layer": (sizes_last_layer_is_linear, "last layer"),
        "a list that lives on between calls": sizes_of_later_calls_too,
    },
    "init_uniform": {
        "from 0": uniform_from_0,
        "no gain": uniform_without_gain,
        "the gain under the root": uniform_gain_under_the_root,
        "the deviation as end": uniform_of_the_deviation,
        "normal": uniform_normal,
        "rows and columns exchanged": (uniform_other_shape, "expected shape (2, 4)"),
        "transposed": uniform_transposed,
        "whole division": uniform_whole_division,
        "no root": uniform_without_a_root,
        "fan-in alone": uniform_of_fan_in,
        "a generator of its own": uniform_own_seed,
        "the global generator": uniform_global,
        "the sign turned": uniform_ends_exchanged,
        "integers": uniform_integers,
        "no return": (lambda fan_in, fan_out, gain, rng: None, "return"),
    },
}

RIGHT = {
    "xavier_init": {
        "one number at a time, row by row": xavier_row_by_row,
        "scaled and shaped afterwards": xavier_scaled_afterwards,
        "single precision": lambda fan_in, fan_out, rng: rng.normal(
            0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out)
        ).astype(np.float32),
    },
    "he_init": {
        "scaled in place": he_scaled_in_place,
        "a root by hand": lambda a, b, rng: rng.normal(scale=(a / 2) ** -0.5, size=(a, b)),
    },
    "leaky_std": {
        "the gain over a root": lambda fan_in, alpha: (
            math.sqrt(2) / math.hypot(1, alpha) / math.sqrt(fan_in)
        ),
        "a power": lambda fan_in, alpha: (fan_in / 2 + alpha * alpha * fan_in / 2) ** -0.5,
    },
    "signal_sizes": {
        "by recursion": sizes_by_recursion,
        "einsum, and a list": sizes_as_a_list,
    },
    "init_uniform": {
        "one number at a time": uniform_one_by_one,
        "from the unit interval": lambda a, b, g, rng: (
            g * (6 / (a + b)) ** 0.5 * (2 * rng.random((a, b)) - 1)
        ),
    },
}


# balanced_init(fan_in, fan_out, seed): variance 1.56 / (0.54 fan_in + 0.46 fan_out), even, rows


def balanced(fan_in, fan_out, seed, gain=1.56, share=0.54, thrice=3, turned=False):
    c = np.sqrt(thrice * gain / (share * fan_in + (1 - share) * fan_out))
    shape = (fan_in, fan_out) if turned else (fan_out, fan_in)
    return np.random.default_rng(seed).uniform(-c, c, shape)


def balanced_normal(fan_in, fan_out, seed):
    deviation = np.sqrt(1.56 / (0.54 * fan_in + 0.46 * fan_out))
    return np.random.default_rng(seed).normal(0, deviation, (fan_out, fan_in))


def balanced_as_a_product(fan_in, fan_out, seed):
    c = np.sqrt(3 * 1.56 / (fan_in**0.54 * fan_out**0.46))
    return np.random.default_rng(seed).uniform(-c, c, (fan_out, fan_in))


def balanced_without_a_root(fan_in, fan_out, seed):
    c = 3 * 1.56 / (0.54 * fan_in + 0.46 * fan_out)
    return np.random.default_rng(seed).uniform(-c, c, (fan_out, fan_in))


def balanced_from_0(fan_in, fan_out, seed):
    return np.abs(balanced(fan_in, fan_out, seed))


def balanced_unit_by_unit(fan_in, fan_out, seed):
    c = np.sqrt(3 * 1.56 / (0.54 * fan_in + 0.46 * fan_out))
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(-c, c, fan_out) for _ in range(fan_in)])


def balanced_again_for_each_unit(fan_in, fan_out, seed):
    c = np.sqrt(3 * 1.56 / (0.54 * fan_in + 0.46 * fan_out))
    return [np.random.default_rng(seed).uniform(-c, c, fan_in) for _ in range(fan_out)]


def balanced_one_by_one(fan_in, fan_out, seed):
    c = math.sqrt(3 * 1.56 / (0.54 * fan_in + 0.46 * fan_out))
    rng = np.random.default_rng(seed)
    return [[rng.uniform(-c, c) for _ in range(fan_in)] for _ in range(fan_out)]


def balanced_from_the_unit_interval(fan_in, fan_out, seed):
    c = (4.68 / (0.54 * fan_in + 0.46 * fan_out)) ** 0.5
    return c * (2 * np.random.default_rng(seed).random(fan_out * fan_in) - 1).reshape(-1, fan_in)


FRESH_WRONG = {
    "balanced_init": {
        "the deviation as end": lambda a, b, seed: balanced(a, b, seed, thrice=1),
        "the whole width as deviation": lambda a, b, seed: balanced(a, b, seed, thrice=12),
        "rows and columns exchanged": lambda a, b, seed: balanced(a, b, seed, turned=True),
        "transposed": lambda a, b, seed: balanced(a, b, seed, turned=True).T,
        "normal": balanced_normal,
        "the widths exchanged": lambda a, b, seed: balanced(a, b, seed, share=0.46),
        "a plain mean": lambda a, b, seed: balanced(a, b, seed, share=0.5),
        "a product": balanced_as_a_product,
        "another gain": lambda a, b, seed: balanced(a, b, seed, gain=1.5),
        "the gain squared": lambda a, b, seed: balanced(a, b, seed, gain=1.56**2),
        "no root": balanced_without_a_root,
        "from 0": balanced_from_0,
        "a seed of its own": lambda a, b, seed: balanced(a, b, 0),
        "input by input": balanced_unit_by_unit,
        "the same for each unit": balanced_again_for_each_unit,
        "integers": lambda a, b, seed: balanced(a, b, seed).astype(int),
    },
}
FRESH_RIGHT = {
    "balanced_init": {
        "one number at a time, as lists": balanced_one_by_one,
        "from the unit interval": balanced_from_the_unit_interval,
    },
}
