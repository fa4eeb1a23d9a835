"""Small drawn scenes of the sample library. Every function returns one frame as uint8 (HEIGHT, WIDTH, 3)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.float64]
WIDTH, HEIGHT, FPS = 480, 270, 15
_Y, _X = np.mgrid[0:HEIGHT, 0:WIDTH]


def scene(style: str, seed: int, seconds: float) -> Callable[[float], NDArray[np.uint8]]:
    """Return the function that draws the frame at ``t`` seconds."""
    rng = np.random.default_rng(seed)
    draw = _STYLES[style](rng, seconds)

    def frame(t: float) -> NDArray[np.uint8]:
        return np.clip(draw(t), 0, 255).astype(np.uint8)

    return frame


def cover(seed: int) -> NDArray[np.uint8]:
    """Return a square album cover, uint8 (HEIGHT, HEIGHT, 3): a gradient with soft discs in one family of colours."""
    rng = np.random.default_rng(seed)
    hue = rng.uniform(0, 2 * np.pi)

    def colour(shift: float, light: float) -> tuple[int, int, int]:
        r, g, b = (int(light * (0.55 + 0.45 * np.cos(hue + shift + k))) for k in (0.0, 2.1, 4.2))
        return r, g, b

    image = _sky(colour(0.0, 120), colour(0.6, 230))
    for i in range(7):
        x, y, radius = rng.uniform(0, HEIGHT), rng.uniform(0, HEIGHT), rng.uniform(18, 95)
        _disc(image, x, y, radius, colour(0.25 * i, 255), 0.35)
    return np.clip(image[:, :HEIGHT], 0, 255).astype(np.uint8)


def _sky(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Frame:
    share = np.linspace(0, 1, HEIGHT)[:, None, None]
    image = (1 - share) * np.array(top, float) + share * np.array(bottom, float)
    return np.repeat(image, WIDTH, axis=1)


def _disc(image: Frame, x: float, y: float, radius: float, colour: tuple[int, int, int], alpha: float = 1.0) -> None:
    """Blend an anti-aliased disc into the image, touching only its bounding box."""
    x0, x1 = max(0, int(x - radius - 2)), min(WIDTH, int(x + radius + 3))
    y0, y1 = max(0, int(y - radius - 2)), min(HEIGHT, int(y + radius + 3))
    if x0 >= x1 or y0 >= y1:
        return
    distance = np.hypot(_X[y0:y1, x0:x1] - x, _Y[y0:y1, x0:x1] - y)
    cover = alpha * np.clip(radius + 0.5 - distance, 0, 1)[..., None]
    image[y0:y1, x0:x1] = (1 - cover) * image[y0:y1, x0:x1] + cover * np.array(colour, float)


Draw = Callable[[float], Frame]


def _tide(rng: np.random.Generator, seconds: float) -> Draw:
    del seconds
    waves = [
        (rng.uniform(0.01, 0.05), rng.uniform(0.01, 0.06), rng.uniform(0.3, 1.1), rng.uniform(0, 6)) for _ in range(5)
    ]
    base = np.array([rng.uniform(5, 30), rng.uniform(70, 120), rng.uniform(130, 180)])
    glow = np.array([110.0, 150.0, 150.0])

    def draw(t: float) -> Frame:
        height = np.mean([np.sin(a * _X + b * _Y + c * t + d) for a, b, c, d in waves], axis=0)
        light = np.clip(height, 0, 1)[..., None] ** 2
        depth = (0.6 + 0.4 * _Y / HEIGHT)[..., None]
        image: Frame = base * depth + glow * light * 1.8
        return image

    return draw


def _city(rng: np.random.Generator, seconds: float) -> Draw:
    del seconds
    back = _sky((8, 8, 30), (50, 25, 60))
    x = 0
    while x < WIDTH:
        width, height = int(rng.integers(26, 60)), int(rng.integers(60, 190))
        top = HEIGHT - 60 - height
        back[top : HEIGHT - 60, x : x + width] = rng.uniform(15, 35)
        lit = rng.random((height // 10, width // 8)) < 0.45
        for row, column in np.argwhere(lit):
            y, c = top + 4 + row * 10, x + 3 + column * 8
            back[y : y + 5, c : min(c + 4, WIDTH)] = (250, 210, 120)
        x += width + 3
    back[HEIGHT - 60 :] = (28, 28, 34)
    cars = [(rng.uniform(0, WIDTH), rng.choice([-1, 1]) * rng.uniform(90, 230), rng.integers(0, 2)) for _ in range(14)]

    def draw(t: float) -> Frame:
        image = back.copy()
        for start, speed, lane in cars:
            colour = (255, 250, 220) if speed > 0 else (255, 40, 40)
            y = HEIGHT - 42 + 24 * int(lane)
            x = (start + speed * t) % WIDTH
            _disc(image, x, y, 5, colour)
            _disc(image, x - 12 * np.sign(speed), y, 8, colour, 0.35)
        return image

    return draw


def _garden(rng: np.random.Generator, seconds: float) -> Draw:
    back = _sky((190, 225, 250), (235, 245, 225))
    back[HEIGHT - 50 :] = (120, 170, 80)
    blossoms: tuple[tuple[int, int, int], ...] = ((230, 80, 120), (250, 190, 60), (160, 90, 210))
    flowers = [
        (
            float(x),
            rng.uniform(70, 150),
            blossoms[rng.integers(0, 3)],
        )
        for x in np.linspace(40, WIDTH - 40, 8) + rng.uniform(-12, 12, 8)
    ]

    def draw(t: float) -> Frame:
        image = back.copy()
        _disc(image, 410, 50, 26, (255, 220, 90))
        for i, (x, height, colour) in enumerate(flowers):
            grown = float(np.clip(1.6 * t / seconds - 0.06 * i, 0, 1))
            top = HEIGHT - 50 - height * grown
            sway = x + 5 * np.sin(1.5 * t + i)
            rows = np.arange(int(top), HEIGHT - 45)
            columns = (x + (sway - x) * (HEIGHT - 45 - rows) / max(1.0, HEIGHT - 45 - top)).astype(int)
            for width in range(3):
                image[rows, np.clip(columns + width, 0, WIDTH - 1)] = (60, 130, 60)
            for petal in range(6):
                angle = petal * np.pi / 3 + 0.2 * t
                _disc(image, sway + 13 * grown * np.cos(angle), top + 13 * grown * np.sin(angle), 9 * grown, colour)
            _disc(image, sway, top, 7 * grown, (250, 230, 120))
        return image

    return draw


def _geometry(rng: np.random.Generator, seconds: float) -> Draw:
    del seconds
    sides = int(rng.integers(3, 8))
    colour = rng.choice([[240, 70, 60], [60, 120, 240], [250, 200, 40], [40, 180, 120]]).astype(float)
    paper = np.full((HEIGHT, WIDTH, 3), 246.0)
    paper[::30] = paper[:, ::30] = (222, 226, 232)
    x, y = _X - WIDTH / 2, _Y - HEIGHT / 2
    radius, angle = np.hypot(x, y), np.arctan2(y, x)

    def draw(t: float) -> Frame:
        turn = (angle + 0.9 * t) % (2 * np.pi / sides) - np.pi / sides
        edge = radius * np.cos(turn)
        size = 70 + 25 * np.sin(1.3 * t)
        fill = np.clip(size - edge, 0, 1)[..., None]
        line = np.clip(3 - np.abs(edge - size), 0, 1)[..., None]
        image: Frame = (paper * (1 - fill) + colour * fill) * (1 - line) + 20 * line
        return image

    return draw


def _road(rng: np.random.Generator, seconds: float) -> Draw:
    del seconds
    horizon = 120
    hills = horizon - 14 - 10 * np.sin(_X[0] * rng.uniform(0.01, 0.03) + rng.uniform(0, 6))
    back = _sky((250, 170, 90), (250, 225, 170))
    back[horizon:] = (215, 150, 90)
    back[(hills < _Y) & (horizon > _Y)] = (170, 90, 60)
    depth = np.maximum(_Y - horizon, 1)
    half = 0.75 * depth + 4
    speed = rng.uniform(9, 14)

    def draw(t: float) -> Frame:
        image = back.copy()
        centre = WIDTH / 2 + 40 * np.sin(0.6 * t) * (1 - depth / (HEIGHT - horizon)) ** 2
        off = np.abs(_X - centre)
        ground = horizon < _Y
        image[ground & (off < half)] = (70, 66, 68)
        distance = 2600 / depth + speed * 12 * t
        image[ground & (off < half * 0.04 + 1) & (distance % 60 < 30)] = (250, 240, 210)
        image[ground & (off > half * 1.02) & (off < half * 1.1) & (distance % 40 < 20)] = (190, 120, 70)
        return image

    return draw


def _snow(rng: np.random.Generator, seconds: float) -> Draw:
    del seconds
    back = _sky((150, 170, 200), (215, 225, 240))
    for i in range(3):
        ridge = 150 + 35 * i + 22 * np.sin(_X[0] * rng.uniform(0.006, 0.016) + rng.uniform(0, 6))
        back[ridge < _Y] = (205 + 20 * i, 212 + 18 * i, 228 + 12 * i)
    for x in rng.uniform(20, WIDTH - 20, 7):
        for row in range(40):
            y, half = int(165 + row), int(row * 0.35)
            back[y, max(0, int(x) - half) : int(x) + half + 1] = (40, 80, 70)
    flakes = rng.uniform(0, 1, (160, 4))

    def draw(t: float) -> Frame:
        image = back.copy()
        x = ((flakes[:, 0] * WIDTH + 14 * np.sin(t + 6 * flakes[:, 2])) % WIDTH).astype(int)
        y = ((flakes[:, 1] * HEIGHT + t * (20 + 45 * flakes[:, 3])) % HEIGHT).astype(int)
        for dy in range(3):
            for dx in range(3):
                image[np.minimum(y + dy, HEIGHT - 1), np.minimum(x + dx, WIDTH - 1)] = 255
        return image

    return draw


_STYLES: dict[str, Callable[[np.random.Generator, float], Draw]] = {
    "tide": _tide,
    "city": _city,
    "garden": _garden,
    "geometry": _geometry,
    "road": _road,
    "snow": _snow,
}
