"""A simulated person who knows a random case and talks about it; `python -m tests.simulation` runs many.

The person is built from the facts alone: answers what is asked in varied words or by an option, sometimes
asks something else, says "I don't know", takes an answer back, or mentions a second problem late. A
conversation is good if it ends in the advice that `assess` gives on what the person finally stands by.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from knowledge import load_knowledge
from tests.chain import Chain
from tests.conversation import Conversation, agreeing_option, outcome, outcome_on
from tests.random_case import Facts, random_truth

MOST_TURNS = 40
DIGRESSES, DOES_NOT_KNOW, ERRS, TYPES = 0.12, 0.07, 0.1, 0.55
"""How often, at each question."""


ENTRY_PROBLEM = {"applications": "foreign_filing", "procedures": "exam_response"}


@lru_cache(maxsize=1)
def phrases() -> dict[str, Any]:
    """The words of the simulated person."""
    with Path(__file__).with_suffix(".yml").open(encoding="utf-8") as stream:
        return dict(yaml.safe_load(stream))


@dataclass
class Result:
    """How one conversation went."""

    seed: int
    problems: list[str]
    questions: int
    cause: str | None = None
    said: list[str] = field(default_factory=list)


class Person:
    """Talks about one case."""

    def __init__(self, client: httpx.Client, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.truth = random_truth(self.chance)
        self.talk = Conversation(client)
        self.said: list[str] = []
        self.seen: Facts = {}
        self.digressed = 0
        self.answered: set[tuple[str, str]] = set()
        self.told = self.truth["problems"][:1]

    def converse(self) -> Result:
        """Holds the whole conversation."""
        cause = None
        try:
            self.say(self._opening())
            for _ in range(MOST_TURNS):
                if not self._go_on():
                    break
            else:
                cause = f"still asking for {self.talk.question['fact']}"
        except AssertionError as error:
            cause = f"broken: {error}"
        return Result(
            self.seed,
            self.truth["problems"],
            len(self.talk.asked),
            cause or self._difference(),
            self.said,
        )

    def say(self, text: str) -> None:
        """Sends free text and notes what it changed."""
        self._noting(text, lambda: self.talk.say(text))

    def choose(self, option: str) -> None:
        """Chooses an option and notes what it changed."""
        self._noting(option, lambda: self.talk.choose(option))

    def _noting(self, what: str, send: Callable[[], object]) -> None:
        send()
        facts = self.talk.advice["facts"] if self.talk.advice else {}
        changed = {name: value for name, value in facts.items() if self.seen.get(name, ...) != value}
        gone = sorted(self.seen.keys() - facts.keys())
        self.said.append(f"{what} -> {changed}" + (f" without {gone}" if gone else ""))
        self.seen = facts

    def _go_on(self) -> bool:
        """One more turn; False when all is said."""
        advice = self.talk.advice
        if len(self.told) < len(self.truth["problems"]) and (advice is None or self.chance.random() < 0.4):
            return self._second()
        if advice is None or advice["next"] is None:
            return self._second() if len(self.told) < len(self.truth["problems"]) else False
        if self.digressed < 2 and self.chance.random() < DIGRESSES:
            self.digressed += 1
            self.say(self.chance.choice(phrases()["digressions"]))
            return True
        self._answer(advice["next"])
        return True

    def _second(self) -> bool:
        self.told = self.truth["problems"]
        self.say(self._filled(phrases()["second"][self.told[1]], self.told[1]))
        return True

    def _answer(self, question: Facts) -> None:
        topic = (question["fact"], question["part"])
        self.talk.asked.append(topic)
        again = topic in self.answered
        self.answered.add(topic)
        if not again and self.chance.random() < DOES_NOT_KNOW and self._forget(question):
            pass
        elif not again and self.chance.random() < ERRS and self._err(question):
            return
        # Who was not understood chooses from the list, where it has the answer.
        text = None if again and self._option(question) else self._reply(question)
        option = self._option(question)
        if option and (text is None or self.chance.random() > TYPES):
            self.choose(option)
        else:
            assert text is not None, f"nothing to say to {question['fact']} with {self.truth}"
            self.say(text)

    def _forget(self, question: Facts) -> bool:
        """Turns out not to know the fact after all; the truth is then without it."""
        name = question["fact"]
        if name in ("problems", "is_sme", "applicant", "employees", "industry", "capital_yen", "countries"):
            return False
        if name == "costs":
            self.truth["costs"] = self.truth["costs"] | {question["part"]: None}
        elif question["part"] == "cost_yen":
            self.truth[name] = [entry | {"cost_yen": None} for entry in self.truth[name]]
        elif name in ("applications", "procedures"):
            return False
        else:
            self.truth[name] = None
        return True

    def _err(self, question: Facts) -> bool:
        """Says something wrong and takes it back in the next turn."""
        name, words = question["fact"], phrases()["corrections"]
        value: Any = self.truth.get(name)
        if name == "costs" and isinstance(value[question["part"]], int) and len(self.truth["problems"]) == 1:
            self.say(self._words("costs", amount=_yen(value[question["part"]] + 550_000)))
            self.say(self.chance.choice(words["costs"]).format(amount=_yen(value[question["part"]])))
            return True
        if isinstance(value, bool) and name != "is_sme":
            self.choose(f"{name}.{'no' if value else 'yes'}")
            if self.chance.random() < 0.5:
                self.say(self.chance.choice(words["back"]))
            else:
                self.choose(f"{name}.{'yes' if value else 'no'}")
            return True
        return False

    def _option(self, question: Facts) -> str | None:
        known = {name: value for name, value in self.truth.items() if value is not None}
        if question["fact"] == "problems":
            known = known | {"problems": known["problems"][:1]}
        try:
            option = agreeing_option(question, known)
        except AssertionError:
            return None
        chosen = next(item for item in question["options"] if item["id"] == option)
        is_unknown = any(value is None for value in chosen["set"].values()) or question["part"] == "cost_yen"
        if is_unknown and self._knows(question):
            return None
        return option

    def _knows(self, question: Facts) -> bool:
        value = self.truth.get(question["fact"])
        if question["fact"] == "costs":
            return value is not None and value.get(question["part"]) is not None
        if question["part"] == "cost_yen":
            return any(entry["cost_yen"] is not None for entry in value or [])
        return value is not None

    def _reply(self, question: Facts) -> str | None:
        """The answer in words, or None where only an option says it."""
        name, words = question["fact"], phrases()
        value: Any = self.truth.get(name)
        if not self._knows(question):
            # Who cannot say whether the company is small says at least that it is one: by the option.
            return None if name == "is_sme" else self.chance.choice(words["unknown"])
        if name == "problems":
            return self._opening()
        if name == "costs":
            return self._words("costs", amount=self._amount(value[question["part"]]))
        if name in ("applications", "procedures"):
            return (
                self._costs_of(name)
                if question["part"] == "cost_yen"
                else self._words("entries", entries=self._entries(ENTRY_PROBLEM[name]))
            )
        if name in ("employees", "capital_yen", "countries"):
            return self._words(name, value=value, amount=_yen(value) if name == "capital_yen" else "")
        if name == "is_sme" and question["part"] == "default":
            return None
        if isinstance(value, bool):
            answer = "yes" if value else "no"
            return str(self.chance.choice([*words[answer], *words["replies"][name][answer]]))
        return str(self.chance.choice(words["replies"][name][value]))

    def _costs_of(self, name: str) -> str:
        entries = self.truth[name]
        if len(entries) == 1:
            return self._words("case_cost", amount=self._amount(entries[0]["cost_yen"]))
        rights = load_knowledge().vocabulary.right_types
        open_now = [entry["right_type"] for entry in self.seen[name] if "cost_yen" not in entry]
        parts = [
            self._words(
                "cost_of_each", label=rights[entry["right_type"]], amount=self._amount(entry["cost_yen"])
            )
            for entry in entries
            if entry["cost_yen"] is not None and entry["right_type"] in open_now
        ]
        return phrases()["list"].join(parts) if parts else str(self.chance.choice(phrases()["unknown"]))

    def _opening(self) -> str:
        problem = self.told[0]
        return self._filled(self.chance.choice(phrases()["openings"][problem]), problem)

    def _words(self, key: str, **values: Any) -> str:
        problem = next(
            (one for one in self.truth["problems"] if one in ("foreign_filing", "exam_response")), ""
        )
        return self._filled(self.chance.choice(phrases()[key]), problem, **values)

    def _filled(self, template: str, problem: str, **values: Any) -> str:
        names = load_knowledge().vocabulary.countries
        country = phrases()["and"].join(names[each] for each in self.truth.get("countries") or [])
        values = {"entries": self._entries(problem), "country": country} | values
        return template.format(**values)

    def _entries(self, problem: str) -> str:
        words, rights = phrases(), load_knowledge().vocabulary.right_types
        if problem == "foreign_filing":
            listed = self.truth["applications"]
            named = [
                words["application"].format(right=rights[one["right_type"]], count=one["count"])
                for one in listed
            ]
            return str(words["and"].join(named))
        if problem == "exam_response":
            (one,) = self.truth["procedures"]
            return str(words[one["kind"]].format(right=rights[one["right_type"]]))
        return ""

    def _amount(self, value: Any) -> str:
        if isinstance(value, list):
            low, high = (_yen(end) for end in value)
            return str(self.chance.choice(phrases()["range"]).format(low=low, high=high))
        return _yen(value)

    def _difference(self) -> str | None:
        """What keeps the advice from being that on the truth, or None."""
        advice = self.talk.advice
        if advice is None:
            return "no advice"
        on_truth = outcome_on(self.truth, advice)
        if on_truth == outcome(advice):
            return None
        wrong = [
            f"{name}: {advice['facts'].get(name)} for {self.truth.get(name)}"
            for name in sorted(self.truth.keys() | advice["facts"].keys())
            if advice["facts"].get(name) != self.truth.get(name) and name in advice["facts"]
        ]
        return "; ".join(wrong) or f"{outcome(advice)} for {on_truth}"


def _yen(value: int) -> str:
    return str(phrases()["yen"].format(value=value // 10_000))


def simulate(address: str, seeds: list[int], *, workers: int = 3) -> list[Result]:
    """One conversation a seed."""

    def one(seed: int) -> Result:
        with httpx.Client(base_url=address, timeout=60) as client:
            return Person(client, seed).converse()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, seeds))


def share_right(results: list[Result]) -> float:
    """Share of conversations that ended in the advice on the truth."""
    return sum(result.cause is None for result in results) / len(results)


def report(results: list[Result]) -> str:
    """Share, question counts and every failure with what was said."""
    lines = [f"in the advice on the truth: {share_right(results):.3f} of {len(results)}"]
    for count in (1, 2):
        asked = [result.questions for result in results if len(result.problems) == count]
        if asked:
            lines.append(
                f"questions, {count} problem(s): median {statistics.median(asked)}, max {max(asked)}"
                f" ({len(asked)} conversations)"
            )
    for result in results:
        if result.cause:
            lines += [f"seed {result.seed} {result.problems}: {result.cause}"]
            lines += [f"    {line}" for line in result.said]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Runs the command; 0 if at least 95 in 100 conversations were right."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--conversations", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--address", help="of running channels without limits; else all processes are started"
    )
    options = parser.parse_args()
    seeds = [options.seed * 1_000_000 + number for number in range(options.conversations)]
    if options.address:
        results = simulate(options.address, seeds)
    else:
        with tempfile.TemporaryDirectory() as folder:
            chain = Chain(Path(folder))
            try:
                chain.start()
                results = simulate(chain.address, seeds)
            finally:
                chain.stop()
    sys.stdout.write(report(results))
    return 0 if share_right(results) >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main())
