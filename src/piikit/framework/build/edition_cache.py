"""Editions of documents that were handed in, kept for when the same documents come again."""

from __future__ import annotations

import json
from collections.abc import Callable

from attrs import define, field

from piikit.framework.documents import Json
from piikit.framework.edition import Edition

MOST = 16
"""How many editions are kept: more than anybody compares at a time, a few megabytes at most."""


@define(kw_only=True)
class Remembered:
    """The editions last asked for by their documents.

    To check a document takes several times as long as to evaluate a table of all provinces, and who hands a document in
    does so again and again: a service, a notebook. What a document says decides, not which object it is.
    """

    _kept: dict[str, tuple[Json, Edition]] = field(factory=dict, init=False, repr=False)

    def edition(self, document: Json, build: Callable[[Json], Edition]) -> Edition:
        """The edition of a document, built where its like was not among the last.

        Args:
            document: an edition document, sound or not.
            build: makes an edition of a document, and raises where it is faulty; that is not remembered.
        """
        try:
            text = json.dumps(document)
        except (TypeError, ValueError, RecursionError):
            return build(document)  # no JSON; the check of documents says what is wrong
        own, edition = self._kept.pop(text, (None, None))
        # The text is that of a tuple and of a list, of a key 1 and of a key "1": equality tells them apart.
        if edition is None or own != document:
            own = json.loads(text)
            if own != document:
                return build(document)
            # Of a copy, so that who changes the document afterwards changes no edition.
            edition = build(own)
        self._kept[text] = own, edition
        for oldest in list(self._kept)[:-MOST]:
            self._kept.pop(oldest, None)
        return edition
