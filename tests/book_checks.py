"""What a machine can hold a page of the book to. Each check returns a list of problems, in words.

`test_book.py` applies them to the book, and applies each to a page that is broken on purpose.
"""

import ast
import builtins
import copy
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from chapter import (
    BOX,
    ELSEWHERE,
    EXERCISES,
    FURTHER,
    TIME,
    box,
    code_blocks,
    code_cells,
    parts,
    prose,
    sections,
    tags,
    text_of,
    visible_lines,
    words,
)
from notebooks import as_text, normalise

VEGA_LITE = "application/vnd.vegalite.v5+json"
MAX_LINES = 12
FOLDED_LINES = 20  # of a cell that unfolds, such as one that draws the first figure
MIN_ALT = 40  # characters: what is seen, and the finding
ABSOLUTE_PATH = r"(?<![\w.:/<])/(?:home|Users|tmp|root|usr|var|opt|mnt|work)/\S*|\b[A-Z]:\\\w+"
NEAR = 4  # cells between an announcement and the cell it announces
LEVELS = ("by hand", "in code", "open")

# Of a chapter:
FIRST = "What you will be able to do"
LAST = ("Summary", ELSEWHERE, FURTHER, EXERCISES, "Where it comes from")
MAIN_WORDS, ALL_WORDS = 3500, 6500  # of the main path; of everything before the exercises
MAIN_CODE = 220  # lines that are not folded
MAIN_MYTHS = 4
SUMMARY = 5  # items
WIDTH = 79  # characters a line of code
PLAIN_LINES = 60  # of the cell "in plain NumPy"
BARE = 0.05  # share of the printed lines that may end in True or False

# Of the back matter:
ORDINARY = set(  # terms that sentences also use as everyday words: a link in any chapter will do
    "class fold gain independent layer mistake model noise patience precision rank recall score "
    "shape target temperature training unit update".split()
)
FIELDS = {  # what an entry of the bibliography needs; of names in one tuple, one is enough
    "article": ["journal", "volume", ("pages", "number")],
    "book": ["publisher"],
    "incollection": ["booktitle", "publisher", "pages"],
    "inproceedings": ["booktitle"],
    "misc": [("howpublished", "eprint")],
    "techreport": ["institution"],
}


# Reading a notebook


def printed(cell):
    """All that a cell shows as text."""
    texts = []
    for output in cell.outputs:
        texts.append(output.get("text", ""))
        data = output.get("data", {})
        texts += [data[kind] for kind in ("text/plain", "text/html", "text/latex") if kind in data]
    return "\n".join(texts)


def markdown(notebook):
    return text_of(notebook.cells)


def figure(cell):
    """Name, caption and alternative text of a cell's figure, empty where missing."""
    settings = cell.metadata.get("mystnb", {})
    named, image = settings.get("figure", {}), settings.get("image", {})
    charts = [output.data[VEGA_LITE] for output in pictures(cell) if VEGA_LITE in output.data]
    alt = charts[0].get("description", "") if charts else image.get("alt", "")
    return named.get("name", ""), named.get("caption", ""), alt


def pictures(cell):
    kinds = {"image/png", "image/svg+xml", VEGA_LITE}
    return [output for output in cell.outputs if kinds & set(output.get("data", {}))]


# Every notebook


def code_problems(notebook):
    """Forbidden in what a cell says."""
    forbidden = {
        "uses NumPy's global random numbers": r"np\.random\.(?!default_rng\b|Generator\b)",
        "imports with a star": r"^\s*from\s+\S+\s+import\s+\*",
        "touches sys.path": r"\bsys\.path\b",
        "holds an absolute path": ABSOLUTE_PATH,
        "hides warnings": r"filterwarnings|simplefilter|2>\s*/dev/null",
    }
    return [
        f"cell {number} {what}: {found[0]!r}"
        for number, cell in enumerate(code_cells(notebook), 1)
        for what, pattern in forbidden.items()
        if (found := re.search(pattern, cell.source, re.MULTILINE))
    ]


