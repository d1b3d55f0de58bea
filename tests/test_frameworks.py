"""What PyTorch, scikit-learn and Keras compute in `tests/frameworks`, the companion computes too.

For each script there is a function of the same name that returns the lines it prints, computed by
the companion. scikit-learn runs here; of the others `make frameworks` stores the lines.
"""

import json
import re
import warnings
from decimal import Decimal
from functools import partial

import numpy as np
import pytest
import run_frameworks
from run_frameworks import STORED, digest, printed, scripts
from scipy.optimize import check_grad
from sklearn.datasets import load_diabetes, load_iris
from sklearn.neural_network import MLPClassifier, MLPRegressor

from companion.activations import ACTIVATIONS, leaky_relu, sigmoid, sigmoid_derivative
from companion.approximation import network
from companion.callbacks import on_weights, penalize
from companion.data import digits, iris, standardize
from companion.gradient_check import check_gradients
from companion.graph import Value
from companion.initializers import he_normal, xavier_uniform
from companion.layers import Activation, BatchNorm, Dense, Dropout, PReLU, Sequential
from companion.losses import (
    bce_with_logits,
    binary_cross_entropy,
    cross_entropy,
    log_softmax,
    softmax,
    softmax_cross_entropy,
    squared_error,
)
from companion.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSProp, cosine
from companion.perceptron import GATE_INPUTS, TRUTH_TABLES, count_mistakes, train_perceptron
from companion.regularizers import L1, L2, clip_gradients, soft_threshold
from companion.search import cross_validate, grid, kfold_indices, search
from companion.training import accuracy, minibatches, train_step

SCRIPTS = scripts()
KEPT = json.loads(STORED.read_text(encoding="utf-8"))
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def agree(one, other):
    """Whether lines say the same: in words and whole numbers exactly, else to the last digit."""
    if [NUMBER.sub("#", line) for line in one] != [NUMBER.sub("#", line) for line in other]:
        return False
    pairs = zip(NUMBER.findall(" ".join(one)), NUMBER.findall(" ".join(other)), strict=True)
    for a, b in pairs:
        places = len(a.partition(".")[2])
        if abs(Decimal(a) - Decimal(b)) > (Decimal(1).scaleb(-places) if places else 0):
            return False
    return True


def each(names):
    return pytest.mark.parametrize("name", names)


# --- The scripts ------------------------------------------------------------------------------


@each(SCRIPTS)
def test_a_script_fits_on_the_page(name):
    lines = SCRIPTS[name].read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 79
    framework = {"pytorch": "PyTorch", "sklearn": "scikit-learn", "keras": "Keras"}
    assert lines[0].startswith(f"# {framework[name.rsplit('_', 1)[1]]}: ")


def test_what_is_stored_is_of_the_scripts_as_they_are():
    """If this fails, run `make frameworks`."""
    assert {name: kept["digest"] for name, kept in KEPT.items()} == {
        name: digest(path) for name, path in SCRIPTS.items()
    }


@each([name for name in SCRIPTS if name.endswith("_sklearn")])
def test_scikit_learn_prints_what_is_stored(name):
    assert agree(printed(SCRIPTS[name]), KEPT[name]["printed"])


@each(SCRIPTS)
def test_the_companion_computes_the_same(name):
    assert agree(globals()[name](), KEPT[name]["printed"])


def test_lines_that_agree():
    assert agree(["w: 0.25 -1.00", "zeros: 3"], ["w: 0.26 -1.01", "zeros: 3"])
    assert agree(["w: -0.00"], ["w: 0.00"])
    assert not agree(["w: 0.25"], ["w: 0.27"])
    assert not agree(["zeros: 3"], ["zeros: 4"])
    assert not agree(["w: 0.25"], ["v: 0.25"])
    assert not agree(["w: 0.25"], ["w: 0.25 0.25"])
    assert not agree(["w: 0.25"], ["w: 0.25", "w: 0.25"])


# --- Storing ----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder in place of tests/frameworks."""
    monkeypatch.setattr(run_frameworks, "FOLDER", tmp_path)
    monkeypatch.setattr(run_frameworks, "STORED", tmp_path / "stored.json")
    return tmp_path


def test_what_scripts_print_is_stored(folder, capsys):
    script = folder / "chapter_1_sklearn.py"
    script.write_text("# scikit-learn: a line\nprint('λ', 0.5)\n", encoding="utf-8")
    assert run_frameworks.main() == 0
    text = (folder / "stored.json").read_text(encoding="utf-8")
    (kept,) = json.loads(text).values()
    assert kept["printed"] == ["λ 0.5"]
    assert kept["digest"] == digest(script)
    script.write_text("# scikit-learn: a line\nprint('λ', 0.50)\n", encoding="utf-8")
    assert kept["digest"] != digest(script)
    assert capsys.readouterr().out.startswith("1 script ran")


