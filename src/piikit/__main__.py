"""`python -m piikit` and the command `piikit`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; say in one line what is missing where its extra is not installed."""
    try:
        from piikit.cli import run  # noqa: PLC0415 (the extra `cli` may be missing)

        run()
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        print("the command piikit needs the extra 'cli': pip install 'piikit[cli]'", file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
