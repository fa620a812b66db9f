"""The built-in indicators of the PII, one module a pillar, written as any other plugin would be."""
