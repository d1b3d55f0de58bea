"""Activation functions: answers to the exercises of chapter 7."""

import math

import numpy as np

# leaky_relu(x, alpha)


def leaky_changes_x(x, alpha):
    x = np.asarray(x, dtype=float)  # no copy if x is float already
    x[x < 0] *= alpha
    return x


def leaky_of_the_type_of_x(x, alpha):
    y = np.zeros_like(x)
    y[...] = np.where(np.asarray(x) > 0, x, alpha * np.asarray(x))
    return y


def leaky_as_comprehension(x, alpha):
    return np.array([v if v > 0 else alpha * v for v in x])


def leaky_with_if(x, alpha):
    if x > 0:
        return x
    return alpha * x


def leaky_makes_a_row(x, alpha):
    x = np.atleast_1d(x).astype(float)
    return np.where(x > 0, x, alpha * x)


def leaky_vectorized(x, alpha):
    return np.vectorize(lambda v: v if v > 0 else alpha * v)(x)


def leaky_prints(x, alpha):
    print(np.where(np.asarray(x) > 0, x, alpha * np.asarray(x)))


def leaky_remembers(x, alpha, values=[]):  # noqa: B006
    for v in np.ravel(x):
        values.append(v if v > 0 else alpha * v)
    return np.reshape(values[: np.size(x)], np.shape(x))


def leaky_loops(x, alpha):
    numbers = [v if v > 0 else alpha * v for v in np.ravel(x).tolist()]
    return np.array(numbers, dtype=float).reshape(np.shape(x))


# silu(x)


def sigma(x):
    e = np.exp(-np.abs(x))
    return np.where(np.asarray(x) > 0, 1, e) / (1 + e)


def silu_overflows(x):
    s = 1 / (1 + np.exp(-x))
    return x * s, s + x * s * (1 - s)


def silu_overflows_on_the_right(x):
    s = np.exp(x) / (1 + np.exp(x))
    return x * s, s + x * s * (1 - s)


def silu_value_alone(x):
    return x * sigma(x)


def silu_without_the_second_term(x):
    return x * sigma(x), sigma(x)


def silu_without_the_first_term(x):
    s = sigma(x)
    return x * s, x * s * (1 - s)


def silu_adds_the_slope(x):
    s = sigma(x)
    return x * s, s + s * (1 - s)


def silu_wrong_sign(x):
    s = sigma(x)
    return x * s, s - x * s * (1 - s)


def silu_slope_of_the_sigmoid(x):
    s = sigma(x)
    return x * s, s * (1 - s)


def silu_slope_first(x):
    s = sigma(x)
    return s + x * s * (1 - s), x * s


def silu_of_integers(x):
    s = sigma(x)
    value, slope = np.zeros_like(x), np.zeros_like(x)
    value[...], slope[...] = x * s, s + x * s * (1 - s)
    return value, slope


def silu_clipped(x):
    x = np.clip(x, -30, 30)
    s = 1 / (1 + np.exp(-x))
    return x * s, s + x * s * (1 - s)


def silu_clips_the_callers_x(x):
    x = np.asarray(x, dtype=float)
    np.clip(x, -500, 500, out=x)
    s = 1 / (1 + np.exp(-x))
    return x * s, s + x * s * (1 - s)


def silu_by_differences(x):
    def f(x):
        return x * sigma(x)

    x = np.asarray(x, dtype=float)
    return f(x), (f(x + 1e-3) - f(x - 1e-3)) / 2e-3


def silu_one_number_at_a_time(x):
    s = 1 / (1 + math.exp(-x))
    return x * s, s + x * s * (1 - s)


def silu_from_tanh(x):
    s = (1 + np.tanh(np.asarray(x) / 2)) / 2
    value = x * s
    return value, value + s * (1 - value)


def silu_loops(x):
    values, slopes = np.empty(np.shape(x)), np.empty(np.shape(x))
    for i in np.ndindex(np.shape(x)):
        v = float(np.asarray(x)[i])
        s = 1 / (1 + math.exp(-v)) if v > -700 else 0.0
        values[i], slopes[i] = v * s, s * (1 + v * (1 - s))
    return [values, slopes]


