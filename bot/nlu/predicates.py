"""What is said of a predicate in its clause: done, denied, planned, or nothing that can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.nlu.clauses import TE, Clause, has
from bot.nlu.patterns import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Token

_STRANGERS = frozenset(load("statements")["strangers"])
_NAMING = ("の", "と", "に", "へ", "から", "より")
_REPORTING = ("言う", "思う", "聞く", "の", "申す", "為る")
_OPEN = ("hedge", "hypothesis", "obligation")


@dataclass(frozen=True)
class Predicate:
    """A predicate in a clause.

    Attributes:
        clause: Its clause.
        following: The next clause of the sentence, if any.
        start: Its first token.
        end: The token behind it.
        stops: Tokens at which other predicates begin.
        stative: Whether the plain present already states a fact (ある, 会員です).
        ahead: Whether something near it puts it into the future (これから).
        only_counts: Whether しか…ない affirms it: 日本でしか登録していない, but not 六割しか払わない.
    """

    clause: Clause
    following: Clause | None
    start: int
    end: int
    stops: frozenset[int]
    stative: bool
    ahead: bool
    only_counts: bool

    def before(self) -> list[Token]:
        """The words of the clause before it."""
        return list(self.clause.doc[self.clause.start : self.start])

    def own(self) -> list[Token]:
        """Its own words; what stands before a noun only describes it: 見知らぬ会社."""
        own = list(self.clause.doc[self.start : self.end])
        return own[-1:] if own[-1].pos_ == "NOUN" else own

    def tail(self) -> list[Token]:
        """The words behind it up to the next predicate."""
        tail: list[Token] = []
        for token in self.clause.doc[self.end : self.clause.end]:
            helps = has(token, "light") or token.tag_.startswith("動詞-非自立可能")
            # The 来る of 訴えてきた is no predicate of its own.
            stops = token.i in self.stops and not (token.lemma_ == "来る" and token.nbor(-1).text in TE)
            if stops or (token.pos_ == "VERB" and not helps):
                break
            tail.append(token)
        return tail

    def rest(self, tail: list[Token]) -> list[Token]:
        """Where it takes its tense from if it ends in て: the rest of its clause, or the next one."""
        cut = self.end + len(tail)
        if cut < self.clause.end:
            ends_in_te = bool(tail) and tail[-1].text in TE and tail[-1].tag_ == "助詞-接続助詞"
            return list(self.clause.doc[cut : self.clause.end]) if ends_in_te else []
        return self.following.tokens() if self.clause.linked and self.following is not None else []


@dataclass(frozen=True)
class State:
    """What is said of a predicate. All False: nothing that can be relied on."""

    done: bool = False
    negated: bool = False
    ahead: bool = False
    intended: bool = False
    not_intended: bool = False
    passive: bool = False
    towards: bool = False
    end: int = 0


def state_of(predicate: Predicate) -> State:
    """What is said of a predicate; nothing where it is hedged, supposed, demanded, asked or another's."""
    tail = predicate.tail()
    if not _is_stated(predicate, tail):
        return State()
    negations = sum(map(_negates, [*predicate.own(), *tail])) + _is_not_yet(predicate, tail)
    if negations > 1:
        return State()
    done = predicate.stative or _is_done(tail)
    intent = any(has(token, "intent") for token in tail)
    rest = [] if done or negations else predicate.rest(tail)
    if rest:
        if _is_someone_elses(rest):
            return State()
        if any(has(token, kind) for token in rest for kind in ("intent", "hypothesis", "obligation")):
            return State(intended=_wants(rest), end=_phrase_end(predicate))
        done = (
            _is_passive(tail)
            or _comes_towards_us(tail)
            or not (predicate.following is not None and predicate.following.asked)
        )
        negations = _negations_of_both(predicate, rest)
    if negations and any(has(token, "only") for token in predicate.before()):
        done, negations = predicate.only_counts, 0
    ahead = predicate.ahead and not _is_done(tail) and not negations
    return State(
        done=done and not negations and not intent,
        negated=bool(negations) and not intent,
        ahead=ahead,
        intended=ahead or (intent and not negations),
        not_intended=bool(negations) and intent,
        passive=_is_passive(tail),
        towards=_comes_towards_us(tail),
        end=_phrase_end(predicate),
    )


def _is_stated(predicate: Predicate, tail: list[Token]) -> bool:
    last = predicate.own()[-1]
    names_only = not predicate.stative and not _is_predicated(last, tail)
    # 使える and 使わせる are not 使う.
    other_voice = last.tag_.endswith("-可能") or any(token.lemma_ in ("せる", "させる") for token in tail[:2])
    return not (names_only or other_voice or _is_open(predicate, tail) or _is_someone_elses(tail))


def _is_predicated(last: Token, tail: list[Token]) -> bool:
    """出願に対し and 契約の件 name a thing, 出願した and 契約は済んだ say something of it."""
    if last.pos_ != "NOUN" or not tail:
        return True
    is_place = tail[0].text == "で" and tail[0].tag_ == "助詞-格助詞"
    return tail[0].text not in _NAMING and not is_place


