"""XOR and the hidden layer: answers to the exercises of chapter 2."""

import functools

import numpy as np


def returns(*parts):
    """A function without arguments that returns arrays with these numbers."""
    return lambda: tuple(np.array(part, dtype=float) for part in parts)


# xor_weights(), xnor_weights()


def xor_appended_to(columns=[]):  # noqa: B006
    columns.append([1, 1])
    columns.append([-1, -1])
    return np.array(columns).T, np.array([-0.5, 1.5]), np.ones((2, 1)), np.array([-1.5])


XOR_SCRATCH = np.array([[1.0, -1.0], [1.0, -1.0]])


def xnor_with_a_scratch_array():
    """Turn the two units of XOR round, in the array that the cell above made."""
    np.negative(XOR_SCRATCH, out=XOR_SCRATCH)
    return XOR_SCRATCH, np.array([0.5, -1.5]), np.ones((2, 1)), np.array([-0.5])


def xor_as_one_neuron():
    return np.array([1.0, 1.0]), -0.5


def xor_as_a_dict():
    return {"W1": [[1, -1], [1, -1]], "b1": [-0.5, 1.5], "W2": [[1], [1]], "b2": [-1.5]}


def xor_prints():
    print([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-1.5])


def xor_of_far_corners():
    """As one list, with large weights."""
    return [[[100, -100], [-100, 100]], [-50, -50], [[3], [3]], [-1]]


# parity_weights()


def parity_by_table(rows=((0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1))):
    rows = np.array(rows)
    return 2 * rows.T - 1, 0.5 - rows.sum(axis=1), np.ones((len(rows), 1)), [-0.5]


def parity_of_eight_units():
    """A unit for each of the eight inputs; the output listens to the odd ones."""
    rows = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    W2 = np.zeros((8, 1))
    W2[rows.sum(axis=1) % 2 == 1] = 1
    return 2 * rows.T - 1, 0.5 - rows.sum(axis=1), W2, np.array([-0.5])


# collapse(layers)


