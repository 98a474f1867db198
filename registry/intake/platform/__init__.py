"""Files of the platform (cases, accounts, permissions) -> rows, without anything of a person's."""
