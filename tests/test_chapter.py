"""How a chapter is divided, and how long it is said to take."""

import chapter
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebooks import normalise

BOX = ":::{admonition} In short\n:class: in-short\nTwo words.\n:::\n"


def page(*cells):
    """A notebook of Markdown, and of code where a cell starts with a line of `tags:`."""
    made = [
        new_code_cell(cell.split("\n", 1)[1], metadata={"tags": cell.split("\n")[0].split()[1:]})
        if cell.startswith("tags:")
        else new_markdown_cell(cell)
        for cell in cells
    ]
    return new_notebook(cells=made)


def titles(notebook):
    return [title for title, _ in chapter.sections(notebook)]


def test_a_page_falls_into_its_sections():
    notebook = page("# A\n\nx\n\n## B\n\ny\n\n### C\n\n## D", "tags:\n## no heading", "## E\n")
    found = chapter.sections(notebook)
    assert titles(notebook) == ["", "B", "D", "E"]
    assert chapter.text_of(found[1][1]).strip() == "y\n\n### C"
    assert found[2][1][1] is notebook.cells[1]


def test_a_comment_in_a_block_of_code_is_no_heading():
    assert titles(page("```python\n## a\n```\n\n## B\n\n~~~\n## c\n~~~\n")) == ["", "B"]


def test_the_parts_of_a_chapter():
    main, further, exercises = chapter.parts(
        page("a\n\n## B\n\nb\n\n## The same elsewhere\n\nc\n\n## Further on\n\nd\n\n## More\n\ne"),
    )
    assert chapter.text_of(main).split() == ["a", "b"]
    assert chapter.text_of(further).split() == ["c", "d", "e"]
    assert exercises == []
    main, further, exercises = chapter.parts(page("a\n\n## Exercises\n\nf\n\n## Further on\n\ng"))
    assert chapter.text_of(main).split() == ["a"]
    assert (further, chapter.text_of(exercises).split()) == ([], ["f", "g"])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Two words.", 2),
        ("A reader's well-known **claim**, in [three words](there.md).", 7),
        ("The sum $a + b$ is $$\n c \n$$ here.", 4),
        ("## A heading\n\n`code` and {term}`a term`", 1),
        ("```python\nx = 1\n```\n\nword", 1),
        (BOX, 2),
        (":::{dropdown} Hint\nfolded words\n:::\n", 0),
        ("*Main path 40 minutes · further on 20 · exercises 3 hours*\n\nword", 1),
    ],
)
def test_words_that_are_read(text, number):
    assert chapter.words(page(text).cells) == number


def test_lines_of_code_that_are_seen():
    cells = page("tags:\na\n\nb", "tags: hide-input\nc", "tags: myth-x hide-output\nd").cells
    assert chapter.visible_lines(cells) == 3
    assert chapter.visible_lines(page("```python\na\n\nb\n```\n\n```text\nc\n```").cells) == 2


def test_minutes_are_those_of_words_code_and_formulas():
    words, code = ("word " * 2000).strip(), "tags:\n" + "x\n" * 200
    assert chapter.minutes(page(*[words] * 4).cells) == 40
    assert chapter.minutes(page(words).cells) == 10
    assert chapter.minutes(page(words, code).cells) == 20
    assert chapter.minutes(page(words, code, "$$\na\n$$\n" * 30).cells) == 25
    assert chapter.minutes([]) == 5


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ("by hand", "½ hour"),
        ("open, open", "1½ hours"),
        ("in code, in code, in code, variant", "1 hour"),
        ("by hand, by hand, in code, in code, open, open, open", "3 hours"),
    ],
)
def test_hours_are_those_of_the_levels(levels, said):
    levels = levels.replace("code, variant", "code%variant").split(", ")
    text = [f"### Exercise 1.2 · {level.replace('%', ', ')}: A task\n" for level in levels]
    assert chapter.hours(page(*text).cells) == said


LINE = "*Main path 10 minutes · further on 5 · exercises ½ hour*"


def written(*cells):
    notebook = page(*cells)
    normalise(notebook)
    return chapter.text_of(notebook.cells)


def test_the_time_stands_under_the_box_and_is_written_once():
    text = "word " * 2000 + "\n\n## Exercises"
    once = written(f"# A\n\n{BOX}\nMore.", text)
    assert once.startswith(f"# A\n\n{BOX}\n{LINE}\n\nMore.\n\nword")
    assert written(once) == once
    assert written(once.replace("10 minutes", "15 minutes")) == once
    moved = once.replace(f"{LINE}\n\n", "") + f"\n\n{LINE}"
    assert written(moved).count("*Main path") == 1 and f":::\n\n{LINE}" in written(moved)
    assert written(f"# A\n\n{BOX}", LINE, "More.", text) == once


def test_a_page_without_the_box_says_no_time():
    text = "# A\n\n*Main path 3 of 4 is long.*\n\n## Exercises"
    assert written(text) == text


def test_a_fold_is_kept_for_jupyterlab_and_goes_with_its_tag():
    notebook = page("tags: hide-input\nx", "tags: myth-a hide-output\ny", "tags: claim-b\nz")
    notebook.cells[2].metadata["jupyter"] = {"source_hidden": True}
    normalise(notebook)
    assert [cell.metadata.get("jupyter") for cell in notebook.cells] == [
        {"source_hidden": True},
        {"outputs_hidden": True},
        None,
    ]
