"""Whose business a finding is: the severity that a caller gives to each code, within what may not be hidden."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, get_args

from attrs import evolve

from piikit.findings.errors import UsageError, together
from piikit.findings.finding import FIRST, SEVERITIES, Finding, Findings
from piikit.findings.messages import Phrase
from piikit.findings.unknown import unknown

Severity = Literal["error", "warning", "info", "ignore"]
"""What a caller can make of a finding; "ignore" leaves it out."""
OnFindings = Literal["raise", "keep"]
"""What becomes of errors in the data: "raise" stops, "keep" evaluates what is sound."""
ON_FINDINGS: tuple[OnFindings, ...] = get_args(OnFindings)
IGNORE = "ignore"
LEVELS = (*SEVERITIES, IGNORE)
"""What a code can be set to; "ignore" leaves its findings out."""

TAKEN_OUT = (
    "missing_key",
    "no_rows",
    "no_area",
    "unknown_area",
    "total_row",
    "ended_area",
    "ambiguous_area",
    "area_name_differs",
    "duplicate_key",
    "no_item",
    "misspelt_item",
    "not_a_number",
    "not_finite",
    "below_minimum",
    "above_maximum",
    "not_above",
    "not_below",
    "not_whole",
    "zero_denominator",
    "unknown_code",
    "bad_rank",
    "crossed_bounds",
    "ambiguous_number",
    "date_in_cell",
    "schema_cell",
    "code_is_date",
    "other_unit",
    "ragged_row",
    "duplicate_header",
    "header_is_date",
    "reserved_header",
    "merged_cells",
    "formula_without_value",
    "error_in_cell",
    "conflicting_cells",
    "merged_elsewhere",
    "absent_group",
    "replay_without_item",
)
"""Errors about keys and about cells that cannot be used. Whatever they are called, the table, row, column or cell is
taken out, so "warning" is as low as they go: the evaluation then goes on without it, and says so."""

COMPARED = ("part_above_whole",)
"""Errors that name cells which do not fit together, and take nothing out by themselves; so do plugins' checks."""

OF_DOCUMENTS = (
    "document_not_json",
    "document_not_object",
    "document_duplicate_key",
    "document_too_large",
    "document_too_deep",
    "schema_required",
    "schema_additionalProperties",
    "schema_type",
    "schema_enum",
    "schema_pattern",
    "schema_minimum",
    "schema_maximum",
    "schema_minItems",
    "schema_other",
    "extends_itself",
    "unknown_edition",
    "duplicate_code",
    "unknown_node",
    "orphan",
    "several_roots",
    "no_root",
    "cycle",
    "not_an_indicator",
    "indicator_with_children",
    "unknown_indicator",
    "unknown_unit",
    "no_weight",
    "unknown_method",
    "unknown_parameter",
    "bad_parameter",
    "missing_parameter",
    "unknown_area_list",
    "unknown_area_code",
    "set_count",
    "unknown_set",
    "no_successor",
    "several_successors",
    "other_successor",
    "no_former_area",
    "change_subject",
    "change_operation",
    "change_method_operation",
    "change_of_all",
    "change_not_finite",
    "reserved_scenario",
    "unknown_scenario",
    "scenario_cycle",
    "scenario_too_large",
    "change_unknown_item",
    "change_item_unused",
    "change_value_of_node",
    "change_unknown_area",
    "change_ended_area",
    "change_ambiguous_area",
    "change_unknown_period",
    "change_root_weight",
    "change_negative_weight",
    "change_step",
    "target_scope",
    "needless_field",
    "bad_range",
    "empty_scope",
    "rank_of_count",
    "unknown_name",
    "plan_cycle",
    "unknown_group",
    "own_denominator",
    "scale_alone",
    "bad_method_groups",
    "unknown_method_group",
    "unknown_method_area",
    "unknown_agency",
    "unknown_target",
    "successor_cycle",
    "bad_date",
    "crossed_dates",
    "unknown_task",
    "formula_empty",
    "formula_too_long",
    "formula_too_deep",
    "formula_too_large",
    "formula_character",
    "formula_number",
    "formula_syntax",
    "formula_parenthesis",
    "formula_item",
    "formula_function",
    "formula_arguments",
    "formula_kind",
    "formula_zero",
    "formula_no_item",
    "formula_elsewhere",
    "formula_beside_indicator",
    "formula_missing",
    "formula_item_unused",
    "formula_example",
    "formula_example_items",
    "item_differs",
    "item_reserved",
    "coinr_bad_cell",
    "coinr_duplicate_code",
    "coinr_unknown_parent",
    "coinr_roots",
    "coinr_absent_column",
    "coinr_unknown_denominator",
)
"""Faults of editions, plans, scenarios and lists of areas, which stop before there is a finding to judge."""

SAID_FIRST = FIRST
"""What every output must say of itself: that an edition is a reconstruction, that figures are made up."""


def lowest(code: str) -> str:
    """The lowest severity that a code can be given."""
    return "warning" if code in TAKEN_OUT or code in SAID_FIRST else IGNORE


def _below(level: str, floor: str) -> bool:
    return LEVELS.index(level) > LEVELS.index(floor)


def _fault_of(code: str, level: str, known: Collection[str]) -> UsageError | None:
    if code in OF_DOCUMENTS:
        return UsageError("severity_of_document", code=code)
    if code not in known:
        return unknown("finding", code, sorted(known))
    if level not in LEVELS:
        return UsageError("severity_level", code=code, known=LEVELS, level=repr(level))
    if _below(level, lowest(code)):
        reason = "severity_said_first" if code in SAID_FIRST else "severity_taken_out"
        return UsageError(
            "severity_below", code=code, lowest=lowest(code), level=level, reason=Phrase(f"usage.{reason}")
        )
    return None


def checked(policy: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """A policy whose codes and levels are known, sorted by code.

    Args:
        policy: a level by code.
        known: the codes that there are.

    Raises:
        UsageError: an unknown code (the nearest is named) or level, or a level below what the code may have.
    """
    faults = [fault for code, level in policy.items() if (fault := _fault_of(code, level, known)) is not None]
    if faults:
        raise together(faults)
    return dict(sorted(policy.items()))


def apply_policy(found: Iterable[Finding], policy: Mapping[str, str]) -> Findings:
    """The findings with the severities that a policy gives them; those it ignores are left out.

    An error that takes something out of the data stays at least a warning, whatever its code.

    >>> found = [Finding(code=code, severity="warning") for code in ("absent_area", "constant_indicator")]
    >>> [item.severity for item in apply_policy(found, {"absent_area": "error", "constant_indicator": "ignore"})]
    ['error']
    """
    if not policy:
        return found if isinstance(found, Findings) else Findings(found)
    judged = []
    for item in found:
        level = policy.get(item.code)
        if level is None:
            judged.append(item)
            continue
        # A code of a plugin's check has a dot in it; every other error takes something out of the data.
        takes_out = item.severity == "error" and item.code not in COMPARED and "." not in item.code
        floor = "warning" if takes_out else lowest(item.code)
        if _below(level, floor):
            level = floor
        if level != IGNORE:
            judged.append(evolve(item, severity=level))
    return Findings(judged)
