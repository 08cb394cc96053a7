-- Consents, append-only: every version stays; the head is what counts now.
-- PostgreSQL 16. No extension: btree_gist is replaced by ranges of hashes, which GiST knows by itself.

CREATE SCHEMA consent;
REVOKE ALL ON SCHEMA consent FROM PUBLIC;

CREATE TABLE consent.consent_version (
    consent_id   text        NOT NULL CHECK (consent_id ~ '^[A-Za-z0-9.-]{1,64}$'),
    version      integer     NOT NULL CHECK (version > 0),
    recorded_at  timestamptz NOT NULL,
    status       text        NOT NULL CHECK (
        status IN ('draft', 'proposed', 'active', 'rejected', 'inactive', 'entered-in-error')),
    patient_keys text[]      NOT NULL CHECK (cardinality(patient_keys) BETWEEN 1 AND 2),
    document     text        NOT NULL,
    -- The widest reading of the root period: a date is a day in the patient's zone, which the record does not tell.
    period       tstzrange   NOT NULL,
    -- Text and not jsonb: the bytes are evidence, and jsonb would reorder members and round decimals.
    resource     text        NOT NULL CHECK (resource IS JSON OBJECT WITH UNIQUE KEYS),
    sha256       bytea       NOT NULL CHECK (sha256 = sha256(convert_to(resource, 'UTF8'))),
    PRIMARY KEY (consent_id, version)
);

CREATE TABLE consent.consent_head (
    consent_id   text PRIMARY KEY,
    version      integer     NOT NULL,
    recorded_at  timestamptz NOT NULL,
    status       text        NOT NULL,
    patient_keys text[]      NOT NULL,
    document     text        NOT NULL,
    period       tstzrange   NOT NULL,
    FOREIGN KEY (consent_id, version) REFERENCES consent.consent_version (consent_id, version),
    -- One signed form is in force once at a time. Consents of different forms may overlap: the decision ranks them.
    CONSTRAINT one_form_in_force_once EXCLUDE USING gist (
        int8range(hashtextextended(document, 0), hashtextextended(document, 0), '[]') WITH &&,
        period WITH &&
    ) WHERE (status = 'active' AND document <> '')
);
CREATE INDEX consent_head_by_patient ON consent.consent_head USING gin (patient_keys);

-- The head follows the versions by itself, in the same transaction: nobody else writes it, so it cannot differ.
CREATE FUNCTION consent.move_head() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
    head consent.consent_head;
BEGIN
    SELECT * INTO head FROM consent.consent_head WHERE consent_id = NEW.consent_id FOR UPDATE;
    IF NOT FOUND THEN
        IF NEW.version <> 1 THEN
            RAISE EXCEPTION 'the first version of a consent is 1' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        INSERT INTO consent.consent_head (consent_id, version, recorded_at, status, patient_keys, document, period)
        VALUES (NEW.consent_id, 1, NEW.recorded_at, NEW.status, NEW.patient_keys, NEW.document, NEW.period);
        RETURN NULL;
    END IF;
    IF NEW.version <> head.version + 1 OR NEW.recorded_at < head.recorded_at THEN
        RAISE EXCEPTION 'a version follows the one before it' USING ERRCODE = 'serialization_failure';
    END IF;
    IF NEW.patient_keys <> head.patient_keys THEN
        RAISE EXCEPTION 'a consent stays with its patient' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF head.status IN ('rejected', 'inactive', 'entered-in-error')
        AND NEW.status NOT IN ('rejected', 'inactive', 'entered-in-error') THEN
        RAISE EXCEPTION 'a consent that has ended stays ended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE consent.consent_head
    SET version = NEW.version, recorded_at = NEW.recorded_at, status = NEW.status, document = NEW.document,
        period = NEW.period
    WHERE consent_id = NEW.consent_id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION consent.move_head() FROM PUBLIC;
CREATE TRIGGER move_head AFTER INSERT ON consent.consent_version
    FOR EACH ROW EXECUTE FUNCTION consent.move_head();

CREATE FUNCTION consent.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
    RAISE EXCEPTION 'consents are append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent.consent_version
    FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON consent.consent_head
    FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
