-- What became of each event on each channel that it is sent over. Append-only: of the rows of an
-- event and channel the one with the largest number is the state. `state` is sending (written
-- before), then sent, failed (again at next_at) or dead (given up); waiting where somebody asked to
-- send it again. `attempt` counts since then. `key` is what the receiver is shown, the same in
-- every attempt.
CREATE TABLE ops.deliveries (
    event_id UUID NOT NULL,
    channel VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    key UUID NOT NULL,
    attempt INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    next_at TIMESTAMPTZ,
    message VARCHAR NOT NULL,
    PRIMARY KEY (event_id, channel, number)
);
