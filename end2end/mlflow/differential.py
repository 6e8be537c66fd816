"""The same calls to a real `mlflow server` and to Chorale, their answers compared field by field."""

import fnmatch
import json
import random
import re
import time

import calls
import peer
import sides
import wire
from expected import EXPECTED
from story import Story

# Two writes of one millisecond have no order among themselves; a slow server never sees that, a fast one would.
BETWEEN_WRITES_S = 0.003
SHOWN, MOST_TOLD = 110, 8


def run(options):
    """True when there is no difference but the expected."""
    told = story(options.seed, options.chapters)
    print(f"differential: {len(told)} calls, seed {options.seed}")
    with peer.Peer(workers=1) as theirs:
        asked = compare(told, theirs.uri, options)
    return judge(asked, EXPECTED if options.token else [], partial=bool(options.chapters))


def story(seed, chapters):
    written = Story(None)
    for chapter in calls.CHAPTERS:
        name = chapter.__name__.rsplit(".", 1)[1]
        # Each chapter has its own dice, so that a new one changes no other.
        written.random = random.Random(f"{seed} {name}")
        if not chapters or name in chapters.split(",") or (name == "filters" and "searches" in chapters):
            chapter.tell(written)
    return written.calls


def compare(told, their_uri, options):
    """Each call with both answers and how they differ."""
    # Names are unlike those of any other run, because a server may have seen one.
    world = f"d{options.seed}x{int(time.time() * 1000) % 10**9:09d}"
    theirs, ours = sides.Side(wire.Wire(their_uri), world), sides.Side(wire.Wire(options.uri, options.token), world)
    asked = []
    for call in told:
        answers = theirs.ask(call), ours.ask(call)
        asked.append((call, answers, sides.differences(*answers)))
        if call.method != "GET":
            time.sleep(BETWEEN_WRITES_S)
    if options.record:
        with open(options.record, "w") as record:
            for call, answers, _ in asked:
                written = {"call": call.name, "method": call.method, "path": call.path, "query": call.query,
                           "body": repr(call.body)[:2000]}
                record.write(json.dumps({**written, "mlflow": answers[0], "chorale": answers[1]}, ensure_ascii=False) + "\n")
    return asked


def judge(asked, expected, partial):
    """Prints what was not expected, and what was expected and is not so. True when there is neither."""
    occurred, as_expected, wrong = set(), 0, 0
    for call, answers, differences in asked:
        entry = next((entry for entry in expected if concerns(entry, call, answers[0])), None)
        if entry is not None and differences and fits_answer(entry.ours, answers[1]):
            occurred.add(entry)
            as_expected += 1
        elif differences:
            wrong += 1
            tell(call, differences)
        elif entry is not None and not entry.free:
            wrong += 1
            tell(call, [("the answers", told_shortly(answers[0]), f"the same, and should be {entry.ours}: {entry.reason}")])
    stale = [] if partial else [entry for entry in expected if entry not in occurred and not entry.free]
    for entry in stale:
        print(f"\nexpected, and nowhere so: {entry.reason} ({', '.join(entry.calls)}); strike it from expected.py")
    counts = f"{wrong} answers are not as expected, {as_expected} differ as expected, {len(stale)} entries explain nothing"
    print(f"\ndifferential: {counts}")
    return not wrong and not stale


def concerns(entry, call, theirs):
    return fits_answer(entry.theirs, theirs) and any(fits(pattern, call.name) for pattern in entry.calls)


def fits(pattern, name):
    """Names hold brackets, so that only * means something here."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def fits_answer(pattern, answer):
    return fnmatch.fnmatchcase(told_shortly(answer), pattern)


def told_shortly(answer):
    return f"{answer['status']} {answer.get('error_code')}"


def tell(call, differences):
    print(f"\n{call.name}\n    {call.method} {call.path}  {shown(call.query or call.body)}")
    for where, theirs, ours in differences[:MOST_TOLD]:
        print(f"    {where:28} mlflow  {shown(theirs)}\n    {'':28} chorale {shown(ours)}")


def shown(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)})"
