"""The book on paper: a page printed from the browser, the PDF, and the zip of the site.

A tiny book is built and printed. The chapters of the real one are printed where `make book` has
built it, and its PDF is read where `make pdf` has made it.
"""

import base64
import io
import re
import subprocess
import sys
from zipfile import ZipFile

import bundle
import pdf
import pikepdf
import pytest
from browser import FONTS, PALE, set_fonts
from pypdf import PdfReader
from tiny_book import ROOT, bare_book, code, markdown, write_notebook

MOST_PAGES = 25  # of A4, before a chapter's exercises
LONGEST = "07-activations"

TOC = """format: jb-book
root: book/index
parts:
  - caption: First part
    numbered: 2
    chapters: [{file: book/one}, {file: book/two}]
  - caption: Notebooks
    chapters: [{file: book/exercises/one}]
"""
ONE = """# The `"quoted"` one

Read {ref}`the end of two <the-end>`, [its notebook](exercises/one.ipynb) and {numref}`fig-square`.

$$
x^2 + y^2 = 4711
$$

| name | value |
|------|-------|
| table| 1234  |

## Many lines

:::{dropdown} The proof
A proof that is printed.
:::"""
EXERCISES = """## Exercises

Answers stand below, folded.

### Exercise 1.1 · by hand: think

How much is one and one?

:::{dropdown} Hint
Count your thumbs.
:::

:::{dropdown} Solution
It is two.
:::

### Exercise 1.2 · in code, variant: think again

No answer is printed."""
DRAW = """from PIL import Image  # drawing
Image.new("RGB", (400, 300), "#D55E00")"""
FIGURE = {"mystnb": {"figure": {"name": "fig-square", "caption": "A square."}}}
TWO = """# Two

Back to {doc}`one`, and see [elsewhere](https://example.org/far/away).

## Many lines

FILLED

(the-end)=
## The end of two

Here it ends.

:::{dropdown} Hint
A hint to no exercise.
:::"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The folder of a built book of two chapters and an exercise notebook."""
    root = tmp_path_factory.mktemp("tiny")
    bare_book(root)
    (root / "_toc.yml").write_text(TOC, encoding="utf-8")
    (root / "book" / "index.md").write_text("# The front\n\nSee {doc}`one`.\n", encoding="utf-8")
    filled = TWO.replace("FILLED", "\n\n".join(f"Line {i}." for i in range(200)))
    (root / "book" / "two.md").write_text(filled, encoding="utf-8")
    write_notebook(
        root / "book" / "one.ipynb",
        markdown(ONE),
        code(DRAW, tags=["hide-input"], **FIGURE),
        code("print('plain', 1 + 1)", tags=["hide-input", "plain-numpy"]),
        code("print('mea' + 'sured')", tags=["hide-output", "myth-two"]),
        markdown(EXERCISES),
    )
    exercises = root / "book" / "exercises"
    exercises.mkdir()
    write_notebook(exercises / "one.ipynb", markdown("# A notebook for the screen"))
    done = run(root, "build.py")
    assert done.returncode == 0, done.stderr
    return root


