"""The stays of somebody with an account: all that were booked under an address that is theirs."""
