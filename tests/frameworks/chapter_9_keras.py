# Keras: the two modes, the running statistics, and a sample alone
import keras
import numpy as np
from keras.layers import BatchNormalization, Dense

x = np.array([[4.0, 110], [8, 110], [2, 60], [6, 110], [5, 110]])


def show(name, values):
    numbers = keras.ops.convert_to_numpy(values).ravel()
    print(name, *(f"{number:.4f}" for number in numbers))


norm = BatchNormalization()
print("defaults:", norm.momentum, norm.epsilon, norm.axis)

norm = BatchNormalization(momentum=0.9)  # means the same as ours
show("in training:", norm(x, training=True)[0])
show("running mean:", norm.moving_mean)
show("running variance:", norm.moving_variance)  # 1/n, as ours
show("at inference:", norm(x[:1]))  # training=False is the default
show("trap, one sample in training:", norm(x[:1], training=True))
show("and the running variance:", norm.moving_variance)

norm = BatchNormalization(momentum=0.9)
net = keras.Sequential([keras.Input((2,)), norm])
net.compile(keras.optimizers.SGD(0.0), "mse")
net.fit(x, x, verbose=0)  # in training mode
show("running mean after fit:", norm.moving_mean)
show("predict:", net.predict(x[:1], verbose=0))  # at inference

layers = [Dense(3, use_bias=False), BatchNormalization(), Dense(2)]
net = keras.Sequential([keras.Input((2,)), *layers])
print("learned:", *(w.name for w in net.trainable_weights))
print("saved besides:", *(w.name for w in net.non_trainable_weights))
images = np.arange(48.0).reshape(2, 2, 4, 3)  # (n, h, w, c)
show("image:", BatchNormalization()(images, training=True)[0, 0, 0])
