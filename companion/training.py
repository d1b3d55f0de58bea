"""The training loop: mini-batches, steps, and a record of the loss.

`fit` gets a network, a loss and an optimizer and knows nothing else about them.
"""

import os
import sys
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from companion._checks import as_classes, as_finite, as_rows, generator, whole


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
    scores = as_rows(as_finite(scores, "scores"), "scores")
    return float((scores.argmax(axis=1) == as_classes(labels, *scores.shape)).mean())


@dataclass
class History:
    """What happened in training, one number an epoch in each list."""

    #: The mean loss, penalty included, taken while the parameters were changing.
    loss: list = field(default_factory=list)
    #: The loss on the validation samples after the epoch, without penalty; empty without them.
    validation_loss: list = field(default_factory=list)


def train_epoch(net, loss_fn, optimizer, x, y, *, batch_size, rng, penalty=None):
    """Take one optimizer step for each mini-batch of the samples, and return the mean loss.

    Parameters are those of `fit`.
    """
    x, y = _samples(x, y)
    total = 0.0
    for rows in minibatches(len(x), batch_size, rng=rng):
        loss, dy = loss_fn(net.forward(x[rows], training=True), y[rows])
        net.backward(dy)
        params, grads = net.params, net.grads
        if penalty is not None:
            loss += _add_penalty(penalty, params, grads)
        optimizer.step(params, grads)
        total += loss * len(rows)
    return total / len(x)


def evaluate(net, loss_fn, x, y, *, batch_size=1024):
    """Return the mean loss at inference, computed in batches so that memory stays bounded."""
    x, y = _samples(x, y)
    total = 0.0
    for start in range(0, len(x), whole(batch_size, "batch_size")):
        rows = slice(start, start + batch_size)
        total += loss_fn(net.forward(x[rows]), y[rows])[0] * len(x[rows])
    return total / len(x)


class EarlyStopping:
    """Tell when the validation loss has stopped falling, and keep the best state until then.

    Parameters
    ----------
    patience : int
        For how many epochs a new best loss is waited for.

    References
    ----------
    prechelt1998
    """

    def __init__(self, patience):
        self.patience = whole(patience, "patience")
        self.best_loss, self.best_state, self.waited = np.inf, None, 0

    def watch(self, net, loss):
        """Look at an epoch's validation loss; return whether to stop."""
        self.waited += 1
        if loss < self.best_loss:  # never true of NaN
            self.best_loss, self.waited = loss, 0
            self.best_state = {name: array.copy() for name, array in net.state().items()}
        return self.waited >= self.patience

    def restore(self, net):
        """Give the network back its state at the best loss; if there was none, leave it."""
        if self.best_state is not None:
            for name, array in net.state().items():
                array[...] = self.best_state[name]


def fit(
    net,
    loss_fn,
    optimizer,
    x,
    y,
    *,
    epochs,
    batch_size,
    rng,
    penalty=None,
    validation=None,
    patience=None,
):
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
    penalty : callable, optional
        ``weights -> (value, gradient)``, such as ``L2(1e-4)``; applied to the parameters ``W``.
    validation : tuple, optional
        ``(x, y)``, samples whose loss is watched but not learned from.
    patience : int, optional
        Stop early: training ends after so many epochs without a lower validation loss, and the
        network gets back the state that it had after its best epoch.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If x and y differ in length or a setting makes no sense.
    """
    x, y = _samples(x, y)
    if validation is not None:
        validation = _samples(*validation)
    elif patience is not None:
        raise ValueError("patience needs validation samples to watch")
    stopping = None if patience is None else EarlyStopping(patience)
    options = {"batch_size": whole(batch_size, "batch_size"), "rng": rng, "penalty": penalty}
    history = History()
    for _ in progress(range(whole(epochs, "epochs"))):
        history.loss.append(train_epoch(net, loss_fn, optimizer, x, y, **options))
        if validation is not None:
            history.validation_loss.append(evaluate(net, loss_fn, *validation))
        if stopping is not None and stopping.watch(net, history.validation_loss[-1]):
            break
    if stopping is not None:
        stopping.restore(net)
    return history


def progress(iterable):
    """Show a bar if this takes more than 3 seconds, in a terminal or a live notebook only."""
    live = sys.stderr.isatty() or "JPY_SESSION_NAME" in os.environ  # set by Jupyter's server
    return tqdm(iterable, disable=not live, delay=3, leave=False)


def _add_penalty(penalty, params, grads):
    """Add a penalty's gradient to those of the weights; return its value."""
    total = 0.0
    for name, param in params.items():
        if name.endswith("W"):
            value, gradient = penalty(param)
            grads[name] += gradient
            total += value
    return total


def _samples(x, y):
    x, y = as_rows(as_finite(x)), np.asarray(y)
    as_finite(y, "y")
    if y.ndim == 0 or len(y) != len(x):
        raise ValueError(f"x and y must have the same length, got {x.shape} and {y.shape}")
    return x, y
