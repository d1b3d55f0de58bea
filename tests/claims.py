"""What the tests of claims share."""

from functools import partial

import numpy as np

from companion import initializers
from companion.losses import softmax_cross_entropy
from companion.optimizers import SGD
from companion.training import Diverged, fit


def around(loss, lr, seeds, mean=np.mean):
    """The mean of loss(rate, seed) over the seeds: at half of a rate, at the rate, at twice it."""
    return [mean([loss(f * lr, seed) for seed in seeds]) for f in (0.5, 1, 2)]


def epoch_losses(net, digits, lr, epochs, seed, **options):
    """The loss of each epoch in batches of 32, infinite from where it diverges."""
    rng = np.random.default_rng(seed)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            return fit(
                net, softmax_cross_entropy, SGD(lr), *digits,
                epochs=epochs, batch_size=32, rng=rng, **options,
            ).loss  # fmt: skip
    except Diverged:
        return [np.inf] * epochs


def fixed_normal(std):
    return partial(initializers.normal, std=std)


def one_step(net, x, y, lr=0.5):
    _, dy = softmax_cross_entropy(net.forward(x, training=True), y)
    net.backward(dy)
    SGD(lr).step(net.params, net.grads)


def rms(array):
    return np.sqrt(np.mean(array**2))


def with_copies(x, y):
    """The digits, and each moved by a pixel down, up, right and left."""
    images = np.pad(x.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    moves = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    moved = [images[:, 1 - a : 9 - a, 1 - b : 9 - b].reshape(-1, 64) for a, b in moves]
    return np.concatenate(moved), np.tile(y, 5)
