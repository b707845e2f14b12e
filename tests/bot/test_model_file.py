"""Only the model that was trained here is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.model_file import ModelRefusedError, check_model, hash_file, note_model
from bot.train import ROOT


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model that was just trained."""
    path = tmp_path / "models" / "navi.tar.gz"
    path.parent.mkdir(mode=0o755)
    path.write_bytes(b"model")
    note_model(path)
    return path


def test_the_model_that_was_trained_is_taken(model: Path) -> None:
    check_model(model)
    done = subprocess.run(["sha256sum", "-c", hash_file(model).name], cwd=model.parent, capture_output=True)
    assert 0 == done.returncode


def exchanged(model: Path) -> None:
    model.write_bytes(b"other")


def without_model(model: Path) -> None:
    model.unlink()


def without_hash(model: Path) -> None:
    hash_file(model).unlink()


def empty_hash(model: Path) -> None:
    hash_file(model).write_text("")


def hash_that_is_no_text(model: Path) -> None:
    hash_file(model).write_bytes(b"\xff\xfe")


def model_open_to_others(model: Path) -> None:
    model.chmod(0o666)


def hash_open_to_others(model: Path) -> None:
    hash_file(model).chmod(0o620)


def folder_open_to_others(model: Path) -> None:
    model.parent.chmod(0o777)


@pytest.mark.parametrize(
    "change",
    [
        exchanged,
        without_model,
        without_hash,
        empty_hash,
        hash_that_is_no_text,
        model_open_to_others,
        hash_open_to_others,
        folder_open_to_others,
    ],
)
def test_any_other_is_refused_with_what_to_do(model: Path, change) -> None:
    change(model)
    with pytest.raises(ModelRefusedError, match="train") as refused:
        check_model(model)
    assert "navi.tar.gz" in str(refused.value) or "models" in str(refused.value)


def test_the_start_refuses_an_exchanged_model_before_anything_runs(model: Path, tmp_path: Path) -> None:
    exchanged(model)
    environment = os.environ | {"NAVI_MODEL": str(model), "NAVI_DATA_DIR": str(tmp_path / "var")}
    done = subprocess.run(
        [sys.executable, "-m", "bot.serve"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert 1 == done.returncode
    assert "navi.tar.gz has the hash" in done.stderr
    assert "started" not in done.stdout
