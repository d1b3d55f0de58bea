"""Arrays by name: what a layer or a network has learned, and the gradients of it.

Everybody who holds such a mapping holds the same arrays: the layer, the network around it, the
optimizer. So an array is never replaced. What is assigned is copied into the one that is there.
"""

from collections.abc import MutableMapping

import numpy as np

from companion._checks import as_finite, as_float

__all__ = ["Arrays", "numbered"]


class Arrays(MutableMapping):
    """A dictionary of arrays that stay the same objects.

    Parameters
    ----------
    arrays : dict of str to ndarray
    decayed : iterable of str
        The names of those that a penalty or weight decay applies to.

    Examples
    --------
    >>> import numpy as np
    >>> weights = np.zeros(2)
    >>> params = Arrays({"W": weights})
    >>> params["W"] = [3, 4]
    >>> weights
    array([3., 4.])
    """

    def __init__(self, arrays, decayed=()):
        self._arrays, self.decayed = dict(arrays), tuple(decayed)
        if unknown := [name for name in self.decayed if name not in self._arrays]:
            raise ValueError(f"decayed names {', '.join(unknown)}, which is not among {self}")

    def __getitem__(self, name):
        if name not in self._arrays:
            raise KeyError(f"there is no {name!r}; there are: {', '.join(self) or 'none'}")
        return self._arrays[name]

    def __setitem__(self, name, value):
        self.update({name: value})

    def update(self, values):
        """Copy into the arrays of these names; if one value does not fit, nothing changes."""
        checked = {name: self._checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            self[name][...] = value

    def _checked(self, name, value):
        array, value = self[name], as_float(value, name)
        with np.errstate(over="ignore"):  # what float32 cannot hold is not finite there
            value = as_finite(value.astype(array.dtype), name)
        if value.shape != array.shape:
            raise ValueError(f"{name} has shape {array.shape}, what is assigned {value.shape}")
        return value

    def __delitem__(self, name):
        raise TypeError(f"{name} belongs to its layer and cannot be taken away")

    def __iter__(self):
        return iter(self._arrays)

    def __len__(self):
        return len(self._arrays)

    def __repr__(self):
        return "\n".join(f"{name}: {array.dtype} {array.shape}" for name, array in self.items())

    def keys(self):
        """Return the names."""
        return self._arrays.keys()

    def items(self):
        """Return the pairs (name, array)."""
        return self._arrays.items()

    def only(self, names):
        """Return the arrays of these names (a list or a dictionary), the same objects."""
        decayed = [name for name in self.decayed if name in names]
        return Arrays({name: self[name] for name in names}, decayed)


def numbered(parts):
    """Join the dictionaries of a network's layers; each name begins with its layer's number.

    Examples
    --------
    >>> numbered([{"W": 1, "b": 2}, {}, {"W": 3}])
    {'0.W': 1, '0.b': 2, '2.W': 3}
    """
    return {f"{i}.{name}": array for i, part in enumerate(parts) for name, array in part.items()}
