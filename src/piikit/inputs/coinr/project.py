"""A COINr project as data and an edition: what `from_coinr` gives."""

from __future__ import annotations

import functools
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.files.origins import as_text
from piikit.files.safe_writing import not_written
from piikit.findings.errors import InputError, UsageError
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang, Phrase
from piikit.findings.paths import path_of
from piikit.framework.documents import Json
from piikit.inputs.coinr.data import UNDATED, Data, column_faults, read_columns, tidy, with_marked
from piikit.inputs.coinr.meta import Meta, read_meta
from piikit.inputs.coinr.names import codes_for, plain
from piikit.inputs.coinr.tree import TARGETED, in_tree, method_name, node_entries, unit_ids

SCHEMA = "edition.schema.json"
FILES = ("data.csv", "edition.json")


@frozen(kw_only=True, repr=False)
class CoinrProject:
    """What `from_coinr` gives: the two tables of a COINr project as piikit takes them.

    Attributes:
        data: a row an area and period: area (`uCode`), area_name, period, then groups as text, indicators and
            denominators as 64-bit numbers.
        edition: the edition's document, of status "local": areas, groups, units, the tree, weights, methods.
        found: what has no counterpart, as findings.

    >>> import piikit
    >>> meta = {"Level": [1, 1, 2], "iCode": ["pat", "co2", "IDX"], "Direction": [1, -1, 1], "Weight": [1, 1, 1],
    ...         "Parent": ["IDX", "IDX", None], "Type": ["Indicator", "Indicator", "Aggregate"]}
    >>> project = piikit.from_coinr({"uCode": ["A", "B"], "pat": [3.0, 5.0], "co2": [1.0, 9.0]}, meta)
    >>> project
    <CoinrProject coinr-project: 2 areas, 2 indicators>
    >>> piikit.evaluate(project.data, project.edition).table("score")["IDX"].to_list()
    [50.0, 50.0]
    """

    __module__ = "piikit.types"

    data: pl.DataFrame = field(repr=False)
    edition: Json = field(repr=False)
    found: Findings = field(repr=False)
    lang: Lang = "en"

    @functools.cached_property
    def findings(self) -> pl.DataFrame:
        """Every finding on the two tables; columns as `Result.findings`."""
        return self.found.frame(self.lang)

    def write(self, folder: str | Path) -> Path:
        """Write `data.csv` and `edition.json` into a folder that is new or empty: both or none.

        Raises:
            UsageError: the folder holds something, or cannot be written to.
        """
        folder = path_of(folder, self.lang)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError("folder_not_empty", folder=str(folder))
        numbers = [as_text(name) for name, dtype in self.data.schema.items() if dtype == pl.Float64]
        contents = (
            self.data.with_columns(numbers).write_csv().encode(),
            (json.dumps(self.edition, ensure_ascii=False, indent=1) + "\n").encode(),
        )
        try:
            beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}.", suffix=".part"))
            try:
                for name, content in zip(FILES, contents, strict=True):
                    (beside / name).write_bytes(content)
                # mkdtemp makes a folder for its owner alone; this one is as readable as any other made here.
                umask = os.umask(0)
                os.umask(umask)
                beside.chmod(0o777 & ~umask)
                if folder.exists():
                    folder.rmdir()
                beside.rename(folder)
            except BaseException:
                shutil.rmtree(beside, ignore_errors=True)
                raise
        except OSError as error:
            raise not_written(folder, error) from error
        return folder

    def __repr__(self) -> str:
        nodes = [node for node in self.edition["nodes"] if node["level"] == "indicator"]
        return f"<CoinrProject {self.edition['id']}: {len(self.edition['areas'])} areas, {len(nodes)} indicators>"


def from_coinr(
    iData: Any,
    iMeta: Any,
    *,
    id: str = "coinr-project",
    period: str | None = None,
    title: str | Mapping[str, str] | None = None,
    index: str | None = None,
    methods: Mapping[str, Any],
    lang: Lang = "en",
) -> CoinrProject:
    """See `piikit.from_coinr`; `methods` are the defaults of the edition by step.

    Raises:
        InputError: with everything that is wrong with the two tables.
    """
    metas, found = read_meta(iMeta)
    _stop(found, lang)
    frame, form = read_columns(iData, metas)
    metas = with_marked(metas, frame.columns)
    found += [*form, *column_faults(frame, metas)]
    nodes, wrong = in_tree(metas, index)
    found += wrong
    _stop(found, lang)
    inside = {meta.code for meta in nodes}
    metas = [meta for meta in metas if not meta.is_node or meta.code in inside or meta.code in _divisors(nodes)]
    codes = codes_for([meta.code for meta in metas])
    data = tidy(frame, metas, codes, period)
    found += [*data.findings, *_said(metas, codes, data, methods, dated="Time" in frame.columns or period is not None)]
    _stop(found, lang)
    document = _document(nodes, metas, codes, data, id=id, period=period, title=title, index=index, methods=methods)
    return CoinrProject(data=data.frame, edition=document, found=Findings(found).sorted(), lang=lang)


def _stop(found: list[Finding], lang: Lang) -> None:
    errors = Findings(found).errors
    if errors:
        raise InputError(errors, title=Phrase("coinr.bad_tables"), lang=lang)


def _divisors(nodes: list[Meta]) -> set[str | None]:
    """Indicators outside the tree that one inside is divided by."""
    return {meta.denominator for meta in nodes}


def _said(
    metas: list[Meta], codes: Mapping[str, str], data: Data, methods: Mapping[str, Any], *, dated: bool
) -> list[Finding]:
    found = [
        Finding(code="coinr_renamed", severity="warning", column=code, params={"value": text, "code": code})
        for text, code in codes.items()
        if text != code
    ]
    targets = [meta.code for meta in metas if meta.kind == "Indicator" and meta.target is not None]
    if targets and method_name(methods["normalise"]) != TARGETED:
        params = {"value": len(targets), "method": method_name(methods["normalise"])}
        found.append(Finding(code="coinr_target_unused", severity="info", column="Target", params=params))
    if not dated:
        found.append(Finding(code="coinr_no_period", severity="info", column="Time", params={"value": UNDATED}))
    return found


def _document(
    nodes: list[Meta],
    metas: list[Meta],
    codes: Mapping[str, str],
    data: Data,
    *,
    id: str,
    period: str | None,
    title: str | Mapping[str, str] | None,
    index: str | None,
    methods: Mapping[str, Any],
) -> Json:
    units = unit_ids(nodes)
    entries = node_entries(nodes, codes, units, methods["normalise"], index)
    named = title or entries[0].get("name") or id
    names = {meta.code: meta.name for meta in metas}
    document: Json = {
        "$schema": SCHEMA,
        "id": id,
        "status": "local",
        "period": period or max(data.frame["period"].to_list(), default=UNDATED),
        "title": dict(named) if isinstance(named, Mapping) else {"vi": named, "en": named},
        "sources": ["COINr project: iData, iMeta"],
        "defaults": dict(methods),
    }
    if units:
        document["units"] = {
            name: {"name": {"vi": text, "en": text}, "dimension": "as stated in iMeta"} for text, name in units.items()
        }
    groups = {code: names.get(text) or text for text, code in codes.items() if code in data.groups}
    if groups:
        keys = codes_for([plain(code).lower() for code in groups], columns=False)
        document["groups"] = {
            key: {"name": {"vi": name, "en": name}, "column": code}
            for key, (code, name) in zip(keys.values(), groups.items(), strict=True)
        }
    if data.areas:
        document["areas"] = list(data.areas)
    document["nodes"] = entries
    return document
