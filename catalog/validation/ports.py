"""What the catalogue asks of a validation engine."""

from typing import Protocol

from catalog.model import Finding
from vocabularies.rdf import Graph


class Engine(Protocol):
    """Checks graphs against the shapes that it was made for.

    Law: every engine gives the same findings (focus, path, component, severity, value) for the same
    graph and shapes, as a multiset; only their order and texts may differ. `graph` is not changed.
    """

    name: str

    def validate(self, graph: Graph) -> tuple[Finding, ...]:
        """The findings, without those on nodes that only the background vocabularies describe."""
