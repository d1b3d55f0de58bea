"""For `pytest --nbval book`: what depends on the machine and its load fails no notebook."""

import os
import tempfile
from functools import partial
from pathlib import Path

from nbval.plugin import IPyNbCell
from notebooks import OUTPUT, STARTUP, find_fonts, fixed_settings, started


def pytest_configure(config):
    settings = tempfile.TemporaryDirectory()
    config.add_cleanup(settings.cleanup)
    os.environ.update(fixed_settings(Path(settings.name)))
    config.option.nbval_kernel_startup_timeout = STARTUP
    # nbval leaves this file open where a kernel did not start.
    config.addinivalue_line("filterwarnings", "ignore:unclosed file.*null:ResourceWarning")
    find_fonts()


def pytest_collection_modifyitems(config, items):
    """Let each notebook start its kernel again if it does not start; a cell runs once."""
    capture = config.pluginmanager.getplugin("capturemanager")

    def start_visibly(start):
        with capture.global_and_fixture_disabled():  # so that a second try can be read
            started(start)

    cells = [item for item in items if isinstance(item, IPyNbCell)]
    for cell in cells:
        cell.output_timeout = OUTPUT
    for notebook in {cell.parent for cell in cells}:
        notebook.setup = partial(start_visibly, notebook.setup)
