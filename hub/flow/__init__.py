"""The steps of a ticket's life: each reads a state, acts, and commits the next one."""
