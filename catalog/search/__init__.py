"""The search view: text analysis, the query grammar, and the indexes behind one port."""
