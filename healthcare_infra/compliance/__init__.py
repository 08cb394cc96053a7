"""Rule packs, the register of acknowledged findings, and the guard against closed services."""
