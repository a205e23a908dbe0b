"""What other methods make of the same leads: logistic regression on all fields, and LightGBM where it is installed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from scorelang.tune.features import Feature

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOGISTIC, TREES = "logistic regression on all fields", "LightGBM on all fields"
# A text of a field that fewer leads have is one of the rare ones.
RARE = 20
# LightGBM as it comes, but for slower learning in more and smaller trees, which did better on both examples.
SETTINGS: Mapping[str, Any] = {
    "n_estimators": 100, "learning_rate": 0.07, "num_leaves": 15, "min_child_samples": 40, "n_jobs": 1,
    "deterministic": True, "force_row_wise": True, "verbosity": -1,
}  # fmt: skip

Mask: TypeAlias = "NDArray[np.bool_]"
Learner: TypeAlias = Callable[[Sequence[Feature], Mask, Mask, Mask, int], "NDArray[np.float64]"]


def learners() -> dict[str, Learner]:
    """The methods that are there, by their names.

    Each takes features, the leads to learn from and those to judge, who got there, and a seed; it gives a number for
    each lead to judge, larger for those that are likelier to get there.
    """
    found: dict[str, Learner] = {LOGISTIC: logistic}
    if _has_trees():
        found[TREES] = trees
    return found


def _has_trees() -> bool:
    """Whether LightGBM is there, and OpenMP, without which its library cannot be loaded."""
    try:
        import lightgbm  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def logistic(features: Sequence[Feature], train: Mask, test: Mask, reached: Mask, seed: int) -> NDArray[np.float64]:
    """scikit-learn's logistic regression: numbers to one scale, texts to a column each, what is missing to one more."""
    import numpy as np
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    values, named = _columns(features, train)
    number_of = [at for at, one in enumerate(named) if not one]
    name_of = [at for at, one in enumerate(named) if one]
    prepared = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), number_of),
        ("names", OneHotEncoder(min_frequency=RARE, handle_unknown="infrequent_if_exist"), name_of),
    ])  # fmt: skip
    # Dense from here on: there are few columns, and the solver that takes them is much the fastest.
    prepared.sparse_threshold = 0.0
    columns = prepared.fit_transform(values[train]), prepared.transform(values[test])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of collinear columns, which the penalty settles
        regression = LogisticRegression(C=1.0, solver="newton-cholesky", random_state=seed)
        found = regression.fit(columns[0], reached[train]).decision_function(columns[1])
    return np.asarray(found, dtype=np.float64)


def trees(features: Sequence[Feature], train: Mask, test: Mask, reached: Mask, seed: int) -> NDArray[np.float64]:
    """LightGBM's boosted trees; texts are categories to it, and it knows what is missing."""
    import numpy as np
    from lightgbm import LGBMClassifier

    values, named = _columns(features, train)
    categories = [at for at, one in enumerate(named) if one]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of settings that it passes to itself
        model = LGBMClassifier(random_state=seed, **SETTINGS)
        model.fit(values[train], reached[train], categorical_feature=categories)
        found = model.predict(values[test], raw_score=True)
    return np.asarray(found, dtype=np.float64)


def _columns(features: Sequence[Feature], train: NDArray[np.bool_]) -> tuple[NDArray[np.float64], Sequence[bool]]:
    """Leads × features that have a value among the leads to learn from; a missing text is a category of its own."""
    import numpy as np

    kept = [one for one in features if not np.isnan(one.values[train]).all()]
    columns = [np.where(np.isnan(one.values), -1.0, one.values) + 1 if one.named else one.values for one in kept]
    values = np.column_stack(columns) if columns else np.zeros((len(train), 1))
    return values, [one.named for one in kept] or [False]
