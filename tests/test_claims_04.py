"""One test for each claim and misconception of chapter 4, softmax and cross-entropy, by its id."""

import numpy as np
import pytest

from companion import data, losses, perceptron
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
    p = losses.softmax(z).round(3)
    assert p.tolist() == [0.358, 0.621, 0.021]
    assert round(-np.log(p[0]), 2) == round(-np.log(losses.softmax(z)[0]), 2) == 1.03
    for T, cat in ((0.25, 0.90), (1, 0.62), (1000, 1 / 3)):
        assert losses.softmax(z, temperature=T)[1] == pytest.approx(cat, abs=0.005)


def naive_softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def test_claim_rows_sum_to_one():
    rng = np.random.default_rng(1)
    for softmax, scales in ((naive_softmax, (0.1, 5, 100)), (losses.softmax, (0.1, 5, 500))):
        for scale in scales:
            p = softmax(rng.normal(scale=scale, size=(500, 10)))
            assert ((p >= 0) & (p <= 1)).all()
            np.testing.assert_allclose(p.sum(axis=1), 1, rtol=0, atol=1e-12)


def test_claim_shift_invariance():
    rng = np.random.default_rng(0)
    z, c = rng.normal(scale=5, size=(500, 10)), rng.uniform(-100, 100, size=(500, 1))
    for softmax in (naive_softmax, losses.softmax):  # the naive one subtracts nothing itself
        np.testing.assert_allclose(softmax(z + c), softmax(z), rtol=0, atol=1e-12)
    squares = z**2 / (z**2).sum(axis=1, keepdims=True)  # another way to normalize
    moved = (z + c) ** 2 / ((z + c) ** 2).sum(axis=1, keepdims=True)
    assert abs(squares - moved).max() > 0.1
    np.testing.assert_allclose(losses.log_softmax(z + c), losses.log_softmax(z), atol=1e-11)
    assert abs(losses.softmax(2 * z) - losses.softmax(z)).max() > 0.1  # a factor is no shift
    np.testing.assert_allclose(losses.softmax(1e17 + ANIMAL[:3]), 1 / 3)  # lost in rounding


def test_a_lead_becomes_a_ratio_whatever_the_other_scores():
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


def test_only_the_cross_entropy_leaves_a_confident_mistake_soon():
    def steps(slope, rate=1, z=-10.0, count=0):
        while z < 0:
            z, count = z - rate * slope(sigmoid(z)), count + 1
        return count

    def squared(s):
        return -s * (1 - s) ** 2

    assert steps(lambda s: s - 1) == 11
    assert 20_000 < steps(squared) < 25_000
    assert steps(squared, rate=10_000) == 5
    assert squared(0.5) / squared(sigmoid(-10.0)) > 2000
    assert -10_000 * squared(0.5) == 1250


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


def test_claim_soft_labels():
    rng = np.random.default_rng(5)
    for _ in range(20):
        z, y = rng.normal(scale=2, size=4), rng.dirichlet(np.ones(4))
        p, log_p = losses.softmax(z), losses.log_softmax(z)
        entropy, divergence = -(y * np.log(y)).sum(), (y * np.log(y / p)).sum()
        assert -(y * log_p).sum() == pytest.approx(entropy + divergence)
        assert divergence > 0
        slopes = numerical_gradient(lambda z, y=y: -(y * losses.log_softmax(z)).sum(), z)
        np.testing.assert_allclose(slopes, p - y, atol=1e-8)
    y = np.array([0.7, 0.3])
    log_p = losses.log_softmax(ANIMAL_WEIGHTS @ ANIMAL)[:2]
    entropy, divergence = -(y * np.log(y)).sum(), (y * (np.log(y) - log_p)).sum()
    assert (round(entropy, 5), round(divergence, 5)) == (0.61086, 0.25057)
    assert -(y * log_p).sum() == pytest.approx(0.86143, abs=5e-6)  # as a calculator adds them


