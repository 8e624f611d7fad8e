"""A checked signal becomes an order: sizing, journal, placing, protection, reconciliation."""
