"""Fresh exercises of chapter 8, weight initialization."""

from fractions import Fraction

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import listed


def balanced_init(*, rng):
    """Weights whose variance has a mean of both widths in its denominator."""
    gain, share = round(rng.uniform(0.6, 2.4), 2), round(rng.uniform(0.15, 0.85), 2)
    rest = round(1 - share, 2)
    product, uniform, rows = (bool(i) for i in rng.integers(2, size=3))
    mean = (
        f"n_\\text{{in}}^{{{share}}}\\, n_\\text{{out}}^{{{rest}}}"
        if product
        else f"{share}\\,n_\\text{{in}} + {rest}\\,n_\\text{{out}}"
    )
    shape = "(fan_out, fan_in)" if rows else "(fan_in, fan_out)"
    kind = (
        "evenly between $-c$ and $c$ (every number equally likely), with the $c$ that gives this variance"
        if uniform
        else "normally distributed"
    )
    text = f"""\
## Exercise 8.13: a rule of its own

`balanced_init(fan_in, fan_out, seed)`: return weights of shape `{shape}`, so that a {"row" if rows else "column"} holds the weights of one unit. They have mean 0 and the variance

$$\\operatorname{{Var}}(w) = \\frac{{{gain}}}{{{mean}}}$$

and are drawn {kind}. Draw them from `np.random.default_rng(seed)`, in one call of its method `{"uniform" if uniform else "normal"}`, which is given this shape. All three arguments are integers; the widths are at least 1."""
    denominator = (
        f"(fan_in**{share} * fan_out**{rest})"
        if product
        else f"({share} * fan_in + {rest} * fan_out)"
    )
    draw = f"uniform(-c, c, {shape})" if uniform else f"normal(0, np.sqrt(variance), {shape})"
    end = "    c = np.sqrt(3 * variance)\n" if uniform else ""
    solution = f"""\
def balanced_init(fan_in, fan_out, seed):
    variance = {gain} / {denominator}
{end}    return np.random.default_rng(seed).{draw}"""

    def cases(rng):
        n = [int(i) for i in rng.permutation([3, 4, 5, 6])]
        seeds = [int(seed) for seed in rng.permutation(9000)[:5] + 1000]
        return [
            Case((2, n[0], seeds[0]), about="The layer widens."),
            Case((n[1] + 3, 2, seeds[1]), about="The layer narrows."),
            Case((1, n[2], seeds[2]), about="One input."),
            Case((n[3], 1, seeds[3]), about="One unit."),
            Case((4, 3, seeds[4]), about="Nearly square."),
        ]

    signature = "balanced_init(fan_in, fan_out, seed)"
    return Fresh("init_uniform", signature, text, solution, cases, rng=rng)


