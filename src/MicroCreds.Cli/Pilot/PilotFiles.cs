using System.Reflection;
using System.Text;
using MicroCreds.Cli.Output;

namespace MicroCreds.Cli.Pilot;

/// <summary>Where the pilot keeps its files: one folder for each node, and <c>trust</c>, <c>tables</c>, <c>credentials</c>, <c>evidence</c> beside them.</summary>
internal sealed class PilotFiles
{
    private static readonly Assembly Here = typeof(PilotFiles).Assembly;

    private readonly bool _temporary;

    private PilotFiles(string root, bool temporary) => (Root, _temporary) = (root, temporary);

    /// <summary>The pilot's folder, absolute.</summary>
    public string Root { get; }

    /// <summary>Trust list and coordinator key, as <c>mcf verify --trust</c> takes them.</summary>
    public string Trust => Path.Combine(Root, "trust");

    /// <summary>A new folder under the system's temporary one, or the folder named, which must be empty or missing.</summary>
    /// <exception cref="CommandFailure">The folder holds something, or cannot be made.</exception>
    public static PilotFiles Create(string? directory)
    {
        try
        {
            if (directory is null) return new(Directory.CreateTempSubdirectory("mcf-pilot-").FullName, temporary: true);
            var root = Path.GetFullPath(directory);
            if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any())
                throw CommandFailure.Of("The folder is not empty, and a pilot starts from nothing.", "Name a folder that is empty or does not exist yet.", root);
            Directory.CreateDirectory(root);
            return new(root, temporary: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Of($"The pilot's folder cannot be made: {e.Message}", "Name a folder you may write to with --directory.", directory ?? "", e);
        }
    }

    /// <summary>Path inside the folder; its parent folder is made.</summary>
    public string At(params ReadOnlySpan<string> parts)
    {
        var path = Path.Combine([Root, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Root);
        return path;
    }

    /// <summary>Data directory of an institution's node.</summary>
    public string DataOf(PilotInstitution institution) => Path.Combine(Root, institution.Organisation.Value);

    /// <summary>Writes a file that only its owner may read.</summary>
    public static void WriteSecret(string path, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, new UTF8Encoding(false), options);
        file.Write(content);
    }

    /// <summary>Text of a file that ships with the program.</summary>
    public static string Shipped(string name)
    {
        using var stream = Here.GetManifestResourceStream($"{typeof(PilotFiles).Namespace}.{name}") ?? throw new InvalidOperationException($"The program ships no '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Removes a temporary folder. One that was named by the user stays.</summary>
    public void Leave()
    {
        if (!_temporary) return;
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system clears its temporary folder itself.
        }
    }
}
