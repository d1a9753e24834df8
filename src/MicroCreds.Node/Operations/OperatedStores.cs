using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Node.Operations;

/// <summary>The stores of a configuration, and the keys in force for them, without a node.</summary>
internal sealed class OperatedStores(NodeOptions options, ImmutableArray<InstitutionOptions> institutions, PostgresServer? server, TimeProvider clock)
{
    private readonly string _data = Path.GetFullPath(options.DataDirectory);

    /// <summary>Institutions to operate on.</summary>
    public ImmutableArray<InstitutionOptions> Institutions => institutions;

    /// <summary>Reads the configuration and picks the institutions named.</summary>
    /// <exception cref="ConfigurationException">The configuration is wrong, or does not have such an institution.</exception>
    public static OperatedStores Of(OperationLine line, NodeOptions options, PostgresServer? server, TimeProvider clock)
    {
        if (line.Institutions.FirstOrDefault(named => options.Institutions.All(i => i.Organisation != named)) is { } stranger)
            throw new ConfigurationException($"{stranger} is not among the configured institutions: {string.Join(", ", options.Institutions.Select(i => i.Organisation))}.");
        return new OperatedStores(options, [.. options.Institutions.Where(i => line.Institutions.IsEmpty || line.Institutions.Contains(i.Organisation))], server, clock);
    }

    private string FileOf(InstitutionOptions institution) => Path.Combine(_data, institution.Organisation, InstitutionStores.FileName);

    /// <summary>Opens a store for reading.</summary>
    /// <exception cref="StoreUnusableException">It cannot be.</exception>
    public StoreInspection Open(InstitutionOptions institution)
    {
        var organisation = OrganisationId.Parse(institution.Organisation);
        return server is null ? StoreInspection.Open(FileOf(institution), organisation) : StoreInspection.Open(server, organisation);
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
