"""The Chinese of the window is complete, fits its placeholders, is compiled, and can be switched to."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import avrec_desktop.ui
from avrec_desktop import paths
from avrec_desktop.ui import texts
from avrec_desktop.ui.sidebar import Sidebar

FOLDER = paths.resources() / "translations"
FILES = sorted(FOLDER.glob("*.ts"))


def _messages(ts: Path) -> Iterator[tuple[str, str, ET.Element]]:
    for context in ET.parse(ts).getroot().iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name") or "", message.findtext("source") or "", message


def _used() -> set[tuple[str, str]]:
    """Return (context, text) of every ``tr`` call in the sources of the window."""
    found: set[tuple[str, str]] = set()

    def walk(node: ast.AST, context: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.ClassDef) else context
            if isinstance(child, ast.Call):
                name = child.func.attr if isinstance(child.func, ast.Attribute) else getattr(child.func, "id", "")
                if name == "tr":
                    own = context if isinstance(child.func, ast.Attribute) else ""
                    assert isinstance(child.args[0], ast.Constant | ast.Name), ast.dump(child)
                    if isinstance(child.args[0], ast.Constant):
                        found.add((own, child.args[0].value))
            walk(child, inner)

    for source in Path(avrec_desktop.ui.__file__).parent.rglob("*.py"):
        walk(ast.parse(source.read_text(encoding="utf-8")), "")
    return found


def test_there_is_chinese() -> None:
    assert "avrec_zh_CN.ts" in [f.name for f in FILES]


@pytest.mark.parametrize("ts", FILES, ids=lambda f: f.stem)
def test_every_text_is_translated(ts: Path) -> None:
    done = {
        (context, source)
        for context, source, message in _messages(ts)
        if (message.findtext("translation") or "").strip() and message.find("translation").get("type") is None  # type: ignore[union-attr]
    }
    used = _used()
    assert len(used) > 150
    # texts outside classes are filed by lupdate under the class around them, if any
    lacking = {(c, t) for c, t in used if (c, t) not in done and t not in {s for _, s in done}}
    assert not lacking, "run `make translations`, then translate these"


@pytest.mark.parametrize("ts", FILES, ids=lambda f: f.stem)
def test_placeholders_are_kept(ts: Path) -> None:
    for _, source, message in _messages(ts):
        translated = message.findtext("translation") or ""
        assert sorted(re.findall(r"{\w*}", source)) == sorted(re.findall(r"{\w*}", translated)), source


@pytest.mark.parametrize("ts", FILES, ids=lambda f: f.stem)
def test_the_compiled_file_is_up_to_date(qapp: QApplication, ts: Path) -> None:
    translator = QTranslator()
    assert translator.load(str(ts.with_suffix(".qm"))), "run `make translations`"
    for context, source, message in _messages(ts):
        assert translator.translate(context, source) == message.findtext("translation"), (context, source)


def test_the_window_speaks_chinese(qtbot: QtBot, qapp: QApplication) -> None:
    translator = QTranslator()
    assert translator.load(str(FOLDER / "avrec_zh_CN.qm"))
    qapp.installTranslator(translator)
    try:
        sidebar = Sidebar()
        qtbot.addWidget(sidebar)
        assert sidebar._entries["library"].text() == "媒体库"
        assert texts.left(30) == "剩余 30 秒"
        assert texts.joined(["甲", "乙"]) == "甲和乙"
    finally:
        qapp.removeTranslator(translator)
