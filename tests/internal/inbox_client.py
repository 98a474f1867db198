"""Forms and workbooks as a clerk's browser sends them to the internal site, and hostile ones."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

from openpyxl import load_workbook

from registry.intake.ledger.sheet_specs import MARK
from tests.internal.auth_client import HOST, Response
from tests.internal.conftest import rows
from tests.internal.site_client import SiteClient

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
ORIGIN = f"http://{HOST}"
ENGLISH = {"accept_language": "en"}
URLENCODED = "application/x-www-form-urlencoded"


def multipart(content: bytes, name: str = "台账.xlsx", field: str = "file") -> bytes:
    """A file as a browser sends it."""
    head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
    return b"\r\n".join(
        [
            f"--{BOUNDARY}".encode(),
            head.encode(),
            b"Content-Type: application/octet-stream",
            b"",
            content,
            f"--{BOUNDARY}--".encode(),
            b"",
        ]
    )


def upload(
    site: SiteClient, who: str, content: bytes, name: str = "台账.xlsx", **headers: str
) -> Response:
    """Upload a workbook."""
    return send(
        *(site, "/answers", who, multipart(content, name)),
        **{"content_type": f"multipart/form-data; boundary={BOUNDARY}", **headers},
    )


def post(site: SiteClient, path: str, who: str, /, **fields: str) -> Response:
    """Send a form of a page."""
    return send(site, path, who, urlencode(fields).encode(), content_type=URLENCODED)


def send(site: SiteClient, path: str, who: str, body: bytes, **headers: str) -> Response:
    """Send any bytes, from a page of the site if no other origin is given."""
    sent = {"origin": ORIGIN, "content_length": str(len(body)), **ENGLISH, **headers}
    return site.run(site.ask(path, who, "POST", body, **sent))


def page(site: SiteClient, path: str, who: str) -> str:
    """The text of a page in English."""
    answer = site.get(path, who, **ENGLISH)
    assert answer.status == 200, (path, answer.status)
    return answer.text


def number_of(response: Response) -> int:
    """The number of the submission to which a response leads on."""
    assert response.status == 303, response.text
    match = re.fullmatch(r"/answers/([0-9]+)", response["location"])
    assert match is not None, response["location"]
    return int(match[1])


def submitted(site: SiteClient, who: str, path: Path) -> int:
    """Upload a workbook and submit it; its number."""
    no = number_of(upload(site, who, path.read_bytes()))
    done = post(site, f"/answers/{no}", who, action="submit")
    assert (done.status, done["location"]) == (303, f"/answers/{no}")
    return no


def state_of(site: SiteClient, no: int) -> str:
    """The state of a submission."""
    return site.site.middleware._inbox.get(no).state


def finding_of(office: Path, subject: str, duty: str) -> str:
    """The fingerprint of the finding that a duty of a delegation is not met."""
    sql = "SELECT fingerprint FROM findings WHERE subject_id = ? AND duty = ? AND status = 'alarm'"
    return str(rows(office, sql, subject, duty)[0][0])


class Forged:
    """A workbook whose hidden sheet somebody has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)
        self.sheet = next(s for s in self.book.worksheets if s.cell(1, 1).value == MARK)

    def fact(self, name: str, value: str) -> Forged:
        """Say something else of whose workbook it is."""
        for row in self.sheet.iter_rows():
            if row[0].value == "fact" and row[1].value == name:
                row[2].value = value
        return self

    def row(self, sheet: str, key: str, *cells: str) -> Forged:
        """Say that a row was sent out, open to be filled in."""
        known = [row for row in self.sheet.iter_rows() if row[3].value == key]
        for row in known:
            row[2].value = "1"
        if not known:
            self.sheet.append(["row", sheet, "1", key, *cells])
        return self

    def save(self, path: Path) -> Path:
        """Save it elsewhere."""
        self.book.save(path)
        return path


def damaged(content: bytes, changes: list[tuple[float, bytes]]) -> bytes:
    """A file with some of its bytes changed."""
    found = bytearray(content)
    for place, new in changes:
        at = int(place * len(found))
        found[at : at + len(new)] = new
    return bytes(found)
