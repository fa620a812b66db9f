"""Draw what each method does: `python docs/pictures/draw_methods.py`.

All columns are invented. For `normalise` and `treat` it is one of 30 areas, most of them low and a few far above, as
with counts of patents: across stands the value, upwards the score or the treated value; the ticks along the axes show
how close the areas lie before and after. For `impute` it is a column with gaps: what was there is a filled circle, what
is imputed a ring, what stays missing a cross. For `aggregate` areas have children of 30, 70 and one from 0 to 100.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist

import piikit

HERE = Path(__file__).parent
WIDTH, HEIGHT, LEFT, BOTTOM, PAD = 420, 300, 64, 46, 22
VALUES = [round(math.exp(NormalDist(1.0, 0.9).inv_cdf((n + 0.5) / 30)), 2) for n in range(30)]
METHODS = {
    "min_max": "min_max",
    "goalposts": {"method": "goalposts", "lower": 1, "upper": 10},
    "none": "none",
    "z_score": "z_score",
    "rank": "rank",
    "borda": "borda",
    "percentile_rank": "percentile_rank",
    "fraction_of_max": "fraction_of_max",
    "distance_to_max": "distance_to_max",
    "distance_to_reference": {"method": "distance_to_reference", "reference": "A24"},
    "distance_to_target": {"method": "distance_to_target", "target": 10, "cap": True},
    "distance_to_target_two_sides": {"method": "distance_to_target", "target": [2, 6]},
}

TREAT = {
    "winsorise": "winsorise",
    "log": "log",
    "winsorise_then_log": {"method": "winsorise_then_log", "max_points": 2, "skew": 1, "kurtosis": 0},
    "box_cox": {"method": "box_cox", "lambda": 0.25},
}
AGGREGATE = {
    **{name: name for name in ("mean", "geometric_mean", "harmonic_mean", "sum", "median", "min", "max")},
    **{name: name for name in ("copeland", "mazziotta_pareto")},
    "power_mean": {"method": "power_mean", "p": 3},
}
ACROSS = ("mean", "median", "group_mean", "group_median")
OVER_TIME = ("previous", "linear")
GAPS = [1.2, 1.6, None, 2.0, 2.3, 14.0, 5.0, None, 6.2, 7.0, 18.0, None]
YEARS = [None, 3.0, 4.0, None, 7.0, None, None, None, 15.0, 14.0, 17.0, None]
BLUE, RED, GREEN, GREY = "#1f6fb2", "#c0392b", "#2e7d32", "#888"
LINE = f'stroke="{GREY}" stroke-width="1"'


def evaluate(data: dict[str, list], children: dict[str, dict], defaults: dict[str, object]) -> piikit.Result:
    """The result of an index of the given children."""
    nodes = [
        {"code": code, "parent": "I", "level": "indicator", "direction": "higher", **more}
        for code, more in children.items()
    ]
    edition = {
        "id": "picture",
        "status": "local",
        "period": "2024",
        "title": {"vi": "Hình", "en": "Picture"},
        "sources": ["invented"],
        "defaults": defaults,
        "nodes": [{"code": "I", "level": "index"}, *nodes],
    }
    return piikit.evaluate(data, edition)


def areas(count: int) -> list[str]:
    """Names of areas."""
    return [f"A{n}" for n in range(count)]


def scores(method: object) -> list[float]:
    """The scores of the column."""
    data = {"area": areas(len(VALUES)), "x": VALUES}
    return evaluate(data, {"x": {"normalise": method}}, {}).table("score")["x"].to_list()


def treated(method: object) -> list[float]:
    """The treated values of the column."""
    data = {"area": areas(len(VALUES)), "x": VALUES}
    return evaluate(data, {"x": {}}, {"treat": method, "normalise": "none"}).table("score")["x"].to_list()


def aggregated(method: object) -> tuple[list[float], list[float]]:
    """A child's scores from 0 to 100 and what they become with children of 30 and 70 beside it."""
    xs = [float(x) for x in range(0, 101, 2)]
    data = {"area": areas(len(xs)), "x": xs, "a": [30.0] * len(xs), "b": [70.0] * len(xs)}
    result = evaluate(data, {"x": {}, "a": {}, "b": {}}, {"normalise": "none", "aggregate": method})
    pairs = [(x, y) for x, y in zip(xs, result.table("score")["I"].to_list(), strict=True) if y is not None]
    return [x for x, _ in pairs], [y for _, y in pairs]


def imputed(name: str) -> tuple[list[float | None], list[float | None]]:
    """A column with gaps, and what it is after they are filled."""
    if name in OVER_TIME:
        data = {"area": ["A"] * len(YEARS), "period": [str(2013 + n) for n in range(len(YEARS))], "x": YEARS}
        return YEARS, evaluate(data, {"x": {}}, {"impute": name, "normalise": "none"}).table("value")["x"].to_list()
    data = {"area": areas(len(GAPS)), "x": GAPS, "zone": ["low"] * 5 + ["high"] * 6 + [None]}
    method = {"method": name, "group": "zone"} if name.startswith("group") else name
    return GAPS, evaluate(data, {"x": {}}, {"impute": method, "normalise": "none"}).table("value")["x"].to_list()


