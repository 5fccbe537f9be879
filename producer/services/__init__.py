"""The use cases: each a few lines inside one transaction."""
