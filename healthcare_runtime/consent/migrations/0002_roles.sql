-- Who may do what. The API appends versions, the pipeline reads; nobody but the owner can do anything else.
-- Roles belong to the whole server, so they may be there already.

DO
$$
DECLARE
    member text;
BEGIN
    FOREACH member IN ARRAY ARRAY ['consent_api', 'consent_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = member) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', member);
        END IF;
        -- On Aurora a member of rds_iam logs in with a token only.
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
            EXECUTE format('GRANT rds_iam TO %I', member);
        END IF;
        EXECUTE format('ALTER ROLE %I SET search_path = pg_catalog', member);
        EXECUTE format('ALTER ROLE %I SET statement_timeout = ''5s''', member);
        EXECUTE format('ALTER ROLE %I SET lock_timeout = ''3s''', member);
        EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''10s''', member);
    END LOOP;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO consent_api, consent_reader', current_database());
END
$$;

GRANT USAGE ON SCHEMA consent TO consent_api, consent_reader;
GRANT SELECT, INSERT ON consent.consent_version TO consent_api;
GRANT SELECT ON consent.consent_head TO consent_api;
GRANT SELECT ON consent.consent_version, consent.consent_head TO consent_reader;
