"""From values to ranks: the pipeline, scenarios, large files, notes, the record."""