def corners_from_zero(*, rng):
    """The first steps from zeros, on labels of four corners of which one or three are 1."""
    units, rate = int(rng.choice([2, 3, 4])), Fraction(str(rng.choice(["1/2", "1", "2", "4"])))
    odd, few = int(rng.integers(4)), bool(rng.integers(2))
    labels = [int((i == odd) == few) for i in range(4)]
    total = Fraction(2 - sum(labels), 4)
    weight, bias = -rate * total / 2, -rate * total
    above = "below" if few else "above"
    text = f"""\
## Exercise 8.1 with other labels: from zero

A network with two inputs, {units} sigmoid units and one sigmoid output, everything zero, learns the four samples $(0, 0)$, $(0, 1)$, $(1, 0)$, $(1, 1)$ with the labels {", ".join(map(str, labels))}, in this order. The loss is the mean binary cross-entropy, all four are in each step, the rate is {rate}. (a) Compute all gradients of the first step, and the parameters after it. (b) Which parameters move in the second step? Show that the sums which decide it are not 0; the outputs need not be computed, but say on which side of ½ they are. (c) How do the hidden units differ after 100 steps, and why? (d) Can the network learn these labels from zero nevertheless? Could it learn XOR, if it could leave its start?"""
    answer = f"""\
(a) All outputs are ½, so $dz^{{[2]}} = (p - y)/4$ is {listed([(Fraction(1, 2) - y) / 4 for y in labels])}, with the sum {total}. All hidden activations are ½: each of the {units} output weights has the gradient {total / 2} and becomes {weight}; the output's bias has {total} and becomes {bias}. $W^{{[2]}} = 0$ lets nothing through: $W^{{[1]}}$ and $b^{{[1]}}$ stay 0. (b) All of them. The outputs are still equal for all samples, now at a $p$ {above} ½, and $dz^{{[1]}}$ is $dz^{{[2]}}$ times {weight} times ¼. The sums of $p - y$ over the samples with $x_1 = 1$ and over those with $x_2 = 1$ are $2p$ minus {labels[2] + labels[3]} and minus {labels[1] + labels[3]}; neither is 0, as $0 < p < 1$ and $p \\ne \\frac12$. That over all four is $4p - {sum(labels)}$, not 0 either (it would need a score of ${"-" if few else ""}\\ln 3$, and the scores are fractions; "not 0, but by accident" is enough). (c) Not at all: they have been twins from the start and stay so. (d) These labels yes: copies of one unit rise or fall along one line, and one corner can be cut off by one. XOR no: it needs two units that differ.

Points: 1 for (a); 1 for (b); 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


#: Slopes of leaky ReLU, with the root of 1/(1 + α²).
_SLOPES = {"3/4": "4/5", "5/12": "12/13", "4/3": "3/5", "8/15": "15/17"}


def many_inputs(*, rng):
    """What layers of one width and deviation do to the size of a signal."""
    root, layers = int(rng.choice([5, 6, 8, 12, 15, 20])), int(rng.choice([4, 6, 8]))
    factor = Fraction(str(rng.choice(["1/3", "2/3", "3/2", "2", "3", "1/4"])))
    slope = str(rng.choice(list(_SLOPES)))
    left, relu = factor**layers, factor**layers / 2 ** (layers // 2)
    text = f"""\
## Exercise 8.2 with other numbers: {root * root} inputs

All layers have {root * root} units, and the weights have the deviation ${factor / root}$. (a) By which factor does a layer change the size of a signal if it is linear? What is left of the size, or what does it grow to, after {layers} layers? (b) And with ReLU? (c) Which deviation would keep the size for linear layers, for ReLU, and for leaky ReLU with $\\alpha = {slope}$?"""
    answer = f"""\
(a) The mean square is multiplied by ${root * root} \\cdot ({factor / root})^2 = {factor**2}$, the size by {factor}; after {layers} layers by {left}. (b) The mean square by {factor**2 / 2}, the size by ${factor} \\cdot 1/\\sqrt2$; after {layers} layers by {relu}. (c) Linear $1/{root}$; ReLU $\\sqrt2/{root}$; leaky $\\sqrt{{2/(1 + \\alpha^2)}}/{root}$, which is $\\sqrt2 \\cdot {Fraction(_SLOPES[slope]) / root}$. Usual mistakes: the factor of the mean square for that of the size; half of the size lost in ReLU.

Points: 0.75 for (a); 0.75 for (b); 1.5 for (c), a third each."""
    return Question(text, answer)


def there_and_back(*, rng):
    """Variances by three rules for a layer that is not square, and what they do to signals."""
    unit = int(rng.choice([10, 15, 20, 25, 30, 40, 50, 60]))
    ratio = [(4, 1), (1, 4), (2, 1), (1, 2), (1, 3), (3, 2), (2, 3), (5, 1), (1, 5)][
        rng.integers(9)
    ]
    wide, narrow = (r * unit for r in ratio)
    rules = {
        "LeCun": lambda a, b: Fraction(1, a),
        "Xavier": lambda a, b: Fraction(2, a + b),
        "He": lambda a, b: Fraction(2, a),
    }
    text = f"""\
