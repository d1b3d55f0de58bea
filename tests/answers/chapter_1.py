"""The perceptron: answers to the exercises of chapter 1."""

import itertools
import math

import numpy as np

# step(x)


def step_in_place(x):
    x = np.asarray(x)
    x[x <= 0] = 0
    x[x > 0] = 1
    return x


def step_prints(x):
    print(np.where(np.asarray(x) > 0, 1, 0))


def step_of_one_axis(x):
    return [1 if value > 0 else 0 for value in x]


def step_flattens(x):
    return np.array([1 if value > 0 else 0 for value in np.ravel(x)])


def step_remembers(x, answers=[]):  # noqa: B006
    for value in np.ravel(x):
        answers.append(1 if value > 0 else 0)
    return np.reshape(answers[: np.size(x)], np.shape(x))


def step_leaves_the_middle(x):
    x = np.array(x, dtype=float)
    x[x > 1] = 1
    x[x < 0] = 0
    return x


def step_by_recursion(x):
    if np.ndim(x) > 0:
        return [step_by_recursion(part) for part in x]
    return 1 if x > 0 else 0


# perceptron_update(w, b, x, y, lr)


def answer(w, b, x):
    return 1 if np.dot(w, x) + b > 0 else 0


def update_changes_w(w, b, x, y, lr):
    error = y - answer(w, b, x)
    w += lr * error * x
    return w, b + lr * error


def update_changes_w_entry_by_entry(w, b, x, y, lr):
    error = y - answer(w, b, x)
    for i in range(len(w)):
        w[i] = w[i] + lr * error * x[i]
    return w, b + lr * error


def update_cuts_off_fractions(w, b, x, y, lr):
    error = y - answer(w, b, x)
    new_w = np.zeros_like(w)
    for i in range(len(w)):
        new_w[i] = w[i] + lr * error * x[i]
    return new_w, b + lr * error


def update_leaves_out_the_last(w, b, x, y, lr):
    error = y - answer(w, b, x)
    new_w = w.astype(float)
    for i in range(len(w) - 1):
        new_w[i] += lr * error * x[i]
    return new_w, b + lr * error


def update_of_textbooks(w, b, x, y, lr):
    """The form for labels -1 and 1."""
    if y * (np.dot(w, x) + b) <= 0:
        return w + lr * y * x, b + lr * y
    return w, b


def update_without_the_input(w, b, x, y, lr):
    error = y - answer(w, b, x)
    return w + lr * error, b + lr * error


def update_without_lr_for_b(w, b, x, y, lr):
    error = y - answer(w, b, x)
    return w + lr * error * x, b + error


def update_takes_b_off(w, b, x, y, lr):
    error = y - answer(w, b, x)
    return w + lr * error * x, b - lr * error


def update_moves_b_by_the_inputs(w, b, x, y, lr):
    error = y - answer(w, b, x)
    return w + lr * error * x, b + lr * error * x.sum()


def update_decides_by_new_weights(w, b, x, y, lr):
    w = w + lr * (y - answer(w, b, x)) * x
    b = b + lr * (y - answer(w, b, x))
    return w, b


def update_counts_b_for_each_weight(w, b, x, y, lr):
    error = y - (1 if np.sum(w * x + b) > 0 else 0)
    return w + lr * error * x, b + lr * error


class Remembers:
    """A student's weights as global variables, as in a training loop in the cell above."""

    w, b = None, 0.0


def update_goes_on_from_a_global(w, b, x, y, lr):
    if Remembers.w is None or len(Remembers.w) != len(w):
        Remembers.w, Remembers.b = w, b
    error = y - answer(Remembers.w, Remembers.b, x)
    Remembers.w = Remembers.w + lr * error * x
    Remembers.b = Remembers.b + lr * error
    return Remembers.w, Remembers.b


