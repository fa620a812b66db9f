"""A process that writes until it is killed: `python writing.py FOLDER`, then one line a child on standard input.

What holds piikit is started once. For each line `fast` a child is forked that writes two contents in turn, without
polars, whose threads do not live through a fork. For the line `all` the process itself writes through every writer.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import count
from pathlib import Path

import piikit
from piikit import writers
from years import PLAN

LARGE = tuple(bytes([letter]) * 8_000_000 for letter in b"ab")
FORMATS = ("csv", "parquet", "json", "xlsx")


def slow(handle: int) -> None:
    """Wait a moment where a file is written and not yet in its place: a kill shall often fall there."""
    time.sleep(0.01)


def fast(folder: Path) -> None:
    for number in count():
        writers.write_whole(folder / "large.bin", LARGE[number % 2])


def prepared() -> tuple[piikit.Engine, list[piikit.Result]]:
    """Two results of the same edition, so that an old and a new file can be told apart."""
    engine = piikit.Engine()
    scores = [[{"area": "24", "code": "PII", "rank": rank}] for rank in (9, 10)]
    return engine, [engine.evaluate(edition="pii-2024", plan=PLAN, scores=rows) for rows in scores]


def every(folder: Path, engine: piikit.Engine, result: piikit.Result) -> None:
    """Each kind of file that piikit writes, once."""
    for suffix in FORMATS:
        result.write(folder / f"result.{suffix}")
    for suffix in ("csv", "json", "xlsx"):
        piikit.write_findings(result.findings, folder / f"findings.{suffix}")
    lang = "vi" if result.attainment["actual"][0] == 9 else "en"
    piikit.write_forms(folder, "pii-2024", PLAN, lang=lang, engine=engine, force=True)


def main() -> None:
    writers.os.fsync = slow  # type: ignore[attr-defined]
    folder = Path(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "all":
            engine, results = prepared()
            print(os.getpid(), flush=True)
            for number in count():
                every(folder, engine, results[number % 2])
        child = os.fork()
        if child == 0:
            fast(folder)
        print(child, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
