"""minibatches(n, batch, rng): the numbers 0 to n - 1, shuffled and cut into pieces.

The results stand here as numbers: the solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "minibatches(n, batch, rng)"


def _case(n, batch, seed, *expected, about):
    rows = tuple(np.array(piece) for piece in expected)
    return Case((n, batch, np.random.default_rng(seed)), rows, about)


CASES = [
    _case(
        6,
        2,
        0,
        [3, 2],
        [5, 4],
        [0, 1],
        about="Three arrays in a list, in the order of rng.permutation(n).",
    ),
    _case(7, 3, 1, [5, 0, 1], [4, 2, 6], [3], about="The last piece is shorter."),
    _case(4, 10, 2, [3, 2, 0, 1], about="All fit into one piece; the result is still a list."),
    _case(5, 1, 3, [4], [2], [1], [3], [0], about="A piece of one is an array, too."),
    _case(5, 5, 4, [2, 4, 0, 1, 3], about="No empty piece at the end."),
]
MISTAKES = []  # each would show the solution; what a case is about has to do