def test_three_regions_and_of_each_tie_one_half():
    ears, green = (axis.ravel() for axis in np.meshgrid(*[np.linspace(0, 1.5, 301)] * 2))
    fixed = np.ones_like(ears)
    z = np.column_stack([fixed, 0.8 * fixed, ears, 0.4 * fixed, green]) @ ANIMAL_WEIGHTS.T
    assert set(z.argmax(axis=1)) == {0, 1, 2}
    for i, j, other in ((0, 1, 2), (1, 2, 0), (0, 2, 1)):
        tie = abs(z[:, i] - z[:, j]) < 0.005  # near the whole line
        behind = z[tie, i] < z[tie, other]
        assert behind.any() and not behind.all()


def digit_split(seed):
    rng = np.random.default_rng(seed)
    return data.split(*data.digits(), held_out=0.25, rng=rng)


def linear_classifier(x, y, steps=500, lr=0.5):
    """Train on digits from zero; return the weights, the biases and the loss of each step."""
    W, b, history = np.zeros((64, 10)), np.zeros(10), []
    for _ in range(steps):
        loss, dz = losses.softmax_cross_entropy(x @ W + b, y)
        W, b = W - lr * (x.T @ dz), b - lr * dz.sum(axis=0)
        history.append(loss)
    return W, b, history


def trained(seeds):
    """Of each split W, b, the losses, held-out scans and labels."""
    splits = [digit_split(seed) for seed in seeds]
    return [(*linear_classifier(x, y), x_new, y_new) for x, x_new, y, y_new in splits]


@pytest.fixture(scope="module")
def ten_splits():
    return trained(range(10, 20))


@pytest.fixture(scope="module")
def splits_of_the_chapter():
    return trained(range(10))


def test_claim_linear_digits(ten_splits):
    counts, centres = np.zeros((10, 10), dtype=int), []
    known = []
    for seed, (W, b, history, x, y) in enumerate(ten_splits, 10):
        seen, _, truth, _ = digit_split(seed)
        known.append(((seen @ W + b).argmax(axis=1) == truth).mean())
        answers = (x @ W + b).argmax(axis=1)
        assert 0.93 < (answers == y).mean() < 0.98
        assert np.bincount(y).max() / len(y) < 0.11
        assert history[0] == pytest.approx(np.log(10))
        assert 0.155 < history[-1] < 0.185
        np.add.at(counts, (y, answers), 1)
        centres.append(W.reshape(8, 8, 10)[3:5, 3:5].mean(axis=(0, 1)))
    found = np.diag(counts) / counts.sum(axis=1)
    assert np.median(known) == pytest.approx(0.97, abs=0.005)
    assert np.median(known) > np.trace(counts) / counts.sum() + 0.005
    assert found.argmin() == 8
    assert found[8] < 0.92 < np.delete(found, 8).min()
    missed = np.delete(counts[8], 8)
    assert missed.argmax() == 1
    assert 0.45 < missed.max() / missed.sum() < 0.65
    assert (np.argmin(centres, axis=1) == 0).all()  # no ink in the centre of a zero


def test_the_first_split_of_the_digits_is_the_hardest(splits_of_the_chapter):
    runs = splits_of_the_chapter
    shares = [((x @ W + b).argmax(axis=1) == y).mean() for W, b, _, x, y in runs]
    assert np.argmin(shares) == 0
    assert shares[0] == 0.94


def claim_and_share(scores, labels):
    return losses.softmax(scores).max(axis=1).mean(), (scores.argmax(axis=1) == labels).mean()


def test_claim_modest_because_short():
    """Only the number of steps differs; splits that the chapter does not use for this."""
    rows = np.full((5, 4, 2), np.nan)
    for row, seed in zip(rows, range(5, 10), strict=True):
        x, x_new, y, y_new = digit_split(seed)
        W, b, marks = np.zeros((64, 10)), np.zeros(10), [50, 250, 1000, 8000]
        history = []
        for step in range(1, 8001 if seed < 8 else 1001):
            loss, dz = losses.softmax_cross_entropy(x @ W + b, y)
            W, b = W - 4 * (x.T @ dz), b - 4 * dz.sum(axis=0)
            history.append(loss)
            if step in marks:
                row[marks.index(step)] = claim_and_share(x_new @ W + b, y_new)
        assert max(history[1:20]) > history[0]  # it jumps about at first
        assert (np.diff(history[50:]) < 0).all()
    gaps, shares = rows[..., 1] - rows[..., 0], rows[..., 1]
    assert (np.diff(abs(gaps[:, :3])) < 0).all()
    assert (abs(gaps[:, 0] - 0.08) < 0.02).all()  # as after 500 steps at rate 0.5
    assert (abs(gaps[:, 2]) < 0.025).all()
    assert (shares[:, 2] > shares[:, 0]).all()
    assert (gaps[:3, 3] < 0).all()  # much longer: it claims more than it gets right


