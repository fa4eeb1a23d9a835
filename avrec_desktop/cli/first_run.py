"""The main job on the sample library, for machines without a display."""

from __future__ import annotations

from pathlib import Path

from avrec_desktop import paths
from avrec_desktop.cli.output import Console
from avrec_desktop.sample import install_sample


def headless(console: Console) -> Path:
    """Sample media -> scan -> analyse -> train -> recommend; prints each step and renders the window to a PNG.

    Returns:
        The path of the PNG.
    """
    library = (console.settings.library or paths.default_library()).resolve()
    print("There is no display: running the main job on sample media instead of opening the window.\n")
    with console.session() as session:
        with console.job("Making sample media") as job:
            sample = install_sample(session, library.parent / "sample media", job)
        print(f"1. Sample media: {sample.made} clips made, {sample.kept} already there, in {sample.directory}")
        with console.job("Scanning") as job:
            scan = session.library.scan(None, job)
        total = scan.added + scan.updated + scan.unchanged
        print(f"2. Scan: {total} files, {len(scan.failed)} failed, {scan.seconds:.1f} s")
        with console.job("Analysing") as job:
            extract = session.features.extract(job=job)
        console.failures(extract.failed)
        print(
            f"3. Analysis: {extract.done} done, {extract.skipped} skipped, {len(extract.failed)} failed, "
            f"{extract.seconds:.1f} s"
        )
        profile = session.profile if session.behaviour.events(session.profile, limit=1) else sample.profiles[0]
        with console.job("Training") as job:
            train = session.recommend.train(None, profile, job)
        losses = train.history.get("loss", [])
        trend = f", loss {losses[0]:.3f} -> {losses[-1]:.3f}" if losses else ""
        print(
            f"4. Training: {train.model}, {train.interactions} interactions, {train.epochs} epochs{trend}, "
            f"{train.seconds:.1f} s"
        )
        panel = session.recommend.recommend(profile, limit=10)
    print(f"5. {panel.label} (profile {profile})\n")
    rows = [(n, p.title, p.score, p.reason) for n, p in enumerate(panel.picks, 1)]
    console.table(rows, ("", "title", "score", "why"), "Nothing to recommend.")
    from avrec_desktop.ui.shot import render

    picture = library.parent / "avrec-window.png"
    render(library, profile, picture, (1280, 800), "home", "light", "en")
    print(f"The window as a picture: {picture}")
    return picture
