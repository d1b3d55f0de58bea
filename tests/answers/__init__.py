"""Answers as students write them, for each exercise: wrong ones that look right, and right ones.

``WRONG[exercise][description]`` is a function, or a pair of a function and what the self-check must
say to it; ``RIGHT[exercise][description]`` is a function that must pass. They are written without a
look at the exercise's own list of mistakes. ``FRESH_WRONG`` and ``FRESH_RIGHT`` hold functions for
the exercises that are fresh each term, as the notebooks of the book would draw them.
"""

import pkgutil
from importlib import import_module

CHAPTERS = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
WRONG = {name: answers for module in CHAPTERS for name, answers in module.WRONG.items()}
RIGHT = {name: answers for module in CHAPTERS for name, answers in module.RIGHT.items()}
FRESH_WRONG = {k: v for module in CHAPTERS for k, v in getattr(module, "FRESH_WRONG", {}).items()}
FRESH_RIGHT = {k: v for module in CHAPTERS for k, v in getattr(module, "FRESH_RIGHT", {}).items()}
