"""Small data sets, real and made, and how to prepare them. All come through scikit-learn.

Features are float64 arrays (n, d), labels integers (n,). Nothing is downloaded.
"""

from functools import cache

import numpy as np
from sklearn import datasets
from sklearn.model_selection import train_test_split

from companion._checks import as_finite, as_number, as_rows, generator, not_negative, whole

__all__ = [
    "digits", "iris", "HOUSE_FEATURES", "houses", "moons", "xor", "separable", "split",
    "standardize",
]  # fmt: skip

_load_digits = cache(datasets.load_digits)  # which reads them from text, each time anew


def digits(classes=None):
    """Return 1,797 handwritten digits as rows of 8 × 8 = 64 grey values from 0 to 1.

    Parameters
    ----------
    classes : sequence of int, optional
        Keep only these digits, labelled 0, 1, … in the order given. Without it all ten are
        returned, each labelled by itself.

    Returns
    -------
    x : ndarray, shape (n, 64)
        Grey values in steps of 1/16, so that sums of them are exact.
    y : ndarray of int, shape (n,)

    References
    ----------
    alpaydin1998, pedregosa2011
    """
    x, y = _load_digits(return_X_y=True)
    return _only(x / 16, y, classes)


def iris(classes=None):
    """Return 150 iris flowers: sepal length and width, petal length and width in cm.

    Parameters
    ----------
    classes : sequence of int, optional
        Of setosa 0, versicolor 1 and virginica 2 keep only these, labelled 0, 1, … in that order.

    Returns
    -------
    x : ndarray, shape (n, 4)
    y : ndarray of int, shape (n,)

    References
    ----------
    fisher1936
    """
    return _only(*datasets.load_iris(return_X_y=True), classes)


#: What the columns of `houses` are.
HOUSE_FEATURES = tuple("area rooms bathrooms storeys age garden distance energy".split())


def houses(n, *, rng):
    """Return n houses that are made up, with eight features each, and their made-up prices.

    The price is the area times a price per square metre, which falls with the distance from the
    station, the age and the energy that the house needs; garden and bathrooms add to it. Noise of
    about ten percent stands for all that the features do not say.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator

    Returns
    -------
    x : ndarray, shape (n, 8)
        In the order of `HOUSE_FEATURES`: area in m², rooms, bathrooms, storeys, age in years,
        garden in m², distance from the station in km, energy in kWh for each m² and year. All are
        whole numbers, the distance is one of quarters.
    y : ndarray, shape (n,)
        Prices in thousands, whole numbers.

    Examples
    --------
    >>> x, y = houses(100, rng=np.random.default_rng(0))
    >>> x.shape, y.shape
    ((100, 8), (100,))
    """
    n, rng = whole(n, "n"), generator(rng)
    area = rng.integers(50, 251, n)
    rooms = area // 30 + rng.integers(0, 4, n)
    bathrooms, storeys = 1 + rng.integers(0, 3, n), rng.integers(1, 5, n)
    age, garden = rng.integers(0, 101, n), 50 * rng.integers(0, 17, n)
    distance = rng.integers(1, 41, n) / 4
    energy = 40 + age + rng.integers(0, 101, n)
    per_m2 = (1.5 + 3 * np.exp(-distance / 3)) * (1 - 0.002 * age) * (1 - 0.001 * energy)
    price = area * per_m2 + 0.1 * garden + 15 * (bathrooms - 1)
    price *= np.exp(0.1 * rng.normal(size=n))
    x = np.column_stack([area, rooms, bathrooms, storeys, age, garden, distance, energy])
    return x.astype(np.float64), np.round(price)


def moons(n, *, noise=0.1, rng):
    """Return n points on two half circles that reach into each other, with Gaussian noise."""
    return datasets.make_moons(whole(n, "n", 2), noise=noise, random_state=_seed(rng))


