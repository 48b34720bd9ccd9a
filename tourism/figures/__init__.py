"""The figures of a house: occupancy, ADR, RevPAR, pickup."""
