"""The NumPy package that the chapters of *Neural Networks You Can Check* call.

A module is loaded when it is first used: after ``import companion`` there is
``companion.losses.softmax`` as well as ``from companion.losses import softmax``.
"""

import pkgutil
from importlib import import_module

from companion.exercises import Case, check

__version__ = "0.2.0"

_MODULES = [module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"]
__all__ = ["Case", "check", *_MODULES]


def __getattr__(name):
    """Load a module of the companion when it is first asked for."""
    if name in _MODULES:
        return import_module(f"companion.{name}")
    raise AttributeError(f"companion has no {name!r}; it has {', '.join(__all__)}")


def __dir__():
    return [*__all__, "__version__"]
