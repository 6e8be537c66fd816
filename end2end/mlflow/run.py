"""MLflow's own client and MLflow's own server against a running Chorale.

    python end2end/mlflow/run.py --uri http://127.0.0.1:PORT --token TOKEN --other TOKEN [session] [differential] [holes] [moving]

Without --token the server at --uri is a plain `mlflow server`: the suite checks itself, and what is Chorale's alone is left
out. What it needs is in requirements.txt beside this file; it reaches nothing but --uri and the `mlflow server` that it
starts itself, in a temporary folder.
"""

import argparse
import importlib
import os
import sys

PARTS = ["session", "differential", "holes", "moving"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", required=True, help="of the server that is asked")
    parser.add_argument("--token", help="of a member who may write; absent for a plain mlflow server")
    parser.add_argument("--other", help="of a member of another organization, for holes")
    parser.add_argument("--chapters", help="only these of a part, separated by commas")
    parser.add_argument("--large", action="store_true", help="session: an artifact of 600 MB, too")
    parser.add_argument("--seed", type=int, default=1, help="differential: which calls are generated")
    parser.add_argument("--record", help="differential: a file for every call with both answers, one JSON a line")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when none is named")
    options = parser.parse_args()
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}; choose among {', '.join(PARTS)}")
    # What is brought is Chorale's alone.
    asked = options.parts or [part for part in PARTS if part != "moving" or "CHORALE_BINARY" in os.environ]
    passed = {part: importlib.import_module(part).run(options) for part in asked}
    print("; ".join(f"{part}: {'passed' if good else 'FAILED'}" for part, good in passed.items()))
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
