"""The one table of all measurements."""

from __future__ import annotations

from typing import Any

Row = tuple[str, str, str, str | None]
"""What, figures side by side, ratio, and the name of its goal if it has one."""


def table(found: dict[str, Any], goals: dict[str, float]) -> tuple[list[str], list[str]]:
    """Lines of a Markdown table, and the names of the goals that were missed."""
    lines = ["| measured | side by side | ratio | goal | met |", "|---|---|---|---|---|"]
    missed = []
    for what, figures, ratio, goal in _rows(found):
        bound = goals[goal] if goal else None
        met = "" if bound is None else "yes" if float(ratio) <= bound else "**no**"
        if goal and met == "**no**":
            missed.append(goal)
        lines.append(f"| {what} | {figures} | {ratio} | {f'≤ {bound:g}' if bound else ''} | {met} |")
    return lines, missed


def _rows(found: dict[str, Any]) -> list[Row]:
    makers = {
        "turn": _turn,
        "length": _length,
        "stored": _stored,
        "load": _load,
        "processes": _processes,
        "engine": _engine,
        "size": _size,
        "training": _training,
    }
    return [row for part, make in makers.items() if part in found for row in make(found[part])]


def _turn(part: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for peer in ("floor", "diet"):
        if peer not in part:
            continue
        for measure in ("median", "p95"):
            key = f"{measure}_ms"
            figures = f"{part['ours'][key]} ms, {peer} {part[peer][key]} ms"
            goal = f"turn {measure} beside the floor" if peer == "floor" else None
            ratio = str(part[f"{measure}_times_{peer}"])
            rows.append((f"full turn, {measure}", figures, ratio, goal))
    kinds = ", ".join(f"{kind} {part[f'ours, {kind}']['median_ms']} ms" for kind in ("text", "choice"))
    return [*rows, ("full turn, median by kind", kinds, "", None)]


def _length(part: dict[str, Any]) -> list[Row]:
    figures = f"turn 200 {part['late']['median_ms']} ms, turn 5 {part['early']['median_ms']} ms"
    return [("late in a conversation", figures, str(part["late_times_early"]), "turn 200 beside turn 5")]


def _stored(part: dict[str, Any]) -> list[Row]:
    figures = ", ".join(
        f"{count} stored {report['median_ms']} ms ({report['times_floor']} times the floor)"
        for count, report in part.items()
        if isinstance(report, dict)
    )
    return [("many stored", figures, str(part["many_times_few"]), "100,000 stored beside 1,000")]


def _load(part: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for users, row in part.items():
        figures = ", ".join(
            f"{name} {run['turns_per_second']}/s (median {run['median_ms']:g}, p95 {run['p95_ms']:g} ms"
            + (f", {run['failed']} failed)" if run["failed"] else ")")
            for name, run in row.items()
        )
        rows.append((f"{users} at once", figures, "", None))
    if "32" in part and "diet" in part.get("1", {}):
        ours, alone = (part["32"]["ours"]["turns_per_second"], part["1"]["diet"]["turns_per_second"])
        figures = f"ours with 32 at once {ours}/s, the stock pipeline alone {alone}/s"
        ratio = str(round(alone / ours, 2))
        rows.append(("beside the stock pipeline", figures, ratio, "stock pipeline alone beside ours with 32"))
    return rows


def _processes(part: dict[str, Any]) -> list[Row]:
    figures = ", ".join(f"{name} {rate}/s" for name, rate in part["turns_per_second"].items())
    return [(f"Rasa processes, {part['users']} at once", figures, str(part["two_times_one"]), None)]


def _engine(part: dict[str, Any]) -> list[Row]:
    rows = part["assess"]
    return [
        (f"`assess`: {name}", f"{report['median_ms']} ms", str(report.get("times_ours", "")), None)
        for name, report in rows.items()
    ]


def _size(part: dict[str, Any]) -> list[Row]:
    units = {
        "start_seconds": ("start", "s"),
        "memory_mb": ("memory", "MB"),
        "model_mb": ("model", "MB"),
        "store_mb": ("disk", "MB"),
    }
    return [
        (what, ", ".join(f"{name} {value} {unit}" for name, value in part[key].items()), "", None)
        for key, (what, unit) in units.items()
    ] + [
        ("training", f"{name} {seconds:.0f} s", "", None)
        for name, seconds in part["training_seconds"].items()
        if seconds
    ]


def _training(part: dict[str, Any]) -> list[Row]:
    return [("training", f"ours {part['seconds']} s", "", None)]
