"""The only place where foreign bytes are fetched and parsed."""
