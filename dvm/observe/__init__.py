"""What is there: Lima's instances with our receipts, and Lima's host-wide configuration."""
