"""Write the sample tables of the package: figures drawn at random, which are those of no department or commune.

Every figure follows a quality of its unit between 0 and 1 that is drawn first, so that a unit is good or bad in most
things, as units are. `random.Random(seed).random()` is the same on every machine and in every version of Python.

    python plugins/piikit-ddci/tools/make_sample.py [folder]
"""

from __future__ import annotations

import csv
import json
import random
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "piikit_ddci"
SEED = 20250701  # the day on which communes took the place of districts; any other would do
GAINS = {"stc": 0.12, "skhcn": 0.05, "sct": -0.04}  # who moved between 2025 and 2026, so that a plan has what to judge
LOW = {
    "ddci_info_ties_share",
    "ddci_repeat_inspections_share",
    "ddci_informal_payments_share",
    "ddci_harassment_share",
    "ddci_favours_share",
    "ddci_visits",
}


def drawn(name: str, quality: float, chance: random.Random) -> float:
    """A figure of one item for a unit of that quality, with some noise."""
    level = min(max((1 - quality if name in LOW else quality) + (chance.random() - 0.5) * 0.3, 0.0), 1.0)
    if name.endswith("_rating"):
        return round(2.4 + 2.2 * level, 2)
    if name == "ddci_visits":
        return round(1 + 2.5 * level, 1)
    if name == "ddci_head_dialogues":
        return round(6 * level)
    return round((5 + 40 * level) if name in LOW else (45 + 50 * level), 1)


def row(unit: str, qualities: dict[str, float], items: list[str], chance: random.Random) -> dict[str, object]:
    """The figures of one unit: counts first, then their parts, then the answers."""
    quality = qualities[unit]
    figures: dict[str, object] = {"ddci_respondents": 40 + int(160 * chance.random())}
    for whole, part, most in (
        ("ddci_procedures", "ddci_procedures_published", 150),
        ("ddci_files", "ddci_files_on_time", 6000),
        ("ddci_petitions", "ddci_petitions_settled", 40),
        ("ddci_land_files", "ddci_land_files_on_time", 800),
    ):
        figures[whole] = int(most * (0.2 + 0.8 * chance.random()))
        kept = min(0.8 + 0.2 * quality + (chance.random() - 0.5) * 0.05, 1.0)
        figures[part] = int(figures[whole] * kept)
    for name in items:
        if name not in figures:
            figures[name] = drawn(name, quality, chance)
    return figures


def table(units: list[str], items: list[str], qualities: dict[str, float], seed: int) -> list[dict[str, object]]:
    """The rows of one table; the few gaps and weak spots that real tables have are put in by hand."""
    chance = random.Random(seed)
    rows = {unit: row(unit, qualities, items, chance) for unit in units}
    if "ttt" in rows:
        rows["ttt"] |= {"ddci_files": "", "ddci_files_on_time": ""}  # it decides no files of firms
        rows["khobac"] |= {"ddci_petitions": 0, "ddci_petitions_settled": 0}  # nobody petitioned
        rows["nhnn"]["ddci_respondents"] = 24  # too few answers
    return [{"area": unit, "status": "sample", **{name: rows[unit][name] for name in items}} for unit in units]


def main(folder: Path) -> None:
    """Write the three tables."""
    every = list(json.loads((PACKAGE / "items.schema.json").read_text(encoding="utf-8"))["properties"])
    common = [name for name in every if "_land_" not in name]
    lists = {
        name: [
            area["code"]
            for area in json.loads((PACKAGE / "editions" / f"ddci-{name}-2025.json").read_text(encoding="utf-8"))[
                "areas"
            ]["areas"]
        ]
        for name in ("departments", "localities")
    }
    chance = random.Random(SEED)
    qualities = {unit: 0.15 + 0.7 * chance.random() for units in lists.values() for unit in units}
    later = {unit: quality + GAINS.get(unit, 0.0) for unit, quality in qualities.items()}
    for place, (name, period, items, level) in enumerate(
        (
            ("departments", "2025", common, qualities),
            ("departments", "2026", common, later),
            ("localities", "2025", every, qualities),
        )
    ):
        rows = table(lists[name], items, level, SEED + 1 + place)
        with (folder / f"{name}-{period}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE / "sample")
