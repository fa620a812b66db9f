"""The first reading of a large file: every piece checked, its sound figures put on disk, its keys held in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from attrs import evolve, frozen

from piikit.files.origins import relaxed
from piikit.files.pieces import pieces
from piikit.files.wide_columns import value_column
from piikit.findings.finding import HIDDEN, Finding, cells_of
from piikit.findings.paths import path_of
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs.checks.consistency import other_periods, other_years
from piikit.inputs.keys import BASE, AreaIndex, area_texts, index_of
from piikit.inputs.long import figure_column, from_sdmx
from piikit.inputs.table import Checked, checked_rows, keyed_rows, shown_marks
from piikit.scoring.large_files.gathered_findings import CELLS, Gathered

ROW = HIDDEN["row"]
KEYS = ("area", "area_name", "period", "scenario")


@frozen(kw_only=True)
class ReadRows:
    """What is known of all rows once a file has been read.

    Attributes:
        files: tables on disk, a file a piece, with the figures of its rows in the order of `keys`.
        keys: place (in the list of areas), period (in `periods`), `@row`; a row a row of the files.
        order: the rows of `keys` that can be used, by period and then place.
        areas: the areas that rows are about.
        periods: the periods, sorted.
        items, codes, groups: the columns that the data have.
        absent: by period, how many areas of the edition have no row.
        any_rows: whether there was a row at all.
    """

    file: str
    files: tuple[Path, ...]
    keys: pl.DataFrame
    order: np.ndarray
    areas: AreaIndex
    periods: tuple[str, ...]
    items: tuple[str, ...]
    codes: tuple[str, ...]
    groups: tuple[str, ...]
    absent: dict[str, int]
    has_data: bool

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns of numbers by the names that the pipeline calls them."""
        return (*self.items, *(value_column(code) for code in self.codes))

    def named(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Keys as texts: area, area_name, period, scenario, and where each row stands in the file."""
        places = keys["place"]
        return pl.DataFrame(
            [
                self.areas.codes.gather(places).alias("area"),
                self.areas.names.gather(places).alias("area_name"),
                pl.Series("period", self.periods, dtype=pl.String).gather(keys["period"]),
                pl.Series("scenario", [BASE], dtype=pl.String).new_from_index(0, len(places)),
                pl.Series(HIDDEN["file"], [self.file], dtype=pl.String).new_from_index(0, len(places)),
                pl.Series(HIDDEN["sheet"], [None], dtype=pl.String).new_from_index(0, len(places)),
                keys[ROW],
            ]
        )


def read_rows(
    path: str | Path, edition: Edition, catalogue: Catalogue, *, folder: Path, size: int, found: Gathered
) -> ReadRows:
    """Read and check a file piece by piece.

    Args:
        path: the file.
        edition: the framework.
        catalogue: items and checks.
        folder: where the sound figures are put.
        size: bytes of a piece.
        found: takes the findings.
    """
    path = path_of(path)
    numbers = _Numbers(edition)
    shape: dict[str, dict[str, None]] = {"items": {}, "codes": {}, "groups": {}}
    files: list[Path] = []
    parts: list[pl.DataFrame] = []
    has_data = False
    for checked in _checked(path, edition, catalogue, folder=folder, size=size, found=found, numbers=numbers):
        has_data = True
        found.add(checked.findings)
        columns = checked.columns
        for kind in shape:
            shape[kind] |= dict.fromkeys(getattr(columns, kind))
        frame = checked.frame
        parts.append(numbers.keys(frame))
        files.append(folder / f"rows-{len(files):06}.parquet")
        values = [*columns.groups, *columns.items, *(value_column(code) for code in columns.codes)]
        frame.select(values if values else pl.lit(None).alias("@none")).write_parquet(
            files[-1], compression="lz4", statistics=False
        )
    empty = pl.DataFrame(schema={"place": pl.UInt32, "period": pl.UInt32, ROW: pl.Int64})
    areas, periods, keys = numbers.whole(pl.concat([empty, *parts]))
    made = ReadRows(
        file=path.name,
        files=tuple(files),
        keys=keys,
        order=np.empty(0, np.int64),
        areas=areas,
        periods=periods,
        items=tuple(shape["items"]),
        codes=tuple(shape["codes"]),
        groups=tuple(shape["groups"]),
        absent={},
        has_data=has_data,
    )
    return _whole(made, edition, found)


class _Texts:
    """Texts as numbers that stay the same from piece to piece, in the order of first appearance.

    It lives for one reading: each text is held once, and a number a text that was seen.
    """

    def __init__(self) -> None:
        self._type = pl.Categorical(pl.Categories.random())
        # polars forgets the numbers of a type that no column has any more.
        self._held = pl.Series([""], dtype=pl.String).cast(self._type)
        self._seen = np.zeros(0, dtype=np.bool_)
        self._texts: list[pl.Series] = []
        self._order: list[np.ndarray] = []

    def number(self, texts: pl.Series) -> pl.Series:
        """A number for each text; equal ones have the same."""
        numbers = texts.cast(self._type).to_physical()
        own = numbers.drop_nulls().unique(maintain_order=True).to_numpy().astype(np.int64)
        if len(own) and int(own.max()) >= len(self._seen):
            self._seen = np.concatenate((self._seen, np.zeros(2 * int(own.max()) + 1, dtype=np.bool_)))
        new = own[~self._seen[own]]
        if len(new):
            self._seen[new] = True
            first = texts.filter(numbers.is_in(new.tolist())).unique(maintain_order=True)
            self._texts.append(first)
            self._order.append(new)
        return numbers

    def listed(self, numbers: pl.Series, *, alphabetic: bool = False) -> tuple[pl.Series, pl.Series]:
        """The texts in order, and the place in it of each number."""
        texts = pl.concat(self._texts) if self._texts else pl.Series(dtype=pl.String)
        order = np.concatenate(self._order) if self._order else np.empty(0, np.int64)
        if alphabetic:
            by = texts.arg_sort()
            texts, order = texts.gather(by), order[by.to_numpy()]
        places = np.zeros(int(order.max(initial=-1)) + 1, dtype=np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        return texts, pl.Series(places[numbers.to_numpy()] if len(numbers) else [], dtype=pl.Int32)


class _Numbers:
    """The keys of rows as numbers; it lives for one reading."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._area, self._period = _Texts(), _Texts()

    def appeared(self, texts: pl.Series) -> None:
        """Areas as they appear, which is their order in an edition without a list."""
        if self._edition.areas is None:
            self._area.number(texts.str.strip_chars().replace("", None))

    def keys(self, frame: pl.DataFrame) -> pl.DataFrame:
        """place, period, `@row` of checked rows, as numbers of this reading."""
        listed = self._edition.areas is not None
        place = frame["place"].cast(pl.UInt32) if listed else self._area.number(frame["area"])
        row = frame[ROW] if ROW in frame.columns else pl.Series([None], dtype=pl.Int64).new_from_index(0, frame.height)
        return pl.DataFrame(
            [place.alias("place"), self._period.number(frame["period"]).alias("period"), row.alias(ROW)]
        )

    def whole(self, keys: pl.DataFrame) -> tuple[AreaIndex, tuple[str, ...], pl.DataFrame]:
        """The areas in order, the periods sorted, and the keys by their places in both."""
        index, place = index_of(self._edition), keys["place"].cast(pl.Int32)
        if self._edition.areas is None:
            codes, place = self._area.listed(keys["place"])
            index = AreaIndex(codes=codes, names=codes, listed=False)
        periods, period = self._period.listed(keys["period"], alphabetic=True)
        return index, tuple(periods), keys.with_columns(place.alias("place"), period.alias("period"))


def _checked(
    path: Path, edition: Edition, catalogue: Catalogue, *, folder: Path, size: int, found: Gathered, numbers: _Numbers
) -> Iterator[Checked]:
    """The checked rows of each piece; of a long file, of each share of its areas."""
    shares = max(1, -(-path.stat().st_size // size))
    some = long = False
    marks = _marks((from_sdmx(read.frame) for read in pieces(path, size)), edition, catalogue)
    for number, read in enumerate(pieces(path, size)):
        found.add(read.findings)
        raw = from_sdmx(read.frame)
        if "area" not in raw.columns:
            found.add([Finding(code="missing_key", column="area", params={"table": "data", "columns": raw.columns})])
            continue
        if raw.is_empty():
            if not some:
                columns = checked_rows(
                    keyed_rows(raw, area_texts(raw), index_of(edition), edition)[0], edition, catalogue
                )
                found.add(columns.findings)
            continue
        some = True
        texts = area_texts(raw)
        numbers.appeared(texts)
        keyed, wrong = keyed_rows(raw, texts, index_of(edition, texts), edition)
        found.add(wrong)
        if figure_column(keyed) is None:
            yield checked_rows(keyed, edition, catalogue, marks)
        else:
            long = True
            _share(keyed, numbers, folder, number, shares)
    if not some:
        found.add([Finding(code="no_rows", column="area")])
    if long:
        yield from _long(edition, catalogue, folder, found)


def _marks(
    frames: Iterator[pl.DataFrame], edition: Edition, catalogue: Catalogue, *, long: bool = False
) -> dict[str, frozenset[str]]:
    """What all pieces together show of the decimal marks of each column: 1.234 is decided by the whole column."""
    marks: dict[str, frozenset[str]] = {}
    for frame in frames:
        if frame.is_empty() or (figure_column(frame) is not None and not long):
            continue  # the rows of a long table are looked at where their revisions are known
        for name, shown in shown_marks(frame, edition, catalogue).items():
            marks[name] = marks.get(name, frozenset()) | shown
    return marks


def _share(keyed: pl.DataFrame, numbers: _Numbers, folder: Path, piece: int, shares: int) -> None:
    """Rows of a long table by area and period: a share of them has all rows of each of its areas."""
    keys = numbers.keys(keyed).select(pl.col("place", "period").cast(pl.Int64))
    # The place of an area that no list knows is that in its piece: here it must be one for all pieces.
    keyed = keyed.with_columns(keys["place"].cast(pl.Int32))
    keys = keys.fill_null(0)
    share = (keys["place"] * 31 + keys["period"]) % shares
    for (number,), rows in keyed.group_by(share.alias("@share"), maintain_order=True):
        place = folder / f"long-{int(number):06}"
        place.mkdir(exist_ok=True)
        rows.drop("@share", strict=False).write_parquet(
            place / f"{piece:06}.parquet", compression="lz4", statistics=False
        )


def _long(edition: Edition, catalogue: Catalogue, folder: Path, found: Gathered) -> Iterator[Checked]:
    shares = sorted(folder.glob("long-*"))
    marks = _marks(map(_gathered, shares), edition, catalogue, long=True)
    for share in shares:
        keyed = _gathered(share)
        for file in share.iterdir():
            file.unlink()
        checked = checked_rows(keyed, edition, catalogue, marks)
        found.add(other_years(checked.trail, checked.frame, edition) if not checked.trail.is_empty() else ())
        yield checked


def _gathered(share: Path) -> pl.DataFrame:
    """The rows of a share, in the order of the file."""
    return pl.concat(relaxed([pl.read_parquet(file) for file in sorted(share.iterdir())]), how="diagonal_relaxed")


def _whole(rows: ReadRows, edition: Edition, found: Gathered) -> ReadRows:
    """What only all rows together tell: doubled keys, absent areas, other periods; and the order of the rows."""
    keys = rows.keys
    twice = keys.select(pl.struct("place", "period").is_duplicated()).to_series()
    if twice.any():
        doubled = keys.filter(twice).with_columns(pl.len().over("place", "period").alias("times"))
        first = doubled.head(CELLS)
        cells = cells_of(rows.named(first).with_columns(first["times"]), pl.col("times"))
        found.add([Finding(code="duplicate_key", column="area", cells=cells, total=doubled.height)])
    numbered = keys.with_row_index("@at").filter(~twice) if twice.any() else keys.with_row_index("@at")
    numbered = numbered.sort("period", "place")
    present = numbered["period"].unique().sort()
    periods = tuple(rows.periods[place] for place in present)
    ranks = np.zeros(max(len(rows.periods), 1), np.int32)
    ranks[present.to_numpy()] = np.arange(len(present))
    keys = numbered.with_columns(pl.Series("period", ranks[numbered["period"].to_numpy()], dtype=pl.Int32))
    order = keys["@at"].to_numpy()
    rows = evolve(rows, keys=keys.drop("@at"), order=order, periods=periods)
    if periods:
        found.add(other_periods(pl.Series(periods, dtype=pl.String), edition))
    absent, gone = _absent(rows, edition)
    found.add(gone)
    return evolve(rows, absent=absent)


def _absent(rows: ReadRows, edition: Edition) -> tuple[dict[str, int], list[Finding]]:
    """How many areas of the edition lack a row, by period, and a finding a period that names them."""
    total, found = len(rows.areas), []
    if not rows.areas.listed:
        return dict.fromkeys(rows.periods, 0), []
    counts = np.bincount(rows.keys["period"].to_numpy(), minlength=len(rows.periods))
    every = pl.DataFrame({"area": rows.areas.codes, "area_name": rows.areas.names})
    starts = np.concatenate(([0], np.cumsum(counts)))
    for place, period in enumerate(rows.periods):
        if counts[place] < total:
            here = rows.keys["place"][int(starts[place]) : int(starts[place + 1])]
            gone = np.setdiff1d(np.arange(total), here.to_numpy())
            cells = every[gone.tolist()].with_columns(pl.lit(period).alias("period"))
            params = {"present": int(counts[place]), "total": total, "edition": edition.id}
            found.append(Finding(code="absent_area", severity="warning", column="area", params=params, cells=cells))
    return {period: total - int(counts[place]) for place, period in enumerate(rows.periods)}, found