# layer_factor(dz, W, slopes)


def factor_untransposed(dz, W, slopes):
    return np.linalg.norm(dz @ W * slopes) / np.linalg.norm(dz)


def factor_without_slopes(dz, W, slopes):
    return np.linalg.norm(dz @ W.T) / np.linalg.norm(dz)


def factor_slopes_first(dz, W, slopes):
    return np.linalg.norm((dz * slopes) @ W.T) / np.linalg.norm(dz)


def factor_upside_down(dz, W, slopes):
    return np.linalg.norm(dz) / np.linalg.norm(dz @ W.T * slopes)


def factor_of_each_sample(dz, W, slopes):
    before = dz @ W.T * slopes
    return np.linalg.norm(before, axis=1) / np.linalg.norm(dz, axis=1)


def factor_of_means(dz, W, slopes):
    before = dz @ W.T * slopes
    return np.sqrt(np.mean(before**2)) / np.sqrt(np.mean(dz**2))


def factor_of_squares(dz, W, slopes):
    return np.sum((dz @ W.T * slopes) ** 2) / np.sum(dz**2)


def factor_of_sizes(dz, W, slopes):
    return np.abs(dz @ W.T * slopes).sum() / np.abs(dz).sum()


def factor_spectral(dz, W, slopes):
    return np.linalg.norm(dz @ W.T * slopes, 2) / np.linalg.norm(dz, 2)


def factor_of_integers(dz, W, slopes):
    before = np.zeros_like(slopes)
    for i in range(len(dz)):
        before[i] = W @ dz[i] * slopes[i]
    return np.linalg.norm(before) / np.linalg.norm(dz)


def factor_in_the_products_type(dz, W, slopes):
    before = dz @ W.T
    before[...] = before * slopes
    return np.linalg.norm(before) / np.linalg.norm(dz)


def factor_multiplies_in_place(dz, W, slopes):
    before = dz @ W.T
    before *= slopes
    return np.linalg.norm(before) / np.linalg.norm(dz)


def factor_normalizes_dz(dz, W, slopes):
    dz /= np.linalg.norm(dz)
    return np.linalg.norm(dz @ W.T * slopes)


def factor_matrix_product_of_slopes(dz, W, slopes):
    return np.linalg.norm(dz @ W.T @ slopes.T) / np.linalg.norm(dz)


def factor_from_the_greatest(dz, W, slopes):
    return np.linalg.norm(W, 2) * slopes.max()


def factor_by_sums(dz, W, slopes):
    total = 0.0
    for sample, slope in zip(dz, slopes, strict=True):
        for k in range(len(W)):
            total += (sum(sample * W[k]) * slope[k]) ** 2
    return math.sqrt(total) / math.sqrt(sum(number**2 for number in dz.flat))


def factor_by_einsum(dz, W, slopes):
    before = np.einsum("nj,kj,nk->nk", dz, W, slopes)
    return np.sqrt(np.vdot(before, before) / np.vdot(dz, dz))


# count_dead(z)


def dead_samples(z):
    return (z <= 0).all(axis=1).sum()


def dead_matrix(z):
    return int((z <= 0).all())


def dead_mask(z):
    return (z <= 0).all(axis=0)


def dead_pairs(z):
    return np.sum(z <= 0)


def dead_for_some(z):
    return np.sum(np.any(z <= 0, axis=0))


def dead_below(z):
    return np.sum(np.all(z < 0, axis=0))


def dead_on_average(z):
    return np.sum(z.mean(axis=0) <= 0)


def dead_share(z):
    return np.mean(np.all(z <= 0, axis=0))


def dead_changes_z(z):
    z[z < 0] = 0
    return int((z.sum(axis=0) == 0).sum())


def dead_in_the_first_sample(z):
    return int((z[0] <= 0).sum())


def dead_nearly(z):
    return sum(np.allclose(np.maximum(unit, 0), 0) for unit in z.T)


def dead_counted_once_for_all(z, dead=[]):  # noqa: B006
    for unit in z.T:
        if unit.max() <= 0:
            dead.append(unit)
    return len(dead)


