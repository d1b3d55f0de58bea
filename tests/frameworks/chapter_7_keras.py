# Keras: activation functions at -2, 0 and 2, and three slopes below zero
import keras
import numpy as np
from keras import layers

z = np.array([[-2.0, 0, 2]])


def show(name, values):
    numbers = keras.ops.convert_to_numpy(values)[0]
    print(f"{name:10}", *(f"{number:.4f}" for number in numbers))


for name in "sigmoid tanh relu elu selu gelu silu softplus leaky_relu".split():
    show(name, keras.activations.get(name)(z))
show("LeakyReLU", layers.LeakyReLU()(z))  # the layer has another slope
show("PReLU", layers.PReLU()(z))  # starts as ReLU
prelu = layers.PReLU()
prelu.build((None, 50))
print("slopes that are learned:", prelu.count_params())
