# Keras: losses that take probabilities, and what happens if they get scores
import keras
import numpy as np
from keras.losses import BinaryCrossentropy, CategoricalCrossentropy
from keras.losses import SparseCategoricalCrossentropy as Sparse


def show(name, loss, target, prediction):  # the target comes first
    value = loss(np.array(target), np.array(prediction))
    print(f"{name} {float(value):.4f}")


z, dog = [[1.45, 2.0, -1.4]], [0]
p = keras.ops.convert_to_numpy(keras.ops.softmax(np.array(z)))
show("probabilities:", Sparse(), dog, p)
show("logits:", Sparse(from_logits=True), dog, z)
show("trap, scores for probabilities:", Sparse(), dog, z)
show("trap, softmax twice:", Sparse(from_logits=True), dog, p)
show("clipped:", Sparse(), dog, [[0.0, 1.0, 0.0]])

one_hot, soft = [[1.0, 0.0, 0.0]], [[0.7, 0.3, 0.0]]
show("one-hot, the same trap:", CategoricalCrossentropy(), one_hot, z)
show("soft labels:", CategoricalCrossentropy(from_logits=True), soft, z)

cat, lead = [[1.0]], [[0.55]]
show("one logit:", BinaryCrossentropy(from_logits=True), cat, lead)
show("one logit, the same trap:", BinaryCrossentropy(), cat, lead)
show("a score below 0:", BinaryCrossentropy(), cat, [[-0.55]])
