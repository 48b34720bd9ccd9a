"""A practice: its agenda, its patients' identities, and FHIR R4 for other programs."""
