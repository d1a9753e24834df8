using System.Collections.Immutable;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage.Postgres;
using MicroCreds.Storage.Sqlite;

namespace MicroCreds.Storage;

/// <summary>
/// Everything one institution keeps: in one SQLite file, which one process may have open, or in one schema of a PostgreSQL server, which any number of
/// processes may. Closing finishes the writes that were accepted.
/// </summary>
public sealed class InstitutionDatabase : IAsyncDisposable
{
    private readonly StoreDatabase _database;
    private readonly StreamRecoveryStore _recovery;

    private InstitutionDatabase(StoreDatabase database, OrganisationId institution, StatementSigner sign, TimeProvider clock)
    {
        _database = database;
        Cases = new CaseStore(database, sign, clock);
        Statements = new StatementStore(database, institution, clock);
        Equivalences = new EquivalenceStore(database, clock);
        GradeTables = new GradeTableStore(database, clock);
        Adoptions = new AdoptionStore(database, clock);
        Agreements = new AgreementStore(database, clock);
        _recovery = new StreamRecoveryStore(database);
    }

    /// <summary>Cases.</summary>
    public ICaseStore Cases { get; }

    /// <summary>Streams to and from partners.</summary>
    public IStatementStore Statements { get; }

    /// <summary>What keeps the streams to partners from being signed twice after a restore.</summary>
    public IStreamRecoveryStore Recovery => _recovery;

    /// <summary>Equivalence tables.</summary>
    public IEquivalenceStore Equivalences { get; }

    /// <summary>What is known of adopted rules.</summary>
    public IAdoptionStore Adoptions { get; }

    /// <summary>Learning agreements.</summary>
    public IAgreementStore Agreements { get; }

    /// <summary>Grade tables.</summary>
    public IGradeTableStore GradeTables { get; }

    /// <summary>
    /// Completes, with what happened, when a write failed in a way after which it is not certain what is on disk (a failed sync, a damaged page), or
    /// after which this program may write no more (a newer one has brought the schema on). From then on every write throws that exception. The process
    /// must end and be started again: a second sync may report success for pages the first one lost.
    /// </summary>
    public Task<StoreUnusableException> Broken => _database.Broken;

    /// <summary>Transactions committed since opening. Fewer than changes when writers come together.</summary>
    public long Commits => _database.Commits;

    /// <summary>Opens an institution's file, makes it when there is none, and brings its schema to the newest version.</summary>
    /// <param name="path">The file, for example <c>data/uni-a.example.db</c>; SQLite keeps <c>-wal</c> and <c>-shm</c> beside it, and this class <c>.lock</c> and <c>.pid</c>.</param>
    /// <param name="institution">Whose store it is. Written into a new file; an existing file of another institution is refused.</param>
    /// <param name="sign">Signs statements to partners; called inside the transaction that gives a statement its place, by one thread at a time.</param>
    /// <param name="clock">Dates what is stored.</param>
    /// <exception cref="StoreUnusableException">The file is in use, foreign, newer, damaged, or of another institution.</exception>
    public static async Task<InstitutionDatabase> OpenAsync(string path, OrganisationId institution, StatementSigner sign, TimeProvider clock)
    {
        // Opening may check and migrate a large file; the caller's thread is left free.
        var database = await Task.Run(() => SqliteDatabase.Open(path, institution));
        return new InstitutionDatabase(database, institution, sign, clock);
    }

    /// <summary>Opens an institution's schema on a server, makes it when there is none, and brings it to the newest version.</summary>
    /// <param name="server">The server; closed by its owner, after this.</param>
    /// <param name="institution">Whose store it is; its domain is the name of the schema.</param>
    /// <param name="secret">The secret of the institution's learner keys. The schema keeps its digest, and refuses a node that has another one.</param>
    /// <param name="sign">As for a file; may be called again for the same place when a transaction is run again.</param>
    /// <param name="clock">Dates what is stored.</param>
    /// <exception cref="StoreUnusableException">The server cannot be reached or does not keep what it commits, or the schema is foreign, newer or damaged.</exception>
    public static Task<InstitutionDatabase> OpenAsync(PostgresServer server, OrganisationId institution, ReadOnlySpan<byte> secret, StatementSigner sign, TimeProvider clock) =>
        OpenAsync(server, PostgresDatabase.SchemaOf(institution), institution, secret, sign, clock);

    /// <summary>As above, in a schema of another name.</summary>
    internal static Task<InstitutionDatabase> OpenAsync(PostgresServer server, string schema, OrganisationId institution, ReadOnlySpan<byte> secret, StatementSigner sign, TimeProvider clock)
    {
        var digest = DigestOf(secret);
        return Task.Run(() => new InstitutionDatabase(PostgresDatabase.Open(server, schema, institution, digest), institution, sign, clock));
    }

    /// <summary>By what a store, or a copy of one, knows the secret of its learner keys without holding it.</summary>
    public static Sha256Digest DigestOf(ReadOnlySpan<byte> secret) => Sha256Digest.Of([.. "learner.secret of a store: "u8, .. secret]);

    /// <summary>Checks structure, constraints, digests, chains, counters and everything derived. Empty when nothing is wrong. Reads the whole file.</summary>
    public Task<ImmutableArray<StoreFinding>> CheckAsync(CancellationToken cancellationToken) => _database.ReadAsync(StoreCheck.Run, cancellationToken);

    /// <summary>Holds every stream until its partner has said how far it holds it: for a store that was put back from a copy.</summary>
    public Task<Result<StreamHoldReason>> HoldAllAsync(DateTimeOffset at, CancellationToken cancellationToken) => _recovery.HoldAllAsync(at, cancellationToken);

    /// <summary>Releases the stream to <paramref name="partner"/> on the word of the operator. One that is contradicted stays held.</summary>
    /// <returns>Where the stream stands, what held it, and whether it was released.</returns>
    public Task<Result<StreamStanding>> ReleaseAsync(OrganisationId partner, DateTimeOffset at, CancellationToken cancellationToken) => _recovery.ReleaseAsync(partner, at, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
