"""Commands one after the other in one process with a narrow console: `python consoles.py FOLDER`, a JSON line each.

`resource` limits then how large a file may be, as a full disk does.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from piikit.cli import run

COMMANDS = {
    "evaluate": ["evaluate", "{data}", "--top", "2", "-o", "{folder}/Kết quả.csv", "-o", "{folder}/Kết quả.xlsx"],
    "check": ["check", "{data}", "-o", "{folder}/Lỗi.xlsx"],
    "explain": ["explain", "{data}", "Bắc Giang", "PII"],
    "audit": ["audit", "{data}", "-o", "{folder}/Kiểm định.xlsx"],
    "plugins": ["plugins"],
    "editions": ["editions"],
    "areas": ["areas", "vn-63"],
    "template": ["template", "--plan", "bac-giang-2024", "--agency", "Sở Công Thương", "-o", "{folder}/Biểu mẫu"],
    "collect": ["collect", "{folder}/Biểu mẫu", "-o", "{folder}/Tổng hợp.csv"],
    "report": ["report", "{data}", "--plan", "bac-giang-2024", "-o", "{folder}/Báo cáo.docx"],
    "for people": ["evaluate", "{data}", "--top", "2", "--decimal-comma", "-o", "{folder}/Cho người đọc.csv"],
    "edition export": ["edition", "export", "pii-2024", "-o", "{folder}/Bộ chỉ số.xlsx"],
    "edition import": ["edition", "import", "{folder}/Bộ chỉ số.xlsx", "-o", "{folder}/Bộ chỉ số.json"],
    "plan export": ["plan", "export", "bac-giang-2024", "-o", "{folder}/Kế hoạch.xlsx"],
    "plan import": ["plan", "import", "{folder}/Kế hoạch.xlsx", "-o", "{folder}/Kế hoạch.json"],
    "merge": ["merge", "{data}", "-o", "{folder}/Ghép.csv"],
    "dossier": ["collect", "{folder}/Biểu mẫu", "--dossier", "{folder}/Hồ sơ", "--findings", "{folder}/Phiếu.csv"],
    "year": ["year", "{folder}/Năm 2024", "--plan", "bac-giang-2024", "--on", "2024-10-01"],
}


def call(words: list[str]) -> int:
    """One command; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="cp1252", errors="strict")  # type: ignore[union-attr]
    sys.argv = ["piikit", *words]
    try:
        run()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def main() -> None:
    folder = Path(sys.argv[1])
    places = {"folder": str(folder), "data": str(folder / "Bắc Giang 2024.csv")}
    codes = {}
    for name, words in COMMANDS.items():
        language = [] if name in {"plugins", "editions", "areas"} else ["--lang", "vi"]
        codes[name] = call([word.format(**places) for word in (*words, *language)])
    before = sorted(os.listdir(folder))
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    codes["full"] = call(["evaluate", places["data"], "-o", str(folder / "Đầy đĩa.json"), "--top", "1"])
    codes["no folder"] = call(["evaluate", places["data"], "-o", places["data"] + "/x.json", "--top", "1"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    codes["left"] = int(sorted(os.listdir(folder)) != before)
    sys.stdout.flush()
    (folder / "codes.json").write_text(json.dumps(codes), encoding="utf-8")


if __name__ == "__main__":
    main()
