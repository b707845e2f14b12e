"""Rasa tokenizer for Japanese: fugashi (MeCab with unidic-lite), exact character offsets."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.tokens import FugashiWords


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class FugashiTokenizer(Tokenizer):
    """Splits messages into the words of ``FugashiWords``; blank words are dropped.

    Config:
        lemmas: Keep the dictionary form of a word beside its surface (default).
    """

    @staticmethod
    def required_packages() -> list[str]:
        """Packages without which the component cannot run."""
        return ["fugashi", "unidic_lite"]

    @staticmethod
    def supported_languages() -> list[str]:
        """The dictionary is a Japanese one."""
        return ["ja"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Defaults; the first three are read by Rasa's base class."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "lemmas": True,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._lemmas = config["lemmas"]
        self._words = FugashiWords()

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Words of one attribute of a message.

        Args:
            message: The message.
            attribute: Name of the attribute that holds text.
        """
        words = self._words.words(message.get(attribute))
        tokens = [
            Token(word.surface, word.start, word.end, {"pos": word.pos}, word.lemma if self._lemmas else None)
            for word in words
        ]
        return self._apply_token_pattern(tokens)
