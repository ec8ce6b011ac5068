"""Live models without their shortcuts or blocks, and live models of any source."""
