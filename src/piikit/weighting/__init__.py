"""Weights: given, equal, of the first principal component, for a stated influence; what they make in the index."""

from __future__ import annotations

from piikit.weighting.table import Weights
from piikit.weighting.ways import weights

__all__ = ["Weights", "weights"]
