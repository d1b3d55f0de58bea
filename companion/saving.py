"""A network's whole state in a file: parameters, and what else inference needs.

The file is NumPy's own ``.npz``, which holds arrays and no code, so that reading one is safe.
"""

from pathlib import Path

import numpy as np

from companion._checks import as_finite

__all__ = ["save", "load"]


def save(net, path):
    """Write `net.state()` to a file.

    Parameters
    ----------
    net : Layer
    path : str or Path
        Usually ends in ``.npz``; an existing file is replaced.
    """
    with open(path, "wb") as file:  # given a name, np.savez would change it
        np.savez(file, **net.state())


def load(net, path):
    """Read a file written by `save` into a network of the same architecture.

    The arrays of `net` change in place. If anything does not fit, nothing changes.

    Parameters
    ----------
    net : Layer
    path : str or Path

    Raises
    ------
    ValueError
        If the file is not such a file, or belongs to another architecture.
    FileNotFoundError
        If there is no such file.
    """
    state, loaded, name_of_file = net.state(), _read(path), Path(path).name
    if loaded.keys() != state.keys():
        lonely = ", ".join(sorted(loaded.keys() ^ state.keys()))
        raise ValueError(f"{name_of_file} and the network differ in: {lonely}")
    for name, array in state.items():
        found = loaded[name]
        if (found.shape, found.dtype) != (array.shape, array.dtype):
            here, there = (f"{one.dtype} of shape {one.shape}" for one in (array, found))
            raise ValueError(f"{name} is {there} in {name_of_file}, {here} in the network")
        as_finite(found, f"{name} in {name_of_file}")
    state.update(loaded)


def _read(path):
    """Return the arrays of an ``.npz`` file by name."""
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as stored:
                return {name: stored[name] for name in stored.files}
        except Exception as error:  # NumPy raises half a dozen kinds for what it cannot read
            kind = type(error).__name__
            said = f"{Path(path).name} does not hold a network: `save` did not write it ({kind})"
            raise ValueError(said) from None
