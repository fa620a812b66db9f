"""The index as documents: editions, areas, indicators, methods, formulas, overlays."""