@pytest.mark.parametrize(
    ("name", "source", "why"),
    [
        ("chapter_1_sklearn.py", "1 / 0\n", "failed with ZeroDivisionError: division by zero."),
        ("chapter_1_sklearn.py", "import warnings\nwarnings.warn('old')\n", "UserWarning: old."),
        ("chapter_1_nothing.py", "", "nothing-of-this-name is not installed"),
    ],
)
def test_nothing_is_stored_if_a_script_fails(folder, capsys, monkeypatch, name, source, why):
    monkeypatch.setitem(run_frameworks.PACKAGES, "nothing", "nothing-of-this-name")
    (folder / name).write_text(source, encoding="utf-8")
    assert run_frameworks.main() == 1
    assert not (folder / "stored.json").exists()
    said = capsys.readouterr().err
    assert why in said and said.endswith("Nothing was stored.\n")


# --- The same with the companion --------------------------------------------------------------


def line(name, *values, digits=6):
    return " ".join([name, *(f"{value:.{digits}f}" for value in values)])


def dense(n_in, n_out):
    return Dense(n_in, n_out, rng=None, init="zeros")


def filled(net, numbers):
    """Fill the parameters as the scripts do: in order, and PyTorch keeps weights transposed."""
    for i, (name, array) in enumerate(net.params.items()):
        net.params[name] = numbers(np.arange(array.size) + i).reshape(array.T.shape).T
    return net


def chapter_1_pytorch():
    x, y = GATE_INPUTS.astype(float), TRUTH_TABLES["OR"]
    w, b = np.zeros((2, 1)), np.zeros(1)
    s, z = 2 * y - 1, (x @ w + b)[:, 0]
    relu, relu_derivative = ACTIVATIONS["relu"]
    slope = -s * relu_derivative(-s * z)  # of the sum of max(0, -s z)
    run = train_perceptron(x, y)
    return [
        f"shapes: {w.T.shape[0]} {w.T.shape[1]} and {b.size}",
        f"loss {abs(relu(-s * z).sum())} gradient {abs(x.T @ slope).sum()}",
        f"mistakes in each epoch: {' '.join(map(str, run.mistakes))}",
        f"w {run.w[0]} {run.w[1]} b {run.b}",
        "gradient after a step: False",
    ]


def chapter_1_keras():
    z = GATE_INPUTS @ [1.0, 1.0] - 0.5
    lines = [line(name, *ACTIVATIONS[name].function(z), digits=4) for name in ("sigmoid", "step")]
    return [lines[0], "no activation is called step", lines[1]]


def chapter_1_sklearn():
    x, y = digits((1, 8))
    lines = []
    for tol in (1e-3, None):
        w, b, epochs = perceptron_of_sklearn(x, y, 50, tol)
        wrong = count_mistakes(x, y, w, b)
        lines.append(f"tol {tol}: {epochs} epochs, {wrong} of {len(y)} wrong")
    for epochs in (1, 2, 3, 50):
        w, b, _ = perceptron_of_sklearn(GATE_INPUTS, TRUTH_TABLES["OR"], epochs)
        lines.append(f"{epochs} epochs: w [{w[0]:.0f}. {w[1]:.0f}.], b {b}")
    return lines


def perceptron_of_sklearn(x, y, epochs, tol=None):
    """The rule, but a sum of 0 is a mistake for both classes; with `tol`, it stops early."""
    w, b, best, stale, done = np.zeros(x.shape[1]), 0.0, np.inf, 0, 0
    while done < epochs and stale < 5:
        loss, done = 0.0, done + 1
        for xi, s in zip(x, 2 * y - 1, strict=True):
            z = w @ xi + b
            loss += max(0.0, -s * z)
            if s * z <= 0:
                w, b = w + s * xi, b + float(s)
        if tol is not None:
            stale = stale + 1 if loss > best - tol * len(x) else 0
            best = min(best, loss)
    return w, b, done


def chapter_2_pytorch():
    same, W = collapsed(100)
    return [
        f"collapses: {same}",
        f"rank of 100 layers: {np.linalg.matrix_rank(W)}",
        *trained_on_xor(Adam),
    ]


def chapter_2_keras():
    return [f"collapses: {collapsed(10)[0]}", *trained_on_xor(partial(Adam, eps=1e-7))]


