"""Drawn editions that impute, treat and set areas aside, with the group of each row."""

from __future__ import annotations

from typing import Any

import attrs
import polars as pl
from hypothesis import strategies as st

from strategies import NUMBERS, PERIODS, Drawn, Json, Key, documents, tables

LIMITS = [{}, {"skew": 0.5, "kurtosis": -1}, {"max_points": 2, "skew": 0.25, "kurtosis": 0}]
FORMS = [{}, {"form": "range_by_skew"}, {"form": "shift"}, {"form": "gii"}, {"form": "plain"}]


@st.composite
def treats(draw: st.DrawFn) -> Any:
    """A treatment."""
    name = draw(st.sampled_from(["none", "winsorise", "log", "winsorise_then_log", "box_cox"]))
    if name == "none":
        return name
    params: Json = {"method": name}
    if name.startswith("winsorise"):
        params |= draw(st.sampled_from(LIMITS))
    if name.endswith("log"):
        params |= draw(st.sampled_from(FORMS))
    return params | ({"lambda": draw(st.sampled_from([-1, 0, 0.5, 2]))} if name == "box_cox" else {})


@st.composite
def imputes(draw: st.DrawFn) -> Any:
    """An imputation."""
    name = draw(st.sampled_from(["none", "mean", "median", "group_mean", "group_median", "previous", "linear"]))
    if name.startswith("group"):
        return {"method": name, "group": "zone"}
    if name in ("previous", "linear"):
        return {"method": name, "max_gap": draw(st.sampled_from([None, 1, 2]))}
    return name


@attrs.frozen(kw_only=True)
class Prepared(Drawn):
    """With the group of each row."""

    groups: dict[Key, str | None]

    def table(self, keys: Any = None) -> pl.DataFrame:
        """The values as a wide table with the column `zone`."""
        chosen = list(self.values) if keys is None else list(keys)
        zone = pl.Series("zone", [self.groups[key] for key in chosen], dtype=pl.String)
        return super().table(chosen).with_columns(zone)


@st.composite
def prepared_editions(draw: st.DrawFn, *, n_periods: int | None = None, over_time: bool = True) -> Prepared:
    """An edition with treatments, imputations and mostly no screening, and data with many gaps."""
    document = draw(documents(normalises=["min_max", "none"], aggregates=["mean"], max_indicators=4, max_depth=2))
    nodes = [node for node in document["nodes"] if node["level"] == "indicator"]
    document["defaults"] |= {"treat": draw(treats()), "impute": draw(imputes())}
    for node in nodes:
        node.update(draw(st.fixed_dictionaries({}, optional={"treat": treats(), "impute": imputes()})))
        if not over_time and str(node.get("impute", document["defaults"]["impute"])).find("max_gap") >= 0:
            node["impute"] = "mean"
    document |= draw(st.sampled_from([{}, {}, {"screen": {"min_available": 0.5}}, {"screen": {"min_nonzero": 0.5}}]))
    areas = [f"A{place}" for place in range(draw(st.integers(1, 9)))]
    periods = PERIODS[: n_periods or draw(st.integers(1, 3))]
    numbers = NUMBERS | st.sampled_from([0.0, 1000.0, 5000.0])
    values = draw(tables([node["code"] for node in nodes], areas=areas, periods=periods, numbers=numbers))
    zones = {area: draw(st.sampled_from(["north", "south", None])) for area in areas}
    return Prepared(document=document, values=values, groups={key: zones[key[0]] for key in values})
