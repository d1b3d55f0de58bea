# Keras: Xavier's weights and zero biases, He's rule, and two leaky ReLUs
import keras
import numpy as np

keras.utils.set_random_seed(0)


def drawn(**options):
    layer = keras.layers.Dense(2000, **options)
    layer.build((None, 1000))
    return layer.get_weights()


W, b = drawn()
bound = np.sqrt(6 / (1000 + 2000))
print(f"default: bound √(6/(n_in + n_out)) = {bound:.4f},")
print(f"largest weight {abs(W).max():.4f}, bias {abs(b).max():.4f}")
print(f"n_in Var(w) = {1000 * W.var():.2f}, not 2.00")
W, b = drawn(kernel_initializer="he_normal")
print(f"he_normal: n_in Var(w) = {1000 * W.var():.2f}")
far = abs(W) > 2.3 * W.std()  # 2 % of a normal distribution
print(f"beyond 2.3 deviations: {100 * far.mean():.1f} %")
for leaky in (keras.layers.LeakyReLU(), keras.activations.leaky_relu):
    values = keras.ops.convert_to_numpy(leaky(np.array([[-1.0]])))
    print(f"slope below zero: {-values[0, 0]:.1f}")
