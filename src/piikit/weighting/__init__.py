"""Weights: given, equal, from the first principal component, for a stated influence; and what they make in the index."""

from __future__ import annotations

from piikit.weighting.table import Weights
from piikit.weighting.ways import weights

__all__ = ["Weights", "weights"]
