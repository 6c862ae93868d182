"""What DVM talks about: manifest, VM, instance, receipt, plan. Data only; nothing here does anything."""
