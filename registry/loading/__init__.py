"""Between a file and the store: pairing, deciding, refusing."""
