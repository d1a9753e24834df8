using System.Collections.Immutable;
using System.Globalization;
using MicroCreds.Node.Configuration;

namespace MicroCreds.Node.Operations;

/// <summary>A command line that operates on stores instead of running the node.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Json">Whether the answer is one JSON document.</param>
/// <param name="WithKeys">Whether keys are copied too.</param>
/// <param name="Institutions">Institutions named; empty for all that are configured.</param>
/// <param name="Folder">Folder of copies; empty when none is given.</param>
/// <param name="Target">Where stores are moved to, in a form of <see cref="StoreAddress"/>, or <see cref="Move.Files"/>; or the partner whose stream is released; or the file of a support bundle or a token; empty for other verbs.</param>
/// <param name="Log">Log of the node for a support bundle; empty when none is given.</param>
/// <param name="Account">Account of a token; empty for other verbs.</param>
/// <param name="Roles">Roles of a token.</param>
/// <param name="Days">Days in which a token holds, 1 to 400.</param>
/// <param name="Configuration">What is left: where the configuration is, and values over it.</param>
internal sealed record OperationLine(string Verb, bool Json, bool WithKeys, ImmutableArray<string> Institutions, string Folder, string Target, string Log, string Account, ImmutableArray<string> Roles, int Days, ImmutableArray<string> Configuration)
{
    /// <summary>What <c>--help</c> says.</summary>
    public const string Help =
        """
        MicroCreds.Node --config FILE                        run the node
        MicroCreds.Node check   --config FILE                is every store sound: file, chains, sums, signatures
        MicroCreds.Node status  --config FILE                engine, version, size, cases, streams, what waits for whom
        MicroCreds.Node backup  --config FILE --to FOLDER    copy stores while the node runs, and check the copies
        MicroCreds.Node restore --config FILE --from FOLDER  put copies where no store is, all or none
        MicroCreds.Node hold    --config FILE                after a restore by other means: sign nothing to a partner before it has said what it holds
        MicroCreds.Node release --config FILE --partner ORG  go on with the stream to a partner that cannot be reached
        MicroCreds.Node support-bundle --config FILE --to FILE.zip [--log FILE]   for those who help: no personal data, no key, no token
        MicroCreds.Node token   --config FILE --account NAME --role ROLE --to FILE [--days N]   for a member of staff, or a student system
        MicroCreds.Node move    --config FILE --to STORE     copy stores to the other engine, and prove that they are the same

        --institution ORG  only this institution; may be given again. Default: all in the configuration
        --with-keys        backup: copy the keys too, readable by this account alone. restore: put them back where they are missing
        --json             one JSON document on standard output, also for what is wrong
        --Node:NAME=VALUE  a value over the configuration file, as for the node

        token: roles are officer, reviewer, administrator, auditor, coordinator, integrator; --role may be given again; 30 days by default, at most 400. The file is for
        this account alone; the person signs in to the console with what stands in it, a program sends it as `authorization: Bearer`. An account is one person's.
        check, status and backup only read, also while a node runs. backup and restore are for SQLite files; for PostgreSQL they name pg_dump's command.
        move: STORE is postgresql://… or file:PATH of a file with such an address, for stores in files; sqlite for stores on a server. No node may have the
        stores open. The source is only read; a move that was broken off goes on where it was when it is run again.
        Exit code: 0 done and nothing wrong, 1 something is wrong or was refused, 2 wrong command line or configuration.
        """;

    private static readonly ImmutableArray<string> Verbs = ["check", "status", "backup", "restore", "hold", "release", "move", "support-bundle", "token"];

    /// <summary>Whether a command line is not one that runs the node.</summary>
    public static bool IsOperation(string[] args) => args is [var first, ..] && (Verbs.Contains(first) || args.Any(a => a is "--help" or "-h"));

    /// <summary>Reads a command line.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static OperationLine Parse(string[] args)
    {
        if (args is not [var verb, ..] || !Verbs.Contains(verb)) throw new ConfigurationException($"An operation is one of {string.Join(", ", Verbs)}.");
        var (json, keys, folder, target, log, institutions, rest) = (false, false, "", "", "", ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        var (account, days, roles) = ("", 30, ImmutableArray.CreateBuilder<string>());
        var folderOption = verb switch { "backup" => "--to", "restore" => "--from", _ => null };
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--json") json = true;
            else if (args[i] == "--with-keys" && folderOption is not null) keys = true;
            else if (args[i] == "--institution") institutions.Add(Value(ref i));
            else if (args[i] == "--to" && verb == "move") target = Value(ref i);
            else if (args[i] == "--to" && verb == "token") target = Path.GetFullPath(Value(ref i));
            else if (args[i] == "--account" && verb == "token") account = Value(ref i);
            else if (args[i] == "--role" && verb == "token") roles.Add(Value(ref i));
            else if (args[i] == "--days" && verb == "token") days = int.TryParse(Value(ref i), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            else if (args[i] == "--to" && verb == "support-bundle") target = Path.GetFullPath(Value(ref i));
            else if (args[i] == "--log" && verb == "support-bundle") log = Path.GetFullPath(Value(ref i));
            else if (args[i] == "--partner" && verb == "release") target = Value(ref i);
            else if (args[i] == folderOption) folder = Path.GetFullPath(Value(ref i));
            else if (args[i] == "--config") rest.AddRange("--config", Value(ref i));
            else if (args[i].StartsWith("--config=", StringComparison.Ordinal) || (args[i].StartsWith("--Node:", StringComparison.OrdinalIgnoreCase) && args[i].Contains('='))) rest.Add(args[i]);
            else throw new ConfigurationException($"{verb} does not know '{args[i]}'. --help names what it knows.");
        }
        if (folderOption is not null && folder.Length == 0) throw new ConfigurationException($"{verb} needs {folderOption} FOLDER.");
        if (verb == "support-bundle" && target.Length == 0) throw new ConfigurationException("support-bundle needs --to FILE.zip.");
        if (verb == "release" && target.Length == 0) throw new ConfigurationException("release needs --partner ORG.");
        if (verb == "move" && target.Length == 0) throw new ConfigurationException("move needs --to STORE.");
        if (verb == "token" && (account.Length == 0 || roles.Count == 0 || target.Length == 0)) throw new ConfigurationException("token needs --account NAME, --role ROLE and --to FILE.");
        if (days is < 1 or > 400) throw new ConfigurationException("--days is 1 to 400.");
        return new OperationLine(verb, json, keys, institutions.ToImmutable(), folder, target, log, account, roles.ToImmutable(), days, rest.ToImmutable());

        string Value(ref int i) => i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : throw new ConfigurationException($"{args[i]} needs a value.");
    }
}
