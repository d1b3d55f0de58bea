"""Measure how fast notebooks are graded, beside nbgrader, on the same notebooks and one core.

python tests/benchmark_grading.py      writes the last part of benchmarks.md (some minutes)
"""

import contextlib
import io
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTPUT, HEADING = ROOT / "benchmarks.md", "## How fast grading is"
SOURCES = ROOT / "book" / "exercises" / "source"
CHAPTER, ROUNDS, NOTEBOOKS, WITH_NBGRADER = "04-softmax", 5, 40, 2  # of a round

TEXT = """\
{heading}

Made by `make benchmark-grading`: {rounds} rounds. In each, {notebooks} solutions of the exercises
of chapter 4 are graded one after the other by one process, sandbox included, and {with_nbgrader}
by nbgrader's `autograde`, which has no sandbox. The ratios compare the two within a round.

Machine: {machine}.

| what | median | range of the rounds |
|---|---|---|
| a notebook, `python -m companion.grading grade --jobs 1` | {ours} ms |
| a notebook, nbgrader's autograde | {theirs} ms |
| nbgrader's time / ours | {ratio} |
"""


def ours(folder, count):
    """Return the seconds that grading takes for each of so many notebooks."""
    from companion.grading.__main__ import main

    key, collected = folder / "term" / "key.json", folder / "collected"
    with contextlib.redirect_stdout(io.StringIO()):
        main(["release", "--chapter", "4", "--seed", "a secret", "--out", str(key.parent)])
        collected.mkdir()
        for i in range(count):
            shutil.copy(SOURCES / f"{CHAPTER}.ipynb", collected / f"student{i:03}.ipynb")
        begin = time.perf_counter()
        order = ["--key", str(key), "--out", str(folder / "grades.csv"), "--jobs", "1"]
        done = main(["grade", str(collected), *order, *["--as-root"] * (os.geteuid() == 0)])
    assert done == 0
    return (time.perf_counter() - begin) / count


def nbgraders(folder, count):
    """Return the seconds that nbgrader's autograde takes for each of so many notebooks."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # alembic
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.course_id = "course"
    (folder / "source" / "ch04").mkdir(parents=True)
    shutil.copy(SOURCES / f"{CHAPTER}.ipynb", folder / "source" / "ch04")
    api = NbGraderAPI(config=config)
    for i in range(count):
        submitted = folder / "submitted" / f"student{i}" / "ch04"
        submitted.mkdir(parents=True)
        shutil.copy(SOURCES / f"{CHAPTER}.ipynb", submitted)
    assert api.generate_assignment("ch04")["success"]
    begin = time.perf_counter()
    for i in range(count):
        assert api.autograde("ch04", f"student{i}")["success"]
    return (time.perf_counter() - begin) / count


def main():
    sys.path.insert(0, str(ROOT / "tests"))
    from benchmark import machine

    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            rounds.append((ours(Path(one), NOTEBOOKS), nbgraders(Path(other), WITH_NBGRADER)))

    def told(values):
        return f"{statistics.median(values):.0f} | {min(values):.0f} to {max(values):.0f}"

    text = TEXT.format(
        heading=HEADING, rounds=ROUNDS, notebooks=NOTEBOOKS, with_nbgrader=WITH_NBGRADER,
        machine=machine(nbgrader="nbgrader"), ours=told([1000 * pair[0] for pair in rounds]),
        theirs=told([1000 * pair[1] for pair in rounds]),
        ratio=told([pair[1] / pair[0] for pair in rounds]),
    )  # fmt: skip
    before = OUTPUT.read_text(encoding="utf-8").partition(HEADING)[0].rstrip()
    OUTPUT.write_text(f"{before}\n\n{text}", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
