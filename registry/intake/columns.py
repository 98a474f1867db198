"""Cells of CSV files, column by column: what was seen before is not looked at again.

Quick, but good only for what is right: it says of nothing what is wrong with it. That is for
`CsvFile.validated`, which takes the same rows one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from registry.formulas import unguarded_row
from registry.intake.names import NameProblem

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from registry.intake.csvfile import Chunk
    from registry.model.fields import Row

_REMEMBERED: Final = 20_000
"""The most cells of a column that are remembered."""


class NotQuickly(Exception):
    """Rows that are to be taken one by one: something about them is wrong, or out of the usual."""


class ColumnReader:
    """Reads chunks of one file into the values that its `model` would have.

    `resolve`: field → what its value is made into, which raises NameProblem for what is wrong. What
    it gives for one value must not depend on the others of a row.
    """

    def __init__(self, model: type[Row], resolve: Mapping[str, Callable[[Any], Any]]) -> None:
        self._columns = {
            name: _Column(field, resolve.get(name), model.model_config)
            for name, field in model.model_fields.items()
        }

    def read(self, chunk: Chunk) -> dict[str, list[Any]]:
        """Field → its values, a value for each row. Raises NotQuickly."""
        if chunk.has_column_twice:
            raise NotQuickly
        cells = list(zip_longest(*chunk.rows, fillvalue=""))
        width = len(chunk.header)
        if any(cell and not cell.isspace() for column in cells[width:] for cell in column):
            raise NotQuickly
        stated = {name: column for name, column in zip(chunk.header, cells, strict=False) if name}
        return {
            name: column.values(stated[name])
            if name in stated
            else column.values(("",)) * len(chunk.rows)
            for name, column in self._columns.items()
        }


class _Column:
    """A field, and what the cells seen so far are as its value."""

    def __init__(
        self, field: FieldInfo, resolve: Callable[[Any], Any] | None, config: ConfigDict
    ) -> None:
        self._field = field
        self._resolve = resolve
        self._config = config
        self._adapter: TypeAdapter[list[Any]] | None = None
        self._known: dict[str, Any] = {}

    def values(self, cells: tuple[str, ...]) -> list[Any]:
        """The values of cells. Raises NotQuickly if one is none of the field's."""
        try:
            return list(map(self._known.__getitem__, cells))
        except KeyError:
            pass
        seen = set(cells)
        new = list(seen.difference(self._known))
        found = dict(zip(new, self._checked(new), strict=True))
        known = {cell: self._known[cell] for cell in seen if cell not in found} | found
        if 2 * len(new) <= len(cells) + 1:  # else they hardly ever come twice, as ids
            if len(self._known) + len(new) > _REMEMBERED:
                self._known.clear()
            self._known |= found
        return list(map(known.__getitem__, cells))

    def _checked(self, cells: list[str]) -> Iterable[Any]:
        """The values of cells that were not seen before, each once."""
        filled = unguarded_row(cells)
        blank = [place for place, cell in enumerate(filled) if not cell.strip()]
        if blank:
            if self._field.is_required():
                raise NotQuickly
            filled = [cell for cell in filled if cell.strip()]
        try:
            values = self._list_adapter().validate_python(filled)
            for place in blank:
                values.insert(place, self._field.get_default(call_default_factory=True))
            return values if self._resolve is None else list(map(self._resolve, values))
        except (ValidationError, NameProblem) as error:
            raise NotQuickly from error

    def _list_adapter(self) -> TypeAdapter[list[Any]]:
        if self._adapter is None:
            of = self._field.annotation
            for constraint in self._field.metadata:
                of = Annotated[of, constraint]  # type: ignore[assignment]
            self._adapter = TypeAdapter(list[of], config=self._config)  # type: ignore[valid-type]
        return self._adapter
