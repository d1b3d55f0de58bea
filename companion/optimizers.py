"""Optimizers: how a gradient becomes a step.

The base class walks the dictionaries of a network; a subclass states its rule for one array.
An optimizer knows arrays and their names, nothing about layers or losses.
"""

from companion._checks import positive


class Optimizer:
    """The part that every optimizer shares.

    Parameters
    ----------
    lr : float
        Learning rate, above 0.

    Attributes
    ----------
    state : dict
        What the rule remembers about each array, under the array's name.
    """

    def __init__(self, lr):
        self.lr = positive(lr, "lr")
        self.state = {}

    def step(self, params, grads):
        """Change every array of `params` in place, by its gradient.

        Parameters
        ----------
        params, grads : dict of str to ndarray
            The same keys and shapes in both.

        Raises
        ------
        ValueError
            If keys or shapes differ; then nothing has been changed.
        """
        if params.keys() != grads.keys():
            lonely = ", ".join(sorted(params.keys() ^ grads.keys()))
            raise ValueError(f"params and grads must have the same keys; in one only: {lonely}")
        for name, param in params.items():
            if param.shape != grads[name].shape:
                raise ValueError(
                    f"{name} has shape {param.shape} but its gradient {grads[name].shape}"
                )
        for name, param in params.items():
            self._update(param, grads[name], self.state.setdefault(name, {}))

    def _update(self, param, grad, state):
        raise NotImplementedError


class SGD(Optimizer):
    """Straight downhill: θ ← θ - lr ∂L/∂θ.

    Parameters
    ----------
    lr : float
        Learning rate, above 0.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([2.0])
    >>> SGD(lr=0.1).step({"w": w}, {"w": np.array([-0.2])})
    >>> w
    array([2.02])
    """

    def _update(self, param, grad, state):
        param -= self.lr * grad


OPTIMIZERS = {"sgd": SGD}
