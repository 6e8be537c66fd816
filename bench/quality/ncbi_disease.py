"""NCBI's disease corpus as documents with sets of MONDO terms, and the score of predictions on it. (pip: zstandard)

usage: ncbi_disease.py coverage  [--part develop|train]
       ncbi_disease.py documents [--part ...] > documents.tsv      the texts in the form of geo_sample_text
       ncbi_disease.py gold      [--part ...] > gold.tsv           accession, concept, MONDO terms, how they were found
       ncbi_disease.py score PREDICTIONS.jsonl [--part ...] [--minimum-score S]

Predictions: one JSON object a line, {document, term} with document a PMID and term a MONDO id; what the annotator writes for the
documents, {accession, field, term, score}, is read too (field disease alone; MONDO:0000000, control, is passed over). Run it on
the development part, which is the default; the training part is there for whoever wants to learn from it.

--without-by-hand, for every command, maps by DO alone: how much a score owes to the table made by hand.

The corpus has MeSH and OMIM numbers. A number becomes MONDO terms
  by hand  as ncbi_disease.by_hand.tsv says (MeSH headings that DO lacks or places at something narrower), else
  by DO    through the Disease Ontology's cross-references (its present tables and slims, else its release of 2016-09), whose
           term has the name of a MONDO term: DO's label among MONDO's labels, else its synonyms; then DO's exact synonyms.
Of several terms for a MeSH number those under another one are dropped (DO puts a heading at its narrower diseases, too); for an
OMIM number those above another one. What then is left is equally good. "X cancer" also admits "X neoplasm", because MeSH's
"X Neoplasms" makes no difference. A mention with several numbers (| or +) has each of them.

Scored as in the literature: a document's set of concepts against its set of predicted terms, micro-averaged over documents.
exact: the term is one of the concept's. close: also a descendant of it or its ancestor at most two steps up
(../../../shared/eval/score_annotations.py). A concept that could not be mapped is left out on both sides: it is no concept to
be found, and a prediction that has the name of its mention is not counted. Intervals: 2,000 bootstrap samples of documents.
"""
import argparse
import collections
import csv
import gzip
import json
import random
import re
import sys
from pathlib import Path

import zstandard

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / ".." / "shared" / "data"
PARTS = {"develop": "NCBIdevelopset_corpus.txt.gz", "train": "NCBItrainset_corpus.txt.gz"}
OBO = ("DO_rare_slim.obo.gz", "DO_cancer_slim.obo.gz", "DO_infectious_disease_slim.obo.gz")
OLD_OBO = "doid_2016-09-01.obo.gz"
CLOSE_STEPS = 2
SPELLING = {"tumour": "tumor", "anaemia": "anemia", "leukaemia": "leukemia", "haemo": "hemo", "oedema": "edema", "'s ": " "}
GEO_COLUMNS = ("title", "description", "source_name_ch1", "characteristics_ch1", "source_name_ch2", "characteristics_ch2")


def plain(name):
    """The name in lower case, American spelling, without possessives and punctuation."""
    name = f"{name.lower()} "
    for old, new in SPELLING.items():
        name = name.replace(old, new)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name).split())


# --- the corpus -----------------------------------------------------------------------------------------------------------


class Document:
    def __init__(self, pmid):
        self.pmid, self.title, self.abstract = pmid, "", ""
        self.mentions = []  # (text, [concept, ...])


