"""`make reseed`: which printed lines of a notebook rest on its seeds, or on its learning rates."""

import ast
import inspect
import json

import nbformat
import notebooks
import pytest
import reseed
from nbformat.v4 import new_code_cell, new_notebook, new_output

from companion import optimizers

#: The first number of seed 0 is 0.637; of 1000, 2000 and 3000 it is 0.521, 0.575 and 0.437.
NUMPY = "import numpy as np\ndef draw(seed):\n    return np.random.default_rng(seed).random()"


@pytest.fixture
def executed(tmp_path):
    """Write a notebook with these code cells and what they print; return its path."""

    def execute(*cells):
        path = tmp_path / "page.ipynb"
        book = new_notebook(cells=[new_code_cell(cell) for cell in cells])
        notebooks.execute(book, path)
        nbformat.write(book, path)
        return path

    return execute


@pytest.fixture
def found(tmp_path):
    """Run the command; return its exit code and what it wrote as JSON."""

    def run(path, *options):
        file = tmp_path / "found.json"
        code = reseed.main([str(path), "--json", str(file), *options])
        return code, json.loads(file.read_text(encoding="utf-8"))

    return run


# --- Running again ----------------------------------------------------------------------------


def test_a_verdict_that_rests_on_one_seed_is_found_and_a_stable_one_is_not(executed, found, capsys):
    path = executed(NUMPY, "print('below 1:', draw(0) < 1)\nprint('above 0.55:', draw(0) > 0.55)")
    before = path.read_bytes()
    code, what = found(path, "--seeds", "2")
    assert path.read_bytes() == before
    assert (code, what["lines"], what["changed"], what["flips"]) == (1, 2, 1, 1)
    (flip,) = what["changes"]
    assert (flip["cell"], flip["line"], flip["runs"]) == (2, "above 0.55: True", 1)
    assert flip["said"] == ["above 0.55: False"]
    told = capsys.readouterr().out
    assert "Code cell 2: a verdict flips in 1 of 2 runs" in told
    assert "a flip is a question, not a proof" in told


def test_what_rests_on_no_seed_passes(executed, found, capsys):
    path = executed(NUMPY, "print('below 1:', draw(0) < 1, 2 + 2)")
    code, what = found(path, "--seeds", "1")
    assert (code, what["lines"], what["changes"], what["largest_move"]) == (0, 1, [], None)
    assert "not a proof" not in capsys.readouterr().out


SEEDS = {
    "a literal": "np.random.default_rng(3).random()",
    "an argument": "draw(seed=3)",
    "an argument without its name": "draw(3)",
    "a default": "(lambda seed=3: draw(seed))()",
    "a range": "[draw(seed) for seed in range(2)]",
    "a range with another start": "[draw(k) for k in range(100, 102)]",
    "the place in a list": "[[draw(9), draw(8)][seed] for seed in range(2)]",
    "a range with a name": "[draw(seed) for seed in SEEDS]",
    "a list": "[draw(seed) for seed in [3, 1, 4]]",
    "a NumPy number": "[draw(seed) for seed in np.arange(2)]",
    "several numbers at once": "draw((3, 1))",
    "another name": "make(3).random()",
}


def test_a_seed_is_found_however_it_is_written(executed, found):
    start = f"{NUMPY}\nfrom numpy.random import default_rng as make\nSEEDS = range(2)"
    path = executed(start, *(f"print({draw})" for draw in SEEDS.values()))
    _, what = found(path, "--seeds", "1")
    assert [one["cell"] for one in what["changes"]] == list(range(2, 2 + len(SEEDS)))


def test_what_has_no_seed_or_has_it_inside_a_package_stays(executed, found, tmp_path):
    (tmp_path / "package.py").write_text(
        "import numpy as np\ndef draw(): return np.random.default_rng(3).random()"
    )
    path = executed(
        "import numpy as np, package\nprint(package.draw())",
        "rng = np.random.default_rng()\nprint(np.random.default_rng(rng) is rng)",
        "print(np.random.default_rng(np.random.PCG64(3)).random())",
    )
    assert found(path, "--seeds", "1")[1]["changes"] == []


def test_a_cell_that_fails_is_reported_and_the_rest_goes_on(executed, found, capsys):
    path = executed(
        f"{NUMPY}\nx = draw(0)",
        "print(x)\nassert x > 0.55",
        "if x < 0.55:\n    raise ValueError('small:\\nx')\nprint('late')",
        "import warnings\nif x < 0.55:\n    warnings.warn('small')",
        "print(x)",
    )
    code, what = found(path, "--seeds", "3")  # the second is above 0.55
    assert code == 1 and what["failing"] == 2 and what["flips"] == 0
    assert [(one["cell"], one["runs"], one["said"]) for one in what["errors"]] == [
        (2, 2, ["AssertionError: assert x > 0.55"]),
        (3, 2, ["ValueError: small:"]),
    ]
    assert [(one["cell"], one["said"]) for one in what["warnings"]] == [(4, ["UserWarning: small"])]
    assert [(one["cell"], one["runs"]) for one in what["changes"]] == [(2, 1), (5, 3)]
    assert "Code cell 3: fails in 2 of 3 runs\n  → ValueError: small:" in capsys.readouterr().out


