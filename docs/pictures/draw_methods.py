"""Draw what each method of normalisation does to a skewed column: `python docs/pictures/draw_methods.py`.

The column is invented: 30 areas, most of them low and a few far above, as with counts of patents. Across stands the
value, upwards the score; the ticks along the axes show how close the areas lie before and after.
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


def scores(method: object) -> list[float]:
    """The scores of the column."""
    edition = {
        "id": "picture", "status": "local", "period": "2024", "title": {"vi": "Hình", "en": "Picture"},
        "sources": ["invented"],
        "nodes": [
            {"code": "I", "level": "index"},
            {"code": "x", "parent": "I", "level": "indicator", "direction": "higher", "normalise": method},
        ],
    }  # fmt: skip
    data = {"area": [f"A{n}" for n in range(len(VALUES))], "x": VALUES}
    found: list[float] = piikit.evaluate(data, edition).table("score")["x"].to_list()
    return found


def steps(low: float, high: float) -> list[float]:
    """Four to eight round numbers between two ends."""
    size = 10 ** math.floor(math.log10(high - low))
    step = next(size * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2) if (high - low) / (size * part) <= 8)
    return [n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def picture(name: str, ys: list[float]) -> str:
    """The picture as SVG."""
    low, high = min(ys), max(ys)
    edge = max(VALUES)

    def across(x: float) -> float:
        return LEFT + x / edge * (WIDTH - LEFT - PAD)

    def up(y: float) -> float:
        return HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - BOTTOM - PAD)

    line = 'stroke="#888" stroke-width="1"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" font-size="11" fill="#333">',
        f"<title>{name}: scores of a skewed column of 30 areas</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<path d="M{LEFT - 8} {PAD - 8}V{HEIGHT - BOTTOM + 8}H{WIDTH - PAD + 8}" fill="none" {line}/>',
    ]
    for x in steps(0, edge):
        parts.append(f'<text x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 24}" text-anchor="middle">{x:g}</text>')
    for y in steps(low, high):
        parts.append(f'<text x="{LEFT - 22}" y="{up(y) + 4:.1f}" text-anchor="end">{y:g}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 6}" text-anchor="middle">value</text>')
    parts.append(
        f'<text x="14" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 {HEIGHT / 2})">score</text>'
    )
    for x, y in zip(VALUES, ys, strict=True):
        parts.append(f'<path d="M{across(x):.1f} {HEIGHT - BOTTOM + 8}v5M{LEFT - 8} {up(y):.1f}h-6" {line}/>')
        parts.append(f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="#1f6fb2" fill-opacity="0.75"/>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    for name, method in METHODS.items():
        (HERE / f"{name}.svg").write_text(picture(name, scores(method)), encoding="utf-8")
