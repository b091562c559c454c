import pytest

from vocabularies import reasoning, registry
from vocabularies.errors import VocabularyError
from vocabularies.rdf import OWL, RDFS, TYPE, Graph

needs_java = pytest.mark.skipif(
    not reasoning.has_reasoner(), reason="no Java is here to run HermiT with"
)


def clash() -> Graph:
    """A class below two that have nothing in common, and a member of it."""
    return Graph(
        [
            ("<urn:a>", TYPE, OWL["Class"]),
            ("<urn:b>", TYPE, OWL["Class"]),
            ("<urn:c>", TYPE, OWL["Class"]),
            ("<urn:a>", OWL["disjointWith"], "<urn:b>"),
            ("<urn:c>", RDFS["subClassOf"], "<urn:a>"),
            ("<urn:c>", RDFS["subClassOf"], "<urn:b>"),
        ]
    )


@needs_java
def test_the_vocabulary_of_data_spaces_is_consistent():
    scheme = registry.load().scheme("tds")
    assert scheme is not None
    assert reasoning.check(scheme).is_consistent


@needs_java
def test_a_class_that_can_have_no_member_is_named():
    verdict = reasoning.consistency(clash())
    assert not verdict.is_consistent
    assert verdict.unsatisfiable == ("urn:c",)


@needs_java
def test_a_contradiction_is_found():
    graph = clash()
    graph.add("<urn:x>", TYPE, OWL["NamedIndividual"])
    graph.add("<urn:x>", TYPE, "<urn:c>")
    assert not reasoning.consistency(graph).is_consistent


@needs_java
def test_imports_are_named_and_not_followed():
    graph = clash()
    graph.add("<urn:o>", OWL["imports"], "<http://127.0.0.1:9/elsewhere>")
    assert reasoning.consistency(graph).left_out == ("<http://127.0.0.1:9/elsewhere>",)


def test_without_a_java_the_check_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reasoning, "has_reasoner", lambda: False)
    with pytest.raises(VocabularyError, match="Install a Java"):
        reasoning.consistency(clash())
