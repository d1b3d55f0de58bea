"""adagrad_step(w, g, s, lr, eps): (w, s) after one step of AdaGrad.

s ← s + g², then w ← w - η g / (√s + ε); lr is the rate η, and eps is ε.
"""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "adagrad_step(w, g, s, lr, eps)"


@variants
def _variant(
    *,
    collect=lambda s, g: s + g**2,
    used=lambda s, new, g: new,
    root=lambda s, eps: np.sqrt(s) + eps,
    above=lambda g: g,
    rate=lambda lr: lr,
    move=lambda w, step: w - step,
    kept=lambda new, root: new,
):
    """Return a step with something wrong."""

    def step(w, g, s, lr, eps):
        new = collect(s, g)
        below = root(used(s, new, g), eps)
        return move(w, rate(lr) * above(g) / below), kept(new, below)

    return step


reference = _variant()
reference.__doc__ = "Return w and s after the step."

CASES = [
    Case(
        (np.array([2.0, -1.0]), np.array([3.0, -0.5]), np.array([16.0, 0.75]), 0.1, 1e-8),
        about="With what was collected before.",
    ),
    Case(
        (np.array([2.0, -1.0]), np.array([0.01, -200.0]), np.zeros(2), 0.1, 1e-8),
        about="The first step: each weight moves by the rate, however small its gradient.",
    ),
    Case(
        (
            np.array([[1.0, 2.0, -0.5], [0.0, -3.0, 4.0]]),
            np.array([[0.5, -2.0, 1.0], [3.0, 0.25, -1.0]]),
            np.array([[2.0, 5.0, 0.0], [7.0, 0.5, 8.0]]),
            0.25,
            0.5,
        ),
        about="A matrix of weights; ε is 0.5, so that one sees where it is added.",
    ),
    Case(
        (np.array([1.0, 2.0]), np.array([0.0, 1.5]), np.array([0.0, 4.0]), 0.1, 1e-8),
        about="A weight that never had a gradient stays where it is.",
    ),
    Case(
        (np.array([3, -1]), np.array([2, -3]), np.array([1, 7]), 1, 1),
        about="All numbers are integers, the new weights are not.",
    ),
    Case((np.array([3]), np.array([2]), np.array([12]), 0.5, 0.25), about="A single weight."),
    Case(
        (np.array([1.0, -2.0]), np.array([0.5, 1.5]), np.array([2, 1]), 0.1, 0.01),
        about="s holds integers, and the new s does not.",
    ),
]


def _cut_off(w, g, s, lr, eps):
    w_new, s_new = reference(w, g, s, lr, eps)
    return w_new.astype(w.dtype), s_new.astype(s.dtype)


MISTAKES = [
    Mistake(
        _variant(move=lambda w, step: w + step),
        "the step goes uphill: subtract it.",
    ),
    Mistake(
        _variant(collect=lambda s, g: s + g),
        "the gradients are added without the square: s ← s + g².",
    ),
    Mistake(
        _variant(collect=lambda s, g: s + np.abs(g)),
        "the sizes of the gradients are added: add the squares.",
    ),
    Mistake(
        _variant(collect=lambda s, g: s + (g**2).sum()),
        "the squares of all gradients are summed: each weight has a sum of its own.",
    ),
    Mistake(
        _variant(collect=lambda s, g: g**2),
        "what was collected before is lost: add the new square to s.",
    ),
    Mistake(
        _variant(collect=lambda s, g: 0.9 * s + 0.1 * g**2),
        "this forgets, as RMSProp does: AdaGrad keeps the whole sum, s + g².",
    ),
    Mistake(
        _variant(used=lambda s, new, g: s),
        "the step divides by the old s: collect the new square first.",
    ),
    Mistake(
        _variant(used=lambda s, new, g: g**2),
        "the step divides by the size of this gradient alone: divide by the root of the whole sum.",
    ),
    Mistake(
        _variant(root=lambda s, eps: np.sqrt(s + eps)),
        "ε stands inside the root: here it is added after the root is taken, √s + ε.",
    ),
    Mistake(
        _variant(root=lambda s, eps: s + eps),
        "the root is missing: divide by √s + ε.",
    ),
    Mistake(
        _variant(root=lambda s, eps: np.sqrt(s)),
        "ε is missing: without it a weight that never had a gradient becomes NaN, 0/0.",
    ),
    Mistake(
        _variant(root=lambda s, eps: 1),
        "nothing is divided: the step is η g / (√s + ε).",
    ),
    Mistake(_variant(above=np.sign), "only the sign of g is used: the step is η g / (√s + ε)."),
    Mistake(
        _variant(above=np.square),
        "g is squared in the step, too: only in s.",
    ),
    Mistake(_variant(rate=lambda lr: 1), "the rate has no effect on your step."),
    Mistake(
        _variant(kept=lambda new, root: root),
        "your second result is √s + ε: return s itself, the sum of squares.",
    ),
    Mistake(
        lambda w, g, s, lr, eps: (reference(w, g, s, lr, eps)[0], s),
        "the old s comes back: the next step needs the new sum.",
    ),
    Mistake(
        lambda w, g, s, lr, eps: reference(w, g, s, lr, eps)[::-1],
        "w comes first and then s: yours stand the other way round.",
    ),
    Mistake(
        lambda w, g, s, lr, eps: reference(w, g, s, lr, eps)[0],
        "return two results, w and s: the next step needs the sum.",
    ),
    Mistake(
        lambda w, g, s, lr, eps: (
            w - reference(w, g, s, lr, eps)[0],
            reference(w, g, s, lr, eps)[1],
        ),
        "your first result is the step: return the weights after it.",
    ),
    Mistake(
        _cut_off,
        "the results are cut off to whole numbers: np.zeros_like(w) holds integers if w does.",
    ),
]
