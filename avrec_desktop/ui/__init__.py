"""The Qt window. Qt is imported only here."""

import os

# Sound servers and video drivers that are not there are no news; told when QtMultimedia loads, so set before.
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.symbolsresolver=false")
