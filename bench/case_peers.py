"""The same counts as the rules on cases: by a plain loop, by pandas and by DuckDB.

Each reads cases.csv, and the tables that bench.cases exports beside it, and knows no law.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

from bench.cases import AS_OF, CODES, KINDS, NOT_DECIDED, SAMPLE, Counts, no_counts

FOREVER: Final = "9999-12-31"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def plain_loop(folder: Path) -> Counts:
    """Dictionaries and a loop."""
    from_days: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    answers: dict[tuple[str, str, str], list[tuple[str, ...]]] = defaultdict(list)
    for row in _rows(folder / "answers.csv"):
        key = row["zone"], row["item"], row["act"]
        from_days[key].append(row["from_on"])
        told = row["name_of"], row["scope"], row["own_seal"]
        answers[key].append((row["answer"], KINDS[row["kind"]], *told))
    departments: dict[str, set[str]] = defaultdict(set)
    limits: dict[str, tuple[int, bool] | None] = {}
    for row in _rows(folder / "items.csv"):
        departments[row["item"]].add(row["department"])
        limit = (int(row["amount"]), row["unit"] == "working") if row["amount"] else None
        limits[row["item"]] = limit
    bodies = {row["name"]: row["is_zone"] == "1" for row in _rows(folder / "bodies.csv")}
    days = {
        row["date"]: (int(row["ordinal"]), int(row["day_number"]))
        for row in _rows(folder / "days.csv")
    }
    found: Counter[tuple[str, str]] = Counter()
    partial: Counter[tuple[str, str, str]] = Counter()

    def answer_on(key: tuple[str, str, str], day: str) -> tuple[str, ...]:
        return answers[key][bisect_right(from_days[key], day) - 1]

    with (folder / "cases.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        for row in reader:
            _no, item, by, _who, applied, accepted, promised, ended, result, _sat, decider, seal = (
                row
            )
            known, by_zone, decider_zone = item in limits, bodies.get(by), bodies.get(decider)
            decided = bool(ended) and result not in NOT_DECIDED
            judged: dict[str, str] = {}
            if known and by_zone and accepted <= AS_OF:
                answer, code, *_told = answer_on((by, item, "accept"), accepted)
                if answer != "yes":
                    judged[code] = answer
            if known and decided and ended <= AS_OF:
                if decider_zone:
                    act = "examine" if result == "4" else "decide"
                    answer, code, name_of, scope, own_seal = answer_on((decider, item, act), ended)
                    if answer != "yes" and judged.get(code) != "no":
                        judged[code] = answer
                    if act == "decide" and answer != "no" and seal:
                        if not name_of:
                            found["CSE005", "manual"] += 1
                        elif name_of == "department":
                            if seal not in departments[item]:
                                found["CSE005", "alarm"] += 1
                        elif seal != decider:
                            found["CSE005", "alarm"] += 1
                        elif own_seal != "ok":
                            found["CSE005", "manual"] += 1
                    if act == "decide" and answer == "yes" and scope == "部分":
                        partial[decider, item, ended[:7]] += 1
                elif (
                    decider_zone is False
                    and by_zone
                    and result != "4"
                    and answer_on((by, item, "decide"), ended)[0] == "yes"
                ):
                    found["CSE010", "alarm"] += 1
            for code, answer in judged.items():
                found[code, "alarm" if answer == "no" else "manual"] += 1
            if accepted > AS_OF:
                continue
            if result not in NOT_DECIDED:
                last = ended if ended and ended <= AS_OF else AS_OF
                ordinal, number = days[last]
                limit = limits.get(item)
                if limit is not None:
                    amount, working = limit
                    first = days[accepted]
                    if (ordinal - first[0] if working else number - first[1]) > amount:
                        found["CSE008", "alarm"] += 1
                if promised and last > promised and ordinal > days[promised][0]:
                    found["CSE009", "alarm"] += 1
            if (
                applied > accepted
                or (ended and (accepted > ended or applied > ended))
                or (promised and promised < accepted)
            ):
                found["CSE011", "alarm"] += 1
            if not known or by_zone is None or (decided and decider_zone is None):
                found["CSE012", "manual"] += 1
    found["CSE007", "manual"] = sum(min(SAMPLE, n) for n in partial.values())
    counts = no_counts()
    for (code, status), n in found.items():
        counts[code][status] = n
    return counts


def data_frames(folder: Path) -> Counts:
    """The same by pandas."""
    import pandas as pd

    def table(name: str) -> Any:
        return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)

    frame = table("cases").rename(columns={"审批部门": "decider", "印章": "seal"})
    answers, items, bodies, days = map(table, ("answers", "items", "bodies", "days"))
    is_zone = bodies.set_index("name")["is_zone"]
    frame["by_zone"] = frame["org_name"].map(is_zone)
    frame["decider_zone"] = frame["decider"].map(is_zone)
    limits = items.drop_duplicates("item").set_index("item")
    frame["known"] = frame["task_name"].isin(limits.index)
    decided = (frame["result_date"] != "") & ~frame["result_type"].isin(NOT_DECIDED)
    counts = no_counts()

    def put(code: str, status: str, n: Any) -> None:
        counts[code][status] += int(n)

    answers["day"] = pd.to_datetime(answers["from_on"].str.replace("0001-", "1900-"))
    answers = answers.sort_values("day", kind="stable")

    def answered(part: Any, zone: str, act: Any, day: str) -> Any:
        """Rows with the answer of the day to an act of a zone."""
        asked = part.assign(
            zone=part[zone], item=part["task_name"], act=act, day=pd.to_datetime(part[day])
        ).sort_values("day", kind="stable")
        return pd.merge_asof(asked, answers, on="day", by=["zone", "item", "act"])

    accepted = frame[frame["known"] & (frame["by_zone"] == "1") & (frame["accept_date"] <= AS_OF)]
    accepted = answered(accepted, "org_name", "accept", "accept_date")
    done = frame[frame["known"] & decided & (frame["result_date"] <= AS_OF)]
    own = done[done["decider_zone"] == "1"]
    act = own["result_type"].map(lambda code: "examine" if code == "4" else "decide")
    own = answered(own, "decider", act, "result_date")
    acts = pd.concat([accepted, own])
    acts = acts[acts["answer"] != "yes"]
    # Of the acts of a case the worst counts, and no comes before undetermined.
    worst = acts.groupby(["project_no", "kind"])["answer"].min().reset_index()
    for (kind, answer), n in worst.groupby(["kind", "answer"]).size().items():
        put(KINDS[kind], "alarm" if answer == "no" else "manual", n)
    own = own[own["act"] == "decide"]
    sealed = own[(own["answer"] != "no") & (own["seal"] != "")]
    pairs = pd.MultiIndex.from_frame(items[["item", "department"]])
    of_department = pd.MultiIndex.from_frame(sealed[["task_name", "seal"]]).isin(pairs)
    named, its_own = sealed["name_of"], sealed["seal"] == sealed["decider"]
    by_name = named == "department"
    put("CSE005", "alarm", (by_name & ~of_department).sum())
    put("CSE005", "alarm", ((named != "") & ~by_name & ~its_own).sum())
    put("CSE005", "manual", (named == "").sum())
    unsure = (named != "") & ~by_name & its_own & (sealed["own_seal"] != "ok")
    put("CSE005", "manual", unsure.sum())
    part = own[(own["answer"] == "yes") & (own["scope"] == "部分")]
    months = part.groupby(["decider", "task_name", part["result_date"].str[:7]]).size()
    put("CSE007", "manual", months.clip(upper=SAMPLE).sum())
    other = done[(done["decider_zone"] == "0") & (done["by_zone"] == "1")]
    other = answered(other[other["result_type"] != "4"], "org_name", "decide", "result_date")
    put("CSE010", "alarm", (other["answer"] == "yes").sum())
    begun = frame["accept_date"] <= AS_OF
    timed = frame[begun & ~frame["result_type"].isin(NOT_DECIDED)]
    open_ = (timed["result_date"] == "") | (timed["result_date"] > AS_OF)
    last = timed["result_date"].mask(open_, AS_OF)
    ordinals = days.set_index("date")["ordinal"].astype(int)
    numbers = days.set_index("date")["day_number"].astype(int)
    amount = pd.to_numeric(timed["task_name"].map(limits["amount"]))
    working = timed["task_name"].map(limits["unit"]) == "working"
    worked = last.map(ordinals) - timed["accept_date"].map(ordinals)
    passed = last.map(numbers) - timed["accept_date"].map(numbers)
    put("CSE008", "alarm", (worked.where(working, passed) > amount).sum())
    promised = timed["promise_date"]
    late = (promised != "") & (last.map(ordinals) > promised.map(ordinals)) & (last > promised)
    put("CSE009", "alarm", late.sum())
    has_end, has_promise = frame["result_date"] != "", frame["promise_date"] != ""
    wrong = (
        (frame["apply_date"] > frame["accept_date"])
        | (has_end & (frame["accept_date"] > frame["result_date"]))
        | (has_end & (frame["apply_date"] > frame["result_date"]))
        | (has_promise & (frame["promise_date"] < frame["accept_date"]))
    )
    put("CSE011", "alarm", (begun & wrong).sum())
    unknown = ~frame["known"] | frame["by_zone"].isna() | (decided & frame["decider_zone"].isna())
    put("CSE012", "manual", (begun & unknown).sum())
    return counts


_SQL: Final = f"""
CREATE TABLE c AS
SELECT c.project_no AS number, c.task_name AS item, c.org_name AS accepter, c.apply_date AS applied,
       c.accept_date AS accepted, nullif(c.promise_date, '') AS promised,
       nullif(c.result_date, '') AS ended, coalesce(c.result_type, '') AS result,
       nullif(c."审批部门", '') AS decider, nullif(c."印章", '') AS seal,
       i.item IS NOT NULL AS known, i.amount AS amount, i.unit AS unit,
       b.is_zone AS by_zone, d.is_zone AS decider_zone,
       nullif(c.result_date, '') IS NOT NULL
         AND coalesce(c.result_type, '') NOT IN {NOT_DECIDED} AS decided
