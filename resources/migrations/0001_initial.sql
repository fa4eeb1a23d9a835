-- The catalogue and the behaviour of one library. Times are seconds since the epoch (UTC), durations seconds.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;  -- value is JSON

CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,                 -- bytes of the file system
    added_at REAL NOT NULL,
    scanned_at REAL,
    available INTEGER NOT NULL DEFAULT 1,
    sample INTEGER NOT NULL DEFAULT 0          -- 1: made by "try it with sample media"
) STRICT;

-- One row per recording or film, whatever the number of copies; its id never changes.
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint BLOB UNIQUE,                   -- hash of the media data, without tags; NULL until read
    kind TEXT NOT NULL CHECK (kind IN ('audio', 'video')),
    status TEXT NOT NULL CHECK (status IN ('named', 'ready', 'failed')),
    reason TEXT,                               -- why it failed, for people
    presence INTEGER NOT NULL DEFAULT 2,       -- 2: a copy is present, 1: on a drive that is away, 0: missing; by triggers
    title TEXT NOT NULL,                       -- the file's name until tags are read
    artist TEXT, album TEXT, album_artist TEXT, genre TEXT, year INTEGER, track INTEGER, disc INTEGER,
    series TEXT, season INTEGER, episode INTEGER, description TEXT, language TEXT, lyrics TEXT,
    duration REAL NOT NULL DEFAULT 0,
    container TEXT, audio_codec TEXT, video_codec TEXT,
    width INTEGER, height INTEGER, fps REAL, sample_rate INTEGER, channels INTEGER, bit_rate INTEGER,
    has_audio INTEGER NOT NULL DEFAULT 0,
    has_video INTEGER NOT NULL DEFAULT 0,
    artwork TEXT,                              -- 'embedded', 'frame' or 'file:<name beside it>'; NULL: none known
    warning TEXT,                              -- what is odd about a file that plays, for people
    sort_title TEXT NOT NULL DEFAULT '',       -- folded for ordering
    sort_artist TEXT NOT NULL DEFAULT '',
    sort_album TEXT NOT NULL DEFAULT '',
    added_at REAL NOT NULL,
    updated_at REAL NOT NULL
) STRICT;
CREATE INDEX items_title ON items (sort_title, id, presence, status, kind);

CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES items (id),
    folder_id INTEGER REFERENCES folders (id) ON DELETE SET NULL,
    path BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,                 -- size and mtime_ns are -1: read it again at the next scan
    state TEXT NOT NULL CHECK (state IN ('present', 'missing', 'offline')),
    missing_since REAL
) STRICT;
CREATE INDEX files_item ON files (item_id, state);
CREATE INDEX files_folder ON files (folder_id, state);

CREATE TRIGGER files_added AFTER INSERT ON files WHEN NEW.state <> 'present' BEGIN
    UPDATE items SET presence = (SELECT coalesce(max(CASE state WHEN 'present' THEN 2 WHEN 'offline' THEN 1 ELSE 0 END), 0)
        FROM files WHERE item_id = NEW.item_id) WHERE id = NEW.item_id;
END;
CREATE TRIGGER files_changed AFTER UPDATE OF state, item_id ON files
WHEN NEW.state <> OLD.state OR NEW.item_id <> OLD.item_id BEGIN
    UPDATE items SET presence = (SELECT coalesce(max(CASE state WHEN 'present' THEN 2 WHEN 'offline' THEN 1 ELSE 0 END), 0)
        FROM files WHERE item_id = items.id) WHERE id IN (OLD.item_id, NEW.item_id);
END;
CREATE TRIGGER files_removed AFTER DELETE ON files BEGIN
    UPDATE items SET presence = (SELECT coalesce(max(CASE state WHEN 'present' THEN 2 WHEN 'offline' THEN 1 ELSE 0 END), 0)
        FROM files WHERE item_id = OLD.item_id) WHERE id = OLD.item_id;
END;

