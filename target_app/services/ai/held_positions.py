"""Which positions are held now, as the events of exec-risk say: in the store and in memory."""

from target_app.services.messages.events import PositionClosed, PositionOpened
from target_app.services.state_inbox_and_outbox import Store, Transaction

SCHEMA = "CREATE TABLE IF NOT EXISTS held (position_id TEXT PRIMARY KEY, symbol TEXT NOT NULL);"


class HeldPositions:
    """Heard of one by one. Events may change places, and each may come again."""

    def __init__(self) -> None:
        self._symbols: dict[str, str] = {}  # by position

    def has(self, symbol: str) -> bool:
        """Whether a position in that market is held, as last heard."""
        return symbol in self._symbols.values()

    def opened(self, transaction: Transaction, said: PositionOpened) -> None:
        """Note one, unless its end was heard of first: an empty symbol marks that."""
        sql = "INSERT OR IGNORE INTO held VALUES (?, ?)"
        if transaction.execute(sql, said.position_id, said.symbol).rowcount:
            transaction.after(lambda: self._symbols.update({said.position_id: said.symbol}))

    def closed(self, transaction: Transaction, said: PositionClosed) -> None:
        """Mark its end; of the marks, only the latest are kept."""
        transaction.execute("INSERT OR REPLACE INTO held VALUES (?, '')", said.position_id)
        transaction.execute(
            "DELETE FROM held WHERE symbol = '' AND rowid < (SELECT max(rowid) - 10000 FROM held)"
        )
        transaction.after(lambda: self._symbols.pop(said.position_id, None))

    async def remember(self, store: Store) -> None:
        """What the process before this one had heard."""
        rows = await store.read("SELECT position_id, symbol FROM held WHERE symbol != ''")
        self._symbols = {str(key): str(symbol) for key, symbol in rows}