def test_a_run_that_comes_to_no_end_does_not_stop_the_others(executed, found, capsys):
    path = executed(f"{NUMPY}\nimport os", "if 0.55 < draw(0) < 0.6:\n    os._exit(3)", "draw(0)")
    code, what = found(path, "--seeds", "3")
    assert code == 1
    assert what["stopped"] == [f"Code cell 2 of {path} ended its Python process."]
    assert [one["runs"] for one in what["changes"]] == [2]
    assert "1 of 3 runs came to no end. Code cell 2" in capsys.readouterr().out


def test_two_processes_find_the_same_as_one(executed, found):
    path = executed(NUMPY, "print(draw(0), draw(1))")
    results = [found(path, "--seeds", "2", "--jobs", jobs) for jobs in "12"]
    assert results[0] == results[1]
    assert len(results[0][1]["changes"][0]["said"]) == 2


def test_other_rates_leave_the_seeds(executed, found, capsys):
    path = executed(
        f"{NUMPY}\nprint(draw(0))",
        "def train(lr=0.5):\n    return lr < 1.2",
        "print(train(), train(lr=0.7))",
    )
    code, what = found(path, "--rates", "0.5", "2")
    assert (code, what["values"]) == (1, [0.5, 2])
    assert [one["said"] for one in what["changes"]] == [["True False"]]
    assert "not a proof" not in capsys.readouterr().out


def test_what_cannot_be_compared_is_refused(tmp_path, capsys):
    path = tmp_path / "new.ipynb"
    for count, options, why in (
        (None, [], f"{path} has not been executed"),
        (1, ["--rates", "2"], "No learning rate is written as a number"),
    ):
        cell = new_code_cell("x = 1", execution_count=count)
        nbformat.write(new_notebook(cells=[cell]), path)
        assert reseed.main([str(path), *options]) == 1
        assert why in capsys.readouterr().err
    assert reseed.main([str(tmp_path / "missing.ipynb")]) == 1
    assert "There is no notebook" in capsys.readouterr().err


def test_ten_seeds_unless_told(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(reseed, "run", lambda path, kind, value: asked.append(value) or "No.")
    path = tmp_path / "page.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1", execution_count=1)]), path)
    assert reseed.main([str(path)]) == 1
    assert asked == [1000 * k for k in range(1, 11)]


# --- Rates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "doubled"),
    [
        ("f(lr=0.1, l=0.1)", "f(lr=0.2, l=0.1)"),
        ("SGD(0.1)", "SGD(0.2)"),
        ("optimizers.Adam(0.01, 0.9)", "optimizers.Adam(0.02, 0.9)"),
        ("Adam(lr=0.01)", "Adam(lr=0.02)"),
        ("Dense(4, 3)", None),
        ("SGD(lr)", None),
        ("f(lr=lr)", None),
        ("LR = 0.1", "LR = 0.2"),
        ("LR = 1e-3  # why", "LR = 0.002"),
        ("rates = {'SGD': 0.5, 'Adam': (0.01, 0.1)}", "rates = {'SGD': 1.0, 'Adam': (0.02, 0.2)}"),
        ("std, rate = 0.1, 0.1", "std, rate = (0.1, 0.2)"),
        ("stds, rates = f(3), (0.1, 1)", "stds, rates = (f(3), (0.2, 2.0))"),
        ("rates = [SGD(0.1)]", "rates = [SGD(0.2)]"),
        ("rate = wrong / 200", None),
        ("for lr in (0.1, 0.3):\n    pass", "for lr in (0.2, 0.6):\n    pass"),
        ("[f(r, lr) for r, lr in [(1, 2)]]", "[f(r, lr) for r, lr in [(1, 4.0)]]"),
        ("for lr in rates:\n    pass", None),
        ("def f(x, y=3, lr=0.5, *, rate=1): pass", "def f(x, y=3, lr=1.0, *, rate=2.0):\n    pass"),
        ("def f(x, *, y, lr=0.5): pass", "def f(x, *, y, lr=1.0):\n    pass"),
        ("lr = True", None),
        ("%time f(lr=0.1)", None),
        ("print(f'{f(lr=0.1)} at a rate of 0.1')", "print(f'{f(lr=0.2)} at a rate of 0.1')"),
    ],
)
def test_rates_that_are_written_as_numbers_are_multiplied(source, doubled):
    changed = reseed.scale_rates(source, 2)
    assert changed == (doubled or source)
    if not source.startswith("%"):
        ast.parse(changed)


def test_every_optimizer_of_the_companion_is_known():
    named = [getattr(optimizers, name) for name in reseed.OPTIMIZERS]
    kinds = [one for one in vars(optimizers).values() if inspect.isclass(one)]
    assert set(named) == {one for one in kinds if issubclass(one, optimizers.Optimizer)}
    for name in ("SGD", "Adam"):
        assert reseed.scale_rates(f"{name}(3)", 2) == f"{name}(6.0)"


