"""Regularization: answers to the exercises of chapter 11."""

import math

import numpy as np

# l2_regularization(w, lam)


def no_half(w, lam):
    return lam * np.sum(w**2), 2 * lam * w


def no_half_in_the_penalty(w, lam):
    return lam * np.sum(w**2), lam * w


def two_in_the_gradient(w, lam):
    return lam / 2 * np.sum(w**2), 2 * lam * w


def half_in_both(w, lam):
    return lam / 2 * np.sum(w**2), lam / 2 * w


def sizes(w, lam):
    return lam * np.sum(np.abs(w)), lam * np.sign(w)


def length(w, lam):
    return lam / 2 * np.linalg.norm(w), lam * w


def mean_of_squares(w, lam):
    return lam / 2 * np.mean(w**2), lam * w


def squares_not_summed(w, lam):
    return lam / 2 * w**2, lam * w


def sums_of_columns(w, lam):
    return lam / 2 * np.sum(w**2, axis=0), lam * w


def lam_forgotten_in_the_gradient(w, lam):
    return lam / 2 * np.sum(w**2), w


def weights_after_a_step(w, lam):
    return lam / 2 * np.sum(w**2), w - lam * w


def decays_in_place(w, lam):
    value = lam / 2 * np.sum(w**2)
    w *= lam if w.dtype.kind == "f" else int(lam)
    return value, w


def spares_the_first(w, lam):
    gradient = lam * w
    gradient[0] = 0
    return lam / 2 * np.sum(w[1:] ** 2), gradient


def gradient_of_integers(w, lam):
    gradient = np.zeros_like(w)
    gradient[...] = lam * w
    return lam / 2 * np.sum(w**2), gradient


def squares_by_a_product(w, lam):
    return lam / 2 * (w @ w), lam * w


def whole_division(w, lam):
    return np.sum(w**2) * lam // 2, lam * w


def by_numbers(w, lam):
    return sum(lam * v * v / 2 for v in w.ravel().tolist()), lam * w.astype(float)


def by_norm(w, lam):
    return [0.5 * lam * np.linalg.norm(w) ** 2, (w * float(lam)).tolist()]


def by_einsum(w, lam):
    flat = w.ravel()
    return np.einsum("i,i", flat, flat) * lam / 2, np.multiply(w, lam)


# dropout_forward(x, p, rng, training)


def p_keeps(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape) < p
    return x * mask / max(p, 1e-9), mask


