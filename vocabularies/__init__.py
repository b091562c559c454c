"""Vocabularies: concepts, their closures, profiles of shapes, and the terms that RDF is made of."""
