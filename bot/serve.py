"""Starts every process on one machine and says when the whole chain answers: `python -m bot.serve`.

The processes stand in `Procfile`. Ctrl-C, or the end of any one of them, ends all. With a name, `python -m
bot.serve rasa` becomes that process alone, for installations that start and watch each one themselves.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import yaml
from honcho.environ import parse_procfile
from honcho.manager import Manager

from bot.channels.database import Database, StoreAwayError
from bot.channels.settings import Settings, SettingsError
from bot.model_file import ModelRefusedError
from bot.train import ROOT, TrainingError, ensure_model
from knowledge import KnowledgeError, load_knowledge

POLL_SECONDS = 0.5
STARTING_SECONDS = 180
LOCK_STORE = "bot.rasa.lock_store.LeaseLockStore"

THREADS = {
    "OMP_NUM_THREADS": str(min(2, os.cpu_count() or 1)),
    "GOMP_SPINCOUNT": "1000",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Environment of each process, where the operator's own says nothing else.

Two cores halve the longest step of a turn, the sentence encoder. A thread waits actively for the other for a
moment only: longer doubles the time of all on a machine that has other work, not at all gains nothing.
"""

log = logging.getLogger("bot.serve")


class StartError(Exception):
    """Something that the operator must mend is in the way; the message says what."""


def main(arguments: list[str] | None = None) -> int:
    """Start everything, or become one process; returns when everything has ended."""
    parser = argparse.ArgumentParser(prog="python -m bot.serve", description=__doc__)
    parser.add_argument("process", nargs="?", choices=commands(), help="this one alone")
    alone = parser.parse_args(arguments).process
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        load_knowledge()
        settings = Settings()
        settings.prepare_data_dir()
        _refuse_unusable_memory(settings)
        environment = environment_of(settings, ensure_model())
        if alone is not None:
            os.chdir(ROOT)
            os.execvpe("sh", ["sh", "-c", f"exec {commands()[alone]}"], environment)  # noqa: S606, S607
        _refuse_taken_ports(settings)
    except (KnowledgeError, SettingsError, TrainingError, ModelRefusedError, StartError, ValueError) as error:
        log.error("%s", error)
        return 1
    manager = Manager()
    for name, command in commands().items():
        manager.add_process(name, command, env=environment, cwd=str(ROOT))
    address = f"http://{settings.host}:{settings.port}"
    threading.Thread(target=_announce, args=(address, time.monotonic()), daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


def commands() -> dict[str, str]:
    """The shell command of each process of the Procfile."""
    return dict(parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes)


def environment_of(settings: Settings, model: Path) -> dict[str, str]:
    """What the commands of the Procfile need beyond the operator's own variables."""
    rasa, actions = urlsplit(settings.rasa_url), urlsplit(settings.actions_url)
    environment = THREADS | dict(os.environ)
    return environment | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        "NAVI_MODEL": str(model),
        "NAVI_ENDPOINTS": str(_endpoints(settings)),
        "NAVI_RASA_PORT": str(rasa.port),
        "NAVI_ACTIONS_PORT": str(actions.port),
        "NAVI_INNER_HOST": settings.inner_host,
        # The action server listens everywhere unless told otherwise.
        "SANIC_HOST": settings.inner_host,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def _endpoints(settings: Settings) -> Path:
    """Writes `endpoints.yml` with this installation's addresses into the data directory."""
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = f"{settings.actions_url}/webhook"
    if settings.tracker_url is None:
        endpoints["tracker_store"]["db"] = str((settings.data_dir / "rasa.db").resolve())
    else:
        endpoints["tracker_store"] = {"type": endpoints["tracker_store"]["type"], "url": settings.tracker_url}
    if settings.redis_url is not None:
        endpoints["lock_store"] = {"type": LOCK_STORE, "url": settings.redis_url}
    path = settings.data_dir.resolve() / "endpoints.yml"
    # It holds passwords.
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    return path


def _refuse_unusable_memory(settings: Settings) -> None:
    """Rasa itself would go on trying, and channels notice only when something is deleted."""
    memory = Database(settings.tracker, own=False)
    try:
        with memory.reading():
            pass
    except StoreAwayError as error:
        raise StartError(f"NAVI_TRACKER_URL: Rasa's memory cannot be used ({error})") from error
    finally:
        memory.close()


def _refuse_taken_ports(settings: Settings) -> None:
    urls = {"NAVI_RASA_URL": settings.rasa_url, "NAVI_ACTIONS_URL": settings.actions_url}
    places = {name: (urlsplit(url).hostname or "", urlsplit(url).port or 0) for name, url in urls.items()}
    for name, place in {"NAVI_PORT": (settings.host, settings.port), **places}.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(place)
            except OSError as error:
                raise StartError(
                    f"{name}: {place[0]}:{place[1]} cannot be used ({error.strerror}); "
                    "end what runs there, or set another one"
                ) from error


def _announce(address: str, started: float) -> None:
    """Prints the address once the whole chain answers."""
    waiting = ""
    while time.monotonic() - started < STARTING_SECONDS:
        try:
            answer = httpx.get(f"{address}/readyz", timeout=5)
        except httpx.HTTPError:
            time.sleep(POLL_SECONDS)
            continue
        if answer.status_code == httpx.codes.OK:
            log.info("ready after %.0f s: %s  (Ctrl-C ends it)", time.monotonic() - started, address)
            return
        if answer.text != waiting:
            waiting = answer.text
            log.info("waiting: %s", waiting)
        time.sleep(POLL_SECONDS)
    log.error("not ready after %d s; the output above says why", STARTING_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