def shifted_sine(k):
    return np.sin(k + 1)


def collapsed(depth):
    """Whether layers without activations are one matrix and one row of biases, and the matrix."""
    x = GATE_INPUTS.astype(float)
    stack = filled(Sequential(*(dense(2, 2) for _ in range(depth))), shifted_sine)
    b = stack(np.zeros((1, 2)))
    W = stack(np.eye(2)) - b
    return np.allclose(stack(x), x @ W + b, atol=0, rtol=1e-9), W


def trained_on_xor(optimizer):
    x, y, lines = GATE_INPUTS.astype(float), np.array([[0.0], [1], [1], [0]]), []
    for name, between in (("8 ReLUs:", "relu"), ("none:   ", "identity")):
        net = filled(Sequential(dense(2, 8), Activation(between), dense(8, 1)), shifted_sine)
        adam = optimizer(0.1)
        for _ in range(300):
            train_step(net, bce_with_logits, adam, x, y)
        lines.append(f"{name} {sigmoid(net(x)).round(2).ravel().tolist()}")
    return lines


def chapter_3_pytorch():
    W, b = np.array([[1.0, -1], [2, 0], [1, 1]]), np.array([-1.0, -4])
    z = network((W, b))(np.array([[2.0, -1, 3], [0, 1, 1], [1, 1, 0]])).tolist()
    lines = [f"z: {z}", f"x @ weight.T + bias: {z}"]
    rng = np.random.default_rng(0)
    net = Sequential(Dense(8, 9, rng=rng), Activation("relu"), Dense(9, 1, rng=rng))
    names = {"W": "weight", "b": "bias"}
    for name, array in net.params.items():  # PyTorch keeps weights transposed
        place, which = name.split(".")
        lines.append(f"{place}.{names[which]} {array.T.shape} {array.size}")
    lines.append(f"parameters: {sum(array.size for array in net.params.values())}")
    houses = np.zeros((8, 8))
    lines.append(
        f"8 houses: {net(houses).shape}, one house as a vector: {net(houses[:1])[0].shape}"
    )
    prediction, target = np.array([[1.0], [2], [3]]), np.array([1.0, 2, 3])
    wrong = np.mean((prediction - target) ** 2)
    lines.append(f"column against vector: {wrong:.4f}, warnings: 1")  # nothing to compute
    right, _ = squared_error(prediction[:, 0], target)
    return [*lines, f"vector against vector: {right:.4f}"]


def chapter_3_keras():
    W, b = np.array([[1.0, -1], [2, 0], [1, 1]]), np.array([-1.0, -4])
    z = network((W, b))(np.array([[2.0, -1, 3], [0, 1, 1], [1, 1, 0]])).tolist()
    net = Sequential(dense(8, 9), Activation("relu"), dense(9, 1))
    names = {"W": "kernel", "b": "bias"}
    arrays = [f"{names[name[-1]]} {array.shape}" for name, array in net.params.items()]
    prediction, target = np.array([[1.0], [2], [3]]), np.array([1.0, 2, 3])
    right, _ = squared_error(prediction[:, 0], target)
    wrong = np.mean((prediction - target) ** 2)
    return [
        f"z: {z}",
        *arrays,
        f"parameters: {sum(array.size for array in net.params.values())}",
        f"8 houses: {net(np.zeros((8, 8))).shape}",
        "one house as a vector is an error",  # ours takes it
        line("column against vector:", right, digits=4),
        line("column against row:", wrong, digits=4),
    ]


def chapter_4_pytorch():
    z, lead = np.array([[1.45, 2.0, -1.4]]), [0.55]
    loss, gradient = softmax_cross_entropy(z, [0])
    p = softmax(z)

    def soft(y):
        return -(y * log_softmax(z)).sum()

    return [
        line("softmax:", *p[0], digits=4),
        line("loss and gradient:", loss, *gradient[0], digits=4),
        line("trap, softmax twice:", softmax_cross_entropy(p, [0])[0], digits=4),
        line("nll_loss:", -log_softmax(z)[0, 0], digits=4),
        line("trap, nll_loss of probabilities:", -p[0, 0], digits=4),
        line("soft labels:", soft([0.7, 0.3, 0.0]), digits=4),
        line("label smoothing:", soft(0.9 * np.eye(3)[0] + 0.1 / 3), digits=4),
        line("one logit:", bce_with_logits(lead, [1])[0], digits=4),
        line("from logits:", bce_with_logits([-1000], [1])[0], digits=4),
        "from probabilities: 100.0000",  # PyTorch's own limit; ours is -ln 1e-12
    ]


