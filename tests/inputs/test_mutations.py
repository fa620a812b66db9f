"""Ten thousand seeded ways to spoil a sound table: each is named by a finding, or the figures are exactly those that
the reference implementation gives for the same cells. The count of each outcome stands at the end of the run.
"""

from __future__ import annotations

import math
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import reference
from piikit import Engine
from piikit.findings.errors import InputError, UsageError
from piikit.framework.edition import Edition
from piikit.result import frames_of

CHUNKS, EACH = 10, 1000
WHOLE_WAY = 10
"""Every tenth table goes through a file and through `findings` too, which must say what `evaluate` says."""
Grid = list[list[str]]

AREAS = ["Hà Nội", "Hải Phòng", "Bắc Giang", "Bắc Ninh", "Thanh Hóa", "Đà Nẵng", "Cần Thơ", "Cà Mau"]
FORMULAS = {
    "rate": lambda row: None if None in (row["a"], row["b"]) else row["a"] / row["b"] * 100,
    "hdi": lambda row: row["hdi"],
    "x": lambda row: row["x"],
    "y": lambda row: row["y"],
}
ITEMS = {"rate": ("contest_pupils", "secondary_pupils")}
HEADER = ["area", "contest_pupils", "secondary_pupils", "hdi", "x", "y"]
DOCUMENT = {
    "id": "mutations",
    "status": "local",
    "period": "2024",
    "title": {"vi": "Thử", "en": "Test"},
    "sources": ["test"],
    "areas": [{"code": f"{number:02}", "name": name} for number, name in enumerate(AREAS, 1)],
    "nodes": [
        {"code": "I", "level": "index"},
        {"code": "g", "parent": "I", "level": "group", "weight": 2},
        {"code": "rate", "parent": "g", "level": "indicator", "indicator": "pii.contest_pupils"},
        {"code": "hdi", "parent": "g", "level": "indicator", "indicator": "pii.hdi"},
        {"code": "h", "parent": "I", "level": "group"},
        {"code": "x", "parent": "h", "level": "indicator", "unit": "points_0_10", "direction": "higher"},
        {"code": "y", "parent": "h", "level": "indicator", "unit": "index", "direction": "lower"},
    ],
}


def sound(rng: random.Random) -> Grid:
    """A table without a fault; decimals are such that no figure can be read in two ways."""
    grid = [list(HEADER)]
    for area in AREAS:
        pupils = rng.randint(10_000, 90_000)
        grid.append(
            [
                area,
                str(rng.randint(10, 900)),
                str(pupils),
                f"{rng.uniform(0.5, 0.9):.4f}",
                f"{rng.uniform(1, 9):.2f}",
                f"{rng.uniform(-50, 50):.1f}",
            ]
        )
    return grid


# -- ways to spoil a grid ----------------------------------------------------------------------------------------


def cell(rng: random.Random, *, keys: bool = False) -> tuple[int, int]:
    return rng.randrange(1, len(AREAS) + 1), rng.randrange(0 if keys else 1, len(HEADER))


def swap_cells(grid: Grid, rng: random.Random) -> None:
    (r1, c1), (r2, c2) = cell(rng, keys=True), cell(rng, keys=True)
    grid[r1][c1], grid[r2][c2] = grid[r2][c2], grid[r1][c1]


def swap_in_a_column(grid: Grid, rng: random.Random) -> None:
    (r1, c), (r2, _) = cell(rng), cell(rng)
    grid[r1][c], grid[r2][c] = grid[r2][c], grid[r1][c]


def shift_row(grid: Grid, rng: random.Random) -> None:
    r, c = cell(rng)
    grid[r][c:] = ["", *grid[r][c:-1]]


def shift_column(grid: Grid, rng: random.Random) -> None:
    c = rng.randrange(1, len(HEADER))
    column = [row[c] for row in grid[1:]]
    for row, text in zip(grid[1:], column[-1:] + column[:-1], strict=True):
        row[c] = text


def swap_headers(grid: Grid, rng: random.Random) -> None:
    c1, c2 = rng.randrange(len(HEADER)), rng.randrange(len(HEADER))
    grid[0][c1], grid[0][c2] = grid[0][c2], grid[0][c1]


