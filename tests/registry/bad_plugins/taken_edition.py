# cause: edition 'pii-2024' is there already, from piikit
"""The id of its edition is that of one that piikit ships."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl
def piikit_editions():
    yield {  # HERE
        "id": "pii-2024",
        "extends": "pii-2023",
        "title": {"vi": "Bộ chỉ số khác", "en": "Another framework"},
    }
