"""What users write: nothing of it may be refused by a type checker."""

import datetime
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl

import piikit
from piikit import Indicator, hookimpl, office
from piikit.plugin import Aggregate, Check, Normalise, Writer
from piikit.types import EditionLike, GoalSeek, Lang, PlanLike, ScenarioLike, Severity, TableLike, TargetLike, Weights

SCORES = [{"area": "24", "code": "PII", "score": 48.5}]


def rows() -> Iterator[dict[str, object]]:
    """Rows as they come out of a database."""
    yield {"area": "Hà Nội", "hdi": 0.8}


def asked(data: TableLike, edition: EditionLike, plan: PlanLike, lang: Lang) -> piikit.Result:
    """A function of the user's own that hands its arguments on."""
    return piikit.evaluate(data, edition, plan=plan, lang=lang)


for data in (piikit.sample(), "a.csv", b"area,hdi\n", pl.DataFrame(), pl.LazyFrame(), {"area": ["Hà Nội"]}):
    piikit.evaluate(data, "pii-2024")
for uploaded in (io.BytesIO(b""), io.StringIO(""), rows(), tuple(rows())):
    piikit.check(uploaded, Path("edition.json"), scores=SCORES)
piikit.check([Path("a.csv"), Path("b.csv")], "pii-2024")
with open("a.csv", "rb") as file:
    result = piikit.evaluate(file, {"id": "mine"}, bounds=pl.DataFrame(), on_findings="keep")

scenarios: list[ScenarioLike] = [piikit.Scenario(id="up", changes=[]), {"id": "down"}, "scenarios.json"]
result = piikit.evaluate(edition=piikit.edition("pii-2024"), scores=SCORES, scenarios=scenarios, baseline=result)
targets: list[TargetLike] = [piikit.Target("PII", rank=10), "pii", {"node": "3", "metric": "score"}]
way: GoalSeek = result.goalseek("24", targets, ends="fixed")
result.goalseek("24", piikit.Target("3", above=69.32))
weights: Weights = result.weights({"OUT": 3})
table: pl.DataFrame = result.table("score", "pillar")
beside: pl.DataFrame = result.compare(SCORES, tolerance=0.01)
effects: pl.DataFrame = result.effects(result, by="indicator", code="PII")
written: Path = result.write("a.csv", decimal=",")
result.write(io.BytesIO(), format="json")
paper: Path = result.report("a.docx", "ministry", on=datetime.date(2025, 1, 1), progress=rows())
office.report(result, io.BytesIO(), "agency", agency="science")
again: piikit.Result = result.replay("pii-2025", plan="bac-giang-2024", scenarios=())
policy: dict[str, Severity] = {"absent_area": "error"}
engine = piikit.Engine(policy=policy, lang="vi", block=["knowledge"])
merged: pl.DataFrame = engine.merge_areas(
    "a.csv", "pii-2024", "vn-34", rules={"par_index": {"mean": "population"}}
).data
streamed: Path = piikit.stream("a.csv", "pii-2024", to="b.parquet").path
document: dict[str, object] = office.import_edition(b"")
plan: piikit.Plan = piikit.plan("bac-giang-2024")
try:
    asked("a.csv", "pii-2024", plan, "vi")
except piikit.InputError as error:
    for finding in error.found:
        print(finding.code, finding.line("vi"))


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """An indicator of a plugin."""
    yield Indicator(
        code="hue.share",
        unit="percent",
        direction="higher",
        name={"vi": "Tỷ lệ", "en": "Share"},
        value=pl.col("a") / pl.col("b"),
        source="ours",
        items={"a": {"type": "number"}},
        example={"a": 1, "b": 2, "value": 0.5},
    )


lowest = Aggregate(name="hue.lowest", source="ours", score=lambda scores, weights, params: pl.min_horizontal(*scores))
per_mean = Normalise(name="hue.mean", source="ours", score=lambda x, figures, params: x, across=True)
check = Check(code="hue.a", columns=["a"], holds=pl.col("a") > 0, message={"vi": "sai", "en": "wrong"}, source="ours")
writer = Writer(suffix=".md", name={"vi": "danh sách", "en": "list"}, render=lambda result: b"")
