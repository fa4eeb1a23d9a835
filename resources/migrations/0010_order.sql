-- The order of acts, which the clock cannot disturb: `at` is what the clock said, `ordered` takes its place as soon as
-- that is not after the act before. NULL: `at` is right.

ALTER TABLE events ADD COLUMN ordered REAL;
ALTER TABLE item_state ADD COLUMN last_order REAL;   -- the order of the last play, skip or completion

-- What was acted in the app came in the order of its ids.
UPDATE events SET ordered = w.reached
    FROM (SELECT id, max(at) OVER (PARTITION BY profile_id ORDER BY id) AS reached FROM events
          WHERE import_id IS NULL AND origin NOT LIKE 'import:%' AND origin <> 'sample') w
    WHERE w.id = events.id AND w.reached > events.at;
UPDATE item_state SET last_order =
    (SELECT max(coalesce(e.ordered, e.at)) FROM events e
     WHERE e.item_id = item_state.item_id AND e.profile_id = item_state.profile_id AND NOT e.undone
     AND e.kind IN ('play', 'skip', 'complete'));
