"""Optimizers: how a gradient becomes a step.

The base class walks the dictionaries of a network; a subclass states its rule for one array.
An optimizer knows arrays and their names, nothing about layers or losses.
"""

import math

import numpy as np

from companion._checks import as_written, fraction, not_negative, positive, whole

__all__ = [
    "Optimizer", "SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW", "step_decay",
    "cosine", "warm_up",
]  # fmt: skip


class Optimizer:
    """The part that every optimizer shares.

    Parameters
    ----------
    lr : float or callable
        Learning rate, above 0; or a schedule, a function of the number of steps done that
        returns one.

    Attributes
    ----------
    steps : int
        How many steps have been done.
    state : dict
        What the rule remembers about each array, under the array's name.
    """

    #: The arrays that the rule keeps for each parameter, at the start zero.
    remembers = ()
    #: Weight decay λ. Before its step an array shrinks by the factor 1 - lr λ.
    decay = 0.0

    def __init__(self, lr):
        self.lr = lr if callable(lr) else positive(lr, "lr")
        self.steps = 0
        self.state = {}

    @property
    def rate(self):
        """The learning rate of the next step."""
        return not_negative(self.lr(self.steps), "lr") if callable(self.lr) else self.lr

    def step(self, params, grads):
        """Change every array of `params` in place, by its gradient.

        Parameters
        ----------
        params, grads : Arrays or dict of str to ndarray
            The same keys and shapes in both.

        Raises
        ------
        TypeError
            If what is given is no floating-point array, which alone can change in place.
        ValueError
            If keys or shapes differ, if this optimizer has stepped for other arrays before, or if
            a schedule gives no rate. After an error nothing has been changed.
        """
        if params.keys() != grads.keys():
            if not grads:
                raise ValueError("there are no gradients yet: call net.backward before the step")
            lonely = ", ".join(sorted(params.keys() ^ grads.keys()))
            raise ValueError(f"params and grads must have the same keys; in one only: {lonely}")
        for name, param in params.items():
            self._check(name, param, grads[name])
        lr = self.rate
        self.steps += 1
        decayed = ()
        if self.decay:
            by_name = [name for name in params if name.split(".")[-1] == "W"]
            decayed = getattr(params, "decayed", by_name)
        for name, param in params.items():
            if name not in self.state:
                self.state[name] = {key: np.zeros_like(param) for key in self.remembers}
            if name in decayed:
                param *= 1 - lr * self.decay
            self._update(param, grads[name], lr, **self.state[name])

    def _check(self, name, param, grad):
        """Raise if an array cannot take a step."""
        for array in (param, grad):
            if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
                kind = getattr(array, "dtype", type(array).__name__)
                raise TypeError(f"{name} and its gradient must be arrays of floats, got {kind}")
        if param.shape != grad.shape:
            raise ValueError(f"{name} has shape {param.shape} but its gradient {grad.shape}")
        for memory in self.state.get(name, {}).values():
            if memory.shape != param.shape:
                before = f"has shape {param.shape}, in earlier steps it had {memory.shape}"
                raise ValueError(f"{name} {before}: make a new optimizer for another network")

    def _update(self, param, grad, lr):
        raise NotImplementedError

    __repr__ = as_written


class SGD(Optimizer):
    """Straight downhill: θ ← θ - lr g, where g = ∂L/∂θ.

    Parameters
    ----------
    lr : float or callable
        Learning rate or schedule.

    Examples
    --------
    >>> w = np.array([2.0])
    >>> SGD(lr=0.1).step({"w": w}, {"w": np.array([-0.2])})
    >>> w
    array([2.02])
    """

    def _update(self, param, grad, lr):
        param -= lr * grad


class Momentum(Optimizer):
    """A ball that keeps rolling: v ← μ v - lr g, then θ ← θ + v.

    Parameters
    ----------
    lr : float or callable
        Learning rate or schedule.
    mu : float
        μ, the share of the velocity that is kept, from 0 to below 1.

    References
    ----------
    polyak1964
    """

    remembers = ("v",)

    def __init__(self, lr, mu=0.9):
        super().__init__(lr)
        self.mu = fraction(mu, "mu")

    def _update(self, param, grad, lr, v):
        v *= self.mu
        v -= lr * grad
        param += v


class Nesterov(Momentum):
    """Momentum that looks ahead: v ← μ v - lr g, then θ ← θ + μ v - lr g.

    Parameters are those of `Momentum`.

    References
    ----------
    nesterov1983
    """

    def _update(self, param, grad, lr, v):
        step = lr * grad
        v *= self.mu
        v -= step
        param += self.mu * v - step


class AdaGrad(Optimizer):
    """A rate for each parameter, that only falls: s ← s + g², then θ ← θ - lr g / (√s + ε).

    Parameters
    ----------
    lr : float or callable
        Learning rate or schedule.
    eps : float
        ε, above 0.

    References
    ----------
    duchi2011
    """

    remembers = ("s",)

    def __init__(self, lr, eps=1e-10):
        super().__init__(lr)
        self.eps = positive(eps, "eps")

    def _update(self, param, grad, lr, s):
        s += np.square(grad)
        param -= lr * grad / (np.sqrt(s) + self.eps)


