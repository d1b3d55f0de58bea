"""Measure how chapters depend on their seeds, and write the table of book/other-seeds.md.

    python book/_ext/seeds.py book/05-….ipynb  # runs it ten times, writes the table
    python book/_ext/seeds.py                  # runs nothing, writes the table

What was measured is kept in book/_ext/seeds.json, with a digest of the code that was run. A chapter
whose code has changed since then is marked in the table until it is measured again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import statistics
import sys
from pathlib import Path

import nbformat
from notebooks import ROOT, find_fonts, read, shown
from reseed import STEP, code_cells, compare, place, run_all

RUNS = 10
STORED = Path(__file__).with_name("seeds.json")
PAGE = ROOT / "book" / "other-seeds.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
CHAPTERS = sorted((ROOT / "book").glob("[0-9][0-9]-*.ipynb"))


def digest(notebook: nbformat.NotebookNode) -> str:
    """Of what is run: the sources of the code cells."""
    code = "\0".join(cell.source for cell in code_cells(notebook))
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def summary(notebook: nbformat.NotebookNode, found: dict) -> dict:
    """What is kept of the findings of `reseed.compare`."""
    relative = [
        number["relative"]
        for one in found["changes"]
        for number in one["numbers"]
        if number["relative"] is not None
    ]
    return {
        "digest": digest(notebook),
        "runs": found["runs"],
        "lines": found["lines"],
        "changed": found["changed"],
        "median": statistics.median(relative) if relative else None,
        "flips": [
            {"place": place(one), "line": one["line"], "runs": one["runs"]}
            for one in found["changes"]
            if one["kind"] == "flip"
        ],
        "failing": [{"place": place(one), "runs": one["runs"]} for one in found["errors"]],
        "stopped": len(found["stopped"]),
    }


def measure(path: Path, jobs: int) -> dict:
    notebook = read(path)
    results = run_all(path, "seeds", [STEP * (i + 1) for i in range(RUNS)], jobs)
    return summary(notebook, {"runs": RUNS, **compare(notebook, results)})


def table(stored: dict, notebooks: dict) -> str:
    """The table, and under it each verdict that flipped and each cell that failed."""
    rows = [
        "| Chapter | Lines printed | of them change | Half of the numbers move by less than"
        " | Verdicts that flip | Cells that fail |",
        "|:--|--:|--:|--:|--:|--:|",
    ]
    notes = []
    for name, notebook in notebooks.items():
        title = re.match(r"# (.*)", notebook.cells[0].source)[1]
        chapter = f"{int(name[:2])}. [{title}]({name}.ipynb)"
        if (one := stored.get(name)) is None:
            rows.append(f"| {chapter} | not measured | | | | |")
            continue
        mark = "" if one["digest"] == digest(notebook) else " †"
        share = one["median"]
        median = "–" if share is None else f"{float(f'{100 * share:.2g}'):g} %"
        counts = one["lines"], one["changed"], median, len(one["flips"]), len(one["failing"])
        rows.append(f"| {chapter}{mark} | {' | '.join(map(str, counts))} |")
        for finding in one["flips"] + one["failing"]:
            where = finding["place"].replace("Code", "code", 1)
            what = f": `{finding['line'].strip()}`" if "line" in finding else " fails"
            notes.append(
                f"- [Chapter {int(name[:2])}]({name}.ipynb), {where}{what}, in {finding['runs']}"
                f" of {RUNS} runs."
            )
    listed = "\n".join(notes) or "None."
    return "\n".join(rows) + "\n\n**What flipped or failed.**\n\n" + listed


def with_table(page: str, text: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{shown(PAGE)} has no place for the table: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", type=Path, nargs="*")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="runs at a time")
    options = parser.parse_args(arguments)
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    if options.notebooks:
        find_fonts()
    for path in options.notebooks:
        stored[path.stem] = measure(path, options.jobs)
        text = json.dumps(dict(sorted(stored.items())), indent=1, ensure_ascii=False)
        STORED.write_text(text + "\n", encoding="utf-8")
    written = table(stored, {path.stem: read(path) for path in CHAPTERS})
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), written), encoding="utf-8")
    print(f"{shown(PAGE)}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
