# PyTorch: the network, a step, and what is saved
import io

import torch
from torch import nn

torch.set_default_dtype(torch.float64)  # the default is float32


def network(p=0.3):
    return nn.Sequential(
        nn.Linear(64, 128), nn.ReLU(), nn.Dropout(p), nn.Linear(128, 10)
    )


net = network(p=0.0)  # nothing random here
for i, w in enumerate(net.parameters()):  # instead of random weights
    w.data = torch.sin(torch.arange(w.numel()) + i).reshape(w.shape) / 10
x = (torch.sin(torch.arange(320.0)).reshape(5, 64) + 1) / 2
y = torch.arange(5)

loss_fn = nn.CrossEntropyLoss()  # takes logits: no softmax in the network
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=20)
for step in range(20):
    optimizer.zero_grad()  # the trap: gradients add up otherwise
    loss = loss_fn(net(x), y)
    loss.backward()
    optimizer.step()
    schedule.step()
    if step in (0, 9, 19):
        print(f"loss before step {step + 1}: {loss.item():.4f}")

file = io.BytesIO()  # or a path
torch.save(net.state_dict(), file)  # the state alone, not the code
file.seek(0)
again = network()
again.load_state_dict(torch.load(file, weights_only=True))
again.eval()  # dropout off
print("the same answers:", bool((again(x) == net(x)).all()))
