"""What the two entity extractors share: they hand to Rasa what `read_facts` finds."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.facts import read_facts

if TYPE_CHECKING:
    from bot.nlu.fact import Fact


class FactReader(GraphComponent, EntityExtractorMixin):
    """Adds facts as entities. Stateless: nothing is trained, nothing is stored."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactReader:
        """Makes the component; it has no configuration."""
        return cls()

    @staticmethod
    @abstractmethod
    def wants(entity: str) -> bool:
        """Whether this extractor hands on entities of this name."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the facts of each message to its entities."""
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            found = [_entity(fact) for fact in read_facts(text) if self.wants(fact.entity)]
            message.set(
                ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data alone: what is read by rule is not to be learnt."""
        return training_data


def _entity(fact: Fact) -> dict[str, Any]:
    entity = {"entity": fact.entity, "start": fact.start, "end": fact.end, "value": fact.value}
    return entity if fact.group is None else entity | {"group": fact.group}
