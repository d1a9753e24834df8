using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MicroCreds.Domain.Documents;
using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Node.Operations.Support;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Node.Operations;

/// <summary>Runs an operation and answers its exit code: 0 done and nothing wrong, 1 something is wrong or was refused, 2 wrong command line or configuration.</summary>
internal static class OperationRun
{
    /// <summary>Runs a command line. Answers go to <paramref name="output"/>, what keeps it from running to <paramref name="error"/>.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error, TimeProvider clock)
    {
        if (args.Any(a => a is "--help" or "-h"))
        {
            output.WriteLine(OperationLine.Help);
            return 0;
        }
        try
        {
            return RunAsync(OperationLine.Parse(args), output, clock).GetAwaiter().GetResult();
        }
        catch (ConfigurationException e)
        {
            error.WriteLine(e.Message);
            return 2;
        }
    }

    /// <summary>Answers for each institution; one that cannot be read does not keep the others from being looked at.</summary>
    public static ImmutableArray<OperationAnswer> ForEach(OperatedStores stores, Func<InstitutionOptions, OperationAnswer> answer) =>
        [.. stores.Institutions.Select(institution =>
        {
            try
            {
                return answer(institution);
            }
            catch (Exception fault) when (IsRefusal(fault))
            {
                return new OperationAnswer(institution.Organisation, Good: false, fault.Message);
            }
        })];

    /// <summary>Whether an exception says in words what keeps a store or a file from being used.</summary>
    public static bool IsRefusal(Exception fault) => fault is StoreUnusableException or IOException or UnauthorizedAccessException;

    private static async Task<int> RunAsync(OperationLine line, TextWriter output, TimeProvider clock)
    {
        using var configuration = new ConfigurationManager();
        NodeHost.AddConfiguration(configuration, [.. line.Configuration]);
        var options = NodeConfiguration.Read(configuration);
        await using var server = ServerOf(options.Store);
        var stores = OperatedStores.Of(line, options, server, clock);
        var answers = line.Verb switch
        {
            "check" => Check(stores),
            "status" => Status(stores),
            "backup" => Backup.Run(stores, line.Folder, line.WithKeys),
            "restore" => Restore.Run(stores, line.Folder, line.WithKeys),
            "hold" => await Holding.HoldAsync(stores),
            "release" => await Holding.ReleaseAsync(stores, line.Target),
            "support-bundle" => await SupportBundle.RunAsync(stores, options, line.Target, line.Log),
            "token" => StaffToken.Make(stores, line, options),
            "move" => await Move.RunAsync(stores, line.Target),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var report = new OperationReport(line.Verb, answers.All(a => a.Good), answers);
        if (line.Json) await output.WriteLineAsync(Encoding.UTF8.GetString(DomainJson.Write(report)));
        else foreach (var text in answers.SelectMany(a => a.Lines())) await output.WriteLineAsync(text);
        return report.Good ? 0 : 1;
    }

    /// <summary>The server of a <see cref="StoreAddress"/>; null for an empty one.</summary>
    /// <exception cref="ConfigurationException">The address cannot be read.</exception>
    public static PostgresServer? ServerOf(string store)
    {
        try
        {
            return store.Length > 0 ? PostgresServer.Of(StoreAddress.Read(store)) : null;
        }
        catch (StoreUnusableException e)
        {
            throw new ConfigurationException(e.Message, e);
        }
    }

    private static ImmutableArray<OperationAnswer> Check(OperatedStores stores)
    {
        var keys = stores.MemberKeys();
        return ForEach(stores, institution =>
        {
            using var store = stores.Open(institution);
            var verdict = store.Check(keys);
            return new OperationAnswer(institution.Organisation, verdict.Findings.IsEmpty, Said(verdict)) { Condition = store.Describe(), HeldBy = store.HeldBy, Verdict = verdict };
        });
    }

    private static ImmutableArray<OperationAnswer> Status(OperatedStores stores) => ForEach(stores, institution =>
    {
        using var store = stores.Open(institution);
        var condition = store.Describe();
        var waiting = condition.Outgoing.Sum(s => s.Waiting);
        return new OperationAnswer(institution.Organisation, Good: true, waiting == 0 ? "nothing waits to be acknowledged" : string.Create(CultureInfo.InvariantCulture, $"{waiting} statements wait to be acknowledged"))
        {
            Condition = condition, HeldBy = store.HeldBy,
        };
    });

    /// <summary>What a check came to, in words.</summary>
    public static string Said(StoreVerdict verdict) => string.Create(CultureInfo.InvariantCulture,
        $"{(verdict.Findings.IsEmpty ? "nothing is wrong" : $"{verdict.Findings.Length} findings")}; {verdict.Signatures} signatures verified");
}
