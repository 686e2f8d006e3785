"""A text as long as one page may be: cut between words, so that no number in it is cut in two."""

from __future__ import annotations

PARTS = 2
"""Parts of a text message that are paid for: what happened fits into them, the conversation does not."""
ALONE, JOINED = 70, 67
"""UTF-16 units of one part in Russian (UCS-2, 140 bytes); of several parts each spends six bytes on its place among
them (3GPP TS 23.040, 9.2.3.24.1)."""
MORE = "…"


def as_sms(text: str) -> str:
    """What of a text fits into one or two parts of a text message, whatever alphabet it is in."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    said = "\n".join(line for line in lines if line)
    return said if units(said) <= ALONE else cut(said, PARTS * JOINED)


def cut(text: str, most: int) -> str:
    """At most ``most`` UTF-16 units of a text, up to the end of a word where there is one in the last third."""
    if units(text) <= most:
        return text
    kept = text.encode("utf-16-le")[: 2 * (most - len(MORE))].decode("utf-16-le", "ignore")
    if not text[len(kept)].isspace():
        end = max(kept.rfind(" "), kept.rfind("\n"))
        kept = kept[:end] if 3 * end > 2 * len(kept) else kept
    return kept.rstrip(" \n.,:;") + MORE


def units(text: str) -> int:
    """The length of a text in UTF-16, as text messages count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
