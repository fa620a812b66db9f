"""Projects of the R package COINr: their two tables as data and an edition document.

Source of the two tables: W. Becker et al., COINr: an R package for developing composite indicators, Journal of Open
Source Software 7 (2022) 4567; the reference of `new_coin()` in COINr 1.1.14.
"""

from __future__ import annotations

from piikit.inputs.coinr.project import CoinrProject, from_coinr

__all__ = ["CoinrProject", "from_coinr"]
