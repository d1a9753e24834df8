namespace MicroCreds.Credentials.LinkedData;

/// <summary>A document whose meaning cannot be told safely: an unknown context or term, or more work than a credential needs. The message never quotes values.</summary>
internal sealed class LinkedDataException(string message, bool ofContext = false) : Exception(message)
{
    /// <summary>Whether a context is the reason, and not the content.</summary>
    public bool OfContext { get; } = ofContext;
}
