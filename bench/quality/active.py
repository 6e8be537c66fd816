"""What the order of questions is worth, from what `crates/annotate/examples/active.rs` prints: a section of docs/quality.md
and its picture. Standard library only.

usage: active.py ACTIVE.tsv PAGE PICTURE   writes the picture, and the section into the page (in place of the one there)
"""
import collections
import csv
import pathlib
import re
import sys

TITLE = "## What the order of questions is worth"
FIELDS = ("tissue", "disease")
BASELINES = {"questions": "questions by chance", "samples": "samples by chance"}
COLOURS = {"worth": "#0072b2", "questions": "#d55e00", "samples": "#009e73", "dictionary": "#777777"}
NAMES = {"worth": "by worth", **BASELINES}


def read(path):
    """{field: {order: {decisions: [close F1 of each seed]}}}; the last decisions of all are called `all`."""
    rows = list(csv.DictReader(path.open(), delimiter="\t"))
    last = collections.defaultdict(int)
    for row in rows:
        key = row["field"], row["seed"]
        last[key] = max(last[key], int(row["decisions"]))
    out = {field: collections.defaultdict(lambda: collections.defaultdict(list)) for field in FIELDS}
    budgets = collections.defaultdict(list)
    for row in rows:
        # A question may cost several decisions, so that a round ends a little behind its budget.
        n = int(row["decisions"])
        n = "all" if n == last[row["field"], row["seed"]] else next(b for b in BUDGETS if b * 1.06 + 2 >= n)
        out[row["field"]][row["order"]][n].append(float(row["close_f1"]))
        if n == "all":
            budgets[row["field"]].append(int(row["decisions"]))
    return out, {field: round(mean(all_)) for field, all_ in budgets.items()}


BUDGETS = (0, 10, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1000, 1200)


def mean(values):
    return sum(values) / len(values)


def seeds(curves):
    return max(len(values) for values in curves["worth"].values())


def shown(values):
    return f"{mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def rounds(curve, of):
    """Decisions with the figures of every seed, in their order."""
    full = [n for n in curve if n != "all" and len(curve[n]) == of]
    return sorted(full) + ["all"]


def reached(curve, wanted, of):
    """After how many decisions the mean of the seeds is so high first."""
    return next((n for n in rounds(curve, of) if mean(curve[n]) >= wanted), None)


def number(n, everything):
    return everything if n == "all" else n


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def goals(curves, everything):
    """Decisions until the mean is so near to what all of them give, by order, and the share that worth needs of chance's."""
    of, rows = seeds(curves), []
    for share in (0.95, 0.97, 0.98, 0.99):
        wanted = share * mean(curves["worth"]["all"])
        fewest = {order: reached(curves[order], wanted, of) for order in NAMES}
        cells = [f"{100 * share:.0f} % of the last ({wanted:.3f})", str(number(fewest["worth"], everything))]
        for baseline in BASELINES:
            there = number(fewest[baseline], everything)
            cells += [str(there), f"{number(fewest['worth'], everything) / there:.2f}"]
        rows.append(cells)
    head = ["quality", "by worth"]
    for words in BASELINES.values():
        head += [words, "worth's share of it"]
    return "Decisions until the mean is as near to what all of them give:\n\n" + table(head, rows)


def summary(curves, everything):
    """What worth needs of chance's decisions at the rounds from a hundred on, short of all."""
    of, parts = seeds(curves), []
    for baseline, words in BASELINES.items():
        rounds_ = [n for n in rounds(curves[baseline], of) if n != "all" and n >= 100]
        fewest = [(n, reached(curves["worth"], mean(curves[baseline][n]), of)) for n in rounds_]
        shares = [number(f, everything) / n for n, f in fewest if f is not None]
        missed = ", ".join(str(n) for n, f in fewest if f is None)
        parts.append(f"{min(shares):.2f} to {max(shares):.2f} of the decisions of {words}"
                     + (f" (not reached: those at {missed})" if missed else ""))
    return f"From 100 decisions on, short of all, by worth reaches the same with {' and '.join(parts)}.\n"


def of_field(field, curves, everything):
    of = seeds(curves)
    out = [f"### {field.capitalize()}\n", f"The dictionary alone, without any decision: {shown(curves['dictionary'][0])}.\n"]
    rows = []
    for n in rounds(curves["worth"], of):
        cells = [f"all, {everything}" if n == "all" else str(n), shown(curves["worth"][n])]
        for baseline in BASELINES:
            there = curves[baseline].get(n, [])
            if len(there) < of:
                cells += ["", ""]
                continue
            fewest = reached(curves["worth"], mean(there), of)
            if fewest is None:
                cells += [shown(there), "not before all"]
                continue
            same = number(fewest, everything)
            cells += [shown(there), f"{same} ({same / number(n, everything):.2f})" if n else ""]
        rows.append(cells)
    head = ["decisions", "by worth"]
    for words in BASELINES.values():
        head += [words, "by worth the same after"]
    return "\n".join(out) + "\n" + summary(curves, everything) + "\n" + goals(curves, everything) + "\n" + table(head, rows)


