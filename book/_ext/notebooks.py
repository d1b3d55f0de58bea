"""Execute the book's notebooks and write them so that equal content gives equal bytes.

    python book/_ext/notebooks.py                            every notebook of the book
    python book/_ext/notebooks.py book/01-perceptron.ipynb   only this one
    python book/_ext/notebooks.py --only-normalise …         tidy the file, run nothing

A notebook that fails, or that writes a warning, is left as it was. What is kept in a file, and in
which form, is decided in `normalise`; `tests/test_book.py` holds every committed notebook to it.
"""

from __future__ import annotations

import argparse
import atexit
import base64
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from chapter import tags, write_time
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 300  # seconds a cell may take; _config.yml gives the build the same
KEPT_CELL_METADATA = ("tags", "mystnb", "nbgrader", "deletable", "editable")
FOLDS = {"hide-input": "source_hidden", "hide-output": "outputs_hidden"}  # tag, JupyterLab's name
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

# What jupyter_client and nbval say of a kernel that did not start. On a busy machine one can lose
# its port to another process, or be too slow; nothing has been executed by then.
NOT_STARTED = re.compile(
    r"Kernel died before replying to kernel_info|Kernel didn't respond|Kernel info reqest timed out"
    r"|Wasn't able to establish IOPub"
)
STARTUP = 180  # seconds a kernel may take to start
OUTPUT = 60  # seconds a cell's output may take to arrive after the cell has ended


class NotebookError(Exception):
    """One sentence that says which notebook could not be executed, and why."""


def all_notebooks(root: Path = ROOT) -> list[Path]:
    """Chapters, student notebooks and exercise sources, in a fixed order."""
    return sorted(
        path
        for path in (root / "book").rglob("*.ipynb")
        if not any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
    )


def shown(path: Path) -> str:
    """The path as a reader of the repository would write it."""
    path = Path(path).resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def read(path: Path) -> nbformat.NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise NotebookError(f"There is no notebook {shown(path)}.") from None
    except Exception as error:  # nbformat raises half a dozen kinds for a broken file
        reason = str(error).splitlines()[0]
        raise NotebookError(f"{shown(path)} cannot be read as a notebook: {reason}") from None


# Executing


def fixed_settings(empty: Path) -> dict[str, str]:
    """The environment variables that every notebook runs with; `empty` is an empty folder.

    Long sums differ with the number of BLAS threads; start-up files, Matplotlib's settings and
    Python's filters for warnings of the person at the keyboard must not reach the book.
    """
    (empty / "matplotlibrc").touch()
    return {
        **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        "IPYTHONDIR": str(empty),
        "MATPLOTLIBRC": str(empty / "matplotlibrc"),
        "MPLBACKEND": "",  # empty: the kernel's own, which shows figures in the notebook
        "PYTHONWARNINGS": "",
    }


def find_fonts() -> None:
    """Let Matplotlib look for fonts now: a notebook in which it takes 5 s would show a warning."""
    import matplotlib.font_manager  # noqa: F401


def started(start: Callable, tries: int = 3):
    """What `start` returns; where it raises because a kernel did not start, call it again."""
    for left in reversed(range(tries)):
        try:
            return start()
        except RuntimeError as error:
            if not (left and NOT_STARTED.search(str(error))):
                raise
            print(f"A kernel did not start, trying again ({error}).", file=sys.stderr, flush=True)


def execute(notebook: nbformat.NotebookNode, path: Path, allow_errors: bool = False) -> None:
    """Run every cell in a new kernel, in the notebook's folder, always with the same settings.

    With `allow_errors`, a cell that raises keeps its error as an output, and the next one runs.
    """
    with tempfile.TemporaryDirectory() as empty:
        env = os.environ | fixed_settings(Path(empty))

        def run():
            nonlocal client
            client = NotebookClient(
                notebook,
                kernel_name="python3",
                allow_errors=allow_errors,
                timeout=TIMEOUT,
                startup_timeout=STARTUP,
                iopub_timeout=OUTPUT,
                raise_on_iopub_timeout=True,  # rather than lose an output in silence
                record_timing=False,
                extra_arguments=["--log-level=ERROR"],
                resources={"metadata": {"path": str(path.resolve().parent)}},
            )
            try:
                client.execute(env=env)
            finally:  # without a kernel, what nbclient wants to do at the end of Python would fail
                atexit.unregister(client._cleanup_kernel)

        client = None
        try:
            started(run)
        except CellExecutionError as error:
            why = f"failed with {error.ename}: {first_line(error.evalue)}"
        except CellTimeoutError:
            why = f"took longer than {TIMEOUT} seconds"
        except DeadKernelError:
            why = "ended its Python process"
        except RuntimeError as error:
            raise NotebookError(f"No kernel started for {shown(path)}: {error}.") from None
        else:
            return
    raise NotebookError(f"Code cell {client.code_cells_executed} of {shown(path)} {why}.")


