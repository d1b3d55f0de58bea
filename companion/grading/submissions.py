"""What students handed in, wherever it lies: found, named, and read with distrust.

A notebook is JSON that anybody may have written. Only the text of its cells is taken; outputs,
metadata and file names are no evidence of anything.
"""

import json
import os
import re
import stat
import unicodedata
import zipfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

__all__ = ["Submission", "Unreadable", "cells", "find"]

#: A notebook of more bytes is not read.
MOST = 20_000_000

#: Folders of copies that nobody handed in.
_COPIES = {".ipynb_checkpoints", "__MACOSX"}


class Unreadable(ValueError):
    """This cannot be read as a notebook."""


@dataclass(frozen=True)
class Submission:
    """A notebook that somebody handed in."""

    #: Whose it is: the folder's name, or the file's.
    student: str
    #: The file that it is in, and if that is a zip, its place in it.
    path: Path
    member: str = ""
    #: The name of the folder, or of the file, as it was handed in.
    place: str = ""

    def read(self):
        """Return the bytes of the notebook; raise `Unreadable` if it is none."""
        try:
            if self.member:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                    return _some(file)
            # No link is followed, and what is no file (a pipe, a device) is not waited for.
            number = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(number, "rb") as file:
                if not stat.S_ISREG(os.fstat(number).st_mode):
                    raise Unreadable("this is no file")
                return _some(file)
        except Unreadable:
            raise
        except Exception as error:  # a damaged zip has many ways to fail
            raise Unreadable(f"it cannot be read: {type(error).__name__}") from None


def _some(file):
    data = file.read(MOST + 1)
    if len(data) > MOST:
        raise Unreadable(f"it has more than {MOST / 1e6:.0f} MB")
    return data


def find(place, chapter):
    """Return the notebooks of a chapter that lie in a folder or a zip, one for each student.

    Known are a folder of notebooks, a folder for each student (a JupyterHub exchange is one), and a
    zip of either, as learning platforms make them. If a student has several notebooks, the one
    whose name is that of the chapter counts, else the last one by its name.

    Parameters
    ----------
    place : path
    chapter : str
        The name of the chapter's notebook, such as ``"04-softmax"``.

    Returns
    -------
    list of Submission
        In the order of their names.
    """
    place = Path(place)
    if place.is_dir():
        found = [
            (file.relative_to(place).as_posix(), Submission("", file))
            for file in sorted(place.rglob("*"))
            if not file.is_dir() or file.is_symlink()
        ]
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            found = [(name, Submission("", place, name)) for name in sorted(archive.namelist())]
    else:
        raise FileNotFoundError(f"{place} is neither a folder nor a zip")
    found = [(PurePosixPath(name.replace("\\", "/")), one) for name, one in found]
    found = [
        (path, one)
        for path, one in found
        if path.suffix.lower() == ".ipynb" and _COPIES.isdisjoint(path.parts)
    ]
    while len(found) > 1 and len({path.parts[:1] for path, _ in found}) == 1:
        found = [(PurePosixPath(*path.parts[1:]), one) for path, one in found]  # a folder round all
    chosen, taken = {}, set()
    for path, one in found:
        whose = _whose(path)
        better = (chapter in path.stem, path)
        if whose not in chosen or chosen[whose][0] <= better:
            chosen[whose] = better, one
    submissions = []
    for whose, (_, one) in sorted(chosen.items()):
        plain = name = _harmless(whose)
        for number in count(2):  # another student of nearly the same name gets a number
            if name.casefold() not in taken:
                break
            name = f"{plain}-{number}"
        taken.add(name.casefold())
        submissions.append(Submission(name, one.path, one.member, whose))
    return submissions


def _whose(path):
    """Return what tells whose notebook this is: the first folder, or the file's name."""
    folders = [part for part in path.parts[:-1] if part not in ("..", "/")]
    name = folders[0] if folders else path.stem
    if inbound := re.fullmatch(r"(.+?)\+[^+]+\+\d{4}-\d\d-\d\d .*", name):
        return inbound[1]  # so an exchange of nbgrader names its folders; the last one counts
    return name


def _harmless(name):
    """Return a name that is no formula in a table, and that a file can have."""
    name = unicodedata.normalize("NFC", name)
    kept = "".join(
        c if c.isalnum() or c in "_.@+-" or unicodedata.category(c)[0] == "M" else "_" for c in name
    )
    return re.sub("_+", "_", kept).strip("_.@+-") or "unnamed"


# ------------------------------------------------------------------------------------------- cells


def cells(data):
    """Return the cells of a notebook as pairs (kind, text), and the name that nbgrader gave each.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    list of (str, str, str)
        ``"code"`` or ``"markdown"``, the text, and the name or "".

    Raises
    ------
    ValueError
        `Unreadable`, if it is no notebook.
    """
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        raise Unreadable("it is no notebook: no JSON") from None
    given = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(given, list):
        raise Unreadable("it is no notebook: it has no list of cells")
    found = []
    for cell in given:
        if not isinstance(cell, dict):
            continue
        text, kind = cell.get("source"), cell.get("cell_type")
        if isinstance(text, list) and all(isinstance(line, str) for line in text):
            text = "".join(text)
        if isinstance(text, str) and kind in ("code", "markdown"):
            found.append((kind, text, _grade_id(cell)))
    return found


def _grade_id(cell):
    for part in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(part) if isinstance(cell, dict) else None
    return cell if isinstance(cell, str) else ""
