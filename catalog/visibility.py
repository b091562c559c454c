"""Who may see what: the one place that decides it. Every face and every view asks here.

A record's visibility is decided when it is examined and kept with it; `is_shown` reads the result.
"""

from typing import Final

from catalog.model import Admission, Record, Space, Visibility
from vocabularies.rdf import TDS, Graph, Term

_STATES: Final = "https://w3id.org/hutong/admission-state/"
_RESTRICTED: Final = "<https://w3id.org/hutong/visibility/restricted>"


def admission_of(graph: Graph, root: Term) -> Admission | None:
    """The admission state that a record declares; None where it declares none that is known."""
    for term in graph.objects(root, TDS["admissionState"]):
        name = term.strip('<>"').removeprefix(_STATES)
        if name in set(Admission):
            return Admission(name)
    return None


def visibility_of(space: Space, graph: Graph, root: Term) -> Visibility:
    """Public when the space is, the record does not ask otherwise, and it has been admitted.

    A record that declares no admission state is open, as plain DCAT catalogues are; one that
    declares a state that is unknown is not.
    """
    if space.visibility is Visibility.RESTRICTED:
        return Visibility.RESTRICTED
    if _RESTRICTED in graph.objects(root, TDS["visibility"]):
        return Visibility.RESTRICTED
    if graph.objects(root, TDS["admissionState"]):
        state = admission_of(graph, root)
        return Visibility.PUBLIC if state and state.is_open else Visibility.RESTRICTED
    return Visibility.PUBLIC


def is_shown(record: Record) -> bool:
    """True when everybody may see the record."""
    return is_public(record) and not record.deleted


def is_public(of: Record | Space) -> bool:
    """True when everybody may see the space, or the record or what is left of it."""
    return of.visibility is Visibility.PUBLIC
