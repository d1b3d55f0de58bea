"""What may happen in a training beside its steps: functions for the seams of `fit`.

A function before the step gets the network and the gradients, one after the step the network, one
after the epoch the network and the history. A function of your own needs no more than that.
"""

import numpy as np

from companion._checks import as_written, choose, positive, whole
from companion.regularizers import clip_gradients

__all__ = ["penalize", "clip", "freeze", "on_weights", "EarlyStopping"]


def penalize(penalty):
    """Return a function for `before_step` that adds a penalty to the loss and to the gradients.

    Parameters
    ----------
    penalty : callable
        ``weights -> (value, gradient)``, such as ``L2(1e-4)``; it is applied to the parameters that
        decay, of `Dense` to W.

    Returns
    -------
    callable
    """
    if not callable(penalty):
        raise TypeError(f"penalty must be a function of weights, as L2(0.001) is; got {penalty!r}")

    def add(net, grads):
        total = 0.0
        for name in net.params.decayed:
            if name in grads:
                value, gradient = penalty(net.params[name])
                grads[name] = grads[name] + gradient
                total += value
        return total

    return add


def clip(limit):
    """Return a function for `before_step` that keeps the joint length of the gradients ≤ `limit`.

    References
    ----------
    pascanu2013
    """
    positive(limit, "limit")

    def clip_all(net, grads):
        grads.update(clip_gradients(grads, limit)[0])

    return clip_all


def freeze(*names):
    """Return a function for `before_step` that leaves parameters of these names out of the step.

    Parameters
    ----------
    *names : str
        Such as ``"0.W"``.

    Returns
    -------
    callable
    """

    def take_out(net, grads):
        for name in names:
            choose(name, net.params, "parameter")
            grads.pop(name, None)

    return take_out


def on_weights(change):
    """Return a function for `after_step` that applies `change` to each array of weights.

    Weights are the parameters that decay, of `Dense` W. So ``on_weights(lambda W: max_norm(W, 3))``
    keeps each unit's weights within length 3, and with lr and λ of the training ``on_weights(lambda
    W: soft_threshold(W, lr * lam))`` makes of `SGD` the proximal gradient method for the L1 penalty
    ``λ Σ |w|``, which finds exact zeros.

    Parameters
    ----------
    change : callable
        ``weights -> weights``, of the same shape.

    Returns
    -------
    callable
    """

    def change_all(net):
        for name in net.params.decayed:
            net.params[name] = change(net.params[name])

    return change_all


class EarlyStopping:
    """Stop when the validation loss has not fallen for a while, and go back to the best state.

    For `after_epoch`. When it stops a training, or the epochs are used up, the network gets back
    the state, running statistics included, that it had after the epoch with the lowest validation
    loss. If something else ends the training, `restore` gives it back.

    Parameters
    ----------
    patience : int
        For how many epochs a new best loss is waited for.

    Attributes
    ----------
    best_loss : float
    best_state : dict of str to ndarray

    References
    ----------
    prechelt1998
    """

    def __init__(self, patience):
        self.patience = whole(patience, "patience")
        self._start()

    def _start(self):
        self.best_loss, self.best_state, self.waited = np.inf, {}, 0

    def __call__(self, net, history):
        """Look at the last epoch of a history; return whether to stop."""
        if not history.validation_loss:
            raise ValueError("early stopping needs a validation loss: fit(…, validation=(x, y))")
        if len(history.loss) == 1:  # another training
            self._start()
        self.waited += 1
        if history.validation_loss[-1] < self.best_loss:  # never true of NaN
            self.best_loss, self.waited = history.validation_loss[-1], 0
            self.best_state = {name: array.copy() for name, array in net.state().items()}
        stop = self.waited >= self.patience
        if stop or len(history.loss) == history.epochs:
            self.restore(net)
        return stop

    def restore(self, net):
        """Give the network its state with the lowest validation loss, if there was one."""
        net.state().update(self.best_state)

    __repr__ = as_written
