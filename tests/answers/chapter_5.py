"""Plausible answers to the exercises of chapter 5, as students write them: wrong and right ones.

`WRONG` holds, by exercise, what is wrong and the function, or the function and a phrase that the
self-check has to say to it; `RIGHT` holds unusual answers that have to pass.
"""

import numpy as np

# numerical_gradient(f, x, h)


def one_sided(f, x, h):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        moved = x.copy()
        moved[i] += h
        gradient[i] = (f(moved) - f(x)) / h
    return gradient


def one_sided_over_2h(f, x, h):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        moved = x.copy()
        moved[i] += h
        gradient[i] = (f(moved) - f(x)) / (2 * h)
    return gradient


def no_brackets(f, x, h):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / 2 * h
    return gradient


def all_entries_together(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def steps_pile_up(f, x, h):
    x = np.array(x, dtype=float)
    gradient, step = np.zeros_like(x), np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def whole_rows(f, x, h):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def gradient_of_integers(f, x, h):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def copy_of_integers(f, x, h):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] += h
        below[i] -= h
        gradient[i] = (f(above) - f(below)) / (2 * h)
    return gradient


def moves_the_callers_x(f, x, h):
    x = np.asarray(x, dtype=float)  # no copy if x is float already
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] += h
    return gradient


def flat(f, x, h):
    x = np.array(x, dtype=float)
    slopes = []
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        slopes.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(slopes)


def own_h(f, x, h):
    h = 1e-4
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def single_precision(f, x, h):
    x = np.array(x, dtype=np.float32)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def nothing_back(f, x, h):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)


def remembers_the_last_call(f, x, h, slopes=[]):  # noqa: B006
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        slopes.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(slopes[: x.size]).reshape(x.shape)


def vectors_and_matrices_only(f, x, h):
    x = np.array(x, dtype=float)
    rows = x if x.ndim > 1 else x[None]
    gradient = np.zeros(rows.shape)
    for i in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            step = np.zeros(rows.shape)
            step[i, j] = h
            gradient[i, j] = f((rows + step).reshape(x.shape)) - f((rows - step).reshape(x.shape))
    return gradient.reshape(x.shape) / (2 * h)


def puts_the_old_value_back(f, x, h):
    x = np.asarray(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = old
    return gradient


def rows_of_the_unit_matrix(f, x, h):
    x = np.asarray(x)
    steps = h * np.eye(x.size).reshape(-1, *x.shape)
    slopes = [(f(x + step) - f(x - step)) / h / 2 for step in steps]
    return np.array(slopes).reshape(x.shape)


def mean_of_both_sides(f, x, h):
    x = np.array(x, dtype=float)
    gradient = np.empty(x.shape)
    for i, number in np.ndenumerate(x):
        above, below = x.copy(), x.copy()
        above[i], below[i] = number + h, number - h
        gradient[i] = ((f(above) - f(x)) / h + (f(x) - f(below)) / h) / 2
    return gradient


# quadratic_descent(H, start, lr, steps)


def uphill(H, start, lr, steps):
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] + lr * H @ path[-1])
    return np.array(path)


def one_array_for_all_points(H, start, lr, steps):
    theta = np.array(start, dtype=float)
    path = [theta]
    for _ in range(steps):
        theta -= lr * H @ theta
        path.append(theta)
    return np.array(path)


def last_point(H, start, lr, steps):
    theta = np.array(start, dtype=float)
    for _ in range(steps):
        theta = theta - lr * H @ theta
    return theta


def without_the_start(H, start, lr, steps):
    theta, path = np.array(start, dtype=float), []
    for _ in range(steps):
        theta = theta - lr * H @ theta
        path.append(theta)
    return np.array(path)


def without_the_end(H, start, lr, steps):
    theta, path = np.array(start, dtype=float), []
    for _ in range(steps):
        path.append(theta)
        theta = theta - lr * H @ theta
    return np.array(path)


def a_step_too_few(H, start, lr, steps):
    path = [np.array(start, dtype=float)]
    for _ in range(steps - 1):
        path.append(path[-1] - lr * H @ path[-1])
    return np.array(path)


def a_step_too_many(H, start, lr, steps):
    path = [np.array(start, dtype=float)]
    for _ in range(steps + 1):
        path.append(path[-1] - lr * H @ path[-1])
    return np.array(path)


