"""The training loop: mini-batches, steps, and a record of the loss.

`fit` gets a network, a loss and an optimizer and knows nothing else about them. What else may
happen in a training – a penalty, clipping, early stopping – is a function that is handed in; the
module `callbacks` has some.
"""

import math
import os
import sys
from dataclasses import dataclass, field
from inspect import signature

import numpy as np
from tqdm import tqdm

from companion._checks import NotFinite, as_classes, as_finite, as_rows, generator, whole

__all__ = [
    "minibatches", "accuracy", "History", "Diverged", "train_step", "train_epoch", "evaluate",
    "fit", "progress",
]  # fmt: skip


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
    last = n - 1 if n % batch_size == 1 else n  # no batch starts with the very last sample
    yield from np.split(order, range(batch_size, last, batch_size))


def accuracy(scores, labels):
    """Return the share of rows whose greatest score stands at the label.

    With a single logit a row the answer is 1 where it is above 0, else 0. (Of a probability p give
    p - 0.5.)

    Parameters
    ----------
    scores : array_like, shape (n, k) or (n, 1) or (n,)
        Logits or probabilities of k classes; or one logit, of class 1.
    labels : array_like, shape (n,) or (n, k)
        Integers or one-hot; for one logit 0 and 1, (n,) or (n, 1).

    Returns
    -------
    float

    Examples
    --------
    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    >>> accuracy([[2.5], [-0.5]], [1, 1])
    0.5
    """
    if np.ndim(scores) == 1 and np.asarray(scores).dtype.kind in "iub":
        raise ValueError("scores must be what the network says, not classes: net(x), no argmax")
    scores = as_finite(scores, "scores")
    if scores.ndim == 1 or scores.shape[1:] == (1,):  # class 0 has the logit 0
        scores, labels = np.outer(scores, [0, 1]), np.ravel(labels)
    scores = as_rows(scores, "scores")
    return float((scores.argmax(axis=1) == as_classes(labels, *scores.shape)).mean())


@dataclass
class History:
    """What happened in training, one number an epoch in each list."""

    #: How many epochs were asked for.
    epochs: int = 0
    #: The mean loss, penalty included, taken while the parameters were changing.
    loss: list = field(default_factory=list)
    #: The loss on the validation samples after the epoch, without penalty; empty without them.
    validation_loss: list = field(default_factory=list)

    def __repr__(self):
        ends = f", loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}" if self.loss else ""
        return f"<History: {len(self.loss)} of {self.epochs} epochs{ends}>"


class Diverged(ValueError):
    """The loss or a parameter is no longer a finite number; `history` holds the epochs before."""

    def __init__(self, message, history):
        super().__init__(message)
        self.history = history


def train_step(net, loss_fn, optimizer, x, y, *, before_step=(), after_step=()):
    """Take one step of the optimizer on one batch, and return the loss before it.

    Parameters
    ----------
    net, loss_fn, optimizer
        As for `fit`.
    x : array_like, shape (n, n_in) or (n, …)
        The batch.
    y : array_like, shape (n, …)
        Its targets, as `loss_fn` takes them.
    before_step, after_step : callable or list of callable
        As for `fit`.

    Returns
    -------
    float
        The loss, and what `before_step` adds to it.

    Examples
    --------
    >>> from companion.layers import Dense
    >>> from companion.losses import squared_error
    >>> from companion.optimizers import SGD
    >>> net = Dense(1, 1, rng=None, init="zeros")
    >>> train_step(net, squared_error, SGD(0.5), [[2.0]], [[3.0]])
    4.5
    >>> net([[2.0]])
    array([[7.5]])
    """
    loss, dy = loss_fn(net.forward(x, training=True), y)
    net.backward(dy, input_gradient=False)
    params, grads = net.params, net.grads
    if before_step:
        grads = dict(grads)
        for change in _functions(before_step):
            loss += float(_answer((float, int, np.number), change, net, grads) or 0)
        params = params.only(grads)
    optimizer.step(params, grads)
    for change in _functions(after_step):
        _answer((), change, net)
    if not math.isfinite(loss):
        raise NotFinite(f"the loss is {loss}")
    return loss


