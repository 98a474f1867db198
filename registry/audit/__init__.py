"""The audit: rules, the engine that evaluates them, and what it finds."""
