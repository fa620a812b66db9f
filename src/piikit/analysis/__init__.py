"""What is asked of a result: goal seek and levers, the audit, weights."""