def collapse_with_zeros_like(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        new_W = np.zeros((len(W), len(b_next)), dtype=W.dtype)
        new_b = np.zeros(len(b_next), dtype=b.dtype)
        for j in range(len(b_next)):
            new_b[j] = b @ W_next[:, j] + b_next[j]
            for i in range(len(W)):
                new_W[i, j] = W[i] @ W_next[:, j]
        W, b = new_W, new_b
    return W, b


def collapse_pops(layers):
    W, b = layers.pop(0)
    while layers:
        W_next, b_next = layers.pop(0)
        W, b = W @ W_next, b @ W_next + b_next
    return W, b


def collapse_in_place(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W[:] = W @ W_next
        b[:] = b @ W_next + b_next
    return W, b


def collapse_from_a_global_start(layers, whole=[]):  # noqa: B006
    if not whole:
        whole.extend(layers[0])
    for W_next, b_next in layers[1:]:
        whole[:] = whole[0] @ W_next, whole[1] @ W_next + b_next
    return tuple(whole)


def collapse_two(layers):
    (W1, b1), (W2, b2) = layers
    return W1 @ W2, b1 @ W2 + b2


def collapse_first_and_last(layers):
    W, b = layers[0]
    if len(layers) > 1:
        W_last, b_last = layers[-1]
        W, b = W @ W_last, b @ W_last + b_last
    return W, b


def collapse_skips_the_last(layers):
    W, b = layers[0]
    for i in range(1, len(layers) - 1):
        W, b = W @ layers[i][0], b @ layers[i][0] + layers[i][1]
    return W, b


def collapse_counts_the_first_twice(layers):
    W, b = layers[0]
    for W_next, b_next in layers:
        if W.shape[1] == W_next.shape[0]:
            W, b = W @ W_next, b @ W_next + b_next
    return W, b


def collapse_backwards(layers):
    W, b = layers[-1]
    for W_next, b_next in reversed(layers[:-1]):
        W, b = W @ W_next, b @ W_next + b_next
    return W, b


def collapse_with_the_new_matrix(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W = W @ W_next
        b = b @ W + b_next
    return W, b


def collapse_columns(layers):
    W, b = layers[0]
    for W_next, b_next in layers[1:]:
        W, b = W_next @ W, W_next @ b + b_next
    return W, b


def collapse_by_multi_dot(layers):
    W = np.linalg.multi_dot([W for W, _ in layers])
    b = layers[0][1]
    for W_next, b_next in layers[1:]:
        b = b @ W_next + b_next
    return W, b


def loop(step):
    """A function that goes through the layers with this step."""

    def collapse(layers):
        W, b = layers[0]
        for W_next, b_next in layers[1:]:
            W, b = step(W, b, W_next, b_next)
        return W, b

    return collapse


def collapse_by_trying(layers):
    """What the layers make of 0 is b, and what they make of the unit vectors, W."""

    def through(x):
        for W, b in layers:
            x = x @ W + b
        return x

    n_in = len(layers[0][0])
    b = through(np.zeros((1, n_in)))[0]
    return through(np.eye(n_in)) - b, b


def collapse_augmented(layers):
    """Each layer as one matrix, that keeps a constant 1."""

    def augmented(W, b):
        square = np.zeros((W.shape[0] + 1, W.shape[1] + 1))
        square[:-1, :-1], square[-1, :-1], square[-1, -1] = W, b, 1
        return square

    whole = functools.reduce(np.matmul, [augmented(W, b) for W, b in layers])
    return [whole[:-1, :-1].tolist(), whole[-1, :-1].tolist()]


def collapse_recursively(layers):
    *front, (W, b) = layers
    if not front:
        return W, b
    W0, b0 = collapse_recursively(front)
    return np.einsum("ij,jk->ik", W0, W), np.einsum("j,jk->k", b0, W) + b


WRONG = {
    "xor_weights": {
        "units in rows": (
            returns([[1, 1], [-1, -1]], [-0.5, 1.5], [[1], [1]], [-1.5]),
            "are a column of W1",
        ),
        "other units in rows": (
            returns([[3, 3], [-2, -2]], [-1, 3], [[2], [2]], [-3]),
            "are a column of W1",
        ),
        "OR and AND, both in favour": (
            returns([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [1]], [-0.5]),
            "AND has to speak against",
        ),
        "OR of OR and NAND": (
            returns([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-0.5]),
            "it has to want both",
        ),
        "a threshold on a sum": (
            returns([[1, 1], [1, 1]], [-1, -2], [[1], [-1]], [0]),
            "A sum of exactly 0 gives 0",
        ),
        "thresholds instead of biases": (
            returns([[1, 1], [1, 1]], [0.5, 1.5], [[1], [-1]], [0.5]),
            "for the input (0, 0)",
        ),
        "XNOR": (
            returns([[1, -1], [1, -1]], [-1.5, 0.5], [[1], [1]], [-0.5]),
            "for the input (0, 0)",
        ),
        "OR": (returns([[1, 1], [1, 1]], [-0.5, -0.5], [[1], [1]], [-0.5]), "the input (1, 1)"),
        "all zero": (returns(np.zeros((2, 2)), [0, 0], np.zeros((2, 1)), [0]), "the input (0, 1)"),
        "W2 as a row": (
            returns([[1, -1], [1, -1]], [-0.5, 1.5], [[1, 1]], [-1.5]),
            "W2: expected shape (2, 1), got (1, 2)",
        ),
        "W2 with one axis": (
            returns([[1, -1], [1, -1]], [-0.5, 1.5], [1, 1], [-1.5]),
            "W2: expected shape (2, 1), got (2,)",
        ),
        "b2 a number": (
            returns([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], -1.5),
            "b2: expected shape (1,)",
        ),
        "b1 as a row": (
            returns([[1, -1], [1, -1]], [[-0.5, 1.5]], [[1], [1]], [-1.5]),
            "b1: expected shape (2,)",
        ),
        "weights first, then biases": (
            returns([[1, -1], [1, -1]], [[1], [1]], [-0.5, 1.5], [-1.5]),
            "b1: expected shape (2,), got (2, 1)",
        ),
        "one neuron": (xor_as_one_neuron, "four results"),
        "a dictionary": (xor_as_a_dict, "four results"),
        "prints": (xor_prints, "is a return missing?"),
        "a mutable default": (xor_appended_to, "called again"),
    },
    "relu_xor_weights": {
        "the weights for the step": (
            returns([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-1.5]),
            "these are the weights for the step",
        ),
        "levels off": (
            returns([[1, 1], [1, 1]], [0, -1], [[1], [-1]], [0]),
            "twice as strong",
        ),
        "a threshold is missing": (
            returns([[1, 1], [1, 1]], [0, -1.5], [[1], [-2]], [0]),
            "for the input (1, 1) the hidden units answer (2, 0.5), and the output is 1",
        ),
        "right behind a step": (
            returns([[1, 1], [1, 1]], [0, -1], [[1], [-3]], [0]),
            "for the input (1, 1)",
        ),
        "twice as high": (
            returns([[2, 2], [2, 2]], [0, -2], [[1], [-2]], [0]),
            "for the input (0, 1)",
        ),
        "units in rows": (
            returns([[1, -1], [1, 1]], [0, 0], [[1], [-1]], [0]),
            "for the input (0, 1)",
        ),
        "differences in rows": (
            returns([[1, -1], [0, 1]], [0, 0], [[1], [1]], [0]),
            "for the input (1, 1)",
        ),
        "no bend": (
            returns([[1, 1], [1, 1]], [1, 1], [[1], [-1]], [1]),
            "for the input (0, 0)",
        ),
        "the bias in the wrong unit": (
            returns([[1, 1], [1, 1]], [-1, 0], [[1], [-2]], [0]),
            "for the input (0, 1)",
        ),
        "the peak too low": (
            returns([[0.3, 0.3], [0.3, 0.3]], [0, -0.3], [[3.33], [-6.67]], [0]),
            "for the input (0, 1)",
        ),
        "XNOR": (returns([[1, 1], [1, 1]], [0, -1], [[-1], [2]], [1]), "for the input (0, 0)"),
        "three units": (
            returns(np.ones((2, 3)), [0, -1, -2], [[1], [-2], [1]], [0]),
            "W1: expected shape (2, 2), got (2, 3)",
        ),
        "b2 a number": (returns([[1, 1], [1, 1]], [0, -1], [[1], [-2]], 0), "b2: expected"),
        "not finite": (returns([[1, 1], [1, 1]], [0, -1], [[1], [-2]], [np.nan]), "b2 must be"),
    },
    "collapse": {
        "as columns": (collapse_columns, "the later matrix stands on the right"),
        "the product the other way round": (
            loop(lambda W, b, W2, b2: (W2 @ W, b @ W2 + b2)),
            "the first matrix stands on the left",
        ),
        "b the other way round": (
            loop(lambda W, b, W2, b2: (W @ W2, W2 @ b + b2)),
            "as a row",
        ),
        "biases added": (loop(lambda W, b, W2, b2: (W @ W2, b + b2)), "pass through the later"),
        "only the last bias": (loop(lambda W, b, W2, b2: (W @ W2, b2)), "are lost"),
        "only the first bias": (
            loop(lambda W, b, W2, b2: (W @ W2, b @ W2)),
            "a bias of its own",
        ),
        "the bias untouched": loop(lambda W, b, W2, b2: (W @ W2, b)),
        "the product used for the bias": (collapse_with_the_new_matrix, "the new layer alone"),
        "entry by entry": (
            loop(lambda W, b, W2, b2: (W * W2, b @ W2 + b2)),
            "entry by entry",
        ),
        "matrices added": loop(lambda W, b, W2, b2: (W + W2, b + b2)),
        "b first": (lambda layers: collapse_recursively(layers)[::-1], "W comes first"),
        "transposed": lambda layers: (
            collapse_recursively(layers)[0].T,
            collapse_recursively(layers)[1],
        ),
        "b as a row": (
            lambda layers: (
                collapse_recursively(layers)[0],
                collapse_recursively(layers)[1][None],
            ),
            "expected shape (2,), got (1, 2)",
        ),
        "fractions cut off": (collapse_with_zeros_like, "zeros_like"),
        "pops": (collapse_pops, "changed its input"),
        "in place": (collapse_in_place, "changed its input"),
        "a mutable default": collapse_from_a_global_start,
        "two layers only": (collapse_two, "Three layers"),
        "the first and the last": (collapse_first_and_last, "Three layers"),
        "the last one left out": (collapse_skips_the_last, "the last layer is missing"),
        "the first one twice": collapse_counts_the_first_twice,
        "backwards": collapse_backwards,
        "multi_dot of one matrix": (collapse_by_multi_dot, "A single layer"),
        "W alone": (lambda layers: collapse_recursively(layers)[0], "2 results"),
    },
    "parity_weights": {
        "all units in favour": (
            returns(np.ones((3, 3)), [-0.5, -1.5, -2.5], np.ones((3, 1)), [-0.5]),
            "turn the light off again",
        ),
        "the third unit forgotten": (
            returns(np.ones((3, 2)), [-0.5, -1.5], [[1], [-1]], [-0.5]),
            "for the input (1, 1, 1)",
        ),
        "the middle too strong": (
            returns(np.ones((3, 3)), [-0.5, -1.5, -2.5], [[1], [-2], [1]], [-0.5]),
            "for the input (1, 1, 1)",
        ),
        "thresholds on sums": (
            returns(np.ones((3, 3)), [-1, -2, -3], [[1], [-1], [1]], [-0.5]),
            "A sum of exactly 0 gives 0",
        ),
        "exactly one": (
            returns(np.ones((3, 2)), [-0.5, -1.5], [[1], [-2]], [-0.5]),
            "for the input (1, 1, 1)",
        ),
        "two switches": (
            returns([[1, 1], [1, 1], [0, 0]], [-0.5, -1.5], [[1], [-1]], [-0.5]),
            "for the input (0, 0, 1)",
        ),
        "one unit": (returns(np.ones((3, 1)), [-0.5], [[1]], [-0.5]), "for the input (0, 1, 1)"),
        "the even ones": (
            returns(np.ones((3, 3)), [-0.5, -1.5, -2.5], [[-1], [1], [-1]], [0.5]),
            "for the input (0, 0, 0)",
        ),
        "the majority": (
            returns(np.ones((3, 1)), [-1.5], [[1]], [-0.5]),
            "for the input (0, 0, 1)",
        ),
        "units in rows": (
            returns([[1, 1, 1], [1, 1, 1], [1, 1, -1]], [-0.5, -1.5, 0.5], [[1], [-1], [1]], [-1]),
            "for the input",
        ),
        "the recipe without the last row": (
            lambda: parity_by_table([(0, 0, 1), (0, 1, 0), (1, 0, 0)]),
            "for the input (1, 1, 1)",
        ),
        "the recipe transposed": (
            lambda: (parity_by_table()[0].T, *parity_by_table()[1:]),
            "W1: expected shape (3, m)",
        ),
        "W2 as a row": (
            returns(np.ones((3, 3)), [-0.5, -1.5, -2.5], [[1, -1, 1]], [-0.5]),
            "W2: expected shape (3, 1), got (1, 3)",
        ),
        "three results": (lambda: parity_by_table()[:3], "four results"),
    },
    "xnor_weights": {
        "XOR": (
            returns([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-1.5]),
            "for the input (0, 0)",
        ),
        "AND": (
            returns([[1, 1], [1, 1]], [-1.5, -1.5], [[1], [1]], [-0.5]),
            "for the input (0, 0)",
        ),
        "NOR": (
            returns([[-1, -1], [-1, -1]], [0.5, 0.5], [[1], [1]], [-0.5]),
            "for the input (1, 1)",
        ),
        "AND of AND and NOR": (
            returns([[1, -1], [1, -1]], [-1.5, 0.5], [[1], [1]], [-1.5]),
            "for the input (0, 0)",
        ),
        "units in rows": (
            returns([[1, 1], [-1, -1]], [-1.5, 0.5], [[1], [1]], [-0.5]),
            "are a column of W1",
        ),
        "a sum of minus nothing": (
            returns([[1, -1], [-1, 1]], [-0.5, -0.5], [[-1], [-1]], [0]),
            "A sum of exactly 0 gives 0",
        ),
        "only the output weights turned round": (
            returns([[1, -1], [1, -1]], [-0.5, 1.5], [[-1], [-1]], [-1.5]),
            "for the input (0, 0)",
        ),
        "all ones": (returns(np.ones((2, 2)), [1, 1], np.ones((2, 1)), [1]), "the input (0, 1)"),
        "b2 a number": (
            returns([[1, -1], [1, -1]], [-1.5, 0.5], [[1], [1]], -0.5),
            "b2: expected shape (1,)",
        ),
        "three units": (returns(np.ones((2, 3)), np.ones(3), np.ones((3, 1)), [1]), "(2, 3)"),
        "a scratch array": xnor_with_a_scratch_array,
        "no return": (lambda: None, "is a return missing?"),
        "the answers": (lambda: (1, 0, 0, 1), "W1: expected shape (2, 2)"),
    },
}

RIGHT = {
    "xor_weights": {
        "large, in one list": xor_of_far_corners,
        "OR but not AND": returns([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [-2]], [-0.5]),
    },
    "relu_xor_weights": {
        "the distance of the two": returns([[1, -1], [-1, 1]], [0, 0], [[1], [1]], [0]),
        "folded from the other side, as integers": lambda: (
            [[-1, -1], [-1, -1]],
            [2, 1],
            [[1], [-2]],
            [0],
        ),
        "from the top": returns([[-1, 1], [-1, 1]], [1, -1], [[-1], [-1]], [1]),
    },
    "collapse": {
        "by trying": collapse_by_trying,
        "augmented, as lists": collapse_augmented,
        "by recursion, with einsum": collapse_recursively,
    },
    "parity_weights": {
        "the recipe for any table": parity_by_table,
        "a unit for each input": parity_of_eight_units,
    },
    "xnor_weights": {
        "the larger or the smaller": returns([[1, -1], [-1, 1]], [-0.5, -0.5], [[-2], [-2]], [1]),
        "integers, in one list": lambda: [[[2, -2], [2, -2]], [-3, 1], [[1], [1]], [0]],
    },
}


# pattern_network(patterns): answers 0 to what fits; the hidden unit of a pattern answers 0 to it

SIZE, MARGIN, OUT, REST = 3.07, 1.52, 1.84, 0.71


def pattern(size=SIZE, margin=MARGIN, out=OUT, rest=REST, on=-1, ones=None):
    """The network, with other constants or conventions."""

    def pattern_network(patterns):
        p = np.asarray(patterns)
        W1 = on * size * np.where(p == 1, 1.0, np.where(p == 0, -1.0, 0.0)).T
        b1 = on * (margin - size * (np.sum(p == 1, axis=1) if ones is None else ones(p)))
        b2 = rest - out * len(p) * (on < 0)
        return W1, b1, np.full((len(p), 1), out), np.array([b2])

    return pattern_network


def changed(number, change):
    """The right network, one part of which is changed."""

    def pattern_network(patterns):
        parts = list(pattern()(patterns))
        parts[number] = change(parts[number], patterns)
        return tuple(parts)

    return pattern_network


def patterns_cut_off(patterns):
    W1 = np.zeros_like(patterns).T
    W1[:] = pattern()(patterns)[0]
    return W1, *pattern()(patterns)[1:]


def patterns_in_place(patterns):
    right = pattern()(patterns)
    patterns[patterns == 0] = -1
    return right


def patterns_open_as_zero(patterns):
    """What is open is taken for a 0."""
    return pattern()(np.where(patterns < 0, 0, patterns))


def patterns_with_loops(patterns):
    """As lists, unit by unit."""
    columns, biases = [], []
    for row in patterns:
        weights = [0.0 if value < 0 else SIZE - 2 * SIZE * value for value in row]
        fitting = [max(value, 0) for value in row]
        columns.append(weights)
        biases.append(-MARGIN - sum(u * v for u, v in zip(weights, fitting, strict=True)))
    m = len(columns)
    W1 = [list(row) for row in zip(*columns, strict=True)]
    return W1, biases, [[OUT]] * m, [REST - OUT * m]


def patterns_by_powers(patterns):
    """1, 0 and -1 become 1, -1 and 0 by a parabola."""
    p = np.asarray(patterns, dtype=float)
    signs = 1.5 * p**2 + 0.5 * p - 1
    W1 = -SIZE * signs.T
    b1 = -MARGIN - (W1 * (p.T > 0)).sum(axis=0)
    return [W1, b1, OUT * np.ones((len(p), 1)), [REST - OUT * np.ones(len(p)).sum()]]


FRESH_WRONG = {
    "pattern_network": {
        "another size": pattern(size=3.06),
        "the sum of another size": pattern(margin=1.51),
        "another weight of the output": pattern(out=1.85),
        "another sum of the output": pattern(rest=0.72),
        "the hidden units say 1": pattern(on=1),
        "the hidden units say 1, the output turned": pattern(on=1, out=-OUT),
        "the signs of everything": pattern(out=-OUT, rest=-REST),
        "weights of 1": pattern(size=1, margin=0.5),
        "the bias counts -1": pattern(ones=lambda p: p.sum(axis=1)),
        "the bias counts all inputs": pattern(ones=lambda p: np.full(len(p), p.shape[1])),
        "what is open is 0": patterns_open_as_zero,
        "W1 not transposed": changed(0, lambda W1, patterns: W1.T),
        "W2 as a row": changed(2, lambda W2, patterns: W2.T),
        "b2 without m": changed(3, lambda b2, patterns: np.array([REST])),
        "b2 as a number": changed(3, lambda b2, patterns: b2[0]),
        "cut off": patterns_cut_off,
        "in place": patterns_in_place,
        "no return": lambda patterns: None,
    },
}
FRESH_RIGHT = {
    "pattern_network": {
        "by np.where": pattern(),
        "with loops, as lists": patterns_with_loops,
        "by a parabola": patterns_by_powers,
    },
}
