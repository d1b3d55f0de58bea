"""Make the notebooks students work in from the ones with solutions and hidden tests.

    python book/_ext/exercises.py

reads book/exercises/source/*.ipynb, in nbgrader's source format, and writes book/exercises/*.ipynb.
nbgrader's own preprocessors do the work, so its manual describes what the marks in a cell mean; no
database is needed. The result is executed and stored like every other notebook.
"""

from __future__ import annotations

import copy
import sys

import nbformat
from nbgrader import preprocessors
from notebooks import ROOT, NotebookError, normalise, read, report, shown, write

SOURCES = ROOT / "book" / "exercises" / "source"

# Those of `nbgrader generate_assignment`, in its order, without the ones that need a database or
# run code.
STEPS = [
    preprocessors.LockCells,
    preprocessors.ClearSolutions,
    preprocessors.ClearOutput,
    preprocessors.ClearHiddenTests,
    preprocessors.ClearMarkScheme,
    preprocessors.ComputeChecksums,
    preprocessors.CheckCellMetadata,
]


def student_version(source: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What a student gets: solutions replaced by a stub, hidden tests gone, nothing executed."""
    student, resources = copy.deepcopy(source), {}
    for step in STEPS:
        student, resources = step().preprocess(student, resources)
    for cell in student.cells:
        if "nbgrader" in cell.metadata and not cell.source.strip():
            raise ValueError(
                f"the cell {cell.metadata.nbgrader.grade_id} is empty without its hidden part; "
                "give it a visible line"
            )
    normalise(student)
    return student


def main() -> int:
    failed = False
    for source in sorted(SOURCES.glob("*.ipynb")):
        target = SOURCES.parent / source.name
        try:
            notebook = read(source)
            changed = write(student_version(notebook), target)
        except NotebookError as error:
            failed = True
            print(f"{error} {shown(target)} was left as it was.", file=sys.stderr)
        except Exception as error:  # nbgrader's preprocessors raise several kinds
            failed = True
            why = str(error).rstrip(".")
            print(f"No student version of {shown(source)}: {why}.", file=sys.stderr)
        else:
            report(target, changed)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
