namespace Grpc.Core;

/// <summary>Version of the API that is implemented here.</summary>
public static class VersionInfo
{
    /// <summary>Assembly version; the same for all of 2.x.</summary>
    public const string CurrentAssemblyVersion = "2.0.0.0";

    /// <summary>File version of the assembly.</summary>
    public const string CurrentAssemblyFileVersion = "2.85.0.0";

    /// <summary>Version of the package.</summary>
    public const string CurrentVersion = "2.85.0";
}
