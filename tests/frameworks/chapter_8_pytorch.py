# PyTorch: its defaults, and the check of this chapter
import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # the default is float32
torch.manual_seed(0)
layer = nn.Linear(1000, 2000)  # its weight has the shape (n_out, n_in)
W, b = layer.weight.detach(), layer.bias.detach()
print(f"default: n_in Var(w) = {1000 * W.var():.2f}, not 2.00")
print(f"largest bias, times √n_in: {abs(b).max() * 1000**0.5:.2f}")
for name in ("relu", "tanh", "selu"):
    print(f"gain for {name}: {nn.init.calculate_gain(name):.4f}")
nn.init.kaiming_normal_(W, nonlinearity="relu")  # He's rule, in place
nn.init.zeros_(b)
print(f"He: n_in Var(w) = {1000 * W.var():.2f}")

x = torch.sin(torch.arange(32.0)).reshape(8, 4)  # four known, four new
y = torch.arange(8) % 3
layers = [nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU()]
net = nn.Sequential(*layers, nn.Linear(4, 3))
for i, p in enumerate(net.parameters()):  # fixed numbers instead of chance
    p.data = torch.cos(torch.arange(p.numel()) + i).reshape(p.shape)

a, outputs = x, []
for module in net:
    a = module(a)
    a.retain_grad()  # else only parameters keep their gradients
    outputs.append(a)
loss = nn.functional.cross_entropy(a[:4], y[:4])
loss.backward()
print(f"loss {loss:.4f}")
for place in (0, 2, 4):  # the dense layers
    W, z = net[place].weight, outputs[place]
    step = 0.1 * W.grad.norm() / W.norm()
    sizes = (v.square().mean().sqrt() for v in (z[:4], z.grad[:4], step))
    print("z, dz, relative step:", *(f"{v:.4f}" for v in sizes), end="; ")
    near = torch.cdist(z[4:], z[:4]).argmin(dim=1)
    print("right neighbours:", int((y[near] == y[4:]).sum()), "of 4")
