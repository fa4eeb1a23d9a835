"""The classes of docs/plugins.md keep the contract: they pass the suites that the document tells authors to use."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from avrec_desktop.api.testing import ExtractorConformance, RecommenderConformance

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"
CODE = re.compile(r"^```python\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def documented(name: str) -> Any:
    """Return a class that a code block of the document defines."""
    (text,) = [m["text"] for m in CODE.finditer(DOCUMENT.read_text(encoding="utf-8")) if f"class {name}(" in m["text"]]
    space: dict[str, Any] = {"__name__": "documented"}
    exec(compile(text, str(DOCUMENT), "exec"), space)
    return space[name]


class TestDocumentedModel(RecommenderConformance):
    model = documented("TasteMatch")
    explains = False


class TestDocumentedExtractor(ExtractorConformance):
    extractor = documented("Loudness")
