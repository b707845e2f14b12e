"""Work that Rasa does anew at every turn although once is enough. Nothing that it answers changes.

Rasa Open Source ends with 3.6.21, which is what `requirements.txt` pins, so these replacements have fixed
ground; `tests/bot/rasa/test_speedups.py` fails if they no longer fit.
"""

from __future__ import annotations

from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.utils.schemas.events import EVENT_SCHEMA


def speed_up() -> None:
    """Replace what takes long; once, when the process starts."""
    check_schema_once()
    run_graph_plainly()


def check_schema_once() -> None:
    """Check results of actions without checking their schema each time, which takes far longer.

    And each event by the schema of its own name: Rasa's tries all of them.
    """
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)
    by_name = {
        one["properties"]["event"]["const"]: type(validator)({**EVENT_SCHEMA, "oneOf": [one]})
        for one in EVENT_SCHEMA["oneOf"]
    }

    def fits(event: Any) -> bool:
        name = event.get("event") if isinstance(event, dict) else None
        own = by_name.get(name) if isinstance(name, str) else None
        return own is not None and own.is_valid(event)

    def validate_action_result(_action: RemoteAction, result: Any) -> bool:
        events = result.get("events") if isinstance(result, dict) else None
        rest = {**result, "events": []} if isinstance(events, list) and all(map(fits, events)) else result
        error = best_match(validator.iter_errors(rest))
        if error is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate_action_result


def run_graph_plainly() -> None:
    """Run the model's steps one after the other.

    Rasa's own plans their order at each run, for several workers that it has not, and writes all that goes in
    into a line of log that nobody reads.
    """

    def run(
        runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        done = dict(inputs or {})
        schema = runner._graph_schema

        def result(name: str) -> Any:
            if name not in done:
                needed = [(need, result(need)) for need in schema.nodes[name].needs.values()]
                done[name] = runner._instantiated_nodes[name](*needed)[1]
            return done[name]

        return {name: result(name) for name in targets or schema.target_names}

    DaskGraphRunner.run = run
