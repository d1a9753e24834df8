namespace MicroCreds.Node.Configuration;

/// <summary>The value of <see cref="NodeOptions.Store"/>.</summary>
internal static class StoreAddress
{
    private const string File = "file:";

    /// <summary>Whether it is one of the forms that are documented.</summary>
    public static bool IsKnown(string store) =>
        store.StartsWith(File, StringComparison.Ordinal) || store.StartsWith("postgresql://", StringComparison.Ordinal) || store.StartsWith("postgres://", StringComparison.Ordinal);

    /// <summary>The address itself, read from its file where it stands in one.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or holds no address.</exception>
    public static string Read(string store)
    {
        if (!store.StartsWith(File, StringComparison.Ordinal)) return store;
        var path = store[File.Length..];
        try
        {
            return System.IO.File.ReadLines(path).FirstOrDefault()?.Trim() is { } address && IsKnown(address) && !address.StartsWith(File, StringComparison.Ordinal)
                ? address : throw new ConfigurationException($"The first line of {path}, which Node:Store names, is not an address such as postgresql://account@host/database.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The file {path}, which Node:Store names, cannot be read: {e.Message}", e);
        }
    }
}
