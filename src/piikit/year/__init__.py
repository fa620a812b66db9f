"""The folder of a year: forms, what came back, results and reports, made step by step."""
