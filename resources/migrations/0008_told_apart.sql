-- Pairs of items of which the user said that they are two recordings, however alike they are.

CREATE TABLE told_apart (
    first INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    second INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    PRIMARY KEY (first, second),
    CHECK (first < second)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_apart_second ON told_apart (second);
