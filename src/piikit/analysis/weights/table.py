"""Weights as a table, and as a document that gives them to an edition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.findings.errors import UsageError
from piikit.findings.messages import Lang, messages
from piikit.framework.documents import Json
from piikit.framework.edition import Edition
from piikit.scoring.shares import effective


@frozen(kw_only=True)
class Weighed:
    """The weight of one node and what is to be said of it: `weights.<code>` of the texts, with its parameters.

    Attributes:
        influence: the share of influence that the node has with this weight, where that was sought.
        wanted: the share of influence that was asked for.
    """

    weight: float
    note: str
    params: Mapping[str, Any] = field(factory=dict)
    influence: float | None = None
    wanted: float | None = None


@frozen(kw_only=True, repr=False)
class Weights:
    """Weights of the nodes of an edition; what `Result.weights` gives.

    Attributes:
        edition: the framework that they are for.
        how: how they were found.
        nodes: the weight of every node but the index, by code.
        reached: of weights for a stated influence, whether it is reached; None otherwise.
        lang: the language of notes.

    >>> import piikit
    >>> equal = piikit.evaluate(piikit.sample(), "pii-2024").weights("equal")
    >>> equal.table.filter(pl.col("level") == "sub_index").select("code", "weight", "share", "effective").rows()
    [('IN', 1.0, 0.5, 0.5), ('OUT', 1.0, 0.5, 0.5)]
    """

    __module__ = "piikit.types"

    edition: Edition
    how: str
    nodes: Mapping[str, Weighed] = field(repr=False)
    reached: bool | None = None
    lang: Lang = "en"

    @property
    def table(self) -> pl.DataFrame:
        """A row a node but the index, in tree order: code, name, level, parent, weight, share, effective, given, note.

        `weight` is as an edition takes it, `given` the edition's own. `share` is the weight in the parent, `effective`
        that in the index, both where nothing is missing. Then `influence` and `wanted`: shares of influence that
        optimised weights give and that were asked for.
        """
        words = messages(self.lang)
        # A negative loading stands in the table but cannot weigh anything.
        weighs = effective(self.edition, {code: max(one.weight, 0.0) for code, one in self.nodes.items()})
        rows = []
        for code, one in self.nodes.items():
            node, own = self.edition.nodes[code], weighs.get(code)
            said = [words.text(f"weights.{one.note}", **one.params)]
            if one.weight == 0:
                said.append(words.text("weights.counted_not"))
            elif own is not None and own.nominal:
                said.append(words.text("weights.nominal", methods=list(own.nominal)))
            rows.append(
                (
                    code,
                    words.of(node.name),
                    node.level,
                    node.parent,
                    one.weight,
                    own.share if own else None,
                    own.weight if own else None,
                    node.weight,
                    "; ".join(said),
                    one.influence,
                    one.wanted,
                )
            )
        texts = dict.fromkeys(("code", "name", "level", "parent"), pl.String)
        figures = dict.fromkeys(("weight", "share", "effective", "given"), pl.Float64)
        last = {"note": pl.String, "influence": pl.Float64, "wanted": pl.Float64}
        return pl.DataFrame(rows, {**texts, **figures, **last}, orient="row")

    def changes(self) -> dict[str, float]:
        """The weights that differ from the edition's own, by code.

        Raises:
            UsageError: some are negative, or all children of a node weigh nothing.
        """
        bad = [code for code, one in self.nodes.items() if one.weight < 0 or not math.isfinite(one.weight)]
        if bad:
            raise UsageError(
                f"an edition takes no negative weight, and these are: {', '.join(bad)}. "
                "Turn the direction of these nodes, take them out, or use squared loadings"
            )
        for code, node in self.edition.nodes.items():
            if node.children and not any(self.nodes[child].weight > 0 for child in node.children):
                raise UsageError(f"{code}: none of its children would weigh anything")
        return {code: one.weight for code, one in self.nodes.items() if one.weight != self.edition.nodes[code].weight}

    def overlay(self, id: str, *, title: Mapping[str, str] | None = None, sources: Sequence[str] = ()) -> Json:
        """An edition document that gives the edition these weights: an overlay of it, with the nodes that differ.

        Args:
            id: the name of the new edition.
            title: its title, {"vi": …, "en": …}; the edition's own where not given.
            sources: where the weights come from; these are added to the sources of the edition.

        Raises:
            UsageError: some weights are negative.

        >>> import piikit
        >>> document = piikit.evaluate(piikit.sample(), "pii-2024").weights({"IN": 2}).overlay("pii-2024-inputs")
        >>> document["extends"], document["change"]
        ('pii-2024', {'IN': {'weight': 2.0}})
        """
        document: Json = {"$schema": "edition.schema.json", "id": id, "extends": self.edition.id}
        if title is not None:
            document["title"] = dict(title)
        if sources:
            document["sources"] = list(sources)
        changes = {code: {"weight": weight} for code, weight in self.changes().items()}
        return {**document, "change": changes} if changes else document

    def document(self, id: str) -> Json:
        """The whole edition document with these weights, for an edition that is not installed.

        Raises:
            UsageError: some weights are negative.
        """
        changes = self.changes()
        nodes = [
            {**node, "weight": changes[node["code"]]} if node["code"] in changes else dict(node)
            for node in self.edition.document["nodes"]
        ]
        status = "local" if self.edition.status == "official" else self.edition.status
        return {**self.edition.document, "id": id, "status": status, "nodes": nodes}

    def __repr__(self) -> str:
        also = "" if self.reached is None else (", reached" if self.reached else ", not reached")
        return f"<Weights {self.edition.id}: {self.how}, {len(self.nodes)} nodes{also}>"
