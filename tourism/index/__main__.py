"""Compile the passes of a search: `python -m tourism.index`, once after each installation."""

from tourism.index.warming import install

if __name__ == "__main__":
    install()