def output_problems(notebook):
    """Forbidden in what a cell shows: what helps no reader, or differs from run to run."""
    forbidden = {
        "a warning": r"\bWarning\b|\w+Warning:",
        "a memory address": r"\b0x[0-9a-fA-F]{6,}",
        "a path": ABSOLUTE_PATH,
        "a time": r"\b(?:CPU times|Wall time)\b|\d\s?(?:ns|µs|us|ms|s|sec|seconds)\b",
        "a progress bar": r"\r|\d+%\|| it/s|[━█]{3}",
        "a number that is not rounded": r"\d\.\d{9,}",
        "a NumPy type's name": r"\bnp\.(?:float|int|str|bool)\w*\(",
    }
    problems = []
    for number, cell in enumerate(code_cells(notebook), 1):
        problems += [
            f"cell {number} shows {what}: {found[0]!r}"
            for what, pattern in forbidden.items()
            if (found := re.search(pattern, printed(cell)))
        ]
        for output in cell.outputs:
            if output.output_type == "error" and not tags(cell, "raises-exception"):
                problems.append(f"cell {number} failed: {output.ename}")
            if output.output_type == "stream" and output.name == "stderr":
                problems.append(f"cell {number} writes to stderr: {output.text.strip()!r}")
    return problems


def execution_problems(notebook):
    """Each cell has been run, in order, in a new kernel."""
    return [
        f"cell {number} has the execution count {cell.execution_count}; make notebooks runs it"
        for number, cell in enumerate(code_cells(notebook), 1)
        if cell.execution_count != number
    ]


def form_problems(notebook, text):
    """The file is what `make notebooks` would write."""
    normal = copy.deepcopy(notebook)
    normalise(normal)
    return (
        [] if as_text(normal) == text else ["not in its normal form; make notebooks writes it so"]
    )


def length_problems(notebook):
    return [
        f"cell {number} has {lines} lines; {most} are the most, 8 are better"
        for number, cell in enumerate(code_cells(notebook), 1)
        for folded in [FOLDED_LINES if tags(cell, "hide-input") else MAX_LINES]
        for most in [PLAIN_LINES if tags(cell, "plain-numpy") else folded]
        if (lines := len(cell.source.splitlines())) > most
    ]


def figure_problems(notebook):
    problems = []
    for number, cell in enumerate(code_cells(notebook), 1):
        if not pictures(cell):
            continue
        name, caption, alt = figure(cell)
        if len(pictures(cell)) > 1:
            problems.append(f"cell {number} shows more than one picture: one message a figure")
        if not re.fullmatch(r"fig-[a-z0-9-]+", name):
            problems.append(f"cell {number}: its figure's name is {name!r}, not fig-…")
        if len(caption) < 20:
            problems.append(f"cell {number}: its figure's caption {caption!r} states no message")
        if len(alt) < MIN_ALT or re.search(r"\.(png|svg|jpe?g)$|^\S+$", alt):
            problems.append(f"cell {number}: its figure's alternative text {alt!r} is too little")
        if alt and alt == caption:
            problems.append(f"cell {number}: alternative text and caption say the same")
    return problems


def check_problems(notebook, exercises):
    """Each self-check that is called exists."""
    called = re.findall(
        r"\bcheck\(\s*[\"'](\w+)", "\n".join(c.source for c in code_cells(notebook))
    )
    return [f"companion.check knows no {name!r}" for name in called if name not in exercises]


# Chapters


def announcement_problems(notebook):
    """A claim or misconception is announced in the text, and a tagged cell soon settles it."""
    problems = []
    for kind, mark, after in (
        ("claim", r"^\*\*Claim\.\*\*", None),
        ("myth", r"^> \*\*Often said:\*\*", r"^\*\*What is true\.\*\*"),
    ):
        open_since = []  # positions of announcements that no cell has settled yet
        for position, cell in enumerate(notebook.cells):
            if cell.cell_type == "markdown":
                open_since += [position] * len(re.findall(mark, cell.source, re.MULTILINE))
            here = tags(cell, f"{kind}-")
            if here and len(here) != len(open_since):
                problems.append(
                    f"{', '.join(here)}: {len(open_since)} announcements before it instead of "
                    f"{len(here)}"
                )
            if here and open_since and position - open_since[0] > NEAR:
                problems.append(f"{here[0]}: more than {NEAR} cells after its announcement")
            if here and after:
                next_text = "\n\n".join(c.source for c in notebook.cells[position + 1 :][:NEAR])
                if not re.search(after, next_text, re.MULTILINE):
                    problems.append(f"{here[0]}: no **What is true.** after it")
            if here:
                open_since = []
        problems += [f"an announced {kind} has no tagged cell" for _ in open_since]
    return problems


