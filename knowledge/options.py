"""Ready answers to a question, and the words that stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from knowledge.topics import Topic

if TYPE_CHECKING:
    from knowledge.facts import Facts
    from knowledge.load import Knowledge, YearData
    from knowledge.schema import Fact, Option, SizeLimit

_HUNDRED_MILLION = 100_000_000
_TEN_THOUSAND = 10_000


def option_facts(option_id: str, facts: Facts, knowledge: Knowledge) -> Facts:
    """The facts that a ready answer sets in this case; null for what the person does not know.

    Raises:
        KeyError: If there is no such option.
    """
    for fact in knowledge.facts.values():
        for part in fact.questions:
            topic = Topic(fact.id, part)
            if not option_id.startswith(topic.key):
                continue
            for option in options_of(topic, facts, knowledge):
                if option["id"] == option_id:
                    found: Facts = option["set"]
                    return found
    raise KeyError(option_id)


def offered_options(topic: Topic, facts: Facts, knowledge: Knowledge) -> list[dict[str, Any]]:
    """The ready answers that agree with what is known of other facts."""
    return [
        option
        for option in options_of(topic, facts, knowledge)
        if all(
            name == topic.fact or value is None or facts.get(name) in (None, value)
            for name, value in option["set"].items()
        )
    ]


def options_of(topic: Topic, facts: Facts, knowledge: Knowledge) -> list[dict[str, Any]]:
    """Ready answers to a topic: `id`, `label` and the facts to `set` (`merge_facts` applies them)."""
    fact = knowledge.facts[topic.fact]
    question = fact.questions[topic.part]
    if fact.type == "problems":
        chosen = {problem.id: problem.situation for problem in knowledge.problems.values()}
        return [
            {"id": f"problems.{id_}", "label": label, "set": {"problems": [id_]}}
            for id_, label in chosen.items()
        ]
    if fact.type == "boolean" and not question.options:
        values = {"yes": True, "no": False, "unknown": None}
        labels = knowledge.vocabulary.boolean_options
        return [
            {"id": f"{topic.key}.{id_}", "label": labels[id_], "set": {fact.id: values[id_]}}
            for id_ in labels
        ]
    return [
        {
            "id": f"{topic.key}.{option.id}",
            "label": option.label,
            "set": _option_set(topic, fact, option, facts),
        }
        for option in question.options
    ]


def places(topic: Topic, facts: Facts, knowledge: Knowledge, year: YearData) -> dict[str, str]:
    """Words that stand in a question: the entries that lack a cost, the limits of the industries."""
    if topic.part == "cost_yen":
        return {"case": _lacking_costs(topic.fact, facts, knowledge)}
    if topic.fact not in ("capital_yen", "employees"):
        return {}
    table = year.year.size_tables["standard"]
    words = {name: _limit_text(limit, knowledge) for name, limit in table.items()}
    industry = facts.get("industry")
    limits = [table[industry]] if industry else list(table.values())
    return words | {
        "capital": round_yen_text(min(limit.capital_yen for limit in limits), knowledge),
    }


def round_yen_text(value: int, knowledge: Knowledge) -> str:
    """A round amount as people say it, such as `5,000万円` or `3億円`."""
    if value % _HUNDRED_MILLION == 0:
        return knowledge.text("oku_yen", value=f"{value // _HUNDRED_MILLION:,}")
    return knowledge.text("man_yen", value=f"{value // _TEN_THOUSAND:,}")


def _limit_text(limit: SizeLimit, knowledge: Knowledge) -> str:
    capital = round_yen_text(limit.capital_yen, knowledge)
    return knowledge.text("size_limit", capital=capital, employees=f"{limit.employees:,}")


def _lacking_costs(fact: str, facts: Facts, knowledge: Knowledge) -> str:
    vocabulary = knowledge.vocabulary
    names = {}
    for entry in facts[fact]:
        if "cost_yen" not in entry:
            kind = vocabulary.procedure_kinds.get(entry.get("kind") or "")
            right = vocabulary.right_types.get(entry.get("right_type") or "")
            names[kind or right or knowledge.text(f"unnamed_{fact}")] = True
    named = knowledge.text("dot").join(names)
    return named if len(names) == 1 else knowledge.text("each_of", names=named)


def _option_set(topic: Topic, fact: Fact, option: Option, facts: Facts) -> Facts:
    """An option without `set` means that the person does not know."""
    entries = facts.get(fact.id) if fact.type in ("applications", "procedures") else None
    if entries:
        return {fact.id: _filled(topic, fact, option, entries)}
    if option.set is not None:
        # "I don't know" about several facts at once takes back none that is known
        return {
            name: value for name, value in option.set.items() if value is not None or facts.get(name) is None
        }
    return {fact.id: {topic.part: None}} if fact.type == "costs" else {fact.id: None}


def _filled(topic: Topic, fact: Fact, option: Option, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries with what they lack taken from the option; one that disagrees with it is replaced."""
    if topic.part == "cost_yen":
        return [{"cost_yen": None} | entry for entry in entries]
    lacking = ("right_type",) if fact.type == "applications" else ("kind", "right_type")
    if option.set is None:
        return [dict.fromkeys(lacking) | entry for entry in entries]
    (chosen,) = option.set[fact.id]
    agrees = all(entry.get(field) in (None, chosen[field]) for entry in entries for field in lacking)
    if not agrees:
        replaced: list[dict[str, Any]] = option.set[fact.id]
        return replaced
    return [entry | {field: chosen[field] for field in lacking} for entry in entries]