def update_by_cases(w, b, x, y, lr):
    z = b
    for weight, value in zip(w, x, strict=True):
        z += weight * value
    if z > 0 and y == 0:
        return [weight - lr * value for weight, value in zip(w, x, strict=True)], b - lr
    if z <= 0 and y == 1:
        return [weight + lr * value for weight, value in zip(w, x, strict=True)], b + lr
    return w, b


def update_augmented(w, b, x, y, lr):
    v, a = np.append(w, b), np.append(x, 1)
    v = v + lr * (y - np.heaviside(v @ a, 0)) * a
    return v[:-1], v[-1]


# gate(name)

GATES = {
    "AND": (np.array([1, 1]), -1.5),
    "OR": (np.array([1, 1]), -0.5),
    "NAND": (np.array([-1, -1]), 1.5),
    "NOR": (np.array([-1, -1]), 0.5),
}


def gates_but(**others):
    return lambda name: {**GATES, **others}[name]


def gate_from_a_global(name, gates={"AND": [1.0, 1.0, -1.5], "OR": [1.0, 1.0, -0.5]}):  # noqa: B006
    values = gates[name.replace("NAND", "AND").replace("NOR", "OR")]
    if name.startswith("N"):
        for i in range(3):
            values[i] = -values[i]
    return np.array(values[:2]), values[2]


def gate_without_the_last(name):
    if name == "AND":
        return np.array([1, 1]), -1.5
    if name == "OR":
        return np.array([1, 1]), -0.5
    if name == "NAND":
        return np.array([-1, -1]), 1.5


def gate_as_a_truth_table(name):
    return {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "NOR": [1, 0, 0, 0]}[
        name
    ]


def gate_searched_for(name):
    tables = {"AND": "0001", "OR": "0111", "NAND": "1110", "NOR": "1000"}
    for w1, w2, b in itertools.product(range(-3, 4), repeat=3):
        answers = [w1 * x1 + w2 * x2 + b for x1 in (0, 1) for x2 in (0, 1)]
        if "".join("1" if z > 0 else "0" for z in answers) == tables[name]:
            return (w1, w2), b


# majority()


def majority_appends(w=[]):  # noqa: B006
    for _ in range(3):
        w.append(1.0)
    return w, -1.5


# mistake_bound(x, y, w, b)


def bound(x, y, w, b, *, least=np.min, far=np.max, power=2):
    v = np.append(w, b)
    a = np.column_stack([x, np.ones(len(x))])
    return (
        far(np.linalg.norm(a, axis=1)) / (least((2 * y - 1) * (a @ v)) / np.linalg.norm(v))
    ) ** power


def bound_without_the_one(x, y, w, b):
    gamma = ((2 * y - 1) * (x @ w + b)).min() / np.sqrt(w @ w + b**2)
    return (np.linalg.norm(x, axis=1).max() / gamma) ** 2


def bound_with_the_length_of_w(x, y, w, b):
    gamma = ((2 * y - 1) * (x @ w + b)).min() / np.linalg.norm(w)
    return (x**2).sum(axis=1).max() / gamma**2 + 1 / gamma**2


def bound_without_length(x, y, w, b):
    gamma = ((2 * y - 1) * (x @ w + b)).min()
    return ((x**2).sum(axis=1).max() + 1) / gamma**2


def bound_without_signs(x, y, w, b):
    gamma = (x @ w + b).min() / np.sqrt(w @ w + b**2)
    return ((x**2).sum(axis=1).max() + 1) / gamma**2


def bound_with_labels_as_signs(x, y, w, b):
    gamma = (y * (x @ w + b)).min() / np.sqrt(w @ w + b**2)
    with np.errstate(divide="ignore"):
        return ((x**2).sum(axis=1).max() + 1) / gamma**2


def bound_changes_the_labels(x, y, w, b):
    y[y == 0] = -1
    gamma = (y * (x @ w + b)).min() / np.sqrt(w @ w + b**2)
    return ((x**2).sum(axis=1).max() + 1) / gamma**2


