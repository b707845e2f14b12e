"""Stored vectors of the training sentences, so that training need not wait for the encoder.

``python -m bot.nlu.vectors`` brings the file up to date with the training data. Sentences not in it are
simply encoded when they are needed.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

STORE = Path("bot/data/vectors.npz")

logger = logging.getLogger(__name__)


class VectorStore:
    """Vectors by the text that they stand for, in eight bits a number.

    Args:
        vectors: Vector of each key.
    """

    def __init__(self, vectors: dict[int, np.ndarray]) -> None:
        self._vectors = vectors

    @classmethod
    def load(cls, path: Path, encoder_id: str) -> VectorStore:
        """Read a store; an absent one, or one of another encoder, is empty.

        Args:
            path: The file.
            encoder_id: What the vectors must have been made with.
        """
        if not path.is_file():
            return cls({})
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["encoder"]) != encoder_id:
                logger.warning("%s is of another encoder: not used.", path)
                return cls({})
            vectors = stored["numbers"].astype(np.float32) * stored["scales"][:, np.newaxis]
            return cls(dict(zip(stored["keys"].tolist(), vectors, strict=True)))

    def get(self, text: str) -> np.ndarray | None:
        """The vector of a text, if it is here."""
        return self._vectors.get(_key(text))

    def __len__(self) -> int:
        return len(self._vectors)

    @staticmethod
    def save(path: Path, encoder_id: str, texts: list[str], vectors: np.ndarray) -> None:
        """Write a store.

        Args:
            path: The file.
            encoder_id: What the vectors were made with.
            texts: Texts, no two the same.
            vectors: One row a text.
        """
        scales = np.abs(vectors).max(axis=1) / 127
        numbers = np.round(vectors / scales[:, np.newaxis]).astype(np.int8)
        keys = np.array([_key(text) for text in texts], dtype=np.uint64)
        order = np.argsort(keys)
        np.savez_compressed(
            path,
            encoder=np.array(encoder_id),
            keys=keys[order],
            scales=scales[order].astype(np.float32),
            numbers=numbers[order],
        )


def _key(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")


def training_texts(files: Iterable[Path]) -> list[str]:
    """Every sentence of NLU training files once, in order.

    Args:
        files: Rasa NLU files or folders of them.
    """
    from rasa.shared.nlu.constants import TEXT
    from rasa.shared.nlu.training_data.loading import load_data

    examples = [message for file in files for message in load_data(str(file)).intent_examples]
    return list(dict.fromkeys(message.get(TEXT) for message in examples))


def main() -> None:
    """Bring the store up to date."""
    from bot.nlu.sentence_encoder import WEIGHTS_SHA256, encode, load_encoder

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("bot/data/nlu"), help="training data")
    parser.add_argument("--store", type=Path, default=STORE, help="file of vectors")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    encoder = load_encoder()
    if encoder is None:
        raise SystemExit("Without the sentence encoder there are no vectors.")
    known = VectorStore.load(options.store, WEIGHTS_SHA256)
    texts = training_texts([options.data])
    missing = [text for text in texts if known.get(text) is None]
    logger.info("%d sentences, %d of them new", len(texts), len(missing))
    new = dict(zip(missing, encode(encoder, missing), strict=True)) if missing else {}
    vectors = np.stack([new[text] if text in new else known.get(text) for text in texts])
    VectorStore.save(options.store, WEIGHTS_SHA256, texts, vectors)


if __name__ == "__main__":
    main()
