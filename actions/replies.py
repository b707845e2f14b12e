"""What the words of a message say where they name no fact: yes, no, not known, supposed, urgent, vague."""

from __future__ import annotations

import re
from typing import Any, Literal

from actions.data_files import data

Reply = Literal["yes", "no", "unknown"]


def reply_to(fact: str, text: str) -> Reply | None:
    """How a text answers a yes-or-no question, or None where it does not say or says both."""
    if not _is_reply(text):
        return None
    if says_unknown(text):
        return "unknown"
    if _found("negative", text):
        # "Yes, I have not" and "no, I have not" both say that it is not so.
        return "yes" if _denies_opposite(fact, text) else "no"
    own = [answer for answer in ("yes", "no") if _says(fact, answer, text)]
    if _found("affirmed", text):
        return None if own == ["no"] else "yes"
    if _found("denied", text):
        return None if own == ["yes"] else "no"
    return _single(own)


def denies_a_part(fact: str, text: str) -> bool:
    """Whether a text denies only a part of what is asked, which leaves the rest open."""
    pattern = data("replies")["parts"].get(fact)
    return bool(pattern and re.search(pattern, text)) and _found("negative", text)


def value_of(fact: str, text: str) -> Any:
    """The one value that a reply's words stand for, or None."""
    values = data("replies")["values"].get(fact, {})
    return _single([value for value, pattern in values.items() if re.search(pattern, text)])


def says_besides(text: str) -> bool:
    """Whether a text announces something new."""
    return _found("besides", text)


def says_more(text: str) -> bool:
    """Whether a text adds to what was said rather than replaces it."""
    return _found("more", text)


def says_only(text: str, end: int) -> bool:
    """Whether what a text names up to `end` is all that is wanted: 台湾だけにします, not 登録は台湾だけ."""
    return bool(re.match(data("replies")["only"], text[end:])) and not _found("only_unless", text)


def says_more_of_it(text: str) -> bool:
    """Whether a text tells of more of the matter at hand, and of nothing else."""
    return _found("more_of_it", text)


def says_unknown(text: str) -> bool:
    """Whether a reply says that the answer is not known or not sure."""
    return _is_reply(text) and _found("unknown", text)


def is_bare(text: str) -> bool:
    """Whether a text is a yes or no (or nothing) without words of its own."""
    return bool(re.fullmatch(data("replies")["bare"], text))


def hesitates(text: str) -> bool:
    """Whether a text begins like a denial, and denies nothing after it."""
    return _found("hesitant", text) and not _found("negative", text)


def speaks_of_else(text: str, asked: str) -> bool:
    """Whether a text has a word of matter that what was asked has not: 会員ですわ, asked for a letter."""
    words = re.findall("[一-龠々]{2,}|[ァ-ヶー]{3,}", re.sub(data("replies")["any_reply"], "", text))
    return any(all(word[at : at + 2] not in asked for at in range(len(word) - 1)) for word in words)


def adds_to_reply(text: str) -> bool:
    """Whether a text tells something more beside its yes or no: はい、写真もあります."""
    return _found("adds", text) or says_besides(text)


def tells_of_filing_only(text: str) -> bool:
    """Whether a text tells that something was filed, and not that anything was paid or ordered."""
    return _found("filed", text) and not _found("paid", text)


def is_vague(text: str) -> bool:
    """Whether a text asks for help without saying in what."""
    return _found("vague", text)


def tells_of_deadline(text: str) -> bool:
    """Whether a text tells that time presses."""
    return _found("presses", text)


def speaks_of_costs(text: str) -> bool:
    """Whether a text is about what something costs."""
    return _found("about_costs", text)


def says_of_earlier_filing(text: str) -> bool:
    """Whether a text tells of a filing alone, and not of an examination, a payment or an order."""
    return _found("filing", text) and not _found("paid", text) and not _found("examined", text)


def tells_of_past_filing(text: str) -> bool:
    """Whether a text tells of what was filed, and of nothing that is still to be filed."""
    return _found("filed_before", text) and not tells_of_filing_to_come(text)


def tells_of_filing_to_come(text: str) -> bool:
    """Whether a text tells of something that is still to be filed."""
    return _found("to_file", text)


def tells_of(fact: str, answer: str, text: str) -> bool:
    """Whether a text has words that answer this very question so."""
    return _says(fact, answer, text)


def is_supposed(text: str) -> bool:
    """Whether a text asks what would be if something were otherwise."""
    return len(text) <= data("replies")["longest"] and _found("supposed", text)


def supposed_facts(text: str) -> dict[str, Any]:
    """Plain facts that a supposition names."""
    found: dict[str, Any] = {}
    for fact, answers in data("replies")["suppositions"].items():
        said = [answer for answer, pattern in answers.items() if re.search(pattern, text)]
        if said:
            # The denial holds the affirmation's words as well, so it stands first.
            found[fact] = said[0] if fact == "policy_year" else said[0] == "yes"
    return found


def is_question(text: str) -> bool:
    """Whether a text has the form of a question."""
    return _found("question", text)


def _is_reply(text: str) -> bool:
    return len(text) <= data("replies")["longest"] and not is_question(text) and not _found("no_reply", text)


def _single(answers: list[Any]) -> Any:
    return answers[0] if len(answers) == 1 else None


def _says(fact: str, answer: str, text: str) -> bool:
    pattern = data("replies")["facts"].get(fact, {}).get(answer)
    return bool(pattern and re.search(pattern, text))


def _denies_opposite(fact: str, text: str) -> bool:
    pattern = data("replies")["opposites"].get(fact)
    return bool(pattern and re.search(pattern, text))


def _found(name: str, text: str) -> bool:
    return bool(re.search(data("replies")[name], text.strip(" 。、")))
