"""Writing and reading a trained model: plain arrays and JSON, never pickle."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avrec_desktop.api.errors import ModelError

ARRAYS_NAME = "arrays.npz"
CONFIG_NAME = "config.json"


def save_model(
    directory: Path, model: str, version: int, config: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write the arrays and settings of a model into an existing directory.

    The description is written last, so that a directory without it is known to be incomplete.

    Args:
        directory: Where to write.
        model: Id of the model.
        version: Version of the model's file format.
        config: Settings as JSON values.
        arrays: Numbers, or texts of fixed width; arrays of Python objects are refused.

    Raises:
        TypeError: An array holds Python objects.
    """
    objects = sorted(name for name, array in arrays.items() if np.asarray(array).dtype.hasobject)
    if objects:
        raise TypeError(f"arrays of Python objects cannot be stored: {', '.join(objects)}")
    entries: dict[str, Any] = dict(arrays)
    np.savez(directory / ARRAYS_NAME, **entries)
    text = json.dumps({"model": model, "version": version, "config": dict(config)}, indent=1)
    part = directory / (CONFIG_NAME + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(directory / CONFIG_NAME)


def load_model(directory: Path, model: str, version: int) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what :func:`save_model` wrote.

    Returns:
        The settings and the arrays.

    Raises:
        ModelError: Files are missing or damaged, or belong to another model or version.
    """
    hint = "Train the model again."
    try:
        described = json.loads((directory / CONFIG_NAME).read_text(encoding="utf-8"))
        found = (described["model"], described["version"])
        config = dict(described["config"])
        with (directory / ARRAYS_NAME).open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"the saved model cannot be read: {error}", path=directory, hint=hint) from error
    if found != (model, version):
        raise ModelError(
            f"the saved model is {found[0]} version {found[1]}, not {model} version {version}",
            path=directory,
            hint=hint,
        )
    return config, arrays
