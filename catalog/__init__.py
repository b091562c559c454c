"""The catalogue: records, their truth and their views, and the walls around foreign bytes."""
