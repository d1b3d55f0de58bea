# Keras: a layer, a network, its parameters, and three cases of shape
import keras
import numpy as np
from keras.layers import Dense

layer = Dense(2)
layer.build((None, 3))  # else the first call makes the weights
kernel = np.array([[1.0, -1], [2, 0], [1, 1]])  # one column per unit
layer.set_weights([kernel, np.array([-1.0, -4])])
x = np.array([[2.0, -1, 3], [0, 1, 1], [1, 1, 0]])
print("z:", keras.ops.convert_to_numpy(layer(x)).tolist())

net = keras.Sequential([keras.Input((8,)), Dense(9, "relu"), Dense(1)])
for array in net.weights:
    print(array.name, tuple(array.shape))
print("parameters:", net.count_params())
print("8 houses:", tuple(net(np.zeros((8, 8))).shape))
try:
    net(np.zeros(8))
except ValueError:
    print("one house as a vector is an error")

prediction, target = np.array([[1.0], [2], [3]]), np.array([1.0, 2, 3])
loss = keras.losses.MeanSquaredError()
print(f"column against vector: {float(loss(target, prediction)):.4f}")
print(f"column against row: {float(loss(target[None], prediction)):.4f}")
