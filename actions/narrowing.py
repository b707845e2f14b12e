"""Which problems of a case a message rules out: 訴訟の話だけです, 保険はもういいです, それは関係ないです."""

from __future__ import annotations

import re

from actions.data_files import data


def ruled_out(text: str, problems: list[str], latest: list[str]) -> list[str]:
    """Problems of a case that a message takes back.

    Args:
        text: What was said.
        problems: Problems of the case so far.
        latest: Those that the message before joined to it, for "that is not what I mean".
    """
    naming = data("naming")
    words = _words_for(problems)
    kept = [problem for problem, pattern in words.items() if _follows(text, pattern, "only")]
    if kept and len(problems) > 1:
        return [problem for problem in problems if problem not in kept]
    denied = [problem for problem, pattern in words.items() if _follows(text, pattern, "not_meant")]
    if not denied and latest and re.match(naming["this_one"] + naming["not_meant"], text):
        return latest
    return denied


def named_in(text: str, problems: list[str]) -> list[str]:
    """Those of the problems that a text names."""
    return [problem for problem, pattern in _words_for(problems).items() if re.search(pattern, text)]


def wanted_too(text: str, problems: list[str]) -> list[str]:
    """Those of the problems that a text asks for besides: 保険のことも聞きたい."""
    words = data("naming")["wanted_too"]
    return [
        problem for problem, pattern in _words_for(problems).items() if re.search(f"({pattern}){words}", text)
    ]


def names_apart(text: str, problems: list[str]) -> bool:
    """Whether a text names one of the problems that have nothing to do with any other."""
    return bool(named_in(text, [problem for problem in problems if problem in data("naming")["apart"]]))


def is_part(text: str) -> bool:
    """Whether words before an amount make it a part of the one before: うち着手金."""
    return bool(re.search(data("naming")["part_of"], text))


def has_purpose(text: str) -> bool:
    """Whether words before an amount say what it is spent on: 警告状の送付に40万."""
    return bool(re.search(data("naming")["purpose"], text))


def _words_for(problems: list[str]) -> dict[str, str]:
    # A problem that the data give no words for is one that nobody can name.
    words = data("naming")["problems"]
    return {problem: words[problem] for problem in problems if problem in words}


def _follows(text: str, name: str, what: str) -> bool:
    """Whether a matter's name is followed at once by words that keep or deny it, and not named again."""
    words = data("naming")
    found = re.search(f"({name}){words['matter']}{words[what]}", text)
    return bool(found) and not re.search(name, text[found.end() :])
