"""The public site: which rows the public sees, and the pages that show them."""
