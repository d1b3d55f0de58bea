"""The page "Other seeds": its table says what was measured, and what has changed since."""

import json
from copy import deepcopy

import pytest
import seeds
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebooks import read

STORED = json.loads(seeds.STORED.read_text(encoding="utf-8"))
NOTEBOOKS = {path.stem: read(path) for path in seeds.CHAPTERS}
PAGE = seeds.PAGE.read_text(encoding="utf-8")


def printing(*lines, source="print(x)", tags=()):
    text = "".join(f"{line}\n" for line in lines)
    cell = new_code_cell(source, execution_count=1, metadata={"tags": list(tags)})
    cell.outputs = [new_output("stream", name="stdout", text=text)]
    return new_notebook(cells=[new_markdown_cell("# A title"), cell])


def test_the_table_on_the_page_is_what_was_measured():
    assert seeds.with_table(PAGE, seeds.table(STORED, NOTEBOOKS)) == PAGE


def test_each_chapter_was_measured_ten_times_to_the_end():
    assert set(STORED) == set(NOTEBOOKS)
    assert {one["runs"] for one in STORED.values()} == {10}
    assert {one["stopped"] for one in STORED.values()} == {0}


def test_a_summary_counts_lines_flips_and_failures():
    notebook = printing("loss 0.5", "True", tags=["claim-small"])
    found = {
        "runs": 10, "lines": 2, "changed": 2, "stopped": [],
        "changes": [
            {"cell": 1, "tags": [], "kind": "numbers", "line": "loss 0.5", "runs": 10,
             "numbers": [{"relative": 0.2}, {"relative": 0.4}, {"relative": None}]},
            {"cell": 1, "tags": ["claim-small"], "kind": "flip", "line": "True", "runs": 3,
             "numbers": []},
        ],
        "errors": [{"cell": 2, "tags": [], "runs": 1}],
    }  # fmt: skip
    one = seeds.summary(notebook, found)
    assert one["median"] == pytest.approx(0.3)
    assert one["flips"] == [{"place": "Code cell 1 [claim-small]", "line": "True", "runs": 3}]
    assert one["failing"] == [{"place": "Code cell 2", "runs": 1}]


def test_the_table_marks_what_has_changed_and_lists_what_flipped():
    notebook = printing("True")
    one = {
        "digest": seeds.digest(notebook), "runs": 10, "lines": 4, "changed": 1, "median": 0.125,
        "flips": [{"place": "Code cell 1", "line": " True", "runs": 3}],
        "failing": [], "stopped": 0,
    }  # fmt: skip
    text = seeds.table({"01-title": one}, {"01-title": notebook, "02-new": notebook})
    assert "| 1. [A title](01-title.ipynb) | 4 | 1 | 12 % | 1 | 0 |" in text
    assert "| 2. [A title](02-new.ipynb) | not measured |" in text
    assert "- [Chapter 1](01-title.ipynb), code cell 1: `True`, in 3 of 10 runs." in text
    changed = deepcopy(notebook)
    changed.cells[1].source += "  # otherwise"
    assert "](01-title.ipynb) † |" in seeds.table({"01-title": one}, {"01-title": changed})
    far = seeds.table({"01-title": one | {"median": 1.234}}, {"01-title": notebook})
    assert "| 120 % |" in far
    still = {"01-title": one | {"flips": [], "median": None, "changed": 0}}
    text = seeds.table(still, {"01-title": notebook})
    assert "| 4 | 0 | – | 0 | 0 |" in text
    assert text.endswith("None.")


def test_words_and_outputs_do_not_count_as_a_change_of_code():
    one, other = printing("True"), printing("False")
    other.cells[0].source = "# Another title"
    assert seeds.digest(one) == seeds.digest(other)


def test_a_page_without_a_place_for_the_table_is_refused():
    with pytest.raises(ValueError, match="no place for the table"):
        seeds.with_table("# Other seeds", "| |")


def test_a_chapter_is_run_and_kept(monkeypatch, tmp_path):
    """With two runs in place of ten, of a notebook that draws one number."""
    path = tmp_path / "01-draws.ipynb"
    cells = [
        new_markdown_cell("# Draws"),
        new_code_cell("import numpy as np\n\nprint(np.random.default_rng(0).random() < 2)"),
        new_code_cell("print(round(np.random.default_rng(0).random(), 3))"),
    ]
    for count, (cell, text) in enumerate(zip(cells[1:], ("True", "0.637"), strict=True), 1):
        cell.execution_count = count
        cell.outputs = [new_output("stream", name="stdout", text=f"{text}\n")]
    seeds.nbformat.write(new_notebook(cells=cells), path)
    monkeypatch.setattr(seeds, "RUNS", 2)
    one = seeds.measure(path, jobs=1)
    assert (one["runs"], one["lines"], one["changed"], one["flips"]) == (2, 2, 1, [])
    assert one["median"] > 0
