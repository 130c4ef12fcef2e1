"""Answer calls from the benchmark, one JSON line each: `python -m tests.bench.worker SETTINGS MODULE`.

Each contestant runs in a process of its own, with its own settings, database and environment, and all
of them stay ready, so that their runs can be interleaved.
"""

import importlib
import json
import os
import sys

import django


def main() -> None:
    """Serve the functions of a module until the input ends."""
    settings, name = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever prints, prints to the error stream
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    django.setup()
    module = importlib.import_module(name)
    for line in sys.stdin:
        call = json.loads(line)
        value = getattr(module, call["name"])(**call["arguments"])
        answers.write(json.dumps(value) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
