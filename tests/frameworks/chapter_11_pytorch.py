# PyTorch: what decays, the two modes of dropout, and L1
import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # the default is float32
x = torch.tensor([[1.0, 2.0], [3.0, -1.0]])
y = torch.tensor([[1.0], [0.0]])


def step(name, decay=0.0, bias_decay=None, l1=0.0):
    layer = nn.Linear(2, 1)  # its weight has the shape (n_out, n_in)
    layer.weight.data[:] = torch.tensor([[0.5, -1.0]])
    layer.bias.data[:] = 2.0
    params = layer.parameters()  # or groups, each with its own options:
    if bias_decay is not None:
        weights, biases = {"params": [layer.weight]}, {"params": [layer.bias]}
        params = [weights, {**biases, "weight_decay": bias_decay}]
    optimizer = torch.optim.SGD(params, lr=0.1, weight_decay=decay)
    loss = ((layer(x) - y) ** 2).mean() / 2
    loss = loss + l1 * layer.weight.abs().sum()  # there is no option for L1
    loss.backward()
    optimizer.step()
    values = [*layer.weight[0].tolist(), layer.bias.item()]
    print(name, *(f"{value:.6f}" for value in values))


step("no penalty:")
step("weight_decay:", decay=0.5)  # the trap: the bias decays, too
step("weight_decay, but not of the bias:", decay=0.5, bias_decay=0.0)
step("L1:", l1=0.5)

dropout = nn.Dropout(p=0.25)  # p is the probability of dropping
ones = torch.ones(1000)
values = dropout.train()(ones).unique()  # a new module is in this mode
print("in training:", *(f"{value:.6f}" for value in values.tolist()))
values = dropout.eval()(ones).unique()
print("at inference:", *(f"{value:.6f}" for value in values.tolist()))
