"""The folder of a year: forms, what came back, results and reports, made step by step."""

from piikit.year.calls import run_year
from piikit.year.run import YearRun

__all__ = ["YearRun", "run_year"]
