# PyTorch: a layer, a network, its parameters, and two traps of shape
import warnings

import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # the default is float32

layer = nn.Linear(3, 2)
layer.weight.data = torch.tensor([[1.0, 2, 1], [-1, 0, 1]])  # one row per unit
layer.bias.data = torch.tensor([-1.0, -4])
x = torch.tensor([[2.0, -1, 3], [0, 1, 1], [1, 1, 0]])
print("z:", layer(x).tolist())
print("x @ weight.T + bias:", (x @ layer.weight.T + layer.bias).tolist())

net = nn.Sequential(nn.Linear(8, 9), nn.ReLU(), nn.Linear(9, 1))
for name, array in net.named_parameters():
    print(name, tuple(array.shape), array.numel())
print("parameters:", sum(array.numel() for array in net.parameters()))

with torch.no_grad():  # no gradients wanted
    print("8 houses:", tuple(net(torch.zeros(8, 8)).shape), end=", ")
    print("one house as a vector:", tuple(net(torch.zeros(8)).shape))

prediction, target = torch.tensor([[1.0], [2], [3]]), torch.tensor([1.0, 2, 3])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    loss = nn.functional.mse_loss(prediction, target).item()
print(f"column against vector: {loss:.4f}, warnings: {len(caught)}")
right = nn.functional.mse_loss(prediction[:, 0], target).item()
print(f"vector against vector: {right:.4f}")
