"""How fast the companion is, in ratios; `make benchmark` runs this and writes benchmarks.md.

The companion takes the same training steps as PyTorch and scikit-learn, and is held against the
matrix products alone that such a step cannot do without. Each of them works in a process of its
own, because their thread pools wait for work by spinning, which slows down the others. They take
turns, so that a slow moment of the machine meets all of them; a ratio is taken within a round, and
what is written is the median over the rounds.
"""

import importlib.util
import itertools
import multiprocessing
import os
import platform
import sys
import time
import tracemalloc
import warnings
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import sklearn.neural_network
from threadpoolctl import threadpool_info, threadpool_limits
from tqdm import tqdm

from companion.data import digits
from companion.layers import Activation, Dense, Sequential
from companion.losses import softmax_cross_entropy
from companion.optimizers import Adam, Momentum
from companion.training import fit, train_step

OUTPUT = Path(__file__).resolve().parents[1] / "benchmarks.md"

THREADS = min(2, os.cpu_count())
THREAD_SETTINGS = dict.fromkeys(  # read once, when NumPy is imported
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    str(THREADS),
)
ROUNDS = 15
SECONDS = 0.12  # how long a turn is measured
PAUSE = 0.05  # before a turn, until the threads of the one before have stopped spinning
LEARNING_RATES = {"momentum": 0.01, "adam": 0.001}
STEPS_A_CALL = 10  # of scikit-learn, so that its checks before and after weigh little


class Task(NamedTuple):
    """What all do: train a network with ReLU in float32."""

    sizes: tuple
    batch: int
    optimizer: str
    samples: int  # as many as the batch for a single step, more for an epoch

    def data(self):
        """Digits where they fit, else noise; the time does not depend on it."""
        if self.sizes[0] == 64:
            x, y = (np.resize(part, (self.samples, *part.shape[1:])) for part in digits())
        else:
            rng = np.random.default_rng(0)
            x = rng.normal(size=(self.samples, self.sizes[0]))
            y = rng.integers(self.sizes[-1], size=self.samples)
        return x.astype(np.float32), y


# ------------------------------------------------------------------------------------ who is timed


def companion_network(task):
    """Return a network and an optimizer."""
    rng = np.random.default_rng(0)
    layers = []
    for n_in, n_out in itertools.pairwise(task.sizes):
        layers += [Dense(n_in, n_out, rng=rng, init="he_normal", dtype=np.float32)]
        layers += [Activation("relu")]
    optimizer = {"momentum": Momentum, "adam": Adam}[task.optimizer]
    return Sequential(*layers[:-1]), optimizer(LEARNING_RATES[task.optimizer])


def companion(task):
    (net, optimizer), (x, y) = companion_network(task), task.data()

    def step():
        train_step(net, softmax_cross_entropy, optimizer, x, y)

    def epoch():
        rng = np.random.default_rng(0)
        fit(net, softmax_cross_entropy, optimizer, x, y, epochs=1, batch_size=task.batch, rng=rng)

    return (step if len(x) == task.batch else epoch), 1


def products(task):
    """The 3L - 1 products of L layers: forward, for W, and for the input of all but the first."""
    rng = np.random.default_rng(0)
    xs = [rng.normal(size=(task.batch, n)).astype(np.float32) for n in task.sizes]
    dxs = [x.copy() for x in xs]
    pairs = itertools.pairwise(task.sizes)
    Ws = [(rng.normal(size=pair) / np.sqrt(pair[0])).astype(np.float32) for pair in pairs]
    dWs = [W.copy() for W in Ws]
    layers = range(len(Ws))

    def step():
        for i in layers:
            np.matmul(xs[i], Ws[i], out=xs[i + 1])
        for i in reversed(layers):
            np.matmul(xs[i].T, dxs[i + 1], out=dWs[i])
            if i > 0:
                np.matmul(dxs[i + 1], Ws[i].T, out=dxs[i])

    return step, task.samples / task.batch


