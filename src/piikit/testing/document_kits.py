"""The kits for documents: editions with their overlays and formulas, and plans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl
from hypothesis import given

from piikit.findings.errors import DocumentError, PiikitError
from piikit.framework.documents import Json
from piikit.framework.edition import Edition
from piikit.plans.judging import STATUSES
from piikit.plans.plan import Plan
from piikit.testing.kit import Kit, named_twice
from piikit.testing.strategies import tables


class EditionKit(Kit):
    """Tests that every edition and overlay of a plugin must pass.

    Attributes:
        same_names: codes of nodes whose name is the same in both languages.

    >>> from types import SimpleNamespace
    >>> import piikit
    >>> @piikit.hookimpl
    ... def piikit_editions():
    ...     yield {"id": "hue-2024", "extends": "pii-2024", "remove": ["1.9.9"], "title": {"vi": "Huế", "en": "Hue"}}
    >>> class TestHue(EditionKit):
    ...     plugin = SimpleNamespace(__name__="hue", piikit_editions=piikit_editions)
    >>> TestHue().test_it_is_built("hue-2024")
    Traceback (most recent call last):
    ...
    AssertionError: edition hue-2024 cannot be built:
    ...
    """

    same_names: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def subjects(cls) -> dict[str, Mapping[str, Any]]:
        """The ids of the editions."""
        return {**super().subjects(), "edition_id": {name: name for name in cls.provided("editions")}}

    def edition(self, edition_id: str) -> Edition:
        """The edition, built."""
        try:
            return self.loaded().engine.edition(edition_id)
        except DocumentError as error:
            raise AssertionError(f"edition {edition_id} cannot be built:\n{error}") from error

    def test_it_is_built(self, edition_id: str) -> None:
        """Nothing is wrong with the document: tree, methods, units, indicators, formulas."""
        edition = self.edition(edition_id)
        assert edition.indicators, f"edition {edition_id} has no indicator"
        assert not _outside(edition.document), f"edition {edition_id} refers to {_outside(edition.document)}"

    def test_an_editions_names_are_in_both_languages(self, edition_id: str) -> None:
        """The title and every node's name are there in Vietnamese and English."""
        edition = self.edition(edition_id)
        named_twice(edition.title, f"the title of {edition_id}", same=(f"the title of {edition_id}",))
        written = {entry["code"]: entry for entry in edition.document["nodes"]}
        for code, node in edition.nodes.items():
            if "name" not in written[code] and node.indicator is None:
                raise AssertionError(f"node {code} of {edition_id} has no name")
            named_twice(node.name, f"the name of {code}", same=[f"the name of {name}" for name in self._same(edition)])

    def _same(self, edition: Edition) -> tuple[str, ...]:
        """Nodes that the plugin did not name itself are the business of who did."""
        own = self.loaded().engine.catalogue.editions[edition.id]
        added = {entry.get("code") for entry in (*own.get("nodes", ()), *own.get("add", ()))} | {*own.get("change", {})}
        return (*self.same_names, *(code for code in edition.nodes if code not in added))

    def test_every_indicator_says_which_direction_is_better(self, edition_id: str) -> None:
        """Document or plugin say it; nothing is assumed."""
        edition = self.edition(edition_id)
        silent = [code for code in edition.indicators if edition.nodes[code].assumed_direction]
        assert not silent, f"edition {edition_id} does not say which direction is better for {', '.join(silent)}"

    def test_any_table_of_an_edition_is_evaluated(self, edition_id: str) -> None:
        """Whatever its items and units allow comes to scores that are finite or missing, and to ranks beside them."""
        engine, edition = self.loaded().engine, self.edition(edition_id)

        @self.drawn(max(3, self.examples // 5))
        @given(table=tables(edition, engine=engine, max_areas=3, n_periods=1))
        def check(table: pl.DataFrame) -> None:
            try:
                result = engine.evaluate(table, edition, on_findings="keep")
            except PiikitError as error:
                raise AssertionError(f"a table that {edition_id} allows is refused: {error}") from error
            unsound = result.scores.filter(pl.col("score").is_not_null() & ~pl.col("score").is_finite())
            assert unsound.is_empty(), f"scores of {edition_id} that are no finite numbers:\n{unsound}"
            turned = engine.evaluate(table.reverse(), edition, on_findings="keep")
            keys = ["area", "period", "code"]
            same = result.scores.sort(keys).equals(turned.scores.sort(keys))
            assert same, f"the order of rows changes the scores of {edition_id}"

        check()


class PlanKit(Kit):
    """Tests that every plan of a plugin must pass.

    >>> from types import SimpleNamespace
    >>> import piikit
    >>> @piikit.hookimpl
    ... def piikit_plans():
    ...     yield {"id": "hue", "title": {"vi": "Kế hoạch", "en": "Plan"}, "area": "46", "areas": "vn-63",
    ...            "edition": "pii-2024", "sources": ["invented"], "targets": [{"id": "top", "node": "PII",
    ...                "conditions": [{"metric": "rank", "is": "at_most", "value": 20}]}]}
    >>> class TestHue(PlanKit):
    ...     plugin = SimpleNamespace(__name__="hue", piikit_plans=piikit_plans)
    >>> TestHue().test_every_target_is_judged("hue")
    """

    @classmethod
    def subjects(cls) -> dict[str, Mapping[str, Any]]:
        """The ids of the plans."""
        return {**super().subjects(), "plan_id": {name: name for name in cls.provided("plans")}}

    def plan(self, plan_id: str) -> Plan:
        """The plan, built."""
        try:
            return self.loaded().engine.plan(plan_id)
        except DocumentError as error:
            raise AssertionError(f"plan {plan_id} cannot be built:\n{error}") from error

    def test_a_plan_is_built_for_an_edition_that_is_there(self, plan_id: str) -> None:
        """Nothing is wrong with the document, and its edition is installed, so that its nodes were checked."""
        plan = self.plan(plan_id)
        known = self.loaded().engine.catalogue.editions
        assert plan.edition in known, f"plan {plan_id} is for edition {plan.edition!r}, which is not installed"
        assert not _outside(plan.document), f"plan {plan_id} refers to {_outside(plan.document)}"

    def test_a_plans_names_are_in_both_languages(self, plan_id: str) -> None:
        """The title, and whatever targets, sets and agencies are called."""
        plan = self.plan(plan_id)
        named_twice(plan.title, f"the title of {plan_id}")
        for kind, named in (("target", plan.targets), ("agency", plan.agencies)):
            for thing in named:
                if thing.name:
                    what = f"the name of {kind} {thing.id}"
                    named_twice(thing.name, what, same=(what,))
        for name, members in plan.sets.items():
            named_twice(members.name, f"the name of set {name}")

    def test_every_target_is_judged(self, plan_id: str) -> None:
        """With no figures and with some, each target has one status and a reason, in both languages."""
        engine, plan = self.loaded().engine, self.plan(plan_id)
        edition = engine.edition(plan.edition)
        given_scores = [
            [{"area": plan.area, "code": edition.root, "score": 50.0, "rank": 2}],
            [{"area": plan.area, "code": code, "score": 50.0, "rank": 2} for code in edition.nodes],
        ]
        for scores in given_scores:
            for lang in ("vi", "en"):
                result = engine.evaluate(None, edition, scores=scores, plan=plan, on_findings="keep", lang=lang)
                whole = result.attainment.filter(pl.col("condition") == "all")
                wanted = [target.id for target in plan.targets]
                assert whole["target"].to_list() == wanted, f"targets {wanted}, judged {whole['target'].to_list()}"
                assert set(whole["status"]) <= set(STATUSES), f"plan {plan_id}: statuses {set(whole['status'])}"
                silent = whole.filter(pl.col("reason").fill_null("").str.strip_chars() == "")["target"].to_list()
                assert not silent, f"plan {plan_id}: no reason in {lang!r} for {', '.join(silent)}"


def _outside(document: Json) -> str:
    """What a document refers to outside itself, if anything; documents name things by id and fetch nothing."""
    text = json.dumps(document, default=str)
    return "'$ref'" if '"$ref"' in text else ""
