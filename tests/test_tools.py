"""The tools behind `make notebooks` and `make exercises`, and the notice of what has changed."""

import base64
import os
import shutil
import struct
import subprocess
import sys
import zlib

import changes
import exercises
import nbformat
import notebooks
import pytest
import run_tests
from kernels import lose_kernels
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

SOURCES = sorted(exercises.SOURCES.glob("*.ipynb"))


@pytest.fixture
def stored(tmp_path):
    """Write a notebook with these code cells; return its path."""

    def store(*cells):
        path = tmp_path / "page.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), path)
        return path

    return store


# --- Executing --------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(stored):
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()"
    path = stored("x = 2\nprint('one')\nprint('two')\nx", plot, "import os; print(os.getcwd())")
    assert notebooks.main([str(path)]) == 0
    first = path.read_bytes()
    assert notebooks.main([str(path)]) == 0
    assert path.read_bytes() == first
    cells = notebooks.read(path).cells
    assert [cell.execution_count for cell in cells] == [1, 2, 3]
    assert cells[0].outputs[0].text == "one\ntwo\n"
    assert "image/png" in cells[1].outputs[0].data
    assert cells[2].outputs[0].text.strip() == str(path.parent)


def test_a_kernel_that_does_not_start_is_started_again(stored, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = stored("print('one')")
    lose_kernels(tmp_path, 2)
    assert notebooks.main([str(path)]) == 0
    assert notebooks.read(path).cells[0].outputs[0].text == "one\n"
    assert capsys.readouterr().err.count("A kernel did not start, trying again") == 2
    lose_kernels(tmp_path, 9)
    assert notebooks.main([str(path)]) == 1
    assert f"No kernel started for {path}: Kernel died" in capsys.readouterr().err


def test_only_a_kernel_that_does_not_start_is_started_again():
    calls = []

    def fail():
        calls.append(1)
        raise RuntimeError("Kernel died")  # what nbclient says of a cell that ended its process

    with pytest.raises(RuntimeError):
        notebooks.started(fail)
    assert len(calls) == 1


def nbval(folder, path):
    """Compare a notebook as `make test` does; return the exit code and what was printed."""
    shutil.copy(exercises.ROOT / "book" / "conftest.py", folder)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", *run_tests.NBVAL, "-n", "1", str(path)),
            *("-c", str(exercises.ROOT / "pyproject.toml")),
            *("--rootdir", str(folder), "--confcutdir", str(folder)),
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "MPLBACKEND": "Agg"},
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def test_nbval_starts_a_kernel_again_and_fails_for_another_output(stored, tmp_path):
    path = stored("print('one')", "import os\nos.environ['MPLBACKEND']")
    assert notebooks.main([str(path)]) == 0
    lose_kernels(tmp_path, 2)
    code, said = nbval(tmp_path, path)
    assert code == 0 and "2 passed" in said, said
    assert said.count("A kernel did not start, trying again") == 2

    path.write_text(path.read_text(encoding="utf-8").replace("one\\n", "two\\n"), encoding="utf-8")
    lose_kernels(tmp_path, 1)
    code, said = nbval(tmp_path, path)
    assert code == 1 and "1 failed" in said, said
    assert not (tmp_path / "lose").exists()  # the comparison itself was not repeated


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("1 / 0", "Code cell 2 of {path} failed with ZeroDivisionError: division by zero."),
        (
            "import warnings\nwarnings.warn('no')",
            "Code cell 2 of {path} wrote a warning: UserWarning: no.",
        ),
        ("import os\nos._exit(3)", "Code cell 2 of {path} ended its Python process."),
        ("while True: pass", "Code cell 2 of {path} took longer than {limit} seconds."),
    ],
)
def test_a_cell_that_fails_leaves_the_file_as_it_was(stored, capsys, monkeypatch, cell, sentence):
    limit = 10 if "while" in cell else notebooks.TIMEOUT  # long enough for the first cell
    monkeypatch.setattr(notebooks, "TIMEOUT", limit)
    path = stored("x = 1", cell)
    before = path.read_bytes()
    assert notebooks.main([str(path)]) == 1
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    told = capsys.readouterr().err.strip()
    assert told == f"{sentence.format(path=path, limit=limit)} The file was left as it was."


