"""For which programme an amount of a message is meant, of those that go by one total cost."""

from __future__ import annotations

from typing import Any

from actions.case import Facts, going_by_costs
from actions.entries import sum_of, yen_of
from actions.message import Message
from actions.narrowing import has_purpose, is_part, named_in
from knowledge import load_knowledge


def costs_told(message: Message, problems: list[str], question: dict[str, Any] | None) -> Facts:
    """Amounts for the programmes that go by total cost, and what was granted before.

    Args:
        message: The message.
        problems: Problems of the case.
        question: The open question, or None.
    """
    by_cost = going_by_costs(problems)
    update: Facts = {}
    costs: dict[str, Any] = {}
    for amount, before in message.amounts():
        role, value = amount.get("role"), yen_of(amount)
        if value is None or is_part(before) or (amount.get("per") == "case" and len(by_cost) < len(problems)):
            # What is said of each case is for a programme that goes by cases.
            continue
        if role == "granted" and len(problems) == 1 and isinstance(value, int):
            update["granted"] = {problems[0]: value}
        # 取消に200万、偽物の調査に100万: each is for the matter that is named with it.
        own = named_in(before, by_cost) if role in (None, "cost") else []
        target = own[0] if len(own) == 1 else _cost_target(role, by_cost, question)
        if target:
            costs[target] = sum_of(costs[target], value) if target in costs and has_purpose(before) else value
    return update | ({"costs": costs} if costs else {})


def _cost_target(role: str | None, by_cost: list[str], question: dict[str, Any] | None) -> str | None:
    if question and question["fact"] == "costs" and role in (None, "cost", "premium"):
        return question["part"]
    premiums = [id_ for id_, one in load_knowledge().programmes.items() if one.amount.premium]
    if role == "premium":
        return next((problem for problem in by_cost if problem in premiums), None)
    others = [problem for problem in by_cost if problem not in premiums] or by_cost
    is_cost = role == "cost" or (role is None and (question is None or _is_closed(question)))
    return others[0] if is_cost and len(others) == 1 else None


def _is_closed(question: dict[str, Any]) -> bool:
    """Whether no amount can be the answer: one that is said all the same is what the matter costs."""
    return load_knowledge().facts[question["fact"]].type in ("boolean", "choice")
