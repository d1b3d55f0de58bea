"""adam_step(w, g, state, lr, beta1, beta2, eps): (w, state) after one step; state {} at the start.

With t counted from 1: m ← β₁ m + (1 - β₁) g and v ← β₂ v + (1 - β₂) g², then
w ← w - η m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).

What the state holds, and under which names, is the student's choice: nobody looks into it. A case
holds the gradients of several steps, one a row, and each step gets the state that the step before
returned. Then the last step is asked for once more, with the same weights and the same state, which
shows whether it changed that state, or kept something elsewhere.
"""

import numpy as np

from companion.exercises import Case, Mistake, variants
from companion.exercises._answers import part_problem, shown, value_problem

SIGNATURE = "adam_step(w, g, state, lr, beta1, beta2, eps)"


def use(function, w, g, state, lr, beta1, beta2, eps):
    """Return the weights after each step, and after the last again; or what is no (w, state)."""
    weights, before = [], (w, state)
    for t, gradient in enumerate([*g, g[-1]]):
        if t == len(g):
            w, state = before
        before = w, state
        result = function(w, gradient, state, lr, beta1, beta2, eps)
        if not isinstance(result, tuple | list) or len(result) != 2 or isinstance(result[0], dict):
            return result
        w, state = result
        weights.append(w)
    return _Steps(weights)


class _Steps(list):
    """The weights after each step."""


_CHANGED = (
    "the last step, asked for again with the same weights and the same state, gives something "
    "else: the state that comes in must stay as it is, with the arrays in it, and nothing may be "
    "kept elsewhere."
)


def judge(args, results):
    """Return what is wrong with the weights after each step, or None."""
    if isinstance(results, tuple | list) and len(results) == 2 and isinstance(results[0], dict):
        return "w comes first and then the state: yours stand the other way round."
    if not isinstance(results, _Steps):
        return f"expected two results, w and the state; got {shown(results)}."
    right = use(_variant(), *args)
    for t, (wanted, got) in enumerate(zip(right, results, strict=True), 1):
        prefix = f"w after step {t}: "
        problem = part_problem(prefix, got, wanted.shape) or value_problem(prefix, wanted, got)
        if problem:
            return problem if t < len(right) else _CHANGED
    return None


@variants
def _variant(
    *,
    first=lambda beta1, m, g: beta1 * m + (1 - beta1) * g,
    second=lambda beta2, v, g: beta2 * v + (1 - beta2) * g**2,
    correct_m=lambda m, beta1, t: m / (1 - beta1**t),
    correct_v=lambda v, beta2, t: v / (1 - beta2**t),
    below=lambda v, v_hat, eps, root: np.sqrt(v_hat) + eps,
    move=lambda w, step, lr: w - lr * step,
    kept=lambda m, v, m_hat, v_hat: (m, v),
    returned=lambda old, new: new,
):
    """Return a step with something wrong."""

    def step(w, g, state, lr, beta1, beta2, eps):
        m, v, t = state.get("m", 0 * g), state.get("v", 0 * g), state.get("t", 0) + 1
        m, v = first(beta1, m, g), second(beta2, v, g)
        with np.errstate(all="ignore"):  # mistakes divide by 0
            m_hat, v_hat = correct_m(m, beta1, t), correct_v(v, beta2, t)
            below_it = below(v, v_hat, eps, (1 - beta2**t) ** 0.5)
            w = move(w, m_hat / below_it, lr)
        m, v = kept(m, v, m_hat, v_hat)
        return w, returned(state, {"m": m, "v": v, "t": t})

    return step


CASES = [
    Case(
        (
            np.array([2.0, -1.0]),
            np.array([[0.5, -20.0], [0.5, -20.0], [0.5, -20.0]]),
            {},
            0.1, 0.9, 0.999, 1e-8,
        ),
        about="A constant gradient: each weight moves by the rate in every step.",
    ),
    Case(
        (
            np.array([2.0, -1.0]),
            np.array([[1.0, -0.25], [-2.0, 0.5], [3.0, 0.125], [0.5, 0.0]]),
            {},
            0.1, 0.9, 0.99, 1e-8,
        ),
        about="Four steps with different gradients.",
    ),
    Case(
        (
            np.array([[1.0, 0.5, -2.0], [0.0, 3.0, -1.0]]),
            np.array(
                [
                    [[0.5, -1.0, 2.0], [3.0, -0.5, 0.25]],
                    [[1.5, -0.5, -1.0], [0.5, 0.75, 2.0]],
                    [[-1.0, 2.5, 0.5], [1.0, 0.25, -1.5]],
                ]
            ),
            {},
            0.5, 0.75, 0.5, 0.25,
        ),
        about="A matrix of weights; ε is 0.25, so that one sees where it is added.",
    ),
    Case(
        (
            np.array([1.0, 2.0]),
            np.array([[0.0, 1.0], [0.0, 0.0], [2.0, 0.0]]),
            {},
            0.1, 0.9, 0.99, 1e-8,
        ),
        about="Gradients of 0: a weight that never had one stays where it is.",
    ),
    Case(
        (np.array([3, -1]), np.array([[2, -3], [1, 4], [-2, 1]]), {}, 1, 0.5, 0.75, 1),
        about="Weights and gradients are integers, the results are not.",
    ),
    Case(
        (np.array([1.0]), np.array([[2.0], [-1.0], [4.0]]), {}, 0.1, 0, 0.9, 1e-3),
        about="β₁ = 0: no momentum.",
    ),
]  # fmt: skip

