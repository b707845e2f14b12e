"""Facts and rules of the programmes, and the engine over them. Needs neither Rasa nor the other packages."""

from knowledge.engine import DEFAULT_FISCAL_YEAR, assess
from knowledge.errors import DataError, FactsError, KnowledgeError, YearError
from knowledge.facts import check_facts, merge_facts
from knowledge.load import Knowledge, load_knowledge
from knowledge.options import option_facts
from knowledge.topics import Topic

__all__ = [
    "DEFAULT_FISCAL_YEAR",
    "DataError",
    "FactsError",
    "Knowledge",
    "KnowledgeError",
    "Topic",
    "YearError",
    "assess",
    "check_facts",
    "load_knowledge",
    "merge_facts",
    "option_facts",
]
