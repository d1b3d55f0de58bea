"""Backpropagation: answers to the exercises of chapter 6."""

import math

import numpy as np

from companion.losses import softmax_cross_entropy

# affine_backward(dout, x, w)


def untransposed(dout, x, w):
    return dout @ w, x @ dout, dout.sum(axis=0)


def transposed_weights_gradient(dout, x, w):
    return dout @ w.T, dout.T @ x, dout.sum(axis=0)


def bias_for_each_sample(dout, x, w):
    return dout @ w.T, x.T @ dout, dout


def bias_over_the_units(dout, x, w):
    return dout @ w.T, x.T @ dout, dout.sum(axis=1)


def bias_as_a_row(dout, x, w):
    return dout @ w.T, x.T @ dout, dout.sum(axis=0, keepdims=True)


def one_number_as_bias(dout, x, w):
    return dout @ w.T, x.T @ dout, dout.sum()


def mean_over_the_batch(dout, x, w):
    n = len(x)
    return dout @ w.T, x.T @ dout / n, dout.sum(axis=0) / n


def weights_first(dout, x, w):
    return x.T @ dout, dout @ w.T, dout.sum(axis=0)


def filled_arrays_of_the_inputs_type(dout, x, w):
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
    for i in range(x.shape[0]):
        for j in range(w.shape[1]):
            dx[i] = dx[i] + dout[i, j] * w[:, j]
            dw[:, j] = dw[:, j] + dout[i, j] * x[i]
            db[j] += dout[i, j]
    return dx, dw, db


def last_sample_only(dout, x, w):
    for i in range(len(x)):
        dw = np.outer(x[i], dout[i])
        db = dout[i]
    return dout @ w.T, dw, db


def without_upstream(dout, x, w):
    ones = np.ones_like(dout)
    return ones @ w.T, x.T @ ones, ones.sum(axis=0)


def exchanged_arguments(dout, x, w):
    return x @ w, dout.T @ x, x.sum(axis=0)


def scales_dout(dout, x, w):
    dout /= len(x)
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def squeezed(dout, x, w):
    return dout @ w.T, x.T @ dout, np.squeeze(dout.sum(axis=0))


def ends_one_early(dout, x, w):
    dw = sum(np.outer(x[i], dout[i]) for i in range(len(x) - 1)) + np.zeros(w.shape)
    return dout @ w.T, dw, dout.sum(axis=0)


def outer_products(dout, x, w):
    dw = sum(np.outer(row, upstream) for row, upstream in zip(x, dout, strict=True))
    dx = [[float(np.dot(w[k], upstream)) for k in range(len(w))] for upstream in dout]
    return [dx, dw, [column.sum() for column in dout.T]]


def einsums(dout, x, w):
    return (
        np.einsum("nj,kj->nk", dout, w),
        np.einsum("nk,nj->kj", x, dout),
        np.einsum("nj->j", dout),
    )


# relu_backward(dout, x)


def gates_dout_by_itself(dout, x):
    return np.where(dout > 0, dout, 0)


def changes_dout(dout, x):
    dout[x <= 0] = 0
    return dout


def of_the_type_of_x(dout, x):
    dx = np.zeros_like(x)
    dx[x > 0] = dout[x > 0]
    return dx


def product_above_zero(dout, x):
    return dout * x > 0


def lists_of_one_axis(dout, x):
    return np.array([d if number > 0 else 0 for d, number in zip(dout, x, strict=True)])


def lists_of_two_axes(dout, x):
    if x.ndim == 1:
        return np.array([d if number > 0 else 0 for d, number in zip(dout, x, strict=True)])
    dx = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            dx[i, j] = dout[i, j] if x[i, j] > 0 else 0
    return dx


def vectorized_by_the_first(dout, x):
    return np.vectorize(lambda d, number: d if number > 0 else 0)(dout, x)


def slope_as_ratio(dout, x):
    with np.errstate(all="ignore"):
        return dout * np.maximum(x, 0) / x


def gates_pile_up(dout, x, gates=[]):  # noqa: B006
    gates.append(x > 0)
    for gate in gates:
        if gate.shape == x.shape:
            dout = dout * gate
    return dout


# sigmoid_backward(dout, x) and tanh_backward(dout, x)


def sigma(x):
    return 1 / (1 + np.exp(-np.clip(np.asarray(x, dtype=float), -700, 700)))


