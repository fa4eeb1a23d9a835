"""Encryption, anonymising and erasing."""
