"""What was read of a list from outside, and how it compares with the registry."""
