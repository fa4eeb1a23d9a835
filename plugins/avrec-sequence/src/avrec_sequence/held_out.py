"""What is held out to choose by: everybody's newest behaviour, asked for at once or like by like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from avrec_desktop.api import History, Interactions, TrainingData, Validation

#: Share of the newest likes that is held out of everybody's behaviour, and of that of the profiles here.
SHARE, OWN_SHARE = 0.1, 0.2
#: Most held-out likes of one person that are asked for one by one.
MOST_STEPS = 60


def newest_held_out(
    data: TrainingData, share: float = SHARE, own_share: float = OWN_SHARE
) -> tuple[TrainingData, Validation]:
    """Return the data without each user's newest positive rows, and those.

    A tenth of everybody's and a fifth of those of the profiles here, whom the choice is for; at least one of three.
    """
    table = data.interactions
    positive = np.flatnonzero(table.values > 0)
    users = table.users[positive]
    people, begin, counts = np.unique(users, return_index=True, return_counts=True)
    number = np.arange(len(users)) - np.repeat(begin, counts)
    shares = np.where(np.isin(people, np.array(data.local_users, np.int64)), max(share, own_share), share)
    keep = np.where(counts >= 3, counts - np.maximum(1, (shares * counts).astype(np.int64)), counts)
    held = np.zeros(len(table), bool)
    held[positive[number >= np.repeat(keep, counts)]] = True
    histories, wanted = [], []
    for user in np.unique(table.users[held]).tolist():
        rows = np.flatnonzero(table.users == user)
        first = rows[held[rows]][0]
        before = rows[(rows < first) & ~held[rows]]
        if not len(before):
            continue
        times = table.times[before]
        items = table.items[before].astype(np.int64)
        histories.append(History(items, table.values[before], times, data.user_ids[user], float(times[-1])))
        asked = table.items[rows[held[rows]]].astype(np.int64)
        wanted.append(asked[~np.isin(asked, items)])
    kept = Interactions(table.users[~held], table.items[~held], table.values[~held], table.times[~held])
    return replace(data, interactions=kept), Validation(histories, wanted)


def step_by_step(held_out: Validation, rows: Sequence[int] | None = None) -> Validation:
    """Return each held-out like as a question of its own, the history having grown by those before it.

    Args:
        held_out: What was held out.
        rows: Whose likes; None for all of it.
    """
    histories, wanted = [], []
    for row in range(len(held_out.histories)) if rows is None else rows:
        before, liked = held_out.histories[row], np.asarray(held_out.positives[row])
        for number in range(max(0, len(liked) - MOST_STEPS), len(liked)):
            done = liked[:number]
            now = float(before.times[-1]) if len(before) else before.now
            histories.append(
                History(
                    np.concatenate([before.items, done]),
                    np.concatenate([before.values, np.ones(number)]).astype(np.float32),
                    np.concatenate([before.times, np.full(number, now)]),
                    before.user,
                    before.now,
                )
            )
            wanted.append(liked[number : number + 1])
    return Validation(histories, wanted, held_out.candidates)


def is_lone(data: TrainingData, fewest: int) -> bool:
    """Return whether one user's likes, fewer than ``fewest``, are all there is, and the items' content is known."""
    users = data.interactions.users[data.interactions.values > 0]
    return len(users) < fewest and len(np.unique(users)) == 1 and bool(data.items.content.any())
