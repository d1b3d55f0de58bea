# scikit-learn: the initialization of MLPClassifier, which is fixed
import numpy as np
from sklearn.neural_network import MLPClassifier

x, y = np.sin(np.arange(400.0)).reshape(4, 100), [0, 1, 2, 3]
for activation, factor in (("relu", 6), ("tanh", 6), ("logistic", 2)):
    # A learning rate so small that the step changes nothing:
    options = {"solver": "sgd", "learning_rate_init": 1e-12}
    net = MLPClassifier((300,), activation, random_state=0, **options)
    net.partial_fit(x, y, classes=y)
    bound = np.sqrt(factor / (100 + 300))
    print(f"{activation}: bound √({factor}/(n_in + n_out)) = {bound:.3f},")
    W, b = net.coefs_[0], net.intercepts_[0]
    print(f"largest weight {abs(W).max():.3f}, bias {abs(b).max():.2f}")
