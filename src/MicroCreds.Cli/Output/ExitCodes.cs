namespace MicroCreds.Cli.Output;

/// <summary>Exit codes of <c>mcf</c>.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;
    /// <summary>Not done, or done with a bad result: a refused call, a credential that is not acceptable.</summary>
    public const int Failure = 1;
    /// <summary>The command line is wrong; nothing was tried.</summary>
    public const int Usage = 2;
}