## Exercise 8.3 with other numbers: layers that are not square

A layer leads from {wide} units to {narrow}, the next one from {narrow} back to {wide}. (a) Give the variance of the weights by LeCun, Xavier and He for the first of them. (b) By which factor does each rule multiply the mean square of a linear signal on its way forward through the first layer, and that of a gradient on its way back through it? (c) And through both layers together? (d) Which of the factors forward in (c) is 1 if a ReLU follows each layer?"""
    rows, both = [], []
    for name, rule in rules.items():
        v, w = rule(wide, narrow), rule(narrow, wide)
        rows.append(f"{name} {v}: forward {wide * v}, back {narrow * v}")
        both.append(f"{name} forward {wide * v * narrow * w}, back {narrow * v * wide * w}")
    answer = f"""\
(a) and (b) {"; ".join(rows)}. (c) {"; ".join(both)}: for both layers together the two directions agree. (d) He's: each ReLU halves the mean square, so its 4 becomes 1; LeCun's becomes ¼.

Points: 0.75 for (a); 1 for (b); 0.75 for (c); 0.5 for (d)."""
    return Question(text, answer)


def own_default(*, rng):
    """A uniform distribution as a default, and what ten layers of it do."""
    factor = Fraction(str(rng.choice(["1/3", "1/4", "1/5", "2/3", "3/2", "2", "3/4"])))
    layers, inputs = int(rng.choice([4, 5, 6])), int(rng.choice([24, 54, 96, 150, 216]))
    top = 6 * factor**2
    end = Fraction(6, inputs)
    root = int((inputs // 6) ** 0.5)
    k = (
        f"{top.numerator}/({top.denominator} n_\\text{{in}})"
        if top.denominator > 1
        else f"{top}/n_\\text{{in}}"
    )
    assert end == Fraction(1, root * root)
    text = f"""\
## Exercise 8.4 with another default

A library draws the weights of its layers uniformly from $-c$ to $c$ with $c = \\sqrt{{{k}}}$. (a) Which variance is that? (b) By which factor is the mean square of a signal multiplied in a linear layer, and in a ReLU layer? (c) By which factor is the *size* multiplied in {layers} ReLU layers, if the biases are zero? (d) By which number must the weights be multiplied so that ReLU layers keep the size? Between which ends are they then, in a layer with {inputs} inputs?"""
    answer = f"""\
(a) $c^2/3$, that is ${top / 3}$ divided by $n_\\text{{in}}$. (b) Linear {top / 3}, ReLU {top / 6}. (c) The size by {factor} in each layer, so by {factor**layers}. (d) By {1 / factor}. Then the variance is He's, $2/n_\\text{{in}}$, and $c = \\sqrt{{6/n_\\text{{in}}}}$: for {inputs} inputs from $-1/{root}$ to $1/{root}$.

Points: 0.5 for (a); 0.5 for (b); 0.5 for (c); 0.5 for the number and the ends of (d)."""
    return Question(text, answer)


def he_against_xavier(*, rng):
    """ReLU layers of two widths in turn, from He's rule and from Xavier's."""
    narrow, wide, share = [
        (20, 80, "2/5"), (30, 270, "3/10"), (40, 90, "6/13"), (90, 160, "12/25"),
        (25, 225, "3/10"), (50, 200, "2/5"), (45, 80, "12/25"), (10, 90, "3/10"),
    ][rng.integers(8)]  # fmt: skip
    pairs, seed = int(rng.integers(3, 9)), int(rng.integers(10, 1000))
    factor = Fraction(share) ** pairs
    text = f"""\
## Exercise 8.7 with other widths: He against Xavier

