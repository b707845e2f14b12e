"""What deploy/ holds is well formed and fits the code, as far as can be told without images and a cluster."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.settings import Settings
from bot.serve import commands
from bot.train import ROOT
from knowledge import load_knowledge
from tests.cluster import Nginx

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
HEALTH = {
    "channels": {"/healthz", "/readyz"},
    "rasa": {"/", "/webhooks/rest/ready"},
    "actions": {"/health"},
}
"""Addresses that a probe may ask."""


def manifests(*kinds: str) -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        for manifest in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if not kinds or manifest["kind"] in kinds:
                yield manifest


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and specification of every pod that stays."""
    for manifest in manifests("Deployment", "StatefulSet"):
        yield manifest["metadata"]["name"], manifest["spec"]["template"]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_every_setting_that_is_named_exists() -> None:
    known = {f"NAVI_{name.upper()}" for name in Settings.model_fields} | {"NAVI_MODEL"}
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    named = {name for path in files for name in re.findall(r"NAVI_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert named
    assert set() == named - known


def test_every_command_exists(compose: dict[str, Any]) -> None:
    given = [service["command"] for service in compose["services"].values() if "build" in service]
    for manifest in manifests():
        containers = re.findall(r"'args': (\[[^\]]*\])", str(manifest))
        given += [yaml.safe_load(one) for one in containers]
    assert {"channels", "rasa", "actions"} == set(commands())
    assert {("bot.serve", name) for name in commands()} <= {tuple(one) for one in given}
    for module, argument in given:
        assert find_spec(module)
        assert argument in ({"migrate", "purge"} if module == "bot.channels" else set(commands()))


def test_only_nginx_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert ["nginx"] == [name for name, service in services.items() if "ports" in service]
    assert compose["networks"]["inner"]["internal"]
    for name in ("rasa-1", "rasa-2", "actions", "postgres", "redis"):
        assert ["inner"] == list(services[name]["networks"])
    outward = [manifest for manifest in manifests("Service") if manifest["spec"].get("type")]
    assert [] == outward, "an ingress leads in, not a service"
    closed = {policy["spec"]["podSelector"]["matchLabels"]["app"] for policy in manifests("NetworkPolicy")}
    assert {"rasa", "actions"} == closed


def test_what_compose_waits_for_exists_and_can_be_waited_for(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"channels-1", "channels-2", "rasa-1", "rasa-2", "actions", "nginx", "postgres", "redis"} <= set(
        services
    )
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, f"{name} waits for {other}"
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith(".") else source in compose["volumes"]
    doors = services["nginx"]["environment"]
    for place in ("CHANNELS_1", "CHANNELS_2", "RASA_1", "RASA_2"):
        address = services[place.lower().replace("_", "-")]["networks"]["inner"]["ipv4_address"]
        assert doors[place].split(":")[0] == address


@pytest.mark.parametrize(("name", "pod"), list(pods()), ids=[name for name, _ in pods()])
def test_a_pod_has_probes_limits_a_budget_and_no_rights(name: str, pod: dict[str, Any]) -> None:
    (container,) = pod["spec"]["containers"]
    assert {"readinessProbe", "livenessProbe", "resources", "lifecycle"} <= set(container)
    assert {"requests", "limits"} == set(container["resources"])
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container.get(probe, {}).get("httpGet", {}).get("path")
        assert asked is None or asked in HEALTH[name]
    assert not container["securityContext"]["allowPrivilegeEscalation"]
    assert not pod["spec"]["automountServiceAccountToken"]
    budgets = {
        budget["spec"]["selector"]["matchLabels"]["app"] for budget in manifests("PodDisruptionBudget")
    }
    assert name in budgets


def test_selectors_find_their_pods() -> None:
    labels = {name: pod["metadata"]["labels"]["app"] for name, pod in pods()}
    for manifest in manifests("Deployment", "StatefulSet", "PodDisruptionBudget"):
        assert labels[manifest["metadata"]["name"]] == manifest["spec"]["selector"]["matchLabels"]["app"]
    for service in manifests("Service"):
        for value in service["spec"]["selector"].values():
            assert re.sub(r"-\d$", "", value) in labels.values()
    (router,) = (pod for name, pod in pods() if name == "router")
    addressed = {
        item["value"].split(":")[0] for item in router["spec"]["containers"][0]["env"] if ":" in item["value"]
    }
    assert addressed <= {service["metadata"]["name"] for service in manifests("Service")}


def test_a_released_turn_has_time_to_end() -> None:
    """Longer than the server waits for it (bot/channels/server.py)."""
    from bot.channels.server import STOP_SECONDS

    assert all(pod["spec"]["terminationGracePeriodSeconds"] > STOP_SECONDS for _, pod in pods())


def test_nginx_takes_its_configuration() -> None:
    nginx = Nginx(dict.fromkeys(("CHANNELS_1", "CHANNELS_2", "RASA_1", "RASA_2"), "127.0.0.1:9"))
    try:
        nginx.configure()
        tried = subprocess.run([*nginx.command(), "-t"], capture_output=True, text=True, check=False)
    finally:
        nginx.remove()
    assert 0 == tried.returncode, tried.stderr
    assert "[warn]" not in tried.stderr


def test_nginx_names_the_desk_when_nobody_is_behind_it() -> None:
    desk = load_knowledge().desk
    text = (DEPLOY / "nginx" / "default.conf.template").read_text(encoding="utf-8")
    assert desk.name in text
    assert desk.phone in text


def test_the_image_holds_what_its_processes_need() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert (ROOT / ".python-version").read_text().strip() in lines
    assert "make train" in lines
    assert re.search(r"^USER \d+$", lines, re.MULTILINE), "not as root"
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "var", "models", "deploy/.env"} <= set(ignored)
    assert Path(ROOT / "deploy" / "example.env").is_file()
