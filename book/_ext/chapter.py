"""How a chapter reads: its text, its parts, and how long each of them takes.

A chapter opens with the box "In short". Under the box `make notebooks` writes
how long the chapter takes; `tests/book_checks.py` holds its parts to their order and length.
"""

import re

from nbformat.v4 import new_markdown_cell

WORDS_A_MINUTE = 200
SECONDS_A_LINE = 3  # of code that is not folded
SECONDS_A_FORMULA = 10  # between two $$
MINUTES_AN_EXERCISE = {"by hand": 10, "in code": 20, "open": 40}

ELSEWHERE, FURTHER, EXERCISES = "The same elsewhere", "Further on", "Exercises"
HEADING = re.compile(  # or a block of code, in which ## opens a comment
    r"^(?P<fence>```+|~~~+).*?^(?P=fence)|^## (?P<title>[^\n]+)", re.MULTILINE | re.DOTALL
)
BOX = re.compile(
    r"^(?P<fence>:{3,})\{admonition\} In short\n:class: in-short\n(?P<text>.*?)^(?P=fence)[ ]*$\n?",
    re.MULTILINE | re.DOTALL,
)
TIME = re.compile(r"^\*Main path .*\*$\n*", re.MULTILINE)
LEVEL = re.compile(r"^### Exercise [\d.]+ · ([^:,\n]+)", re.MULTILINE)


# Text


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell, *prefixes):
    return [tag for tag in cell.metadata.get("tags", []) if tag.startswith(prefixes)]


def text_of(cells):
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def prose(text):
    """Markdown without what is not a sentence: code, headings, addresses, roles."""
    text = BOX.sub(r"\g<text>", text)
    text = re.sub(r"^(```|~~~|:::).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^#+ .*", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{[\w:-]+\}`[^`]*`", "", text)
    text = re.sub(r"`[^`]*`", "", text)
    text = re.sub(r"\]\([^)]*\)|</?[a-z][^<>]*>|https?://\S+", " ", text)
    return text


def words(cells):
    """How many words a reader reads; formulas do not count."""
    text = TIME.sub("", prose(text_of(cells)))
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.DOTALL)
    return len(re.findall(r"\w[\w'’-]*", text))


def code_blocks(cells):
    """The code that stands in Markdown, between fences."""
    return re.findall(r"^```python\n(.*?)^```", text_of(cells), re.MULTILINE | re.DOTALL)


def visible_lines(cells):
    """How many lines of code a reader sees before unfolding anything."""
    seen = [one.source for one in cells if one.cell_type == "code" and not tags(one, "hide-input")]
    return sum(
        bool(line.strip()) for code in seen + code_blocks(cells) for line in code.split("\n")
    )


# Parts


def box(cell):
    """The box "In short" in a cell, or None."""
    return BOX.search(cell.source) if cell.cell_type == "markdown" else None


def has_box(notebook):
    return any(box(cell) for cell in notebook.cells)


def sections(notebook):
    """Pairs of a heading `## …` and the cells below it; what comes first has the heading ""."""
    found = [("", [])]
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            found[-1][1].append(cell)
            continue
        start = 0
        for mark in HEADING.finditer(cell.source):
            if mark["title"]:
                found[-1][1].append(new_markdown_cell(cell.source[start : mark.start()]))
                found.append((mark["title"].strip(), []))
                start = mark.end()
        found[-1][1].append(new_markdown_cell(cell.source[start:]))
    return found


def parts(notebook):
    """The cells of the main path, of what is read further on, and from the exercises on."""
    main, further, exercises = [], [], []
    part = main
    for title, cells in sections(notebook):
        if part is not exercises and title in (ELSEWHERE, FURTHER):
            part = further
        if title == EXERCISES:
            part = exercises
        part.extend(cells)
    return main, further, exercises


# Time


def minutes(cells):
    formulas = text_of(cells).count("$$") // 2
    seconds = SECONDS_A_LINE * visible_lines(cells) + SECONDS_A_FORMULA * formulas
    return max(5, 5 * round((words(cells) / WORDS_A_MINUTE + seconds / 60) / 5))


def hours(cells):
    """Of a chapter's exercises, to the half hour."""
    levels = LEVEL.findall(text_of(cells))
    halves = max(1, round(sum(MINUTES_AN_EXERCISE.get(one, 0) for one in levels) / 30))
    number = (str(halves // 2) if halves > 1 else "") + "½" * (halves % 2)
    return f"{number} hour{'s' * (halves > 2)}"


def write_time(notebook):
    """Write under the box how long the chapter takes, in place of what stood there before."""
    if not has_box(notebook):
        return
    main, further, exercises = parts(notebook)
    line = f"*Main path {minutes(main)} minutes · further on {minutes(further)}"
    line += f" · exercises {hours(exercises)}*"
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = TIME.sub("", cell.source)
    cell = next(cell for cell in notebook.cells if box(cell))
    end = box(cell).end()
    cell.source = f"{cell.source[:end].rstrip()}\n\n{line}\n\n{cell.source[end:].lstrip()}".rstrip()
