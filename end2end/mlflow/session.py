"""Full sessions with MLflow's real client: what a lab's notebooks do, and that what they read back is right."""

import importlib
import shutil
import time
import traceback

from lab import ChoraleOnly, Lab

CHAPTERS = ["experiments", "runs", "points", "searches", "autologging", "models", "registry", "logged_models", "artifacts",
            "inputs"]


def run(options):
    """True when every test passed."""
    lab = Lab(options)
    failed = 0
    try:
        for chapter in options.chapters.split(",") if options.chapters else CHAPTERS:
            module = importlib.import_module(f"sessions.{chapter}")
            for name, test in list(vars(module).items()):
                if name.startswith("test_"):
                    failed += not passes(lab, f"{chapter}: {name.removeprefix('test_').replace('_', ' ')}", test)
                    lab.end_runs()
    finally:
        shutil.rmtree(lab.folder, ignore_errors=True)
    print(f"session: {failed} failed" if failed else "session: all passed")
    return failed == 0


def passes(ground, name, test, part="session"):
    began = time.monotonic()
    try:
        test(ground)
        outcome = "ok"
    except ChoraleOnly:
        outcome = "left out: Chorale only"
    except Exception:
        outcome = "FAILED"
        traceback.print_exc()
    print(f"{part}: {name}: {outcome} ({time.monotonic() - began:.1f} s)", flush=True)
    return outcome != "FAILED"
