using System.CommandLine;
using MicroCreds.Cli.Agreements;
using MicroCreds.Cli.Cases;
using MicroCreds.Cli.Conformance;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Grades;
using MicroCreds.Cli.Issuing;
using MicroCreds.Cli.Members;
using MicroCreds.Cli.Operations;
using MicroCreds.Cli.Output;
using MicroCreds.Cli.Pilot;
using MicroCreds.Cli.Rules;
using MicroCreds.Cli.Streams;
using MicroCreds.Cli.Verification;

namespace MicroCreds.Cli;

/// <summary>All commands of <c>mcf</c>.</summary>
internal static class CommandTree
{
    // A consortium on this machine is ended in order before the process goes.
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Runs one command line and answers the exit code: 0 done, 1 not done, 2 wrong command line.</summary>
    public static async Task<int> RunAsync(string[] args, CommandHost host, CancellationToken cancellationToken)
    {
        var parsed = Make(host).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.GetValue(CommandRunner.Json))
        {
            FailureReport.From(CommandFailure.Usage(string.Join(' ', parsed.Errors.Select(error => error.Message)), "`mcf --help` lists the commands, `mcf COMMAND --help` its options."))
                .Show(new CommandOutput(host, json: true));
            return ExitCodes.Usage;
        }
        var invocation = new InvocationConfiguration { Output = parsed.Errors.Count > 0 ? host.Error : host.Output, Error = host.Error, ProcessTerminationTimeout = TerminationTimeout };
        var exitCode = await parsed.InvokeAsync(invocation, cancellationToken);
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
    }

    private static RootCommand Make(CommandHost host) => new("A client of a MicroCredsFederation node: recognition of micro-credentials between institutions.")
    {
        CommandRunner.Json,
        SubmitCommand.Make(host),
        new Command("case", "Applications for recognition.")
        {
            CaseReadCommands.List(host), CaseReadCommands.Show(host), CaseReadCommands.Watch(host), EvidenceCommand.Make(host), DecisionFileCommand.Make(host), CaseVerbCommands.Assess(host), CaseVerbCommands.Assign(host), CaseVerbCommands.Ask(host),
            CaseVerbCommands.Inform(host), CaseVerbCommands.Check(host), CaseVerbCommands.Verify(host), CaseVerbCommands.Delay(host), DecideCommands.Decide(host), ApproveCommands.Approve(host), ApproveCommands.SendBack(host), DecideCommands.Inadmissible(host), DecideCommands.NotAuthentic(host), DecideCommands.ReportCondition(host),
            CaseVerbCommands.Withdraw(host), CaseVerbCommands.Appeal(host), DecideCommands.DecideAppeal(host), DecideCommands.Supersede(host), DecideCommands.Revoke(host),
        }.WithNode(),
        new Command("rule", "Equivalence tables.")
        {
            RuleReadCommands.TablesList(host), RuleReadCommands.List(host), RuleReadCommands.Find(host), RuleReadCommands.Watch(host), RuleAdminCommands.Import(host), RuleAdminCommands.Check(host), OfflineTry.Make(host), ExportCommand.Make(host), TemplateCommand.Make(host), RuleAdminCommands.Publish(host),
            HistoryCommands.Drafts(host), HistoryCommands.History(host), HistoryCommands.Diff(host), HistoryCommands.Restore(host), HistoryCommands.Discard(host), RuleAdminCommands.Approve(host), SimulateCommand.Make(host), FederationCheckCommand.Make(host), AdoptionCommands.Adopt(host), AdoptionCommands.List(host), AdoptionCommands.Acknowledge(host),
        }.WithNode(),
        new Command("agreement", "Signed learning agreements, which decide before any rule.") { AgreementCommands.Record(host), AgreementCommands.List(host), AgreementCommands.Show(host), AgreementCommands.End(host) }.WithNode(),
        ExploreCommand.Make(host),
        new Command("member", "Members of the federation.") { MemberCommands.List(host), MemberCommands.Echo(host), MemberCommands.Node(host), MemberCommands.Trust(host) }.WithNode(),
        new Command("grade", "Grade tables and conversion.") { GradeCommands.Put(host), GradeCommands.Convert(host) }.WithNode(),
        new Command("stream", "Streams of statements between institutions.") { StreamCommands.List(host) }.WithNode(),
        ConformanceCommand.Make(host),
        VerifyCommand.Make(host),
        IssueCommand.Make(host),
        PilotCommand.Make(host),
        NodeCommand.Make(host),
    };
}