Send a batch of standard normal numbers, of shape `(200, {narrow})`, through {2 * pairs} ReLU layers without biases that lead from {narrow} units to {wide}, back to {narrow}, and so on. Draw their weights with `he_init`, one layer after the other from one generator with the seed {seed}; then again with `xavier_init`, from a generator with the same seed. (a) By which factor do you expect the size at the end to differ between the two? Derive it as a fraction to a power. (b) Measure both sizes, and their ratio. (c) Why does the ratio agree so well, while the size that `he_init` gives does not agree with 1?"""
    answer = f"""\
(a) Xavier's variance is $2/{narrow + wide}$ in all layers, He's $2/{narrow}$ and $2/{wide}$ in turn. So over two layers the mean square is multiplied by ${narrow}/{narrow + wide} \\cdot {wide}/{narrow + wide} = ({share})^2$ of what He's rule makes of it, and the size by {share}. After {2 * pairs} layers: $({share})^{{{pairs}}} \\approx$ {float(factor):.2g}. (b) The ratio to many digits; He's size between 0.2 and 3.5. (c) Equal seeds give the same normal numbers, and ReLU lets positive factors through: the two networks differ by this factor alone. He's rule keeps the mean square on average over initializations; one network wanders.

Points: 1 for (a); 0.5 for (b); 0.5 for (c)."""
    return Question(text, answer)


#: Kinds of networks before training: the function, the ends of the deviation in hundredths, and what
#: is to be said of them.
_PATIENTS = {
    "small tanh": ("tanh", 4, 5, "tanh (negative values occur), weights too small: by layer 8 all is near 0. Gradients vanish towards the first layer (about two thousandths of the last one's are left, or less). At the rates 0.03 to 0.3 five epochs leave the loss near 2.3, that of a guess. Remedy: the deviation $1/\\sqrt{64}$"),
    "large tanh": ("tanh", 40, 70, "tanh, weights too large: most values are near the ends. Gradients grow towards the first layer, by ten to a hundred times over eight layers. It learns, slowly: least losses from 0.4 to 2. Remedy: the deviation $1/\\sqrt{64}$"),
    "small relu": ("relu", 5, 6, "ReLU (nothing is negative, half is 0), weights too small: the spread of layer 8 is a small part of that of layer 2. Gradients vanish, by a factor of a thousand and more. At the rates 0.03 to 0.3 five epochs leave the loss near 2.3. Remedy: He's deviation $\\sqrt{2/64}$"),
    "large relu": ("relu", 35, 60, "ReLU, weights too large: the spread of layer 8 is many times that of layer 2. Gradients explode with the signal, and training diverges at all three rates. Remedy: He's deviation $\\sqrt{2/64}$"),
    "sigmoid": ("sigmoid", 12, 20, "sigmoid (all values between 0 and 1, around ½): by layer 8 a unit gives nearly the same for all samples. Its gradients vanish, since $\\sigma'$ is at most ¼. Five epochs leave the loss near 2.3. Remedy: another function; no deviation of this chapter is enough for eight layers"),
}  # fmt: skip
_HEALTHY = {
    "He": ("relu", 17, 18, "ReLU from about He's deviation, healthy: half of the values are 0, as they should be, and the spread of layer 8 is near that of layer 2. Gradients are about level. It learns"),
    "LeCun": ("tanh", 12, 13, "tanh from about LeCun's deviation, healthy: both signs, no value near the ends by layer 8. The spread falls slowly, the gradients are about level. It learns"),
}  # fmt: skip


def three_patients(*, rng):
    """The activations of three networks in numbers, of which one is healthy."""
    healthy = str(rng.choice(list(_HEALTHY)))
    ill = [str(kind) for kind in rng.permutation(list(_PATIENTS))[:2]]
    kinds = [str(kind) for kind in rng.permutation([healthy, *ill])]
    rows, said = [], []
    for letter, kind in zip("ABC", kinds, strict=True):
        f, low, high, told = (_PATIENTS | _HEALTHY)[kind]
        std = int(rng.integers(low, high + 1)) / 100
        second, last = _activations(f, std, rng)
        rows += [f"| {letter}, layer {k} | {_row(a)} |" for k, a in ((2, second), (8, last))]
        said.append(f"{letter}: {told}. (The deviation was {std}.)")
    table = "\n".join(rows)
    text = f"""\