def test_negatives_have_the_scores_of_the_scan_with_the_sign_changed(ten_splits):
    for W, b, _, x, _ in ten_splits:
        scores, negative, constant = x @ W + b, (1 - x) @ W + b, W.sum(axis=0) + 2 * b
        np.testing.assert_allclose(negative, constant - scores, atol=1e-12)
        assert constant.std() < 1.5 < 2.5 < scores.std(axis=1).mean()
        assert 1 < negative.std(axis=1).mean() / scores.std(axis=1).mean() < 1.15  # as widely,
        ordered = np.sort(scores, axis=1), np.sort(negative, axis=1), np.sort(-scores, axis=1)
        lead, other, mirrored = ((z[:, -1] - z[:, -2]).mean() for z in ordered)
        assert lead == pytest.approx(3.5, abs=0.25)  # but with another lead
        assert other == pytest.approx(1.6, abs=0.25)
        assert mirrored < 1.4  # which the change of sign alone would make smaller still
        sure = [(losses.softmax(z).max(axis=1) > 0.9).mean() for z in (scores, negative)]
        assert sure == pytest.approx([0.66, 0.18], abs=0.06)
        assert (losses.softmax(-scores).max(axis=1) > 0.9).mean() < sure[1] / 2  # no constants
        noise = np.random.default_rng(1).integers(0, 2, (1000, 64))
        assert 0.05 < (losses.softmax(noise @ W + b).max(axis=1) > 0.9).mean() < 0.13


def test_myth_mae_least_squares():
    rooms = np.array([1.0, 2, 3, 4, 40])

    def best(loss):
        return np.argmin([loss(np.full(5, float(c)), rooms)[0] for c in range(41)])

    assert best(losses.absolute_error) == np.median(rooms) == 3
    assert best(losses.squared_error) == rooms.mean() == 10


def two_digits(seed):
    rng = np.random.default_rng(seed)
    return data.split(*data.digits((1, 8)), held_out=0.3, rng=rng)


def logistic_regression(x, y, steps=200):
    w, b = np.zeros(64), 0.0
    for _ in range(steps):
        d = (1 / (1 + np.exp(-x @ w - b)) - y) / len(y)
        w, b = w - 0.5 * (x.T @ d), b - 0.5 * d.sum()
    return w, b


def test_myth_one_class():
    for seed in range(10, 15):
        x, x_new, y, _ = two_digits(seed)
        w, b = logistic_regression(x, y)
        W, B = np.zeros((64, 2)), np.zeros(2)
        for _ in range(200):
            d = losses.softmax_cross_entropy(x @ W + B, y)[1]
            W, B = W - 0.25 * (x.T @ d), B - 0.25 * d.sum(axis=0)
        one, two = sigmoid(x_new @ w + b), losses.softmax(x_new @ W + B)
        np.testing.assert_allclose(two[:, 1], one, atol=1e-9)
        np.testing.assert_allclose(two[:, 0], 1 - one, atol=1e-9)
        assert np.ptp(one) > 0.9  # not all alike


def test_myth_calibrated_confidence(ten_splits):
    rows, sizes, top = [], [], []
    for W, b, _, x, y in ten_splits:
        scores = x @ W + b
        hits = scores.argmax(axis=1) == y
        for factor in (1, 4):
            p = losses.softmax(factor * scores)
            assert np.array_equal(p.argmax(axis=1), scores.argmax(axis=1))
            sure = p.max(axis=1)
            group = (sure >= 0.6) & (sure <= 0.9)
            rows.append((sure.mean(), hits.mean(), sure[group].mean(), hits[group].mean()))
            sizes.append(group.sum())
            top.append(((sure > 0.99).mean(), hits[sure > 0.99].mean()))
    modest, bold = np.reshape(rows, (10, 2, 4)).swapaxes(0, 1)
    assert np.median(np.reshape(sizes, (10, 2)), axis=0) == pytest.approx([112, 20], abs=10)
    assert (np.array(top[1::2]) > [0.84, 0.97]).all()  # scores × 4: most claims, and mostly right
    assert (modest[:, 0] < modest[:, 1] - 0.05).all()
    assert (bold[:, 0] > bold[:, 1]).all()
    assert (modest[:, 3] > modest[:, 2] + 0.1).all()
    assert np.median(bold[:, 3] - bold[:, 2]) < -0.1
    assert np.median(modest, axis=0) == pytest.approx([0.88, 0.96, 0.79, 0.97], abs=0.015)
    assert np.median(bold, axis=0) == pytest.approx([0.98, 0.96, 0.78, 0.55], abs=0.06)


