"""Checks: SHACL engines behind one port, the quality score, and reports."""
