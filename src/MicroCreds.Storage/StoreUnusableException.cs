namespace MicroCreds.Storage;

/// <summary>
/// The store cannot be used, and trying again will not help: the database is in use by another process, is not one of ours, is of a newer
/// version, or is damaged. The message says what is wrong and what the operator can do; it holds no personal data.
/// </summary>
public sealed class StoreUnusableException : Exception
{
    /// <summary>A store that cannot be used.</summary>
    public StoreUnusableException(string message) : base(message) { }

    /// <summary>A store that cannot be used, with the fault that showed it.</summary>
    public StoreUnusableException(string message, Exception innerException) : base(message, innerException) { }
}
