"""Whole numbers of 64 bits for D-Bus, and tables that hold them.

PySide hands a Python int to Qt as a number of 32 bits where it fits, and D-Bus is strict about types. A property that
is declared with the type keeps it, so a number is read back once through one; the call stays in this process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import ClassInfo, Property, QMetaType, QObject
from PySide6.QtDBus import QDBusArgument, QDBusConnection, QDBusMessage, QDBusVariant

_PATH, _INTERFACE = "/org/avrec/number", "org.avrec.Number"


@ClassInfo({"D-Bus Interface": _INTERFACE})  # type: ignore[call-arg]
class Numbers(QObject):  # type: ignore[operator]
    """Makes numbers of 64 bits on a connection.

    Args:
        connection: The bus they are for.
        parent: Qt parent.
    """

    def __init__(self, connection: QDBusConnection, parent: QObject) -> None:
        super().__init__(parent)
        self._bus = connection
        self._value = 0
        self._ask = QDBusMessage.createMethodCall(
            connection.baseService(), _PATH, "org.freedesktop.DBus.Properties", "Get"
        )
        self._ask.setArguments([_INTERFACE, "value"])

    def start(self) -> None:
        """Register on the bus, where this process itself asks."""
        self._bus.registerObject(_PATH, self, QDBusConnection.RegisterOption.ExportAllProperties)

    def stop(self) -> None:
        """Leave the bus."""
        self._bus.unregisterObject(_PATH)

    def _get(self) -> int:
        return self._value

    value = Property("qlonglong", _get)  # type: ignore[arg-type]

    def int64(self, number: int) -> QDBusVariant:
        """Return a number as D-Bus's ``x``."""
        self._value = number
        (out,) = self._bus.call(self._ask).arguments()
        assert isinstance(out, QDBusVariant)
        return out


def table(values: Mapping[str, Any]) -> QDBusArgument:
    """Return a table of D-Bus's type ``a{sv}``; values that are variants already are not wrapped again."""
    out = QDBusArgument()
    out.beginMap(QMetaType(QMetaType.Type.QString), QMetaType.fromName(b"QDBusVariant"))
    for name, value in values.items():
        out.beginMapEntry()
        out.appendVariant(name)
        out.appendVariant(value if isinstance(value, QDBusVariant) else QDBusVariant(value))
        out.endMapEntry()
    out.endMap()
    return out
