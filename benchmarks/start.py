"""What a start costs, beside the bare libraries: CPU time of processes, the least of several runs, in turns.

`python benchmarks/start.py`; the ratios are what counts, for absolute times differ from machine to machine.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence

RUNS = 11
# The first run of a job compiles its modules, the others find them compiled, as everybody's second start does.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
LIBRARIES = "import polars, attrs, pluggy, jsonschema, numpy"
ONCE = 'import piikit; piikit.evaluate(piikit.sample(), "pii-2024")'
SAMPLE = "import piikit; print(piikit.sample())"
BARE = """
import click

@click.group()
def main():
    "A bare group with as many commands."

for place in range({n}):
    options = [click.Option(["--lang"], help="The language."), click.Argument(["data"])]
    text = f"Do the thing of number {{place}}, said in one whole sentence."
    main.add_command(click.Command(f"command-{{place}}", help=text, params=options))
main(["--help"])
"""


def cpu(command: Sequence[str]) -> float:
    """Milliseconds of user and system time of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Print one line a job: ours, theirs, the ratio of the least times, and the limit."""
    from piikit.cli.commands import COMMANDS  # noqa: PLC0415 (needs the extra `cli`)

    python = [sys.executable, "-c"]
    sample = subprocess.run([*python, SAMPLE], capture_output=True, text=True, check=True).stdout.strip()
    ours = [sys.executable, "-m", "piikit"]
    jobs = {
        "import piikit beside its libraries": ([*python, "import piikit"], [*python, LIBRARIES], 1.15),
        "piikit --help beside bare click": ([*ours, "--help"], [*python, BARE.format(n=len(COMMANDS))], 2.0),
        "piikit evaluate beside evaluating once": ([*ours, "evaluate", sample], [*python, ONCE], 1.5),
    }
    print(f"{'job':<42}{'piikit ms':>12}{'beside ms':>12}{'ratio':>8}{'limit':>8}")
    for name, (own, beside, limit) in jobs.items():
        pairs = [(cpu(own), cpu(beside)) for _ in range(RUNS)]
        least, other = (min(times) for times in zip(*pairs, strict=True))
        print(f"{name:<42}{least:>12.1f}{other:>12.1f}{least / other:>8.2f}{limit:>8}")


if __name__ == "__main__":
    main()
