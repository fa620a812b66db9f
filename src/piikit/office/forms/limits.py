"""What a cell of a form may hold: in words, and as a rule that a spreadsheet enforces."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from piikit.files.xlsx.write import text
from piikit.findings.messages import Messages
from piikit.framework.documents import Json

TITLE, MESSAGE = 32, 255
"""Characters that a spreadsheet takes in the title and in the text of a message beside a cell, or in a rule."""
FARTHEST = 9.99e307
"""A number of a spreadsheet is nearer to zero than this."""


@frozen(kw_only=True)
class CellLimits:
    """What a figure may be.

    Attributes:
        whole: whether it must be a whole number.
        lower, upper: its ends, None where there is none.
        over, under: whether the figure must be beyond the lower end, short of the upper one.
        choices: the only figures it may be; empty where ends decide.
    """

    whole: bool = False
    lower: float | None = None
    upper: float | None = None
    over: bool = False
    under: bool = False
    choices: tuple[float, ...] = ()

    def words(self, words: Messages) -> str:
        """The limits for people.

        >>> from piikit.findings.messages import messages
        >>> limits_of({"type": "integer", "minimum": 0, "maximum": 10}).words(messages("en"))
        'from 0 to 10, a whole number'
        """
        if self.choices:
            return words.text(
                "form.range.choices", choices=words.text("form.range.or").join(map(words.show, self.choices))
            )
        parts = []
        if self.lower is not None and self.upper is not None and not self.over and not self.under:
            parts.append(words.text("form.range.between", lower=self.lower, upper=self.upper))
        else:
            if self.lower is not None:
                parts.append(words.text(f"form.range.{'above' if self.over else 'at_least'}", value=self.lower))
            if self.upper is not None:
                parts.append(words.text(f"form.range.{'below' if self.under else 'at_most'}", value=self.upper))
        if self.whole:
            parts.append(words.text("form.range.whole"))
        return ", ".join(parts) or words.text("form.range.any")

    def rule(self, cell: str) -> dict[str, Any]:
        """The rule of data validation for a cell, as xlsxwriter takes it; without its messages.

        >>> limits_of({"type": "number", "exclusiveMinimum": 0, "maximum": 1}).rule("G2")
        {'validate': 'custom', 'value': '=AND(ISNUMBER(G2),G2>0,G2<=1)'}
        """
        if self.choices:
            return self._chosen(cell)
        kind = "integer" if self.whole else "decimal"
        lower, upper = self._whole_ends() if self.whole else (self.lower, self.upper)
        if not self.whole and (self.over or self.under):
            signs = [f"{cell}{'>' if self.over else '>='}{_digits(lower)}"] if lower is not None else []
            signs += [f"{cell}{'<' if self.under else '<='}{_digits(upper)}"] if upper is not None else []
            return {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),{','.join(signs)})"}
        if lower is not None and upper is not None:
            return {"validate": kind, "criteria": "between", "minimum": _plain(lower), "maximum": _plain(upper)}
        if upper is not None:
            return {"validate": kind, "criteria": "<=", "value": _plain(upper)}
        return {"validate": kind, "criteria": ">=", "value": _plain(lower) if lower is not None else -FARTHEST}

    def _chosen(self, cell: str) -> dict[str, Any]:
        """The rule of a figure that may be one of a few only: a list to choose from where it can be one."""
        listed = [str(_plain(choice)) for choice in self.choices]
        if all(float(choice).is_integer() for choice in self.choices) and len(",".join(listed)) <= MESSAGE:
            return {"validate": "list", "source": listed}
        # Chosen from a list, a decimal point would be text on a machine that writes a comma.
        formula = f"=OR({','.join(f'{cell}={_digits(choice)}' for choice in self.choices)})"
        if len(formula) <= MESSAGE:
            return {"validate": "custom", "value": formula}
        ends = {"minimum": _plain(min(self.choices)), "maximum": _plain(max(self.choices))}
        return {"validate": "decimal", "criteria": "between", **ends}

    def _whole_ends(self) -> tuple[float | None, float | None]:
        """The least and the greatest whole number allowed."""
        lower, upper = self.lower, self.upper
        if lower is not None:
            lower = math.floor(lower) + 1 if self.over else math.ceil(lower)
        if upper is not None:
            upper = math.ceil(upper) - 1 if self.under else math.floor(upper)
        return lower, upper


def limits_of(schema: Json) -> CellLimits:
    """The limits that the JSON Schema of a figure states; the strictest where it states several."""
    kind = schema.get("type", "number")
    whole = "integer" in kind if isinstance(kind, list) and "number" not in kind else kind == "integer"
    listed = [schema["const"]] if "const" in schema else schema.get("enum", ())
    choices = tuple(c for c in listed if isinstance(c, int | float) and not isinstance(c, bool))
    lowest = [(schema[key], key == "exclusiveMinimum") for key in ("minimum", "exclusiveMinimum") if _is(schema, key)]
    highest = [(schema[key], key == "exclusiveMaximum") for key in ("maximum", "exclusiveMaximum") if _is(schema, key)]
    lower, over = max(lowest, default=(None, False))
    upper, under = min(highest, key=lambda end: (end[0], not end[1]), default=(None, False))
    if whole and not choices and not over and not under and (lower, upper) == (0, 1):
        choices = (0, 1)
    return CellLimits(whole=whole, lower=lower, upper=upper, over=over, under=under, choices=choices)


def _is(schema: Json, key: str) -> bool:
    return isinstance(schema.get(key), int | float) and not isinstance(schema[key], bool)


def _plain(value: float) -> int | float:
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value


def _digits(value: float) -> str:
    """A number as formulas write it: with a point, whatever the language."""
    return str(_plain(value)).replace("e", "E")


def said(title: str, message: str, refusal: tuple[str, str]) -> Mapping[str, Any]:
    """The messages of a validated cell, as long as a spreadsheet takes them: a hint on entering it, and the refusal."""
    return {
        "input_title": fit(title, TITLE),
        "input_message": fit(message, MESSAGE),
        "error_title": fit(refusal[0], TITLE),
        "error_message": fit(refusal[1], MESSAGE),
        "error_type": "stop",
    }


def fit(value: str, most: int) -> str:
    """A text in at most so many characters, an ellipsis in place of what is cut."""
    plain = text(value)
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
