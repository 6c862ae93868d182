"""Every field of Lima's configuration, with DVM's word on each. What is not in the table is denied."""
