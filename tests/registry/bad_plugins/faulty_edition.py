# cause: edition 'bad-2024':
"""Its edition breaks the schema of editions."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl
def piikit_editions():
    yield {  # HERE
        "id": "bad-2024",
        "extends": "pii-2024",
        "title": {"vi": "Bộ chỉ số sai", "en": "Faulty framework"},
        "ad": [],
    }
