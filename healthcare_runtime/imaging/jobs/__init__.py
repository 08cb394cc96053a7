"""A closed batch becomes an import job: the prefix it reads, its start within the quotas, what it reports, its end."""
