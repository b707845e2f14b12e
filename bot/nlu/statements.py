"""Facts stated in passing, by rules over predicates and their clauses (patterns/statements.yml).

Nothing here knows a fact by name. What is hedged, supposed, asked or said of others yields nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.nlu.fact import Fact
from bot.nlu.patterns import load
from bot.nlu.predicates import Predicate, State, state_of
from bot.nlu.scene import Scene, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc

    from bot.nlu.clauses import Clause

_DATA = load("statements")
_TOPIC = frozenset("がはも")
_SUBJECT = _TOPIC | {"に", "から", "より"}
_OWN_PARTICLES = frozenset("がはもで、")
_STATES = ("done", "negated", "ahead", "intended", "not_intended")
# These belong to the predicate before them: 登録は / ありません.
_LIGHT = frozenset(["exist", "be", "act"])
_STATIVE = frozenset(_DATA["stative"])
_AFFIRMED_BY_ONLY = frozenset(_DATA["affirmed_by_only"])


def find_statements(doc: Doc, named: Iterable[Fact]) -> list[Fact]:
    """Facts that whole statements carry.

    Args:
        doc: The text.
        named: Countries, regions and kinds of right found in it, in order.
    """
    scene = Scene(doc, list(named))
    facts: list[Fact] = []
    for rule in _RULES:
        for index, clause in enumerate(scene.clauses):
            for span in scene.inside(clause):
                found = span.concepts & rule.predicate and _apply(rule, scene, index, span, facts)
                facts += [found] if found else []
    return facts


@dataclass(frozen=True)
class _Rule:
    """One row of `rules` in the data; see there what its fields mean."""

    fact: str
    predicate: frozenset[str]
    row: dict[str, Any]
    without: frozenset[str]
    text_unless: re.Pattern[str] | None

    @classmethod
    def of(cls, fact: str, row: dict[str, Any]) -> _Rule:
        pattern = re.compile(_DATA[row["text_unless"]]) if "text_unless" in row else None
        return cls(fact, frozenset(row["predicate"]), row, frozenset(row.get("without", ())), pattern)

    def names(self, field: str) -> frozenset[str]:
        return frozenset(self.row.get(field, ()))


_RULES = [_Rule.of(fact, row) for fact, rows in _DATA["rules"].items() for row in rows]
_PREDICATES = frozenset(concept for rule in _RULES for concept in rule.predicate)
_DISPUTED = re.compile(_DATA["disputed"])


def _apply(rule: _Rule, scene: Scene, index: int, span: Span, known: list[Fact]) -> Fact | None:
    clause = scene.clauses[index]
    if not _fits(rule, scene, clause, span) or not _is_backed(rule, scene, clause, known):
        return None
    place, right = scene.place_of(clause, span), scene.right_of(clause, span)
    if not _place_fits(rule, place) or not _right_fits(rule, scene, clause, span, right):
        return None
    state = state_of(_predicate(scene, index, span))
    value = _value(rule, state)
    if value is None or (value and _is_disputed(rule, scene, clause, state)):
        return None
    about = [place if "place" in rule.row else None, right if "object" in rule.row else None]
    companions = rule.names("with") | rule.names("with_any")
    about += [s for s in scene.inside(clause) if s.concepts & companions and s.start < span.start]
    involved = [span, *(s for s in about if s and clause.start <= s.start < clause.end)]
    first = scene.doc[min(s.start for s in involved)]
    last = scene.doc[max(state.end, *(s.end for s in involved), span.end) - 1]
    return Fact(rule.fact, value, first.idx, last.idx + len(last))


def _fits(rule: _Rule, scene: Scene, clause: Clause, span: Span) -> bool:
    """Everything a rule asks for but place, right and state."""
    if scene.is_part_of_word(span) or (rule.text_unless and rule.text_unless.search(scene.text)):
        return False
    inside = scene.inside(clause)
    first, behind = scene.sentence(clause)
    wide = [s for s in scene.spans if first <= s.start < behind]
    around = wide if rule.row.get("scope") == "sentence" else inside
    concepts = {concept for other in around if other is not span for concept in other.concepts}
    for name, particles in (("others_subject", _SUBJECT), ("others_topic", _TOPIC)):
        if name in rule.without and scene.is_others(clause, span, particles):
            return False
    some = rule.names("with_any")
    near = rule.row.get("near")
    copula = rule.row.get("copula")
    return (
        rule.names("with") <= concepts
        and (not some or not concepts.isdisjoint(some))
        and concepts.isdisjoint(rule.without)
        and (copula is None or scene.is_copular(span, loose=copula == "loose"))
        and ("particle" not in rule.row or scene.word(span.end) in rule.names("particle"))
        and (near is None or any(near in s.concepts and scene.adjoin(s, span) for s in inside))
    )


def _is_backed(rule: _Rule, scene: Scene, clause: Clause, known: list[Fact]) -> bool:
    """Whether another fact that the rule needs is stated in the same sentence."""
    if "needs" not in rule.row:
        return True
    start, end = scene.sentence(clause)
    first, last = scene.doc[start].idx, scene.doc[end - 1].idx
    return any(f.entity == rule.row["needs"] and f.value is True and first <= f.start <= last for f in known)


def _place_fits(rule: _Rule, place: Span | None) -> bool:
    is_home = place is not None and "home" in place.concepts
    return {
        None: True,
        "home": is_home,
        "not_home": not is_home,
        "abroad": place is not None and not is_home,
        "abroad_or_none": not is_home,
    }[rule.row.get("place")]


def _right_fits(rule: _Rule, scene: Scene, clause: Clause, span: Span, right: Span | None) -> bool:
    wanted = rule.row.get("object")
    if wanted is None:
        return True
    if wanted == "none":
        in_clause = right is not None and clause.start <= right.start < clause.end
        return not in_clause and not scene.has_object(clause, span)
    if right is None:
        return not span.concepts.isdisjoint(rule.names("object_or_none"))
    if wanted != "any" and right.concepts.isdisjoint(wanted):
        return False
    if "register" in span.concepts:
        return True
    if "exist" in span.concepts:
        return right.start >= clause.start and scene.adjoin(right, span)
    first, behind = scene.sentence(clause)
    return first <= right.start < behind


def _predicate(scene: Scene, index: int, span: Span) -> Predicate:
    clause = scene.clauses[index]
    following = scene.clauses[index + 1] if index + 1 < len(scene.clauses) else None
    others = [s for s in scene.spans if s.start >= span.end and s.concepts.isdisjoint(_LIGHT)]
    # これから出願する, 出願はこれから
    ahead = any("ahead" in s.concepts and s.start <= span.end + 1 for s in scene.inside(clause))
    return Predicate(
        clause,
        following if following is not None and following.sentence == clause.sentence else None,
        span.start,
        span.end,
        frozenset(s.start for s in others if s.concepts & _PREDICATES),
        stative=not span.concepts.isdisjoint(_STATIVE),
        ahead=ahead,
        only_counts=not span.concepts.isdisjoint(_AFFIRMED_BY_ONLY),
    )


def _value(rule: _Rule, state: State) -> bool | None:
    passive = rule.row.get("passive")
    if (passive == "required" and not state.passive) or (passive == "forbidden" and state.passive):
        return None
    if rule.row.get("towards") and not state.towards:
        return None
    return next((bool(rule.row[name]) for name in _STATES if name in rule.row and getattr(state, name)), None)


def _is_disputed(rule: _Rule, scene: Scene, clause: Clause, state: State) -> bool:
    """Where somebody took a right, what is said may be about his: only うちが makes it one's own."""
    passive = state.passive and "passive" not in rule.row
    if not passive and "disputed" not in rule.row:
        return False
    own = any("self" in s.concepts and scene.word(s.end) in _OWN_PARTICLES for s in scene.inside(clause))
    return bool(_DISPUTED.search(scene.text)) and (passive or not own)