def bound_changes_the_weights(x, y, w, b):
    length = np.sqrt(w @ w + b**2)
    w /= length
    gamma = ((2 * y - 1) * (x @ w + b / length)).min()
    return ((x**2).sum(axis=1).max() + 1) / gamma**2


def bound_cuts_off_fractions(x, y, w, b):
    length = np.sqrt(w @ w + b**2)
    margins = np.zeros_like(x[:, 0])
    for i in range(len(x)):
        margins[i] = (2 * y[i] - 1) * (x[i] @ w + b) / length
    with np.errstate(divide="ignore"):
        return ((x**2).sum(axis=1).max() + 1) / margins.min() ** 2


def bound_as_a_whole_number(x, y, w, b):
    return int(bound(x, y, w, b))


def bound_of_columns(x, y, w, b):
    gamma = ((2 * y - 1) * (x @ w + b)).min() / np.sqrt(w @ w + b**2)
    return ((x**2).sum(axis=0).max() + 1) / gamma**2


def bound_along_the_wrong_axis(x, y, w, b):
    a = np.column_stack([x, np.ones(len(x))])
    gamma = ((2 * y - 1) * (x @ w + b)).min() / np.sqrt(w @ w + b**2)
    return (np.linalg.norm(a, axis=0).max() / gamma) ** 2


def bound_skips_the_last(x, y, w, b):
    return bound(x[:-1], y[:-1], w, b)


def bound_of_ones_alone(x, y, w, b):
    gamma = (x[y == 1] @ w + b).min() / np.sqrt(w @ w + b**2)
    return ((x**2).sum(axis=1).max() + 1) / gamma**2


def bound_of_the_nearest(x, y, w, b):
    """R from the sample that is nearest, instead of the longest."""
    margins = (2 * y - 1) * (x @ w + b) / np.sqrt(w @ w + b**2)
    i = margins.argmin()
    return (x[i] @ x[i] + 1) / margins[i] ** 2


def bound_with_absolute_values(x, y, w, b):
    """As the line separates, every s z is |z|."""
    return max((sum(v * v for v in row) + 1) * (sum(v * v for v in w) + b * b) for row in x) / min(
        abs(sum(u * v for u, v in zip(w, row, strict=True)) + b) ** 2 for row in x
    )


# pocket_update(w, b, best_w, best_b, x, y, i, lr)


def rule(w, b, x, y, lr):
    error = y - (1 if w @ x + b > 0 else 0)
    return w + lr * error * x, b + lr * error


def missed(x, y, w, b):
    return int(np.sum((x @ w + b > 0) != y))


def pocket_takes_ties(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, w, b) <= missed(x, y, best_w, best_b):
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_takes_the_worse(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, w, b) > missed(x, y, best_w, best_b):
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_compares_with_the_old_line(w, b, best_w, best_b, x, y, i, lr):
    new_w, new_b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, new_w, new_b) < missed(x, y, w, b):
        best_w, best_b = new_w, new_b
    return new_w, new_b, best_w, best_b


def pocket_keeps_the_line_before_the_step(w, b, best_w, best_b, x, y, i, lr):
    if missed(x, y, w, b) < missed(x, y, best_w, best_b):
        best_w, best_b = w, b
    w, b = rule(w, b, x[i], y[i], lr)
    return w, b, best_w, best_b


def pocket_only_after_a_change(w, b, best_w, best_b, x, y, i, lr):
    new_w, new_b = rule(w, b, x[i], y[i], lr)
    if new_b != b and missed(x, y, new_w, new_b) < missed(x, y, best_w, best_b):
        best_w, best_b = new_w, new_b
    return new_w, new_b, best_w, best_b


def pocket_counts_from_1(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i - 1], y[i - 1], lr)
    if missed(x, y, w, b) < missed(x, y, best_w, best_b):
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_goes_back_to_the_best(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, w, b) < missed(x, y, best_w, best_b):
        best_w, best_b = w, b
    return best_w, best_b, best_w, best_b


