"""Answers as students write them, for each exercise: wrong ones that look right, and right ones.

``WRONG[exercise][description]`` is a function, or a pair of a function and what the self-check must
say to it; ``RIGHT[exercise][description]`` is a function that must pass. They are written without a
look at the exercise's own list of mistakes.
"""

import pkgutil
from importlib import import_module

CHAPTERS = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
WRONG = {name: answers for module in CHAPTERS for name, answers in module.WRONG.items()}
RIGHT = {name: answers for module in CHAPTERS for name, answers in module.RIGHT.items()}
