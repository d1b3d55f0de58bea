"""best_lambda(x_train, y_train, x_val, y_val, lams): the λ whose ridge solution is best on x_val.

The solution is w = (XᵀX/n + λI)⁻¹ Xᵀy/n of the training data; what counts is the mean squared error
on the validation data.
"""

import numpy as np

from companion.exercises import Case, Mistake

SIGNATURE = "best_lambda(x_train, y_train, x_val, y_val, lams)"


def _eye(n, d, lam):
    return lam * np.eye(d)


def _variant(
    *, penalty=_eye, fitted="train", judged="val", error=lambda e: (e**2).mean(), extra=None,
    choose=np.argmin, given=lambda lams, errors, i: lams[i], mean=True
):  # fmt: skip
    """Return a choice of λ with something wrong.

    It lacks the decorator `variants`: from a list of five, two mistakes at once choose the same as
    some other one too often to tell.
    """

    def best(x_train, y_train, x_val, y_val, lams):
        parts = {
            "train": (x_train, y_train),
            "val": (x_val, y_val),
            "both": (np.vstack([x_train, x_val]), np.concatenate([y_train, y_val])),
        }
        x, y = parts[fitted]
        n, d = x.shape
        errors = []
        for lam in lams:
            w = np.linalg.solve(x.T @ x / n + penalty(n, d, lam), x.T @ y / (n if mean else 1))
            over, wanted = parts[judged]
            more = extra(w, lam) if extra else 0
            errors.append(error(over @ w - wanted) + more)
        return given(lams, errors, choose(errors))

    return best


reference = _variant()
reference.__doc__ = "Return the λ of the list with the lowest error on the validation data."
_X = np.array([[0.5, 1.5], [0, 1.5], [-1.5, -2], [1, -1]])
_Y = np.array([-1, -1.5, -4.5, 7])
_X_VAL = np.array([[0.0, 1], [0.5, -1], [0, -2]])
_Y_VAL = np.array([-1, 1.5, -1])

CASES = [
    Case((_X, _Y, _X_VAL, _Y_VAL, [0, 0.1, 1, 10, 3]), about="Four samples, two features."),
    Case(
        (
            np.array([[1, 0], [0, -1.5], [1.5, 1.5], [-2.5, 0]]),
            np.array([-1, -0.5, -1.5, 3]),
            np.array([[-0.5, -0.5], [1, -1], [-1, 0]]),
            np.array([1, -1, 0.5]),
            [0.3, 0.1, 3, 1, 0.03],
        ),
        about="A list without order.",
    ),
    Case(
        (
            np.array([[-0.5, 0.5], [0, 2], [0, 2], [0.5, -4.5]]),
            np.array([5.0, 9, 10, -24]),
            np.array([[-0.5, 0.5], [1, -1], [0, 0], [1.5, 0]]),
            np.array([1.5, -6, -0.5, -0.5]),
            [0.25, 0.5, 1, 2, 4],
        ),
        about="As many samples for validation as for training.",
    ),
    Case(
        (
            np.array(
                [[1, -1.5, 0.5], [1, -0.5, 0], [1.5, 0.5, 1.5], [-1, 0.5, 1], [-1, 2, 2],
                 [-1.5, -1, -5]]
            ),
            np.array([-3, 1, -2, 1.5, -0.5, 3]),
            np.array([[0.5, -1.5, -1.5], [1, 1.5, -1], [1, 1.5, -1.5]]),
            np.array([0.5, 0.5, 1]),
            [0, 0.1, 1, 10, 3],
        ),
        about="Six samples, three features.",
    ),
    Case(
        (
            np.array([[-2, -1], [4, 1], [-3, -2], [-4, 0], [5, 2]]),
            np.array([-7, 15, -10, -18, 20]),
            np.array([[-1, -4], [3, 2], [-1, 0]]),
            np.array([1, 13, -4]),
            [0.3, 0.1, 3, 1, 0.03],
        ),
        about="All arrays hold integers.",
    ),
    Case(
        (_X, _X @ [1.0, -2], _X_VAL, _X_VAL @ [1.0, -2], [1, 0.1, 0]),
        about="Without noise no penalty is best: λ = 0.",
    ),
    Case(
        (
            _X, np.column_stack([_Y, _X[:, 0]]), _X_VAL, np.column_stack([_Y_VAL, _X_VAL[:, 0]]),
            [0, 0.1, 1, 10, 3],
        ),
        about="Two targets a sample, as with one-hot labels: the mean is over all of them.",
    ),
]  # fmt: skip


MISTAKES = [
    Mistake(
        _variant(judged="train"),
        "the same data fit w and judge it, so that the least penalty always wins: fit w to the "
        "training data, and take the error on the validation data.",
    ),
    Mistake(
        _variant(judged="both"),
        "the error is taken on the training data, too: take that on the validation data alone.",
    ),
    Mistake(
        _variant(fitted="both"),
        "the validation data help to fit w: they may only judge it.",
    ),
    Mistake(
        _variant(fitted="val", judged="train"),
        "training and validation data are exchanged: fit on the first, judge on the second.",
    ),
    Mistake(
        _variant(penalty=lambda n, d, lam: lam / n * np.eye(d)),
        "here λ is added to XᵀX/n, a mean over the samples: without the 1/n the same λ counts "
        "for less.",
    ),
    Mistake(
        _variant(mean=False),
        "Xᵀy has to be divided by n, as XᵀX is.",
    ),
    Mistake(
        _variant(penalty=lambda n, d, lam: lam),
        "λ is added to every entry of the matrix: it belongs on the diagonal alone, λ I.",
    ),
    Mistake(
        _variant(penalty=lambda n, d, lam: 2 * lam * np.eye(d)),
        "the penalty counts twice: λ/2 Σ w² has the gradient λ w, so λ I is added.",
    ),
    Mistake(
        _variant(extra=lambda w, lam: lam / 2 * (w**2).sum()),
        "the penalty is part of your validation error: it belongs to the training alone.",
    ),
    Mistake(
        _variant(error=lambda e: np.abs(e).mean()),
        "you compare mean sizes of the errors: their mean square is asked for.",
    ),
    Mistake(
        _variant(error=lambda e: np.abs(e.mean())),
        "errors of opposite sign cancel in your mean: square them first.",
    ),
    Mistake(lambda *args: max(args[-1]), "this is the greatest λ of the list."),
    Mistake(
        lambda *args: _variant(choose=np.argmax)(*args),
        "this is the λ with the highest error: the lowest is the best.",
    ),
    Mistake(
        _variant(given=lambda lams, errors, i: i),
        "this is the place in the list: return the λ that stands there.",
    ),
    Mistake(
        _variant(given=lambda lams, errors, i: errors[i]),
        "this is the lowest error: return the λ that has it.",
    ),
]