def pocket_comes_first(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, w, b) < missed(x, y, best_w, best_b):
        best_w, best_b = w, b
    return best_w, best_b, w, b


def pocket_forgets_the_best_bias(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, w, b) < missed(x, y, best_w, best_b):
        best_w = w
    return w, b, best_w, best_b


def pocket_compares_with_its_own_bias(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, w, b) < missed(x, y, best_w, b):
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_asks_one_sample(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x[[i]], y[[i]], w, b) < missed(x[[i]], y[[i]], best_w, best_b):
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_changes_w(w, b, best_w, best_b, x, y, i, lr):
    error = y[i] - (1 if w @ x[i] + b > 0 else 0)
    w += lr * error * x[i]
    b += lr * error
    if missed(x, y, w, b) < missed(x, y, best_w, best_b):
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_changes_what_is_in_the_pocket(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, w, b) < missed(x, y, best_w, best_b):
        best_w[:] = w
        best_b = b
    return w, b, best_w, best_b


def pocket_cuts_off_fractions(w, b, best_w, best_b, x, y, i, lr):
    error = y[i] - (1 if w @ x[i] + b > 0 else 0)
    new = np.zeros_like(w)
    for j in range(len(w)):
        new[j] = w[j] + lr * error * x[i, j]
    b = b + lr * error
    if missed(x, y, new, b) < missed(x, y, best_w, best_b):
        best_w, best_b = new, b
    return new, b, best_w, best_b


def pocket_fires_at_0(w, b, best_w, best_b, x, y, i, lr):
    error = y[i] - (1 if w @ x[i] + b >= 0 else 0)
    w, b = w + lr * error * x[i], b + lr * error
    if np.sum((x @ w + b >= 0) != y) < np.sum((x @ best_w + best_b >= 0) != y):
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_with_a_record(w, b, best_w, best_b, x, y, i, lr, record=[math.inf]):  # noqa: B006
    w, b = rule(w, b, x[i], y[i], lr)
    if missed(x, y, w, b) < record[0]:
        record[0] = missed(x, y, w, b)
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_sees_all_samples(w, b, best_w, best_b, x, y, i, lr):
    for one, label in zip(x, y, strict=True):
        w, b = rule(w, b, one, label, lr)
    if missed(x, y, w, b) < missed(x, y, best_w, best_b):
        best_w, best_b = w, b
    return w, b, best_w, best_b


def pocket_by_accuracy(w, b, best_w, best_b, x, y, i, lr):
    w, b = rule(w, b, x[i], y[i], lr)
    lines = [(w, b), (best_w, best_b)]
    new, old = (np.mean(np.heaviside(x @ u + c, 0) == y) for u, c in lines)
    best = lines[0 if new > old else 1]
    return [*lines[0], *best]


def pocket_with_loops(w, b, best_w, best_b, x, y, i, lr):
    def wrong(w, b):
        count = 0
        for row, label in zip(x.tolist(), y.tolist(), strict=True):
            z = sum(u * v for u, v in zip(w, row, strict=True)) + b
            count += (z > 0) != label
        return count

    z = sum(u * v for u, v in zip(w, x[i], strict=True)) + b
    error = int(y[i]) - (z > 0)
    w, b = [u + lr * error * v for u, v in zip(w, x[i], strict=True)], b + lr * error
    return (w, b, w, b) if wrong(w, b) < wrong(best_w, best_b) else (w, b, best_w, best_b)


