"""MLflow's own client and MLflow's own server against a running Chorale.

    python end2end/mlflow/run.py --uri http://127.0.0.1:PORT --token TOKEN [--other TOKEN] [session|differential|holes] [options of it]

Without --token the server at --uri is a plain `mlflow server`: the suite checks itself, and what is Chorale's alone is left
out. What is needed is in requirements.txt beside this file.
"""

import argparse
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uri", required=True)
    parser.add_argument("--token")
    parser.add_argument("--other", help="a token of another organization, for holes")
    parser.add_argument("parts", nargs="*", choices=["session", "differential", "holes", []], default=[])
    arguments, arguments.rest = parser.parse_known_args()
    codes = {}
    for part in arguments.parts or ["session", "differential", "holes"]:
        module = __import__(part)
        codes[part] = module.run(arguments)
    print("; ".join(f"{part}: {'passed' if code == 0 else 'FAILED'}" for part, code in codes.items()))
    return max(codes.values())


if __name__ == "__main__":
    sys.exit(main())
