# PyTorch: losses that take logits, and what happens if they get probabilities
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)  # the default is float32


def show(name, *tensors):
    numbers = [n for tensor in tensors for n in tensor.flatten().tolist()]
    print(name, *(f"{number:.4f}" for number in numbers))


z = torch.tensor([[1.45, 2.0, -1.4]], requires_grad=True)
dog = torch.tensor([0])  # classes as integers
p = z.softmax(dim=1)  # over the classes
loss = F.cross_entropy(z, dog)  # takes logits
loss.backward()
show("softmax:", p)
show("loss and gradient:", loss, z.grad)
show("trap, softmax twice:", F.cross_entropy(p, dog))
show("nll_loss:", F.nll_loss(z.log_softmax(dim=1), dog))
show("trap, nll_loss of probabilities:", F.nll_loss(p, dog))

soft = torch.tensor([[0.7, 0.3, 0.0]])
show("soft labels:", F.cross_entropy(z, soft))
show("label smoothing:", F.cross_entropy(z, dog, label_smoothing=0.1))

cat = torch.tensor([1.0])  # for one logit: floats, in its shape
lead = torch.tensor([0.55])
show("one logit:", F.binary_cross_entropy_with_logits(lead, cat))
far = torch.tensor([-1000.0])
show("from logits:", F.binary_cross_entropy_with_logits(far, cat))
show("from probabilities:", F.binary_cross_entropy(far.sigmoid(), cat))
