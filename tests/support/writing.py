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

from attrs import frozen

import piikit
from piikit.files import safe_writing as writers
from piikit.office.forms.collected import Collected
from years import PLAN, fill

LARGE = tuple(bytes([letter]) * 8_000_000 for letter in b"ab")
FORMATS = ("csv", "parquet", "json", "xlsx")


def slow(handle: int) -> None:
    """Wait a moment where a file is written and not yet in its place: a kill shall often fall there."""
    time.sleep(0.01)


def fast(folder: Path) -> None:
    for number in count():
        writers.write_whole(folder / "large.bin", LARGE[number % 2])


@frozen
class Made:
    """A result and the forms that came back, in one of two states that files can be told apart by."""

    engine: piikit.Engine
    result: piikit.Result
    back: Collected
    evidence: Path


def prepared(place: Path) -> list[Made]:
    """What is written in turn, so that an old and a new file can be told apart; forms are filled below `place`."""
    engine, made = piikit.Engine(), []
    for rank, lang in ((9, "vi"), (10, "en")):
        result = engine.evaluate(edition="pii-2024", plan=PLAN, scores=[{"area": "24", "code": "PII", "rank": rank}])
        sent, evidence = place / lang / "sent", place / lang / "evidence"
        evidence.mkdir(parents=True)
        (evidence / "Công văn 1.pdf").write_bytes(f"%PDF {lang}".encode() * 5_000)
        for form in piikit.office.write_forms(sent, "pii-2024", PLAN, engine=engine):
            fill(form, form, {"trademark_applications": float(rank)})
        back = piikit.office.collect(sent, "pii-2024", PLAN, on="2030-01-01", lang=lang, engine=engine)
        assert back.accepted.height == 1
        made.append(Made(engine, result, back, evidence))
    return made


def every(folder: Path, made: Made) -> None:
    """Each kind of file that piikit writes, once."""
    folder.mkdir(exist_ok=True)
    lang, result = made.back.lang, made.result
    for suffix in FORMATS:
        result.write(folder / f"result.{suffix}")
    piikit.office.report(result, folder / "report.docx", "agency", agency="science", letterhead={"issuer": lang})
    for suffix in ("csv", "json", "xlsx"):
        piikit.office.write_findings(result.findings, folder / f"findings.{suffix}")
    piikit.office.write_forms(folder, "pii-2024", PLAN, lang=lang, engine=made.engine, force=True)
    for suffix in ("csv", "xlsx"):
        made.back.write(folder / f"merged.{suffix}", force=True)
    made.back.dossier(folder / "dossier", made.evidence, force=True)


def main() -> None:
    writers.os.fsync = slow  # type: ignore[attr-defined]
    folder = Path(sys.argv[1])
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "all":
            both = prepared(folder)
            print(os.getpid(), flush=True)
            for number in count():
                every(folder / "out", both[number % 2])
        child = os.fork()
        if child == 0:
            fast(folder)
        print(child, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
