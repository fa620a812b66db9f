"""What a type checker must refuse: each line with a remark, and no other."""

import piikit
from piikit import office

result = piikit.evaluate("a.csv", "pii-2024")

piikit.evaluate(5, "pii-2024")  # no table
piikit.evaluate("a.csv", 5)  # no edition
piikit.evaluate("a.csv", "pii-2024", scores=5)  # no table
piikit.evaluate("a.csv", "pii-2024", bounds="moving", ends="fixed")  # no such argument
piikit.evaluate("a.csv", "pii-2024", None, None)  # by keyword only
piikit.evaluate("a.csv", "pii-2024", plan=5)  # no plan
piikit.evaluate("a.csv", "pii-2024", baseline="a.csv")  # no result
piikit.evaluate("a.csv", "pii-2024", scenarios=5)  # no scenarios
piikit.evaluate("a.csv", "pii-2024", scenarios=[5])  # no scenario
piikit.evaluate("a.csv", "pii-2024", on_findings="ignore")  # no such value
piikit.evaluate("a.csv", "pii-2024", lang="fr")  # no such language
piikit.check("a.csv")  # an edition is always named
piikit.stream(b"", "pii-2024", to="b.parquet")  # a path alone is read in pieces
piikit.merge_areas("a.csv", "pii-2024", to=5)  # no list of areas
piikit.Engine(policy={"absent_area": "fatal"})  # no severity
piikit.Engine(lang="fr")  # no such language
piikit.Target("PII", above="much")  # no figure
piikit.Target("PII", 10)  # by keyword only
result.goalseek("24", 5)  # no target
result.goalseek("24", ["pii", 5])  # no target
result.goalseek("24", "pii", ends="loose")  # no such value
result.goalseek("24", "pii", bounds="fixed")  # no such argument
result.effects("a.csv")  # no result
result.effects(result, by="area")  # no such value
result.compare(5)  # no result and no table
result.replay(plan=5)  # no plan
result.write("a.csv", decimal=";")  # no such sign
result.report("a.docx", "press")  # no such kind
print(result.wide)  # no such attribute
office.report(result, "a.docx", "press")  # no such kind
office.import_edition(5)  # no file
piikit.evaluates("a.csv", "pii-2024")  # no such name
