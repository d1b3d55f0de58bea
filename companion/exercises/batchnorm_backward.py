"""batchnorm_backward(dout, x, gamma, eps): (dx, dgamma, dbeta) of batch norm in training mode."""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "batchnorm_backward(dout, x, gamma, eps)"


@variants
def _variant(
    *,
    mean=1,
    hat=1,
    bias=np.sum,
    scale=True,
    by_n=True,
    gamma_hat=True,
    power=1,
    swap=False,
    ddof=0,
    root=lambda var, eps: np.sqrt(var + eps),
):
    """Return the gradients, with some things wrong."""

    def backward(dout, x, gamma, eps):
        dout, x, n = np.asarray(dout, float), np.asarray(x, float), len(x)
        s = root(x.var(axis=0, ddof=ddof), eps)
        x_hat = (x - x.mean(axis=0)) / s
        along = (dout * x_hat).sum(axis=0)
        inner = dout - mean * dout.sum(axis=0) / (n if by_n else 1)
        inner = inner - hat * x_hat * along / (n if by_n else 1)
        dgamma = bias(dout * (x_hat if gamma_hat else x), axis=0)
        dx, dbeta = (gamma if scale else 1) / s**power * inner, bias(dout, axis=0)
        return (dx, dbeta, dgamma) if swap else (dx, dgamma, dbeta)

    return backward


reference = _variant()
reference.__doc__ = "Return (dx, dgamma, dbeta)."

_RNG = np.random.default_rng(9)
_X, _DOUT = _RNG.normal(size=(2, 5, 3)).round(2) * 2
_GAMMA = np.array([1.0, 2.0, -0.5])

CASES = [
    Case(
        (
            np.array([[0.0], [1], [0], [0], [0]]), np.array([[4.0], [8], [2], [6], [5]]),
            np.array([1.0]), 1e-12,
        ),
        about="The numbers of the chapter.",
    ),
    Case((_DOUT, _X, _GAMMA, 1e-5), about="Three features, each with its own gamma."),
    Case((_DOUT[:3], _X[:3], _GAMMA, 0.5), about="As many samples as features; a large eps."),
    Case(
        (
            np.array([[1, 0], [0, 2], [1, 1]]), np.array([[1, 5], [3, 5], [8, 2]]),
            np.array([1, 3]), 1,
        ),
        about="All arrays hold integers; the gradients do not.",
    ),
]  # fmt: skip


def _cut_off(*args):
    dx, dgamma, dbeta = reference(*args)
    return dx.astype(args[1].dtype), dgamma, dbeta


MISTAKES = [
    Mistake(
        _variant(mean=0, hat=0),
        "dx treats mean and variance as constants: they depend on every sample, and two means "
        "have to be subtracted.",
    ),
    Mistake(
        _variant(mean=0),
        "the columns of your dx do not add up to 0: the path through the mean is missing.",
    ),
    Mistake(
        _variant(hat=0),
        "the path through the variance is missing in dx: x-hat times a mean.",
    ),
    Mistake(
        _variant(hat=-1),
        "in dx, x-hat times a mean has the wrong sign: the sum of dx times x-hat must be 0.",
    ),
    Mistake(_variant(by_n=False), "in dx, means are subtracted, not sums: divide them by n."),
    Mistake(_variant(scale=False), "dx lacks the factor gamma."),
    Mistake(_variant(power=0), "dx lacks the division by the root of (variance + eps)."),
    Mistake(_variant(power=2), "dx is divided by the variance: divide by its root, once."),
    Mistake(_variant(swap=True), "dgamma and dbeta have changed places: dgamma comes first."),
    Mistake(
        _variant(bias=np.mean),
        "dgamma and dbeta are means over the samples: branches are summed, so sum.",
    ),
    Mistake(
        _variant(gamma_hat=False),
        "dgamma is made with what gamma multiplies: the normalized x, not x itself.",
    ),
    Mistake(
        _variant(bias=lambda a, axis: a.sum(axis=axis, keepdims=True)),
        "dgamma and dbeta have the right numbers but the shape (1, d): gamma has the shape (d,), "
        "so leave out keepdims.",
    ),
    Mistake(_variant(ddof=1), "the variance is taken with 1/n here, not with 1/(n - 1)."),
    Mistake(
        _variant(root=lambda var, eps: np.sqrt(var)),
        "eps is missing: the forward pass has divided by the root of (variance + eps).",
    ),
    Mistake(
        _variant(root=lambda var, eps: np.sqrt(var) + eps),
        "eps belongs inside the root, added to the variance, as in the forward pass.",
    ),
    Mistake(
        _cut_off,
        "dx is cut off to whole numbers: np.zeros_like(x) holds integers if x does.",
    ),
]