def pytorch(task, compiled=False):
    import torch

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    layers = []
    for n_in, n_out in itertools.pairwise(task.sizes):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    optimizer = {
        "momentum": lambda *given: torch.optim.SGD(*given, momentum=0.9),
        "adam": torch.optim.Adam,
    }[task.optimizer](net.parameters(), LEARNING_RATES[task.optimizer])
    x, y = map(torch.from_numpy, task.data())
    predict = torch.compile(net) if compiled else net

    def step(x=x, y=y):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(predict(x), y).backward()
        optimizer.step()

    def epoch():
        for rows in torch.randperm(len(x)).split(task.batch):
            step(x[rows], y[rows])

    return (step if len(x) == task.batch else epoch), 1


def pytorch_compiled(task):
    return pytorch(task, compiled=True)


def scikit_learn(task):
    warnings.simplefilter("ignore")  # the labels of one batch may make it wonder
    net = sklearn.neural_network.MLPClassifier(
        task.sizes[1:-1],
        solver={"momentum": "sgd"}.get(task.optimizer, task.optimizer),
        learning_rate_init=LEARNING_RATES[task.optimizer],
        momentum=0.9,
        nesterovs_momentum=False,
        alpha=0,
        batch_size=task.batch,
        random_state=0,
        shuffle=task.samples > task.batch,
    )
    steps = STEPS_A_CALL if task.samples == task.batch else 1
    x, y = (np.concatenate([part] * steps) for part in task.data())
    net.partial_fit(x, y, classes=np.arange(task.sizes[-1]))
    return lambda: net.partial_fit(x, y), 1 / steps


#: Each returns a function to be timed, and how many calls of it the task takes.
SIDES = [companion, products, pytorch, pytorch_compiled, scikit_learn]


# -------------------------------------------------------------------------------------- how timed