def chapter_4_keras():
    z = [[1.45, 2.0, -1.4]]

    def given(values):
        """Keras's loss of what it takes for probabilities: divided by their sum, and clipped."""
        p = np.clip(np.divide(values, np.sum(values)), 1e-7, 1 - 1e-7)
        return cross_entropy(p, [0])[0]

    def one(p):
        return binary_cross_entropy(np.clip(p, 1e-7, 1 - 1e-7), [1])[0]

    found = {}
    for kind in ("classes", "one-hot"):
        found |= {
            f"{kind}, logits:": softmax_cross_entropy(z, [0])[0],
            f"{kind}, trap, scores for probabilities:": given(z),
            f"{kind}, clipped:": given([[0.0, 1.0, 0.0]]),
        }
    found |= {
        "one logit:": bce_with_logits([0.55], [1])[0],
        "trap, one logit:": one([0.55]),
        "trap, a logit below 0:": one([-0.55]),
    }
    return [line(name, value, digits=4) for name, value in found.items()]


def chapter_4_sklearn():
    x, y = load_iris(return_X_y=True)
    (x,) = standardize(x)
    net = Dense(4, 3, rng=None, init="zeros")
    for _ in range(5000):
        train_step(net, softmax_cross_entropy, SGD(1.0), x, y, before_step=penalize(L2(1 / 150)))
    probs, W = softmax(net(x)), net.params["W"]
    scores = Dense(4, 1, rng=None, init="zeros")(x[50:])[:, 0]  # one logit a sample
    return [
        f"C: 1.0  weights: {W.T.shape}",
        line("mean loss:", softmax_cross_entropy(net(x), y)[0], digits=3),
        line("first flower:", *probs[0], digits=3),
        line("sums of the weights:", *np.abs(W.sum(axis=1)), digits=3),
        f"two classes: {(1, 4)} {scores.shape}",
    ]


def chapter_5_pytorch():
    x = np.array([[1.0], [2.0], [4.0], [5.0], [7.0]])
    y = np.array([[1.0], [3.0], [2.0], [5.0], [6.0]])

    def train(name, zero=True, decay=1.0, starts=(0, 2, 4)):
        layer, sums = dense(1, 1), {"W": 0, "b": 0}
        for epoch in range(3):
            for start in starts:
                rows = slice(start, start + 2)
                layer.backward(squared_error(layer.forward(x[rows], training=True), y[rows])[1])
                sums = {k: (0 if zero else sums[k]) + g for k, g in layer.grads.items()}
                SGD(0.02 * decay**epoch).step(layer.params, sums)
        return line(name, *layer.params["W"][0], *layer.params["b"])

    return [
        train("batches of 2, 2 and 1:"),
        train("drop_last:", starts=(0, 2)),
        train("without zero_grad:", zero=False),
        train("a rate times 0.5 an epoch:", decay=0.5),
    ]


def chapter_5_sklearn():
    flowers, _ = iris()
    train, new = flowers[::2, 2:], flowers[1::2, 2:]
    x, x_new = standardize(train[:, :1], new[:, :1])

    def fit(name, rate, alpha=0.0):
        layer = dense(1, 1)
        for t in range(150):  # two epochs in batches of one
            row = [t % 75]
            penalty = penalize(L2(alpha)) if alpha else []
            train_step(layer, squared_error, SGD(rate(t + 1)), x[row], train[row, 1:],
                       before_step=penalty)  # fmt: skip
        return line(name, *layer.params["W"][0], *layer.params["b"])

    exact = np.linalg.lstsq(np.column_stack([x, np.ones(75)]), train[:, 1])[0]
    return [
        line("new samples: mean and deviation", x_new.mean(), x_new.std()),
        fit("plain:", lambda t: 0.01),
        fit("falling rate:", lambda t: 0.01 / t**0.25),
        fit("and a penalty:", lambda t: 0.01 / t**0.25, alpha=0.0001),
        line("minimum:", *exact),
    ]


def chapter_6_pytorch():
    w, x = [Value(n) for n in (2, -3, -3)], [Value(n) for n in (-1, -2, 1)]
    z = w[0] * x[0] + w[1] * x[1] + w[2] * x[2]
    unit = z.sigmoid()
    unit.backward()
    grads = [v.grad for v in (z, *w, *x[:2])]
    net, x, loss = small_network()
    lengths = [np.linalg.norm(grad) for grad in net.grads.values()]
    return [
        line("unit:", unit.data, *grads, digits=4),
        line("a second backward adds:", *(2 * v.grad for v in w), digits=4),
        "under no_grad: False",  # nothing to compute: no graph is built
        line("loss and db2:", loss, *net.grads["2.b"], digits=4),
        line("lengths:", *lengths, digits=4),
        f"gradcheck: {bool(check_gradients(net, x, rng=np.random.default_rng(0)))}",
    ]


