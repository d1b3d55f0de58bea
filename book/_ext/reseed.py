"""Run a notebook again with other seeds, or other learning rates, and say what it prints then.

    python book/_ext/reseed.py book/05-gradient-descent.ipynb
    python book/_ext/reseed.py book/05-gradient-descent.ipynb --rates 0.5 2
    python book/_ext/reseed.py book/05-gradient-descent.ipynb --seeds 3 --all --json found.json

A run adds one number to every seed from which the notebook makes a generator, however the seed came
there: `default_rng(3)`, `seed=3`, `for seed in range(5)`. Seeds inside the packages stay. With
`--rates` the seeds stay; each rate that is written as a number is multiplied, one run a factor.

What is printed is held against the stored outputs. First come the verdicts (True, False) that flip
and the cells that fail, then lines with other words; `--all` adds lines in which numbers move, with
the least and the greatest value of each over the runs. A seed may also decide how data are drawn or
split, so a flip is a question, not a proof. Exit code 1: something flipped, failed or did not run.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import math
import multiprocessing
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import nbformat
from notebooks import NotebookError, execute, find_fonts, first_line, read, shown, warning

from companion import optimizers

STEP = 1000  # the runs add 1000, 2000, …: larger than any range of seeds, so that none comes twice
NOTHING = "(nothing)"
CAUTION = "A seed may also decide how data are drawn or split: a flip is a question, not a proof."

# Stands before the first cell of a run. A call from a package keeps its seed.
SHIFT = """\
def _shifted(make, shift):
    import numbers, sys
    def default_rng(seed=None):
        if sys._getframe(1).f_globals.get("__name__") == "__main__":
            if isinstance(seed, numbers.Integral):
                seed = int(seed) + shift
            elif isinstance(seed, (list, tuple, range)):
                seed = [*seed, shift]
        return make(seed)
    return default_rng
import numpy
numpy.random.default_rng = _shifted(numpy.random.default_rng, {shift})
del _shifted, numpy
"""

RATE = re.compile(r"(?:\w+_)?(?:lr|learning_rate|rate|eta)s?", re.IGNORECASE)
OPTIMIZERS = {name for name in optimizers.__all__ if inspect.isclass(getattr(optimizers, name))}

NUMBER = re.compile(r"(?<![\w.])-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d*)?(?:e[+-]?\d+)?")
VERDICT = re.compile(r"\b(?:True|False)\b")


# Other seeds, other rates


def shift_seeds(notebook: nbformat.NotebookNode, shift: int) -> None:
    first = next(cell for cell in code_cells(notebook))
    first.source = SHIFT.format(shift=shift) + first.source


def scale_rates(source: str, factor: float) -> str:
    """Multiply the rates that are written as numbers, in names, arguments, loops and optimizers."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic command of IPython
        return source
    before = ast.dump(tree)
    for node in ast.walk(tree):
        for target, value in named_values(node):
            scale(target, value, factor)
    return source if ast.dump(tree) == before else ast.unparse(tree)


def named_values(node: ast.AST):
    """Names, as AST or text, and what a node gives them."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.keyword):
        yield node.arg, node.value
    elif isinstance(node, ast.arguments):
        positional = [*node.posonlyargs, *node.args]
        with_default = positional[len(positional) - len(node.defaults) :]
        for argument, value in zip(
            [*with_default, *node.kwonlyargs], [*node.defaults, *node.kw_defaults], strict=True
        ):
            yield argument.arg, value
    elif isinstance(node, ast.For | ast.comprehension) and isinstance(
        node.iter, ast.Tuple | ast.List
    ):
        yield from ((node.target, value) for value in node.iter.elts)
    elif isinstance(node, ast.Call) and node.args:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
        name = name.id if isinstance(name, ast.Name) else name
        if name in OPTIMIZERS:
            yield "lr", node.args[0]


def scale(target: ast.AST | str | None, value: ast.AST | None, factor: float) -> None:
    """Multiply the numbers in `value` that get the name of a rate."""
    if isinstance(target, ast.Tuple):
        if isinstance(value, ast.Tuple | ast.List) and len(target.elts) == len(value.elts):
            for one, its_value in zip(target.elts, value.elts, strict=True):
                scale(one, its_value, factor)
        return
    name = target.id if isinstance(target, ast.Name) else target
    if not (isinstance(name, str) and RATE.fullmatch(name)):
        return
    if isinstance(value, ast.Tuple | ast.List):
        for one in value.elts:
            scale(name, one, factor)
    elif isinstance(value, ast.Dict):
        for one in value.values:
            scale(name, one, factor)
    elif isinstance(value, ast.Constant) and type(value.value) in (int, float):
        value.value = float(f"{value.value * factor:.12g}")  # 0.3, not 0.30000000000000004


# What a cell says


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def printed(cell: nbformat.NotebookNode) -> list[str]:
    """The lines that a reader sees; of a figure or a chart, none."""
    text = ""
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            text += output.text  # a line may come in pieces
        elif list(output.get("data", {})) == ["text/plain"]:
            text += output.data["text/plain"] + "\n"
    return [line for line in text.splitlines() if line.strip()]


def what_failed(output: nbformat.NotebookNode) -> str:
    return f"{output.ename}: {first_line(output.evalue or failing_line(output.traceback))}"


def failing_line(traceback: list[str]) -> str:
    """The line to which a traceback points: all that there is to say of an assert without words."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(traceback))
    lines = re.findall(r"^-+> *\d+ (.*)$", plain, re.MULTILINE)
    return lines[-1] if lines else ""


