"""batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training): three.

It returns (out, running_mean, running_var); variances are taken with 1/n.
"""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training)"


def _unbiased(x, axis, ddof):
    return x.var(axis=axis, ddof=1)


@variants
def _variant(
    *, axis=0, keep=None, ddof=0, kept=np.var, eps_at="inside", affine=True, mode=None, update=True
):
    """Return a batch norm, with some things wrong."""

    def forward(x, gamma, beta, running_mean, running_var, momentum, eps, training):
        x, gamma, beta = (np.asarray(a, dtype=float) for a in (x, gamma, beta))
        old, new = {
            None: (momentum, 1 - momentum), "batch": (1 - momentum, momentum), "new": (0, 1)
        }[keep]  # fmt: skip
        mean, var = running_mean, running_var
        if mode == "batch" or (training and mode is None):
            mean = x.mean(axis=axis, keepdims=axis == 1)
            var = x.var(axis=axis, ddof=ddof, keepdims=axis == 1)
        if update == "always" or (training and update):
            running_mean = old * running_mean + new * x.mean(axis=0)
            running_var = old * running_var + new * kept(x, axis=0, ddof=ddof)
            if mode == "running":
                mean, var = running_mean, running_var
        root = {
            "inside": np.sqrt(var + eps),
            "outside": np.sqrt(var) + eps,
            "no root": var + eps,
            "nowhere": np.sqrt(var),
        }
        normed = (x - mean) / root[eps_at]
        out = {True: gamma * normed + beta, False: normed, "shift first": gamma * (normed + beta)}
        return out[affine], running_mean, running_var

    return forward


reference = _variant()
reference.__doc__ = "Return (out, running_mean, running_var)."

_X = np.array([[4.0, 110, 0.002], [8, 110, 0.004], [2, 60, 0.001], [6, 110, 0.003]])
_GAMMA, _BETA = np.array([2.0, 1.0, 0.5]), np.array([1.0, -3.0, 0.0])
_MEAN, _VAR = np.array([1.0, 90.0, 0.0]), np.array([2.0, 300.0, 1.0])

CASES = [
    Case((_X, _GAMMA, _BETA, _MEAN, _VAR, 0.9, 1e-5, True), about="Training, four samples."),
    Case(
        (_X, _GAMMA, _BETA, _MEAN, _VAR, 0.9, 1e-5, False),
        about="Inference: the running statistics are used, and come back as they were.",
    ),
    Case(
        (_X[:1], _GAMMA, _BETA, _MEAN, _VAR, 0.9, 1e-5, False), about="Inference for one sample."
    ),
    Case(
        (_X[:3] * 10, _GAMMA, _BETA, _MEAN, _VAR, 0.75, 0.5, True),
        about="Training, with as many samples as features.",
    ),
    Case(
        (
            np.array([[1, 2], [3, 2], [5, 8]]), np.array([1, 2]), np.array([0, 1]),
            np.array([0, 0]), np.array([1, 1]), 0.5, 1e-3, True,
        ),
        about="All arrays hold integers; the results do not.",
    ),
]  # fmt: skip


def _cut_off_out(*args):
    out, *running = reference(*args)
    return out.astype(args[0].dtype), *running


def _cut_off_running(*args):
    out, mean, var = reference(*args)
    return out, mean.astype(args[3].dtype), var.astype(args[4].dtype)


def _eps_in_running(*args):
    out, mean, var = reference(*args)
    momentum, eps, training = args[5:]
    return out, mean, var + (1 - momentum) * eps if training else var


MISTAKES = [
    Mistake(
        lambda *args: (lambda out, mean, var: (out, var, mean))(*reference(*args)),
        "the order is (out, running_mean, running_var): your running mean and variance have "
        "changed places.",
    ),
    Mistake(
        _variant(keep="batch"),
        "the momentum is the share of the old running statistics that stays; you keep that "
        "share of the batch's.",
    ),
    Mistake(_variant(ddof=1), "the variance is taken with 1/n here, not with 1/(n - 1)."),
    Mistake(
        _variant(kept=_unbiased),
        "the running variance got 1/(n - 1): it is kept with 1/n here.",
    ),
    Mistake(
        _variant(kept=np.std),
        "the running variance got the batch's deviation: leave the root out.",
    ),
    Mistake(
        _variant(axis=None),
        "you take one mean and one variance of all numbers: take those of each column.",
    ),
    Mistake(
        _variant(axis=1),
        "you normalize each row, which is a sample: take mean and variance of each column, a "
        "feature over the batch.",
    ),
    Mistake(_variant(eps_at="nowhere"), "eps is missing: add it to the variance."),
    Mistake(_variant(eps_at="outside"), "eps belongs inside the root, added to the variance."),
    Mistake(_variant(eps_at="no root"), "divide by the root of (variance + eps)."),
    Mistake(_variant(affine=False), "gamma and beta are missing: scale, then shift."),
    Mistake(
        _variant(affine="shift first"), "beta gets multiplied by gamma: scale first, then shift."
    ),
    Mistake(
        _variant(mode="batch"),
        "at inference you use the batch's own statistics: take the running ones there.",
    ),
    Mistake(
        _variant(mode="running"),
        "in training you normalize with the running statistics: take the batch's own there.",
    ),
    Mistake(_variant(update=False), "in training the running statistics have to move."),
    Mistake(
        _variant(update="always"),
        "the running statistics move at inference, too: only training may move them.",
    ),
    Mistake(
        _variant(keep="new"),
        "the batch's own mean and variance come back: mix them with the old running statistics, "
        "by the momentum.",
    ),
    Mistake(
        _eps_in_running,
        "eps gets into the running variance: add it only where the root is taken.",
    ),
    Mistake(
        _cut_off_out,
        "out is cut off to whole numbers: np.zeros_like(x) holds integers if x does.",
    ),
    Mistake(
        _cut_off_running,
        "the running statistics are cut off to whole numbers: an array like the old ones holds "
        "integers if they do.",
    ),
]