# The answers to exercises


def test_the_counts_of_exercise_4_12():
    def compare(seeds, steps):
        ahead, wrong, right = [], [], []
        for seed in seeds:
            x, x_new, y, y_new = two_digits(seed)
            w, b = logistic_regression(x, y, steps)
            run = perceptron.train_perceptron(x, y, epochs=1000)
            p = sigmoid(x_new @ w + b)
            hits = (p > 0.5) == y_new
            other = perceptron.count_mistakes(x_new, y_new, run.w, run.b)
            ahead.append(other - (~hits).sum())
            sure = np.maximum(p, 1 - p)
            right.append(np.median(sure[hits]))
            wrong += [np.median(sure[~hits])] if not hits.all() else []
        counts = [(np.sign(ahead) == sign).sum() for sign in (1, 0, -1)]
        return counts, wrong, right

    counts, wrong, right = compare(range(20), 200)
    assert counts == [6, 8, 6]
    assert (np.median(wrong), np.median(right)) == pytest.approx((0.64, 0.96), abs=0.005)
    assert max(wrong) == pytest.approx(0.94, abs=0.005)
    assert compare(range(20, 40), 200)[0] == [13, 2, 5]
    better, _, worse = compare(range(40), 2000)[0]
    assert (better, worse) == (25, 8)


def test_the_wrong_labels_of_exercise_4_13(splits_of_the_chapter):
    fallen, less_sure = [], []
    for seed, (W, b, clean, x_new, y_new) in enumerate(splits_of_the_chapter):
        x, _, y, _ = digit_split(seed)
        rng = np.random.default_rng(seed + 100)
        changed = rng.choice(len(y), len(y) // 10, replace=False)
        noisy = y.copy()
        noisy[changed] = (noisy[changed] + rng.integers(1, 10, len(changed))) % 10
        W2, b2, loss = linear_classifier(x, noisy)
        assert 3.5 < loss[-1] / clean[-1] < 4.5
        each = -losses.log_softmax(x @ W2 + b2)[np.arange(len(y)), noisy]
        assert np.isin(np.argsort(-each)[:50], changed).all()
        scores = x_new @ W + b, x_new @ W2 + b2
        share, share_2 = ((z.argmax(axis=1) == y_new).mean() for z in scores)
        sure, sure_2 = (losses.softmax(z).max(axis=1).mean() for z in scores)
        fallen.append(share - share_2)
        less_sure.append(sure - sure_2)
    assert max(fallen) < 0.02
    assert sum(fall < 0 for fall in fallen) == 2
    assert 0.09 < min(less_sure) < max(less_sure) < 0.12


def test_the_temperatures_of_exercise_4_14(splits_of_the_chapter):
    temperatures = np.geomspace(0.2, 5, 51)
    step = temperatures[1] / temperatures[0]

    def best(scores, labels):
        found = [losses.softmax_cross_entropy(scores / T, labels)[0] for T in temperatures]
        return temperatures[np.argmin(found)]

    for seed, (W, b, _, x_new, y_new) in enumerate(splits_of_the_chapter):
        order = np.random.default_rng(seed).permutation(len(y_new))
        chosen, other = order[:225], order[225:]
        scores, after = x_new @ W + b, []
        for factor in (1, 4):
            T = best(factor * scores[chosen], y_new[chosen])
            before, now = (
                losses.softmax_cross_entropy(factor * scores[other] / t, y_new[other])[0]
                for t in (1, T)
            )
            assert now < before
            after.append(T / factor)
        assert 0.4 < after[0] < 0.7
        assert 1 / step**1.01 < after[1] / after[0] < step**1.01
