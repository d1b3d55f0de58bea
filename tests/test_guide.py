"""The instructors' guide says of each chapter what the chapter says, and names nothing else."""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
import yaml
from book_checks import LEVELS, figure, markdown
from chapter import (
    EXERCISES,
    code_cells,
    hours,
    minutes,
    parts,
    sections,
    words,
)

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "book" / "instructors.md").read_text(encoding="utf-8")
FRONT = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
CHAPTERS = {
    int(path.name[:2]): (path.name, nbformat.read(path, as_version=4))
    for path in sorted((ROOT / "book").glob("[0-9][0-9]-*.ipynb"))
}
SHAPE = ["Goals", "Time", "Errors", "Discuss", "Exercises"]
KINDS = ("in code", "by hand", "open", "variant")
MOST_WORDS = 3500


# --- What the chapters say -------------------------------------------------------------------


def title(notebook):
    return re.search(r"^# (.+)", markdown(notebook), re.MULTILINE)[1]


@cache
def time(number):
    """The line that `make notebooks` writes under the box."""
    notebook = CHAPTERS[number][1]
    main, further, exercises = parts(notebook)
    line = f"*Main path {minutes(main)} minutes · further on {minutes(further)}"
    line += f" · exercises {hours(exercises)}*"
    assert line in markdown(notebook)
    return line


@cache
def levels():
    """The kind of each exercise of the book, by its number."""
    found = {}
    for _, notebook in CHAPTERS.values():
        for number, level in re.findall(
            r"^### Exercise ([\d.]+) · ([^:\n]+):", markdown(notebook), re.MULTILINE
        ):
            found[number] = "variant" if "variant" in level else level
    assert set(found.values()) == {*LEVELS, "variant"}
    return found


@cache
def reading_time(number, which):
    """Minutes for what "up to *A*", "from *A*" or ": *A*, *B*" selects of a main path."""
    notebook = CHAPTERS[number][1]
    main = [name for name, _ in sections(notebook)]
    main = main[: main.index(EXERCISES)]
    names = re.findall(r"\*([^*]+)\*", which)
    if not names:
        return minutes(parts(notebook)[0])
    unknown = [name for name in names if name not in main]
    assert not unknown, f"no section {unknown}"
    if "up to" in which:
        names = main[: main.index(names[0]) + 1]
    elif "from" in which:
        names = main[main.index(names[0]) :]
    return minutes([cell for name, cells in sections(notebook) if name in names for cell in cells])


# --- What the guide says ---------------------------------------------------------------------


def chapters_of(guide):
    """The title and the text of each chapter's part, by number."""
    found = re.findall(
        r"^### Chapter (\d+): ([^\n]+)\n(.*?)(?=^##)", guide, re.MULTILINE | re.DOTALL
    )
    return {int(number): (name, text) for number, name, text in found}


