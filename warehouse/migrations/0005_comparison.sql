-- What the comparison finds its pairs by. Both tables follow from the facts alone, and are made
-- anew when the method changes (`lookup.METHOD`).

-- One row a distinct figure of a version: the mention that stands for the others. `value_id` is
-- what it says (thing, value, qualifiers), whoever reports it and when.
CREATE TABLE news.stated_values (
    fact_id UUID NOT NULL,
    version_id UUID NOT NULL,
    statement_id UUID NOT NULL,
    role_in_statement VARCHAR NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    value_id UUID NOT NULL,
    method INTEGER NOT NULL
);

-- Under which actors and places a value is looked up (`news.lookup_keys`).
CREATE TABLE news.value_keys (
    key UBIGINT NOT NULL,
    value_id UUID NOT NULL,
    guest BOOLEAN NOT NULL,
    named BOOLEAN NOT NULL,
    place VARCHAR
);

-- How the two values relate, whatever the verdict: equal, rounded, bound, derived, converted,
-- disjoint, incomparable.
ALTER TABLE news.verdicts ADD COLUMN relation VARCHAR;
