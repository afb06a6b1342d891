"""What the objects of a PDF can do, and which of them the trailer reaches.

Objects arrive as the reader's JSON form (qpdf JSON version 2): names as "/Name", references as "12 0 R", strings
marked "u:" or "b:". Dangerous things that nothing reaches are harmless leftovers and do not count.
Not here: opening files (`reader.py`), what follows from it (`verdicts.py`).
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ACTIONS = {
    "/JavaScript": "js",
    "/Launch": "launch",
    "/SubmitForm": "submitform",
    "/ImportData": "importdata",
    "/GoToE": "gotoe",
    "/Rendition": "rendition",
    "/Movie": "movie",
    "/Sound": "sound",
    "/RichMediaExecute": "richmedia",
}
MEDIA_ANNOTATIONS = {"/Movie": "movie", "/Sound": "sound", "/RichMedia": "richmedia"}
XFA, EMBEDDED = "xfa", "embed"

# Cheap first look at an object's JSON text: only what can match below is parsed at all.
_SUSPECT = re.compile(
    rb'"/(?:JavaScript|Launch|SubmitForm|ImportData|GoToE|Rendition|Movie|Sound|RichMedia(?:Execute)?'
    rb'|OnInstantiate|XFA|EF|EmbeddedFile|FileAttachment|Sig|Image)"'
)
_REFERENCES = re.compile(rb'"(\d+ \d+ R)"')


@dataclass(frozen=True, slots=True)
class Seen:
    """What one object holds: kinds of danger, signature fields, largest image in pixels."""

    kinds: frozenset[str] = frozenset()
    signature_fields: int = 0
    largest_image: int = 0


NOTHING = Seen()


def look(text: bytes) -> Seen:
    """What an object holds, from its JSON text; it is parsed only where the text gives reason."""
    if not _SUSPECT.search(text):
        return NOTHING
    kinds: set[str] = set()
    signature_fields = largest_image = 0
    rest: list[Any] = [json.loads(text)]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            kinds |= _kinds_of(value)
            signature_fields += value.get("/FT") == "/Sig"
            largest_image = max(largest_image, _pixels_of(value))
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)
    return Seen(frozenset(kinds), signature_fields, largest_image)


def references(text: bytes) -> list[str]:
    """The objects an object points to, as "12 0 R"."""
    return [found.decode() for found in _REFERENCES.findall(text)]


def reachable_kinds(start: bytes, fetch: Callable[[str], bytes]) -> frozenset[str]:
    """Kinds of danger found on the way from `start` (the trailer's JSON text), each object fetched once by reference."""
    kinds = set(look(start).kinds)
    met = set(references(start))
    rest = list(met)
    while rest:
        text = fetch(rest.pop())
        kinds |= look(text).kinds
        new = set(references(text)) - met
        met |= new
        rest.extend(new)
    return frozenset(kinds)


def _name(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _kinds_of(dictionary: dict[str, Any]) -> set[str]:
    """Dangers of one dictionary. `/S` alone decides an action: viewers do not insist on `/Type /Action`."""
    subtype = _name(dictionary.get("/Subtype"))
    kinds = {ACTIONS.get(_name(dictionary.get("/S")), ""), MEDIA_ANNOTATIONS.get(subtype, "")} - {""}
    if "/OnInstantiate" in dictionary:
        kinds.add("js")  # the script of a 3D stream
    if "/XFA" in dictionary:
        kinds.add(XFA)
    if "/EF" in dictionary or dictionary.get("/Type") == "/EmbeddedFile" or subtype == "/FileAttachment":
        kinds.add(EMBEDDED)
    return kinds


def _pixels_of(dictionary: dict[str, Any]) -> int:
    width, height = dictionary.get("/Width"), dictionary.get("/Height")
    if dictionary.get("/Subtype") != "/Image" or type(width) is not int or type(height) is not int:
        return 0
    return max(width, 0) * max(height, 0)
