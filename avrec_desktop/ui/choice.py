"""What a model chose and why, in the words of the window."""

from __future__ import annotations

from typing import Any

from avrec_desktop.recommend.service import ModelInfo
from avrec_desktop.ui.said import said
from avrec_desktop.ui.texts import counted, listed, percent, tr

#: Shares below this are not named.
_LEAST = 0.005


def chosen_parts(info: ModelInfo, profile: str) -> list[tuple[str, float]]:
    """Return the parts a model is made of for a profile, with their shares in [-1, 1], the largest first.

    Empty where the model says nothing of the kind; a plugin may say anything, so nothing is trusted.
    """
    own = info.notes.get("chosen_for")
    shares = own.get(profile) if isinstance(own, dict) else None
    found: Any = shares if shares else info.notes.get("chosen")
    if not isinstance(found, dict):
        return []
    named = [(str(name), float(share)) for name, share in found.items() if isinstance(share, int | float)]
    return [(_called(name), share) for name, share in named if _LEAST <= abs(share) <= 1]


def choice_words(info: ModelInfo, profile: str) -> list[str]:
    """Return what a model chose for a profile, and why, in sentences; none where it says nothing of the kind."""
    out = []
    parts = chosen_parts(info, profile)
    if parts:
        named = listed(tr("{name} {share}").format(name=name, share=percent(share)) for name, share in parts)
        out.append(counted(len(parts), tr("It goes by one thing: {parts}."), tr("It weighs {n} things: {parts}."),
                           parts=named))  # fmt: skip
        if any(share < 0 for _, share in parts):
            out.append(tr("What stands below zero counts against an item."))
    reasons = info.notes.get("reasons")
    out += [said(str(reason)) for reason in reasons] if isinstance(reasons, list) else []
    return out


def _called(name: str) -> str:
    text = said(name)
    return text[:1].upper() + text[1:]
