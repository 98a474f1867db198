"""What the templates of our own pages say. Babel reads Python only: here it finds their texts."""

from __future__ import annotations

from typing import Final

from registry.locale import N_

TEXTS: Final = (
    N_("(as we read it: the notice states only the day of signing)"),
    N_(": "),
    N_("; "),
    N_("About the item"),
    N_("Accepts"),
    N_("Agreements"),
    N_("All items"),
    N_("All of them, as a table"),
    N_("All tables"),
    N_(
        "An entrusted power is the zone's to exercise only once its agreement with the "
        "department is in effect."
    ),
    N_("Annex {n}"),
    N_(
        "Any column filters: ?column=value. _size=max gives up to 5,000 rows at a time; "
        "“next_url” of the plain JSON leads on. Nobody's own SQL is run."
    ),
    N_("As listed here; the notice states no total."),
    N_("As of {day}"),
    N_("As the notice states; as many are listed here."),
    N_("As the notice states; {n:,} are listed here."),
    N_("Basic code"),
    N_(
        "CSV for Excel bears a byte-order mark and Chinese headings; the other bears the "
        "column names of the schema."
    ),
    N_("Catalogue of powers conferred on development zones"),
    N_("Clauses"),
    N_("Code:"),
    N_("Columns"),
    N_("Conferred by"),
    N_("Counted over all tables; every row names its own source."),
    N_("Data"),
    N_("Data as of {day}."),
    N_("Days off as set in:"),
    N_("Deadline"),
    N_("Decides"),
    N_("Delegated items"),
    N_(
        "Demonstration: agreements, publications and their dates are invented, to show what "
        "the catalogue can hold."
    ),
    N_("Department"),
    N_("Departments"),
    N_("Development zone"),
    N_("Development zones"),
    N_("Duties and deadlines"),
    N_("Duty"),
    N_("Effective"),
    N_("Entrusted ones among them without an agreement in force: {n:,}."),
    N_("Error"),
    N_("Everything that these pages show, to take with you. Data as of {day}."),
    N_("Examines"),
    N_("Excerpts, numbered by this catalogue."),
    N_("Expires"),
    N_("For Excel"),
    N_("For items of"),
    N_("For programs"),
    N_("For programs:"),
    N_("Home"),
    N_("Implementation code"),
    N_("Implementing body"),
    N_("Issued"),
    N_("Issued by"),
    N_("Issued on {issued}; the day of issue does not count. The {n} working days end on {due}."),
    N_("Items"),
    N_("Its parts"),
    N_("Legal basis"),
    N_("Level that the law names"),
    N_("Licence"),
    N_("Licence:"),
    N_(
        "Look up who accepts, examines and decides a matter in a zone, on what legal basis, "
        "and since when."
    ),
    N_("Main navigation"),
    N_("Matters"),
    N_("Name of a matter, or a part of it"),
    N_("Neighbours in the annex"),
    N_("No agreement is on record."),
    N_("None of its items are among the delegated ones."),
    N_("Not every row is official; each says where it is from."),
    N_("Not public"),
    N_("Nothing published about it is on record."),
    N_("Notices"),
    N_("Number"),
    N_(
        "Official: the notice's text, dates, totals and zones are taken from the municipal gazette."
    ),
    N_("Page not found"),
    N_("Part of"),
    N_("Printed in"),
    N_("Provenance"),
    N_("Provenance, licence and downloads"),
    N_("Published"),
    N_("Ready-made lists"),
    N_(
        "Reconstructed: the gazette leaves the lists of items out. The lists here were put "
        "together from the law and are not the municipal government's."
    ),
    N_("Remark"),
    N_("Rows"),
    N_("SQLite, {n:,} bytes"),
    N_("Scope"),
    N_("Search"),
    N_("Search the catalogue"),
    N_("Short name:"),
    N_("Signed"),
    N_("Signed on"),
    N_("Skip to the content"),
    N_(
        "Small numbers count the working days. Make-up days are weekend days worked in place "
        "of a holiday."
    ),
    N_("Something went wrong"),
    N_("Source:"),
    N_("Table"),
    N_("Tables"),
    N_("Tables and their downloads"),
    N_("The deadline, day by day"),
    N_("The notice"),
    N_("The notice gives or leaves to this zone {n:,} powers and public services."),
    N_("The numbers"),
    N_("The whole file"),
    N_(
        "The zones exercised this before; the notice leaves it with them within their "
        "original authority."
    ),
    N_("This address can't be used"),
    N_("To the first page"),
    N_("What has to be done"),
    N_("Where the rows are from"),
    N_("Where this is from"),
    N_("Which powers do Liaocheng's development zones hold?"),
    N_("Who does what in each zone"),
    N_("Who handles it"),
    N_("Who implements it"),
    N_("Within"),
    N_("all zones"),
    N_("as we read it"),
    N_("due"),
    N_("due, {n}"),
    N_("for Excel"),
    N_("from the agreement"),
    N_("holiday"),
    N_("issued"),
    N_("make-up"),
    N_("no date set"),
    N_("not recorded"),
    N_("not the zone"),
    N_("off"),
    N_("permit, water …"),
    N_("see the remark and the notice"),
    N_("signed {signed}, in effect from {effective}"),
    N_("text of {version}"),
    N_("the row with every column"),
    N_("until {day}"),
    N_("{n:,} items"),
    N_("{n:,} items of the annexes belong to this department."),
    N_("{n:,} of the rows are not official."),
    N_("{name}, in the name of {department}"),
    N_("{n} days"),
    N_("{n} working days"),
    N_(
        "“As we read it”: the notice says “and other related work”; that the same deadline "
        "holds is this catalogue's reading."
    ),
)
"""Every text of the templates in `registry/catalogue/templates` that are not the search page."""
