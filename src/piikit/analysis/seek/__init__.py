"""The shortest way there: the least effort that brings an area to a target, and what each indicator can do."""

from __future__ import annotations

from piikit.analysis.seek.answer import GoalSeek
from piikit.analysis.seek.goal_seek import goalseek
from piikit.analysis.seek.levers import levers

__all__ = ["GoalSeek", "goalseek", "levers"]
