"""What Alembic runs to migrate: the connection comes from `store.schema`, inside its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