def chapter_6_keras():
    net, _, loss = small_network()
    lengths = [np.linalg.norm(grad) for grad in net.grads.values()]
    return [
        line(f"loss {loss:.4f}, db2", *net.grads["2.b"], digits=4),
        line("lengths:", *lengths, digits=4),
    ]


def small_network():
    """The network, its samples and its loss, after the way back."""
    net = filled(Sequential(dense(3, 4), Activation("tanh"), dense(4, 2)), np.sin)
    x, labels = np.sin(np.arange(15.0)).reshape(5, 3), [0, 1, 1, 0, 1]
    loss, dz = softmax_cross_entropy(net.forward(x, training=True), labels)
    net.backward(dz)
    return net, x, loss


def test_what_chapter_6_says_of_scipy():
    """Its check takes one-sided differences, and returns a length."""

    def found(scale):
        return check_grad(
            lambda x: scale * np.exp(x).sum(), lambda x: scale * np.exp(x), [1.0, 2.0]
        )

    assert 1e-9 < found(1) < 1e-6
    assert found(1000) > 100 * found(1)


def chapter_7_pytorch():
    z = np.array([-2.0, 0.0, 2.0])
    names = {
        "Sigmoid": "sigmoid", "Tanh": "tanh", "ReLU": "relu", "LeakyReLU": "leaky_relu",
        "PReLU": "prelu", "ELU": "elu", "SELU": "selu", "GELU": "gelu", "SiLU": "",
        "Softplus": "softplus", "GELU, tanh": "gelu_tanh",
    }  # fmt: skip
    lines = []
    for shown, name in names.items():
        if name:
            pair = ACTIVATIONS[name]
            found = [*pair.function(z), *pair.derivative(z)]
        else:
            found = [*(z * sigmoid(z)), *(sigmoid(z) + z * sigmoid_derivative(z))]
        lines.append(line(f"{shown:10}", *found, digits=4))
    lines.append(f"slopes that are learned: {PReLU(1).params['alpha'].size} {PReLU(50).n}")

    rng = np.random.default_rng(0)
    uniform = rng.uniform(-1, 1, (1000, 1000)) / np.sqrt(1000)  # PyTorch's default
    he = Dense(1000, 1000, rng=rng, init="he_normal").params["W"]
    lines.append(f"n v = {1000 * uniform.var():.2f}, after kaiming_normal_ {1000 * he.var():.1f}")

    layers = [part for _ in range(4) for part in (dense(4, 4), Activation("sigmoid"))]
    net, x = filled(Sequential(*layers), np.sin), np.sin(np.arange(20.0)).reshape(5, 4)
    dz, lengths = np.ones_like(net.forward(x, training=True)), []
    for layer in net.layers[::-1]:
        dz = layer.backward(dz)
        if isinstance(layer, Activation):
            lengths.append(np.linalg.norm(dz))
    return [*lines, line("lengths:", *lengths[::-1])]


def chapter_8_pytorch():
    rng = np.random.default_rng(1)
    W, b = rng.uniform(-1, 1, (1000, 2000)), rng.uniform(-1, 1, 2000)  # times √n_in
    lines = [
        f"default: n_in Var(w) = {W.var():.2f}, not 2.00",
        f"largest bias, times √n_in: {abs(b).max():.2f}",
        line("gain for relu:", np.sqrt(2), digits=4),
        line("gain for tanh:", 5 / 3, digits=4),
        line("gain for selu:", 3 / 4, digits=4),
        f"He: n_in Var(w) = {1000 * he_normal(1000, 2000, rng=rng).var():.2f}",
    ]
    x, y = np.sin(np.arange(32.0)).reshape(8, 4), np.arange(8) % 3
    net = Sequential(dense(4, 4), Activation("relu"), dense(4, 4), Activation("relu"), dense(4, 3))
    filled(net, np.cos)
    loss, d = softmax_cross_entropy(net.forward(x[:4], training=True), y[:4])
    rows = []
    for place in (4, 2, 0):
        layer, sums = net[place], net[: place + 1](x)
        z, z_new, dz = sums[:4], sums[4:], d
        d = layer.backward(dz)
        if place:
            d = net[place - 1].backward(d)
        step = 0.1 * np.linalg.norm(layer.grads["W"]) / np.linalg.norm(layer.params["W"])
        sizes = [np.sqrt(np.mean(np.square(v))) for v in (z, dz, step)]
        far = ((z_new[:, None] - z) ** 2).sum(axis=2)
        right = (y[far.argmin(axis=1)] == y[4:]).sum()
        shown = line("z, dz, relative step:", *sizes, digits=4)
        rows.append(f"{shown}; right neighbours: {right} of 4")
    return [*lines, line("loss", loss, digits=4), *rows[::-1]]


