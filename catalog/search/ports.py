"""What the catalogue asks of a search backend, and the values that cross the border."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, get_args

from catalog.model import Texts

FACETS: Final = (
    "space",
    "space_kind",
    "kind",
    "theme",
    "format",
    "publisher",
    "licence",
    "access",
    "language",
    "industry",
    "quality",
    "offer",
    "year",
)
"""The facets in the order in which they are shown; also the names of the filters."""

Sort = Literal["relevance", "modified", "quality"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Document:
    """A record as the search view holds it: tokens ready, nothing left to analyse.

    `tokens` maps a field (title, label, text, net, concept) to its tokens in order, a space between
    them: label has keywords, publisher and distributions, text the descriptions, net the bigrams
    of Chinese, Japanese and Korean, concept the IRIs of what is declared or named. `facets` maps
    a name of FACETS to its values (plain strings; IRIs where the value is a concept). `stored` is
    what a result shows without asking the record store, as JSON bytes. `exact` are the folded whole
    values that an exact match can hit (identifier, IRI, title).
    """

    id: str
    iri: str
    space: str
    tokens: Mapping[str, str]
    facets: Mapping[str, Sequence[str]]
    stored: bytes
    exact: Sequence[str] = ()
    modified: int = 0
    """Seconds since 1970 of the publisher's dct:modified, else dct:issued, else 0."""
    quality: int = 0
    title_words: int = 0
    """About how many words the shortest title has."""
    box: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees."""
    period: tuple[int, int] | None = None
    """Start and end in days since 1970; an open end is ±1,000,000,000."""
    suggestions: Sequence[str] = ()
    names: Mapping[str, Texts] = field(default_factory=dict)
    """What the record calls those values of its facets that are no concepts, by IRI."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose in one facet: any of, all of, none of."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A search as asked: text in the query grammar, choices by facet, place, period, order."""

    text: str = ""
    choices: Mapping[str, Choice] = field(default_factory=dict)
    box: tuple[float, float, float, float] | None = None
    period: tuple[int, int] | None = None
    sort: str = "relevance"
    limit: int = 20
    cursor: str = ""
    facets: tuple[str, ...] = FACETS
    facet_size: int = 12
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of "why this result": a field that matched, by which word, through what.

    `through` is empty for the word itself, else `concept` (a label of the same or a narrower
    concept), `typo`, `stem`, `bigram`, `prefix` or `exact`.
    """

    field: str
    word: str
    through: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. Snippets are plain text with matched ranges, never HTML.

    `title` and `snippet` are in the reader's language where there is one; `marks` are (start, end)
    character ranges in them.
    """

    id: str
    iri: str
    space: str
    score: float
    why: tuple[Reason, ...]
    stored: bytes
    title: str = ""
    title_marks: tuple[tuple[int, int], ...] = ()
    snippet: str = ""
    snippet_marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, its label in the reader's language, and how many results have it.

    A backend gives the value as its label; `catalog.finding` names it.
    """

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search returns. `next` is the cursor of the following page, empty at the end.

    `corrections` maps a word that nothing matched to the word that was searched in its place;
    `expansions` maps a word to the concept labels that were searched beside it; `dropped` are words
    that had to be left out to find anything.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    next: str = ""
    corrections: Mapping[str, str] = field(default_factory=dict)
    expansions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()


class SearchIndex(Protocol):
    """A rebuildable view of the records; the record store remains the truth.

    Laws, kept by every backend and tested over all of them: what is put is found after `commit`
    and not before; a document put again replaces the former; a document removed is found nowhere,
    counts and suggestions included; `sequence` survives a crash together with the documents of the
    same commit; `search` never raises on any text.
    """

    def put(self, documents: Iterable[Document]) -> None:
        """Add the documents; one already there under the same id is replaced."""

    def remove(self, ids: Iterable[str]) -> None:
        """Take documents out; an id that is not there is passed over."""

    def commit(self, sequence: int) -> None:
        """Make all that was put and removed visible, as the state after that change.

        The view stays with this writer until it is released.
        """

    def release(self) -> None:
        """Let other processes write, once the backend has put itself in order.

        What was put and not committed is dropped.
        """

    def sequence(self) -> int:
        """The last change that the view has seen; 0 when it is empty."""

    def traces(self) -> tuple[str, ...]:
        """Ids of the records to put again, so that scores tell nothing of what was taken out.

        Empty where nothing was, and where that is left to the backend's own housekeeping because it
        would be too much work.
        """

    def clear(self) -> None:
        """Empty the view, sequence included."""

    def search(self, question: Question) -> Answer:
        """The results of a question, best first."""

    def suggest(self, prefix: str, *, lang: str, limit: int = 8) -> tuple[str, ...]:
        """Completions of what is being typed, likeliest first."""

    def names_of(self, iri: str) -> Texts:
        """What most records call a thing that no vocabulary has, by language."""

    def similar(self, record: str, *, lang: str, limit: int = 5) -> tuple[Hit, ...]:
        """Records like this one, without itself."""

    def close(self) -> None:
        """Release locks and files."""


__all__ = [
    "FACETS",
    "SORTS",
    "Answer",
    "Choice",
    "Document",
    "FacetValue",
    "Hit",
    "Question",
    "Reason",
    "SearchIndex",
    "Sort",
    "Texts",
]
