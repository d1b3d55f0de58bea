# scikit-learn: standardized inputs, and SGD in batches of one
import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, SGDRegressor
from sklearn.preprocessing import StandardScaler

petals = load_iris().data[:, [2, 3]]  # length, width
train, new = petals[::2], petals[1::2]
scaler = StandardScaler().fit(train[:, :1])  # of the training samples
x, x_new = scaler.transform(train[:, :1]), scaler.transform(new[:, :1])
print("new samples: mean and deviation", end=" ")
print(f"{x_new.mean():.6f} {x_new.std():.6f}")


def fit(name, **options):
    model = SGDRegressor(max_iter=2, tol=None, shuffle=False, **options)
    model.fit(x, train[:, 1])
    print(name, f"{model.coef_[0]:.6f} {model.intercept_[0]:.6f}")


fit("plain:", penalty=None, learning_rate="constant", eta0=0.01)
fit("falling rate:", penalty=None)  # eta0 / t ** 0.25, with eta0=0.01
fit("and a penalty:")  # L2, with alpha=0.0001
exact = LinearRegression().fit(x, train[:, 1])
print("minimum:", f"{exact.coef_[0]:.6f} {np.asarray(exact.intercept_):.6f}")
