"""The training loop: mini-batches, steps, and a record of the loss.

`fit` gets a network, a loss and an optimizer and knows nothing else about them.
"""

from dataclasses import dataclass, field

import numpy as np

from companion._checks import as_classes, as_rows, generator, whole


def minibatches(n, batch_size, *, rng):
    """Yield index arrays that share out 0 … n - 1, shuffled, in batches.

    The last batch is the smaller one; if a single index would be left over, it joins the batch
    before, since some layers cannot train on a batch of one.

    Parameters
    ----------
    n, batch_size : int
        How many samples there are, and how many go into a batch.
    rng : numpy.random.Generator
        Shuffles.

    Yields
    ------
    ndarray of int

    Examples
    --------
    >>> [len(rows) for rows in minibatches(9, 4, rng=np.random.default_rng(0))]
    [4, 5]
    """
    n, batch_size = whole(n, "n"), whole(batch_size, "batch_size")
    order = generator(rng).permutation(n)
    starts = list(range(0, n, batch_size))
    if batch_size > 1 and len(starts) > 1 and n - starts[-1] == 1:
        starts.pop()
    for start, end in zip(starts, [*starts[1:], n], strict=True):
        yield order[start:end]


def accuracy(scores, labels):
    """Return the share of rows whose greatest score stands at the label.

    Parameters
    ----------
    scores : array_like, shape (n, k)
        Logits or probabilities.
    labels : array_like, shape (n,) or (n, k)
        Integers or one-hot.

    Returns
    -------
    float

    Examples
    --------
    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    """
    scores = as_rows(scores, "scores")
    return float((scores.argmax(axis=1) == as_classes(labels, *scores.shape)).mean())


@dataclass
class History:
    """What happened in training."""

    #: The mean loss of each epoch, taken while the parameters were changing.
    loss: list = field(default_factory=list)


def fit(net, loss_fn, optimizer, x, y, *, epochs, batch_size, rng):
    """Train a network in place.

    Parameters
    ----------
    net : Layer
        Usually a `Sequential`.
    loss_fn : callable
        ``(prediction, target) -> (loss, gradient)``.
    optimizer : Optimizer
    x : array_like, shape (n, n_in)
        Training samples.
    y : array_like, shape (n, …)
        Their targets, as `loss_fn` takes them.
    epochs, batch_size : int
        Passes through the data, and samples in a step.
    rng : numpy.random.Generator
        Shuffles the samples anew in each epoch.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If x and y differ in length or a setting makes no sense.
    """
    x, y = as_rows(x), np.asarray(y)
    if y.ndim == 0 or len(y) != len(x):
        raise ValueError(f"x and y must have the same length, got {x.shape} and {y.shape}")
    history = History()
    for _ in range(whole(epochs, "epochs")):
        total = 0.0
        for rows in minibatches(len(x), batch_size, rng=rng):
            loss, dy = loss_fn(net.forward(x[rows], training=True), y[rows])
            net.backward(dy)
            optimizer.step(net.params, net.grads)
            total += loss * len(rows)
        history.loss.append(total / len(x))
    return history
