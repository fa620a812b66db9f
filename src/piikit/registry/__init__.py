"""Plugins: which there are, what they list, whether it can be used, and why one failed; each loaded by itself."""

from __future__ import annotations

from piikit.registry.candidates import BUILT_IN, GROUP, Candidate, candidates, left_out
from piikit.registry.loading import PluginInfo, Registry, load

__all__ = ["BUILT_IN", "GROUP", "Candidate", "PluginInfo", "Registry", "candidates", "left_out", "load"]