FROM read_csv('{{folder}}/cases.csv', all_varchar = true, header = true) AS c
LEFT JOIN (
  SELECT item, any_value(amount) AS amount, any_value(unit) AS unit FROM items GROUP BY item
) AS i ON i.item = c.task_name
LEFT JOIN bodies AS b ON b.name = c.org_name
LEFT JOIN bodies AS d ON d.name = c."审批部门";

CREATE TABLE acts AS
SELECT q.*, x.answer, x.kind, x.name_of, x.scope, x.own_seal
FROM (
  SELECT number, accepter AS zone, item, 'accept' AS act, accepted AS day, NULL AS seal
  FROM c WHERE known AND by_zone = 1 AND accepted <= '{AS_OF}'
  UNION ALL
  SELECT number, decider, item, CASE result WHEN '4' THEN 'examine' ELSE 'decide' END, ended, seal
  FROM c WHERE known AND decided AND decider_zone = 1 AND ended <= '{AS_OF}'
) AS q
JOIN answers AS x ON x.zone = q.zone AND x.item = q.item AND x.act = q.act
  AND q.day BETWEEN x.from_on AND x.to_on;

CREATE TABLE timed AS
SELECT c.*, e.ordinal - a.ordinal AS worked, e.day_number - a.day_number AS passed,
       e.ordinal - p.ordinal AS over
