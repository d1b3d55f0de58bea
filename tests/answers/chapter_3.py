"""Forward propagation: answers to the exercises of chapter 3."""

import functools
from itertools import pairwise

import numpy as np

# affine_forward(x, w, b)


def affine_with_zeros_like(x, w, b):
    out = np.zeros((len(x), len(b)), dtype=x.dtype)
    for i in range(len(x)):
        out[i] = x[i] @ w + b
    return out


def affine_in_place(x, w, b):
    w *= 1
    b += x[0] @ w
    return np.vstack([b, x[1:] @ w + b - x[0] @ w])


def affine_into_x(x, w, b):
    if x.shape[1] == w.shape[1]:
        x[:] = x @ w + b
        return x
    return x @ w + b


def affine_leaves_out_the_last_input(x, w, b):
    out = np.zeros((x.shape[0], w.shape[1]))
    for i in range(x.shape[0]):
        for j in range(w.shape[1]):
            out[i, j] = b[j]
            for k in range(x.shape[1] - 1):
                out[i, j] += x[i, k] * w[k, j]
    return out


def affine_adds_the_bias_for_each_input(x, w, b):
    out = np.zeros((x.shape[0], w.shape[1]))
    for k in range(x.shape[1]):
        out += x[:, [k]] * w[k] + b
    return out


def affine_appends(x, w, b, rows=[]):  # noqa: B006
    for row in x:
        rows.append(row @ w + b)
    return np.array(rows)


def affine_prints(x, w, b):
    print(x @ w + b)


def affine_with_loops(x, w, b):
    """As lists."""
    columns = list(zip(*w.tolist(), strict=True))
    return [
        [
            sum(u * v for u, v in zip(row, column, strict=True)) + bias
            for column, bias in zip(columns, b.tolist(), strict=True)
        ]
        for row in x.tolist()
    ]


def affine_augmented(x, w, b):
    return np.column_stack([x, np.ones(len(x))]) @ np.vstack([w, b])


# count_parameters(sizes)


def count_off_by_one(sizes):
    total = 0
    for i in range(len(sizes) - 2):
        total += sizes[i] * sizes[i + 1] + sizes[i + 1]
    return total


def count_from_the_second(sizes):
    total = 0
    for i in range(2, len(sizes)):
        total += sizes[i - 1] * sizes[i] + sizes[i]
    return total


def count_pops(sizes):
    total, n_in = 0, sizes.pop(0)
    while sizes:
        total += (n_in + 1) * sizes[0]
        n_in = sizes.pop(0)
    return total


def count_into_a_default(sizes, total=[0]):  # noqa: B006
    for n_in, n_out in pairwise(sizes):
        total[0] += (n_in + 1) * n_out
    return total[0]


def count_by_recursion(sizes):
    n_in, n_out, *others = sizes
    return (n_in + 1) * n_out + (count_by_recursion([n_out, *others]) if others else 0)


# bump(x, left, right, ramp)


def relu(z):
    return np.maximum(0, z)


def bump_in_whole_numbers(x, left, right, ramp):
    x = np.asarray(x)
    y = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        y[i] = np.clip(min((x[i] - left) / ramp, (right - x[i]) / ramp), 0, 1)
    return y


