using System.Collections.Immutable;
using MicroCreds.Node.Configuration;

namespace MicroCreds.Node.Operations;

/// <summary>A command line that operates on stores instead of running the node.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Json">Whether the answer is one JSON document.</param>
/// <param name="Institutions">Institutions named; empty for all that are configured.</param>
/// <param name="Configuration">What is left: where the configuration is, and values over it.</param>
internal sealed record OperationLine(string Verb, bool Json, ImmutableArray<string> Institutions, ImmutableArray<string> Configuration)
{
    /// <summary>What <c>--help</c> says.</summary>
    public const string Help =
        """
        MicroCreds.Node --config FILE                        run the node
        MicroCreds.Node check   --config FILE                is every store sound: file, chains, sums, signatures
        MicroCreds.Node status  --config FILE                engine, version, size, cases, streams, what waits for whom

        --institution ORG  only this institution; may be given again. Default: all in the configuration
        --json             one JSON document on standard output, also for what is wrong
        --Node:NAME=VALUE  a value over the configuration file, as for the node

        Both only read, also while a node runs.
        Exit code: 0 done and nothing wrong, 1 something is wrong or was refused, 2 wrong command line or configuration.
        """;

    private static readonly ImmutableArray<string> Verbs = ["check", "status"];

    /// <summary>Whether a command line is not one that runs the node.</summary>
    public static bool IsOperation(string[] args) => args is [var first, ..] && (Verbs.Contains(first) || args.Any(a => a is "--help" or "-h"));

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static OperationLine Parse(string[] args)
    {
        if (args is not [var verb, ..] || !Verbs.Contains(verb)) throw new ConfigurationException($"An operation is one of {string.Join(", ", Verbs)}.");
        var (json, institutions, rest) = (false, ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--json") json = true;
            else if (args[i] == "--institution") institutions.Add(Value(ref i));
            else if (args[i] == "--config") rest.AddRange("--config", Value(ref i));
            else if (args[i].StartsWith("--config=", StringComparison.Ordinal) || (args[i].StartsWith("--Node:", StringComparison.OrdinalIgnoreCase) && args[i].Contains('='))) rest.Add(args[i]);
            else throw new ConfigurationException($"{verb} does not know '{args[i]}'. --help names what it knows.");
        }
        return new OperationLine(verb, json, institutions.ToImmutable(), rest.ToImmutable());

        string Value(ref int i) => i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : throw new ConfigurationException($"{args[i]} needs a value.");
    }
}
