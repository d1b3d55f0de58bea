"""One test for each claim and misconception of chapter 4, softmax and cross-entropy, by its id."""

import numpy as np
import pytest

from companion import data, losses
from companion.activations import sigmoid, sigmoid_derivative
from companion.gradient_check import numerical_gradient

ANIMAL_WEIGHTS = np.array(  # a row a class: dog, cat, frog
    [[0.2, 1.0, 0.2, 1.0, -0.5], [0.5, 1.0, 2.0, -0.5, -1.0], [-0.5, -1.5, 0.0, 0.0, 3.0]]
)
ANIMAL = np.array([1.0, 0.8, 0.5, 0.4, 0.1])


def test_claim_three_classes():
    z = ANIMAL_WEIGHTS @ ANIMAL
    np.testing.assert_allclose(z, [1.45, 2.0, -1.4], atol=1e-12)
    assert losses.softmax(z).round(2).tolist() == [0.36, 0.62, 0.02]
    in_rows = ANIMAL[None, 1:] @ ANIMAL_WEIGHTS[:, 1:].T + ANIMAL_WEIGHTS[:, 0]
    np.testing.assert_allclose(in_rows, [z], atol=1e-12)
    assert losses.softmax_cross_entropy(in_rows, [0])[0] == pytest.approx(1.03, abs=0.005)
    for T, cat in ((0.25, 0.90), (1, 0.62), (1000, 1 / 3)):
        assert losses.softmax(z, temperature=T)[1] == pytest.approx(cat, abs=0.005)


def test_claim_rows_sum_to_one():
    rng = np.random.default_rng(0)
    for scale in (0.1, 5, 500):
        p = losses.softmax(rng.normal(scale=scale, size=(500, 10)))
        assert ((p >= 0) & (p <= 1)).all()
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=0, atol=1e-12)


def test_claim_shift_invariance():
    rng = np.random.default_rng(0)
    z, c = rng.normal(scale=5, size=(500, 10)), rng.uniform(-100, 100, size=(500, 1))
    np.testing.assert_allclose(losses.softmax(z + c), losses.softmax(z), rtol=0, atol=1e-12)
    np.testing.assert_allclose(losses.log_softmax(z + c), losses.log_softmax(z), atol=1e-11)
    assert abs(losses.softmax(2 * z) - losses.softmax(z)).max() > 0.1  # a factor is no shift
    np.testing.assert_allclose(losses.softmax(1e17 + ANIMAL[:3]), 1 / 3)  # lost in rounding


def test_a_lead_becomes_a_ratio_whoever_else_is_there():
    z = ANIMAL_WEIGHTS @ ANIMAL
    for scores in (z, z[:2], z + 100, np.append(z, [3.0, -8.0])):
        p = losses.softmax(scores)
        assert p[1] / p[0] == pytest.approx(np.exp(0.55))
        p = losses.softmax(scores, temperature=0.5)
        assert p[1] / p[0] == pytest.approx(np.exp(1.1))


def test_claim_finite_at_1e4():
    z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [-1e4, 1e4, 1e4]])
    labels = np.array([1, 0, 0])
    with np.errstate(all="raise", under="ignore"):
        p, log_p = losses.softmax(z), losses.log_softmax(z)
        loss, gradient = losses.softmax_cross_entropy(z, labels)
        binary, slope = losses.bce_with_logits(z[0], [0, 1, 1])
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3] * 3, [0, 0.5, 0.5]], atol=1e-12)
    np.testing.assert_allclose(log_p[0], [0, -2e4, -1e4])
    assert loss == pytest.approx((2e4 + np.log(3) + 2e4 + np.log(2)) / 3)
    assert binary == pytest.approx((2e4 + np.log(2)) / 3)
    assert np.isfinite(gradient).all()
    np.testing.assert_allclose(slope, [1 / 3, -1 / 3, -1 / 6])


def test_claim_honest_losses():
    q = np.arange(1, 1000) / 1000
    coin = np.array([1] * 7 + [0] * 3)

    def best(loss):
        return q[np.argmin([loss(np.full(10, share), coin)[0] for share in q])]

    assert best(losses.binary_cross_entropy) == 0.7
    assert best(losses.squared_error) == 0.7
    assert best(losses.absolute_error) == 0.999  # the end of the grid


