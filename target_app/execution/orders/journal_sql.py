"""The journal's SQL: its tables, and what `journal_file` says to them."""

# The form of the file: one more whenever an older service would misread what is written.
FORM = 4
# Earlier forms, of which this service misreads nothing.
READ = (2, 3)
# Rows are only added, and in the order of their keys, so that a group of them touches few
# pages: a result next to its intent would split a page with every order. A view joins them.
SCHEMA = """
CREATE TABLE IF NOT EXISTS intents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    client_order_id TEXT NOT NULL UNIQUE,
    claim INTEGER NOT NULL,
    received_at REAL NOT NULL,
    intent TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS results (
    seq INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    settled_at REAL NOT NULL,
    answer_status INTEGER NOT NULL,
    answer TEXT NOT NULL
);
DROP INDEX IF EXISTS resting;
CREATE INDEX IF NOT EXISTS resting_since ON results (settled_at) WHERE state = 'resting';
CREATE VIEW IF NOT EXISTS orders AS
SELECT client_order_id, claim, coalesce(state, 'open') AS state, received_at, answer_status,
       answer, intent, settled_at, seq
FROM intents LEFT JOIN results USING (seq);
-- No intent up to this one is open, so that a start need not look for them in all of history.
CREATE TABLE IF NOT EXISTS watermark (seq INTEGER NOT NULL);
INSERT INTO watermark SELECT 0 WHERE NOT EXISTS (SELECT * FROM watermark);
"""
# What leads the rows of a group, one row, and what follows them.
BEGIN = (
    """
INSERT INTO intents (client_order_id, claim, received_at, intent)
SELECT * FROM (VALUES """,
    "(?, ?, ?, ?)",
    """) WHERE column1 IS NOT NULL
ON CONFLICT (client_order_id) DO NOTHING
""",
)
FINISH = (
    """
INSERT INTO results
SELECT seq, column2, column3, column4, column5 FROM (VALUES """,
    "(?, ?, ?, ?, ?)",
    """) CROSS JOIN intents ON client_order_id = column1 WHERE true
ON CONFLICT (seq) DO UPDATE
SET state = excluded.state, settled_at = excluded.settled_at,
    answer_status = excluded.answer_status, answer = excluded.answer
WHERE state = 'resting' OR state = 'not_placed' AND excluded.state = 'placed'
""",
)
RELEASE = """
DELETE FROM intents
WHERE client_order_id = ? AND NOT EXISTS (SELECT * FROM results WHERE seq = intents.seq)
"""
FOUND = """
SELECT * FROM orders WHERE client_order_id IN (SELECT value FROM json_each(?1))
"""
ADVANCE = """
UPDATE watermark SET seq = coalesce(
    (SELECT min(o.seq) - 1 FROM orders o WHERE o.seq > watermark.seq AND o.state = 'open'),
    (SELECT max(i.seq) FROM intents i),
    watermark.seq)
"""
OPEN = """
SELECT * FROM orders WHERE seq > (SELECT seq FROM watermark) AND state = 'open'
ORDER BY seq
"""
# A page of them: `orders` is a view, which would be read whole for a join.
RESTING = """
SELECT * FROM orders
WHERE seq IN (SELECT seq FROM results WHERE state = 'resting' AND settled_at > ?
              ORDER BY settled_at LIMIT 1000)
ORDER BY settled_at
"""
# A few at a time, so that orders do not wait for the cleaning.
NEXT = "SELECT seq, received_at, state FROM orders WHERE seq > ? ORDER BY seq LIMIT 500"
REDATE = "UPDATE intents SET received_at = ? WHERE seq = ?"
PROBE = "UPDATE watermark SET seq = seq"
PRUNE = ("DELETE FROM intents WHERE seq = ?", "DELETE FROM results WHERE seq = ?")
