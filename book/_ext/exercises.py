"""Make the notebooks students work in from the ones with solutions and hidden tests.

    python book/_ext/exercises.py

reads book/exercises/source/*.ipynb, in nbgrader's source format, and writes book/exercises/*.ipynb.
The questions that `companion.grading.fresh` draws are written into both. The result is executed and
stored like every other notebook; a zip of each, with all that a student needs, lies in
_build/exercises.
"""

from __future__ import annotations

import sys

from notebooks import ROOT, NotebookError, normalise, read, report, shown, write

from companion.grading.fresh import BOOK
from companion.grading.handout import handout, origin
from companion.grading.release import SOURCES, pack, student_version, with_questions


def main() -> int:
    failed, repository = False, origin()
    for source in sorted(SOURCES.glob("*.ipynb")):
        target = SOURCES.parent / source.name
        try:
            notebook = with_questions(read(source), int(source.name[:2]), BOOK)
            write(notebook, source, run=False)
            student = student_version(notebook)
            normalise(student)
            changed = write(student, target)
            pack(handout(notebook, repository), source.stem, ROOT / "_build" / "exercises")
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