def misspell_header(grid: Grid, rng: random.Random) -> None:
    c = rng.randrange(len(HEADER))
    place = rng.randrange(len(grid[0][c]))
    grid[0][c] = grid[0][c][:place] + rng.choice("qzk_ ") + grid[0][c][place:]


def scale_cell(grid: Grid, rng: random.Random) -> None:
    r, c = cell(rng)
    grid[r][c] = repr(float(grid[r][c]) * rng.choice([10, 100, 1000, 0.1, 0.01, 0.001, 1e6]))


def scale_column(grid: Grid, rng: random.Random) -> None:
    c, factor = rng.randrange(1, len(HEADER)), rng.choice([10, 100, 1000, 0.1, 0.01, 0.001])
    for row in grid[1:]:
        row[c] = repr(float(row[c]) * factor)


def drop_row(grid: Grid, rng: random.Random) -> None:
    del grid[rng.randrange(1, len(grid))]


def double_row(grid: Grid, rng: random.Random) -> None:
    grid.insert(rng.randrange(1, len(grid) + 1), list(grid[rng.randrange(1, len(grid))]))


def shuffle_rows(grid: Grid, rng: random.Random) -> None:
    rows = grid[1:]
    rng.shuffle(rows)
    grid[1:] = rows


def drop_column(grid: Grid, rng: random.Random) -> None:
    c = rng.randrange(len(HEADER))
    for row in grid:
        del row[c]


def double_column(grid: Grid, rng: random.Random) -> None:
    c = rng.randrange(len(HEADER))
    for row in grid:
        row.append(row[c])


def spoil_text(grid: Grid, rng: random.Random) -> None:
    r, c = cell(rng, keys=True)
    text = grid[r][c]
    grid[r][c] = rng.choice(
        [
            "",
            "-",
            "n/a",
            "không có",
            f"{text} người",
            f"~{text}",
            f"'{text}",
            f" {text} ",
            f"{text}%",
            "NaN",
            "inf",
            "1.234",
            "1,234.5",
            "1.234.567",
            "12,345",
            "-1",
            "0",
            "1e3",
            "1.2.3",
            "TRUE",
            "2024-05-01",
            text * 3,
        ]
    )


def rename_area(grid: Grid, rng: random.Random) -> None:
    r = rng.randrange(1, len(grid))
    name = grid[r][0]
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).replace("Đ", "D")
    grid[r][0] = rng.choice(
        [
            name.upper(),
            bare,
            f"Tỉnh {name}",
            f"TP. {name}",
            f"Thành phố {name}",
            f" {name}",
            name[:-1],
            name + "x",
            rng.choice(AREAS),
            f"{AREAS.index(name) + 1:02}",
            str(AREAS.index(name) + 1),
            "Sài Gòn",
            "",
            unicodedata.normalize("NFD", name),
            name.replace("Hóa", "Hoá"),
        ]
    )


MUTATIONS: list[Callable[[Grid, random.Random], None]] = [
    swap_cells,
    swap_in_a_column,
    shift_row,
    shift_column,
    swap_headers,
    misspell_header,
    scale_cell,
    scale_column,
    drop_row,
    double_row,
    shuffle_rows,
    drop_column,
    double_column,
    spoil_text,
    spoil_text,
    rename_area,
]


