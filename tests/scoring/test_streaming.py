"""Files read in pieces: the same figures, findings and record as when they are read whole, whatever the pieces."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from files import put  # noqa: F401 (a fixture)
from piikit.files.pieces import pieces, too_large
from piikit.files.read import read
from piikit.findings.finding import Finding
from piikit.framework.methods.base import Normalise
from piikit.result import frames_of
from piikit.scoring.large_files import stream_check
from piikit.scoring.large_files.gathered_findings import Gathered

ENGINE = piikit.Engine()
LEAVES = {"x": {"weight": 2}, "y": {"direction": "lower"}, "z": {"normalise": "none"}, "w": {}}
DOCUMENT: dict[str, Any] = {
    "id": "small",
    "status": "local",
    "period": "2024",
    "title": {"vi": "x", "en": "x"},
    "sources": ["x"],
    "nodes": [
        {"code": "R", "level": "index", "aggregate": "geometric_mean"},
        {"code": "A", "parent": "R", "level": "pillar"},
        {"code": "B", "parent": "R", "level": "pillar"},
        *(
            {"code": code, "parent": "A" if code in "xy" else "B", "level": "indicator", **rest}
            for code, rest in LEAVES.items()
        ),
    ],
}
LISTED = {**DOCUMENT, "id": "listed", "areas": "vn-63"}
PANEL = {**DOCUMENT, "id": "panel", "defaults": {"cohort": "panel"}}
NUMBERS = {"x": "1.5", "y": "2", "z": "30", "w": "0,5"}


def same(path: Path, document: Any, size: int, *, keep: bool = False, record: bool = True, **more: Any) -> None:
    """What `stream` gives is what `evaluate` gives, to the last bit."""
    edition = ENGINE.edition(document)
    mode: Any = "keep" if keep else "raise"
    whole = ENGINE.evaluate(path, edition, on_findings=mode, **more)
    with tempfile.TemporaryDirectory() as folder:
        made = ENGINE.stream(path, edition, to=f"{folder}/a.parquet", on_findings=mode, piece=size, **more)
        wide = pl.read_parquet(made.path)
    assert wide.equals(frames_of(whole).wide.select(wide.columns), null_equal=True)
    assert {f"{kind}:{code}" for kind in ("score", "rank") for code in edition.nodes} < set(wide.columns)
    assert made.bounds.equals(whole.bounds)
    assert not record or made.record == whole.record
    assert sorted(map(str, made.findings.rows())) == sorted(map(str, whole.findings.rows()))
    assert (made.rows, list(made.periods)) == (
        frames_of(whole).wide.height,
        sorted(set(frames_of(whole).wide["period"])),
    )


def listed(found: pl.DataFrame) -> list[str]:
    return sorted(map(str, found.rows()))


# -- pieces ------------------------------------------------------------------------------------------------------

TEXT = 'Sổ liệu\n\narea;period;x;y\n"Hà\nNội";2024;1,5;2\nb;2024;;"1;2"\n\nc;2024;3\nd;2024;4;5;6\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("form", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_text_in_pieces_is_the_text(encoding: str, form: str, size: int, put: Any) -> None:  # noqa: F811
    path = put("a.csv", TEXT.replace("\n", form).encode(encoding))
    whole = read(path)
    parts = list(pieces(path, size))
    assert pl.concat([part.frame for part in parts]).equals(whole.frame, null_equal=True)
    gathered = Gathered()
    for part in parts:
        gathered.add(part.findings)
    shown = [pl.concat([item.frame("en") for item in found]) for found in (gathered.findings(), whole.findings)]
    assert listed(shown[0]) == listed(shown[1])
    assert size > 1000 or len(parts) > 1


def test_vietnamese_in_its_long_form_is_composed_in_pieces_too(put: Any) -> None:  # noqa: F811
    path = put("a.csv", unicodedata.normalize("NFD", "area,x\nHà Nội,1\nThừa Thiên Huế,2\n"))
    for size in (1, 3, 1000):
        parts = [part.frame["area"] for part in pieces(path, size)]
        assert pl.concat(parts).to_list() == ["Hà Nội", "Thừa Thiên Huế"]


@pytest.mark.parametrize("suffix", ["ndjson", "parquet"])
def test_lines_of_json_and_parquet_come_in_pieces(suffix: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"area": [f"a{place}" for place in range(9)], "x": [place / 2 for place in range(9)]})
    path = tmp_path / f"a.{suffix}"
    getattr(frame, f"write_{suffix}")(path)
    parts = list(pieces(path, 40))
    assert len(parts) > 2
    assert pl.concat([part.frame for part in parts]).equals(read(path).frame, null_equal=True)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "[]", "save it as csv, ndjson or parquet"),
        ("a.csv", 'area,x\na,"1\nb,2\n', r"opened in row 2 or before it is never closed"),
        ("a.csv", b"area,x\na,1\nb\xff,2\n", r"byte 0xff at position 12 \(line 3\)"),
        ("a.csv", b"area,x\na,1\nb\0,2\n", "null byte"),
        ("a.ndjson", '{"area":"a"}\n[]\n', "line 2 is no object"),
        ("a.csv", "", "empty"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, content: Any, message: str, put: Any) -> None:  # noqa: F811
    with pytest.raises(piikit.UsageError, match=message):
        list(pieces(put(name, content), 8))


def test_what_is_large_is_told_by_its_kind(tmp_path: Path, put: Any) -> None:  # noqa: F811
    path = put("a.csv", "area,x\na,1\n")
    assert too_large(path, text=5)
    assert not too_large(path, ndjson=5)
    assert too_large(put("a.ndjson", '{"area":"a"}\n'), ndjson=5)
    pl.DataFrame({"area": ["a", "b"], "x": [1, 2]}).write_parquet(tmp_path / "a.parquet")
    assert too_large(tmp_path / "a.parquet", values=3)
    assert not too_large(tmp_path / "a.parquet", values=4)
    assert not too_large(put("a.json", "[]"), text=1)
    assert not too_large(pl.DataFrame())


def test_memory_is_bound_by_the_piece_not_by_the_file(put: Any) -> None:  # noqa: F811
    path = put("a.csv", "area,x\n" + "".join(f"area {place},1.5\n" for place in range(2000)))
    heights = [part.frame.height for part in pieces(path, 500)]
    assert sum(heights) == 2000
    assert max(heights) <= 2 * 500 // len("area 1,1.5\n") + 1


# -- figures -----------------------------------------------------------------------------------------------------


def table(areas: Any, periods: Any, *, separator: str = ",") -> str:
    lines = [separator.join(("area", "period", *LEAVES))]
    for number, period in enumerate(periods):
        for place, area in enumerate(areas):
            cells = [str((place * 7 + number * 3 + at * 5) % 23 + 0.25 * at + 1) for at, _ in enumerate(LEAVES)]
            cells[place % 4] = "" if place % 5 == 3 else cells[place % 4]
            lines.append(separator.join((str(area), str(period), *cells)))
    return "\n".join(lines) + "\n"


NAMES = ENGINE.edition("pii-2024").areas.names  # type: ignore[union-attr]


@pytest.mark.parametrize("document", [DOCUMENT, LISTED, PANEL], ids=lambda document: document["id"])
@pytest.mark.parametrize("periods", [[2024], [2024, 2022, 2023]])
@pytest.mark.parametrize("size", [2000, 1 << 20])
def test_a_file_in_pieces_gives_the_same_figures(document: Any, periods: Any, size: int, put: Any) -> None:  # noqa: F811
    areas = NAMES[::-1][:30] if document is LISTED else [f"unit {place}" for place in range(20, 0, -1)]
    same(put("a.csv", table(areas, periods)), document, size)


def test_faulty_cells_rows_and_keys_are_found_in_any_piece(put: Any) -> None:  # noqa: F811
    text = table(NAMES[:40], [2024, 2023], separator=";") + (
        "Hà Nội;2024;1;2;3;4\nHa Noii;2024;1;2;3;4\n;2024;1;2;3;4\n01;2022;;n/a;abc;1.234\n24;2022;1,5;2;3;2024-01-02\n"
        "48;2022;1;2;3;4;5\n49;2022;1\nĐà Nẵng;2021;1;1;1;1\n48;2021;1000;1;1;1\n"
    )
    path = put("a.csv", text)
    whole = ENGINE.findings(path, LISTED).frame("en")
    assert len({*whole["code"]}) > 8
    for size in (700, 1 << 20):
        found = stream_check(path, ENGINE.edition(LISTED), ENGINE.catalogue, policy={}, piece=size).frame("en")
        assert listed(found) == listed(whole)
    same(path, LISTED, 1500, keep=True)
    with pytest.raises(piikit.InputError, match="Ha Noii"):
        ENGINE.stream(path, LISTED, to=path.parent / "b.parquet", piece=1500)
    assert not (path.parent / "b.parquet").exists()


def test_a_mark_in_another_piece_decides_what_a_number_means(put: Any) -> None:  # noqa: F811
    rows = [f"unit {place};1.234;1;1;1\n" for place in range(20)]
    text = "area;x;y;z;w\n" + "".join(rows) + "last;1,5;2;2;2\nmore;1.234.567;3;3;3\n"
    same(put("a.csv", text), DOCUMENT, 300)


def test_items_are_turned_into_values_and_a_zero_denominator_is_found(tmp_path: Path) -> None:
    frame = pl.read_csv(piikit.sample(), infer_schema=False)
    spoilt = frame.with_columns(pl.when(pl.col("area") == frame["area"][5]).then(pl.lit("0")).otherwise("population"))
    for number, rows in enumerate((frame, spoilt.rename({"literal": "x"}, strict=False))):
        path = tmp_path / f"{number}.csv"
        rows.select(frame.columns).write_csv(path)
        same(path, "pii-2024", 40_000, keep=True)


def test_published_bounds_take_the_place_of_the_ends(put: Any) -> None:  # noqa: F811
    bounds = {"code": ["x", "y"], "lower": [0.0, 1.0], "upper": [50.0, 40.0], "period": ["2024", "2030"]}
    same(put("a.csv", table(range(1000, 1030), [2024, 2023])), DOCUMENT, 400, bounds=bounds)


@pytest.mark.parametrize("size", [600, 1 << 20])
def test_a_long_file_may_have_the_rows_of_an_area_anywhere(size: int, put: Any) -> None:  # noqa: F811
    lines = [
        f"unit {place},{period},{item},{(place * 7 + at * 3 + period) % 19 + 0.5},{revision}"
        for revision in (1, 2)
        for at, item in enumerate(LEAVES)
        for period in (2024, 2023)
        for place in range(20)
        if revision == 1 or place % 6 == at
    ]
    lines += ["unit 3,2024,x,7.5,2", "unit 4,2024,x,abc,9", "unit 9,2024,,3,1", "unit 5,2023,xx,3,1"]
    path = put("a.csv", "area,period,item,value,revision\n" + "\n".join(lines) + "\n")
    same(path, DOCUMENT, size, keep=True, record=False)


def test_lines_of_json_with_other_names_in_other_pieces(put: Any) -> None:  # noqa: F811
    rows = [
        {"area": f"u{place}", "x": place / 2 + 1, **({"w": 3 * place + 1} if place > 20 else {})} for place in range(40)
    ]
    rows += [{"area": "last", "x": "2,5", "y": 3}]
    same(put("a.ndjson", "\n".join(map(json.dumps, rows))), DOCUMENT, 300)


CELL = st.sampled_from(["", "1", "2.5", "3,75", "1.234", "-4", "x", "1e2", " 7 ", "-"])
LINE = st.tuples(st.sampled_from(["a", "b", "c", "d", "e", ""]), st.sampled_from(["2023", "2024"]), CELL, CELL, CELL)


@settings(max_examples=12, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=25), st.integers(1, 400))
def test_any_table_in_any_pieces_gives_the_same_findings(lines: list[tuple[str, ...]], size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("area;period;x;y;z\n" + "".join(";".join(line) + "\n" for line in lines))
        whole = ENGINE.findings(path, DOCUMENT).frame("vi")
        found = stream_check(path, ENGINE.edition(DOCUMENT), ENGINE.catalogue, policy={}, piece=size).frame("vi")
        assert listed(found) == listed(whole)


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 3), st.integers(2, 8), st.integers(300, 3000))
def test_pieces_of_any_size_give_the_same_figures(periods: int, areas: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(table([f"u{place}" for place in range(areas)], range(2024, 2024 - periods, -1)))
        same(path, DOCUMENT, size)


# -- what cannot be done, and what is left out -------------------------------------------------------------------


def test_a_method_that_needs_all_rows_is_refused_by_name(put: Any) -> None:  # noqa: F811
    method = Normalise(
        name="own.standing",
        source="a test",
        ends=lambda x, params: {},
        figures=lambda ends, params, published: {},
        score=lambda x, figures, params: x.rank(),
    )

    class Plugin:
        @piikit.hookimpl
        def piikit_methods(self) -> Any:
            yield method

    engine = piikit.Engine([Plugin()])
    nodes = [{**node, "normalise": "own.standing"} if node["code"] == "y" else node for node in DOCUMENT["nodes"]]
    path = put("a.csv", table(range(3), [2024]))
    with pytest.raises(piikit.UsageError, match=r"normalise 'own.standing' of y\."):
        engine.stream(path, {**DOCUMENT, "nodes": nodes}, to=path.parent / "b.parquet")


def test_the_cells_that_are_listed_are_bound_and_counted(put: Any) -> None:  # noqa: F811
    path = put("a.csv", "area,x\n" + "".join(f"u{place},bad\n" for place in range(1500)))
    found = stream_check(path, ENGINE.edition(DOCUMENT), ENGINE.catalogue, policy={}, piece=2000)
    item = next(item for item in found if item.code == "not_a_number")
    assert (item.count, item.cells.height) == (1500, 1000)  # type: ignore[union-attr]
    assert "1,500" in found.grouped("en") or "1500" in found.grouped("en")
    more = found.frame("en").filter(pl.col("code") == "more_cells")
    assert more["message"].to_list() == ["not_a_number in x: 1500 cells in all, of which the first 1000 are listed"]


def test_kinds_of_findings_are_bound_too() -> None:
    gathered = Gathered(cells=2, kinds=3)
    for number in range(5):
        cells = pl.DataFrame({"value": ["a", "b"]})
        gathered.add([Finding(code="unknown_area", column="area", params={"text": number}, cells=cells)])
    found = gathered.findings()
    assert [item.code for item in found] == ["unknown_area"] * 3 + ["more_findings"]
    assert found[-1].params["n"] == 4


@pytest.mark.parametrize(("to", "message"), [("a.csv", "written as .parquet"), ("gone/a.parquet", "no such folder")])
def test_a_wrong_place_is_refused_before_anything_is_read(to: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(piikit.UsageError, match=message):
        ENGINE.stream(tmp_path / "missing.csv", DOCUMENT, to=tmp_path / to)


def test_what_fails_leaves_the_old_file_and_no_other(put: Any) -> None:  # noqa: F811
    path = put("in/a.csv", "area,x\na,bad\n")
    old = put("out/b.parquet", "old")
    with pytest.raises(piikit.InputError):
        ENGINE.stream(path, DOCUMENT, to=old)
    assert old.read_text() == "old"
    assert list(old.parent.iterdir()) == [old]
