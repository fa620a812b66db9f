"""What a form says itself: texts that nobody typed, so that all other content can be listed."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable

from attrs import frozen

from piikit.findings import FIRST
from piikit.framework import Edition
from piikit.inputs.headers import tidy
from piikit.messages import LANGUAGES, messages
from piikit.plan import Plan

ENOUGH = 6
"""Letters that a text of the catalogue must have beside its parameters to know a cell by it."""


@frozen(kw_only=True)
class OwnTexts:
    """The texts of forms of one plan and edition, in both languages."""

    exact: frozenset[str]
    patterns: re.Pattern[str]

    def has(self, text: str) -> bool:
        """Whether a form says this itself."""
        bare = tidy(text)
        return bare in self.exact or self.patterns.fullmatch(bare) is not None


def own_texts(edition: Edition, plan: Plan, more: Iterable[str] = ()) -> OwnTexts:
    """The texts of the catalogue that begin with `form.`, the warnings of the edition, and names.

    Args:
        edition: the edition of the forms.
        plan: the plan of the forms.
        more: what else stands in a form as it was written.
    """
    exact = {plan.area_name, edition.id, plan.id, edition.period, *more}
    exact.update(*(entry.name.values() for entry in plan.agencies), edition.title.values(), plan.title.values())
    templates: list[str] = []
    for lang in LANGUAGES:
        words = messages(lang)
        templates += [text for key, text in words.texts.items() if key.startswith("form.")]
        for notice in edition.notices():
            if notice.code in FIRST:
                exact.add(notice.line(lang))
                exact.update(notice.line(lang).split("\n"))
    exact.update(text for text in templates if "{" not in text)
    patterns = [found for text in templates if (found := _pattern(text)) is not None]
    patterns += [re.escape(tidy(text)) for text in exact if text]
    return OwnTexts(exact=frozenset(map(tidy, exact)), patterns=re.compile("|".join(patterns), re.DOTALL))


def _pattern(template: str) -> str | None:
    parts = list(string.Formatter().parse(tidy(template)))
    if all(name is None for _, name, _, _ in parts) or sum(len(text.strip()) for text, *_ in parts) < ENOUGH:
        return None
    return "".join(re.escape(text) + (".{0,300}?" if name is not None else "") for text, name, _, _ in parts)
