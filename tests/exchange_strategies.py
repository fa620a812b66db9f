"""An edition and a plan in which every field of their schemas stands, and odd texts for any field."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
ODD = (
    "=HYPERLINK(\"http://example.org\",\"x\")", "'quoted'", '"in quotes"', '"half', "(null)", "null", " padded ", "",
    "two\nlines", "tab\there", "\x00\x1b", "_x0041_", "\u202eright to left", "e\u0301 decomposed", "a;b", "[1]", "{}",
    "# remark", "1.10", "TRUE", "2024-07-01", "x" * 10_000, "\ufffe", "\r\n", "đủ dấu: ệ ợ",
)  # fmt: skip
texts = st.sampled_from(ODD) | st.text(max_size=12)


def both(vi: str, en: str) -> Json:
    return {"vi": vi, "en": en}


EVERY: Json = {
    "$schema": "edition.schema.json", "id": "every", "status": "local", "period": "2024",
    "title": both("Mọi trường", "Every field"), "sources": ["one", "two; three"], "published": None,
    "decision": "1/QĐ, 01/02/2024", "doubts": [both("chưa rõ", "unclear")],
    "evidence_levels": {"named": both("có tên", "named")},
    "defaults": {"aggregate": {"method": "power_mean", "p": 0.5}, "normalise": "min_max", "treat": "none",
                 "impute": {"method": "group_mean", "group": "region"}, "missing": "null", "min_coverage": 0.1,
                 "cohort": "panel"},
    "screen": {"min_available": 0.5, "min_nonzero": 0.30000000000000004},
    "rank": {"decimals": 9, "ties": "dense"}, "display_decimals": 3,
    "areas": {"$schema": "areas.schema.json", "id": "own-3", "title": both("Ba", "Three"), "valid_from": "2024-01-01",
              "valid_to": None, "successor": None, "predecessor": None, "sources": ["invented"],
              "notes": [both("giả", "made up")], "regions": [{"code": "N", "name": both("Bắc", "North")}],
              "groups": {"coast": {"name": both("Biển", "Coast"), "areas": ["01", "02"]}},
              "areas": [{"code": "01", "name": "Một", "type": "city", "region": "N", "aliases": ["M", "Mot; 1"],
                         "successor": "9", "formed_from": ["7", "8"], "note": both("g", "n")},
                        {"code": "02", "name": "Hai"}, {"code": "1.10", "name": "Ba", "aliases": []}]},
    "groups": {"cities": {"name": both("Thành phố", "Cities"), "areas": ["01"]},
               "size": {"name": both("Cỡ", "Size"), "column": "size"}},
    "units": {"own.trees": {"name": both("cây", "trees"), "dimension": "count"}},
    "nodes": [
        {"code": "I", "level": "index", "parent": None, "name": both("Chỉ số", "Index"), "missing": "drop",
         "aggregate": {"method": "mean", "groups": {"cities": "geometric_mean"}}},
        {"code": "1.10", "parent": "I", "level": "indicator", "weight": 1.0, "unit": "own.trees",
         "direction": "lower", "formula": "a / b * 1000", "scale": 0.1, "denominator": "b", "min_coverage": 1,
         "items": {"a": {"type": "integer", "minimum": 0, "maximum": 1e22, "exclusiveMinimum": -1,
                         "exclusiveMaximum": 2e22, "unit": "count", "name": both("A", "A"), "description": "d",
                         "partOf": "b", "additive": True},
                   "b": {"type": "number", "enum": [1, 2.5], "additive": False,
                         "merge": {"mean": "a", "basis": "convention", "reason": both("l", "r")}},
                   "c": {"type": "number", "merge": "max"}},
         "example": {"a": 1, "b": 1000, "value": 1.0},
         "normalise": {"method": "goalposts", "lower": 0, "upper": 12345678901234567890, "clip": False,
                       "groups": {"cities": {"method": "min_max"}}},
         "treat": {"method": "log", "form": "ln"}, "impute": "previous", "source": "invented", "evidence": "named",
         "definition": "một lời", "data_year": "2023", "named_in": "a page", "note": both("g", "n")},
        {"code": "1.1", "parent": "I", "level": "indicator", "indicator": "pii.hdi", "weight": 0, "definition": None,
         "data_year": None, "note": "chỉ một thứ tiếng", "items": {}, "normalise": {"method": "min_max"}},
    ],
}  # fmt: skip
"""A document that keeps to the schema; its names need not mean anything."""
CHANGE: Json = {
    "id": "overlay", "extends": "pii-2024", "remove": ["7.2.4"],
    "change": {"1.1.2": {"weight": 2, "note": None}, "1": {"name": both("Một", "One")}},
    "add": [{"code": "8", "parent": "IN", "level": "indicator", "name": both("Cây", "Trees"),
             "formula": "trees * 1", "unit": "count",
             "direction": "higher", "items": {"trees": {"type": "number"}}}],
}  # fmt: skip
PLAN: Json = {
    "$schema": "plan.schema.json", "id": "every-plan", "title": both("Mọi trường", "Every field"), "issued": None,
    "number": "1/KH", "area": "01", "areas": "vn-63", "edition": "pii-2024", "baseline": "pii-2023",
    "continues": [{"plan": "older", "targets": ["a", "b"]}, {"plan": {"id": "inside"}}],
    "figures": [{"edition": "pii-2023", "period": "2023", "code": "1", "mean_of": "country", "score": 1.5, "rank": 2,
                 "value": 3.25, "source": "s"}],
    "sources": ["one"], "notes": [both("g", "n")],
    "sets": {"s": {"name": both("n", "s"), "members": ["1", "1.10"], "count": 2, "note": both("g", "n")},
             "unknown": {"name": both("n", "s"), "members": None}},
    "targets": [
        {"id": "a", "name": both("A", "A"), "kind": "reach", "node": "1", "source": "I.1", "note": both("g", "n"),
         "edition": "pii-2024", "from": "2024", "until": "2026", "due": "2026-07", "baseline": "pii-2023",
         "testable": False,
         "conditions": [{"metric": "score", "is": "between", "range": [1, 2.5]},
                        {"metric": "score", "is": "above", "mean_of": ["country", "region"]},
                        {"metric": "score", "is": "above", "mean_of": ["country"]},
                        {"metric": "rank", "is": "improves_by", "value": 2, "each": "year"}]},
        {"id": "b", "level": "pillar", "need": {"members": 2},
         "conditions": [{"metric": "rank", "is": "at_most", "value": 10, "among": "region", "of": 14}]},
        {"id": "c", "set": "s", "need": {"percent": 33.5},
         "conditions": [{"metric": "value", "is": "improves_by", "range": [5, 7], "unit": "percent"}]},
        {"id": "d", "led_by": "x", "need": {"more_than_percent": 50},
         "conditions": [{"metric": "coverage", "is": "at_least", "mean_of": "country"}]},
        {"id": "e", "text": both("bằng lời", "in words")},
    ],
    "agencies": [
        {"id": "x", "name": both("Sở", "Department"), "from": "2020", "until": None, "successor": None,
         "successor_id": "y", "note": both("g", "n"), "contact": {"name": "A", "phone": "0204", "email": "a@b.vn"},
         "plan": {"number": "2/KH", "date": "2024-08", "title": {"vi": "Kế hoạch"}},
         "duties": [{"role": "lead", "nodes": ["1.*", "2.10"], "part": both("p", "p"), "note": both("g", "n"),
                     "source": "II", "basis": "named"},
                    {"role": "evidence", "index": {"id": "PCI", "name": {"en": "PCI"}}}]},
        {"id": "y", "name": both("Sở khác", "Other"), "successor": both("Z", "Z"), "duties": []},
    ],
    "tasks": [{"id": "t", "text": {"vi": "Báo cáo"}, "lead": "x", "coordinate": ["y"], "nodes": ["1"], "targets": ["a"],
               "start": "2024", "due": "2024-07", "when": {"vi": "hằng năm"}, "output": {"en": "report"},
               "evidence": None, "done": "2024-06-30", "source": "III", "basis": "reading", "note": both("g", "n")}],
}  # fmt: skip
