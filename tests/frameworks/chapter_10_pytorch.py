# PyTorch: the optimizers, a schedule and clipping
import torch
from torch import optim

torch.set_default_dtype(torch.float64)  # the default is float32
gradients = torch.tensor([[3.0, -0.02], [2.0, 0.01], [-1.0, 0.03]])


def three_steps(name, make):
    theta = torch.nn.Parameter(torch.ones(2))
    optimizer = make([theta])
    for g in gradients:
        optimizer.zero_grad()  # without it, gradients add up
        (theta @ g).backward()
        optimizer.step()
    print(name, *(f"{value:.6f}" for value in theta.tolist()))


three_steps("SGD:", lambda p: optim.SGD(p, lr=0.1))
three_steps("momentum:", lambda p: optim.SGD(p, lr=0.1, momentum=0.9))
three_steps("Nesterov:", lambda p: optim.SGD(p, 0.1, 0.9, nesterov=True))
three_steps("Adagrad:", lambda p: optim.Adagrad(p, lr=0.1))
three_steps("RMSprop:", lambda p: optim.RMSprop(p, lr=0.1))  # alpha: our ρ
three_steps("Adam:", lambda p: optim.Adam(p, lr=0.1))
three_steps("AdamW:", lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.5))

theta = torch.nn.Parameter(torch.zeros(2))
optimizer, rates = optim.SGD([theta], lr=0.4), []
schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
for _ in range(4):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()  # after the optimizer's step
print("cosine:", *(f"{rate:.6f}" for rate in rates))

theta.grad = torch.tensor([3.0, 4.0])
length = torch.nn.utils.clip_grad_norm_([theta], max_norm=1.0)
print("clipped:", *(f"{g:.4f}" for g in [length, *theta.grad.tolist()]))
