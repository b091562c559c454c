"""The pages: templates, texts and static files."""
