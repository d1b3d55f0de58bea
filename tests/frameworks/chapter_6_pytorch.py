# PyTorch: the unit, gradients that add up, a network, and a gradient check
import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # the default is float32


def show(name, *tensors):
    numbers = [n for tensor in tensors for n in tensor.flatten().tolist()]
    print(name, *(f"{number:.4f}" for number in numbers))


w = torch.tensor([2.0, -3.0, -3.0], requires_grad=True)
x = torch.tensor([-1.0, -2.0, 1.0], requires_grad=True)
z = (w * x).sum()
z.retain_grad()  # else only leaves keep their gradient
torch.sigmoid(z).backward()
show("unit:", torch.sigmoid(z), z.grad, w.grad, x.grad[:2])
torch.sigmoid((w * x).sum()).backward()
show("a second backward adds:", w.grad)
w.grad = None  # or optimizer.zero_grad(), before each step
with torch.no_grad():
    print("under no_grad:", (w * x).sum().requires_grad)

net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
for i, p in enumerate(net.parameters()):  # instead of random weights
    p.data = torch.sin(torch.arange(p.numel()) + i).reshape(p.shape)
x = torch.sin(torch.arange(15.0)).reshape(5, 3)
loss = nn.functional.cross_entropy(net(x), torch.tensor([0, 1, 1, 0, 1]))
loss.backward()
show("loss and db2:", loss, net[2].bias.grad)
show("lengths:", *(p.grad.norm() for p in net.parameters()))

x.requires_grad_(True)  # gradcheck compares with central differences
print("gradcheck:", torch.autograd.gradcheck(net, x))
