"""Examples of the main commands, as their --help shows them. Words in capitals stand for an
office's own. Imported only for a help."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final = {
    "": (
        "registry build --demo",
        "registry audit",
        "registry due --within 20",
        "registry show 1-07",
    ),
    "build": (
        "registry build",
        "registry --db demo.db build --demo",
        "registry build --data DIR --fresh",
    ),
    "audit": (
        "registry audit",
        "registry audit --as-of 2021-06-30 --zone ZONE",
        "registry audit --format xlsx -o audit.xlsx",
        "registry audit --format csv --bom -o audit.csv",
        "registry audit --rules DIR --fail-on high",
        "registry audit --data DIR",
    ),
    "report": (
        "registry report latest --format html -o report.html",
        "registry report 3 --format csv --bom -o findings.csv",
    ),
    "diff": ("registry diff", "registry diff 3 5 --format json"),
    "due": (
        "registry due --within 20",
        "registry due --department DEPT --format ics -o due.ics",
        "registry due --by-body DIR",
    ),
    "rules": ("registry rules", "registry rules AGR001", "registry rules --by clause"),
    "show": (
        "registry show 1-07",
        "registry show 1-07-ZONE --as-of 2021-06-30",
    ),
    "find": ("registry find WORDS", "registry find qushui", "registry find 1-7"),
    "can": (
        "registry can ZONE 1-07 accept --on 2021-07-01",
        "registry can ZONE 1-07 decide --timeline",
        "registry can --batch cases.csv -o answered.xlsx",
    ),
    "who": ("registry who 1-07 accept",),
    "powers": (
        "registry powers ZONE",
        "registry powers ZONE --act decide --format csv -o powers.csv",
    ),
    "query": (
        "registry query",
        "registry query NAME -p K=V --format csv --bom -o rows.csv",
    ),
    "letters": (
        "registry letters -o letters",
        "registry letters -o letters --as-of 2021-06-30 --kind 督办单",
    ),
    "waive": (
        "registry waive AGR001 1-07-ZONE --reason TEXT --approver NAME --expires 2021-12-31",
    ),
    "progress": ("registry progress", "registry progress --format html -o progress.html"),
    "load annex": (
        "registry load annex list.xlsx --annex 1 --dry-run",
        "registry load annex list.xlsx --annex 1 --replace --pairs pairs.xlsx",
        "registry load annex list.docx --annex 2 --map A=name --map 备注=ignore",
    ),
    "load instrument": (
        "registry load instrument data/ID --dry-run",
        "registry load instrument data/ID",
    ),
    "compare": ("registry compare list.xlsx --zone ZONE --format xlsx -o compared.xlsx",),
    "ledger export": (
        "registry ledger export --department DEPT -o DIR",
        "registry ledger export --zone ZONE -o DIR",
    ),
    "ledger import": (
        "registry ledger import returned.xlsx --dry-run",
        "registry ledger import a.xlsx b.xlsx --why TEXT",
    ),
    "record agreement": (
        "registry record agreement NUMBER --department DEPT --zone ZONE --items 1-05 1-07 "
        "--on 2021-05-20",
    ),
    "record proof": ("registry record proof DUTY --zone ZONE --items 1-05 1-07 --on 2021-05-20",),
    "publish": (
        "registry publish -o catalogue.db",
        "registry publish --to DIR --as-of 2021-06-30",
        "registry publish --to DIR --pages PAGES --address https://registry.example",
    ),
    "serve": ("registry serve", "registry serve catalogue.db --port 8001"),
    "backup": ("registry backup registry-backup.db",),
    "restore": ("registry restore registry-backup.db",),
    "export parquet": ("registry export parquet exports",),
}
"""Path of a command, without the program's name -> command lines, the plainest first."""