def test_claim_confident_mistake():
    for behind in (10.0, 20.0, 30.0):
        z, s = np.array([-behind]), sigmoid(np.array([-behind]))
        by_entropy = losses.bce_with_logits(z, [1])[1]
        softmax_gradient = losses.softmax_cross_entropy([[-behind, 0.0]], [0])[1]
        by_square = losses.squared_error(s, [1])[1] * sigmoid_derivative(z)
        by_distance = losses.absolute_error(s, [1])[1] * sigmoid_derivative(z)
        assert by_entropy == pytest.approx(-1, abs=2 * np.exp(-behind))
        assert softmax_gradient[0] == pytest.approx([-1, 1], abs=2 * np.exp(-behind))
        assert -np.exp(-behind) < by_square < 0
        assert -np.exp(-behind) < by_distance < 0


def test_claim_p_minus_y():
    rng = np.random.default_rng(4)
    logits, labels = rng.normal(scale=3, size=(6, 5)), rng.integers(0, 5, 6)
    gradient = losses.softmax_cross_entropy(logits, labels)[1]
    np.testing.assert_allclose(
        gradient, (losses.softmax(logits) - losses.one_hot(labels, 5)) / 6, atol=1e-15
    )

    def loss(z):
        return -losses.log_softmax(z)[np.arange(6), labels].mean()

    np.testing.assert_allclose(gradient, numerical_gradient(loss, logits), atol=1e-9)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


def test_claim_sigmoid_is_softmax():
    z = np.linspace(-700, 700, 2001)
    two = losses.softmax(np.column_stack([z, np.zeros_like(z)]))
    np.testing.assert_allclose(two[:, 0], sigmoid(z), rtol=1e-13)
    np.testing.assert_allclose(two[:, 1], 1 - sigmoid(z), rtol=0, atol=1e-15)


def linear_digits(seed):
    """Train on ten digits; return held-out scores, their labels, and how many are right."""
    rng = np.random.default_rng(seed)
    x, x_new, y, y_new = data.split(*data.digits(), held_out=0.25, rng=rng)
    W, b = np.zeros((64, 10)), np.zeros(10)
    for _ in range(500):
        _, dz = losses.softmax_cross_entropy(x @ W + b, y)
        W, b = W - 0.5 * (x.T @ dz), b - 0.5 * dz.sum(axis=0)
    return x_new @ W + b, y_new, ((x @ W + b).argmax(axis=1) == y).sum()


@pytest.fixture(scope="module")
def ten_splits():
    return [linear_digits(seed) for seed in range(10)]


def test_claim_linear_digits(ten_splits):
    shares = [(scores.argmax(axis=1) == y).mean() for scores, y, _ in ten_splits]
    assert 0.93 < min(shares) < max(shares) < 0.98
    scores, y, in_training = ten_splits[0]
    assert (in_training, (scores.argmax(axis=1) == y).sum(), len(y)) == (1308, 423, 450)
    assert ((scores.argmax(axis=1) == 1) & (y == 8)).sum() == 5


def test_myth_mae_least_squares():
    rooms = np.array([1.0, 2, 3, 4, 40])

    def best(loss):
        return np.argmin([loss(np.full(5, float(c)), rooms)[0] for c in range(41)])

    assert best(losses.absolute_error) == np.median(rooms) == 3
    assert best(losses.squared_error) == rooms.mean() == 10


def test_myth_one_class():
    x, y = data.digits((1, 8))
    w, b, W, B = np.zeros(64), 0.0, np.zeros((64, 2)), np.zeros(2)
    for _ in range(50):
        d = losses.bce_with_logits(x @ w + b, y)[1]
        w, b = w - 0.5 * (x.T @ d), b - 0.5 * d.sum()
        d = losses.softmax_cross_entropy(x @ W + B, y)[1]
        W, B = W - 0.25 * (x.T @ d), B - 0.25 * d.sum(axis=0)
    two = losses.softmax(x @ W + B)
    np.testing.assert_allclose(two[:, 1], sigmoid(x @ w + b), atol=1e-9)
    np.testing.assert_allclose(two[:, 0], 1 - sigmoid(x @ w + b), atol=1e-9)
    assert (W.shape, w.shape) == ((64, 2), (64,))


def test_myth_calibrated_confidence(ten_splits):
    scores = np.concatenate([scores for scores, _, _ in ten_splits])
    hits = np.concatenate([scores.argmax(axis=1) == y for scores, y, _ in ten_splits])
    modest, bold = losses.softmax(scores), losses.softmax(4 * scores)
    assert np.array_equal(modest.argmax(axis=1), bold.argmax(axis=1))
    assert modest.max(axis=1).mean() < hits.mean() - 0.05
    assert bold.max(axis=1).mean() > hits.mean() + 0.02
    for p, low, high in ((modest, 0.95, 1), (bold, 0.45, 0.65)):
        group = (p.max(axis=1) >= 0.6) & (p.max(axis=1) <= 0.9)
        assert low < hits[group].mean() < high
