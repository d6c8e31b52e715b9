"""What proves the product rather than runs it: `make sweep`, `make mutate`."""
