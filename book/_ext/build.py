"""Build the book: `jupyter-book build`, but a failure leaves the previous book in place.

The build goes to _build/work. After success its pages replace _build/html; after a failure one
sentence says what went wrong, and where the full log is.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from changes import ROOT, Stamp, digest
from notebooks import NOT_STARTED, NotebookError, execute, read

BUILD = ROOT / "_build"
WORK = BUILD / "work"  # jupyter-book makes a folder _build in it
FRESH = WORK / "_build" / "html"
SITE = BUILD / "html"
LOG = BUILD / "logs" / "book.log"

# Sphinx notices by itself which pages changed, but not that what shapes every page did.
SHAPES_EVERY_PAGE = [
    "_config.yml",
    "_toc.yml",
    "book/_ext",
    "book/_static",
    "book/references.bib",
    "companion",
]


def jupyter_book() -> str | None:
    """Run it with warnings as errors; return the log if it failed."""
    command = [
        str(Path(sys.executable).with_name("jupyter-book")),
        *("build", ".", "-W", "-n", "--keep-going", "--path-output", str(WORK)),
    ]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w", encoding="utf-8") as log:
        failed = subprocess.run(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT).returncode
    plain = re.sub(r"\x1b\[[0-9;]*m", "", LOG.read_text(encoding="utf-8", errors="replace"))
    plain = plain.replace(f"{ROOT}{os.sep}", "")
    LOG.write_text(plain, encoding="utf-8")
    return plain if failed else None


def patient_build() -> str | None:
    """Build, and once more if a kernel did not start; what was executed is not executed again."""
    log = jupyter_book()
    if log and (found := NOT_STARTED.search(log)):
        print(f"A kernel did not start, trying again ({found[0]}).", flush=True)
        log = jupyter_book()
    return log


def forget_pages() -> None:
    """Make Sphinx read every page again. What the notebooks printed stays in the cache."""
    shutil.rmtree(WORK / "_build" / ".doctrees", ignore_errors=True)
    shutil.rmtree(FRESH, ignore_errors=True)


def publish() -> None:
    """Put the new pages where readers look."""
    new, old = BUILD / "html.new", BUILD / "html.old"
    for left_over in (new, old):
        shutil.rmtree(left_over, ignore_errors=True)
    shutil.copytree(FRESH, new)
    if SITE.exists():
        SITE.rename(old)
    new.rename(SITE)
    shutil.rmtree(old, ignore_errors=True)


def failure(log: str) -> str:
    """What went wrong, in a few words, from the log of a build that failed."""
    started = re.findall(r"^(\S+\.ipynb): Executing notebook", log, re.MULTILINE)
    if started and f"{started[-1]}: Executed notebook" not in log:
        path = ROOT / started[-1]
        try:  # run it once more, because the log does not say which cell it was
            execute(read(path), path)
        except NotebookError as error:
            return str(error)
    warnings = re.findall(r"^.*?\b(?:WARNING|ERROR|CRITICAL): .*", log, re.MULTILINE)
    if warnings:
        first = re.sub(r":* (?:WARNING|ERROR|CRITICAL): ", ": ", warnings[0])
        first = re.sub(r"\.ipynb:(\d+)\d{4}:", r".ipynb (cell \1):", first)  # as myst-nb counts
        return first if len(warnings) == 1 else f"{len(warnings)} warnings, the first is: {first}"
    errors = re.findall(r"^(?:\w+ error.*|Exception occurred):\n(?:  .*\n)*(.+)", log, re.MULTILINE)
    errors += re.findall(r"^[\w.]+(?:Error|Exception): .+", log, re.MULTILINE)
    return errors[0] if errors else "jupyter-book stopped without saying why"


def main() -> int:
    shape = Stamp("book", digest(SHAPES_EVERY_PAGE))
    if not shape.is_current():
        forget_pages()
    # Sphinx would not repeat its warnings about a page it has read already, and pass next time:
    # after a build that failed or was interrupted, every page is read again.
    shape.drop()
    print("Building the book; only what has changed is executed …", flush=True)
    try:
        log = patient_build()
        why = log and failure(log).rstrip(".")
    except KeyboardInterrupt:
        why = "the build was interrupted"
    if why:
        kept = "The previous book is still in _build/html. " if SITE.exists() else ""
        where = f"Full log: {LOG.relative_to(ROOT)}"
        print(f"The book was not built: {why}. {kept}{where}", file=sys.stderr)
        return 1
    publish()
    shape.set()
    print(f"The book is ready: {(SITE / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
