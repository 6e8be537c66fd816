"""What the scripts here share: predictions, the ontologies' ancestors, and which term is close to which, as the judge of
annotations counts (`../shared/eval`). (pip: zstandard)
"""
import collections
import glob
import json

import zstandard

BLOCK = 2000
CLOSE_STEPS = 2


def read_ancestors(folder):
    up = {}
    for path in glob.glob(f"{folder}/*.json.zst"):
        if "CVCL" not in path:
            with open(path, "rb") as file:
                terms = json.load(zstandard.ZstdDecompressor().stream_reader(file))
            up.update((term, body.get("ancestors") or {}) for term, body in terms.items())
    return up


def read_predictions(path):
    predicted = collections.defaultdict(set)
    with open(path, encoding="utf-8") as file:
        for line in file:
            p = json.loads(line)
            predicted[p["accession"], p["field"]].add(p["term"])
    return predicted


def is_close(p, g, up):
    """The same term, a descendant of the gold's, or an ancestor of it by few steps."""
    return p == g or g in up.get(p, {}) or up.get(g, {}).get(p, CLOSE_STEPS + 1) <= CLOSE_STEPS