def chapter_8_sklearn():
    rng, lines = np.random.default_rng(1), []
    for activation, factor in (("relu", 6), ("tanh", 6), ("logistic", 2)):
        W = xavier_uniform(100, 300, rng=rng) * np.sqrt(factor / 6)
        bound = np.sqrt(factor / 400)
        lines.append(f"{activation}: bound √({factor}/(n_in + n_out)) = {bound:.3f},")
        lines.append(f"largest weight {abs(W).max():.3f}, bias {bound:.2f}")
    return lines


def chapter_8_keras():
    rng = np.random.default_rng(1)
    layer = Dense(1000, 2000, rng=rng, init="xavier_uniform")
    W, b = layer.params["W"], layer.params["b"]
    drawn = he_normal(1000, 2000, rng=rng).ravel()
    near = drawn[abs(drawn) < 2 * drawn.std()]  # truncated, and then as wide as before
    near = near * np.sqrt(2 / 1000) / near.std()
    far = abs(near) > 2.3 * near.std()
    return [
        f"default: bound √(6/(n_in + n_out)) = {np.sqrt(6 / 3000):.4f},",
        f"largest weight {abs(W).max():.4f}, bias {abs(b).max():.4f}",
        f"n_in Var(w) = {1000 * W.var():.2f}, not 2.00",
        f"he_normal: n_in Var(w) = {1000 * near.var():.2f}",
        f"beyond 2.3 deviations: {100 * far.mean():.1f} %",
        *(f"slope below zero: {-leaky_relu(-1.0, alpha):.1f}" for alpha in (0.3, 0.2)),
    ]


def chapter_9_pytorch():
    x = np.array([[4.0, 110], [8, 110], [2, 60], [6, 110], [5, 110]])
    norm = BatchNorm(2, momentum=0.9)
    lines = [line("in training:", *norm.forward(x, training=True)[0], digits=4)]
    # PyTorch keeps the variance with 1/(n - 1).
    norm.var = 0.9 + 0.1 * x.var(axis=0, ddof=1)
    lines.append(line("running mean:", *norm.mean, digits=4))
    lines.append(line("running variance:", *norm.var, digits=4))
    lines.append(line("at inference:", *norm.forward(x[:1])[0], digits=4))
    with pytest.raises(ValueError, match="two samples"):
        norm.forward(x[:1], training=True)
    lines.append("one sample in training mode is an error")
    first, second = BatchNorm(3), dense(3, 2)
    learned = sum(p.size for p in (np.zeros((2, 3)), *first.params.values()))
    lines.append(f"parameters: {learned + sum(p.size for p in second.params.values())}")
    lines.append("saved besides: 1.running_mean 1.running_var 1.num_batches_tracked")
    sizes = [len(rows) for rows in minibatches(1347, 64, rng=np.random.default_rng(0))]
    lines += [f"last batch: {sizes[-1]}", f"last batch: {sizes[-2]}"]
    images = np.arange(48.0).reshape(2, 3, 2, 4)  # (n, c, h, w); a row for each pixel
    pixels = BatchNorm(3).forward(images.transpose(0, 2, 3, 1).reshape(-1, 3), training=True)
    lines.append(line("image:", *pixels[0], digits=4))
    row = (x[2] - x[2].mean()) / np.sqrt(x[2].var() + 1e-5)
    return [*lines, line("layer norm:", *row, digits=4)]


