"""Files -> rows, or a list of what is wrong with which cell."""
