"""Logical consistency of a vocabulary's OWL: owlready2 asks HermiT, where a Java is there.

The only module that imports owlready2. Nothing is fetched: owl:imports is left out before loading.
"""

import io
import shutil
from dataclasses import dataclass
from typing import Final

import owlready2

from vocabularies.errors import VocabularyError
from vocabularies.rdf import OWL, Graph
from vocabularies.scheme import Scheme

_IMPORTS: Final = OWL["imports"]
_NOTHING: Final = "http://www.w3.org/2002/07/owl#Nothing"
_MEMORY: Final = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reasoner found: `unsatisfiable` are classes that can have no member."""

    is_consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def has_reasoner() -> bool:
    """True when a Java is there to run HermiT with."""
    return shutil.which(str(owlready2.JAVA_EXE)) is not None


def check(scheme: Scheme) -> Verdict:
    """Whether a vocabulary contradicts itself; its imports are named, not followed.

    Raises:
        VocabularyError: there is no Java to run the reasoner with.
    """
    return consistency(scheme.graph)


def consistency(graph: Graph) -> Verdict:
    """The same for any graph of OWL statements."""
    if not has_reasoner():
        raise VocabularyError(
            "HermiT needs a Java, and none is there.", hint="Install a Java runtime, 8 or newer."
        )
    imports = tuple(o for _, p, o in graph.triples() if p == _IMPORTS)
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in graph.triples() if p != _IMPORTS)
    world = owlready2.World()
    ontology = world.get_ontology("https://w3id.org/hutong/checked#")
    ontology.load(fileobj=io.BytesIO(lines.encode()), only_local=True)
    owlready2.reasoning.JAVA_MEMORY = _MEMORY
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Verdict(is_consistent=False, left_out=imports)
    empty = [c.iri for c in world.inconsistent_classes() if c.iri != _NOTHING]
    return Verdict(is_consistent=not empty, unsatisfiable=tuple(sorted(empty)), left_out=imports)