def chapter_9_keras():
    x = np.array([[4.0, 110], [8, 110], [2, 60], [6, 110], [5, 110]])
    norm = BatchNorm(2, momentum=0.9, eps=1e-3)
    batch = norm.forward(x, training=True)[0]
    mean, var, inference = norm.mean.copy(), norm.var.copy(), norm.forward(x[:1])[0]
    alone = norm.params["beta"]  # all deviations from the mean are 0; ours is an error
    images = np.arange(48.0).reshape(2, 2, 4, 3)  # (n, h, w, c); a row for each pixel
    pixels = BatchNorm(3, eps=1e-3).forward(images.reshape(-1, 3), training=True)
    return [
        "defaults: 0.99 0.001 -1",
        line("in training:", *batch, digits=4),
        line("running mean:", *mean, digits=4),
        line("running variance:", *var, digits=4),
        line("at inference:", *inference, digits=4),
        line("trap, one sample in training:", *alone, digits=4),
        line("and the running variance:", *(0.9 * var), digits=4),  # that of one sample is 0
        line("running mean after fit:", *mean, digits=4),
        line("predict:", *inference, digits=4),
        "learned: kernel gamma beta kernel bias",
        "saved besides: moving_mean moving_variance",
        line("image:", *pixels[0], digits=4),
    ]


def chapter_10_pytorch():
    makers = {
        "SGD": SGD(0.1),
        "momentum": Momentum(0.1),
        "Nesterov": Nesterov(0.1),
        "Adagrad": AdaGrad(0.1),
        "RMSprop": RMSProp(0.1),
        "Adam": Adam(0.1),
        "AdamW": AdamW(0.1, decay=0.5),
    }
    lines = []
    for name, optimizer in makers.items():
        theta = {"W": np.ones(2)}
        for g in ([3.0, -0.02], [2.0, 0.01], [-1.0, 0.03]):
            optimizer.step(theta, {"W": np.array(g)})
        lines.append(line(f"{name}:", *theta["W"]))
    lines.append(line("cosine:", *map(cosine(0.4, steps=4), range(4))))
    clipped, length = clip_gradients({"W": np.array([3.0, 4.0])}, 1)
    return [*lines, line("clipped:", length, *clipped["W"], digits=4)]


def chapter_11_pytorch():
    x, y = [[1.0, 2.0], [3.0, -1.0]], [[1.0], [0.0]]

    def step(name, *before_step):
        layer = Dense(2, 1, rng=None, init=lambda *_, **__: [[0.5], [-1.0]])
        layer.params["b"] = [2.0]
        train_step(layer, squared_error, SGD(0.1), x, y, before_step=list(before_step))
        return line(name, *layer.params["W"][:, 0], *layer.params["b"])

    def decay_bias(layer, grads):
        grads["b"] = grads["b"] + L2(0.5)(layer.params["b"])[1]

    dropout, ones = Dropout(0.25, rng=np.random.default_rng(0)), np.ones((1, 1000))
    return [
        step("no penalty:"),
        step("weight_decay:", penalize(L2(0.5)), decay_bias),
        step("weight_decay, but not of the bias:", penalize(L2(0.5))),
        step("L1:", penalize(L1(0.5))),
        line("in training:", *np.unique(dropout.forward(ones, training=True))),
        line("at inference:", *np.unique(dropout.forward(ones, training=False))),
    ]


def chapter_11_sklearn():
    x, y = load_diabetes(return_X_y=True)
    (x,), y = standardize(x), y[:, None]
    lam, lr = 1.5, 0.2

    def descend(loss, target, steps, **seams):
        net = Dense(x.shape[1], 1, rng=None, init="zeros")
        for _ in range(steps):
            train_step(net, loss, SGD(lr), x, target, **seams)
        return net.params["b"][0], net.params["W"][:, 0]

    ridge = descend(squared_error, y, 200, before_step=penalize(L2(lam)))
    shrink = on_weights(lambda W: soft_threshold(W, lr * lam))
    lasso = descend(squared_error, y, 3000, after_step=shrink)
    logistic = descend(bce_with_logits, y > 150, 500, before_step=penalize(L2(lam)))
    return [
        line("Ridge:", ridge[0], *ridge[1], digits=2),
        line("Lasso:", lasso[0], *lasso[1], digits=2),
        f"exact zeros: {(ridge[1] == 0).sum()} {(lasso[1] == 0).sum()}",
        line("MLPClassifier:", logistic[0], *logistic[1], digits=3),
        "early stopping: False 0.1",  # defaults, nothing to compute
    ]


def chapter_12_pytorch():
    x, y = [[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]], [[1.0], [0.0], [2.0]]

    def train(lr):
        layer, best = Dense(2, 1, rng=None, init="zeros"), (np.inf, None)
        for _ in range(6):
            train_step(layer, squared_error, SGD(lr), x, y)
            held_out, _ = squared_error(layer([[2.0, 1.0]]), [[1.0]])
            if held_out < best[0]:
                best = held_out, layer.params["b"][0]  # a number, and so a copy
        return *best, layer.params["b"][0]

    lines = []
    for lr in (0.03, 0.1, 0.3):
        held_out, kept, last = train(lr)
        lines.append(f"rate {lr}: {held_out:.6f} bias {kept:.6f} not {last:.6f}")
    return lines


