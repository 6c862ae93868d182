"""The security checks, and the gate that alone turns a plan into an approved one."""
