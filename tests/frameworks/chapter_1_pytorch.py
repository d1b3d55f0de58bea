# PyTorch: the perceptron rule, and two traps
import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # the default is float32
x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
y = torch.tensor([0.0, 1, 1, 1])  # OR

unit = nn.Linear(2, 1)  # its weight is a row, and starts at random
print("shapes:", *unit.weight.shape, "and", *unit.bias.shape)
nn.init.zeros_(unit.weight)
nn.init.zeros_(unit.bias)

# Trap: from zero, the loss whose gradient is the rule never moves.
loss = torch.relu((1 - 2 * y) * unit(x)[:, 0]).sum()
loss.backward()
print("loss", loss.item(), "gradient", unit.weight.grad.abs().sum().item())

mistakes = []
with torch.no_grad():  # the rule needs no derivatives
    while not mistakes or mistakes[-1] > 0:
        mistakes.append(0)
        for i in range(4):
            error = y[i] - (unit(x[i]) > 0).double()
            unit.weight += error * x[i]
            unit.bias += error
            mistakes[-1] += int(error != 0)
print("mistakes in each epoch:", *mistakes)
print("w", *unit.weight[0].tolist(), "b", unit.bias.item())

# Trap: a comparison has no derivative, so nothing can be learned through it.
print("gradient after a step:", (unit(x) > 0).double().requires_grad)
