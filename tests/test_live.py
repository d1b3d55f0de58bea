"""A chapter as `make lab` opens it: a Jupyter server, and a reader who runs and changes cells."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path

import browser as chromium
import nbformat
import numpy as np
import pytest

from companion.losses import softmax

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "04-softmax.ipynb"  # has a chart with sliders, and is the quickest of those that do
STORED = nbformat.read(ROOT / "book" / CHAPTER, as_version=4)
TEXTS = [cell for cell in STORED.cells if cell.cell_type == "markdown"]

# Of the notebook that JupyterLab shows: its widget, and its cells of code.
NOTEBOOK = "jupyterapp.shell.currentWidget"
CODE = f"{NOTEBOOK}.content.widgets.filter(cell => cell.model.type === 'code')"

# As a reader would see it: what a cell has printed, and the name of an error.
OUTPUTS = f"""{CODE}.map(cell => cell.model.outputs.toJSON().map(
    one => one.ename ?? [one.text ?? one.data?.["text/plain"] ?? ""].flat().join("")).join(""))"""

# What a chart looks like now, drawn or painted.
PICTURE = """cell => [...cell.querySelectorAll("canvas")].map(one => one.toDataURL()).join("")
    + [...cell.querySelectorAll("svg.marks")].map(one => one.outerHTML).join("")"""

# The texts that JupyterLab has set, without the editors behind them; what it left of MyST in them.
SET = """[...document.querySelectorAll(".jp-MarkdownCell .jp-InputArea")].map(area =>
    [...area.children].filter(part => !part.matches(".jp-InputArea-editor"))
    .map(part => part.textContent).join("")).filter(text => text.trim())"""
LEFT_OVER = rf"""{SET}.join("\n").match(/:::|\{{(?:term|numref|cite|admonition|dropdown)\}}.*/g)"""


def command(notebook):
    """What `make lab NB=notebook` runs after .venv is there."""
    recipe = re.search(
        r"^lab: environment.*\n\t@\$\(PY\) (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE
    )[1]
    assert "$(or $(NB),book/01-perceptron.ipynb)" in recipe
    return shlex.split(recipe.replace("$(or $(NB),book/01-perceptron.ipynb)", str(notebook)))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server for a copy of the chapter without outputs; the file that a browser opens first."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    folder = tmp_path_factory.mktemp("lab")
    notebook = deepcopy(STORED)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    (folder / "book").mkdir()
    nbformat.write(notebook, folder / "book" / CHAPTER)
    # Nothing of the person at the keyboard: no settings, no workspace, no other server.
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    env = {**os.environ, **{name: str(folder / name) for name in own}}
    options = ["--no-browser", "--ip=127.0.0.1", "--port=0", "--expose-app-in-browser"]
    options.append("--allow-root")
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, *command(folder / "book" / CHAPTER), *options],
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        end = time.monotonic() + chromium.PATIENCE
        runtime = folder / "JUPYTER_RUNTIME_DIR"
        while not (found := [*runtime.glob("jpserver-file-to-run-*-open.html")]):
            said = (folder / "log").read_text()
            assert process.poll() is None and time.monotonic() < end, f"no server started: {said}"
            time.sleep(0.05)
        yield found[0]
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)  # it ends its kernels first
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


@pytest.fixture(scope="module")
def lab(server, browser):
    """Chromium, in which JupyterLab has opened the chapter and its kernel is ready."""
    browser.resize(1280)
    browser.tell("Page.navigate", url=server.as_uri())
    browser.wait(f"window.jupyterapp && {NOTEBOOK}?.content?.widgets?.length", "a notebook opens")
    browser.wait(f"{NOTEBOOK}.sessionContext.session?.kernel?.status === 'idle'", "a kernel")
    return browser


def run(browser, what, *, by):
    """Wait until a command has run cells, and say what every cell shows then."""
    browser.ask(f"window.ended = false, {by}.then(() => window.ended = true), 0")
    browser.wait("window.ended", what)
    return browser.ask(OUTPUTS)


def select(browser, number):
    """Make a cell of code the one that commands and keys go to."""
    cells = f"{NOTEBOOK}.content.widgets"
    browser.ask(f"{NOTEBOOK}.content.activeCellIndex = {cells}.indexOf({CODE}[{number}])")


def number(browser, text):
    """Which of the cells of code has this in it."""
    sources = browser.ask(f"{CODE}.map(cell => cell.model.sharedModel.getSource())")
    (found,) = [i for i, source in enumerate(sources) if text in source]
    return found


def test_all_cells_run_and_a_changed_one_shows_another_result(lab):
    shown = run(lab, "all cells", by="jupyterapp.commands.execute('notebook:run-all-cells')")
    cells = [cell for cell in STORED.cells if cell.cell_type == "code"]
    for cell, text in zip(cells, shown, strict=True):
        printed = "".join(one.text for one in cell.outputs if one.get("name") == "stdout")
        assert text.startswith(printed) if printed else "Error" not in text, cell.source

    changed = number(lab, "for T in (0.05, 0.25, 1, 10, 1000):")
    select(lab, changed)
    lab.ask(f"{CODE}[{changed}].model.sharedModel.setSource('')")
    lab.ask("jupyterapp.commands.execute('notebook:enter-edit-mode')")
    lab.wait("document.activeElement.closest('.cm-content')", "the cell takes keys")
    lab.tell("Input.insertText", text="print(losses.softmax(z, temperature=0.5).round(3))")
    lab.press("Enter", 13, shift=True)
    expected = str(softmax(np.array([1.45, 2, -1.4]), temperature=0.5).round(3))
    lab.wait(f"({OUTPUTS})[{changed}].trim() === {json.dumps(expected)}", "the new result")


def test_a_slider_moves_the_chart_by_key(lab):
    at = number(lab, "interactive.softmax_bars")
    select(lab, at)
    run(lab, "the chart", by="jupyterapp.commands.execute('notebook:run-cell')")
    cell = f"{CODE}[{at}].node"
    lab.wait(f"{cell}.querySelector('.vega-bind input[type=range]')", "the chart has sliders")
    before = lab.ask(f"({PICTURE})({cell})")
    lab.ask(f"{cell}.querySelector('.vega-bind input[type=range]').focus()")
    for _ in range(5):
        lab.press("ArrowRight", 39)
    lab.wait(f"({PICTURE})({cell}) !== {json.dumps(before)}", "the bars follow the slider")

    lab.ask("jupyterapp.commands.execute('notebook:enter-command-mode')")
    active = f"{NOTEBOOK}.content.activeCellIndex"
    before = lab.ask(active)
    lab.ask(f"{NOTEBOOK}.content.activeCell.node.focus()")
    lab.press("ArrowDown", 40)
    lab.wait(f"{active} === {before + 1}", "elsewhere the key goes to the next cell")


def test_a_chapter_opens_and_reads_like_a_page(lab):
    assert lab.ask(f"{NOTEBOOK}.context.path") == CHAPTER, "JupyterLab starts in the folder book"
    # JupyterLab sets one text after the other.
    lab.wait(f"{SET}.length === {len(TEXTS)}", "all texts")
    lab.wait(f"!{LEFT_OVER}", "no text shows its MyST")
