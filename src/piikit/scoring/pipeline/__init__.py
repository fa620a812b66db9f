"""From values to ranks: one polars plan of few stages over a wide table, a row an area in a cohort."""

from __future__ import annotations

from piikit.scoring.pipeline.program import COHORT, Program, Shape, program_for, shape_of
from piikit.scoring.pipeline.run import bounds_frame, group_ranks, run, unsound_values

__all__ = [
    "COHORT",
    "Program",
    "Shape",
    "bounds_frame",
    "group_ranks",
    "program_for",
    "run",
    "shape_of",
    "unsound_values",
]
