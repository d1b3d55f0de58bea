"""What is drawn from the instructor's secret, by functions in a module for each chapter."""

import pkgutil
from hashlib import sha256
from importlib import import_module

import numpy as np


def functions(package):
    """Return the functions of a package's modules by their names, in the order of the modules.

    Parameters
    ----------
    package : module
    """
    modules = [
        import_module(f"{package.__name__}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
        if not found.name.startswith("_")
    ]
    return {
        name: thing
        for module in modules
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    }


def generator(secret, name):
    """Return the random generator that draws what has this name, always the same for a secret."""
    return np.random.default_rng(int.from_bytes(sha256(f"{secret}/{name}".encode()).digest()))