_NO_M = "m is not corrected for its start at 0: divide it by 1 - β₁ᵗ."
_NO_V = "v is not corrected for its start at 0: divide it by 1 - β₂ᵗ."


def _plain(moment, beta, t):
    return moment


def _to_the_first(moment, beta, t):
    return moment / (1 - beta)


def _one_behind(moment, beta, t):
    return moment / np.float64(1 - beta ** (t - 1))


def _one_ahead(moment, beta, t):
    return moment / (1 - beta ** (t + 1))


def _cut_off(w, g, state, *settings):
    new, state = _variant()(w, g, state, *settings)
    return new.astype(g.dtype), state


MISTAKES = [
    Mistake(
        _variant(correct_m=_plain, correct_v=_plain),
        "the bias correction is missing: m and v start at 0, so divide them by 1 - β₁ᵗ and "
        "1 - β₂ᵗ.",
    ),
    Mistake(_variant(correct_m=_plain), _NO_M),
    Mistake(_variant(correct_v=_plain), _NO_V),
    Mistake(
        _variant(correct_m=_to_the_first, correct_v=_to_the_first),
        "the correction is the same in each step: 1 - βᵗ has the number t of the step as power, so "
        "the state has to count the steps.",
    ),
    Mistake(
        _variant(correct_m=_one_behind, correct_v=_one_behind),
        "the correction is one step behind: t is 1 in the first step, so count before you correct.",
    ),
    Mistake(
        _variant(correct_m=_one_ahead, correct_v=_one_ahead),
        "the correction is one step ahead: t is 1 in the first step.",
    ),
    Mistake(
        _variant(kept=lambda m, v, m_hat, v_hat: (m_hat, v_hat)),
        "the corrected moments are kept, and the next step corrects them again: keep m and v "
        "themselves.",
    ),
    Mistake(
        _variant(returned=lambda old, new: old),
        "each step begins from nothing: return a state that holds the new m, v and t.",
    ),
    Mistake(
        _variant(below=lambda v, v_hat, eps, root: np.sqrt(v_hat + eps)),
        "ε stands inside the root: here it is added after the root is taken, √v̂ + ε.",
    ),
    Mistake(
        _variant(below=lambda v, v_hat, eps, root: (np.sqrt(v) + eps) / root),
        "ε is added before v is corrected: correct v, take the root, then add ε.",
    ),
    Mistake(
        _variant(below=lambda v, v_hat, eps, root: np.sqrt(v_hat)),
        "ε is missing: without it a weight that never had a gradient becomes NaN, 0/0.",
    ),
    Mistake(
        _variant(below=lambda v, v_hat, eps, root: v_hat + eps),
        "the root is missing: divide by √v̂ + ε.",
    ),
    Mistake(
        _variant(second=lambda beta2, v, g: beta2 * v + (1 - beta2) * g),
        "v is a mean of the gradients: take the mean of their squares.",
    ),
    Mistake(
        _variant(second=lambda beta2, v, g: beta2 * v + (1 - beta2) * np.abs(g)),
        "v is a mean of sizes: take the mean of the squares.",
    ),
    Mistake(
        _variant(second=lambda beta2, v, g: beta2 * v + (1 - beta2) * (g**2).mean()),
        "v is one number for all weights: each weight has a mean of its own.",
    ),
    Mistake(
        _variant(second=lambda beta2, v, g: beta2 * v + g**2),
        "the new square counts in full: in v it is multiplied by 1 - β₂.",
    ),
    Mistake(
        _variant(second=lambda beta2, v, g: (1 - beta2) * v + beta2 * g**2),
        "in v, β₂ and 1 - β₂ have changed places: β₂ is the share that is kept.",
    ),
    Mistake(
        _variant(first=lambda beta1, m, g: beta1 * m + g),
        "the new gradient counts in full: in m it is multiplied by 1 - β₁.",
    ),
    Mistake(
        _variant(first=lambda beta1, m, g: (1 - beta1) * m + beta1 * g),
        "in m, β₁ and 1 - β₁ have changed places: β₁ is the share that is kept.",
    ),
    Mistake(
        _variant(first=lambda beta1, m, g: g, correct_m=_plain),
        "the step uses the gradient itself, as RMSProp does: Adam uses m̂, the corrected mean.",
    ),
    Mistake(
        _variant(move=lambda w, step, lr: w + lr * step),
        "the step goes uphill: subtract it.",
    ),
    Mistake(_variant(move=lambda w, step, lr: w - step), "the rate has no effect on your step."),
    Mistake(
        _variant(move=lambda w, step, lr: -lr * step),
        "your first result is the step: return the weights after it.",
    ),
    Mistake(
        lambda w, g, state, lr, beta1, beta2, eps: _variant()(w, g, state, lr, beta2, beta1, eps),
        "β₁ and β₂ have changed places: β₁ belongs to m, and β₂ to v.",
    ),
    Mistake(
        lambda *args: _variant()(*args)[0],
        "return two results, w and the state: the next step needs the state.",
    ),
    Mistake(
        _cut_off,
        "the weights are cut off to whole numbers: np.zeros_like(w) holds integers if w does.",
    ),
    Mistake(
        _variant(
            first=lambda beta1, m, g: (beta1 * m + (1 - beta1) * g).astype(g.dtype),
            second=lambda beta2, v, g: (beta2 * v + (1 - beta2) * g**2).astype(g.dtype),
        ),
        "m and v are cut off to whole numbers: np.zeros_like(g) holds integers if g does.",
    ),
]