WRONG = {
    "step": {
        "fires at 0": (lambda x: np.where(np.asarray(x) >= 0, 1, 0), "look at x = 0"),
        "the sign": (lambda x: np.sign(x), "the sign, not the step"),
        "-1 below": (lambda x: np.where(np.asarray(x) > 0, 1, -1), "should give 0"),
        "exchanged": (lambda x: (np.asarray(x) <= 0) * 1.0, "sides are exchanged"),
        "ReLU": (lambda x: x * (np.asarray(x) > 0), "that is ReLU"),
        "a half at 0": (lambda x: np.heaviside(x, 0.5), "1/2 at x = 0"),
        "a half at 0, by the sign": (lambda x: (np.sign(x) + 1) / 2, "1/2 at x = 0"),
        "above 1": (lambda x: np.where(np.asarray(x) >= 1, 1, 0), "between 0 and 1"),
        "whole numbers": lambda x: (np.asarray(x).astype(int) > 0) * 1,
        "one for all": (lambda x: 1 if np.any(np.asarray(x) > 0) else 0, "each element by itself"),
        "an if": (lambda x: 1 if x > 0 else 0, "np.where"),
        "in place": (step_in_place, "changed its input"),
        "prints": (step_prints, "is a return missing?"),
        "one axis": step_of_one_axis,
        "flattened": (step_flattens, "shape (2, 2)"),
        "a mutable default": step_remembers,
        "numbers between stay": step_leaves_the_middle,
        "a rounded sigmoid": lambda x: np.round(1 / (1 + np.exp(-np.asarray(x, float)))),
        "a threshold above rounding": lambda x: np.where(np.asarray(x) > 1e-12, 1, 0),
    },
    "perceptron_update": {
        "the wrong way": (
            lambda w, b, x, y, lr: (
                w - lr * (y - answer(w, b, x)) * x,
                b - lr * (y - answer(w, b, x)),
            ),
            "the wrong way",
        ),
        "no bias": (
            lambda w, b, x, y, lr: (w + lr * (y - answer(w, b, x)) * x, b),
            "the bias learns too",
        ),
        "no rate": (
            lambda w, b, x, y, lr: (w + (y - answer(w, b, x)) * x, b + y - answer(w, b, x)),
            "no effect",
        ),
        "no rate for b": (update_without_lr_for_b, "b moves"),
        "b the wrong way": (update_takes_b_off, "b goes the wrong way"),
        "b by the inputs": (update_moves_b_by_the_inputs, "whose input is always 1"),
        "without x": (update_without_the_input, "its own input"),
        "the sum instead of the answer": (
            lambda w, b, x, y, lr: (
                w + lr * (y - (w @ x + b)) * x,
                b + lr * (y - (w @ x + b)),
            ),
            "with the decision",
        ),
        "fires at 0": (
            lambda w, b, x, y, lr: (
                w + lr * (y - (w @ x + b >= 0)) * x,
                b + lr * (y - (w @ x + b >= 0)),
            ),
            "step answers 0 there",
        ),
        "decides without b": (
            lambda w, b, x, y, lr: (
                w + lr * (y - (w @ x > 0)) * x,
                b + lr * (y - (w @ x > 0)),
            ),
            "leaves out b",
        ),
        "labels -1 and 1": (update_of_textbooks, "false 1"),
        "b first": (
            lambda w, b, x, y, lr: (
                b + lr * (y - answer(w, b, x)),
                w + lr * (y - answer(w, b, x)) * x,
            ),
            "w comes first",
        ),
        "b counted for each weight": update_counts_b_for_each_weight,
        "decides twice": (update_decides_by_new_weights, "new weights"),
        "changes w": (update_changes_w, "changed its input"),
        "changes w entry by entry": (update_changes_w_entry_by_entry, "changed its input"),
        "cuts off fractions": (update_cuts_off_fractions, "zeros_like"),
        "leaves out the last weight": update_leaves_out_the_last,
        "a global": update_goes_on_from_a_global,
        "w alone": (lambda w, b, x, y, lr: w + lr * (y - answer(w, b, x)) * x, "2 results"),
    },
    "gate": {
        "thresholds on the sums": (
            gates_but(AND=([1, 1], -2), OR=([1, 1], -1)),
            "exactly 0 gives 0",
        ),
        "NOR is OR": (gates_but(NOR=([1, 1], -0.5)), "NOR is 1"),
        "only the weights negated": (gates_but(NAND=([-1, -1], -1.5)), "NAND is 1"),
        "AND and OR exchanged": (
            gates_but(AND=GATES["OR"], OR=GATES["AND"]),
            "for the input (0, 1)",
        ),
        "the threshold instead of b": (gates_but(AND=([1, 1], 1.5)), "for the input (0, 0)"),
        "no NOR": (gate_without_the_last, "is a return missing?"),
        "b among the weights": (lambda name: np.append(*GATES[name]), "two results"),
        "b in an array": (lambda name: (GATES[name][0], np.array([GATES[name][1]])), "b: "),
        "b first": (lambda name: GATES[name][::-1], "w: "),
        "a truth table": (gate_as_a_truth_table, "two results"),
        "a mutable default": (gate_from_a_global, "AND"),
        "one gate for all": (lambda name: GATES["AND"], "OR is 1"),
    },
    "majority": {
        "the threshold on a sum": (lambda: (np.ones(3), -2), "exactly 0"),
        "the threshold on a sum, other weights": (lambda: ([2, 2, 2], -4), "exactly 0"),
        "AND": (lambda: (np.ones(3), -2.5), "it is an AND"),
        "AND, other weights": (lambda: ([2, 2, 2], -5), "for the input (0, 1, 1)"),
        "OR": (lambda: (np.ones(3), -0.5), "it is an OR"),
        "never": (lambda: (np.ones(3), -10), "for the input (0, 1, 1)"),
        "the threshold instead of b": (lambda: (np.ones(3), 1.5), "for the input (0, 0, 0)"),
        "the minority": (lambda: (-np.ones(3), 1.5), "for the input (0, 0, 0)"),
        "a chairman": (lambda: ([2, 1, 1], -1.5), "for the input (1, 0, 0)"),
        "two inputs": (lambda: (np.ones(2), -1.5), "shape (3,)"),
        "a column": (lambda: (np.ones((3, 1)), -1.5), "shape (3,)"),
        "b in an array": (lambda: (np.ones(3), [-1.5]), "b: "),
        "b first": (lambda: (-1.5, np.ones(3)), "w: "),
        "b among the weights": (lambda: np.array([1, 1, 1, -1.5]), "two results"),
        "no return": (lambda: None, "is a return missing?"),
        "a mutable default": (majority_appends, "(6,)"),
    },
    "mistake_bound": {
        "not squared": (lambda *args: bound(*args, power=1), "the square of"),
        "upside down": (lambda *args: bound(*args, power=-2), "R stands above"),
        "without the constant 1": (bound_without_the_one, "with its constant 1"),
        "the length of w": (bound_with_the_length_of_w, "b too"),
        "no length": (bound_without_length, "must not change when"),
        "no signs": (bound_without_signs, "with s = -1"),
        "labels as signs": (bound_with_labels_as_signs, "are not yet the signs"),
        "the mean margin": (lambda *args: bound(*args, least=np.mean), "not their mean"),
        "the greatest margin": (lambda *args: bound(*args, least=np.max), "the least"),
        "the mean length": (lambda *args: bound(*args, far=np.mean), "the greatest length"),
        "the length of the table": (
            lambda *args: bound(*args, far=np.linalg.norm),
            "one length for each row",
        ),
        "lengths of columns": bound_of_columns,
        "lengths of columns, the ones among them": (
            bound_along_the_wrong_axis,
            "a sample is a row",
        ),
        "the sample that is nearest": bound_of_the_nearest,
        "ones alone": bound_of_ones_alone,
        "the last sample left out": bound_skips_the_last,
        "changes the labels": (bound_changes_the_labels, "changed its input"),
        "changes the weights": (bound_changes_the_weights, "changed its input"),
        "cuts off fractions": bound_cuts_off_fractions,
        "a whole number": bound_as_a_whole_number,
    },
    "pocket_update": {
        "takes ties": (pocket_takes_ties, "a tie changes nothing"),
        "takes the worse": pocket_takes_the_worse,
        "compares with the line before": (
            pocket_compares_with_the_old_line,
            "it is better than the one in the pocket",
        ),
        "the line before the step": pocket_keeps_the_line_before_the_step,
        "only after a change": (pocket_only_after_a_change, "it is better than the one"),
        "counts from 1": pocket_counts_from_1,
        "goes back to the best": pocket_goes_back_to_the_best,
        "the pocket first": pocket_comes_first,
        "forgets the best bias": pocket_forgets_the_best_bias,
        "its own bias": pocket_compares_with_its_own_bias,
        "asks one sample": pocket_asks_one_sample,
        "changes w": (pocket_changes_w, "changed its input"),
        "changes the pocket": (pocket_changes_what_is_in_the_pocket, "changed its input"),
        "cuts off fractions": (pocket_cuts_off_fractions, "zeros_like"),
        "fires at 0": pocket_fires_at_0,
        "a record as a default": pocket_with_a_record,
        "sees all samples": pocket_sees_all_samples,
        "two results": (lambda w, b, best_w, best_b, x, y, i, lr: (w, b), "4 results"),
    },
}

