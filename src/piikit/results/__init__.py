"""A result: its frames, explanations, comparison, agencies, following, writers."""
