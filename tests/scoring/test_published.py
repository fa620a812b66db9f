"""The published figures are carried soundly, and those that can be recomputed come back through piikit."""

import polars as pl
import pytest

import piikit
from piikit.framework.documents import packaged

ROUNDED = 0.005
"""What rounding to two decimals may have taken from a published figure, or added to it."""
NEXT_LEVEL = 0.01
"""How far a figure recomputed from published ones may lie from the published one, one level up."""

COLUMNS = [
    "edition",
    "area_list",
    "area",
    "area_code",
    "code",
    "name",
    "level",
    "score",
    "rank",
    "value",
    "lower",
    "upper",
    "unit",
    "source",
    "certainty",
    "note",
]
NUMBERS = ["score", "rank", "value", "lower", "upper"]
EDITIONS = {"pii-2023": ("vn-63", 63), "pii-2024": ("vn-63", 63), "pii-2025": ("vn-34", 34)}


def load():
    content = packaged("published", "pii-published.csv").read_bytes()
    types = {name: pl.Float64 if name in NUMBERS else pl.String for name in COLUMNS}
    return pl.read_csv(content, schema_overrides=types)


@pytest.fixture(scope="module")
def published():
    return load()


# -- the file ----------------------------------------------------------------------------------------------------


def test_columns(published):
    assert published.columns == COLUMNS


def test_no_row_was_lost(published):
    # Rows of the four collections that the file was put together from: index 62, sub-indices and pillars 45,
    # sub-pillars and indicators 38, regions 12.
    assert dict(published.group_by("level").len().iter_rows()) == {
        "index": 62,
        "sub_index": 6,
        "pillar": 39,
        "sub_pillar": 4,
        "indicator": 34,
        "region_mean": 12,
    }
    assert dict(published.group_by("edition").len().iter_rows()) == {"pii-2023": 52, "pii-2024": 54, "pii-2025": 51}


def test_no_figure_stands_twice(published):
    assert not published.select("edition", "area", "level", "name").is_duplicated().any()


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_area_is_in_the_list_of_its_edition(published, edition):
    areas, count = EDITIONS[edition]
    framework = piikit.edition(edition)
    assert (framework.areas.id, len(framework.areas)) == (areas, count)
    mine = published.filter(pl.col("edition") == edition)
    assert set(mine["area_list"]) == {areas}
    names = {area.code: area.name for area in framework.areas.areas}
    for row in mine.filter(pl.col("level") != "region_mean").iter_rows(named=True):
        assert names[row["area_code"]] == row["area"]


def test_regions_have_no_code_and_are_those_of_the_list(published):
    regions = published.filter(pl.col("level") == "region_mean")
    assert regions["area_code"].null_count() == regions.height
    known = {name["vi"].casefold() for name in piikit.edition("pii-2023").areas.regions.values()}
    assert set(regions["area"].str.to_lowercase()) == known


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_code_is_a_node_of_its_edition_and_level(published, edition):
    nodes = piikit.edition(edition).nodes
    mine = published.filter(pl.col("edition") == edition)
    for row in mine.filter(pl.col("code").is_not_null()).iter_rows(named=True):
        assert nodes[row["code"]].level == ("index" if row["level"] == "region_mean" else row["level"])
    assert set(mine.filter(pl.col("code").is_null())["level"]) <= {"indicator"}


def test_figures_are_within_their_ranges(published):
    assert published["score"].drop_nulls().is_between(0, 100).all()
    ranked = published.filter(pl.col("rank").is_not_null())
    for row in ranked.iter_rows(named=True):
        most = 6 if row["level"] == "region_mean" else EDITIONS[row["edition"]][1]
        assert 1 <= row["rank"] <= most
        assert row["rank"] == int(row["rank"])
    both = published.filter(pl.col("lower").is_not_null() & pl.col("upper").is_not_null())
    assert (both["lower"] < both["upper"]).all()
    figure = pl.coalesce("value", "score")
    assert both.select(figure.is_between("lower", "upper").all()).item()


def test_every_row_has_a_source_and_a_known_certainty(published):
    assert published["source"].null_count() == 0
    assert published["source"].str.strip_chars().str.len_chars().min() > 20
    assert set(published["certainty"]) == {"stated", "derived", "conflict", "uncertain", "bounded"}
    doubtful = published.filter(pl.col("certainty").is_in(["derived", "conflict", "uncertain", "bounded"]))
    assert doubtful["note"].null_count() == 0
    bounded = published.filter(pl.col("certainty") == "bounded")
    assert bounded.select(pl.col("score", "rank").is_null().all()).row(0) == (True, True)


@pytest.mark.parametrize("edition", EDITIONS)
def test_scores_and_ranks_of_the_index_agree(published, edition):
    mine = published.filter(
        (pl.col("edition") == edition)
        & (pl.col("level") == "index")
        & pl.all_horizontal(pl.col("score", "rank").is_not_null())
    ).sort("rank")
    assert mine["score"].is_sorted(descending=True)


def test_the_whole_file_of_an_edition_is_taken_as_given_scores(published):
    for edition in EDITIONS:
        rows = published.filter(
            (pl.col("edition") == edition)
            & (pl.col("level") != "region_mean")
            & pl.col("code").is_not_null()
            & pl.any_horizontal(pl.col("score", "rank").is_not_null())
        )
        result = piikit.evaluate(edition=edition, scores=rows.select("area", "code", "score", "rank"))
        back = rows.select(area="area_code", code="code", stated="score", place="rank").join(
            result.scores, on=["area", "code"], how="left"
        )
        assert back.filter(pl.col("stated").is_not_null() & (pl.col("stated") != pl.col("score"))).is_empty()
        assert back.filter(pl.col("place").is_not_null() & pl.col("place").ne_missing(pl.col("rank"))).is_empty()


