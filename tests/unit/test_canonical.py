"""The canonical form (RDFC-1.0): one text and one hash for a graph, however it was written.

pyoxigraph has an implementation of its own, which the program does not use: it is the oracle.
"""

import itertools
import time

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import TooMuch
from catalog.sandbox.canonical import canonicalise
from vocabularies.rdf import literal

Triple = tuple[str, str, str]

NODES = [f"_:n{number}" for number in range(5)]
IRIS = ["<urn:a>", "<urn:b>"]
LITERALS = [
    '"1"',
    '"Luft"@de',
    '"> _:n1 ."',
    '"_:n0"',
    literal("".join(map(chr, range(0x20))) + '\x7f\x85"\\\ufffe\uffff\U0001f600'),
]
triples = st.tuples(
    st.sampled_from(NODES + IRIS),
    st.sampled_from(["<urn:p>", "<urn:q>"]),
    st.sampled_from(NODES + IRIS + LITERALS),
)
graphs = st.lists(triples, max_size=12)


def lines(graph: list[Triple]) -> str:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in graph)


def renamed(graph: list[Triple], names: dict[str, str]) -> list[Triple]:
    return [(names.get(s, s), p, names.get(o, o)) for s, p, o in graph]


def clique(size: int) -> str:
    return "".join(f"_:n{a} <urn:p> _:n{b} .\n" for a, b in itertools.permutations(range(size), 2))


def cycle(size: int) -> str:
    return "".join(f"_:n{n} <urn:p> _:n{(n + 1) % size} .\n" for n in range(size))


@given(graphs, st.randoms(use_true_random=False))
def test_order_repetition_and_labels_change_nothing(graph: list[Triple], random):
    names = [f"_:other{number}" for number in range(len(NODES))]
    random.shuffle(names)
    again = renamed(graph + graph[:3], dict(zip(NODES, names, strict=True)))
    random.shuffle(again)
    assert canonicalise(lines(again)) == canonicalise(lines(graph))


@given(graphs)
def test_the_form_is_the_one_of_another_implementation(graph: list[Triple]):
    form = pyoxigraph.RdfFormat.N_TRIPLES
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(lines(graph), format=form))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    assert written is not None
    expected = "".join(sorted(line + "\n" for line in written.decode().split("\n") if line))
    assert canonicalise(lines(graph)).text == expected


@given(graphs, graphs)
def test_two_graphs_have_one_hash_only_if_one_is_the_other_renamed(
    one: list[Triple], other: list[Triple]
):
    is_same = any(
        set(renamed(one, dict(zip(NODES, names, strict=True)))) == set(other)
        for names in itertools.permutations(NODES)
    )
    assert (canonicalise(lines(one)).hash == canonicalise(lines(other)).hash) == is_same


@given(graphs.filter(bool), st.data())
def test_a_statement_less_is_another_graph(graph: list[Triple], data: st.DataObject):
    gone = data.draw(st.sampled_from(graph))
    rest = [triple for triple in graph if triple != gone]
    assert canonicalise(lines(rest)).hash != canonicalise(lines(graph)).hash


@given(graphs)
def test_what_is_canonical_stays_as_it_is(graph: list[Triple]):
    first = canonicalise(lines(graph))
    assert canonicalise(first.text) == first


@pytest.mark.parametrize(
    ("graph", "hashed"),
    [
        pytest.param(
            "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", id="nothing"
        ),
        pytest.param(
            "<urn:s> <urn:p> <urn:o> .\n",
            "e10810789d82e674d8aa3bb4448aaaf3398ff7e93a37a39eec78eaa36b1fd719",
            id="ground",
        ),
    ],
)
def test_a_graph_without_blank_nodes_is_the_hash_of_its_sorted_lines(graph: str, hashed: str):
    assert canonicalise(graph).hash == hashed


def test_nodes_that_differ_are_named_in_the_order_of_their_hashes():
    """Section 4.4.3, steps 3 and 4, worked by hand.

    Of `_:a <urn:p> "1" .` with its line end SHA-256 is 4b4e..., with "2" f8e1....
    """
    text = canonicalise('_:x <urn:p> "2" .\n_:y <urn:p> "1" .\n').text
    assert text == '_:c14n0 <urn:p> "1" .\n_:c14n1 <urn:p> "2" .\n'


def test_a_node_that_speaks_of_itself_is_told_from_two_that_speak_of_each_other():
    alone = "_:x <urn:p> _:x .\n_:y <urn:p> _:y .\n"
    each_other = "_:x <urn:p> _:y .\n_:y <urn:p> _:x .\n"
    assert canonicalise(alone).hash != canonicalise(each_other).hash


@pytest.mark.parametrize("size", [3, 4, 5, 6])
def test_small_cliques_have_a_form(size: int):
    again = clique(size).replace("_:n0", "_:zero")
    assert canonicalise(again) == canonicalise(clique(size))


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param(clique(9), id="clique of nine"),
        pytest.param(clique(10), id="clique of ten"),
        pytest.param(clique(40), id="clique of forty"),
        pytest.param(cycle(5000), id="long cycle"),
        pytest.param(
            "".join(f"_:n{n} <urn:p> _:n{n ^ 1 << bit} .\n" for n in range(64) for bit in range(6)),
            id="cube of six dimensions",
        ),
    ],
)
def test_a_poisonous_graph_is_refused_within_seconds(poison: str):
    begun = time.process_time()
    with pytest.raises(TooMuch, match="look alike") as told:
        canonicalise(poison)
    assert "Give the nodes IRIs" in told.value.hint
    assert time.process_time() - begun < 5
