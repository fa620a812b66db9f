"""Make the sample data set of edition pii-2024: artificial figures for the 63 areas of vn-63.

No figure belongs to a real province. Every area draws a latent factor of development at random, without regard to its
name; each pillar follows that factor in part, so that pillars correlate positively as in real data. Counts are drawn as
parts of their wholes, amounts as skewed (log-normal) multiples of population, GRDP or enterprises.

Running the file writes src/piikit/data/sample/pii-2024-sample.csv; running it again writes the same bytes.
"""

import csv
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Columns = dict[str, Floats]

DATA = Path(__file__).resolve().parents[1] / "src" / "piikit" / "data"
SEED = 2024
PERIOD = "2024"
COMMON = 0.7  # correlation of a pillar with development, and of an item with its pillar


class Draw:
    """Random figures of one pillar for all areas.

    Args:
        rng: Generator that all pillars share.
        development: Latent factor, standard normal, one number an area.
    """

    def __init__(self, rng: np.random.Generator, development: Floats) -> None:
        self.rng = rng
        self.pillar = self._follow(development)

    def _follow(self, factor: Floats) -> Floats:
        own = self.rng.standard_normal(factor.size)
        return COMMON * factor + np.sqrt(1 - COMMON**2) * own

    def points(self, mean: float, sd: float, lower: float, upper: float, decimals: int = 2) -> Floats:
        """Scores on a scale: normal, cut at the ends."""
        return np.round(np.clip(mean + sd * self._follow(self.pillar), lower, upper), decimals)

    def multiple(self, base: Floats, median: float, spread: float, decimals: int = 0) -> Floats:
        """Amounts or counts: a log-normal multiple of ``base`` with this median, rounded."""
        return np.round(base * median * np.exp(spread * self._follow(self.pillar)), decimals)

    def part(self, whole: Floats, median: float, spread: float, decimals: int = 0) -> Floats:
        """A part of ``whole``: the share is logistic around its median, so never below 0 or above 1."""
        logit = np.log(median / (1 - median)) + spread * self._follow(self.pillar)
        return np.minimum(np.round(whole / (1 + np.exp(-logit)), decimals), whole)


def base_items(rng: np.random.Generator, development: Floats) -> Columns:
    """Items that several pillars relate to; their sizes do not depend on development, their ratios do."""
    draw = Draw(rng, development)
    size = np.exp(0.5 * rng.standard_normal(development.size))
    population = np.round(np.clip(1_300_000 * size, 300_000, 9_000_000), -2)
    grdp = draw.multiple(population, 0.075, 0.35)  # billion VND: 75 million a head
    return {"population": population, "grdp": grdp, "enterprises": draw.multiple(population, 0.006, 0.45)}


def institutions(draw: Draw) -> Columns:
    """Pillar 1."""
    return {
        "sti_policy_score": draw.points(42, 8, 5, 70),
        "pci_legal_institutions": draw.points(7.4, 0.5, 1, 10),
        "pci_business_support": draw.points(6.9, 0.6, 1, 10),
        "pci_entry_costs": draw.points(7.6, 0.5, 1, 10),
        "pci_proactivity": draw.points(6.4, 0.6, 1, 10),
        "par_index": draw.points(87, 2.5, 60, 100),
        "pci_fair_competition": draw.points(5.8, 0.6, 1, 10),
    }


def human_capital(draw: Draw, base: Columns) -> Columns:
    """Pillar 2."""
    population, grdp = base["population"], base["grdp"]
    learners = np.round(population * draw.rng.uniform(0.21, 0.25, population.size))
    pupils = np.round(learners * draw.rng.uniform(0.34, 0.40, population.size))
    budget = draw.multiple(population, 0.015, 0.2)  # billion VND: 15 million a head
    return {
        "graduation_exam_score": draw.points(6.4, 0.35, 3, 9.5),
        "contest_pupils": draw.part(pupils, 0.012, 0.5),
        "secondary_pupils": pupils,
        "education_spending": draw.multiple(learners, 18, 0.15),  # million VND
        "learners": learners,
        "rd_personnel_fte": draw.multiple(population, 6e-4, 0.6, decimals=1),
        "rd_expenditure": draw.part(grdp, 0.003, 0.6, decimals=1),
        "st_budget_spending": draw.part(budget, 0.006, 0.4, decimals=1),
        "local_budget_spending": budget,
        "st_organisations": draw.multiple(population, 1.5e-5, 0.6),
    }


def infrastructure(draw: Draw) -> Columns:
    """Pillar 3."""
    return {
        "dti_digital_infrastructure": draw.points(0.55, 0.1, 0.1, 1, decimals=4),
        "papi_e_governance": draw.points(3.2, 0.35, 1, 10, decimals=4),
        "basic_infrastructure_score": draw.points(60, 8, 20, 95),
        "papi_environmental_governance": draw.points(3.5, 0.3, 1, 10, decimals=4),
    }


