-- What was told and taken back: one row a row of ops.alerts, append-only; written with the event in
-- ops.outbox that takes it back. `alert_id` is the event that had told it.
CREATE TABLE ops.retractions (
    event_id UUID NOT NULL,
    alert_id UUID NOT NULL,
    watch VARCHAR NOT NULL,
    fact_id UUID NOT NULL,
    earlier_fact_id UUID NOT NULL,
    verdict VARCHAR NOT NULL,
    retracted_at TIMESTAMPTZ NOT NULL,
    run_id UUID NOT NULL
);
