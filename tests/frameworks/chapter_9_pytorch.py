# PyTorch: the two modes, the running statistics, and the last batch
import torch
from torch import nn
from torch.utils.data import DataLoader

torch.set_default_dtype(torch.float64)  # the default is float32
x = torch.tensor([[4.0, 110], [8, 110], [2, 60], [6, 110], [5, 110]])


def show(name, values):
    print(name, *(f"{value:.4f}" for value in values.flatten().tolist()))


norm = nn.BatchNorm1d(2)  # eps=1e-5, momentum=0.1: our 0.9
show("in training:", norm.train()(x)[0])  # a new module is in this mode
show("running mean:", norm.running_mean)
show("running variance:", norm.running_var)  # 1/(n - 1), unlike ours
show("at inference:", norm.eval()(x[:1]))  # alone, or among others
try:
    norm.train()(x[:1])
except ValueError:
    print("one sample in training mode is an error")

net = nn.Sequential(
    nn.Linear(2, 3, bias=False),  # β takes the place of the bias
    nn.BatchNorm1d(3),
    nn.ReLU(),
    nn.Linear(3, 2),
)
print("parameters:", sum(p.numel() for p in net.parameters()))
print("saved besides:", *(name for name, _ in net.named_buffers()))

for drop in (False, True):
    loader = DataLoader(range(1347), batch_size=64, drop_last=drop)
    print("last batch:", len(list(loader)[-1]))

images = torch.arange(48.0).reshape(2, 3, 2, 4)  # (n, c, h, w)
show("image:", nn.BatchNorm2d(3)(images)[0, :, 0, 0])  # one mean a channel
show("layer norm:", nn.LayerNorm(2)(x)[2])  # over the features of a sample