class RMSProp(Optimizer):
    """AdaGrad that forgets: s ← ρ s + (1 - ρ) g², then θ ← θ - lr g / (√s + ε).

    Parameters
    ----------
    lr : float or callable
        Learning rate or schedule.
    rho : float
        ρ, the share of s that is kept, from 0 to below 1.
    eps : float
        ε, above 0.

    References
    ----------
    tieleman2012
    """

    remembers = ("s",)

    def __init__(self, lr, rho=0.99, eps=1e-8):
        super().__init__(lr)
        self.rho, self.eps = fraction(rho, "rho"), positive(eps, "eps")

    def _update(self, param, grad, lr, s):
        s *= self.rho
        s += (1 - self.rho) * np.square(grad)
        param -= lr * grad / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    """Momentum over RMSProp, both corrected for their start at zero.

    m ← β₁ m + (1 - β₁) g and v ← β₂ v + (1 - β₂) g²; after t steps
    θ ← θ - lr m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).

    Parameters
    ----------
    lr : float or callable
        Learning rate or schedule.
    beta1, beta2 : float
        β₁ and β₂, the shares that are kept, from 0 to below 1.
    eps : float
        ε, above 0.

    References
    ----------
    kingma2015
    """

    remembers = ("m", "v")

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1, self.beta2 = fraction(beta1, "beta1"), fraction(beta2, "beta2")
        self.eps = positive(eps, "eps")

    def _check(self, name, param, grad):
        super()._check(name, param, grad)
        if self.state and name not in self.state:  # t is counted from the first step
            raise ValueError(f"{name} is new after {self.steps} steps: make a new optimizer")

    def _update(self, param, grad, lr, m, v):
        m *= self.beta1
        m += (1 - self.beta1) * grad
        v *= self.beta2
        v += (1 - self.beta2) * np.square(grad)
        m_hat = m / (1 - self.beta1**self.steps)
        v_hat = v / (1 - self.beta2**self.steps)
        # lr m̂ / (√v̂ + ε), in place: with more arrays of this size a step takes twice as long.
        m_hat /= np.sqrt(v_hat, out=v_hat) + self.eps
        m_hat *= lr
        param -= m_hat


class AdamW(Adam):
    """Adam with weight decay: before Adam's step each weight shrinks, θ ← θ - lr λ θ.

    Only those parameters shrink for which their layer says so, of `Dense` the weights W; of a plain
    dictionary, which says nothing, those named ``W`` or ``0.W``, ``1.W`` …

    Parameters
    ----------
    lr : float or callable
        Learning rate or schedule.
    decay : float
        λ, at least 0.
    beta1, beta2, eps : float
        Those of `Adam`.

    References
    ----------
    loshchilov2019
    """

    def __init__(self, lr, decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)
        self.decay = not_negative(decay, "decay")


def step_decay(lr, *, factor, every):
    """Return a schedule that multiplies the rate by `factor` after each `every` steps.

    Parameters
    ----------
    lr : float
        The rate at the start, above 0.
    factor : float
        Above 0, usually below 1.
    every : int
        Number of steps.

    Returns
    -------
    callable
        From the number of steps done to the rate.

    Examples
    --------
    >>> schedule = step_decay(0.8, factor=0.5, every=10)
    >>> schedule(0), schedule(9), schedule(10), schedule(25)
    (0.8, 0.8, 0.4, 0.2)
    """
    lr, factor, every = positive(lr, "lr"), positive(factor, "factor"), whole(every, "every")
    return lambda t: lr * factor ** (t // every)


def cosine(lr, *, steps, least=0.0):
    """Return a schedule that falls from `lr` to `least` along half a cosine, and stays there.

    Parameters
    ----------
    lr : float
        The rate at the start, above 0.
    steps : int
        After how many steps the least rate is reached.
    least : float
        From 0 to `lr`.

    Returns
    -------
    callable
        From the number of steps done to the rate.

    Examples
    --------
    >>> schedule = cosine(0.2, steps=100)
    >>> [round(schedule(t), 3) for t in (0, 50, 100, 200)]
    [0.2, 0.1, 0.0, 0.0]
    """
    lr, steps, least = positive(lr, "lr"), whole(steps, "steps"), not_negative(least, "least")
    if least > lr:
        raise ValueError(f"least must be at most lr, got {least} and {lr}")
    return lambda t: least + (lr - least) * (1 + math.cos(math.pi * min(t / steps, 1))) / 2


def warm_up(schedule, *, steps):
    """Return a schedule that rises evenly over its first `steps` steps, then goes on as given.

    Parameters
    ----------
    schedule : float or callable
        The rate, or the schedule, that is reached.
    steps : int
        How many steps are shortened: the first takes 1/steps of its rate, the second 2/steps …

    Returns
    -------
    callable
        From the number of steps done to the rate.

    Examples
    --------
    >>> schedule = warm_up(0.4, steps=4)
    >>> [round(schedule(t), 3) for t in range(6)]
    [0.1, 0.2, 0.3, 0.4, 0.4, 0.4]
    """
    steps = whole(steps, "steps")
    if callable(schedule):
        return lambda t: schedule(t) * min((t + 1) / steps, 1)
    lr = positive(schedule, "schedule")
    return lambda t: lr * min((t + 1) / steps, 1)
