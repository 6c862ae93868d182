"""What differs between the desired and the observed state of a VM."""
