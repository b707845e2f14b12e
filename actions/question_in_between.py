"""Answers to questions in between: about the case at hand, or else from `faq.yml`."""

from __future__ import annotations

from actions.advising import advice_on
from actions.case import Facts
from actions.faq import asks_about_the_case
from actions.wording import case_answer, desk_text, faq_text


def answer_to(question: str, facts: Facts) -> str | None:
    """The answer to a question in a case, or None where there is none.

    Args:
        question: What was asked.
        facts: Facts of the case.
    """
    about = asks_about_the_case(question)
    advice = advice_on(facts) if about else None
    if about and advice and advice["routes"]:
        return case_answer(about, advice)
    if about == "next" and facts.get("problems"):
        return desk_text()
    return faq_text(question, facts)