def serve(pipe, side):
    """Work for one of SIDES, in a process of its own: get a task, answer with its time."""
    ready = {}
    for task in iter(pipe.recv, None):
        if task not in ready:
            call, needed = side(task)
            ready[task] = call, needed, calls_in(call, SECONDS)
        call, needed, calls = ready[task]
        seconds(call, max(1, calls // 4))
        pipe.send(needed * seconds(call, calls) / calls)


def calls_in(call, wanted):
    """Return how many calls take about so many seconds."""
    calls = 1
    while (took := seconds(call, calls)) < wanted / 4:
        calls *= 2
    return max(1, round(calls * wanted / took))


def seconds(call, calls):
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return time.perf_counter() - start


def measure(questions):
    """Return the times of all rounds for each pair of a task and a side."""
    os.environ |= THREAD_SETTINGS  # the processes to come inherit them
    spawn, pipes = multiprocessing.get_context("spawn"), {}
    for side in {side for _, side in questions}:
        pipes[side], theirs = spawn.Pipe()
        spawn.Process(target=serve, args=(theirs, side), daemon=True).start()
        theirs.close()
    times = {question: [] for question in questions}
    for number in tqdm(range(ROUNDS + 1), "rounds", leave=False):
        shift = number % len(questions)
        for task, side in questions[shift:] + questions[:shift]:
            time.sleep(PAUSE)
            pipes[side].send(task)
            if number > 0:  # in the first round things are built
                times[task, side].append(pipes[side].recv())
            else:
                pipes[side].recv()
    for pipe in pipes.values():
        pipe.send(None)
    return times


def memory(task):
    """Return the most bytes that an epoch holds at once, beside the data it was given."""
    call, _ = companion(task)
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


# -------------------------------------------------------------------------------------- the table


class Row(NamedTuple):
    """A ratio in each round, and between which bounds its median should lie."""

    what: str
    against: str
    ratios: list
    least: float = -np.inf
    most: float = np.inf

    def __str__(self):
        low, ratio, high = np.quantile(self.ratios, (0.25, 0.5, 0.75))
        bounds = {"≥": self.least, "≤": self.most}
        wanted = [f"{sign} {bound:.2f}" for sign, bound in bounds.items() if np.isfinite(bound)]
        met = "met" if self.least <= ratio <= self.most else "**not met**"
        cells = [self.what, self.against, f"{ratio:.2f}", f"{low:.2f} to {high:.2f}"]
        return f"| {' | '.join([*cells, ', '.join(wanted), met if wanted else ''])} |"


def divided(times, one, other):
    """Divide the times of one by those of the other, round by round."""
    return [a / b for a, b in zip(times[one], times[other], strict=True)]


NETWORKS = [  # sizes, batch; wanted: share of the products' speed, share of PyTorch's time
    ((2, 8, 2), 4, -np.inf, 0.30),
    ((64, 64, 10), 32, -np.inf, 0.30),
    ((784, 256, 128, 10), 128, 0.60, 0.60),
    ((784, 1024, 1024, 10), 256, 0.70, 0.80),
]
EPOCH = Task((64, 64, 10), 32, "momentum", samples=1797)
GROWTH = [Task((784, 256, 128, 10), 128, "momentum", samples=2048 * k) for k in (1, 2, 4)]


def table():
    """Measure everything and return the rows."""
    steps = [
        (Task(sizes, batch, optimizer, samples=batch), *wanted)
        for sizes, batch, *wanted in NETWORKS
        for optimizer in LEARNING_RATES
    ]
    tasks = [task for task, *_ in steps] + [EPOCH]
    questions = [(task, side) for task in tasks for side in SIDES]
    questions.remove((EPOCH, pytorch_compiled))  # compiling is for a step
    times = measure(questions + [(task, companion) for task in GROWTH])

    ratios = partial(divided, times)
    rows = []
    for task, products_share, pytorch_share in steps:
        what = f"step, {'-'.join(map(str, task.sizes))}, batch {task.batch}, {task.optimizer}"
        if task.optimizer == "adam":
            products_share = -np.inf  # asked of momentum only
        ours = task, companion
        rows += [
            Row(what, "speed / matrix products", ratios((task, products), ours), products_share),
            Row(what, "time / PyTorch", ratios(ours, (task, pytorch)), most=pytorch_share),
            Row(what, "time / compiled PyTorch", ratios(ours, (task, pytorch_compiled)), most=1.0),
            Row(what, "time / scikit-learn", ratios(ours, (task, scikit_learn)), most=1.0),
        ]
    what = "epoch of digits, 64-64-10, batch 32, momentum"
    ours = EPOCH, companion
    rows += [
        Row(what, "speed / matrix products", ratios((EPOCH, products), ours)),
        Row(what, "time / PyTorch", ratios(ours, (EPOCH, pytorch))),
        Row(what, "time / scikit-learn", ratios(ours, (EPOCH, scikit_learn))),
    ]
    n, n2, n4 = ((task, companion) for task in GROWTH)
    what = "epoch, 784-256-128-10, of {} n samples, n = 2048"
    rows += [
        Row(what.format(2), "time / that of n samples", ratios(n2, n), 1.8, 2.2),
        Row(what.format(4), "time / that of n samples", ratios(n4, n), 3.6, 4.4),
    ]
    return rows + memory_rows() + activation_rows() + batch_rows()


def memory_rows():
    n, _, n4 = GROWTH
    held = {task: memory(task) for task in (n, n4)}
    sizes = n.sizes
    parameters = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))
    activations = n.batch * (sum(sizes) + sum(sizes[1:-1]))  # hidden ones before and after ReLU
    needed = 4 * (3 * parameters + activations)  # 3: themselves, their gradients, their velocity
    data = sum(part.nbytes for part in n4.data()) - sum(part.nbytes for part in n.data())
    what = "memory of an epoch, 784-256-128-10, beside the data"
    return [
        Row(what, "peak / parameters, gradients, velocity, activations", [held[n] / needed]),
        Row(what, "growth / growth of the data", [(held[n4] - held[n]) / data], most=0.01),
    ]


def in_turns(timed):
    """Return the times of all rounds for each call, by its name."""
    calls = {name: calls_in(call, SECONDS) for name, call in timed.items()}
    times = {name: [] for name in timed}
    for _ in range(ROUNDS):
        for name, call in timed.items():
            times[name].append(seconds(call, calls[name]) / calls[name])
    return times


