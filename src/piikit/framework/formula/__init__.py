"""Formulas: the value of an indicator as text in an edition document, read into an expression, never run as code."""

from piikit.framework.formula.formula_indicators import Formulated, Own, own_indicators
from piikit.framework.formula.parser import ParsedFormula, parse
from piikit.framework.formula.tree import Tree, items_of, written

__all__ = ["Formulated", "Own", "ParsedFormula", "Tree", "items_of", "own_indicators", "parse", "written"]
