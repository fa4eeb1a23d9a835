"""Tries a network once and remembers how long its vectors are, or why it does not work."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path

import numpy as np
import platformdirs

from avrec_desktop.api import AudioPatches, Frames, PluginError
from avrec_onnx import nets, prepare
from avrec_onnx.config import ModelSpec

log = logging.getLogger(__name__)


def probe(spec: ModelSpec, cache: Path | None = None) -> tuple[int, str | None]:
    """Return the length of the vectors and what is wrong, for people; (0, reason) when it does not work.

    The outcome is kept in the user's cache folder until settings or files change: every process that loads the plugin
    needs it, and loading a large network takes seconds.
    """
    for network in (spec.network, spec.text):
        missing = nets.lacking(network) if network is not None else None
        if missing is not None:
            return 0, missing
    folder = cache or Path(platformdirs.user_cache_dir("avrec-onnx"))
    note = folder / f"{hashlib.sha256(spec.mark().encode()).hexdigest()[:32]}.json"
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        return int(known["dim"]), known["error"]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not tried yet, or the note is damaged: try
    dim, error = _try(spec)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"dim": dim, "error": error}), encoding="utf-8")
    except OSError as problem:
        log.info("the outcome of trying %s is not kept: %s", spec.name, problem)
    return dim, error


def _try(spec: ModelSpec) -> tuple[int, str | None]:
    try:
        dim = _dim(spec)
        if spec.text is not None:
            other = nets.Words(spec.text).embed(["music"]).shape[1]
            if other != dim:
                return 0, f"its network of words gives {other} numbers, and that of the items {dim}"
    except PluginError as error:
        return 0, str(error)
    return dim, None


def _dim(spec: ModelSpec) -> int:
    if spec.kind == "text":
        return int(nets.Words(spec.network).embed(["music"]).shape[1])
    net = nets.load(spec.network)
    if spec.kind == "image":
        grey = Frames(np.full((1, 64, 96, 3), 128, np.uint8), np.zeros(1), np.ones(1))
        return int(nets.embed(net, spec.network, prepare.pictures(grey, spec), spec.layout).shape[1])
    noise = np.random.default_rng(0).normal(0, 0.1, (1, spec.rate)).astype(np.float32)
    sound = prepare.sounds(AudioPatches(noise, np.zeros(1), spec.rate), spec)
    return int(nets.embed(net, spec.network, sound).shape[1])
