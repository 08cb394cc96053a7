"""A real PostgreSQL on the loopback interface, from the binaries of a wheel, as the account's Aurora cluster."""