def path_of_integers(H, start, lr, steps):
    path = np.array([start] * (steps + 1))
    for t in range(steps):
        path[t + 1] = path[t] - lr * H @ path[t]
    return path


def moves_the_start(H, start, lr, steps):
    path = [start.copy()]
    for _ in range(steps):
        start -= lr * H @ start
        path.append(start.copy())
    return np.array(path)


def number_by_number(H, start, lr, steps):
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - lr * np.diag(H) * path[-1])
    return np.array(path)


def half_a_step(H, start, lr, steps):
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - lr * 0.5 * H @ path[-1])
    return np.array(path)


def gradient_of_the_start(H, start, lr, steps):
    path, gradient = [np.array(start, dtype=float)], H @ start
    for _ in range(steps):
        path.append(path[-1] - lr * gradient)
    return np.array(path)


def one_column_a_point(H, start, lr, steps):
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - lr * H @ path[-1])
    return np.column_stack(path)


def path_of_the_last_call(H, start, lr, steps, path=[]):  # noqa: B006
    path.append(np.array(start, dtype=float))
    for _ in range(steps):
        path.append(path[-1] - lr * H @ path[-1])
    return np.array(path)


def coordinate_by_coordinate(H, start, lr, steps):
    theta = np.array(start, dtype=float)
    path = [theta.copy()]
    for _ in range(steps):
        for i in range(len(theta)):
            theta[i] -= lr * H[i] @ theta  # the new numbers mix with the old
        path.append(theta.copy())
    return np.array(path)


def powers_of_a_matrix(H, start, lr, steps):
    once = np.eye(len(H)) - lr * H
    return np.array([np.linalg.matrix_power(once, t) @ start for t in range(steps + 1)])


def along_the_eigenvectors(H, start, lr, steps):
    eigenvalues, directions = np.linalg.eigh(H)
    pieces = directions.T @ start
    t = np.arange(steps + 1)[:, None]
    return (1 - lr * eigenvalues) ** t * pieces @ directions.T


def filled_in_loops(H, start, lr, steps):
    d = len(start)
    path = np.zeros((steps + 1, d))
    path[0] = start
    for t in range(steps):
        for i in range(d):
            path[t + 1, i] = path[t, i] - lr * sum(H[i, j] * path[t, j] for j in range(d))
    return path


# best_rate(H)


def rate_of(c):
    return 2 / (min(c) + max(c))


def one_over_the_greatest(H):
    c = np.linalg.eigvalsh(H)
    rate = 1 / c.max()
    return rate, max(abs(1 - rate * c))


def the_limit(H):
    c = np.linalg.eigvalsh(H)
    return 2 / c.max(), 1.0


def unsorted(H):
    c = np.linalg.eigvals(H)
    return 2 / (c[0] + c[-1]), abs(c[-1] - c[0]) / (c[-1] + c[0])


def from_the_diagonal(H):
    c = np.diag(H)
    return rate_of(c), (c.max() - c.min()) / (c.max() + c.min())


def from_the_trace(H):
    c = np.linalg.eigvalsh(H)
    return 2 / np.trace(H), (c[-1] - c[0]) / (c[-1] + c[0])


def factor_with_sign(H):
    c = np.linalg.eigvalsh(H)
    return rate_of(c), 1 - rate_of(c) * c[-1]


def condition_number(H):
    c = np.linalg.eigvalsh(H)
    return rate_of(c), c[-1] / c[0]


def factor_of_the_loss(H):
    c = np.linalg.eigvalsh(H)
    return rate_of(c), ((c[-1] - c[0]) / (c[-1] + c[0])) ** 2


def factor_first(H):
    c = np.linalg.eigvalsh(H)
    return (c[-1] - c[0]) / (c[-1] + c[0]), rate_of(c)


def rate_alone(H):
    return rate_of(np.linalg.eigvalsh(H))


def whole_division(H):
    c = np.linalg.eigvalsh(H)
    return 2 // (c[0] + c[-1]), (c[-1] - c[0]) / (c[-1] + c[0])


def mean_eigenvalue(H):
    c = np.linalg.eigvalsh(H)
    return 1 / c.mean(), max(abs(1 - c / c.mean()))


