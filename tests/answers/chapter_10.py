"""Optimizers: answers to the exercises of chapter 10."""

import math

import numpy as np

# momentum_step(w, g, v, lr, mu)


def uphill(w, g, v, lr, mu):
    v = mu * v + lr * g
    return w + v, v


def uphill_and_subtracted(w, g, v, lr, mu):
    v = mu * v + lr * g
    return w - v, v


def velocity_subtracted(w, g, v, lr, mu):
    v = mu * v - lr * g
    return w - v, v


def rate_in_the_step(w, g, v, lr, mu):
    v = mu * v + g
    return w - lr * v, v


def mu_of_the_new_velocity(w, g, v, lr, mu):
    v = mu * (v - lr * g)
    return w + v, v


def running_mean(w, g, v, lr, mu):
    v = mu * v - (1 - mu) * lr * g
    return w + v, v


def mean_of_gradients(w, g, v, lr, mu):
    v = mu * v + (1 - mu) * g
    return w - lr * v, v


def share_lost(w, g, v, lr, mu):
    v = (1 - mu) * v - lr * g
    return w + v, v


def no_friction(w, g, v, lr, mu):
    v = v - lr * g
    return w + v, v


def rate_of_everything(w, g, v, lr, mu):
    v = mu * v - g
    return w + lr * v, lr * v


def old_velocity_moves(w, g, v, lr, mu):
    w = w + v
    return w, mu * v - lr * g


def old_velocity_comes_back(w, g, v, lr, mu):
    return w + mu * v - lr * g, v


def looks_ahead(w, g, v, lr, mu):
    v = mu * v - lr * g
    return w + mu * v - lr * g, v


def gradient_twice(w, g, v, lr, mu):
    v = mu * v - lr * g
    return w - lr * g + v, v


def momentum_order(w, g, v, lr, mu):
    v = mu * v - lr * g
    return v, w + v


def weights_alone(w, g, v, lr, mu):
    return w + mu * v - lr * g


def moves_in_place(w, g, v, lr, mu):
    v = mu * v - lr * g
    w += v.astype(w.dtype)
    return w, v


def brakes_in_place(w, g, v, lr, mu):
    v *= int(mu) if v.dtype.kind == "i" else mu
    v = v - lr * g
    return w + v, v


def velocity_of_integers(w, g, v, lr, mu):
    new = np.empty_like(v)
    new[...] = mu * v - lr * g
    return w + new, new


def momentum_unfinished(w, g, v, lr, mu):
    v = mu * v - lr * g
    w = w + v


def by_scalars(w, g, v, lr, mu):
    new = np.array([mu * a - lr * b for a, b in zip(v.flat, g.flat, strict=True)]).reshape(v.shape)
    return [(w + new).tolist(), new.tolist()]


def by_polyak(w, g, v, lr, mu):
    before = w - v
    after = w - lr * g + mu * (w - before)
    return after, after - w


def rate_first(w, g, v, lr, mu):
    v = np.multiply(v, mu)
    v = np.subtract(v, np.multiply(g, lr))
    return np.add(w, v), v


# adam_step(w, g, state, lr, beta1, beta2, eps)


def moments(g, state, beta1, beta2):
    """Return m, v and t of a step that begins as it should."""
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0) + (1 - beta2) * g**2
    return m, v, t


def no_correction(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    return w - lr * m / (np.sqrt(v) + eps), {"m": m, "v": v, "t": t}


def m_alone_corrected(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v) + eps), {"m": m, "v": v, "t": t}


def v_alone_corrected(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    return w - lr * m / (np.sqrt(v / (1 - beta2**t)) + eps), {"m": m, "v": v, "t": t}


def corrected_without_t(w, g, state, lr, beta1, beta2, eps):
    m, v, _ = moments(g, state, beta1, beta2)
    step = lr * m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + eps)
    return w - step, {"m": m, "v": v}


def t_from_zero(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    m_hat, v_hat = m / np.float64(1 - beta1 ** (t - 1)), v / np.float64(1 - beta2 ** (t - 1))
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


def t_from_two(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1))
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


