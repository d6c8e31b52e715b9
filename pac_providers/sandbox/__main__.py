"""`python -m pac_providers.sandbox --data DIR --port N`: the sandbox as a PAC of its own."""

from .server import main

if __name__ == "__main__":
    main()
