"""What a data file says of itself: its columns, units, sources and record, as the W3C's metadata of tables.

Source of the form: W3C, Metadata Vocabulary for Tabular Data (2015), https://www.w3.org/TR/tabular-metadata/.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from piikit.findings.finding import FIRST
from piikit.findings.messages import LANGUAGES, messages
from piikit.office.reports.tables import labelled
from piikit.result import Result, frames_of

KEYS: Mapping[str, Mapping[str, str]] = {
    "scores": {"status": "edition_status"},
    "bounds": {"source": "bounds_source"},
    "attainment": {},
    "findings": {"code": "finding", "value": "found"},
}
"""The columns of each frame whose texts stand under another key."""
ROW_KEYS = ("area", "period", "scenario", "code")
"""What tells the rows of the scores apart."""
PARQUET_KEY = "piikit"
"""The key under which a parquet file holds its metadata, as JSON."""


def csv_metadata(result: Result, decimal: str = ".") -> dict[str, Any]:
    """The metadata of the long scores as csv."""
    commas = decimal == ","
    dialect = {
        "encoding": "utf-8",
        "header": True,
        "delimiter": ";" if commas else ",",
        "quoteChar": '"',
        "doubleQuote": True,
    }
    return {**_head(result), "dialect": dialect, **_scores(result, decimal), "notes": [_notes(result)]}


def parquet_metadata(result: Result, _: str = ".") -> dict[str, Any]:
    """The metadata of the long scores as parquet."""
    return {**_head(result), **_scores(result, "."), "notes": [_notes(result)]}


def json_metadata(result: Result, _: str = ".") -> dict[str, Any]:
    """The metadata of the whole result as json: a table each of its four frames."""
    frames = {name: getattr(result, name).schema for name in KEYS}
    tables = [
        {"name": name, "tableSchema": {"columns": _columns(schema, KEYS[name])}} for name, schema in frames.items()
    ]
    return {**_head(result), "tables": tables, "notes": [_notes(result)]}


def parquet(result: Result) -> bytes:
    """The long scores as parquet, with their metadata inside."""
    buffer = io.BytesIO()
    said = json.dumps(parquet_metadata(result), ensure_ascii=False, allow_nan=False)
    frames_of(result).labelled_scores().write_parquet(buffer, metadata={PARQUET_KEY: said})
    return buffer.getvalue()


def _head(result: Result) -> dict[str, Any]:
    edition, plan = result.edition, result.plan
    sources = [*edition.sources, *(plan.sources if plan is not None else ())]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": result.lang}],
        "dc:title": _both(edition.title),
        "dc:identifier": result.record["id"],
        "dc:source": sources,
        "rdfs:comment": [
            {"@value": item.line(lang), "@language": lang}
            for item in result.all_findings
            if item.code in FIRST
            for lang in LANGUAGES
        ],
    }


def _both(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": names[lang], "@language": lang} for lang in LANGUAGES if names.get(lang)]


def _scores(result: Result, decimal: str) -> dict[str, Any]:
    schema = {**result.scores.schema, **dict.fromkeys(("edition", "status", "record", "warning"), pl.String())}
    return {"tableSchema": {"columns": _columns(schema, KEYS["scores"], decimal), "primaryKey": list(ROW_KEYS)}}


def _columns(schema: Mapping[str, pl.DataType], keys: Mapping[str, str], decimal: str = ".") -> list[dict[str, Any]]:
    """A description of each column: name, titles in both languages, type, unit where it is fixed, meaning."""
    described = []
    for name, dtype in schema.items():
        texts = {lang: labelled(name, messages(lang), keys.get(name)) for lang in LANGUAGES}
        column: dict[str, Any] = {
            "name": name,
            "titles": {"und": name, **{lang: text.label for lang, text in texts.items()}},
            "datatype": _datatype(dtype, decimal),
            "dc:description": [{"@value": text.meaning, "@language": lang} for lang, text in texts.items()],
        }
        if texts["en"].unit:
            column["schema:unitText"] = [{"@value": text.unit, "@language": lang} for lang, text in texts.items()]
        described.append(column)
    return described


def _datatype(dtype: pl.DataType, decimal: str) -> Any:
    if dtype.is_float():
        return {"base": "double", "format": {"decimalChar": ","}} if decimal == "," else "double"
    if dtype.is_integer():
        return "integer"
    return {pl.Boolean: "boolean", pl.Date: "date"}.get(type(dtype), "string")


def _notes(result: Result) -> dict[str, Any]:
    """What belongs to the figures beyond their columns: edition, plan, record, warnings, the nodes with their units."""
    edition, plan = result.edition, result.plan
    nodes = [
        {
            "code": code,
            "level": node.level,
            "name": dict(node.name),
            **({"unit": node.unit.id, "unit_name": dict(node.unit.name)} if node.unit is not None else {}),
            **({"direction": node.direction} if node.is_indicator else {}),
            **({"source": node.source} if node.source else {}),
        }
        for code, node in edition.nodes.items()
    ]
    return {
        "edition": {
            "id": edition.id,
            "status": edition.status,
            "period": edition.period,
            "title": dict(edition.title),
            "sources": list(edition.sources),
            "doubts": [dict(doubt) for doubt in edition.doubts],
        },
        "plan": {"id": plan.id, "title": dict(plan.title), "sources": list(plan.sources)} if plan is not None else None,
        "warnings": [
            {"code": item.code, **{lang: item.line(lang) for lang in LANGUAGES}}
            for item in result.all_findings
            if item.code in FIRST
        ],
        "record": result.record,
        "nodes": nodes,
    }