def test_what_is_no_notebook_is_named(tmp_path, capsys):
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{ no")
    assert notebooks.main([str(broken), str(tmp_path / "missing.ipynb")]) == 1
    first, second = capsys.readouterr().err.strip().splitlines()
    assert f"{broken} cannot be read as a notebook" in first
    assert f"There is no notebook {tmp_path / 'missing.ipynb'}." in second


def test_settings_of_the_person_at_the_keyboard_do_not_reach_the_book(
    stored, tmp_path, monkeypatch
):
    mine = tmp_path / "mine"
    (mine / "profile_default" / "startup").mkdir(parents=True)
    (mine / "profile_default" / "startup" / "mine.py").write_text("mine = 1")
    (mine / "matplotlibrc").write_text("lines.linewidth: 7")
    monkeypatch.setenv("IPYTHONDIR", str(mine))
    monkeypatch.setenv("MATPLOTLIBRC", str(mine / "matplotlibrc"))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    path = stored(
        "'mine' in globals()",
        "import matplotlib\nmatplotlib.rcParams['lines.linewidth']",
        "import os\nos.environ['OPENBLAS_NUM_THREADS']",
        "os.environ['MPLBACKEND']",
        "import sys\nsys.warnoptions",
    )
    assert notebooks.main([str(path)]) == 0
    shown = [cell.outputs[0].data["text/plain"] for cell in notebooks.read(path).cells]
    inline = "'module://matplotlib_inline.backend_inline'"
    assert shown == ["False", "1.5", "'1'", inline, "[]"]


IMPATIENT = """import threading
class Impatient(threading.Timer):
    def __init__(self, interval, *rest, **named):
        super().__init__(0 if interval == 5 else interval, *rest, **named)
threading.Timer = Impatient
"""


def test_a_long_search_for_fonts_writes_no_warning_into_a_notebook(stored, tmp_path):
    """On a new or busy machine Matplotlib takes more than 5 s, and says so: here at once."""
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "sitecustomize.py").write_text(IMPATIENT)
    path = stored("import matplotlib.pyplot as plt")
    subprocess.run(
        [sys.executable, notebooks.__file__, str(path)],
        env=os.environ | {"PYTHONPATH": str(settings), "MPLCONFIGDIR": str(settings)},
        check=True,
    )


def test_only_normalise_runs_nothing(stored):
    path = stored("1 / 0")
    assert notebooks.main(["--only-normalise", str(path)]) == 0
    (cell,) = notebooks.read(path).cells
    assert cell.execution_count is None and cell.outputs == []


# --- Normalising ------------------------------------------------------------------------------


def normal(*cells, **metadata):
    notebook = new_notebook(cells=cells, metadata=metadata)
    notebooks.normalise(notebook)
    return notebook


def test_normalise_keeps_what_the_book_needs_only():
    kept = {"tags": ["claim-a"], "mystnb": {"image": {"alt": "x"}}, "deletable": False}
    cell = new_code_cell("1", metadata={**kept, "collapsed": True, "execution": {"t": "1"}})
    notebook = normal(
        cell,
        new_code_cell("  \n"),
        widgets={"state": 1},
        language_info={"name": "python", "version": "3"},
    )
    assert [dict(cell.metadata) for cell in notebook.cells] == [kept]
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}


def test_ids_follow_from_the_content_and_are_unique():
    cells = ["a", "a", "b"]
    first, again = (normal(*map(new_code_cell, cells)) for _ in range(2))
    ids = [cell.id for cell in first.cells]
    assert ids == [cell.id for cell in again.cells]
    assert len(set(ids)) == 3
    moved = normal(*map(new_code_cell, ["b", *cells[:2]]))
    assert sorted(cell.id for cell in moved.cells) == sorted(ids)
    assert normal(new_markdown_cell("a")).cells[0].id not in ids


def test_counts_run_from_1_and_a_cell_that_never_ran_stays_so():
    cells = [new_code_cell("a", execution_count=7), new_code_cell("b")]
    cells.append(new_code_cell("c", execution_count=2))
    cells[2].outputs = [new_output("execute_result", data={"text/plain": "c"}, execution_count=2)]
    notebook = normal(*cells)
    assert [cell.execution_count for cell in notebook.cells] == [1, None, 3]
    assert notebook.cells[2].outputs[0].execution_count == 3


def test_outputs_lose_what_differs_from_run_to_run():
    pieces = [new_output("stream", name="stdout", text=text) for text in ("a", "b\n")]
    error = new_output(
        "error", ename="ValueError", evalue="no", traceback=["File /tmp/1", "line 3"]
    )
    cell = new_code_cell("x", execution_count=1)
    cell.outputs = [*pieces, error]
    outputs = normal(cell).cells[0].outputs
    assert [output.get("text") for output in outputs] == ["ab\n", None]
    assert outputs[1].traceback == ["ValueError: no"]


