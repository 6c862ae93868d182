"""DVM's own records: receipts in Lima's instance directories; journal, logs, locks and marks in the state directory."""
