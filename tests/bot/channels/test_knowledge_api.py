"""The engine, the knowledge, health and the description of it all over HTTP."""

from __future__ import annotations

import pytest
from rasa_stand_in import COMPLETE, PROBLEM, RasaStandIn

from bot.channels.advice import Advice
from bot.channels.errors import STATUS, Code
from knowledge import assess, load_knowledge


def test_assess_gives_the_engine_s_advice(server):
    body = {"facts": COMPLETE, "fiscal_year": 2022, "as_of": "2022-08-01"}
    response = server.client.post("/api/assess", json=body)
    assert response.status_code == 200
    assert assess(COMPLETE, 2022, "2022-08-01").to_json() == response.json()


def test_assess_takes_the_installation_s_year_and_today_where_none_is_given(server):
    advice = server.client.post("/api/assess", json={"facts": {}}).json()
    assert (advice["fiscal_year"], advice["status"]) == (2022, "asking")
    assert advice["as_of"] > "2026-01-01"


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"capital_yen": -1}, ["-1"]),
        ({"employees": "many"}, ["many"]),
        ({"nonsense": 1}, ["nonsense"]),
        ({"costs": {"counterfeit": -5}}, ["-5"]),
        ({"problems": "x"}, ["x"]),
        ({"policy_year": 0}, ["0"]),
    ],
)
def test_an_invalid_fact_is_422_naming_it_and_its_value(server, facts, named):
    response = server.client.post("/api/assess", json={"facts": facts})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "fact_invalid")
    for word in named:
        assert word in response.json()["error"]["message"]


def test_another_year_is_refused_by_name(server):
    responses = [
        server.client.post("/api/assess", json={"facts": {}, "fiscal_year": 1999}),
        server.client.get("/api/programs", params={"fiscal_year": 1999}),
    ]
    for response in responses:
        assert (response.status_code, response.json()["error"]["code"]) == (422, "year_unknown")
        assert "1999" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"facts": []},
        {"facts": {}, "fiscal_year": "2022"},
        {"facts": {}, "as_of": 5},
        {"facts": {}, "x": 1},
        {"facts": {}, "as_of": "yesterday"},
        {"facts": {}, "as_of": "2022-13-01"},
        {"facts": {}, "fiscal_year": 20.5},
    ],
)
def test_a_body_of_another_form_is_400(server, body):
    response = server.client.post("/api/assess", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "malformed")


def test_programs_are_the_knowledge_s_own(server):
    response = server.client.get("/api/programs")
    assert response.status_code == 200
    assert load_knowledge().to_json(2022) == response.json()


def test_ready_only_when_every_part_is(start, rasa):
    actions = RasaStandIn()
    server = start(actions_url=actions.url)
    assert (
        server.client.get("/readyz").status_code,
        server.client.get("/readyz").json(),
    ) == (200, {"status": "ready"})
    actions.stop()
    response = server.client.get("/readyz")
    assert (response.status_code, response.json()["error"]["away"]) == (503, ["actions"])
    rasa.stop()
    assert server.client.get("/readyz").json()["error"]["away"] == ["rasa", "actions"]
    assert server.client.get("/healthz").status_code == 200


def test_ready_names_the_database(start, monkeypatch, tmp_path):
    server = start()
    server.services.database.close()
    for file in (tmp_path / "var").glob("channels.db*"):
        file.unlink()
    (tmp_path / "var/channels.db").mkdir()
    assert server.client.get("/readyz").json()["error"]["away"] == ["database"]


@pytest.fixture(scope="module")
def examples():
    """Advice of every kind, to hold against the description."""
    cases = [{}, PROBLEM, COMPLETE, {"problems": ["out_of_scope"]}, {"problems": ["desk_consultation"]}]
    cases += [
        {"problems": [p]} for p in ("foreign_filing", "exam_response", "sued_abroad", "litigation_insurance")
    ]
    cases += [
        {**COMPLETE, "jp_trademark": False},
        {**COMPLETE, "costs": {"squatted_trademark": [1, 9_000_000]}},
    ]
    return [assess(case, 2022, "2022-08-01").to_json() for case in cases]


def test_the_engine_s_advice_is_as_described(examples):
    for example in examples:
        described = Advice.model_validate(example).model_dump(mode="json")
        assert example == described


def test_every_route_describes_its_errors_with_the_one_body(server):
    api = server.client.get("/openapi.json").json()
    paths = {
        "/api/conversations": {"post"},
        "/api/conversations/{id}": {"get", "delete"},
        "/api/conversations/{id}/messages": {"post"},
        "/api/conversations/{id}/feedback": {"post"},
        "/api/conversations/{id}/sheet": {"get"},
        "/api/conversations/{id}/sheet.txt": {"get"},
        "/api/assess": {"post"},
        "/api/programs": {"get"},
        "/healthz": {"get"},
        "/readyz": {"get"},
        "/metrics": {"get"},
        "/": {"get"},
    }
    assert paths == {path: set(operations) for path, operations in api["paths"].items()}
    for operations in api["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    reference = response["content"]["application/json"]["schema"]["$ref"]
                    assert reference in ("#/components/schemas/ErrorBody", "#/components/schemas/AwayBody")
    turn = api["paths"]["/api/conversations/{id}/messages"]["post"]["responses"]
    assert {"200", "400", "401", "403", "404", "409", "413", "422", "429", "500", "502", "503"} == set(turn)
    schema = turn["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/TurnOut"}
    assert "HTTPValidationError" not in api["components"]["schemas"]


def test_every_error_has_a_status_and_a_text_that_can_be_filled(server):
    values = {"field": "x", "limit": 1, "length": 2, "reason": "x", "seconds": 3, "away": "rasa"}
    values |= {"owner": "x", "who": "x", "at": "12:00"}
    for code in Code:
        assert 400 <= STATUS[code] < 600
        message = server.services.texts.errors[code].format(**{**server.services.desk, **values})
        assert "{" not in message
