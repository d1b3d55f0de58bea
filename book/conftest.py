"""For `pytest --nbval book`: what depends on the machine and its load fails no notebook."""

import os
import tempfile
from pathlib import Path

import pytest
from notebooks import OUTPUT, STARTUP, find_fonts, fixed_settings, started


def pytest_configure(config):
    settings = tempfile.TemporaryDirectory()
    config.add_cleanup(settings.cleanup)
    os.environ.update(fixed_settings(Path(settings.name)))
    config.option.nbval_kernel_startup_timeout = STARTUP
    find_fonts()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Let each notebook start its kernel again if it does not start; a cell runs once."""
    for notebook in {item.parent for item in items if hasattr(item.parent, "output_timeout")}:
        notebook.output_timeout = OUTPUT
        start = notebook.setup
        notebook.setup = lambda start=start: started(start)
