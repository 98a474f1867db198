"""Letters to bodies that owe something."""
