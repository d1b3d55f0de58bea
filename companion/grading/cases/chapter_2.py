"""Hidden cases of chapter 2, XOR and the hidden layer."""

from itertools import pairwise

from companion.exercises import Case


def xor_weights(*, rng):
    """The one case that there is: nothing is handed in."""
    return [Case((), about="Two inputs.")]


def relu_xor_weights(*, rng):
    """The one case that there is: nothing is handed in."""
    return [Case((), about="Two inputs.")]


def parity_weights(*, rng):
    """The one case that there is: nothing is handed in."""
    return [Case((), about="Three inputs.")]


def collapse(*, rng):
    """One layer, two and three, of one width and of several, with floats and integers."""
    width = rng.integers(2, 4)
    widths = rng.permutation([1, 2, 3, 4])
    return [
        Case((_layers(rng, 3 * [width]),), about="Two layers."),
        Case((_layers(rng, 4 * [width]),), about="Three layers."),
        Case((_layers(rng, 2 * [width]),), about="A single layer."),
        Case((_layers(rng, widths, whole=True),), about="Layers of different widths, integers."),
        Case(
            (_layers(rng, 2 * [width], whole=True) + _layers(rng, 2 * [width]),),
            about="A layer of integers and one of fractions.",
        ),
    ]


def _layers(rng, widths, *, whole=False):
    """Return the weights and biases of layers, (W, b) for each."""

    def draw(*shape):
        whole_numbers = rng.integers(1, 4, shape) * rng.choice([-1, 1], shape)
        return whole_numbers if whole else rng.normal(size=shape)

    return [(draw(n_in, n_out), draw(n_out)) for n_in, n_out in pairwise(widths)]
