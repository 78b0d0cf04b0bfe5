"""What the doctor finds of faults that were planted, and what it says of tables without.

    python -m bench.doctor                          # precision and recall by rule
    python -m bench.doctor --clean                  # the clean tables: whatever is found, and false alarms by chance
    python -m bench.doctor --rows 650000            # seconds and memory on a long table

Precision is the share of the rows that a rule named because of the planting which were planted, recall the share of the
planted rows that it named. Rows that it names in the clean table as well count for neither.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pyarrow as pa
from pyarrow import csv

from bench import child, planting
from bench.planting import Planted
from core import doctor, tasks
from core.config import DataConfig
from core.config.source import Source
from core.data import reading
from core.data.columns import Columns, choose
from core.data.table import Table
from core.doctor import Finding, grades, layout, repeats
from core.doctor import reading as reading_rules
from core.doctor.texts import Reviews, gather
from core.models import bundled

DATA = Path(__file__).parents[2] / "shared" / "data"
CLEAN = ("sample:reviews", f"file:{DATA / 'yelp_reviews.csv'}", f"file:{DATA / 'airline_tweets.csv'}")
MOST_ROWS = 2_000
COLUMNS = Columns("text", "label")
SPLITS = 20


def clean(source: str) -> tuple[list[str], list[str]]:
    """Texts and labels of at most 2,000 usable rows, each text once."""
    table = reading.read(Source.parse(source))
    columns = choose(table)
    task = tasks.fit(table, columns.label)
    reviews = gather(table, columns, task)
    rows = reviews.distinct()[:MOST_ROWS]
    names = task.names
    return reviews.texts(rows), [names[number] for number in reviews.numbers[rows]]


def gathered(planted: Planted) -> Reviews:
    columns = {"text": planted.texts, "label": planted.labels, **planted.columns}
    whole = pa.table(columns)
    start = whole.num_rows - planted.held
    splits = {"train": whole.slice(0, start)}
    if planted.held:
        splits["test"] = whole.slice(start)
    table = Table(splits)
    return gather(table, COLUMNS, tasks.fit(table, "label"))


def find(rule: str, reviews: Reviews) -> Finding | None:
    """What one rule says; all rows that it knows of."""
    with (
        mock.patch.object(grades, "MOST_ROWS", 10 * MOST_ROWS),
        mock.patch.object(repeats, "MOST_ROWS", 10 * MOST_ROWS),
    ):
        return _find(rule, reviews)


def _find(rule: str, reviews: Reviews) -> Finding | None:
    if rule == "leaks":
        with mock.patch.object(repeats, "_gain", return_value=0.5):
            return repeats.leaks(repeats.copies(reviews), DataConfig(train_size=10_000, eval_size=10_000))
    if rule == "unreadable":
        return reading_rules.unreadable(reviews, bundled.NAME)
    known = {each.name: each.find for each in doctor.RULES}[rule]
    assert known is not None
    return known(reviews)


def rows_of(rule: str, planted: Planted) -> set[int]:
    found = find(rule, gathered(planted))
    return set(found.rows) if found is not None else set()


def planted_rows(seeds: int) -> None:
    """Precision and recall of the rules that name rows."""
    tables = {source: clean(source) for source in CLEAN}
    print("| rule | rate | rows planted | precision | recall |\n|---|---|---:|---:|---:|")
    for name, (fault, rates) in planting.ROWS.items():
        rule = name.partition(",")[0]
        for rate in rates:
            hits = named = there = 0
            for texts, labels in tables.values():
                already = rows_of(rule, Planted(texts, labels, set(), len(texts) // 5 if rule == "leaks" else 0))
                for seed in range(seeds):
                    planted = fault(texts, labels, rate, random.Random(seed))
                    found = rows_of(rule, planted) - already
                    hits += len(found & planted.rows)
                    named += len(found)
                    there += len(planted.rows - already)
            precision = f"{hits / named:.3f}" if named else "-"
            print(f"| `{name}` | {rate:.0%} | {there:,} | {precision} | {hits / max(1, there):.3f} |", flush=True)


# Faults of a table as a whole: whether it is said, with and without.


def as_many(texts: list[str], labels: list[str], share: float, draw: random.Random) -> Planted:
    """One class with this share of the rows."""
    common = draw.choice(sorted(set(labels)))
    rest = [row for row, each in enumerate(labels) if each != common]
    mine = [row for row, each in enumerate(labels) if each == common]
    size = len(mine) * (1 - share) / share
    rows = sorted([*mine, *draw.sample(rest, min(len(rest), round(size)))])
    return Planted([texts[row] for row in rows], [labels[row] for row in rows], set())


def cases(texts: list[str], labels: list[str], draw: random.Random) -> Iterator[tuple[str, bool, Planted]]:
    """Rule, whether it should say something worse than a note (or anything, for hints), and a table."""
    for share, bad in ((0.4, False), (0.6, False), (0.8, True), (0.92, True), (0.97, True)):
        yield "imbalance", bad, as_many(texts, labels, share, draw)
    for size, bad in ((1, True), (4, True), (9, True), (12, False), (40, False)):
        rows = draw.sample(range(len(texts)), size)
        said = ["other" if row in rows else label for row, label in enumerate(labels)]
        yield "rare_classes", bad, Planted(texts, said, set())
    order = draw.sample(range(len(texts)), len(texts))
    mixed, said = [texts[row] for row in order], [labels[row] for row in order]
    held = len(mixed) // 4
    yield "drift", False, Planted(mixed, said, set(), held)
    by_label = sorted(range(len(mixed)), key=lambda row: (said[row] == sorted(set(said))[0]) + 2 * draw.random())
    yield "drift", True, Planted([mixed[r] for r in by_label], [said[r] for r in by_label], set(), held)
    by_length = sorted(range(len(mixed)), key=lambda row: len(mixed[row]) * draw.uniform(0.3, 1))
    yield "drift", True, Planted([mixed[r] for r in by_length], [said[r] for r in by_length], set(), held)
    days = [f"{2015 + row % 9}-{1 + row % 12:02}-{1 + row % 28:02}" for row in range(len(texts))]
    written = {
        "ISO": days,
        "slashes": [f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in days],
        "words": [f"March {1 + row % 28}, {2015 + row % 9}" for row in range(len(texts))],
    }
    for dates in written.values():
        yield "dates", True, Planted(texts, labels, set(), 0, {"when": list(dates)})
    others: list[list[object]] = [
        [f"{row % 50}-{row}" for row in order],
        [row * 3 for row in order],
        [f"v{row % 3}.1.2" for row in order],
    ]
    for column in others:
        yield "dates", False, Planted(texts, labels, set(), 0, {"extra": list(column)})
    for name, values, good in (
        ("user_id", [f"u{row % 200}" for row in order], True),
        ("businessId", [row % 90 for row in order], True),
        ("店舗", [f"店{row % 40}" for row in order], True),
        ("user_id", [f"u{row}" for row in order], False),
        ("gender", [row % 2 for row in order], False),
        ("votes", [row % 30 for row in order], False),
    ):
        yield "groups", good, Planted(texts, labels, set(), 0, {name: list(values)})


def planted_tables(seeds: int) -> None:
    """Precision and recall of the rules that speak of a table."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for source in CLEAN:
        texts, labels = clean(source)
        for seed in range(seeds):
            for rule, bad, planted in cases(texts, labels, random.Random(seed)):
                found = find(rule, gathered(planted))
                hint = rule in {"dates", "groups"}
                said = found is not None and (hint or found.severity != "note")
                counted[rule][(0 if said else 1) if bad else (2 if said else 3)] += 1
    print("\n| rule | tables with, without | precision | recall |\n|---|---|---:|---:|")
    for rule, (hit, missed, false, quiet) in counted.items():
        print(
            f"| `{rule}` | {hit + missed}, {false + quiet} | {hit / max(1, hit + false):.3f} | "
            f"{hit / max(1, hit + missed):.3f} |"
        )


