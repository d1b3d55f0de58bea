"""Fresh exercises of chapter 10, optimizers."""

from fractions import Fraction

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import block, joined


def scaled_step(*, rng):
    """A step whose rate is divided by a running mean of sizes, or by the root of one of squares."""
    lr, keep, eps = (round(rng.uniform(*ends), 2) for ends in ((0.11, 0.6), (0.6, 0.95), (0.2, 1)))
    new, root, inside, first = (bool(n) for n in rng.integers(2, size=4))
    old, share = (round(1 - keep, 2), keep) if new else (keep, round(1 - keep, 2))
    power, what = ("g^2", "squared gradients") if root else ("|g|", "sizes of the gradients")
    size = {
        (True, True): "\\sqrt{s + \\varepsilon}",
        (True, False): "\\sqrt s + \\varepsilon",
        (False, True): "s + \\varepsilon",
        (False, False): "s + \\varepsilon",
    }[root, inside]
    results = "(s, w)" if first else "(w, s)"
    text = f"""\
## Exercise 10.15: a step with constants of its own

`scaled_step(w, g, s)`: three arrays of the same shape, the weights, their gradient, and a running mean of the {what}. It is updated first, and then the weights, entry by entry:

$$s \\leftarrow {old}\\,s + {share}\\,{power}, \\qquad w \\leftarrow w - {lr}\\,\\frac{{g}}{{{size}}} \\qquad \\text{{with }} \\varepsilon = {eps}.$$

There is no bias correction. Return `{results}`, in this order, both after the step. The arrays have any shape, may hold integers, and are not changed."""
    squares = "g**2" if root else "np.abs(g)"
    by = f"np.sqrt(s + {eps})" if root and inside else f"(np.sqrt(s) + {eps})"
    by = by if root else f"(s + {eps})"
    solution = f"""\
def scaled_step(w, g, s):
    s = {old} * s + {share} * {squares}
    w = w - {lr} * g / {by}
    return {results[1:-1]}"""

    def cases(rng):
        d = int(rng.integers(2, 4))

        def signed(*shape):
            return (rng.choice([-1, 1], shape) * rng.uniform(0.3, 3, shape)).round(1)

        def before(*shape):
            return rng.uniform(0.5, 6, shape).round(1)

        whole = rng.choice([-1, 1], (2, 3)) * rng.integers(1, 6, (2, 3))
        some = rng.permutation([0.0, *signed(2)])
        return [
            Case((signed(3), signed(3), np.zeros(3)), about="The first step: s is 0."),
            Case((signed(d), signed(d), before(d)), about="With a mean from the steps before."),
            Case((signed(2, d), signed(2, d), before(2, d)), about="A matrix of weights."),
            Case((signed(3), some, before(3)), about="The gradient of one weight is 0."),
            Case((*whole, rng.integers(1, 9, 3)), about="All arrays hold integers."),
            Case((signed(2), 100 * signed(2), before(2)), about="A large gradient."),
            Case((signed(), signed(), before()), about="A single weight, of shape ()."),
        ]

    return Fresh("rmsprop_step", "scaled_step(w, g, s)", text, solution, cases, rng=rng)


