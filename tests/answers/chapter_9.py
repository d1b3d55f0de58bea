"""Batch normalization: answers to the exercises of chapter 9."""

import numpy as np

# batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training)


def moves_the_running_arrays(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean[:] = momentum * running_mean + (1 - momentum) * mean
        running_var[:] = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def centres_x_in_place(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
    x -= mean.astype(x.dtype)
    return gamma * x / np.sqrt(var + eps) + beta, running_mean, running_var


def momentum_for_the_batch(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def variance_over_n_minus_1(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def over_the_rows(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
        running_mean = momentum * running_mean + (1 - momentum) * x.mean(axis=0)
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def over_everything(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean, var = np.mean(x), np.var(x)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def eps_outside(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta, running_mean, running_var


def eps_outside_and_momentum(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    return gamma * (x - mean) / (np.sqrt(var) + eps) + beta, running_mean, running_var


def eps_kept_in_the_variance(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0) + eps
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var + eps
    return gamma * (x - mean) / np.sqrt(var) + beta, running_mean, running_var


def moves_at_inference_too(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = (x.mean(axis=0), x.var(axis=0)) if training else (running_mean, running_var)
    running_mean = momentum * running_mean + (1 - momentum) * x.mean(axis=0)
    running_var = momentum * running_var + (1 - momentum) * x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def never_in_inference(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = x.mean(axis=0), x.var(axis=0)
    if training:
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def with_the_running_ones(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    if training:
        running_mean = momentum * running_mean + (1 - momentum) * x.mean(axis=0)
        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0)
    out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    return out, running_mean, running_var


def forgets_to_move(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = (x.mean(axis=0), x.var(axis=0)) if training else (running_mean, running_var)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def returns_the_batchs_own(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = (x.mean(axis=0), x.var(axis=0)) if training else (running_mean, running_var)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, mean, var


def out_of_integers(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    out = np.zeros_like(x)
    for j in range(x.shape[1]):
        right = normalized_feature_by_feature(
            x, gamma, beta, running_mean, running_var, momentum, eps, training
        )
        out[:, j] = right[0][:, j]
    return out, right[1], right[2]


def running_ones_of_integers(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    new_mean, new_var = running_mean.copy(), running_var.copy()
    right = normalized_feature_by_feature(
        x, gamma, beta, running_mean, running_var, momentum, eps, training
    )
    new_mean[:], new_var[:] = right[1], right[2]
    return right[0], new_mean, new_var


def variance_before_the_mean(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    out, mean, var = normalized_feature_by_feature(
        x, gamma, beta, running_mean, running_var, momentum, eps, training
    )
    return out, var, mean


def output_alone(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    return normalized_feature_by_feature(
        x, gamma, beta, running_mean, running_var, momentum, eps, training
    )[0]


kept = {}


def keeps_the_first_statistics(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    if training:
        mean = kept.setdefault("mean", x.mean(axis=0))
        var = kept.setdefault("var", x.var(axis=0))
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


def normalized_feature_by_feature(
    x, gamma, beta, running_mean, running_var, momentum, eps, training
):
    n, d = x.shape
    out, new_mean, new_var = np.zeros((n, d)), np.zeros(d), np.zeros(d)
    for j in range(d):
        mean, var = new_mean[j], new_var[j] = running_mean[j], running_var[j]
        if training:
            mean = sum(x[:, j]) / n
            var = sum((x[:, j] - mean) ** 2) / n
            new_mean[j] += (1 - momentum) * (mean - new_mean[j])
            new_var[j] += (1 - momentum) * (var - new_var[j])
        for i in range(n):
            out[i, j] = gamma[j] * (x[i, j] - mean) / (var + eps) ** 0.5 + beta[j]
    return out, new_mean, new_var


def one_scale_and_one_shift(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean = np.einsum("nd->d", x) / len(x)
        var = np.einsum("nd,nd->d", x - mean, x - mean) / len(x)
        running_mean = np.average([running_mean, mean], axis=0, weights=[momentum, 1 - momentum])
        running_var = np.average([running_var, var], axis=0, weights=[momentum, 1 - momentum])
    scale = gamma * (var + eps) ** -0.5
    return [x * scale + (beta - mean * scale), running_mean, running_var]


# batchnorm_backward(dout, x, gamma, eps)


def constants(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    return gamma / s * dout, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def without_the_mean(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dgamma = (dout * x_hat).sum(axis=0)
    return gamma / s * (dout - x_hat * dgamma / len(x)), dgamma, dout.sum(axis=0)


def without_the_variance(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx = gamma / s * (dout - dout.mean(axis=0))
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def sums_for_means(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / s * (dout - dbeta - x_hat * dgamma), dgamma, dbeta


def without_gamma(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return (dout - dout.mean(axis=0) - x_hat * dgamma / len(x)) / s, dgamma, dbeta


def without_eps(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=0))
    x_hat = (x - x.mean(axis=0)) / s
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / s * (dout - dout.mean(axis=0) - x_hat * dgamma / len(x)), dgamma, dbeta


def eps_outside_the_root(dout, x, gamma, eps):
    s = x.std(axis=0) + eps
    x_hat = (x - x.mean(axis=0)) / s
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / s * (dout - dout.mean(axis=0) - x_hat * dgamma / len(x)), dgamma, dbeta


def over_n_minus_1(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=0, ddof=1) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / s * (dout - dout.mean(axis=0) - x_hat * dgamma / len(x)), dgamma, dbeta


def means_for_sums(dout, x, gamma, eps):
    dx, dgamma, dbeta = step_by_step(dout, x, gamma, eps)
    return dx, dgamma / len(x), dbeta / len(x)


def dbeta_first(dout, x, gamma, eps):
    dx, dgamma, dbeta = step_by_step(dout, x, gamma, eps)
    return dx, dbeta, dgamma


def dgamma_with_x(dout, x, gamma, eps):
    dx, _, dbeta = step_by_step(dout, x, gamma, eps)
    return dx, (dout * x).sum(axis=0), dbeta


def dgamma_over_the_features(dout, x, gamma, eps):
    dx, _, dbeta = step_by_step(dout, x, gamma, eps)
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return dx, (dout * x_hat).sum(axis=1), dbeta


def dgamma_not_summed(dout, x, gamma, eps):
    dx, _, dbeta = step_by_step(dout, x, gamma, eps)
    return dx, dout * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps), dbeta


def dgamma_with_keepdims(dout, x, gamma, eps):
    dx, dgamma, dbeta = step_by_step(dout, x, gamma, eps)
    return dx, dgamma[None], dbeta[None]


def rows_for_columns(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / s
    g = dout * gamma
    mean, along = g.mean(axis=1, keepdims=True), (g * x_hat).mean(axis=1, keepdims=True)
    return (g - mean - x_hat * along) / s, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def dx_of_integers(dout, x, gamma, eps):
    right, dgamma, dbeta = step_by_step(dout, x, gamma, eps)
    dx = np.zeros_like(x)
    dx[...] = right
    return dx, dgamma, dbeta


def weakens_dout(dout, x, gamma, eps):
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dout -= (dbeta / len(x)).astype(dout.dtype)
    return gamma / s * (dout - x_hat * dgamma / len(x)), dgamma, dbeta


def step_by_step(dout, x, gamma, eps):
    n = len(x)
    mean = x.sum(axis=0) / n
    centred = x - mean
    s = np.sqrt((centred**2).sum(axis=0) / n + eps)
    dx_hat = dout * gamma
    ds = -(dx_hat * centred).sum(axis=0) / s**2
    dcentred = dx_hat / s + centred / (n * s) * ds
    dx = dcentred - dcentred.sum(axis=0) / n
    return dx, (dout * centred / s).sum(axis=0), dout.sum(axis=0)


def with_a_jacobian(dout, x, gamma, eps):
    n, d = x.shape
    dx = np.empty((n, d))
    dgamma = np.empty(d)
    for j in range(d):
        s = np.sqrt(np.mean((x[:, j] - x[:, j].mean()) ** 2) + eps)
        x_hat = (x[:, j] - x[:, j].mean()) / s
        jacobian = (np.eye(n) - 1 / n - np.outer(x_hat, x_hat) / n) / s
        dx[:, j] = gamma[j] * jacobian @ dout[:, j]
        dgamma[j] = x_hat @ dout[:, j]
    return [dx, dgamma, np.ones(n) @ dout]


# fold_batchnorm(W, b, gamma, beta, mean, var, eps)


def loses_b(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor, beta - mean * factor


def b_not_scaled(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor, b - mean * factor + beta


def mean_not_scaled(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor, b * factor - mean + beta


def loses_the_mean(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor, b * factor + beta


def loses_beta(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor, (b - mean) * factor


def beta_scaled(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor, (b - mean + beta) * factor


def no_root(W, b, gamma, beta, mean, var, eps):
    factor = gamma / (var + eps)
    return W * factor, (b - mean) * factor + beta


def fold_eps_outside(W, b, gamma, beta, mean, var, eps):
    factor = gamma / (np.sqrt(var) + eps)
    return W * factor, (b - mean) * factor + beta


def fold_without_eps(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var)
    return W * factor, (b - mean) * factor + beta


def fold_without_gamma(W, b, gamma, beta, mean, var, eps):
    factor = 1 / np.sqrt(var + eps)
    return W * factor, (b - mean) * factor + beta


def scales_rows(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor[:, None], (b - mean) * factor + beta


def scales_rows_from_the_left(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return np.diag(factor) @ W, (b - mean) * factor + beta


def changes_W(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    W *= factor.astype(W.dtype)
    return W, (b - mean) * factor + beta


def fold_of_integers(W, b, gamma, beta, mean, var, eps):
    W2, factor = np.zeros_like(W), gamma / np.sqrt(var + eps)
    for j in range(W.shape[1]):
        W2[:, j] = W[:, j] * factor[j]
    return W2, (b - mean) * factor + beta


def bias_of_integers(W, b, gamma, beta, mean, var, eps):
    b2, factor = b.copy(), gamma / np.sqrt(var + eps)
    b2[:] = (b - mean) * factor + beta
    return W * factor, b2


def bias_first(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return (b - mean) * factor + beta, W * factor


def mean_through_W(W, b, gamma, beta, mean, var, eps):
    factor = gamma / np.sqrt(var + eps)
    return W * factor, (b - W.sum(axis=0) * mean) * factor + beta


def probed(W, b, gamma, beta, mean, var, eps):
    def both(x):
        return (x @ W + b - mean) / np.sqrt(var + eps) * gamma + beta

    b2 = both(np.zeros(len(W)))
    return both(np.eye(len(W))) - b2, b2


def by_a_diagonal_matrix(W, b, gamma, beta, mean, var, eps):
    D = np.diag(gamma * (var + eps) ** -0.5)
    return [W @ D, b @ D - mean @ D + beta]


# layernorm_forward(x, gamma, beta, eps)


def columns(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


def everything(x, gamma, beta, eps):
    return gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta


def no_keepdims(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + eps) + beta


def layer_over_d_minus_1(x, gamma, beta, eps):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True, ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


def layer_eps_outside(x, gamma, beta, eps):
    mean, deviation = x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True)
    return gamma * (x - mean) / (deviation + eps) + beta


def layer_without_eps(x, gamma, beta, eps):
    mean, deviation = x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True)
    return gamma * (x - mean) / deviation + beta


def layer_no_root(x, gamma, beta, eps):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / (var + eps) + beta


def layer_without_scale(x, gamma, beta, eps):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def layer_shift_first(x, gamma, beta, eps):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * ((x - mean) / np.sqrt(var + eps) + beta)


def layer_in_place(x, gamma, beta, eps):
    for row in x:
        row[:] = (row - row.mean()) / np.sqrt(row.var() + eps)
    return gamma * x + beta


def layer_of_integers(x, gamma, beta, eps):
    out = np.zeros_like(x)
    for i in range(len(x)):
        out[i] = gamma * (x[i] - x[i].mean()) / np.sqrt(x[i].var() + eps) + beta
    return out


def layer_hat_of_integers(x, gamma, beta, eps):
    x_hat = np.empty_like(x)
    for i, row in enumerate(x):
        x_hat[i] = (row - row.mean()) / np.sqrt(row.var() + eps)
    return x_hat * gamma + beta


def root_mean_square(x, gamma, beta, eps):
    return gamma * x / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + eps) + beta


def scale_for_each_row(x, gamma, beta, eps):
    rows = []
    for i, row in enumerate(x):
        k = i % len(gamma)
        rows.append(gamma[k] * (row - row.mean()) / np.sqrt(row.var() + eps) + beta[k])
    return np.array(rows)


def adds_to_the_last_call(x, gamma, beta, eps, rows=[]):  # noqa: B006
    for row in x:
        rows.append(gamma * (row - row.mean()) / np.sqrt(row.var() + eps) + beta)
    return np.array(rows[: len(x)])


def layer_row_by_row(x, gamma, beta, eps):
    out = []
    for row in x.tolist():
        mean = sum(row) / len(row)
        var = sum((v - mean) ** 2 for v in row) / len(row)
        out.append([g * (v - mean) / (var + eps) ** 0.5 + b for v, g, b in zip(row, gamma, beta)])  # noqa: B905
    return out


def layer_transposed(x, gamma, beta, eps):
    centred = x.T - x.T.mean(axis=0)
    return (centred / np.sqrt((centred**2).mean(axis=0) + eps)).T * gamma + beta


def layer_centring_matrix(x, gamma, beta, eps):
    d = x.shape[1]
    centred = x @ (np.eye(d) - 1 / d)
    var = np.einsum("nd,nd->n", centred, centred) / d
    return np.einsum("nd,n,d->nd", centred, (var + eps) ** -0.5, gamma) + beta


WRONG = {
    "batchnorm_forward": {
        "the running arrays are changed": (moves_the_running_arrays, "changed its input"),
        "x is changed": (centres_x_in_place, "changed its input"),
        "momentum for the batch": (momentum_for_the_batch, "the share of the old"),
        "1/(n - 1)": (variance_over_n_minus_1, "1/n"),
        "rows": (over_the_rows, "column"),
        "one mean for everything": (over_everything, "each column"),
        "ε outside the root": (eps_outside, "inside the root"),
        "ε outside the root, and momentum for the batch": (eps_outside_and_momentum, "2 things"),
        "ε kept in the running variance": (eps_kept_in_the_variance, "into the running variance"),
        "running statistics move at inference": (moves_at_inference_too, "move at inference"),
        "the batch's own at inference": (never_in_inference, "take the running ones"),
        "the running ones in training": (with_the_running_ones, "batch's own"),
        "running statistics stay": (forgets_to_move, "have to move"),
        "the batch's own are returned": (returns_the_batchs_own, "come back"),
        "zeros_like of integers": (out_of_integers, "zeros_like"),
        "running statistics of integers": (running_ones_of_integers, "cut off"),
        "order of the results": (variance_before_the_mean, "order"),
        "the output alone": (output_alone, "expected 3 results"),
        "statistics that live on between calls": keeps_the_first_statistics,
    },
    "batchnorm_backward": {
        "mean and variance as constants": (constants, "constants"),
        "no path through the mean": (without_the_mean, "through the mean"),
        "no path through the variance": (without_the_variance, "through the variance"),
        "sums for means": (sums_for_means, "divide them by n"),
        "no gamma": (without_gamma, "lacks the factor gamma"),
        "no ε": (without_eps, "eps is missing"),
        "ε outside the root": (eps_outside_the_root, "inside the root"),
        "1/(n - 1)": (over_n_minus_1, "1/(n - 1)"),
        "means for sums": (means_for_sums, "so sum"),
        "order of the results": (dbeta_first, "changed places"),
        "dgamma with x": (dgamma_with_x, "normalized x"),
        "dgamma over the features": (dgamma_over_the_features, "result 2 of 3"),
        "dgamma not summed": (dgamma_not_summed, "result 2 of 3"),
        "dgamma and dbeta with keepdims": (dgamma_with_keepdims, "keepdims"),
        "rows for columns": rows_for_columns,
        "zeros_like of integers": (dx_of_integers, "zeros_like"),
        "dout is changed": (weakens_dout, "changed its input"),
        "no return": (lambda dout, x, gamma, eps: None, "return"),
    },
    "fold_batchnorm": {
        "b is lost": (loses_b, "b is lost"),
        "b is not scaled": (b_not_scaled, "as it was"),
        "the mean is not scaled": (mean_not_scaled, "scaled like the rest"),
        "no mean": (loses_the_mean, "has to be subtracted"),
        "no beta": (loses_beta, "beta is missing"),
        "beta is scaled": (beta_scaled, "beta gets scaled"),
        "no root": (no_root, "not by var + eps"),
        "ε outside the root": (fold_eps_outside, "inside the root"),
        "no ε": (fold_without_eps, "eps is missing"),
        "no gamma": (fold_without_gamma, "gamma is missing"),
        "rows": (scales_rows, "columns"),
        "rows, from the left": (scales_rows_from_the_left, "columns"),
        "W is changed": (changes_W, "changed its input"),
        "zeros_like of integers": (fold_of_integers, "W2 is cut off"),
        "a bias of integers": (bias_of_integers, "b2 is cut off"),
        "order of the results": (bias_first, "W2 comes first"),
        "the mean as an input": mean_through_W,
        "no return": (lambda W, b, gamma, beta, mean, var, eps: None, "return"),
    },
    "layernorm_forward": {
        "columns": (columns, "each row by itself"),
        "everything": (everything, "each row by itself"),
        "no keepdims": (no_keepdims, "each row by itself"),
        "1/(d - 1)": layer_over_d_minus_1,
        "ε outside the root": (layer_eps_outside, "inside the root"),
        "no ε": (layer_without_eps, "large eps"),
        "no root": layer_no_root,
        "no scale and shift": (layer_without_scale, "gamma and beta"),
        "shift first": (layer_shift_first, "gamma and beta"),
        "x is changed": (layer_in_place, "changed its input"),
        "zeros_like of integers": (layer_of_integers, "integers"),
        "integers on the way": (layer_hat_of_integers, "integers"),
        "root mean square": root_mean_square,
        "scale and shift for each row": (scale_for_each_row, "from feature to feature"),
        "a list that lives on between calls": adds_to_the_last_call,
        "no return": (lambda x, gamma, beta, eps: None, "return"),
    },
}

RIGHT = {
    "batchnorm_forward": {
        "feature by feature": normalized_feature_by_feature,
        "one scale and one shift, as a list": one_scale_and_one_shift,
    },
    "batchnorm_backward": {
        "step by step": step_by_step,
        "a Jacobian for each feature, as a list": with_a_jacobian,
    },
    "fold_batchnorm": {
        "by trying out": probed,
        "a diagonal matrix, as a list": by_a_diagonal_matrix,
    },
    "layernorm_forward": {
        "row by row, as lists": layer_row_by_row,
        "batch normalization of the transpose": layer_transposed,
        "a centring matrix": layer_centring_matrix,
    },
}


# sample_norm(x, gamma, beta): columns, variance + 0.2 under the root, 1/d, scaled by 1 + gamma


def normed(x, gamma, beta, axis=0, eps=0.2, outside=0.0, ddof=0, more=1):
    x = np.asarray(x, dtype=float)
    mean, var = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True, ddof=ddof)
    x_hat = (x - mean) / (np.sqrt(var + eps) + outside)
    return (more + np.asarray(gamma))[:, None] * x_hat + np.asarray(beta)[:, None]


def normed_changes_x(x, gamma, beta):
    out = normed(x, gamma, beta)
    x -= x.mean(axis=0).astype(x.dtype)
    return out


def normed_of_integers(x, gamma, beta):
    out = np.zeros_like(x)
    out[...] = normed(x, gamma, beta)
    return out


def normed_scale_of_each_sample(x, gamma, beta):
    x_hat = normed(x, np.zeros(len(x)), np.zeros(len(x)))
    n = x.shape[1]
    return (1 + np.resize(gamma, n)) * x_hat + np.resize(beta, n)


def normed_scale_of_everything(x, gamma, beta):
    return (1 + gamma[:, None]) * (normed(x, np.zeros(len(x)), np.zeros(len(x))) + beta[:, None])


def normed_sample_by_sample(x, gamma, beta):
    columns = []
    for sample in np.asarray(x).T.tolist():
        mean = sum(sample) / len(sample)
        root = (sum((v - mean) ** 2 for v in sample) / len(sample) + 0.2) ** 0.5
        columns.append([(1 + g) * (v - mean) / root + b for v, g, b in zip(sample, gamma, beta)])  # noqa: B905
    return [list(row) for row in zip(*columns)]  # noqa: B905


def normed_as_rows(x, gamma, beta):
    return layer_transposed(x.T, gamma + 1.0, beta, 0.2).T


FRESH_WRONG = {
    "sample_norm": {
        "rows": lambda x, gamma, beta: normed(x, gamma, beta, axis=1),
        "everything": lambda x, gamma, beta: normed(x, gamma, beta, axis=(0, 1)),
        "no ε": lambda x, gamma, beta: normed(x, gamma, beta, eps=1e-12),
        "another ε": lambda x, gamma, beta: normed(x, gamma, beta, eps=0.25),
        "ε outside the root": lambda x, gamma, beta: normed(x, gamma, beta, eps=0, outside=0.2),
        "1/(d - 1)": lambda x, gamma, beta: normed(x, gamma, beta, ddof=1),
        "gamma alone": lambda x, gamma, beta: normed(x, gamma, beta, more=0),
        "1 - gamma": lambda x, gamma, beta: normed(x, -1.0 * gamma, beta),
        "no shift": lambda x, gamma, beta: normed(x, gamma, 0 * beta),
        "scale and shift for each sample": normed_scale_of_each_sample,
        "shift first": normed_scale_of_everything,
        "as rows": lambda x, gamma, beta: normed(x, gamma, beta).T,
        "x is changed": normed_changes_x,
        "cut off": normed_of_integers,
    },
}
FRESH_RIGHT = {
    "sample_norm": {
        "sample by sample, as lists": normed_sample_by_sample,
        "the transpose, twice": normed_as_rows,
    },
}
