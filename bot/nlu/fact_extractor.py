"""Rasa component: countries, kinds of right, procedures, companies and statements as entities."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe

from bot.nlu.extractor import FactReader
from bot.nlu.facts import QUANTITIES


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(FactReader):
    """Adds every fact that is no quantity; yes/no facts only where they are plainly stated."""

    @staticmethod
    def wants(entity: str) -> bool:
        """Whether an entity does not come from a quantity."""
        return entity not in QUANTITIES
