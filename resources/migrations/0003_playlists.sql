-- Playlists by hand and by query, the queue of the player, and what was written into files.

CREATE TABLE playlists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    query TEXT,                                -- of a smart playlist; NULL: made by hand
    sort TEXT NOT NULL DEFAULT 'title',        -- order and most items of a smart playlist
    descending INTEGER NOT NULL DEFAULT 0,
    most INTEGER,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1        -- tells an undo whether something else was done since
) STRICT;

CREATE TABLE playlist_items (
    playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,                 -- 0, 1, 2 ...; an item may come twice
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    PRIMARY KEY (playlist_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX playlist_items_item ON playlist_items (item_id);

-- Searches compare these without reading the texts of all items.
CREATE INDEX items_facts ON items (kind, status, presence, year, duration, added_at);

-- Tags that were written into files at the user's wish, with what stood there before.
CREATE TABLE tag_writes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    path BLOB NOT NULL,
    before TEXT NOT NULL,                      -- JSON: tag name -> list of values
    at REAL NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0
) STRICT;