def sigmoid_changes_x(dout, x):
    np.negative(x, out=x)
    s = 1 - sigma(x)
    return dout * s * (1 - s)


def sigmoid_of_integers(dout, x):
    dx = np.zeros_like(x)
    s = sigma(x)
    dx[...] = dout * s * (1 - s)
    return dx


def sigmoid_clipped_close(dout, x):
    s = 1 / (1 + np.exp(-np.clip(x, -10, 10)))
    return dout * s * (1 - s)


def sigmoid_with_math(dout, x):
    s = 1 / (1 + math.exp(-x))
    return dout * s * (1 - s)


def sigmoid_summed(dout, x):
    return np.sum(dout * sigma(x) * (1 - sigma(x)))


def sigmoid_by_difference(dout, x):
    return dout * (sigma(x + 1e-3) - sigma(np.asarray(x) - 1e-3)) / 2e-3


def sigmoid_in_loops(dout, x):
    slopes = []
    for number in np.ravel(x):
        e = math.exp(-abs(number))
        slopes.append(e / (1 + e) ** 2)
    return dout * np.reshape(slopes, np.shape(x))


def tanh_changes_x(dout, x):
    x *= 1.0
    x -= x - np.tanh(x)
    return dout * (1 - x**2)


def tanh_of_integers(dout, x):
    slopes = np.array(x)
    slopes[...] = 1 - np.tanh(x) ** 2
    return dout * slopes


def tanh_from_powers(dout, x):
    up, down = np.exp(x), np.exp(-np.asarray(x, dtype=float))
    a = (up - down) / (up + down)
    return dout * (1 - a**2)


# Value(data)


class Overwrites:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents

    def __add__(self, other):
        return type(self)(self.data + other.data, [(self, 1), (other, 1)])

    def __mul__(self, other):
        return type(self)(self.data * other.data, [(self, other.data), (other, self.data)])

    def relu(self):
        return type(self)(max(self.data, 0), [(self, 1 if self.data > 0 else 0)])

    def inputs_first(self):
        order = []

        def visit(value):
            if value not in order:
                for parent, _ in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        return order

    def backward(self):
        order = self.inputs_first()
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in order[::-1]:
            for parent, local in value.parents:
                parent.grad = local * value.grad


class Sums(Overwrites):
    """The same, but the gradients are summed: this one is right."""

    def backward(self):
        order = self.inputs_first()
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in order[::-1]:
            for parent, local in value.parents:
                parent.grad += local * value.grad


class OwnFactor(Sums):
    def __mul__(self, other):
        return OwnFactor(self.data * other.data, [(self, self.data), (other, other.data)])


class OpenGate(Sums):
    def relu(self):
        return OpenGate(max(self.data, 0), [(self, 1)])


class OpenAtZero(Sums):
    def relu(self):
        return OpenAtZero(max(self.data, 0), [(self, 1 if self.data >= 0 else 0)])


class OutputsFirstSeen(Sums):
    def inputs_first(self):
        order, to_visit = [], [self]
        while to_visit:
            value = to_visit.pop(0)
            if value not in order:
                order.append(value)
                to_visit += [parent for parent, _ in value.parents]
        return order[::-1]


class FromTheInputs(Sums):
    def inputs_first(self):
        return super().inputs_first()[::-1]


class NoStart(Sums):
    def backward(self):
        for value in self.inputs_first()[::-1]:
            for parent, local in value.parents:
                parent.grad += local * value.grad


class AddsToTheFirst(Sums):
    def backward(self):
        self.grad = 1.0
        for value in self.inputs_first()[::-1]:
            for parent, local in value.parents:
                parent.grad += local * value.grad


class OnlyOnce(AddsToTheFirst):
    done = False

    def backward(self):
        if not self.done:
            self.done = True
            super().backward()


class HandsAllOn(Sums):
    def backward(self):
        super().backward()
        for value in self.inputs_first():
            if value.parents:
                value.grad = 0.0


class ParentsInADict(Sums):
    def __add__(self, other):
        return ParentsInADict(self.data + other.data, {self: 1, other: 1}.items())

    def __mul__(self, other):
        local = {self: other.data, other: self.data}
        return ParentsInADict(self.data * other.data, local.items())


class ChangesItself(Sums):
    def __add__(self, other):
        self.data += other.data
        self.parents = [(other, 1)]
        return self


class PlainNumber(Sums):
    def __mul__(self, other):
        return self.data * other.data


