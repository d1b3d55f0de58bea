"""Fresh exercises of chapter 9, batch normalization."""

from fractions import Fraction
from itertools import pairwise
from math import lcm

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import joined, listed, plain


def sample_norm(*, rng):
    """Layer normalization with a large ε, over the rows or the columns."""
    eps, ddof = round(rng.uniform(0.05, 0.95), 2), int(rng.integers(2))
    rows, inside, centred = (bool(i) for i in rng.integers(2, size=3))
    shape, samples = (("(d, n)", "columns"), ("(n, d)", "rows"))[rows]
    root = f"\\sqrt{{v + {eps}}}" if inside else f"\\sqrt v + {eps}"
    scale = "1 + `gamma`" if centred else "`gamma`"
    text = f"""\
## Exercise 9.13: layer normalization in another form

`sample_norm(x, gamma, beta)`: `x` has shape `{shape}`, $n$ samples as **{samples}** with $d \\ge 2$ features each; `gamma` and `beta` have shape `(d,)`. Each sample is normalized by itself: from its numbers take their mean, and divide by ${root}$, where $v$ is their variance with the divisor ${"d - 1" if ddof else "d"}$. Then each feature is multiplied by its own {scale}, and its own `beta` is added. Return the result in the shape of `x`. All three may hold integers."""
    axis = 1 if rows else 0
    column = "" if rows else "[:, None]"
    gain = "(1 + np.asarray(gamma))" if centred else "np.asarray(gamma)"
    over = f"np.sqrt(var + {eps})" if inside else f"(np.sqrt(var) + {eps})"
    solution = f"""\
def sample_norm(x, gamma, beta):
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis={axis}, keepdims=True)
    var = x.var(axis={axis}, ddof={ddof}, keepdims=True)
    x_hat = (x - mean) / {over}
    return {gain}{column} * x_hat + np.asarray(beta){column}"""

    def cases(rng):
        d = int(rng.integers(3, 5))

        def case(x, gamma, beta, about):
            x, gamma, beta = (np.round(array, 1) for array in (x, gamma, beta))
            return Case((x if rows else x.T, gamma, beta), about=about)

        def scales(d):
            return rng.permutation(np.resize([1, -1], d)) * rng.uniform(1.3, 3, d)

        size = rng.uniform([[0.5], [1], [2]], [[1], [2], [6]])
        level = rng.permutation([rng.normal(0, 2, d), np.full(d, float(rng.integers(2, 9)))])
        far = rng.normal(0, 1.5, (2, d)) + 10 * rng.integers(5, 10)
        integers = np.array([rng.permutation(10)[:4] for _ in range(2)])
        return [
            case(
                rng.normal(size=(3, 3)) * size, np.ones(3), np.zeros(3),
                "As many samples as features; each sample by itself.",
            ),
            case(rng.normal(1, 2, (1, d + 1)), np.ones(d + 1), np.zeros(d + 1), "A single sample."),
            case(
                rng.normal(0, 2, (2, d)), scales(d), rng.normal(0, 2, d),
                "gamma and beta differ from feature to feature.",
            ),
            case(level, scales(d), rng.normal(0, 2, d), "One sample has equal numbers."),
            case(far, np.ones(d), rng.normal(0, 2, d), "Samples far from 0."),
            case(
                integers, rng.permutation([-3, 1, 2, 4]), rng.permutation([-2, 0, 1, 3]),
                "All arrays hold integers.",
            ),
        ]  # fmt: skip

    return Fresh("layernorm_forward", "sample_norm(x, gamma, beta)", text, solution, cases, rng=rng)


#: Distances from a mean, and an ε which makes their variance a square.
_DISTANCES = [
    ([-3, -1, 1, 3], 4), ([-4, -2, 2, 4], 6), ([-5, -1, 1, 5], 3), ([-5, -3, 3, 5], 8),
    ([-2, -2, -2, 6], 4), ([-1, -1, -1, 3], 1), ([-7, 1, 1, 5], 6), ([-4, 0, 0, 4], 1),
    ([-6, 0, 2, 4], 2),
]  # fmt: skip


