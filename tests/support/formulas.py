"""The formulas of the indicators of PII 2024 as the framework states them, in raw items: a second source beside the
plugins, evaluated in plain Python.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

FORMULAS_2024 = {
    "1.1.1": "sti_policy_score",
    "1.1.2": "pci_legal_institutions",
    "1.1.3": "pci_business_support",
    "1.2.1": "pci_entry_costs",
    "1.2.2": "pci_proactivity",
    "1.2.3": "par_index",
    "1.2.4": "pci_fair_competition",
    "2.1.1": "graduation_exam_score",
    "2.1.2": "contest_pupils / secondary_pupils * 100",
    "2.1.3": "education_spending / learners",
    "2.2.1": "rd_personnel_fte / population * 10000",
    "2.2.2": "rd_expenditure / grdp * 100",
    "2.2.3": "st_budget_spending / local_budget_spending * 100",
    "2.2.4": "st_organisations / population * 10000",
    "3.1.1": "dti_digital_infrastructure",
    "3.1.2": "papi_e_governance",
    "3.2.1": "basic_infrastructure_score",
    "3.2.2": "papi_environmental_governance",
    "4.1.1": "private_credit / grdp * 100",
    "4.1.2": "microfinance_loans / grdp * 100",
    "4.1.3": "enterprise_capital / enterprises",
    "4.1.4": "enterprise_fixed_assets / enterprises",
    "4.2.1": "st_service_enterprises / enterprises * 1000",
    "4.2.2": "enterprises / population * 1000",
    "4.2.3": "grdp / national_gdp * 100",
    "5.1.1": "training_spending / enterprise_spending * 100",
    "5.1.2": "trained_workers / workers * 100",
    "5.1.3": "rd_enterprises / surveyed_enterprises * 100",
    "5.1.4": "business_rd_expenditure / grdp * 100",
    "5.2.1": "collaborating_enterprises / surveyed_enterprises * 100",
    "5.2.2": "projects_in_industrial_parks / investment_projects * 100",
    "5.2.3": "projects_in_industrial_clusters / investment_projects * 100",
    "5.3.1": "fdi / grdp * 100",
    "5.3.2": "innovating_enterprises / surveyed_enterprises * 100",
    "5.3.3": "iso_enterprises / enterprises * 1000",
    "6.1.1": "patent_applications / population * 10000",
    "6.1.2": "utility_solution_applications / population * 10000",
    "6.1.3": "plant_variety_applications / population * 10000",
    "6.2.1": "trademark_applications / enterprises * 1000",
    "6.2.2": "design_applications / population * 10000",
    "6.2.3": "protected_local_marks",
    "6.3.1": "new_enterprises / population * 1000",
    "6.3.2": "st_enterprises / enterprises * 1000",
    "6.3.3": "innovative_startups / new_enterprises * 100",
    "7.1.1": "industrial_production_index",
    "7.1.2": "ocop_products_4_star / communes",
    "7.1.3": "exports / grdp * 100",
    "7.1.4": "labour_productivity_growth",
    "7.2.1": "poverty_rate_previous - poverty_rate",
    "7.2.2": "employed_workers / population * 100",
    "7.2.3": "income_per_head",
    "7.2.4": "hdi",
}

ITEMS = sorted({name for formula in FORMULAS_2024.values() for name in re.findall(r"[a-z]\w*", formula)})


def indicator_values(items: Mapping[str, float | None]) -> dict[str, float | None]:
    """The value of every indicator from one area's raw items; None where one of its items is missing."""
    values: dict[str, float | None] = {}
    for code, formula in FORMULAS_2024.items():
        try:
            values[code] = eval(formula, {}, dict(items))  # the formulas above, nobody else's
        except TypeError:  # arithmetic with None: an item is missing
            values[code] = None
    return values
