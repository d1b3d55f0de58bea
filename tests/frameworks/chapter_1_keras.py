# Keras: a sigmoid unit, and a step, which one has to bring along
import keras
import numpy as np

x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])


def step(z):
    return keras.ops.cast(z > 0, z.dtype)


for activation in ("sigmoid", "step", step):
    try:
        unit = keras.layers.Dense(1, activation=activation)
    except ValueError:
        print("no activation is called", activation)
        continue
    unit.build((None, 2))
    unit.set_weights([np.array([[1.0], [1.0]]), np.array([-0.5])])
    answers = keras.ops.convert_to_numpy(unit(x))[:, 0]
    print(unit.activation.__name__, *(f"{a:.4f}" for a in answers))
