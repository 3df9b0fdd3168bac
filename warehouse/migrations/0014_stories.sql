-- What reports of one story meet on, and the stories. All but story_members and story_follows
-- follows from the versions alone, and is made anew when the method changes (`stories.METHOD`).

-- One row a version with text. `number` counts arrivals, and means nothing else; `moment` is
-- publication, else capture, else when it was found, and `basis` says which; `size` is what all of
-- its evidence weighs; `is_report` is false of copies and translations; `parent` is the earlier
-- report through which it joins a story, `root` the first report of that story.
CREATE TABLE news.story_texts (
    number INTEGER NOT NULL,
    version_id UUID NOT NULL,
    document VARCHAR NOT NULL,
    moment TIMESTAMPTZ NOT NULL,
    basis VARCHAR NOT NULL,
    day INTEGER NOT NULL,
    size DOUBLE NOT NULL,
    is_report BOOLEAN NOT NULL,
    parent INTEGER,
    root INTEGER,
    method INTEGER NOT NULL
);

CREATE TABLE news.evidence (
    number INTEGER NOT NULL,
    day INTEGER NOT NULL,
    key UBIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    script VARCHAR NOT NULL,
    surface VARCHAR NOT NULL,
    start_char INTEGER NOT NULL,
    place DOUBLE NOT NULL
);

-- Per block of four weeks: which of its reports the rarity of keys was counted on, and the keys
-- that are less rare than others of their kind.
CREATE TABLE news.evidence_samples (
    block INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    mark UBIGINT NOT NULL
);
CREATE TABLE news.common_evidence (
    block INTEGER NOT NULL,
    key UBIGINT NOT NULL,
    rarity DOUBLE NOT NULL
);

-- Reports and the earlier ones that share evidence with them. `relation` is link,
-- candidate, faint (below both; kept since a section may be about the story), or follow_up (first
-- reports of two stories, too far apart in time for one).
CREATE TABLE news.story_pairs (
    number INTEGER NOT NULL,
    earlier INTEGER NOT NULL,
    score DOUBLE NOT NULL,
    groups INTEGER NOT NULL,
    relation VARCHAR NOT NULL
);

-- `joined_by` is the earlier report that a report is linked with; null for a story's first.
CREATE TABLE news.story_members (
    version_id UUID NOT NULL,
    story_id UUID NOT NULL,
    role VARCHAR NOT NULL,
    joined_by UUID,
    score DOUBLE,
    recorded_from TIMESTAMPTZ NOT NULL,
    recorded_to TIMESTAMPTZ,
    run_id UUID NOT NULL
);

-- A story and the earlier one, out of its reach in time, that it goes on with.
CREATE TABLE news.story_follows (
    story_id UUID NOT NULL,
    follows_id UUID NOT NULL,
    score DOUBLE NOT NULL,
    recorded_from TIMESTAMPTZ NOT NULL,
    recorded_to TIMESTAMPTZ,
    run_id UUID NOT NULL
);

-- Reference table, filled from the package's CSV file and again when that changes.
CREATE TABLE news.evidence_kinds (
    kind VARCHAR NOT NULL,
    grp VARCHAR NOT NULL,
    bit INTEGER NOT NULL,
    weight DOUBLE NOT NULL,
    share DOUBLE NOT NULL
);
