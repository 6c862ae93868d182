"""DVM: declarative plan/apply for development VMs on Lima."""

__version__ = "0.1.0"
