# scikit-learn: softmax regression, with a penalty that nobody asked for
import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

x, y = load_iris(return_X_y=True)
x = (x - x.mean(axis=0)) / x.std(axis=0)


def show(name, *numbers):
    print(name, *(f"{number:.3f}" for number in numbers))


model = LogisticRegression(tol=1e-8, max_iter=1000).fit(x, y)
print("C:", model.C, " weights:", model.coef_.shape)  # a row for each class
probs = model.predict_proba(x)  # the softmax of decision_function
show("mean loss:", log_loss(y, probs))
show("first flower:", *probs[0])
show("sums of the weights:", *np.abs(model.coef_.sum(axis=0)))

two = LogisticRegression(tol=1e-8, max_iter=1000).fit(x[50:], y[50:])
print("two classes:", two.coef_.shape, two.decision_function(x[50:]).shape)
