"""Foreign text made inert: links by scheme, hosts as they really are, rich text by allow-list."""

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_WIDE: Final = re.compile(r"(?:https?://[^\s/?#<>\"]+|mailto:[^\s<>\"]+@)[^\s<>\"]*\Z")
_TAGS: Final = {"p", "br", "strong", "em", "ul", "ol", "li", "code", "blockquote", "a"}
_HIDDEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Link:
    """An address as a reader may see it: `href` is empty when it must not be followed.

    `host` is the host in ASCII where the one that is shown has letters that can deceive.
    """

    text: str
    href: str = ""
    host: str = ""


def link(address: str) -> Link:
    """A web or mail address made safe to show.

    >>> link("javascript:alert(1)").href, link("//evil.example").href
    ('', '')
    >>> link("https://\u0430pple.example/a").host
    'xn--pple-43d.example'
    """
    text = tidy(address)
    if text != address or not _WIDE.match(address):
        return Link(text)
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return Link(text)
    if "@" in parts.netloc:
        return Link(text)
    return Link(text, address, "" if host.isascii() else _punycode(host))


def tidy(text: str) -> str:
    """A text without the characters that turn, hide or split it; NFC.

    >>> tidy("gnp.\u202eexe")
    'gnp.exe'
    """
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text))


def rich(text: str) -> Markup:
    """A description as paragraphs, lists and links; all else is text."""
    rendered = _markdown().render(tidy(text[:50_000]))
    cleaned = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
    return Markup(cleaned)  # noqa: S704 - cleaned by an allow-list in the line above


@functools.lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("js-default", {"html": True, "linkify": False, "breaks": True}).disable(
        ["image", "heading", "lheading", "table"]
    )


def _punycode(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return "?"