def train_epoch(net, loss_fn, optimizer, x, y, *, batch_size, rng, before_step=(), after_step=()):
    """Take one optimizer step for each mini-batch of the samples, and return the mean loss.

    Parameters are those of `fit`.

    Examples
    --------
    >>> from companion.layers import Dense
    >>> from companion.losses import squared_error
    >>> from companion.optimizers import SGD
    >>> net, rng = Dense(1, 1, rng=None, init="zeros"), np.random.default_rng(0)
    >>> x, y = [[-1.0], [1.0]], [[-3.0], [3.0]]
    >>> [train_epoch(net, squared_error, SGD(0.5), x, y, batch_size=2, rng=rng) for _ in range(3)]
    [4.5, 1.125, 0.28125]
    """
    _check_parts(net, loss_fn, optimizer)
    seams = _seams(before_step, after_step)
    return _epoch(net, loss_fn, optimizer, *_samples(x, y), batch_size, rng, seams)


def evaluate(net, loss_fn, x, y, *, batch_size=1024):
    """Return the mean loss at inference, computed in batches so that memory stays bounded.

    Parameters
    ----------
    net, loss_fn, x, y
        As for `fit`.
    batch_size : int
        How many samples go through the network at once.

    Returns
    -------
    float
    """
    return _mean_loss(net, loss_fn, *_samples(x, y), whole(batch_size, "batch_size"))


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
    validation=None,
    before_step=(),
    after_step=(),
    after_epoch=(),
):
    """Train a network in place.

    Parameters
    ----------
    net : Layer
        Usually a `Sequential`.
    loss_fn : callable
        ``(prediction, target) -> (loss, gradient)``.
    optimizer : Optimizer
    x : array_like, shape (n, n_in) or (n, …)
        Training samples.
    y : array_like, shape (n, …)
        Their targets, as `loss_fn` takes them.
    epochs, batch_size : int
        Passes through the data, and samples in a step.
    rng : numpy.random.Generator
        Shuffles the samples anew in each epoch.
    validation : tuple, optional
        ``(x, y)``, samples whose loss is watched but not learned from.
    before_step : callable or list of callable
        ``(net, grads) -> float or None``, called between `backward` and the optimizer's step. It
        may change ``grads``, a dictionary of arrays, and return what it adds to the loss. A
        parameter whose gradient it takes out is left out of the step.
    after_step : callable or list of callable
        ``(net) -> None``, called after each step.
    after_epoch : callable or list of callable
        ``(net, history) -> bool or None``, called after each epoch; training stops after the first
        in which one returns True.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If x and y differ in length or a setting makes no sense. If the loss is no longer a finite
        number, the error is `Diverged`; it names the epoch and the rate, and its ``history`` holds
        the epochs before.

    Examples
    --------
    >>> from companion import data
    >>> from companion.layers import Activation, Dense, Sequential
    >>> from companion.losses import softmax_cross_entropy
    >>> from companion.optimizers import Adam
    >>> rng = np.random.default_rng(0)
    >>> x, y = data.xor()
    >>> net = Sequential(Dense(2, 8, rng=rng), Activation("tanh"), Dense(8, 2, rng=rng))
    >>> loss = softmax_cross_entropy
    >>> history = fit(net, loss, Adam(lr=0.05), x, y, epochs=200, batch_size=4, rng=rng)
    >>> accuracy(net(x), y), history.loss[-1] < 0.01 < history.loss[0]
    (1.0, True)
    """
    _check_parts(net, loss_fn, optimizer)
    (x, y), batch_size = _samples(x, y), whole(batch_size, "batch_size")
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise TypeError(f"validation must be a pair (x, y), got {type(validation).__name__}")
        validation = _samples(*validation)
    history = History(whole(epochs, "epochs"))
    seams = _seams(before_step, after_step)
    after_epoch = _functions(after_epoch, "net", "history")
    for epoch in progress(range(1, history.epochs + 1)):
        rate = getattr(optimizer, "rate", math.nan)
        try:
            loss = _epoch(net, loss_fn, optimizer, x, y, batch_size, rng, seams)
            for name, param in net.params.items():
                as_finite(param, name)
            if validation is not None:
                history.validation_loss.append(_mean_loss(net, loss_fn, *validation))
        except NotFinite as error:
            where = f"in epoch {epoch} of {history.epochs}, at the rate {rate:g}"
            what = f"{error}. A lower rate may help; this error's history holds the epochs before"
            raise Diverged(f"training diverged {where}: {what}", history) from error
        history.loss.append(loss)
        if any([_answer((bool, np.bool_), look, net, history) for look in after_epoch]):
            break
    return history