## Exercise 8.10 with other patients

Three networks before training: eight hidden layers of 64 units, normally distributed weights of one deviation, no biases, 300 samples of standard normal numbers. The activation function of each is tanh, ReLU or the sigmoid. This is what two of their layers give out:

| | smallest | largest | standard deviation | share that is 0 | share above 0.95 in size |
|---|---|---|---|---|---|
{table}

(a) For each: which function, what is the matter, if anything, and which number of the table says so? (b) What will you see of the gradients at the first and at the last hidden layer? (c) Find a deviation for each with which `deep(std, f, 8)` gives about the same table on such inputs. Then check (b) with `watch`, train each network for five epochs at the rates 0.03, 0.1 and 0.3, and report the least loss. (d) What would you change? Train again with the change."""
    answer = "\n\n".join(said)
    answer += """

Healthy networks get below 0.3 in five epochs at the best of the three rates. Deviations that differ by a fifth are as good an answer in (c).

Points: 1.5 for (a), a third for each network; 1 for (b) and its check; 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def _activations(f, std, rng):
    """Return the activations of layers 2 and 8, for 300 samples."""
    function = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    }[f]
    a, found = rng.normal(size=(300, 64)), []
    for _ in range(8):
        a = function(a @ rng.normal(0, std, (64, 64)))
        found.append(a)
    return found[1], found[7]


def _row(a):
    numbers = (a.min(), a.max(), a.std())
    shares = (np.mean(a == 0), np.mean(np.abs(a) > 0.95))
    return " | ".join(
        [
            *(f"{n:.2g}" for n in numbers),
            *(f"{100 * share:.0f}\N{NO-BREAK SPACE}%" for share in shares),
        ]
    )


#: Median of the mean square at the end, of 100 networks, and the deviation of its logarithm:
#: by width and number of layers.
_WANDERED = {
    16: {6: (0.66, 1.0), 8: (0.48, 1.1), 12: (0.28, 1.6), 20: (0.09, 2.4)},
    24: {6: (0.75, 0.8), 8: (0.61, 1.0), 12: (0.45, 1.4), 20: (0.18, 1.7)},
    48: {6: (0.92, 0.5), 8: (0.90, 0.6), 12: (0.73, 0.9), 20: (0.52, 1.3)},
    64: {6: (0.89, 0.5), 8: (0.80, 0.5), 12: (0.66, 0.7), 20: (0.51, 0.9)},
    128: {6: (0.93, 0.3), 8: (0.98, 0.4), 12: (0.91, 0.5), 20: (0.75, 0.7)},
    192: {6: (0.96, 0.2), 8: (0.95, 0.3), 12: (0.90, 0.5), 20: (0.85, 0.6)},
}


