"""The voucher of a booked stay, for paper: what the guest shows at the house."""
