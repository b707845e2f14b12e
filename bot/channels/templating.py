"""Pages and texts from templates: one way to read them for every part of the app."""

from __future__ import annotations

from pathlib import Path

import jinja2


def environment(*folders: Path) -> jinja2.Environment:
    """Templates of the first folder that has them: HTML escapes every value, a missing one is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