# The parts of a chapter


def box_problems(notebook):
    """A chapter has its box, written so that it is found."""
    found = sum(bool(box(cell)) for cell in notebook.cells)
    said = "boxes ':::{admonition} In short', ':class: in-short'"
    return [] if found == 1 else [f"{found} {said}; a chapter has one"]


def order_problems(notebook):
    """The parts stand in their order: box, aims, main path, and what follows the summary."""
    found = sections(notebook)
    titles = [title for title, _ in found[1:]]
    problems = []
    if not any(map(box, found[0][1])):
        problems.append("the box stands after the first heading")
    if titles[:1] != [FIRST]:
        problems.append(f"the first section is {titles[:1]}, not {FIRST!r}")
    if tuple(titles[-len(LAST) :]) != LAST:
        problems.append(f"the last sections are {titles[-len(LAST) :]}, not {list(LAST)}")
    return problems


def size_problems(notebook):
    """A main path of forty-five minutes, and not too much beside it."""
    main, further, _ = parts(notebook)
    summary = text_of(
        [cell for title, cells in sections(notebook) if title == "Summary" for cell in cells]
    )
    items = len(re.findall(r"^\s*(?:[-*]|\d+\.) ", summary, re.MULTILINE))
    myths = len(re.findall(r"^> \*\*Often said:", text_of(main), re.MULTILINE))
    sizes = [
        (words(main), MAIN_WORDS, "words in the main path"),
        (words(main + further), ALL_WORDS, "words before the exercises"),
        (visible_lines(main), MAIN_CODE, "lines of visible code in the main path"),
        (myths, MAIN_MYTHS, "misconceptions in the main path"),
        (items, SUMMARY, "items in the summary"),
    ]
    problems = [f"{size} {what}; {most} are the most" for size, most, what in sizes if size > most]
    return problems if items else [*problems, "the summary is no list"]


def fold_problems(notebook):
    """Folded are the code of a figure, the plain NumPy, and what a misconception's cell shows."""
    problems = []
    for number, cell in enumerate(code_cells(notebook), 1):
        draws = pictures(cell) and len(pictures(cell)) == len(cell.outputs)
        for applies, what, fold in (
            (draws, "draws and prints nothing", "hide-input"),
            (tags(cell, "plain-numpy"), "is the plain NumPy", "hide-input"),
            (tags(cell, "myth-"), "settles a misconception", "hide-output"),
        ):
            if applies and not tags(cell, fold):
                problems.append(f"cell {number} {what}: tag it {fold}")
    return problems


