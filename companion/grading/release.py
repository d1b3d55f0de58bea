"""What students get, and the instructor's key.

The notebook is that of the book, with the exercises that are fresh each term in it.
"""

import os
import shutil
from copy import deepcopy
from pathlib import Path

import nbformat

from companion.grading.assignment import Assignment
from companion.grading.fresh import Fresh, Question, fresh, names
from companion.grading.handout import ROOT, handout, origin, packed

__all__ = [
    "SOURCES", "pack", "release", "student_version", "with_exercises", "with_questions",
]  # fmt: skip

SOURCES = ROOT / "book" / "exercises" / "source"


def release(chapter, secret, out):
    """Write a notebook and a zip for students, the solutions, and the key that grades them.

    Parameters
    ----------
    chapter : int
    secret : str
        Constants, conventions and hidden cases are drawn from it.
    out : path
        A new folder.

    Returns
    -------
    Assignment

    Raises
    ------
    ValueError
        If there is no secret or no exercise notebook of this chapter, or if the folder is there.
    """
    if not secret.strip():
        raise ValueError("the seed must be a secret text, got an empty one")
    if not (found := sorted(SOURCES.glob(f"{chapter:02}-*.ipynb"))):
        raise ValueError(f"there is no exercise notebook of chapter {chapter} in {SOURCES}")
    if (out := Path(out)).exists():
        raise ValueError(f"{out} is there already: name a new folder")
    name, beside = found[0].stem, out.with_name(f".{out.name}.{os.getpid()}")
    source = with_questions(nbformat.read(found[0], as_version=4), chapter, secret)
    source = with_exercises(source, chapter, secret)
    source = handout(source, origin())
    assignment = Assignment.of(source, name, secret)
    try:  # the folder is there when all is in it
        notebook = pack(source, name, beside)
        (beside / f"{name}.ipynb").write_text(notebook, encoding="utf-8")
        for file in ("solutions.ipynb", "key.json"):
            (beside / file).touch(mode=0o600)
        nbformat.write(source, beside / "solutions.ipynb")
        assignment.save(beside / "key.json")
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return assignment


def with_questions(source, chapter, secret):
    """Return a source notebook, in nbgrader's format, with its questions as a secret draws them."""
    source, cells = _copy(source)
    for name in names(chapter):
        if isinstance(question := fresh(name, secret), Question):
            cells[f"{name}-text"].source = question.text
            cells[name].source = f"### BEGIN SOLUTION\n{question.answer}\n### END SOLUTION"
    return source


def with_exercises(source, chapter, secret):
    """Return a source notebook with the fresh exercises in the places of others, nothing run."""
    source, cells = _copy(source)
    for name in names(chapter):
        if isinstance(exercise := fresh(name, secret), Fresh):
            parts = [cells[f"{exercise.instead}{part}"] for part in ("-text", "", "-check")]
            text, answer, check = parts
            first, _, rest = exercise.solution.strip().partition("\n")
            text.source = exercise.text
            answer.source = f"{first}\n    ### BEGIN SOLUTION\n{rest}\n    ### END SOLUTION"
            check.source = exercise.check(check.metadata.nbgrader.points)
            for cell in parts:
                marks = cell.metadata.nbgrader
                marks.grade_id = marks.grade_id.replace(exercise.instead, name)
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return source


def _copy(source):
    """Return a copy of a notebook, and its cells by the names that nbgrader gives them."""
    source = deepcopy(source)
    marked = [cell for cell in source.cells if "nbgrader" in cell.metadata]
    return source, {cell.metadata.nbgrader.grade_id: cell for cell in marked}


def student_version(source):
    """Return what a student gets: no solutions, no hidden tests, nothing executed.

    nbgrader's own preprocessors do it: those of `nbgrader generate_assignment`, in its order,
    without the ones that need a database or run code.
    """
    from nbgrader import preprocessors

    steps = ("LockCells", "ClearSolutions", "ClearOutput", "ClearHiddenTests", "ClearMarkScheme")
    student, resources = deepcopy(source), {}
    for step in (*steps, "ComputeChecksums", "CheckCellMetadata"):
        student, resources = getattr(preprocessors, step)().preprocess(student, resources)
    for cell in student.cells:
        if "nbgrader" in cell.metadata and not cell.source.strip():
            raise ValueError(
                f"the cell {cell.metadata.nbgrader.grade_id} is empty without its hidden part; "
                "give it a visible line"
            )
    return student


def pack(source, name, folder):
    """Write the zip that students unpack, and return the notebook in it, as text.

    Parameters
    ----------
    source : notebook
        Of `handout`.
    name : str
        Of the notebook and of the zip.
    folder : path
        Where the zip goes.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    notebook = nbformat.writes(student_version(source)) + "\n"
    packed(Path(folder, f"{name}.zip"), name, notebook)
    return notebook
