"""Small synthesisers of the sample library. Every function returns mono float32 at :data:`RATE`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]
RATE = 22050
_MINOR = np.array([0, 3, 5, 7, 10, 12, 15, 17])
_MAJOR = np.array([0, 2, 4, 7, 9, 12, 14, 16])


def render_sound(style: str, seconds: float, seed: int) -> NDArray[np.float32]:
    """Return a sound of the style, peak 0.8, with short fades, float32 (n_samples,)."""
    rng = np.random.default_rng(seed)
    wave = _STYLES[style](int(seconds * RATE), rng)
    fade = int(0.3 * RATE)
    wave[:fade] *= np.linspace(0, 1, fade)
    wave[-fade:] *= np.linspace(1, 0, fade)
    return (0.8 * wave / max(float(np.abs(wave).max()), 1e-9)).astype(np.float32)


def _time(n: int) -> Wave:
    return np.arange(n) / RATE


def _pitch(semitones: float, base: float) -> float:
    return float(base * 2 ** (semitones / 12))


def _smooth(noise: Wave, cutoff: float) -> Wave:
    """Low-pass white noise in the frequency domain (first-order slope above ``cutoff`` Hz)."""
    spectrum = np.fft.rfft(noise)
    freq = np.fft.rfftfreq(len(noise), 1 / RATE)
    return np.fft.irfft(spectrum / (1 + (freq / cutoff) ** 2), len(noise))


def _add(out: Wave, at: int, note: Wave) -> None:
    end = min(len(out), at + len(note))
    if at < end:
        out[at:end] += note[: end - at]


def _pads(n: int, rng: np.random.Generator) -> Wave:
    out = np.zeros(n)
    length = int(5.5 * RATE)
    base = _pitch(float(rng.integers(-3, 4)), 110)
    for at in range(0, n, int(3.5 * RATE)):
        t = _time(length)
        swell = np.sin(np.pi * np.arange(length) / length) ** 2
        for step in rng.choice(_MINOR, 3, replace=False):
            f = _pitch(float(step), base)
            voices = [np.sin(2 * np.pi * f * d * t + rng.uniform(0, 6)) for d in (0.997, 1.0, 1.003, 2.001)]
            chorus = np.sum(voices, axis=0)
            _add(out, at, swell * chorus)
    return out


def _hit(kind: int, rng: np.random.Generator) -> Wave:
    n = int((0.18, 0.12, 0.05)[kind] * RATE)
    t = _time(n)
    noise = rng.standard_normal(n)
    if kind == 0:
        return np.sin(2 * np.pi * (90 * t - 60 * t**2 * 2)) * np.exp(-18 * t) + 0.1 * noise * np.exp(-90 * t)
    if kind == 1:
        return 0.6 * np.sin(2 * np.pi * 210 * t) * np.exp(-28 * t) + 0.5 * noise * np.exp(-35 * t)
    return 0.4 * np.diff(noise, prepend=0.0) * np.exp(-80 * t)


def _drums(n: int, rng: np.random.Generator) -> Wave:
    out = np.zeros(n)
    step = int(60 / rng.integers(138, 172) / 4 * RATE)
    pattern = rng.random((3, 16)) < np.array([[0.35], [0.3], [0.75]])
    pattern[0, [0, 8]] = pattern[1, [4, 12]] = True
    hits = [_hit(k, rng) for k in range(3)]
    for i, at in enumerate(range(0, n, step)):
        for kind in np.flatnonzero(pattern[:, i % 16]):
            _add(out, at, hits[kind] * rng.uniform(0.7, 1.0))
    return out


def _chip(n: int, rng: np.random.Generator) -> Wave:
    step = int(60 / rng.integers(140, 180) / 4 * RATE)
    count = -(-n // step)
    chords = np.repeat(rng.choice([0, 5, 7, 9], -(-count // 8)), 8)[:count]
    notes = chords + np.tile(rng.choice(_MAJOR, 8), -(-count // 8))[:count]
    freq = np.repeat(262 * 2 ** (notes / 12), step)[:n]
    bass = np.repeat(65.4 * 2 ** (chords / 12), step)[:n]
    decay = np.tile(np.linspace(1, 0.3, step), count)[:n]
    phase, low = np.cumsum(freq) / RATE, np.cumsum(bass) / RATE
    out: Wave = decay * np.sign(np.sin(2 * np.pi * phase)) + 0.7 * (2 * np.abs(2 * (low % 1) - 1) - 1)
    return out


def _string(f: float, seconds: float, rng: np.random.Generator) -> Wave:
    """Karplus-Strong plucked string (Karplus and Strong 1983), one period at a time."""
    period = max(2, int(RATE / f))
    line = rng.uniform(-1, 1, period)
    rows = []
    for _ in range(int(seconds * f)):
        rows.append(line)
        line = 0.996 * 0.5 * (line + np.roll(line, 1))
    return np.concatenate(rows)


def _plucked(n: int, rng: np.random.Generator) -> Wave:
    out = np.zeros(n)
    step = int(rng.uniform(0.32, 0.42) * RATE)
    base = _pitch(float(rng.integers(-4, 3)), 196)
    strings = {int(s): _string(_pitch(float(s), base), 2.2, rng) for s in (*_MAJOR[:6], -12, -5)}
    for i, at in enumerate(range(0, n, step)):
        choice = (-12, -5)[i // 8 % 2] if i % 8 == 0 else int(rng.choice(_MAJOR[:6]))
        _add(out, at, strings[choice] * rng.uniform(0.6, 1.0))
    return out


def _weather(n: int, rng: np.random.Generator) -> Wave:
    noise = rng.standard_normal(n)
    t = _time(n)
    surge = 0.55 + 0.45 * np.sin(2 * np.pi * t / rng.uniform(4, 9) + rng.uniform(0, 6))
    body = _smooth(noise, rng.uniform(500, 2500)) * surge
    drops = np.where(rng.random(n) < rng.uniform(0.0005, 0.004), rng.standard_normal(n), 0.0)
    out: Wave = body / np.abs(body).max() + 0.8 * _smooth(drops, 4000)
    return out


def _riffs(n: int, rng: np.random.Generator) -> Wave:
    step = int(60 / rng.integers(150, 190) / 4 * RATE)
    count = -(-n // step)
    notes = np.tile(rng.choice([0, 0, 0, 1, 3, 5, 6], 16), -(-count // 16))[:count]
    freq = np.repeat(82.4 * 2 ** (notes / 12), step)[:n]
    gate = np.tile(np.exp(-np.linspace(0, 3, step)), count)[:n]
    phase = np.cumsum(freq) / RATE
    saw = 2 * (phase % 1) - 1 + 2 * (1.5 * phase % 1) - 1
    out = np.tanh(9 * saw * (0.4 + 0.6 * gate))
    kick, snare = _hit(0, rng), _hit(1, rng)
    for i, at in enumerate(range(0, n, step)):
        _add(out, at, 1.2 * (snare if i % 8 == 4 else kick) if i % 2 == 0 else np.zeros(1))
    return out


def _bells(n: int, rng: np.random.Generator) -> Wave:
    out = np.zeros(n)
    for at in range(0, n, int(rng.uniform(0.7, 1.1) * RATE)):
        t = _time(int(2.5 * RATE))
        f = _pitch(float(rng.choice(_MAJOR)), 660)
        partials = ((1, 1, 2), (0.5, 2.76, 4), (0.3, 5.4, 7))  # amplitude, ratio, decay of a small bell
        ring = np.sum([a * np.sin(2 * np.pi * f * r * t) * np.exp(-d * t) for a, r, d in partials], axis=0)
        _add(out, at, ring * rng.uniform(0.5, 1.0))
    hiss: Wave = 0.02 * _smooth(rng.standard_normal(n), 800)
    return out + hiss


def _engine(n: int, rng: np.random.Generator) -> Wave:
    t = _time(n)
    speed = 55 + 25 * np.sin(2 * np.pi * t / rng.uniform(3, 6)) + np.cumsum(rng.standard_normal(n)) / RATE
    phase = np.cumsum(speed) / RATE
    hum = np.sign(np.sin(2 * np.pi * phase)) * 0.5 + np.sin(4 * np.pi * phase)
    hiss = _smooth(rng.standard_normal(n), 1800)
    out: Wave = 0.5 * hum + 0.8 * hiss / np.abs(hiss).max() * (1.2 + np.sin(2 * np.pi * t / 2.3))
    horn = np.sin(2 * np.pi * 392 * t[: RATE // 2]) + np.sin(2 * np.pi * 494 * t[: RATE // 2])
    for at in rng.integers(0, n, 3):
        _add(out, int(at), 0.7 * horn)
    return out


_STYLES: dict[str, Callable[[int, np.random.Generator], Wave]] = {
    "pads": _pads,
    "drums": _drums,
    "chip": _chip,
    "plucked": _plucked,
    "weather": _weather,
    "riffs": _riffs,
    "bells": _bells,
    "engine": _engine,
}
