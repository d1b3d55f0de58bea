"""The pages of the book keep to what a machine can hold them to, and the checks find what is wrong.

What each check asks for is written in `book_checks.py`.
"""

import base64
import copy
import json
import re
from pathlib import Path

import book_checks as checks
import nbformat
import pytest
import yaml
from notebooks import all_notebooks, as_text, normalise
from run_frameworks import STORED, scripts

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def toc():
    """The files of the table of contents, and those in a numbered part: the finished chapters."""
    tree = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    numbered = [part for part in tree["parts"] if part.get("numbered")]
    return [tree["root"], *files_in(tree)], files_in(numbered)


def files_in(tree):
    if isinstance(tree, list):
        return [file for one in tree for file in files_in(one)]
    if isinstance(tree, dict):
        return ([tree["file"]] if "file" in tree else []) + files_in(list(tree.values()))
    return []


NOTEBOOKS = {name_of(path): nbformat.read(path, as_version=4) for path in all_notebooks()}
PAGES = {name_of(path): path.read_text(encoding="utf-8") for path in sorted(BOOK.glob("*.md"))}
CONTENTS, FINISHED = toc()
CHAPTERS = {name: nb for name, nb in NOTEBOOKS.items() if name.removesuffix(".ipynb") in FINISHED}
IN_ORDER = {f"{file}.ipynb": NOTEBOOKS[f"{file}.ipynb"] for file in FINISHED}
# What is read as a page: the notebooks that students fill in keep to fewer rules.
READ = {name: nb for name, nb in NOTEBOOKS.items() if "/exercises/" not in name}


def tagged(notebook):
    """The claims and misconceptions that its cells show."""
    cells = checks.code_cells(notebook)
    return [tag for cell in cells for tag in checks.tags(cell, "claim-", "myth-")]


def each(notebooks):
    return pytest.mark.parametrize("name", notebooks)


# --- The book ---------------------------------------------------------------------------------


@each(NOTEBOOKS)
@pytest.mark.parametrize(
    "check", [checks.code_problems, checks.output_problems, checks.execution_problems]
)
def test_cells(name, check):
    assert check(NOTEBOOKS[name]) == []


