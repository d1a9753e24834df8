namespace MicroCreds.Cli.Output;

/// <summary>A command that cannot do what was asked, in words: what is wrong, where, and what to do.</summary>
internal sealed class CommandFailure : Exception
{
    private CommandFailure(int exitCode, string what, string whatToDo, string where, Exception? cause) : base(what, cause) =>
        (ExitCode, WhatToDo, Where) = (exitCode, whatToDo, where);

    /// <summary><see cref="ExitCodes.Failure"/> or <see cref="ExitCodes.Usage"/>.</summary>
    public int ExitCode { get; }

    /// <summary>One sentence; empty when there is nothing to do.</summary>
    public string WhatToDo { get; }

    /// <summary>File, option or address; empty when the message names it.</summary>
    public string Where { get; }

    /// <summary>Something in the world stood in the way.</summary>
    public static CommandFailure Of(string what, string whatToDo = "", string where = "", Exception? cause = null) => new(ExitCodes.Failure, what, whatToDo, where, cause);

    /// <summary>The command line is wrong in a way the parser cannot see.</summary>
    public static CommandFailure Usage(string what, string whatToDo = "", string where = "") => new(ExitCodes.Usage, what, whatToDo, where, null);
}
