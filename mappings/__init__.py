"""Mappings: steps from one format to another, their routes and their coverage."""
