"""Forms that agencies fill, and what came back in them."""
