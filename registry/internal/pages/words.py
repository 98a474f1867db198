"""What the templates of internal pages say. Babel reads Python only: here it finds their texts."""

from __future__ import annotations

from typing import Final

from registry.locale import N_

TEXTS: Final = (
    N_(": "),
    N_("Alarms"),
    N_("All of it, as a table"),
    N_("All of them, as a table"),
    N_("All units"),
    N_("All {n:,} in the table"),
    N_("As of"),
    N_("As of {day}"),
    N_(
        "Ask the data in your own words of SQL (SQLite). Nothing can be changed by it: take any"
        " query below, and alter it."
    ),
    N_(
        "At most {n:,} rows are given, and at most {megabytes} MB; narrow the query, or add "
        "LIMIT and OFFSET."
    ),
    N_("Audit"),
    N_("Audit no. {run} of {day} found it no more. What is said here is as it was last found."),
    N_("Basis"),
    N_("Below the query are links to the result as CSV (for Excel) and JSON (for programs)."),
    N_("By hand"),
    N_("Clauses"),
    N_("Code"),
    N_("Code:"),
    N_("Completion rate"),
    N_(
        "Completion rate = met ÷ owed; on-time rate = met by the due date ÷ owed. What a "
        "department and a zone owe together counts for both, and once in the whole."
    ),
    N_("Concerns this unit, and is owed by others"),
    N_(
        "Counted are findings that are still open; what was done late is not among the overdue,"
        " and counts as “info”. Waived findings are left out."
    ),
    N_("Counted is all that concerns this unit, also what others owe."),
    N_("Data as of {day}, audit no. {run}."),
    N_("Data as of {day}."),
    N_("Days overdue"),
    N_("Deadline"),
    N_("Department"),
    N_("Departments"),
    N_("Development zone"),
    N_("Development zones"),
    N_("Downloads"),
    N_("Due on"),
    N_("Duties"),
    N_("Duty"),
    N_("Everything that we owe"),
    N_("Examined"),
    N_(
        "Fill in the workbook and return it to the reform office; after the next audit what is "
        "done is gone from this page."
    ),
    N_("Finding"),
    N_("Findings"),
    N_("Fingerprint:"),
    N_("For internal use. Do not pass it on outside of the units that it is for."),
    N_("Found since"),
    N_("From audit to audit"),
    N_("Internal"),
    N_("Letter"),
    N_("Main navigation"),
    N_("Matters"),
    N_("Met"),
    N_("Mode"),
    N_("Next deadlines"),
    N_("No deadline is still to come."),
    N_("Not every row is official; each says where it is from."),
    N_("Not yet due"),
    N_("Nothing is overdue."),
    N_("Nothing is owed by your unit yet."),
    N_("Nothing is to be mended."),
    N_("Nothing was found."),
    N_("Number of items"),
    N_("Of {owed:,} obligations {met:,} are met ({rate})."),
    N_("On time"),
    N_("On-time rate"),
    N_("Only the most urgent {n:,} are shown; all are in the table."),
    N_("Open it in the editor"),
    N_("Overdue"),
    N_("Overdue longest"),
    N_("Owed"),
    N_("Owed by"),
    N_("Past due"),
    N_("Progress"),
    N_("Progress of the delegation"),
    N_("Queries are logged with the name of the user."),
    N_("Query"),
    N_("Reading only: SELECT, also WITH. A query is stopped after {seconds:g} seconds."),
    N_("Ready queries, to run or to change"),
    N_("Rule"),
    N_("Rules"),
    N_("Run"),
    N_("SQL queries"),
    N_("Search"),
    N_("Severity"),
    N_("Show the SQL"),
    N_("Source:"),
    N_("Status"),
    N_("Subject:"),
    N_("Tables and their columns"),
    N_(
        "The address of the result holds the query: bookmark it, or send it to a colleague; "
        "everybody sees their own data under it."
    ),
    N_("The item"),
    N_("The notice"),
    N_("The records do not say enough to tell whether these are in order."),
    N_("The reform office itself has {n:,} findings to look into."),
    N_("These are past mending, or are matters to note; state the reason in the report."),
    N_("To be checked by hand"),
    N_("To be explained"),
    N_("To be mended, the most urgent first"),
    N_("To mend: {mend:,}; to explain: {explain:,}; to check by hand: {manual:,}."),
    N_("Waived"),
    N_("What begins with a colon, as :day, becomes a field to fill in."),
    N_("What is allowed, and how to keep a query"),
    N_("What it owes"),
    N_("What the audit looks for, and what it found on {day}."),
    N_("What to do"),
    N_("What we owe"),
    N_("Workbook to fill in"),
    N_("and {n:,} without a due date"),
    N_("no longer found"),
    N_("not found"),
    N_("obligations of which the due date has passed"),
    N_("obligations still to be met"),
    N_("waived"),
    N_("{met:,} of {owed:,} obligations met"),
    N_("{n:,} findings"),
    N_("{n:,} met on time"),
    N_("{n:,} more obligations are not yet due"),
)
"""Every text of the templates in `registry/internal/templates`, except those of signing in."""
