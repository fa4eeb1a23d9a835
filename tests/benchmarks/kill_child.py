"""The victim of ``bench_kill``: works on a library while it rates, and tells each rating before and after it is stored.

Run as ``python -m tests.benchmarks.kill_child LIBRARY MEDIA PHASE SEED``.
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

from avrec_desktop.api.errors import AvrecError
from avrec_desktop.jobs import Job
from avrec_desktop.session import Session


def _rate_for_ever(session: Session, seed: int) -> None:
    rng = random.Random(seed)
    while True:
        ids = session.library.all_ids()
        if not len(ids):
            continue
        item, stars = int(rng.choice(ids)), rng.randint(1, 5)
        print(f"try {item} {stars}", flush=True)
        session.behaviour.rate("default", item, str(stars))
        print(f"ack {item} {stars}", flush=True)


def main() -> None:
    """Work until killed."""
    library, media, phase, seed = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    session = Session.open(library)
    print("open", flush=True)
    threading.Thread(target=_rate_for_ever, args=(session, seed), daemon=True).start()
    work = {
        "scan": lambda: session.library.scan([media], Job()),
        "extract": lambda: session.features.extract(["sound-basics", "text"], job=Job()),
        "train": lambda: session.recommend.train("dot", "default", Job()),
        "rate": threading.Event().wait,
    }[phase]
    while True:
        try:
            work()
        except AvrecError as error:
            print(f"said {error}", flush=True)
            threading.Event().wait(0.2)


if __name__ == "__main__":
    main()
