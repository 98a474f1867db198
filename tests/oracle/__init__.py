"""A second opinion on the audit: the rules once more, in plain Python, from the design alone."""
