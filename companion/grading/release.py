"""What students get, and the instructor's key."""

import os
import tomllib
import zipfile
from pathlib import Path

from companion.grading.assignment import Assignment

__all__ = ["SOURCES", "release"]

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "book" / "exercises" / "source"

READ_ME = """\
# {chapter}

Unpack this folder, open `{chapter}.ipynb` in JupyterLab, VS Code or another program for notebooks,
write your answers, run all cells, and hand in the notebook. The folder `companion` beside it checks
your answers; it needs Python 3.11 or newer and what `requirements.txt` names:

    python -m pip install -r requirements.txt

Where answers are graded, Python's standard library, NumPy and what the first cell of the notebook
imports are there, and nothing else.
"""
REQUIREMENTS = (
    "numpy>=2.0\nscipy>=1.13\nscikit-learn>=1.5\nmatplotlib>=3.10\ntqdm>=4.66\njupyterlab\n"
)


def release(chapter, secret, out):
    """Write a notebook and a zip for students, and the key that grades them.

    Parameters
    ----------
    chapter : int
    secret : str
        The hidden cases are drawn from it.
    out : path
        A new folder.

    Returns
    -------
    Assignment

    Raises
    ------
    ValueError
        If there is no secret, or no exercise notebook of this chapter.
    """
    if not secret.strip():
        raise ValueError("the seed must be a secret text, got an empty one")
    if not (found := sorted(SOURCES.glob(f"{chapter:02}-*.ipynb"))):
        raise ValueError(f"there is no exercise notebook of chapter {chapter} in {SOURCES}")
    out = Path(out)
    out.mkdir(parents=True)
    assignment = Assignment.of(found[0], secret)
    notebook = (SOURCES.parent / found[0].name).read_bytes()
    (out / found[0].name).write_bytes(notebook)
    _zip(out / f"{assignment.chapter}.zip", assignment.chapter, notebook)
    key = out / "key.json"
    key.touch(mode=0o600)
    assignment.save(key)
    return assignment


def _zip(path, chapter, notebook):
    """Write all that a student needs; the same files give the same bytes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = {
        f"{chapter}.ipynb": notebook,
        "README.md": READ_ME.format(chapter=chapter).encode(),
        "requirements.txt": "\n".join([*project["dependencies"], "jupyterlab", ""]).encode(),
    }
    for file in sorted((ROOT / "companion").rglob("*.py")):
        if "grading" not in file.parts:  # the instructor's side
            parts[file.relative_to(ROOT).as_posix()] = file.read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(os.path.join(chapter, name)), data)
