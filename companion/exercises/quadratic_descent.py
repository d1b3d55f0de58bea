"""quadratic_descent(H, start, lr, steps): the path of gradient descent on ½ θ · H θ."""

import numpy as np

from companion.exercises import Case, Mistake, variants
from companion.optimizers import SGD

SIGNATURE = "quadratic_descent(H, start, lr, steps)"


def reference(H, start, lr, steps):
    """Return the path, shape (steps + 1, d)."""
    theta, optimizer = np.array(start, dtype=float), SGD(lr)
    path = [theta.copy()]
    for _ in range(steps):
        optimizer.step({"theta": theta}, {"theta": H @ theta})
        path.append(theta.copy())
    return np.array(path)


CASES = [
    Case((np.diag([1.0, 2.0]), np.array([4.0, -4.0]), 0.25, 3)),
    Case(
        (np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0]), 0.125, 4),
        about="H is not diagonal: each coordinate of the gradient takes both of θ.",
    ),
    Case((np.array([[1.0]]), np.array([2.0]), 3.0, 3), about="It diverges, and may."),
    Case((np.diag([1.0, 2.0]), np.array([1.0, 1.0]), 0.5, 0), about="No step: the start alone."),
    Case((np.diag([1, 2]), np.array([3, 5]), 0.25, 2), about="H and start hold integers."),
]


@variants
def _variant(
    *, sign=-1, gradient=np.matmul, steps_more=0, first=0, last=None, copies=True, dtype=float
):
    """Return a descent with one thing wrong."""

    def descent(H, start, lr, steps):
        theta = np.array(start, dtype=dtype)
        path = [theta]
        for _ in range(steps + steps_more):
            change = sign * lr * gradient(H, theta)
            if copies:
                theta = (theta + change).astype(theta.dtype)
            else:
                theta += change.astype(theta.dtype)
            path.append(theta)
        return np.array(path[first:last])

    return descent


def _first_gradient(H, start, lr, steps):
    return np.array([start - t * lr * H @ start for t in range(steps + 1)])


MISTAKES = [
    Mistake(lambda *args: reference(*args)[-1], "all points are asked for, not the last alone."),
    Mistake(lambda *args: reference(*args).T, "one row a point: yours has one column a point."),
    Mistake(_variant(sign=1), "this goes uphill: the step is against the gradient."),
    Mistake(_variant(first=1), "the start is missing: the path has steps + 1 points."),
    Mistake(_variant(last=-1), "the last point is missing: the path has steps + 1 points."),
    Mistake(_variant(steps_more=-1), "one step too few: the path has steps + 1 points."),
    Mistake(_variant(steps_more=1), "one step too many: the path has steps + 1 points."),
    Mistake(
        _variant(copies=False),
        "all points of the path are the last one: `theta -= …` changes the array that is already "
        "in your list. Make a new one in each step.",
    ),
    Mistake(
        _first_gradient,
        "every step uses the gradient at the start: compute it anew at each point.",
    ),
    Mistake(
        _variant(gradient=lambda H, theta: np.diag(H) * theta),
        "the gradient is H @ θ; a product number by number leaves out what is off the diagonal.",
    ),
    Mistake(
        _variant(gradient=lambda H, theta: H @ theta / 2),
        "the step is half as long as it should be: the derivative of ½ c w² is c w.",
    ),
    Mistake(
        _variant(gradient=lambda H, theta: 2 * H @ theta),
        "the step is twice as long as it should be: the derivative of ½ c w² is c w.",
    ),
    Mistake(
        _variant(dtype=None),
        "a start of integers stays integers, and the path is cut off. Make it float first.",
    ),
]
