"""Rasa component: amounts, heads, cases and policy years as entities."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from bot.nlu.extractor import FactReader
from bot.nlu.facts import QUANTITIES


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuantityExtractor(FactReader):
    """Adds `amount`, `capital_yen`, `employees`, `policy_year`, `count`, `foreign_money` and `number`."""

    @staticmethod
    def wants(entity: str) -> bool:
        """Whether an entity comes from a quantity."""
        return entity in QUANTITIES
