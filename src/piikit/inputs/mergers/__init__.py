"""Mergers of areas: figures of former areas put together for the areas that took them in, and editions on those."""

from __future__ import annotations

from piikit.inputs.mergers.counterfactual import edition_on, overlay_on
from piikit.inputs.mergers.merge import merge
from piikit.inputs.mergers.merged import Merged
from piikit.inputs.mergers.rules import MergeRule, RuleLike, rule_fault
from piikit.inputs.mergers.successions import Links, link

__all__ = ["Links", "MergeRule", "Merged", "RuleLike", "edition_on", "link", "merge", "overlay_on", "rule_fault"]
