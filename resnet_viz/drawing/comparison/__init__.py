"""Pictures of comparisons: what differs is marked, beside each other or in one."""
