-- What was shown and by which model, comparisons of two models, and what the user says of the learned taste.

-- One row per item and sitting; item_id is negative for an imported item without a file.
CREATE TABLE impressions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL,
    shelf TEXT NOT NULL,                       -- 'for-you', or the key of another shelf
    model TEXT,                                -- that gave the pick; NULL: chosen by a rule
    run TEXT,
    position INTEGER NOT NULL,                 -- from 0
    interleaving INTEGER REFERENCES interleavings (id) ON DELETE SET NULL,
    at REAL NOT NULL
) STRICT;
CREATE INDEX impressions_profile ON impressions (profile_id, at);

-- Two models that share one panel.
CREATE TABLE interleavings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    model_a TEXT NOT NULL,
    model_b TEXT NOT NULL,
    started REAL NOT NULL,
    ended REAL
) STRICT;
CREATE INDEX interleavings_profile ON interleavings (profile_id, started);

-- More or less of a topic, mood, tag or artist than the models learned.
CREATE TABLE taste_edits (
    profile_id INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('tag', 'artist')),
    key TEXT NOT NULL,
    weight REAL NOT NULL,                      -- -1 (much less) to 1 (much more)
    blocked INTEGER NOT NULL DEFAULT 0,        -- 1: never
    at REAL NOT NULL,
    PRIMARY KEY (profile_id, kind, key)
) STRICT, WITHOUT ROWID;

-- Items whose plays and ratings are not used for recommendations.
CREATE TABLE blocked_seeds (
    profile_id INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    PRIMARY KEY (profile_id, item_id)
) STRICT, WITHOUT ROWID;
