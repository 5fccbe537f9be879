"""Measurements of the producer beside plain Spyne and beside the least that any program must do."""
