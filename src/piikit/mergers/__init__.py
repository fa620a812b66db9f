"""Mergers of areas: figures of former areas put together for the areas that took them in, and editions on those."""

from __future__ import annotations

from piikit.mergers.counterfactual import edition_on, overlay_on
from piikit.mergers.links import Links, link
from piikit.mergers.merge import merge
from piikit.mergers.merged import Merged
from piikit.mergers.rules import MergeRule, RuleLike, rule_fault

__all__ = ["Links", "MergeRule", "Merged", "RuleLike", "edition_on", "link", "merge", "overlay_on", "rule_fault"]