# --- What has changed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("loss 0.25 after 20 epochs, W1 stays", ["0.25", "20"]),
        ("[-1.5  2. ] 1-2 3/4", ["-1.5", "2.", "1", "2", "3", "4"]),
        ("1,797 images, (1,5) 2e-05 3%", ["1,797", "1", "5", "2e-05", "3"]),
    ],
)
def test_numbers_are_found_in_a_line(line, numbers):
    assert reseed.NUMBER.findall(line) == numbers


def test_each_number_that_moves_has_its_range():
    old, runs = "of 20:  9 right, at 1.5", ["of 20: 10 right, at 1.5", "of 20:  8 right, at 1.2"]
    what = reseed.change(old, runs)
    assert what["kind"] == "numbers" and what["runs"] == 2
    assert what["numbers"] == [
        {"old": "9", "min": "8", "max": "10", "relative": pytest.approx(1 / 9)},
        {"old": "1.5", "min": "1.2", "max": "1.5", "relative": pytest.approx(0.2)},
    ]


@pytest.mark.parametrize(("old", "new"), [("0", "3"), ("3", "1e999")])
def test_from_zero_and_to_infinity_there_is_no_relative_move(old, new):
    (moved,) = reseed.change(f"loss {old}", [f"loss {new}", f"loss {old}"])["numbers"]
    assert moved == {"old": old, "min": old, "max": new, "relative": None}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("0.5 < 1: True", "0.7 < 1: True", "numbers"),
        ("0.5 < 1: True", "1.2 < 1: False", "flip"),
        ("True", "(nothing)", "flip"),
        ("(nothing)", "True", "words"),
        ("best: Adam", "best: SGD", "words"),
        ("loss 1.5", "loss nan", "words"),
    ],
)
def test_a_change_is_a_flip_or_other_words_or_other_numbers(old, new, kind):
    assert reseed.change(old, [old, new])["kind"] == kind


def test_numbers_of_a_verdict_that_flips_are_followed_too():
    numbers = reseed.change("0.5: True", ["0.7: False"])["numbers"]
    assert [(one["old"], one["max"]) for one in numbers] == [("0.5", "0.7")]


def page(*outputs):
    return new_notebook(cells=[new_code_cell("x", outputs=[one]) for one in outputs])


def stdout(text):
    return new_output("stream", text=text)


def test_the_largest_relative_move_is_that_of_any_line():
    results = [reseed.said(page(stdout("10\n"), stdout(f"a\nb {b}\n"))) for b in (2, 3)]
    what = reseed.compare(page(stdout("9\n"), stdout("a\nb 2\n")), results)
    assert (what["lines"], what["changed"]) == (3, 2)
    largest = what["largest_move"]
    assert (largest["cell"], largest["line"], largest["relative"]) == (2, "b 2", 0.5)


def test_lines_that_come_or_go_are_changes():
    results = [reseed.said(page(stdout(text))) for text in ("a\nb\nc: True\n", "a\n")]
    what = reseed.compare(page(stdout("a\nb\n")), results)
    said = [(one["kind"], one["line"], one["said"]) for one in what["changes"]]
    assert said == [
        ("words", "b", ["(nothing)"]),
        ("words", "(nothing)", ["c: True"]),
    ]
    assert (what["lines"], what["changed"], what["flips"]) == (2, 1, 0)


def test_a_cell_that_shows_an_error_may_show_it_again():
    def error(name, value):
        return new_output("error", ename=name, evalue=value, traceback=[])

    stored = page(error("ValueError", "got 3"))
    again, other = error("ValueError", "got 4"), error("KeyError", "4")
    results = [reseed.said(page(one)) for one in (again, other, stdout("4\n"))]
    (what,) = reseed.compare(stored, results)["errors"]
    assert (what["runs"], what["said"]) == (2, ["KeyError: 4", "no error"])


def test_only_what_a_reader_sees_as_text_is_a_line():
    picture = {"text/plain": "<Figure size 600x400>", "image/png": "AAAA"}
    shown = page(
        new_output("display_data", data=picture),
        new_output("execute_result", data={"text/plain": "array([[1],\n       [2]])"}),
        stdout("one\n\ntwo\n"),
    )
    lines = [one.lines for one in reseed.said(shown)]
    assert lines == [[], ["array([[1],", "       [2]])"], ["one", "two"]]


def test_all_adds_the_ranges_of_the_numbers(executed, capsys):
    path = executed(NUMPY, "print(f'share {draw(0):.2f} of 1')")
    assert reseed.main([str(path), "--seeds", "2"]) == 0
    told = capsys.readouterr().out
    assert "share" not in told and "of 1 printed lines 1 change" in told
    assert reseed.main([str(path), "--seeds", "2", "--all"]) == 0
    told = capsys.readouterr().out
    assert "other numbers in 2 of 2 runs\n    share 0.64 of 1\n    0.64: 0.52 to 0.58\n" in told