@each(NOTEBOOKS)
def test_notebook_is_stored_in_its_normal_form(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert checks.form_problems(NOTEBOOKS[name], text) == []


@each(NOTEBOOKS)
def test_self_checks_exist(name):
    assert checks.check_problems(NOTEBOOKS[name], exercise_modules()) == []


@each(READ)
def test_cells_are_short(name):
    assert checks.length_problems(READ[name]) == []


@each(READ)
def test_figures_have_alternative_text_name_and_caption(name):
    assert checks.figure_problems(READ[name]) == []


@each(READ)
def test_claims_and_misconceptions_are_announced(name):
    assert checks.announcement_problems(READ[name]) == []


@each(READ)
def test_numbers_in_sentences_come_from_cells(name):
    partners = [NOTEBOOKS[one] for one in NOTEBOOKS if one in exercise_notebooks(name)]
    assert checks.decimal_problems(READ[name], partners) == []


@each([*READ, *PAGES])
def test_no_word_that_discourages(name):
    text = PAGES[name] if name in PAGES else checks.markdown(READ[name])
    assert checks.word_problems(text) == []


@each(CHAPTERS)
def test_exercises_of_a_chapter(name):
    assert checks.exercise_problems(CHAPTERS[name], number_of(name)) == []


@each(CHAPTERS)
def test_a_chapter_opens_with_its_box(name):
    assert checks.box_problems(CHAPTERS[name]) == []


@each(CHAPTERS)
@pytest.mark.parametrize("check", checks.OF_A_CHAPTER)
def test_the_parts_of_a_chapter(name, check):
    assert check(CHAPTERS[name]) == []


@each(CHAPTERS)
def test_what_a_chapter_shows_of_other_libraries(name):
    start = f"chapter_{number_of(name)}_"
    paths = {one: path for one, path in scripts().items() if one.startswith(start)}
    sources = {one: path.read_text(encoding="utf-8") for one, path in paths.items()}
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    printed = {one: stored[one]["printed"] for one in paths}
    assert checks.elsewhere_problems(CHAPTERS[name], sources, printed) == []


@each(CHAPTERS)
def test_a_chapter_links_to_its_exercise_notebook(name):
    student = exercise_notebooks(name)[0]
    assert student in NOTEBOOKS
    link = student.removeprefix("book/").removesuffix(".ipynb")
    assert re.search(rf"\]\({link}(\.ipynb)?\)", checks.markdown(CHAPTERS[name]))


def number_of(name):
    return int(re.search(r"(\d+)-", name)[1])


def exercise_notebooks(name):
    """The student's notebook of a chapter, and the one it is made from."""
    return [f"book/exercises/{Path(name).name}", f"book/exercises/source/{Path(name).name}"]


def exercise_modules():
    return [path.stem for path in (ROOT / "companion" / "exercises").glob("[!_]*.py")]


def test_every_exercise_module_is_asked_for():
    sources = [nb for name, nb in NOTEBOOKS.items() if "/exercises/source/" in name]
    code = "\n".join(cell.source for nb in sources for cell in checks.code_cells(nb))
    assert [name for name in exercise_modules() if f'check("{name}"' not in code] == []


def test_names_of_figures_claims_and_misconceptions_are_unique():
    assert checks.uniqueness_problems(READ) == []


def test_references_to_figures_lead_somewhere():
    names = {checks.figure(cell)[0] for nb in READ.values() for cell in checks.code_cells(nb)}
    for text in PAGES.values():  # figures that are files
        names |= set(re.findall(r"^:name: (\S+)", text, re.MULTILINE))
    texts = PAGES | {name: checks.markdown(notebook) for name, notebook in NOTEBOOKS.items()}
    assert checks.reference_problems(texts, names) == []


@each(READ | PAGES)
def test_a_term_that_is_linked_stands_in_the_glossary(name):
    text = PAGES[name] if name in PAGES else checks.markdown(READ[name])
    linked = re.findall(r"\{term\}`(?:[^`<]*<)?([^`>]+)>?`", text)
    entries = {line.lower() for line in PAGES["book/glossary.md"].splitlines()}
    assert [term for term in linked if " ".join(term.split()).lower() not in entries] == []


@each(IN_ORDER)
def test_claims_and_misconceptions_match_their_tests(name):
    number = number_of(name)
    source = (ROOT / "tests" / f"test_claims_{number:02}.py").read_text(encoding="utf-8")
    assert checks.claim_problems(number, tagged(IN_ORDER[name]), source) == []


def test_the_page_of_misconceptions_is_complete():
    tags = [tag for notebook in NOTEBOOKS.values() for tag in tagged(notebook)]
    myths = [tag for tag in tags if tag.startswith("myth-")]
    assert checks.misconception_problems(myths, PAGES["book/misconceptions.md"]) == []


def test_the_page_of_misconceptions_quotes_the_chapters():
    chapters = {number_of(name): notebook for name, notebook in IN_ORDER.items()}
    assert checks.quotation_problems(chapters, PAGES["book/misconceptions.md"]) == []


@each([*READ, *PAGES])
def test_a_chapter_that_is_named_is_a_link(name):
    text = PAGES[name] if name in PAGES else checks.markdown(READ[name])
    assert checks.chapter_link_problems(text) == []


def test_the_glossary_is_in_its_form_and_order():
    assert checks.glossary_problems(PAGES["book/glossary.md"]) == []


def test_each_term_is_a_link_at_its_first_use():
    assert checks.term_problems(IN_ORDER, PAGES["book/glossary.md"]) == []


def test_each_term_is_used():
    pages = [text for name, text in PAGES.items() if name != "book/glossary.md"]
    texts = pages + [checks.markdown(notebook) for notebook in READ.values()]
    assert checks.unused_problems(texts, PAGES["book/glossary.md"]) == []


def test_each_letter_of_a_formula_is_explained():
    assert checks.notation_problems(IN_ORDER, PAGES["book/notation.md"]) == []


def test_the_bibliography_is_what_the_book_cites():
    texts = [*PAGES.values(), *map(checks.markdown, READ.values())]
    cited = set().union(*map(checks.citations, texts))
    text = (BOOK / "references.bib").read_text(encoding="utf-8")
    assert checks.bibliography_problems(text, cited) == []


def test_every_page_is_in_the_contents():
    files = [*PAGES, *(name for name in NOTEBOOKS if "/source/" not in name)]
    assert checks.contents_problems([name.rsplit(".", 1)[0] for name in files], CONTENTS) == []


# --- The checks -------------------------------------------------------------------------------
# A page that keeps every rule, and for each rule a page that breaks it.

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
ALT = "A line through two clouds of points; each cloud lies on its own side of the line."
FIGURE = {
    "image": {"alt": ALT},
    "figure": {"name": "fig-clouds", "caption": "One line is enough for these two clouds."},
}


def markdown(text):
    return nbformat.v4.new_markdown_cell(text)


def code(source, output=None, **metadata):
    cell = nbformat.v4.new_code_cell(source, metadata=metadata, execution_count=1)
    if isinstance(output, str):
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=output)]
    elif output:
        cell.outputs = [nbformat.v4.new_output("display_data", data=output)]
    return cell


