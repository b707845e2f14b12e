"""A text as the rules of statements see it: concepts, places, rights, clauses, and their relations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacy.matcher import PhraseMatcher

from bot.nlu.clauses import Clause, split_clauses
from bot.nlu.patterns import load
from bot.nlu.tokens import VOCAB, FugashiWords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc

    from bot.nlu.fact import Fact

_DATA = load("statements")
_COPULA = frozenset(["です", "だ", "や", "じゃ", "でござる", "っす"])
_COPULA_AFTER = {
    **dict.fromkeys(("で", "や", "じゃ"), ("は", "も", "あり", "す", "ん", "ない", "な", "", "、")),
    "に": ("該当", "当たり", "当たる", "あたり", "あたる", "なり", "なる", "分類"),
}
_PERSONS = ("人", "者", "氏")
_EXISTS = ("入", "無", "な", "い", "あ")
_FAVOURS = {"呉れる": "がはも", "くれる": "がはも", "下さる": "がはも", "貰う": "にから", "頂く": "にから"}
_FAVOUR_REACH = 4  # words between what is done and for whom: 保存 し て くれる
_COMPANY_REACH = 4  # words between a country and its company: 米国 の 食品 メーカー


@dataclass(frozen=True)
class Span:
    """A stretch of tokens and the concepts, or the values of a fact, that it stands for."""

    start: int
    end: int
    concepts: frozenset[str]


class Scene:
    """A text and what is in it.

    Args:
        doc: The text.
        named: Countries, regions and kinds of right found in it, in order.
    """

    def __init__(self, doc: Doc, named: list[Fact]) -> None:
        self.doc = doc
        self.text = doc.text
        self.clauses = split_clauses(doc)
        self.rights = [self._at(fact) for fact in named if fact.entity == "right_type"]
        self.places = [self._at(fact) for fact in named if fact.entity in ("countries", "region")]
        self.spans = self._with_companies(_concepts(doc))
        self._inside = {c: [s for s in self.spans if c.start <= s.start < c.end] for c in self.clauses}
        self._sentences: dict[int, tuple[int, int]] = {}
        for clause in self.clauses:
            first, _ = self._sentences.get(clause.sentence, (clause.start, 0))
            self._sentences[clause.sentence] = first, clause.end
        marked = [s for s in self.spans if s.concepts & {"home", "here"} and not self._is_foreign_part(s)]
        self._all_places = sorted([*marked, *self.places], key=lambda place: place.start)
        things = [*self.spans, *self.rights, *self.places]
        self._known = _tokens(thing for thing in things if not thing.concepts & {"company", "here"})

    def word(self, index: int) -> str:
        """The word at a token's place, "" behind the last."""
        return self.doc[index].text if index < len(self.doc) else ""

    def inside(self, clause: Clause) -> list[Span]:
        """The concepts of a clause."""
        return self._inside[clause]

    def sentence(self, clause: Clause) -> tuple[int, int]:
        """First token of the sentence of a clause, and the token behind it."""
        return self._sentences[clause.sentence]

    def place_of(self, clause: Clause, span: Span) -> Span | None:
        """The nearest place before a predicate, in its sentence; else the first behind it."""
        places = self._all_places
        before = [s for s in places if self.sentence(clause)[0] <= s.start and s.end <= span.start]
        behind = [s for s in places if span.end <= s.start < clause.end]
        return before[-1] if before else behind[0] if behind else None

    def right_of(self, clause: Clause, span: Span) -> Span | None:
        """The right a predicate is about: of its clause, else the last before, else the first behind."""
        here = [
            s for s in self.rights if clause.start <= s.start < min(clause.end, max(span.end, span.start + 1))
        ]
        behind = [s for s in self.rights if span.end <= s.start < clause.end]
        earlier = [s for s in self.rights if s.end <= clause.start]
        later = [s for s in self.rights if s.start >= clause.end]
        return next(iter(here[-1:] or behind[:1] or earlier[-1:] or later[:1]), None)

    def has_object(self, clause: Clause, span: Span) -> bool:
        """Whether something else is what a predicate is done to: 商品を出した."""
        return any(token.text == "を" for token in self.doc[clause.start : span.start])

    def adjoin(self, thing: Span, span: Span) -> bool:
        """Whether nothing of weight stands between: 商標は現地にある, but not 商標の問題がある."""
        if thing.end > span.start:
            return False
        places = _tokens(self.places)
        return not any(
            token.pos_ in ("NOUN", "VERB") and token.i not in places and token.text not in _DATA["between"]
            for token in self.doc[thing.end : span.start]
        )

    def is_others(self, clause: Clause, span: Span, particles: frozenset[str]) -> bool:
        """Whether somebody else does it: 代理店が, 現地企業に (…された); not 代理店が…してくれた, for us."""
        particles -= self._favours(span)
        others = [s for s in self.inside(clause) if "others" in s.concepts and s.end <= span.start]
        if any(self.word(other.end) in particles for other in others):
            return True
        return "が" in particles and any(
            token.text == "が" and token.tag_ == "助詞-格助詞" and self._is_stranger(token.i - 1)
            for token in self.doc[self._story_start(clause) : span.start]
        )

    def _favours(self, span: Span) -> frozenset[str]:
        """Particles behind those who do it for us: 知人が撮ってくれた, 知人に撮ってもらった."""
        tail = self.doc[span.end : span.end + _FAVOUR_REACH]
        return frozenset(particle for token in tail for particle in _FAVOURS.get(token.lemma_, ""))

    def is_part_of_word(self, span: Span) -> bool:
        """登録 in 登録料, 契約 in 契約期間, 出す in 言い出す and ない in したくない are no predicates."""
        first, last = self.doc[span.start], self.doc[span.end - 1]
        if span.start and first.nbor(-1).pos_ in ("VERB", "AUX") and first.pos_ in ("VERB", "ADJ"):
            return True
        if last.pos_ != "NOUN" or span.end >= len(self.doc):
            return False
        return self.doc[span.end].pos_ == "NOUN" and self.word(span.end) not in _DATA["after_noun"]

    def is_copular(self, span: Span, *, loose: bool) -> bool:
        """Whether something is said to be this (中小企業です) or, loosely, also to exist (親会社はない)."""
        if span.end >= len(self.doc) or self.doc[span.end].pos_ == "PUNCT":
            return True
        token, after = self.doc[span.end], self.word(span.end + 1)
        if token.text in ("だけ", "のみ"):
            return after in ("", "、", "。") or token.nbor().pos_ == "AUX"
        return (
            (token.lemma_ in _COPULA and token.pos_ == "AUX")
            or after in _COPULA_AFTER.get(token.text, ())
            or token.tag_ in ("助詞-接続助詞", "助詞-終助詞")
            or token.lemma_ in ("無い", "ない")
            or (loose and token.text in ("に", "は", "が", "も") and after.startswith(_EXISTS))
        )

    def _at(self, fact: Fact) -> Span:
        touched = self.doc.char_span(fact.start, fact.end, alignment_mode="expand")
        return Span(touched.start, touched.end, frozenset([fact.value]))

    def _with_companies(self, spans: list[Span]) -> list[Span]:
        """中国の会社 and 米国の食品メーカー are foreign companies."""
        companies = [span for span in spans if "company" in span.concepts]
        found = []
        for place in self.places:
            company = next((span for span in companies if span.start >= place.end), None)
            if company is not None and self._is_of(place, company):
                found.append(Span(place.start, company.end, frozenset(["foreign_company", "others"])))
        return sorted([*spans, *found], key=lambda span: span.start)

    def _is_of(self, place: Span, company: Span) -> bool:
        between = self.doc[place.end : company.start]
        return len(between) <= _COMPANY_REACH and all(
            token.pos_ in ("NOUN", "DET") or token.text in ("の", "系") for token in between
        )

    def _is_foreign_part(self, span: Span) -> bool:
        """国内 or 特許庁 right behind a country are not Japan's."""
        follows = any(place.end in (span.start, span.start - 1) for place in self.places)
        return follows and span.end - span.start <= 2

    def _story_start(self, clause: Clause) -> int:
        """Where the clauses begin that run on (て) to this one, and share its subject."""
        index = self.clauses.index(clause)
        while index and self.clauses[index - 1].linked:
            index -= 1
        return self.clauses[index].start

    def _is_stranger(self, index: int) -> bool:
        token = self.doc[max(index, 0)]
        if token.text in _PERSONS:
            return True
        if token.tag_.startswith("接尾辞") and index > 0:
            token = token.nbor(-1)
        if any("self" in span.concepts and span.end in (index - 1, index) for span in self.spans):
            return False
        return token.pos_ == "NOUN" and token.i not in self._known and token.text not in _DATA["own_subjects"]


