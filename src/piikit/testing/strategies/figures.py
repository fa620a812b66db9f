"""Figures that the JSON Schema of an item, or the range of a unit, allows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from piikit.inputs.checks.rules import compile_item

WEIGHTS = st.sampled_from([0, 0.25, 0.5, 1, 1, 1, 2, 3])
"""Weights of nodes: none, parts, ties."""
LARGEST = 1e15
"""How far figures go where the description sets no limit: beyond it whole numbers are no longer told apart."""


def figures(name: str, description: Mapping[str, Any]) -> st.SearchStrategy[float]:
    """Numbers that the description of an item allows; near its limits as often as far from them.

    Args:
        name: the item, for messages.
        description: its JSON Schema, as `Indicator.items` or the catalogue of an engine has it.

    Raises:
        ValueError: the description is no sound JSON Schema of a number.

    >>> from hypothesis import find
    >>> find(figures("share", {"type": "number", "minimum": 0, "maximum": 100}), lambda x: x > 99.5) <= 100
    True
    """
    rule = compile_item(name, description)
    if rule.allowed is not None:
        return st.sampled_from([value for value in rule.allowed if not rule.whole or value == math.floor(value)])
    below, above = _inner((rule.minimum, rule.above), max), _inner((rule.maximum, rule.below), min)
    # A limit beyond the default range moves the other end with it.
    lower = below if below is not None else min(-LARGEST, above if above is not None else -LARGEST)
    upper = above if above is not None else max(LARGEST, lower)
    if rule.whole:
        low = math.floor(lower) + 1 if lower == rule.above else math.ceil(lower)
        high = math.ceil(upper) - 1 if upper == rule.below else math.floor(upper)
        found = st.integers(low, high).map(float)
    else:
        found = st.floats(
            lower,
            upper,
            exclude_min=lower == rule.above,
            exclude_max=upper == rule.below,
            allow_nan=False,
            allow_infinity=False,
        )
    validator = rule.validator
    if not rule.compiled and validator is not None:
        # Drawing and filtering would throw nearly all away: what is small enough to list is tried beforehand.
        small = [*(n / 2 for n in range(-200, 201)), *(10.0**n for n in range(2, 10))]
        sound = [value for value in small if lower <= value <= upper and validator.is_valid(value)]
        return st.sampled_from(sound) if sound else found.filter(lambda value: bool(validator.is_valid(value)))
    if lower <= 0 and upper >= 1000:
        # Figures as they occur, beside those that the limits alone allow.
        return st.integers(1, 1000).map(float) | found
    return found


def _inner(ends: tuple[float | None, float | None], which: Callable[[list[float]], float]) -> float | None:
    """The end that binds, of a limit that counts itself and one that does not."""
    said = [float(end) for end in ends if end is not None]
    return which(said) if said else None