def four_samples(*, rng):
    """Normalize four numbers, with ε and without, and scale and shift them."""
    distances, eps = _DISTANCES[rng.integers(len(_DISTANCES))]
    sign, mean = int(rng.choice([-1, 1])), int(rng.integers(3, 15))
    distances = [sign * int(d) for d in rng.permutation(distances)]
    gamma, beta = int(rng.choice([-4, -3, -2, 2, 4, 5])), int(rng.choice([-3, -2, 2, 3, 4]))
    v = sum(d * d for d in distances) // 4
    root = round((v + eps) ** 0.5)
    shrunk = f"\\sqrt{{{v}}}/{root}"
    text = f"""\
## Exercise 9.1 with other numbers: four samples

One feature, four samples: {", ".join(str(mean + d) for d in distances)}. (a) Compute mean and variance. (b) What is $\\hat x$ for $\\varepsilon = 0$, and what for $\\varepsilon = {eps}$, which is large on purpose? (c) For $\\gamma = {gamma}$, $\\beta = {beta}$: which mean and which standard deviation does $y$ have, for each of the two $\\varepsilon$? (d) Which $\\gamma$ and $\\beta$ give back the inputs, for each of the two?"""
    answer = f"""\
(a) $\\mu = {mean}$, the distances are {listed(distances)}, $v = {v}$. (b) {listed(distances)} divided by $\\sqrt{{{v}}}$; for $\\varepsilon = {eps}$ divided by {root}: {listed([Fraction(d, root) for d in distances])}. (c) The mean is {beta} for both. The deviation is {abs(gamma)} for $\\varepsilon = 0$, and ${abs(gamma)} \\cdot {shrunk} \\approx {abs(gamma) * v**0.5 / root:.2f}$ for $\\varepsilon = {eps}${", not negative" if gamma < 0 else ""}. (d) $\\gamma = \\sqrt{{{v}}}$ and $\\gamma = {root}$; $\\beta = {mean}$ for both. A usual mistake: the variance with 1/3.

Points: 0.5 for (a); 1 for (b); 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def running_means(*, rng):
    """A running mean with a momentum that is the share of the old, or that of the new."""
    k, of_new = int(rng.choice([3, 5, 10])), bool(rng.integers(2))
    new = Fraction(1, k) if rng.integers(2) else 1 - Fraction(1, k)
    start, far = int(rng.choice([-1, 1, 2, 3])), int(rng.choice([8, 16, 20, 40]))
    unit = 27 if k == 3 else k  # so that the results are short
    means = [unit * int(i) for i in rng.choice([1, 2, 3, 4, 6], 3, replace=False)]
    momentum = new if of_new else 1 - new

    def after(share):
        found = [Fraction(unit * start)]
        for mean in means:
            found.append((1 - share) * found[-1] + share * mean)
        return found

    right, wrong = after(new), after(1 - new)
    bound = far - Fraction(far, 16)
    steps = next(t for t in range(1, 500) if far * (1 - (1 - new) ** t) > bound)
    rule = (
        "the running mean becomes (1 − momentum) · old + momentum · batch, as in PyTorch"
        if of_new
        else "the running mean becomes momentum · old + (1 − momentum) · batch, as in Keras"
    )
    text = f"""\
## Exercise 9.2 with other numbers: running statistics

In a library {rule}. Its momentum is {momentum}, and the running mean starts at {unit * start}. (a) A layer sees three batches with the means {", ".join(map(str, means))}. What is the running mean after each? (b) How much of the start is left in it then? (c) How many batches with the mean {far} does it take to come *above* {plain(bound)}, if the start is 0 instead? (d) Somebody enters the same momentum in the library with the other rule. What is the running mean after the three batches there, and which momentum should it have been?"""
    answer = f"""\
(a) {_arrow(right)}. (b) The share $({1 - new})^3 = {(1 - new) ** 3}$. (c) {steps}: it needs $({1 - new})^t < 1/16$. (d) {_arrow(wrong)}; it should have been {1 - momentum}.

