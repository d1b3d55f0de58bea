# Keras: a gradient, read off from one step of rate 1
import keras
import numpy as np
from keras.layers import Dense

net = keras.Sequential([keras.Input((3,)), Dense(4, "tanh"), Dense(2)])
for i, p in enumerate(net.weights):  # fixed numbers instead of chance
    numbers = np.sin(np.arange(np.prod(p.shape)) + i)
    p.assign(numbers.reshape(p.shape[::-1]).T)
x = np.sin(np.arange(15.0)).reshape(5, 3)
labels = np.array([0, 1, 1, 0, 1])

loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
net.compile(keras.optimizers.SGD(1.0), loss)  # the step is -1 · gradient
before = net.get_weights()
value = net.train_on_batch(x, labels)
pairs = zip(before, net.get_weights(), strict=True)
grads = [old - new for old, new in pairs]
print(f"loss {value:.4f}, db2", *(f"{g:.4f}" for g in grads[-1]))
print("lengths:", *(f"{np.linalg.norm(grad):.4f}" for grad in grads))
