"""Where a matter is handled and whom to ask: what lists of services and of contacts state."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from registry.model.fields import Row
from registry.model.limits import Name
from registry.model.vocabulary import Provenance

_HOST: Final = re.compile(r"[^\s/@:]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_UNFIT: Final = re.compile(r"[\x00-\x20\x7f-\x9f<>\"\\^`{|}\u200b-\u200f\u2028-\u202e\ufeff]")
_PHONE: Final = re.compile(r"[0-9+()（）\-—－、，,;；/ 转至a-zA-Z:：\u4e00-\u9fff]{1,60}")
_DIGITS: Final = re.compile(r"[0-9](?:[-—－ ()（）]?[0-9]){2,14}")


def _web_address(value: str) -> str:
    """An address that a browser opens: http or https, a host, and nobody's name or password."""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    fits = parts.scheme.lower() in ("http", "https") and _HOST.fullmatch(parts.netloc)
    if not fits or _UNFIT.search(value) or len(value) > 2000:
        raise PydanticCustomError("web_address", "no web address: {value}", {"value": value})
    return value


def _telephone(value: str) -> str:
    """One or several numbers, as people write them; each of three digits at least."""
    if not _PHONE.fullmatch(value) or not _DIGITS.search(value):
        raise PydanticCustomError("telephone", "no telephone number: {value}", {"value": value})
    return value


def _provenance(value: object) -> object:
    return _PROVENANCES.get(value, value) if isinstance(value, str) else value


_PROVENANCES: Final = {
    "正式": "official",
    "重建": "reconstruction",
    "演示": "demonstration",
}
"""What lists call a provenance → the provenance."""

WebAddress = Annotated[str, AfterValidator(_web_address)]
Telephone = Annotated[str, AfterValidator(_telephone)]


class ContactRow(Row):
    """A row of a list of contacts, and what a row of a list of services has as well."""

    guide_url: WebAddress | None = None
    apply_url: WebAddress | None = None
    address: Name | None = None
    hours: Name | None = None
    consult_phone: Telephone | None = None
    complaint_phone: Telephone | None = None
    provenance: Annotated[Provenance | None, BeforeValidator(_provenance)] = None
    source: Name | None = None


class ServiceRow(ContactRow):
    """A row of a list of services: of an item in a zone."""

    time_limit: Name | None = None
    fee: Name | None = None


CONTACT_FIELDS: Final = tuple(
    name for name in ContactRow.model_fields if name not in ("provenance", "source")
)
SERVICE_FIELDS: Final = (*CONTACT_FIELDS, "time_limit", "fee")
"""What is recorded; provenance and source say where it comes from."""
