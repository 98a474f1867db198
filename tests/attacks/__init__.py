"""Further attacks, of the kinds that have been mended, by somebody who has not read the mending."""
