"""A book of a page or two with this book's configuration and extension, and how it is built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]


def bare_book(folder):
    """Put into a folder what every book needs, but for its pages and their list."""
    shutil.copy(ROOT / "_config.yml", folder)
    for part in ("_ext", "_static"):
        shutil.copytree(ROOT / "book" / part, folder / "book" / part)
    (folder / "book" / "references.bib").touch()
    (folder / "companion").mkdir()
    (folder / "companion" / "__init__.py").touch()


def write_notebook(path, *cells):
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def code(source, **metadata):
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def markdown(source):
    return nbformat.v4.new_markdown_cell(source)


def outside_git():
    """The environment variables without those that a git hook sets; no one's settings of git."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def build(folder, *, strict=True):
    """Build as a reader would, and return the finished process."""
    strictly = ("-W", "-n", "--keep-going") if strict else ()
    return subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", ".", *strictly],
        cwd=folder,
        env=outside_git() | {"PYTHONPATH": str(folder), "NO_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
