"""The mapped file of the national index: its form, the numbers that stand for words in it, and
where it lies. `tourism.index` asks it, `tourism.indexing` writes it."""

DAYS = 550
"""How many nights the index holds, from two days before today on."""

__all__ = ["DAYS"]