def how_far(*, rng):
    """The spread of single networks about what He's rule keeps on average."""
    widths = [int(rng.choice(pair)) for pair in ((16, 24), (48, 64), (128, 192))]
    layers, seed = int(rng.choice([6, 8, 12, 20])), 1000 * int(rng.integers(1, 100))
    text = f"""\
## Exercise 8.11 with other widths: how far a single network wanders

He's rule keeps the mean square *on average over initializations*. For each of the widths {", ".join(map(str, widths))} draw 100 networks of {layers} ReLU layers by this rule, without biases, from generators with the seeds {seed} to {seed + 99}; from the same generator draw first 50 samples of standard normal numbers. Divide the mean square after the last layer by that of the input. (a) Report mean and median of this ratio for each width, and the standard deviation of its logarithm (leave out a ratio of exactly 0). (b) Compare the deviation with $\\sqrt{{5L/n}}$ for $L$ layers of $n$ units. (c) Why does the mean tell little of a typical network here? (d) What follows for a network that is narrow and deep: what would you do before you train one?"""
    found = "; ".join(
        f"width {n}: median {_WANDERED[n][layers][0]:.2f}, deviation {_WANDERED[n][layers][1]}, $\\sqrt{{5L/n}} = {(5 * layers / n) ** 0.5:.1f}$"
        for n in widths
    )
    answer = f"""\
(a), (b) Measured with the seeds 0 to 99, not from {seed} on: {found}; the means are around 1, at small widths anything from 0.7 to 1.5. Other seeds move a median by a tenth or two. The deviation is about the formula or somewhat less. (c) The logarithm is spread about evenly, so the ratio itself has a few large values and many small ones; the few make the mean. (d) Such a network starts far from where the formula says, and elsewhere for each seed: measure the sizes before training, and draw again or rescale layer by layer, or make it wider or less deep.

Points: 1.5 for (a); 0.5 for (b); 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


#: For each function: the gain over LeCun's deviation that is found from the second layer on, the
#: least loss in the fifth epoch, the share that differs between samples in layer 10.
_MEASURED = {
    "elu": ("about 1.3 (1.1 to 1.4)", "about 0.02, at 0.1", "nearly all (0.85 to 0.9)"),
    "selu": ("about 1 (0.8 to 1.2)", "0.03 to 0.05, at 0.03 or 0.1", "nearly all (0.99)"),
    "gelu": ("about 1.5 (1.2 to 1.9)", "about 0.1, at 0.1", "nearly all (0.9)"),
    "leaky_relu": ("about 1.5 (1.1 to 1.9), as for ReLU", "0.1 to 0.2, at 0.03 or 0.1", "0.6"),
    "softplus": ("about 1.1 (0.9 to 1.4)", "2.3 at each rate: it learns nothing", "0.01"),
}


def measured_start(*, rng):
    """Weights that are scaled until each layer's sums have the deviation 1."""
    others = ["elu", "selu", "gelu", "leaky_relu"]
    names = [str(name) for name in rng.permutation([str(rng.choice(others)), "softplus"])]
    seed = int(rng.integers(10, 1000))
    text = f"""\
## Exercise 8.12 with other functions: measure instead of derive

Take `deep(1, f, 10, seed)` for `f` = `"{names[0]}"` and `"{names[1]}"`, with the seeds {seed}, {seed + 1} and {seed + 2}. Go through the hidden layers from the first to the last, and the output layer too: send `x_train` through all layers before it, divide the layer's weights by the standard deviation of its $z$, and go on. (a) Report for each function how many times LeCun's deviation, $1/\\sqrt{{64}}$, the weights then have in layers 2 to 10: mean and range. (b) How much of layer 10 differs between samples? Measure `size(a - a.mean(axis=0)) / size(a)`. (c) Train for five epochs at the rates 0.01, 0.03, 0.1 and 0.3, and report the least loss of the fifth epoch. (d) For one of the two all sums have the deviation 1, and yet it does not learn. Why not? What must one measure instead?"""
    rows = "; ".join(
        f"`{name}`: gain {_MEASURED[name][0]}, loss {_MEASURED[name][1]}, share {_MEASURED[name][2]}"
        for name in names
    )
    answer = f"""\
Measured with the seeds 21 to 23, not {seed} to {seed + 2}: {rows}. (d) Softplus has a mean far above 0. The deviation of $z$ over all samples *and units* is 1, but a unit gives nearly the same for all samples: what was kept is that mean, put together differently for each unit. What differs between samples is lost, and so are the gradients. One must measure the deviation of each unit over the samples, and the gradients. A size of 1 is not yet a signal.

Points: 1 for (a); 0.5 for (b); 1 for (c); 0.5 for (d)."""
    return Question(text, answer)
