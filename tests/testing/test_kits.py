"""Each kit says what is wrong with a plugin that it is written for: one fault a case, and the words that name it."""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from hypothesis import Phase, settings

import piikit
from piikit import Indicator, hookimpl
from piikit.framework.methods import Aggregate, Normalise
from piikit.plugin import Check, Writer
from piikit.testing import CheckKit, EditionKit, IndicatorKit, Kit, MethodKit, PlanKit, WriterKit
from piikit.testing.watch import reached
from places import ROOT


@pytest.fixture(autouse=True)
def no_shrinking() -> Iterator[None]:
    """Every test below fails inside: what is drawn need not be the smallest."""
    settings.register_profile("no-shrinking", settings(), phases=[Phase.generate])
    settings.load_profile("no-shrinking")
    yield
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


NAMES = {"vi": "Cây", "en": "Trees"}


def kit(base: type[Kit], hook: str, *listed: Any, **more: Any) -> Any:
    """An instance of a kit for a plugin with one hook."""
    plugin = SimpleNamespace(__name__="hue")
    setattr(plugin, hook, hookimpl(lambda: list(listed)))
    return type("TestHue", (base,), {"plugin": plugin, "examples": 25, **more})()


def trees(**more: Any) -> Indicator:
    fields: dict[str, Any] = {
        "code": "hue.trees",
        "unit": "percent",
        "direction": "higher",
        "name": NAMES,
        "source": "city",
        "value": pl.col("trees") / pl.col("plots") * 100,
        "items": {"trees": {"type": "number", "minimum": 0}, "plots": {"type": "integer", "minimum": 0}},
        "example": {"trees": 3, "plots": 12, "value": 25},
    }
    return Indicator(**{**fields, **more})


def run(test: Any, name: str, indicator: Indicator | None = None) -> None:
    getattr(test, name)(*([indicator] if indicator is not None else []))


def test_a_sound_indicator_passes_every_test() -> None:
    test = kit(IndicatorKit, "piikit_indicators", trees(), better={"hue.trees": {"trees": 4}})
    names = [name for name in dir(test) if name.startswith("test_")]
    assert len(names) >= 14
    for name in names:
        function = getattr(test, name)
        if "indicator" in function.__code__.co_varnames[: function.__code__.co_argcount]:
            for indicator in test.subjects()["indicator"].values():
                function(indicator)
        else:
            function()


TREES, PLOTS = pl.col("trees"), pl.col("plots")
WRONG_INDICATORS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no source": ({"source": " "}, "test_the_names_are_in_both_languages", "who publishes"),
    "one name": ({"name": {"en": "Trees"}}, "test_the_names_are_in_both_languages", "no text in 'vi'"),
    "same name": ({"name": {"vi": "Trees", "en": "Trees"}}, "test_the_names_are_in_both_languages", "same in both"),
    "unit": ({"unit": "percents"}, "test_the_unit_is_known_and_the_example_in_its_range", "'percents'"),
    "range": ({"unit": "points_0_10"}, "test_the_unit_is_known_and_the_example_in_its_range", "beyond 10"),
    "item": ({"value": pl.col("leaves")}, "test_every_item_is_described", "'leaves' of hue.trees is described nowhere"),
    "item type": ({"items": {"trees": {"minimum": 0}}}, "test_every_item_is_described", "has the type None"),
    "no item": ({"value": pl.lit(1.0)}, "test_every_item_is_described", "reads no item"),
    "python": ({"value": TREES.map_elements(abs, return_dtype=pl.Float64)}, "test_it_calls_no_python", "Python"),
    "example": ({"example": {"trees": 3, "plots": 12, "value": 24}}, "test_the_example_comes_out", "says 24"),
    "no example": ({"example": {}}, "test_the_example_comes_out", "lacks plots, trees, value"),
    "more example": (
        {"example": {"trees": 3, "plots": 12, "value": 25, "tree": 1}},
        "test_the_example_comes_out",
        "has tree,",
    ),
    "unsound example": (
        {"example": {"trees": 3, "plots": 1.5, "value": 200}},
        "test_the_example_comes_out",
        "breaks the description of plots",
    ),
    "filled": (
        {"value": TREES.fill_null(0) / PLOTS * 100},
        "test_a_missing_item_gives_a_missing_value",
        "without trees is 0",
    ),
    "skipped": ({"value": pl.sum_horizontal(TREES, PLOTS)}, "test_a_missing_item_gives_a_missing_value", "is 12"),
    "mean": ({"value": TREES / TREES.mean() * PLOTS}, "test_a_value_rests_on_its_own_row", "its own row alone"),
    "above": ({"value": TREES.shift(1) + PLOTS}, "test_a_value_rests_on_its_own_row", "its own row alone"),
    "random": ({"value": TREES.shuffle() + PLOTS}, "test_a_value_rests_on_its_own_row", "its own row alone"),
    "direction": ({"direction": "up"}, "test_a_better_value_scores_higher", "'up'"),
    "wrong way": ({"direction": "lower"}, "test_a_better_value_scores_higher", "where lower is better"),
}


