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
SHOWN = 110


def run(options):
    """True when there is no difference but the expected."""
    told = story(options.seed, options.chapters)
    print(f"differential: {len(told)} calls, seed {options.seed}")
    with peer.Peer(workers=1) as theirs:
        found = compare(told, theirs.uri, options)
    return judge(found, EXPECTED if options.token else [], partial=bool(options.chapters))


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
    """Each call with its differences, in the order of the calls; only those that have some."""
    # Names are unlike those of any other run, because a server may have seen one.
    world = f"d{options.seed}x{int(time.time() * 1000) % 10**9:09d}"
    theirs, ours = sides.Side(wire.Wire(their_uri), world), sides.Side(wire.Wire(options.uri, options.token), world)
    record = open(options.record, "w") if options.record else None
    found = []
    for call in told:
        answers = theirs.ask(call), ours.ask(call)
        if differences := sides.differences(*answers):
            found.append((call, answers, differences))
        if record:
            record.write(json.dumps({"call": call.name, "method": call.method, "path": call.path, "query": call.query,
                                     "body": repr(call.body)[:2000],
                                     "mlflow": answers[0], "chorale": answers[1]}, ensure_ascii=False) + "\n")
        if call.method != "GET":
            time.sleep(BETWEEN_WRITES_S)
    return found


def judge(found, expected, partial):
    """Prints what was not expected, and what was expected and did not occur. True when there is neither."""
    occurred, unexpected = set(), []
    for call, answers, differences in found:
        entry = next((entry for entry in expected if explains(entry, call, answers)), None)
        if entry is None:
            unexpected.append((call, differences))
        else:
            occurred.add(entry)
    for call, differences in unexpected:
        print(f"\n{call.name}\n    {call.method} {call.path}  {shown(call.query or call.body)}")
        for where, theirs, ours in differences[:8]:
            print(f"    {where:28} mlflow  {shown(theirs)}\n    {'':28} chorale {shown(ours)}")
    stale = [] if partial else [entry for entry in expected if entry not in occurred and not entry.free]
    for entry in stale:
        print(f"\nexpected, and not so: {entry.reason} ({', '.join(entry.calls)}); strike it from expected.py")
    counts = f"{len(unexpected)} unexpected differences, {len(found) - len(unexpected)} expected, {len(stale)} expected in vain"
    print(f"\ndifferential: {counts}")
    return not unexpected and not stale


def explains(entry, call, answers):
    """Whether a call is one of an entry's, and both servers answered what the entry says of them."""
    if not any(fits(pattern, call.name) for pattern in entry.calls):
        return False
    theirs, ours = (f"{answer['status']} {answer.get('error_code')}" for answer in answers)
    return fnmatch.fnmatchcase(theirs, entry.theirs) and fnmatch.fnmatchcase(ours, entry.ours)


def fits(pattern, name):
    """Names hold brackets, so that only * means something here."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def shown(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)})"
