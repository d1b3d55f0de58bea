"""What test modules share. Importing it makes Hypothesis try the same examples in each run."""

import json
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from companion.layers import BatchNorm, Dense, Dropout, Sequential
from companion.losses import squared_error
from companion.optimizers import SGD
from companion.training import fit

settings.register_profile(
    "same examples each time",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # which goes by the clock
)
settings.load_profile("same examples each time")

HERE = Path(__file__).parent

#: Step of the central differences; an input stays 10 H away from every corner.
H = 1e-5


def oracle(name):
    """Return stored values of another library; oracles/make_oracles.py says how they were made."""
    return json.loads((HERE / "oracles" / f"{name}.json").read_text())


def gradients_agree(a, n):
    """Whether two gradients agree as closely as central differences in float64 can tell."""
    assert np.shape(a) == np.shape(n)
    return np.linalg.norm(a - n) <= 1e-7 * (np.linalg.norm(a) + np.linalg.norm(n)) + 1e-9


def away_from_zero(rng, *shape):
    """Return numbers of both signs from 0.1 to 2 in size: no corner of an activation is near."""
    return rng.uniform(0.1, 2, shape) * rng.choice([-1, 1], shape)


def read_only(x):
    """Return a copy that nobody can write to."""
    x = np.array(x)
    x.flags.writeable = False
    return x


def layouts(x):
    """Return the same numbers laid out in memory in other ways."""
    spread = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    spread[..., ::2] = x
    return {
        "every second": spread[..., ::2],
        "Fortran order": np.asfortranarray(x),
        "backwards": x[::-1].copy()[::-1],
    }


#: What is not an array of real numbers, and the error that says so.
NOT_NUMBERS = {
    "words": ([["a", "b"]], TypeError, "<U1"),
    "complex": ([[1j, 2]], TypeError, "complex128"),
    "None": (None, TypeError, "object"),
    "ragged": ([[1, 2], [3]], ValueError, "differ in length"),
}


def floats(size, **options):
    """Hypothesis: ordinary numbers up to `size`, none so small that its square vanishes."""
    return st.floats(-size, size, allow_nan=False, **options).map(lambda v: round(v, 6))


def float_arrays(shape, size=10.0):
    """Hypothesis: arrays of such numbers."""
    return arrays(np.float64, shape, elements=floats(size))


def batches(size=10.0, **options):
    """Hypothesis: arrays (n, k) with n and k from 1 to 6."""
    return float_arrays(array_shapes(min_dims=2, max_dims=2, max_side=6, **options), size)


def regression(n=20):
    """Return samples (n, 3) and targets (n, 1) on a plane."""
    x = np.random.default_rng(1).normal(size=(n, 3))
    return x, x @ [[1.0], [-2.0], [0.5]] + 0.25


def restless():
    """Return a network whose answers in training and at inference differ."""
    source = np.random.default_rng(4)
    return Sequential(
        Dense(3, 4, rng=source), BatchNorm(4), Dropout(0.5, rng=source), Dense(4, 1, rng=source)
    )


def run(net=None, optimizer=None, x=None, y=None, *, epochs=3, **seams):
    """Return a network after a short training, and its history."""
    net = net or Dense(3, 1, rng=np.random.default_rng(0))
    x, y = regression() if x is None else (x, y)
    options = {"epochs": epochs, "batch_size": 8, "rng": np.random.default_rng(2), **seams}
    return net, fit(net, squared_error, optimizer or SGD(0.1), x, y, **options)


def walk(optimizer, slope, start, steps):
    """Return the points of an optimizer's walk over a landscape, the start first."""
    place = {"x": np.array(start, dtype=float)}
    seen = [place["x"].copy()]
    for _ in range(steps):
        optimizer.step(place, {"x": slope(place["x"])})
        seen.append(place["x"].copy())
    return np.array(seen)