class NoReturn(Sums):
    def __add__(self, other):
        NoReturn(self.data + other.data, [(self, 1), (other, 1)])


class OneLevel(Sums):
    def backward(self):
        for parent, _ in self.parents:
            parent.grad = 0.0
        self.grad = 1.0
        for parent, local in self.parents:
            parent.grad += local


class SharedParents(Sums):
    def __init__(self, data, parents=[]):  # noqa: B006
        self.data, self.grad, self.parents = data, 0.0, parents

    def __add__(self, other):
        result = SharedParents(self.data + other.data)
        result.parents.append((self, 1))
        result.parents.append((other, 1))
        return result

    def backward(self):
        self.grad = 1.0
        for parent, local in self.parents[:100]:
            parent.grad = parent.grad + local * self.grad


class NoBend(Sums):
    def relu(self):
        return NoBend(self.data, [(self, 1 if self.data > 0 else 0)])


class ByNumber:
    """Each value knows when it was made: no list of the graph is needed."""

    made = 0

    def __init__(self, data):
        self.data, self.grad, self.hand_on, self.parents = data, 0, lambda: None, ()
        ByNumber.made += 1
        self.number = ByNumber.made

    def __add__(self, other):
        result = ByNumber(self.data + other.data)
        result.parents = self, other

        def hand_on():
            self.grad += result.grad
            other.grad += result.grad

        result.hand_on = hand_on
        return result

    def __mul__(self, other):
        result = ByNumber(self.data * other.data)
        result.parents = self, other

        def hand_on():
            self.grad += other.data * result.grad
            other.grad += self.data * result.grad

        result.hand_on = hand_on
        return result

    def relu(self):
        result = ByNumber(self.data if self.data > 0 else 0)
        result.parents = (self,)

        def hand_on():
            if self.data > 0:
                self.grad += result.grad

        result.hand_on = hand_on
        return result

    def backward(self):
        found, to_visit = set(), [self]
        while to_visit:
            value = to_visit.pop()
            found.add(value)
            to_visit += [parent for parent in value.parents if parent not in found]
        for value in found:
            value.grad = 0
        self.grad = 1
        for value in sorted(found, key=lambda value: -value.number):
            value.hand_on()


