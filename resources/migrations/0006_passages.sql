-- What is said in an item, with times; a newer transcript of the same extractor replaces the older one.

CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    extractor TEXT NOT NULL,
    start REAL NOT NULL,
    stop REAL NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX passages_item ON passages (item_id, extractor, start);

CREATE VIRTUAL TABLE passage_search USING fts5 (
    text,
    tokenize = "unicode61 remove_diacritics 0", prefix = '1 2'   -- the app folds the text before it comes here
);
CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN
    DELETE FROM passage_search WHERE rowid = OLD.id;
END;

ALTER TABLE extractions ADD COLUMN language TEXT;     -- spoken in it, ISO 639, where the extractor says
ALTER TABLE extractions ADD COLUMN said_at REAL;      -- when its passages last changed; NULL: it never gave any
CREATE INDEX extractions_said ON extractions (item_id, said_at) WHERE said_at IS NOT NULL;
