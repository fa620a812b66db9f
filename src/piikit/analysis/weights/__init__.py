"""Weights: given, equal, of the first principal component, for a stated influence; what they make in the index."""

from __future__ import annotations

from piikit.analysis.weights.derive import weights
from piikit.analysis.weights.table import Weights

__all__ = ["Weights", "weights"]
