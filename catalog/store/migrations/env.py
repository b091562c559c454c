"""Run the migrations over the connection that `catalog.store.engine` hands in."""

from alembic import context

from catalog.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
