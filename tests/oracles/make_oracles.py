"""Compute with PyTorch and scikit-learn what the companion should get, and store it here.

    pip install torch==2.13.0 scikit-learn
    python tests/oracles/make_oracles.py

Nothing here imports the companion: the point is a second opinion. The tests read the stored JSON
and need neither PyTorch nor this script. Inputs are stored with the results.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

HERE = Path(__file__).parent
torch.set_default_dtype(torch.float64)

#: Step has no derivative in PyTorch and is left out.
ACTIVATIONS = {
    "identity": lambda z: z * 1,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.01),
    "prelu": lambda z: F.prelu(z, torch.tensor([0.25])),
    "elu": F.elu,
    "selu": torch.selu,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "softplus": lambda z: -F.logsigmoid(-z),  # F.softplus turns linear above a threshold
}


def tensor(values):
    return torch.tensor(values, requires_grad=True)


def drawn(rng, *shape, scale=1.0):
    """Return numbers with three decimals: short to store and not special."""
    return np.round(scale * rng.normal(size=shape), 3).tolist()


def probability(rng, *shape):
    return np.round(rng.uniform(0.02, 0.98, shape), 3).tolist()


def value_and_gradient(loss_fn, prediction):
    prediction = tensor(prediction)
    loss = loss_fn(prediction)
    loss.backward()
    return {"loss": loss.item(), "gradient": prediction.grad.tolist()}


def activations():
    """Return each function, and its gradient for a given dy, from far left to far right."""
    z = [-1e4, -700.0, -40.0, -8.5, -3.0, -1.25, -0.5, -0.01]
    z += [0.01, 0.5, 1.25, 3.0, 8.5, 40.0, 700.0, 1e4]
    dy = [round(0.3 + 0.1 * i, 1) for i in range(len(z))]
    result = {"z": z, "dy": dy}
    for name, function in ACTIVATIONS.items():
        point = tensor(z)
        y = function(point)
        y.backward(torch.tensor(dy))
        result[name] = {"y": y.tolist(), "dz": point.grad.tolist()}
    return result


def losses(rng):
    logits, labels = drawn(rng, 5, 4, scale=2), rng.integers(4, size=5).tolist()
    probs = rng.dirichlet(np.ones(4), size=5).round(3)
    probs[:, 0] += 1 - probs.sum(axis=1)
    probs = probs.round(3).tolist()
    z, p, y = drawn(rng, 6, scale=2), probability(rng, 6), [1.0, 0.0, 0.0, 1.0, 1.0, 0.0]
    prediction, target = drawn(rng, 4, 3), drawn(rng, 4, 3)
    wanted, truth, goal = torch.tensor(labels), torch.tensor(y), torch.tensor(target)
    cases = {
        "softmax_cross_entropy": (logits, labels, lambda t: F.cross_entropy(t, wanted)),
        "cross_entropy": (probs, labels, lambda t: F.nll_loss(t.log(), wanted)),
        "bce_with_logits": (z, y, lambda t: F.binary_cross_entropy_with_logits(t, truth)),
        "binary_cross_entropy": (p, y, lambda t: F.binary_cross_entropy(t, truth)),
        "squared_error": (
            prediction,
            target,
            lambda t: F.mse_loss(t, goal, reduction="sum") / 2 / 4,
        ),
        "absolute_error": (
            prediction,
            target,
            lambda t: F.l1_loss(t, goal, reduction="sum") / 4,
        ),
    }
    return {
        name: {"prediction": given, "target": aim, **value_and_gradient(loss_fn, given)}
        for name, (given, aim, loss_fn) in cases.items()
    }


def extremes():
    """Return softmax and the losses on logits where a plain exp overflows."""
    z = [[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [800.0, 799.0, -800.0], [0.0, 40.0, 750.0]]
    labels, scores, y = (
        [1, 2, 0, 0],
        [1e4, -1e4, 1e4, -1e4, 750.0, -40.0],
        [1.0, 1.0, 0.0, 0.0, 0.0, 1.0],
    )
    return {
        "z": z,
        "labels": labels,
        "softmax": torch.softmax(torch.tensor(z), dim=1).tolist(),
        "log_softmax": torch.log_softmax(torch.tensor(z), dim=1).tolist(),
        "softmax_cross_entropy": value_and_gradient(
            lambda t: F.cross_entropy(t, torch.tensor(labels)), z
        ),
        "scores": scores,
        "y": y,
        "bce_with_logits": value_and_gradient(
            lambda t: F.binary_cross_entropy_with_logits(t, torch.tensor(y)), scores
        ),
    }


def stack(rng):
    """Return loss and gradients of Dense – activation – Dense, for each activation."""
    given = {
        "x": drawn(rng, 5, 4),
        "target": drawn(rng, 5, 2),
        "params": {
            "0.W": drawn(rng, 4, 3),
            "0.b": drawn(rng, 3),
            "2.W": drawn(rng, 3, 2),
            "2.b": drawn(rng, 2),
        },
    }
    result = dict(given)
    for name, function in ACTIVATIONS.items():
        x = tensor(given["x"])
        params = {key: tensor(value) for key, value in given["params"].items()}
        hidden = function(x @ params["0.W"] + params["0.b"])
        error = hidden @ params["2.W"] + params["2.b"] - torch.tensor(given["target"])
        loss = error.square().sum() / 2 / 5
        loss.backward()
        grads = {key: param.grad.tolist() for key, param in params.items()}
        result[name] = {"loss": loss.item(), "dx": x.grad.tolist(), "grads": grads}
    return result


def batch_norm(rng):
    """Return output and gradients of batch norm on a batch, and with given running statistics."""
    x, dy = drawn(rng, 6, 3, scale=3), drawn(rng, 6, 3)
    gamma, beta = drawn(rng, 3), drawn(rng, 3)
    mean, var, eps = drawn(rng, 3), np.round(rng.uniform(0.5, 2, 3), 3).tolist(), 1e-3
    result = {"x": x, "dy": dy, "gamma": gamma, "beta": beta, "mean": mean, "var": var, "eps": eps}
    for mode, training in (("training", True), ("inference", False)):
        inputs = [tensor(x), tensor(gamma), tensor(beta)]
        running = torch.tensor(mean), torch.tensor(var)
        y = F.batch_norm(inputs[0], *running, *inputs[1:], training=training, eps=eps)
        y.backward(torch.tensor(dy))
        dx, dgamma, dbeta = (part.grad.tolist() for part in inputs)
        result[mode] = {"y": y.tolist(), "dx": dx, "gamma": dgamma, "beta": dbeta}
    return result


def prelu(rng):
    """Return output and gradients of PReLU with one slope for each feature."""
    x, dy, alpha = drawn(rng, 5, 3), drawn(rng, 5, 3), drawn(rng, 3)
    inputs = [tensor(x), tensor(alpha)]
    y = F.prelu(*inputs)
    y.backward(torch.tensor(dy))
    dx, dalpha = (part.grad.tolist() for part in inputs)
    return {"x": x, "dy": dy, "alpha": alpha, "y": y.tolist(), "dx": dx, "dalpha": dalpha}


def dropout(rng):
    """Return dropout of numbers other than 0: where the result is 0, a number was dropped."""
    x, dy, p = np.round(rng.uniform(0.5, 2, (4, 5)), 3).tolist(), drawn(rng, 4, 5), 0.3
    torch.manual_seed(0)
    given = tensor(x)
    y = F.dropout(given, p)
    y.backward(torch.tensor(dy))
    return {"x": x, "dy": dy, "p": p, "y": y.tolist(), "dx": given.grad.tolist()}


def clipping(rng):
    """Return gradients before and after their joint length is clipped to 1, and that length."""
    before = {"0.W": drawn(rng, 3, 2), "0.b": drawn(rng, 2)}
    params = [torch.zeros(np.shape(grad)) for grad in before.values()]
    for param, grad in zip(params, before.values(), strict=True):
        param.grad = torch.tensor(grad)
    length = torch.nn.utils.clip_grad_norm_(params, 1.0).item()
    after = dict(zip(before, [param.grad.tolist() for param in params], strict=True))
    return {"before": before, "limit": 1.0, "length": length, "after": after}


#: Name → (class, settings) of PyTorch's optimizer.
OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"lr": 0.5}),
    "momentum": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.8}),
    "nesterov": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.8, "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {"lr": 0.2, "eps": 1e-6}),
    "rmsprop": (torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.95, "eps": 1e-6}),
    "adam": (torch.optim.Adam, {"lr": 0.05, "betas": (0.8, 0.99), "eps": 1e-6}),
    "adamw": (torch.optim.AdamW, {"lr": 0.05, "betas": (0.8, 0.99), "eps": 1e-6}),
}


def training(rng):
    """Return 20 steps under each optimizer: the losses, and where the weights end.

    Four batches take turns. AdamW decays weights and no biases, hence two groups of parameters.
    """
    start = {
        "0.W": drawn(rng, 4, 5),
        "0.b": drawn(rng, 5),
        "2.W": drawn(rng, 5, 3),
        "2.b": drawn(rng, 3),
    }
    x, labels, decay = drawn(rng, 4, 6, 4), rng.integers(3, size=(4, 6)).tolist(), 0.3
    result = {"x": x, "labels": labels, "decay": decay, "start": start}
    for name, (kind, settings) in OPTIMIZERS.items():
        params = {key: tensor(value) for key, value in start.items()}
        weights = [param for key, param in params.items() if key.endswith("W")]
        biases = [param for key, param in params.items() if key.endswith("b")]
        shrink = {"weight_decay": decay} if name == "adamw" else {}
        groups = [{"params": weights, **shrink}, {"params": biases, "weight_decay": 0}]
        optimizer, losses = kind(groups, **settings), []
        for i in range(20):
            optimizer.zero_grad()
            hidden = torch.tanh(torch.tensor(x[i % 4]) @ params["0.W"] + params["0.b"])
            loss = F.cross_entropy(
                hidden @ params["2.W"] + params["2.b"], torch.tensor(labels[i % 4])
            )
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        end = {key: param.tolist() for key, param in params.items()}
        result[name] = {"losses": losses, "end": end}
    return result


def overlapping_irises():
    """Return two overlapping irises, from the sepals alone, in cm less the mean."""
    x, y = load_iris(return_X_y=True)
    x, y = x[y > 0, :2], y[y > 0] - 1
    return x - x.mean(axis=0), y


def logistic_regression():
    """Return the optimum of the loss alone."""
    x, y = overlapping_irises()
    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000).fit(x, y)
    return {
        "w": model.coef_[0].tolist(),
        "b": float(model.intercept_[0]),
        "loss": log_loss(y, model.predict_proba(x)),
    }


def logistic_regression_l2():
    """Return the optimum of the mean loss + lam/2 ‖w‖²; C is 1 / (n lam), the bias is free."""
    x, y = overlapping_irises()
    lam = 0.05
    model = LogisticRegression(C=1 / (len(y) * lam), solver="newton-cholesky", tol=1e-12)
    model.fit(x, y)
    return {"lam": lam, "w": model.coef_[0].tolist(), "b": float(model.intercept_[0])}


def main():
    oracles = {
        "activations": activations(),
        "losses": losses(np.random.default_rng(1)),
        "extremes": extremes(),
        "stack": stack(np.random.default_rng(2)),
        "batch_norm": batch_norm(np.random.default_rng(4)),
        "prelu": prelu(np.random.default_rng(5)),
        "dropout": dropout(np.random.default_rng(6)),
        "clipping": clipping(np.random.default_rng(7)),
        "training": training(np.random.default_rng(8)),
        "logistic_regression": logistic_regression(),
        "logistic_regression_l2": logistic_regression_l2(),
    }
    for name, values in oracles.items():
        lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in values.items()]
        (HERE / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", newline="\n")


if __name__ == "__main__":
    main()
