using System.Collections.Immutable;
using System.Text.Json;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage;

namespace MicroCreds.Node.Operations;

/// <summary>What a copy of an institution's store is, in a file beside it.</summary>
/// <param name="Format">Version of this form: <see cref="FormatName"/>.</param>
/// <param name="Institution">Whose store it is.</param>
/// <param name="MadeAt">When the copy was made. What was written later is not in it.</param>
/// <param name="Program">Version of the program that made it.</param>
/// <param name="Condition">Engine, version of the schema, cases and heads of the streams in the copy.</param>
/// <param name="Signatures">Signatures in the copy that were verified.</param>
/// <param name="LearnerSecret">Digest of the secret of the store's learner keys (<see cref="InstitutionDatabase.DigestOf"/>); null when there was none.</param>
/// <param name="Files">Files of the copy, this one not among them.</param>
internal sealed record BackupManifest(
    string Format, OrganisationId Institution, DateTimeOffset MadeAt, string Program, StoreCondition Condition, long Signatures, Sha256Digest? LearnerSecret, ImmutableArray<CopiedFile> Files)
{
    /// <summary>The form that this program writes and reads.</summary>
    public const string FormatName = "microcreds-backup-1";

    /// <summary>Name of the file.</summary>
    public const string FileName = "manifest.json";

    private const int MaxBytes = 16 << 20;

    /// <summary>Writes it into the folder of the copy.</summary>
    public void Write(string folder) => PrivateFile.Write(Path.Combine(folder, FileName), DomainJson.Write(this));

    /// <summary>Reads it from the folder of a copy.</summary>
    /// <exception cref="StoreUnusableException">There is none, or it is none that this program reads.</exception>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new StoreUnusableException($"There is no copy in {folder}: {FileName} is missing. A folder that ends with .unfinished is of a backup that was cut off.");
        try
        {
            if (new FileInfo(path).Length > MaxBytes) throw new JsonException("it is too large");
            var manifest = DomainJson.Read<BackupManifest>(File.ReadAllBytes(path));
            return manifest is { Format: FormatName, Institution: not null, Files.IsDefault: false } ? manifest : throw new JsonException($"it is not of the form {FormatName}");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new StoreUnusableException($"{path} is no manifest that this program reads: {e.Message}", e);
        }
    }

    /// <summary>Copies one of the files to a place where none is, and refuses it when what arrived is not what the manifest says.</summary>
    /// <exception cref="StoreUnusableException">The manifest has no such file, or its bytes are others.</exception>
    public void Take(string folder, string name, string to)
    {
        var said = Files.FirstOrDefault(f => f.Name == name) ?? throw new StoreUnusableException($"The manifest in {folder} names no {name}.");
        if (PrivateFile.Copy(Path.Combine(folder, name), to) != said)
            throw new StoreUnusableException($"{Path.Combine(folder, name)} is damaged: it has not the size or the digest that its manifest says. Take another copy.");
    }
}