def momentum_by_hand(*, rng):
    """Three steps of momentum on a parabola, and the velocity of another convention."""
    c, eta = [(1, "0.1"), (1, "0.2"), (2, "0.05"), (2, "0.1"), (3, "0.05"), (3, "0.1")][
        rng.integers(6)
    ]
    mu, start = (
        str(rng.choice(["0.5", "0.6", "0.8"])),
        int(rng.choice([-20, -10, -8, -4, -2, 2, 4, 8, 10, 20])),
    )
    eta_, mu_ = Fraction(eta), Fraction(mu)
    places, velocities = [Fraction(start)], [Fraction(0)]
    for _ in range(3):
        velocities.append(mu_ * velocities[-1] - eta_ * 2 * c * places[-1])
        places.append(places[-1] + velocities[-1])
    share = 1 - eta_ * 2 * c
    alone = [start * share**t for t in range(1, 4)]
    crossed = [t for t in range(1, 4) if places[t] * start < 0]
    text = f"""\
## Exercise 10.1 with other numbers: three steps of momentum

The loss is $L(w) = {"" if c == 1 else c}w^2$, the start $w = {start}$ with the velocity $v = 0$. (a) Take three steps of momentum, $v \\leftarrow \\mu v - \\eta g$ and $w \\leftarrow w + v$, with $\\eta = {eta}$ and $\\mu = {mu}$; write down $v$ and $w$ after each. (b) Take three of gradient descent at the same rate. (c) After which of these steps, if any, has $w$ another sign than the start, in (a) and in (b)? (d) PyTorch computes $v \\leftarrow \\mu v + g$ and $w \\leftarrow w - \\eta v$. What are $v$ and $w$ there after the three steps, and why do you not have to compute them anew?"""
    steps = "; ".join(
        f"$v = {_decimal(v)}$, $w = {_decimal(w)}$"
        for v, w in zip(velocities[1:], places[1:], strict=True)
    )
    answer = f"""\
(a) {steps}. (b) Each step multiplies by {_decimal(share)}: {", ".join(map(_decimal, alone))}. (c) In (a) {f"after step {joined(crossed)}" if crossed else "after none of them"}, in (b) after none, since the factor is above 0. (d) $w$ is the same, {_decimal(places[3])}. Their $v$ is ours divided by $-\\eta$, in each step: {_decimal(-velocities[3] / eta_)}. A usual mistake is to move $w$ by the velocity before the step.

Points: 1 for the steps of momentum; 0.5 for gradient descent; 0.5 for (c); 1 for both numbers of (d) with the reason."""
    return Question(text, answer)


def terminal_by_hand(*, rng):
    """Terminal velocity, how long it takes, and how far the weights roll."""
    mu = Fraction(str(rng.choice(["0.5", "0.6", "0.75", "0.8", "0.95", "0.96", "0.98"])))
    eta, g = Fraction(str(rng.choice(["0.01", "0.02", "0.05", "0.2"]))), int(rng.integers(2, 10))
    half = int(np.ceil(np.log(0.5) / np.log(float(mu)) - 1e-9))
    last = eta * g / (1 - mu)
    text = f"""\
## Exercise 10.2 with other numbers: the terminal velocity

The gradient is {g} in every step, and momentum, $v \\leftarrow \\mu v - \\eta g$, starts at rest; $\\eta = {_decimal(eta)}$ and $\\mu = {_decimal(mu)}$. (a) What does the length of a step tend to, and how many times is that the length of a step of gradient descent? (b) In which step is at least half of it reached for the first time? (c) At the terminal velocity the gradient becomes 0: how far do the weights still move in all? (d) Another program computes $v \\leftarrow \\mu v - (1 - \\mu)\\,\\eta g$ instead. What does the length of its steps tend to, and what becomes of this limit if $1 - \\mu$ is made twice as large?"""
    answer = f"""\
(a) $\\eta g/(1 - \\mu) = {_decimal(last)}$, {_decimal(1 / (1 - mu))} times {_decimal(eta * g)}. (b) $1 - \\mu^t \\ge \\frac12$ from $t = \\ln\\frac12/\\ln\\mu$ on: in step {half}. (c) $\\mu/(1 - \\mu) = {_decimal(mu / (1 - mu))}$ times the last step: {_decimal(last * mu / (1 - mu))}. (d) To $\\eta g = {_decimal(eta * g)}$, whatever $\\mu$ is: the limit stays as it is (it is reached sooner). The factor $1 - \\mu$ cancels the sum of the powers.

Points: 1 for (a); 0.5 for (b); 0.5 for (c); 1 for (d), half of it without the reason."""
    return Question(text, answer)


