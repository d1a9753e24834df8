using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Node.Operations;

/// <summary>The stores of a configuration, and the keys in force for them, without a node.</summary>
internal sealed class OperatedStores(NodeOptions options, ImmutableArray<InstitutionOptions> institutions, PostgresServer? server, TimeProvider clock)
{
    /// <summary>Name of the secret for learners' pseudonyms.</summary>
    public const string LearnerSecret = "learner.secret";

    /// <summary>Names of the keys of an institution.</summary>
    public static readonly ImmutableArray<string> KeyNames = ["statement.pem", "tls.crt", "tls.key", "seal.crt", "seal.key", LearnerSecret];

    private readonly string _data = Path.GetFullPath(options.DataDirectory);

    /// <summary>Institutions to operate on.</summary>
    public ImmutableArray<InstitutionOptions> Institutions => institutions;

    /// <summary>Time.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Reads the configuration and picks the institutions named.</summary>
    /// <exception cref="ConfigurationException">The configuration is wrong, or does not have such an institution.</exception>
    public static OperatedStores Of(OperationLine line, NodeOptions options, PostgresServer? server, TimeProvider clock)
    {
        if (line.Institutions.FirstOrDefault(named => options.Institutions.All(i => i.Organisation != named)) is { } stranger)
            throw new ConfigurationException($"{stranger} is not among the configured institutions: {string.Join(", ", options.Institutions.Select(i => i.Organisation))}.");
        return new OperatedStores(options, [.. options.Institutions.Where(i => line.Institutions.IsEmpty || line.Institutions.Contains(i.Organisation))], server, clock);
    }

    /// <summary>Directory of an institution.</summary>
    public string DirectoryOf(InstitutionOptions institution) => Path.Combine(_data, institution.Organisation);

    /// <summary>File of an institution's store.</summary>
    public string FileOf(InstitutionOptions institution) => Path.Combine(DirectoryOf(institution), InstitutionStores.FileName);

    /// <summary>Files of an institution's keys that there are.</summary>
    public ImmutableArray<(string Name, string Path)> KeysOf(InstitutionOptions institution) =>
        [.. KeyNames.Select(name => (name, KeyFile(institution, name))).Where(key => File.Exists(key.Item2))];

    /// <summary>Where a key of that name belongs.</summary>
    public string KeyFile(InstitutionOptions institution, string name)
    {
        var directory = DirectoryOf(institution);
        var keys = InstitutionStores.KeysDirectory(institution, directory);
        return name == LearnerSecret ? InstitutionStores.LearnerSecretFile(institution, keys, directory) : Path.Combine(keys, name);
    }

    /// <summary>Opens a store for reading.</summary>
    /// <exception cref="StoreUnusableException">It cannot be.</exception>
    public StoreInspection Open(InstitutionOptions institution)
    {
        var organisation = OrganisationId.Parse(institution.Organisation);
        return server is null ? StoreInspection.Open(FileOf(institution), organisation) : StoreInspection.Open(server, organisation);
    }

    /// <summary>Opens a store for reading while no node has it open, and keeps nodes away until it is disposed.</summary>
    /// <exception cref="StoreUnusableException">It cannot be.</exception>
    public StoreInspection OpenAlone(InstitutionOptions institution)
    {
        var organisation = OrganisationId.Parse(institution.Organisation);
        return server is null ? StoreInspection.OpenAlone(FileOf(institution), organisation) : StoreInspection.OpenAlone(server, organisation);
    }

    /// <summary>Opens a store for writing, without a key to sign with: a file that no node has open, or a schema.</summary>
    /// <exception cref="StoreUnusableException">It cannot be.</exception>
    public Task<InstitutionDatabase> OpenToWriteAsync(InstitutionOptions institution)
    {
        var organisation = OrganisationId.Parse(institution.Organisation);
        StatementSigner none = (_, _) => throw new InvalidOperationException("Nothing is signed by an operation.");
        if (server is not null) return InstitutionDatabase.OpenAsync(server, organisation, KeyFiles.LearnerSecret(KeyFile(institution, LearnerSecret)), none, clock);
        return File.Exists(FileOf(institution)) ? InstitutionDatabase.OpenAsync(FileOf(institution), organisation, none, clock) : throw new StoreUnusableException($"There is no store {FileOf(institution)}.");
    }

    /// <summary>Whether the stores are on a server.</summary>
    public bool OnServer => server is not null;

    /// <summary>Refuses what is done on files alone.</summary>
    /// <exception cref="ConfigurationException">The stores are on a server; the message names the server's own commands.</exception>
    public void RequireFiles()
    {
        if (server is null) return;
        var commands = institutions.Select(i => $"  pg_dump --format=custom --schema='\"{PostgresServer.SchemaOf(OrganisationId.Parse(i.Organisation))}\"' --file={i.Organisation}.dump DATABASE");
        throw new ConfigurationException(
            $"These stores are on PostgreSQL, which is copied by its own means: one consistent copy of an institution while nodes run is{Environment.NewLine}{string.Join(Environment.NewLine, commands)}{Environment.NewLine}and pg_restore --exit-on-error --single-transaction --dbname=DATABASE FILE puts it back where no such schema is; then run check. Copy the keys apart. For more than a day's loss use base backups with archived logs.");
    }

    /// <summary>Keys of every member that the trust list names, whatever its standing and the list's age: they prove what was signed then.</summary>
    /// <exception cref="ConfigurationException">The trust list cannot be read.</exception>
    public MemberKeys MemberKeys()
    {
        var list = new TrustListFile(options.TrustList, clock).OpenOfAnyAge().Current.List;
        var keys = new Dictionary<(OrganisationId, string), VerificationKey>();
        foreach (var member in list.Members)
            foreach (var organisation in member.FormerIds.Prepend(member.Organisation))
                foreach (var key in member.StatementKeys)
                    if (VerificationKey.TryFromJwk(key.Jwk, out var imported)) keys[(organisation, imported.KeyId)] = imported;
        return new MemberKeys(list.Consortium, (organisation, keyId) => keys.GetValueOrDefault((organisation, keyId)));
    }
}
