"""What the figures of a table must be: cell by cell, and several cells together."""
