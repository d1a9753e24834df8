using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Services.Members;
using MicroCreds.Storage;

namespace MicroCreds.Node.Operations;

/// <summary>
/// Copies stores into folders of their own, <c>FOLDER/organisation</c>, also while a node writes: the copy is one snapshot, with everything that was
/// acknowledged before it. It has its name only when it is on disk and was read back and checked.
/// </summary>
internal static class Backup
{
    private const string Unfinished = ".unfinished";

    /// <summary>Copies every store of <paramref name="stores"/>.</summary>
    /// <exception cref="ConfigurationException">The stores are on a server.</exception>
    public static ImmutableArray<OperationAnswer> Run(OperatedStores stores, string folder, bool withKeys)
    {
        stores.RequireFiles();
        var keys = stores.MemberKeys();
        return OperationRun.ForEach(stores, institution =>
        {
            var target = Path.Combine(folder, institution.Organisation);
            foreach (var there in new[] { target, target + Unfinished })
                if (Path.Exists(there)) throw new StoreUnusableException($"{there} is there, and nothing is copied over it. Name another folder, one for each backup; what ends with {Unfinished} is of a backup that runs or was cut off.");
            PrivateFile.MakeFolder(target + Unfinished);
            try
            {
                var answer = Copy(stores, institution, keys, target + Unfinished, withKeys);
                if (answer.Good) Directory.Move(target + Unfinished, target);
                return answer with { Place = answer.Good ? target : null };
            }
            finally
            {
                if (Directory.Exists(target + Unfinished)) Directory.Delete(target + Unfinished, recursive: true);
            }
        });
    }

    private static OperationAnswer Copy(OperatedStores stores, InstitutionOptions institution, MemberKeys keys, string folder, bool withKeys)
    {
        var copy = Path.Combine(folder, InstitutionStores.FileName);
        var madeAt = stores.Clock.GetUtcNow();
        using (var store = stores.Open(institution))
        {
            PrivateFile.Make(copy).Dispose();
            store.CopyTo(copy);
        }
        using (var written = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
        var (condition, verdict) = Examine(copy, institution, keys);
        if (!verdict.Findings.IsEmpty) return new OperationAnswer(institution.Organisation, Good: false, $"the copy is not sound and was not kept; {OperationRun.Said(verdict)}") { Condition = condition, Verdict = verdict };

        var files = ImmutableArray.CreateBuilder<CopiedFile>();
        files.Add(PrivateFile.Describe(InstitutionStores.FileName, copy));
        var secret = stores.KeyFile(institution, OperatedStores.LearnerSecret);
        if (withKeys) files.AddRange(stores.KeysOf(institution).Select(key => PrivateFile.Copy(key.Path, Path.Combine(folder, key.Name)) with { Name = key.Name }));
        new BackupManifest(
            BackupManifest.FormatName, condition.Institution, madeAt, MemberService.SoftwareVersion, condition, verdict.Signatures,
            File.Exists(secret) ? InstitutionDatabase.DigestOf(KeyFiles.LearnerSecret(secret)) : null, files.ToImmutable()).Write(folder);
        var unsafeWithout = withKeys ? "" : "; keys are not in it, and without learner.secret it is not restored: keep them apart";
        return new OperationAnswer(institution.Organisation, Good: true, $"copied and read back; {OperationRun.Said(verdict)}{unsafeWithout}") { Condition = condition, Verdict = verdict };
    }

    /// <summary>Opens a copy, checks it, and says how it stands.</summary>
    public static (StoreCondition Condition, StoreVerdict Verdict) Examine(string copy, InstitutionOptions institution, MemberKeys keys)
    {
        using var store = StoreInspection.Open(copy, OrganisationId.Parse(institution.Organisation));
        return (store.Describe(), store.Check(keys));
    }
}