Points: 1 for (a); 0.5 for (b); 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def how_many(*, rng):
    """Parameters of a network with batch normalization, with and without biases."""
    inputs = int(rng.choice([20, 30, 32, 50, 80]))
    hidden = [int(n) for n in rng.choice([20, 30, 40, 50, 60, 80], int(rng.integers(2, 4)))]
    outputs = int(rng.choice([2, 3, 5, 8]))
    widths = [inputs, *hidden, outputs]
    weights = [a * b for a, b in pairwise(widths)]
    units = sum(hidden)
    learned = sum(weights) + 2 * units + outputs
    text = f"""\
## Exercise 9.4 with other numbers: how many parameters?

A network has layers of {joined(widths)} units (the first are inputs), with batch normalization before the activation of each hidden layer. The biases in front of batch normalization are left out. (a) How many parameters are learned? (b) How many numbers must be saved for inference? (c) By how many do both grow if the biases are kept? Which gradient do these biases get in training, and why? (d) Each normalization is folded into the layer before it, after training. How many numbers are left to save?"""
    plain = sum(weights) + units + outputs
    answer = f"""\
(a) Weights {" + ".join(map(str, weights))} = {sum(weights)}; $\\gamma$ and $\\beta$: $2 \\cdot {units} = {2 * units}$; the output's biases: {outputs}. Learned: {learned}. (b) With {2 * units} running statistics: {learned + 2 * units}. (c) By {units}. Their gradient is 0: a number that is added to all samples is taken off again with the mean. (d) Weights and one bias for each unit: {sum(weights)} + {units} + {outputs} = {plain}.

Points: 1 for (a); 0.5 for (b); 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def outside_the_root(*, rng):
    """Deviations after normalization with ε inside the root and outside of it."""
    legs = [(3, 4, 5), (4, 3, 5), (5, 12, 13), (12, 5, 13), (8, 15, 17), (15, 8, 17), (7, 24, 25)]
    a, b, c = legs[rng.integers(len(legs))]
    power, wide = int(rng.choice([3, 4])), int(rng.choice([1, 2, 5]))
    small, eps = Fraction(a, 10**power), Fraction(b * b, 10 ** (2 * power))
    noise = int(rng.choice([10, 20, 50, 100]))
    tiny = small / noise
    text = f"""\
## Exercise 9.9 with other numbers: ε outside the root

$\\varepsilon = {_power(b * b, 2 * power)}$, once inside the root, $\\hat x = (x - \\mu)/\\sqrt{{v + \\varepsilon}}$, once outside, $\\hat x = (x - \\mu)/(\\sqrt v + \\varepsilon)$. (a) Which deviation does $\\hat x$ have inside and outside for a feature with the deviation {float(small):g}? (b) And for one with the deviation {wide}? (c) And for a feature of nothing but rounding noise, {noise} times smaller than that of (a)? (d) Which of the two forms would you take if such features occur, and why? Below which deviation does $\\varepsilon$ matter in each?"""
    inner, outer = Fraction(a, c), small / (small + eps)
    answer = f"""\
(a) Inside ${float(small):g}/\\sqrt{{{_power(a * a, 2 * power)} + {_power(b * b, 2 * power)}}} = {inner}$, outside {float(outer):.4f}. (b) 1 for both, up to about {float(eps):.1g} at most. (c) Inside about {float(tiny) / float(tiny**2 + eps) ** 0.5:.2g}, outside {float(tiny / (tiny + eps)):.2g}. (d) Inside, if the noise is to stay small: there $\\varepsilon$ is compared with the variance, and matters for deviations below about $\\sqrt{{\\varepsilon}} = {_power(b, power)}$. Outside it is compared with the deviation itself, and matters below about $\\varepsilon$ alone; noise above that is blown up.

Points: 0.75 for (a); 0.5 for (b); 0.75 for (c); 1 for (d)."""
    return Question(text, answer)


def left_over(*, rng):
    """The size of the last batch, for several sizes."""
    sizes = [
        [16, 24, 48], [20, 30, 60], [16, 40, 80], [18, 24, 36], [25, 50, 100], [24, 32, 96],
        [12, 30, 60], [16, 36, 72],
    ][rng.integers(8)]  # fmt: skip
    common = lcm(*sizes)
    samples = common * int(rng.integers(5, 20)) + int(rng.integers(2, min(sizes) - 1))
    odd, batch = int(rng.integers(15, 40)), int(rng.choice([20, 25, 30, 40, 50]))
    rests = [samples % size for size in sizes]
    text = f"""\
