"""FHIR R4 (4.0.1) for other programs of a practice: read and search, nothing is written."""
