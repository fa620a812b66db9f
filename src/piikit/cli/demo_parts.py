"""What `piikit demo` shows, each part from published figures through the public interface."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from attrs import frozen

from piikit.engine import Engine
from piikit.findings.messages import Lang
from piikit.framework.documents import packaged
from piikit.result import Result

PLAN = "bac-giang-2024"
AREA = "Bắc Giang"
HELD = ("1", "3", "5", "7")
"""Pillars that the plan of Bắc Giang keeps."""
FLOORS = {"2": 50.0, "4": 60.0, "6": 50.0}
"""Scores that the plan asks pillars 2, 4 and 6 to pass: section I, 2.2 of the plan."""
GROUPS = ("1.1", "1.2", "2.1")
"""Sub-pillars of Khánh Hòa 2025 whose indicators were all published with national bounds."""


def sample_path() -> Path:
    """The sample data set of 63 provinces; see `data/sample/README.md`."""
    return Path(str(packaged("sample", "pii-2024-sample.csv")))


def published() -> pl.DataFrame:
    """The published figures of PII that piikit carries, a source a row; see `data/published/README.md`."""
    schema = {"score": pl.Float64, "value": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "rank": pl.Int64}
    frame = pl.read_csv(packaged("published", "pii-published.csv").read_bytes(), infer_schema=False)
    return frame.with_columns(pl.col(name).cast(dtype) for name, dtype in schema.items())


def figures(edition: str, area: str) -> pl.DataFrame:
    """The published figures of one area in one edition."""
    return published().filter((pl.col("edition") == edition) & (pl.col("area") == area))


def plan_2023(engine: Engine, lang: Lang) -> Result:
    """The baseline of Bắc Giang: four pillars and the index as published for 2023."""
    known = figures("pii-2023", AREA).filter(pl.col("code").is_in([*HELD, "PII"]))
    return engine.evaluate(
        edition="pii-2023", scores=known.select("area", "code", "score", "rank"), plan=PLAN, lang=lang
    )


def plan_2024(engine: Engine, baseline: Result, lang: Lang) -> Result:
    """The plan on the edition it was made for, from the one figure published: rank 10 of 63."""
    known = figures("pii-2024", AREA).filter(pl.col("code") == "PII")
    return engine.evaluate(
        edition="pii-2024",
        scores=known.select("area", "code", "score", "rank"),
        plan=PLAN,
        baseline=baseline,
        lang=lang,
    )


@frozen(kw_only=True)
class Floors:
    """The PII that the plan's floors would just give, and its place in the published list of 2023.

    Attributes:
        scores: code, score and whether it is held, the plan's floor, or computed.
        above, below: the published neighbours, name and score.
    """

    score: float
    place: int
    above: tuple[str, float]
    below: tuple[str, float]
    scores: pl.DataFrame
    result: Result


def floors(engine: Engine, lang: Lang) -> Floors:
    """Pillars 1, 3, 5, 7 as in 2023 and 2, 4, 6 at the figures that the plan asks them to pass."""
    held = figures("pii-2023", AREA).filter(pl.col("code").is_in(HELD)).select("area", "code", "score")
    assumed = pl.DataFrame({"area": AREA, "code": list(FLOORS), "score": list(FLOORS.values())})
    pillars = pl.concat([held, assumed])
    result = engine.evaluate(edition="pii-2023", scores=pillars, lang=lang)
    score = result.table("score")["PII"][0]
    listed = published().filter(
        (pl.col("edition") == "pii-2023") & (pl.col("code") == "PII") & (pl.col("level") == "index")
    )
    others = listed.filter(pl.col("score").is_not_null() & (pl.col("area") != AREA)).sort("score", descending=True)
    above, below = others.filter(pl.col("score") > score), others.filter(pl.col("score") <= score)
    computed = result.scores.filter(pl.col("code").is_in(["IN", "OUT", "PII"])).select("code", "score")
    kinds = {**dict.fromkeys(HELD, "held"), **dict.fromkeys(FLOORS, "floor")}
    rows = pl.concat([pillars.select("code", "score").sort("code"), computed])
    return Floors(
        score=score,
        place=above.height + 1,
        above=above.select("area", "score").row(-1),
        below=below.select("area", "score").row(0),
        result=result,
        scores=rows.with_columns(pl.col("code").replace_strict(kinds, default="computed").alias("kind")),
    )


def khanh_hoa(engine: Engine, lang: Lang) -> tuple[Result, pl.DataFrame]:
    """Khánh Hòa 2025 from ten published values and the national bounds published beside them.

    Returns:
        the result, and a frame code, computed, published of the three sub-pillars.
    """
    known = figures("pii-2025", "Khánh Hòa")
    inside = pl.any_horizontal(*(pl.col("code").str.starts_with(f"{group}.") for group in GROUPS))
    indicators = known.filter(inside & pl.col("value").is_not_null())
    result = engine.evaluate(
        indicators.select("area", pl.col("code").alias("indicator"), "value"),
        "pii-2025",
        bounds=indicators.select("code", "lower", "upper"),
        lang=lang,
    )
    groups = known.filter(pl.col("code").is_in(GROUPS)).select("code", pl.col("score").alias("published"))
    computed = result.scores.select("code", "score").rename({"score": "computed"})
    return result, groups.join(computed, on="code", maintain_order="left").select("code", "computed", "published")


def bac_ninh(engine: Engine, lang: Lang) -> tuple[Result, pl.DataFrame]:
    """Bắc Ninh 2025 from its seven published pillars.

    Returns:
        the result, and a frame code, computed, published of input, output and the index.
    """
    known = figures("pii-2025", "Bắc Ninh").filter(pl.col("score").is_not_null())
    pillars = known.filter(pl.col("level") == "pillar").select("area", "code", "score")
    result = engine.evaluate(edition="pii-2025", scores=pillars, lang=lang)
    upper = known.filter(pl.col("code").is_in(["IN", "OUT", "PII"])).select("code", pl.col("score").alias("published"))
    computed = result.scores.select("code", "score").rename({"score": "computed"})
    return result, computed.join(upper, on="code", maintain_order="left").filter(
        pl.col("code").is_in(["IN", "OUT", "PII"])
    )


def write_all(results: dict[str, Result], folder: Path) -> list[Path]:
    """Write each result as JSON, the sample's scores also as csv; the folder is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [result.write(folder / f"{name}.json") for name, result in results.items()]
    return [*written, results["sample-pii-2024"].write(folder / "sample-pii-2024-scores.csv")]