@dataclass
class Said:
    """What a code cell has to say: its lines, the error that ended it, or "", and its warnings."""

    lines: list[str]
    error: str
    warnings: list[str]


def said(notebook: nbformat.NotebookNode) -> list[Said]:
    found = []
    for cell in code_cells(notebook):
        errors = [what_failed(one) for one in cell.outputs if one.output_type == "error"]
        warnings = [warning(one) for one in cell.outputs if one.get("name") == "stderr"]
        found.append(Said(printed(cell), *errors or [""], warnings))
    return found


def run(path: Path, kind: str, value: float) -> list[Said] | str:
    """What each code cell says in one run; one sentence if the run came to no end."""
    notebook = read(path)
    if kind == "seeds":
        shift_seeds(notebook, value)
    else:
        for cell in code_cells(notebook):
            cell.source = scale_rates(cell.source, value)
    try:
        execute(notebook, path, allow_errors=True)
    except NotebookError as error:
        return str(error)
    return said(notebook)


def run_all(path: Path, kind: str, values: list[float], jobs: int) -> list:
    """The runs, in this process or in two others; each line on stderr says that one has ended."""
    rest = [path] * len(values), [kind] * len(values), values
    results = []

    def collect(runs):
        for result in runs:
            results.append(result)
            print(f"run {len(results)} of {len(values)} has ended", file=sys.stderr, flush=True)

    if jobs == 1:
        collect(map(run, *rest))
    else:
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
            collect(pool.map(run, *rest))
    return results


# What has changed


def words(line: str) -> str:
    """A line without its numbers, its verdicts, and the blanks that depend on their length."""
    return "".join(VERDICT.sub("?", NUMBER.sub("#", line)).split())


def value(number: str) -> float:
    return float(number.replace(",", ""))


def moves(old: str, variants: list[str]) -> list[dict]:
    """The least and the greatest of each number of a line that moves, as printed."""
    rows = [NUMBER.findall(line) for line in [old, *variants] if words(line) == words(old)]
    found = []
    for first, *others in zip(*rows, strict=True):
        if set(others) - {first}:
            low, high = min(others, key=value), max(others, key=value)
            far = max(abs(value(one) - value(first)) for one in others)
            share = far / abs(value(first)) if value(first) and math.isfinite(far) else None
            found.append({"old": first, "min": low, "max": high, "relative": share})
    return found


def change(old: str, runs: list[str]) -> dict:
    """What became of one line that is not the same in all runs."""
    flipped = [line for line in runs if VERDICT.findall(line) != VERDICT.findall(old)]
    reworded = [line for line in runs if words(line) != words(old)]
    if flipped and old != NOTHING:
        kind, other = "flip", flipped
    elif reworded:
        kind, other = "words", reworded
    else:
        kind, other = "numbers", [line for line in runs if line != old]
    return {"kind": kind, "line": old, **several(other), "numbers": moves(old, runs)}


def several(sentences: list[str]) -> dict:
    """In how many runs something was said, and each thing that was said, once."""
    return {"runs": len(sentences), "said": list(dict.fromkeys(sentences))}


