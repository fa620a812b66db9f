"""Plans with agencies and tasks, for tests."""

from __future__ import annotations

from typing import Any

SCORES = [{"area": "Bắc Giang", "code": "PII", "score": 46.51}]


def agency(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": {"vi": f"Sở {id}", "en": id.title()}, **more}


def document(
    *tasks: dict[str, Any], agencies: list[dict[str, Any]] | None = None, edition: str = "pii-2024"
) -> dict[str, Any]:
    """A plan with one target; of an edition that is not installed its nodes are not checked."""
    return {
        "id": "plan",
        "title": {"vi": "Kế hoạch", "en": "Plan"},
        "area": "24",
        "areas": "vn-63",
        "edition": edition,
        "sources": ["made up"],
        "targets": [{"id": "floor", "node": "1", "conditions": [{"metric": "score", "is": "above", "value": 67.23}]}],
        "agencies": agencies or [agency("science"), agency("finance")],
        "tasks": [{"text": {"vi": "Báo cáo"}, "lead": "science", **task} for task in tasks],
    }