def dead_loops(z):
    n, units = np.shape(z)
    count = 0
    for j in range(units):
        for i in range(n):
            if z[i, j] > 0:
                break
        else:
            count += 1
    return count


# elu_backward(dout, x, alpha)


def elu_overflows(dout, x, alpha):
    return dout * np.where(x > 0, 1, alpha * np.exp(x))


def elu_of_integers(dout, x, alpha):
    dx = dout.copy()
    closed = x <= 0
    dx[closed] = dout[closed] * alpha * np.exp(x[closed])
    return dx


def elu_changes_x(dout, x, alpha):
    x = np.asarray(x, dtype=float)
    slope = np.where(x > 0, 1.0, alpha)
    x[x > 0] = 0
    return dout * slope * np.exp(x)


def elu_changes_dout(dout, x, alpha):
    below = x < 0
    dout[below] = dout[below] * alpha * np.exp(x[below])
    return dout


def elu_forward(dout, x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_zero_at_the_corner(dout, x, alpha):
    dx = np.zeros(x.shape)
    dx[x > 0] = dout[x > 0]
    dx[x < 0] = dout[x < 0] * alpha * np.exp(x[x < 0])
    return dx


def elu_vectorized(dout, x, alpha):
    return np.vectorize(lambda d, v: d if v > 0 else d * alpha * math.exp(v))(dout, x)


def elu_loops(dout, x, alpha):
    dx = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        dx[i] = dout[i] * (1 if x[i] > 0 else alpha * math.exp(x[i]))
    return dx


def elu_from_the_output(dout, x, alpha):
    below = alpha * np.expm1(np.minimum(x, 0))
    return dout * np.where(x > 0, 1, below + alpha)


WRONG = {
    "leaky_relu": {
        "ReLU": (lambda x, alpha: np.maximum(x, 0), "ReLU"),
        "the greater of the two": (
            lambda x, alpha: np.maximum(x, alpha * np.asarray(x)),
            "from 0 to 1",
        ),
        "alpha everywhere": (lambda x, alpha: alpha * np.asarray(x), "straight line"),
        "the slopes": (lambda x, alpha: np.where(np.asarray(x) > 0, 1, alpha), "slopes"),
        "alpha without x": (lambda x, alpha: np.where(np.asarray(x) > 0, x, alpha), "itself"),
        "the other side": (
            lambda x, alpha: np.where(np.asarray(x) > 0, alpha * np.asarray(x), x),
            "wrong side",
        ),
        "a fixed alpha": (
            lambda x, alpha=0.01: np.maximum(x, 0) + 0.01 * np.minimum(x, 0),
            "0.01",
        ),
        "subtracts": lambda x, alpha: np.maximum(x, 0) - alpha * np.minimum(x, 0),
        "x is changed": (leaky_changes_x, "changed its input"),
        "zeros_like of integers": (leaky_of_the_type_of_x, "zeros_like"),
        "np.vectorize takes the first number's type": (leaky_vectorized, "np.vectorize"),
        "one axis only": leaky_as_comprehension,
        "Python's if": (leaky_with_if, "np.where"),
        "a number becomes a row": leaky_makes_a_row,
        "prints, returns nothing": (leaky_prints, "return"),
        "a list that lives on between calls": leaky_remembers,
    },
    "silu": {
        "overflows on the left": (silu_overflows, "overflow"),
        "overflows on the right": (silu_overflows_on_the_right, "overflow"),
        "the value alone": silu_value_alone,
        "no second term": (silu_without_the_second_term, "product rule"),
        "no first term": (silu_without_the_first_term, "product rule"),
        "σ' without x": (silu_adds_the_slope, "x · σ'"),
        "the wrong sign": (silu_wrong_sign, "sign"),
        "the slope of σ": (silu_slope_of_the_sigmoid, "this is σ'"),
        "order of the results": (silu_slope_first, "order"),
        "zeros_like of integers": (silu_of_integers, "zeros_like"),
        "clipped, and so wrong far out": silu_clipped,
        "x is clipped in place": (silu_clips_the_callers_x, "changed its input"),
        "slope by differences": silu_by_differences,
        "math.exp": (silu_one_number_at_a_time, "math"),
        "the sigmoid": (lambda x: (sigma(x), sigma(x) * (1 - sigma(x))), "silu is x times it"),
        "GELU's approximation": lambda x: (x * sigma(1.702 * x), sigma(1.702 * x)),
    },
    "layer_factor": {
        "no transpose": (factor_untransposed, "transpose"),
        "no slopes": (factor_without_slopes, "slopes are missing"),
        "slopes before the weights": (factor_slopes_first, "too early"),
        "upside down": (factor_upside_down, "upside down"),
        "a number for each sample": (factor_of_each_sample, "for each sample"),
        "root mean squares": (factor_of_means, "root mean squares"),
        "squares": (factor_of_squares, "square of the factor"),
        "sums of sizes": (factor_of_sizes, "sizes"),
        "the spectral norm": (factor_spectral, "leave the 2 out"),
        "zeros_like of integers": (factor_of_integers, "zeros_like"),
        "fractions into an array of integers": (factor_in_the_products_type, "dz @ W.T"),
        "integers times fractions in place": (factor_multiplies_in_place, "float copy"),
        "dz is changed": (factor_normalizes_dz, "changed its input"),
        "a matrix product with the slopes": factor_matrix_product_of_slopes,
        "greatest weights times greatest slope": factor_from_the_greatest,
        "no return": (lambda dz, W, slopes: None, "return"),
    },
    "count_dead": {
        "samples": (dead_samples, "count samples"),
        "the whole matrix": (dead_matrix, "whole matrix"),
        "a mask": (dead_mask, "number is wanted"),
        "pairs": (dead_pairs, "pairs"),
        "closed for some": (dead_for_some, "closed for some"),
        "0 counts as open": (dead_below, "z = 0"),
        "a mean at or below 0": (dead_on_average, "mean"),
        "the share": (dead_share, "share"),
        "the living": (lambda z: np.any(z > 0, axis=0).sum(), "alive"),
        "z is changed": (dead_changes_z, "changed its input"),
        "the first sample alone": dead_in_the_first_sample,
        "nearly 0 counts as 0": (dead_nearly, "a little"),
        "a list that lives on between calls": dead_counted_once_for_all,
        "all but the last unit": lambda z: sum((z[:, j] <= 0).all() for j in range(len(z[0]) - 1)),
    },
    "elu_backward": {
        "overflows": (elu_overflows, "overflow"),
        "a copy of integers": (elu_of_integers, "integers"),
        "np.vectorize takes the first number's type": (elu_vectorized, "integers"),
        "x is changed": (elu_changes_x, "changed its input"),
        "dout is changed": (elu_changes_dout, "changed its input"),
        "the forward pass": elu_forward,
        "the slope alone": lambda dout, x, alpha: np.where(
            x > 0, 1, alpha * np.exp(np.minimum(x, 0))
        ),
        "0 at the corner": elu_zero_at_the_corner,
        "no alpha": lambda dout, x, alpha: dout * np.exp(np.minimum(x, 0)),
        "alpha everywhere": lambda dout, x, alpha: dout * alpha * np.exp(np.minimum(x, 0)),
        "the value below 0": lambda dout, x, alpha: (
            dout * np.where(x > 0, 1, alpha * np.expm1(np.minimum(x, 0)))
        ),
        "leaky ReLU": lambda dout, x, alpha: dout * np.where(x > 0, 1, alpha),
        "gates dout by its own sign": lambda dout, x, alpha: np.where(
            dout > 0, dout, dout * alpha * np.exp(np.minimum(x, 0))
        ),
        "alpha in the power": lambda dout, x, alpha: (
            dout * np.where(x > 0, 1, np.exp(alpha * np.minimum(x, 0)))
        ),
        "no return": (lambda dout, x, alpha: None, "return"),
    },
}

RIGHT = {
    "leaky_relu": {
        "two halves": lambda x, alpha: np.maximum(x, 0) + alpha * np.minimum(x, 0),
        "a mixture of x and its size": lambda x, alpha: (
            (1 + alpha) / 2 * np.asarray(x) + (1 - alpha) / 2 * np.abs(x)
        ),
        "loops": leaky_loops,
    },
    "silu": {
        "by tanh": silu_from_tanh,
        "loops, as a list": silu_loops,
    },
    "layer_factor": {
        "sums": factor_by_sums,
        "einsum": factor_by_einsum,
    },
    "count_dead": {
        "loops": dead_loops,
        "the greatest of each unit": lambda z: int(sum(z.max(axis=0) <= 0)),
        "the sum of the outputs": lambda z: len(z[0]) - np.count_nonzero(z.clip(0).sum(axis=0)),
    },
    "elu_backward": {
        "loops": elu_loops,
        "from the output": elu_from_the_output,
    },
}


# bend_backward(dout, x): 1.73 x on the right, 0.74 (exp(0.98 x) - 1) on the left, the line at 0


def bend(dout, x, line=1.73, height=0.74, speed=0.98, at_0=True, power=lambda x: np.minimum(x, 0)):
    x = np.asarray(x, dtype=float)
    right = x >= 0 if at_0 else x > 0
    return dout * np.where(right, line, height * speed * np.exp(speed * power(x)))


def bend_masks_by_multiplying(dout, x):
    x = np.asarray(x, dtype=float)
    with np.errstate(all="ignore"):
        curve = 0.74 * 0.98 * np.exp(0.98 * x)
        return dout * ((x >= 0) * 1.73 + (x < 0) * curve)


def bend_changes_x(dout, x):
    slopes = bend(1.0, x)
    x[x > 0] = 0
    return dout * slopes


def bend_changes_dout(dout, x):
    dout *= bend(1.0, x).astype(dout.dtype)
    return dout


def bend_of_integers(dout, x):
    dx = np.zeros_like(dout)
    dx[...] = bend(dout, x)
    return dx


def bend_forward(dout, x):
    return np.where(x > 0, 1.73 * x, 0.74 * np.expm1(0.98 * np.minimum(x, 0)))


def bend_loops(dout, x):
    dx = np.empty(np.shape(x))
    for i in np.ndindex(np.shape(x)):
        dx[i] = dout[i] * (1.73 if x[i] >= 0 else 0.74 * 0.98 * math.exp(0.98 * x[i]))
    return dx


def bend_as_lists(dout, x):
    if np.ndim(x):
        return [bend_as_lists(d, v) for d, v in zip(dout, x, strict=True)]
    return dout * (1.73 if x >= 0 else 0.7252 * np.exp(0.98 * x))


def bend_from_the_output(dout, x):
    below = 0.74 * np.expm1(0.98 * np.minimum(x, 0))
    return dout * np.where(np.asarray(x) < 0, 0.98 * (below + 0.74), 1.73)


FRESH_WRONG = {
    "bend_backward": {
        "the other side at 0": lambda dout, x: bend(dout, x, at_0=False),
        "another slope": lambda dout, x: bend(dout, x, line=1.7),
        "ReLU's slope": lambda dout, x: bend(dout, x, line=1),
        "no inner derivative": lambda dout, x: bend(dout, x, height=0.74 / 0.98),
        "no speed in the power": lambda dout, x: (
            dout * np.where(np.asarray(x) >= 0, 1.73, 0.7252 * np.exp(np.minimum(x, 0)))
        ),
        "no height": lambda dout, x: bend(dout, x, height=1),
        "the sides exchanged": lambda dout, x: bend(dout, -x),
        "the other sign in the power": lambda dout, x: bend(
            dout, x, power=lambda x: -np.minimum(x, 0).clip(-500)
        ),
        "the slopes alone": lambda dout, x: bend(1.0, x),
        "the forward pass": bend_forward,
        "the value below 0": lambda dout, x: (
            dout * np.where(np.asarray(x) >= 0, 1.73, 0.74 * np.expm1(0.98 * np.minimum(x, 0)))
        ),
        "overflows where it is masked": bend_masks_by_multiplying,
        "x is changed": bend_changes_x,
        "dout is changed": bend_changes_dout,
        "cut off": bend_of_integers,
    },
}
FRESH_RIGHT = {
    "bend_backward": {
        "loops": bend_loops,
        "as lists": bend_as_lists,
        "from the output": bend_from_the_output,
    },
}
