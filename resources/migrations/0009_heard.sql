-- Words of subtitle files and transcripts, and titles of chapters, for the search of plain words.

ALTER TABLE items ADD COLUMN chapters TEXT;        -- titles, one a line; NULL: none known

-- One row per item that has passages: its other words stand beside them, so that a search may mix both. A table of its
-- own because the length of a transcript would push a film's title down in the ranking of item_search.
CREATE VIRTUAL TABLE item_spoken USING fts5 (
    said, other,
    tokenize = "unicode61 remove_diacritics 0", prefix = '1 2'   -- the app folds the text before it comes here
);
CREATE TRIGGER items_removed AFTER DELETE ON items BEGIN
    DELETE FROM item_spoken WHERE rowid = OLD.id;
END;
INSERT INTO item_spoken (rowid, said, other)
    SELECT p.item_id, group_concat(f.text, ' '), s.title || ' ' || coalesce(s.artist, '') || ' ' || coalesce(s.album, '')
        || ' ' || coalesce(s.file_name, '') || ' ' || coalesce(s.tags, '') || ' ' || coalesce(s.extra, '')
    FROM passages p JOIN passage_search f ON f.rowid = p.id JOIN item_search s ON s.rowid = p.item_id
    GROUP BY p.item_id;

-- Read again what may have either; short sounds have no chapters.
UPDATE files SET size = -1, mtime_ns = -1
    WHERE item_id IN (SELECT id FROM items WHERE subtitles = 1 OR kind = 'video' OR duration > 600);