def compare(notebook: nbformat.NotebookNode, results: list) -> dict:
    """Hold the runs, some of which may have stopped with a sentence, against what is stored.

    The counts come first: `changed` and `flips` are lines, `failing` is a number of cells. Each
    finding in `changes`, `errors` and `warnings` has its place, in how many runs it was made, and
    what these runs said.
    """
    runs = [result for result in results if not isinstance(result, str)]
    lines, changes, errors, warnings = 0, [], [], []
    for i, (cell, old) in enumerate(zip(code_cells(notebook), said(notebook), strict=True)):
        where = {"cell": i + 1, "tags": list(cell.metadata.get("tags", []))}
        lines += len(old.lines)
        cells = [result[i] for result in runs]
        # A cell may be there to show an error; which one, is said before the colon.
        as_stored = [one for one in cells if kind_of(one.error) == kind_of(old.error)]
        if other := [one.error or "no error" for one in cells if one not in as_stored]:
            errors.append(where | several(other))
        if other := [one.warnings[0] for one in cells if one.warnings and not old.warnings]:
            warnings.append(where | several(other))
        # What a cell did not come to print is no change of its lines.
        texts = [old.lines, *(one.lines for one in as_stored)]
        for first, *others in zip_longest(*texts, fillvalue=NOTHING):
            if set(others) - {first}:
                changes.append(where | change(first, others))
    moved = [
        {"cell": one["cell"], "line": one["line"], **number}
        for one in changes
        for number in one["numbers"]
        if number["relative"] is not None
    ]
    return {
        "lines": lines,
        "changed": sum(one["line"] != NOTHING for one in changes),
        "flips": sum(one["kind"] == "flip" for one in changes),
        "failing": len(errors),
        "largest_move": max(moved, key=lambda one: one["relative"], default=None),
        "changes": changes,
        "errors": errors,
        "warnings": warnings,
        "stopped": [result for result in results if isinstance(result, str)],
    }


def kind_of(error: str) -> str:
    return error.split(":")[0]


# The command


def place(found: dict) -> str:
    tags = f" [{', '.join(found['tags'])}]" if found["tags"] else ""
    return f"Code cell {found['cell']}{tags}"


def report(found: dict, everything: bool) -> None:
    total = found["runs"]
    for sentence in dict.fromkeys(found["stopped"]):
        print(f"{found['stopped'].count(sentence)} of {total} runs came to no end. {sentence}")

    def tell(findings, verb):
        for one in findings:
            print(f"{place(one)}: {verb} in {one['runs']} of {total} runs")
            if "line" in one:
                print(f"    {one['line']}")
            if one.get("kind") != "numbers":
                print(*(f"  → {sentence}" for sentence in one["said"]), sep="\n")
            if everything and one.get("numbers"):
                ranges = (f"{n['old']}: {n['min']} to {n['max']}" for n in one["numbers"])
                print(f"    {'; '.join(ranges)}")

    def changes(kind):
        return [one for one in found["changes"] if one["kind"] == kind]

    tell(changes("flip"), "a verdict flips")
    tell(found["errors"], "fails")
    tell(found["warnings"], "writes a warning")
    tell(changes("words"), "other words")
    if everything:
        tell(changes("numbers"), "other numbers")
    if largest := found["largest_move"]:
        print(
            f"The largest relative move is {largest['relative']:.2g}, of {largest['old']} in code"
            f" cell {largest['cell']} ({largest['min']} to {largest['max']})."
        )
    print(
        f"{found['notebook']}, {total} runs with other {found['varied']}: of {found['lines']}"
        f" printed lines {found['changed']} change. Verdicts that flip: {found['flips']};"
        f" cells that fail: {found['failing']}."
    )
    if found["flips"] and found["varied"] == "seeds":
        print(CAUTION)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run a notebook again with other seeds or rates.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--seeds", type=int, default=10, metavar="N", help="runs (default: 10)")
    parser.add_argument("--rates", type=float, nargs="+", metavar="FACTOR", help="a run for each")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="runs at a time")
    parser.add_argument("--all", action="store_true", help="also lines where only numbers move")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found there")
    options = parser.parse_args(arguments)
    varied = "rates" if options.rates else "seeds"
    values = options.rates or [STEP * (i + 1) for i in range(options.seeds)]
    find_fonts()
    try:
        notebook = read(options.notebook)
        refuse(notebook, options.notebook, varied)
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 1
    results = run_all(options.notebook, varied, values, options.jobs)
    name = shown(options.notebook)
    found = {"notebook": name, "varied": varied, "values": values, "runs": len(values)}
    found |= compare(notebook, results)
    report(found, options.all)
    if options.json:
        text = json.dumps(found, indent=1, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return int(bool(found["flips"] or found["errors"] or found["stopped"]))


def refuse(notebook: nbformat.NotebookNode, path: Path, varied: str) -> None:
    """Say so when there is nothing to compare with, or nothing to change."""
    cells = code_cells(notebook)
    if not cells or any(cell.execution_count is None for cell in cells):
        raise NotebookError(f"{shown(path)} has not been executed: make notebooks NB={shown(path)}")
    if varied == "rates" and all(scale_rates(cell.source, 2) == cell.source for cell in cells):
        raise NotebookError(f"No learning rate is written as a number in {shown(path)}.")


if __name__ == "__main__":
    sys.exit(main())
