# PyTorch: layers without activations collapse, and XOR with and without one
import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # the default is float32
x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
y = torch.tensor([[0.0], [1], [1], [0]])


def network(*parts):  # with weights that are not random
    net = nn.Sequential(*parts)
    for i, array in enumerate(net.parameters()):
        array.data = torch.sin(torch.arange(array.numel()) + i + 1.0).reshape(
            array.shape
        )
    return net


stack = network(*(nn.Linear(2, 2) for _ in range(100)))  # no warning
b = stack(torch.zeros(1, 2))
W = stack(torch.eye(2)) - b
answers = stack(x)
print("collapses:", torch.allclose(answers, x @ W + b, atol=0, rtol=1e-9))
print("rank of 100 layers:", torch.linalg.matrix_rank(W).item())


def fitted(*parts):
    net = network(*parts)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
    for _ in range(300):
        optimizer.zero_grad()
        nn.functional.binary_cross_entropy_with_logits(net(x), y).backward()
        optimizer.step()
    probabilities = torch.sigmoid(net(x)).detach().flatten()
    return probabilities.round(decimals=2).tolist()


print("8 ReLUs:", fitted(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1)))
print("none:   ", fitted(nn.Linear(2, 8), nn.Linear(8, 1)))
