"""`python -m benchmarks [NAME…] [--check] [--write]`: run them, print the table.

--check exits 1 when a ratio passes its target; --write keeps the table in docs/benchmarks.md.
Not here: how one is measured (`harness.py`).
"""

import argparse
import importlib
import os
import pkgutil
import platform
import subprocess
import sys
from pathlib import Path

import benchmarks
from benchmarks.harness import Comparison, in_child

TABLE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = (
    "| Job | floor | product | ratio | target | peak | rounds |\n"
    "|---|---:|---:|---:|---:|---:|---:|\n"
)  # fmt: skip


def main() -> int:
    """Run the benchmarks asked for (all by default)."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--check", action="store_true", help="exit 1 when a ratio passes its target")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/benchmarks.md")
    options = parser.parse_args()
    known = sorted(
        module.name
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if module.name not in ("harness", "peak", "__main__") and not module.name.endswith("_data")
    )
    if unknown := set(options.names) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    rows, missed = [], []
    print(HEAD, end="", flush=True)
    for name in options.names or known:
        module = importlib.import_module(f"benchmarks.{name}")
        found: Comparison = in_child(module.run)
        rows.append(line(module.TITLE, found, module.TARGET))
        print(rows[-1], end="", flush=True)
        if found.ratio > module.TARGET:
            missed.append(name)
    if options.write:
        TABLE.write_text(page(rows), encoding="utf-8")
    if missed:
        print(f"over target: {', '.join(missed)}", file=sys.stderr)
    return 1 if options.check and missed else 0


def line(title: str, found: Comparison, target: float) -> str:
    """One row of the table."""
    said = [found.note] if found.note else []
    if found.product_cpu:
        ratio = f", {found.product_cpu / found.floor_cpu:.2f}×" if found.floor_cpu else ""
        said.append(f"processor time {found.floor_cpu:.3g} and {found.product_cpu:.3g} s{ratio}")
    note = f" ({'; '.join(said)})" if said else ""
    return (
        f"| {title}{note} | {seconds(found.floor, found.floor_spread)} | {seconds(found.product, found.product_spread)} "
        f"| {found.ratio:.2f}× | ≤ {target:g}× | {found.peak:.0f} MiB | {found.rounds} |\n"
    )


def seconds(value: float, spread: float) -> str:
    """A time in the unit people read, with its spread."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size or unit == "µs":
            return f"{value / size:.3g} ± {spread / size:.2g} {unit}"
    raise AssertionError


def page(rows: list[str]) -> str:
    """The whole page: where, when, what."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return (
        "# Benchmarks\n\n"
        "Made by `make bench`; each job stands beside the least work that could give the same result, measured in\n"
        "turn in one run (median ± half the quartile range). Compare ratios, not seconds.\n\n"
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; "
        f"commit {commit.stdout.strip() or 'unknown'}; database: {os.environ.get('DATABASE_URL', 'SQLite').split(':')[0]}.\n\n"
        f"{HEAD}{''.join(rows)}"
    )


if __name__ == "__main__":
    sys.exit(main())