def exercise(number, level, title, solution=True):
    text = f"### Exercise 1.{number} · {level}: {title}\nTake $w = 0.75$. What is the share?\n\n"
    text += fold("Hint", "Start with 0.75 of it.")
    return markdown(text + (fold("Solution", "The share is 0.36.") if solution else ""))


def fold(kind, text):
    return f":::{{dropdown}} {kind}\n{text}\n:::\n\n"


def good_page():
    levels = ["by hand", "in code", "open"] * 3
    notebook = nbformat.v4.new_notebook(
        cells=[
            markdown(
                "# A page\n\nThe share is 0.36, as Exercise 1.2 says; this runs on Python 3.11."
            ),
            code("rng = np.random.default_rng(3)\nprint(0.5, rng)", "0.36\n"),
            markdown("**Claim.** It is so.\n\nSee {numref}`fig-clouds`."),
            code("print(True)", "True\n", tags=["claim-it-is-so"]),
            markdown('> **Often said:** "It is just so."\n\nWhat do you expect?'),
            code("print(False)", "False\n", tags=["myth-just-so"]),
            markdown("**What is true.** It is not so."),
            code("show()", {"image/png": PNG}, mystnb=FIGURE),
            code('check("step", step)', "right\n"),
            markdown("## Exercises"),
            *(exercise(number, level, "A task") for number, level in enumerate(levels, 1)),
            exercise(10, "in code, variant", "A task", solution=False),
        ]
    )
    normalise(notebook)
    return notebook


PLAIN = """import numpy as np

def mean(x):
    total = np.sum(x)
    return total / len(x)"""


def chapter_page():
    """The good page, with all that a chapter has."""
    notebook = good_page()
    draws = next(cell for cell in checks.code_cells(notebook) if checks.pictures(cell))
    notebook.cells.remove(draws)
    draws.metadata["tags"] = ["hide-input"]
    myth = next(cell for cell in notebook.cells if checks.tags(cell, "myth-"))
    myth.metadata["tags"].append("hide-output")
    myth.outputs[0].text = "loss 0.36\n"
    for cell in checks.code_cells(notebook):
        if checks.tags(cell, "claim-"):
            cell.outputs[0].text = "loss 0.36\n" * 19 + "equal: True\n"
    start = next(n for n, cell in enumerate(notebook.cells) if cell.source == "## Exercises")
    notebook.cells[start:start] = [
        markdown("## Summary\n\n- One line.\n- Another one."),
        markdown("## The same elsewhere\n\n```python\n# PyTorch\nx = 1\n```"),
        code("from companion.data import average\n\nx = np.array([1, 2])"),
        code(PLAIN, tags=["plain-numpy", "hide-input"]),
        code("print(mean(x), average(x))", "1.5 1.5\n"),
        markdown("## Further on\n\nMore of it."),
    ]
    notebook.cells.append(markdown("## Where it comes from\n\nFrom there."))
    notebook.cells[1:1] = [
        draws,
        markdown(":::{admonition} In short\n:class: in-short\nThe share is 0.36.\n:::"),
        markdown("## What you will be able to do\n\n- See it."),
    ]
    return executed(notebook)


def executed(notebook):
    """A notebook as `make notebooks` leaves it."""
    for number, cell in enumerate(checks.code_cells(notebook), 1):
        cell.execution_count = number
    normalise(notebook)
    return notebook


def part_problems(notebook):
    return [problem for check in checks.OF_A_CHAPTER for problem in check(notebook)]


def all_problems(notebook):
    """What every check says about one page."""
    return [
        *checks.code_problems(notebook),
        *checks.output_problems(notebook),
        *checks.execution_problems(notebook),
        *checks.form_problems(notebook, as_text(notebook)),
        *checks.length_problems(notebook),
        *checks.figure_problems(notebook),
        *checks.check_problems(notebook, ["step"]),
        *checks.announcement_problems(notebook),
        *checks.decimal_problems(notebook),
        *checks.word_problems(checks.markdown(notebook)),
        *checks.exercise_problems(notebook, 1),
        *checks.uniqueness_problems({"page": notebook}),
    ]


def test_a_good_page_has_no_problem():
    assert all_problems(good_page()) == []


def with_cell(*cells):
    """Break a page by more cells, after the first ones."""

    def change(notebook):
        notebook.cells[2:2] = copy.deepcopy(cells)

    return change


def with_text(old, new):
    """Break a page by other words in its Markdown."""

    def change(notebook):
        assert old in checks.markdown(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = cell.source.replace(old, new)

    return change


def with_figure(**settings):
    def change(notebook):
        cell = next(cell for cell in checks.code_cells(notebook) if checks.pictures(cell))
        cell.metadata["mystnb"] = copy.deepcopy(FIGURE) | settings

    return change


def with_chart(description):
    chart = {checks.VEGA_LITE: {"description": description}}
    figure = {"figure": {"name": "fig-chart", "caption": "One line is not enough for them."}}
    return with_cell(code("chart()", chart, mystnb=figure))


def not_executed(notebook):
    checks.code_cells(notebook)[1].execution_count = None
    checks.code_cells(notebook)[1].outputs = []


def failed(notebook):
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=["no"])
    checks.code_cells(notebook)[1].outputs = [error]


