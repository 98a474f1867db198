"""Datasette as we host it: what both sites, the public and the internal, share."""
