"""Rasa component: amounts, heads, cases and policy years as entities."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from bot.nlu.extractor import FactReader
from bot.nlu.facts import QUANTITIES


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuantityExtractor(FactReader):
    """Adds amounts, heads, cases, years of a policy and bare numbers, each as an entity of its kind."""

    @staticmethod
    def wants(entity: str) -> bool:
        """Whether an entity comes from a quantity."""
        return entity in QUANTITIES
