"""Who has a ledger workbook on a day."""

from __future__ import annotations

from tests.store.log.offices import Office


def test_a_body_that_was_merged_has_none_from_that_day_on(lived: Office) -> None:
    """Whatever the day on which the file was built; 市乙局 went into 市甲局 on 2021-07-10."""
    names = {}
    for day in ("2021-07-09", "2021-07-10"):
        lived.run("ledger", "export", "--all", "-o", day, "--as-of", day)
        names[day] = {path.name.split("-")[0] for path in (lived.folder / day).glob("*.xlsx")}
    assert names["2021-07-09"] - names["2021-07-10"] == {"市乙局"}
    assert names["2021-07-10"] < names["2021-07-09"]
