# cause: ImportError: libtrees is not installed
"""Its import fails: a library that it needs is not there."""

from __future__ import annotations

raise ImportError("libtrees is not installed")  # HERE
