"""Rasa classifier of problems and acts of dialogue, with confidences that mean what they say."""

from __future__ import annotations

import logging
from dataclasses import asdict, fields
from functools import partial
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.patterns import load
from bot.nlu.sentence_encoder import VECTOR
from bot.nlu.several import Bounds, Found, Told, has_more, in_parts, ranked, settle
from bot.nlu.utterance_features import Utterance
from bot.nlu.utterance_model import DESCRIBE, OUT_OF_SCOPE, Settings, UtteranceModel, Verdict

logger = logging.getLogger(__name__)

PROBLEMS: list[str] = load("problems")["problems"]

PROBLEMLESS = frozenset({"affirm", "deny", "dont_know", "inform", "gibberish"})
"""Acts that tell of no problem: mere answers, and what means nothing."""

_CHANCES = ("floor", "sure", "margin", "certain", *Bounds._fields, "encoder_share", "elsewhere")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ProblemClassifier(IntentClassifier, GraphComponent):
    """Writes what an utterance is about, for two kinds of readers.

    - ``intent`` and ``intent_ranking``: problems and acts in one ranking, confidences summing to 1. Where the
      likeliest has less than ``floor``, the intent is ``nlu_fallback``, put before the real ranking.
    - an entity ``problems`` for each problem found: where it is described, and in ``confidence_entity`` the
      chance that it is meant, supposing that the utterance describes a problem at all. There is always one,
      the likeliest first, but in what is certainly a bare reply.

    Config:
        problems: Intents that are problems; all others are acts of dialogue.
        floor: Least confidence of an intent.
        present, told, hinted, left: See `Bounds`.
        sure: From this confidence on a problem needs no asking back. For those who read the entities.
        margin: The two likeliest problems differ by this much, or it is better to ask. For the same.
        certain: Least certainty of a bare reply, and of the words alone to do without the sentence encoder.
        ridge, gamma, encoder_share, elsewhere: See `Settings`.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must stand before this one; the sentence encoder may."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Defaults, chosen by measurement (docs/nlu.md)."""
        chosen = Bounds()._asdict() | asdict(Settings())
        return {"problems": PROBLEMS, "floor": 0.3, "sure": 0.6, "margin": 0.2, "certain": 0.95, **chosen}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse chances outside 0 and 1.

        Raises:
            InvalidConfigException: Naming the option, its value and the bounds.
        """
        for option in _CHANCES:
            if option in config and not 0 <= config[option] <= 1:
                raise InvalidConfigException(f"{option} must be between 0 and 1: {config[option]}")

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: UtteranceModel | None = None,
    ) -> None:
        self.validate_config(config)
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        self._bounds = Bounds(*(config[name] for name in Bounds._fields))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ProblemClassifier:
        """Create the component, untrained."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples that have an intent, and store the result."""
        # What begins with a slash is sent by channels and never said.
        examples = [
            message
            for message in training_data.intent_examples
            if message.get(TEXT) and not message.get(TEXT).startswith("/")
        ]
        labels = [_labels(message) for message in examples]
        if len(set(labels)) < 2:
            logger.warning("ProblemClassifier needs examples of two intents or more: it is not trained.")
            return self._resource
        settings = Settings(**{field.name: self._config[field.name] for field in fields(Settings)})
        utterances = [_utterance(message) for message in examples]
        self._model = UtteranceModel.fit(utterances, labels, self._config["problems"], settings)
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ProblemClassifier:
        """Load what was trained; where there is nothing, no message gets an intent."""
        try:
            with model_storage.read_from(resource) as directory:
                return cls(config, model_storage, resource, UtteranceModel.load(directory))
        except ValueError:
            logger.warning("ProblemClassifier has no trained model in '%s'.", resource.name)
            return cls(config, model_storage, resource)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add intent, ranking and found problems to messages."""
        with_text = [message for message in messages if message.get(TEXT)]
        if self._model is None or not with_text:
            return messages
        for message in with_text:
            told = in_parts(message.get(TEXT), self._model)
            verdict, is_by_words = self._verdict(message, told, self._model)
            settled, found = settle(told, verdict, self._model, self._bounds)
            if is_by_words and settled.act in PROBLEMLESS:
                found = []
            ranking = self._ranking(settled)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            entities = [*message.get(ENTITIES, []), *(self._entity(one) for one in found)]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _verdict(self, message: Message, told: Told, model: UtteranceModel) -> tuple[Verdict, bool]:
        utterance, encode = _utterance(message), message.get(VECTOR)
        if encode is None or utterance.vector is not None:
            return model.verdicts([utterance])[0], False
        return model.verdict(utterance, encode, partial(self._is_settled, told))

    def _is_settled(self, told: Told, by_words: Verdict) -> bool:
        """Whether words alone leave so little doubt that the encoder need not be asked."""
        certain = self._config["certain"]
        if by_words.certainty < certain:
            return False
        if by_words.act == DESCRIBE:
            return not has_more(told, by_words, self._bounds)
        chances = (chance for name, chance in by_words.present.items() if name != OUT_OF_SCOPE)
        return by_words.act in PROBLEMLESS and max(chances) < certain

    def _ranking(self, verdict: Verdict) -> list[dict[str, Any]]:
        chances = {act: chance for act, chance in verdict.acts.items() if act != DESCRIBE}
        chances |= {name: verdict.acts[DESCRIBE] * chance for name, chance in verdict.problems.items()}
        ranking = [{"name": name, "confidence": chances[name]} for name in ranked(chances)]
        floor = self._config["floor"]
        if ranking[0]["confidence"] < floor:
            ranking.insert(0, {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": floor})
        return ranking

    def _entity(self, found: Found) -> dict[str, Any]:
        return {
            "entity": "problems",
            "value": found.problem,
            "start": found.start,
            "end": found.end,
            "confidence_entity": found.confidence,
            "extractor": type(self).__name__,
        }


def _labels(message: Message) -> tuple[str, ...]:
    """The intent, and the further problems that the metadata of an example name under ``also``."""
    metadata = (message.get("metadata") or {}).get("example") or {}
    return (message.get(INTENT), *metadata.get("also", ()))


def _utterance(message: Message) -> Utterance:
    _, dense = message.get_dense_features(TEXT)
    lemmas = [token.lemma for token in message.get(TOKENS_NAMES[TEXT]) or []]
    return Utterance(message.get(TEXT), lemmas, None if dense is None else dense.features[-1])
