-- Imports of behaviour: staged until they are whole, undone and done again as a whole, rows in columns.

ALTER TABLE imports ADD COLUMN state TEXT NOT NULL DEFAULT 'done';   -- 'staging', 'done', 'undone'
ALTER TABLE imports ADD COLUMN profile_id INTEGER REFERENCES profiles (id) ON DELETE CASCADE;  -- whose own history it is
ALTER TABLE imports ADD COLUMN space TEXT;         -- items of the same key in the same space are the same
ALTER TABLE imports ADD COLUMN digest BLOB;        -- of the bytes that were read
ALTER TABLE imports ADD COLUMN summary TEXT;       -- JSON: counts, bad rows

ALTER TABLE community_items ADD COLUMN artist TEXT;
ALTER TABLE community_items ADD COLUMN match TEXT;        -- JSON: how it was matched, or what it may be

CREATE TABLE community_users (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    UNIQUE (import_id, name)
) STRICT;

-- Up to 100,000 acts each, as little-endian arrays of the same length. community_interactions holds those of old imports.
CREATE TABLE community_blocks (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    users BLOB NOT NULL,                       -- int32, community_users.id
    items BLOB NOT NULL,                       -- int32, community_items.id
    kinds BLOB NOT NULL,                       -- uint8, see behaviour/community.py
    vals BLOB NOT NULL,                        -- float32; NaN: none
    times BLOB NOT NULL,                       -- float64, 0: not known
    ordinals BLOB                              -- int32, which play of the item, where plays are only counted
) STRICT;
CREATE INDEX community_blocks_import ON community_blocks (import_id);
CREATE INDEX community_interactions_item ON community_interactions (community_item);

-- Events that come from an import; source_key tells the same act in two exports apart from two acts.
ALTER TABLE events ADD COLUMN import_id INTEGER REFERENCES imports (id) ON DELETE CASCADE;
ALTER TABLE events ADD COLUMN source_key TEXT;
CREATE INDEX events_import ON events (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX events_source ON events (item_id, source_key, kind) WHERE source_key IS NOT NULL;
