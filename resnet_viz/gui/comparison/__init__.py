"""Compare view: two models beside each other or in one, with what differs."""
