"""How the figures of former areas become the figure of the area that took them in: a rule an item or indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from piikit.findings.errors import UsageError, together
from piikit.findings.messages import LANGUAGES, Names, Phrase, messages
from piikit.findings.unknown import not_one_of, unknown
from piikit.framework.documents import Json

RuleLike = str | Mapping[str, Any]
"""A rule as written: "sum", "min", "max", "any", "all", "same", "none", or {"mean": the weight}."""
PLAIN = ("sum", "min", "max", "any", "all", "same", "none")
"""The rules that need no weight."""
BASES = ("definition", "convention")
"""Whether the rule follows from what the figure is, or stands in for a figure that nobody has."""
_KNOWN = (*PLAIN, "{'mean': weight}")
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


def parsed(spec: Any, *, basis: str | None = None) -> MergeRule | UsageError:
    """A rule from what was written, or what is wrong with it.

    >>> parsed({"mean": "population"}, basis="caller").kind, str(parsed("sun"))
    ('mean', "unknown rule 'sun'; did you mean 'sum'? Known: sum, min, max, any, all, same, none, {'mean': weight}")
    """
    entry = {"rule": spec} if isinstance(spec, str) else spec
    if not isinstance(entry, Mapping) or ("mean" in entry) == ("rule" in entry) or set(entry) - _KEYS:
        return unknown("rule", spec, _KNOWN)
    if "rule" in entry and entry["rule"] not in PLAIN:
        return unknown("rule", entry["rule"], _KNOWN)
    weight = entry.get("mean")
    if "mean" in entry and not (isinstance(weight, str) and weight):
        return UsageError("merge_weight", value=repr(weight))
    stated = entry.get("basis", "convention")
    if stated not in BASES:
        return not_one_of("basis", stated, BASES)
    reason = entry.get("reason")
    if reason is not None and not (isinstance(reason, Mapping) and set(reason) == set(LANGUAGES)):
        return UsageError("merge_reason")
    return MergeRule(kind=entry.get("rule", "mean"), weight=weight, basis=basis or stated, reason=reason)


def rule_fault(name: str, description: Json) -> Phrase | None:
    """What is wrong with what an item's description says of mergers; None where all is well."""
    if not isinstance(description.get("additive", False), bool):
        return Phrase("plugin.item_additive", name=name)
    if "merge" not in description:
        return None
    if description.get("additive"):
        return Phrase("plugin.item_additive_and_merge", name=name)
    rule = parsed(description["merge"])
    return Phrase("plugin.item_merge", name=name, fault=rule) if isinstance(rule, UsageError) else None


def of_item(description: Json) -> MergeRule:
    """The rule that an item's description states; an item that says nothing is not additive and has no rule."""
    if description.get("additive") is True:
        return ADDITIVE
    rule = parsed(description["merge"]) if "merge" in description else NO_RULE
    return NO_RULE if isinstance(rule, UsageError) else rule


def chosen(
    columns: Iterable[str], given: Mapping[str, RuleLike], items: Mapping[str, Json], known: Iterable[str]
) -> dict[str, MergeRule]:
    """The rule of each column: the caller's, else the item's own. An indicator's own value has none.

    Raises:
        UsageError: with every rule of the caller that is none, or that names nothing known.
    """
    names = [*dict.fromkeys(known)]
    rules: dict[str, MergeRule] = {}
    wrong: list[UsageError] = []
    for name, spec in given.items():
        rule = parsed(spec, basis="caller")
        if isinstance(rule, UsageError):
            wrong.append(UsageError("merge_rule", name=name, wrong=rule))
        elif name not in names:
            wrong.append(unknown("item_or_indicator", name, names))
        else:
            rules[name] = rule
    if wrong:
        raise together(wrong)
    return {name: rules.get(name) or of_item(items.get(name, {})) for name in columns}