def adam_by_hand(*, rng):
    """Adam's first two steps when the gradient turns round, with and without correction."""
    beta1 = Fraction(str(rng.choice(["0.5", "0.6", "0.75", "0.8"])))
    beta2 = Fraction(str(rng.choice(["0.64", "0.75", "0.84", "0.91", "0.96"])))
    g, factor = int(rng.choice([-1, 1]) * rng.integers(2, 10)), int(rng.choice([10, 100, 1000]))
    root = Fraction(round(10 * float(1 - beta2) ** 0.5), 10)
    back = (1 - beta1) / (1 + beta1)
    second = float((1 - beta1) ** 2) / float(1 - beta2**2) ** 0.5
    ways = ("down", "up") if g > 0 else ("up", "down")
    text = f"""\
## Exercise 10.3 with other numbers: Adam turns round

A weight has the gradient {g} in the first step and {-g} in the second. Adam has $\\beta_1 = {_decimal(beta1)}$ and $\\beta_2 = {_decimal(beta2)}$, both moments start at 0, and $\\varepsilon$ is so small that it does not count. Write the lengths as multiples of $\\eta$, and say each time whether the weight goes up or down. (a) The first step and (b) the second step, with bias correction. (c) Both steps without bias correction. (d) Another weight has gradients {factor} times as large: which of your results change?"""
    answer = f"""\
(a) $\\eta$, {ways[0]}. (b) $\\hat m = (\\beta_1(1 - \\beta_1)g - (1 - \\beta_1)g)/(1 - \\beta_1^2) = -g\\,(1 - \\beta_1)/(1 + \\beta_1)$, with the $g$ of the first step, and $\\hat v = g^2$: {back} of $\\eta$, {ways[1]}. (c) First $(1 - \\beta_1)/\\sqrt{{1 - \\beta_2}} = {_decimal((1 - beta1) / root)}$ {"(= " + str((1 - beta1) / root) + ") " if _long((1 - beta1) / root) else ""}of $\\eta$, {ways[0]}; then $(1 - \\beta_1)^2/\\sqrt{{1 - \\beta_2^2}}$, about {second:.2f} of $\\eta$, {ways[1]}. (d) None: the size of $g$ cancels, in all four. A usual mistake: the second step has the length $\\eta$ again, as if the first gradient were forgotten.

Points: 0.5 for (a); 1 for (b); 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def adagrad_by_hand(*, rng):
    """AdaGrad under a constant gradient and a rare one, and RMSProp beside it."""
    eta = Fraction(str(rng.choice(["0.01", "0.02", "0.05", "0.2", "0.5"])))
    root, far, every = (
        int(rng.choice(n)) for n in ([4, 5, 6, 7, 8, 9], [20, 30, 40], [3, 5, 6, 8])
    )
    g, times = int(rng.integers(2, 9)), int(rng.choice([2, 3, 4, 5]))
    text = f"""\
## Exercise 10.4 with other numbers: AdaGrad's steps

The gradient is {g} in every step, AdaGrad starts with $s = 0$ at the rate $\\eta = {_decimal(eta)}$, and $\\varepsilon$ does not count. (a) How long is step number {root**2}? (b) About how far have the weights come after {far**2} steps? (c) About how many steps take them {times} times as far as that? (d) Another weight has the gradient {g} in every {every}th step only (the steps {every}, {2 * every}, {3 * every} …), and 0 in the others: how long is its step number {every * root**2}? (e) RMSProp with $\\rho = 0.9$ and without bias correction gets the gradient {g} in every step. What does the length of its steps tend to?"""
    answer = f"""\
(a) $\\eta/\\sqrt{{{root**2}}} = \\eta/{root}$, about {float(eta / root):.2g}. (b) A little less than $2\\eta\\sqrt{{{far**2}}} = {_decimal(2 * eta * far)}$. (c) The way grows with the root: {times**2} times as many, {far**2 * times**2}. (d) It is its gradient number {root**2}; the zeros add nothing to $s$: the same as in (a). (e) $s$ tends to $g^2$, so the steps to $\\eta = {_decimal(eta)}$: they do not get shorter and shorter. The size of $g$ cancels everywhere.