def warned(notebook):
    cell = checks.code_cells(notebook)[1]
    cell.outputs = [nbformat.v4.new_output("stream", name="stderr", text="careful")]


def without_tags(notebook):
    for cell in checks.code_cells(notebook):
        cell.metadata.pop("tags", None)


def without_exercises(notebook):
    notebook.cells = notebook.cells[:-3]


FAR = [markdown("Something else.") for _ in range(5)]

BROKEN = [
    (with_cell(code("np.random.seed(0)")), "global random numbers"),
    (with_cell(code("x = np.random.normal(3)")), "global random numbers"),
    (with_cell(code("from numpy import *")), "star"),
    (with_cell(code("import sys\nsys.path.append('..')")), "sys.path"),
    (with_cell(code("open('/home/me/data.csv')")), "absolute path"),
    (with_cell(code(r"open('C:\data.csv')")), "absolute path"),
    (with_cell(code("warnings.simplefilter('ignore')")), "hides warnings"),
    (with_cell(code("x", "UserWarning: careful\n")), "shows a warning"),
    (with_cell(code("x", {"text/plain": "<object at 0x7f2a9c0d3e50>"})), "memory address"),
    (with_cell(code("x", "read /tmp/data/digits.csv\n")), "shows a path"),
    (with_cell(code("x", "12.3 ms ± 0.2 ms a loop\n")), "shows a time"),
    (with_cell(code("x", "Wall time: 3\n")), "shows a time"),
    (with_cell(code("x", " 40%|████      | 4/10\n")), "progress bar"),
    (with_cell(code("x", "0.30000000000000004\n")), "not rounded"),
    (with_cell(code("x", {"text/plain": "np.float64(0.5)"})), "NumPy type"),
    (failed, "failed: ValueError"),
    (warned, "writes to stderr"),
    (not_executed, "execution count None"),
    (with_cell(code("\n".join(["x = 1"] * 13))), "13 lines"),
    (with_cell(code("\n".join(["x = 1"] * 21), tags=["hide-input"])), "21 lines; 20 are"),
    (with_figure(image={"alt": "_build/jupyter_execute/0123456789abcdef01.png"}), "too little"),
    (with_figure(image={"alt": "A line."}), "too little"),
    (with_figure(image={}), "too little"),
    (with_figure(figure={"name": "fig-clouds", "caption": ALT}), "say the same"),
    (with_figure(figure={"name": "clouds", "caption": "One line is enough for it."}), "not fig-"),
    (with_figure(figure={"name": "fig-clouds"}), "no message"),
    (with_chart("A chart."), "too little"),
    (with_cell(code("show()", {"image/png": PNG}, mystnb=FIGURE)), "fig-clouds exists 2 times"),
    (with_cell(code("x", "1\n", tags=["claim-it-is-so"])), "claim-it-is-so exists 2 times"),
    (with_cell(code('companion.check("stpe", stpe)')), "knows no 'stpe'"),
    (without_tags, "announced claim has no tagged cell"),
    (without_tags, "announced myth has no tagged cell"),
    (with_cell(code("x", tags=["claim-unannounced"])), "0 announcements before it"),
    (with_cell(markdown("**Claim.** A second one.")), "2 announcements before it instead of 1"),
    (with_cell(markdown("**Claim.** Far."), *FAR, code("x", tags=["claim-far"])), "more than 4"),
    (with_text("**What is true.**", "Well."), "no **What is true.**"),
    (with_text("The share is 0.36, as", "The share is 0.37, as"), "0.37 stands in no cell"),
    (with_text("It is so.", "It is so: $w_1 = 0.37x$."), "0.37 stands in no cell"),
    (with_text("The share is 0.36.\n", "The share is 0.38.\n"), "1.1: 0.38 stands in no cell"),
    (with_figure(image={"alt": ALT + " Its slope is 0.81."}), "0.81 stands in no cell"),
    (with_text("It is not so.", "It is simply not so."), "the word 'simply'"),
    (with_text("It is not so.", "Just look."), "the word 'Just'"),
    (with_text("Exercise 1.3 · open", "Exercise 1.3 · hard"), "'hard' is no level"),
    (with_text("· open", "· by hand"), "no exercise is 'open'"),
    (with_text("### Exercise 1.3 · open: A task", "### Exercise 1.3: A task"), "1 headings"),
    (with_text("Exercise 1.3 ·", "Exercise 1.4 ·"), "not numbered"),
    (with_text("Exercise 1.3 ·", "Exercise 2.3 ·"), "not numbered"),
    (with_text("{dropdown} Hint", "{dropdown} Help"), "no hint"),
    (with_text("{dropdown} Solution", "{dropdown} Answer"), "no solution"),
    (with_text("{dropdown} Hint", "{note} Hint"), "no hint"),
    (with_text("0.75 of it.\n:::\n", "0.75 of it.\n:::\n\n:::{note}\nMore"), "as the others are"),
    (with_text(", variant", ""), "has one variant"),
    (with_text("1.1 · by hand: A task", "1.1 · by hand, variant: A task"), "must not be printed"),
    (without_exercises, "at least eight"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), BROKEN)
