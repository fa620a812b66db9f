"""The shortest way there: the least effort that brings an area to a target, and what each indicator can do."""

from __future__ import annotations

from piikit.seek.answer import GoalSeek
from piikit.seek.levers import levers
from piikit.seek.way import goalseek

__all__ = ["GoalSeek", "goalseek", "levers"]