Points: 0.5 for (a); 0.5 for (b); 0.5 for (c); 0.5 for (d); 1 for (e)."""
    return Question(text, answer)


def paths_by_hand(*, rng):
    """Six paths on a bowl, to be told apart."""
    c = int(rng.choice([10, 16, 20, 40, 50]))
    x, y = int(rng.choice([3, 5, 6, 8])), int(rng.choice([2, -1, -2]))
    low, close, beyond = (Fraction(n, 10 * c) for n in (5, int(rng.choice([16, 17, 18])), 22))
    rate = Fraction(int(rng.choice([1, 3, 4])), 10)
    names = {
        f"gradient descent at {_decimal(low)}": _descent(x, y, c, low, 0),
        f"gradient descent at {_decimal(close)}": _descent(x, y, c, close, 0),
        f"gradient descent at {_decimal(beyond)}": _descent(x, y, c, beyond, 0),
        f"momentum ($\\eta = {_decimal(low)}$, $\\mu = 0.9$)": _descent(x, y, c, low, 0.9),
        f"AdaGrad at {_decimal(rate)}": _adaptive(x, y, c, float(rate)),
        f"Adam at {_decimal(rate)}": _adaptive(x, y, c, float(rate), adam=True),
    }
    order = [list(names)[i] for i in rng.permutation(6)]
    rows = "\n".join(
        f"| {letter} | {' | '.join(f'({a:.2f}, {b:.2f})' for a, b in names[name])} |"
        for letter, name in zip("ABCDEF", order, strict=True)
    )
    text = f"""\
## Exercise 10.5 with other numbers: whose path is it?

Six optimizers start at $({x}, {y})$ and go downhill on $L(x, y) = \\frac12(x^2 + {c}y^2)$. These are the places after one, two and three steps:

| | step 1 | step 2 | step 3 |
|---|---|---|---|
{rows}

Three belong to gradient descent, at the rates {_decimal(low)}, {_decimal(close)} and {_decimal(beyond)}; one each to momentum ($\\eta = {_decimal(low)}$, $\\mu = 0.9$), to AdaGrad and to Adam (both at {_decimal(rate)}, Adam with $\\beta_1 = 0.9$ and $\\beta_2 = 0.999$). (a) Which is which, and by what do you tell? (b) By which number does each of the three rates multiply $y$ in a step, and which of them will not arrive?"""
    where = {name: letter for letter, name in zip("ABCDEF", order, strict=True)}
    found = "; ".join(f"{where[name]}: {name}" for name in sorted(where, key=where.get))
    factors = ", ".join(_decimal(1 - c * rate) for rate in (low, close, beyond))
    answer = f"""\
(a) {found}. AdaGrad and Adam move by {_decimal(rate)} in both directions at first, whatever the gradients are; AdaGrad's steps get shorter at once. Momentum begins like the lowest rate of gradient descent, and is faster from the second step on. (b) $1 - {c}\\eta$: {factors}, in the order of the rates. The rate {_decimal(beyond)} will not arrive: it is above $2/{c}$, and $y$ grows in each step.

Points: 2 for the six names with reasons, half of it if a pair is exchanged or the reasons are missing; 1 for the factors and the one that does not arrive."""
    return Question(text, answer)


def adam_without_correction(*, rng):
    """Losses with and without bias correction, at other constants and for other seeds."""
    lr, beta2, seeds = (
        rng.choice([0.002, 0.005]),
        rng.choice([0.98, 0.995, 0.998]),
        block(20, 95, rng=rng),
    )
    t = np.arange(1, 5000)
    ratio = (1 - 0.9**t) / np.sqrt(1 - beta2**t)
    early, late = {
        (0.002, 0.98): ((2.07, 1.94), (0.17, 0.17)),
        (0.002, 0.995): ((2.07, 1.6), (0.18, 0.13)),
        (0.002, 0.998): ((2.07, 1.27), (0.19, 0.10)),
        (0.005, 0.98): ((1.65, 1.42), (0.08, 0.08)),
        (0.005, 0.995): ((1.65, 0.9), (0.085, 0.065)),
        (0.005, 0.998): ((1.65, 0.64), (0.085, 0.045)),
    }[lr, beta2]
    text = f"""\
## Exercise 10.11 with other numbers: Adam without bias correction