-- Files without a telling extension that were opened and are no media; opened again when size or time changes.
CREATE TABLE ignored (
    path BLOB PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE item_tags (
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    source TEXT NOT NULL,                      -- 'file', 'user' or an extractor's id
    p REAL NOT NULL,                           -- behind the key: SQLite 3.40's integrity_check errs otherwise
    PRIMARY KEY (item_id, name, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_tags_name ON item_tags (name, p);

-- What the user corrected; wins over what the file says and outlives re-reading.
CREATE TABLE overrides (
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT,                                -- JSON
    at REAL NOT NULL,
    PRIMARY KEY (item_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE extractions (
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    extractor TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'failed', 'empty')),
    row INTEGER,                               -- row of the extractor's matrix
    reason TEXT,
    descriptors TEXT,                          -- JSON object of numbers
    seconds REAL NOT NULL DEFAULT 0,
    at REAL NOT NULL,
    PRIMARY KEY (item_id, extractor, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX extractions_state ON extractions (extractor, version, state);

CREATE TABLE segments (
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    extractor TEXT NOT NULL,
    version INTEGER NOT NULL,
    first_row INTEGER NOT NULL,                -- rows of the extractor's segment matrix
    times BLOB NOT NULL,                       -- float64 (n, 2)
    salience BLOB,                             -- float32 (n,)
    PRIMARY KEY (item_id, extractor, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE profiles (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at REAL NOT NULL,
    sample INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Every act of a user, in order; never changed, only marked undone.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN
        ('rate', 'like', 'dislike', 'none', 'play', 'skip', 'complete', 'hide', 'unhide', 'queue')),
    value REAL,                                -- stars for 'rate', fraction played for 'play', 'skip', 'complete'
    at REAL NOT NULL,
    origin TEXT NOT NULL DEFAULT 'app',        -- 'app', 'cli', 'import:<format>', 'sample'
    context TEXT,                              -- JSON: shelf, model, position
    undone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX events_profile ON events (profile_id, at);
CREATE INDEX events_item ON events (item_id);

-- Sum of the events per profile and item, kept in the same transaction.
CREATE TABLE item_state (
    profile_id INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    rating REAL,                               -- 1 to 5
    liked INTEGER,                             -- 1 like, -1 dislike
    hidden INTEGER NOT NULL DEFAULT 0,
    plays INTEGER NOT NULL DEFAULT 0,
    skips INTEGER NOT NULL DEFAULT 0,
    completions INTEGER NOT NULL DEFAULT 0,
    last_played REAL,
    position REAL NOT NULL DEFAULT 0,          -- where to go on, seconds
    PRIMARY KEY (profile_id, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_state_item ON item_state (item_id);

-- Imported behaviour of other people, or of items that are not in the library.
CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    format TEXT NOT NULL,
    source TEXT NOT NULL,
    at REAL NOT NULL,
    sample INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE community_items (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    key TEXT NOT NULL,                         -- the id in the imported table
    item_id INTEGER REFERENCES items (id) ON DELETE SET NULL,   -- the library item it was matched to
    title TEXT, year INTEGER, category TEXT, features TEXT,     -- features: JSON
    UNIQUE (import_id, key)
) STRICT;
CREATE TABLE community_interactions (
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    user TEXT NOT NULL,
    community_item INTEGER NOT NULL REFERENCES community_items (id) ON DELETE CASCADE,
    value REAL NOT NULL,                       -- [-1, 1]
    at REAL NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX community_interactions_import ON community_interactions (import_id, user);

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    plugin TEXT NOT NULL,
    plugin_version TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed')),
    current INTEGER NOT NULL DEFAULT 0,
    started REAL NOT NULL,
    finished REAL,
    reason TEXT,
    summary TEXT                               -- JSON: items, interactions, epochs, history, metrics, seconds
) STRICT;
CREATE INDEX runs_model ON runs (model, started);

-- The last panel of each profile, shown at once at the next start.
CREATE TABLE panels (
    profile_id INTEGER PRIMARY KEY REFERENCES profiles (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    payload TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE item_search USING fts5 (
    title, artist, album, file_name, tags, extra,
    tokenize = "unicode61 remove_diacritics 0", prefix = '1 2'   -- the app folds the text before it comes here
);
