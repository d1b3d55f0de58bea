"""The exercises that are fresh each term: other numbers, and answers that no longer hold."""

import inspect
import re
from itertools import permutations
from pathlib import Path

import nbformat
import numpy as np
import pytest
from answers import FRESH_RIGHT, FRESH_WRONG

from companion import exercises
from companion.exercises._answers import problems
from companion.exercises._trials import attempt
from companion.grading.cases import drawn, public
from companion.grading.fresh import BOOK, Fresh, Question, fresh, names
from companion.grading.release import with_exercises, with_questions

SOURCES = sorted((Path(__file__).parents[1] / "book" / "exercises" / "source").glob("*.ipynb"))
SECRETS = [BOOK, "spring", "summer", "autumn", "winter", "next spring"]
IN_CODE = [name for name in names() if isinstance(fresh(name, BOOK), Fresh)]
IN_WORDS = [name for name in names() if isinstance(fresh(name, BOOK), Question)]


def chapter(source):
    return int(source.name[:2])


def marks(notebook):
    return [cell for cell in notebook.cells if "nbgrader" in cell.metadata]


def by_hand(cell):
    return cell.metadata.nbgrader.grade and cell.metadata.nbgrader.solution


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_each_chapter_has_fresh_exercises_in_code_and_in_words(source):
    found = names(chapter(source))
    assert set(found) & set(IN_CODE)
    assert set(found) & set(IN_WORDS)


@pytest.mark.parametrize("name", names())
def test_another_secret_draws_another_exercise_and_the_same_one_the_same(name):
    fresh.cache_clear()
    texts = {secret: fresh(name, secret).text for secret in SECRETS}
    fresh.cache_clear()
    assert texts == {secret: fresh(name, secret).text for secret in SECRETS}
    assert len(set(texts.values())) >= len(SECRETS) - 1
    if name in IN_WORDS:
        answers = {fresh(name, secret).answer for secret in SECRETS}
        assert len(answers) >= len(SECRETS) - 1


@pytest.mark.parametrize("name", IN_CODE)
def test_last_terms_answer_is_wrong_in_every_case_of_this_term(name):
    """Where two terms have drawn the same, as may happen, the answer is the same."""
    drawn_of = {secret: fresh(name, secret) for secret in SECRETS}
    pairs = [(a, b) for a, b in permutations(SECRETS, 2) if drawn_of[a].text != drawn_of[b].text]
    assert len(pairs) >= 20
    for last, this in pairs:
        for case in drawn_of[this].hidden:
            trial = attempt(drawn_of[this], drawn_of[last].reference, case)
            assert problems(drawn_of[this], case, trial.result), (last, this, case.about)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("name", IN_CODE)
def test_the_solution_is_right_and_what_it_is_called_with_stays_as_it_is(name, secret, capsys):
    exercise = fresh(name, secret)
    assert inspect.getdoc(exercise.reference) is None  # a solution, not a text
    for tried in (public(name, secret), drawn(name, secret)):
        report, _ = exercises._examine(tried, name, exercise.reference)
        assert report, report.message
    space = {"np": np, "companion": __import__("companion"), name: exercise.reference}
    exec(exercise.check(3), space)
    assert "3 of 3 points" in capsys.readouterr().out
    assert {case.about for case in exercise.CASES} == {case.about for case in exercise.hidden}
    assert len({case.about for case in exercise.CASES}) == len(exercise.CASES) >= 4
    assert all(case.about for case in exercise.CASES)
    assert not {repr(case.args) for case in exercise.CASES} & {
        repr(case.args) for case in exercise.hidden
    }


@pytest.mark.parametrize("name", IN_CODE)
def test_answers_as_students_write_them(name):
    """With the constants of the notebook in the book."""
    assert len(FRESH_WRONG[name]) >= 8
    assert len(FRESH_RIGHT[name]) >= 2
    for description, function in FRESH_RIGHT[name].items():
        for tried in (public(name, BOOK), drawn(name, BOOK)):
            report, _ = exercises._examine(tried, name, function)
            assert report, (description, report.message)
    for description, function in FRESH_WRONG[name].items():
        for tried in (public(name, BOOK), drawn(name, BOOK)):
            assert not exercises._examine(tried, name, function)[0], description


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_release_differs_from_the_book_where_it_is_fresh_and_nowhere_else(source):
    notebook = nbformat.read(source, as_version=4)
    assert with_questions(notebook, chapter(source), BOOK) == notebook  # `make exercises` was run
    other = with_exercises(
        with_questions(notebook, chapter(source), "spring"), chapter(source), "spring"
    )
    changed = {
        before.metadata.nbgrader.grade_id
        for before, after in zip(marks(notebook), marks(other), strict=True)
        if before.source != after.source
    }
    wanted = set()
    for name in names(chapter(source)):
        if name in IN_CODE:
            wanted |= {f"{fresh(name, BOOK).instead}{part}" for part in ("-text", "", "-check")}
        else:
            wanted |= {f"{name}-text", name}
    assert changed == wanted
    points = [
        [cell.metadata.nbgrader.get("points") for cell in marks(one)] for one in (notebook, other)
    ]
    assert points[0] == points[1]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_most_points_are_for_what_the_book_does_not_print(source):
    notebook = nbformat.read(source, as_version=4)
    printed = sum(
        cell.metadata.nbgrader.points
        for cell in marks(notebook)
        if cell.metadata.nbgrader.grade and not by_hand(cell)
        and cell.metadata.nbgrader.grade_id.removesuffix("-check")
        not in {fresh(name, BOOK).instead for name in IN_CODE}
    )  # fmt: skip
    total = sum(cell.metadata.nbgrader.get("points", 0) for cell in marks(notebook))
    assert printed < total / 2


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_what_a_person_reads_says_what_earns_its_points(source):
    for cell in filter(by_hand, marks(nbformat.read(source, as_version=4))):
        points = cell.metadata.nbgrader.points
        if points:
            rubric = cell.source.partition("Points: ")[2]
            numbers = re.findall(r"\d+(?:\.\d+)?", rubric.partition("### END")[0])
            assert numbers, cell.metadata.nbgrader.grade_id
            earned = sum(map(float, numbers))
            assert earned == pytest.approx(points), (cell.metadata.nbgrader.grade_id, rubric)


def test_a_value_that_a_notebook_cannot_hold_is_refused():
    from companion.grading.fresh import _code

    assert _code((np.array([1.5, -np.inf]), [2], (None,), {"a": True})) == (
        "(np.array([1.5, -np.inf]), [2], (None,), {'a': True})"
    )
    assert _code(np.zeros((0, 3))) == "np.array([], dtype=float64).reshape((0, 3))"
    with pytest.raises(TypeError, match="Generator"):
        _code(np.random.default_rng(0))
