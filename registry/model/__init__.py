"""The nouns of the registry: vocabularies, and pydantic models of all that enters from outside.

Imports nothing else of the project.
"""