def keeps_the_corrected(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m / (np.sqrt(v) + eps), {"m": m, "v": v, "t": t}


def t_stays(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    step = lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - step, {"m": m, "v": v, "t": t - 1}


def empty_state_comes_back(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), {}


def finished(w, m, v, t, lr, beta1, beta2, eps):
    """Return the weights after a step that ends as it should."""
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def eps_inside(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / np.sqrt(v_hat + eps), {"m": m, "v": v, "t": t}


def eps_before_the_correction(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + eps), {"m": m, "v": v, "t": t}


def adam_without_eps(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    return finished(w, m, v, t, lr, beta1, beta2, 0), {"m": m, "v": v, "t": t}


def adam_without_root(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    return w - lr * m / (1 - beta1**t) / (v / (1 - beta2**t) + eps), {"m": m, "v": v, "t": t}


def no_square(w, g, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0) + (1 - beta2) * np.abs(g)
    return finished(w, m, v, t, lr, beta1, beta2, eps), {"m": m, "v": v, "t": t}


def whole_gradient(w, g, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + g
    v = beta2 * state.get("v", 0) + g**2
    return finished(w, m, v, t, lr, beta1, beta2, eps), {"m": m, "v": v, "t": t}


def one_v_for_all(w, g, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0) + (1 - beta2) * np.mean(g**2)
    return finished(w, m, v, t, lr, beta1, beta2, eps), {"m": m, "v": v, "t": t}


def betas_exchanged(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta2, beta1)
    return finished(w, m, v, t, lr, beta2, beta1, eps), {"m": m, "v": v, "t": t}


def adam_uphill(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    return finished(w, m, v, t, -lr, beta1, beta2, eps), {"m": m, "v": v, "t": t}


def adam_order(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    return {"m": m, "v": v, "t": t}, finished(w, m, v, t, lr, beta1, beta2, eps)


def adam_weights_alone(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    state |= {"m": m, "v": v, "t": t}
    return finished(w, m, v, t, lr, beta1, beta2, eps)


def wants_its_keys(w, g, state, lr, beta1, beta2, eps):
    state = {**state, "t": state["t"] + 1}
    return w, state


def fills_the_state(w, g, state, lr, beta1, beta2, eps):
    state["m"], state["v"], state["t"] = moments(g, state, beta1, beta2)
    return finished(w, **state, lr=lr, beta1=beta1, beta2=beta2, eps=eps), state


def adam_moves_in_place(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    w -= (w - finished(w, m, v, t, lr, beta1, beta2, eps)).astype(w.dtype)
    return w, {"m": m, "v": v, "t": t}


def moments_in_place(w, g, state, lr, beta1, beta2, eps):
    """A new dictionary, with the old arrays."""
    state = dict(state) or {"m": np.zeros(g.shape), "v": np.zeros(g.shape), "t": 0}
    state["t"] += 1
    state["m"] *= beta1
    state["m"] += (1 - beta1) * g
    state["v"] *= beta2
    state["v"] += (1 - beta2) * g**2
    return finished(w, **state, lr=lr, beta1=beta1, beta2=beta2, eps=eps), state


kept = {}


def state_elsewhere(w, g, state, lr, beta1, beta2, eps):
    if not state:
        kept.clear()
    kept["m"], kept["v"], kept["t"] = moments(g, kept, beta1, beta2)
    return finished(w, **kept, lr=lr, beta1=beta1, beta2=beta2, eps=eps), {"begun": True}


def moments_of_integers(w, g, state, lr, beta1, beta2, eps):
    m = np.zeros_like(g) + state.get("m", 0)
    v = np.zeros_like(g) + state.get("v", 0)
    m[...] = beta1 * m + (1 - beta1) * g
    v[...] = beta2 * v + (1 - beta2) * g**2
    t = state.get("t", 0) + 1
    return finished(w, m, v, t, lr, beta1, beta2, eps), {"m": m, "v": v, "t": t}


def weights_of_integers(w, g, state, lr, beta1, beta2, eps):
    m, v, t = moments(g, state, beta1, beta2)
    new = np.zeros_like(w)
    new[...] = finished(w, m, v, t, lr, beta1, beta2, eps)
    return new, {"m": m, "v": v, "t": t}


def all_gradients(w, g, state, lr, beta1, beta2, eps):
    """The state is the list of all gradients."""
    past = [*state.get("gradients", []), g]
    t = len(past)
    m = sum((1 - beta1) * beta1 ** (t - 1 - i) * past[i] for i in range(t))
    v = sum((1 - beta2) * beta2 ** (t - 1 - i) * past[i] ** 2 for i in range(t))
    return finished(w, m, v, t, lr, beta1, beta2, eps), {"gradients": past}


def corrected_means(w, g, state, lr, beta1, beta2, eps):
    """The corrected moments are kept, and mixed with weights that change."""
    a, b = state.get("a", 0) * beta1 + 1, state.get("b", 0) * beta2 + 1
    m = state.get("mean", 0)
    v = state.get("square", 0)
    m, v = m + (g - m) / a, v + (g**2 - v) / b
    return w - lr * m / (np.sqrt(v) + eps), {"a": a, "b": b, "mean": m, "square": v}


def powers_in_a_tuple(w, g, state, lr, beta1, beta2, eps):
    """A tuple for the state, with β₁ᵗ and β₂ᵗ in it."""
    m, v, left1, left2 = state or (np.zeros(g.shape), np.zeros(g.shape), 1, 1)
    m, v = m - (1 - beta1) * (m - g), v - (1 - beta2) * (v - np.square(g))
    left1, left2 = left1 * beta1, left2 * beta2
    below = np.sqrt(v / (1 - left2)) + eps
    return [w - lr * (m / (1 - left1)) / below, (m, v, left1, left2)]


def state_with_copies(w, g, state, lr, beta1, beta2, eps):
    """In place, with copies."""
    state = {name: np.copy(part) for name, part in state.items()} or {
        name: np.zeros(g.shape) for name in ("first", "second", "steps")
    }
    state["steps"] += 1
    state["first"] += (1 - beta1) * (g - state["first"])
    state["second"] += (1 - beta2) * (g**2 - state["second"])
    m_hat = state["first"] / (1 - beta1 ** state["steps"])
    v_hat = state["second"] / (1 - beta2 ** state["steps"])
    return w - lr * m_hat / (v_hat**0.5 + eps), state


# adagrad_step(w, g, s, lr, eps)


def adagrad_uphill(w, g, s, lr, eps):
    s = s + g**2
    return w + lr * g / (np.sqrt(s) + eps), s


def sum_of_gradients(w, g, s, lr, eps):
    s = s + g
    return w - lr * g / (np.sqrt(np.abs(s)) + eps), s


def sum_of_sizes(w, g, s, lr, eps):
    s = s + np.abs(g)
    return w - lr * g / (np.sqrt(s) + eps), s


def one_sum_for_all(w, g, s, lr, eps):
    s = s + np.sum(g**2)
    return w - lr * g / (np.sqrt(s) + eps), s


def squares_by_dot(w, g, s, lr, eps):
    s = s + g @ g
    return w - lr * g / (np.sqrt(s) + eps), s


def forgets_all(w, g, s, lr, eps):
    s = g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def forgets_some(w, g, s, lr, eps):
    s = 0.9 * s + 0.1 * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def by_the_old_sum(w, g, s, lr, eps):
    return w - lr * g / (np.sqrt(s) + eps), s + g**2


def adagrad_eps_inside(w, g, s, lr, eps):
    s = s + g**2
    return w - lr * g / np.sqrt(s + eps), s


def eps_in_the_sum(w, g, s, lr, eps):
    s = s + g**2 + eps
    return w - lr * g / np.sqrt(s), s


def adagrad_without_eps(w, g, s, lr, eps):
    s = s + g**2
    return w - lr * g / np.sqrt(s), s


def adagrad_without_root(w, g, s, lr, eps):
    s = s + g**2
    return w - lr * g / (s + eps), s


def never_divides(w, g, s, lr, eps):
    return w - lr * g, s + g**2


def sign_of_the_gradient(w, g, s, lr, eps):
    s = s + g**2
    return w - lr * np.sign(g) / (np.sqrt(s) + eps), s


def root_comes_back(w, g, s, lr, eps):
    root = np.sqrt(s + g**2) + eps
    return w - lr * g / root, root


def old_sum_comes_back(w, g, s, lr, eps):
    return w - lr * g / (np.sqrt(s + g**2) + eps), s


def adagrad_order(w, g, s, lr, eps):
    s = s + g**2
    return s, w - lr * g / (np.sqrt(s) + eps)


def adagrad_step_alone(w, g, s, lr, eps):
    s = s + g**2
    return lr * g / (np.sqrt(s) + eps), s


def collects_in_place(w, g, s, lr, eps):
    s += (g**2).astype(s.dtype)
    return w - lr * g / (np.sqrt(s) + eps), s


def adagrad_in_place(w, g, s, lr, eps):
    s = s + g**2
    w -= (lr * g / (np.sqrt(s) + eps)).astype(w.dtype)
    return w, s


def adagrad_of_integers(w, g, s, lr, eps):
    s = s + g**2
    new = np.zeros_like(w)
    new[...] = w - lr * g / (np.sqrt(s) + eps)
    return new, s


def by_hypot(w, g, s, lr, eps):
    root = np.hypot(np.sqrt(s), g)
    return w - lr / (root + eps) * g, root**2


def adagrad_by_numbers(w, g, s, lr, eps):
    new_w, new_s = np.zeros(w.shape), np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        new_s[i] = s[i] + g[i] * g[i]
        new_w[i] = w[i] - lr * g[i] / (math.sqrt(new_s[i]) + eps)
    return [new_w.tolist(), new_s.tolist()]


# clip_by_norm(grads, limit)


def each_by_itself(grads, limit):
    norms = [np.linalg.norm(g) for g in grads]
    return [g * limit / norm if norm > limit else g for g, norm in zip(grads, norms, strict=True)]


def each_number(grads, limit):
    return [np.clip(g, -limit, limit) for g in grads]


def always_that_long(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * limit / norm for g in grads]


def always_that_long_but_zero(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * limit / norm for g in grads] if norm else grads


def unit_length(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g / norm for g in grads] if norm > limit else grads


def times_the_limit(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * limit for g in grads] if norm > limit else grads


def upside_down(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * norm / limit for g in grads] if norm > limit else grads


def with_a_millionth(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    factor = min(1, limit / (norm + 1e-6))
    return [g * factor for g in grads]


def with_less_than_a_millionth(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * limit / (norm + 1e-7) if norm > limit else g for g in grads]


def too_long_is_zero(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [np.zeros(g.shape) for g in grads] if norm > limit else grads


def no_root_of_the_sum(grads, limit):
    norm = sum(np.sum(g**2) for g in grads)
    return [g * limit / norm for g in grads] if norm > limit else grads


def sum_of_lengths(grads, limit):
    norm = sum(np.linalg.norm(g) for g in grads)
    return [g * limit / norm for g in grads] if norm > limit else grads


def longest_array(grads, limit):
    norm = max(np.linalg.norm(g) for g in grads)
    return [g * limit / norm for g in grads] if norm > limit else grads


def sum_of_all_sizes(grads, limit):
    norm = sum(np.sum(np.abs(g)) for g in grads)
    return [g * limit / norm for g in grads] if norm > limit else grads


def root_mean_square(grads, limit):
    norm = np.sqrt(np.mean(np.concatenate([g.ravel() for g in grads]) ** 2))
    return [g * limit / norm for g in grads] if norm > limit else grads


def rows_by_themselves(grads, limit):
    norms = [np.linalg.norm(g, axis=-1, keepdims=True) for g in grads]
    return [
        g * np.minimum(1, limit / np.maximum(n, 1e-12)) for g, n in zip(grads, norms, strict=True)
    ]


def clips_in_place(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    for g in grads:
        if norm > limit:
            g[...] = g * limit / norm
    return grads


def replaces_in_the_list(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    for i, g in enumerate(grads):
        grads[i] = g * min(1, limit / max(norm, limit))
    return grads


def clipped_integers(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    out = [np.zeros_like(g) for g in grads]
    for o, g in zip(out, grads, strict=True):
        o[...] = g * limit / max(norm, limit)
    return out


def forgets_the_short(grads, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if norm > limit:
        return [g * limit / norm for g in grads]


def one_long_array(grads, limit):
    flat = np.concatenate([g.ravel() for g in grads])
    return flat * limit / max(np.linalg.norm(flat), limit)


def cut_and_put_together(grads, limit):
    flat = np.concatenate([g.ravel() for g in grads]).astype(float)
    flat *= limit / max(limit, np.linalg.norm(flat))
    ends = np.cumsum([g.size for g in grads])[:-1]
    return tuple(p.reshape(g.shape) for p, g in zip(np.split(flat, ends), grads, strict=True))


def by_norm_of_norms(grads, limit):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    return [(g / max(1, norm / limit)).tolist() for g in grads]


def factor_at_most_one(grads, limit):
    norm = math.hypot(*(float(number) for g in grads for number in g.flat))
    factor = min(1.0, limit / norm) if norm else 1.0
    return [factor * g for g in grads]


# warmup_cosine(step, steps, warm, lr)


def half_cosine(p):
    return (1 + np.cos(np.pi * p)) / 2


def rise_from_zero(step, steps, warm, lr):
    return lr * step / warm if step < warm else lr * half_cosine((step - warm) / (steps - warm))


def rise_too_slow(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / (warm + 1)
    return lr * half_cosine((step - warm) / (steps - warm))


def rise_by_linspace(step, steps, warm, lr):
    if step < warm:
        return np.linspace(0, lr, warm)[step]
    return lr * half_cosine((step - warm) / (steps - warm))


def whole_division_in_the_rise(step, steps, warm, lr):
    if step < warm:
        return lr * ((step + 1) // warm)
    return lr * half_cosine((step - warm) / (steps - warm))


def never_warm(step, steps, warm, lr):
    return lr * half_cosine(max(0, step - warm) / (steps - warm))


def rises_too_far(step, steps, warm, lr):
    if step <= warm:
        return lr * (step + 1) / max(warm, 1)
    return lr * half_cosine((step - warm) / (steps - warm))


def divides_by_warm(step, steps, warm, lr):
    rise = (step + 1) / warm
    return lr * (rise if step < warm else half_cosine((step - warm) / (steps - warm)))


def cosine_from_zero(step, steps, warm, lr):
    return lr * (step + 1) / warm if step < warm else lr * half_cosine(step / steps)


def cosine_over_all_steps(step, steps, warm, lr):
    return lr * (step + 1) / warm if step < warm else lr * half_cosine((step - warm) / steps)


def cosine_one_ahead(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / warm
    return lr * half_cosine((step + 1 - warm) / (steps - warm))


def cosine_ends_early(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / warm
    return lr * half_cosine((step - warm) / (steps - warm - 1))


def whole_wave(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / warm
    return lr * half_cosine(2 * (step - warm) / (steps - warm))


def quarter_wave(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / warm
    return lr * np.cos(np.pi / 2 * (step - warm) / (steps - warm))


def below_zero(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / warm
    return lr * np.cos(np.pi * (step - warm) / (steps - warm))


def twice_as_high(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / warm
    return lr * (1 + np.cos(np.pi * (step - warm) / (steps - warm)))


def in_degrees(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / warm
    return lr / 2 * (1 + np.cos(180 * (step - warm) / (steps - warm)))


def straight_down(step, steps, warm, lr):
    return lr * (step + 1) / warm if step < warm else lr * (steps - step) / (steps - warm)


def stays_warm(step, steps, warm, lr):
    return lr * min(1, (step + 1) / max(warm, 1))


def share_of_the_rate(step, steps, warm, lr):
    return (step + 1) / warm if step < warm else half_cosine((step - warm) / (steps - warm))


def rise_times_fall(step, steps, warm, lr):
    return lr * min(1, (step + 1) / max(warm, 1)) * half_cosine(step / steps)


def least_of_both(step, steps, warm, lr):
    return lr * min((step + 1) / max(warm, 1), half_cosine(step / steps))


def no_fall(step, steps, warm, lr):
    if step < warm:
        return lr * (step + 1) / warm


def by_a_sine(step, steps, warm, lr):
    if warm and step < warm:
        return lr - lr * (warm - 1 - step) / warm
    return lr * math.sin(math.pi / 2 * (steps - step) / (steps - warm)) ** 2


def whole_schedule(step, steps, warm, lr):
    rise = np.arange(1, warm + 1) / max(warm, 1)
    fall = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, steps - warm + 1))
    return (lr * np.concatenate([rise, fall]))[step]


def by_a_circle(step, steps, warm, lr):
    if step < warm:
        return np.interp(step, [-1, warm - 1], [0, lr])
    return lr * (1 + np.exp(1j * np.pi * (step - warm) / (steps - warm)).real) / 2


# rmsprop_step(w, g, s, lr, rho, eps)


def is_adagrad(w, g, s, lr, rho, eps):
    s = s + g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def rms_uphill(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return w + lr * g / (np.sqrt(s) + eps), s


def rho_of_the_new(w, g, s, lr, rho, eps):
    s = (1 - rho) * s + rho * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def square_in_full(w, g, s, lr, rho, eps):
    s = rho * s + g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def mean_of_sizes(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * np.abs(g)
    return w - lr * g / (np.sqrt(s) + eps), s


def one_mean_for_all(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * np.mean(g**2)
    return w - lr * g / (np.sqrt(s) + eps), s


def by_the_old_mean(w, g, s, lr, rho, eps):
    return w - lr * g / (np.sqrt(s) + eps), rho * s + (1 - rho) * g**2


def rms_eps_inside(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / np.sqrt(s + eps), s


def rms_without_eps(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / np.sqrt(s), s


def rms_without_root(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (s + eps), s


def rms_corrected(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s / (1 - rho)) + eps), s


def rms_old_mean_comes_back(w, g, s, lr, rho, eps):
    return w - lr * g / (np.sqrt(rho * s + (1 - rho) * g**2) + eps), s


def rms_order(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return s, w - lr * g / (np.sqrt(s) + eps)


def rms_in_place(w, g, s, lr, rho, eps):
    s[...] = rho * s + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def mean_of_integers(w, g, s, lr, rho, eps):
    new = np.zeros_like(s)
    new[...] = rho * s + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(new) + eps), new


def rms_weights_of_integers(w, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return (w - lr * g / (np.sqrt(s) + eps)).astype(w.dtype), s


def half_way(w, g, s, lr, rho, eps):
    s = s + (1 - rho) * (np.square(g) - s)
    return np.subtract(w, np.divide(np.multiply(lr, g), s**0.5 + eps)), s


def rms_by_numbers(w, g, s, lr, rho, eps):
    new_w, new_s = np.zeros(w.shape), np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        new_s[i] = rho * s[i] + (1 - rho) * g[i] ** 2
        root = math.sqrt(new_s[i]) + eps
        new_w[i] = w[i] - (lr * g[i] / root if g[i] else 0)
    return [new_w.tolist(), new_s.tolist()]


WRONG = {
    "momentum_step": {
        "uphill": (uphill, "wrong sign"),
        "uphill, and subtracted": (uphill_and_subtracted, "points uphill, and you subtract"),
        "the velocity is subtracted": (velocity_subtracted, "is subtracted from w"),
        "the rate in the step": (rate_in_the_step, "the rate stands in the velocity"),
        "μ of the new velocity": (mu_of_the_new_velocity, "μ multiplies the new gradient"),
        "a running mean": (running_mean, "as in a running mean"),
        "a mean of gradients": mean_of_gradients,
        "1 - μ is kept": (share_lost, "the share that is kept"),
        "no friction": (no_friction, "nothing is lost"),
        "the rate for everything": (rate_of_everything, "for the gradient alone"),
        "the old velocity moves": (old_velocity_moves, "moves by the old velocity"),
        "the old velocity comes back": (old_velocity_comes_back, "old velocity comes back"),
        "Nesterov": (looks_ahead, "Nesterov"),
        "the gradient twice": (gradient_twice, "once more"),
        "order": (momentum_order, "other way round"),
        "w alone": (weights_alone, "return two results"),
        "w is changed": (moves_in_place, "changed its input w"),
        "v is changed": (brakes_in_place, "changed its input v"),
        "empty_like of integers": (velocity_of_integers, "whole numbers"),
        "no return": (momentum_unfinished, "return"),
    },
    "adam_step": {
        "no correction": (no_correction, "bias correction is missing"),
        "only m is corrected": (m_alone_corrected, "v is not corrected"),
        "only v is corrected": (v_alone_corrected, "m is not corrected"),
        "corrected without t": (corrected_without_t, "the same in each step"),
        "t from 0": (t_from_zero, "one step behind"),
        "t from 2": (t_from_two, "one step ahead"),
        "the corrected moments are kept": (keeps_the_corrected, "keep m and v themselves"),
        "t is not counted": (t_stays, "has to count the steps"),
        "an empty state comes back": (empty_state_comes_back, "begins from nothing"),
        "ε inside the root": (eps_inside, "inside the root"),
        "ε before the correction": (eps_before_the_correction, "before v is corrected"),
        "no ε": (adam_without_eps, "ε is missing"),
        "no root": (adam_without_root, "root is missing"),
        "sizes": (no_square, "mean of sizes"),
        "without 1 - β": (whole_gradient, "counts in full"),
        "one v for all": (one_v_for_all, "one number for all"),
        "β₁ for β₂": (betas_exchanged, "β₁ and β₂ have changed places"),
        "uphill": (adam_uphill, "uphill"),
        "order": (adam_order, "other way round"),
        "w alone": (adam_weights_alone, "changed its input state"),
        "keys are expected": (wants_its_keys, "raised KeyError"),
        "the state is changed": (fills_the_state, "changed its input state"),
        "w is changed": (adam_moves_in_place, "changed its input w"),
        "arrays in the state are changed": (moments_in_place, "must stay as it is"),
        "the state lies elsewhere": (state_elsewhere, "kept elsewhere"),
        "zeros_like of integers": (moments_of_integers, "m and v are cut off"),
        "weights of integers": (weights_of_integers, "the weights are cut off"),
        "no return": (lambda w, g, state, lr, beta1, beta2, eps: None, "return"),
    },
    "adagrad_step": {
        "uphill": (adagrad_uphill, "uphill"),
        "sum of gradients": sum_of_gradients,
        "sum of sizes": (sum_of_sizes, "add the squares"),
        "one sum for all": (one_sum_for_all, "a sum of its own"),
        "by a product": squares_by_dot,
        "forgets all": (forgets_all, "is lost"),
        "forgets some": (forgets_some, "RMSProp"),
        "by the old sum": (by_the_old_sum, "divides by the old s"),
        "ε inside the root": (adagrad_eps_inside, "inside the root"),
        "ε in the sum": eps_in_the_sum,
        "no ε": (adagrad_without_eps, "ε is missing"),
        "no root": (adagrad_without_root, "root is missing"),
        "nothing is divided": (never_divides, "nothing is divided"),
        "the sign": (sign_of_the_gradient, "only the sign"),
        "the root comes back": (root_comes_back, "return s itself"),
        "the old sum comes back": (old_sum_comes_back, "old s comes back"),
        "order": (adagrad_order, "other way round"),
        "the step": (adagrad_step_alone, "is the step"),
        "s is changed": (collects_in_place, "changed its input s"),
        "w is changed": (adagrad_in_place, "changed its input w"),
        "zeros_like of integers": (adagrad_of_integers, "integers"),
        "no return": (lambda w, g, s, lr, eps: None, "return"),
    },
    "clip_by_norm": {
        "each array": (each_by_itself, "by its own length"),
        "each number": (each_number, "by itself: that turns"),
        "always": (always_that_long, "zeros become NaN"),
        "always but for zero": (always_that_long_but_zero, "get longer"),
        "length 1": (unit_length, "becomes 1"),
        "times the limit": (times_the_limit, "the limit itself"),
        "upside down": (upside_down, "upside down"),
        "1e-7 is added": (with_less_than_a_millionth, "a small number that is added"),
        "a millionth is added": (with_a_millionth, "a small number is added"),
        "zero": (too_long_is_zero, "becomes 0"),
        "no root": (no_root_of_the_sum, "take the root"),
        "sum of lengths": (sum_of_lengths, "the lengths of the arrays are added"),
        "the longest": (longest_array, "longest array"),
        "sizes": (sum_of_all_sizes, "sizes of all numbers"),
        "root mean square": (root_mean_square, "mean square"),
        "rows": rows_by_themselves,
        "in place": (clips_in_place, "changed its input"),
        "the list is changed": (replaces_in_the_list, "changed its input"),
        "zeros_like of integers": (clipped_integers, "zeros_like"),
        "nothing if short": (forgets_the_short, "nothing comes back"),
        "one long array": (one_long_array, "expected 2 results"),
        "no return": (lambda grads, limit: None, "return"),
    },
    "warmup_cosine": {
        "from 0": (rise_from_zero, "the first step does nothing"),
        "too slow": (rise_too_slow, "too slow"),
        "by linspace": (rise_by_linspace, "from 0 to lr"),
        "whole division": (whole_division_in_the_rise, "whole division"),
        "never warm": (never_warm, "warm-up is missing"),
        "rises too far": (rises_too_far, "one step too far"),
        "a rise of no steps": (divides_by_warm, "division by zero"),
        "the cosine from step 0": (cosine_from_zero, "starts at step 0"),
        "the cosine over all steps": (cosine_over_all_steps, "does not reach 0"),
        "one ahead": (cosine_one_ahead, "one step ahead"),
        "ends early": (cosine_ends_early, "one step too early"),
        "a whole wave": (whole_wave, "whole wave"),
        "a quarter": (quarter_wave, "quarter"),
        "below zero": (below_zero, "below 0"),
        "twice as high": (twice_as_high, "½ is missing"),
        "degrees": (in_degrees, "radians"),
        "straight": (straight_down, "straight line"),
        "stays": (stays_warm, "stays at lr"),
        "no rate": (share_of_the_rate, "lr is missing"),
        "the product": (rise_times_fall, "you multiply the rise"),
        "the least of both": least_of_both,
        "no fall": (no_fall, "nothing comes back after"),
        "no return": (lambda step, steps, warm, lr: None, "return"),
    },
    "rmsprop_step": {
        "AdaGrad": is_adagrad,
        "uphill": rms_uphill,
        "ρ for the new": rho_of_the_new,
        "the square in full": square_in_full,
        "sizes": mean_of_sizes,
        "one mean for all": one_mean_for_all,
        "by the old mean": by_the_old_mean,
        "ε inside the root": (rms_eps_inside, "ε is 3"),
        "no ε": (rms_without_eps, "ε is 3"),
        "no root": rms_without_root,
        "corrected as in Adam": (rms_corrected, "first step"),
        "the old mean comes back": (rms_old_mean_comes_back, "result 2 of 2"),
        "order": rms_order,
        "s is changed": (rms_in_place, "changed its input s"),
        "mean of integers": (mean_of_integers, "integers"),
        "weights of integers": (rms_weights_of_integers, "integers"),
        "no return": (lambda w, g, s, lr, rho, eps: None, "return"),
    },
}

RIGHT = {
    "momentum_step": {
        "number by number, as lists": by_scalars,
        "from the last two places": by_polyak,
        "NumPy's functions": rate_first,
    },
    "adam_step": {
        "all gradients are kept": all_gradients,
        "means with changing shares": corrected_means,
        "a tuple with powers": powers_in_a_tuple,
        "copies": state_with_copies,
    },
    "adagrad_step": {
        "np.hypot": by_hypot,
        "number by number, as lists": adagrad_by_numbers,
    },
    "clip_by_norm": {
        "one long array, cut again": cut_and_put_together,
        "the norm of norms, as lists": by_norm_of_norms,
        "one factor": factor_at_most_one,
    },
    "warmup_cosine": {
        "a square of a sine": by_a_sine,
        "the whole schedule": whole_schedule,
        "around a circle": by_a_circle,
    },
    "rmsprop_step": {
        "half-way": half_way,
        "number by number, as lists": rms_by_numbers,
    },
}


# scaled_step(w, g, s): s ← 0.39 s + 0.61 |g|, w ← w - 0.37 g / (s + 0.67), and (s, w) comes back


def scaled(w, g, s, lr=0.37, old=0.39, eps=0.67, size=np.abs, root=lambda s: s):
    new = old * s + (1 - old) * size(g)
    return new, w - lr * g / (root(new) + eps)


def scaled_by_the_old_mean(w, g, s):
    return scaled(w, g, s)[0], w - 0.37 * g / (s + 0.67)


def scaled_in_place(w, g, s):
    s *= 0.39
    s += 0.61 * np.abs(g)
    return s, w - 0.37 * g / (s + 0.67)


def scaled_integers(w, g, s):
    new, after = np.zeros_like(s), np.zeros_like(w)
    for part, right in zip((new, after), scaled(w, g, s), strict=True):
        np.copyto(part, right, casting="unsafe")
    return new, after


def scaled_number_by_number(w, g, s):
    def one(w, g, s):
        s = s + 0.61 * (abs(g) - s)
        return s, w - 0.37 * g / (s + 0.67)

    pairs = [one(*three) for three in zip(*map(np.ravel, (w, g, s)), strict=True)]
    return [np.reshape(part, np.shape(w)).tolist() for part in zip(*pairs, strict=True)]


def scaled_one_for_all(w, g, s):
    return scaled(w, g, s, size=lambda g: np.mean(np.abs(g)))


FRESH_WRONG = {
    "scaled_step": {
        "the shares exchanged": lambda w, g, s: scaled(w, g, s, old=0.61),
        "the new in full": lambda w, g, s: scaled(w, g, s, size=lambda g: np.abs(g) / 0.61),
        "squares, and their root": lambda w, g, s: scaled(w, g, s, size=np.square, root=np.sqrt),
        "squares": lambda w, g, s: scaled(w, g, s, size=np.square),
        "a root": lambda w, g, s: scaled(w, g, s, root=np.sqrt),
        "no size": lambda w, g, s: scaled(w, g, s, size=lambda g: g),
        "no ε": lambda w, g, s: scaled(w, g, s, eps=1e-8),
        "another rate": lambda w, g, s: scaled(w, g, s, lr=0.4),
        "uphill": lambda w, g, s: scaled(w, g, s, lr=-0.37),
        "by the old mean": scaled_by_the_old_mean,
        "corrected": lambda w, g, s: scaled(w, g, s, root=lambda s: s / 0.61),
        "weights first": lambda w, g, s: scaled(w, g, s)[::-1],
        "the old mean comes back": lambda w, g, s: (s, scaled(w, g, s)[1]),
        "one mean for all": scaled_one_for_all,
        "in place": scaled_in_place,
        "cut off": scaled_integers,
        "the weights alone": lambda w, g, s: scaled(w, g, s)[1],
    },
}
FRESH_RIGHT = {
    "scaled_step": {
        "in one formula": scaled,
        "number by number, as lists": scaled_number_by_number,
    },
}
