# scikit-learn: Perceptron stops early, and a sum of 0 is always a mistake
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import Perceptron

x, y = load_digits(return_X_y=True)
x, y = x[np.isin(y, (1, 8))] / 16, y[np.isin(y, (1, 8))]
for tol in (1e-3, None):  # 1e-3 is the default
    net = Perceptron(tol=tol, max_iter=50, shuffle=False).fit(x, y)
    wrong = (net.predict(x) != y).sum()
    print(f"tol {tol}: {net.n_iter_} epochs, {wrong} of {len(y)} wrong")

gates = [[0, 0], [0, 1], [1, 0], [1, 1]]
for epochs in (1, 2, 3, 50):
    net = Perceptron(tol=None, max_iter=epochs, shuffle=False)
    net.fit(gates, [0, 1, 1, 1])  # OR
    print(f"{epochs} epochs: w {net.coef_[0]}, b {net.intercept_[0]}")
