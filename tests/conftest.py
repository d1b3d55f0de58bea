"""Fixtures of several test modules, and what is left out where time is short."""

import os

import numpy as np
import pytest

from companion import data


@pytest.fixture(scope="module")
def scans():
    """The part of the digits on which chapters 7 to 9 train."""
    x, _, y, _ = data.split(*data.digits(), rng=np.random.default_rng(0))
    return data.standardize(x)[0], y


@pytest.fixture(scope="session")
def built():
    """The folder of the built book."""
    from browser import SITE  # here: most tests need nothing of what it imports

    if not (SITE / "book" / "index.html").exists():
        missing = "the book is not built: make book"
        (pytest.fail if os.environ.get("NNBOOK_REQUIRE_BUILD") == "1" else pytest.skip)(missing)
    return SITE


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Chromium, for the tests of a module."""
    from browser import start

    browser = start(tmp_path_factory.mktemp)
    if browser is None:
        pytest.skip("no Chromium that can be driven was found")
    yield browser
    browser.close()


def pytest_collection_modifyitems(items):
    """Leave out the slow tests where NNBOOK_QUICK is set: grids that hold a choice of settings."""
    if os.environ.get("NNBOOK_QUICK"):
        left_out = pytest.mark.skip(reason="slow; NNBOOK_QUICK is set")
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(left_out)
