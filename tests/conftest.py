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


def pytest_collection_modifyitems(items):
    """Leave out the slow tests where NNBOOK_QUICK is set: grids that hold a choice of settings."""
    if os.environ.get("NNBOOK_QUICK"):
        left_out = pytest.mark.skip(reason="slow; NNBOOK_QUICK is set")
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(left_out)
