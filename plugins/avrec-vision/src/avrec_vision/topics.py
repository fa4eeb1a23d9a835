"""The thousand classes of ImageNet as topics for people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api import Tag

Matrix = NDArray[np.float32]

_Range = int | tuple[int, int]

#: Classes of each topic, single ones and ranges with both ends. Classes that a network names when it sees nothing
#: that it knows (nematode, matchstick, hook, envelope, bubble ...) belong to no topic.
TOPICS: dict[str, tuple[_Range, ...]] = {
    "underwater": ((0, 6), (107, 110), (112, 126), (327, 329), (389, 397), 801, 973, 983),
    "birds": ((7, 24), (80, 100), (127, 146)),
    "reptiles and amphibians": ((25, 68),),
    "insects and spiders": ((69, 79), (300, 326), 599, 815),
    "sea mammals": ((147, 150),),
    "dogs": ((151, 268), 537),
    "cats": ((281, 285),),
    "wild animals": ((101, 106), (269, 280), (286, 299), 340, (342, 344), (346, 388)),
    "farm and pets": ((330, 339), 341, 345, 425, 595, 690, 730, 856, 866, 958),
    "ships and harbours": (
        403, 449, 460, 472, 484, 510, 536, 554, 576, 625, 628, 718, 724, 780, 814, 833, 871, 913, 914
    ),
    "aircraft and space": (404, 405, 417, 657, 701, 744, 755, 812, 895, 908),
    "trains": (466, 547, 565, 705, 820, 829),
    "cars and roads": (
        407, 436, 468, 475, 479, 511, 555, 569, 573, 575, 581, 609, 612, 627, 654, 656, 661, 670, 675, 717,
        734, 751, 757, 779, 785, 803, 817, 864, 867, 874, 919, 920, 665
    ),
    "cycling": (444, 671, 870, 880),
    "military": (413, 439, 461, 465, 471, 490, 524, 586, 652, 715, 763, 764, 787, 847),
    "music": (
        401, 402, 420, 432, 486, 513, 541, 542, 546, 558, 566, 577, 579, 593, 594, 641, 642, 650, 683, 684,
        687, 699, 776, 819, 822, 875, 881, 889
    ),
    "sports": (
        416, 422, 429, 430, 433, 450, 522, 543, 560, 574, 602, 638, 702, 722, 736, 746, 747, 752, 768, 781,
        805, 842, 852, 890, 981
    ),
    "winter sports": (795, 796, 802),
    "screens and text": (
        453, 454, 508, 526, 527, 530, 590, 592, 605, 620, 624, 662, 664, 673, 681, 742, 782, 810, 851, 878,
        916, 917, 918, 921, 922
    ),
    "food and cooking": (
        415, 440, 441, 467, 469, 473, 499, 504, 505, 509, 521, 534, 544, 550, 567, 582, 618, 651, 659, 666,
        725, 737, 760, 762, 766, 809, 813, 827, 828, 849, 859, 891, 898, 907, 909, 910, (923, 957), (959,
        969)
    ),
    "home": (
        423, 435, 493, 495, 516, 520, 532, 548, 559, 564, 598, 619, 648, 703, 706, 721, 750, 765, 789, 794,
        799, 831, 846, 857, 861, 894, 896, 897
    ),
    "clothes and fashion": (
        399, 411, 445, 451, 452, 459, 474, 501, 502, 514, 515, 552, 568, 578, 601, 608, 610, 614, 630, 655,
        679, 689, 697, 735, 748, 770, 774, 775, 808, 824, 837, 841, 869, 885, 903
    ),
    "people in suits": (400, 457, 617, 667, 834, 906, 982),
    "buildings": (
        437, 442, 483, 498, 500, 525, 538, 562, 580, 649, 663, 668, 682, 698, 727, 743, 821, 825, 832, 839,
        853, 858, 873, 884, 888, 900, 915
    ),
    "churches": (406, 497, 887),
    "sea and coast": (972, (975, 978)),
    "mountains": (970, 974, 979, 980, 672),
    "plants and flowers": (738, (984, 998)),
    "toys and games": (476, 611, 633, 719, 723, 800, 843, 850, 865),
    "machines and tools": (491, 517, 540, 561, 587, 596, 621, 634, 740, 783, 784, 792),
}  # fmt: skip
#: Said of the look of the pictures rather than of what they show.
LOOKS = ("black and white", "bright picture", "colourful", "dark picture", "graphics", "fast cuts", "slow cuts")
VOCABULARY = (*TOPICS, *LOOKS)
#: Mean probability over the frames from which a topic is said, and at most so many.
SHOWN, MOST = 0.2, 4


def class_matrix() -> Matrix:
    """Return float32 (1000, n_topics): 1 where a class belongs to a topic."""
    out = np.zeros((1000, len(TOPICS)), dtype=np.float32)
    for column, parts in enumerate(TOPICS.values()):
        for part in parts:
            first, last = part if isinstance(part, tuple) else (part, part)
            out[first : last + 1, column] = 1.0
    return out


def topic_matrix(scores: Matrix, graphics: float, matrix: Matrix) -> Matrix:
    """Return the topics of each frame, float32 (n_frames, n_topics).

    A class counts by how sure the network is of the frame. Drawings and screens are read as photographs of the
    nearest thing, so all but the topics of screens fade with how drawn the film looks.

    Args:
        scores: float32 (n_frames, 1000) before the softmax.
        graphics: How drawn the film looks, in [0, 1].
        matrix: From :func:`class_matrix`.
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = (powers / powers.sum(axis=1, keepdims=True)) @ matrix
    fade = np.array([1.0 if name == "screens and text" else 1.0 - graphics for name in TOPICS], dtype=np.float32)
    return np.asarray(np.minimum(shares * fade, 1.0), dtype=np.float32)


def topic_tags(topics: Matrix) -> list[Tag]:
    """Return the topics of a film from those of its frames (:func:`topic_matrix`), likeliest first."""
    mean = topics.mean(axis=0)
    out = [Tag(name, float(p)) for name, p in zip(TOPICS, mean, strict=True) if p >= SHOWN]
    return sorted(out, key=lambda tag: -tag.p)[:MOST]


def look_tags(brightness: float, saturation: float, graphics: float, shot_seconds: float, frames: int) -> list[Tag]:
    """Return tags of the look and the pacing."""
    values = {
        "dark picture": _slope(-brightness, -0.2, 0.04),
        "bright picture": _slope(brightness, 0.66, 0.05),
        "colourful": _slope(saturation, 0.55, 0.06),
        "black and white": _slope(-saturation, -0.05, 0.015),
        "graphics": graphics,
    }
    if frames > 1:
        values |= {"fast cuts": _slope(-shot_seconds, -2.5, 0.6), "slow cuts": _slope(shot_seconds, 20.0, 4.0)}
    return [Tag(name, p) for name, p in values.items() if p >= 0.5]


def _slope(value: float, middle: float, width: float) -> float:
    """Return a soft threshold in (0, 1)."""
    return float(1.0 / (1.0 + np.exp(-np.clip((value - middle) / width, -30, 30))))
