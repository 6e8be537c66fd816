"""What river's detectors say of streams that the tests make again, value by value, from the same seeds.

    python3 -m venv /tmp/river && /tmp/river/bin/pip install river==0.26.1
    /tmp/river/bin/python crates/drift/tests/golden/make.py > crates/drift/tests/golden/river.json
"""

import json
import math

import river
from river import drift

LENGTH = 24_000
EVERY = 400  # values between two looks at a detector's inside
MASK = (1 << 64) - 1


def uniform(seed):
    """SplitMix64 as numbers in [0, 1)."""
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield ((z ^ (z >> 31)) >> 11) / (1 << 53)


def share(name, at):
    """How likely a 1 is at a place of a stream of zeros and ones."""
    if name == "steady":
        return 0.1
    if name == "abrupt":
        return 0.05 if at < 9_000 else 0.3 if at < 17_000 else 0.1
    if name == "gradual":
        return 0.05 if at < 6_000 else 0.4 if at >= 16_000 else 0.05 + 0.35 * (at - 6_000) / 10_000
    if name == "better":
        return 0.45 if at < 12_000 else 0.08
    if name == "rare":
        return 0.002 if at < 10_000 else 0.02
    raise ValueError(name)


def level(name, at):
    """What is added to a number in [0, 1)."""
    if name == "steps":
        return float(at // 5_000 % 2) * 0.5
    if name == "slope":
        return at / 12_000
    raise ValueError(name)


def stream(name, seed):
    numbers = uniform(seed)
    for at in range(LENGTH):
        number = next(numbers)
        if name in ("steps", "slope"):
            yield number + level(name, at)
        else:
            yield 1.0 if number < share(name, at) else 0.0


STREAMS = [("steady", 1), ("abrupt", 2), ("gradual", 3), ("better", 4), ("rare", 5), ("steps", 6), ("slope", 7)]
ADWIN = [
    {},
    {"delta": 0.05, "clock": 1},
    {"delta": 0.01, "clock": 16, "max_buckets": 3, "min_window_length": 12, "grace_period": 60},
]
PAGE_HINKLEY = [
    {},
    {"min_instances": 60, "delta": 0.01, "threshold": 12.0, "alpha": 0.9995, "mode": "up"},
    {"min_instances": 10, "delta": 0.002, "threshold": 25.0, "alpha": 1.0, "mode": "down"},
]


def watched(detector, values, inside):
    detections, looks = [], []
    for at, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            detections.append(at)
        if at % EVERY == EVERY - 1:
            looks.append(inside(detector))
    return {"detections": detections, "looks": looks}


def main():
    out = {"river": river.__version__, "length": LENGTH, "every": EVERY, "streams": []}
    for name, seed in STREAMS:
        values = list(stream(name, seed))
        adwin = [
            {"settings": settings}
            | watched(drift.ADWIN(**settings), values, lambda d: [d.width, d.estimation, d.variance])
            for settings in ADWIN
        ]
        page_hinkley = [
            {"settings": settings}
            | watched(
                drift.PageHinkley(**settings),
                values,
                lambda d: [d._x_mean.get(), d._sum_increase, d._sum_decrease],
            )
            for settings in PAGE_HINKLEY
        ]
        out["streams"].append(
            {"name": name, "seed": seed, "sum": math.fsum(values), "adwin": adwin, "page_hinkley": page_hinkley}
        )
    print(json.dumps(out))


main()