def read_corpus(part):
    documents = {}
    with gzip.open(DATA / "metadata" / "ncbi_disease" / PARTS[part], "rt", encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            text = re.match(r"(\d+)\|([ta])\|(.*)", line)
            cells = line.split("\t")
            if text:
                document = documents.setdefault(text[1], Document(text[1]))
                setattr(document, "title" if text[2] == "t" else "abstract", text[3])
            elif len(cells) == 6:
                concepts = [c.strip().removeprefix("MESH:") for c in re.split(r"[|+]", cells[5])]
                documents[cells[0]].mentions.append((cells[3], concepts))
            elif line.strip():
                sys.exit(f"ncbi_disease.py: {PARTS[part]} has a line that is no title, abstract or mention: {line[:80]!r}")
    return list(documents.values())


# --- from MeSH and OMIM to MONDO ------------------------------------------------------------------------------------------


class Mondo:
    def __init__(self):
        (path,) = (DATA / "ontologies" / "czi_json").glob("MONDO-*.json.zst")
        with zstandard.open(path, "rt", encoding="utf-8") as file:
            everything = json.load(file)
        self.terms = {t: body for t, body in everything.items() if t.startswith("MONDO:") and not body["deprecated"]}
        self.by_label, self.by_synonym = collections.defaultdict(set), collections.defaultdict(set)
        for term, body in self.terms.items():
            self.by_label[plain(body["label"])].add(term)
            for synonym in body.get("synonyms", ()):
                self.by_synonym[plain(synonym)].add(term)

    def label(self, term):
        return self.terms[term]["label"]

    def named(self, name):
        """The terms with this label or synonym."""
        name = plain(name)
        return self.by_label.get(name, set()) | self.by_synonym.get(name, set())

    def above(self, term):
        return self.terms[term].get("ancestors") or {} if term in self.terms else {}

    def is_close(self, predicted, gold):
        return predicted == gold or gold in self.above(predicted) or self.above(gold).get(predicted, 99) <= CLOSE_STEPS

    def is_close_to_any(self, predicted, golds):
        return any(self.is_close(predicted, gold) for gold in golds)


class DiseaseOntology:
    """Labels, exact synonyms and MeSH and OMIM cross-references of the Disease Ontology."""

    def __init__(self, obo_files, table=None):
        self.labels, self.synonyms = collections.defaultdict(set), collections.defaultdict(set)
        self.by_concept = collections.defaultdict(set)
        folder = DATA / "ontologies" / "obo"
        if table:
            with gzip.open(folder / table, "rt", encoding="utf-8") as file:
                for row in csv.DictReader(file, delimiter="\t"):
                    self.labels[row["id"]].add(row["label"])
                    self.refer(row["xref"], row["id"])
        for name in obo_files:
            self.read_obo(folder / name)

    def refer(self, reference, term):
        prefix, _, number = reference.split(" ")[0].partition(":")
        if prefix == "MESH":
            self.by_concept[number].add(term)
        elif prefix in ("MIM", "OMIM"):
            self.by_concept[f"OMIM:{number}"].add(term)

    def read_obo(self, path):
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
            for stanza in file.read().split("\n\n"):
                lines = [line.partition(": ")[::2] for line in stanza.splitlines()]
                if ("[Term]", "") not in lines or ("is_obsolete", "true") in lines:
                    continue
                term = next(value for key, value in lines if key == "id")
                for key, value in lines:
                    if key == "name":
                        self.labels[term].add(value)
                    elif key == "xref":
                        self.refer(value, term)
                    elif key == "synonym" and (exact := re.match(r'"(.*?)" EXACT', value)):
                        self.synonyms[term].add(exact[1])

    def in_mondo(self, concept, mondo):
        """MONDO's terms for a MeSH or OMIM number: those of the first pair of names that has any, over all DO terms with it."""
        found = set()
        for term in self.by_concept.get(concept, ()):
            for names, index in (
                (self.labels, mondo.by_label),
                (self.labels, mondo.by_synonym),
                (self.synonyms, mondo.by_label),
                (self.synonyms, mondo.by_synonym),
            ):
                hits = set().union(*(index.get(plain(name), set()) for name in names[term]))
                if hits:
                    found |= hits
                    break
        return found


def read_by_hand(mondo):
    with open(HERE / "ncbi_disease.by_hand.tsv", encoding="utf-8") as file:
        table = {row["concept"]: set(row["mondo"].split("|")) for row in csv.DictReader(file, delimiter="\t")}
    for concept, terms in table.items():
        for term in terms - mondo.terms.keys():
            sys.exit(f"ncbi_disease.by_hand.tsv: {term} for {concept} is no live term of this MONDO; replace it")
    return table


class Mapping:
    def __init__(self, mondo, with_by_hand):
        self.mondo = mondo
        self.by_hand = read_by_hand(mondo) if with_by_hand else {}
        self.ontologies = (
            ("DO", DiseaseOntology(OBO, "allXREFinDO.tsv.gz")),
            ("DO of 2016-09", DiseaseOntology((OLD_OBO,))),
        )

    def find(self, concept):
        """(equally good MONDO terms, how they were found); an empty set if there are none."""
        if concept in self.by_hand:
            return frozenset(self.by_hand[concept]), "by hand"
        for name, ontology in self.ontologies:
            terms = ontology.in_mondo(concept, self.mondo)
            if terms:
                return frozenset(self.with_neoplasms(self.narrow(terms, concept))), name
        in_do = any(concept in ontology.by_concept for _, ontology in self.ontologies)
        return frozenset(), "in DO, but MONDO has no such name" if in_do else "not in DO"

    def narrow(self, terms, concept):
        above = self.mondo.above
        if concept.startswith("OMIM:"):
            return {t for t in terms if not any(t in above(other) for other in terms)}
        return {t for t in terms if not any(other in above(t) for other in terms)}

    def with_neoplasms(self, terms):
        twins = set()
        for term in terms:
            label = self.mondo.label(term)
            if label.endswith(" cancer"):
                twins |= self.mondo.by_label.get(plain(label.removesuffix("cancer") + "neoplasm"), set())
        return terms | twins


# --- the commands ---------------------------------------------------------------------------------------------------------


def show_coverage(documents, mapping):
    mentions = collections.Counter(c for d in documents for _, concepts in d.mentions for c in concepts)
    pairs = collections.Counter(c for d in documents for c in {c for _, concepts in d.mentions for c in concepts})
    print("how\tconcepts\tdocument concepts\tmentions")
    tally = collections.defaultdict(lambda: [0, 0, 0])
    left_out = []
    for concept, count in mentions.items():
        terms, how = mapping.find(concept)
        for key in (how, "mapped" if terms else "left out", "all"):
            tally[key] = [a + b for a, b in zip(tally[key], (1, pairs[concept], count))]
        if not terms:
            texts = sorted({text for d in documents for text, concepts in d.mentions if concept in concepts})
            left_out.append((-count, concept, how, "; ".join(texts[:3])))
    for how in sorted(tally, key=lambda key: (key == "all", key in ("mapped", "left out"), -tally[key][2])):
        print(how, *tally[how], sep="\t")
    print(f"\ndocuments\t{len(documents)}\n\nleft out\tmentions\twhy\tmentions' texts")
    for count, concept, how, texts in sorted(left_out):
        print(concept, -count, how, texts, sep="\t")


def write_documents(documents):
    print("accession", *GEO_COLUMNS, sep="\t")
    for d in documents:
        print(d.pmid, d.title, d.abstract, *["NA"] * (len(GEO_COLUMNS) - 2), sep="\t")


def write_gold(documents, mapping):
    print("accession\tconcept\tmondo\tlabels\thow")
    for d in documents:
        for concept in sorted({c for _, concepts in d.mentions for c in concepts}):
            terms, how = mapping.find(concept)
            labels = "|".join(mapping.mondo.label(t) for t in sorted(terms))
            print(d.pmid, concept, "|".join(sorted(terms)), labels, how, sep="\t")


def read_predictions(path, minimum_score):
    predicted = collections.defaultdict(set)
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                p = json.loads(line)
                document, term = str(p["document"] if "document" in p else p["accession"]), p["term"]
            except (ValueError, KeyError, TypeError) as error:
                sys.exit(f"{path}, line {number}: not an object with document (or accession) and term: {error!r}")
            if p.get("field", "disease") == "disease" and p.get("score", 1.0) >= minimum_score and term != "MONDO:0000000":
                predicted[document].add(term)
    return predicted


def count_document(document, predicted, mapping, found):
    """Counts of one document: golds, predictions, right predictions and found golds, exact and close, and what is left out."""
    concepts = {c for _, cs in document.mentions for c in cs}
    golds = {found[c] for c in concepts if found[c]}
    unmapped = {text for text, cs in document.mentions if not all(found[c] for c in cs)}
    silent = set().union(*(mapping.mondo.named(text) for text in unmapped))
    counted = {t for t in predicted if t not in silent or any(t in gold for gold in golds)}
    close = mapping.mondo.is_close_to_any
    return (
        len(golds),
        len(counted),
        sum(any(t in gold for gold in golds) for t in counted),
        sum(not gold.isdisjoint(counted) for gold in golds),
        sum(any(close(t, gold) for gold in golds) for t in counted),
        sum(any(close(t, gold) for t in counted) for gold in golds),
        len(predicted) - len(counted),
        sum(not found[c] for c in concepts),
    )


def rates(total):
    golds, predictions, right, found, right_close, found_close = total[:6]
    out = []
    for hit, met in ((right, found), (right_close, found_close)):
        p, r = hit / max(1, predictions), met / max(1, golds)
        out += [p, r, 2 * p * r / (p + r) if p + r else 0.0]
    return out


def score(documents, mapping, path, minimum_score):
    predicted = read_predictions(path, minimum_score)
    known = {d.pmid for d in documents}
    if strangers := sorted(predicted.keys() - known):
        sys.exit(f"{path}: {len(strangers)} documents are not in this part, such as {strangers[0]}; choose another --part")
    found = {c: mapping.find(c)[0] for d in documents for _, cs in d.mentions for c in cs}
    counts = [count_document(d, predicted.get(d.pmid, set()), mapping, found) for d in documents]
    total = [sum(column) for column in zip(*counts)]
    chance = random.Random(1)
    samples = [rates([sum(column) for column in zip(*chance.choices(counts, k=len(counts)))]) for _ in range(2000)]
    print("measure\tvalue\tlow\thigh")
    names = [f"{kind} {rate}" for kind in ("exact", "close") for rate in ("precision", "recall", "F1")]
    for name, value, values in zip(names, rates(total), zip(*samples)):
        ordered = sorted(values)
        print(f"{name}\t{value:.3f}\t{ordered[50]:.3f}\t{ordered[1949]:.3f}")
    print(f"\ndocuments\t{len(documents)}\ngold concepts\t{total[0]}\npredictions\t{total[1]}")
    print(f"concepts left out\t{total[7]}\npredictions left out\t{total[6]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("command", choices=("coverage", "documents", "gold", "score"))
    parser.add_argument("predictions", nargs="?")
    parser.add_argument("--part", choices=PARTS, default="develop")
    parser.add_argument("--minimum-score", type=float, default=0.0)
    parser.add_argument("--without-by-hand", action="store_true")
    args = parser.parse_args()
    if (args.command == "score") != bool(args.predictions):
        parser.error("the command score, and no other, takes a file of predictions")
    documents = read_corpus(args.part)
    if args.command == "documents":
        write_documents(documents)
        return
    mapping = Mapping(Mondo(), not args.without_by_hand)
    if args.command == "coverage":
        show_coverage(documents, mapping)
    elif args.command == "gold":
        write_gold(documents, mapping)
    else:
        score(documents, mapping, args.predictions, args.minimum_score)


if __name__ == "__main__":
    main()
