"""Merged data: the table to evaluate, the edition to evaluate it with, and where each figure comes from."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import polars as pl
from attrs import field, frozen

from piikit.files.origins import as_text
from piikit.files.wide_columns import value_column
from piikit.findings.finding import Findings
from piikit.findings.messages import Lang, messages
from piikit.framework.documents import Json
from piikit.framework.edition import Edition
from piikit.inputs.long import ATTRIBUTES
from piikit.inputs.merged_rows import MERGED_FROM
from piikit.inputs.mergers import remarks as said
from piikit.inputs.mergers.rules import MergeRule
from piikit.inputs.mergers.successions import Links

JOINED = tuple(name for name in ATTRIBUTES if name not in ("unit", "revision"))
"""What is said of a figure and holds of several: figures are in their own unit by now, and of the last revision."""


@frozen(kw_only=True, repr=False)
class Merged:
    """What `merge_areas` gives.

    Attributes:
        data: the wide table that `evaluate` takes: area (its name), period, status (where the data are sample data),
            merged_from (names of the parts; null where an area is as it was), then items and indicator codes.
        edition: the edition on the areas merged to.
        rules: how each column was merged.
        document: the edition's document to keep in a file.

    >>> import piikit
    >>> merged = piikit.merge_areas(piikit.sample(), "pii-2024")
    >>> merged
    <Merged vn-63 → vn-34: 34 rows, 23 merged>
    >>> merged.data.filter(area="Bắc Ninh").select("area", "merged_from", "population").row(0)
    ('Bắc Ninh', 'Bắc Giang, Bắc Ninh', 2164300)
    """

    __module__ = "piikit.types"

    data: pl.DataFrame = field(repr=False)
    edition: Edition
    rules: Mapping[str, MergeRule] = field(repr=False)
    found: Findings = field(repr=False)
    whole: pl.DataFrame = field(repr=False)
    frame: pl.DataFrame = field(repr=False)
    links: Links = field(repr=False)
    remarks: pl.DataFrame = field(repr=False)
    document: Json = field(factory=dict, repr=False)
    lang: Lang = "en"

    @functools.cached_property
    def findings(self) -> pl.DataFrame:
        """Every finding on the data and on the merger; columns as `Result.findings`."""
        return self.found.frame(self.lang)

    @functools.cached_property
    def trail(self) -> pl.DataFrame:
        """How each merged figure came about: a row an area, period and column of the areas that were merged.

        Columns: area, area_name, period, column, value, rule, weight, basis, merged_from, missing (names of the parts
        without a figure). `rule` is a name; "none" where there is none, and the value is then null.
        """
        rules = pl.DataFrame(
            [(name, rule.kind, rule.weight, rule.basis) for name, rule in self.rules.items()],
            schema=dict.fromkeys(("column", "rule", "weight", "basis"), pl.String),
            orient="row",
        )
        columns = [name if name in self.whole.columns else value_column(name) for name in self.rules]
        cells = said.cells(self.whole, self.frame, self.links, columns)
        return cells.join(rules, on="column", how="left", maintain_order="left").select(
            "area", "area_name", "period", "column", "value", "rule", "weight", "basis", MERGED_FROM, "missing"
        )

    @functools.cached_property
    def long(self) -> pl.DataFrame:
        """The same figures as a long table that `evaluate` takes: area, period, item, value, source, merged_from, ….

        Of a merged figure `source` says how and from which parts it was put together; of the others, and of what the
        parts have in common (status, evidence, data_year, date, agency), what long data said. Figures without a value
        are left out.
        """
        keys = ["area", "period", "status", MERGED_FROM]
        figures = [name for name in self.data.columns if name in self.rules]
        kept = [name for name in keys if name in self.data.columns]
        numbers = self.data.with_columns(pl.col(figures).cast(pl.Float64))
        long = numbers.unpivot(figures, index=kept, variable_name="item").drop_nulls("value")
        how = self.trail.select(
            pl.col("area_name").alias("area"), "period", pl.col("column").alias("item"), self._source().alias("@how")
        )
        joined = long.join(how, on=["area", "period", "item"], how="left", maintain_order="left")
        joined = joined.join(
            self.remarks, on=["area", "period", "item"], how="left", maintain_order="left", suffix="@said"
        )
        if "status@said" in joined.columns:
            joined = joined.with_columns(pl.coalesce("status", "status@said").alias("status")).drop("status@said")
        source = pl.concat_str("@how", pl.col("source"), separator=" · ", ignore_nulls=True)
        rest = [name for name in JOINED if name in joined.columns and name not in ("status", "source")]
        first = [name for name in ("area", "period", "item", "value", "status") if name in joined.columns]
        return joined.select(*first, source.replace("", None).alias("source"), MERGED_FROM, *rest)

    def _source(self) -> pl.Expr:
        words = messages(self.lang)
        rules = {name: words.text("merge.source", rule=words.of(rule.text)) for name, rule in self.rules.items()}
        how = pl.col("column").replace_strict(rules, default=None, return_dtype=pl.String)
        without = pl.concat_str(pl.lit(words.text("merge.without")), "missing")
        lacking = pl.when(pl.col("missing") != "").then(without).otherwise(pl.lit(""))
        return pl.concat_str(how, pl.lit(" "), MERGED_FROM, lacking)

    @staticmethod
    def as_csv(frame: pl.DataFrame) -> pl.DataFrame:
        """A frame of these with numbers as text that no reader takes for grouped thousands, as csv files need it."""
        return frame.with_columns(as_text(name) for name, dtype in frame.schema.items() if dtype == pl.Float64)

    def __repr__(self) -> str:
        areas = self.edition.areas.id if self.edition.areas else "–"
        count = self.data[MERGED_FROM].drop_nulls().len()
        return f"<Merged {self.links.former.id} → {areas}: {self.data.height} rows, {count} merged>"
