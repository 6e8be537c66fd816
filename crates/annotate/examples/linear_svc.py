"""The learned reference: scikit-learn's LinearSVC on TF-IDF of words (1-2) and characters (3-5), per source and field,
on the five folds of blocks that `quality.rs` uses. (pip: scikit-learn==1.9.1)

usage: linear_svc.py TEXT.tsv.gz GOLD.tsv.gz > PREDICTIONS.jsonl
Each line: {accession, source, field, term, score}; `source` says on whose rows the model was trained.
"""
import csv, gzip, json, sys, collections
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

BLOCK, FOLDS, SEED = 2000, 5, 20
COLUMNS = ("title", "description", "source_name_ch1", "characteristics_ch1", "source_name_ch2", "characteristics_ch2")
JUDGED = (("ale", "tissue"), ("golightly", "tissue"), ("creeds", "disease"))


def fold(accession):
    """Of the block of 2,000 consecutive accession numbers: splitmix64(block + seed) mod 5, as in learn::folds."""
    mask = (1 << 64) - 1
    z = (int(accession[3:]) // BLOCK + SEED + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return (z ^ (z >> 31)) % FOLDS


def main(text_path, gold_path):
    text = {}
    for row in csv.DictReader(gzip.open(text_path, "rt"), delimiter="\t"):
        text[row["accession"]] = " \n ".join(row[c] for c in COLUMNS if row[c] not in ("", "NA", None))
    rows = collections.defaultdict(list)
    for row in csv.DictReader(gzip.open(gold_path, "rt"), delimiter="\t"):
        rows[row["source"], row["attribute"]].append((row["accession"], row["term_id"]))
    for source, field in JUDGED:
        pairs = rows[source, field]
        for held_out in range(FOLDS):
            train = [p for p in pairs if fold(p[0]) != held_out]
            test = sorted({a for a, _ in pairs if fold(a) == held_out})
            views = (TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
                     TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2))
            x = hstack([v.fit_transform([text[a] for a, _ in train]) for v in views]).tocsr()
            z = hstack([v.transform([text[a] for a in test]) for v in views]).tocsr()
            model = LinearSVC().fit(x, [t for _, t in train])
            for accession, term, score in zip(test, model.predict(z), model.decision_function(z).max(axis=1)):
                print(json.dumps({"accession": accession, "source": source, "field": field, "term": term, "score": round(float(score), 4)}))
            sys.stdout.flush()


main(*sys.argv[1:3])
