"""The pages: the patient's own, and those of professionals."""