RIGHT = {
    "step": {
        "by recursion, as lists": step_by_recursion,
        "clipped and rounded up": lambda x: np.ceil(np.clip(x, 0, 1)),
        "by heaviside": lambda x: np.heaviside(x, 0),
        "true and false": lambda x: np.greater(x, 0),
    },
    "perceptron_update": {
        "by cases, with lists": update_by_cases,
        "augmented": update_augmented,
    },
    "gate": {
        "searched for, as tuples": gate_searched_for,
        "thresholds on the greatest sum that must not pass": gates_but(
            AND=([1, 1], -1), OR=([1, 1], 0), NAND=([-1, -1], 2), NOR=([-1, -1], 1)
        ),
        "uneven weights": gates_but(AND=(np.array([2, 3.5]), -4), NOR=([-7, -0.25], 0.125)),
    },
    "majority": {
        "integers in a tuple": lambda: ((2, 2, 2), -3),
        "uneven weights": lambda: (np.array([2.0, 2.5, 3.0], dtype=np.float32), np.float32(-4)),
    },
    "mistake_bound": {
        "absolute values and loops": bound_with_absolute_values,
        "in one formula": lambda x, y, w, b: (
            (
                np.hypot(np.linalg.norm(x, axis=1), 1).max()
                * np.hypot(np.linalg.norm(w), b)
                / np.where(y, x @ w + b, -(x @ w + b)).min()
            )
            ** 2
        ),
    },
    "pocket_update": {
        "by accuracy, as a list": pocket_by_accuracy,
        "with loops": pocket_with_loops,
    },
}


