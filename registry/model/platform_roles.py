"""Roles of accounts on an office's platform, as roles.yml of a data root states them."""

from __future__ import annotations

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from registry.model.authority import ActId
from registry.model.fields import Row
from registry.model.limits import Name
from registry.model.vocabulary import Basis


class IncompatibleActs(Row):
    """Two acts that nobody should hold together; `basis`: whether a text says so, or we read it."""

    acts: list[ActId] = Field(min_length=2, max_length=2)
    basis: Basis

    @model_validator(mode="after")
    def _two(self) -> IncompatibleActs:
        if len(set(self.acts)) < 2:
            raise PydanticCustomError("repeated", "a value stands twice")
        return self


class PlatformRoles(Row):
    """The whole file. `roles`: the name of a role → what its accounts do."""

    roles: dict[Name, list[ActId]] = {}
    incompatible: list[IncompatibleActs] = []

    @model_validator(mode="after")
    def _once(self) -> PlatformRoles:
        pairs = [frozenset(pair.acts) for pair in self.incompatible]
        if len(set(pairs)) < len(pairs) or any(
            len(set(acts)) < len(acts) for acts in self.roles.values()
        ):
            raise PydanticCustomError("repeated", "a value stands twice")
        return self