def test_checks_find_what_is_wrong(change, expected):
    notebook = good_page()
    change(notebook)
    if change is not not_executed:  # a cell without a run keeps its place in the count
        for number, cell in enumerate(checks.code_cells(notebook), 1):
            cell.execution_count = number
    assert any(expected in problem for problem in all_problems(notebook)), all_problems(notebook)


def test_a_good_chapter_has_no_problem():
    page = chapter_page()
    assert [*all_problems(page), *part_problems(page), *checks.box_problems(page)] == []
    assert "*Main path 5 minutes · further on 5 · exercises 4 hours*" in checks.markdown(page)


def in_cell(tag, old, new):
    """Break a page by other code in the cell with a tag, or in the one after it."""

    def change(notebook):
        cells = checks.code_cells(notebook)
        place = next(n for n, cell in enumerate(cells) if checks.tags(cell, tag))
        cell = next(cell for cell in cells[place : place + 2] if old in cell.source)
        cell.source = cell.source.replace(old, new)

    return change


def retagged(old, *new):
    """Break a page by taking a tag away from each cell that has it, and giving others."""

    def change(notebook):
        for cell in checks.code_cells(notebook):
            if checks.tags(cell, old):
                cell.metadata["tags"] = [tag for tag in cell.metadata["tags"] if tag != old] + [
                    *new
                ]

    return change


def without_the_cell(tag):
    def change(notebook):
        notebook.cells = [
            cell
            for cell in notebook.cells
            if cell.cell_type != "code" or not checks.tags(cell, tag)
        ]

    return change


def many(text, number):
    return with_text("It is not so.", "\n\n".join(["It is not so.", *[text] * number]))


OFTEN = '> **Often said:** "It is so."'
LINES = [code("\n".join(["x = 1"] * 11)) for _ in range(20)]

DRAWN = [code("show()", {"image/png": PNG, "text/plain": "<Figure>"}) for _ in range(20)]

BROKEN_CHAPTERS = [
    (with_text("## Summary", "## In the end"), "the last sections are"),
    (with_text("## Further on", "## Further"), "the last sections are"),
    (with_text("## Where it comes from", "## Sources"), "the last sections are"),
    (with_text("## What you will be able to do", "## Aims"), "the first section is"),
    (with_text("# A page\n", "# A page\n\n## A section\n"), "after the first heading"),
    (with_text("# A page\n", "# A page\n\n## A section\n"), "the first section is"),
    (many("One more word.", 1200), "words in the main path; 3500 are the most"),
    (with_text("More of it.", "More of it. " * 2200), "words before the exercises; 6500 are"),
    (with_cell(*LINES), "lines of visible code in the main path; 220 are the most"),
    (many("```python\n" + "x = 1\n" * 220 + "```", 1), "lines of visible code in the main path"),
    (many(OFTEN, 4), "5 misconceptions in the main path; 4 are the most"),
    (with_text("- One line.", "- One line.\n" * 5), "6 items in the summary; 5 are the most"),
    (with_text("- One line.\n- Another one.", "One line."), "the summary is no list"),
    (retagged("hide-input"), "cell 1 draws and prints nothing: tag it hide-input"),
    (retagged("hide-input"), "cell 7 is the plain NumPy: tag it hide-input"),
    (retagged("hide-output"), "cell 4 settles a misconception: tag it hide-output"),
    (with_cell(code("show()", {"image/png": PNG})), "cell 2 draws and prints nothing"),
    (retagged("hide-input"), "no figure comes before the first visible code"),
    (retagged("hide-input", "hide-input", "hide-output"), "no figure comes before the first"),
    (in_cell("plain-numpy", "total = ", "total = " + "0 + " * 20), "characters, 79"),
    (with_text("x = 1\n", f"x = 1  # {'long' * 20}\n"), "characters, 79 are the most"),
    (in_cell("plain-numpy", "import numpy as np", "import scipy"), "imports scipy"),
    (in_cell("plain-numpy", "np\n", "np\nfrom companion import data\n"), "imports companion"),
    (in_cell("plain-numpy", "np.sum(x)", "average(x)"), "uses the companion's average"),
    (in_cell("plain-numpy", "print(mean(x), average(x))", "mean(x) - average(x)"), "compares it"),
    (in_cell("plain-numpy", "print(mean(x), average(x))", "print(mean(2))"), "compares it"),
    (in_cell("plain-numpy", "print(mean(x), average(x))", "print(average(x))"), "compares it"),
    (in_cell("plain-numpy", "mean(x), average(x)", "[mean(n) for n in ()]"), "compares it"),
    (retagged("plain-numpy"), "0 cells are tagged plain-numpy"),
    (with_cell(code("y = 2", tags=["plain-numpy"])), "2 cells are tagged plain-numpy"),
    (with_cell(code("x == y", {"text/plain": "False"}), *DRAWN), "2 of 25 printed lines"),
    (without_the_cell("plain-numpy"), "0 cells are tagged plain-numpy"),
    (with_cell(code("print(x == y)", "the same: True\n")), "2 of 25 printed lines end in True"),
    (with_cell(code("x == y", {"text/plain": "False"})), "2 of 25 printed lines end in True"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), BROKEN_CHAPTERS)
