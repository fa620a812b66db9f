"""Texts for people, filled in: the catalogue in Vietnamese and English, numbers, pairs of names."""

from __future__ import annotations

import functools
import math
import string
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.findings.texts import LANGUAGES, Lang, texts

__all__ = ["LANGUAGES", "Lang", "Messages", "Names", "Phrase", "messages", "number"]


def number(value: float | None, lang: Lang, decimals: int | None = None) -> str:
    """A number for people: a decimal comma in Vietnamese, an en dash where there is none.

    >>> number(67.23, "vi", 2), number(None, "en")
    ('67,23', '–')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    text = f"{value:.{decimals}f}" if decimals is not None else f"{value:.12g}"
    return text.replace(".", ",") if lang == "vi" else text


class _Shown(str):
    """A parameter as it stands in a text; `{n:error|errors}` in a template takes the word that fits the number."""

    value: Any

    def __new__(cls, text: str, value: Any) -> _Shown:
        shown = super().__new__(cls, text)
        shown.value = value
        return shown

    def __format__(self, spec: str) -> str:
        one, several, many = spec.partition("|")
        return (one if self.value in (1, "1") else many) if several else str(self)


class Translatable(ABC):
    """What can be said in either language, and is a parameter of texts as such."""

    @abstractmethod
    def text(self, lang: Lang) -> str:
        """The text in a language."""


@frozen(init=False)
class Phrase(Translatable):
    """A text of the catalogue that no language is chosen for yet, such as a parameter of another text.

    >>> phrase = Phrase("label.score")
    >>> str(phrase), phrase.text("vi")
    ('score', 'điểm')
    """

    key: str
    params: Mapping[str, Any] = field(hash=False)

    def __init__(self, key: str, /, **params: Any) -> None:
        self.__attrs_init__(key, params)

    def text(self, lang: Lang) -> str:
        """The text in a language."""
        return messages(lang).text(self.key, **self.params)

    def __str__(self) -> str:
        return self.text("en")


@frozen(kw_only=True)
class Messages:
    """The texts of one language."""

    lang: Lang
    texts: Mapping[str, str] = field(repr=False)

    def has(self, key: str) -> bool:
        """Whether the catalogue holds a text for this key."""
        return key in self.texts

    def text(self, key: str, /, **params: Any) -> str:
        """The text for a key with its parameters filled in; the key itself where there is no text.

        `{n:error|errors}` in a text is the one word where n is 1, else the other.
        """
        template = self.texts.get(key)
        if template is None:
            return key
        return template.format_map({name: _Shown(self.show(value), value) for name, value in params.items()})

    def show(self, value: Any) -> str:
        """A parameter as it stands in a text: numbers, texts and {vi, en} pairs in this language."""
        if isinstance(value, Translatable):
            return value.text(self.lang)
        if isinstance(value, bool) or value is None:
            return "–" if value is None else str(value).lower()
        if isinstance(value, int | float):
            return number(value, self.lang)
        if isinstance(value, Mapping):
            return self.of(value)
        if isinstance(value, list | tuple):
            return ", ".join(self.show(part) for part in value)
        return str(value)

    def of(self, names: Mapping[str, str] | str | None) -> str:
        """The text of a {vi, en} pair in this language, else in the other one, else empty."""
        if names is None or isinstance(names, str):
            return names or ""
        return names.get(self.lang) or next((names[lang] for lang in LANGUAGES if names.get(lang)), "")

    def expr(self, key: str, params: Mapping[str, Any], columns: Mapping[str, pl.Expr]) -> pl.Expr:
        """The text for a key as a polars expression: parameters are literals, `columns` differ by row."""
        template = self.texts.get(key)
        if template is None:
            return pl.lit(None, dtype=pl.String)
        parts: list[pl.Expr] = []
        for literal, name, spec, _ in string.Formatter().parse(template):
            if literal:
                parts.append(pl.lit(literal))
            if name is not None and spec and name in columns:
                one, _, many = spec.partition("|")
                parts.append(pl.when(columns[name].cast(pl.String) == "1").then(pl.lit(one)).otherwise(pl.lit(many)))
            elif name is not None and spec:
                parts.append(pl.lit(format(_Shown("", params.get(name)), spec)))
            elif name is not None:
                parts.append(columns[name] if name in columns else pl.lit(self.show(params.get(name))))
        return pl.concat_str(parts) if parts else pl.lit("")


@functools.cache
def messages(lang: Lang) -> Messages:
    """The catalogue of one language.

    Raises:
        ValueError: the language is neither "vi" nor "en".

    >>> messages("en").text("label.score")
    'score'
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be 'vi' or 'en', not {lang!r}")
    return Messages(lang=lang, texts=texts(lang))


Names = Mapping[str, str]
