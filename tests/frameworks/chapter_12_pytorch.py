# PyTorch: a search over the rate, and the best weights, copied or not
import copy

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
x = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]])
y = torch.tensor([[1.0], [0.0], [2.0]])
x_val, y_val = torch.tensor([[2.0, 1.0]]), torch.tensor([[1.0]])


def loss(net, x, y):
    return ((net(x) - y) ** 2).mean() / 2


def train(lr, epochs=6):
    net = nn.Linear(2, 1)  # a new network for each setting,
    nn.init.zeros_(net.weight)
    nn.init.zeros_(net.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)  # and a new optimizer
    best = float("inf"), None, None
    for _ in range(epochs):
        optimizer.zero_grad()
        loss(net, x, y).backward()
        optimizer.step()
        net.eval()
        with torch.no_grad():
            held_out = loss(net, x_val, y_val).item()
        net.train()
        if held_out < best[0]:  # state_dict() holds references, no copies
            best = held_out, copy.deepcopy(net.state_dict()), net.state_dict()
    return best


for lr in (0.03, 0.1, 0.3):
    held_out, kept, trap = train(lr)
    print(f"rate {lr}: {held_out:.6f}", end=" ")
    print(f"bias {kept['bias'].item():.6f} not {trap['bias'].item():.6f}")
