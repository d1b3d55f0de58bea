# scikit-learn: folds, a search, and what its best score is
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# KFold does not shuffle: if labels are sorted, a fold gets a single class.
labels = np.repeat([0, 1, 2], 4)
for _, held in KFold(3).split(labels):
    print("fold with labels", *labels[held])
mixed = KFold(3, shuffle=True, random_state=0)  # so it should be
print("folds:", *(len(held) for _, held in mixed.split(labels)))

# A pipeline standardizes in each fold, by the training samples alone.
x, y = load_diabetes(return_X_y=True)
model = make_pipeline(StandardScaler(), Ridge())
folds = KFold(5)
errors = cross_val_score(  # higher is better: errors are negated
    model, x, y, cv=folds, scoring="neg_root_mean_squared_error"
)
print("folds:", *(f"{error:.4f}" for error in errors))

# A setting is named after its step. Ridge adds alpha |w|² to the SUM of
# squared errors: alpha is n λ for a mean loss.
choices = {"ridge__alpha": [0.1, 1.0, 10.0, 100.0, 1000.0]}
search = GridSearchCV(
    model, choices, cv=folds, scoring="neg_root_mean_squared_error"
).fit(x, y)
scores = search.cv_results_["mean_test_score"]
print("scores:", *(f"{score:.4f}" for score in scores))
print("best:", search.best_params_["ridge__alpha"])
print(f"best_score_, which picked it: {search.best_score_:.4f}")
# With refit=True, the default, the best setting was fitted to all samples.
print(f"refitted: {search.predict(x[:1])[0]:.4f}")
