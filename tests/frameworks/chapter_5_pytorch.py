# PyTorch: mini-batches, gradients that add up, and a rate that falls
import torch
from torch.utils.data import DataLoader, TensorDataset

torch.set_default_dtype(torch.float64)  # the default is float32
x = torch.tensor([[1.0], [2.0], [4.0], [5.0], [7.0]])
y = torch.tensor([[1.0], [3.0], [2.0], [5.0], [6.0]])


def half_squared_error(prediction, target):  # MSELoss has no ½
    return ((prediction - target) ** 2).mean() / 2


def train(name, zero=True, decay=1.0, **options):
    line = torch.nn.Linear(1, 1)
    line.weight.data[:], line.bias.data[:] = 0.0, 0.0
    optimizer = torch.optim.SGD(line.parameters(), lr=0.02)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, decay)
    batches = DataLoader(TensorDataset(x, y), batch_size=2, **options)
    for _ in range(3):  # epochs
        for x_batch, y_batch in batches:
            if zero:
                optimizer.zero_grad()
            half_squared_error(line(x_batch), y_batch).backward()
            optimizer.step()
        schedule.step()  # once an epoch
    print(name, f"{line.weight.item():.6f} {line.bias.item():.6f}")


train("batches of 2, 2 and 1:")  # in the order of the samples
train("drop_last:", drop_last=True)
train("without zero_grad:", zero=False)
train("a rate times 0.5 an epoch:", decay=0.5)