class EveryPath:
    """Each path by itself, without a list of what was seen: slow for long graphs, but right."""

    def __init__(self, data, *locals_):
        self.data, self.grad, self.locals = data, 0.0, locals_

    def __add__(self, other):
        return EveryPath(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        return EveryPath(self.data * other.data, (self, other.data), (other, self.data))

    def relu(self):
        return EveryPath(max(0.0, self.data), (self, float(self.data > 0)))

    def clear(self):
        self.grad = 0.0
        for parent, _ in self.locals:
            parent.clear()

    def receive(self, gradient):
        self.grad += gradient
        for parent, local in self.locals:
            parent.receive(gradient * local)

    def backward(self):
        self.clear()
        self.receive(1.0)


# two_layer_gradients(x, labels, W1, b1, W2, b2)


def as_given(x, labels, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = np.tanh(z1)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dW2, db2 = a1.T @ dz2, dz2.mean(axis=0)
    da1 = dz2 @ W2
    dz1 = da1 * (1 - z1**2)
    dW1, db1 = x.T @ dz1, dz1.sum(axis=0)
    return dW1, db1, dW2, db2


def mean_is_left(x, labels, W1, b1, W2, b2):
    a1 = np.tanh(x @ W1 + b1)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.mean(axis=0)


def slope_is_left(x, labels, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = np.tanh(z1)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dz1 = dz2 @ W2.T * (1 - z1**2)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def transpose_and_mean_are_left(x, labels, W1, b1, W2, b2):
    a1 = np.tanh(x @ W1 + b1)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dz1 = dz2 @ W2 * (1 - a1**2)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.mean(axis=0)


def slope_of_the_slope(x, labels, W1, b1, W2, b2):
    a1 = np.tanh(x @ W1 + b1)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dz1 = dz2 @ W2.T * (1 - np.tanh(a1) ** 2)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def no_slope(x, labels, W1, b1, W2, b2):
    a1 = np.tanh(x @ W1 + b1)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dz1 = dz2 @ W2.T
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def divides_again(x, labels, W1, b1, W2, b2):
    a1 = np.tanh(x @ W1 + b1)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dz2 = dz2 / len(x)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def second_layer_first(x, labels, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = layer_by_layer(x, labels, W1, b1, W2, b2)
    return dW2, db2, dW1, db1


def gradients_of_integers(x, labels, W1, b1, W2, b2):
    gradients = [np.zeros_like(a) for a in (W1, b1, W2, b2)]
    for gradient, right in zip(gradients, layer_by_layer(x, labels, W1, b1, W2, b2), strict=True):
        gradient[...] = right
    return tuple(gradients)


def weights_are_updated(x, labels, W1, b1, W2, b2):
    gradients = layer_by_layer(x, labels, W1, b1, W2, b2)
    for array, gradient in zip((W1, b1, W2, b2), gradients, strict=True):
        array[...] = array - gradient
    return gradients


def uphill(x, labels, W1, b1, W2, b2):
    return tuple(-g for g in layer_by_layer(x, labels, W1, b1, W2, b2))


def with_the_loss(x, labels, W1, b1, W2, b2):
    loss, _ = softmax_cross_entropy(np.tanh(x @ W1 + b1) @ W2 + b2, labels)
    return loss, *layer_by_layer(x, labels, W1, b1, W2, b2)


def relu_inside(x, labels, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = np.maximum(z1, 0)
    _, dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)
    dz1 = dz2 @ W2.T * (z1 > 0)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def layer_by_layer(x, labels, W1, b1, W2, b2):
    """Probabilities minus targets, by hand."""
    a1 = np.tanh(np.dot(x, W1) + b1)
    e = np.exp(np.dot(a1, W2) + b2)
    dz2 = e / e.sum(axis=1, keepdims=True)
    dz2[np.arange(len(x)), labels] -= 1
    dz2 /= len(x)
    dz1 = np.einsum("nj,kj,nk->nk", dz2, W2, 1 / np.cosh(np.arctanh(a1)) ** 2)
    ones = np.ones(len(x))
    return np.einsum("ni,nk->ik", x, dz1), ones @ dz1, np.einsum("nk,nj->kj", a1, dz2), ones @ dz2


def sample_by_sample(x, labels, W1, b1, W2, b2):
    total = [np.zeros(np.shape(a)) for a in (W1, b1, W2, b2)]
    for row, label in zip(x, labels, strict=True):
        a1 = np.tanh(row @ W1 + b1)
        _, dz2 = softmax_cross_entropy((a1 @ W2 + b2)[None], np.array([label]))
        dz2 = dz2[0] / len(x)
        dz1 = W2 @ dz2 * (1 - a1) * (1 + a1)
        for sum_, part in zip(
            total, (np.outer(row, dz1), dz1, np.outer(a1, dz2), dz2), strict=True
        ):
            sum_ += part
    return total


# leaky_relu_backward(dout, x, alpha)


def greater_slope(dout, x, alpha):
    return dout * np.maximum(x > 0, alpha)


def leak_of_x(dout, x, alpha):
    return np.where(x > 0, dout, alpha * x)


def leak_alone(dout, x, alpha):
    return np.where(x > 0, dout, alpha)


def leaky_changes_dout(dout, x, alpha):
    dout[x <= 0] *= alpha
    return dout


def leaky_in_a_copy_of_integers(dout, x, alpha):
    dx = dout.copy()
    dx[x <= 0] = alpha * dout[x <= 0]
    return dx


def leaky_vectorized(dout, x, alpha):
    return np.vectorize(lambda d, number: d if number > 0 else alpha * d)(dout, x)


def leaky_forward(dout, x, alpha):
    return np.where(x > 0, x, alpha * x)


def leaky_of_two_axes(dout, x, alpha):
    rows, numbers = np.atleast_2d(dout), np.atleast_2d(x)
    dx = np.zeros(numbers.shape)
    for i in range(numbers.shape[0]):
        for j in range(numbers.shape[1]):
            dx[i, j] = rows[i, j] * (1 if numbers[i, j] > 0 else alpha)
    return dx.reshape(x.shape)


def leaky_in_loops(dout, x, alpha):
    dx = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        dx[i] = dout[i] if x[i] > 0 else alpha * dout[i]
    return dx


WRONG = {
    "affine_backward": {
        "no transpose anywhere": (untransposed, "transpose"),
        "dw transposed": (transposed_weights_gradient, "x comes first"),
        "db not summed": (bias_for_each_sample, "summed"),
        "db over the wrong axis": (bias_over_the_units, "axis 0"),
        "db with keepdims": (bias_as_a_row, "keepdims"),
        "db is one number": (one_number_as_bias, "one number"),
        "means over the batch": (mean_over_the_batch, "not the mean"),
        "order of the results": (weights_first, "order"),
        "zeros_like of integers": (filled_arrays_of_the_inputs_type, "zeros_like"),
        "the last sample only": last_sample_only,
        "all samples but the last": ends_one_early,
        "without dout": (without_upstream, "dout"),
        "the first two arguments exchanged": exchanged_arguments,
        "dout is changed": (scales_dout, "changed its input"),
        "db of a single unit squeezed": (squeezed, "shape (1,)"),
        "two results": (lambda dout, x, w: (dout @ w.T, x.T @ dout), "expected 3 results"),
        "the wrong sign": (
            lambda dout, x, w: (-dout @ w.T, -x.T @ dout, -dout.sum(axis=0)),
            "sign",
        ),
    },
    "relu_backward": {
        "gates dout by its own sign": (gates_dout_by_itself, "not of dout"),
        "open at 0": (lambda dout, x: dout * (x >= 0), "x = 0"),
        "half open at 0": (lambda dout, x: dout * np.heaviside(x, 0.5), "½"),
        "the slope alone": (lambda dout, x: np.where(x > 0, 1, 0), "local derivative"),
        "the forward pass": (lambda dout, x: np.maximum(x, 0), "forward pass"),
        "dout is changed": (changes_dout, "changed its input"),
        "zeros_like of integers": (of_the_type_of_x, "zeros_like"),
        "compares the product": (product_above_zero, "brackets"),
        "one axis only": lists_of_one_axis,
        "two axes only": lists_of_two_axes,
        "np.vectorize takes the first number's type": (vectorized_by_the_first, "np.vectorize"),
        "0 / 0 at the corner": slope_as_ratio,
        "gates that live on between calls": gates_pile_up,
        "summed": lambda dout, x: np.sum(dout * (x > 0)),
        "Python's if": (lambda dout, x: dout if x > 0 else 0 * dout, "np.where"),
        "no return": (lambda dout, x: None, "return"),
    },
    "sigmoid_backward": {
        "x taken as the output": (lambda dout, x: dout * x * (1 - x), "x is what went in"),
        "the slope alone": (lambda dout, x: sigma(x) * (1 - sigma(x)), "local derivative"),
        "the output in place of the slope": (lambda dout, x: dout * sigma(x), "output"),
        "the slope of tanh": (lambda dout, x: dout * (1 - sigma(x) ** 2), "slope of tanh"),
        "the wrong sign": (lambda dout, x: -dout * sigma(x) * (1 - sigma(x)), "sign"),
        "x is changed": sigmoid_changes_x,
        "zeros_like of integers": (sigmoid_of_integers, "zeros_like"),
        "clipped too close": sigmoid_clipped_close,
        "math.exp": (sigmoid_with_math, "math"),
        "infinity over infinity": (
            lambda dout, x: dout * np.exp(x) / (1 + np.exp(x)) ** 2,
            "infinity",
        ),
        "summed": (sigmoid_summed, "shape"),
        "by differences": sigmoid_by_difference,
        "the slope at dout": (lambda dout, x: x * sigma(dout) * (1 - sigma(dout)), "places"),
        "no return": (lambda dout, x: None, "return"),
    },
    "tanh_backward": {
        "x taken as the output": (lambda dout, x: dout * (1 - x**2), "x is what went in"),
        "the slope alone": (lambda dout, x: 1 - np.tanh(x) ** 2, "local derivative"),
        "no square": (lambda dout, x: dout * (1 - np.tanh(x)), "square"),
        "the square around all": (lambda dout, x: dout * (1 - np.tanh(x)) ** 2, "tanh alone"),
        "the slope of the sigmoid": (
            lambda dout, x: dout * np.tanh(x) * (1 - np.tanh(x)),
            "sigmoid",
        ),
        "the wrong sign": (lambda dout, x: dout * (np.tanh(x) ** 2 - 1), "sign"),
        "x is changed": tanh_changes_x,
        "zeros_like of integers": (tanh_of_integers, "integers"),
        "a quotient of powers that overflow": (tanh_from_powers, "infinity"),
        "summed": lambda dout, x: np.sum(dout * (1 - np.tanh(x) ** 2)),
        "without brackets": (lambda dout, x: dout * 1 - np.tanh(x) ** 2, "brackets"),
        "no return": (lambda dout, x: None, "return"),
    },
    "Value": {
        "gradients overwrite each other": (Overwrites, "add up"),
        "a factor gets itself": (OwnFactor, "swap them"),
        "relu lets all gradients pass": (OpenGate, "relu lets"),
        "relu passes at 0": (OpenAtZero, "at 0"),
        "breadth first": (OutputsFirstSeen, "too early"),
        "in the order of the forward pass": (FromTheInputs, "opposite order"),
        "no gradient at the start": (NoStart, "set to 1"),
        "the second backward adds": (AddsToTheFirst, "second backward()"),
        "backward works once": (OnlyOnce, "another result"),
        "values on the way lose their gradient": (HandsAllOn, "q.grad"),
        "parents in a dict": (ParentsInADict, "only once"),
        "a sum changes its first part": (ChangesItself, "new Value"),
        "a product is a plain number": (PlainNumber, "plain number"),
        "a sum returns nothing": (NoReturn, "None"),
        "one level back": (OneLevel, "one operation far"),
        "one list of parents for all": SharedParents,
        "relu does not bend": (NoBend, "bend"),
        "an instance": (Sums(3.0), "give the class"),
    },
    "two_layer_gradients": {
        "nothing mended": (as_given, "all three"),
        "the mean is left": (mean_is_left, "db2"),
        "the slope is left": (slope_is_left, "slope of tanh"),
        "transpose and mean are left": (transpose_and_mean_are_left, "2 things"),
        "the slope at the output": (slope_of_the_slope, "twice"),
        "no slope": (no_slope, "lacks the slope"),
        "divides by n again": (divides_again, "1/n already"),
        "order of the results": (second_layer_first, "order"),
        "zeros_like of integers": (gradients_of_integers, "zeros_like"),
        "the parameters are updated": (weights_are_updated, "changed its input"),
        "the wrong sign": (uphill, "sign"),
        "the loss too": (with_the_loss, "expected 4 results"),
        "ReLU": (relu_inside, "tanh"),
        "no return": (lambda x, labels, W1, b1, W2, b2: None, "return"),
    },
    "leaky_relu_backward": {
        "the greater slope": (greater_slope, "alpha may be above 1"),
        "the slope at 0 is 1": (
            lambda dout, x, alpha: dout * np.where(x >= 0, 1, alpha),
            "from the left",
        ),
        "x in place of dout below 0": leak_of_x,
        "alpha alone below 0": leak_alone,
        "the slope alone": lambda dout, x, alpha: np.where(x > 0, 1, alpha),
        "0 at 0": lambda dout, x, alpha: dout * ((x > 0) + alpha * (x < 0)),
        "gates dout by its own sign": lambda dout, x, alpha: np.where(dout > 0, dout, alpha * dout),
        "dout is changed": (leaky_changes_dout, "changed its input"),
        "a copy of integers": (leaky_in_a_copy_of_integers, "integers"),
        "np.vectorize takes the first number's type": (leaky_vectorized, "integers"),
        "the forward pass": leaky_forward,
        "alpha fixed": lambda dout, x, alpha: dout * np.where(x > 0, 1, 0.01),
        "two axes only": leaky_of_two_axes,
        "the sides exchanged": lambda dout, x, alpha: dout * np.where(x > 0, alpha, 1),
        "no return": (lambda dout, x, alpha: None, "return"),
    },
}

RIGHT = {
    "affine_backward": {
        "outer products, as lists": outer_products,
        "einsum": einsums,
    },
    "relu_backward": {
        "the slope as a step": lambda dout, x: dout * np.heaviside(x, 0),
        "booleans as an index": lambda dout, x: np.where(np.less_equal(x, 0), 0, dout),
    },
    "sigmoid_backward": {
        "loops over the numbers": sigmoid_in_loops,
        "a hyperbolic cosine": lambda dout, x: dout / np.cosh(np.clip(x, -99, 99) / 2) ** 2 / 4,
    },
    "tanh_backward": {
        "two factors": lambda dout, x: dout * (1 - np.tanh(x)) * (1 + np.tanh(x)),
        "by the sigmoid": lambda dout, x: dout * 4 * sigma(2 * x) * sigma(-2 * x),
    },
    "Value": {
        "closures, sorted by their number": ByNumber,
        "path by path": EveryPath,
        "a list of what was seen": Sums,
    },
    "two_layer_gradients": {
        "probabilities minus targets, and einsum": layer_by_layer,
        "sample by sample, as a list": sample_by_sample,
    },
    "leaky_relu_backward": {
        "loops": leaky_in_loops,
        "a line and a step": lambda dout, x, alpha: alpha * dout + (1 - alpha) * dout * (x > 0),
    },
}


# leaky_clip_backward(dout, x): slopes -0.42, 1 and 0.24, corners at -0.5 and 1.25, the mean there


def clip_slope(x, below=-0.42, above=0.24, low=-0.5, high=1.25):
    """The mean of the slopes from the left and from the right."""
    left = np.where(x <= low, below, np.where(x <= high, 1, above))
    right = np.where(x < low, below, np.where(x < high, 1, above))
    return (left + right) / 2


def leaky_clip_forward(dout, x):
    return np.where(x < -0.5, -0.5 - 0.42 * (x + 0.5), np.minimum(x, 1.25 + 0.24 * (x - 1.25)))


def leaky_clip_by_differences(dout, x, h=1e-6):
    with np.errstate(invalid="ignore"):
        up, down = (leaky_clip_forward(dout, x + step) for step in (h, -h))
        return dout * (up - down) / (2 * h)


def leaky_clip_in_place(dout, x):
    dout *= clip_slope(x)
    return dout


def leaky_clip_of_integers(dout, x):
    dx = np.zeros_like(x)
    dx[...] = dout * clip_slope(x)
    return dx


def leaky_clip_of_matrices(dout, x):
    rows, numbers = np.atleast_2d(dout), np.atleast_2d(x)
    dx = np.zeros(numbers.shape)
    for i in range(numbers.shape[0]):
        for j in range(numbers.shape[1]):
            dx[i, j] = rows[i, j] * clip_slope(float(numbers[i, j]))
    return dx.reshape(x.shape)


def leaky_clip_in_loops(dout, x):
    if np.ndim(x):
        return [leaky_clip_in_loops(d, part) for d, part in zip(dout, x, strict=True)]
    if x == -0.5:
        return 0.29 * dout
    if x == 1.25:
        return 0.62 * dout
    return dout * (-0.42 if x < -0.5 else 0.24 if x > 1.25 else 1)


FRESH_WRONG = {
    "leaky_clip_backward": {
        "another slope below": lambda dout, x: dout * clip_slope(x, below=-0.4),
        "the sign of the slope": lambda dout, x: dout * clip_slope(x, below=0.42),
        "another slope above": lambda dout, x: dout * clip_slope(x, above=0.25),
        "the slopes exchanged": lambda dout, x: dout * clip_slope(x, below=0.24, above=-0.42),
        "a corner at 0.5": lambda dout, x: dout * clip_slope(x, low=0.5),
        "no leaks": lambda dout, x: dout * clip_slope(x, below=0, above=0),
        "from the left": lambda dout, x: (
            dout * np.where(x <= -0.5, -0.42, np.where(x <= 1.25, 1, 0.24))
        ),
        "from the right": lambda dout, x: (
            dout * np.where(x < -0.5, -0.42, np.where(x < 1.25, 1, 0.24))
        ),
        "from inside": lambda dout, x: (
            dout * np.where(x < -0.5, -0.42, np.where(x <= 1.25, 1, 0.24))
        ),
        "gates dout by itself": lambda dout, x: dout * clip_slope(dout),
        "the slope alone": lambda dout, x: clip_slope(x),
        "the forward pass": leaky_clip_forward,
        "by differences": leaky_clip_by_differences,
        "summed": lambda dout, x: np.sum(dout * clip_slope(x)),
        "dout is changed": leaky_clip_in_place,
        "cut off": leaky_clip_of_integers,
        "two axes only": leaky_clip_of_matrices,
        "uphill": lambda dout, x: -dout * clip_slope(x),
    },
}
FRESH_RIGHT = {
    "leaky_clip_backward": {
        "the mean of both sides": lambda dout, x: dout * clip_slope(x),
        "by signs": lambda dout, x: (
            dout * (0.71 * np.sign(x + 0.5) - 0.38 * np.sign(x - 1.25) - 0.09)
        ),
        "loops, as lists": leaky_clip_in_loops,
    },
}
