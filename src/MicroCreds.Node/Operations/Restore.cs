using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Storage;
using MicroCreds.Storage.Sqlite;

namespace MicroCreds.Node.Operations;

/// <summary>
/// Puts copies where no store is. Each is first copied beside its place and checked there, with the place held so that no node starts in it; only when
/// all are good are they given their names, and one that cannot be takes the others back.
/// </summary>
internal static class Restore
{
    /// <summary>Restores every store of <paramref name="stores"/>, or none.</summary>
    /// <exception cref="ConfigurationException">The stores are on a server.</exception>
    public static ImmutableArray<OperationAnswer> Run(OperatedStores stores, string folder, bool withKeys)
    {
        stores.RequireFiles();
        var keys = stores.MemberKeys();
        var prepared = new List<Prepared>();
        try
        {
            var answers = OperationRun.ForEach(stores, institution => Prepare(stores, institution, keys, Path.Combine(folder, institution.Organisation), withKeys, prepared));
            if (answers.Any(a => !a.Good)) return [.. answers.Select(a => a.Good ? a with { Good = false, Said = "its copy is good, but nothing was restored, since another was refused" } : a)];
            return Fill(prepared) is { } fault ? [.. answers.Select(a => a with { Good = false, Said = $"nothing was restored: {fault}" })] : answers;
        }
        finally
        {
            foreach (var one in prepared) one.Place.Dispose();
        }
    }

    private static OperationAnswer Prepare(OperatedStores stores, InstitutionOptions institution, MemberKeys keys, string copy, bool withKeys, List<Prepared> prepared)
    {
        var manifest = BackupManifest.Read(copy);
        if (manifest.Institution.Value != institution.Organisation) throw new StoreUnusableException($"The copy in {copy} is of {manifest.Institution}.");
        KeyFiles.MakeDirectory(stores.DirectoryOf(institution));
        ImmutableArray<(string, string)> missing = withKeys ? MissingKeys(stores, institution, manifest) : [];
        // Known at once as prepared: whatever is refused from here on, the place is let go.
        var one = new Prepared(StorePlace.Take(stores.FileOf(institution)), manifest, copy, missing);
        prepared.Add(one);
        RequireSecret(stores.KeyFile(institution, OperatedStores.LearnerSecret), one);
        manifest.Take(copy, InstitutionStores.FileName, one.Place.Staging);
        var (condition, verdict) = Backup.Examine(one.Place.Staging, institution, keys);
        one.Place.HoldStreams(stores.Clock.GetUtcNow());
        return new OperationAnswer(
            institution.Organisation, verdict.Findings.IsEmpty,
            verdict.Findings.IsEmpty
                ? string.Create(CultureInfo.InvariantCulture, $"restored as it was at {manifest.MadeAt:u}; {OperationRun.Said(verdict)}. What was sent later is unknown here: nothing is signed to a partner until it has said how far it holds the stream, and what is missing has come back from it")
                : $"the copy is not sound; {OperationRun.Said(verdict)}")
        {
            Condition = condition, Verdict = verdict, Place = stores.FileOf(institution),
        };
    }

    /// <summary>Keys of the copy that are not in place. One that is there stays, and must be the same.</summary>
    private static ImmutableArray<(string Name, string Path)> MissingKeys(OperatedStores stores, InstitutionOptions institution, BackupManifest manifest)
    {
        var missing = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var key in manifest.Files.Where(f => OperatedStores.KeyNames.Contains(f.Name)))
        {
            var path = stores.KeyFile(institution, key.Name);
            if (!File.Exists(path)) missing.Add((key.Name, path));
            else if (PrivateFile.Describe(key.Name, path) != key) throw new StoreUnusableException($"{path} is another key than the copy's, and nothing is restored over it. Move it away, or restore without --with-keys.");
        }
        return missing.ToImmutable();
    }

    // The node would make a new secret in silence: its learners would be strangers to what they were granted, and credits could be counted twice.
    private static void RequireSecret(string path, Prepared one)
    {
        if (one.Manifest.LearnerSecret is not { } known || one.Keys.Any(key => key.Name == OperatedStores.LearnerSecret)) return;
        if (!File.Exists(path)) throw new StoreUnusableException($"{path} is missing, under which the store's learners are known. Put it back first, or give --with-keys if the copy holds the keys.");
        if (InstitutionDatabase.DigestOf(KeyFiles.LearnerSecret(path)) != known) throw new StoreUnusableException($"{path} is not the secret under which the store's learners are known. Put back the one that belongs to it.");
    }

    private static string? Fill(List<Prepared> prepared)
    {
        var done = new Stack<Action>();
        try
        {
            foreach (var one in prepared)
            {
                foreach (var (name, path) in one.Keys)
                {
                    PutKey(one, name, path);
                    done.Push(() => File.Delete(path));
                }
                one.Place.Fill();
                done.Push(one.Place.Empty);
            }
            return null;
        }
        catch (Exception fault) when (OperationRun.IsRefusal(fault) || fault is ConfigurationException)
        {
            while (done.TryPop(out var takeBack)) takeBack();
            return fault.Message;
        }
    }

    private static void PutKey(Prepared one, string name, string path)
    {
        KeyFiles.MakeDirectory(Path.GetDirectoryName(path) ?? ".");
        var staging = path + ".restoring";
        File.Delete(staging);
        try
        {
            one.Manifest.Take(one.Copy, name, staging);
            File.Move(staging, path, overwrite: false);
        }
        finally
        {
            File.Delete(staging);
        }
    }

    private sealed record Prepared(StorePlace Place, BackupManifest Manifest, string Copy, ImmutableArray<(string Name, string Path)> Keys);
}
