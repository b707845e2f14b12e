"""A trained model's own hash, kept beside it.

To load a Rasa model is to unpickle it, so whoever can put a file there can run code. It is loaded only if
its bytes are those that were hashed when it was trained, and if nobody else may write it or its folder.
"""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

_WRITTEN_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_PIECE = 1 << 20


class ModelRefusedError(Exception):
    """A model is not what was trained; the message says what is wrong with it and what to do."""


def hash_file(model: Path) -> Path:
    """Where a model's hash stands, in the form of `sha256sum`."""
    return model.with_name(f"{model.name}.sha256")


def note_model(model: Path) -> None:
    """Keep the hash of a model that was just trained."""
    model.chmod(0o600)
    hash_file(model).write_text(f"{_hash_of(model)}  {model.name}\n", encoding="utf-8")
    hash_file(model).chmod(0o600)


def check_model(model: Path) -> None:
    """See that a model is the one that was trained.

    Raises:
        ModelRefusedError: If it, or its hash, is missing, differs, or can be written by others.
    """
    noted = hash_file(model)
    try:
        # A sticky folder (such as /tmp) lets nobody rename what is another's.
        folder = model.parent.stat().st_mode
        open_to_others = [path for path in (model, noted) if path.stat().st_mode & _WRITTEN_BY_OTHERS]
        if folder & _WRITTEN_BY_OTHERS and not folder & stat.S_ISVTX:
            open_to_others.append(model.parent)
        expected = noted.read_text(encoding="utf-8").split(maxsplit=1)[:1]
        found = _hash_of(model)
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "filename", None) or noted
        why = getattr(error, "strerror", None) or "not text"
        raise ModelRefusedError(
            f"the model {model} cannot be checked ({what}: {why}); train it with `python -m bot.train`, "
            f"or, for a model that you trust, write its sha256sum into {noted.name} beside it"
        ) from error
    if open_to_others:
        names = ", ".join(str(path) for path in open_to_others)
        raise ModelRefusedError(f"others can write {names}; chmod go-w, then train or check the model again")
    if not expected or not hmac.compare_digest(expected[0].encode(), found.encode()):
        raise ModelRefusedError(
            f"the model {model} has the hash {found}, {noted.name} says {' '.join(expected) or 'none'}; "
            "train it anew with `python -m bot.train --force`"
        )


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
