"""The large engine: PostgreSQL and Procrastinate carry work to processes on any number of machines."""