def progress(iterable):
    """Show a bar if this takes more than 3 seconds, in a terminal or a live notebook only."""
    live = sys.stderr.isatty() or "JPY_SESSION_NAME" in os.environ  # set by Jupyter's server
    return tqdm(iterable, disable=not live, delay=3, leave=False)


@np.errstate(over="ignore", invalid="ignore")  # numbers beyond all bounds raise NotFinite
def _epoch(net, loss_fn, optimizer, x, y, batch_size, rng, seams):
    """Take the steps of an epoch on samples that have been looked at; return the mean loss."""
    total = 0.0
    for rows in minibatches(len(x), batch_size, rng=rng):
        total += len(rows) * train_step(net, loss_fn, optimizer, x[rows], y[rows], **seams)
    return total / len(x)


@np.errstate(over="ignore", invalid="ignore")
def _mean_loss(net, loss_fn, x, y, batch_size=1024):
    """Return the mean loss over samples that have been looked at."""
    total = 0.0
    for start in range(0, len(x), batch_size):
        rows = slice(start, start + batch_size)
        total += loss_fn(net.forward(x[rows]), y[rows])[0] * len(x[rows])
    return total / len(x)


def _seams(before_step, after_step):
    before_step = _functions(before_step, "net", "grads")
    return {"before_step": before_step, "after_step": _functions(after_step, "net")}


def _functions(given, *takes):
    """Return one function or many, or None, as a list; refuse one that takes something else."""
    functions = [given] if callable(given) else list(given or ())
    for function in functions if takes else ():
        try:
            signature(function).bind(*takes)
        except TypeError:
            here = f"a function at this place of a training takes ({', '.join(takes)})"
            raise TypeError(f"{here}, as those of callbacks do; got {function!r}") from None
    return functions


def _answer(kinds, function, *args):
    """Return what a function of a seam returns, None if nothing; refuse what it cannot mean."""
    if not isinstance(answer := function(*args), (type(None), *kinds)):
        wanted = " or ".join([*dict.fromkeys(kind.__name__ for kind in kinds), "nothing"])
        got = type(answer).__name__ if isinstance(answer, dict | np.ndarray) else repr(answer)
        raise TypeError(f"a function at this place of a training returns {wanted}; got {got}")
    return answer


def _check_parts(net, loss_fn, optimizer):
    """Raise if what is given in a place belongs elsewhere, or is only its name."""
    for part, has, wanted in (
        (net, "backward", "net must be a layer, such as a Sequential"),
        (loss_fn, "__call__", "loss_fn must be a function, such as losses.softmax_cross_entropy"),
        (optimizer, "step", "optimizer must be an object, such as optimizers.Adam(lr=0.01)"),
    ):
        if isinstance(part, type) or not hasattr(part, has):
            raise TypeError(f"{wanted}, got {part!r}")


def _samples(x, y):
    x, y = as_rows(as_finite(x), more_axes=True), np.asarray(y)
    as_finite(y, "y")
    if y.ndim == 0 or len(y) != len(x):
        raise ValueError(f"x and y must have the same length, got {x.shape} and {y.shape}")
    return x, y