def opening_problems(notebook):
    """A reader sees a picture before the first code."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if re.search(r"^```\{figure\}|!\[", cell.source, re.MULTILINE):
                return []
        elif not tags(cell, "hide-input"):
            break
        elif pictures(cell) and not tags(cell, "hide-output"):
            return []
    return ["no figure comes before the first visible code"]


def width_problems(notebook):
    return [
        f"a line of code has {len(line)} characters, {WIDTH} are the most: {line.strip()[:40]}…"
        for code in [cell.source for cell in code_cells(notebook)] + code_blocks(notebook.cells)
        for line in code.splitlines()
        if len(line) > WIDTH
    ]


def used(code):
    return {one.id for one in ast.walk(ast.parse(code)) if isinstance(one, ast.Name)}


def defined(code, inside=True):
    """The names that code gives to something; without `inside`, not those within functions."""
    found = set()
    for statement in ast.parse(code).body:
        is_definition = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        found |= {statement.name} if is_definition else set()
        for one in ast.walk(statement) if inside or not is_definition else ():
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                found.add(one.id)
            found |= {one.arg} if isinstance(one, ast.arg) else set()
    return found


def imports(source):
    """Pairs of a module that code imports and a name that it gets in the cell."""
    return {
        (getattr(node, "module", None) or alias.name, alias.asname or alias.name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def plain_problems(notebook):
    """One cell has the chapter's algorithm in NumPy alone; the next compares it."""
    cells = code_cells(notebook)
    plain = [place for place, cell in enumerate(cells) if tags(cell, "plain-numpy")]
    if len(plain) != 1:
        return [f"{len(plain)} cells are tagged plain-numpy; a chapter has one"]
    source, after = cells[plain[0]].source, [cell.source for cell in cells[plain[0] + 1 :][:1]]
    problems = [
        f"the plain NumPy imports {module}"
        for module, _ in sorted(imports(source))
        if module.split(".")[0] != "numpy"
    ]
    elsewhere = {
        name
        for cell in cells
        for module, name in imports(cell.source)
        if module.split(".")[0] == "companion"
    }
    borrowed = used(source) & elsewhere - defined(source)
    problems += [f"the plain NumPy uses the companion's {name}" for name in sorted(borrowed)]
    own = defined(source, inside=False)
    compares = [
        code
        for code in after
        if re.search(r"\bassert |\bprint\(", code)
        and used(code) & own
        and used(code) - defined(code) - own - {"np", *vars(builtins)}
    ]
    return problems if compares else [*problems, "no cell after the plain NumPy compares it"]


def printed_lines(cell):
    texts = [
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
        if output not in pictures(cell)
    ]
    return [line for line in "\n".join(texts).splitlines() if line.strip()]


def verdict_problems(notebook):
    """Cells print what was measured, and no verdicts."""
    lines = [line for cell in code_cells(notebook) for line in printed_lines(cell)]
    bare = [line for line in lines if re.search(r"\b(?:True|False)\s*$", line)]
    if len(bare) <= BARE * len(lines):
        return []
    return [f"{len(bare)} of {len(lines)} printed lines end in True or False, as {bare[0]!r}"]


def elsewhere_problems(notebook, scripts, printed):
    """The code under "The same elsewhere" is that of the chapter's scripts, which are run.

    `scripts` is {name: source}, `printed` {name: lines}; under the code stands a block of text with
    what the script prints.
    """
    cells = [cell for title, part in sections(notebook) for cell in part if title == ELSEWHERE]
    block = r"^```python\n(.*?)^```\n*(?:^```text\n(.*?)^```)?"
    shown = dict(re.findall(block, text_of(cells), re.MULTILINE | re.DOTALL))
    missing = [name for name, source in scripts.items() if source not in shown]
    problems = [f"{name} does not stand on the page as it is" for name in missing]
    problems += [
        f"{code.splitlines()[0]!r} opens no script of tests/frameworks"
        for code in shown
        if code not in scripts.values()
    ]
    problems += [
        f"{name} prints something else than the page shows"
        for name, source in scripts.items()
        if source in shown and shown[source].splitlines() != printed[name]
    ]
    if not any(name.endswith("_pytorch") for name in scripts):
        problems.append("no script of PyTorch in tests/frameworks")
    return problems


OF_A_CHAPTER = (
    order_problems,
    size_problems,
    fold_problems,
    opening_problems,
    width_problems,
    plain_problems,
    verdict_problems,
)


# The exercises of a chapter


@dataclass(frozen=True)
class Exercise:
    chapter: int
    number: int
    level: str
    is_variant: bool
    text: str

    @property
    def name(self):
        return f"Exercise {self.chapter}.{self.number}"

    @property
    def statement(self):
        return re.split(r"^:::", self.text, flags=re.MULTILINE)[0]

    def folded(self, kind):
        """The texts that fold: hints or solutions."""
        block = rf"^:::{{dropdown}} {kind}\n(.+?)\n:::$"
        return re.findall(block, self.text, re.MULTILINE | re.DOTALL)


