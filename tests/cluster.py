"""The topology of deploy/ as plain processes: nginx, channels, rasa, actions, PostgreSQL and Redis."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from string import Template

import httpx

from bot.channels import migrations
from bot.channels.database import Database
from bot.train import ROOT, ensure_model
from tests.chain import UNLIMITED
from tests.ports import free_port
from tests.servers import Postgres, Process, Redis, found
from tests.waiting import wait_until

START_SECONDS = 300
TEMPLATE = ROOT / "deploy" / "nginx" / "default.conf.template"


class Part(Process):
    """One process of ours, by the Procfile's own command."""

    def __init__(self, name: str, health: str) -> None:
        super().__init__(name)
        self._name = name
        self._health = health
        self.variables: dict[str, str] = {}

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The operator's variables and this part's own."""
        return os.environ | self.variables

    def command(self) -> list[str]:
        """As the images have it."""
        return [sys.executable, "-m", "bot.serve", self._name]

    def answers(self) -> bool:
        """Whether it says that it is well."""
        try:
            return httpx.get(f"http://{self.place}{self._health}", timeout=5).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False


class Nginx(Process):
    """nginx with the configuration of deploy/."""

    def __init__(self, places: dict[str, str]) -> None:
        (self._nginx,) = found("nginx")
        super().__init__("nginx")
        self.rasa_port = free_port()
        self._places = places

    def configure(self) -> Path:
        """Writes the configuration and returns where."""
        doors = {
            "PUBLIC_DOOR": f"127.0.0.1:{self.port}",
            "RASA_DOOR": f"127.0.0.1:{self.rasa_port}",
        }
        servers = Template(TEMPLATE.read_text(encoding="utf-8")).safe_substitute(doors | self._places)
        (self.folder / "servers.conf").write_text(servers, encoding="utf-8")
        kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"    {name}_temp_path {self.folder / name};\n" for name in kept)
        main = self.folder / "nginx.conf"
        main.write_text(
            f"daemon off;\nuser root;\npid {self.folder / 'pid'};\nerror_log stderr;\n"
            "worker_processes 1;\nevents { worker_connections 2048; }\n"
            f"http {{\n{temporary}    include {self.folder / 'servers.conf'};\n}}\n",
            encoding="utf-8",
        )
        return main

    def command(self) -> list[str]:
        """In the foreground, with nothing of the machine's own configuration."""
        return [self._nginx, "-p", str(self.folder), "-c", str(self.configure())]

    def answers(self) -> bool:
        """Whether it lets requests in, whoever is behind it."""
        try:
            httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5)
        except httpx.HTTPError:
            return False
        return True


class Cluster:
    """Two of channels and of rasa behind nginx, over one PostgreSQL and one Redis.

    Attributes:
        parts: Every process by name; each can be killed and started.
        address: The public door.
        database_url: Tables of channels and of Rasa.
    """

    def __init__(self, folder: Path) -> None:
        self.postgres, self.redis = Postgres(), Redis()
        actions = Part("actions", "/health")
        rasas = [Part("rasa", "/webhooks/rest/ready") for _ in range(2)]
        channels = [Part("channels", "/healthz") for _ in range(2)]
        places = {f"RASA_{number}": part.place for number, part in enumerate(rasas, 1)}
        places |= {f"CHANNELS_{number}": part.place for number, part in enumerate(channels, 1)}
        self.nginx = Nginx(places)
        self.parts: dict[str, Process] = {"postgres": self.postgres, "redis": self.redis, "actions": actions}
        self.parts |= {f"rasa-{number}": part for number, part in enumerate(rasas, 1)}
        self.parts |= {f"channels-{number}": part for number, part in enumerate(channels, 1)}
        self.parts["nginx"] = self.nginx
        self.address = f"http://127.0.0.1:{self.nginx.port}"
        self.database_url = ""
        self._folder = folder

    def start(self) -> None:
        """Start everything and wait until a whole turn can be done."""
        self.postgres.start()
        self.redis.start()
        self.database_url = self.postgres.new_database()
        self._configure()
        self._migrate()
        started = [part for part in self.parts.values() if part.process is None]
        for part in started:
            part.launch()
        for part in started:
            part.wait(START_SECONDS)
        wait_until(self.ready, lambda: "the cluster is not ready", START_SECONDS)

    def ready(self) -> bool:
        """Whether channels say that everything answers."""
        try:
            return httpx.get(f"{self.address}/readyz", timeout=10).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """End everything and delete its data."""
        for part in reversed(self.parts.values()):
            part.remove()

    def logs(self) -> str:
        """The end of every log."""
        tails = {name: part.log.read_text(errors="replace")[-1500:] for name, part in self.parts.items()}
        return "\n".join(f"== {name}\n{tail}" for name, tail in tails.items())

    def _migrate(self) -> None:
        database = Database(self.database_url)
        migrations.migrate(database)
        database.close()

    def _configure(self) -> None:
        """Gives each part its variables, as compose.yaml does."""
        actions = f"http://127.0.0.1:{self.parts['actions'].port}"
        common = {
            "NAVI_DATABASE_URL": self.database_url,
            "NAVI_TRACKER_URL": self.database_url,
            "NAVI_REDIS_URL": self.redis.url(),
            "NAVI_SECRET": "a secret that all channels of the cluster share",
            "NAVI_RASA_URL": f"http://127.0.0.1:{self.nginx.rasa_port}",
            "NAVI_ACTIONS_URL": actions,
            "NAVI_TRUSTED_PROXIES": "127.0.0.1",
            **UNLIMITED,
        }
        common["NAVI_MODEL"] = str(ensure_model())
        for name, part in self.parts.items():
            if isinstance(part, Part):
                own = {"NAVI_DATA_DIR": str(self._folder / name), "NAVI_PORT": str(part.port)}
                if name.startswith("rasa"):
                    # It listens where others look for it, which here is nginx.
                    own["NAVI_RASA_URL"] = f"http://{part.place}"
                part.variables = common | own