Run your `bias_correction` for the seeds {seeds}, at the rate {lr} with $\\beta_2 = {beta2}$: (a) with and without correction; report the median over the five seeds, and the least and the greatest, of the training loss after 20 steps and after ten epochs. (b) By which factor are the steps without correction longer if the gradient is the same in every step? In which step is it greatest, and how great? (c) Write down the schedule, the rate of step $t$ for $t = 0, 1, 2, \\dots$, with which Adam *with* correction should do the same as without; report its losses as in (a). (d) Is leaving the correction out better, then? Say what your numbers tell and what they do not."""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 60 to 64; those of {seeds} differ a little. (a) After 20 steps about {early[0]} with correction and {early[1]} without; after ten epochs about {late[0]} and {late[1]}. (The medians of other seeds differ from these by up to a tenth.) (b) $(1 - 0.9^t)/\\sqrt{{1 - \\beta_2^t}}$ with $t$ from 1 on: at most {ratio.max():.2f}, in step {t[ratio.argmax()]}. (c) {lr} times this, with $t + 1$ in the place of $t$, as the schedule counts from 0. Its medians are the same as without correction, to about 2 %. (d) Leaving it out is a higher rate in the first steps. Where the rate is low, as here, that is a gain; a higher rate with correction gains as well. Nothing was said about rates that are high already.

Points: 1 for (a) with ranges; 0.5 for (b); 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def rates_of_two_widths(*, rng):
    """The best rate of Adam for a narrow and a wide network."""
    narrow, wide, seeds = (
        int(rng.choice([24, 48])),
        int(rng.choice([256, 512])),
        block(20, 95, rng=rng),
    )
    rows = {
        24: "2.1, 1.9, 1.45, 0.85, 0.4 to 0.5, 0.26 to 0.3, 0.3, 0.8",
        48: "2, 1.6, 1, 0.5, 0.27, 0.23, 0.3, 0.5 to 0.75",
        256: "1.2, 0.6, 0.3, 0.18, 0.18, 0.16, 0.19, 0.5",
        512: "0.73, 0.34, 0.2, 0.15, 0.12, 0.17, 0.21, 0.3",
    }
    best = {24: "0.032", 48: "0.032", 256: "0.032, and nearly the same from 0.008 on", 512: "0.016"}
    text = f"""\
## Exercise 10.12 with other numbers: Adam's best rate for two widths

Run your `after_one_epoch` for {narrow} and for {wide} hidden units, at the rates 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064 and 0.128, for the seeds {seeds}. (a) Report for both widths the medians over the five seeds, and the best rate of the medians. (b) For each seed, which rate is best? Which of your statements on the best rate does that forbid? (c) By what factor is the loss of either network greater at 0.004 than at its best rate? Which of the two needs the high rate, and what is a reason?"""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 60 to 64; those of {seeds} differ a little. (a) About, for {narrow} units: {rows[narrow]}; best at {best[narrow]}. For {wide} units: {rows[wide]}; best at {best[wide]}. (b) For single seeds the best rate differs by a factor of 2 to 8: five seeds do not tell neighbouring rates apart, and no "best rate" can be named more exactly than that. (c) The narrow network loses much more (a factor of 4 and more), the wide one about 1.5 to 2: the narrower needs the higher rate. A reason: Adam moves each weight by about $\\eta$, and a score is a sum over all hidden units, so that the same rate changes the scores of a wide network more.

Points: 1 for both rows; 0.5 for the best rates; 0.5 for (b); 1 for (c)."""
    return Question(text, answer)


