"""Commands of the knowledge: `python -m knowledge {validate,assess,explain,diff,stale}`."""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import date
from pathlib import Path

from knowledge.defects import explained
from knowledge.engine import DEFAULT_FISCAL_YEAR, assess
from knowledge.errors import DataError, KnowledgeError
from knowledge.load import DATA, load_knowledge
from knowledge.pages import (
    CaseTable,
    differences_page,
    index_page,
    programme_page,
    read_cases,
    staleness_page,
)

OK, FAILED, REFUSED = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit status: 0 done, 1 something found, 2 refused."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except DataError as error:
        print("\n".join(str(explained(defect)) for defect in error.defects), file=sys.stderr)
        return FAILED
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return status


def _validate(options: argparse.Namespace) -> int:
    knowledge = load_knowledge(options.data)
    print(knowledge.text("valid", version=knowledge.version, years=", ".join(map(str, knowledge.years))))
    return OK


def _assess(options: argparse.Namespace) -> int:
    knowledge = load_knowledge(options.data)
    try:
        text = sys.stdin.read() if options.facts == "-" else Path(options.facts).read_text(encoding="utf-8")
        facts = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        print(knowledge.text("error_file", name=options.facts, reason=error), file=sys.stderr)
        return REFUSED
    advice = assess(facts, options.fiscal_year, options.as_of, knowledge=knowledge)
    print(json.dumps(advice.to_json(), ensure_ascii=False, indent=2))
    return OK


def _explain(options: argparse.Namespace) -> int:
    knowledge = load_knowledge(options.data)
    known = [*knowledge.year(options.fiscal_year).programmes, knowledge.desk.id]
    chosen = known if options.all else [options.programme]
    if options.all and options.out is None:
        print(knowledge.text("error_explain_out"), file=sys.stderr)
        return REFUSED
    if not options.all and options.programme not in known:
        words = knowledge.text("error_programme", value=options.programme, known=", ".join(known))
        print(words, file=sys.stderr)
        return REFUSED
    pages = {
        id_: programme_page(knowledge, id_, options.fiscal_year, _cases(options.cases, id_)) for id_ in chosen
    }
    if options.out is None:
        print(*pages.values(), sep="\n", end="")
        return OK
    if options.all:
        pages["README"] = index_page(knowledge, options.fiscal_year)
    options.out.mkdir(parents=True, exist_ok=True)
    for id_, page in pages.items():
        (options.out / f"{id_}.md").write_text(page, encoding="utf-8")
    return OK


def _cases(folder: Path | None, programme_id: str) -> CaseTable | None:
    path = folder / f"{programme_id}.tsv" if folder else None
    return read_cases(path) if path and path.exists() else None


def _diff(options: argparse.Namespace) -> int:
    print(differences_page(load_knowledge(options.data), options.old, options.new), end="")
    return OK


def _stale(options: argparse.Namespace) -> int:
    as_of = options.as_of or date.today()
    page, stale = staleness_page(load_knowledge(options.data), as_of, options.within)
    print(page, end="")
    return FAILED if stale else OK


def _days(text: str) -> int:
    found = re.fullmatch(r"(\d{1,5})d?", text)
    if not found:
        raise argparse.ArgumentTypeError(f"give a number of days such as 90d: {text}")
    return int(found[1])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"give a date such as 2022-08-01: {text}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="data directory (default: the package's own)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    validate = commands.add_parser("validate", help="check every file; list every defect with file and line")
    validate.set_defaults(run=_validate)

    assessing = commands.add_parser("assess", help="print the advice JSON on facts")
    assessing.add_argument("facts", metavar="FACTS", help="JSON file of facts, or - for standard input")
    assessing.add_argument("--fiscal-year", type=int, default=DEFAULT_FISCAL_YEAR)
    assessing.add_argument("--as-of", help="day of the advice, such as 2022-08-01")
    assessing.set_defaults(run=_assess)

    explain = commands.add_parser("explain", help="print a programme as a readable page with its sources")
    which = explain.add_mutually_exclusive_group(required=True)
    which.add_argument("programme", nargs="?", metavar="PROGRAMME")
    which.add_argument(
        "--all", action="store_true", help="every programme, the desk and a list (needs --out)"
    )
    explain.add_argument("--fiscal-year", type=int, default=DEFAULT_FISCAL_YEAR)
    explain.add_argument("--out", type=Path, metavar="FOLDER", help="write PROGRAMME.md files there")
    explain.add_argument("--cases", type=Path, metavar="FOLDER", help="add the tables of cases found there")
    explain.set_defaults(run=_explain)

    diff = commands.add_parser("diff", help="what differs between two years, with both sources")
    diff.add_argument("old", type=int)
    diff.add_argument("new", type=int)
    diff.set_defaults(run=_diff)

    stale = commands.add_parser("stale", help="what was last checked when; status 1 if anything is too old")
    stale.add_argument("--within", type=_days, default=90, help="days that a check holds, such as 90d")
    stale.add_argument("--as-of", type=_day, default=None, help="day to count from (default: today)")
    stale.set_defaults(run=_stale)
    return parser


if __name__ == "__main__":
    sys.exit(main())
