# scikit-learn: the same architecture, and what it does by default
import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier

x, y = load_digits(return_X_y=True)
x = x / 16  # it does not scale the inputs for you
net = MLPClassifier((128,), batch_size=64, random_state=0)
for _ in range(3):  # each call is one pass; fit would stop by itself
    net.partial_fit(x[:1344], y[:1344], classes=np.arange(10))

print("hidden, output:", net.activation, net.out_activation_)
print("solver, alpha:", net.solver, net.alpha)  # alpha: a weak L2 penalty
print("weights:", *(w.shape for w in net.coefs_))  # as ours, (n_in, n_out)

test = x[1344:], y[1344:]
print(f"accuracy: {net.score(*test):.4f}")
print(f"mean confidence: {net.predict_proba(test[0]).max(axis=1).mean():.4f}")
table = confusion_matrix(test[1], net.predict(test[0]))  # rows are the truth
print("confusions, of 3:", *table[3])
