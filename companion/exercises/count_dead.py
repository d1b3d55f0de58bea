"""count_dead(z): how many ReLU units are closed for all samples.

z has shape (n, units), one row a sample, and holds pre-activations.
"""

import numpy as np

from companion.exercises import Case, Mistake

SIGNATURE = "count_dead(z)"


def reference(z):
    """Return the number of columns without an entry above 0."""
    return np.count_nonzero((np.asarray(z) <= 0).all(axis=0))


CASES = [
    Case(
        (np.array([[1.0, -2.0, -1.0], [-0.5, -3.0, 2.0], [0.5, -0.25, -1.0], [2.0, -1.0, -4.0]]),),
        about="Four samples, three units: only the second unit is closed for all.",
    ),
    Case(
        (np.array([[-1.0, -1.0], [-1.0, 1e-9], [-2.0, -1.0]]),),
        about="The second unit is open for one sample, if only a little, and that is enough.",
    ),
    Case(
        (np.array([[0.0, -1.0, 0.0, 1.0], [0.0, 0.0, 2.0, 0.0], [0.0, -1.0, 0.0, 0.0]]),),
        about="A pre-activation of exactly 0 is closed.",
    ),
    Case(
        (np.array([[-1, 1, -1, 1], [-1, 1, -1, -1]]),),
        about="Integers, and fewer samples than units.",
    ),
    Case((-np.ones((5, 7)),), about="All are dead."),
    Case((np.ones((2, 3)),), about="None is."),
    Case((np.array([[3.0, -1.0], [-5.0, -1.0]]),), about="A negative mean is not enough."),
]

MISTAKES = [
    Mistake(
        lambda z: (np.asarray(z) <= 0).all(axis=1).sum(),
        "you count samples for which no unit is open: rows are samples, so ask along the other "
        "axis.",
    ),
    Mistake(
        lambda z: (np.asarray(z) <= 0).all().sum(),
        "you ask about the whole matrix at once: all needs an axis.",
    ),
    Mistake(
        lambda z: (np.asarray(z) <= 0).all(axis=0),
        "this says of each unit whether it is dead: their number is wanted.",
    ),
    Mistake(
        lambda z: (np.asarray(z) <= 0).sum(),
        "you count pairs of sample and unit: a unit is dead if it is closed for all samples.",
    ),
    Mistake(
        lambda z: (np.asarray(z) <= 0).any(axis=0).sum(),
        "you count units that are closed for some sample; nearly every unit is. Dead means closed "
        "for all.",
    ),
    Mistake(
        lambda z: (np.asarray(z) < 0).all(axis=0).sum(),
        "at z = 0 ReLU is closed, too: its output and, by convention, its slope are 0.",
    ),
    Mistake(
        lambda z: (np.mean(z, axis=0) <= 0).sum(),
        "a negative mean is not enough: one sample that opens the unit keeps it alive.",
    ),
    Mistake(
        lambda z: (np.asarray(z) <= 0).all(axis=0).mean(),
        "this is the share of dead units: their number is wanted.",
    ),
    Mistake(
        lambda z: (np.asarray(z) > 0).any(axis=0).sum(),
        "these are the units that are alive.",
    ),
    Mistake(
        lambda z: (np.asarray(z) == 0).all(axis=0).sum(),
        "z holds pre-activations, before ReLU: closed are the negative ones as well.",
    ),
]