def test_checks_find_what_a_chapter_may_not_have(change, expected):
    notebook = chapter_page()
    change(notebook)
    problems = part_problems(executed(notebook))
    assert any(expected in problem for problem in problems), problems


def test_a_cell_that_prints_beside_its_figure_need_not_be_folded():
    notebook = chapter_page()
    cell = code("show()", {"image/png": PNG})
    cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text="loss 0.36\n"))
    with_cell(cell)(notebook)
    assert checks.fold_problems(notebook) == []


def test_a_figure_that_is_a_file_may_come_first():
    notebook = chapter_page()
    retagged("hide-input")(notebook)
    with_text("# A page\n", "# A page\n\n```{figure} one.svg\nA line.\n```\n")(notebook)
    assert checks.opening_problems(notebook) == []


def test_the_plain_numpy_may_be_long():
    notebook = chapter_page()
    in_cell("plain-numpy", "\n\ndef", "\n" * 56 + "\ndef")(notebook)
    assert checks.length_problems(notebook) == []
    in_cell("plain-numpy", "\ndef", "\n\ndef")(notebook)
    assert checks.length_problems(notebook) == [
        "cell 7 has 61 lines; 60 are the most, 8 are better"
    ]


def test_checks_find_a_time_that_is_no_longer_right():
    notebook = chapter_page()
    text = as_text(notebook)
    assert checks.form_problems(notebook, text) == []
    with_text("More of it.", "More of it. " * 1000)(notebook)
    assert checks.form_problems(notebook, as_text(notebook))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":class: in-short\n", ""),
        ("{admonition} In short", "{note}"),
        (":class: in-short\n", ":class: tip\n"),
    ],
)
def test_checks_find_a_box_that_is_not_written_as_one(old, new):
    notebook = chapter_page()
    with_text(old, new)(notebook)
    assert "0 boxes" in checks.box_problems(notebook)[0]


def test_what_stands_in_the_box_is_held_like_a_sentence():
    notebook = chapter_page()
    with_text("in-short\nThe share is 0.36.", "in-short\nThe share is simply 0.37.")(notebook)
    assert checks.decimal_problems(notebook) == ["0.37 stands in no cell"]
    assert checks.word_problems(checks.markdown(notebook)) == ["the word 'simply'"]


def test_checks_find_code_of_other_libraries_that_is_not_run():
    source, page = "# PyTorch\nx = 1\n", chapter_page()
    pytorch, printed = {"chapter_1_pytorch": source}, {"chapter_1_pytorch": ["1.5"]}
    another = ["chapter_1_pytorch prints something else than the page shows"]
    assert checks.elsewhere_problems(page, pytorch, printed) == another  # it shows nothing
    with_text("x = 1\n```", "x = 1\n```\n\n```text\n1.5\n```")(page)
    assert checks.elsewhere_problems(page, pytorch, printed) == []
    assert checks.elsewhere_problems(page, {}, {}) == [
        "'# PyTorch' opens no script of tests/frameworks",
        "no script of PyTorch in tests/frameworks",
    ]
    changed = {"chapter_1_pytorch": source.replace("1", "2")}
    assert checks.elsewhere_problems(page, changed, printed) == [
        "chapter_1_pytorch does not stand on the page as it is",
        "'# PyTorch' opens no script of tests/frameworks",
    ]
    two = pytorch | {"chapter_1_sklearn": "# scikit-learn\n"}
    assert checks.elsewhere_problems(page, two, printed) == [
        "chapter_1_sklearn does not stand on the page as it is"
    ]
    with_text("1.5\n```", "1.6\n```")(page)
    assert checks.elsewhere_problems(page, pytorch, printed) == another