EXERCISE = re.compile(
    r"^### Exercise (\d+)\.(\d+) · ([^:,\n]+)(, variant)?: [^\n]+\n(.*?)(?=^#{1,3} |\Z)",
    re.MULTILINE | re.DOTALL,
)


def exercises(notebook):
    return [
        Exercise(int(chapter), int(number), level, bool(variant), text)
        for chapter, number, level, variant, text in EXERCISE.findall(markdown(notebook) + "\n")
    ]


def exercise_problems(notebook, chapter):
    found, text = exercises(notebook), markdown(notebook)
    problems = []
    headings = len(re.findall(r"^#+ Exercise \d", text, re.MULTILINE))
    if headings != len(found):
        problems.append(
            f"{headings - len(found)} headings of exercises do not read "
            "'### Exercise 1.3 · in code: Title'"
        )
    if len(found) < 8:
        problems.append(f"{len(found)} exercises; a chapter has at least eight")
    numbers = [(one.chapter, one.number) for one in found]
    if numbers != [(chapter, place) for place in range(1, len(found) + 1)]:
        problems.append(f"the exercises are not numbered {chapter}.1, {chapter}.2 …: {numbers}")
    levels = {one.level for one in found}
    problems += [f"no exercise is '{level}'" for level in LEVELS if level not in levels]
    problems += [f"{level!r} is no level of an exercise" for level in sorted(levels - set(LEVELS))]
    if sum(one.is_variant for one in found) != 1:
        problems.append("a chapter has one variant: '### Exercise 1.9 · in code, variant: Title'")
    for one in found:
        if not one.folded("Hint"):
            problems.append(f"{one.name} has no hint that folds")
        if one.is_variant and one.folded("Solution"):
            problems.append(f"{one.name} is the variant: its solution must not be printed")
        if not one.is_variant and not one.folded("Solution"):
            problems.append(f"{one.name} has no solution that folds")
        if one.text.count(":::{") != len(one.folded("Hint")) + len(one.folded("Solution")):
            problems.append(f"{one.name}: a block is not folded as the others are")
    return problems


# Numbers and words


NUMBER = r"(?<![\d.])\d+\.\d+(?!\.?\d)"
NAMES = r"(?:Python|NumPy|version|Exercises?|Figures?|Fig\.|Chapters?|Sections?|Tables?|CC BY|§)"
NAMING = re.compile(rf"{NAMES}\s*{NUMBER}(?:(?:,| and| to| or|–) ?{NUMBER})*", re.IGNORECASE)


def decimals(text):
    """The decimal numbers in a text that say something, and do not only name a thing."""
    return {Decimal(number) for number in re.findall(NUMBER, NAMING.sub("", prose(text)))}