def xor():
    """Return the four points of XOR: label 1 where exactly one coordinate is 1."""
    return np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def separable(n, *, gap, rng):
    """Return points of a square, on both sides of a random line and not too near to it.

    Parameters
    ----------
    n : int
        How many points are drawn; those that come too near to the line are dropped.
    gap : float
        The margin: every point kept has ``|w · x + b| ≥ gap`` for the unit vector (w, b).
    rng : numpy.random.Generator

    Returns
    -------
    x : ndarray, shape (m, 2), m ≤ n
        Points of the square from -1 to 1.
    y : ndarray of int, shape (m,)
        1 on the side of the line to which w points, else 0.
    w : ndarray, shape (2,)
    b : float

    Raises
    ------
    ValueError
        If no point is left on one of the sides.
    """
    not_negative(gap, "gap")
    w, on_line = generator(rng).normal(size=2), rng.uniform(-0.5, 0.5, 2)
    *w, b = np.append(w, -w @ on_line) / np.linalg.norm(np.append(w, -w @ on_line))
    x = rng.uniform(-1, 1, (whole(n, "n"), 2))
    score = x @ w + b
    kept = np.abs(score) >= gap
    y = (score[kept] > 0).astype(int)
    if len(set(y)) < 2:
        raise ValueError(f"a gap of {gap} leaves no point on one side of the line: {n=}")
    return x[kept], y, np.array(w), float(b)


def split(x, y, *, held_out=0.25, rng):
    """Split samples at random into a training and a held-out part.

    Where `y` is one-dimensional and holds no floats, each class is split in proportion.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n, …)
    y : array_like, shape (n,) or (n, k)
        Labels, or targets.
    held_out : float
        The share of samples that are held out, between 0 and 1.
    rng : numpy.random.Generator

    Returns
    -------
    x_train, x_held_out, y_train, y_held_out : ndarray

    Examples
    --------
    >>> parts = split(*digits(), rng=np.random.default_rng(0))
    >>> [len(part) for part in parts]
    [1347, 450, 1347, 450]
    """
    x, y = as_rows(x, more_axes=True), np.asarray(y)
    if y.ndim == 0 or len(y) != len(x):
        raise ValueError(f"x and y must have the same length, got {x.shape} and {y.shape}")
    as_number(held_out, "held_out", "a number between 0 and 1", lambda share: 0 < share < 1)
    classes = y if y.ndim == 1 and y.dtype.kind != "f" else None
    try:
        return train_test_split(x, y, test_size=held_out, stratify=classes, random_state=_seed(rng))
    except ValueError as error:  # a class of one sample, or more classes than samples
        said = f"{len(x)} samples cannot be split like this: {error}"
        if classes is not None:
            said += " If these are the targets of a regression, give them as floats."
        raise ValueError(said) from None


def standardize(x_train, *others):
    """Shift and scale each feature to mean 0 and standard deviation 1 on the training samples.

    The other parts are shifted and scaled by the training samples' numbers, never by their own.
    A feature that never changes in training is shifted only.

    Parameters
    ----------
    x_train : array_like, shape (n, d)
    *others : array_like, shape (m, d)

    Returns
    -------
    list of ndarray
        One array for each that was given.

    Examples
    --------
    >>> standardize([[0.0], [2.0]], [[5.0]])
    [array([[-1.],
           [ 1.]]), array([[4.]])]
    """
    x_train = as_rows(as_finite(x_train, "x_train"), "x_train")
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    std[np.ptp(x_train, axis=0) == 0] = 1
    return [(as_rows(x, columns=len(mean)) - mean) / std for x in (x_train, *others)]


def _only(x, y, classes):
    """Return the samples of some classes, labelled by the place of theirs in the list."""
    there = sorted(set(y.tolist()))
    classes = there if classes is None else np.atleast_1d(classes).tolist()
    if not classes or not set(classes) <= set(there) or len(set(classes)) < len(classes):
        raise ValueError(f"classes must be some of {there}, each once; got {classes!r}")
    kept = np.isin(y, classes)
    return x[kept], np.array([classes.index(label) for label in y[kept]])


def _seed(rng):
    """Draw from a generator the kind of seed that scikit-learn takes."""
    return int(generator(rng).integers(2**32))