def activation_rows():
    """What an activation costs, beside the cheapest and beside the matrix product before it."""
    rng = np.random.default_rng(0)
    x, z, out = rng.normal(size=(3, 100, 1000))
    W = rng.normal(size=(1000, 1000))

    def logistic():  # 1 / (1 + exp(-z)), without new arrays
        np.negative(z, out=out)
        np.exp(out, out=out)
        np.add(out, 1, out=out)
        np.reciprocal(out, out=out)

    timed = {
        "maximum": lambda: np.maximum(z, 0, out=out),
        "exp": lambda: np.exp(z, out=out),
        "tanh": lambda: np.tanh(z, out=out),
        "1 / (1 + exp(-z))": logistic,
        "matrix product": lambda: np.matmul(x, W, out=out),
    }
    times = in_turns(timed)
    what = "activation of 1000 units, batch 100, float64"
    pairs = [(name, "maximum") for name in ("exp", "tanh", "1 / (1 + exp(-z))")]
    pairs += [("1 / (1 + exp(-z))", "matrix product")]
    return [Row(what, f"{one} / {other}", divided(times, one, other)) for one, other in pairs]


def batch_rows():
    """What a batch costs beside a single sample: one layer's product, and a whole step."""
    rng = np.random.default_rng(0)
    W = rng.normal(size=(1000, 1000))
    batches = {n: rng.normal(size=(n, 1000)) for n in (1, 10, 100, 1000)}
    products = {n: partial(np.matmul, x, W) for n, x in batches.items()}
    tasks = {n: Task((64, 64, 10), n, "momentum", samples=n) for n in (1, 32)}
    steps = {n: companion(task)[0] for n, task in tasks.items()}
    rows = []
    with threadpool_limits(1):
        for what, timed in (
            ("inputs times weights of 1000 × 1000, float64, one thread", products),
            ("step, 64-64-10, momentum, one thread", steps),
        ):
            times = in_turns(timed)
            rows += [
                Row(what, f"batch {n} / batch 1", divided(times, n, 1)) for n in timed if n > 1
            ]
    return rows


TEXT = """\
# How fast the companion is

Made by `make benchmark`. Times of the companion in relation to others that take the same training
step (forward, loss, backward, optimizer) on the same machine, in one run, in float32 with ReLU.
A ratio is the median of {rounds} rounds; beside it stands where the middle half of the rounds lies.
Below 1 the companion is faster, except in "speed / matrix products": there 1 would be a step that
costs nothing but the 3L - 1 matrix products of its L layers, in NumPy with all arrays at hand.
PyTorch is eager, or its network went through `torch.compile`; scikit-learn is
`MLPClassifier.partial_fit`, {calls} batches a call. What grows in memory with the data is their
shuffled order, 8 bytes a sample. The last rows compare operations of NumPy with each other: what
the activation of a layer costs beside the cheapest one, `np.maximum(z, 0)`, and beside the product
of the inputs and the weights, 100 × 1000 times 1000 × 1000, that comes before it; and what such a
product, and a training step, cost for a batch beside the same for one sample.

Machine: {machine}.

| what | measured | ratio | middle half | wanted | |
|---|---|---|---|---|---|
{rows}
"""


def machine(**packages):
    """Name what the ratios depend on; `packages` are measured too, by the names to write."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    cpu = (models or [platform.processor() or platform.machine()])[0]
    blas = next(info for info in threadpool_info() if info["user_api"] == "blas")
    names = {"NumPy": "numpy", "scikit-learn": "scikit-learn"} | packages
    packages = ", ".join(f"{name} {version(package)}" for name, package in names.items())
    return (
        f"{cpu}, {os.cpu_count()} cores, {THREADS} threads, "
        f"{platform.system()}, Python {platform.python_version()}, {packages}; NumPy multiplies "
        f"with {blas['internal_api']} {blas['version']}"
    )


def main():
    if importlib.util.find_spec("torch") is None:
        return (
            "The benchmark compares with PyTorch, which is not installed: "
            f"{sys.executable} -m pip install -e '.[benchmark]'"
        )
    rows = "\n".join(map(str, table()))
    text = TEXT.format(
        rounds=ROUNDS, calls=STEPS_A_CALL, machine=machine(PyTorch="torch"), rows=rows
    )
    before = OUTPUT.read_text(encoding="utf-8") if OUTPUT.exists() else ""
    _, heading, grading = before.partition("## How fast grading is")  # benchmark_grading.py's part
    OUTPUT.write_text(f"{text}\n{heading}{grading}" if heading else text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
