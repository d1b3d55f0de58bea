# PyTorch: values and derivatives, three traps, and the gradient at each layer
import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # the default is float32


def show(name, f):
    z = torch.tensor([-2.0, 0.0, 2.0], requires_grad=True)
    f(z).sum().backward()
    numbers = [*f(z).tolist(), *z.grad.tolist()]
    print(f"{name:10}", *(f"{number:.4f}" for number in numbers))


for f in (nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.PReLU):
    show(f.__name__, f())
for f in (nn.ELU, nn.SELU, nn.GELU, nn.SiLU, nn.Softplus):
    show(f.__name__, f())
show("GELU, tanh", nn.GELU(approximate="tanh"))  # not the same function

one, each = nn.PReLU(), nn.PReLU(50)  # the default shares a single slope
print("slopes that are learned:", one.weight.numel(), each.weight.numel())

layer = nn.Linear(1000, 1000)  # its start: n times the variance is 1/3
print(f"n v = {1000 * layer.weight.var().item():.2f}", end=", ")
nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
print(f"after kaiming_normal_ {1000 * layer.weight.var().item():.1f}")

chain, kept = nn.Sequential(*(nn.Linear(4, 4) for _ in range(4))), []
for i, w in enumerate(chain.parameters()):  # instead of random weights
    w.data = torch.sin(torch.arange(w.numel()) + i).reshape(w.shape)
a = torch.sin(torch.arange(20.0)).reshape(5, 4)
for layer in chain:
    kept.append(layer(a))
    kept[-1].retain_grad()  # else only leaves keep their gradient
    a = torch.sigmoid(kept[-1])
a.sum().backward()
print("lengths:", *(f"{z.grad.norm().item():.6f}" for z in kept))
