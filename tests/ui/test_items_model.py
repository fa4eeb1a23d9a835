"""The model of the library's items under Qt's own model tester."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from avrec_desktop.library.types import Item
from avrec_desktop.ui.items_model import COLUMNS, KEPT_PAGES, PAGE, ItemsModel
from avrec_desktop.ui.workers import Runner


class Source:
    """Items on request; remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.gone: set[int] = set()
        self.suffix = ""

    def fetch(self, ids: Sequence[int]) -> list[Item]:
        """Return the items, without those that are gone."""
        self.asked.append(list(ids))
        return [
            Item(i, f"/{i}.ogg", "audio", "ready", f"Title {i}{self.suffix}", duration=61)
            for i in ids
            if i not in self.gone
        ]


@pytest.fixture
def source() -> Source:
    """Where items come from."""
    return Source()


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    """A runner that is closed at the end."""
    out = Runner()
    yield out
    out.close()


@pytest.fixture
def model(runner: Runner, source: Source) -> Iterator[ItemsModel]:
    """A model under the tester's eye."""
    out = ItemsModel(runner, source.fetch)
    tester = QAbstractItemModelTester(out, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield out
    del tester


def _title(model: ItemsModel, row: int) -> str:
    return str(model.index(row, 0).data())


def _idle(qtbot: QtBot, model: ItemsModel, runner: Runner) -> None:
    qtbot.waitUntil(lambda: not model._wanted and not model._asked and not runner.busy)


def test_a_row_is_a_placeholder_until_its_page_has_come(qtbot: QtBot, model: ItemsModel, source: Source) -> None:
    model.set_ids(np.arange(1, 1001))
    assert model.rowCount() == 1000
    assert _title(model, 500) == "…"
    with qtbot.waitSignal(model.dataChanged, check_params_cb=lambda a, b, _: a.row() <= 500 <= b.row()):
        pass
    assert _title(model, 500) == "Title 501"
    assert [501 in ids for ids in source.asked].count(True) == 1
    assert sum(len(ids) for ids in source.asked) < 1000, "only what is looked at is fetched"


def test_appending_inserts_rows_and_keeps_the_rest(qtbot: QtBot, model: ItemsModel, runner: Runner) -> None:
    model.set_ids(np.arange(1, 11))
    _title(model, 0)
    _idle(qtbot, model, runner)
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    with qtbot.waitSignal(model.rowsInserted) as inserted:
        model.set_ids(np.arange(1, 101))
    assert inserted.args is not None
    assert inserted.args[1:3] == [10, 99]
    assert resets == []
    _title(model, 99)
    qtbot.waitUntil(lambda: _title(model, 99) == "Title 100" and _title(model, 5) == "Title 6")


def test_another_order_resets_and_stale_pages_are_dropped(qtbot: QtBot, model: ItemsModel, runner: Runner) -> None:
    model.set_ids(np.arange(1, 11))
    _title(model, 0)
    model._dispatch()  # the fetch of the first order is on its way
    with qtbot.waitSignal(model.modelReset):
        model.set_ids(np.arange(10, 0, -1))
    _title(model, 0)
    qtbot.waitUntil(lambda: _title(model, 0) == "Title 10")
    _idle(qtbot, model, runner)
    assert _title(model, 9) == "Title 1"


def test_rows_that_came_with_the_list_are_there_at_once(qtbot: QtBot, model: ItemsModel, source: Source) -> None:
    ids = np.arange(1000, 0, -1)
    model.set_ids(ids, source.fetch(ids[:PAGE].tolist()))
    assert (_title(model, 0), _title(model, PAGE - 1)) == ("Title 1000", f"Title {1001 - PAGE}")
    assert _title(model, PAGE) == "…"


def test_the_same_ids_change_nothing(qtbot: QtBot, model: ItemsModel) -> None:
    model.set_ids(np.arange(1, 11))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.assertNotEmitted(model.ids_changed):
        model.set_ids(np.arange(1, 11))


def test_memory_is_bounded(qtbot: QtBot, source: Source, runner: Runner) -> None:
    model = ItemsModel(runner, source.fetch)  # no tester: it reads all rows whenever one page has come
    model.set_ids(np.arange(1, (KEPT_PAGES + 20) * PAGE))
    for page in range(KEPT_PAGES + 10):
        model.item_at(page * PAGE)
    _idle(qtbot, model, runner)
    assert len(model._pages) == KEPT_PAGES


def test_refreshing_fetches_anew(qtbot: QtBot, model: ItemsModel, source: Source, runner: Runner) -> None:
    model.set_ids(np.arange(1, 11))
    _title(model, 0)
    _idle(qtbot, model, runner)
    source.suffix = " (new)"
    model.refresh_items([3])
    qtbot.waitUntil(lambda: _title(model, 2) == "Title 3 (new)")


def test_an_item_that_vanished_stays_a_placeholder(
    qtbot: QtBot, model: ItemsModel, source: Source, runner: Runner
) -> None:
    source.gone = {2}
    model.set_ids(np.arange(1, 4))
    _title(model, 0)
    _idle(qtbot, model, runner)
    assert [_title(model, n) for n in range(3)] == ["Title 1", "…", "Title 3"]


def test_headers_are_aligned_as_their_cells(qtbot: QtBot, model: ItemsModel) -> None:
    model.set_ids(np.arange(1, 4))
    role = Qt.ItemDataRole.TextAlignmentRole
    for column in range(len(COLUMNS)):
        assert model.headerData(column, Qt.Orientation.Horizontal, role) == model.index(0, column).data(role)


def test_rows_and_ids(qtbot: QtBot, model: ItemsModel) -> None:
    model.set_ids(np.array([7, 5, 9]))
    assert model.row_of(9) == 2
    assert model.row_of(1) == -1
    assert model.index(1, 0).data(ItemsModel.id_role) == 5
    assert model.data(QModelIndex(), ItemsModel.id_role) is None