def market(draw: Draw, base: Columns) -> Columns:
    """Pillar 4. The national GDP is the sum over the areas."""
    grdp, enterprises = base["grdp"], base["enterprises"]
    capital = draw.multiple(enterprises, 35, 0.5)
    return {
        "private_credit": draw.multiple(grdp, 0.8, 0.35),
        "microfinance_loans": draw.multiple(grdp, 0.04, 0.4),
        "enterprise_capital": capital,
        "enterprise_fixed_assets": draw.part(capital, 0.4, 0.4),
        "st_service_enterprises": draw.part(enterprises, 0.05, 0.4),
        "national_gdp": np.full(grdp.size, grdp.sum()),
    }


def business(draw: Draw, base: Columns, rd_expenditure: Floats) -> Columns:
    """Pillar 5."""
    grdp, enterprises, population = base["grdp"], base["enterprises"], base["population"]
    spending = draw.multiple(grdp, 0.9, 0.3)
    workers = draw.part(population, 0.54, 0.1)
    surveyed = np.maximum(np.round(enterprises * draw.rng.uniform(0.02, 0.05, enterprises.size)), 30)
    projects = np.maximum(draw.multiple(population, 5e-4, 0.4), 20)
    in_parks = draw.part(projects, 0.25, 0.6)
    return {
        "training_spending": draw.part(spending, 0.002, 0.4, decimals=1),
        "enterprise_spending": spending,
        "trained_workers": draw.part(workers, 0.26, 0.25),
        "workers": workers,
        "rd_enterprises": draw.part(surveyed, 0.06, 0.5),
        "surveyed_enterprises": surveyed,
        "business_rd_expenditure": draw.part(rd_expenditure, 0.6, 0.5, decimals=1),
        "collaborating_enterprises": draw.part(surveyed, 0.05, 0.5),
        "projects_in_industrial_parks": in_parks,
        "investment_projects": projects,
        "projects_in_industrial_clusters": draw.part(projects - in_parks, 0.12, 0.5),
        "fdi": draw.multiple(grdp, 0.04, 0.8, decimals=1),
        "innovating_enterprises": draw.part(surveyed, 0.35, 0.4),
        "iso_enterprises": draw.part(enterprises, 0.008, 0.5),
    }


def knowledge(draw: Draw, base: Columns) -> Columns:
    """Pillar 6."""
    population, enterprises = base["population"], base["enterprises"]
    founded = draw.part(enterprises, 0.14, 0.25)
    return {
        "patent_applications": draw.multiple(population, 8e-6, 0.8),
        "utility_solution_applications": draw.multiple(population, 5e-6, 0.7),
        "plant_variety_applications": draw.multiple(population, 1.5e-6, 0.8),
        "trademark_applications": draw.multiple(enterprises, 0.05, 0.4),
        "design_applications": draw.multiple(population, 2.5e-5, 0.7),
        "protected_local_marks": draw.multiple(np.full(population.size, 22.0), 1, 0.5),
        "new_enterprises": founded,
        "st_enterprises": draw.part(enterprises, 0.0015, 0.6),
        "innovative_startups": draw.part(founded, 0.02, 0.6),
    }


def impact(draw: Draw, base: Columns, workers: Floats) -> Columns:
    """Pillar 7. Employed workers are a part of the workers of pillar 5."""
    communes = np.round(draw.rng.uniform(60, 260, workers.size))
    poverty = draw.points(3.5, -1.8, 0, 30)  # less poverty where the pillar is stronger
    reduction = draw.points(0.9, 0.35, 0, 3)
    return {
        "industrial_production_index": draw.points(107, 4, 85, 135),
        "ocop_products_4_star": draw.multiple(communes, 0.4, 0.5),
        "communes": communes,
        "exports": draw.multiple(base["grdp"], 0.45, 0.8, decimals=1),
        "labour_productivity_growth": draw.points(5.2, 2.2, -8, 18),
        "poverty_rate_previous": np.round(poverty + reduction, 2),
        "poverty_rate": poverty,
        "employed_workers": draw.part(workers, 0.97, 0.3),
        "income_per_head": draw.points(56, 9, 25, 110, decimals=1),  # million VND a year
        "hdi": draw.points(0.725, 0.03, 0.5, 0.95, decimals=4),
    }


def make(areas: int) -> Columns:
    """All raw items of the edition, one column an item.

    Args:
        areas: Number of areas.
    """
    rng = np.random.default_rng(SEED)
    development = rng.standard_normal(areas)
    base = base_items(rng, development)
    columns = dict(base)
    columns |= institutions(Draw(rng, development))
    columns |= human_capital(Draw(rng, development), base)
    columns |= infrastructure(Draw(rng, development))
    columns |= market(Draw(rng, development), base)
    columns |= business(Draw(rng, development), base, columns["rd_expenditure"])
    columns |= knowledge(Draw(rng, development), base)
    columns |= impact(Draw(rng, development), base, columns["workers"])
    return columns


def text(number: float) -> str:
    """A figure as the file shows it: whole numbers without a decimal point."""
    return str(int(number)) if number == int(number) else repr(float(number))


def main() -> None:
    """Write the sample data set."""
    areas = json.loads((DATA / "areas" / "vn-63.json").read_text(encoding="utf-8"))["areas"]
    columns = make(len(areas))
    path = DATA / "sample" / "pii-2024-sample.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["area", "period", "status", *columns])
        for row, area in enumerate(areas):
            writer.writerow([area["name"], PERIOD, "sample", *(text(column[row]) for column in columns.values())])


if __name__ == "__main__":
    main()
