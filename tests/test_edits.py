"""A reader changes one number in a chapter and runs on: a result, or an error in a sentence."""

import contextlib
import io
import re

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from notebooks import ROOT, read

A_RESULT = None
AT_LEAST_1 = "must be a whole number of at least 1, got 0"
RATE_0 = "lr must be a number above 0, got 0"

#: Chapter, what stands in one of its cells, what a reader writes there, how many more cells are
#: run, and what comes of it: a result, or an error with such a message.
EDITS = [
    ("01-perceptron", "classes = 1, 8", "classes = 3, 8", 1, A_RESULT),
    ("01-perceptron", "pair = 0, 1", "pair = 3, 12", 0, r"be some of .* got \[3, 12\]"),
    ("01-perceptron", "w=[3, 4], b=-10, n", "w=[0, 0], b=-10, n", 0, "no boundary to draw"),
    ("01-perceptron", "learn(x, y, epochs=100)", "learn(x, y, epochs=1)", 2, "learn's epochs"),
    ("02-xor", "(x, y, epochs=1000)", "(x, y, epochs=0)", 0, f"epochs {AT_LEAST_1}"),
    ("02-xor", "for _ in range(100)]", "for _ in range(10)]", 1, A_RESULT),
    ("02-xor", "data.moons(400", "data.moons(200", 2, A_RESULT),
    ("03-forward", "few, many = 8, 48", "few, many = 3, 20", 1, A_RESULT),
    ("03-forward", "units = 20, 8, 9", "units = 20, 7, 5", 1, A_RESULT),
    ("03-forward", "data.houses(1000", "data.houses(50", 9, A_RESULT),
    ("03-forward", "np.array([0, 1, 3])", "np.array([0, 1, 1])", 0, "x in increasing order"),
    ("04-softmax", "[1.45, 2, -1.4]", "[1000, 2, -1.4]", 0, "overflows .* take lower scores"),
    ("04-softmax", "size=(1000, 10)", "size=(100, 10)", 1, A_RESULT),
    ("04-softmax", "for T in (0.05,", "for T in (0,", 0, "temperature .* above 0, got 0"),
    ("04-softmax", "[0, 2, 1, 1]", "[0, 3, 1, 1, 2]", 2, A_RESULT),
    ("04-softmax", "z=-10.0", "z=-20.0", 0, "millions of steps: raise rate or z"),
    ("05-gradient-descent", "0.115: plots", "100: plots", 0, "overflows: lower the rate 100"),
    ("05-gradient-descent", "marks = 0, 1, 2, 10, 100, 400", "marks = 0, 50", 1, A_RESULT),
    ("05-gradient-descent", "lr=0.1, steps", "lr=1, steps", 0, "without end: lower the rate 1"),
    ("05-gradient-descent", "SGD(lr=1.0), []", "SGD(lr=0.1), []", 1, A_RESULT),
    ("06-backpropagation", "2, -3, -3, -1, -2", "4, -3, -3, -1, -2", 3, A_RESULT),
    ("06-backpropagation", "default_rng(0), 6", "default_rng(0), 3", 0, A_RESULT),
    ("06-backpropagation", "[0, 1, 1, 0, 1]", "[0, 2, 1, 0, 1]", 0, "labels .* 0 to 1, got 2"),
    ("07-activations", "hidden=10, init", "hidden=3, init", 2, A_RESULT),
    ("07-activations", "lr=0.1, epochs=6", "lr=0, epochs=6", 1, RATE_0),
    ("07-activations", '("relu", plots', '("swish", plots', 0, "unknown activation 'swish'; there"),
    ("08-initialization", "layers=10", "layers=5", 0, "keep 10 layers here"),
    ("08-initialization", "epochs, best = 5", "epochs, best = 1", 1, A_RESULT),
    ("08-initialization", "1: 0.2}", "1: 0}", 0, RATE_0),
    ("09-batch-normalization", "x_train[:256]", "x_train[:1]", 0, "two samples or more, got one"),
    ("09-batch-normalization", "momentum=0.9", "momentum=1", 0, "from 0 to below 1, got 1"),
    ("09-batch-normalization", "(4, 8, 2, 6, 5)", "(4, 8, 2, 6)", 1, A_RESULT),
    ("10-optimizers", "0.9, 0.95)", "0.9, 1)", 0, "mu .* 0 to below 1, got 1"),
    ("10-optimizers", "(0.4, 0.8, 1.2)", "(0.4, 0.8, 30)", 0, A_RESULT),
    ("10-optimizers", "hidden=(32,)", "hidden=()", 1, A_RESULT),
    ("11-regularization", "hidden=100, p=0)", "hidden=100, p=1.0)", 1, "p .* below 1, got 1.0"),
    ("11-regularization", "epochs=60", "epochs=0", 1, f"epochs {AT_LEAST_1}"),
    (
        "11-regularization",
        "Dropout(0.5, rng=np.random.default_rng(1))",
        "Dropout(0.5, rng=np.random.default_rng(2))",
        0,
        "give both the same seed",
    ),
    ("11-regularization", "n=100, wrong=20", "n=3, wrong=3", 3, A_RESULT),
    ("12-search", "lr=0.2, lam", "lr=0, lam", 6, RATE_0),
    ("12-search", "folds(6, 3", "folds(6, 7", 0, "take 2 to n folds"),
    ("12-search", "folds(6, 3", "folds(6, 2", 1, A_RESULT),
    ("12-search", "default_rng(5) for", "default_rng(6) for", 0, A_RESULT),
    ("13-digits", "epochs=30", "epochs=0", 0, f"epochs {AT_LEAST_1}"),
    ("13-digits", "lr=0.01, steps=2100", "lr=0, steps=2100", 3, RATE_0),
    ("13-digits", "range(100, 105)", "range(100, 101)", 5, A_RESULT),
    ("refresher", "at, h = 2.0", "at, h = 3.0", 0, A_RESULT),
]