# costly_pocket(w, b, best_w, best_b, x, y, i): a missed 1 costs COST, the sum, the rate RATE,
# a sum of 0 answers 1, ties are taken, the pocket comes first

COST, RATE = 2.625, 0.84


def costly(rate=RATE, missed=COST, false=1, at_zero=True, ties=True, mean=False, seen=None):
    """A step of the pocket with costs, with other constants or conventions."""

    def cost(w, b, x, y):
        answers = x @ w + b >= 0 if at_zero else x @ w + b > 0
        costs = np.where(y == 1, missed * ~answers, false * answers)
        return costs.mean() if mean else costs.sum()

    def costly_pocket(w, b, best_w, best_b, x, y, i):
        z = x[i] @ w + b
        error = y[i] - (1 if z > 0 or (at_zero and z == 0) else 0)
        w, b = w + rate * error * x[i], b + rate * error
        rows = slice(None) if seen is None else seen(i)
        new, old = cost(w, b, x[rows], y[rows]), cost(best_w, best_b, x[rows], y[rows])
        if new < old or (ties and new == old):
            best_w, best_b = w, b
        return best_w, best_b, w, b, cost(best_w, best_b, x, y)

    return costly_pocket


def costly_in_place(w, b, best_w, best_b, x, y, i):
    error = y[i] - (1 if x[i] @ w + b >= 0 else 0)
    w += RATE * error * x[i]
    b += RATE * error
    return costly(rate=0)(w, b, best_w, best_b, x, y, i)


