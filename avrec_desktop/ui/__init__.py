"""The Qt window. Qt is imported only here."""
