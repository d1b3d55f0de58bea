"""What PyTorch and scikit-learn compute in `tests/frameworks`, the companion computes too.

For each script there is a function of the same name that returns the lines it prints, computed by
the companion. scikit-learn runs here; of the others `make frameworks` stores the lines.
"""

import json
import re
from decimal import Decimal

import numpy as np
import pytest
import run_frameworks
from run_frameworks import STORED, digest, printed, scripts
from sklearn.datasets import load_diabetes
from sklearn.neural_network import MLPClassifier

from companion.activations import sigmoid
from companion.callbacks import on_weights, penalize
from companion.data import digits, standardize
from companion.layers import Activation, Dense, Dropout, Sequential
from companion.losses import (
    bce_with_logits,
    softmax,
    softmax_cross_entropy,
    squared_error,
)
from companion.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSProp,
    cosine,
)
from companion.regularizers import L1, L2, clip_gradients, soft_threshold
from companion.search import cross_validate, grid, kfold_indices, search
from companion.training import accuracy, train_step

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


def chapter_2_pytorch():
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])

    def filled(*parts):
        net, place = Sequential(*parts), 0
        for layer in parts:  # weights first, as PyTorch lists them; it keeps them transposed
            for name in "Wb" if isinstance(layer, Dense) else "":
                shape = layer.params[name].T.shape
                numbers = np.sin(np.arange(np.prod(shape)) + place + 1.0).reshape(shape)
                layer.params[name], place = numbers.T, place + 1
        return net

    def dense(n_in, n_out):
        return Dense(n_in, n_out, rng=None, init="zeros")

    stack = filled(*(dense(2, 2) for _ in range(100)))
    b = stack(np.zeros((1, 2)))
    W = stack(np.eye(2)) - b
    same = np.allclose(stack(x), x @ W + b, atol=0, rtol=1e-9)
    lines = [f"collapses: {same}", f"rank of 100 layers: {np.linalg.matrix_rank(W)}"]
    for name, between in (("8 ReLUs:", "relu"), ("none:   ", "identity")):
        net, optimizer = filled(dense(2, 8), Activation(between), dense(8, 1)), Adam(0.1)
        for _ in range(300):
            train_step(net, bce_with_logits, optimizer, x, y)
        lines.append(f"{name} {sigmoid(net(x)).round(2).ravel().tolist()}")
    return lines


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
        line("Ridge:", ridge[0], *ridge[1]),
        line("Lasso:", lasso[0], *lasso[1]),
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
    first, last = Dense(64, 128, rng=None, init="zeros"), Dense(128, 10, rng=None, init="zeros")
    net = Sequential(first, Activation("relu"), last)
    shapes = {"0.W": (128, 64), "0.b": (128,), "2.W": (10, 128), "2.b": (10,)}
    for i, (name, shape) in enumerate(shapes.items()):
        net.params[name] = (np.sin(np.arange(np.prod(shape)) + i).reshape(shape) / 10).T
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
