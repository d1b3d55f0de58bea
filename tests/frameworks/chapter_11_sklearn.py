# scikit-learn: alpha means something else in each of its models
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso, Ridge
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler


def show(name, bias, weights, digits=2):
    print(name, *(f"{w:.{digits}f}" for w in [bias, *weights]))


x, y = load_diabetes(return_X_y=True)
x = StandardScaler().fit_transform(x)
n, lam = len(x), 1.5

# Ridge minimizes Σ residual² + alpha Σ w². That is 2n times our
# 1/(2n) Σ residual² + λ/2 Σ w² if alpha = n λ. The bias is not penalized.
ridge = Ridge(alpha=n * lam).fit(x, y)
show("Ridge:", ridge.intercept_, ridge.coef_)

# Lasso minimizes 1/(2n) Σ residual² + alpha Σ |w|: here, alpha = λ.
lasso = Lasso(alpha=lam, tol=1e-12).fit(x, y)
show("Lasso:", lasso.intercept_, lasso.coef_)
print("exact zeros:", (ridge.coef_ == 0).sum(), (lasso.coef_ == 0).sum())

# MLPClassifier adds alpha/(2n) Σ w² to the mean loss, n being the size of
# the batch. L-BFGS takes all samples at once: alpha = n λ again.
net = MLPClassifier(
    hidden_layer_sizes=(), solver="lbfgs", alpha=n * lam, random_state=0
).fit(x, y > 150)
show("MLPClassifier:", net.intercepts_[0][0], net.coefs_[0][:, 0], digits=3)

# Early stopping is off; if it is on, it holds out a part of the samples.
print("early stopping:", net.early_stopping, net.validation_fraction)
