"""A model of the booking rules in plain Python, driven beside the product and compared after every step."""
