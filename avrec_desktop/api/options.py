"""Options of a plugin: declared in its manifest, set by the user, read by the plugin."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from avrec_desktop.api.errors import InputError, PluginError

OptionType = Literal["text", "number", "integer", "switch", "choice", "file", "folder"]
OptionValue = str | float | int | bool

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DEFAULTS: dict[str, OptionValue] = {"number": 0.0, "integer": 0, "switch": False}


@dataclass(frozen=True, slots=True)
class PluginOption:
    """One option.

    Attributes:
        name: Its key, lower case.
        type: ``text``, ``number``, ``integer``, ``switch``, ``choice``, ``file`` or ``folder``.
        label: What it is, for people.
        default: Its value until the user sets one.
        help: One or two sentences for people.
        choices: What may be chosen, for the type ``choice``.
    """

    name: str
    type: OptionType
    label: str
    default: OptionValue
    help: str = ""
    choices: tuple[str, ...] = ()

    def check(self, value: object) -> OptionValue:
        """Return the value as this option holds it.

        Raises:
            InputError: It has the wrong type, or is none of the choices.
        """
        if self.type == "switch":
            good = isinstance(value, bool)
        elif self.type == "integer":
            good = isinstance(value, int) and not isinstance(value, bool)
        elif self.type == "number":
            good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        else:
            good = isinstance(value, str) and (self.type != "choice" or value in self.choices)
        if not good:
            wanted = f"one of {', '.join(self.choices)}" if self.type == "choice" else f"a value of type {self.type}"
            raise InputError(f"{value!r} is no value for the option {self.name!r}: it takes {wanted}")
        return float(value) if self.type == "number" else value  # type: ignore[arg-type, return-value]

    def parse(self, text: str) -> OptionValue:
        """Return the value that a text (of a command line) stands for.

        Raises:
            InputError: It stands for none.
        """
        value: object = text
        try:
            if self.type == "number":
                value = float(text)
            elif self.type == "integer":
                value = int(text)
            elif self.type == "switch":
                value = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}[text.lower()]
        except (ValueError, KeyError):
            pass  # check names the option and what it takes
        return self.check(value)


def parse_options(table: object, source: str) -> tuple[PluginOption, ...]:
    """Return the options of a manifest's ``[[plugin.options]]``.

    Raises:
        PluginError: One is not valid; the message names it.
    """
    if not isinstance(table, list) or not all(isinstance(row, dict) for row in table):
        raise PluginError("the options of a plugin manifest are tables [[plugin.options]]", path=source)
    options = tuple(_option(row, source) for row in table)
    if len({o.name for o in options}) != len(options):
        raise PluginError("two options of the plugin have one name", path=source)
    return options


def _option(row: dict[str, Any], source: str) -> PluginOption:
    name, text = row.get("name"), row.get("label")
    kind: Any = row.get("type")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PluginError(f"the option name {name!r} is not lower case letters, digits and underscores", path=source)
    if kind not in get_args(OptionType) or not isinstance(text, str) or not text.strip():
        kinds = ", ".join(get_args(OptionType))
        raise PluginError(f"the option {name!r} needs a label and a type, one of {kinds}", path=source)
    choices = row.get("choices", [])
    if (
        not isinstance(choices, list)
        or not all(isinstance(c, str) for c in choices)
        or (kind == "choice") != bool(choices)
    ):
        raise PluginError(f"the option {name!r} needs choices exactly when its type is 'choice'", path=source)
    help_text = row.get("help", "")
    if not isinstance(help_text, str):
        raise PluginError(f"the help of the option {name!r} is no text", path=source)
    option = PluginOption(name, kind, text, "", help_text, tuple(choices))
    first = choices[0] if choices else _DEFAULTS.get(kind, "")
    try:
        default = option.check(row.get("default", first))
    except InputError as error:
        raise PluginError(f"its default: {error.message}", path=source) from error
    return PluginOption(name, kind, text, default, help_text, tuple(choices))


_provided: dict[str, dict[str, OptionValue]] = {}


def plugin_options(plugin_id: str) -> Mapping[str, OptionValue]:
    """Return the options of a plugin, those the user did not set with their defaults. Called by the plugin itself.

    They stay the same as long as the process lives; after a change plugins are loaded in a new one.
    """
    return dict(_provided.get(plugin_id, {}))


def provide_options(plugin_id: str, values: Mapping[str, OptionValue]) -> None:
    """Set what :func:`plugin_options` gives; called by the app before it loads the plugin, and by tests."""
    _provided[plugin_id] = dict(values)
