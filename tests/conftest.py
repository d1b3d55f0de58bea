"""Fixtures of several test modules."""

import numpy as np
import pytest

from companion import data


@pytest.fixture(scope="module")
def scans():
    """The part of the digits on which chapters 7 to 9 train."""
    x, _, y, _ = data.split(*data.digits(), rng=np.random.default_rng(0))
    return data.standardize(x)[0], y