def numbers(text):
    """Every number in code or in what it printed."""
    return {Decimal(one) for one in re.findall(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", text)}


def decimal_problems(notebook, exercise_notebooks=()):
    """A decimal number in a sentence is one that a cell holds or printed.

    What the statement of an exercise gives counts as held; its hint and solution are sentences.
    """
    known = set()
    for one in (notebook, *exercise_notebooks):
        for cell in code_cells(one):
            known |= numbers(cell.source) | numbers(printed(cell))
    body = EXERCISE.sub("", markdown(notebook) + "\n")
    captions = [text for cell in code_cells(notebook) for text in figure(cell)[1:]]
    said = [("", decimals("\n\n".join([body, *captions])))]
    for one in exercises(notebook):
        folded = "\n\n".join(one.folded("Hint") + one.folded("Solution"))
        said.append((f"{one.name}: ", decimals(folded) - decimals(one.statement)))
    return [
        f"{where}{number} stands in no cell"
        for where, spoken in said
        for number in sorted(spoken - known)
    ]


def word_problems(text):
    """Words that tell a reader who is stuck that it is easy, or that nobody would search for.

    Quoted misconceptions may use them.
    """
    text = re.sub(r"^> \*\*Often said:.*", "", text, flags=re.MULTILINE)
    easy = r"simply|obviously|trivially|just"
    odd = r"whoever|derivatives? by(?! name)|lowest places?|height lines?"
    words = re.findall(rf"\b(?:{easy}|{odd})\b", prose(text), re.IGNORECASE)
    return [f"the word {word!r}" for word in words]


# Across the book; `notebooks` is {name: notebook}, `pages` {name: text}


def uniqueness_problems(notebooks):
    """Each figure's name, claim and misconception exists once."""
    names = [
        name
        for notebook in notebooks.values()
        for cell in code_cells(notebook)
        for name in (*tags(cell, "claim-", "myth-"), *filter(None, figure(cell)[:1]))
    ]
    return [f"{name} exists {count} times" for name, count in Counter(names).items() if count > 1]


def reference_problems(pages, names):
    """Each {numref} leads to a figure."""
    return [
        f"{page}: no figure {target}"
        for page, text in pages.items()
        for target in re.findall(r"\{numref\}`(?:[^`<]*<)?([\w-]+)>?`", text)
        if target not in names
    ]


def claim_problems(number, tagged, test_source):
    """A tag `claim-mistake-bound` has its `test_claim_mistake_bound`, and the other way round.

    `tagged` are those of one chapter, `test_source` is its test_claims_NN.py.
    """
    tests = {
        node.name
        for node in ast.walk(ast.parse(test_source))
        if isinstance(node, ast.FunctionDef) and re.match("test_(claim|myth)_", node.name)
    }
    wanted = {f"test_{tag.replace('-', '_')}" for tag in tagged}
    return [f"no {name} in test_claims_{number:02}.py" for name in sorted(wanted - tests)] + [
        f"{name} tests what no cell is tagged with" for name in sorted(tests - wanted)
    ]


def misconception_problems(tagged, page):
    """The page of misconceptions lists every myth tag, and no other."""
    listed = Counter(re.findall(r"#(myth-[a-z0-9-]+)", page))
    problems = [f"{tag} is missing" for tag in sorted(set(tagged) - set(listed))]
    problems += [f"no cell is tagged {tag}" for tag in sorted(set(listed) - set(tagged))]
    return problems + [f"{tag} is listed {n} times" for tag, n in listed.items() if n > 1]


QUOTE = r'^> \*\*Often said:\*\* "([^\n]+)"$'


def quotation_problems(chapters, page):
    """The page of misconceptions quotes each of them as its chapter does, chapter by chapter.

    `chapters` is {number: notebook}.
    """
    said = [
        (number, tag, quote)
        for number, notebook in chapters.items()
        for tag, quote in re.findall(
            rf"^\((myth-[a-z0-9-]+)\)=\n{QUOTE[1:]}", markdown(notebook), re.M
        )
    ]
    listed = [
        (int(number), tag, quote)
        for number, part in re.findall(r"^## Chapter (\d+) (.*?)(?=^## |\Z)", page, re.M | re.S)
        for quote, tag in re.findall(rf"{QUOTE}.*?#(myth-[a-z0-9-]+)", part, re.M | re.S)
    ]
    problems = [f"chapter {n} says of {tag}: {quote}" for n, tag, quote in said]
    problems = [one for one, entry in zip(problems, said, strict=True) if entry not in listed]
    order = [tag for _, tag, _ in said]
    if not problems and [tag for _, tag, _ in listed] != order:
        problems = [f"the order of the chapters is {order}"]
    return problems


def chapter_link_problems(text):
    """Where a sentence names another chapter, it links to it."""
    text = re.sub(r"\[[^\]]*\]\([^)]*\)", "", text)  # the links
    return [
        f"{found!r} is no link"
        for found in re.findall(r"\b[Cc]hapters?\s\d+(?:(?:,| and| to)\s\d+)*", prose(text))
    ]


def contents_problems(files, contents):
    """Every page is in the table of contents, and every entry there is a page."""
    return [f"{name} is not in _toc.yml" for name in sorted(set(files) - set(contents))] + [
        f"_toc.yml has {name}, which is no page" for name in sorted(set(contents) - set(files))
    ]


# The glossary


TERM = re.compile(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`")
MEANING = re.compile(r'  <span lang="ko">([^<>]+)</span> · [A-Z].*[.)]')


@dataclass(frozen=True)
class Entry:
    letter: str
    names: tuple
    meaning: tuple  # its lines; there should be one


def glossary(page):
    found = []
    blocks = re.findall(r"^## ([^\n]+)\n\n:::\{glossary\}\n(.*?)\n:::$", page, re.M | re.S)
    for letter, block in blocks:
        for entry in block.split("\n\n"):
            lines = entry.split("\n")
            names = tuple(line for line in lines if not line.startswith(" "))
            meaning = tuple(line for line in lines if line.startswith(" "))
            found.append(Entry(letter, names, meaning))
    return found


def spelling(term):
    """A term as it is compared: without capitals and hyphens."""
    return " ".join(re.findall(r"[^\W_]+", term.lower()))


def glossary_problems(page):
    """The entries stand in the order of the alphabet, word by word, and each in its form."""
    found = glossary(page)
    problems = []
    for entry in found:
        line = MEANING.fullmatch("\n".join(entry.meaning))  # of one line, as . matches no other
        if not line or not all(entry.names):
            problems.append(f"{entry.names}: no line with a Korean name and a sentence")
        elif line[1] not in entry.names and not re.search("[가-힣]", line[1]):
            problems.append(f"{entry.names}: {line[1]!r} is no Korean name")
    first = [(entry.letter, entry.names[0]) for entry in found if all(entry.names)]
    for letter, name in first:
        if spelling(name)[0] != letter.lower():
            problems.append(f"{name!r} stands under {letter}")
    for (_, one), (_, other) in pairwise(first):
        if spelling(one).split() > spelling(other).split():
            problems.append(f"{other!r} stands after {one!r}")
    names = Counter(spelling(name) for entry in found for name in entry.names)
    return problems + [f"{name!r} has {n} entries" for name, n in names.items() if n > 1]


def forms(term):
    """A term's singular and its plural."""
    if re.search(r"[^aeiou]y$", term):
        return term, f"{term[:-1]}ies"
    if term.endswith("ix"):
        return term, f"{term[:-1]}ces"
    return term, f"{term}es" if re.search(r"(?:s|x|ch|sh)$", term) else f"{term}s"


class Terms:
    """Finds the terms of the glossary in a text."""

    def __init__(self, page):
        self.entries = glossary(page)
        self.first = {}  # the first name of the entry that a word belongs to
        for entry in self.entries:
            for name in entry.names:
                for form in forms(name):
                    self.first[spelling(form)] = entry.names[0]
        words = sorted(self.first, key=len, reverse=True)  # "learning rate" before "rate"
        words = "|".join(word.replace(" ", r"[\W_]{1,2}") for word in words)
        self.place = re.compile(rf"⟨([^⟩]+)⟩|(?<![\w-])({words})(?![\w-])", re.IGNORECASE)

    def places(self, text):
        """The places in a text at which a term stands: (term, is it a link, the words around)."""
        text = TERM.sub(r"⟨\1⟩", text)
        for match in self.place.finditer(text):
            around = text[max(0, match.start() - 30) : match.end() + 30].split()
            term = self.first.get(spelling(match[1] or match[2]))  # the build finds a wrong link
            yield term, bool(match[1]), " ".join(around)


def running_text(notebook):
    """The sentences of a chapter, links to the glossary left in; not what is quoted or folded,
    and neither the box nor the aims, which come before anything is explained.
    """
    cells = [cell for title, part in sections(notebook) if title != FIRST for cell in part]
    text = BOX.sub("", TIME.sub("", text_of(cells)))
    text = re.sub(r"^> \*\*Often said:.*", "", text, flags=re.MULTILINE)
    text = prose(TERM.sub(r"⟨\1⟩", text))
    return re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.DOTALL)


def term_problems(chapters, page):
    """A term is a link where a sentence of the book first uses it.

    `chapters` is {name: notebook}, in the order of the book.
    """
    terms, seen, linked, problems = Terms(page), set(), set(), []
    for name, notebook in chapters.items():
        for term, is_link, around in terms.places(running_text(notebook)):
            if is_link:
                linked.add(term)
            elif term not in seen and term not in ORDINARY:
                problems.append(f"{name}: {term!r} is no link at its first use: … {around} …")
            seen.add(term)
    return problems + [f"{term!r} is linked nowhere" for term in sorted(ORDINARY - linked)]


def unused_problems(texts, page):
    """Each entry of the glossary is used somewhere."""
    terms = Terms(page)
    used = {term for text in texts for term, _, _ in terms.places(text)}
    names = [entry.names[0] for entry in terms.entries]
    return [f"{name!r} is used nowhere" for name in names if name not in used]


# The notation


GREEK = set(
    "alpha beta gamma delta varepsilon eta theta kappa lambda mu nu xi pi rho sigma tau varphi chi "
    "psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega ell".split()
)


def letters(formulas):
    """The letters of formulas in TeX that stand for something: no words, no commands."""
    text = re.sub(r"\\(?:text|operatorname|begin|end)\*?\{[^}]*\}", " ", " ".join(formulas))
    greek = GREEK & set(re.findall(r"\\([a-zA-Z]+)", text))
    return greek | set(re.findall(r"[a-zA-Z]", re.sub(r"\\[a-zA-Z]+", " ", text)))


def notation_problems(chapters, page):
    """Each letter of a displayed formula has a row, and each of a row stands in a formula.

    A row has its letters in the first column.
    """
    first = " ".join(re.findall(r"^\|([^|]*)\|", page, re.MULTILINE))
    rows, used, problems = letters(re.findall(r"\$([^$]+)\$", first)), set(), []
    for name, notebook in chapters.items():
        pairs = re.findall(r"\$\$(.*?)\$\$|\$([^$]+)\$", markdown(notebook), re.DOTALL)
        shown = letters([displayed for displayed, _ in pairs])
        problems += [f"{name}: {one} has no row" for one in sorted(shown - rows)]
        used |= shown | letters([inline for _, inline in pairs])
    return problems + [f"{one} stands in no formula" for one in sorted(rows - used)]


# The bibliography


def bibliography(text):
    """The entries in their order: (kind, key, {field: value})."""
    return [
        (kind, key, dict(re.findall(r"^ +(\w+) *= \{(.*)\},$", fields, re.MULTILINE)))
        for kind, key, fields in re.findall(r"^@(\w+)\{(\w+),\n(.*?)^\}", text, re.M | re.S)
    ]


def citations(text):
    return {
        key.strip()
        for keys in re.findall(r"\{cite[:\w]*\}`([^`]+)`", text)
        for key in keys.split(",")
    }


def bibliography_problems(text, cited):
    """The entries are those that are cited, in the order of their years, each with its fields."""
    entries = bibliography(text)
    keys = Counter(key for _, key, _ in entries)
    problems = [f"{key} has {n} entries" for key, n in keys.items() if n > 1]
    problems += [f"{key} is cited and has no entry" for key in sorted(cited - set(keys))]
    problems += [f"{key} is cited nowhere" for key in sorted(set(keys) - cited)]
    for kind, key, fields in entries:
        for needed in ["author", "title", "year", *FIELDS[kind]]:
            names = (needed,) if isinstance(needed, str) else needed
            if not any(name in fields for name in names):
                problems.append(f"{key} has no {' or '.join(names)}")
        year = fields.get("year")
        if not re.fullmatch(rf"[a-z]+{year}[a-z]*", key):  # cover1965, lecun1998efficient
            problems.append(f"{key} is of the year {year}")
    years = [(fields.get("year", ""), key) for _, key, fields in entries]
    problems += [
        f"{other} ({later}) stands after {one} ({year})"
        for (year, one), (later, other) in pairwise(years)
        if year > later
    ]
    if len(entries) != len(re.findall("^@", text, re.MULTILINE)):
        problems.append("an entry is not written as the others are")
    return problems
