"""Makes the golden files beside this script: random labels and predictions over a small ontology, and what the reference
judge (`score_annotations.py`) says of them. (pip: zstandard)

usage: python3 crates/annotate/src/evaluate/golden/make.py ../shared/eval/score_annotations.py
"""
import gzip, json, os, random, subprocess, sys, tempfile
import zstandard

HERE = os.path.dirname(os.path.abspath(__file__))
random.seed(5)
names = [f"{prefix}:{number:07}" for prefix in ("UBERON", "CL", "MONDO") for number in range(1, 16)]
parent = {}
for prefix in ("UBERON", "CL", "MONDO"):
    for number in range(2, 16):
        parent[f"{prefix}:{number:07}"] = f"{prefix}:{number // 2:07}"


def ancestors(term):
    found, distance = {}, 1
    while term in parent:
        term = parent[term]
        found[term] = distance
        distance += 1
    return found


def by(prefix):
    return {t: {"label": "term " + t, "deprecated": False, "ancestors": ancestors(t)} for t in names if t.startswith(prefix + ":")}


gold, predictions = ["accession\tattribute\tterm_id\tterm_name\tecode\tsource\tlicence"], []
for sample in range(400):
    accession = f"GSM{1000 + sample * 37}"
    for source, field, prefixes, most in (("ale", "tissue", ("UBERON", "CL"), 1), ("creeds", "disease", ("MONDO",), 3)):
        pool = [n for n in names if n.split(":")[0] in prefixes] + (["MONDO:0000000"] if field == "disease" else [])
        golds = random.sample(pool, random.randint(1, most))
        gold += [f"{accession}\t{field}\t{g}\tx\texpert-curated\t{source}\tCC0" for g in golds]
        said = [g for g in golds if random.random() < 0.5] + random.sample(pool, random.choice((0, 0, 1, 2)))
        for term in said:
            predictions.append(json.dumps({"accession": accession, "field": field, "term": term, "score": round(random.random(), 3)}))
with open(os.path.join(HERE, "gold.tsv"), "w") as file:
    file.write("\n".join(gold) + "\n")
with open(os.path.join(HERE, "predictions.jsonl"), "w") as file:
    file.write("\n".join(predictions) + "\n")
with tempfile.TemporaryDirectory() as folder:
    for prefix in ("UBERON", "CL", "MONDO"):
        text = json.dumps(by(prefix), separators=(",", ":"))
        with open(os.path.join(HERE, f"{prefix}.json"), "w") as file:
            file.write(text + "\n")
        with open(os.path.join(folder, f"{prefix}-ontology.json.zst"), "wb") as file:
            file.write(zstandard.compress(text.encode()))
    with gzip.open(os.path.join(folder, "gold.tsv.gz"), "wt") as file:
        file.write("\n".join(gold) + "\n")
    judge = [sys.executable, sys.argv[1], os.path.join(folder, "gold.tsv.gz"), os.path.join(HERE, "predictions.jsonl"), folder]
    with open(os.path.join(HERE, "judged.tsv"), "w") as file:
        file.write(subprocess.run(judge, check=True, capture_output=True, text=True).stdout)
