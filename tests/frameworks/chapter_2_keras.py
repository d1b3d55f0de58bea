# Keras: layers without activations collapse, and XOR with and without one
import keras
import numpy as np
from keras.layers import Dense

x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0.0], [1], [1], [0]])


def network(*layers):  # with weights that are not random
    net = keras.Sequential([keras.Input((2,)), *layers])
    for i, p in enumerate(net.weights):
        numbers = np.sin(np.arange(np.prod(p.shape)) + i + 1.0)
        p.assign(numbers.reshape(p.shape[::-1]).T)
    return net


stack = network(*(Dense(2) for _ in range(10)))  # no warning
b = stack.predict_on_batch(np.zeros((1, 2)))
W = stack.predict_on_batch(np.eye(2)) - b
answers = stack.predict_on_batch(x)
print("collapses:", np.allclose(answers, x @ W + b, atol=1e-5))


def fitted(activation):
    net = network(Dense(8, activation), Dense(1))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    net.compile(keras.optimizers.Adam(0.1), loss)
    for _ in range(300):
        net.train_on_batch(x, y)
    probabilities = 1 / (1 + np.exp(-net.predict_on_batch(x)))
    return probabilities.round(2).ravel().tolist()


print("8 ReLUs:", fitted("relu"))
print("none:   ", fitted(None))