def first_line(text: str) -> str:
    return (text.strip().splitlines() or ["(no message)"])[0].rstrip(".")


def refuse_warnings(notebook: nbformat.NotebookNode, path: Path) -> None:
    """What a cell writes to stderr would stand in the book as a warning."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip())
    for number, cell in enumerate(code, start=1):
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                raise NotebookError(
                    f"Code cell {number} of {shown(path)} wrote a warning: {warning(output)}."
                )


def warning(output: nbformat.NotebookNode) -> str:
    """What a text on stderr says, without the file and the line that it names."""
    return first_line(re.sub(r"^\S+:\d+: ", "", output.text))


# Normalising


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Keep what the book needs, in one fixed form; drop what differs from run to run."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    write_time(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    count, used = 0, set()
    for cell in notebook.cells:
        cell.id = cell_id(cell, used)
        cell.metadata = nbformat.from_dict(
            {
                key: cell.metadata[key]
                for key in KEPT_CELL_METADATA
                if cell.metadata.get(key) not in (None, [], {})
            }
        )
        if cell.cell_type == "code":
            if folded := {name: True for tag, name in FOLDS.items() if tags(cell, tag)}:
                cell.metadata["jupyter"] = nbformat.from_dict(folded)
            count += 1
            if cell.execution_count is not None:  # None says that the cell was never run: keep that
                cell.execution_count = count
            cell.outputs = normal_outputs(cell)


def cell_id(cell: nbformat.NotebookNode, used: set[str]) -> str:
    """Eight hexadecimal digits that depend on the content, and differ for equal cells."""
    content = f"{cell.cell_type}\n{cell.source}"
    while (name := hashlib.sha256(content.encode()).hexdigest()[:8]) in used:
        content += "\n(again)"
    used.add(name)
    return name


def normal_outputs(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    outputs = []
    for output in cell.outputs:
        if output.output_type == "stream" and outputs and outputs[-1].get("name") == output.name:
            outputs[-1].text += output.text  # how a text is cut into pieces depends on the moment
            continue
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]  # the rest holds local paths
        if output.output_type == "execute_result":
            output.execution_count = cell.execution_count
        if "image/png" in output.get("data", {}):
            output.data["image/png"] = png_without_text(output.data["image/png"])
        outputs.append(output)
    return outputs


def png_without_text(encoded: str) -> str:
    """Drop the text chunks of a PNG: Matplotlib writes its version there."""
    png = base64.b64decode(encoded)
    kept, position = png[:8], 8
    while position < len(png):  # a chunk: length (4 bytes), kind (4), data (length), checksum (4)
        end = position + 12 + int.from_bytes(png[position : position + 4], "big")
        if png[position + 4 : position + 8] not in (b"tEXt", b"iTXt", b"zTXt"):
            kept += png[position:end]
        position = end
    return base64.b64encode(kept).decode()


def as_text(notebook: nbformat.NotebookNode) -> str:
    return nbformat.writes(notebook).rstrip("\n") + "\n"


# The command


def write(notebook: nbformat.NotebookNode, path: Path, run: bool = True) -> bool:
    """Execute a notebook, normalise it and write it to `path`; say whether the file changed."""
    if run:
        execute(notebook, path)
        refuse_warnings(notebook, path)
    normalise(notebook)
    new = as_text(notebook).encode()
    if path.exists() and new == path.read_bytes():
        return False
    # Written beside the file, then moved into place: an interruption cannot leave half a file.
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(new)
    draft.replace(path)
    return True


def report(path: Path, changed: bool) -> None:
    print(f"{shown(path)}: {'written' if changed else 'unchanged'}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Execute and normalise notebooks of the book.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every one of the book")
    parser.add_argument("--only-normalise", action="store_true", help="run nothing")
    options = parser.parse_args(arguments)
    failed = False
    find_fonts()
    for path in options.notebooks or all_notebooks():
        try:
            changed = write(read(path), path, run=not options.only_normalise)
        except NotebookError as error:
            failed = True
            print(f"{error} The file was left as it was.", file=sys.stderr)
        else:
            report(path, changed)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
