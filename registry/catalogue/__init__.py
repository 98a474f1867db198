"""What the public sees: the projection of the working file, and Datasette on it."""
