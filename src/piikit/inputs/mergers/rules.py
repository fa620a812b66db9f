"""How the figures of former areas become the figure of the area that took them in: a rule an item or indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.messages import LANGUAGES, Names, messages
from piikit.framework.documents import Json

RuleLike = str | Mapping[str, Any]
"""A rule as written: "sum", "min", "max", "any", "all", "same", "none", or {"mean": the weight}."""
PLAIN = ("sum", "min", "max", "any", "all", "same", "none")
"""The rules that need no weight."""
BASES = ("definition", "convention")
"""Whether the rule follows from what the figure is, or stands in for a figure that nobody has."""
_KEYS = {"mean", "rule", "basis", "reason"}


@frozen(kw_only=True)
class MergeRule:
    """How one column is merged.

    Attributes:
        kind: "sum"; "mean" weighted by `weight`; "min", "max"; "any", "all" of figures that are 0 or 1; "same": the
            one figure that all parts have; "none": the figure of a merged area is not known.
        weight: the item whose figures weigh the parts.
        basis: "additive", "definition", "convention"; "caller" where the call names the rule; "unstated" without one.
        reason: why this rule, where the item's description says so.
    """

    kind: str
    weight: str | None = None
    basis: str = "unstated"
    reason: Names | None = None

    @property
    def text(self) -> Names:
        """The rule in words."""
        return {lang: messages(lang).text(f"merge.rule.{self.kind}", weight=self.weight) for lang in LANGUAGES}


NO_RULE = MergeRule(kind="none")
ADDITIVE = MergeRule(kind="sum", basis="additive")


def parsed(spec: Any, *, basis: str | None = None) -> MergeRule | str:
    """A rule from what was written, or what is wrong with it.

    >>> parsed({"mean": "population"}, basis="caller").kind, parsed("total")
    ('mean', "'total' is no rule; known are sum, min, max, any, all, same, none and {'mean': weight}")
    """
    entry = {"rule": spec} if isinstance(spec, str) else spec
    if not isinstance(entry, Mapping) or ("mean" in entry) == ("rule" in entry) or set(entry) - _KEYS:
        return f"{spec!r} is no rule; known are {', '.join(PLAIN)} and {{'mean': weight}}"
    if "rule" in entry and entry["rule"] not in PLAIN:
        near = nearest(str(entry["rule"]), PLAIN, cutoff=0.6)
        return f"{entry['rule']!r} is no rule; " + (
            f"did you mean {near!r}?" if near else f"known are {', '.join(PLAIN)} and {{'mean': weight}}"
        )
    weight = entry.get("mean")
    if "mean" in entry and not (isinstance(weight, str) and weight):
        return f"the weight of a mean is the name of an item, not {weight!r}"
    stated = entry.get("basis", "convention")
    if stated not in BASES:
        return f"basis must be one of {', '.join(BASES)}, not {stated!r}"
    reason = entry.get("reason")
    if reason is not None and not (isinstance(reason, Mapping) and set(reason) == set(LANGUAGES)):
        return "reason must be a text in Vietnamese and English: {'vi': …, 'en': …}"
    return MergeRule(kind=entry.get("rule", "mean"), weight=weight, basis=basis or stated, reason=reason)


def rule_fault(name: str, description: Json) -> str | None:
    """What is wrong with what an item's description says of mergers; None where all is well."""
    if not isinstance(description.get("additive", False), bool):
        return f"item {name!r}: additive must be true or false"
    if "merge" not in description:
        return None
    if description.get("additive"):
        return f"item {name!r} is additive, and its merge says otherwise; one of the two must go"
    rule = parsed(description["merge"])
    return f"item {name!r}: merge: {rule}" if isinstance(rule, str) else None


def of_item(description: Json) -> MergeRule:
    """The rule that an item's description states; an item that says nothing is not additive and has no rule."""
    if description.get("additive") is True:
        return ADDITIVE
    rule = parsed(description["merge"]) if "merge" in description else NO_RULE
    return NO_RULE if isinstance(rule, str) else rule


def chosen(
    columns: Iterable[str], given: Mapping[str, RuleLike], items: Mapping[str, Json], known: Iterable[str]
) -> dict[str, MergeRule]:
    """The rule of each column: the caller's, else the item's own. An indicator's own value has none.

    Raises:
        UsageError: with every rule of the caller that is none, or that names nothing known.
    """
    names = [*dict.fromkeys(known)]
    rules: dict[str, MergeRule] = {}
    wrong: list[str] = []
    for name, spec in given.items():
        rule = parsed(spec, basis="caller")
        if isinstance(rule, str):
            wrong.append(f"{name}: {rule}")
        elif name not in names:
            near = nearest(name, names, cutoff=0.6)
            wrong.append(f"{name}: no item or indicator of the edition" + (f"; did you mean {near!r}?" if near else ""))
        else:
            rules[name] = rule
    if wrong:
        raise UsageError("rules: " + "; ".join(wrong))
    return {name: rules.get(name) or of_item(items.get(name, {})) for name in columns}
