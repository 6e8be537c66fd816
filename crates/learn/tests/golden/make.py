"""Makes the golden files beside this script from scikit-learn 1.9.1.

usage: python3 -m venv V && V/bin/pip install scikit-learn==1.9.1 && V/bin/python crates/learn/tests/golden/make.py
"""
import json, os, numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

HERE = os.path.dirname(os.path.abspath(__file__))
TEXTS = [
    "tissue: liver | disease state: hepatocellular carcinoma (HCC)", "Liver, non-tumor tissue; liver biopsy",
    "Peripheral blood mononuclear cells (PBMC)", "whole blood, healthy donor", "breast cancer cell line MCF-7",
    "MCF7 breast adenocarcinoma  treated\twith 10 nM E2", "lung adenocarcinoma, stage IIb", "normal lung; adjacent",
    "CD4+ T cells from blood of a patient with SLE", "B cell lymphoma", "Größe 5 µm, naïve T-cells", "a b c", "",
    "liver liver liver blood", "lung lung cancer cancer cancer cell", "blood of a donor with breast cancer",
]
LABELS = ["liver", "liver", "blood", "blood", "breast", "breast", "lung", "lung", "blood", "blood", "blood", "none",
          "none", "liver", "lung", "blood"]


def save(name, value):
    with open(os.path.join(HERE, name), "w") as file:
        json.dump(value, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


def rounded(values):
    return [round(float(v), 9) for v in values]


def tfidf():
    cases = []
    for analyzer, sizes, min_df, sublinear in (("word", (1, 2), 1, True), ("word", (1, 1), 2, False),
                                               ("char_wb", (3, 5), 2, True), ("char", (3, 5), 3, True)):
        v = TfidfVectorizer(analyzer=analyzer, ngram_range=sizes, min_df=min_df, sublinear_tf=sublinear)
        x = v.fit_transform(TEXTS).tocsr()
        names = v.get_feature_names_out()
        rows = [{names[c]: round(float(x[r, c]), 9) for c in x[r].indices} for r in range(x.shape[0])]
        cases.append({"analyzer": analyzer, "sizes": sizes, "min_df": min_df, "sublinear": sublinear,
                      "columns": len(names), "rows": rows})
    save("tfidf.json", {"texts": TEXTS, "cases": cases})


def linear():
    random = np.random.default_rng(7)
    x = random.normal(size=(120, 12)) * (random.random((120, 12)) < 0.4)
    noise = random.normal(size=(120, 3)) * 0.7
    y = (x[:, :3] + noise).argmax(axis=1)
    weights = random.choice([0.25, 1.0, 2.0], size=120)
    cases = []
    for loss, c, positive in (("logistic", 1.0, 1.0), ("logistic", 10.0, 3.0), ("squared_hinge", 0.5, 1.0)):
        models = []
        for k in range(3):
            sample = weights * np.where(y == k, positive, 1.0)
            model = (LogisticRegression(C=c, solver="liblinear", tol=1e-10, max_iter=10000) if loss == "logistic"
                     else LinearSVC(C=c, loss="squared_hinge", tol=1e-10, max_iter=100000, dual=True))
            model.fit(x, y == k, sample_weight=sample)
            models.append({"weights": rounded(model.coef_[0]), "constant": round(float(model.intercept_[0]), 9)})
        cases.append({"loss": loss, "c": c, "positive_weight": positive, "models": models})
    rows = [[[int(c), round(float(row[c]), 9)] for c in np.flatnonzero(row)] for row in x]
    save("linear.json", {"rows": rows, "columns": 12, "classes": y.tolist(), "weights": weights.tolist(), "cases": cases})


def calibration():
    random = np.random.default_rng(11)
    score = random.random(80).round(2)
    right = (random.random(80) < score ** 2).astype(int)
    weight = random.choice([1.0, 2.0, 0.5], size=80)
    at = np.linspace(-0.1, 1.1, 49)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(score, right, sample_weight=weight)
    # Expected calibration error by its definition, over ten intervals that include their upper end.
    place = np.clip(np.ceil(score * 10) - 1, 0, 9).astype(int)
    error = sum((place == b).sum() / 80 * abs(score[place == b].mean() - right[place == b].mean()) for b in set(place))
    # Platt's curve is logistic regression without regularization on targets drawn in by one example.
    n1, n0 = right.sum(), 80 - right.sum()
    high, low = (n1 + 1) / (n1 + 2), 1 / (n0 + 2)
    target = np.where(right == 1, high, low)
    both = np.concatenate([score, score]).reshape(-1, 1)
    platt = LogisticRegression(C=1e12, tol=1e-12, max_iter=10000).fit(
        both, np.r_[np.ones(80), np.zeros(80)], sample_weight=np.r_[target, 1 - target])
    save("calibration.json", {"examples": [[float(s), int(r), float(w)] for s, r, w in zip(score, right, weight)],
                              "at": rounded(at), "isotonic": rounded(isotonic.predict(at)), "expected_error": round(float(error), 9),
                              "platt": rounded(platt.predict_proba(at.reshape(-1, 1))[:, 1])})


tfidf()
linear()
calibration()
