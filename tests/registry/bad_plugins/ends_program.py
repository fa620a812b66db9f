# cause: it ended the program (SystemExit: no licence found)
"""It ends the program where its licence is not found, at import."""

from __future__ import annotations

import sys

sys.exit("no licence found")  # HERE