@pytest.mark.parametrize("name", WRONG_INDICATORS)
def test_what_is_wrong_with_an_indicator_is_said(name: str) -> None:
    fields, test, words = WRONG_INDICATORS[name]
    sound = kit(IndicatorKit, "piikit_indicators", trees(), better={"hue.trees": {"trees": 4}})
    with pytest.raises(AssertionError, match=words.replace("(", r"\(")):
        run(sound, test, trees(**fields))


def test_a_value_that_is_lost_without_a_finding_is_said() -> None:
    picky = trees(value=pl.when(pl.col("trees") < 5).then(pl.col("trees") / pl.col("plots")))
    with pytest.raises(AssertionError, match="no finding says why"):
        kit(IndicatorKit, "piikit_indicators", picky).test_no_table_that_its_items_allow_is_an_error()


@pytest.mark.parametrize(
    ("listed", "words"),
    [((trees(unit="trees"),), "unit 'trees'"), ((trees(), trees()), "hue.trees"), (({},), "dict")],
    ids=["unit", "twice", "type"],
)
def test_a_plugin_that_fails_is_said_with_its_cause(listed: Any, words: str) -> None:
    test = kit(IndicatorKit, "piikit_indicators", *listed)
    with pytest.raises(AssertionError, match=words):
        test.test_it_loads()
    with pytest.raises(AssertionError, match="provides no indicator"):
        test.test_it_provides_what_is_tested()


def test_a_name_without_an_owner_is_said() -> None:
    with pytest.raises(AssertionError, match="'trees' has no owner"):
        kit(IndicatorKit, "piikit_indicators", trees(code="trees")).test_its_names_are_namespaced()


def test_a_plugin_that_lists_other_things_each_time_is_said() -> None:
    codes = iter(["hue.a", "hue.b"])
    plugin = SimpleNamespace(__name__="hue", piikit_indicators=hookimpl(lambda: [trees(code=next(codes))]))
    test = type("TestHue", (IndicatorKit,), {"plugin": plugin})()
    with pytest.raises(AssertionError, match="then"):
        test.test_it_lists_the_same_each_time()


def test_a_kit_without_a_plugin_says_what_to_write() -> None:
    with pytest.raises(TypeError, match="plugin = my_package"):
        type("TestHue", (IndicatorKit,), {}).loaded()


# -- what a plugin reaches for -----------------------------------------------------------------------------------

REACHING = {
    "reads": ("open(__file__ + '/../../secret.txt').close()", "secret.txt"),
    "writes": ("open('/dev/null', 'w').close()", "writing the file /dev/null"),
    "asks": ("import socket; socket.getaddrinfo('localhost', 1)", "socket.getaddrinfo"),
    "starts": ("import subprocess, sys; subprocess.run([sys.executable, '-c', ''])", "subprocess.Popen"),
    "polars": ("import polars; polars.scan_csv('/etc/hostname')", "polars.scan_csv"),
}


