"""The kit for checks: rules over several cells of a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from piikit.framework.checks import Check, fault_of
from piikit.testing.kit import Kit, named_twice
from piikit.testing.strategies import figures


class CheckKit(Kit):
    """Tests that every check of a plugin must pass.

    Attributes:
        sound: by code, figures for which the check holds.
        broken: by code, figures for which it does not. Where a test gives none, some are looked for.

    >>> from types import SimpleNamespace
    >>> import piikit
    >>> @piikit.hookimpl
    ... def piikit_checks():
    ...     yield Check(code="hue.farms", columns=["population"], holds=pl.col("population") >= 0,
    ...                 message={"vi": "{area_name} không có dân", "en": "{area_name} has no people"})
    >>> class TestHue(CheckKit):
    ...     plugin = SimpleNamespace(__name__="hue", piikit_checks=piikit_checks)
    >>> TestHue().test_it_can_hold_and_can_be_broken(TestHue.subjects()["check"]["hue.farms"])
    Traceback (most recent call last):
    ...
    AssertionError: no figures that its columns allow break hue.farms; give some in `broken`, or leave it out...
    """

    sound: ClassVar[Mapping[str, Mapping[str, float]]] = {}
    broken: ClassVar[Mapping[str, Mapping[str, float]]] = {}

    @classmethod
    def subjects(cls) -> dict[str, Mapping[str, Any]]:
        """The checks, by code."""
        known = cls.loaded().engine.catalogue.checks
        return {**super().subjects(), "check": {code: known[code] for code in cls.provided("checks")}}

    def rows(self, check: Check) -> st.SearchStrategy[dict[str, float | None]]:
        """Figures of the check's columns, as their items' schemas allow them."""
        items = self.loaded().engine.catalogue.items
        return st.fixed_dictionaries(
            {name: st.none() | figures(name, items.get(name, {"type": "number"})) for name in check.columns}
        )

    def test_a_checks_texts_are_in_both_languages(self, check: Check) -> None:
        """Message and hint are there in Vietnamese and English, and differ; the columns mean something."""
        assert fault_of(check) is None, str(fault_of(check))
        named_twice(check.message, f"the message of {check.code}")
        if check.hint is not None:
            named_twice(check.hint, f"the hint of {check.code}")
        engine = self.loaded().engine
        nodes = {code for name in engine.catalogue.editions for code in _codes(engine, name)}
        known = {*engine.catalogue.items, *engine.catalogue.indicators, *nodes}
        unknown = [name for name in check.columns if name not in known]
        assert not unknown, f"{check.code} reads {', '.join(unknown)}, which is no item and no indicator"

    def test_it_can_hold_and_can_be_broken(self, check: Check) -> None:
        """A rule that every table meets, or none, says nothing."""
        found: dict[bool, dict[str, float | None]] = {}

        # What is looked for may be rare: four tables where other tests draw one.
        @self.drawn(4 * self.examples)
        @given(rows=st.lists(self.rows(check), min_size=1, max_size=10))
        def look(rows: list[dict[str, float | None]]) -> None:
            for row, verdict in zip(rows, _verdicts(check, rows), strict=True):
                if verdict is not None:
                    found.setdefault(verdict, row)

        for verdict, given_rows, name, word in (
            (True, self.sound, "sound", "meet"),
            (False, self.broken, "broken", "break"),
        ):
            if check.code in given_rows:
                got = _verdicts(check, [dict(given_rows[check.code])])[0]
                assert got is verdict, f"{check.code} of {given_rows[check.code]}, said to be {name}, is {got}"
                continue
            if verdict not in found:
                look()
            assert verdict in found, (
                f"no figures that its columns allow {word} {check.code}; give some in `{name}`, or leave it out"
            )

    def test_it_judges_row_by_row_and_never_fails(self, check: Check) -> None:
        """Whatever its columns allow is judged true, false or null, and other rows change nothing."""

        @self.drawn()
        @given(rows=st.lists(self.rows(check), min_size=1, max_size=6))
        def judge(rows: list[dict[str, float | None]]) -> None:
            together = _verdicts(check, rows)
            alone = [verdict for row in rows for verdict in _verdicts(check, [row])]
            assert together == alone, f"{check.code}: rows alone are judged {alone}, together {together}"
            assert together[::-1] == _verdicts(check, rows[::-1]), f"{check.code}: the order of rows changes it"

        judge()


def _codes(engine: Any, edition: str) -> list[str]:
    # Read from the document: an edition that cannot be built is not this kit's matter.
    document = engine.catalogue.editions[edition]
    return [entry["code"] for key in ("nodes", "add") for entry in document.get(key, ()) if "code" in entry]


def _verdicts(check: Check, rows: list[Any]) -> list[bool | None]:
    """True, false or null, a row each; each stands there twice, as polars treats one row alone in another way."""
    table = pl.DataFrame(
        {name: [row[name] for row in rows for _ in range(2)] for name in check.columns},
        schema=dict.fromkeys(check.columns, pl.Float64),
        strict=False,
    )
    return table.select(check.holds.alias("holds"))["holds"].to_list()[::2]