class InOrder(np.random.Generator):
    """A generator that does not shuffle."""

    def permutation(self, n):
        return np.arange(n)


def chapter_12_sklearn():
    unshuffled = InOrder(np.random.PCG64(0))
    labels = np.repeat([0, 1, 2], 4)
    folds = kfold_indices(12, 3, rng=unshuffled)
    lines = [" ".join(["fold with labels", *map(str, labels[held])]) for _, held in folds]
    mixed = kfold_indices(12, 3, rng=np.random.default_rng(0))
    lines.append(" ".join(["folds:", *(str(len(held)) for _, held in mixed)]))
    x, y = load_diabetes(return_X_y=True)

    def fitted(alpha, known):
        known_x, all_x = standardize(x[known], x)
        n, mean = len(known), y[known].mean()
        H = known_x.T @ known_x / n + alpha / n * np.eye(x.shape[1])
        return all_x @ np.linalg.solve(H, known_x.T @ (y[known] - mean) / n) + mean

    def scores(alpha):
        def on_fold(known, held):
            return -np.sqrt(np.mean((fitted(alpha, known)[held] - y[held]) ** 2))

        return cross_validate(on_fold, len(x), 5, rng=unshuffled)

    lines.append(line("folds:", *scores(1.0), digits=4))
    ranked = search(lambda alpha: scores(alpha).mean(), grid(alpha=[0.1, 1.0, 10.0, 100.0, 1000.0]))
    by_alpha = {setting["alpha"]: value for value, setting in ranked}
    best, setting = ranked[0]
    lines.append(line("scores:", *(by_alpha[alpha] for alpha in sorted(by_alpha)), digits=4))
    lines.append(f"best: {setting['alpha']}")
    lines.append(line("best_score_, which picked it:", best, digits=4))
    everything = fitted(setting["alpha"], np.arange(len(x)))
    return [*lines, line("refitted:", everything[0], digits=4)]


def chapter_13_pytorch():
    net = Sequential(dense(64, 128), Activation("relu"), dense(128, 10))
    filled(net, lambda k: np.sin(k) / 10)
    x, y = (np.sin(np.arange(320.0)).reshape(5, 64) + 1) / 2, np.arange(5)
    optimizer, lines = Adam(cosine(0.01, steps=20)), []
    for step in range(20):
        loss = train_step(net, softmax_cross_entropy, optimizer, x, y)
        if step in (0, 9, 19):
            lines.append(f"loss before step {step + 1}: {loss:.4f}")
    return [*lines, "the same answers: True"]  # of a state that was stored and read


def chapter_13_sklearn():
    """Scikit-learn draws and trains; what its weights answer is computed here."""
    x, y = digits()
    theirs = MLPClassifier((128,), batch_size=64, random_state=0)
    for _ in range(3):
        theirs.partial_fit(x[:1344], y[:1344], classes=np.arange(10))
    rng = np.random.default_rng(0)
    net = Sequential(Dense(64, 128, rng=rng), Activation("relu"), Dense(128, 10, rng=rng))
    for place, W, b in zip("02", theirs.coefs_, theirs.intercepts_, strict=True):
        net.params.update({f"{place}.W": W, f"{place}.b": b})
    p, truth = softmax(net(x[1344:])), y[1344:]
    said = p.argmax(axis=1)[truth == 3]
    return [
        "hidden, output: relu softmax",
        "solver, alpha: adam 0.0001",  # defaults, nothing to compute
        "weights: (64, 128) (128, 10)",
        f"accuracy: {accuracy(p, truth):.4f}",
        f"mean confidence: {p.max(axis=1).mean():.4f}",
        "confusions, of 3: " + " ".join(map(str, np.bincount(said, minlength=10))),
    ]


def test_the_activations_that_scikit_learn_offers():
    """What chapter 7 says of them in words."""
    accepted = next(iter(MLPClassifier._parameter_constraints["activation"]))
    assert accepted.options == {"relu", "tanh", "logistic", "identity"}
    for kind, output in ((MLPClassifier, "softmax"), (MLPRegressor, "identity")):
        net = kind(hidden_layer_sizes=(3,), max_iter=1)
        assert net.activation == "relu"
        with warnings.catch_warnings(action="ignore"):  # one step is not enough
            net.fit(np.eye(3), [0, 1, 2])
        assert net.out_activation_ == output