def steps(low: float, high: float) -> list[float]:
    """Four to eight round numbers between two ends."""
    size = 10 ** math.floor(math.log10(high - low))
    step = next(size * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2) if (high - low) / (size * part) <= 8)
    return [n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def frame(title: str) -> list[str]:
    """The ground and the axes."""
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" font-size="11" fill="#333">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<path d="M{LEFT - 8} {PAD - 8}V{HEIGHT - BOTTOM + 8}H{WIDTH - PAD + 8}" fill="none" {LINE}/>',
    ]


def names(across: str, up: str) -> list[str]:
    """The names of the axes."""
    return [
        f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{across}</text>',
        f'<text x="14" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 {HEIGHT / 2})">{up}</text>',
    ]


def across(x: float, edge: float) -> float:
    """Where a value stands between 0 and the right edge."""
    return LEFT + x / edge * (WIDTH - LEFT - PAD)


def up(y: float, low: float, high: float) -> float:
    """Where a value stands between the lower and the upper edge."""
    return HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - BOTTOM - PAD)


def figures(low: float, high: float) -> list[str]:
    """The figures along the axis upwards."""
    return [
        f'<text x="{LEFT - 22}" y="{up(y, low, high) + 4:.1f}" text-anchor="end">{y:g}</text>' for y in steps(low, high)
    ]


def places(edge: float) -> list[str]:
    """The figures along the axis across."""
    return [
        f'<text x="{across(x, edge):.1f}" y="{HEIGHT - BOTTOM + 24}" text-anchor="middle">{x:g}</text>'
        for x in steps(0, edge)
    ]


def picture(title: str, xs: list[float], ys: list[float], axes: tuple[str, str], radius: float = 3) -> str:
    """What values become, as SVG."""
    low, high, edge = min(ys), max(ys), max(xs)
    parts = [*frame(title), *places(edge), *figures(low, high), *names(*axes)]
    for x, y in zip(xs, ys, strict=True):
        right, top = across(x, edge), up(y, low, high)
        parts.append(f'<path d="M{right:.1f} {HEIGHT - BOTTOM + 8}v5M{LEFT - 8} {top:.1f}h-6" {LINE}/>')
        parts.append(f'<circle cx="{right:.1f}" cy="{top:.1f}" r="{radius}" fill="{BLUE}" fill-opacity="0.75"/>')
    return "\n".join([*parts, "</svg>", ""])


def gaps(name: str) -> str:
    """A column with gaps before and after, as SVG."""
    before, after = imputed(name)
    high = max(x for x in before if x is not None)
    over_time = name in OVER_TIME
    parts = [
        *frame(f"{name}: a column with gaps"),
        *figures(0, high),
        *names("year" if over_time else "area", "value"),
    ]
    for n, (was, now) in enumerate(zip(before, after, strict=True)):
        right = across(n, len(before) - 1)
        mark = str(2013 + n) if over_time else chr(ord("A") + n)
        colour = GREEN if name.startswith("group") and n < 5 else BLUE
        if n % 2 == 0 or not over_time:
            parts.append(f'<text x="{right:.1f}" y="{HEIGHT - BOTTOM + 24}" text-anchor="middle">{mark}</text>')
        if now is None:
            parts.append(f'<path d="M{right - 4:.1f} {HEIGHT - BOTTOM - 4}l8 8m0 -8l-8 8" stroke="{GREY}"/>')
        elif was is None:
            ring = f'r="4.5" fill="#fff" stroke="{RED}" stroke-width="2"'
            parts.append(f'<circle cx="{right:.1f}" cy="{up(now, 0, high):.1f}" {ring}/>')
        else:
            parts.append(f'<circle cx="{right:.1f}" cy="{up(now, 0, high):.1f}" r="4" fill="{colour}"/>')
    return "\n".join([*parts, "</svg>", ""])


def write(name: str, text: str) -> None:
    """A picture as a file beside this one."""
    (HERE / f"{name}.svg").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name, method in METHODS.items():
        write(
            name, picture(f"{name}: scores of a skewed column of 30 areas", VALUES, scores(method), ("value", "score"))
        )
    for name, method in TREAT.items():
        title = f"{name}: treated values of a skewed column of 30 areas"
        write(f"treat-{name}", picture(title, VALUES, treated(method), ("value", "treated value")))
    for name in (*ACROSS, *OVER_TIME):
        write(f"impute-{name}", gaps(name))
    for name, method in AGGREGATE.items():
        title = f"{name}: score of areas with children of 30, 70 and one from 0 to 100"
        write(f"aggregate-{name}", picture(title, *aggregated(method), ("score of the third child", "score"), 2))