def test_a_picture_loses_its_text_and_nothing_else():
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    def encoded(*chunks):
        return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()

    kept = [chunk(b"IHDR", b"size"), chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")]
    text = chunk(b"tEXt", b"Software\0Matplotlib version 3")
    assert notebooks.png_without_text(encoded(kept[0], text, *kept[1:])) == encoded(*kept)


# --- Student notebooks ------------------------------------------------------------------------


def marked(source, kind="code", **marks):
    marks = {"grade": False, "solution": False, "locked": False, "schema_version": 3, **marks}
    make = new_code_cell if kind == "code" else new_markdown_cell
    return make(source, metadata={"nbgrader": marks})


def source_notebook():
    solution = "def f(x):\n    ### BEGIN SOLUTION\n    return x + 41\n    ### END SOLUTION"
    test = "print(f(1))\n### BEGIN HIDDEN TESTS\nassert f(2) == 43\n### END HIDDEN TESTS"
    return new_notebook(
        cells=[
            new_markdown_cell("Write f."),
            marked(solution, solution=True, grade_id="f"),
            marked(test, grade=True, locked=True, points=1, grade_id="f-test"),
            marked(
                "Because of 41.", "markdown", grade=True, solution=True, points=1, grade_id="why"
            ),
        ]
    )


def test_a_student_gets_neither_solutions_nor_hidden_tests():
    source = source_notebook()
    student = exercises.student_version(source)
    assert [cell.source for cell in student.cells] == [
        "Write f.",
        "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
        "print(f(1))",
        "YOUR ANSWER HERE",
    ]
    assert student.cells[2].metadata.editable is False
    assert student.cells[1].metadata.nbgrader.checksum
    assert "return x + 41" in source.cells[1].source  # the source is not changed
    assert notebooks.as_text(student) == notebooks.as_text(exercises.student_version(source))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"source": "### BEGIN SOLUTION\nf = 1"}, "no end solution"),
        ({"metadata": {}}, "non-solution cell"),
        ({"source": "### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS"}, "hidden tests? region"),
    ],
)
def test_a_source_with_wrong_marks_is_refused(change, why):
    source = source_notebook()
    source.cells[1].update(nbformat.from_dict(change))
    if "HIDDEN" in source.cells[1].source:
        source.cells[1].metadata = {}
    with pytest.raises(RuntimeError, match=f"(?i){why}"):
        exercises.student_version(source)


def test_a_cell_that_would_be_empty_is_refused():
    source = source_notebook()
    source.cells[2].source = "### BEGIN HIDDEN TESTS\nassert f(2) == 43\n### END HIDDEN TESTS"
    with pytest.raises(ValueError, match="f-test is empty without its hidden part"):
        exercises.student_version(source)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_stored_student_notebooks_are_those_of_the_sources(path):
    def unexecuted(notebook):
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.execution_count, cell.outputs = None, []
        return notebooks.as_text(notebook)

    stored = notebooks.read(exercises.SOURCES.parent / path.name)
    made = exercises.student_version(notebooks.read(path))
    notebooks.normalise(made)
    assert unexecuted(stored) == unexecuted(made), "make exercises writes the student notebooks"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_line_of_a_solution_is_in_the_student_notebook(path):
    hidden, visible = set(), set()
    for cell in notebooks.read(path).cells:
        inside = False
        for line in map(str.strip, cell.source.splitlines()):
            inside = (inside or "### BEGIN" in line) and "### END" not in line
            (hidden if inside and "### BEGIN" not in line else visible).add(line)
    student = (exercises.SOURCES.parent / path.name).read_text(encoding="utf-8")
    lines = {
        line.strip()
        for cell in nbformat.reads(student, 4).cells
        for line in cell.source.splitlines()
    }
    assert hidden - visible, "the source has no solution"
    assert (hidden - visible) & lines == set()
    assert "### BEGIN" not in student and "### END" not in student


# --- What has changed -------------------------------------------------------------------------


def test_a_digest_follows_from_names_and_contents(tmp_path):
    (tmp_path / "folder" / "__pycache__").mkdir(parents=True)
    file = tmp_path / "folder" / "file.py"

    def now():
        return changes.digest(["folder", "missing"], root=tmp_path)

    file.write_text("a = 1")
    first = now()
    os.utime(file, (1, 1))
    (tmp_path / "folder" / "__pycache__" / "file.pyc").write_text("x")
    assert now() == first
    file.write_text("a = 2")
    second = now()
    file.rename(file.with_name("other.py"))
    assert len({first, second, now()}) == 3


def test_a_digest_follows_from_what_is_installed(tmp_path, monkeypatch):
    first = changes.digest([], root=tmp_path)
    monkeypatch.setattr(changes, "installed", lambda: "numpy==2.0")
    assert changes.digest([], root=tmp_path) != first


def test_a_stamp_holds_until_something_changes(tmp_path):
    stamp = changes.Stamp("part", "one", root=tmp_path)
    assert not stamp.is_current()
    stamp.set()
    assert changes.Stamp("part", "one", root=tmp_path).is_current()
    assert not changes.Stamp("part", "two", root=tmp_path).is_current()
    stamp.drop()
    assert not stamp.is_current()


def test_only_what_changed_is_tested_again(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("1")
    ran, passing = [], [False, True, True, True]
    monkeypatch.setattr(run_tests, "parts", lambda: [("part", ["file"], ["arguments"])])
    monkeypatch.setattr(run_tests, "digest", lambda names: changes.digest(names, root=tmp_path))
    monkeypatch.setattr(run_tests, "Stamp", lambda *a: changes.Stamp(*a, root=tmp_path))
    monkeypatch.setattr(run_tests, "passes", lambda arguments: ran.append(1) or passing.pop(0))

    def run(*options):
        monkeypatch.setattr("sys.argv", ["run_tests.py", *options])
        ran.clear()
        return run_tests.main(), len(ran)

    assert run() == (1, 1)
    assert "Failed: part." in capsys.readouterr().err
    assert run() == (0, 1)  # what failed is run again
    assert run() == (0, 0)
    assert "nothing has changed (make test FORCE=1" in capsys.readouterr().out
    assert run("--force") == (0, 1)
    (tmp_path / "file").write_text("2")
    assert run() == (0, 1)
