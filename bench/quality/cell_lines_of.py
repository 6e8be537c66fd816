"""Cell lines among full suggestions, as score_cell_lines.py reads them. Standard library only.

usage: predict TEXT.tsv.gz --full | python3 bench/quality/cell_lines_of.py > predictions.jsonl
"""
import json
import sys

for line in sys.stdin:
    sample = json.loads(line)
    for one in sample["suggestions"]:
        if one["field"] == "cell_line" and one["term"]:
            print(json.dumps({"accession": sample["accession"], "field": "cell_line", "term": one["term"], "score": one["score"]}))
