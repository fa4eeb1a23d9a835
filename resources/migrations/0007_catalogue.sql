-- Tags that were written into files at the wish of the user, with what stood there before; subtitles beside films.
CREATE TABLE tag_writes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    path BLOB NOT NULL,
    before TEXT NOT NULL,                      -- JSON: tag name -> list of values
    at REAL NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0
) STRICT;

ALTER TABLE items ADD COLUMN subtitles INTEGER;    -- 1: subtitle files lie beside it; NULL: not looked for yet
UPDATE files SET size = -1, mtime_ns = -1 WHERE item_id IN (SELECT id FROM items WHERE kind = 'video');