def on_clean_tables() -> None:
    for source in CLEAN:
        table = reading.read(Source.parse(source))
        columns = choose(table)
        found = doctor.findings(doctor.examine(table, columns, tasks.fit(table, columns.label)), DataConfig())
        print(f"\n{source}: {table.rows:,} rows")
        for each in found:
            print(f"  {each.severity}: {each.rule}, {each.count:,}: {each.words}")
    drifts = 0
    for seed in range(SPLITS):
        texts, labels = clean(CLEAN[1])
        order = random.Random(seed).sample(range(len(texts)), len(texts))
        halves = Planted([texts[row] for row in order], [labels[row] for row in order], set(), len(texts) // 4)
        drifts += layout.drift(gathered(halves)) is not None
    print(f"\ndrift said of {drifts} of {SPLITS} random splits")


# As pages ask, and what they see of it: shares, then findings.
_ASK = """
import resource
import sys
from core.config import DataConfig
from core.config.source import Source
from core.home.places import Home
from core.inspection import findings

work, seen = findings.start(Home.present(), Source("file", sys.argv[1]), DataConfig()), set()
while not work.wait(0.1):
    seen.add(work.share)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{used.ru_utime + used.ru_stime:.1f} s of processor time, {len(seen)} values of the progress bar")
for each in work.result():
    print(f"  {each.severity}: {each.rule}, {each.count:,}, seen {each.seen or 'all'}")
"""


def long_table(rows: int, target: Path) -> None:
    """Reviews that are all different but for one in twenty: halves of real ones put together."""
    draw = random.Random(0)
    texts, labels = clean(CLEAN[1])
    halves = [(text[: len(text) // 2], text[len(text) // 2 :]) for text in texts]
    made: list[str] = []
    stars: list[int] = []
    for number in range(rows):
        if made and draw.random() < 0.05:
            made.append(made[draw.randrange(len(made))])
        else:
            made.append(f"{draw.choice(halves)[0]} {number} {draw.choice(halves)[1]}")
        stars.append(int(draw.choice(labels)[0]))
    csv.write_csv(pa.table({"text": pa.array(made), "stars": pa.array(stars)}), target)


def on_a_long_table(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="starboard-") as folder:
        table, home = Path(folder) / "long.csv", Path(folder) / "home"
        # Written by another process: a child begins with the memory of its parent, which would count as its own.
        write = f"from pathlib import Path; from bench import doctor; doctor.long_table({rows}, Path({str(table)!r}))"
        child.finish([sys.executable, "-c", write], os.environ)
        print(f"{rows:,} rows, {table.stat().st_size / 1e6:,.0f} MB; load {os.getloadavg()[0]:.1f} before")
        done = child.finish([sys.executable, "-c", _ASK, str(table)], os.environ | {"STARBOARD_HOME": str(home)})
        print(f"{done.seconds:.1f} s, peak {done.peak_bytes / 1e6:,.0f} MB; load {os.getloadavg()[0]:.1f} after")
        print(done.output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--clean", action="store_true")
    parser.add_argument("--rows", type=int)
    options = parser.parse_args()
    if options.clean:
        on_clean_tables()
    elif options.rows:
        on_a_long_table(options.rows)
    else:
        planted_rows(options.seeds)
        planted_tables(options.seeds)


if __name__ == "__main__":
    main()