def test_checks_find_another_form():
    notebook = good_page()
    text = as_text(notebook)
    assert checks.form_problems(notebook, text.replace('"tags"', '"collapsed": true,\n    "tags"'))
    notebook.cells[1].id = "abc"
    assert checks.form_problems(notebook, as_text(notebook))


def test_checks_find_a_reference_without_its_figure():
    pages = {"page": "See {numref}`fig-clouds` and {numref}`figure %s <fig-lines>`."}
    assert checks.reference_problems(pages, {"fig-clouds"}) == ["page: no figure fig-lines"]


def test_checks_find_a_claim_without_its_test():
    source = "def test_claim_a():\n    pass\n\ndef test_myth_b():\n    pass\n"
    assert checks.claim_problems(3, ["claim-a", "myth-b"], source) == []
    assert checks.claim_problems(3, ["claim-a"], source) == [
        "test_myth_b tests what no cell is tagged with"
    ]
    assert checks.claim_problems(3, ["claim-a", "myth-b", "claim-c"], source) == [
        "no test_claim_c in test_claims_03.py"
    ]


def test_checks_find_a_misconception_that_is_not_listed():
    page = "[The cell](01-perceptron.ipynb#myth-a) and [another](#myth-b)"
    assert checks.misconception_problems(["myth-a", "myth-b"], page) == []
    assert checks.misconception_problems(["myth-a"], page) == ["no cell is tagged myth-b"]
    assert checks.misconception_problems(["myth-a", "myth-b", "myth-c"], page) == [
        "myth-c is missing"
    ]


def test_checks_find_a_misconception_that_is_quoted_otherwise():
    def chapter(tag, quote):
        text = f'({tag})=\n> **Often said:** "{quote}"'
        return nbformat.v4.new_notebook(cells=[markdown(text)])

    def entry(tag, quote):
        return f'> **Often said:** "{quote}"\n\n**What is true.** No. [See it](#{tag})\n\n'

    chapters = {1: chapter("myth-a", "It is so."), 2: chapter("myth-b", "So it is.")}
    first, second = entry("myth-a", "It is so."), entry("myth-b", "So it is.")
    one, two = "## Chapter 1 · One\n\n", "## Chapter 2 · Two\n\n"
    assert checks.quotation_problems(chapters, one + first + two + second) == []
    for page in (
        one + first + two + second.replace("So it", "Thus it"),
        one + first + second + two,
        one + first + two + second.replace("myth-b", "myth-a"),
        one + first,
    ):
        assert checks.quotation_problems(chapters, page) == ["chapter 2 says of myth-b: So it is."]
    assert checks.quotation_problems(chapters, two + second + one + first) == [
        "the order of the chapters is ['myth-a', 'myth-b']"
    ]


def test_checks_find_a_chapter_that_is_named_without_a_link():
    linked = "As [chapter 1](01-perceptron.ipynb) says, and chapters [2](a) and [3](b).\n"
    assert checks.chapter_link_problems(linked + "## Chapter 4\n`chapter 5`") == []
    assert checks.chapter_link_problems(linked + "Chapter 4 does.") == ["'Chapter 4' is no link"]
    assert checks.chapter_link_problems("See chapters 4 and\n5.") == [
        "'chapters 4 and\\n5' is no link"
    ]


GLOSSARY = """## A

:::{glossary}
Adam
  <span lang="ko">Adam</span> · An optimizer.

affine map
affine function
  <span lang="ko">아핀 변환</span> · A linear map and a shift.
:::

## M

:::{glossary}
map
  <span lang="ko">변환</span> · What makes one thing of another (of several, too.)
:::
"""


def test_checks_find_a_glossary_out_of_form():
    assert checks.glossary_problems(GLOSSARY) == []
    for old, new, expected in (
        ("Adam\n", "agent\n", "'affine map' stands after 'agent'"),
        ("Adam\n", "momentum\n", "'momentum' stands under A"),
        ("affine function", "affine-map", "'affine map' has 2 entries"),
        ("map\n  <", "Adam\n  <", "'adam' has 2 entries"),
        ("아핀 변환", "", "no line with a Korean name"),
        ("아핀 변환", "affine", "'affine' is no Korean name"),
        ("A linear map and a shift.", "a linear map and a shift", "no line with a Korean name"),
        ("shift.", "shift.\n  More.", "no line with a Korean name"),
        ("optimizer.\n", "optimizer.\n\n", "no line with a Korean name"),
    ):
        assert old in GLOSSARY
        problems = checks.glossary_problems(GLOSSARY.replace(old, new))
        assert any(expected in problem for problem in problems), problems


