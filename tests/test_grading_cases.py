"""The hidden cases tell right answers from wrong ones, whatever the instructor's seed is."""

import inspect
from importlib import import_module

import numpy as np
import pytest
from answers import RIGHT, WRONG

from companion import exercises
from companion.exercises._answers import answered, unchanged, without_addresses
from companion.grading.cases import _functions, drawn
from companion.grading.fresh import BOOK, fresh, names

SECRETS = ["spring", "another term"]
#: The others give way in a release to an exercise of `companion.grading.fresh`.
NAMES = sorted(
    {*exercises.names()} - {getattr(fresh(name, BOOK), "instead", None) for name in names()}
)
#: Nothing can be drawn for these: they are called without arguments, or with the name of a gate.
FIXED = {"gate", "majority", "parity_weights", "relu_xor_weights", "xor_weights"}


def examine(name, function, secret):
    report, _ = exercises._examine(drawn(name, secret), name, function)
    return report


def written(case):
    """Return a case's arguments as a text, generators by their state."""

    def plain(arg):
        return arg.bit_generator.state if isinstance(arg, np.random.Generator) else arg

    return without_addresses(str(list(map(plain, case.args))))


def test_every_exercise_has_hidden_cases():
    assert sorted(_functions()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_draws_the_same_cases_and_another_draws_others(name):
    function = _functions()[name]
    one, same, other = (function(rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert len(one) == len(same) == len(other)
    for a, b in zip(one, same, strict=True):
        assert a.about == b.about != ""
        assert written(a) == written(b)
    assert [case.about for case in one] == [case.about for case in other]
    assert len({case.about for case in one}) == len(one)  # a case is told by what it is about
    if name not in FIXED:
        assert list(map(written, one)) != list(map(written, other))


@pytest.mark.parametrize("name", NAMES)
def test_there_are_as_many_kinds_of_hidden_cases_as_of_public_ones(name):
    public = import_module(f"companion.exercises.{name}").CASES
    assert len(drawn(name, "a seed").CASES) >= len(public)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_right_answers_are_right_in_every_hidden_case(name, secret):
    for description, function in RIGHT[name].items():
        report = examine(name, function, secret)
        assert report, (description, report.message)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_wrong_answers_fail_a_hidden_case(name, secret):
    for description, answer in WRONG[name].items():
        function = answer[0] if isinstance(answer, tuple) else answer
        assert not examine(name, function, secret), description


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_usual_mistakes_fail_a_hidden_case(name, secret):
    for mistake in import_module(f"companion.exercises.{name}").MISTAKES:
        assert not examine(name, mistake.function, secret), mistake.advice


def by_heart(name):
    """Return a function that knows the public cases, as the companion prints them, and no more."""
    exercise = import_module(f"companion.exercises.{name}")
    cases = answered(exercise)

    def answer(*args):
        for case in cases:
            if len(args) == len(case.args) and all(map(unchanged, case.args, args)):
                return case.expected
        return cases[0].expected

    answer.__signature__ = inspect.signature(next(iter(RIGHT[name].values())))
    return answer


@pytest.mark.parametrize("name", NAMES)
def test_the_answers_to_the_public_cases_score_hardly_anything(name):
    exercise = import_module(f"companion.exercises.{name}")
    if hasattr(exercise, "judge") or hasattr(exercise, "use"):
        pytest.skip("its cases have no single right result")
    for secret in SECRETS:
        report = examine(name, by_heart(name), secret)
        assert report.right <= len(exercise.CASES) / 4, report.message
