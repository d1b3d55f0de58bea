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
    choose=np.argmin, given=lambda lams, errors, i: lams[i], mean=True, sums=False
):  # fmt: skip
    """Return a choice of λ with something wrong.

    It lacks the decorator `variants`: from a short list, two mistakes at once choose the same as
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
            H = x.T @ x / (1 if sums else n) + penalty(n, d, lam)
            w = np.linalg.solve(H, x.T @ y / (n if mean else 1))
            over, wanted = parts[judged]
            more = extra(w, lam) if extra else 0
            errors.append(error(over @ w - wanted) + more)
        return given(lams, errors, choose(errors))

    return best


reference = _variant()
reference.__doc__ = "Return the λ of the list with the lowest error on the validation data."
_X = np.array([[-3, 0], [-3, 0], [-0.5, 3], [1.5, -3]])
_Y = np.array([7, 4.5, -5.5, 0])
_X_VAL = np.array([[2.5, -1], [1, -1.5], [1.5, 0]])
_Y_VAL = np.array([-2.5, 2, -2])
_LAMS = [0, 0.1, 0.2, 0.5, 1, 2, 5, 10]

# In lists of this length two mistakes seldom choose the same λ.
CASES = [
    Case((_X, _Y, _X_VAL, _Y_VAL, _LAMS), about="Four samples, two features."),
    Case(
        (
            np.array([[-2, 3], [2.5, -2.5], [1, -2.5], [1.5, 2]]),
            np.array([9, -10.5, -3.5, 1]),
            np.array([[0.5, 1], [-1.5, 2.5], [2, 0]]),
            np.array([0.5, 7.5, -3]),
            [0.5, 0.1, 2, 1, 0.05, 5, 0.2],
        ),
        about="A list without order.",
    ),
    Case(
        (
            np.array([[2.5, -3], [-2, 3], [1.5, -1.5], [1, -2.5]]),
            np.array([6, -7, 0, 5.5]),
            np.array([[2.5, 0.5], [1.5, -2], [-3, -1], [-3, -2.5]]),
            np.array([-2, 1, 3.5, 3]),
            [0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8],
        ),
        about="As many samples for validation as for training.",
    ),
    Case(
        (
            np.array(
                [[-3, -1.5, -3], [3, 2, 1], [2.5, -0.5, -2], [-3, -1, 2.5], [2.5, 2.5, -1],
                 [-3, 0, 0]]
            ),
            np.array([7, -3.5, -12, 12, -3, 12]),
            np.array([[3, 3, 0.5], [1.5, 2, 0.5], [-0.5, -1, -2]]),
            np.array([-5.5, -1, -0.5]),
            _LAMS,
        ),
        about="Six samples, three features.",
    ),
    Case(
        (
            np.array([[-3, 0], [2, -5], [-3, 6], [-2, 4], [-1, -4]]),
            np.array([-11, -7, 10, 14, -14]),
            np.array([[3, -3], [0, -1], [-1, 1]]),
            np.array([-3, -4, 0]),
            [0.4, 0.1, 3.2, 1.6, 0.05, 0.8, 0.2, 6.4],
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
            _LAMS,
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
        _variant(penalty=lambda n, d, lam: n * lam * np.eye(d)),
        "λ is multiplied by n: XᵀX/n is a mean over the samples, and λ is added to it as it is.",
    ),
    Mistake(
        _variant(sums=True),
        "XᵀX has to be divided by n, as Xᵀy is.",
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
        _variant(penalty=lambda n, d, lam: lam / 2 * np.eye(d)),
        "the penalty counts half: λ/2 Σ w² has the gradient λ w, so λ I is added, not λ/2 I.",
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
