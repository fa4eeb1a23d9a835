"""Which files are media: by the extension, and by the first bytes where the extension lies."""

from __future__ import annotations

from typing import Literal

from avrec_desktop.api.media import Kind

AUDIO_EXTENSIONS = frozenset(
    b"mp3 mp2 mpga flac ogg oga opus spx m4a m4b m4r aac wav wave w64 aiff aif aifc wma ape wv mka mpc mp+ tta ofr ofs "
    b"ac3 eac3 dts amr awb au snd caf dsf dff ra rma weba alac tak".split()
)
VIDEO_EXTENSIONS = frozenset(
    b"mp4 m4v mkv mk3d webm avi divx mov qt mpg mpeg mpe m1v m2v vob m2ts mts wmv asf flv f4v ogv ogm 3gp 3g2 rm rmvb "
    b"mxf dv nut mjpeg mjpg y4m ivf h264 264 h265 hevc av1 obu wtv".split()
)
# Not among them: ts, dat, mod, bin ..., which name other things as often; there the content decides.
#: Common files beside media that are not worth opening.
OTHER_EXTENSIONS = frozenset(
    b"txt md rst nfo xml html htm css js json jsonl yaml yml toml ini cfg conf log csv tsv sql db sqlite sqlite3 "
    b"srt vtt ass ssa sub idx sup lrc cue m3u m3u8 pls xspf wpl sfv md5 sha1 sha256 par2 jpg jpeg png gif bmp webp "
    b"tif tiff svg ico psd xcf heic avif raw cr2 nef pdf epub mobi doc docx odt xls xlsx ods ppt pptx zip gz bz2 "
    b"xz zst tar 7z rar iso img exe dll so dylib o a lib pyc py pyi c h cc cpp hpp hh java class jar rs go rb pl "
    b"php lua sh bat ps1 ui qrc qml po mo pot ttf otf woff woff2 torrent part crdownload tmp bak swp lock done "
    b"license copyright readme map obj stl wml mid midi kar xm it s3m sf2 desktop".split()
)

Candidate = Literal["audio", "video", "unknown"]


def by_extension(name: bytes) -> Candidate | None:
    """Return what a file name promises; ``"unknown"`` needs a look inside, None is not media."""
    if name.startswith(b"._"):
        return None  # resource forks that macOS leaves on other file systems carry the name of the real file
    stem, dot, extension = name.rpartition(b".")
    extension = extension.lower() if dot and stem else b""
    if extension in AUDIO_EXTENSIONS:
        return "audio"
    if extension in VIDEO_EXTENSIONS:
        return "video"
    if extension in OTHER_EXTENSIONS:
        return None
    return "unknown"


_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"ID3", "mpeg-audio"),
    (b"ADIF", "mpeg-audio"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"MAC ", "ape"),
    (b"wvpk", "wavpack"),
    (b"MPCK", "musepack"),
    (b"MP+", "musepack"),
    (b"TTA1", "trueaudio"),
    (b"TTA2", "trueaudio"),
    (b"OFR ", "optimfrog"),
    (b"DSD ", "dsf"),
    (b"FRM8", "dff"),
    (b"FLV\x01", "flv"),
    (b"\x00\x00\x01\xba", "mpeg-ps"),
    (b"\x00\x00\x01\xb3", "mpeg-video"),
    (b"#!AMR", "amr"),
    (b".snd", "au"),
    (b"caff", "caf"),
    (b".RMF", "realmedia"),
    (b".ra\xfd", "realmedia"),
    (b"DKIF", "ivf"),
    (b"YUV4MPEG2 ", "y4m"),
    (b"tBaK", "tak"),
    (b"\x06\x0e\x2b\x34", "mxf"),
    (b"\x7f\xfe\x80\x01", "dts"),
    (b"riff\x2e\x91\xcf\x11", "w64"),
    (_ASF, "asf"),
)
_NOT_MEDIA: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xfd7zXZ", "an XZ archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"{\\rtf", "a text document"),
    (b"MThd", "a MIDI file, which holds notes but no sound"),
)
_PLAYLISTS = (b"#extm3u", b"[playlist]", b"#ext-x-")
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<svg")


def container_of(head: bytes) -> str | None:
    """Return the family of container that the first bytes (at least 400, for MPEG-TS) show, or None."""
    for start, family in _STARTS:
        if head.startswith(start):
            return family
    if head[:4] == b"RIFX":  # RIFF with the big end first; FFmpeg reads it
        return "rifx"
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return None if head[8:12] in (b"avif", b"avis", b"heic", b"mif1") else "mp4"
    if head[:1] == b"\x47" and head[188:189] == b"\x47" and head[376:377] == b"\x47":
        return "mpeg-ts"
    if head[4:5] == b"\x47" and head[196:197] == b"\x47" and head[388:389] == b"\x47":
        return "mpeg-ts"
    return "mpeg-audio" if _mpeg_audio_header(head) else None


def _mpeg_audio_header(head: bytes) -> bool:
    if len(head) < 4 or head[0] != 0xFF:
        return head[:2] == b"\x0b\x77"  # AC-3
    if head[1] & 0xF6 == 0xF0:  # ADTS
        return head[2] >> 2 & 0xF < 13
    return head[1] & 0xE0 == 0xE0 and head[1] & 0x18 != 0x08 and head[1] & 0x06 != 0 and head[2] >> 4 not in (0, 15)


def describe(head: bytes, size: int) -> str:
    """Return, for people, why a file with these first bytes is not media."""
    if size == 0:
        return "the file is empty (0 bytes)"
    if not head.strip(b"\0"):
        return "the file begins with nothing but zeros; it was probably not copied completely"
    for start, what in _NOT_MEDIA:
        if head.startswith(start):
            return f"it is {what}, not sound or video"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "it is a WebP picture, not sound or video"
    low = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if low.startswith(_PLAYLISTS):
        return "it is a playlist, not sound or video"
    if low.startswith(_MARKUP):
        return "it is a web page or XML text, not sound or video"
    if is_text(head):
        return "it is a text file, not sound or video"
    return "no sound or video was found in it"


def is_other(head: bytes) -> bool:
    """Return whether the first bytes are those of a picture, document, archive or program."""
    return head.startswith(tuple(start for start, _ in _NOT_MEDIA)) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def is_text(head: bytes) -> bool:
    """Return whether the bytes look like text: UTF-8 (possibly cut at the end) without control characters."""
    if b"\0" in head or not head:
        return False
    for cut in range(4):
        try:
            text = head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return sum(c < " " and c not in "\t\r\n\f\x1b" for c in text) * 50 <= len(text)
    return False


def kind_of(candidate: Candidate) -> Kind:
    """Return the kind to show until the file was read."""
    return "video" if candidate == "video" else "audio"
