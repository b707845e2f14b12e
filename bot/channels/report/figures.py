"""The figures of the report, counted from the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from bot.channels.conversations import JAPAN
from bot.channels.masking import mask
from bot.channels.report.records import Conversation, Records
from bot.channels.report.texts import Words, load_words

if TYPE_CHECKING:
    from knowledge import Knowledge

MOST_WORDS = 100
"""Most words of people that one table shows."""
_VERDICTS = ("likely", "unclear", "unlikely")


@dataclass(frozen=True)
class Table:
    """One part of the report: a table, and which of its columns of numbers stand in its chart."""

    id: str
    title: str
    note: str
    header: list[str]
    rows: list[list[str | int]]
    charted: tuple[int, ...] = ()


@dataclass(frozen=True)
class Period:
    """Days in Japan, both included."""

    begin: date
    end: date

    @property
    def seconds(self) -> tuple[int, int]:
        """From its first second to the first one after it, since 1970."""
        begins = datetime(self.begin.year, self.begin.month, self.begin.day, tzinfo=JAPAN)
        after = self.end + timedelta(days=1)
        return int(begins.timestamp()), int(
            datetime(after.year, after.month, after.day, tzinfo=JAPAN).timestamp()
        )

    @property
    def days(self) -> Iterator[date]:
        """Each day."""
        return (self.begin + timedelta(days=n) for n in range((self.end - self.begin).days + 1))


@dataclass(frozen=True)
class Report:
    """All tables of a period."""

    period: Period
    made_at: datetime
    tables: list[Table] = field(default_factory=list)

    def table(self, id: str) -> Table:
        """The table of this id."""
        return next(table for table in self.tables if table.id == id)


def build_report(records: Records, period: Period, knowledge: Knowledge) -> Report:
    """Counts everything of a period.

    Args:
        records: What is read from the tables.
        period: Which conversations: those that began in it.
        knowledge: The words for problems, countries, programmes and facts.

    Raises:
        StoreAwayError: If the database cannot be used.
    """
    read = _Read(records, period, knowledge, load_words())
    makers: list[Callable[[], Table]] = [
        read.summary,
        read.days,
        read.channels,
        read.problems,
        read.countries,
        read.verdicts,
        read.leaving,
        read.questions,
        read.misunderstandings,
        read.corrections,
        read.feedback,
        read.comments,
        read.times,
    ]
    return Report(period, datetime.now(JAPAN), [make() for make in makers])


class _Read:
    """What was read of a period; a method a table."""

    def __init__(self, records: Records, period: Period, knowledge: Knowledge, words: Words) -> None:
        self._period, self._knowledge, self._words = period, knowledge, words
        self._conversations = records.conversations(*period.seconds)
        self._turns = records.turns(*period.seconds)
        self._ratings = records.ratings(*period.seconds)
        self._corrections = records.corrections(*period.seconds)
        self._calls = records.calls(*period.seconds)
        self._codes = records.handovers(*period.seconds)
        self._spoke = {turn.conversation for turn in self._turns}

    def summary(self) -> Table:
        advised = [one for one in self._conversations if one.advised_at is not None]
        desk = [one for one in self._conversations if one.advice and one.advice["desk"]["recommended"]]
        known = [turn for turn in self._turns if turn.understood is not None]
        corrected = {correction.case for correction in self._corrections}
        values: dict[str, str | int] = {
            "conversations": len(self._conversations),
            "spoke": len(self._spoke & {one.id for one in self._conversations}),
            "advised": len(advised),
            "desk": len(desk),
            "handovers": len(self._codes),
            "handovers_used": sum(code.used for code in self._codes),
            "calls": len(self._calls),
            "misunderstood": _share(sum(not turn.understood for turn in known), len(known)),
            "unhelpful": _share(sum(not one.helpful for one in self._ratings), len(self._ratings)),
            "corrected": _share(len(corrected & set(self._calls)), len(self._calls)),
        }
        labels = self._words.summary_rows
        return self._table("summary", [[labels[key], value] for key, value in values.items()])

    def days(self) -> Table:
        counts = Counter(_day(one.created_at) for one in self._conversations)
        rows: list[list[str | int]] = [[day.isoformat(), counts[day]] for day in self._period.days]
        return self._table("days", rows, charted=(1,))

    def channels(self) -> Table:
        every = Counter(one.channel for one in self._conversations)
        advised = Counter(one.channel for one in self._conversations if one.advised_at is not None)
        rows: list[list[str | int]] = [
            [self._words.channel(name), count, advised[name]] for name, count in every.most_common()
        ]
        return self._table("channels", rows, charted=(1, 2))

    def problems(self) -> Table:
        found = self._counted("problems", lambda id_: self._knowledge.problems[id_].label)
        return self._table("problems", found, charted=(1,))

    def countries(self) -> Table:
        names = self._knowledge.vocabulary.countries
        return self._table("countries", self._counted("countries", names.__getitem__), charted=(1,))

    def verdicts(self) -> Table:
        counts = Counter(
            (route["program"], route["verdict"])
            for one in self._conversations
            if one.advice
            for route in one.advice["routes"]
        )
        rows: list[list[str | int]] = [
            [f"{programme.number} {programme.name}", *(counts[id_, verdict] for verdict in _VERDICTS)]
            for id_, programme in self._knowledge.programmes.items()
        ]
        return self._table("verdicts", rows, charted=(1, 2, 3))

    def leaving(self) -> Table:
        counts = Counter(self._left_at(one) for one in self._conversations if one.advised_at is None)
        return self._table("leaving", _rows(counts), charted=(1,))

    def _left_at(self, one: Conversation) -> str:
        if one.id not in self._spoke:
            return self._words.leaving_opened
        asked = (one.advice or {}).get("next")
        return self._knowledge.facts[asked["fact"]].label if asked else self._words.leaving_nothing

    def questions(self) -> Table:
        until = {one.id: one.advised_at for one in self._conversations if one.advised_at is not None}
        asked = Counter(
            turn.conversation
            for turn in self._turns
            if turn.asked and turn.number < until.get(turn.conversation, 0)
        )
        counts = Counter(asked[id_] for id_ in until)
        rows: list[list[str | int]] = [[number, counts[number]] for number in sorted(counts)]
        return self._table("questions", rows, charted=(1,))

    def misunderstandings(self) -> Table:
        missed = [turn for turn in self._turns if turn.understood is False and not turn.chosen]
        rows: list[list[str | int]] = [
            [_moment(turn.at), self._words.channel(turn.channel), mask(turn.text)] for turn in _newest(missed)
        ]
        return self._table("misunderstandings", rows)

    def corrections(self) -> Table:
        label = self._label
        counts = Counter((label(one.found), label(one.meant)) for one in self._corrections)
        return self._table("corrections", [[*pair, count] for pair, count in counts.most_common()])

    def feedback(self) -> Table:
        counts = Counter(one.helpful for one in self._ratings)
        rows: list[list[str | int]] = [
            [self._words.helpful, counts[True]],
            [self._words.unhelpful, counts[False]],
        ]
        return self._table("feedback", rows, charted=(1,))

    def comments(self) -> Table:
        said = [one for one in self._ratings if one.comment and not one.helpful]
        rows: list[list[str | int]] = [[_moment(one.at), mask(one.comment or "")] for one in _newest(said)]
        return self._table("comments", rows)

    def times(self) -> Table:
        by_channel: dict[str, list[int]] = {}
        for turn in self._turns:
            if turn.milliseconds is not None:
                by_channel.setdefault(turn.channel, []).append(turn.milliseconds)
        rows: list[list[str | int]] = [
            [self._words.channel(name), len(times), round(median(times)), _percentile(times, 95), max(times)]
            for name, times in sorted(by_channel.items())
        ]
        return self._table("times", rows, charted=(2, 3))

    def _counted(self, fact: str, label: Callable[[str], str]) -> list[list[str | int]]:
        """How many conversations have each value of a fact that is a list."""
        counts: Counter[str] = Counter()
        for one in self._conversations:
            found = ((one.advice or {}).get("facts") or {}).get(fact) or []
            counts.update([label(id_) for id_ in found] or [self._words.unknown])
        return _rows(counts)

    def _label(self, problem: str | None) -> str:
        known = self._knowledge.problems
        return known[problem].label if problem in known else self._words.unknown

    def _table(self, id: str, rows: list[list[str | int]], charted: tuple[int, ...] = ()) -> Table:
        words = self._words.table(id)
        return Table(id, words.title, words.note.format(most=MOST_WORDS), words.header, rows, charted)


def _rows(counts: Counter[str]) -> list[list[str | int]]:
    return [[name, count] for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0]))]


def _newest(said: Iterable[Any]) -> list[Any]:
    return sorted(said, key=lambda one: -one.at)[:MOST_WORDS]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part}/{whole})" if whole else f"- (0/{whole})"


def _percentile(values: list[int], percent: int) -> int:
    """The least value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _day(at: int) -> date:
    return datetime.fromtimestamp(at, JAPAN).date()


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, JAPAN).strftime("%Y-%m-%d %H:%M")
