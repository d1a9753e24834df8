namespace MicroCreds.Node.Configuration;

/// <summary>The configuration, or a file it names, is wrong. The message says what, where and what to do.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ConfigurationException(string message) : base(message) { }

    /// <summary>Makes the exception.</summary>
    public ConfigurationException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Makes the exception.</summary>
    public ConfigurationException() { }
}
