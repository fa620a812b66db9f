"""The text of a file of any format, as somebody would find it who looks into it."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from pathlib import Path

import polars as pl


def file_text(path: Path) -> str:
    """All text in a file: packages unpacked, marks of XML left out, escapes resolved, white space as one space."""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [
                package.read(name).decode("utf-8", "ignore") for name in package.namelist() if not name.endswith(".png")
            ]
        # Attributes hold text too: names of sheets, titles, descriptions of pictures.
        texts = [html.unescape(re.sub(r"<[^>]+>", "", part)) for part in parts]
        texts += [html.unescape(value) for part in parts for value in re.findall(r'="([^"]*)"', part)]
        text = "\n".join(texts)
    elif path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        cells = [str(cell) for name in frame.columns for cell in frame[name].unique().to_list()]
        text = "\n".join([*cells, pl.read_parquet_metadata(path).get("piikit", "")])
    elif path.suffix == ".json":
        text = json.dumps(json.loads(content), ensure_ascii=False).replace("\\n", " ").replace('\\"', '"')
    else:
        text = content.decode("utf-8-sig").replace('""', '"')
    return " ".join(text.split())
