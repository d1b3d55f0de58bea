"""The network of exercise 13.6. Who looks here finds the answer and misses the search."""

from companion.layers import Activation, Dense, Dropout, Sequential


def stuck_network(hidden, *, rng):
    """Return a network for the digits that does not learn."""
    first, last = Dense(64, hidden, rng=rng, init="he_normal"), Dense(hidden, 10, rng=rng)
    net = Sequential(first, Activation("relu"), Dropout(0.0, rng=rng), last)
    net.params["0.b"] -= 12
    return net
