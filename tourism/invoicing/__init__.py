"""The invoices of stays: the house's to its guest, and those of who earns a fee to the house."""
