# cause: it has no hook
"""A module without a hook: the entry point names the wrong one."""

from __future__ import annotations

NAME = "nothing to see here"