## Exercise 9.12 with other numbers: what is left over

(a) {samples} samples are taken in batches of {joined(sizes)}. How large is the last batch of an epoch, in each case? Why are these numbers equal? (b) How many samples must be left out at least so that none of the three leaves a rest? (c) What do the companion's `minibatches` make of {odd * batch + 1} samples in batches of {batch}, and what of {odd * batch + 2}? (d) Which of the two would worry you in a deep network with batch normalization, and why?"""
    rest = samples % common
    answer = f"""\
(a) {joined(rests)}. {samples - rest} is a multiple of {common}, and so of all three. (b) {rest}. (c) One that is left joins the batch before: {odd - 1} batches of {batch} and one of {batch + 1}. Two stay alone: {odd} batches of {batch} and one of 2. (d) The batch of 2: from two samples $\\hat x$ is 1 and −1 whatever they are, and the gradient that is let through is next to nothing where they differ and wild where they are nearly equal; its statistics go into the running ones as well. One way out: drop it.

Points: 1 for (a); 0.5 for (b); 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def three_bugs(*, rng):
    """What goes wrong in training mode, in sorted batches, and without running statistics."""
    one, seed = float(rng.choice([0.1, 0.125, 0.15])), int(rng.integers(10, 1000))
    depth, std = int(rng.choice([12, 14, 16])), float(rng.choice([0.01, 0.02]))
    size, lr = int(rng.choice([30, 45])), {0.01: 0.0003, 0.02: 0.001}[std]
    text = f"""\
## Exercise 9.7 with other networks: three bugs of the mode

Train `deep({one}, seed, 1)` for five epochs at the rate 0.3, and `deep({std}, seed, {depth})` for three epochs at the rate {lr}, with the seeds {seed}, {seed + 1} and {seed + 2}. Give the accuracy on the 450 new digits, for each of the two networks, (a) as it should be; (b) if they are predicted in training mode, two at a time; (c) in training mode in batches of {size}, in the order in which they come; (d) likewise, but sorted by their label; (e) if a network has lost its running statistics (`layer.mean[...] = 0`, `layer.var[...] = 1` in each `BatchNorm`). Take a copy of the trained network for each, since training mode changes it. Explain (b), the difference between (c) and (d), and why (e) harms one network and not the other. Which bug is the hardest to notice?"""
    sorted_ones = "13 to 18 % for both" if size == 45 else "30 to 35 %; about 20 %"
    answer = f"""\
Measured with other seeds than {seed} to {seed + 2} (one hidden layer; deep): (a) 95 to 97 %; about 90 %. (b) 60 to 70 %; 10 to 20 %: $\\hat x$ is 1 or −1 for each unit, only the order of the two samples is left, and layer by layer less of it. (c) 95 to 97 %; 80 to 90 %: the statistics of {size} mixed digits are nearly those of all. (d) {sorted_ones}: a batch of one label has another mean, and the layer takes it off, which is what told the label. (e) No change; 10 %, a guess. Sums with weights of a sensible size have a mean near 0 and a variance near 1 anyway; with the deviation {std} they are many times smaller, and divided by 1 they stay so, layer after layer. Hardest to notice: (c), or (e) in the first network, until the data change.

Points: 2 for the table, with three seeds; 1.5 for the three explanations; 0.5 for a reasoned choice."""
    return Question(text, answer)


def after_tanh(*, rng):
    """Batch normalization after the activation, from two deviations."""
    depth, large = int(rng.choice([12, 14, 16])), float(rng.choice([0.7, 0.8]))
    seed = int(rng.integers(10, 1000))
    text = f"""\
## Exercise 9.10 with other numbers: before or after?

