-- Which films have subtitle files beside them; videos are read again at the next scan to find out.

ALTER TABLE items ADD COLUMN subtitles INTEGER;    -- 1: there are some, 0: none; NULL: not looked for yet
UPDATE files SET size = -1, mtime_ns = -1 WHERE item_id IN (SELECT id FROM items WHERE kind = 'video');
