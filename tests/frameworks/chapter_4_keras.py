# Keras: losses that take probabilities, and what happens if they get scores
import numpy as np
from keras.losses import BinaryCrossentropy as Binary
from keras.losses import CategoricalCrossentropy as OneHot
from keras.losses import SparseCategoricalCrossentropy as Sparse


def show(name, loss, *pair):  # the target comes first
    print(name, f"{float(loss(*map(np.array, pair))):.4f}")


z, dog, one_hot = [[1.45, 2.0, -1.4]], [0], [[1.0, 0.0, 0.0]]
never = [[0.0, 1.0, 0.0]]  # says that a dog is impossible
for name, loss, y in (("classes", Sparse, dog), ("one-hot", OneHot, one_hot)):
    show(f"{name}, logits:", loss(from_logits=True), y, z)
    show(f"{name}, trap, scores for probabilities:", loss(), y, z)
    show(f"{name}, clipped:", loss(), y, never)
show("one logit:", Binary(from_logits=True), [[1.0]], [[0.55]])
show("trap, one logit:", Binary(), [[1.0]], [[0.55]])
show("trap, a logit below 0:", Binary(), [[1.0]], [[-0.55]])