def printed_only(H):
    c = np.linalg.eigvalsh(H)
    rate, factor = rate_of(c), (c[-1] - c[0]) / (c[-1] + c[0])
    print(rate, factor)


def from_the_condition_number(H):
    kappa = np.linalg.cond(H)
    return 2 / np.linalg.norm(H, 2) / (1 + 1 / kappa), (kappa - 1) / (kappa + 1)


def singular_values(H):
    s = np.linalg.svd(H, compute_uv=False)
    rate = 2 / (s[0] + s[-1])
    return [rate, 1 - rate * s[-1]]


# minibatches(n, batch, rng)


def in_order(n, batch, rng):
    order = np.arange(n)
    return [order[i : i + batch] for i in range(0, n, batch)]


def hands_out_one_by_one(n, batch, rng):
    order = rng.permutation(n)
    for i in range(0, n, batch):
        yield order[i : i + batch]


def drops_the_rest(n, batch, rng):
    order = rng.permutation(n)
    return [order[i * batch : (i + 1) * batch] for i in range(n // batch)]


def an_empty_piece(n, batch, rng):
    order = rng.permutation(n)
    return [order[i * batch : (i + 1) * batch] for i in range(n // batch + 1)]


def even_pieces(n, batch, rng):
    return np.array_split(rng.permutation(n), int(np.ceil(n / batch)))


def a_new_order_each_time(n, batch, rng):
    return [rng.permutation(n)[i : i + batch] for i in range(0, n, batch)]


def a_generator_of_its_own(n, batch, rng):
    order = np.random.default_rng(0).permutation(n)
    return [order[i : i + batch] for i in range(0, n, batch)]


def the_global_generator(n, batch, rng):
    order = np.random.permutation(n)  # noqa: NPY002
    return [order[i : i + batch] for i in range(0, n, batch)]


def with_replacement(n, batch, rng):
    return [rng.integers(0, n, size=min(batch, n - i)) for i in range(0, n, batch)]


def from_one(n, batch, rng):
    order = rng.permutation(n) + 1
    return [order[i : i + batch] for i in range(0, n, batch)]


def sorted_pieces(n, batch, rng):
    order = rng.permutation(n)
    return [np.sort(order[i : i + batch]) for i in range(0, n, batch)]


def leftover_joins_the_last(n, batch, rng):
    order = rng.permutation(n)
    pieces = [order[i : i + batch] for i in range(0, n, batch)]
    if len(pieces) > 1 and len(pieces[-1]) == 1 and batch > 1:
        last = pieces.pop()
        pieces[-1] = np.append(pieces[-1], last)
    return pieces


def filled_up_from_the_start(n, batch, rng):
    order = rng.permutation(n)
    return [np.resize(np.roll(order, -i), batch) for i in range(0, n, batch)]


def pieces_of_the_last_call(n, batch, rng, pieces=[]):  # noqa: B006
    order = rng.permutation(n)
    for i in range(0, n, batch):
        pieces.append(order[i : i + batch])
    return pieces


def split_at(n, batch, rng):
    return np.split(rng.permutation(n), range(batch, n, batch))


def while_some_are_left(n, batch, rng):
    left, pieces = rng.permutation(n).tolist(), []
    while left:
        pieces.append(left[:batch])
        del left[:batch]
    return tuple(pieces)


WRONG = {
    "numerical_gradient": {
        "one-sided": (one_sided, "one-sided"),
        "one-sided, over 2h": (one_sided_over_2h, "one-sided"),
        "no brackets around 2 * h": (no_brackets, "brackets"),
        "all entries move together, one number": (all_entries_together, "all entries at once"),
        "earlier entries stay moved": (steps_pile_up, "put back"),
        "a whole row moves": (whole_rows, "whole row"),
        "zeros_like of integers": (gradient_of_integers, "np.zeros_like"),
        "a copy of integers cannot move by h": (copy_of_integers, "float copy"),
        "x keeps traces of h": (moves_the_callers_x, "changed its input"),
        "the gradient of a matrix as a flat array": (flat, "shape"),
        "an h of its own": (own_h, "h²"),
        "single precision": single_precision,
        "no return": (nothing_back, "return"),
        "a list that lives on between calls": remembers_the_last_call,
        "vectors and matrices only": vectors_and_matrices_only,
        "one slope too far": lambda f, x, h: np.array([f(x + h * e) for e in np.eye(len(x))]) / h,
    },
    "quadratic_descent": {
        "uphill": (uphill, "uphill"),
        "all points are one array": (one_array_for_all_points, "the last one"),
        "the last point alone": (last_point, "not the last alone"),
        "the start is missing": (without_the_start, "the start is missing"),
        "the end is missing": (without_the_end, "the last point is missing"),
        "one step too few": (a_step_too_few, "too few"),
        "one step too many": (a_step_too_many, "too many"),
        "an array of integers": (path_of_integers, "integers"),
        "the start moves": (moves_the_start, "changed its input"),
        "only the diagonal": (number_by_number, "off the diagonal"),
        "half a step": (half_a_step, "half as long"),
        "always the first gradient": (gradient_of_the_start, "the start"),
        "points as columns": (one_column_a_point, "one column a point"),
        "a list that lives on between calls": (path_of_the_last_call, "shape"),
        "coordinates one after the other": coordinate_by_coordinate,
        "no return": (lambda H, start, lr, steps: None, "return"),
    },
    "best_rate": {
        "1 / λ_max": (one_over_the_greatest, "1 / λ_max"),
        "2 / λ_max": (the_limit, "limit"),
        "eigenvalues in no order": unsorted,
        "eigenvalues from the diagonal": (from_the_diagonal, "diagonal"),
        "the trace": (from_the_trace, "trace"),
        "a factor below zero": (factor_with_sign, "without its sign"),
        "the condition number": (condition_number, "condition number"),
        "the factor of the loss": (factor_of_the_loss, "square"),
        "order of the results": (factor_first, "the rate comes first"),
        "one result": (rate_alone, "two results"),
        "whole division": whole_division,
        "the mean eigenvalue": mean_eigenvalue,
        "prints, returns nothing": (printed_only, "return"),
    },
    "minibatches": {
        "not shuffled": (in_order, "rng.permutation(n)"),
        "a generator": (hands_out_one_by_one, "expected 3 results"),
        "the rest is dropped": (drops_the_rest, "The last piece is shorter"),
        "an empty piece at the end": (an_empty_piece, "expected 3 results"),
        "pieces of nearly equal size": (even_pieces, "shape (3,)"),
        "a new order for each piece": a_new_order_each_time,
        "seeds a generator of its own": a_generator_of_its_own,
        "the global generator": the_global_generator,
        "with replacement": with_replacement,
        "counted from 1": from_one,
        "sorted in each piece": sorted_pieces,
        "a single left-over joins the piece before": (leftover_joins_the_last, "shorter"),
        "the last piece is filled up": (filled_up_from_the_start, "shape (1,)"),
        "a list that lives on between calls": pieces_of_the_last_call,
    },
}

RIGHT = {
    "numerical_gradient": {
        "the old value is put back exactly": puts_the_old_value_back,
        "rows of the unit matrix": rows_of_the_unit_matrix,
        "the mean of both one-sided differences": mean_of_both_sides,
    },
    "quadratic_descent": {
        "powers of 1 - lr H": powers_of_a_matrix,
        "each eigenvector by itself": along_the_eigenvectors,
        "loops": filled_in_loops,
        "θ from the left": lambda H, start, lr, steps: np.array(
            [start @ np.linalg.matrix_power(np.eye(len(H)) - lr * H, t) for t in range(steps + 1)]
        ),
    },
    "best_rate": {
        "by the condition number": from_the_condition_number,
        "singular values, and a list": singular_values,
    },
    "minibatches": {
        "np.split": split_at,
        "a queue, and a tuple of lists": while_some_are_left,
    },
}


# sgd_epoch(theta, x, y, order): mini-batches of 2, the rest left out, rate 0.079, the sum of halved
# squares, without the start


def an_epoch(theta, x, y, order, *, size=2, rate=0.079, factor=1, rest="left out", mean=False):
    """The path, its start first, with other conventions."""
    path, pieces = [np.array(theta, dtype=float)], []
    for i in range(0, len(order), size):
        pieces.append(list(order[i : i + size]))
    if len(pieces[-1]) < size and rest != "shorter":
        last = pieces.pop()
        if rest == "joined":
            pieces[-1] = pieces[-1] + last
    for rows in pieces:
        gradient = factor * x[rows].T @ (x[rows] @ path[-1] - y[rows])
        path.append(path[-1] - rate * (gradient / len(rows) if mean else gradient))
    return np.array(path)


def an_epoch_from_the_start_each_time(theta, x, y, order):
    path = []
    for i in range(0, len(order) - 1, 2):
        rows = order[i : i + 2]
        path.append(theta - 0.079 * (x[rows] @ theta - y[rows]) @ x[rows])
    return np.array(path)


def an_epoch_that_moves_theta(theta, x, y, order):
    path = []
    for i in range(0, len(order) - 1, 2):
        rows = order[i : i + 2]
        theta[:] = theta - 0.079 * (x[rows] @ theta - y[rows]) @ x[rows]
        path.append(theta.copy())
    return np.array(path)


def an_epoch_of_one_array(theta, x, y, order):
    theta, path = np.array(theta, dtype=float), []
    for i in range(0, len(order) - 1, 2):
        rows = order[i : i + 2]
        theta -= 0.079 * (x[rows] @ theta - y[rows]) @ x[rows]
        path.append(theta)
    return np.array(path)


def an_epoch_of_integers(theta, x, y, order):
    steps = len(order) // 2
    path = np.zeros((steps, len(theta)), dtype=theta.dtype)
    for i, row in enumerate(an_epoch(theta, x, y, order)[1:]):
        path[i] = row
    return path


def an_epoch_by_strides(theta, x, y, order):
    steps = len(order) // 2
    mixed = np.concatenate([order[i::steps][:2] for i in range(steps)])
    return an_epoch(theta, x, y, mixed)[1:]


def an_epoch_of_samples(theta, x, y, order):
    """Lists of numbers, and each sample by itself."""
    theta, path, left = [float(number) for number in theta], [], list(order)
    while len(left) >= 2:
        rows, left = left[:2], left[2:]
        errors = [sum(a * b for a, b in zip(x[i], theta, strict=True)) - y[i] for i in rows]
        for k in range(len(theta)):
            theta[k] -= 0.079 * sum(e * x[i][k] for i, e in zip(rows, errors, strict=True))
        path.append(list(theta))
    return path


def an_epoch_by_reshape(theta, x, y, order):
    steps, path = len(order) // 2, []
    for rows in np.reshape(order[: 2 * steps], (steps, 2)):
        H, c = x[rows].T @ x[rows], x[rows].T @ y[rows]
        theta = theta - 0.079 * (H @ theta - c)
        path += [theta]
    return np.stack(path)


FRESH_WRONG = {
    "sgd_epoch": {
        "another rate": lambda *args: an_epoch(*args, rate=0.08)[1:],
        "the mean": lambda *args: an_epoch(*args, mean=True)[1:],
        "the half forgotten": lambda *args: an_epoch(*args, factor=2)[1:],
        "uphill": lambda *args: an_epoch(*args, rate=-0.079)[1:],
        "mini-batches of 3": lambda *args: an_epoch(*args, size=3)[1:],
        "the rest is a mini-batch": lambda *args: an_epoch(*args, rest="shorter")[1:],
        "the rest joins": lambda *args: an_epoch(*args, rest="joined")[1:],
        "with the start": an_epoch,
        "the last parameters alone": lambda *args: an_epoch(*args)[-1],
        "not in this order": lambda theta, x, y, order: an_epoch(theta, x, y, np.sort(order))[1:],
        "from the end": lambda theta, x, y, order: an_epoch(theta, x, y, order[::-1])[1:],
        "each step from the start": an_epoch_from_the_start_each_time,
        "theta is changed": an_epoch_that_moves_theta,
        "one array for all steps": an_epoch_of_one_array,
        "cut off": an_epoch_of_integers,
        "every other sample": an_epoch_by_strides,
    },
}
FRESH_RIGHT = {
    "sgd_epoch": {
        "the start taken off": lambda *args: an_epoch(*args)[1:],
        "samples one by one, as lists": an_epoch_of_samples,
        "a Hessian for each mini-batch": an_epoch_by_reshape,
    },
}
