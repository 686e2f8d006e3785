"""Voice messages of the sandbox: real Ogg Opus files of silence whose comment says which words were spoken.

Whoever sends one types what she says; whoever transcribes one reads it there. Containers: RFC 3533 (Ogg), RFC 7845
(Opus in it, with its comment header).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

WORDS = "SPOKEN="
"""The user comment that carries the words."""
VENDOR = b"nochnik sandbox"
LETTERS_A_SECOND = 14
LONGEST = 300
"""Seconds of silence we are ready to write; who says more speaks faster."""

SILENCE = b"\xf8\xff\xfe"
"""An Opus packet of 20 ms without a sound."""
PACKETS_A_SECOND = 50
SAMPLES_A_PACKET = 960
PACKETS_A_PAGE = 200
FIRST, LAST = 2, 4
"""Flags of the first and of the last page."""
STREAM = 20261125


def seconds_of(words: str) -> int:
    """How long it takes to say this."""
    return max(1, min(LONGEST, round(len(words) / LETTERS_A_SECOND)))


def spoken(words: str) -> bytes:
    """A voice message in which this is said."""
    comment = f"{WORDS}{words}".encode()
    tags = b"OpusTags" + _sized(VENDOR) + struct.pack("<I", 1) + _sized(comment)
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)
    return b"".join([_page(0, 0, [head], FIRST), _page(1, 0, [tags]), *_silence(seconds_of(words))])


def words_of(voice: bytes) -> str:
    """What is said in a voice message of the sandbox, nothing in any other."""
    start = voice.find(b"OpusTags")
    try:
        place = _after(voice, start + 8) + 4
        end = _after(voice, place)
        said = voice[place + 4 : end].decode()
    except (struct.error, UnicodeDecodeError):
        return ""
    return said.removeprefix(WORDS) if start >= 0 and said.startswith(WORDS) else ""


def _after(data: bytes, place: int) -> int:
    """Where a string with its length before it ends."""
    (length,) = struct.unpack_from("<I", data, place)
    return place + 4 + int(length)


def _sized(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def _silence(seconds: int) -> Iterator[bytes]:
    packets = seconds * PACKETS_A_SECOND
    for number, start in enumerate(range(0, packets, PACKETS_A_PAGE), 2):
        end = min(start + PACKETS_A_PAGE, packets)
        yield _page(number, end * SAMPLES_A_PACKET, [SILENCE] * (end - start), LAST if end == packets else 0)


def _page(number: int, samples: int, packets: Sequence[bytes], flags: int = 0) -> bytes:
    """One page with whole packets: each is laced as 255, 255, ... and a rest below that."""
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    header = b"OggS" + struct.pack("<BBqIII", 0, flags, samples, STREAM, number, 0) + bytes([len(lacing)]) + lacing
    page = header + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(data: bytes) -> int:
    """Ogg's CRC-32: polynomial 0x04c11db7, not reflected, nothing inverted."""
    crc = 0
    for byte in data:
        crc = (crc << 8) & 0xFFFFFFFF ^ TABLE[(crc >> 24) ^ byte]
    return crc


def _entry(byte: int) -> int:
    crc = byte << 24
    for _ in range(8):
        crc = (crc << 1) & 0xFFFFFFFF ^ (0x04C11DB7 if crc & 0x80000000 else 0)
    return crc


TABLE = [_entry(byte) for byte in range(256)]
