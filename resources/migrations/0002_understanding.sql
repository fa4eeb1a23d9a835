-- What items are about and how they feel, in the words of resources/vocabulary.toml.

CREATE TABLE item_topics (
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('topic', 'mood')),
    key TEXT NOT NULL,
    p REAL NOT NULL,
    sources TEXT NOT NULL,                     -- JSON object: 'sound', 'picture', 'words', 'meaning', 'user' -> p
    PRIMARY KEY (item_id, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_topics_key ON item_topics (kind, key, p);

-- What the user said of an item; wins over what the analysis finds, now and later.
CREATE TABLE topic_corrections (
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('topic', 'mood')),
    key TEXT NOT NULL,
    holds INTEGER NOT NULL,                    -- 1: it is so, 0: it is not
    at REAL NOT NULL,
    PRIMARY KEY (item_id, kind, key)
) STRICT, WITHOUT ROWID;

-- Which items the topics of which vocabulary were worked out for, and when.
CREATE TABLE understood (
    item_id INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    at REAL NOT NULL
) STRICT;

ALTER TABLE segments ADD COLUMN tags BLOB;     -- uint8 (n, number of the extractor's tags): probabilities in 255ths
