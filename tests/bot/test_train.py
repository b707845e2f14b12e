"""Which models stay after training."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot import train
from bot.model_file import hash_file, note_model


@pytest.mark.parametrize("named", [True, False])
def test_training_deletes_earlier_models_but_not_the_one_that_is_named(
    named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was started with `NAVI_MODEL` must find its model when it starts again."""
    earlier, in_use, foreign = (
        tmp_path / name for name in ("navi-1.tar.gz", "navi-2.tar.gz", "other.tar.gz")
    )
    for model in (earlier, in_use, foreign):
        model.write_bytes(b"model")
        note_model(model)
    monkeypatch.setattr(train, "MODELS", tmp_path)
    monkeypatch.setattr(train.subprocess, "run", _rasa_train)
    monkeypatch.delenv("NAVI_MODEL", raising=False)
    if named:
        monkeypatch.setenv("NAVI_MODEL", str(in_use))
    trained = train.ensure_model(force=True)
    left = {trained, foreign} | ({in_use} if named else set())
    assert {file for model in left for file in (model, hash_file(model))} == set(tmp_path.iterdir())


def test_what_rasa_says_is_not_mixed_into_the_figures_of_who_asked_for_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`python -m bot.learn try` sets the figures of two evaluations side by side, line by line."""

    def rasa_train(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        given = {name: value for name, value in options.items() if name in ("stdout", "stderr")}
        run([sys.executable, "-c", "print('Your Rasa model is trained')"], **given)
        return _rasa_train(command)

    run = subprocess.run
    monkeypatch.setattr(train, "MODELS", tmp_path)
    monkeypatch.setattr(train.subprocess, "run", rasa_train)
    train.ensure_model(force=True)
    said = capfd.readouterr()
    assert ("", True) == (said.out, "Your Rasa model is trained" in said.err)


def _rasa_train(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
    """What `rasa train` leaves behind."""
    name = command[command.index("--fixed-model-name") + 1]
    (Path(command[command.index("--out") + 1]) / f"{name}.tar.gz").write_bytes(b"trained")
    return subprocess.CompletedProcess(command, 0)
