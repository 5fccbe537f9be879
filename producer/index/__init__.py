"""Engagemangsindex: what the outbox recorded is delivered, and what the clock has overtaken is tidied."""
