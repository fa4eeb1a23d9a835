"""How much an analysis may take: settings, battery, what plays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avrec_desktop.api.errors import InputError
from avrec_desktop.features import power
from avrec_desktop.features.policy import AnalysisSettings, Decision, Policy, load_settings, store_settings


class World:
    """A battery and a clock."""

    def __init__(self) -> None:
        self.discharging = False
        self.now = 0.0

    def policy(self, **settings) -> Policy:
        return Policy(AnalysisSettings(**settings), battery=lambda: self.discharging, clock=lambda: self.now)

    def pass_time(self) -> None:
        self.now += 10.0


def test_on_battery_it_waits_until_the_charger_is_back() -> None:
    world = World()
    policy = world.policy()
    assert policy.decide() == Decision("normal")
    world.discharging = True
    assert policy.decide() == Decision("normal")  # looked at a moment ago
    world.pass_time()
    assert policy.decide() == Decision("normal", "battery")
    world.discharging = False
    world.pass_time()
    assert policy.decide() == Decision("normal")


def test_overruling_lasts_as_long_as_the_reason() -> None:
    world = World()
    world.discharging = True
    policy = world.policy(while_playing="pause")
    policy.go_on_anyway()
    assert policy.decide() == Decision("normal")
    policy.playing = True
    assert policy.decide() == Decision("normal", "playing")  # another reason
    policy.playing = False
    world.discharging = False
    world.pass_time()
    policy.decide()
    world.discharging = True
    world.pass_time()
    assert policy.decide() == Decision("normal", "battery")


def test_going_on_anyway_does_not_make_a_gentle_run_rough() -> None:
    world = World()
    world.discharging = True
    policy = world.policy()
    policy.playing = True
    policy.go_on_anyway()
    assert policy.decide() == Decision("gentle")


@pytest.mark.parametrize(
    ("while_playing", "decision"),
    [("same", Decision("full")), ("gentle", Decision("gentle")), ("pause", Decision("full", "playing"))],
)
def test_while_something_plays(while_playing: str, decision: Decision) -> None:
    policy = World().policy(budget="full", while_playing=while_playing)
    policy.playing = True
    assert policy.decide() == decision
    policy.playing = False
    assert policy.decide() == Decision("full")


def test_a_change_of_settings_counts_at_once_and_a_given_budget_comes_first() -> None:
    policy = World().policy()
    policy.settings = AnalysisSettings(budget="gentle")
    assert policy.decide().budget == "gentle"
    assert policy.decide("full").budget == "full"


def test_settings_are_stored_with_the_library(rig) -> None:
    database = rig.library.database
    assert load_settings(database) == AnalysisSettings()
    wanted = AnalysisSettings("full", False, "pause", "tcp://host:8786")
    store_settings(database, wanted)
    assert load_settings(database) == wanted
    with database.write() as db:
        db.execute("UPDATE settings SET value = '{damaged' WHERE key = 'analysis'")
    assert load_settings(database) == AnalysisSettings()


_JSON = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(st.dictionaries(st.sampled_from([*AnalysisSettings.__slots__, "newer"]), _JSON))
def test_whatever_is_stored_gives_settings_that_work(values) -> None:
    settings = AnalysisSettings.from_dict(values)
    assert AnalysisSettings.from_dict(settings.to_dict()) == settings
    assert Policy(settings, battery=lambda: True).decide().budget in {"gentle", "normal", "full"}


def test_words_become_settings() -> None:
    settings = AnalysisSettings().changed("pause_on_battery", "off").changed("budget", "full")
    assert settings == AnalysisSettings("full", pause_on_battery=False)
    for name, value in (("budget", "fast"), ("pause_on_battery", "perhaps"), ("colour", "red"), ("cluster", "a b")):
        with pytest.raises(InputError):
            settings.changed(name, value)


def supply(folder, name: str, **values: str) -> None:
    (folder / name).mkdir()
    for key, value in values.items():
        (folder / name / key).write_text(value + "\n")


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ({"AC": {"type": "Mains", "online": "1"}, "BAT0": {"type": "Battery", "status": "Charging"}}, False),
        ({"AC": {"type": "Mains", "online": "0"}, "BAT0": {"type": "Battery", "status": "Discharging"}}, True),
        ({"BAT0": {"type": "Battery", "status": "Discharging"}}, True),
        ({"BAT0": {"type": "Battery", "status": "Full"}}, False),
        ({"BAT0": {"type": "Battery", "status": "Discharging", "present": "0"}, "AC": {"type": "Mains"}}, False),
        ({"mouse": {"type": "Battery", "status": "Discharging", "scope": "Device"}}, None),
        ({"usb": {"type": "USB", "online": "1"}, "BAT0": {"type": "Battery", "status": "Discharging"}}, False),
        ({"odd": {}}, None),
        ({}, None),
    ],
)
def test_supplies_of_linux(tmp_path, supplies, expected) -> None:
    for name, values in supplies.items():
        supply(tmp_path, name, **values)
    assert power._by_supplies(tmp_path) is expected


def test_no_folder_of_supplies_says_nothing(tmp_path) -> None:
    assert power._by_supplies(tmp_path / "none") is None
    assert power.on_battery(tmp_path / "none") in {True, False}
