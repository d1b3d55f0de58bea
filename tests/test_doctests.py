"""The examples in the docstrings are right."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import companion

MODULES = [m.name for m in pkgutil.walk_packages(companion.__path__, prefix="companion.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module(name):
    failed, _ = doctest.testmod(import_module(name), extraglobs={"companion": companion})
    assert failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    tests = [test for name in MODULES for test in finder.find(import_module(name)) if test.examples]
    assert len(tests) > 15
