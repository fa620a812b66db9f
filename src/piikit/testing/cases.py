"""Decision cases: inputs and the results that must come out, as plain JSON files that anyone can write and check.

A case is described by `schemas/case.schema.json`. In a test of an agency's own, with pytest:

    @pytest.mark.parametrize("case", load_cases("tests/cases"), ids=str)
    def test_case(case):
        assert_case(case)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import polars as pl
from attrs import evolve, frozen

from piikit.engine import Engine, default_engine
from piikit.findings.errors import DocumentError, FindingsError, PiikitError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding, Findings
from piikit.framework.documents import Json, read, schema_faults
from piikit.framework.edition import Edition
from piikit.result import Result

__all__ = ["Case", "Mismatch", "assert_case", "load_cases", "run_case"]

TOLERANCE = 1e-9
"""By how much a figure may differ: as precisely as ranks compare scores."""
FIGURES: Mapping[str, tuple[str, ...]] = {
    "scores": ("value", "score", "rank", "n_ranked", "coverage"),
    "bounds": ("lower", "upper", "source"),
    "attainment": ("status", "reason_code", "required", "actual", "gap", "gap_points", "step", "on_track"),
}
"""The frames of a result that a case can speak of, with the columns that are compared; other columns find the row."""


@frozen(kw_only=True)
class Case:
    """Inputs and what must come out.

    Attributes:
        id: the name of the case, unique in its file.
        title, why, source: what it shows, why that is right, where the figures come from.
        edition, plan: an id of what the engine knows, or a document.
        data, scores, bounds: rows or columns, as `piikit.evaluate` takes them.
        baseline: edition, data, scores and bounds that are evaluated first, or None.
        on_findings: "raise" or "keep".
        expected: scores, bounds, attainment, findings, no_findings, error; only what is named is compared.
        tolerance: by how much a figure may differ.
        file: where it was read from.

    >>> str(Case(id="ties", title="Ties share a rank", edition="pii-2024", expected={}, file="cases/ranks.json"))
    'cases/ranks.json: ties'
    """

    id: str
    title: str
    edition: str | Json
    expected: Mapping[str, Any]
    why: str | None = None
    source: str | None = None
    data: Any = None
    scores: Any = None
    bounds: Any = None
    plan: str | Json | None = None
    baseline: Json | None = None
    on_findings: Literal["raise", "keep"] = "raise"
    tolerance: float = TOLERANCE
    file: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.id}" if self.file else self.id


@frozen(kw_only=True)
class Mismatch:
    """One thing that did not come out as expected.

    Attributes:
        file, case: where it is said.
        area, node: the place in the result; None where it has none.
        what: the figure compared: "score", "status", "finding", …
        expected, got: the two sides; None is a missing figure.

    >>> print(Mismatch(file="cases/a.json", case="two", area="Huế", node="IN", what="score", expected=50, got=None))
    cases/a.json: two: area Huế, node IN, score: expected 50, got none
    """

    file: str
    case: str
    area: str | None = None
    node: str | None = None
    what: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        place = [f"area {self.area}"] if self.area else []
        place += [f"node {self.node}"] if self.node else []
        start = f"{self.file}: {self.case}" if self.file else self.case
        return f"{start}: {', '.join([*place, self.what])}: expected {_shown(self.expected)}, got {_shown(self.got)}"


def _shown(side: Any) -> str:
    return "none" if side is None else str(side)


def load_cases(path: str | Path) -> list[Case]:
    """The cases of a folder (its *.json, sorted by name) or of one file.

    Args:
        path: a folder or a file as `schemas/case.schema.json` describes it.

    Raises:
        UsageError: a file cannot be read.
        DocumentError: files that break the schema, or use an id twice; all faults of a file are named.

    >>> import json, tempfile
    >>> case = {"id": "known", "title": "It loads", "edition": "pii-2024", "expected": {"no_findings": ["cycle"]}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "known.json").write_text(json.dumps(case), encoding="utf-8")
    ...     [case.id for case in load_cases(folder)]
    ['known']
    """
    path = Path(path)
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return [case for file in files for case in _of_file(file)]


def _of_file(file: Path) -> Iterator[Case]:
    document = read(file)
    found = schema_faults(document, "case.schema.json")
    if found:
        raise DocumentError(found, title=str(file))
    several = document.get("cases")
    entries = [{**document.get("shared", {}), **entry} for entry in several] if several else [document]
    wrong = _entry_faults(entries, inside=several is not None)
    if wrong:
        raise DocumentError(Findings(wrong), title=str(file))
    for entry in entries:
        yield Case(file=str(file), **{key: value for key, value in entry.items() if key != "$schema"})


def _entry_faults(entries: list[Json], *, inside: bool) -> list[Finding]:
    """What the schema cannot say: cases are whole once the shared fields are added, and their ids differ."""
    found: list[Finding] = []
    ids = [entry.get("id") for entry in entries]
    for place, entry in enumerate(entries):
        at = pointer("cases", place) if inside else ""
        missing = [key for key in ("id", "title", "edition", "expected") if key not in entry]
        if missing:
            found.append(fault(at, "schema_required", value="", rule=missing))
        elif entry["id"] in ids[:place]:
            found.append(fault(f"{at}/id", "duplicate_code", value=entry["id"]))
    return found


def run_case(case: Case, engine: Engine | None = None) -> list[Mismatch]:
    """Evaluate a case and compare what came out with what was expected.

    Args:
        case: the case. One without data and scores only builds its edition and plan.
        engine: an engine that has the plugins the case needs; the default one has all installed.

    Returns:
        one entry a difference; empty where all is as expected.

    >>> case = Case(id="half", title="Half the way, half the points", data={"area": ["a", "b", "c"], "x": [0, 5, 10]},
    ...             edition={"id": "one", "status": "local", "period": "2024", "title": {"vi": "Một", "en": "One"},
    ...                      "sources": ["made up"], "nodes": [{"code": "I", "level": "index"}, {
    ...                          "code": "x", "parent": "I", "level": "indicator", "direction": "higher"}]},
    ...             expected={"scores": [{"area": "b", "code": "I", "score": 50, "rank": 1}]})
    >>> print(*run_case(case))
    half: area b, node I, rank: expected 1, got 2
    """
    engine = engine or default_engine()
    wanted = case.expected.get("error")
    try:
        result = _evaluated(case, engine)
    except PiikitError as error:
        return [evolve(m, file=case.file, case=case.id) for m in _error_mismatches(case, wanted, error)]
    found: list[Mismatch] = []
    if wanted is not None:
        found.append(_mismatch("error", wanted["type"], "no error"))
    if result is not None:
        for table in FIGURES:
            found += _table_mismatches(case, table, result)
        found += _finding_mismatches(case, result.findings)
    return [evolve(mismatch, file=case.file, case=case.id) for mismatch in found]


def assert_case(case: Case, engine: Engine | None = None) -> None:
    """Run a case and fail with a line a difference: file, case, area, node, expected, got.

    Raises:
        AssertionError: something did not come out as expected.

    >>> assert_case(Case(id="absent", title="Data that are not there", edition="pii-2024", data={"hdi": [0.7]},
    ...                  expected={"error": {"type": "InputError", "codes": ["missing_key"]}}))
    """
    mismatches = run_case(case, engine)
    if mismatches:
        raise AssertionError("\n".join(map(str, mismatches)))


def _mismatch(what: str, expected: Any, got: Any, *, area: str | None = None, node: str | None = None) -> Mismatch:
    return Mismatch(file="", case="", area=area, node=node, what=what, expected=expected, got=got)


def _evaluated(case: Case, engine: Engine) -> Result | None:
    """The result; None where the case is about its documents alone."""
    if case.data is None and case.scores is None:
        engine.edition(case.edition)
        if case.plan is not None:
            engine.plan(case.plan)
        return None
    before = _baseline(case.baseline, engine) if case.baseline is not None else None
    return engine.evaluate(
        case.data,
        case.edition,
        scores=case.scores,
        bounds=case.bounds,
        plan=case.plan,
        baseline=before,
        on_findings=case.on_findings,
    )


def _baseline(given: Json, engine: Engine) -> Result:
    return engine.evaluate(
        given.get("data"),
        given["edition"],
        scores=given.get("scores"),
        bounds=given.get("bounds"),
        baseline=_baseline(given["baseline"], engine) if "baseline" in given else None,
    )


def _error_mismatches(case: Case, wanted: Mapping[str, Any] | None, error: PiikitError) -> list[Mismatch]:
    kind = type(error).__name__
    if wanted is None or wanted["type"] != kind:
        return [_mismatch("error", wanted["type"] if wanted else None, f"{kind}: {error}")]
    if not isinstance(error, FindingsError):
        return []
    found = []
    codes = sorted({item.code for item in error.found})
    if "codes" in wanted and sorted(wanted["codes"]) != codes:
        found.append(_mismatch("error codes", ", ".join(sorted(wanted["codes"])), ", ".join(codes)))
    return found + _finding_mismatches(case, error.findings)


# -- figures -----------------------------------------------------------------------------------------------------


def _table_mismatches(case: Case, table: str, result: Result) -> list[Mismatch]:
    frame: pl.DataFrame = getattr(result, table)
    found: list[Mismatch] = []
    for entry in case.expected.get(table, ()):
        wanted = {"condition": "all", **entry} if table == "attainment" else dict(entry)
        tolerance, says = wanted.pop("tolerance", case.tolerance), wanted.pop("says", ())
        keys = {key: value for key, value in wanted.items() if key not in FIGURES[table]}
        area, node = keys.get("area"), keys.get("target", keys.get("code"))
        rows = _rows(frame, keys, result.edition)
        if rows.height != 1:
            asked = ", ".join(f"{key} {value}" for key, value in keys.items())
            found.append(_mismatch(table, f"one row with {asked}", f"{rows.height} rows", area=area, node=node))
            continue
        row = rows.row(0, named=True)
        for name in FIGURES[table]:
            if name in wanted and not _agree(wanted[name], row[name], tolerance):
                found.append(_mismatch(name, wanted[name], row[name], area=area, node=node))
        found += [_mismatch("reason", t, row["reason"], area=area, node=node) for t in says if t not in row["reason"]]
    return found


def _rows(frame: pl.DataFrame, keys: Mapping[str, Any], edition: Edition | None) -> pl.DataFrame:
    for key, value in keys.items():
        if key != "area":
            frame = frame.filter(pl.col(key) == value)
            continue
        known = edition.areas.get(value) if edition is not None and edition.areas is not None else None
        frame = frame.filter((pl.col("area") == (known.code if known else value)) | (pl.col("area_name") == value))
    return frame


def _agree(wanted: Any, got: Any, tolerance: float) -> bool:
    if wanted is None or got is None or isinstance(wanted, str):
        return bool(wanted == got)
    return bool(abs(got - wanted) <= tolerance)


# -- findings ----------------------------------------------------------------------------------------------------


def _finding_mismatches(case: Case, findings: pl.DataFrame) -> list[Mismatch]:
    found: list[Mismatch] = []
    for entry in case.expected.get("findings", ()):
        keys = {key: value for key, value in entry.items() if key != "count"}
        count = _rows(findings, keys, None).height
        if (count != entry["count"]) if "count" in entry else (count == 0):
            asked = f"{entry.get('count', 'at least 1')} of {keys.pop('severity')} {keys.pop('code')}"
            area, node = keys.pop("area", None), keys.pop("column", None)
            found.append(_mismatch("findings", " ".join([asked, *keys.values()]), count, area=area, node=node))
    for code in case.expected.get("no_findings", ()):
        count = findings.filter(pl.col("code") == code).height
        if count:
            found.append(_mismatch("findings", f"0 of {code}", count))
    return found