def test_a_plugin_that_reaches_outside_while_it_lists_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process for all: each plugin is a module of its own, and the last one reaches for nothing."""
    monkeypatch.syspath_prepend(tmp_path / "path")
    (tmp_path / "secret.txt").write_text("secret")
    for name, (code, _) in {**REACHING, "sound": ("pass", "")}.items():
        folder = tmp_path / "path" / f"reaching_{name}"
        folder.mkdir(parents=True)
        (folder / "own.json").write_text("{}")
        (folder / "__init__.py").write_text(
            "from pathlib import Path\nimport piikit\n\n@piikit.hookimpl\ndef piikit_plans():\n"
            f"    Path(__file__).with_name('own.json').read_text()\n    print('noise')\n    {code}\n    return []\n"
        )
    found = reached([f"reaching_{name}" for name in [*REACHING, "sound"]])
    for name, (_, words) in REACHING.items():
        assert any(words in line for line in found), (name, found)
    assert reached(["reaching_sound"]) == []


def test_the_kit_says_that_a_plugin_reaches_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "hue_reaching.py").write_text("import os\nos.system('true')\n")
    module = ModuleType("hue_reaching")
    module.__spec__ = SimpleNamespace()  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "hue_reaching", module)
    test = type("TestHue", (Kit,), {"plugin": module})()
    with pytest.raises(AssertionError, match=r"reached for os\.system"):
        test.test_listing_reaches_for_nothing_outside()


# -- methods -----------------------------------------------------------------------------------------------------


def normalise(score: Any, *, ends: Any = lambda x, params: {}, figures: Any = None) -> Normalise:
    kept = figures or (lambda ends, params, published: dict(ends))
    return Normalise(name="hue.line", source="test", ends=ends, figures=kept, score=score)


def aggregate(score: Any, **more: Any) -> Aggregate:
    return Aggregate(name="hue.line", source="test", score=score, **more)


def _filled_mean(scores: Any, weights: Any, params: Any) -> pl.Expr:
    return pl.mean_horizontal(*(score.fill_null(0) for score in scores))


WRONG_METHODS: dict[str, tuple[Any, str, str]] = {
    "filled": (normalise(lambda x, f, p: x.fill_null(0)), "test_a_missing_value_gives_a_missing_score", "no value"),
    "falls": (normalise(lambda x, f, p: -x), "test_better_values_never_score_lower", "scores"),
    "rows": (normalise(lambda x, f, p: x.cum_sum()), "test_scores_rest_on_the_cohort_alone", "order of rows|period"),
    "zero": (aggregate(_filled_mean), "test_what_is_missing_is_left_out_or_makes_the_node_missing", "no child"),
    "outside": (aggregate(lambda s, w, p: pl.max_horizontal(*s) + 1), "test_a_score_lies_among_its_children", "from"),
    "first": (aggregate(lambda s, w, p: pl.coalesce(*s)), "test_a_score_lies_among_its_children", "order of children"),
    "worse": (
        aggregate(lambda s, w, p: pl.min_horizontal(*s) * 2 - pl.max_horizontal(*s)),
        "test_a_better_child_never_lowers_the_score",
        "and",
    ),
    "shares": (
        aggregate(lambda s, w, p: pl.min_horizontal(*s), shares=lambda s, w: list(s)),
        "test_shares_add_up_to_the_score",
        "sum of shares",
    ),
    "whole": (
        aggregate(lambda s, w, p: pl.min_horizontal(*s), whole_score=lambda s, w, p: pl.max_horizontal(*s)),
        "test_what_is_missing_is_left_out_or_makes_the_node_missing",
        "whole_score|missing",
    ),
}


@pytest.mark.parametrize("name", WRONG_METHODS)
def test_what_is_wrong_with_a_method_is_said(name: str) -> None:
    method, test, words = WRONG_METHODS[name]
    with pytest.raises(AssertionError, match=words):
        getattr(kit(MethodKit, "piikit_methods", method), test)(method)


def test_a_method_with_a_faulty_default_is_said() -> None:
    method = Aggregate(
        name="hue.line",
        source="test",
        params={"p": {"type": "number", "default": "x"}},
        score=lambda s, w, p: pl.min_horizontal(*s),
    )
    test = kit(MethodKit, "piikit_methods", method)
    with pytest.raises(AssertionError, match="default"):
        test.test_it_says_where_it_comes_from_and_its_parameters_are_sound(method)


# -- documents ---------------------------------------------------------------------------------------------------


def overlay(**more: Any) -> dict[str, Any]:
    return {"id": "hue-2024", "extends": "pii-2024", "title": {"vi": "Huế", "en": "Hue"}, **more}


WRONG_EDITIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "faulty": (overlay(remove=["1.9.9"]), "test_it_is_built", "1.9.9"),
    "name": (
        overlay(add=[{"code": "8", "parent": "IN", "level": "pillar"}]),
        "test_an_editions_names_are_in_both_languages",
        "has no name",
    ),
    "same": (
        overlay(
            add=[
                {"code": "8", "parent": "IN", "level": "pillar", "name": {"vi": "A", "en": "A"}},
                {"code": "8.1", "parent": "8", "level": "indicator", "indicator": "pii.hdi"},
            ]
        ),
        "test_an_editions_names_are_in_both_languages",
        "the name of 8 is the same",
    ),
    "direction": (
        overlay(add=[{"code": "9", "parent": "1.1", "level": "indicator"}]),
        "test_every_indicator_says_which_direction_is_better",
        "better for 9",
    ),
}


@pytest.mark.parametrize("name", WRONG_EDITIONS)
def test_what_is_wrong_with_an_edition_is_said(name: str) -> None:
    document, test, words = WRONG_EDITIONS[name]
    with pytest.raises(AssertionError, match=words):
        getattr(kit(EditionKit, "piikit_editions", document), test)("hue-2024")


def plan(**more: Any) -> dict[str, Any]:
    return {
        "id": "hue",
        "title": {"vi": "Kế hoạch", "en": "Plan"},
        "area": "46",
        "areas": "vn-63",
        "edition": "pii-2024",
        "sources": ["invented"],
        "targets": [{"id": "t", "node": "PII", "conditions": [{"metric": "rank", "is": "at_most", "value": 20}]}],
        **more,
    }


WRONG_PLANS: dict[str, tuple[dict[str, Any], str, str]] = {
    "area": (plan(area="99"), "test_a_plan_is_built_for_an_edition_that_is_there", "cannot be built"),
    "edition": (plan(edition="pii-2031"), "test_a_plan_is_built_for_an_edition_that_is_there", "not installed"),
    "title": (plan(title={"vi": "Plan", "en": "Plan"}), "test_a_plans_names_are_in_both_languages", "the title of hue"),
}


@pytest.mark.parametrize("name", WRONG_PLANS)
def test_what_is_wrong_with_a_plan_is_said(name: str) -> None:
    document, test, words = WRONG_PLANS[name]
    with pytest.raises(AssertionError, match=words):
        getattr(kit(PlanKit, "piikit_plans", document), test)("hue")


def green(formula: str, value: float) -> dict[str, Any]:
    node = {
        "code": "1.1.9",
        "parent": "1.1",
        "level": "indicator",
        "name": {"vi": "Xanh", "en": "Green"},
        "unit": "percent",
        "direction": "higher",
        "formula": formula,
        "source": "city",
        "items": {"green_patents": {"type": "integer", "minimum": 0}},
        "example": {"green_patents": 3, "patent_applications": 12, "value": value},
    }
    return overlay(add=[node])


def formula_kit(document: dict[str, Any]) -> Any:
    plugin = SimpleNamespace(__name__="hue", piikit_editions=hookimpl(lambda: [document]))
    return type("TestHue", (IndicatorKit, EditionKit), {"plugin": plugin, "examples": 5})()


def test_an_indicator_of_a_formula_meets_the_same_tests() -> None:
    test = formula_kit(green("green_patents / patent_applications * 100", 25))
    ((name, indicator),) = test.subjects()["indicator"].items()
    assert name == "hue-2024:1.1.9"
    for rule in (name for name in vars(IndicatorKit) if name.startswith("test_")):
        run(test, rule, None if rule.startswith("test_no_table") else indicator)
    test.test_any_table_of_an_edition_is_evaluated("hue-2024")


def test_a_formula_that_reaches_for_more_than_items_is_said() -> None:
    test = formula_kit(green("__import__('os').system('true') / patent_applications", 25))
    assert test.subjects()["indicator"] == {}
    with pytest.raises(AssertionError, match="hue-2024 cannot be built"):
        test.test_it_is_built("hue-2024")


# -- checks and writers ------------------------------------------------------------------------------------------


def check(**more: Any) -> Check:
    fields: dict[str, Any] = {
        "code": "hue.part",
        "columns": ["patent_applications", "population"],
        "holds": pl.col("patent_applications") <= pl.col("population"),
        "message": {"vi": "{area_name}: quá nhiều đơn", "en": "{area_name}: too many applications"},
    }
    return Check(**{**fields, **more})


def test_a_sound_check_passes() -> None:
    test = kit(CheckKit, "piikit_checks", check())
    test.test_a_checks_texts_are_in_both_languages(check())
    test.test_it_can_hold_and_can_be_broken(check())
    test.test_it_judges_row_by_row_and_never_fails(check())


WRONG_CHECKS: dict[str, tuple[dict[str, Any], str, str]] = {
    "column": (
        {"columns": ["trees"], "holds": pl.col("trees") > 0},
        "test_a_checks_texts_are_in_both_languages",
        "reads trees",
    ),
    "text": ({"message": {"vi": "a", "en": "a"}}, "test_a_checks_texts_are_in_both_languages", "same in both"),
    "never": ({"holds": pl.col("population") < 0}, "test_it_can_hold_and_can_be_broken", "meet hue.part"),
    "always": ({"holds": pl.col("population") >= 0}, "test_it_can_hold_and_can_be_broken", "break hue.part"),
    "table": (
        {"holds": pl.col("population") >= pl.col("population").mean()},
        "test_it_judges_row_by_row_and_never_fails",
        "hue.part",
    ),
}


@pytest.mark.parametrize("name", WRONG_CHECKS)
def test_what_is_wrong_with_a_check_is_said(name: str) -> None:
    fields, test, words = WRONG_CHECKS[name]
    wrong = check(**fields)
    with pytest.raises(AssertionError, match=words):
        getattr(kit(CheckKit, "piikit_checks", wrong), test)(wrong)


def test_given_figures_of_a_check_are_tried() -> None:
    wrong = {"hue.part": {"patent_applications": 1, "population": 2}}
    with pytest.raises(AssertionError, match="said to be broken, is True"):
        kit(CheckKit, "piikit_checks", check(), broken=wrong).test_it_can_hold_and_can_be_broken(check())


def writer(render: Any, suffix: str = ".md") -> Writer:
    return Writer(suffix=suffix, name={"vi": "danh sách", "en": "list"}, render=render)


def names(result: piikit.Result) -> str:
    return "\n".join(result.scores["area_name"])


TIMES = itertools.count()
WRONG_WRITERS: dict[str, tuple[Writer, str, str]] = {
    "suffix": (writer(lambda r: b"x", "../md"), "test_a_writer_says_what_it_writes", "suffix '../md'"),
    "text": (writer(names), "test_it_gives_bytes_and_the_same_each_time", "not bytes"),
    "empty": (writer(lambda r: b""), "test_it_gives_bytes_and_the_same_each_time", "empty"),
    "commas": (
        evolve(writer(lambda r: b"x"), with_commas=names),
        "test_it_gives_bytes_and_the_same_each_time",
        "not bytes",
    ),
    "metadata": (
        evolve(writer(lambda r: b"x"), metadata=lambda r, sign: {"sum": float("nan")}),
        "test_its_metadata_are_json",
        "no JSON",
    ),
    "other": (writer(lambda r: str(next(TIMES)).encode()), "test_it_gives_bytes_and_the_same_each_time", "two files"),
    "script": (writer(lambda r: names(r).encode(), ".html"), "test_hostile_names_are_made_harmless", "<script>"),
    "formula": (
        writer(lambda r: r.scores.write_csv(separator="\t").encode(), ".tsv"),
        "test_hostile_names_are_made_harmless",
        "formula",
    ),
}


@pytest.mark.parametrize("name", WRONG_WRITERS)
def test_what_is_wrong_with_a_writer_is_said(name: str) -> None:
    wrong, test, words = WRONG_WRITERS[name]
    with pytest.raises(AssertionError, match=words):
        getattr(kit(WriterKit, "piikit_writers", wrong), test)(wrong)


def test_a_writer_that_leaves_another_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def remember(self: piikit.Result, path: Path) -> Path:
        folders.append(Path(path).parent)
        (Path(path).parent / "stray").write_text("x")
        Path(path).write_bytes(b"x")
        return Path(path)

    monkeypatch.setattr(piikit.Result, "write", remember)
    wrong = writer(lambda r: b"x")
    with pytest.raises(AssertionError, match="stray"):
        kit(WriterKit, "piikit_writers", wrong).test_it_writes_whole_or_not_at_all(wrong)
    assert folders


# -- the reference -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [Kit, IndicatorKit, EditionKit, PlanKit, MethodKit, CheckKit, WriterKit])
def test_every_test_of_a_kit_stands_in_the_reference(base: type[Kit]) -> None:
    page = (ROOT / "docs" / "reference" / "testing.md").read_text(encoding="utf-8")
    part = page.partition(f"### `{base.__name__}`\n")[2].partition("\n#")[0]
    own = {name for name in vars(base) if name.startswith("test_")} - {"test_it_provides_what_is_tested"}
    said = set(re.findall(r"^\| `(test_\w+)`", part, flags=re.MULTILINE)) - {"test_it_provides_what_is_tested"}
    assert said == own