def cells_of(chapter):
    notebook = read(ROOT / "book" / f"{chapter}.ipynb")
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def draw(*args, **kwargs):
    """Stand in for `plt.show`: what is wrong with a figure comes out when it is drawn."""
    for number in plt.get_fignums():
        plt.figure(number).canvas.draw()
    plt.close("all")


@pytest.fixture
def namespace(monkeypatch):
    monkeypatch.setattr(plt, "show", draw)
    with mpl.rc_context():
        plt.switch_backend("Agg")
        yield {"__name__": "__main__"}
        plt.close("all")


def run(cells, namespace):
    with contextlib.redirect_stdout(io.StringIO()):
        for number, source in enumerate(cells, start=1):
            exec(compile(source, f"code cell {number}", "exec"), namespace)


@pytest.mark.parametrize(
    ("chapter", "old", "new", "more", "outcome"),
    [pytest.param(*edit, id=f"{edit[0]}: {edit[1]} to {edit[2]}") for edit in EDITS],
)
def test_who_changes_a_number_gets_a_result_or_a_sentence(
    chapter, old, new, more, outcome, namespace
):
    cells = cells_of(chapter)
    counts = [source.count(old) for source in cells]
    assert sum(counts) == 1, f"{old!r} must stand once in the code of {chapter}"
    place = counts.index(1)
    cells[place] = cells[place].replace(old, new)
    run(cells[:place], namespace)
    after = cells[place : place + more + 1]
    if outcome is A_RESULT:
        run(after, namespace)
    else:
        with pytest.raises((ValueError, AssertionError)) as caught:
            run(after, namespace)
        assert re.search(outcome, str(caught.value))


def test_each_chapter_has_edits():
    chapters = {path.stem for path in (ROOT / "book").glob("[0-9][0-9]-*.ipynb")}
    assert chapters <= {chapter for chapter, *_ in EDITS}