# -- recomputed --------------------------------------------------------------------------------------------------


def score_of(result, area, code):
    return result.scores.filter((pl.col("area_name") == area) & (pl.col("code") == code))["score"].item()


def stated(published, edition, area):
    rows = published.filter((pl.col("edition") == edition) & (pl.col("area") == area) & pl.col("score").is_not_null())
    return dict(rows.select("code", "score").iter_rows())


def test_bac_ninh_2025_from_its_seven_pillars(published):
    figures = stated(published, "pii-2025", "Bắc Ninh")
    pillars = {code: figures[code] for code in "1234567"}
    assert pillars == {"1": 59.17, "2": 39.99, "3": 62.30, "4": 47.43, "5": 56.40, "6": 28.74, "7": 60.20}
    scores = pl.DataFrame({"area": ["Bắc Ninh"] * 7, "code": list(pillars), "score": list(pillars.values())})
    result = piikit.evaluate(edition="pii-2025", scores=scores)
    assert {code: figures[code] for code in ("IN", "OUT", "PII")} == {"IN": 53.06, "OUT": 44.47, "PII": 48.76}
    for code in ("IN", "OUT", "PII"):
        assert score_of(result, "Bắc Ninh", code) == pytest.approx(figures[code], abs=NEXT_LEVEL)


COMPUTED = {"1.1": 58.90, "1.2": 58.52, "2.1": 31.41}
PUBLISHED = {"1.1": 58.90, "1.2": 58.62, "2.1": 31.36}


@pytest.fixture(scope="module")
def khanh_hoa(published):
    """The ten published indicators of the three groups: area, code, value, lower, upper."""
    rows = published.filter(
        (pl.col("edition") == "pii-2025")
        & (pl.col("area") == "Khánh Hòa")
        & (pl.col("level") == "indicator")
        & pl.col("code").str.head(3).is_in(list(COMPUTED))
    )
    assert rows.height == 10
    return rows.select("area", "code", "value", "lower", "upper")


def score_interval(value, lower, upper):
    """The lowest and highest score that figures rounded to two decimals allow.

    100 (v - l) / (u - l) grows with v and falls with l and with u, so the ends lie at corners of the box.
    """
    low = 100 * ((value - ROUNDED) - (lower + ROUNDED)) / ((upper + ROUNDED) - (lower + ROUNDED))
    high = 100 * ((value + ROUNDED) - (lower - ROUNDED)) / ((upper - ROUNDED) - (lower - ROUNDED))
    return low, high


@pytest.mark.parametrize("code", COMPUTED)
def test_khanh_hoa_2025_from_values_and_national_bounds(published, khanh_hoa, code):
    result = piikit.evaluate(
        khanh_hoa.select("area", indicator="code", value="value"),
        edition="pii-2025",
        bounds=khanh_hoa.select("code", "lower", "upper"),
    )
    computed = score_of(result, "Khánh Hòa", code)
    assert computed == pytest.approx(COMPUTED[code], abs=ROUNDED)
    assert stated(published, "pii-2025", "Khánh Hòa")[code] == PUBLISHED[code]

    mine = khanh_hoa.filter(pl.col("code").str.head(3) == code).select("value", "lower", "upper")
    ends = [score_interval(*row) for row in mine.iter_rows()]
    low = sum(low for low, _ in ends) / len(ends)
    high = sum(high for _, high in ends) / len(ends)
    assert low <= computed <= high
    assert low <= PUBLISHED[code] <= high


def test_khanh_hoa_2025_index_and_first_two_pillars_from_their_children(published):
    figures = stated(published, "pii-2025", "Khánh Hòa")
    children = ["IN", "OUT", "1.1", "1.2", "2.1", "2.2"]
    scores = pl.DataFrame({"area": ["Khánh Hòa"] * 6, "code": children, "score": [figures[c] for c in children]})
    result = piikit.evaluate(edition="pii-2025", scores=scores)
    for code in ("PII", "1", "2"):
        assert score_of(result, "Khánh Hòa", code) == pytest.approx(figures[code], abs=NEXT_LEVEL)


def test_the_floors_of_the_plan_of_bac_giang_would_have_been_second_in_2023(published):
    held = {code: score for code, score in stated(published, "pii-2023", "Bắc Giang").items() if code in set("1357")}
    assert held == {"1": 67.23, "3": 69.32, "5": 43.96, "7": 66.21}
    floors = held | {"2": 50.0, "4": 60.0, "6": 50.0}
    scores = pl.DataFrame({"area": ["Bắc Giang"] * 7, "code": list(floors), "score": list(floors.values())})
    index = score_of(piikit.evaluate(edition="pii-2023", scores=scores), "Bắc Giang", "PII")
    assert index == pytest.approx(58.10, abs=ROUNDED)
    others = published.filter(
        (pl.col("edition") == "pii-2023") & (pl.col("level") == "index") & (pl.col("area") != "Bắc Giang")
    ).sort("rank", nulls_last=True)
    # The first ten are all published with their scores, so nobody unpublished can lie above the second.
    assert others.head(10).select("rank", "score").null_count().row(0) == (0, 0)
    assert others["rank"].head(10).to_list() == list(range(1, 11))
    assert others.filter(pl.col("score") > index)["area"].to_list() == ["Hà Nội"]
