"""Read JSON documents and check them against `schemas/`: every fault at once, with its JSON pointer."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from piikit.findings.errors import DocumentError, UnreadableError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang, Phrase, messages
from piikit.findings.paths import path_of

MAX_BYTES = 8_000_000
"""A document larger than this is refused unread: the largest shipped one is about 50 kB."""
MAX_DEPTH = 60
"""Nesting deeper than this is refused: documents nest about six levels."""

Json = dict[str, Any]


def parse(text: str | bytes, *, name: str, lang: Lang = "en") -> Json:
    """A JSON object from text.

    Raises:
        DocumentError: not JSON, not an object, a key given twice, NaN or Infinity, too large or too deep.
    """
    document: Json = _parsed(text, name=name, lang=lang, kinds=(dict,))
    return document


def parse_any(text: str | bytes, *, name: str, lang: Lang = "en") -> Json | list[Any]:
    """A JSON object or array from text; as `parse` otherwise."""
    value: Json | list[Any] = _parsed(text, name=name, lang=lang, kinds=(dict, list))
    return value


def _parsed(text: str | bytes, *, name: str, lang: Lang, kinds: tuple[type, ...]) -> Any:
    found: list[Finding] = []

    def pairs(items: list[tuple[str, Any]]) -> Json:
        keys = [key for key, _ in items]
        found.extend(fault("", "document_duplicate_key", value=key) for key in {k for k in keys if keys.count(k) > 1})
        return dict(items)

    def constant(word: str) -> None:
        found.append(fault("", "document_not_json", reason=word))

    value: Any = None
    if len(text) > MAX_BYTES:
        found.append(fault("", "document_too_large", bytes=len(text), limit=MAX_BYTES))
    else:
        try:
            value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
        except (ValueError, RecursionError) as error:
            found.append(fault("", "document_not_json", reason=str(error)))
    if not found and not isinstance(value, kinds):
        found.append(fault("", "document_not_object"))
    if not found and _depth(value) > MAX_DEPTH:
        found.append(fault("", "document_too_deep", limit=MAX_DEPTH))
    if found:
        raise DocumentError(Findings(found), title=name, lang=lang)
    return value


def read(path: str | Path, *, lang: Lang = "en") -> Json:
    """A JSON object from a file.

    Raises:
        UnreadableError: the file cannot be read.
        DocumentError: its content is no JSON object.
    """
    return parse(read_bytes(path), name=str(path), lang=lang)


def read_bytes(path: str | Path) -> bytes:
    """The content of a document's file, up to one byte more than a document may have.

    Raises:
        UnreadableError: the file cannot be read.
    """
    try:
        with path_of(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError("not_opened", file=str(path), reason=error.strerror or str(error)) from error


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH + 1:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def packaged(*parts: str) -> Traversable:
    """A file shipped with piikit, below `data/`."""
    return resources.files("piikit").joinpath("data", *parts)


def schema_root() -> Traversable:
    """The folder of schemas: in the installed package, or in the repository for an editable install."""
    inside = resources.files("piikit").joinpath("schemas")
    if inside.is_dir():
        return inside
    return Path(__file__).resolve().parents[3] / "schemas"


@functools.cache
def schema(name: str) -> Json:
    """A shipped schema by its file's name under `schemas/`, such as "edition.schema.json"."""
    document: Json = json.loads(schema_root().joinpath(*name.split("/")).read_text(encoding="utf-8"))
    return document


@functools.cache
def item_schemas() -> Mapping[str, Json]:
    """The description of every raw item that piikit ships, by item name."""
    folder = schema_root().joinpath("items")
    found: dict[str, Json] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".schema.json"):
            found.update(schema(f"items/{file.name}")["properties"])
    return found


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    # Only shipped schemas can be referred to: an address or a file in a $ref is an error, nothing is fetched.
    names = [file.name for file in schema_root().iterdir() if file.name.endswith(".schema.json")]
    registry: Registry[Any] = Registry().with_resources((n, Resource.from_contents(schema(n))) for n in names)
    return Draft202012Validator(schema(name), registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def schema_faults(document: Any, schema_name: str) -> Findings:
    """Every place where a document breaks a shipped schema, in the order of the document."""
    errors = _leaves(_validator(schema_name).iter_errors(document))
    found = [_as_finding(error) for error in sorted(errors, key=lambda e: [str(p) for p in e.absolute_path])]
    # jsonschema names each missing key by itself; one finding names them all.
    by_place: dict[tuple[str, str | None], list[Finding]] = {}
    once = []
    for item in found:
        beside = by_place.setdefault((item.code, item.column), [])
        if item not in beside:
            beside.append(item)
            once.append(item)
    return Findings(once)


def _leaves(errors: Iterable[ValidationError]) -> Iterable[ValidationError]:
    for error in errors:
        if error.context and error.validator in {"allOf", "if"}:
            yield from _leaves(error.context)
        else:
            yield error


def schema_reason(error: ValidationError) -> Phrase | str:
    """What a value breaks of a schema; in the words of jsonschema, in English, where the catalogue has none."""
    reason = Phrase(f"schema.{error.validator}", rule=error.validator_value)
    return reason if messages("en").has(reason.key) else error.message


def _as_finding(error: ValidationError) -> Finding:
    where = pointer(*error.absolute_path)
    keyword = str(error.validator)
    rule: Any = error.validator_value
    instance: Any = error.instance
    schema: Any = error.schema
    value = error.instance if isinstance(error.instance, str | int | float | bool) else ""
    params: Json = {"value": value, "rule": rule, "reason": "" if keyword == "required" else schema_reason(error)}
    if keyword == "required":
        missing = [key for key in rule if key not in instance]
        params["rule"] = missing
    elif keyword == "additionalProperties":
        known = schema.get("properties", {})
        params["rule"] = sorted(set(instance) - set(known))
        params["known"] = sorted(known)
    known_keywords = {"required", "additionalProperties", "type", "enum", "pattern", "minimum", "maximum", "minItems"}
    code = f"schema_{keyword}" if keyword in known_keywords else "schema_other"
    return fault(where, code, **params)


def digest(value: Any) -> str:
    """A hash of a document's content that does not depend on the order of keys or on white space.

    >>> digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    True
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