Build networks of {depth} tanh layers with batch normalization *after* each tanh, otherwise as `deep` does it, and compare them with `deep(std, seed, {depth})`, which has it before. Take the deviations 0.02 and {large}, two epochs, the rates 0.003, 0.03 and 0.3, and the seeds {seed}, {seed + 1} and {seed + 2}. (a) Report the training loss of the second epoch, median and range, for both places at each deviation and rate. (b) Compare the two places at the best rate of each, for each deviation. (c) Why does it matter for one of the deviations and hardly for the other? Think of $\\tanh(cz)$ for small and for large $c$. Support it with a number or a picture of the activations of the last layer."""
    answer = f"""\
Measured with 12, 14 and 16 layers, and with other seeds than {seed} to {seed + 2}: from 0.02 the best rate is 0.003 for both places, with losses of 0.35 to 0.4 after tanh and 0.4 to 0.6 before it. From {large} the best rate is 0.3 before tanh, with losses of 0.75 to 1; after it they are 2.3 to 2.6 at the best of the three rates, no better than a guess. (c) $\\tanh(cz) \\approx cz$ for small $c$: a nearly linear network is stretched back into range, and nothing is lost by coming late. For large $c$ it is nearly the sign of $z$: two spikes at −1 and 1 can be moved and stretched, but what lay between them is lost. Saturation must be prevented before the tanh. The share of activations above 0.95 in size shows it: about 80 % from {large} if the layer comes after tanh, less than 10 % if it comes before.

Points: 1 for the network; 1 for the table; 0.5 for (b); 0.5 for (c) with its number or picture."""
    return Question(text, answer)


#: What we measured in networks of five layers, for the batch sizes: with the layer, without it.
_SIZES = {
    4: ("0.03; 0.79, 0.21, 92 %", "0.1; 0.09, 0.04, 95 %"),
    6: ("0.03; 0.45, 0.13, 93 %", "0.1; 0.06, 0.05, 95 %"),
    12: ("0.1; 0.23, 0.07, 94 %", "0.1; 0.06, 0.04, 96 %"),
    14: ("0.1; 0.20, 0.06, 95 %", "0.1; 0.07, 0.05, 96 %"),
    42: ("0.3; 0.11, 0.06, 95 %", "0.3; 0.08, 0.05, 95 %"),
    48: ("0.3; 0.10, 0.05, 94 %", "0.3; 0.08, 0.05, 95 %"),
}


def which_batch_size(*, rng):
    """Batch normalization in small and in large batches, each at its best rate."""
    sizes = [int(rng.choice(pair)) for pair in ((4, 6), (12, 14), (42, 48))]
    seed = int(rng.integers(100, 1000))
    text = f"""\
## Exercise 9.11 with other numbers: from which batch size on?

Networks `deep(0.125, seed, 5)`, with batch normalization and with `norm=False`, are trained for three epochs in batches of {joined(sizes)}, at the rates 0.01, 0.03, 0.1, 0.3 and 1. (a) Choose the rate for each of the six on the seeds {seed} and {seed + 1}, by the loss at inference. (b) At these rates report, for the seeds {seed + 2}, {seed + 3} and {seed + 4}: the loss in training, the loss at inference, and the percentage of new digits right; median and range. (c) In which batches does the layer help here, in which does it harm, and in which can you not tell? (d) Why do the loss in training and that at inference lie so far apart with the layer, and in which batches most? What does a comparison at equal numbers of epochs leave out? (All runs together take a few minutes.)"""
    rows = "; ".join(
        f"in batches of {size}: with {_SIZES[size][0]}, without {_SIZES[size][1]}" for size in sizes
    )
    answer = f"""\
Measured with other seeds than {seed} to {seed + 4} (best rate; loss in training, at inference, new digits right): {rows}. (c) In the small batches it harms; in the others the losses at inference are level within a few hundredths, and differences below the spread over the seeds are none. At a rate below the best, 0.03 in the largest batches, it looks ahead: with 0.3, without 0.6. (d) In training each answer depends on the rest of the batch; this noise is gone at inference. It is the greater the smaller the batch. Equal epochs are more steps in small batches, and each step with the layer costs more time.

Points: 0.5 for (a); 1 for (b), half of it without ranges; 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def _arrow(numbers):
    return " → ".join(map(plain, numbers))


def _power(number, power):
    """Write a number times a negative power of ten."""
    return f"{number} \\cdot 10^{{-{power}}}"