def costly_cuts_off_fractions(w, b, best_w, best_b, x, y, i):
    *_, new_w, new_b, _ = costly()(w, b, best_w, best_b, x, y, i)
    out = np.zeros_like(w)
    out[:] = new_w
    return costly(rate=0)(out, new_b, best_w, best_b, x, y, i)


def costly_counts_mistakes(w, b, best_w, best_b, x, y, i):
    """The pocket goes by the number of mistakes, the result by their costs."""
    best_w, best_b, w, b, _ = costly(missed=1)(w, b, best_w, best_b, x, y, i)
    return best_w, best_b, w, b, costly()(w, b, best_w, best_b, x, y, i)[-1]


def costly_keeps_the_line_before_the_step(w, b, best_w, best_b, x, y, i):
    best_w, best_b, *_, cost = costly(rate=0)(w, b, best_w, best_b, x, y, i)
    *_, w, b, _ = costly()(w, b, best_w, best_b, x, y, i)
    return best_w, best_b, w, b, cost


def costly_of_the_new_line(w, b, best_w, best_b, x, y, i):
    *parts, _ = costly()(w, b, best_w, best_b, x, y, i)
    return *parts, costly(rate=0)(*parts[2:], *parts[2:], x, y, i)[-1]


def costly_in_the_other_order(*args):
    best_w, best_b, w, b, cost = costly()(*args)
    return w, b, best_w, best_b, cost


def costly_with_loops(w, b, best_w, best_b, x, y, i):
    """With lists and numbers."""

    def answer(w, b, row):
        return int(sum(u * v for u, v in zip(w, row, strict=True)) + b >= 0)

    def cost(w, b):
        table = {(1, 0): COST, (0, 1): 1}
        pairs = [(int(label), answer(w, b, row)) for row, label in zip(x, y, strict=True)]
        return sum(table.get(pair, 0) for pair in pairs)

    step = RATE * (int(y[i]) - answer(w, b, x[i]))
    w, b = [u + step * v for u, v in zip(w, x[i], strict=True)], b + step
    best = (w, b) if cost(w, b) <= cost(best_w, best_b) else (best_w, best_b)
    return [*best, w, b, cost(*best)]


def costly_by_signs(w, b, best_w, best_b, x, y, i):
    """A mistake is a margin of the wrong sign; the costs are weights of the samples."""

    def cost(w, b):
        wrong = np.heaviside(x @ w + b, 1) != y
        return wrong @ np.where(y == 1, COST, 1)

    error = y[i] - np.heaviside(x[i] @ w + b, 1)
    lines = [(w + RATE * error * x[i], b + RATE * error), (best_w, best_b)]
    best = min(lines, key=lambda line: cost(*line))  # the first of equals
    return *best, *lines[0], cost(*best)


FRESH_WRONG = {
    "costly_pocket": {
        "another rate": costly(rate=RATE + 0.01),
        "a rate of 1": costly(rate=1),
        "another cost": costly(missed=COST + 0.125),
        "no costs": costly(missed=1),
        "the other kind is dear": costly(missed=1, false=COST),
        "a sum of 0 answers 0": costly(at_zero=False),
        "ties change nothing": costly(ties=False),
        "the mean": costly(mean=True),
        "one sample": costly(seen=lambda i: [i]),
        "by the number of mistakes": costly_counts_mistakes,
        "the line before the step": costly_keeps_the_line_before_the_step,
        "the cost of the new line": costly_of_the_new_line,
        "the other order": costly_in_the_other_order,
        "in place": costly_in_place,
        "cut off": costly_cuts_off_fractions,
    },
}
FRESH_RIGHT = {
    "costly_pocket": {
        "by np.where": costly(),
        "with loops, as a list": costly_with_loops,
        "by signs": costly_by_signs,
    },
}