def bump_by_floor_division(x, left, right, ramp):
    x = np.asarray(x)
    return np.clip(np.minimum((x - left) // ramp, (right - x) // ramp), 0, 1)


def bump_moves_x(x, left, right, ramp):
    x -= left
    right = right - left
    return (relu(x) - relu(x - ramp) - relu(x - right + ramp) + relu(x - right)) / ramp


def bump_for_one_number(x, left, right, ramp):
    if x <= left or x >= right:
        return 0.0
    if x < left + ramp:
        return (x - left) / ramp
    if x > right - ramp:
        return (right - x) / ramp
    return 1.0


def bump_for_one_axis(x, left, right, ramp):
    return [bump_for_one_number(value, left, right, ramp) for value in x]


def bump_without_the_top(x, left, right, ramp):
    """A hat as wide as the bump, not cut off at 1."""
    return relu(np.minimum((x - left) / ramp, (right - x) / ramp))


def bump_with_a_switch(x, left, right, ramp):
    """The slope of the middle instead of the ramp."""
    return np.clip(np.minimum(x - left, right - x) / (right - left), 0, 1)


def bump_ramps_in_the_middle(x, left, right, ramp):
    """Half of each ramp lies outside."""
    h = ramp / 2
    up = relu(x - left + h) - relu(x - left - h)
    down = relu(x - right + h) - relu(x - right - h)
    return (up - down) / ramp


def bump_remembers(x, left, right, ramp, corners=[]):  # noqa: B006
    corners += [left, left + ramp, right - ramp, right]
    a, b, c, d = corners[:4]
    return (relu(x - a) - relu(x - b) - relu(x - c) + relu(x - d)) / ramp


def four(signs, scaled=True):
    def bump(x, left, right, ramp):
        corners = [left, left + ramp, right - ramp, right]
        y = 0
        for sign, corner in zip(signs, corners, strict=True):
            y = y + sign * relu(x - corner)
        return y / ramp if scaled else y

    return bump


def bump_by_interpolation(x, left, right, ramp):
    return np.interp(x, [left, left + ramp, right - ramp, right], [0, 1, 1, 0])


def bump_everywhere(x, left, right, ramp):
    """Number by number, as nested lists."""
    if np.ndim(x) == 0:
        return bump_for_one_number(x, left, right, ramp)
    return [bump_everywhere(part, left, right, ramp) for part in x]


# mlp_forward(x, params)


def mlp(inner=relu, last=lambda z: z, first=lambda x: x, affine=lambda x, W, b: x @ W + b):
    def mlp_forward(x, params):
        x = first(x)
        for W, b in params[:-1]:
            x = inner(affine(x, W, b))
        return last(affine(x, *params[-1]))

    return mlp_forward


def mlp_relu_once(x, params):
    for i, (W, b) in enumerate(params):
        x = x @ W + b
        if i == 0 and len(params) > 1:
            x = relu(x)
    return x


def mlp_looks_at_the_weights(x, params):
    for W, b in params:
        x = x @ W + b
        if W is not params[-1][0]:
            x = relu(x)
    return x


def mlp_pops(x, params):
    W_last, b_last = params.pop()
    for W, b in params:
        x = relu(x @ W + b)
    return x @ W_last + b_last


def mlp_changes_x(x, params):
    x[x < 0] = 0
    for W, b in params[:-1]:
        x = relu(x @ W + b)
    return x @ params[-1][0] + params[-1][1]


def mlp_zeros_like(x, params):
    for i, (W, b) in enumerate(params):
        z = np.zeros((len(x), len(b)), dtype=x.dtype)
        for n in range(len(x)):
            z[n] = x[n] @ W + b
        x = z if i == len(params) - 1 else relu(z)
    return x


def mlp_skips_the_last(x, params):
    for i in range(len(params) - 1):
        W, b = params[i]
        x = x @ W + b
        if i < len(params) - 2:
            x = relu(x)
    return x


def mlp_of_three(x, params):
    (W1, b1), (W2, b2), (W3, b3) = params
    return relu(relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3


def mlp_returns_all(x, params):
    signals = []
    for i, (W, b) in enumerate(params):
        x = x @ W + b
        x = relu(x) if i < len(params) - 1 else x
        signals.append(x)
    return signals


def mlp_appends(x, params, signals=[]):  # noqa: B006
    signals.append(x)
    for i, (W, b) in enumerate(params):
        z = signals[i] @ W + b
        signals.append(relu(z) if i < len(params) - 1 else z)
    return signals[len(params)]


def mlp_one_relu_too_few(x, params):
    for i, (W, b) in enumerate(params):
        x = x @ W + b
        if i < len(params) - 2:
            x = relu(x)
    return x


def mlp_backwards(x, params):
    for i, (W, b) in enumerate(reversed(params)):
        x = x @ W + b
        if i < len(params) - 1:
            x = relu(x)
    return x


def mlp_collapsed(x, params):
    W, b = params[0]
    for W_next, b_next in params[1:]:
        W, b = relu(W) @ W_next, relu(b) @ W_next + b_next
    return x @ W + b


def mlp_recursively(x, params):
    (W, b), *others = params
    z = np.einsum("ni,ij->nj", x, W) + b
    return mlp_recursively((z + np.abs(z)) / 2, others) if others else z


def mlp_by_reduce(x, params):
    """The first layer apart: a ReLU stands before each of the others. As lists."""
    first, *others = params
    return functools.reduce(
        lambda z, layer: (z * (z > 0)) @ layer[0] + layer[1], others, x @ first[0] + first[1]
    ).tolist()


WRONG = {
    "affine_forward": {
        "no bias": (lambda x, w, b: x @ w, "b is missing"),
        "w transposed": (lambda x, w, b: x @ w.T + b, "no transpose"),
        "w transposed, no bias": (lambda x, w, b: x.dot(w.T), "b is missing"),
        "w first": (lambda x, w, b: w @ x + b, "x comes first"),
        "as columns": (lambda x, w, b: w.T @ x.T + b[:, None], "samples as columns"),
        "b as a column": (lambda x, w, b: x @ w + b[:, None], "instead of each column"),
        "entry by entry": (lambda x, w, b: x * w + b, "matrix product"),
        "the sum of the biases": (lambda x, w, b: x @ w + b.sum(), "its own bias"),
        "the mean of the biases": lambda x, w, b: x @ w + b.mean(),
        "b taken off": lambda x, w, b: x @ w - b,
        "b for each input": affine_adds_the_bias_for_each_input,
        "a ReLU": (lambda x, w, b: np.maximum(0, x @ w + b), "leave out the ReLU"),
        "a sigmoid": (lambda x, w, b: 1 / (1 + np.exp(-(x @ w + b))), "leave out the sigmoid"),
        "a mean over inputs": lambda x, w, b: x @ w / len(w) + b,
        "the last input left out": affine_leaves_out_the_last_input,
        "fractions cut off": (affine_with_zeros_like, "zeros_like"),
        "changes b": (affine_in_place, "changed its input"),
        "into x": (affine_into_x, "changed its input"),
        "one sample": (lambda x, w, b: x[0] @ w + b, "got (3,)"),
        "a mutable default": affine_appends,
        "prints": (affine_prints, "is a return missing?"),
    },
    "count_parameters": {
        "weights": (
            lambda sizes: sum(a * b for a, b in pairwise(sizes)),
            "each unit has a bias, too",
        ),
        "units": (lambda sizes: sum(sizes), "these are the units"),
        "biases": (lambda sizes: sum(sizes[1:]), "these are the biases"),
        "a bias for each input": (
            lambda sizes: sum(a * b for a, b in pairwise(sizes)) + sum(sizes),
            "they have no bias",
        ),
        "one bias a layer": (
            lambda sizes: sum(a * b + 1 for a, b in pairwise(sizes)),
            "not one for all",
        ),
        "the bias on the other side": (
            lambda sizes: sum(a * (b + 1) for a, b in pairwise(sizes)),
            "which side",
        ),
        "the product": (lambda sizes: int(np.prod(sizes)), "neighbouring layers"),
        "the last layer left out": (count_off_by_one, "the last layer is missing"),
        "the first layer left out": (count_from_the_second, "the first layer is missing"),
        "two too many": lambda sizes: sum((a + 1) * (b + 1) for a, b in pairwise(sizes)),
        "of the houses": lambda sizes: 91,
        "pops": (count_pops, "changed its input"),
        "a mutable default": count_into_a_default,
        "a list": (
            lambda sizes: [(a + 1) * b for a, b in pairwise(sizes)],
            "expected shape (), got (2,)",
        ),
        "text": (lambda sizes: str(count_by_recursion(sizes)), "expected real numbers"),
        "no return": (lambda sizes: None, "is a return missing?"),
    },
    "bump": {
        "as high as the ramp is wide": (four((1, -1, -1, 1), scaled=False), "1 / ramp"),
        "times the ramp": lambda x, left, right, ramp: (
            four((1, -1, -1, 1), scaled=False)(x, left, right, ramp) * ramp
        ),
        "stays up": (four((1, -1, 0, 0)), "stays up"),
        "falls for ever": (four((1, -1, -1, 0)), "for ever"),
        "climbs on": (four((1, -1, 1, -1)), "wrong sign"),
        "two corners": (four((1, 0, 0, -1)), "without a stop"),
        "two mistakes": (four((1, -1, -1, 0), scaled=False), "the slope of the ramps"),
        "upside down": (four((-1, 1, 1, -1)), "upside down"),
        "ramps outside": (
            lambda x, left, right, ramp: four((1, -1, -1, 1))(x, left - ramp, right + ramp, ramp),
            "the ramps lie outside",
        ),
        "ramps in the middle": bump_ramps_in_the_middle,
        "two steps": (
            lambda x, left, right, ramp: (x > left) * 1.0 - (x > right),
            "a block of two steps",
        ),
        "a block": lambda x, left, right, ramp: ((x > left) & (x < right)) * 1.0,
        "not cut off": bump_without_the_top,
        "another slope": bump_with_a_switch,
        "fractions cut off": (bump_in_whole_numbers, "zeros_like"),
        "floor division": bump_by_floor_division,
        "moves x": (bump_moves_x, "changed its input"),
        "one number": (bump_for_one_number, "np.where"),
        "one axis": bump_for_one_axis,
        "a mutable default": bump_remembers,
        "two results": lambda x, left, right, ramp: (
            relu(x - left) - relu(x - left - ramp),
            relu(x - right + ramp) - relu(x - right),
        ),
    },
    "mlp_forward": {
        "a ReLU at the end": (mlp(last=relu), "an output below 0 has to stay"),
        "no ReLU": (mlp(inner=lambda z: z), "The network that the chapter draws"),
        "a ReLU before the first layer": mlp(first=relu),
        "a ReLU after the first layer alone": mlp_relu_once,
        "one ReLU too few": mlp_one_relu_too_few,
        "a sigmoid": mlp(inner=lambda z: 1 / (1 + np.exp(-z))),
        "the step": mlp(inner=lambda z: (z > 0) * 1.0),
        "absolute values": mlp(inner=np.abs),
        "no biases": mlp(affine=lambda x, W, b: x @ W),
        "W transposed": mlp(affine=lambda x, W, b: x @ W.T + b),
        "W first": mlp(affine=lambda x, W, b: W @ x + b),
        "ReLU before the bias": mlp(inner=lambda z: z, affine=lambda x, W, b: relu(x @ W) + b),
        "the last by its weights": (mlp_looks_at_the_weights, "the same layer stands twice"),
        "the last layer left out": mlp_skips_the_last,
        "backwards": mlp_backwards,
        "collapsed": mlp_collapsed,
        "three layers": (mlp_of_three, "Three samples"),
        "all signals": mlp_returns_all,
        "pops": (mlp_pops, "changed its input"),
        "changes x": (mlp_changes_x, "changed its input"),
        "fractions cut off": (mlp_zeros_like, "zeros_like"),
        "a mutable default": mlp_appends,
        "one sample": lambda x, params: mlp()(x, params)[0],
    },
}

RIGHT = {
    "affine_forward": {
        "loops, as lists": affine_with_loops,
        "augmented": affine_augmented,
        "einsum": lambda x, w, b: np.einsum("ni,ij->nj", x, w) + b,
    },
    "count_parameters": {
        "by recursion": count_by_recursion,
        "a product of arrays": lambda sizes: np.dot(np.array(sizes[:-1]) + 1.0, sizes[1:]),
    },
    "bump": {
        "interpolated": bump_by_interpolation,
        "number by number, as lists": bump_everywhere,
        "the lower of two ramps": lambda x, left, right, ramp: np.clip(
            np.minimum(np.asarray(x) - left, right - np.asarray(x)) / ramp, 0, 1
        ),
    },
    "mlp_forward": {
        "by recursion, with einsum": mlp_recursively,
        "by reduce, as lists": mlp_by_reduce,
    },
}


# bent_forward(x, layers): columns, biases first, inputs divided by UNIT, sums cut off at -CORNER

UNIT, CORNER = 3.48, 0.29


def cut_off(z):
    return np.maximum(z, -CORNER)


def bent(f=cut_off, unit=UNIT, last=False, skip=0, bias=lambda A: A[:, :1], weights=None):
    """The network, with other constants or conventions."""

    def bent_forward(x, layers):
        x = x / unit
        for number, A in enumerate(layers, start=1):
            x = (A[:, 1:] if weights is None else weights(A)) @ x + bias(A)
            if skip < number < len(layers) or last:
                x = f(x)
        return x

    return bent_forward


def bent_in_place(x, layers):
    x /= UNIT
    return bent(unit=1)(x, layers)


def bent_pops(x, layers):
    return bent()(x, [layers.pop(0) for _ in range(len(layers))])


def bent_rounds_the_inputs(x, layers):
    scaled = np.zeros_like(x)
    scaled[:] = x / UNIT
    return bent(unit=1)(scaled, layers)


def bent_in_rows(x, layers):
    """The textbook's layout is read as the code's."""
    return bent()(x.T, [A.T for A in layers]).T


def bent_with_loops(x, layers):
    """Sample by sample, unit by unit, as lists."""
    outputs = []
    for sample in x.T.tolist():
        signal = [value / UNIT for value in sample]
        for left, A in zip(range(len(layers) - 1, -1, -1), layers, strict=True):
            sums = [b + sum(u * v for u, v in zip(w, signal, strict=True)) for b, *w in A.tolist()]
            signal = [max(z, -CORNER) for z in sums] if left else sums
        outputs.append(signal)
    return [list(row) for row in zip(*outputs, strict=True)]


def bent_by_recursion(x, layers):
    """A row of ones takes the biases along."""

    def through(x, first, *others):
        z = first @ np.vstack([np.ones(x.shape[1]), x])
        return through(np.where(z < -CORNER, -CORNER, z), *others) if others else z

    return through(x / UNIT, *layers)


FRESH_WRONG = {
    "bent_forward": {
        "another unit": bent(unit=3.5),
        "no unit": bent(unit=1),
        "times the unit": bent(unit=1 / UNIT),
        "another corner": bent(lambda z: np.maximum(z, -0.3)),
        "a ReLU": bent(lambda z: np.maximum(z, 0)),
        "a leaky ReLU": bent(lambda z: np.where(z > 0, z, CORNER * z)),
        "the sign of the corner": bent(lambda z: np.maximum(z, CORNER)),
        "0 below the corner": bent(lambda z: np.where(z > -CORNER, z, 0)),
        "shifted": bent(lambda z: np.maximum(z + CORNER, 0)),
        "no activation": bent(lambda z: z),
        "after the last layer as well": bent(last=True),
        "not after the first layer": bent(skip=1),
        "the biases stand last": bent(bias=lambda A: A[:, -1:], weights=lambda A: A[:, :-1]),
        "the biases divided as well": lambda x, layers: bent()(x, layers) / UNIT,
        "the biases as a row": bent(bias=lambda A: A[:, 0]),
        "no biases": bent(bias=lambda A: 0),
        "rows": bent_in_rows,
        "transposed at the end": lambda x, layers: bent()(x, layers).T,
        "in place": bent_in_place,
        "pops": bent_pops,
        "inputs cut off": bent_rounds_the_inputs,
    },
}
FRESH_RIGHT = {
    "bent_forward": {
        "by slices": bent(),
        "with loops, as lists": bent_with_loops,
        "by recursion": bent_by_recursion,
    },
}
