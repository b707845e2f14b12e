"""Work that Rasa does anew at every turn although once is enough. Nothing that it answers changes.

Rasa Open Source ends with 3.6.21, which is what `requirements.txt` pins, so these replacements have fixed
ground; `tests/bot/test_rasa_savings.py` fails if they no longer fit.
"""

from __future__ import annotations

from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction


def check_schema_once() -> None:
    """Check results of actions without checking their schema each time, which takes far longer."""
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate_action_result(_action: RemoteAction, result: Any) -> bool:
        error = best_match(validator.iter_errors(result))
        if error is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate_action_result
