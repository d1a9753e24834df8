namespace MicroCreds.Storage.Moving;

/// <summary>Says in a store that is being filled from where it is. One without it is no move's, or has not been begun; a store that has its name has none.</summary>
internal static class MoveMarker
{
    /// <summary>Marks the store, emptied of what the steps of the schema put there; answers whether it was marked before.</summary>
    /// <exception cref="StoreUnusableException">It is being filled from another source.</exception>
    internal static bool Take(StoreSession session, string source, string staging)
    {
        session.ExecuteOnce("CREATE TABLE IF NOT EXISTS store_move (source TEXT NOT NULL)");
        switch (session.First("SELECT source FROM store_move", r => StoreSession.TextOf(r, 0)))
        {
            case null:
                foreach (var table in StoreTable.All.Reverse()) session.Clear(table);
                session.Execute("INSERT INTO store_move (source) VALUES ($1)", source);
                return false;
            case var other when other != source:
                throw new StoreUnusableException($"{staging} is of a move from {other} that is not finished. Finish that one, or take {staging} away.");
            default:
                return true;
        }
    }

    /// <summary>Takes the mark off.</summary>
    internal static void Drop(StoreSession session) => session.ExecuteOnce("DROP TABLE store_move");
}
