"""The bots that are measured: ours as `make run` starts it, and two of Rasa's own to compare with.

`floor` is the least that Rasa can be: keywords for intents and one utterance. `diet` is Rasa's stock pipeline
over our training data, with the same one utterance. Both are asked at Rasa's own REST channel and keep
conversations in memory, so nothing but Rasa is in them.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import yaml

from bot.serve import THREADS
from bot.train import MODELS, ROOT
from tests.chain import free_port

HERE = Path(__file__).parent
START_SECONDS = 300
UTTERANCE = "utter_desk"
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    **THREADS,
}


def rasa(*arguments: str) -> list[str]:
    """A command of Rasa's in this environment."""
    return [sys.executable, "-m", "rasa", *arguments]


class Peer:
    """One of Rasa's own bots, trained where its model is missing. `stop` it, started or not."""

    def __init__(self, name: str, scratch: Path) -> None:
        self.name = name
        self.training_seconds: float | None = None
        self.start_seconds = 0.0
        self._scratch = scratch
        self._folder = HERE / name
        self.model = self._trained()
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.address, timeout=60)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        began = time.monotonic()
        command = rasa(
            "run", "--interface", "127.0.0.1", "--port", str(self.port), "--model", str(self.model)
        )
        command += ["--credentials", str(self._folder / "credentials.yml")]
        command += ["--endpoints", os.devnull]
        with (self._scratch / f"{self.name}.log").open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=ROOT, env=os.environ | _QUIET, stdout=log, stderr=subprocess.STDOUT
            )
        while True:
            try:
                if self.say("start", "出願"):
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
            if self.process.poll() is not None or time.monotonic() - began > START_SECONDS:
                raise TimeoutError(f"{self.name} does not answer; see its log in {self._scratch}")
        self.start_seconds = time.monotonic() - began

    def stop(self) -> None:
        """Ends it."""
        self.client.close()
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def say(self, sender: str, text: str) -> bool:
        """One turn; whether there was an answer."""
        answer = self.client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        return bool(answer.json())

    def resident_mb(self) -> float:
        """Memory of its process."""
        assert self.process is not None  # noqa: S101 - it was started
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    def _trained(self) -> Path:
        data = [self._folder / "data"] if (self._folder / "data").exists() else [ROOT / "bot/data/nlu"]
        domain = self._folder / "domain.yml"
        if not domain.exists():
            domain, rules = self._answering_every_intent()
            data.append(rules)
        digest = hashlib.sha256()
        for place in [self._folder / "config.yml", domain, *data]:
            for file in sorted(place.rglob("*.yml")) if place.is_dir() else [place]:
                digest.update(file.read_bytes())
        name = f"bench-{self.name}-{digest.hexdigest()[:16]}"
        model = MODELS / f"{name}.tar.gz"
        if not model.exists():
            for old in MODELS.glob(f"bench-{self.name}-*"):
                old.unlink()
            began = time.monotonic()
            command = rasa("train", "--out", str(MODELS), "--fixed-model-name", name, "--domain", str(domain))
            command += ["--config", str(self._folder / "config.yml"), "--data", *map(str, data)]
            with (self._scratch / f"{self.name}-training.log").open("wb") as log:
                subprocess.run(  # noqa: S603 - our own command
                    command, cwd=ROOT, env=os.environ | _QUIET, stdout=log, stderr=log, check=True
                )
            self.training_seconds = time.monotonic() - began
        return model

    def _answering_every_intent(self) -> tuple[Path, Path]:
        """A domain with our intents, and for each the rule that gives the one utterance."""
        files = (ROOT / "bot/data/nlu").glob("*.yml")
        read = [yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"] for file in files]
        intents = sorted({block["intent"] for blocks in read for block in blocks if "intent" in block})
        floor = yaml.safe_load((HERE / "floor/domain.yml").read_text(encoding="utf-8"))
        domain, rules = self._scratch / f"{self.name}-domain.yml", self._scratch / f"{self.name}-rules.yml"
        domain.write_text(yaml.safe_dump(floor | {"intents": intents}, allow_unicode=True), encoding="utf-8")
        steps = [{"rule": intent, "steps": [{"intent": intent}, {"action": UTTERANCE}]} for intent in intents]
        rules.write_text(yaml.safe_dump({"version": "3.1", "rules": steps}), encoding="utf-8")
        return domain, rules
