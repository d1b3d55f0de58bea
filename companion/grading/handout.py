"""What leaves the repository: a notebook that works wherever it is opened, and a zip around it."""

import re
import subprocess
import tomllib
import zipfile
from copy import deepcopy
from pathlib import Path

import nbformat

__all__ = ["git", "handout", "installing", "origin", "packed", "repository"]

ROOT = Path(__file__).parents[2]

INSTALL = """\
# This notebook calls the package `companion`. {how}
try:
    import companion
except ModuleNotFoundError:
    {what}"""
FROM_GITHUB = (
    "Where it is missing, it is installed now.",
    "%pip install -q git+https://github.com/{repository}",
)
FROM_BOOK = (
    "It is installed with the book.",
    'raise ModuleNotFoundError("in the folder of the book, run: python -m pip install -e .")'
    " from None",
)
FROM_ZIP = (
    "It comes with it, in the same zip.",
    'raise ModuleNotFoundError("put the folder companion, from the zip, beside this notebook")'
    " from None",
)

READ_ME = """\
# {chapter}

Unpack this folder, open `{chapter}.ipynb` in JupyterLab, VS Code or another program for notebooks,
write your answers, run all cells, and hand in the notebook. The folder `companion` beside it checks
your answers; it needs Python 3.11 or newer and what `requirements.txt` names:

    python -m pip install -r requirements.txt

Where answers are graded, Python's standard library, NumPy and what the first cells of the notebook
import are there, and nothing else.
"""


def repository(url):
    """Return owner/name of a repository on GitHub from the address of a git remote, or None."""
    found = re.fullmatch(
        r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?|(?:[^@/]*@))github\.com(?::\d+)?[:/]"
        r"([\w.-]+)/([\w.-]+?)(?:\.git)?/?",
        url.strip(),
    )
    return "/".join(found.groups()) if found else None


def git(folder, *arguments):
    """Return what git says; nothing where there is no git, or no such thing in it."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def origin(folder=ROOT):
    """Return owner/name of the repository on GitHub that a folder is the clone of, or None."""
    top = git(folder, "rev-parse", "--show-toplevel")
    if not top or not Path(top).samefile(folder):  # a folder inside somebody's repository
        return None
    return repository(git(folder, "remote", "get-url", "origin"))


def installing(repository, zipped=True):
    """Return a cell that gets the companion where it is missing, and does nothing elsewhere.

    Parameters
    ----------
    repository : str or None
        Where the book is on GitHub, as "owner/name"; without it, the cell says what to do.
    zipped : bool
        Whether the notebook comes in a zip with the companion.
    """
    how, what = FROM_GITHUB if repository else FROM_ZIP if zipped else FROM_BOOK
    code = INSTALL.format(how=how, what=what.format(repository=repository))
    return nbformat.v4.new_code_cell(code, id="install-companion")


def handout(source, repository):
    """Return a source notebook that works outside the clone.

    Its first cell of code says where the companion is to be had, and its links lead to GitHub.

    Parameters
    ----------
    source : notebook
        In nbgrader's format.
    repository : str or None
        Where the book is on GitHub, as "owner/name"; without it, links are left out.
    """
    source = deepcopy(source)
    to = rf"[\1](https://github.com/{repository}/blob/HEAD/book/\2)" if repository else r"\1"
    for cell in source.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\[([^\]]+)\]\(\.\./([^)]+)\)", to, cell.source)
    source.cells.insert(1, installing(repository))
    return source


def packed(path, chapter, notebook):
    """Write a zip with all that a student needs; the same files give the same bytes.

    Parameters
    ----------
    path : path
        The zip.
    chapter : str
        The name of the notebook.
    notebook : str
        The notebook.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = {
        f"{chapter}.ipynb": notebook.encode(),
        "README.md": READ_ME.format(chapter=chapter).encode(),
        "requirements.txt": "\n".join([*project["dependencies"], "jupyterlab", ""]).encode(),
    }
    for file in sorted((ROOT / "companion").rglob("*.py")):
        if "grading" not in file.parts:  # the instructor's side
            parts[file.relative_to(ROOT).as_posix()] = file.read_bytes()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(f"{chapter}/{name}"), data, zipfile.ZIP_DEFLATED)