def p_keeps_by_choice(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.choice([True, False], size=x.shape, p=[p, 1 - p])
    return np.where(mask, x / (1 - p), 0), mask


def no_scale(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.binomial(1, 1 - p, x.shape).astype(bool)
    return x * mask, mask


def scale_at_rest(x, p, rng, training):
    if not training:
        return x * (1 - p), None
    mask = rng.uniform(size=x.shape) > p
    return x * mask, mask


def scaled_twice(x, p, rng, training):
    if not training:
        return x * (1 - p), None
    mask = rng.uniform(size=x.shape) > p
    return x * mask / (1 - p), mask


def p_keeps_the_largest(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= 1 - p
    return x * mask / (1 - p), mask


def p_keeps_the_smallest(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape) < p
    return x * mask / (1 - p), mask


def mask_first(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    return mask, x * mask / (1 - p)


def mask_first_at_rest(x, p, rng, training):
    if not training:
        return None, x
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p), mask


def dropped_for_kept(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    return np.where(mask, 0, x / (1 - p)), mask


def scale_of_the_share(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    return x * mask / mask.mean(), mask


def divides_by_p(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    return x * mask / (p or 1), mask


def a_mask_for_all_rows(x, p, rng, training):
    if not training:
        return x, None
    mask = np.broadcast_to(rng.random(x.shape[1:]) >= p, x.shape)
    return x * mask / (1 - p), mask


def a_mask_of_one_row(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape[-1]) >= p
    return x * mask / (1 - p), mask


def a_mask_for_all_columns(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(len(x)) >= p
    mask = np.repeat(mask, x.size // len(x)).reshape(x.shape)
    return x * mask / (1 - p), mask


def one_draw_for_all(x, p, rng, training):
    if not training:
        return x, None
    mask = np.full(x.shape, rng.random() >= p)
    return x * mask / (1 - p), mask


def so_many_in_each_row(x, p, rng, training):
    if not training:
        return x, None
    rows = np.atleast_2d(x)
    mask = np.arange(rows.shape[1]) >= round(p * rows.shape[1])
    mask = rng.permuted(np.tile(mask, (len(rows), 1)), axis=1).reshape(x.shape)
    return x * mask / (1 - p), mask


def so_many_in_all(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.permutation(np.arange(x.size) >= round(p * x.size)).reshape(x.shape)
    return x * mask / (1 - p), mask


def mask_of_floats(x, p, rng, training):
    if not training:
        return x, None
    mask = (rng.random(x.shape) >= p).astype(float)
    return x * mask / (1 - p), mask


def mask_with_the_scale(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.binomial(1, 1 - p, x.shape) / (1 - p)
    return x * mask, mask


def true_is_dropped(x, p, rng, training):
    if not training:
        return x, None
    dropped = rng.random(x.shape) < p
    return np.where(dropped, 0, x / (1 - p)), dropped


def drops_at_rest(x, p, rng, training):
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p), mask


def mask_at_rest(x, p, rng, training):
    mask = rng.random(x.shape) >= p if training else np.ones(x.shape, bool)
    return x * mask / ((1 - p) if training else 1), mask


def out_alone_at_rest(x, p, rng, training):
    if not training:
        return x
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p), mask


def no_mask_comes_back(x, p, rng, training):
    if not training:
        return x, None
    return x * (rng.random(x.shape) >= p) / (1 - p), None


def mask_read_off(x, p, rng, training):
    if not training:
        return x, None
    out = np.where(rng.random(x.shape) < p, 0, x / (1 - p))
    return out, out != 0


def zeros_in_place(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.random(x.shape) >= p
    x[~mask] = 0
    return x / (1 - p), mask


def out_of_integers(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.uniform(0, 1, x.shape) >= p
    out = np.zeros_like(x)
    out[mask] = x[mask] / (1 - p)
    return out, mask


def own_generator(x, p, rng, training):
    if not training:
        return x, None
    mask = np.random.default_rng(0).random(x.shape) >= p
    return x * mask / (1 - p), mask


ELSEWHERE = np.random.default_rng(42)


def another_generator(x, p, rng, training):
    if not training:
        return x, None
    mask = ELSEWHERE.random(x.shape) >= p
    return x * mask / (1 - p), mask


masks = {}


def keeps_its_mask(x, p, rng, training):
    if not training:
        return x, None
    mask = masks.setdefault((x.shape, p), rng.random(x.shape) >= p)
    return x * mask / (1 - p), mask


def drops_the_small_ones(x, p, rng, training):
    if not training:
        return x, None
    rng.random()
    mask = np.abs(x) >= np.quantile(np.abs(x), p)
    return x * mask / (1 - p), mask


def integers_for_draws(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.integers(0, 2, x.shape) >= p
    return x * mask / (1 - p), mask


def normal_draws(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.normal(size=x.shape) >= p
    return x * mask / (1 - p), mask


def entry_by_entry(x, p, rng, training):
    if not training:
        return x.copy(), None
    out, mask = np.zeros(x.shape), np.zeros(x.shape, dtype=bool)
    for i in np.ndindex(x.shape):
        if rng.random() >= p:
            mask[i], out[i] = True, x[i] / (1 - p)
    return out, mask


def by_choice(x, p, rng, training):
    if not training:
        return [x.tolist(), None]
    mask = rng.choice([False, True], size=x.shape, p=[p, 1 - p])
    return [(x * (mask / (1 - p))).tolist(), mask.tolist()]


def by_bernoulli(x, p, rng, training):
    if not training:
        return x, None
    mask = rng.binomial(1, 1 - p, size=x.size).reshape(x.shape) == 1
    return np.where(mask, x, 0) / (1 - p), mask


def column_by_column(x, p, rng, training):
    if not training:
        return +x, None
    mask = ~(rng.random(x.T.shape) < p).T
    return x / (1 - p) * mask, mask


# dropout_backward(dout, mask, p)


def back_without_scale(dout, mask, p):
    return dout if mask is None else dout * mask


def back_by_p(dout, mask, p):
    return dout if mask is None else dout * mask / (p or 1)


def back_times(dout, mask, p):
    return dout if mask is None else dout * mask * (1 - p)


def back_without_mask(dout, mask, p):
    return dout if mask is None else dout / (1 - p)


def back_where_dropped(dout, mask, p):
    return dout if mask is None else np.where(mask, 0, dout / (1 - p))


def back_always_scaled(dout, mask, p):
    mask = np.ones(dout.shape) if mask is None else mask
    return dout * mask / (1 - p)


def back_scaled_at_rest(dout, mask, p):
    return dout * (1 - p) if mask is None else dout * mask / (1 - p)


def back_zero_at_rest(dout, mask, p):
    return np.zeros(dout.shape) if mask is None else dout * mask / (1 - p)


def back_knows_no_none(dout, mask, p):
    return dout * mask / (1 - p)


def back_not_none(dout, mask, p):
    if not mask.any():
        return dout
    return dout * mask / (1 - p)


def back_asks_whether_any(dout, mask, p):
    if mask is None or not mask.any():
        return dout
    return dout * mask / (1 - p)


def back_equals_none(dout, mask, p):
    if mask == None:  # noqa: E711
        return dout
    return dout * mask / (1 - p)


def back_without_any(dout, mask, p):
    if not mask:
        return dout
    return dout * mask / (1 - p)


def back_kept_alone(dout, mask, p):
    return dout if mask is None else dout[mask] / (1 - p)


def back_in_place(dout, mask, p):
    if mask is not None:
        dout[~mask] = 0
        return dout / (1 - p)
    return dout


def back_of_integers(dout, mask, p):
    if mask is None:
        return dout
    dx = np.zeros_like(dout)
    dx[mask] = dout[mask] / (1 - p)
    return dx


def back_by_the_share(dout, mask, p):
    return dout if mask is None else dout * mask / max(mask.mean(), 1e-9)


def back_twice(dout, mask, p):
    return dout if mask is None else dout * mask / (1 - p) ** 2


def back_by_where(dout, mask, p):
    if mask is None:
        return dout.copy()
    return np.where(mask, np.divide(dout, 1 - p), 0.0)


def back_by_indices(dout, mask, p):
    dx = dout.astype(float)
    if mask is not None:
        dx /= 1 - p
        dx[np.nonzero(~mask)] = 0
    return dx.tolist()


# early_stopping(validation_loss, patience)


def best_of_all(validation_loss, patience):
    known = [loss for loss in validation_loss if not math.isnan(loss)]
    _, stop = with_a_record(validation_loss, patience)
    return validation_loss.index(min(known)), stop


def one_epoch_late(validation_loss, patience):
    lowest, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_loss):
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
        if waited > patience:
            break
    return best, epoch


def one_epoch_early(validation_loss, patience):
    lowest, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_loss):
        waited += 1
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        if waited >= patience - 1 and epoch > best:
            break
    return best, epoch


def one_epoch_early_in_the_else(validation_loss, patience):
    lowest, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_loss):
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience - 1:
                break
    return best, epoch


def one_epoch_early_at_once(validation_loss, patience):
    lowest, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_loss):
        waited += 1
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        if waited >= patience - 1:
            break
    return best, epoch


def equal_is_better(validation_loss, patience):
    lowest, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_loss):
        if loss <= lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best, epoch


def last_of_equals(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    seen = validation_loss[: stop + 1]
    return max(i for i, loss in enumerate(seen) if loss == validation_loss[best]), stop


def compares_with_the_last(validation_loss, patience):
    best, waited, last = 0, 0, math.inf
    for epoch, loss in enumerate(validation_loss):
        waited = 0 if loss < last else waited + 1
        if loss < validation_loss[best]:
            best = epoch
        last = loss
        if waited == patience:
            break
    return best, epoch


def counts_all_together(validation_loss, patience):
    lowest, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_loss):
        if loss < lowest:
            lowest, best = loss, epoch
        else:
            waited += 1
        if waited == patience:
            break
    return best, epoch


def from_one(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    return best + 1, stop + 1


def loss_for_epoch(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    return validation_loss[best], stop


def order_of_results(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    return stop, best


def only_if_it_stops(validation_loss, patience):
    lowest, best = math.inf, -1
    for epoch, loss in enumerate(validation_loss):
        if loss < lowest:
            lowest, best = loss, epoch
        if epoch - best >= patience:
            return best, epoch


def length_of_the_list(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    return best, stop if stop - best >= patience else len(validation_loss)


def nan_at_first(validation_loss, patience):
    best = 0
    for epoch, loss in enumerate(validation_loss):
        if loss < validation_loss[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch


def nan_at_first_and_late(validation_loss, patience):
    best = 0
    for epoch, loss in enumerate(validation_loss):
        if loss < validation_loss[best]:
            best = epoch
        if epoch - best > patience:
            break
    return best, epoch


def first_epoch_waits(validation_loss, patience):
    lowest, best, waited = validation_loss[0], 0, 0
    for epoch, loss in enumerate(validation_loss):
        waited = 0 if loss < lowest else waited + 1
        if waited == 0:
            lowest, best = loss, epoch
        if waited == patience:
            break
    return best, epoch


def nan_is_skipped(validation_loss, patience):
    lowest, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(validation_loss):
        if np.isnan(loss):
            continue
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best, epoch


def lowest_of_the_whole_list(validation_loss, patience):
    _, stop = with_a_record(validation_loss, patience)
    return np.argmin(validation_loss), stop


def min_of_the_whole_list(validation_loss, patience):
    _, stop = with_a_record(validation_loss, patience)
    return validation_loss.index(min(validation_loss)), stop


def lowest_up_to_the_stop(validation_loss, patience):
    _, stop = with_a_record(validation_loss, patience)
    return np.argmin(validation_loss[: stop + 1]), stop


def min_up_to_the_stop(validation_loss, patience):
    _, stop = with_a_record(validation_loss, patience)
    return validation_loss.index(min(validation_loss[: stop + 1])), stop


def number_of_epochs(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    return best, stop + 1


def epoch_before_the_stop(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    return best, stop - 1


def best_and_patience(validation_loss, patience):
    best, _ = with_a_record(validation_loss, patience)
    return best, best + patience


def best_alone(validation_loss, patience):
    return with_a_record(validation_loss, patience)[0]


def loss_as_well(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    return best, stop, validation_loss[best]


def nan_is_least(validation_loss, patience):
    for epoch in range(len(validation_loss)):
        best = int(np.argmin(validation_loss[: epoch + 1]))
        if epoch - best >= patience:
            break
    return best, epoch


def nan_is_left_out(validation_loss, patience):
    return with_a_record([loss for loss in validation_loss if loss == loss], patience)


def nan_for(number):
    def stopping(validation_loss, patience):
        losses = [number if math.isnan(loss) else loss for loss in validation_loss]
        return with_a_record(losses, patience)

    return stopping


def takes_from_the_list(validation_loss, patience):
    lowest, best, waited, epoch = math.inf, 0, 0, -1
    while validation_loss and waited < patience:
        loss, epoch, waited = validation_loss.pop(0), epoch + 1, waited + 1
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
    return best, epoch


def sorts_the_list(validation_loss, patience):
    best, stop = with_a_record(validation_loss, patience)
    validation_loss.sort()
    return best, stop


def first_rise(validation_loss, patience):
    for epoch in range(1, len(validation_loss)):
        if validation_loss[epoch] > validation_loss[epoch - 1]:
            return epoch - 1, min(epoch - 1 + patience, len(validation_loss) - 1)
    return len(validation_loss) - 1, len(validation_loss) - 1


def with_a_record(validation_loss, patience):
    records = [(math.inf, -1)]
    for epoch, loss in enumerate(validation_loss):
        if loss < records[-1][0]:
            records.append((loss, epoch))
        if epoch - records[-1][1] >= patience:
            break
    return records[-1][1], epoch


def by_windows(validation_loss, patience):
    losses = np.where(np.isnan(validation_loss), np.inf, validation_loss)
    lowest = np.minimum.accumulate(losses)
    new = losses < np.concatenate([[np.inf], lowest[:-1]])
    stop = len(losses) - 1
    for epoch in range(patience - 1, len(losses)):
        if not new[epoch - patience + 1 : epoch + 1].any():
            stop = epoch
            break
    return losses[: stop + 1].argmin(), np.int64(stop)


def by_recursion(validation_loss, patience, epoch=0, best=None):
    loss = validation_loss[epoch]
    if loss < (math.inf if best is None else validation_loss[best]):
        best = epoch
    waited = epoch + 1 if best is None else epoch - best
    if waited >= patience or epoch == len(validation_loss) - 1:
        return [best, epoch]
    return by_recursion(validation_loss, patience, epoch + 1, best)


# best_lambda(x_train, y_train, x_val, y_val, lams)


def ridge(x, y, lam):
    n, d = x.shape
    return np.linalg.solve(x.T @ x / n + lam * np.eye(d), x.T @ y / n)


def chosen_in_training(x_train, y_train, x_val, y_val, lams):
    errors = [np.mean((x_train @ ridge(x_train, y_train, lam) - y_train) ** 2) for lam in lams]
    return lams[np.argmin(errors)]


def fitted_to_validation(x_train, y_train, x_val, y_val, lams):
    errors = [np.mean((x_val @ ridge(x_val, y_val, lam) - y_val) ** 2) for lam in lams]
    return lams[np.argmin(errors)]


def fitted_to_both(x_train, y_train, x_val, y_val, lams):
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    errors = [np.mean((x_val @ ridge(x, y, lam) - y_val) ** 2) for lam in lams]
    return lams[np.argmin(errors)]


def judged_on_both(x_train, y_train, x_val, y_val, lams):
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    errors = [np.mean((x @ ridge(x_train, y_train, lam) - y) ** 2) for lam in lams]
    return lams[np.argmin(errors)]


def no_mean(x_train, y_train, x_val, y_val, lams):
    d = x_train.shape[1]

    def error(lam):
        w = np.linalg.solve(x_train.T @ x_train + lam * np.eye(d), x_train.T @ y_train)
        return np.mean((x_val @ w - y_val) ** 2)

    return min(lams, key=error)


def penalty_everywhere(x_train, y_train, x_val, y_val, lams):
    n = len(x_train)

    def error(lam):
        w = np.linalg.solve(x_train.T @ x_train / n + lam, x_train.T @ y_train / n)
        return np.mean((x_val @ w - y_val) ** 2)

    return min(lams, key=error)


def penalty_twice(x_train, y_train, x_val, y_val, lams):
    return min(
        lams, key=lambda lam: np.mean((x_val @ ridge(x_train, y_train, 2 * lam) - y_val) ** 2)
    )


def penalty_times_n(x_train, y_train, x_val, y_val, lams):
    n = len(x_train)
    return min(
        lams, key=lambda lam: np.mean((x_val @ ridge(x_train, y_train, n * lam) - y_val) ** 2)
    )


def penalty_over_n(x_train, y_train, x_val, y_val, lams):
    n = len(x_train)
    return min(
        lams, key=lambda lam: np.mean((x_val @ ridge(x_train, y_train, lam / n) - y_val) ** 2)
    )


def penalty_half(x_train, y_train, x_val, y_val, lams):
    return min(
        lams, key=lambda lam: np.mean((x_val @ ridge(x_train, y_train, lam / 2) - y_val) ** 2)
    )


def sum_for_a_mean(x_train, y_train, x_val, y_val, lams):
    n, d = x_train.shape

    def error(lam):
        w = np.linalg.solve(x_train.T @ x_train + lam * np.eye(d), x_train.T @ y_train / n)
        return np.mean((x_val @ w - y_val) ** 2)

    return min(lams, key=error)


def penalty_in_the_judgement(x_train, y_train, x_val, y_val, lams):
    def error(lam):
        w = ridge(x_train, y_train, lam)
        return np.mean((x_val @ w - y_val) ** 2) + lam / 2 * np.sum(w**2)

    return min(lams, key=error)


def sizes_of_errors(x_train, y_train, x_val, y_val, lams):
    return min(lams, key=lambda lam: np.mean(np.abs(x_val @ ridge(x_train, y_train, lam) - y_val)))


def place_in_the_list(x_train, y_train, x_val, y_val, lams):
    errors = [np.mean((x_val @ ridge(x_train, y_train, lam) - y_val) ** 2) for lam in lams]
    return np.argmin(errors)


def lowest_error(x_train, y_train, x_val, y_val, lams):
    return min(np.mean((x_val @ ridge(x_train, y_train, lam) - y_val) ** 2) for lam in lams)


def highest_error(x_train, y_train, x_val, y_val, lams):
    return max(lams, key=lambda lam: np.mean((x_val @ ridge(x_train, y_train, lam) - y_val) ** 2))


def best_weights(x_train, y_train, x_val, y_val, lams):
    found = [ridge(x_train, y_train, lam) for lam in lams]
    return min(found, key=lambda w: np.mean((x_val @ w - y_val) ** 2))


def sorts_the_lams(x_train, y_train, x_val, y_val, lams):
    lams.sort()
    return closed_form(x_train, y_train, x_val, y_val, lams)


def zero_counts_as_none(x_train, y_train, x_val, y_val, lams):
    best, lowest = None, np.inf
    for lam in lams:
        error = np.mean((x_val @ ridge(x_train, y_train, lam) - y_val) ** 2)
        if error < lowest:
            best, lowest = lam, error
    return best or lams[0]


def stops_at_the_first_rise(x_train, y_train, x_val, y_val, lams):
    best, lowest = lams[0], np.inf
    for lam in lams:
        error = np.mean((x_val @ ridge(x_train, y_train, lam) - y_val) ** 2)
        if error > lowest:
            break
        best, lowest = lam, error
    return best


def lengths_of_weights(x_train, y_train, x_val, y_val, lams):
    return min(lams, key=lambda lam: np.linalg.norm(ridge(x_train, y_train, lam)))


def closed_form(x_train, y_train, x_val, y_val, lams):
    def error(lam):
        return np.sum((x_val @ ridge(x_train, y_train, lam) - y_val) ** 2)

    return min(lams, key=error)


def more_rows(x_train, y_train, x_val, y_val, lams):
    """A penalty is a sample for each weight that asks it to be 0."""
    n, d = x_train.shape
    errors = []
    for lam in lams:
        x = np.vstack([x_train, np.sqrt(n * lam) * np.eye(d)])
        y = np.concatenate([y_train, np.zeros((d, *y_train.shape[1:]))])
        w = np.linalg.lstsq(x, y, rcond=None)[0]
        errors.append(np.linalg.norm(x_val @ w - y_val))
    return np.float64(lams[int(np.argmin(errors))])


def by_singular_values(x_train, y_train, x_val, y_val, lams):
    U, s, Vt = np.linalg.svd(x_train, full_matrices=False)
    n = len(x_train)
    best = None
    for lam in lams:
        shrunk = (U.T @ y_train).T * (s / (s**2 + n * lam))
        error = ((x_val @ (Vt.T @ shrunk.T) - y_val) ** 2).mean()
        if best is None or error < best[0]:
            best = error, lam
    return best[1]


# shift_images(x, down, right)


def rolls(x, down, right):
    return np.roll(x, (down, right), axis=(1, 2))


def rolls_and_clears_rows(x, down, right):
    out = np.roll(x, (down, right), axis=(1, 2))
    if down > 0:
        out[:, :down] = 0
    if down < 0:
        out[:, down:] = 0
    return out


def repeats_the_edge(x, down, right):
    rows = np.clip(np.arange(8) - down, 0, 7)
    columns = np.clip(np.arange(8) - right, 0, 7)
    return x[:, rows][:, :, columns]


def other_way(x, down, right):
    return padded(x, -down, -right)


def up_for_down(x, down, right):
    return padded(x, -down, right)


def exchanged(x, down, right):
    return padded(x, right, down)


def images_for_rows(x, down, right):
    out = np.zeros(x.shape)
    n = len(x)
    for i in range(n):
        for j in range(8):
            if 0 <= i - down < n and 0 <= j - right < 8:
                out[i, j] = x[i - down, j - right]
    return out


def down_alone(x, down, right):
    return padded(x, down, 0)


def slices_from_the_front(x, down, right):
    out = np.zeros_like(x)
    out[:, down:, right:] = x[:, : 8 - down, : 8 - right]
    return out


def slices_to_minus_zero(x, down, right):
    out = np.zeros_like(x)
    if down >= 0 and right >= 0:
        out[:, down:, right:] = x[:, :-down, :-right]
        return out
    return padded(x, down, right)


def rows_of_64(x, down, right):
    return padded(x, down, right).reshape(len(x), -1)


def in_place(x, down, right):
    moved = padded(x, down, right)
    x[...] = moved
    return x


def zeros_of_integers(x, down, right):
    out = np.zeros(x.shape, dtype=int)
    out[...] = padded(x, down, right)
    return out


def first_image_alone(x, down, right):
    return np.tile(padded(x[:1], down, right), (len(x), 1, 1))


def zeros_alone(x, down, right):
    out = np.zeros_like(x)
    np.roll(out, down, axis=1)
    return out


def ones_come_in(x, down, right):
    moved = padded(x, down, right)
    return np.where(padded(np.ones_like(x), down, right) > 0, moved, 1)


def along_the_row(x, down, right):
    flat = x.reshape(len(x), -1)
    out = np.zeros_like(flat)
    by = 8 * down + right
    for k in range(64):
        if 0 <= k - by < 64:
            out[:, k] = flat[:, k - by]
    return out.reshape(x.shape)


def padded(x, down, right):
    down, right = np.clip([down, right], -8, 8)
    wide = np.pad(x, ((0, 0), (8, 8), (8, 8)))
    return wide[:, 8 - down : 16 - down, 8 - right : 16 - right]


def pixel_by_pixel(x, down, right):
    out = np.zeros(x.shape)
    for i, row, column in np.ndindex(x.shape):
        if 0 <= row + down < 8 and 0 <= column + right < 8:
            out[i, row + down, column + right] = x[i, row, column]
    return out.tolist()


def by_matrices(x, down, right):
    return np.eye(8, k=-down) @ x @ np.eye(8, k=right)


# soft_threshold(w, lam)


def subgradient_step(w, lam):
    return w - lam * np.sign(w)


def hard_threshold(w, lam):
    return np.where(np.abs(w) > lam, w, 0)


def shrinks_in_proportion(w, lam):
    return (1 - lam) * w


def loses_the_sign(w, lam):
    return np.maximum(np.abs(w) - lam, 0)


def one_side_alone(w, lam):
    return np.maximum(w - lam, 0)


def clipped(w, lam):
    return np.clip(w, -lam, lam)


def never_stops(w, lam):
    return np.where(w > 0, w - lam, w + lam)


def stops_too_early(w, lam):
    return np.where(np.abs(w) > 2 * lam, w - lam * np.sign(w), 0)


def half_as_far(w, lam):
    return np.sign(w) * np.maximum(np.abs(w) - lam / 2, 0)


def away_from_zero(w, lam):
    return np.sign(w) * (np.abs(w) + lam)


def direction_with_a_small_number(w, lam):
    return w / (np.abs(w) + 1e-8) * np.maximum(np.abs(w) - lam, 0)


def keeps_small_ones(w, lam):
    return np.where(np.abs(w) > lam, w - lam * np.sign(w), w)


def changes_w(w, lam):
    w[np.abs(w) <= lam] = 0
    return np.sign(w) * np.maximum(np.abs(w) - lam, 0)


def soft_of_integers(w, lam):
    out = np.zeros_like(w)
    out[w > lam] = w[w > lam] - lam
    out[w < -lam] = w[w < -lam] + lam
    return out


def positive_alone(w, lam):
    return np.array([v - lam if v > lam else 0.0 for v in w.ravel()]).reshape(w.shape)


def single_numbers(w, lam):
    return max(abs(w) - lam, 0)


def taken_off_the_clipped(w, lam):
    return w - np.clip(w, -lam, lam)


def two_relus(w, lam):
    return np.maximum(w - lam, 0) - np.maximum(-w - lam, 0)


def number_by_number(w, lam):
    def shrunk(v):
        return v - lam if v > lam else v + lam if v < -lam else 0

    return [shrunk(v) for v in w] if w.ndim == 1 else [[shrunk(v) for v in row] for row in w]


WRONG = {
    "l2_regularization": {
        "no ½ at all": (no_half, "factor ½"),
        "no ½ in the penalty": (no_half_in_the_penalty, "penalty is twice too large"),
        "2 in the gradient": (two_in_the_gradient, "gradient is twice too large"),
        "½ in both": (half_in_both, "half as large"),
        "L1": (sizes, "L1"),
        "the length": (length, "take no root"),
        "the mean": (mean_of_squares, "their sum is wanted"),
        "squares not summed": (squares_not_summed, "not summed"),
        "sums of columns": (sums_of_columns, "one number"),
        "no λ in the gradient": (lam_forgotten_in_the_gradient, "missing in the gradient"),
        "a step": (weights_after_a_step, "after a step"),
        "w is changed": (decays_in_place, "changed its input"),
        "the first weight is spared": spares_the_first,
        "zeros_like of integers": (gradient_of_integers, "zeros_like"),
        "w @ w": (squares_by_a_product, "A matrix of weights"),
        "whole division": whole_division,
        "no return": (lambda w, lam: None, "return"),
    },
    "dropout_forward": {
        "p keeps": (p_keeps, "probability of dropping"),
        "p keeps, by choice": (p_keeps_by_choice, "probability of dropping"),
        "no scale": (no_scale, "not scaled"),
        "scale at inference instead": (scale_at_rest, "not scaled"),
        "scale at inference, too": (scaled_twice, "at inference x has to stay"),
        "p keeps, of the largest": (p_keeps_the_largest, "wrong: p is the probability of dropping"),
        "p keeps, of the smallest": (p_keeps_the_smallest, "wrong: p is the probability of drop"),
        "the mask first": (mask_first, "out comes first"),
        "the mask first at inference": (mask_first_at_rest, "out comes first"),
        "the dropped ones for the kept": (dropped_for_kept, "exchange them"),
        "scale by the share that was drawn": (scale_of_the_share, "with your mask"),
        "divided by p": (divides_by_p, "divided by p"),
        "one mask for all rows": (a_mask_for_all_rows, "all rows"),
        "a mask of one row": (a_mask_of_one_row, "mask: expected shape"),
        "one mask for all columns": (a_mask_for_all_columns, "all columns"),
        "one draw for all": (one_draw_for_all, "one number for each entry"),
        "the same number in each row": (so_many_in_each_row, "depend on one another"),
        "the same number in all": (so_many_in_all, "number varies"),
        "a mask of floats": (mask_of_floats, "must be Boolean"),
        "the scale in the mask": (mask_with_the_scale, "holds the scale"),
        "True for dropped": (true_is_dropped, "wrong way round"),
        "drops at inference": (drops_at_rest, "nothing is dropped"),
        "a mask at inference": (mask_at_rest, "no mask"),
        "out alone at inference": (out_alone_at_rest, "expected two results"),
        "no mask comes back": (no_mask_comes_back, "has to come back"),
        "a mask that is read off": (mask_read_off, "read it off"),
        "x is changed": (zeros_in_place, "changed its input"),
        "zeros_like of integers": (out_of_integers, "zeros_like"),
        "a generator of its own": (own_generator, "handed in"),
        "another generator": (another_generator, "same state gives another mask"),
        "a mask that lives on between calls": (keeps_its_mask, "the same in each call"),
        "the smallest are dropped": drops_the_small_ones,
        "integers for draws": (integers_for_draws, "share of True"),
        "normal draws": (normal_draws, "share of True"),
        "no return": (lambda x, p, rng, training: None, "expected two results"),
    },
    "dropout_backward": {
        "no scale": (back_without_scale, "scale is missing"),
        "divided by p": (back_by_p, "divide by 1 - p"),
        "multiplied by 1 - p": (back_times, "the way forward divides"),
        "no mask": (back_without_mask, "not used"),
        "the dropped ones": (back_where_dropped, "wrong way round"),
        "scaled at inference": (back_always_scaled, "at inference nothing is scaled"),
        "multiplied at inference": (back_scaled_at_rest, "at inference nothing is scaled"),
        "zero at inference": (back_zero_at_rest, "nothing is dropped"),
        "None is not known": (back_knows_no_none, "the mask is None"),
        "None is asked for any": (back_not_none, "the mask is None"),
        "None by ==": (back_equals_none, "Whether mask is None is asked with `mask is None`."),
        "None by not": (back_without_any, "Whether mask is None is asked with `mask is None`."),
        "no number kept is taken for None": (back_asks_whether_any, "All numbers were dropped"),
        "the kept ones alone": (back_kept_alone, "keep the shape"),
        "dout is changed": (back_in_place, "changed its input"),
        "zeros_like of integers": (back_of_integers, "zeros_like"),
        "by the share that was kept": back_by_the_share,
        "divided twice": (back_twice, "once is enough"),
        "no return": (lambda dout, mask, p: None, "return"),
    },
    "early_stopping": {
        "the best of all": (best_of_all, "after the stop"),
        "one epoch late": (one_epoch_late, "one epoch late"),
        "one epoch early": one_epoch_early,
        "one epoch early, in the else": (
            one_epoch_early_in_the_else,
            "where the patience is above 1",
        ),
        "one epoch early, also at once": (one_epoch_early_at_once, "you stop one epoch early:"),
        "an equal loss is better": (equal_is_better, "only a lower one"),
        "the last of equals": (last_of_equals, "the first of them"),
        "compared with the last": (compares_with_the_last, "the one before"),
        "counted all together": (counts_all_together, "all together"),
        "counted from 1": (from_one, "counted from 0"),
        "the loss": (loss_for_epoch, "the index of its epoch"),
        "order of the results": (order_of_results, "other way round"),
        "nothing where the list ends": (only_if_it_stops, "nothing comes back"),
        "the length where the list ends": (length_of_the_list, "one less than the length"),
        "NaN at first": (nan_at_first, "stays your lowest loss"),
        "NaN at first, and late": (
            nan_at_first_and_late,
            "2 things are wrong: (1) you stop one epoch late",
        ),
        "the first epoch waits": (first_epoch_waits, "counts as waiting: start with infinity"),
        "NaN is skipped": (nan_is_skipped, "an epoch with NaN counts as waiting"),
        "argmin of the whole list": (lowest_of_the_whole_list, "lies after the stop"),
        "min of the whole list": (min_of_the_whole_list, "lies after the stop"),
        "argmin up to the stop": (lowest_up_to_the_stop, "np.argmin takes a NaN"),
        "min up to the stop": (min_up_to_the_stop, "min keeps a NaN"),
        "the number of epochs": (number_of_epochs, "one too high"),
        "the epoch before the stop": (epoch_before_the_stop, "one too low"),
        "best and patience": (best_and_patience, "may lie after the end of the list"),
        "the best epoch alone": (best_alone, "wrong: expected 2 results, got one: 2."),
        "the loss as well": (loss_as_well, "wrong: expected 2 results, got 3: (2, 5, 3)."),
        "NaN is the least": (nan_is_least, "NaN"),
        "NaN for 0": (nan_for(0), "NaN counts as 0 or as another low number"),
        "NaN for -1": (nan_for(-1), "NaN counts as 0 or as another low number"),
        "NaN for 999": (nan_for(999), "among large ones"),
        "NaN is left out": (nan_is_left_out, "NaN"),
        "the list is used up": (takes_from_the_list, "changed its input"),
        "the list is sorted": (sorts_the_list, "changed its input"),
        "the first rise": first_rise,
    },
    "best_lambda": {
        "chosen on the training data": (chosen_in_training, "the same data"),
        "fitted to the validation data": (fitted_to_validation, "the same data"),
        "fitted to both": (fitted_to_both, "may only judge"),
        "judged on both": (judged_on_both, "on the training data, too"),
        "no mean": (no_mean, "counts for less"),
        "λ times n": (penalty_times_n, "λ is multiplied by n"),
        "λ over n": (penalty_over_n, "counts for less"),
        "half of λ": (penalty_half, "counts half"),
        "XᵀX as a sum": (sum_for_a_mean, "XᵀX has to be divided by n"),
        "λ everywhere": (penalty_everywhere, "diagonal alone"),
        "λ twice": (penalty_twice, "counts twice"),
        "the penalty judges, too": (penalty_in_the_judgement, "belongs to the training"),
        "sizes of the errors": (sizes_of_errors, "mean square"),
        "the place in the list": (place_in_the_list, "place in the list"),
        "the lowest error": (lowest_error, "lowest error"),
        "the highest error": (highest_error, "highest error"),
        "the weights": (best_weights, "expected shape ()"),
        "the list is sorted": (sorts_the_lams, "changed its input"),
        "0 counts as none": (zero_counts_as_none, "λ = 0"),
        "up to the first rise": stops_at_the_first_rise,
        "the shortest weights": (lengths_of_weights, "the greatest λ"),
        "no return": (lambda x_train, y_train, x_val, y_val, lams: None, "return"),
    },
    "shift_images": {
        "np.roll": (rolls, "np.roll"),
        "np.roll, and rows are cleared": (rolls_and_clears_rows, "columns that leave"),
        "the edge is repeated": (repeats_the_edge, "edge"),
        "the other way": (other_way, "the other way"),
        "up for down": (up_for_down, "move up"),
        "down and right exchanged": (exchanged, "exchanged"),
        "images for rows": (images_for_rows, "axis 0"),
        "down alone": (down_alone, "to the right is missing"),
        "slices that cannot be negative": (slices_from_the_front, "in a slice"),
        "slices to -0": slices_to_minus_zero,
        "rows of 64": (rows_of_64, "keep the shape"),
        "x is changed": (in_place, "changed its input"),
        "zeros of integers": (zeros_of_integers, "cut off"),
        "the first image for all": (first_image_alone, "each is moved by itself"),
        "zeros alone": (zeros_alone, "nothing but zeros"),
        "ones come in": (ones_come_in, "zeros come in"),
        "along the row of 64": along_the_row,
        "no return": (lambda x, down, right: None, "return"),
    },
    "soft_threshold": {
        "a subgradient step": subgradient_step,
        "hard threshold": hard_threshold,
        "in proportion": shrinks_in_proportion,
        "the sign is lost": (loses_the_sign, "both signs"),
        "one side alone": (one_side_alone, "both signs"),
        "clipped": clipped,
        "never stops": never_stops,
        "stops too early": stops_too_early,
        "half as far": half_as_far,
        "away from zero": away_from_zero,
        "a small number is added": (direction_with_a_small_number, "a small number that is added"),
        "small ones stay": (keeps_small_ones, "large and small"),
        "w is changed": (changes_w, "changed its input"),
        "zeros_like of integers": (soft_of_integers, "integers"),
        "positive ones alone": (positive_alone, "both signs"),
        "for single numbers": (single_numbers, "np.maximum"),
        "no return": (lambda w, lam: None, "return"),
    },
}

RIGHT = {
    "l2_regularization": {
        "number by number": by_numbers,
        "by the norm, as lists": by_norm,
        "by einsum": by_einsum,
    },
    "dropout_forward": {
        "entry by entry": entry_by_entry,
        "by choice, as lists": by_choice,
        "by Bernoulli draws": by_bernoulli,
        "column by column": column_by_column,
    },
    "dropout_backward": {
        "np.where": back_by_where,
        "indices, as lists": back_by_indices,
    },
    "early_stopping": {
        "a list of records": with_a_record,
        "windows": by_windows,
        "recursion, as a list": by_recursion,
    },
    "best_lambda": {
        "a sum for the mean": closed_form,
        "more rows instead of a penalty": more_rows,
        "singular values": by_singular_values,
    },
    "shift_images": {
        "padded": padded,
        "pixel by pixel, as lists": pixel_by_pixel,
        "products with shifted unit matrices": by_matrices,
    },
    "soft_threshold": {
        "what is clipped is taken off": taken_off_the_clipped,
        "two ReLUs": two_relus,
        "number by number, as lists": number_by_number,
    },
}


# shrink(w): 0.26 off the positive, 0.95 off the negative weights, then times 0.63; w[-1] stays


def shrunk(w, above=0.26, below=0.95, factor=0.63, bias=-1):
    w = np.asarray(w, float)
    new = factor * (np.maximum(w - above, 0) + np.minimum(w + below, 0))
    if bias is not None:
        new[bias] = w[bias]
    return new


def scales_first(w):
    new = 0.63 * np.asarray(w, float)
    new = np.maximum(new - 0.26, 0) + np.minimum(new + 0.95, 0)
    new[-1] = w[-1]
    return new


def shrinks_past_zero(w):
    new = 0.63 * np.where(w > 0, w - 0.26, w + 0.95)
    new[-1] = w[-1]
    return new


def keeps_the_small(w):
    new = 0.63 * np.where((w > 0.26) | (w < -0.95), w - np.where(w > 0, 0.26, -0.95), w)
    new[-1] = w[-1]
    return new


def spares_the_last_column(w):
    new = shrunk(w, bias=None)
    new[..., -1] = w[..., -1]
    return new


def shrinks_in_place(w):
    w[:-1] = shrunk(w)[:-1]
    return w


def shrunk_integers(w):
    new = np.zeros_like(w)
    new[...] = shrunk(w)
    return new


def moves_zeros(w):
    new = 0.63 * (np.where(w > 0, np.maximum(w - 0.26, 0), np.maximum(w + 0.95, 0)))
    new[-1] = w[-1]
    return new


def shrunk_one_by_one(w):
    def one(number):
        if isinstance(number, list):
            return [one(n) for n in number]
        limit = 0.26 if number > 0 else 0.95
        return math.copysign(max(abs(number) - limit, 0) * 0.63, number)

    *weights, bias = w.tolist()
    return [*map(one, weights), bias]


def shrunk_by_sign(w):
    limit = np.where(w > 0, 0.26, 0.95)
    new = np.sign(w[:-1]) * np.clip(np.abs(w[:-1]) - limit[:-1], 0, None) * 0.63
    return np.concatenate([new, w[-1:]])


FRESH_WRONG = {
    "shrink": {
        "scaled first": scales_first,
        "sides exchanged": lambda w: shrunk(w, 0.95, 0.26),
        "one distance for both": lambda w: shrunk(w, 0.26, 0.26),
        "not scaled": lambda w: shrunk(w, factor=1),
        "divided": lambda w: shrunk(w, factor=1 / 0.63),
        "another factor": lambda w: shrunk(w, factor=0.6),
        "the first stays": lambda w: shrunk(w, bias=0),
        "nothing stays": lambda w: shrunk(w, bias=None),
        "the last column stays": spares_the_last_column,
        "past zero": shrinks_past_zero,
        "small ones stay": keeps_the_small,
        "negative ones are lost": moves_zeros,
        "in place": shrinks_in_place,
        "cut off": shrunk_integers,
        "away from zero": lambda w: shrunk(w, -0.26, -0.95),
    },
}
FRESH_RIGHT = {
    "shrink": {
        "by two halves": shrunk,
        "number by number, as lists": shrunk_one_by_one,
        "by sign and size": shrunk_by_sign,
    },
}
