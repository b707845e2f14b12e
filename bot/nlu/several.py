"""Finds every problem that an utterance describes, and none that it only rules out.

The whole utterance is judged first. Where it has several parts, each is judged too, by its words alone: a
part can tell of a problem that the whole drowns. A part that says what is *not* the matter is taken out, and
what nothing else speaks for goes with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.nlu.tokens import FugashiWords
from bot.nlu.utterance_features import Utterance
from bot.nlu.utterance_model import OUT_OF_SCOPE, UtteranceModel, Verdict
from bot.nlu.utterance_parts import Part, parts

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = FugashiWords()


class Bounds(NamedTuple):
    """From which chances on something counts.

    Attributes:
        present: A further problem, by the whole utterance.
        told: A further problem, by one part of the utterance ...
        hinted: ... when the whole utterance gives it at least this chance.
        left: A problem, by what is left without the parts that rule something out.
    """

    present: float = 0.55
    told: float = 0.7
    hinted: float = 0.1
    left: float = 0.3


class Found(NamedTuple):
    """A problem that an utterance describes, how sure that is, and where."""

    problem: str
    confidence: float
    start: int
    end: int


class Told(NamedTuple):
    """An utterance in parts.

    Attributes:
        text: The utterance.
        cut: All its parts.
        kept: Those that rule nothing out; all of them where every one does.
        verdicts: What each kept one is taken for, by its words alone; none where there is but one part.
    """

    text: str
    cut: list[Part]
    kept: list[Part]
    verdicts: list[Verdict]


def in_parts(text: str, model: UtteranceModel) -> Told:
    """Cut an utterance and judge its parts."""
    cut = parts(text)
    kept = [part for part in cut if not part.ruled_out] or cut
    verdicts = model.verdicts([_by_words(text, [part]) for part in kept]) if len(cut) > 1 else []
    return Told(text, cut, kept, verdicts)


def settle(
    told: Told, verdict: Verdict, model: UtteranceModel, bounds: Bounds
) -> tuple[Verdict, list[Found]]:
    """The verdict without what is ruled out, and the problems found, the likeliest first.

    Args:
        told: The utterance in parts.
        verdict: What the model says of all of it.
        model: The model, to judge what is left without the parts that rule something out.
        bounds: What counts.
    """
    if len(told.kept) < len(told.cut):
        rest = model.verdicts([_by_words(told.text, told.kept)])[0]
        verdict = _without_ruled_out(verdict, rest, bounds.left)
    found = _found(verdict, told.verdicts, bounds)
    where = {problem: _speaker(problem, told) for problem in found}
    return verdict, [
        Found(problem, chance, where[problem].start, where[problem].end) for problem, chance in found.items()
    ]


def has_more(told: Told, verdict: Verdict, bounds: Bounds) -> bool:
    """Whether a part rules something out, or tells of another problem than the likeliest of the whole."""
    if not told.verdicts:
        return False
    settled = (ranked(verdict.problems)[0], OUT_OF_SCOPE)
    return any(part.ruled_out for part in told.cut) or any(
        chance >= bounds.told and name not in settled
        for part in told.verdicts
        for name, chance in part.problems.items()
    )


def ranked(chances: dict[str, float]) -> list[str]:
    """Names, the likeliest first."""
    return sorted(chances, key=lambda name: -chances[name])


def _by_words(text: str, said: Sequence[Part]) -> Utterance:
    joined = "".join(text[part.start : part.end] for part in said)
    return Utterance(joined, [word.lemma for word in _WORDS.words(joined)])


def _without_ruled_out(verdict: Verdict, rest: Verdict, left: float) -> Verdict:
    likeliest = ranked(rest.problems)[0]
    stays = {name for name, chance in rest.present.items() if chance >= left} | {likeliest}
    total = sum(chance for name, chance in verdict.problems.items() if name in stays)
    return Verdict(
        {name: chance / total if name in stays else 0.0 for name, chance in verdict.problems.items()},
        {name: chance if name in stays else 0.0 for name, chance in verdict.present.items()},
        verdict.acts,
    )


def _found(verdict: Verdict, of_parts: Sequence[Verdict], bounds: Bounds) -> dict[str, float]:
    first, *others = ranked(verdict.problems)
    told = {name: max((part.problems[name] for part in of_parts), default=0.0) for name in others}
    further = {
        name: max(verdict.present[name], told[name])
        for name in others
        if name != OUT_OF_SCOPE
        and (
            verdict.present[name] >= bounds.present
            or (verdict.present[name] >= bounds.hinted and told[name] >= bounds.told)
        )
    }
    if first == OUT_OF_SCOPE or not further:
        return {first: verdict.problems[first]}
    # Several share the chance of "just one"; each for itself says how sure it is.
    sure = max(verdict.problems[first], verdict.present[first])
    return {first: sure} | {name: further[name] for name in ranked(further)}


def _speaker(problem: str, told: Told) -> Part:
    if not told.verdicts:
        return told.kept[0]
    return max(zip(told.kept, told.verdicts, strict=True), key=lambda pair: pair[1].problems[problem])[0]
