"""A file that is not read whole: peak memory and time of checking and evaluating it, in a process of its own.

    python benchmarks/streaming.py [rows]

The file is made on the fly: areas of an own list x 52 values of `pii-2024`, 2,200,000 rows by default, 1.05 GB. It lies
in a temporary folder and is deleted afterwards. The figures are random and mean nothing.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

import piikit
from piikit.scoring.large_files import stream_check

ROWS = 2_200_000
BLOCK = 100_000


def document() -> dict[str, object]:
    """The tree of pii-2024 without its list of areas."""
    known = dict(piikit.edition("pii-2024").document)
    known.pop("groups", None)
    return {**{key: value for key, value in known.items() if key != "areas"}, "id": "benchmark"}


def make(path: Path, rows: int) -> None:
    codes = piikit.edition("pii-2024").indicators
    random = np.random.default_rng(1)
    with path.open("wb") as file:
        for start in range(0, rows, BLOCK):
            n = min(BLOCK, rows - start)
            areas = pl.Series("area", [f"unit {start + place:08}" for place in range(n)])
            values = [pl.Series(code, random.random(n).round(6)) for code in codes]
            pl.DataFrame([areas, *values]).write_csv(file, include_header=start == 0)


def measure(step: str, path: str) -> None:
    edition = piikit.edition(document())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    if step == "check":
        engine = piikit.Engine()
        stream_check(path, edition, engine.catalogue, policy={})
    else:
        piikit.stream(path, edition, to=f"{path}.parquet", scratch=Path(path).parent)
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"step": step, "seconds": took, "before": before, "peak": peak}))


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="b-streaming-") as folder:
        path = Path(folder) / "large.csv"
        make(path, rows)
        size = path.stat().st_size / 1e6
        print(f"{rows} rows x 52 values, {size:.0f} MB of csv")
        for step in ("check", "stream"):
            out = subprocess.run(
                [sys.executable, __file__, step, str(path)], stdout=subprocess.PIPE, text=True, check=True
            ).stdout
            found = json.loads(out)
            print(
                f"{step:6}  {found['seconds']:6.1f} s   peak {found['peak']:6.0f} MB "
                f"({found['before']:.0f} MB of them before), {found['peak'] * 1.048576 / size:.2f} of the file"
            )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(sys.argv[1], sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