FROM (SELECT *, CASE WHEN ended <= '{AS_OF}' THEN ended ELSE '{AS_OF}' END AS last FROM c) AS c
JOIN days AS a ON a.date = c.accepted
JOIN days AS e ON e.date = c.last
LEFT JOIN days AS p ON p.date = c.promised
WHERE accepted <= '{AS_OF}' AND result NOT IN {NOT_DECIDED};

SELECT kind AS code, CASE answer WHEN 'no' THEN 'alarm' ELSE 'manual' END AS status, count(*) AS n
FROM (
  SELECT number, kind, min(answer) AS answer FROM acts WHERE answer <> 'yes' GROUP BY number, kind
) GROUP BY 1, 2
UNION ALL
SELECT 'CSE005', CASE WHEN s.name_of IS NULL THEN 'manual'
         WHEN s.name_of = 'department' AND i.item IS NULL THEN 'alarm'
         WHEN s.name_of = 'department' THEN 'ok'
         WHEN s.seal <> s.zone THEN 'alarm'
         ELSE s.own_seal END AS status, count(*)
FROM acts AS s LEFT JOIN items AS i ON i.item = s.item AND i.department = s.seal
WHERE s.act = 'decide' AND s.answer <> 'no' AND s.seal IS NOT NULL GROUP BY 2
UNION ALL
SELECT 'CSE007', 'manual', sum(n) FROM (
  SELECT least({SAMPLE}, count(*)) AS n FROM acts
  WHERE act = 'decide' AND answer = 'yes' AND scope = '部分'
  GROUP BY zone, item, substr(day, 1, 7)
)
UNION ALL
SELECT 'CSE008', 'alarm', count(*) FROM timed
WHERE CASE unit WHEN 'working' THEN worked ELSE passed END > amount
UNION ALL
SELECT 'CSE009', 'alarm', count(*) FROM timed WHERE last > promised AND over > 0
UNION ALL
SELECT 'CSE010', 'alarm', count(*)
FROM c JOIN answers AS x ON x.zone = c.accepter AND x.item = c.item AND x.act = 'decide'
  AND c.ended BETWEEN x.from_on AND x.to_on
WHERE c.known AND c.decided AND c.result <> '4' AND c.decider_zone = 0 AND c.by_zone = 1
  AND c.ended <= '{AS_OF}' AND x.answer = 'yes'
UNION ALL
SELECT 'CSE011', 'alarm', count(*) FROM c
WHERE accepted <= '{AS_OF}'
  AND (applied > accepted OR accepted > ended OR applied > ended OR promised < accepted)
UNION ALL
SELECT 'CSE012', 'manual', count(*) FROM c
WHERE accepted <= '{AS_OF}'
  AND (NOT known OR by_zone IS NULL OR (decided AND decider_zone IS NULL))
"""


def columns(folder: Path) -> Counts:
    """The same by DuckDB."""
    import duckdb

    conn = duckdb.connect()
    for name in ("answers", "items", "bodies", "days"):
        conn.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{folder}/{name}.csv')")
    conn.execute(
        "ALTER TABLE days ALTER date TYPE TEXT; ALTER TABLE answers ALTER from_on TYPE TEXT;"
        " ALTER TABLE answers ALTER to_on TYPE TEXT"
    )
    counts = no_counts()
    for code, status, n in conn.execute(_SQL.replace("{folder}", str(folder))).fetchall():
        if status != "ok" and n:
            counts[KINDS.get(code, code)][status] += int(n)
    assert [*counts] == [*CODES]
    return counts
