"""The HTTP interface: data by Accept, and /api/v1."""
