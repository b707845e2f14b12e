"""The rich menu: its definition, and setting it up."""

from __future__ import annotations

from pathlib import Path

import yaml
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    MessagingApiBlob,
    RichMenuRequest,
)
from urllib3.exceptions import HTTPError

from bot.channels.settings import Settings, SettingsError

DEFINITION = Path(__file__).parent / "menu.yml"
PICTURE = Path(__file__).parent / "picture.png"


def set_up(settings: Settings) -> str:
    """Make the menu that everybody sees who has no other, in the place of those that were made before.

    An account holds 1,000 menus. Only menus of our own name go, and only once the new one is shown.

    Returns:
        LINE's id of the menu.

    Raises:
        SettingsError: If LINE is off, cannot be reached or refuses.
    """
    if settings.line is None:
        raise SettingsError("LINE is off: set NAVI_LINE_CHANNEL_SECRET and NAVI_LINE_ACCESS_TOKEN")
    _, token = settings.line
    menu = RichMenuRequest.from_dict(yaml.safe_load(DEFINITION.read_text(encoding="utf-8")))
    try:
        with ApiClient(Configuration(access_token=token, host=settings.line_api_url)) as client:
            api = MessagingApi(client)
            older = [one.rich_menu_id for one in api.get_rich_menu_list().richmenus if one.name == menu.name]
            made: str = api.create_rich_menu(menu).rich_menu_id
            with ApiClient(Configuration(access_token=token, host=settings.line_data_api_url)) as data_client:
                MessagingApiBlob(data_client).set_rich_menu_image(
                    made, body=PICTURE.read_bytes(), _headers={"Content-Type": "image/png"}
                )
            api.set_default_rich_menu(made)
            for menu_id in older:
                api.delete_rich_menu(menu_id)
    except ApiException as error:
        raise SettingsError(
            f"LINE refused with status {error.status}; check NAVI_LINE_ACCESS_TOKEN"
        ) from None
    except HTTPError as error:
        raise SettingsError(f"LINE cannot be reached ({type(error).__name__})") from None
    return made
