using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Storage;
using MicroCreds.Storage.Moving;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Node.Operations;

/// <summary>Moves stores to the other engine; what they hold is the same by the digest of every table. The configuration is the operator's to change.</summary>
internal static class Move
{
    /// <summary>Names the files in the data directory as the target.</summary>
    public const string Files = "sqlite";

    /// <summary>Moves every store of <paramref name="stores"/>; one that was moved before is compared and left as it is.</summary>
    /// <exception cref="ConfigurationException">The target is not of the other engine.</exception>
    public static async Task<ImmutableArray<OperationAnswer>> RunAsync(OperatedStores stores, string target)
    {
        if (target != Files && !StoreAddress.IsKnown(target)) throw new ConfigurationException($"--to is neither {Files}, nor an address such as postgresql://account@host/database, nor file: with the path of a file that holds one.");
        if (stores.OnServer != (target == Files))
            throw new ConfigurationException(stores.OnServer ? $"The stores of this configuration are on PostgreSQL: they move to {Files}. To another server they go by pg_dump and pg_restore." : "The stores of this configuration are SQLite files: they move to postgresql://… .");
        await using var server = target == Files ? null : OperationRun.ServerOf(target);
        var keys = stores.MemberKeys();
        return OperationRun.ForEach(stores, institution => One(stores, institution, server, keys));
    }

    private static OperationAnswer One(OperatedStores stores, InstitutionOptions institution, PostgresServer? server, MemberKeys keys)
    {
        var organisation = OrganisationId.Parse(institution.Organisation);
        using var source = stores.OpenAlone(institution);
        var secret = SecretOf(stores, institution);
        if (source.SecretDigest() is { } known && known != secret) throw new StoreUnusableException($"{stores.KeyFile(institution, OperatedStores.LearnerSecret)} is not the secret under which the store's learners are known. Put back the one that belongs to it.");
        KeyFiles.MakeDirectory(stores.DirectoryOf(institution));
        using var target = server is null ? MoveTarget.File(stores.FileOf(institution), organisation) : MoveTarget.Schema(server, organisation, secret);
        var moved = StoreMove.Run(source, target, keys);
        return new OperationAnswer(institution.Organisation, Good: true, string.Create(
            CultureInfo.InvariantCulture,
            $"{(moved.Before ? "was moved before" : moved.Resumed ? "moved, going on with a move that was broken off" : "moved")}, the same in {moved.Tables.Sum(t => t.Rows)} rows of {moved.Tables.Length} tables; {OperationRun.Said(moved.Verdict)}. Set Node:Store to the new place, and let no node start on the old one again"))
        {
            Verdict = moved.Verdict, Tables = moved.Tables, Place = target.Name,
        };
    }

    // A node would make a new one in silence, and its learners would be strangers to what they were granted.
    private static Sha256Digest SecretOf(OperatedStores stores, InstitutionOptions institution)
    {
        var path = stores.KeyFile(institution, OperatedStores.LearnerSecret);
        if (!File.Exists(path)) throw new StoreUnusableException($"{path} is missing, under which the store's learners are known. Put it back first.");
        return InstitutionDatabase.DigestOf(KeyFiles.LearnerSecret(path));
    }
}