def test_checks_find_a_term_that_is_no_link(monkeypatch):
    monkeypatch.setattr(checks, "ORDINARY", {"map"})

    def problems(first, second):
        chapters = {
            name: nbformat.v4.new_notebook(cells=[markdown(text)])
            for name, text in {"one": first, "two": second}.items()
        }
        return checks.term_problems(chapters, GLOSSARY)

    link, other = "An {term}`affine map`.", "Two {term}`maps <map>` with Adams."
    where = "is no link at its first use: …"
    assert problems(link, other.replace("Adams", "{term}`Adam`")) == []
    assert problems(link, other) == [f"two: 'Adam' {where} Two ⟨map⟩ with Adams. …"]
    assert problems(f"A map, an affine\nfunction. {link}", "A {term}`map`.") == [
        f"one: 'affine map' {where} A map, an affine function. An ⟨affine map⟩. …"
    ]
    assert problems(link, "A map.") == ["'map' is linked nowhere"]
    for silent in (
        "# Adam",
        "`Adam`",
        "$Adam$",
        ":::{dropdown} Solution\nAdam\n:::",
        ":::{admonition} In short\n:class: in-short\nAdam\n:::",
        "## What you will be able to do\n\nUse Adam.",
        '> **Often said:** "Adam is best."',
        "Madam, an Adam-like one.",
    ):
        assert problems(f"{link} {{term}}`map`\n\n{silent}", "") == []


def test_checks_find_a_term_that_is_not_used():
    texts = ["The `Adam` of", "a {term}`map <affine map>`, and maps"]
    assert checks.unused_problems(texts, GLOSSARY) == []
    assert checks.unused_problems(texts[:1], GLOSSARY) == [
        "'affine map' is used nowhere",
        "'map' is used nowhere",
    ]


def test_checks_find_a_letter_that_is_not_explained():
    page = "| Symbol | Meaning of $q$ |\n|---|---|\n| $x_i$, $\\eta$ | $z$ |\n"

    def problems(text, page):
        notebook = nbformat.v4.new_notebook(cells=[markdown(text)])
        return checks.notation_problems({"page": notebook}, page)

    formula = r"$$ \text{sum} = \eta\sum_i x_i $$"
    assert problems(formula, page) == []
    assert problems(formula + r" and $$ \mu z $$", page.replace("x_i", "w, x_i")) == [
        "page: mu has no row",
        "page: z has no row",
        "w stands in no formula",
    ]


BIBLIOGRAPHY = """@book{luce1959,
  author    = {Luce, R. Duncan},
  title     = {Individual Choice Behavior},
  publisher = {Wiley},
  year      = {1959},
}

@article{block1962,
  author  = {Block, H. D.},
  title   = {The Perceptron},
  journal = {Reviews of Modern Physics},
  year    = {1962},
  volume  = {34},
  pages   = {123--135},
}
"""


def test_checks_find_a_bibliography_that_is_not_what_is_cited():
    cited = checks.citations("By {cite}`luce1959, block1962` and {cite:t}`block1962`.")
    assert checks.bibliography_problems(BIBLIOGRAPHY, cited) == []
    for old, new, expected in (
        ("luce1959", "lucy1959", "luce1959 is cited and has no entry"),
        ("luce1959", "lucy1959", "lucy1959 is cited nowhere"),
        ("block1962", "luce1959", "luce1959 has 2 entries"),
        ("= {1959}", "= {1963}", "luce1959 is of the year 1963"),
        ("1959", "1963", "block1962 (1962) stands after luce1963 (1963)"),
        ("  pages ", "  note ", "block1962 has no pages or number"),
        ("  publisher ", "  note ", "luce1959 has no publisher"),
        ("  author    = ", "  editor    = ", "luce1959 has no author"),
        ("{1959},\n}", "{1959} }", "an entry is not written as the others are"),
    ):
        assert old in BIBLIOGRAPHY
        problems = checks.bibliography_problems(BIBLIOGRAPHY.replace(old, new), cited)
        assert expected in problems, problems


def test_checks_find_a_page_outside_the_contents():
    assert checks.contents_problems(["a", "b"], ["a", "c"]) == [
        "b is not in _toc.yml",
        "_toc.yml has c, which is no page",
    ]


def test_the_front_page_shows_a_cell_and_its_output_as_they_stand_in_the_chapter():
    page = (BOOK / "index.md").read_text(encoding="utf-8")
    shown = [re.search(rf"```{kind}\n(.*?)```", page, re.S)[1] for kind in ("python", "text")]
    chapter = READ["book/01-perceptron.ipynb"]
    cell = next(c for c in chapter.cells if "claim-truth-tables" in c.metadata.get("tags", []))
    assert shown == [cell.source + "\n", "".join(out.text for out in cell.outputs)]
