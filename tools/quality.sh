#!/usr/bin/env bash
# `make quality`: how good the annotators are, beside the references on the same rows, written into docs/quality.md.
# Judges: gold labels of GEO samples on five folds of blocks (crates/annotate/examples/quality.rs), 300 samples judged for
# their cell line, and the NCBI disease corpus (bench/quality). References: a plain dictionary and scikit-learn's LinearSVC.
# What the order of questions is worth: curation simulated (crates/annotate/examples/active.rs), alone with
# QUALITY_ONLY=active, ten minutes.
# usage: tools/quality.sh   (needs ../shared/data and ../shared/eval; half an hour on two cores, most of it LinearSVC's)
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$HOME/.cargo/bin:$PATH"
data=../shared/data judge=../shared/eval work=target/quality
text=$data/metadata/geo_samples/geo_sample_text.tsv.gz
gold=$data/metadata/geo_samples/geo_sample_gold.tsv.gz
ontologies=$data/ontologies/czi_json
for needed in "$text" "$gold" "$ontologies" "$judge"; do
  [ -e "$needed" ] || { echo "quality: $needed is missing; the labelled samples lie beside the checkout" >&2; exit 1; }
done
tools/need.sh compiler rust
mkdir -p "$work"

active() {
  cargo build --release -p chorale-annotate --example active
  echo "quality: curation simulated in three orders"
  target/release/examples/active "$text" "$gold" "$ontologies" >"$work/active.tsv"
}
if [ "${QUALITY_ONLY:-}" = active ]; then
  active
  python3 bench/quality/active.py "$work/active.tsv" docs/quality.md docs/pictures/active_learning.svg
  echo "quality: the curve stands in docs/quality.md"
  exit
fi
python=$work/venv/bin/python
if [ ! -x "$python" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet scikit-learn==1.9.1 zstandard==0.25.0 pyahocorasick==2.2.0
fi
cargo build --release -p chorale-annotate --examples

# A reference's predictions change with its script and the data alone.
kept() { # kept FILE SCRIPT ARGUMENTS…
  local file=$1
  shift
  if [ ! -s "$file" ] || [ "$1" -nt "$file" ]; then
    echo "quality: running $1"
    "$python" "$@" >"$file.new"
    mv "$file.new" "$file"
  fi
}
kept "$work/baseline.jsonl" "$judge/baseline_dictionary.py" "$text" "$ontologies"
kept "$work/linear_svc.jsonl" crates/annotate/examples/linear_svc.py "$text" "$gold"

echo "quality: five folds of blocks"
QUALITY_ERRORS=1 QUALITY_PREDICTIONS="$work" target/release/examples/quality "$text" "$gold" "$ontologies" \
  "$work/baseline.jsonl" "$work/linear_svc.jsonl" >"$work/folds.tsv"
for seed in 21 22 23 24; do
  echo "quality: other five folds, split $seed"
  mkdir -p "$work/split.$seed"
  QUALITY_SYSTEMS=both QUALITY_SEED=$seed QUALITY_PREDICTIONS="$work/split.$seed" \
    target/release/examples/quality "$text" "$gold" "$ontologies" >"$work/folds.$seed.tsv"
done
"$python" bench/quality/over_splits.py "$gold" "$ontologies" "$work/dictionary.jsonl" "$work/both.jsonl" \
  "$work"/split.*/both.jsonl >"$work/over_splits.tsv"
echo "quality: cell lines and the NCBI disease corpus"
target/release/examples/predict "$text" --full | "$python" bench/quality/cell_lines_of.py >"$work/cell_lines.jsonl"
"$python" bench/quality/score_cell_lines.py "$work/cell_lines.jsonl" >"$work/cell_lines.txt"
"$python" bench/quality/ncbi_disease.py documents >"$work/ncbi.tsv"
gzip -kf "$work/ncbi.tsv"
target/release/examples/predict "$work/ncbi.tsv.gz" --named >"$work/ncbi.jsonl"
"$python" bench/quality/ncbi_disease.py score "$work/ncbi.jsonl" >"$work/ncbi.txt"
"$python" bench/quality/ncbi_disease.py --without-by-hand score "$work/ncbi.jsonl" >"$work/ncbi_without.txt"
"$python" "$judge/score_annotations.py" "$gold" "$work/both.jsonl" "$ontologies" >"$work/judged.tsv"
"$python" bench/quality/score_adjudicated.py "both=$work/both.jsonl" "dictionary=$work/dictionary.jsonl" >"$work/adjudicated.tsv"
"$python" bench/quality/label_error.py >"$work/label_error.txt"
active
"$python" bench/quality/page.py "$work" >docs/quality.md
"$python" bench/quality/active.py "$work/active.tsv" docs/quality.md docs/pictures/active_learning.svg
echo "quality: docs/quality.md is written"
