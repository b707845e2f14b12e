"""Trains the Rasa model when it is missing or older than what it is made from.

`python -m bot.train` trains if needed, `--force` always. The model's name carries the hash of its inputs, so
an old model is never taken for a new one, whatever the files' dates say. Beside it stands its own hash
(`bot/model_file.py`): a model is code, and only what was trained here is loaded. After training the earlier
models are deleted, but not the one that `NAVI_MODEL` names.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

from bot.model_file import ModelRefusedError, check_model, hash_file, note_model

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "models"
INPUTS = ("config.yml", "domain.yml", "requirements.txt", "bot/data", "bot/nlu", "bot/text.py")
"""What a model depends on: files, or folders with all their sources."""

log = logging.getLogger("bot.train")


class TrainingError(Exception):
    """`rasa train` failed; the message says how and where its output is."""


def model_path() -> Path:
    """Where the model of the present inputs is, or would be."""
    return MODELS / f"navi-{_inputs_hash()}.tar.gz"


def ensure_model(*, force: bool = False) -> Path:
    """The model of the present inputs, trained now if there is none; or the one that `NAVI_MODEL` names.

    Raises:
        TrainingError: If training failed; an earlier model stays where it is.
        ModelRefusedError: If the named model is not the one whose hash stands beside it.
    """
    chosen = os.environ.get("NAVI_MODEL")
    if chosen and not force:
        check_model(Path(chosen))
        return Path(chosen)
    path = model_path()
    if path.exists() and not force and _is_ours(path):
        return path
    log.info("training the model (about a minute) ...")
    started = time.monotonic()
    command = [sys.executable, "-m", "rasa", "train", "--data", "bot/data", "--out", str(MODELS)]
    name = path.name.removesuffix(".tar.gz")
    quiet = os.environ | {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }
    # Standard output belongs to who asked for the model: an evaluation's figures stand there.
    done = subprocess.run(  # noqa: S603
        [*command, "--fixed-model-name", name], cwd=ROOT, env=quiet, stdout=sys.stderr, check=False
    )
    if done.returncode or not path.exists():
        raise TrainingError(f"rasa train ended with status {done.returncode}; its output stands above")
    note_model(path)
    log.info("trained in %.0f s: %s", time.monotonic() - started, path.name)
    kept = {path.resolve(), Path(chosen or path).resolve()}
    for old in MODELS.glob("navi-*.tar.gz"):
        if old.resolve() not in kept:
            old.unlink()
            hash_file(old).unlink(missing_ok=True)
    return path


def _is_ours(path: Path) -> bool:
    try:
        check_model(path)
    except ModelRefusedError as error:
        log.warning("%s: training anew", error)
        return False
    return True


def _inputs_hash() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        path = ROOT / name
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in files:
            if "__pycache__" in file.parts:
                continue
            digest.update(file.relative_to(ROOT).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def main() -> int:
    """Run the command; 0 if the model is there afterwards."""
    parser = argparse.ArgumentParser(prog="python -m bot.train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even if the model is up to date")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        ensure_model(force=options.force)
    except (TrainingError, ModelRefusedError) as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
