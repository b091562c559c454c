"""Measurements that anyone can run; each prints one JSON object."""