def written(grid: Grid, rng: random.Random) -> bytes:
    """The grid as the content of a file, with one of the encodings and separators that people use."""
    separator = rng.choice([",", ",", ";", "\t"])
    comma = separator == ";" and rng.random() < 0.5
    lines = []
    for number, row in enumerate(grid):
        cells = []
        for place, text in enumerate(row):
            shown = text.replace(".", ",") if comma and number and place and text.count(".") == 1 else text
            cells.append(f'"{shown}"' if separator in shown or '"' in shown else shown)
        lines.append(separator.join(cells))
    text = unicodedata.normalize(rng.choice(["NFC", "NFC", "NFD"]), "\n".join(lines) + "\n")
    return text.encode(rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"]))


# -- what must come out ------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    marks_off = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return "".join(c for c in marks_off.replace("đ", "d") if c.isalnum())


PLACES = {plain(name): f"{number:02}" for number, name in enumerate(AREAS, 1)}
PLACES |= {f"{prefix}{name}": code for name, code in list(PLACES.items()) for prefix in ("tinh", "tp", "thanhpho")}
PLACES |= {code: code for code in list(PLACES.values())}


def figure(text: str) -> float | None:
    """A figure as a person reads it; only called where nothing in the table can be read in two ways."""
    text = text.strip().removeprefix("'")
    if re.fullmatch(r"\d{1,3}(\.\d{3}){2,}", text):
        text = text.replace(".", "")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+", text):
        text = text.replace(",", "")
    return float(text.replace(",", ".")) if text else None


def expected(grid: Grid, edition: Edition) -> dict[tuple[str, str], float | None]:
    """The reference's scores of the cells of a grid in which everything can be read in one way only."""
    values: dict[tuple[str, str], dict[str, float | None]] = {}
    for line in grid[1:]:
        row = {
            name.strip(): figure(text) for name, text in zip(grid[0], line, strict=True) if name.strip() in HEADER[1:]
        }
        cells = {name: row.get(name) for name in HEADER[1:]}
        named = {"a": cells["contest_pupils"], "b": cells["secondary_pupils"], **cells}
        area = line[[name.strip() for name in grid[0]].index("area")]
        values[PLACES[plain(area)], edition.period] = {code: formula(named) for code, formula in FORMULAS.items()}
    scores, _ = reference.evaluate(edition.document, values, directions={"rate": "higher", "hdi": "higher"})
    return {(area, code): score for (area, _), row in scores.items() for code, score in row.items()}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_spoilt_table_is_named_or_computed_from_its_own_cells(
    chunk: int, tmp_path: Path, engine: Engine, request: pytest.FixtureRequest
) -> None:
    edition = engine.edition(DOCUMENT)
    rng = random.Random(20240730 + chunk)
    outcomes: Counter[str] = Counter()
    path = tmp_path / "table.csv"
    for number in range(EACH):
        grid = sound(rng)
        mutation = rng.choice(MUTATIONS)
        mutation(grid, rng)
        content = written(grid, rng)
        outcome, codes = judge(grid, content, engine, edition, mutation.__name__)
        outcomes[outcome] += 1
        if number % WHOLE_WAY == 0:
            path.write_bytes(content)
            assert codes_of_file(path, engine, edition) == codes, f"{mutation.__name__}: {grid}"
    request.node.user_properties.append(("mutations", dict(outcomes)))
    assert sum(outcomes.values()) == EACH


def judge(grid: Grid, content: bytes, engine: Engine, edition: Edition, mutation: str) -> tuple[str, set[str]]:
    """How a table came out, and the codes of its findings. Evaluating it is what finds them, in one pass."""
    try:
        result = engine.evaluate(content, edition)
    except UsageError:
        return "refused as a whole", set()
    except InputError as error:
        return "named by an error", {item.code for item in error.found}
    found = result.edition.notices() + frames_of(result).found
    codes = {item.code for item in found}
    for severity, outcome in (("warning", "named by a warning"), ("info", "named by a remark")):
        if found.of(severity):
            return outcome, codes
    wide = result.table("score").rows(named=True)
    mine = {(row["area"], code): row[code] for row in wide for code in edition.nodes}
    theirs = expected(grid, edition)
    assert mine.keys() == theirs.keys(), f"{mutation}: {grid}"
    for key, score in theirs.items():
        got = mine[key]
        same = got is score if None in (got, score) else math.isclose(got, score, rel_tol=1e-12, abs_tol=1e-9)
        assert same, f"{mutation}, {key}: {mine[key]}, expected {score}: {grid}"
    return "the same figures", codes


def codes_of_file(path: Path, engine: Engine, edition: Edition) -> set[str]:
    """What `findings` says of a file: its errors, or where it has none all that it found."""
    try:
        found = engine.findings(path, edition)
    except UsageError:
        return set()
    return {item.code for item in found.errors or found}


def test_the_sound_table_has_no_finding(tmp_path: Path, engine: Engine) -> None:
    path = tmp_path / "table.csv"
    pl.DataFrame(sound(random.Random(1))[1:], schema=HEADER, orient="row").write_csv(path)
    assert len(engine.findings(path, engine.edition(DOCUMENT))) == 0