def _tokens(spans: Iterable[Span]) -> set[int]:
    return {index for span in spans for index in range(span.start, span.end)}


def _matcher() -> PhraseMatcher:
    matcher = PhraseMatcher(VOCAB, attr="LEMMA")
    words = FugashiWords()
    concepts = dict(_DATA["concepts"])
    concepts["japanese_company"] = [
        *concepts["japanese_company"],
        *(f"{owner}の{part}" for owner in concepts["japanese_company"] for part in _DATA["subsidiaries"]),
    ]
    for concept, phrases in concepts.items():
        matcher.add(concept, [words.doc(phrase) for phrase in dict.fromkeys(phrases)])
    return matcher


_MATCHER = _matcher()


def _concepts(doc: Doc) -> list[Span]:
    """Longest phrases first, none overlapping; one phrase may stand for several concepts."""
    labels: dict[tuple[int, int], set[str]] = defaultdict(set)
    for label, start, end in _MATCHER(doc):
        labels[start, end].add(VOCAB.strings[label])
    chosen: list[Span] = []
    taken: set[int] = set()
    for start, end in sorted(labels, key=lambda span: (span[0] - span[1], span[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            chosen.append(Span(start, end, frozenset(labels[start, end])))
    return sorted(chosen, key=lambda span: span.start)
