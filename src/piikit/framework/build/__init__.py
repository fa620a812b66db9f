"""From an edition document, with its overlays, to an edition."""