def weeks(guide):
    """The rows of both syllabi, each a list of its cells."""
    syllabi = guide.split("## Two syllabi")[1].split("### What can be left out")[0]
    rows = re.findall(r"^\| (\d+ \|.*) \|$", syllabi, re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def exercises_named(guide):
    """Every exercise that is named: in the tables, in brackets, and after the word."""
    texts = [week[4] for week in weeks(guide)]
    texts += [line for line in guide.split("\n") if line.startswith("- **Exercises.**")]
    texts += re.findall(r"\(((?:\d+\.\d+)(?:[,;][^)]*)?)\)", guide)
    texts += re.findall(r"exercise (\d+\.\d+)", guide)
    texts += re.findall(r", (\d+\.\d+);", guide)
    return {number for text in texts for number in re.findall(r"\b\d+\.\d+\b", text)}


def shape_problems(guide):
    found, problems = chapters_of(guide), []
    if list(found) != list(CHAPTERS):
        return [f"there are parts of the chapters {list(found)}"]
    for number, (name, text) in found.items():
        if name != title(CHAPTERS[number][1]):
            problems.append(f"chapter {number} is called {name}")
        parts_of_it = re.findall(r"^- \*\*(\w+)\.\*\*", text, re.MULTILINE)
        if parts_of_it != SHAPE:
            problems.append(f"chapter {number} has the parts {parts_of_it}")
        errors, discussion = re.search(
            r"\*\*Errors\.\*\*(.*)\n- \*\*Discuss\.\*\*(.*)\n", text
        ).groups()
        if not 3 <= len(re.findall(r"\*[^*]*\?\*", errors)) <= 4:
            problems.append(f"chapter {number}: three or four errors, each with its question")
        discussion = re.sub(r"\]\([^)]*\)", "]", discussion)  # without the targets of links
        if len(re.findall(r"[?.] \([^)]+\.\)", discussion)) != 2:
            problems.append(f"chapter {number}: two questions, each with what an answer touches")
    return problems


def time_problems(guide):
    problems = []
    for number, (_, text) in chapters_of(guide).items():
        if number in CHAPTERS and f"- **Time.** {time(number)}\n" not in text:
            problems.append(f"chapter {number} takes {time(number)}")
    for week in weeks(guide):
        links = re.split(r"\[ch\. (\d+)\]\(([^)]+)\)", week[1])[1:]
        total = 0
        for number, file, which in zip(links[::3], links[1::3], links[2::3], strict=True):
            if file != CHAPTERS[int(number)][0]:
                problems.append(f"{file} is not chapter {number}")
            total += reading_time(int(number), which)
        if week[2] != str(total):
            problems.append(f"{week[1]} takes {total} minutes, not {week[2]}")
    return problems


def exercise_problems(guide):
    known = levels()
    problems = [f"no exercise {one}" for one in exercises_named(guide) if one not in known]
    for number, (_, text) in chapters_of(guide).items():
        line = re.search(r"^- \*\*Exercises\.\*\* (.*)", text, re.MULTILINE)[1].lower()
        for group, kind in zip(line.strip(".").split("; "), KINDS, strict=True):
            numbers = re.findall(r"\d+\.\d+", group)
            if not group.startswith(kind) or not numbers:
                problems.append(f"chapter {number}: {kind!r} is missing in {line!r}")
            for one in numbers:
                if known.get(one) != kind:
                    problems.append(f"exercise {one} is {known.get(one)}, not {kind}")
                if not one.startswith(f"{number}."):
                    problems.append(f"exercise {one} is named under chapter {number}")
    return problems


@cache
def anchors_and_figures():
    notebooks = [notebook for _, notebook in CHAPTERS.values()]
    text = "\n".join(map(markdown, notebooks))
    anchors = re.findall(r"^\(((?:claim|myth)-[\w-]+)\)=", text, re.MULTILINE)
    return anchors, [figure(cell)[0] for one in notebooks for cell in code_cells(one)]


def link_problems(guide):
    """Each claim and misconception has its anchor, and each figure its cell."""
    anchors, figures = anchors_and_figures()
    named = re.findall(r"\]\(#([\w-]+)\)", guide)
    drawn = re.findall(r"\{numref\}`([\w-]+)`", guide)
    problems = [f"no claim or misconception {one}" for one in named if one not in anchors]
    return problems + [f"no figure {one}" for one in drawn if one not in figures]


def citation_problems(guide):
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    said = re.search(r"```bibtex\n(.*?)```", guide, re.DOTALL)[1].replace("{NumPy}", "NumPy")
    facts = (cff["title"], cff["version"], cff["authors"][0]["name"])
    return [f"the entry lacks {fact!r}" for fact in facts if str(fact) not in said]


def length_problems(guide):
    text = re.sub(r"\b\d[\d.,]*|\|", " ", guide)  # the numbers of exercises are no words
    number = words([nbformat.v4.new_markdown_cell(text)])
    return [f"{number} words; {MOST_WORDS} are the most"] if number > MOST_WORDS else []


CHECKS = [
    shape_problems,
    time_problems,
    exercise_problems,
    link_problems,
    citation_problems,
    length_problems,
]


@pytest.mark.parametrize("check", CHECKS)
def test_the_guide_says_what_the_chapters_say(check):
    assert check(GUIDE) == []


def test_the_front_page_says_how_long_the_course_takes():
    main = sum(minutes(parts(notebook)[0]) for _, notebook in CHAPTERS.values()) / 60
    exercises = sum(
        float(time(n).split("exercises ")[1].split()[0].replace("½", ".5")) for n in CHAPTERS
    )
    said = re.search(r"takes about (\d+) hours .* another (\d+)\.", FRONT)
    assert abs(main - int(said[1])) < 0.75
    assert abs(exercises - int(said[2])) <= 5


# --- What the exercise sources are ------------------------------------------------------------


def test_every_exercise_in_code_has_hidden_tests():
    checks = [
        cell
        for path in sorted((ROOT / "book" / "exercises" / "source").glob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if "companion.check(" in cell.source and cell.metadata.nbgrader.grade
    ]
    assert len(checks) > 60
    for cell in checks:
        name = cell.metadata.nbgrader.grade_id
        hidden = re.findall(
            "### BEGIN HIDDEN TESTS\n(.*)### END HIDDEN TESTS", cell.source, re.DOTALL
        )
        # All gates, and all votes of three, are public.
        assert ["assert" in part for part in hidden] == [True] or name in (
            "gate-check",
            "majority-check",
        )
