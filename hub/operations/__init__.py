"""What the operator sees: jobs, failures, the audit record."""