def section(path):
    found, everything = read(path)
    of = seeds(found["tissue"])
    text = f"""{TITLE}

Curation simulated on the gold labels (`crates/annotate/examples/active.rs`): labels are revealed question by question, as
review settles them, and after so many decisions the annotator is trained on what was revealed and judged on two fifths of
the blocks, which no question touched. Close F1, the mean of {of} splits with the least and the greatest; `by worth` is the
order of the product, uncertainty × samples × diversity. Chance takes questions as they come, or samples, so that what many
samples say comes sooner; every order ends at the same annotator, taught everything. "The same after" is the first round at
which the mean by worth is at least the mean by chance, and its share of the decisions. `QUALITY_ONLY=active make quality`
reproduces it.

![Close F1 over decisions](pictures/active_learning.svg)

"""
    return text + "\n".join(of_field(field, found[field], everything[field]) for field in FIELDS)


def picture(path):
    """Both fields side by side, decisions on a scale of roots."""
    found, everything = read(path)
    width, height, left, top = 360, 230, 44, 30
    parts = []
    for at, field in enumerate(FIELDS):
        curves, of, x0 = found[field], seeds(found[field]), at * (width + 40)
        far, low = everything[field], 0.6 if field == "tissue" else 0.65

        def x(n):
            return x0 + left + (width - left - 10) * (number(n, far) / far) ** 0.5

        def y(value):
            return top + height * (0.95 - max(value, low)) / (0.95 - low)

        parts.append(f'<text x="{x0 + left}" y="16" class="t">{field.capitalize()}: close F1 over decisions</text>')
        for tick in (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95):
            if tick >= low:
                parts.append(f'<path class="g" d="M{x0 + left} {y(tick):.1f}H{x0 + width - 10}"/>'
                             f'<text x="{x0 + left - 6}" y="{y(tick) + 3:.1f}" text-anchor="end">{tick:.2f}</text>')
        for n in (0, 50, 200, 400, 800, far):
            if n == far or n < far * 0.75:
                parts.append(f'<text x="{x(n):.1f}" y="{top + height + 16}" text-anchor="middle">{n}</text>')
        floor = mean(curves["dictionary"][0])
        parts.append(f'<path class="d" d="M{x0 + left} {y(floor):.1f}H{x0 + width - 10}"/>'
                     f'<text x="{x0 + width - 10}" y="{y(floor) + 12:.1f}" text-anchor="end">dictionary alone</text>')
        for order in ("samples", "questions", "worth"):
            ns = rounds(curves[order], of)
            band = [f"{x(n):.1f},{y(max(curves[order][n])):.1f}" for n in ns]
            band += [f"{x(n):.1f},{y(min(curves[order][n])):.1f}" for n in reversed(ns)]
            line = " ".join(f"{x(n):.1f},{y(mean(curves[order][n])):.1f}" for n in ns)
            colour = COLOURS[order]
            parts.append(f'<polygon points="{" ".join(band)}" fill="{colour}" opacity="0.12"/>'
                         f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
    for at, (order, words) in enumerate(NAMES.items()):
        parts.append(f'<rect x="{44 + 160 * at}" y="{top + height + 28}" width="12" height="3" fill="{COLOURS[order]}"/>'
                     f'<text x="{62 + 160 * at}" y="{top + height + 33}">{words}</text>')
    whole = width * 2 + 40
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {top + height + 42}" width="{whole}">'
            "<style>text{font:11px sans-serif;fill:#555}.t{font-weight:600;fill:#222}.g{stroke:#ddd}"
            ".d{stroke:#777;stroke-dasharray:4 3}</style>"
            f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n')


def main(tsv, page, image):
    image.parent.mkdir(exist_ok=True)
    image.write_text(picture(tsv))
    text, new = page.read_text(), section(tsv)
    if TITLE in text:
        text = re.sub(re.escape(TITLE) + r".*?(?=\n## |\Z)", lambda _: new, text, flags=re.S)
    else:
        text = text.replace("## Suggested where a source has no label", new + "\n## Suggested where a source has no label", 1)
    page.write_text(text)


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:4]))