def batches_doubled(*, rng):
    """Which factor of the rate keeps the loss if the batch is doubled."""
    size, seeds = int(rng.choice([32, 64])), block(20, 95, rng=rng)
    sgd, adam = rng.choice([0.05, 0.2]), rng.choice([0.001, 0.004])
    found = {
        32: {0.05: "2.0, 1.4, 1.0", 0.2: "1.7, 1.3, 1.0", 0.001: "1.8, 1.2, 0.83", 0.004: "1.5 to 1.6, 1.1 to 1.2, 0.8 to 0.9"},
        64: {0.05: "1.8, 1.4, 1.0", 0.2: "1.8, 1.35, 1.0", 0.001: "1.8, 1.3, 0.9", 0.004: "1.7, 1.2, 0.85"},
    }[size]  # fmt: skip
    text = f"""\
## Exercise 10.13 with other numbers: the batch is doubled

Run your `doubled` for batches of {size}, which become {2 * size}, for the seeds {seeds}: with `SGD` from the rate {sgd}, and with `Adam` from {adam}, the rate multiplied by 1, $\\sqrt2$ and 2. (a) Report the six medians, each with the least and the greatest of the five seeds. (b) What do you do with the rate of SGD, and what with that of Adam, so that the loss at the end stays the same? (c) Why should that be so for SGD? Up to which rate can the reason hold? (d) A ratio below 1 for Adam: is the larger batch better, then?"""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 60 to 64; those of {seeds} differ a little. (a) Medians for the factors 1, $\\sqrt2$ and 2, in this order: SGD about {found[sgd]}; Adam about {found[adam]}. (b) SGD: double the rate. Adam: a factor between $\\sqrt2$ and 2. (c) The mean gradient of a double batch is the mean of those of its halves: one step at twice the rate is what two steps were, as long as the weights change little in between. It ends where the doubled rate is too high for the loss (it zigzags or diverges). (d) That does not follow: the rate before was not the best one. A higher rate alone could have done the same.

Points: 1 for (a) with ranges; 0.5 for (b); 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def warm_up_after_a_bad_start(*, rng):
    """Warm-up and clipping after starts that are too large by another factor."""
    scale, seeds = int(rng.choice([5, 8, 15])), block(20, 95, rng=rng)
    found = {
        5: ("0.14 and 0.1", "0.125 and 0.04", "0.04"),
        8: ("0.2 and 0.3 to 0.5", "0.2 and 0.09", "0.1"),
        15: ("0.6 and 1.3", "0.5 to 0.6 and 0.35 to 0.4", "0.5 to 0.65"),
    }[scale]
    length = {5: "7 to 17", 8: "11 to 27", 15: "20 to 50"}[scale]
    text = f"""\
## Exercise 10.14 with other numbers: warm-up and a bad start

The weights at the start are {scale} times as large as they should be. Run your `bad_start` with SGD for the seeds {seeds}, at the rates 0.2 and 0.8: (a) without warm-up, (b) with one of 40 steps, (c) without warm-up, with gradients clipped at 1, at 0.8 only. Report the medians of the training loss, each with the least and the greatest. (d) At which rate does the warm-up help, and what does (c) say about the reason? (e) Measure for the five seeds the length of the first gradient, all parameters together, with this start and with the good one (`scale` = 1). Does it fit your reason?"""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 60 to 64; those of {seeds} differ a little. Medians of the training loss, at 0.2 and at 0.8: (a) about {found[0]}; (b) about {found[1]}; (c) about {found[2]}. Single seeds differ by a factor of 2 and more. (d) At 0.8: at 0.2 it changes little. Clipping shortens the first steps without a warm-up, and does much the same at 0.8: the first steps are too long, as the gradients are. (e) The good start has 0.6 to 1.2; the bad one about {length}, many times as long. A step of SGD is as long as the gradient, so it fits.

Points: 1.5 for the five medians with ranges; 1 for (d); 0.5 for (e)."""
    return Question(text, answer)


def _descent(x, y, c, rate, mu):
    w, v, curve = np.array([x, y], float), np.zeros(2), np.array([1, c])
    places = []
    for _ in range(3):
        v = mu * v - float(rate) * curve * w
        w = w + v
        places.append(w + 0.0)
    return places


def _adaptive(x, y, c, rate, adam=False):
    w, m, s, curve = np.array([x, y], float), np.zeros(2), np.zeros(2), np.array([1, c])
    places = []
    for t in range(1, 4):
        g = curve * w
        if adam:
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
            step = m / (1 - 0.9**t) / np.sqrt(s / (1 - 0.999**t))
        else:
            s = s + g**2
            step = g / np.sqrt(s)
        w = w - rate * step
        places.append(w)
    return places


def _long(number):
    """Whether a fraction has no short decimal form."""
    return 10**6 % number.denominator != 0


def _decimal(number):
    """Write a fraction as a decimal number, exactly if that is short."""
    number = Fraction(number)
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.4g}" if _long(number) else f"{float(number):.10g}"