def run(root, tool):
    """Run a tool of the Makefile on another book."""
    return subprocess.run(
        [sys.executable, root / "book" / "_ext" / tool],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def printed(tiny):
    """The PDF of the tiny book."""
    try:
        pdf.find_chromium()
    except pdf.PrintError as error:
        pytest.skip(str(error))
    done = run(tiny, "bundle.py")
    assert (done.returncode, done.stderr) == (0, "")
    return PdfReader(tiny / "_build" / pdf.PDF.name)


def pages(browser):
    """Print the page that a browser shows on A4, and return the text of each sheet."""
    size = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
    data = browser.tell("Page.printToPDF", printBackground=True, **size)["data"]
    return [page.extract_text() for page in PdfReader(io.BytesIO(base64.b64decode(data))).pages]


# --- A page, printed from the browser ---------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False])
def test_a_printed_page_holds_what_is_folded_and_nothing_to_press(browser, tiny, scripts):
    browser.open(tiny / "_build" / "html" / "book" / "one.html", theme="dark", scripts=scripts)
    still = {"name": "prefers-reduced-motion", "value": "no-preference"}
    browser.tell("Emulation.setEmulatedMedia", features=[still])  # where what opens fades in
    text = "\n".join(pages(browser))
    for shown in ("Count your thumbs.", "It is two.", "A proof that", "'plain'", "measured"):
        assert shown in text
    for folded in ("Hint", "Solution", "The proof"):
        assert len(re.findall(rf"^{folded}$", text, re.MULTILINE)) == 1
    for hidden in ("drawing", "Show the", "Hide the", "next", "Contents", "example.org", "CC BY"):
        assert hidden not in text


def test_paper_is_white_and_afterwards_the_page_is_as_before(browser, tiny):
    browser.open(tiny / "_build" / "html" / "book" / "one.html", theme="dark")
    browser.ask("document.querySelector('details.sd-dropdown').open = true")
    state = """[document.documentElement.dataset.theme,
        [...document.querySelectorAll("article details")].map(fold => fold.open)]"""
    before = browser.ask(state)
    assert before[0] == "dark"
    assert set(before[1]) == {True, False}
    browser.ask("dispatchEvent(new Event('beforeprint'))")
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.tell("Emulation.setEmulatedMedia", media="print", features=dark)
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.ask(PALE) == []
    assert all(browser.ask(state)[1])
    browser.tell("Emulation.setEmulatedMedia", media="", features=dark)
    browser.ask("dispatchEvent(new Event('afterprint'))")
    assert browser.ask(state) == before


def chapter(name):
    return name if name == LONGEST else pytest.param(name, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    "name", [chapter(path.stem) for path in sorted((ROOT / "book").glob("[01]*.ipynb"))]
)
def test_a_chapter_takes_few_pages(browser, built, name):
    browser.open(built / "book" / f"{name}.html", theme="dark")
    set_fonts(browser, FONTS["wide"])
    texts = pages(browser)
    heading = re.compile(r"^\d+\.\d+\. Exercises$", re.MULTILINE)
    begin = next(number for number, text in enumerate(texts) if heading.search(text))
    assert begin <= MOST_PAGES
    hints = re.findall(
        '<span class="sd-summary-text">Hint', (built / f"book/{name}.html").read_text("utf-8")
    )
    assert len(re.findall("^Hint$", "\n".join(texts), re.MULTILINE)) == len(hints)


# --- The PDF ----------------------------------------------------------------------------------


def goals(reader):
    """The page on which each name stands, and the pages of the links: pairs of page and goal."""
    named, links = {}, []
    for name, place in reader.named_destinations.items():
        named[name] = reader.get_destination_page_number(place)
    for number, page in enumerate(reader.pages):
        for note in page.get("/Annots") or []:
            note = note.get_object()
            links.append((number, note.get("/Dest") or note["/A"]["/URI"]))
    return named, links


def outline(entries):
    """The bookmarks as nested lists of (title, what is below)."""
    found = []
    for entry in entries:
        if isinstance(entry, list):
            found[-1][1].extend(outline(entry))
        else:
            found.append((entry.title, []))
    return found


def check_links(reader):
    """Links lead to a place in the PDF or into the web, and the contents name the right pages."""
    named, links = goals(reader)
    inside = [goal for _, goal in links if not goal.startswith("http")]
    assert inside
    assert [goal for goal in inside if goal not in named] == []
    first = next(
        number for number, page in enumerate(reader.pages) if "Contents" in page.extract_text()
    )
    last = min(named[goal] for number, goal in links if number == first)
    for number in range(first, last):
        wanted = [str(named[goal] + 1) for at, goal in links if at == number]
        text = " ".join(reader.pages[number].extract_text().split())
        for page in set(wanted):
            assert len(re.findall(rf"(?<![\d.]){page}(?![\d.])", text)) >= wanted.count(page)


def test_the_pdf_says_what_it_is(printed):
    root = printed.trailer["/Root"]
    assert printed.metadata.title == "Neural Networks You Can Check"
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "Neural Networks You Can Check" in " ".join(printed.pages[0].extract_text().split())


def test_the_pdf_has_bookmarks_contents_heads_and_page_numbers(printed):
    marks = outline(printed.outline)
    one = '1. The "quoted" one'
    titles = [title for title, _ in marks]
    assert titles == ["Contents", "About this book", one, "2. Two", "Hints", "Solutions"]
    assert [title for title, _ in dict(marks)["2. Two"]] == [
        "2.1. Many lines",
        "2.2. The end of two",
    ]
    check_links(printed)
    texts = [page.extract_text() for page in printed.pages]
    for number, text in enumerate(texts[1:], 2):
        assert str(number) in text.split("\n")
    two = [text for text in texts if re.search(r"Line \d", text)]
    assert len(two) > 2
    assert all("2. Two" in text for text in two)
    opening = next(" ".join(text.split()) for text in texts if "4711" in text)
    assert opening.count(one) == 2  # in the head, and as the title


def test_hints_and_solutions_stand_at_the_end(printed):
    texts = [page.extract_text() for page in printed.pages]
    task, hint, solution = (
        next(number for number, text in enumerate(texts) if words in text)
        for words in ("How much is one", "Count your thumbs", "It is two")
    )
    assert task < hint < solution
    assert f"Hint: page {hint + 1} Solution: page {solution + 1}" in " ".join(texts[task].split())
    assert "Answers stand at the end of the book" in " ".join(texts[task].split())
    for answer in (hint, solution):
        assert f"think (page {task + 1})" in " ".join(texts[answer].split())
    named, links = goals(printed)
    ways = {(number, named.get(goal)) for number, goal in links}
    assert {(task, hint), (task, solution), (hint, task), (solution, task)} <= ways
    assert "A hint to no exercise" in next(text for text in texts if "Here it ends." in text)


def test_links_between_chapters_lead_to_their_places(printed):
    texts = [page.extract_text() for page in printed.pages]
    named, links = goals(printed)
    one, two, end = (
        next(number for number, text in enumerate(texts) if words in text)
        for words in ("4711", "Back to", "Here it ends.")
    )
    ways = {(number, named.get(goal)) for number, goal in links}
    assert {(one, end), (two, one)} <= ways
    lines = {named[name] for name in named if name.endswith(".many-lines")}
    assert lines == {one, two}  # each chapter has its own


def test_the_pdf_holds_the_pages_and_no_more(printed):
    texts = [" ".join(page.extract_text().split()) for page in printed.pages]
    whole = " ".join(texts)
    for shown in ("4711", "1234", "A proof that", "'plain'", "measured", "its notebook"):
        assert shown in whole
    for hidden in ("A notebook for the screen", "drawing", "Show the", "@@", "000", "Details"):
        assert hidden not in whole
    figure = next(number for number, text in enumerate(texts) if "A square." in text)
    assert len(printed.pages[figure].images) == 1
    assert "https://example.org/far/away" in [goal for _, goal in goals(printed)[1]]


def test_a_formula_of_the_pdf_is_read_as_its_tex(printed):
    with pikepdf.open(printed.stream) as file:
        parts = [part for part in file.objects if isinstance(part, pikepdf.Dictionary)]
        said = [str(part.Alt) for part in parts if part.get("/S") == pikepdf.Name.Formula]
    assert said == ["x^2 + y^2 = 4711"]


def test_without_chromium_a_sentence_says_so(monkeypatch, capsys):
    monkeypatch.setattr(pdf, "PLACES", ())
    assert pdf.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("The book was not printed: ")
    assert "Chromium" in said
    assert said.count("\n") == 1


def test_the_pdf_of_the_book():
    """What `make pdf` has made last."""
    if not pdf.PDF.exists():
        pytest.skip("the book is not printed: make pdf")
    reader = PdfReader(pdf.PDF)
    check_links(reader)
    titles = [title for title, _ in outline(reader.outline)]
    chapters = [title for title in titles if re.match(r"\d+\. ", title)]
    assert len(chapters) == len(list((ROOT / "book").glob("[01]*.ipynb")))
    assert titles[-2:] == ["Hints", "Solutions"]


# --- The zip ----------------------------------------------------------------------------------


def test_the_unpacked_site_works_from_the_disk(printed, browser, tiny, tmp_path):
    with ZipFile(tiny / "_build" / bundle.ZIP.name) as archive:
        archive.extractall(tmp_path)
    site = tmp_path / bundle.NAME
    first = re.search('url=([^"]+)', (site / "index.html").read_text(encoding="utf-8"))[1]
    assert first == "book/index.html"
    for name in ("book/one.html", first):
        browser.open(site / name)
        assert browser.problems() == []
    link = browser.ask("document.querySelector('.nn-pdf a').href")
    assert link == (site / pdf.PDF.name).as_uri()
    assert (site / pdf.PDF.name).read_bytes().startswith(b"%PDF")
    assert browser.ask("document.querySelector('.nn-pdf').checkVisibility()")


def test_without_a_pdf_the_zip_has_no_link_to_one(tiny, monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "SITE", tiny / "_build" / "html")
    monkeypatch.setattr(pdf, "ROOT", tiny)
    monkeypatch.setattr(bundle, "ZIP", tmp_path / "site.zip")
    with ZipFile(bundle.write(with_pdf=False)) as archive:
        assert "nn-pdf" not in archive.read(f"{bundle.NAME}/book/index.html").decode()
        assert not [name for name in archive.namelist() if name.endswith(".pdf")]
