"""Measure how fast notebooks are graded, beside nbgrader, on the same notebooks.

python tests/benchmark_grading.py      writes the last part of benchmarks.md (some minutes)
"""

import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
OUTPUT, HEADING = ROOT / "benchmarks.md", "## How fast grading is"
ROUNDS, NOTEBOOKS, WITH_A_WRONG_ANSWER, WITH_NBGRADER = 5, 200, 40, 2  # of a round
CLASS, CORES = 450, 2

TEXT = """\
{heading}

Made by `make benchmark-grading`: {rounds} rounds, with the exercises of chapter 4 as a term gets
them. In each, {notebooks} solutions are graded one after the other by one process, sandbox
included; then {wrong_ones} in which one answer is wrong, which takes a second sandbox for what the
student is told; then {with_nbgrader} solutions by nbgrader's `autograde`, which has no sandbox. The
ratios compare within a round. The class is graded once: every third notebook has a wrong answer.

Machine: {machine}.

| what | median | range of the rounds |
|---|---|---|
| a notebook, `python -m companion.grading grade --jobs 1` | {right} ms |
| a notebook with a wrong answer, the same | {wrong} ms |
| a notebook, nbgrader's autograde | {theirs} ms |
| nbgrader's time / ours | {ratio} |
| a class of {class_of}, `--jobs {cores}` | {class_takes:.0f} s | |
"""


class Term:
    """A term's exercises of chapter 4, in a folder."""

    def __init__(self, folder):
        from companion.grading.assignment import Assignment

        self.folder, self.key = folder, folder / "term" / "key.json"
        release = ["release", "--chapter", "4", "--seed", "a secret", "--out", str(self.key.parent)]
        self._command([*release, "--nbgrader", str(folder / "course")])
        self.right = (self.key.parent / "solutions.ipynb").read_text(encoding="utf-8")
        notebook = nbformat.reads(self.right, as_version=4)
        first = next(iter(Assignment.load(self.key).points))
        answer = f"def {first}(*arguments):\n    return 0.0"
        notebook.cells.append(nbformat.v4.new_code_cell(answer, id="wrong"))
        self.wrong = nbformat.writes(notebook)

    def ours(self, notebooks, jobs):
        """Return the seconds that grading takes."""
        collected = Path(tempfile.mkdtemp(dir=self.folder))
        for i, notebook in enumerate(notebooks):
            (collected / f"student{i:03}.ipynb").write_text(notebook, encoding="utf-8")
        out = ["--key", str(self.key), "--out", str(collected.with_suffix(".csv"))]
        begin = time.perf_counter()
        as_root = ["--as-root"] * (os.geteuid() == 0)
        self._command(["grade", str(collected), *out, "--jobs", str(jobs), *as_root])
        return time.perf_counter() - begin

    def nbgraders(self, count):
        """Return the seconds that nbgrader's autograde takes."""
        from nbgrader.apps import NbGraderAPI
        from traitlets.config import Config

        folder = str(Path(sys.executable).parent)  # where alembic is
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
        config, course = Config(), self.folder / "course"
        config.CourseDirectory.root = str(course)
        config.CourseDirectory.course_id = "course"
        (source,) = (course / "source" / "ch04").iterdir()
        for i in range(count):
            submitted = course / "submitted" / f"student{i}" / "ch04" / source.name
            submitted.parent.mkdir(parents=True)
            submitted.write_text(self.right, encoding="utf-8")
        api = NbGraderAPI(config=config)
        assert api.generate_assignment("ch04")["success"]
        begin = time.perf_counter()
        for i in range(count):
            assert api.autograde("ch04", f"student{i}")["success"]
        return time.perf_counter() - begin

    def _command(self, arguments):
        from companion.grading.__main__ import main

        with contextlib.redirect_stdout(io.StringIO()):
            assert main(arguments) == 0


def one_round():
    """Return the seconds for a solution, for one with a wrong answer, and with nbgrader."""
    with tempfile.TemporaryDirectory() as folder:
        term = Term(Path(folder))
        kinds = (term.right, NOTEBOOKS), (term.wrong, WITH_A_WRONG_ANSWER)
        ours = [term.ours(count * [notebook], jobs=1) / count for notebook, count in kinds]
        return *ours, term.nbgraders(WITH_NBGRADER) / WITH_NBGRADER


def main():
    sys.path.insert(0, str(ROOT / "tests"))
    from benchmark import machine

    right, wrong, theirs = zip(*[one_round() for _ in range(ROUNDS)], strict=True)
    with tempfile.TemporaryDirectory() as folder:
        term = Term(Path(folder))
        several = [term.wrong if i % 3 == 0 else term.right for i in range(CLASS)]
        class_takes = term.ours(several, CORES)

    def told(values):
        return f"{statistics.median(values):.0f} | {min(values):.0f} to {max(values):.0f}"

    text = TEXT.format(
        heading=HEADING, rounds=ROUNDS, notebooks=NOTEBOOKS, wrong_ones=WITH_A_WRONG_ANSWER,
        with_nbgrader=WITH_NBGRADER,
        machine=machine(nbgrader="nbgrader"), right=told([1000 * t for t in right]),
        wrong=told([1000 * t for t in wrong]), theirs=told([1000 * t for t in theirs]),
        ratio=told([b / a for a, b in zip(right, theirs, strict=True)]),
        class_of=CLASS, cores=CORES, class_takes=class_takes,
    )  # fmt: skip
    before = OUTPUT.read_text(encoding="utf-8").partition(HEADING)[0].rstrip()
    OUTPUT.write_text(f"{before}\n\n{text}", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
