"""The truth: records, reports, spaces and the change log in SQL."""
