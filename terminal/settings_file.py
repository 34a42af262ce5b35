"""Where settings come from: variables and the clinic's TOML file, read once and strictly."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, SettingsError

from terminal.core.faults import Refused
from terminal.county_laid import CountyLaid
from terminal.county_trial import SettingsTrial
from terminal.settings import ENV_PREFIX, Settings

_FILE_NAME = "terminal.toml"
_FILE_BYTES_MAX = 256 * 1024
"""A settings file is a page or two; beyond this it is something else."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One setting as `clinic-terminal settings` prints it."""

    name: str
    value: str
    source: str
    """`variable`, `default`, or the file's path."""
    unit: str
    limits: str
    meaning: str


def read_settings(file: Path | None = None) -> Settings:
    """Read variables and the clinic's file; without one named, `<data_dir>/terminal.toml`.

    Raises Refused `settings.unreadable`, `settings.unknown` or `settings.wrong_value`.
    """
    _refuse_unknown_variables()
    own = _read_file(_file_in_use(file), named=file is not None)
    folder = _county_folder(own)
    own = {**own, **CountyLaid(folder).in_force()}
    county = SettingsTrial(folder).in_force()
    try:
        return _checked({**own, **county})
    except Refused:
        if not county:
            raise
        # An upgrade may know a limit that the county's old file does not keep.
        return _checked(own)


def checked_with(county: dict[str, Any], file: Path | None = None) -> Settings:
    """The settings as they would be with this layer of the county's. Raises as `read_settings`."""
    return _checked({**_read_file(_file_in_use(file), named=file is not None), **county})


def settings_of(given: dict[str, Any]) -> Settings:
    """The settings that a whole file would give, for one not yet written. Raises as
    `read_settings`."""
    return _checked(given)


def county_place() -> Path:
    """Where the county's files lie, found without judging any setting."""
    return _county_folder(_read_file(_file_in_use(None), named=False))


def _county_folder(own: dict[str, Any]) -> Path:
    told = os.environ.get(ENV_PREFIX + "DATA_DIR") or own.get("data_dir")
    return Path(str(told or Settings.model_fields["data_dir"].default)) / "county"


def _checked(given: dict[str, Any]) -> Settings:
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "?"
        if first["type"] == "extra_forbidden":
            raise Refused("settings.unknown", setting=name) from None
        raise Refused("settings.wrong_value", setting=name, rule=first["msg"]) from None
    except SettingsError:
        raise Refused("settings.wrong_value", setting="a variable", rule="not JSON") from None


def origins(settings: Settings, file: Path | None = None) -> list[Origin]:
    """Every setting with its value, where it came from, unit, limits and meaning."""
    path = _file_in_use(file)
    in_file = _read_file(path, named=file is not None)
    in_variables = EnvSettingsSource(Settings)()
    listed = []
    for name, info in Settings.model_fields.items():
        schema = Settings.model_json_schema()["properties"][name]
        source = "default"
        if name in in_variables:
            source = "variable"
        elif name in in_file:
            source = str(path)
        listed.append(
            Origin(
                name,
                str(getattr(settings, name)),
                source,
                str(schema.get("unit", "")),
                _limits(schema),
                info.description or "",
            )
        )
    return listed


def _file_in_use(file: Path | None) -> Path:
    if file is not None:
        return file
    folder = os.environ.get(ENV_PREFIX + "DATA_DIR") or str(
        Settings.model_fields["data_dir"].default
    )
    return Path(folder) / _FILE_NAME


def _read_file(path: Path, *, named: bool) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        if named:
            raise Refused("settings.unreadable", file=path.name, reason="not there") from None
        return {}
    except OSError as error:
        raise Refused("settings.unreadable", file=path.name, reason=error.strerror) from None
    if len(raw) > _FILE_BYTES_MAX:
        raise Refused("settings.unreadable", file=path.name, reason="too large")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused("settings.unreadable", file=path.name, reason=str(error)) from None


def _refuse_unknown_variables() -> None:
    for name in os.environ:
        if name.upper().startswith(ENV_PREFIX):
            setting = name[len(ENV_PREFIX) :].lower()
            if name != name.upper() or setting not in Settings.model_fields:
                raise Refused("settings.unknown", setting=name)


def _limits(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    options = schema.get("anyOf", [schema])
    words = {
        "minimum": "≥",
        "exclusiveMinimum": ">",
        "maximum": "≤",
        "exclusiveMaximum": "<",
        "maxLength": "length ≤",
        "pattern": "form",
    }
    found = [
        f"{sign} {option[key]}"
        for option in options
        for key, sign in words.items()
        if key in option
    ]
    return ", ".join(found)