def _is_open(predicate: Predicate, tail: list[Token]) -> bool:
    """Hedged, supposed, demanded or asked."""
    if predicate.clause.asked or any(has(token, kind) for token in tail for kind in _OPEN):
        return True
    adverbs = [token for token in predicate.before() if token.pos_ == "ADV"]
    if any(has(token, kind) for token in adverbs for kind in _OPEN[:2]):
        return True
    if any(_supposes(token) for token in tail):
        return True
    return any(_is_doubtful(*three) for three in zip(tail, tail[1:], [*tail[2:], None], strict=False))


def _supposes(token: Token) -> bool:
    """登録すると, 出さないと; not ないと言われた."""
    if token.text != "と":
        return False
    reported = token.i + 1 < len(token.doc) and token.nbor().lemma_ in _REPORTING
    return token.tag_ == "助詞-接続助詞" or (has(token.nbor(-1), "negation") and not reported)


def _is_doubtful(token: Token, second: Token, third: Token | None) -> bool:
    """かも, かどうか, ても, (まだ審査中)でも; but not 登録してもいない."""
    if token.text == "か":
        return second.text in ("も", "どう")
    concedes = token.tag_ == "助詞-接続助詞" or token.lemma_ == "だ"
    stays = third is not None and third.lemma_ in ("居る", "有る", "無い", "ない")
    return token.text in TE and concedes and second.text == "も" and not stays


def _is_someone_elses(tail: list[Token]) -> bool:
    """登録している会社, 買った人, 登録したのは代理店です."""
    strangers = [token.lemma_ in _STRANGERS or token.text in _STRANGERS for token in tail]
    for index, (left, right) in enumerate(pairwise(tail)):
        if left.pos_ in ("AUX", "VERB") and strangers[index + 1]:
            return True
        if (left.text, right.text) == ("の", "は") and any(strangers[index:]):
            return True
    return False


def _negates(token: Token) -> bool:
    """ない and its kin; but 商工会議所じゃなくて商工会 only denies a word."""
    if not has(token, "negation"):
        return False
    if token.text != "なく" or token.i < 3 or token.nbor(-1).text not in ("は", "じゃ", "や"):
        return True
    if "の" in (token.nbor(-2).text, token.nbor(-3).text):
        return True
    rest = [other for other in token.doc[token.i + 1 : token.i + 4] if other.text not in ("て", "、")]
    return not rest or rest[0].pos_ not in ("NOUN", "PRON")


def _negations_of_both(predicate: Predicate, rest: list[Token]) -> int:
    """使って出願したことはない denies both, 使って、出願していない only the second."""
    clause = predicate.clause
    together = clause.doc[clause.end - 1].text in TE or rest[-1].i < clause.end
    return sum(map(_negates, rest)) % 2 if together else 0


def _is_not_yet(predicate: Predicate, tail: list[Token]) -> bool:
    """未登録, 契約前です, 登録はまだです."""
    if predicate.before() and predicate.before()[-1].text == "未":
        return True
    head = [token for token in tail if token.lemma_ != "為る"][:2]
    if head and head[0].text == "前":
        return len(head) == 1 or head[1].pos_ in ("AUX", "PUNCT") or head[1].text in ("で", "な", "や", "の")
    pending = any(token.lemma_ == "未だ" and _closes(token) for token in tail)
    return pending and not any(has(token, "negation") for token in tail)


def _closes(token: Token) -> bool:
    """The まだ of 登録はまだです, not the one of まだ審査中."""
    return token.i + 1 >= len(token.doc) or token.nbor().pos_ in ("AUX", "PUNCT", "ADP")


def _is_done(tail: list[Token]) -> bool:
    if tail and tail[0].text == "中":
        return True
    for left, right in pairwise(tail):
        if left.text in TE and right.text[:1] == "あ" and right.lemma_ in ("有る", "或る", "在る"):
            return True
    # What comes after こと or a quotation is said of something else: 訴えられることを懸念しています.
    upto = next((index for index, token in enumerate(tail) if _turns(token)), len(tail))
    return any(has(token, "done") and token.text not in ("たら", "だら") for token in tail[:upto])


def _turns(token: Token) -> bool:
    return token.text in ("こと", "事") or (token.text == "と" and token.tag_ == "助詞-格助詞")


def _is_passive(tail: list[Token]) -> bool:
    """登録された."""
    return any(token.lemma_ in ("れる", "られる") for token in tail[:3])


def _comes_towards_us(tail: list[Token]) -> bool:
    """訴えてきた."""
    return any(left.text in TE and right.lemma_ == "来る" for left, right in pairwise(tail))


def _wants(tokens: Iterable[Token]) -> bool:
    marks = [(has(token, "intent"), has(token, "negation")) for token in tokens]
    return any(intent for intent, _ in marks) and not any(negation for _, negation in marks)


def _phrase_end(predicate: Predicate) -> int:
    """Behind the last word of the verb phrase: 登録 + しておりません."""
    doc, cursor = predicate.clause.doc, predicate.end
    for token in doc[predicate.end : predicate.clause.end]:
        inflects = token.pos_ == "AUX" or token.tag_ in ("助詞-接続助詞", "接尾辞-名詞的")
        if not inflects and not has(token, "light") and token.text not in ("は", "も", "が"):
            break
        cursor = token.i + 1
    ends_in_particle = cursor > predicate.end and doc[cursor - 1].text in ("は", "も", "が")
    return cursor - 1 if ends_in_particle else cursor
