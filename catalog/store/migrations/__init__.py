"""Migrations of the record store, oldest first, run when a hub opens."""
