"""Between a file and the store: a list's names resolved, its rows paired, and loaded or refused."""
